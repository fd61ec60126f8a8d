"""The numbers of the rounding arithmetic."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flint import arb

    from .arrays import Number
    from .rounding import Rounding

POSITIVE, NEGATIVE, NAN = 1, 2, 4
"""Flags: an evaluation may hold +infinity, -infinity, or a NaN."""

INFINITE = POSITIVE | NEGATIVE
"""The flags of both infinities."""


@dataclass(frozen=True, eq=False, slots=True)
class Rounded:
    """What an evaluation may hold at one place: a ball, and perhaps an infinity or a NaN."""

    rules: Rounding
    """The arithmetic whose format rounds it."""
    ball: arb
    """Every finite value that it may hold; NaN where nothing is known, and every value may stand."""
    specials: int = 0
    """``POSITIVE``, ``NEGATIVE`` and ``NAN`` where an infinity or a NaN may stand instead."""

    def __add__(self, other: Number) -> Rounded:
        return self.rules.add(self, self.rules.lift(other))

    __radd__ = __add__

    def __sub__(self, other: Number) -> Rounded:
        return self.rules.add(self, -self.rules.lift(other))

    def __rsub__(self, other: Number) -> Rounded:
        return self.rules.add(self.rules.lift(other), -self)

    def __neg__(self) -> Rounded:
        return Rounded(self.rules, -self.ball, swapped(self.specials))

    def __mul__(self, other: Number) -> Rounded:
        return self.rules.multiply(self, self.rules.lift(other))

    __rmul__ = __mul__

    def __truediv__(self, other: Number) -> Rounded:
        return self.rules.divide(self, self.rules.lift(other))

    def __rtruediv__(self, other: Number) -> Rounded:
        return self.rules.divide(self.rules.lift(other), self)

    def __abs__(self) -> Rounded:
        infinite = POSITIVE if self.specials & INFINITE else 0
        return Rounded(self.rules, abs(self.ball), infinite | (self.specials & NAN))


def swapped(specials: int) -> int:
    """The flags of the negated number."""
    return (specials & POSITIVE) << 1 | (specials & NEGATIVE) >> 1 | (specials & NAN)
