"""Causes that are right answers at other arguments: one left out, two swapped, one transposed, rounded or clipped."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from ...spec.network import Network
from ..layout import expected_shapes
from .cause import Cause, at, by_name, in_layers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from ...spec.network import Layer
    from ...spec.operations import Operation
    from ..case import Case
    from ..judgement import FloatArray

    OfCase = Callable[[Case], Case | None]

FIXED: Mapping[str, tuple[float, ...]] = {"slope": (0.01,), "threshold": (0.0,), "epsilon": (0.5, 1.0)}
"""What a keyword may be taken for whatever it is."""

HELD = (None, np.float32)
"""How such a number is held: in the format, or in float32, as by code that computes a half format in that."""

EXTENDED = "n+1"
"""The shape of parameters whose first entry is the bias."""

FED = "n_(l-1)"
"""The shape of what a layer is fed: beyond the last layer that is the answer of the network."""

NAMES = ("activation", "loss", "network", "layer", "sample", "count")
"""Shapes of arguments that are no numbers to compute with."""


def other_arguments(operation: Operation) -> Iterator[Cause]:
    """Arguments swapped, left out, doubled, transposed, or taken from another layer."""
    yield from _swaps(operation)
    yield from _omissions(operation)
    yield from _transpositions(operation)
    yield from _labels(operation)
    yield from _neighbours(operation)


def _swaps(operation: Operation) -> Iterator[Cause]:
    arrays = [argument for argument in operation.arguments if argument.shape not in NAMES]
    for one, other in combinations(arrays, 2):
        condition = "" if one.shape == other.shape else " where their shapes are equal"
        yield Cause(
            "swapped arguments",
            f"{one.name} and {other.name} are taken for one another{condition}",
            case=partial(_exchanged, one.name, other.name),
        )


def _exchanged(one: str, other: str, case: Case) -> Case:
    values = by_name(case)
    if isinstance(values[one], list) or np.shape(values[one]) != np.shape(values[other]):
        return case
    return at(case, **{one: values[other], other: values[one]})


def _omissions(operation: Operation) -> Iterator[Cause]:
    for argument in operation.arguments:
        name = argument.name
        if argument.shape == "network":
            yield Cause("missing bias", "the biases of the network are left out", case=_biases(0))
            yield Cause("doubled bias", "the biases of the network are added twice", case=_biases(2))
            for dtype in HELD:
                change = in_layers(partial(_with_slope, dtype))
                yield Cause("fixed parameter", "every slope is 0.01 whatever the network says", case=change)
            yield Cause("missing activation", "every layer is linear", case=in_layers(_linear))
            yield Cause("missing activation", "the last layer is linear", case=_linear_at_the_end)
        elif argument.shape == "activation":
            yield Cause("missing activation", "the activation is left out", case=partial(_with_activation, name))
        elif argument.shape not in NAMES:
            kind = "bias" if name.startswith("b") else "argument"
            yield Cause(f"missing {kind}", f"{name} is taken for zero", case=_scaled(name, 0))
            if argument.shape == EXTENDED:
                yield Cause(
                    "missing bias", f"the first entry of {name}, the bias, is left out", case=_without_first(name)
                )
            yield Cause(f"doubled {kind}", f"{name} is counted twice", case=_scaled(name, 2))
            yield Cause("sign of an argument", f"{name} is taken with the opposite sign", case=_scaled(name, -1))
            yield Cause("upstream left out", f"{name} is taken for ones", case=_ones(name))
    for keyword in operation.keywords:
        for value in FIXED[keyword.name]:
            words = f"{keyword.name} is {value} whatever is asked for"
            for dtype in HELD:
                yield Cause("fixed parameter", words, case=partial(_fixed, keyword.name, value, dtype))
        words = f"{keyword.name} is taken with the opposite sign"
        yield Cause("sign of an argument", words, case=partial(_with_opposite, keyword.name))


def _without_first(name: str) -> OfCase:
    def without(case: Case) -> Case:
        array = by_name(case)[name].copy()
        array[0] = 0
        return at(case, **{name: array})

    return without


def _fixed(name: str, value: float, dtype: Any, case: Case) -> Case:
    held = float(np.asarray(value).astype(dtype or case.number_format.dtype))
    return replace(case, keywords={**case.keywords, name: held}) if name in case.keywords else case


def _with_opposite(name: str, case: Case) -> Case:
    return replace(case, keywords={**case.keywords, name: -case.keywords[name]}) if name in case.keywords else case


def _linear(layer: Layer) -> Layer:
    return replace(layer, activation="identity", slope=None)


def _linear_at_the_end(case: Case) -> Case:
    arguments = [
        Network((*argument.layers[:-1], _linear(argument.layers[-1])), argument.loss)
        if isinstance(argument, Network)
        else argument
        for argument in case.arguments
    ]
    return replace(case, arguments=tuple(arguments))


def _with_activation(name: str, case: Case) -> Case:
    return replace(at(case, **{name: "identity"}), keywords={})


def _with_slope(dtype: Any, layer: Layer) -> Layer:
    if layer.slope is None:
        return layer
    return replace(layer, slope=float(np.asarray(FIXED["slope"][0]).astype(dtype or layer.weights.dtype)))


def _scaled(name: str, factor: int) -> OfCase:
    return lambda case: at(case, **{name: _times(by_name(case)[name], factor)})


def _ones(name: str) -> OfCase:
    return lambda case: at(case, **{name: _map(np.ones_like, by_name(case)[name])})


def _times(value: Any, factor: int) -> Any:
    return _map(lambda array: (array * array.dtype.type(factor)).astype(array.dtype), value)


def _map(change: Callable[[FloatArray], FloatArray], value: Any) -> Any:
    match value:
        case np.ndarray():
            with np.errstate(over="ignore"):
                return np.asarray(change(value))
        case list() | tuple():
            return [_map(change, each) for each in value]
        case float():
            return float(change(np.asarray(value)))
        case _:
            return value


def _biases(factor: int) -> OfCase:
    return in_layers(lambda layer: replace(layer, bias=_times(layer.bias, factor)))


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
                case=in_layers(lambda layer: replace(layer, weights=_of_square(layer.weights))),
            )


def _transpose(name: str) -> OfCase:
    return lambda case: at(case, **{name: _of_square(by_name(case)[name])})


def _of_square(matrix: Any) -> Any:
    is_square = isinstance(matrix, np.ndarray) and matrix.ndim > 1 and matrix.shape[-1] == matrix.shape[-2]
    return np.ascontiguousarray(np.swapaxes(matrix, -1, -2)) if is_square else matrix


def _labels(operation: Operation) -> Iterator[Cause]:
    for argument in operation.arguments:
        if argument.name in ("y", "Y"):
            yield Cause("argmax of the label", "the largest entry of a label is taken for the whole", case=_argmax)


def _argmax(case: Case) -> Case:
    name = "y" if "y" in by_name(case) else "Y"
    label = by_name(case)[name]
    losses = {argument.loss for argument in case.arguments if isinstance(argument, Network)}
    if losses - {"categorical_cross_entropy"}:
        return case
    if not isinstance(label, np.ndarray) or label.ndim == 0:
        return case
    largest = np.argmax(label.astype(float), axis=0)
    hot = (np.arange(label.shape[0]).reshape(-1, *[1] * (label.ndim - 1)) == largest).astype(label.dtype)
    return at(case, **{name: hot})


def _neighbours(operation: Operation) -> Iterator[Cause]:
    """The layer beside the one asked about."""
    for argument in operation.arguments:
        if argument.shape == "layer":
            for step, words in ((1, "after"), (-1, "before")):
                sentence = f"the answer is that of the layer {words} the one asked about, where the shapes permit it"
                yield Cause("off by one layer", sentence, case=partial(_layer_beside, argument.name, step))


def _layer_beside(name: str, step: int, case: Case) -> Case:
    beside = at(case, **{name: by_name(case)[name] + step})
    return beside if _shapes(beside, name) == _shapes(case, name) else case


def _shapes(case: Case, name: str) -> list[tuple[int, ...]] | None:
    """The shapes of the answer; None where there is no such answer, as before the first layer."""
    layers = next(argument.layers for argument in case.arguments if isinstance(argument, Network))
    layer = by_name(case)[name]
    if layer == len(layers) + 1 and all(result.shape == FED for result in case.declaration.results):
        return [layers[-1].bias.shape]
    try:
        return [shape for _, _, shape in expected_shapes(case.declaration, case.arguments)] if layer > 0 else None
    except LookupError:
        return None
