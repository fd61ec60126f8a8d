"""
When an enclosure is narrow enough for an audit.

An entry is known when its radius is below 2^-20 float64 ulps of it, or below 2^-73 times its *magnitude*: what one
float64 unit of error in each pre-activation and each sum moves it by, divided by that unit, to first order. No rounded
evaluation of the entry is admitted less than that, so that the radius is a millionth of the smallest allowance.
Magnitudes are plain float64 estimates. They decide when to stop, never what is true.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .step import Deviations

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...spec.conventions import Conventions
    from ...spec.network import Layer, Network
    from .step import Enclosed, FloatArray, Step

CATEGORICAL = "categorical_cross_entropy"
"""The loss that is one number a sample, however many classes there are."""

NARROW = 2.0**-73
"""2^-20 times the unit roundoff of float64."""

FLOOR = 2.0**-1073
"""Two of the smallest float64 numbers: a radius cannot be told more finely."""

NEAR_KINK = 2.0**-40
"""A pre-activation smaller than this part of its magnitude may have either slope."""


def is_sufficient(step: Step, magnitudes: Deviations) -> bool:
    """Whether every entry of ``step`` is known; what float64 does not reach is not waited for."""
    pairs = [(step.output, magnitudes.output), (step.cost, magnitudes.cost)]
    pairs += [*zip(step.weights, magnitudes.weights, strict=True), *zip(step.biases, magnitudes.biases, strict=True)]
    return all(_is_known(numbers, magnitude) for numbers, magnitude in pairs)


def _is_known(numbers: Enclosed, magnitude: FloatArray) -> bool:
    beyond = np.isinf(numbers.radius) & (np.abs(numbers.high) == np.finfo(np.float64).max)
    least = np.fmax(np.abs(numbers.high), np.where(np.isfinite(magnitude), magnitude, 0))
    return bool(np.all((numbers.radius <= NARROW * least + FLOOR) | beyond))


def are_sufficient(factors: list[tuple[Enclosed, Enclosed]], magnitudes: list[tuple[FloatArray, FloatArray]]) -> bool:
    """Whether every entry of the factors of output Jacobians is known."""
    pairs = zip(factors, magnitudes, strict=True)
    return all(_is_known(*pair) for found, sizes in pairs for pair in zip(found, sizes, strict=True))


@dataclass(frozen=True, eq=False)
class _Pass:
    """What the forward pass finds in a layer."""

    inputs: FloatArray
    """Magnitudes of what the layer is fed, shape ``(n, N)``."""
    z: FloatArray
    """Pre-activations, shape ``(m, N)``."""
    moved: FloatArray
    """One plus twice the magnitudes of the pre-activations: by how much, relatively, their errors move a slope."""
    slopes: FloatArray
    """Magnitudes of the slopes, shape ``(m, N)``."""
    sizes: FloatArray
    """Magnitudes of the activations, shape ``(m, N)``."""


def magnitudes_of(network: Network, x: FloatArray, y: FloatArray, conventions: Conventions) -> Deviations:
    """The magnitude of every entry of a step."""
    with np.errstate(all="ignore"):
        passes = _passes(network, x)
        deltas = _deltas(network, passes[-1], y)
        entries = y.shape[0] if conventions["entry_reduction"] == "mean" and network.loss != CATEGORICAL else 1
        deltas /= entries * (y.shape[1] if conventions["cost"] == "mean" else 1)
        cost = np.asarray(np.sum(deltas * passes[-1].moved))
        weights, biases = [], []
        for layer, of_layer, below in _backward(network, passes):
            weights.append(deltas @ of_layer.inputs.T)
            biases.append(deltas.sum(axis=1))
            if below is not None:
                deltas = (np.abs(layer.weights).T @ deltas) * below.slopes * below.moved
        return Deviations(passes[-1].sizes, cost, tuple(weights[::-1]), tuple(biases[::-1]))


def magnitudes_of_factors(network: Network, x: FloatArray) -> list[tuple[FloatArray, FloatArray]]:
    """The magnitudes of the factors of the output Jacobians of one sample, x of shape ``(n_0, 1)``, first to last."""
    with np.errstate(all="ignore"):
        passes = _passes(network, x)
        slopes, moved = passes[-1].slopes, passes[-1].moved
        of_output = np.eye(len(slopes)) * slopes
        if network.layers[-1].activation == "softmax":
            of_output += slopes @ slopes.T
        left, found = of_output * moved.max(), []
        for layer, of_layer, below in _backward(network, passes):
            found.append((left, of_layer.inputs[:, 0]))
            if below is not None:
                left = (left @ np.abs(layer.weights)) * (below.slopes * below.moved)[:, 0]
        return found[::-1]


def _backward(network: Network, passes: list[_Pass]) -> Iterator[tuple[Layer, _Pass, _Pass | None]]:
    """Each layer with its pass and the one below, last layer first."""
    return zip(reversed(network.layers), reversed(passes), [*passes[-2::-1], None], strict=True)


def _passes(network: Network, x: FloatArray) -> list[_Pass]:
    values, sizes = x, np.abs(x)
    passes: list[_Pass] = []
    for layer in network.layers:
        z = layer.weights @ values + layer.bias[:, None]
        z_sizes = np.abs(layer.weights) @ sizes + np.abs(layer.bias)[:, None]
        values, slopes = _activated(layer, z, z_sizes)
        inputs, sizes = sizes, np.abs(values) + slopes * z_sizes
        passes.append(_Pass(inputs, z, 1 + 2 * z_sizes, slopes, sizes))
    return passes


def _deltas(network: Network, last: _Pass, y: FloatArray) -> FloatArray:
    """Magnitudes of the last deltas before any mean, of the forms in which nothing cancels."""
    if network.loss == CATEGORICAL:
        exponentials = np.exp(last.z - last.z.max(axis=0))
        others = 1 - np.eye(len(y))
        products = exponentials * (others @ np.abs(y)) + np.abs(y) * (others @ exponentials)
        return products / exponentials.sum(axis=0) * last.moved.max(axis=0)  # type: ignore[no-any-return]
    if network.loss == "binary_cross_entropy":
        e = np.exp(-np.abs(last.z))
        large, small = 1 / (1 + e), e / (1 + e)
        value, complement = np.where(last.z >= 0, large, small), np.where(last.z >= 0, small, large)
        return (np.abs(1 - y) * value + np.abs(y) * complement) * last.moved  # type: ignore[no-any-return]
    return 2 * (last.sizes + np.abs(y)) * last.slopes * last.moved


def _activated(layer: Layer, z: FloatArray, z_sizes: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The values of an activation and the magnitudes of its slopes."""
    e = np.exp(-np.abs(z))
    if layer.activation == "tanh":
        return np.tanh(z), 4 * e * e / (1 + e * e) ** 2
    if layer.activation == "sigmoid":
        return np.where(z >= 0, 1, e) / (1 + e), e / (1 + e) ** 2
    if layer.activation == "softmax":
        shifted = np.exp(z - z.max(axis=0))
        s = shifted / shifted.sum(axis=0)
        return s, s
    if layer.activation == "identity":
        return z, np.ones_like(z)
    slope = float(layer.slope) if layer.activation == "leaky_relu" and layer.slope is not None else 0.0
    return np.where(z >= 0, z, slope * z), np.where(z >= -NEAR_KINK * z_sizes, 1, abs(slope))
