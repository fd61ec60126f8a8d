"""A right training step as arrays and as a bundle, ways to make it wrong, and what it then behaves like."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from gradspec.conformance.adapters.reference import Reference
from gradspec.conformance.auditing import (
    from_arrays,
)
from gradspec.spec import FORMATS, Layer, Network

if TYPE_CHECKING:
    from collections.abc import Callable

    from gradspec.conformance.auditing import Audit, Bundle

    Arrays = dict[str, Any]

WIDTHS = (6, 5, 5, 4)
"""Of the network; the middle layer is square."""

ACTIVATIONS = ("relu", "tanh", "softmax")
"""Of its layers."""

LOSS = "categorical_cross_entropy"
"""What it ends in."""

SAMPLES = 8
"""In the batch."""


def network_of(number_format: str, seed: int = 0) -> tuple[Network, Any, Any]:
    """A network, a batch and its labels, in the canonical layout."""
    random = np.random.default_rng(seed)
    dtype = FORMATS[number_format].dtype
    layers = tuple(
        Layer((random.standard_normal((m, n)) / 2).astype(dtype), random.standard_normal(m).astype(dtype), activation)
        for n, m, activation in zip(WIDTHS, WIDTHS[1:], ACTIVATIONS, strict=False)
    )
    x = random.standard_normal((WIDTHS[0], SAMPLES)).astype(dtype)
    y = np.eye(WIDTHS[-1])[random.integers(0, WIDTHS[-1], SAMPLES)].T.astype(dtype)
    return Network(layers, LOSS), x, y


def arrays_of(network: Network, x: Any, y: Any, conventions: dict[str, str] | None = None) -> Arrays:
    """The arrays of a right step, computed by the reference."""
    right: Any = Reference(conventions)
    weights, biases = right.network_gradients(network, x, y)
    found = {"x": x, "y": y, "output": right.network_forward(network, x), "cost": right.network_cost(network, x, y)}
    for number, layer in enumerate(network.layers, start=1):
        found |= {f"W{number}": layer.weights, f"b{number}": layer.bias}
        found |= {f"dW{number}": weights[number - 1], f"db{number}": biases[number - 1]}
    return found


def made(arrays: Arrays, **changed: Any) -> Bundle:
    """The bundle of ``arrays``."""
    given: Any = {"activations": ACTIVATIONS, "loss": LOSS} | changed
    return from_arrays(arrays, **given)


def with_gradients(bundle: Bundle, change: Callable[[Any], Any]) -> Bundle:
    """The step with every gradient changed, in its format."""

    def changed(array: Any) -> Any:
        return np.asarray(change(array)).astype(array.dtype)

    return replace(
        bundle,
        weight_gradients=tuple(map(changed, bundle.weight_gradients)),
        bias_gradients=tuple(map(changed, bundle.bias_gradients)),
    )


def with_entry(bundle: Bundle, index: tuple[int, int], value: float) -> Bundle:
    """The step with one entry of dW1 changed."""
    gradient = bundle.weight_gradients[0].copy()
    gradient[index] = value
    return replace(bundle, weight_gradients=(gradient, *bundle.weight_gradients[1:]))


def sentences(found: Audit) -> list[str]:
    """What the step behaves like at the first level."""
    return [each.sentence for each in found.levels[0].explanations]
