"""
Sums and means in a running error analysis: rules 3 and 4 of clause ``accuracy.admissible``.

The terms of a sum move it by the sum of their deviations. To that the rules add ``(1 + u)^n (A + h) - A``, with A the
sum of the magnitudes that the terms may have, n the number of terms that are not exactly 0, and h the underflow units
that may be lost.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from ..arithmetic.arrays import is_power_of_two
from ..arithmetic.rounded import NEGATIVE, POSITIVE
from .deviation_numbers import TINY, UNIT, UP, Tracked, growth
from .deviation_operations import Operations, either

if TYPE_CHECKING:
    from ..arithmetic.arrays import Array
    from .deviation_numbers import Flags, Floats


class Sums(Operations):
    """Sums and means of admissible evaluations."""

    def sum(self, terms: Array, over: tuple[int, ...] = ()) -> Tracked:
        """The sum along the first axis."""
        return self.total(self.lift(terms), over=over)

    def concatenated(self, numbers: list[Tracked]) -> Tracked:
        """All entries of some vectors, or all rows of some matrices."""
        flags = None
        if any(each.infinities is not None for each in numbers):
            flags = np.concatenate([_flags(each) for each in numbers])
        centre, error, deviation = (
            np.concatenate([np.broadcast_to(getattr(each, name), each.shape) for each in numbers])
            for name in ("centre", "error", "deviation")
        )
        return Tracked(self, centre, error, deviation, flags)

    def total(
        self,
        terms: Tracked,
        unit: Floats | None = None,
        over: tuple[int, ...] = (),
        placed: tuple[int, ...] = (),
    ) -> Tracked:
        """
        The sum along the first axis, divided by the numbers ``over``; an underflow may lose ``unit`` underflow units.

        By the numbers ``placed`` the terms are divided already, but a form may have them at the sum.
        """
        count = np.count_nonzero(~terms.is_zero, axis=0)
        flags = None if terms.infinities is None else np.bitwise_or.reduce(terms.infinities, axis=0)
        size = terms.shape[0]
        lost = 1 + (size + 2) * 2 * UNIT
        magnitudes = terms.reach.sum(axis=0) * lost * UP
        parts = (
            terms.centre.sum(axis=0),
            (terms.error.sum(axis=0) + np.abs(terms.centre).sum(axis=0) * (2 * size * UNIT)) * lost * UP,
            terms.deviation.sum(axis=0) * lost * UP,
        )
        return self.accumulated(
            parts, magnitudes, (count, 0 * count), flags, 1.0 if unit is None else unit, over, placed
        )

    def of_others(self, x: Tracked) -> Tracked:
        """For every entry the sum along the first axis of all others."""
        present = (~x.is_zero).astype(np.float64)
        size = x.shape[0]
        lost = (1 + (size + 2) * 2 * UNIT) * UP
        count, centre, magnitude, error, deviation, reach = (
            others(part) for part in (present, x.centre, np.abs(x.centre), x.error, x.deviation, x.reach)
        )
        flags: Any = None
        if x.infinities is not None:
            rising, falling = (others((x.infinities & flag) != 0) > 0 for flag in (POSITIVE, NEGATIVE))
            flags = np.where(rising, POSITIVE, 0) | np.where(falling, NEGATIVE, 0)
        parts = centre, (error + magnitude * (2 * size * UNIT)) * lost, deviation * lost
        return self.accumulated(parts, reach * lost, (count, 0 * count), flags)

    def accumulated(
        self,
        parts: tuple[Floats, Floats, Floats],
        magnitudes: Floats,
        counts: tuple[Any, Any],
        infinities: Flags | None,
        unit: Any = 1.0,  # noqa: ANN401 - a float or an array
        over: tuple[int, ...] = (),
        placed: tuple[int, ...] = (),
    ) -> Tracked:
        """
        A sum with its error, divided by the numbers ``over``, and as if also by those ``placed``.

        ``parts`` are its centre, error and deviation before it is rounded, ``magnitudes`` what its terms add up to, and
        ``counts`` how many terms there are and how many of them are products.
        """
        count, products = counts
        divisor, divisors = prod(over), (*over, *placed)
        centre, error, deviation = parts
        infinities = self._overflowing(centre, error + deviation, magnitudes, infinities)
        if divisor > 1:
            centre = centre / divisor
            error = (error / divisor + np.abs(centre) * (2 * UNIT)) * UP + TINY * (count > 0)
            deviation, magnitudes = deviation / divisor * UP, magnitudes / divisor * UP
        more = growth(self.u, count + 2 * sum(not is_power_of_two(each) for each in divisors))
        units = products + (count - 1 if self.flush else 0) + count * len(divisors)
        relative = more + (1 + more) * (products > 0) * self.input_rounding if self.input_rounding else more
        bound = magnitudes * relative + (1 + more) * ((units * self.theta) * unit)
        single = (count <= 1) & (products == 0)
        if np.any(single):
            quotient = (np.abs(centre) + error + deviation) * (0 if all(map(is_power_of_two, divisors)) else more)
            bound = np.where(single, np.where(count == 0, 0.0, quotient + len(divisors) * self.theta * unit * 2), bound)
        deviation = (deviation + bound + TINY * (count > 0)) * UP
        found = self.checked(centre, error, deviation, infinities)
        if infinities is None:
            return found
        return self.unknown_where(found, infinities == POSITIVE | NEGATIVE)

    def _overflowing(
        self, centre: Floats, radius: Floats, magnitudes: Floats, infinities: Flags | None
    ) -> Flags | None:
        """Rule 8 for sums: by what the positive and what the negative terms add up to."""
        if np.max(magnitudes, initial=0.0) < self.overflow:
            return infinities
        rising = ~(((magnitudes + centre + radius) / 2) * UP < self.overflow)
        falling = ~(((magnitudes - centre + radius) / 2) * UP < self.overflow)
        flags = np.where(rising, POSITIVE, 0) | np.where(falling, NEGATIVE, 0)
        return either(infinities, flags.astype(np.uint8))


def _flags(number: Tracked) -> Flags:
    return (
        np.zeros(number.shape, dtype=np.uint8)
        if number.infinities is None
        else np.broadcast_to(number.infinities, number.shape)
    )


def others(terms: Any) -> Any:  # noqa: ANN401 - an array
    """For every entry the sum along the first axis of all others, without a subtraction."""
    shape = (1, *terms.shape[1:])
    zero = np.zeros(shape)
    before = np.concatenate([zero, np.cumsum(terms[:-1], axis=0)])
    after = np.concatenate([np.cumsum(terms[:0:-1], axis=0)[::-1], zero])
    return before + after
