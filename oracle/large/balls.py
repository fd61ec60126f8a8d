"""Matrices of FLINT balls as flat lists, and what they are as float64 arrays with a radius."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from flint import arb

from .step import Enclosed

if TYPE_CHECKING:
    from .step import FloatArray

LARGEST = float(np.finfo(np.float64).max)
SMALLEST = float(np.finfo(np.float64).smallest_subnormal)

UPWARD = 1 + 2.0**-50
"""Covers the roundings of four float64 operations on numbers that are not negative."""


@dataclass(frozen=True, eq=False)
class Balls:
    """A matrix of balls."""

    rows: int
    """How many."""
    columns: int
    """How many: one a sample."""
    entries: list[arb]
    """Row after row."""

    def row(self, index: int) -> list[arb]:
        """One row."""
        return self.entries[index * self.columns : (index + 1) * self.columns]

    def column(self, index: int) -> list[arb]:
        """One column."""
        return self.entries[index :: self.columns]


def exact_balls(array: FloatArray) -> Balls:
    """A matrix of numbers as balls of radius zero."""
    rows, columns = array.shape
    return Balls(rows, columns, list(map(arb, array.reshape(-1).tolist())))


def enclosed(entries: list[arb], shape: tuple[int, ...]) -> Enclosed:
    """
    The balls as pairs of float64 numbers and a radius, arrays of ``shape``.

    A ball is ``high + rest``, rest a ball computed by FLINT, and low the float64 nearest to the middle of rest: so the
    true value is within ``rad(rest) + 2^-53 |low| + 2^-1074`` of ``high + low``, without the last term where rest is
    exactly 0. A ball that float64 numbers do not reach gets an infinite radius.
    """
    high = np.array([float(ball) for ball in entries])
    finite = np.isfinite(high)
    high = np.where(finite, high, np.copysign(LARGEST, np.nan_to_num(high)))
    rests = [ball - value for ball, value in zip(entries, high.tolist(), strict=True)]
    low = np.array([float(rest) for rest in rests])
    radius = np.array([float(rest.rad()) for rest in rests])
    nothing_left = np.array([rest.is_zero() for rest in rests])
    with np.errstate(invalid="ignore"):
        radius = (radius + np.abs(low) * 2.0**-53) * UPWARD + np.where(nothing_left, 0, SMALLEST)
    return _shaped(high, low, np.where(finite, radius, np.inf), shape)


def _shaped(high: FloatArray, low: FloatArray, radius: FloatArray, shape: tuple[int, ...]) -> Enclosed:
    unreached = ~(np.isfinite(low) & np.isfinite(radius))
    low, radius = np.where(unreached, 0, low), np.where(unreached, np.inf, radius)
    return Enclosed(high.reshape(shape), low.reshape(shape), radius.reshape(shape))


def unfilled(shape: tuple[int, ...]) -> Enclosed:
    """Arrays of ``shape`` to be filled row by row."""
    return Enclosed(np.empty(shape), np.empty(shape), np.empty(shape))


def fill(whole: Enclosed, rows: slice, part: Enclosed, columns: slice) -> None:
    """Rows of ``whole`` from ``columns`` of ``part``, the only column if ``whole`` has one axis."""
    for target, source in zip(_arrays(whole), _arrays(part), strict=True):
        target[rows] = source[:, columns].reshape(target[rows].shape)


def _arrays(numbers: Enclosed) -> tuple[FloatArray, FloatArray, FloatArray]:
    return numbers.high, numbers.low, numbers.radius
