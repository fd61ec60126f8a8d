"""
The door between gradspec and a target: layouts, shapes and copies.

Inside, samples are columns and weights are (out, in). A target that declares ``layout = rows`` or ``weight_layout =
in_out`` gets its arrays transposed, and its answers are transposed back. Every call gets fresh, contiguous copies.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..spec import shapes
from ..spec.network import Layer, Network

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ..spec.conventions import Conventions
    from ..spec.operations import Operation

    FloatArray = np.ndarray[Any, np.dtype[Any]]
    Shape = tuple[int, ...]


def outgoing(argument: Any, shape: str, conventions: Conventions) -> Any:  # noqa: ANN401 - whatever an operation takes
    """A fresh copy of a canonical ``argument`` in the layout that the target declares."""
    match argument:
        case np.ndarray():
            return _swapped(argument, shape, conventions).copy(order="C")
        case Network():
            layers = tuple(
                Layer(
                    outgoing(layer.weights, "weights", conventions),
                    layer.bias.copy(),
                    layer.activation,
                    layer.slope,
                )
                for layer in argument.layers
            )
            return Network(layers, argument.loss)
        case list() | tuple():
            part = "weights" if shape == "all weights" else "vector"
            return [outgoing(each, part, conventions) for each in argument]
        case _:
            return argument


canonical = outgoing
"""The same the other way: exchanging two axes is its own inverse."""


def incoming(array: FloatArray, shape: str, conventions: Conventions) -> FloatArray:
    """A copy, in the canonical layout, of one array of an answer."""
    return np.array(_swapped(array, shape, conventions), order="C", copy=True)


def declared_shape(canonical: Shape, shape: str, conventions: Conventions) -> Shape:
    """The shape in which the target has to return an array whose canonical shape is ``canonical``."""
    swapped: Shape = _swapped(np.empty(canonical, dtype=np.bool_), shape, conventions).shape
    return swapped


def _swapped(array: FloatArray, shape: str, conventions: Conventions) -> FloatArray:
    """``array`` with its last two axes exchanged where the conventions store them so; its own inverse."""
    words = shape.split()
    is_batch = "batch" in words and conventions["layout"] == "rows"
    is_weights = "weights" in words and conventions["weight_layout"] == "in_out"
    return np.swapaxes(array, -1, -2) if is_batch or is_weights else array


def expected_shapes(operation: Operation, arguments: Sequence[Any]) -> list[tuple[str, str, Shape]]:
    """Name, shape words and canonical shape of every array of an answer, nested sequences taken apart."""
    sizes = sizes_of(operation, arguments)
    expected = []
    for result in operation.results:
        if result.shape in _BY_LAYER:
            for index, layer in enumerate(_network(arguments).layers):
                word, shape = _BY_LAYER[result.shape](layer, sizes)
                expected.append((f"{result.name}[{index}]", word, shape))
        elif result.shape == "any":
            expected.append((result.name, "any", np.shape(arguments[0])))
        elif result.shape == "parameters":
            count = sum(layer.weights.size + layer.bias.size for layer in _network(arguments).layers)
            expected.append((result.name, result.shape, (count,)))
        else:
            expected.append((result.name, result.shape, shapes.shape(result.shape, sizes)))
    return expected


_BY_LAYER: Mapping[str, Callable[[Layer, Mapping[str, int]], tuple[str, Shape]]] = {
    "all weights": lambda layer, _: ("weights", layer.weights.shape),
    "all biases": lambda layer, _: ("vector", layer.bias.shape),
    "all batches": lambda layer, sizes: ("batch", (layer.bias.shape[0], sizes["N"])),
}
"""Results that are one array a layer: the layout and the shape of each."""


def _network(arguments: Sequence[Any]) -> Network:
    return next(argument for argument in arguments if isinstance(argument, Network))


def sizes_of(operation: Operation, arguments: Sequence[Any]) -> dict[str, int]:
    """The size of every axis that the operation's shapes name, read off its arguments."""
    sizes: dict[str, int] = {}
    for declared, argument in zip(operation.arguments, arguments, strict=True):
        if isinstance(argument, Network):
            sizes["n_0"] = argument.layers[0].weights.shape[1]
            sizes["n_L"] = argument.layers[-1].weights.shape[0]
        elif declared.shape == "layer":
            layers = _network(arguments).layers
            sizes["n_l"], sizes["n_(l-1)"] = layers[argument - 1].weights.shape
            if argument < len(layers):
                sizes["n_(l+1)"] = layers[argument].weights.shape[0]
        elif isinstance(argument, np.ndarray) and declared.shape != "any":
            axes = [*shapes.axes(declared.shape), *(["N"] if shapes.is_batch(declared.shape) else [])]
            sizes.update(zip(axes, argument.shape, strict=True))
    return sizes
