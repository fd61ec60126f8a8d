"""How errors and envelopes are spread, in ulps: counts by powers of two, which add up over examples."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass
class Histogram:
    """Counts of numbers that are not negative: zeros, those from a power of two up to the next, and all beyond."""

    exact: int = 0
    """How many are 0."""
    bins: Counter[int] = field(default_factory=Counter)
    """By the exponent e, how many lie from 2^e up to below 2^(e+1)."""
    beyond: int = 0
    """How many are infinite or NaN."""

    def add(self, numbers: Iterable[float]) -> None:
        """Count ``numbers``."""
        for number in numbers:
            if number == 0:
                self.exact += 1
            elif math.isfinite(number):
                self.bins[math.frexp(number)[1] - 1] += 1
            else:
                self.beyond += 1

    def document(self) -> dict[str, Any]:
        """The counts as JSON values, exponents ascending."""
        return {"exact": self.exact, "bins": [list(each) for each in sorted(self.bins.items())], "beyond": self.beyond}
