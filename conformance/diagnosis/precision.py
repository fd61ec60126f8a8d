"""Causes of precision: the right formula in a narrower format, or with a parameter that is held in one."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from ...oracle.alterations import Alteration
from ...spec.formats import FORMATS
from ...spec.network import Layer, Network
from .cause import Cause, at, by_name, in_layers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...spec.formats import Format
    from ...spec.operations import Operation
    from ..case import Case
    from .evidence import Evidence


IN_THE_FORMAT = {"intermediates": "format"}
"""What is computed in a narrower format than the answer's keeps no promise about that format."""


def narrower_formats() -> Iterator[Cause]:
    """Everything computed in a format with fewer digits, the arguments rounded to it first or as they are."""
    for number_format in FORMATS.values():
        yield Cause(
            "narrower format",
            f"everything is computed in {number_format.name}",
            case=partial(_narrowed, number_format),
            conventions=IN_THE_FORMAT,
        )
        yield Cause(
            "narrower format",
            f"every step is rounded to {number_format.name}, but for the arguments",
            case=partial(_computed, number_format),
            conventions=IN_THE_FORMAT,
        )


def narrower_parameters(evidence: Evidence) -> Iterator[Cause]:
    """
    A keyword, a learning rate or the slopes of a network held in a narrower format; all else is right.

    The formats are those with fewer digits than that of some failing answer. An answer in another format has to agree
    too: where the parameter is a number of the narrower format already, it has to be right.
    """
    widest = max(recorded.case.number_format.precision for recorded in evidence.failing)
    for number_format in (each for each in FORMATS.values() if each.precision < widest):
        for name in _parameters(evidence.operation):
            words = f"{name} is rounded to {number_format.name}"
            yield Cause("narrower parameter", words, case=partial(_with_parameter, name, number_format))
        if any(argument.shape == "network" for argument in evidence.operation.arguments):
            words = f"every slope of the network is rounded to {number_format.name}"
            yield Cause("narrower parameter", words, case=in_layers(partial(_with_slope, number_format)))


def _parameters(operation: Operation) -> Iterator[str]:
    """The keywords of an operation, and its learning rate, which frameworks take as an option too."""
    yield from (keyword.name for keyword in operation.keywords)
    yield from (argument.name for argument in operation.arguments if argument.domain == "rate")


def _with_parameter(name: str, number_format: Format, case: Case) -> Case:
    """``case`` with one parameter rounded; as it is where it has none of this name."""
    if name in case.keywords:
        return replace(case, keywords={**case.keywords, name: _held(number_format, case.keywords[name])})
    arguments = by_name(case)
    return at(case, **{name: _held(number_format, arguments[name])}) if name in arguments else case


def _with_slope(number_format: Format, layer: Layer) -> Layer:
    return layer if layer.slope is None else replace(layer, slope=_held(number_format, layer.slope))


def _held(number_format: Format, number: float) -> float:
    """``number`` as the format holds it."""
    with np.errstate(over="ignore"):
        return float(_rounded(np.asarray(number), number_format))


PRODUCT_BITS = {11: "TF32", 8: "bfloat16"}
"""The precisions to which some hardware rounds the inputs of products, by the format that has as many bits."""


def rounded_products() -> Iterator[Cause]:
    """The inputs of every product rounded first, or every array that is given."""
    for bits, name in PRODUCT_BITS.items():
        words = f"the inputs of products are rounded to {bits} bits, as in {name}"
        yield Cause("rounded products", words, Alteration(product_bits=bits))
        words = f"every argument but the bias is rounded to {bits} bits, as in {name}"
        yield Cause("rounded products", words, case=partial(_with_bits, bits))


def _with_bits(bits: int, case: Case) -> Case:
    names = [argument.name for argument in case.declaration.arguments]
    arguments = zip(names, case.arguments, strict=True)
    return replace(case, arguments=tuple(value if name == "b" else _kept(bits, value) for name, value in arguments))


def _kept(bits: int, argument: Any) -> Any:
    """An array, or a list of them, with so many bits left of each number; whatever else as it is."""
    match argument:
        case np.ndarray():
            mantissas, exponents = np.frexp(argument.astype(float))
            with np.errstate(over="ignore"):
                return np.asarray(np.ldexp(np.round(np.ldexp(mantissas, bits)), exponents - bits)).astype(
                    argument.dtype
                )
        case list() | tuple():
            return [_kept(bits, each) for each in argument]
        case _:
            return argument


def _narrowed(number_format: Format, case: Case) -> Case | None:
    """``case`` with its arguments rounded to a narrower format; None where it is not narrower."""
    if number_format.precision >= case.number_format.precision:
        return None
    with np.errstate(over="ignore"):
        arguments = tuple(_rounded(argument, number_format) for argument in case.arguments)
        keywords = {name: float(_rounded(np.asarray(value), number_format)) for name, value in case.keywords.items()}
    return replace(case, format_name=number_format.name, arguments=arguments, keywords=keywords)


def _computed(number_format: Format, case: Case) -> Case | None:
    """``case`` in a narrower format with its arguments as they are; None where it is not narrower."""
    if number_format.precision >= case.number_format.precision:
        return None
    return replace(case, format_name=number_format.name)


def _rounded(argument: Any, number_format: Format) -> Any:
    match argument:
        case np.ndarray():
            return argument.astype(number_format.dtype)
        case Network():
            return Network(tuple(_rounded(layer, number_format) for layer in argument.layers), argument.loss)
        case Layer():
            weights, bias = _rounded(argument.weights, number_format), _rounded(argument.bias, number_format)
            slope = None if argument.slope is None else _rounded(argument.slope, number_format)
            return replace(argument, weights=weights, bias=bias, slope=slope)
        case list() | tuple():
            return [_rounded(each, number_format) for each in argument]
        case float():
            return float(_rounded(np.asarray(argument), number_format))
        case _:
            return argument
