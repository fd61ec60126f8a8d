"""
Products of matrices in a running error analysis: rules 3 and 4 of clause ``accuracy.admissible``, entry by entry.

With hats on what an evaluation holds, an entry of a product moves by at most ``sum_k |a_ik| d(b_kj) + d(a_ik)
|b_kj|^``: two products of matrices that are not negative, beside those of the centres and of the magnitudes. Errors of
centres need none of their own, since all errors of a factor are at most a common multiple of its deviations. Rows are
taken a block at a time, so that what is done entry by entry stays in the caches of a processor.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .deviation_numbers import TINY, UNIT, UP, Tracked
from .deviation_sums import Sums

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .deviation_numbers import Floats, Mask

_COUNTABLE = 2**24
"""What float32 counts to without a gap."""

_MOST_ERROR = 16
"""How many times its deviation the error of a factor may be; more counts as deviation too."""

_ENTRIES = 2**15
"""About how many entries a block has, of the left factor or of the product."""

_FEWEST_ROWS = 16


class Products(Sums):
    """Products of matrices of admissible evaluations."""

    def product(
        self, left: Tracked, right: Tracked, bias: Tracked | None = None, placed: tuple[int, ...] = ()
    ) -> Tracked:
        """``left @ right + bias``, shapes ``(m, n)``, ``(n, N)`` and ``(m,)``, the bias one more term of each sum."""
        return self.concatenated(list(self.blocks(left, right, bias, placed)))

    def blocks(
        self, left: Tracked, right: Tracked, bias: Tracked | None = None, placed: tuple[int, ...] = ()
    ) -> Iterator[Tracked]:
        """The same, some rows at a time; ``placed`` as in :meth:`total`."""
        right = self._factor(right)
        column = None if bias is None else self._factor(bias.each(lambda array: array[:, None]))
        rows = max(_FEWEST_ROWS, _ENTRIES // max(left.shape[1], right.shape[1]))
        for start in range(0, left.shape[0], rows):
            here = slice(start, start + rows)
            part = None if column is None else column.each(lambda array, here=here: array[here])
            yield self._block(left.each(lambda array, here=here: array[here]), right, part, placed)

    def _block(self, left: Tracked, right: Tracked, bias: Tracked | None, placed: tuple[int, ...]) -> Tracked:
        left = self._factor(left)
        size = left.shape[1]
        lost = (1 + (size + 4) * 2 * UNIT) * UP
        centre, magnitudes = left.centre @ right.centre, left.reach @ right.reach
        from_left, from_right = _product(left.deviation, right.reach), _product(left.magnitude, right.deviation)
        own = left.ratio * from_left + right.ratio * from_right + magnitudes * ((size + 2) * UNIT)
        products = _counted(left, right)
        present, count = products > 0, products
        tiny = size * TINY * present
        error, deviation, magnitudes = own * lost + tiny, (from_left + from_right) * lost + tiny, magnitudes * lost
        if bias is not None:
            centre, magnitudes = centre + bias.centre, magnitudes + bias.reach
            error = (error + bias.error + np.where(present, magnitudes * (2 * UNIT), 0.0)) * UP
            deviation, count = deviation + bias.deviation, products + ~bias.is_zero
        found = self.accumulated((centre, error, deviation), magnitudes, (count, products), None, placed=placed)
        return self.unknown_where(found, _special_lines(left, 1)[:, None] | _special_lines(right, 0))

    def _factor(self, number: Tracked) -> Tracked:
        """
        ``number`` as a factor of terms, of which nothing is known where an infinity may stand.

        Errors are bounded by a common multiple of the deviations, so that none must be far above its own.
        """
        if number.infinities is not None:
            number = self.unknown_where(number, number.infinities != 0)
        bare = number.error > _MOST_ERROR * number.deviation
        deviation = np.where(bare, number.error, number.deviation) if bare.any() else number.deviation
        return Tracked(self, number.centre, number.error, deviation)


def _special_lines(number: Tracked, axis: int) -> Mask:
    """The rows or columns in which nothing may be known of an entry: not even 0 times it is 0 then."""
    special: Mask = ~(number.reach.sum(axis=axis) < np.inf)
    return special


def _product(left: Floats, right: Floats) -> Any:  # noqa: ANN401 - an array, or an exact 0
    """The product of two matrices that are not negative, of which one may be 0."""
    return left @ right if left.any() and right.any() else 0.0


def _counted(left: Tracked, right: Tracked) -> Any:  # noqa: ANN401 - an array, or one number for all
    """How many products of each entry are not exactly 0."""
    present: list[Mask] = [~left.is_zero, ~right.is_zero]
    if all(each.all() for each in present):
        return np.array(float(left.shape[1]))
    dtype = np.float32 if left.shape[1] < _COUNTABLE else np.float64
    return (present[0].astype(dtype) @ present[1].astype(dtype)).astype(np.float64)
