"""Causes of precision: the right formula in a narrower format."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from ...spec.formats import FORMATS
from ...spec.network import Layer, Network
from .cause import Cause

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...spec.formats import Format
    from ..case import Case


def narrower_formats() -> Iterator[Cause]:
    """Everything computed in a format with fewer digits, the arguments rounded to it first."""
    for number_format in FORMATS.values():
        yield Cause(
            "narrower format",
            f"everything is computed in {number_format.name}",
            case=partial(_narrowed, number_format),
        )


def _narrowed(number_format: Format, case: Case) -> Case | None:
    """``case`` with its arguments rounded to a narrower format; None where it is not narrower or does not hold them."""
    if number_format.precision >= case.number_format.precision:
        return None
    with np.errstate(over="ignore"):
        arguments = tuple(_rounded(argument, number_format) for argument in case.arguments)
        keywords = {name: float(_rounded(np.asarray(value), number_format)) for name, value in case.keywords.items()}
    narrowed = replace(case, format_name=number_format.name, arguments=arguments, keywords=keywords)
    return narrowed if _is_finite(narrowed.arguments) else None


def _rounded(argument: Any, number_format: Format) -> Any:
    match argument:
        case np.ndarray():
            return argument.astype(number_format.dtype)
        case Network():
            return Network(tuple(_rounded(layer, number_format) for layer in argument.layers), argument.loss)
        case Layer():
            weights, bias = _rounded(argument.weights, number_format), _rounded(argument.bias, number_format)
            return replace(argument, weights=weights, bias=bias)
        case list() | tuple():
            return [_rounded(each, number_format) for each in argument]
        case float():
            return float(_rounded(np.asarray(argument), number_format))
        case _:
            return argument


def _is_finite(argument: Any) -> bool:
    match argument:
        case np.ndarray():
            return bool(np.isfinite(argument).all())
        case Network():
            return all(_is_finite(layer.weights) and _is_finite(layer.bias) for layer in argument.layers)
        case list() | tuple():
            return all(map(_is_finite, argument))
        case float():
            return math.isfinite(argument)
        case _:
            return True
