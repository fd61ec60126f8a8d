"""Causes that are right answers at other arguments: one left out, two swapped, one transposed, rounded or clipped."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from ...spec.network import Network
from .cause import Cause, at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ...spec.network import Layer
    from ...spec.operations import Operation
    from ..case import Case
    from ..judgement import FloatArray

    OfCase = Callable[[Case], Case | None]

BIASES = ("b", "b1", "b2")
"""The arguments that are biases."""


def other_arguments(operation: Operation) -> Iterator[Cause]:
    """Arguments swapped, left out, transposed, sorted out of one another."""
    yield from _swaps(operation)
    yield from _omissions(operation)
    yield from _transpositions(operation)
    yield from _labels(operation)


def _swaps(operation: Operation) -> Iterator[Cause]:
    arrays = [argument for argument in operation.arguments if argument.shape not in ("network", "activation", "layer")]
    for one, other in combinations(arrays, 2):
        if one.shape == other.shape:
            yield Cause(
                "swapped arguments",
                f"{one.name} and {other.name} are taken for one another",
                case=_exchange(one.name, other.name),
            )


def _exchange(one: str, other: str) -> OfCase:
    def exchanged(case: Case) -> Case:
        values = _by_name(case)
        return at(case, **{one: values[other], other: values[one]})

    return exchanged


def _by_name(case: Case) -> dict[str, Any]:
    names = [argument.name for argument in case.declaration.arguments]
    return dict(zip(names, case.arguments, strict=True))


def _omissions(operation: Operation) -> Iterator[Cause]:
    for argument in operation.arguments:
        if argument.name in BIASES:
            yield Cause("missing bias", f"{argument.name} is left out", case=_scaled(argument.name, 0))
            yield Cause("doubled bias", f"{argument.name} is added twice", case=_scaled(argument.name, 2))
        elif argument.name in ("upstream", "delta", "D", "u"):
            yield Cause("upstream left out", f"{argument.name} is taken for ones", case=_ones(argument.name))
        elif argument.shape == "network":
            yield Cause("missing bias", "the biases of the network are left out", case=_biases(0))
            yield Cause("doubled bias", "the biases of the network are added twice", case=_biases(2))


def _scaled(name: str, factor: int) -> OfCase:
    return lambda case: at(case, **{name: _times(_by_name(case)[name], factor)})


def _ones(name: str) -> OfCase:
    return lambda case: at(case, **{name: _map(np.ones_like, _by_name(case)[name])})


def _times(value: Any, factor: int) -> Any:
    return _map(lambda array: (array * array.dtype.type(factor)).astype(array.dtype), value)


def _map(change: Callable[[FloatArray], FloatArray], value: Any) -> Any:
    match value:
        case np.ndarray():
            return change(value)
        case list() | tuple():
            return [_map(change, each) for each in value]
        case float():
            return float(change(np.asarray(value)))
        case _:
            return value


def _biases(factor: int) -> OfCase:
    return _layers(lambda layer: replace(layer, bias=_times(layer.bias, factor)))


def _layers(change: Callable[[Layer], Layer]) -> OfCase:
    def changed(case: Case) -> Case:
        arguments = [
            Network(tuple(map(change, argument.layers)), argument.loss) if isinstance(argument, Network) else argument
            for argument in case.arguments
        ]
        return replace(case, arguments=tuple(arguments))

    return changed


def _transpositions(operation: Operation) -> Iterator[Cause]:
    """Matrices read as (in, out) where they are (out, in), or batches with the other axis for the samples."""
    for argument in operation.arguments:
        if len(argument.shape.split()) > 1 and "scalar" not in argument.shape:
            yield Cause(
                "transposed argument",
                f"{argument.name} is read transposed where it is square",
                case=_transpose(argument.name),
            )
        elif argument.shape == "network":
            yield Cause(
                "transposed argument",
                "square weights of the network are read transposed",
                case=_layers(lambda layer: replace(layer, weights=_of_square(layer.weights))),
            )


def _transpose(name: str) -> OfCase:
    return lambda case: at(case, **{name: _of_square(_by_name(case)[name])})


def _of_square(matrix: Any) -> Any:
    is_square = isinstance(matrix, np.ndarray) and matrix.ndim > 1 and matrix.shape[-1] == matrix.shape[-2]
    return np.ascontiguousarray(np.swapaxes(matrix, -1, -2)) if is_square else matrix


def _labels(operation: Operation) -> Iterator[Cause]:
    for argument in operation.arguments:
        if argument.name in ("y", "Y"):
            yield Cause("argmax of the label", "the largest entry of a label is taken for the whole", case=_argmax)
            yield Cause("label left out", f"{argument.name} is taken for zeros", case=_scaled(argument.name, 0))


def _argmax(case: Case) -> Case:
    name = "y" if "y" in _by_name(case) else "Y"
    label = _by_name(case)[name]
    if not isinstance(label, np.ndarray) or label.ndim == 0:
        return case
    largest = np.argmax(label.astype(float), axis=0)
    hot = (np.arange(label.shape[0]).reshape(-1, *[1] * (label.ndim - 1)) == largest).astype(label.dtype)
    return at(case, **{name: hot})
