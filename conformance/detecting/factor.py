"""Constant factors: a rational number times powers of the numbers of samples and of entries."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING

from flint import arb

from ...oracle.arithmetic.ball import precision
from ...oracle.correct_rounding import exact_lower, exact_upper
from .assignment import silent_under

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .assignment import Assignment

BITS = 160
"""Precision of intervals of factors."""

LARGEST_PART = 64
"""Numerators and denominators beyond this are no number that anyone wrote down."""

POWERS = sorted(product(range(-2, 3), repeat=2), key=lambda pair: abs(pair[0]) + abs(pair[1]))
"""Of N and of m, plainest first."""


@dataclass(frozen=True)
class Factor:
    """``constant`` N^``samples`` m^``entries``."""

    constant: Fraction = Fraction(1)
    """The rational number."""
    samples: int = 0
    """The power of the number N of samples."""
    entries: int = 0
    """The power of the number m of entries of one sample's output."""

    def __mul__(self, other: Factor) -> Factor:
        return Factor(self.constant * other.constant, self.samples + other.samples, self.entries + other.entries)

    def __truediv__(self, other: Factor) -> Factor:
        return Factor(self.constant / other.constant, self.samples - other.samples, self.entries - other.entries)

    @property
    def complexity(self) -> int:
        """How much there is to say of it; 0 for the factor 1."""
        digits = abs(self.constant.numerator) + self.constant.denominator - 2 + (1 if self.constant < 0 else 0)
        return digits + abs(self.samples) + abs(self.entries)

    def __str__(self) -> str:
        above = _powers(self.constant.numerator, self.samples, self.entries)
        below = _powers(self.constant.denominator, -self.samples, -self.entries)
        return above if below == "1" else f"{above}/{below}" if " " not in below else f"{above}/({below})"


ONE = Factor()


def _powers(number: int, samples: int, entries: int) -> str:
    letters = [
        name if power == 1 else f"{name}^{power}" for name, power in (("N", samples), ("m", entries)) if power > 0
    ]
    if not letters:
        return str(number)
    sign = "-" if number < 0 else ""
    return sign + " ".join([*([str(abs(number))] if abs(number) != 1 else []), *letters])


def of_assignment(assignment: Assignment, loss: str) -> Factor:
    """By what ``assignment`` multiplies the cost, and every derivative of it, of the default conventions."""
    chosen = {name: value for name, value in assignment if name not in silent_under(loss)}
    return Factor(
        Fraction(2 if chosen.get("squared_error") == "full" else 1),
        1 if chosen.get("cost") == "sum" else 0,
        -1 if chosen.get("entry_reduction") == "mean" else 0,
    )


@dataclass(frozen=True)
class Measured:
    """The factor that one case shows."""

    interval: arb
    """Where it lies."""
    samples: int
    """N of the case."""
    entries: int
    """m of the case."""


def recognised(measured: Sequence[Measured]) -> Factor | None:
    """The plainest factor that all cases show; None where there is none, or where it is 0."""
    found = [factor for powers in POWERS if (factor := _with_powers(measured, *powers)) is not None]
    return min(found, key=lambda factor: factor.complexity, default=None)


def _with_powers(measured: Sequence[Measured], samples: int, entries: int) -> Factor | None:
    with precision(BITS):
        scaled = [each.interval / arb(each.samples) ** samples / arb(each.entries) ** entries for each in measured]
        together = common(scaled)
        if together is None or together.contains(0):
            return None
        constant = simplest(_exact(*exact_lower(together)), _exact(*exact_upper(together)))
    if max(abs(constant.numerator), constant.denominator) > LARGEST_PART:
        return None
    return Factor(constant, samples, entries)


def common(intervals: Sequence[arb]) -> arb | None:
    """The numbers that all of ``intervals`` hold; None where there are none."""
    together: arb | None = None
    for interval in intervals:
        if together is not None and not together.overlaps(interval):
            return None
        together = interval if together is None else together.intersection(interval)
    return together


def _exact(mantissa: int, exponent: int) -> Fraction:
    return Fraction(mantissa) * Fraction(2) ** exponent


def simplest(low: Fraction, high: Fraction) -> Fraction:
    """
    The fraction of the smallest denominator between ``low`` and ``high``, both included and of one sign.

    >>> simplest(Fraction(33, 100), Fraction(34, 100))
    Fraction(1, 3)
    """
    if high < 0:
        return -simplest(-high, -low)
    whole = -(-low.numerator // low.denominator)
    if whole <= high:
        return Fraction(whole)
    below = Fraction(whole - 1)
    return below + 1 / simplest(1 / (high - below), 1 / (low - below))
