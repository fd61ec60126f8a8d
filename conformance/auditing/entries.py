"""One entry in words and numbers: where it stands, what is true, and what is allowed."""

from __future__ import annotations

from decimal import Context, Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from .judged import Entry
from .quantities import BATCH, SCALAR, VECTOR

if TYPE_CHECKING:
    from ...spec.conventions import Conventions
    from ...spec.formats import Format
    from .measuring import Measured
    from .quantities import Quantity

DIGITS = 20
"""Of a true value."""

EXACT = Context(prec=2000)
"""Holds the sum of any two float64 numbers."""


def entry_at(
    quantity: Quantity,
    index: tuple[int, ...],
    error: tuple[float, float],
    number_format: Format,
    conventions: Conventions,
) -> Entry:
    """The entry of ``quantity`` at ``index``, whose ``error`` is known in ulps and over its envelope."""
    high, low = float(quantity.high[index]), float(quantity.low[index])
    allowed = quantity.reach[index] if index else quantity.reach
    lower, upper = _interval(Fraction(high) + Fraction(low), Fraction(float(allowed)), number_format)
    text = Context(prec=DIGITS).plus(EXACT.add(Decimal(high), Decimal(low)))
    return Entry(
        quantity.name,
        index,
        _place(quantity, index, conventions),
        float(quantity.got[index]),
        f"{text.normalize()!s}".lower(),
        lower,
        upper,
        *error,
        _relative(float(quantity.got[index]), Fraction(high) + Fraction(low)),
    )


def _relative(got: float, truth: Fraction) -> float:
    if not np.isfinite(got) or truth == 0:
        return 0.0 if got == truth else float("inf")
    return float(abs((Fraction(got) - truth) / truth))


def _place(quantity: Quantity, index: tuple[int, ...], conventions: Conventions) -> str:
    match quantity.axes:
        case axes if axes == SCALAR:
            return "the cost"
        case axes if axes == VECTOR:
            return f"layer {quantity.layer}, unit {index[0]}"
        case axes if axes == BATCH:
            sample, unit = index if conventions["layout"] == "rows" else index[::-1]
            return f"sample {sample}, unit {unit}"
        case _:
            source, unit = index if conventions["weight_layout"] == "in_out" else index[::-1]
            return f"layer {quantity.layer}, from input {source} to unit {unit}"


def _interval(middle: Fraction, reach: Fraction, number_format: Format) -> tuple[float, float]:
    """The smallest and the largest number of the format within ``reach`` of ``middle``."""
    return _inward(middle - reach, number_format, 1), _inward(middle + reach, number_format, -1)


def _inward(end: Fraction, number_format: Format, direction: int) -> float:
    """The number of the format next to ``end``, at it or on its inner side; an infinity beyond the largest."""
    if abs(end) > number_format.largest:
        return float(np.copysign(np.inf, float(end > 0) - 0.5))
    dtype = number_format.dtype
    value = np.float64(end.numerator / end.denominator).astype(dtype)
    while (Fraction(float(value)) - end) * direction < 0:
        value = np.nextafter(value, dtype.type(np.inf * direction))
    return float(value)


def worst_places(block: Measured, count: int) -> list[tuple[int, float, float]]:
    """Position, ratio and error in ulps of the decided entries of a block with the largest ratios, largest first."""
    ratios = np.where(block.decided, block.ratio, -1.0).reshape(-1)
    count = min(count, ratios.size)
    if count == 0:
        return []
    chosen = np.argpartition(ratios, ratios.size - count)[ratios.size - count :]
    errors = block.error_ulps.reshape(-1)
    found = [(int(place), float(ratios[place]), float(errors[place])) for place in chosen if ratios[place] >= 0]
    return sorted(found, key=lambda each: (-each[1], each[0]))
