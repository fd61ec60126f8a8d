"""
Numbers of a running error analysis: arrays of float64 that say where a true value is and how far programs may be off.

A number stands for one node of a form (clause ``accuracy.admissible``) at many entries at once. Its *true value* is
that of the form in real arithmetic. ``centre`` is a float64 near it, ``error`` bounds their distance, and ``deviation``
bounds the distance from the true value to every finite value that an admissible evaluation may hold there. Deviations
are propagated around true values and not around centres, so that the rounding of this analysis itself touches them
in second order only: they are as narrow for float64 as for float16.

*Lemma (this analysis rounds too).* Every bound here is built from numbers that are not negative by additions,
products, quotients and maxima, at most 30 of them one above the other, after which it is multiplied by ``UP`` and
gains ``TINY``. Each such operation of float64 loses at most a relative 2^-53, or 2^-1075 where it underflows. The
relative losses come to less than (1 + 2^-53)^30 - 1 < 2^-48, which the factor UP = 1 + 2^-45 makes good. What is lost
by underflow is multiplied by at most 2 afterwards, so that 30 times 2^-1074 is less than TINY = 2^-1069; the one
exception is a quotient that is multiplied by another, q, as in the bound of a quotient, and that bound has a term of
at least 2^-53 q, of which UP gives 2^-98 q. A sum of n terms loses at most a relative (1 + 2^-53)^n - 1 in any order,
and n times as much by underflow, and is given so much more. A difference that bounds something from below,
:func:`below`, takes a relative 2^-50 from what is positive and adds it to what is subtracted. A bound is exactly 0
only where nothing was rounded, by the exact zeros of rule 5. An overflow of this analysis, or a NaN, means that
nothing is known: the deviation becomes infinite.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..arithmetic.arrays import Number
    from .deviation_operations import Operations

    Floats = NDArray[np.float64]
    Flags = NDArray[np.uint8]
    Mask = NDArray[np.bool_]

UNIT = 2.0**-53
"""The unit roundoff of float64, in which this analysis computes."""

UP = 1 + 2.0**-45
"""What a bound is multiplied by, for what its own computation lost."""

TINY = 2.0**-1069
"""What a bound gains for what underflowed."""

_SLACK = 2.0**-50

_TABULATED = 2**14
"""Of more numbers than that the growth is looked up."""


def growth(unit_roundoff: float, terms: Any) -> Any:  # noqa: ANN401 - a number or an array of them
    """``(1 + u)^n - 1`` for whole numbers n of ``terms``, rounded up."""
    counts = np.asarray(terms)
    if counts.size > _TABULATED:
        return growth(unit_roundoff, np.arange(counts.max() + 1))[counts.astype(np.intp)]
    return np.expm1(counts * np.log1p(unit_roundoff)) * UP


def below(magnitude: Floats, radius: Floats) -> Floats:
    """``magnitude - radius``, rounded down: what is at least left of a number within ``radius``."""
    return magnitude * (1 - _SLACK) - radius * (1 + _SLACK) - TINY


def above(centre: Floats, radius: Floats) -> Floats:
    """``centre + radius`` of a number of any sign, rounded up."""
    return centre + radius + (np.abs(centre) + radius) * _SLACK


@dataclass(frozen=True, eq=False)
class Tracked:
    """What is known of one node at many entries: arrays that broadcast to the shape of ``centre``."""

    rules: Operations
    """The arithmetic whose format rounds it."""
    centre: Floats
    """Near the true value."""
    error: Floats
    """How far the true value may be from the centre."""
    deviation: Floats
    """How far an admissible evaluation may be from the true value; infinite where every value is admitted."""
    infinities: Flags | None = None
    """``POSITIVE`` and ``NEGATIVE`` where an infinity may stand instead; None where none does anywhere."""

    __array_ufunc__ = None

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the array."""
        return self.centre.shape

    @property
    def T(self) -> Tracked:  # noqa: N802 - the name that arrays have for it
        """The transposed matrix."""
        return self.each(np.transpose)

    @cached_property
    def magnitude(self) -> Floats:
        """What the true value is at most, in magnitude."""
        return np.abs(self.centre) + self.error

    @cached_property
    def reach(self) -> Floats:
        """What a finite value of an evaluation is at most, in magnitude."""
        return self.magnitude + self.deviation

    @cached_property
    def radius(self) -> Floats:
        """How far a finite value of an evaluation may be from the centre."""
        return self.error + self.deviation

    @cached_property
    def is_zero(self) -> Mask:
        """Where nothing but 0 may stand."""
        zero: Mask = self.reach == 0
        return zero if self.infinities is None else zero & (self.infinities == 0)

    @cached_property
    def is_power_of_two(self) -> Mask | bool:
        """Where nothing but one power of two, or its negative, may stand."""
        exact = self.radius == 0
        return exact & (np.abs(np.frexp(self.centre)[0]) == 1 / 2) if exact.any() else False

    @cached_property
    def ratio(self) -> float:
        """The largest error relative to the deviation of the same entry, where that is finite and not 0."""
        if not self.error.any():
            return 0.0
        ratios = np.zeros(self.shape)
        np.divide(self.error, self.deviation, out=ratios, where=(self.error > 0) & (self.deviation < np.inf))
        return float(np.max(ratios) * UP)

    def each(self, function: Any) -> Tracked:  # noqa: ANN401 - from arrays of whatever type to such
        """Each array as ``function`` makes it, which only moves entries."""
        flags = None if self.infinities is None else function(self.infinities)
        return Tracked(self.rules, function(self.centre), function(self.error), function(self.deviation), flags)

    def __getitem__(self, _: tuple[()]) -> Tracked:
        """Itself: a number is the only entry of what has no axes."""
        return self

    def __add__(self, other: Number) -> Tracked:
        return self.rules.add(self, self.rules.lift(other))

    __radd__ = __add__

    def __sub__(self, other: Number) -> Tracked:
        return self.rules.add(self, -self.rules.lift(other))

    def __rsub__(self, other: Number) -> Tracked:
        return self.rules.add(self.rules.lift(other), -self)

    def __neg__(self) -> Tracked:
        flags = None if self.infinities is None else negated(self.infinities)
        return Tracked(self.rules, -self.centre, self.error, self.deviation, flags)

    def __mul__(self, other: Number) -> Tracked:
        return self.rules.multiply(self, self.rules.lift(other))

    __rmul__ = __mul__

    def __truediv__(self, other: Number) -> Tracked:
        return self.rules.divide(self, self.rules.lift(other))

    def __rtruediv__(self, other: Number) -> Tracked:
        return self.rules.divide(self.rules.lift(other), self)

    def __abs__(self) -> Tracked:
        flags = None if self.infinities is None else (self.infinities != 0).astype(np.uint8)  # POSITIVE is 1
        return Tracked(self.rules, np.abs(self.centre), self.error, self.deviation, flags)


def negated(infinities: Flags) -> Flags:
    """The flags of the negative: ``POSITIVE`` is 1 and ``NEGATIVE`` 2."""
    return ((infinities & 1) << 1 | infinities >> 1).astype(np.uint8)
