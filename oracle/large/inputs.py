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
    x, y = finite(x, "x", 2), finite(y, "y", 2)
    network = checked_network(network, x.shape[0])
    expected = network.layers[-1].weights.shape[0], x.shape[1]
    if y.shape != expected:
        raise ValueError(f"y: shape {y.shape}; it must be {expected}, a column a sample")
    return network, x, y


def checked_network(network: Network, inputs: int) -> Network:
    """The network with float64 arrays; one that is none of the specification's, or for other inputs, is refused."""
    layers = tuple(
        replace(
            layer,
            weights=finite(layer.weights, f"the weights of layer {number}", 2),
            bias=finite(layer.bias, f"the bias of layer {number}", 1),
            slope=None if layer.slope is None else float(layer.slope),
        )
        for number, layer in enumerate(network.layers, 1)
    )
    _check_shapes(layers, inputs)
    _check_names(layers, network.loss)
    return replace(network, layers=layers)


def finite(values: ArrayLike, name: str, axes: int) -> FloatArray:
    """The numbers as a float64 array, of so many axes and all finite, or a refusal that calls them ``name``."""
    array = np.asarray(values).astype(np.float64, copy=False)
    if array.ndim != axes:
        raise ValueError(f"{name}: {array.ndim} axes; it must have {axes}")
    if not np.all(np.isfinite(array)):
        raise ValueError(f"{name}: an entry is infinite or not a number; a step of such numbers has no value")
    return array


def _check_shapes(layers: tuple[Layer, ...], inputs: int) -> None:
    for number, layer in enumerate(layers, 1):
        rows, columns = layer.weights.shape
        if columns != inputs or layer.bias.shape != (rows,):
            raise ValueError(
                f"layer {number}: weights {layer.weights.shape} and bias {layer.bias.shape} for {inputs} inputs; "
                f"they must be (out, {inputs}) and (out,)"
            )
        inputs = rows


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
