"""
One constant for a whole array: the factor that takes every true value to the answer, or what is added of another array.

Each entry admits an interval of constants; a constant explains the array when all intervals share it. The intervals
are those of the envelope, with one rounding more for the multiplication by the constant.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
from flint import arb

from ..detecting.factor import Measured, recognised
from .heat import MOST_ROWS, edges
from .measuring import largest_magnitude, measured

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from ..detecting.factor import Factor
    from .measuring import Rules
    from .quantities import Quantity

    BoolArray = np.ndarray[Any, np.dtype[np.bool_]]
    FloatArray = np.ndarray[Any, np.dtype[np.float64]]
    Interval = tuple[float, float]
    Bounds = Callable[[FloatArray, FloatArray, FloatArray], tuple[FloatArray, FloatArray]]

WIDER = 2.0**-48
"""Of the ends of an interval of constants, for the float64 arithmetic that they are computed in."""

MOST_DIGITS = 17
"""Enough for every float64."""


def blocks(quantity: Quantity) -> Iterator[Quantity]:
    """A few rows after the other."""
    cuts = edges(quantity.rows[0], MOST_ROWS)
    return (quantity.between(*pair) for pair in itertools.pairwise(cuts))


def only_outside(quantity: Quantity, rules: Rules) -> Quantity:
    """The same with the entries inside admitting everything, so that those outside alone say something."""
    largest = largest_magnitude(quantity)
    found = [measured(rows, largest, rules).outside for rows in blocks(quantity)]
    outside = np.concatenate(found).reshape(quantity.deviation.shape)
    return replace(quantity, deviation=np.where(outside, quantity.deviation, np.inf))


def _reach(rows: Quantity, rules: Rules) -> FloatArray:
    """The reach of the envelope with one rounding more."""
    found: FloatArray = rows.reach + np.abs(rows.high) * float(rules.number_format.unit_roundoff) + rules.underflow_unit
    return found


def fits(quantity: Quantity, factor: float, rules: Rules) -> bool:
    """Whether every entry is what a program gives that computes ``factor`` times the right answer."""
    with np.errstate(all="ignore"):
        for rows in blocks(quantity):
            reach = _reach(rows, rules) * (abs(factor) + WIDER)
            distance = np.abs(rows.got.astype(np.float64) - factor * rows.high)
            if not (distance <= reach + WIDER * np.abs(factor * rows.high)).all(where=np.isfinite(reach)):
                return False
    return True


def common_factor(quantities: Sequence[Quantity], rules: Rules) -> Interval | None:
    """The factors that all ``quantities`` may have; None where there are none, or no entry tells them."""
    return _common(each for quantity in quantities for each in _factors(quantity, rules))


def _factors(quantity: Quantity, rules: Rules) -> Iterator[Interval]:
    with np.errstate(all="ignore"):
        for rows in blocks(quantity):
            reach = _reach(rows, rules)
            tells = _tells(rows, reach)
            got = rows.got.astype(np.float64)
            ends = got / (rows.high - reach), got / (rows.high + reach)
            yield _shared(np.minimum(*ends)[tells], np.maximum(*ends)[tells])


def telling(quantities: Sequence[Quantity], rules: Rules) -> int:
    """How many entries tell a factor: those whose envelope holds no 0."""
    return sum(int(_tells(rows, _reach(rows, rules)).sum()) for each in quantities for rows in blocks(each))


def _tells(rows: Quantity, reach: FloatArray) -> BoolArray:
    found: BoolArray = (np.abs(rows.high) > reach) & np.isfinite(reach)
    return found


def common_summand(pairs: Iterable[tuple[Quantity, FloatArray]], rules: Rules) -> Interval | None:
    """The numbers of which ``that number times the other array`` may have been added to every quantity."""
    return _common(each for quantity, other in pairs for each in _summands(quantity, other, rules))


def _summands(quantity: Quantity, other: FloatArray, rules: Rules) -> Iterator[Interval]:
    step = other.reshape(quantity.rows)
    cuts = edges(quantity.rows[0], MOST_ROWS)
    with np.errstate(all="ignore"):
        for start, stop in itertools.pairwise(cuts):
            rows, beside = quantity.between(start, stop), step[start:stop].astype(np.float64)
            reach = _reach(rows, rules)
            is_known = np.isfinite(reach)
            difference = (rows.got.astype(np.float64) - rows.high) - rows.low
            # the sum is rounded once more, and so is the product
            reach = reach + 4 * np.abs(difference) * float(rules.number_format.unit_roundoff)
            if not (np.abs(difference) <= reach).all(where=(beside == 0) & is_known):
                yield math.inf, -math.inf
            ends = (difference - reach) / beside, (difference + reach) / beside
            tells = (beside != 0) & is_known
            yield _shared(np.minimum(*ends)[tells], np.maximum(*ends)[tells])


def _shared(low: FloatArray, high: FloatArray) -> Interval:
    if np.isnan(low).any():
        return math.inf, -math.inf
    return float(low.max(initial=-math.inf)), float(high.min(initial=math.inf))


def _common(intervals: Iterable[Interval]) -> Interval | None:
    low, high = -math.inf, math.inf
    for each in intervals:
        low, high = max(low, each[0]), min(high, each[1])
    low, high = low - WIDER * abs(low), high + WIDER * abs(high)
    return (low, high) if low <= high and math.isfinite(low) and math.isfinite(high) else None


def named(interval: Interval, samples: int, outputs: int) -> Factor | None:
    """The plainest product of a fraction and powers of N and m in ``interval``; None where there is none."""
    low, high = map(Fraction, interval)
    middle, radius = (low + high) / 2, (high - low) / 2
    ball = arb(_arb(middle), abs(_arb(radius)))
    return recognised([Measured(ball, samples, outputs)])


def _arb(number: Fraction) -> arb:
    return arb(number.numerator) / arb(number.denominator)


def shortest(interval: Interval) -> float:
    """The number of fewest decimal digits in ``interval``."""
    low, high = interval
    middle = (low + high) / 2
    for digits in range(1, MOST_DIGITS):
        number = float(f"{middle:.{digits}g}")
        if low <= number <= high:
            return number
    return middle
