"""One training step of a dense network, with a proven radius for every entry."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ...spec.network import ACTIVATIONS, LOSSES
from ..arithmetic.ball import UnresolvedError, precision
from .backpropagation import backpropagated
from .flint_path import FlintProducts
from .output_layer import MADE_FOR
from .sufficiency import is_sufficient, magnitudes_of

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from ...spec.conventions import Conventions
    from ...spec.network import Layer, Network
    from .step import FloatArray, Step

LARGEST_BITS = 4096
"""Bits beyond which a jump admits all its values and a radius stays as wide as it is."""

LARGEST_BITS_OF_LARGE = 1024
"""The same from :data:`MANY_PRODUCTS` multiply-adds on, where more bits would take minutes."""

MANY_PRODUCTS = 10**6
"""Multiply-adds from which a network counts as large."""


def certified_step(
    network: Network,
    x: ArrayLike,
    y: ArrayLike,
    conventions: Conventions,
    *,
    bits: int = 113,
    path: str | None = None,
) -> Step:
    """
    Output, cost and gradients of ``network`` at a batch.

    Clauses ``network.forward``, ``network.cost`` and ``network.gradients``. The arrays are those of the canonical
    layout: x of shape ``(n_0, N)``, y of shape ``(n_L, N)``, weights out by in; numbers of any format, taken as they
    stand. Every true value lies within the radius of its entry. Precision begins at ``bits`` and is doubled until
    every radius is narrow enough for an audit (see ``sufficiency``) and every jump is decided, up to a cap; beyond it
    a jump admits all its values, and the radius of what depends on it is wide. What float64 numbers do not reach has
    an infinite radius. Raises ValueError for what is not a network of the specification, or not finite.
    """
    del path
    network, x, y = _in_float64(network, x, y)
    magnitudes = magnitudes_of(network, x, y, conventions)
    largest = LARGEST_BITS if multiply_adds(network, x.shape[1]) < MANY_PRODUCTS else LARGEST_BITS_OF_LARGE
    while True:
        step = _by_flint(network, x, y, conventions, bits, admit_both_branches=bits >= largest)
        if step is not None and (bits >= largest or is_sufficient(step, magnitudes)):
            return step
        bits = min(2 * bits, largest)


def multiply_adds(network: Network, samples: int) -> int:
    """How many products the forward pass and the two of the backward pass take."""
    sizes = [int(layer.weights.size) for layer in network.layers]
    return samples * (3 * sum(sizes) - sizes[0])


def _by_flint(
    network: Network, x: FloatArray, y: FloatArray, conventions: Conventions, bits: int, *, admit_both_branches: bool
) -> Step | None:
    """The step at so many bits, or None where a jump is open."""
    products = FlintProducts(x.shape[1], max(layer.weights.shape[0] for layer in network.layers))
    with precision(bits):
        try:
            return backpropagated(products, network, x, y, conventions, admit_both_branches=admit_both_branches)
        except UnresolvedError:
            return None


def _in_float64(network: Network, x: ArrayLike, y: ArrayLike) -> tuple[Network, FloatArray, FloatArray]:
    """The same numbers as float64 arrays, which hold those of every format; what does not fit is refused."""
    layers = tuple(
        replace(
            layer,
            weights=_finite(layer.weights, f"the weights of layer {number}", 2),
            bias=_finite(layer.bias, f"the bias of layer {number}", 1),
            slope=None if layer.slope is None else float(layer.slope),
        )
        for number, layer in enumerate(network.layers, 1)
    )
    x, y = _finite(x, "x", 2), _finite(y, "y", 2)
    _check_shapes(layers, x, y)
    _check_names(layers, network.loss)
    return replace(network, layers=layers), x, y


def _finite(values: ArrayLike, name: str, axes: int) -> FloatArray:
    array = np.asarray(values).astype(np.float64, copy=False)
    if array.ndim != axes:
        raise ValueError(f"{name}: {array.ndim} axes; it must have {axes}")
    if not np.all(np.isfinite(array)):
        raise ValueError(f"{name}: an entry is infinite or not a number; a step of such numbers has no value")
    return array


def _check_shapes(layers: tuple[Layer, ...], x: FloatArray, y: FloatArray) -> None:
    width = x.shape[0]
    for number, layer in enumerate(layers, 1):
        rows, columns = layer.weights.shape
        if columns != width or layer.bias.shape != (rows,):
            raise ValueError(
                f"layer {number}: weights {layer.weights.shape} and bias {layer.bias.shape} for {width} inputs; "
                f"they must be (out, {width}) and (out,)"
            )
        width = rows
    if y.shape != (width, x.shape[1]):
        raise ValueError(f"y: shape {y.shape}; it must be {(width, x.shape[1])}, a column a sample")


def _check_names(layers: tuple[Layer, ...], loss: str) -> None:
    if loss not in LOSSES:
        raise ValueError(f"{loss!r} is not a loss; it is one of {', '.join(LOSSES)}")
    allowed = [ACTIVATIONS] * (len(layers) - 1) + [(MADE_FOR[loss],) if loss in MADE_FOR else ACTIVATIONS]
    for number, (layer, names) in enumerate(zip(layers, allowed, strict=True), 1):
        if layer.activation not in names:
            raise ValueError(
                f"layer {number}: {layer.activation!r} with the loss {loss!r}; the activation is one of "
                f"{', '.join(names)}"
            )
