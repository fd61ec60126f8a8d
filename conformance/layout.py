"""
The door between gradspec and a target: layouts, shapes and copies.

Inside, samples are columns and weights are (out, in). A target that declares ``layout = rows`` or ``weight_layout =
in_out`` gets its arrays transposed, and its answers are transposed back. Every call gets fresh, contiguous copies.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..spec.network import Layer, Network

if TYPE_CHECKING:
    from collections.abc import Sequence

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
    sizes = _sizes(operation, arguments)
    expected = []
    for result in operation.results:
        if result.shape in ("all weights", "all biases"):
            layers = _network(arguments).layers
            for index, layer in enumerate(layers):
                array = layer.weights if result.shape == "all weights" else layer.bias
                word = "weights" if result.shape == "all weights" else "vector"
                expected.append((f"{result.name}[{index}]", word, array.shape))
        elif result.shape == "any":
            expected.append((result.name, "any", np.shape(arguments[0])))
        else:
            expected.append((result.name, result.shape, _shape(result.shape, sizes)))
    return expected


def _network(arguments: Sequence[Any]) -> Network:
    return next(argument for argument in arguments if isinstance(argument, Network))


def _shape(words: str, sizes: dict[str, int]) -> Shape:
    axes = [sizes[word] for word in words.split() if word not in ("batch", "weights", "scalar")]
    return (*axes, sizes["N"]) if words.startswith("batch") else tuple(axes)


def _sizes(operation: Operation, arguments: Sequence[Any]) -> dict[str, int]:
    """The size of every axis that the operation's shapes name, read off its arguments."""
    sizes: dict[str, int] = {}
    for declared, argument in zip(operation.arguments, arguments, strict=True):
        if isinstance(argument, Network):
            sizes["n_0"] = argument.layers[0].weights.shape[1]
            sizes["n_L"] = argument.layers[-1].weights.shape[0]
        elif declared.shape == "layer":
            layer = _network(arguments).layers[argument - 1]
            sizes["n_l"], sizes["n_(l-1)"] = layer.weights.shape
        elif isinstance(argument, np.ndarray) and declared.shape != "any":
            names = [word for word in declared.shape.split() if word not in ("batch", "weights")]
            names += ["N"] if declared.shape.startswith("batch") else []
            sizes.update(zip(names, argument.shape, strict=True))
    return sizes
