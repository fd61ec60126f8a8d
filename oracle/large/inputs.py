"""What a step is asked of: a network and a batch as float64 arrays, or one clear refusal."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ...spec.network import ACTIVATIONS, LOSSES
from .output_layer import MADE_FOR

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from ...spec.network import Layer, Network
    from .step import FloatArray


def in_float64(network: Network, x: ArrayLike, y: ArrayLike) -> tuple[Network, FloatArray, FloatArray]:
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
