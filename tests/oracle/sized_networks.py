"""Networks of some size for the tests of certified steps, and when enclosures agree."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from flint import arb

from gradspec.oracle.arithmetic.ball import precision
from gradspec.spec import Layer, Network
from gradspec.spec.network import ACTIVATIONS

if TYPE_CHECKING:
    from gradspec.oracle.large.step import Enclosed, Step

ENDS = [
    ("softmax", "categorical_cross_entropy"),
    ("sigmoid", "binary_cross_entropy"),
    *((name, "squared_error") for name in ACTIVATIONS),
]
"""The activations of a last layer, each with a loss."""


def drawn(
    sizes: tuple[int, ...],
    activation: str = "tanh",
    end: tuple[str, str] = ENDS[0],
    *,
    scale: float = 1.0,
    seed: int = 0,
) -> Network:
    """A network of these widths with normal weights."""
    random = np.random.default_rng(seed)
    layers = []
    for number, (inputs, outputs) in enumerate(pairwise(sizes), 1):
        name = end[0] if number == len(sizes) - 1 else activation
        weights = scale * random.standard_normal((outputs, inputs)) / np.sqrt(inputs)
        layers.append(Layer(weights, random.standard_normal(outputs) / 8, name, 0.01 if name == "leaky_relu" else None))
    return Network(tuple(layers), end[1])


def batch(network: Network, samples: int, seed: int = 1) -> tuple[Any, Any]:
    """Inputs, a third of them 0, and one-hot labels."""
    random = np.random.default_rng(seed)
    inputs, outputs = network.layers[0].weights.shape[1], network.layers[-1].weights.shape[0]
    x = random.random((inputs, samples)) * (random.random((inputs, samples)) < 2 / 3)
    return x, np.eye(outputs)[:, random.integers(0, outputs, samples)]


def arrays(step: Step) -> list[Enclosed]:
    """All that a step comes to."""
    return [step.output, step.cost, *step.weights, *step.biases]


def check_overlap(balls: Any, numbers: Enclosed) -> None:
    """The enclosures and the balls have numbers in common."""
    with precision(2000):
        parts = (each.reshape(-1).tolist() for each in (balls, numbers.high, numbers.low, numbers.radius))
        for ball, high, low, radius in zip(*parts, strict=True):
            assert arb(ball).overlaps(arb(high) + arb(low) + arb(0, radius))


def check_agreement(one: Step, other: Step) -> None:
    """Entry by entry, two enclosures have a number in common."""
    for a, b in zip(arrays(one), arrays(other), strict=True):
        apart = np.abs((a.high - b.high) + (a.low - b.low))
        assert np.all(apart <= (a.radius + b.radius) * (1 + 2.0**-40))
