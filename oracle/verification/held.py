"""Computed values of a simulated evaluation, and sums that a mean may still divide term by term."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..arithmetic.arrays import Number
    from .admissible import Admissible


@dataclass(frozen=True, eq=False, slots=True)
class Held:
    """A computed value: what an evaluation holds at one place."""

    rules: Admissible
    """The arithmetic in which it was computed."""
    value: Number
    """An mpf: a number, an infinity or NaN."""
    is_given: bool = False
    """Whether it is an argument, a constant or an exact result, which is returned without rounding."""
    origin: Total | None = None
    """The sum that it is, if it is one."""
    overflown: Number | None = None
    """The number that an infinity stands for, where an overflow put it there."""

    def __add__(self, other: Number) -> Held:
        return self.rules.add(self, self.rules.lift(other))

    __radd__ = __add__

    def __neg__(self) -> Held:
        return Held(self.rules, -self.value, self.is_given)

    def __sub__(self, other: Number) -> Held:
        return self.rules.add(self, -self.rules.lift(other))

    def __rsub__(self, other: Number) -> Held:
        return self.rules.add(self.rules.lift(other), -self)

    def __mul__(self, other: Number) -> Held:
        return self.rules.multiply(self, self.rules.lift(other))

    __rmul__ = __mul__

    def __truediv__(self, other: Number) -> Held:
        return self.rules.divide(self, self.rules.lift(other))

    def __rtruediv__(self, other: Number) -> Held:
        return self.rules.divide(self.rules.lift(other), self)

    def __abs__(self) -> Held:
        return Held(self.rules, abs(self.value), self.is_given)


@dataclass(frozen=True)
class Total:
    """A sum before it was rounded, for the mean that may divide each of its terms."""

    exact: Number
    """The sum of the computed terms."""
    magnitude: Number
    """The sum of their magnitudes."""
    terms: int
    """How many are not zero."""
    slack: Number
    """What underflow may add to it."""
