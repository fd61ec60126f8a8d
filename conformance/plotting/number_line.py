"""The numbers of a format as a line: where each stands, and some from all over it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..strategies.elements import hazard_values

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...spec.formats import Format

    FloatArray = np.ndarray[Any, np.dtype[Any]]

NEAR = (-12, 12)
"""The powers of two between which most functions bend: half of the points lie there."""


@dataclass(frozen=True)
class Line:
    """
    All finite numbers of a format, from the most negative to the largest, at equal distances from one another.

    So each power of two takes the same room, and the numbers below the smallest normal one are at equal distances in
    value too: a logarithmic axis with both signs and a zero.
    """

    number_format: Format
    """The format."""

    def rank(self, number: float) -> int:
        """How many numbers stand between 0 and ``number``, with its sign."""
        count = int(self._array([abs(number)]).view(self._bits)[0])
        return -count if number < 0 else count

    def numbers(self, ranks: list[int]) -> list[float]:
        """The numbers of those ranks."""
        magnitudes = np.array([abs(rank) for rank in ranks], dtype=self._bits).view(self.number_format.dtype)
        return [
            math.copysign(number, rank)
            for number, rank in zip(magnitudes.astype(np.float64).tolist(), ranks, strict=True)
        ]

    @property
    def last(self) -> int:
        """The rank of the largest finite number."""
        return self.rank(float(self.number_format.largest))

    def sample(self, count: int, *, signed: bool) -> list[float]:
        """About ``count`` numbers in order: from the whole line, from where functions bend, and hazardous ones."""
        low, high = (self._power(exponent) for exponent in NEAR)
        steps = max(2, count // (4 if signed else 2))
        ranks = {self.last * step // steps for step in range(steps + 1)}
        ranks |= {low + (high - low) * step // steps for step in range(steps + 1)}
        ranks |= {abs(self.rank(value)) for _, value in hazard_values(self.number_format)}
        both = {sign * rank for rank in ranks for sign in ((1, -1) if signed else (1,)) if signed or rank}
        return self.numbers(sorted(both))

    def between(self, first: int, last: int, count: int) -> list[float]:
        """About ``count`` numbers from one rank to another, at equal distances."""
        return self.numbers(sorted({first + (last - first) * step // count for step in range(count + 1)}))

    def powers_of_ten(self, low: int, high: int, most: int) -> Iterator[tuple[int, int, int]]:
        """Marks between two ranks: of each its rank, its sign and the power of ten that it is."""
        number_format = self.number_format
        smallest, largest = (
            math.log10(float(number_format.smallest_subnormal)),
            math.log10(float(number_format.largest)),
        )
        marks = []
        for power in range(math.ceil(smallest), math.floor(largest) + 1):
            rank = self.rank(10.0**power)
            marks += [(sign * rank, sign, power) for sign in (-1, 1) if low <= sign * rank <= high]
        step = max(1, math.ceil(len(marks) / most))
        yield from (mark for mark in marks if mark[2] % step == 0)

    def _power(self, exponent: int) -> int:
        least, largest = self.number_format.smallest_exponent, self.number_format.largest_exponent
        return self.rank(2.0 ** min(max(exponent, least), largest))

    def _array(self, numbers: list[float]) -> FloatArray:
        return np.array(numbers, dtype=np.float64).astype(self.number_format.dtype)

    @property
    def _bits(self) -> np.dtype[Any]:
        return np.dtype(f"u{self.number_format.dtype.itemsize}")
