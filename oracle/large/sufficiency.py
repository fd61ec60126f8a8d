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
    from ...spec.conventions import Conventions
    from ...spec.network import Layer, Network
    from .step import Enclosed, FloatArray, Step

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


@dataclass(frozen=True, eq=False)
class _Pass:
    """What the forward pass of a layer leaves for the backward pass."""

    inputs: FloatArray
    """Magnitudes of what the layer is fed, shape ``(n, N)``."""
    sensitivity: FloatArray
    """The magnitude of its slope, with what an error of the pre-activation adds to it, shape ``(m, N)``."""


def magnitudes_of(network: Network, x: FloatArray, y: FloatArray, conventions: Conventions) -> Deviations:
    """The magnitude of every entry of a step."""
    with np.errstate(all="ignore"):
        return _magnitudes(network, x, y, conventions)


def _magnitudes(network: Network, x: FloatArray, y: FloatArray, conventions: Conventions) -> Deviations:
    values, sizes, passes = x, np.abs(x), []
    for layer in network.layers:
        z = layer.weights @ values + layer.bias[:, None]
        z_sizes = np.abs(layer.weights) @ sizes + np.abs(layer.bias)[:, None]
        values, slopes = _activated(layer, z, z_sizes)
        passes.append(_Pass(sizes, slopes * (1 + 2 * z_sizes)))
        sizes = np.abs(values) + slopes * z_sizes
    entries = y.shape[0] if conventions["entry_reduction"] == "mean" and network.loss.startswith("sq") else 1
    divisor = entries * (y.shape[1] if conventions["cost"] == "mean" else 1)
    deltas = (sizes + np.abs(y)) / divisor
    if network.loss == "squared_error":
        deltas = 2 * deltas * passes[-1].sensitivity
    cost = np.asarray(np.sum(deltas * (1 + sizes)))
    weights, biases = [], []
    for layer, of_layer, below in zip(reversed(network.layers), reversed(passes), [*passes[-2::-1], None], strict=True):
        weights.append(deltas @ of_layer.inputs.T)
        biases.append(deltas.sum(axis=1))
        if below is not None:
            deltas = (np.abs(layer.weights).T @ deltas) * below.sensitivity
    return Deviations(sizes, cost, tuple(weights[::-1]), tuple(biases[::-1]))


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
