"""Ruling on an answer by a vector alone: no oracle, no target, nothing but what stands in the file."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from ...spec.formats import FORMATS
from .numbers import fraction, is_of_format

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ...spec.formats import Format

LEVELS = ("must", "should", "strict")
"""In the order of a summary."""

FAR = 4_000
"""Decimal exponents beyond which a true value is far out of every format, and no fraction is made of it."""


class Ruling(StrEnum):
    """What an answer comes to at a level."""

    PASS = "pass"  # noqa: S105 - a verdict, no password
    FAIL = "fail"
    UNDECIDED = "undecided"
    """Every entry is allowed, and none is decided: the intervals are too wide to say anything."""
    UNANSWERED = "not answered"


@dataclass(frozen=True)
class Wrong:
    """An entry of an answer that is not allowed."""

    array: int
    """Which array of the answer."""
    position: int
    """Where in it, counted row by row."""
    got: float
    """What came back."""
    allowed: tuple[Any, ...]
    """What may stand there: numbers, and pairs of ends."""
    true: str | None
    """The true value to 40 digits, where there is one."""
    ulps: float
    """How far off it is, in ulps of the true value; infinite for what is no number, NaN without a true value."""


@dataclass(frozen=True)
class Ruled:
    """An answer at a level."""

    ruling: Ruling
    """What it comes to."""
    wrong: tuple[Wrong, ...] = ()
    """What is not allowed: of several boxes, by the one with the fewest such entries."""
    reason: str = ""
    """What is wrong with the form of the answer, where that is."""


def levels(vector: Mapping[str, Any]) -> tuple[str, ...]:
    """The levels at which an answer to ``vector`` is ruled on."""
    return ("strict",) if vector["regime"] == "special" else ("must", "should")


def ruling(vector: Mapping[str, Any], answer: Sequence[Sequence[float]], level: str) -> Ruled:
    """What ``answer``, the numbers of each array row by row, comes to at ``level``."""
    number_format = FORMATS[vector["format"]]
    reason = _malformed(vector, answer, number_format)
    if reason:
        return Ruled(Ruling.FAIL, reason=reason)
    boxes = vector.get(level, vector.get("must", ()))
    found = [(tuple(_wrong(vector, answer, box, number_format)), box) for box in boxes]
    fewest, _ = min(found, key=lambda each: len(each[0]))
    if fewest:
        return Ruled(Ruling.FAIL, fewest)
    decided = any(_is_decided(box, answer, level) for wrong, box in found if not wrong)
    return Ruled(Ruling.PASS if decided else Ruling.UNDECIDED)


def _malformed(vector: Mapping[str, Any], answer: Sequence[Sequence[float]], number_format: Format) -> str:
    results = vector["results"]
    if len(answer) != len(results):
        return f"{len(answer)} arrays, expected {len(results)}: {', '.join(each['name'] for each in results)}"
    for result, numbers in zip(results, answer, strict=True):
        if len(numbers) != len(result["true"]):
            return f"{result['name']} has {len(numbers)} numbers, expected {len(result['true'])}"
        for number in numbers:
            if not is_of_format(number, number_format):
                return f"{result['name']} holds {number!r}, which is no number of {number_format.name}"
    return ""


def _wrong(
    vector: Mapping[str, Any], answer: Sequence[Sequence[float]], box: Mapping[str, Any], number_format: Format
) -> Iterator[Wrong]:
    for index, (numbers, allowed, result) in enumerate(zip(answer, box["allowed"], vector["results"], strict=True)):
        for position, (got, options) in enumerate(zip(numbers, allowed, strict=True)):
            if not is_allowed(got, options):
                true = result["true"][position]
                yield Wrong(index, position, got, tuple(options), true, ulps(got, true, number_format))


def _is_decided(box: Mapping[str, Any], answer: Sequence[Sequence[float]], level: str) -> bool:
    """Whether some entry says something of an answer in the box; a NaN says nothing but where it is demanded."""
    undecided = box.get("undecided", [()] * len(answer))
    return any(
        position not in open_entries and (level == "strict" or not math.isnan(number))
        for numbers, open_entries in zip(answer, undecided, strict=True)
        for position, number in enumerate(numbers)
    )


def is_allowed(got: float, options: Sequence[Any] | None) -> bool:
    """Whether ``got`` is one of ``options``; -0 is 0, NaN is NaN, and where there are none everything is allowed."""
    return options is None or any(_is(got, option) for option in options)


def _is(got: float, option: str | Sequence[str]) -> bool:
    if isinstance(option, str):
        value = float.fromhex(option)
        return got == value or (math.isnan(got) and math.isnan(value))
    lower, upper = map(float.fromhex, option)
    return lower <= got <= upper


def ulps(got: float, true: str | None, number_format: Format) -> float:
    """The distance of ``got`` from ``true`` in ulps of it (clause ``number.ulp``), as far as 40 digits tell."""
    if true is None:
        return math.nan
    if not math.isfinite(got):
        return math.inf
    value = _value(true)
    if value is None:
        return math.inf
    smallest = number_format.smallest_exponent - number_format.precision + 1
    exponent = smallest if value == 0 else max(_leading(value) - number_format.precision + 1, smallest)
    return _float(abs(Fraction(got) - value) / Fraction(2) ** exponent)


def _value(true: str) -> Fraction | None:
    """The number written, 0 where it is far below every format, None where it is far above."""
    exponent = int(true.partition("e")[2] or 0)
    if exponent > FAR:
        return None
    return Fraction(0) if exponent < -FAR else fraction(true)


def _leading(value: Fraction) -> int:
    """The exponent of the binade of ``value``."""
    exponent = abs(value.numerator).bit_length() - value.denominator.bit_length()
    return exponent if abs(value) >= Fraction(2) ** exponent else exponent - 1


def _float(value: Fraction) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf


def index(shape: Sequence[int], position: int) -> tuple[int, ...]:
    """Where in an array of ``shape`` an entry stands."""
    return tuple(int(each) for each in np.unravel_index(position, tuple(shape))) if shape else ()
