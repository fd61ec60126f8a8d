"""
Sums and products of matrices in a running error analysis: rules 3 and 4 of clause ``accuracy.admissible``.

The terms of a sum move it by the sum of their deviations. With hats on what an evaluation holds, an entry of a product
of matrices moves by at most ``sum_k |a_ik| d(b_kj) + d(a_ik) |b_kj|^``. To that rules 3 and 4 add
``(1 + u)^n (A + h) - A``, with A the sum of the magnitudes that the terms may have, n the number of terms that are not
exactly 0, and h the underflow units that may be lost.
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
    from .deviation_numbers import Flags, Floats, Mask

_COUNTABLE = 2**24
"""What float32 counts to without a gap."""

_MOST_ERROR = 16
"""How many times its deviation the error of a factor may be; more counts as deviation too."""


class Sums(Operations):
    """Sums, means and products of matrices of admissible evaluations."""

    def sum(self, terms: Array, over: tuple[int, ...] = ()) -> Tracked:
        """The sum along the first axis."""
        return self.total(self.lift(terms), over=over)

    def concatenated(self, numbers: list[Tracked]) -> Tracked:
        """All entries of some vectors."""
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
        return self._accumulated(
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
        return self._accumulated(parts, reach * lost, (count, 0 * count), flags)

    def _accumulated(
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
        inputs = self.input_rounding * (products > 0) if self.input_rounding else 0.0
        bound = magnitudes * (more + (1 + more) * inputs) + (1 + more) * ((units * self.theta) * unit)
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

    def affine(self, weights: Tracked, x: Tracked, bias: Tracked) -> Tracked:
        """W x + b, shapes ``(m, n)``, ``(n, N)`` and ``(m,)``, the bias one more term of each sum."""
        return self.product(weights, x, bias)

    def product(
        self, left: Tracked, right: Tracked, bias: Tracked | None = None, placed: tuple[int, ...] = ()
    ) -> Tracked:
        """``left @ right + bias``, shapes ``(m, n)``, ``(n, N)`` and ``(m,)``; ``placed`` as in :meth:`total`."""
        left, right = self._finite(left), self._finite(right)
        size = left.shape[1]
        with np.errstate(invalid="ignore", over="ignore"):
            centre = left.centre @ right.centre
            magnitudes = left.reach @ right.reach
            from_left, from_right = _product(left.deviation, right.reach), _product(left.magnitude, right.deviation)
            lost = (1 + (size + 4) * 2 * UNIT) * UP
            own = _ratio(left) * from_left + _ratio(right) * from_right + magnitudes * ((size + 2) * UNIT)
            products = _counted(left, right)
            error, deviation = own * lost, (from_left + from_right) * lost
            magnitudes, count = magnitudes * lost, products
            if bias is not None:
                column = self._finite(bias).each(lambda array: array[:, None])
                centre, magnitudes = centre + column.centre, magnitudes + column.reach
                error = (error + column.error + magnitudes * (2 * UNIT)) * UP
                deviation = deviation + column.deviation
                count = products + ~column.is_zero
            tiny = size * TINY
            present = products > 0
            special = _special_lines(left, 1)[:, None] | _special_lines(right, 0)
            error = np.where(present, error + tiny, 0.0 if bias is None else column.error)
            parts = centre, error, deviation + tiny * present
            found = self._accumulated(parts, magnitudes, (count, products), None, placed=placed)
        return self.unknown_where(found, special)

    def _finite(self, number: Tracked) -> Tracked:
        """
        ``number`` as a factor of terms, of which nothing is known where an infinity may stand.

        Errors are bounded by a common multiple of the deviations, so that one of them must not be far above its own.
        """
        if number.infinities is not None:
            number = self.unknown_where(number, number.infinities != 0)
        bare = number.error > _MOST_ERROR * number.deviation
        deviation = np.where(bare, number.error, number.deviation) if bare.any() else number.deviation
        return Tracked(self, number.centre, number.error, deviation)


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


def _special_lines(number: Tracked, axis: int) -> Mask:
    """The rows or columns in which nothing may be known of an entry: not even 0 times it is 0 then."""
    special: Mask = ~(number.reach.sum(axis=axis) < np.inf)
    return special


def _product(left: Floats, right: Floats) -> Any:  # noqa: ANN401 - an array, or an exact 0
    """The product of two matrices that are not negative, of which one may be 0."""
    return left @ right if left.any() and right.any() else 0.0


def _ratio(number: Tracked) -> float:
    """The largest error of a centre relative to the deviation of the same entry, where that is finite and not 0."""
    ratios = np.zeros(number.shape)
    np.divide(number.error, number.deviation, out=ratios, where=(number.error > 0) & (number.deviation < np.inf))
    return float(np.max(ratios, initial=0.0) * UP)


def _counted(left: Tracked, right: Tracked) -> Any:  # noqa: ANN401 - an array
    """How many products of each entry are not exactly 0."""
    present: list[Mask] = [~left.is_zero, ~right.is_zero]
    if all(each.all() for each in present):
        return np.full((left.shape[0], right.shape[1]), float(left.shape[1]))
    dtype = np.float32 if left.shape[1] < _COUNTABLE else np.float64
    return (present[0].astype(dtype) @ present[1].astype(dtype)).astype(np.float64)
