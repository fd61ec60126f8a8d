"""Measuring one answer against its truth and its envelope, a few rows at a time, all entries at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ...oracle.arithmetic.rounding import Rounding
from ..judgement import UNDERFLOW_UNITS

if TYPE_CHECKING:
    from ...spec.conventions import Conventions
    from ...spec.formats import Format
    from .quantities import Quantity

    FloatArray = np.ndarray[Any, np.dtype[np.float64]]
    BoolArray = np.ndarray[Any, np.dtype[np.bool_]]

SLACK = 1 - 2.0**-50
"""
A distance is measured in float64, by two subtractions.

Where answer and truth are within a factor of 2 of one another, the first is exact, and where they are not, neither errs
by more than 2^-53 of a number below three times the distance: their errors are below 2^-50 of it. So a measured
distance times this is at most the true one, and no right answer is found outside for the judge's own rounding.
"""

QUARTER = 0.25
"""Clause ``accuracy.decided``: a radius beyond a quarter of the value decides nothing."""


@dataclass(frozen=True)
class Rules:
    """What the ruling on an entry depends on besides its numbers."""

    number_format: Format
    """The format of the answer."""
    level: str
    """``must`` or ``should``."""
    underflow_unit: float
    """The largest absolute error of one underflow."""


def rules_of(number_format: Format, conventions: Conventions, level: str) -> Rules:
    """The rules at a level, by the rounding arithmetic's own account of underflow."""
    return Rules(number_format, level, float(Rounding(number_format, conventions, level=level).underflow_unit))


@dataclass(frozen=True, eq=False)
class Measured:
    """Some rows of an answer, measured; all arrays have their shape."""

    decided: BoolArray
    """Whether an entry is outside, or inside of an envelope that is narrow enough for that to say anything."""
    outside: BoolArray
    """Whether it lies outside of its envelope."""
    error_ulps: FloatArray
    """The distance from the true value, in ulps of it."""
    ratio: FloatArray
    """The distance over the reach of the envelope: above 1 exactly outside; 0 where both are 0."""
    sensitivity: FloatArray
    """The reach over the magnitude of the true value; infinite where that is 0."""


def measured(rows: Quantity, largest: float, rules: Rules) -> Measured:
    """
    The entries of ``rows``, measured.

    ``largest`` is the largest magnitude of a true value in the whole array, which takes the place of a true 0.
    """
    with np.errstate(all="ignore"):
        got = rows.got.astype(np.float64)
        magnitude, reach = np.abs(rows.high), rows.reach
        distance = np.abs((got - rows.high) - rows.low)
        inside = (distance * SLACK <= reach) | np.isinf(reach) | _is_admitted_infinity(got, rows, rules)
        distance = np.where(np.isnan(distance), np.inf, distance)
        ratio = np.where(distance == 0, 0.0, distance / reach)
        return Measured(
            decided=~inside | _is_narrow(rows, magnitude, largest, rules),
            outside=~inside,
            error_ulps=distance / _ulp(rows, rules.number_format),
            ratio=np.where(inside, np.minimum(ratio, 1.0), ratio),
            sensitivity=reach / magnitude,
        )


def _is_narrow(rows: Quantity, magnitude: FloatArray, largest: float, rules: Rules) -> BoolArray:
    """Whether an answer inside of the envelope is decided, clause ``accuracy.decided``."""
    is_zero = (rows.high == 0) & (rows.low == 0)
    scale = np.where(is_zero, largest, magnitude)
    narrow = rows.reach <= np.maximum(scale * QUARTER, UNDERFLOW_UNITS * rules.underflow_unit)
    beyond = magnitude - rows.reach > _beyond(rules.number_format)
    found: BoolArray = np.isfinite(rows.high) & np.isfinite(rows.reach) & (narrow | beyond)
    return found


def _beyond(number_format: Format) -> float:
    """The magnitude from which on every number rounds to an infinity; of float64 an infinity itself."""
    try:
        return float(number_format.largest * (1 + number_format.unit_roundoff))
    except OverflowError:
        return np.inf


def _is_admitted_infinity(got: FloatArray, rows: Quantity, rules: Rules) -> BoolArray:
    """Whether an infinite answer stands where the envelope reaches beyond the largest number of the format."""
    end = np.sign(got) * rows.high + rows.reach
    admitted: BoolArray = np.isinf(got) & (end >= float(rules.number_format.largest))
    return admitted


def _ulp(rows: Quantity, number_format: Format) -> FloatArray:
    """An ulp of every true value, clause ``number.ulp``."""
    mantissa, exponent = np.frexp(rows.high)
    is_below_power = (np.abs(mantissa) == 0.5) & (rows.low * mantissa < 0)  # noqa: PLR2004 - frexp's smallest mantissa
    binade = np.maximum(exponent - 1 - is_below_power, number_format.smallest_exponent)
    binade = np.where(rows.high == 0, number_format.smallest_exponent, binade)
    found: FloatArray = np.ldexp(1.0, binade - number_format.precision + 1)
    return found


def largest_magnitude(quantity: Quantity) -> float:
    """The largest finite magnitude of a true value."""
    high = quantity.high
    return float(max(high.max(where=np.isfinite(high), initial=0), -high.min(where=np.isfinite(high), initial=0)))
