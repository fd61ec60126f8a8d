"""
Arguments that a person writes in JSON, for ``gradspec eval``.

An object by the names of the arguments; or what a request of the process protocol and a counterexample of a report
hold, ``arguments`` in order, and ``keywords``. Arrays are nested lists, or shape and hex floats. A decimal is read as
the number of the format that is nearest to it, in one rounding.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from ..oracle.correct_rounding import nearest_fraction
from ..spec.network import Layer, Network
from .layout import canonical
from .running import ScopeError
from .strange_json import json_value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..spec.conventions import Conventions
    from ..spec.formats import Format
    from ..spec.operations import Operation

BY_ORDER = "arguments"
"""The key of a request or of a counterexample; no argument has this name."""

BEYOND_EVERY_FORMAT = 400
"""A decimal exponent of which every format makes an infinity, or 0 where it is negative."""

SPECIAL = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
"""The special values of the process protocol."""


@dataclass(frozen=True)
class Given:
    """The arguments of one operation."""

    positional: tuple[Any, ...]
    """In order, in the canonical layout, every number one of the format."""
    keywords: Mapping[str, Any]
    """By name."""


def document(text: str) -> Any:  # noqa: ANN401 - whatever JSON holds
    """``text`` as JSON, with decimals kept as they are written."""
    try:
        return json_value(text, parse_float=Decimal, parse_constant=SPECIAL.__getitem__)
    except ValueError as error:
        message = f"--input is not JSON: {error}"
        raise ScopeError(message) from error


def given(written: Any, operation: Operation, number_format: Format, conventions: Conventions) -> Given:  # noqa: ANN401
    """The arguments that a document holds; raises ScopeError where it is no such document."""
    reader = _Reader(number_format)
    positional, keywords = _by_name(written, operation)
    values = []
    for declared, value in zip(operation.arguments, positional, strict=False):
        read = reader.argument(declared.name, value)
        is_flat = isinstance(read, np.ndarray) and read.ndim < 2  # noqa: PLR2004 - two axes can be exchanged
        values.append(read if is_flat else canonical(read, declared.shape, conventions))
    values += positional[len(values) :]  # too many: the oracle says so
    return Given(tuple(values), {name: reader.argument(name, value) for name, value in keywords.items()})


def _by_name(written: Any, operation: Operation) -> tuple[list[Any], dict[str, Any]]:  # noqa: ANN401
    names = [argument.name for argument in operation.arguments]
    keywords = [keyword.name for keyword in operation.keywords]
    if not isinstance(written, dict) or "hex" in written:
        if len(names) == 1:
            return [written], {}
        message = f"--input is one value; {operation.name} takes an object of {', '.join(names)}"
        raise ScopeError(message)
    if BY_ORDER in written:
        return _by_order(written, operation)
    unknown = [name for name in written if name not in (*names, *keywords)]
    missing = [name for name in names if name not in written]
    if unknown or missing:
        what = f"holds {unknown[0]!r}" if unknown else f"holds no {missing[0]!r}"
        message = f"--input {what}; {operation.name} takes {', '.join([*names, *keywords])}"
        raise ScopeError(message)
    return [written[name] for name in names], {name: written[name] for name in keywords if name in written}


def _by_order(written: Mapping[str, Any], operation: Operation) -> tuple[list[Any], dict[str, Any]]:
    other = written.get("operation", operation.name)
    if other != operation.name:
        message = f"--input is of the operation {other!r}, not of {operation.name}"
        raise ScopeError(message)
    arguments, keywords = written[BY_ORDER], written.get("keywords", {})
    if not isinstance(arguments, list) or not isinstance(keywords, dict):
        message = '--input: "arguments" is a list of the arguments in order, and "keywords" an object'
        raise ScopeError(message)
    return arguments, keywords


class _Reader:
    """JSON values as arguments in one format."""

    def __init__(self, number_format: Format) -> None:
        self._format = number_format

    def argument(self, name: str, value: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
        """One argument: a network, an array or a list of arrays, a number, or a name."""
        match value:
            case {"layers": list(layers), "loss": loss}:
                parts = tuple(self._layer(f"{name}, layer {index}", each) for index, each in enumerate(layers, start=1))
                return Network(parts, loss)
            case str() if not _is_number(value):
                return value
            case int() if not isinstance(value, bool):
                number = self._number(name, value)
                return value if value == number else number
            case _:
                return self._array(name, value)

    def _layer(self, name: str, value: Any) -> Layer:  # noqa: ANN401 - whatever JSON holds
        match value:
            case {"weights": weights, "bias": bias, "activation": activation}:
                slope = value.get("slope")
                return Layer(
                    self._array(f"W of {name}", weights),
                    self._array(f"b of {name}", bias),
                    activation,
                    None if slope is None else float(self._array(f"slope of {name}", slope)),
                )
        message = f"{name}: a layer is an object of weights, bias and activation, and slope for leaky_relu"
        raise ScopeError(message)

    def _array(self, name: str, value: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
        """An array, or a list of arrays where its rows have different lengths."""
        match value:
            case {"shape": list(shape), "hex": list(numbers)}:
                try:
                    return np.array([self._number(name, number) for number in numbers]).reshape(shape)
                except (TypeError, ValueError) as error:
                    message = f"{name} has shape {shape} and {len(numbers)} hex floats: {error}"
                    raise ScopeError(message) from error
            case {"hex": number}:
                return np.array(self._number(name, number))
            case list() if any(isinstance(each, dict) for each in value):
                return [self._array(f"{name}[{index}]", each) for index, each in enumerate(value)]
            case list():
                nested = self._nested(name, value)
                try:
                    return np.array(nested, dtype=np.float64)
                except ValueError:
                    return [np.array(each) if isinstance(each, list) else each for each in nested]
            case _:
                return np.array(self._number(name, value))

    def _nested(self, name: str, value: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
        if isinstance(value, list):
            return [self._nested(f"{name}[{index}]", each) for index, each in enumerate(value)]
        return self._number(name, value)

    def _number(self, name: str, value: Any) -> float:  # noqa: ANN401 - whatever JSON holds
        """The number of the format that is nearest to ``value``."""
        exact = _exact(name, value)
        if isinstance(exact, float):
            return exact
        nearest = nearest_fraction(exact, self._format)
        if nearest.is_infinite:
            message = f"{name} = {value} overflows {self._format.name}"
            raise ScopeError(message)
        return nearest.value()


def _is_number(text: str) -> bool:
    """Whether ``text`` is a hex float or a special value, and no name."""
    if text in SPECIAL:
        return True
    try:
        float.fromhex(text)
    except (ValueError, OverflowError):
        return False
    return text.lstrip("+-")[:2].lower() == "0x"


def _exact(name: str, value: Any) -> Fraction | float:  # noqa: ANN401 - whatever JSON holds
    """The number that is written, exactly; a float where it is NaN or an infinity."""
    match value:
        case str() if _is_number(value):
            number = float.fromhex(value)
            return Fraction(number) if math.isfinite(number) else number
        case bool():
            pass
        case Decimal() if value and abs(value.adjusted()) > BEYOND_EVERY_FORMAT:
            return Fraction(2) ** 2000 if value.adjusted() > 0 else Fraction(0)
        case int() | Decimal():
            return Fraction(value)
        case float():
            return value
    message = f"{name} is {json.dumps(value, default=str)[:60]}, which is not a number"
    raise ScopeError(message)
