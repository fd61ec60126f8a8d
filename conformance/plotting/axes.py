"""Axes of powers: where a number stands, and which numbers are written along."""

from __future__ import annotations

import math
from dataclasses import dataclass

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class LogAxis:
    """A logarithmic axis of positive numbers."""

    low: float
    """The power of two at its start, as an exponent."""
    high: float
    """Likewise at its end."""
    start: float
    """In pixels."""
    end: float
    """In pixels; on an axis that grows upwards this is the smaller number."""

    def at(self, exponent: float) -> float:
        """Where 2^exponent stands; what is beyond an end stands there."""
        inside = min(max(exponent, self.low), self.high)
        return self.start + (self.end - self.start) * (inside - self.low) / (self.high - self.low)

    def of(self, number: float) -> float:
        """Where a positive number stands."""
        return self.at(math.log2(number))

    def powers(self, most: int) -> list[int]:
        """The powers of ten to write, by their exponents: at most about ``most``, and 1 where it is on the axis."""
        first, last = math.ceil(self.low / math.log2(10)), math.floor(self.high / math.log2(10))
        step = max(1, math.ceil((last - first + 1) / most))
        return [power for power in range(first, last + 1) if power % step == 0]


def power_of_ten(exponent: int) -> str:
    """
    10 to a power as it is written at an axis.

    >>> [power_of_ten(exponent) for exponent in (-1, 0, 1, 3, -12)]
    ['0.1', '1', '10', '10³', '10⁻¹²']
    """
    short = {-1: "0.1", 0: "1", 1: "10", 2: "100"}
    return short.get(exponent, f"10{str(exponent).translate(_RAISED)}")
