"""
Ball arithmetic: FLINT's ``arb``, by another library than the reference value, and every value an enclosure.

Numbers are ``arb`` objects; matrix products go through ``arb_mat``. The precision is FLINT's, set for the time of one
evaluation by :meth:`Ball.working`; nothing outside that block is affected.
"""

from __future__ import annotations

from contextlib import contextmanager
from fractions import Fraction
from math import prod
from typing import TYPE_CHECKING, Any

import flint
import numpy as np
from flint import arb, arb_mat, arf

from ..propositions import stable_form
from .arrays import Array, Number, as_array, entrywise
from .shifted import Shifted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...spec.conventions import Conventions
    from .protocol import Formula


class UnresolvedError(ArithmeticError):
    """An enclosure straddles a jump: more bits may decide on which side the number lies."""


@contextmanager
def precision(bits: int) -> Iterator[None]:
    """FLINT computes with ``bits`` bits inside the block and with what it had before afterwards."""
    before = flint.ctx.prec
    flint.ctx.prec = bits
    try:
        yield
    finally:
        flint.ctx.prec = before


def exact_ball(value: object) -> arb:
    """``value``, a float of any format, an int or a dyadic fraction, as a ball of radius zero at any precision."""
    if isinstance(value, int):
        return arb(value)
    if isinstance(value, Fraction):
        return arb(arf((value.numerator, 1 - value.denominator.bit_length())))
    return arb(float(value))  # type: ignore[arg-type]  # NumPy scalars of every dtype


def ball_matrix_product(a: Array, b: Array) -> Array:
    """The product of matrices of balls, through ``arb_mat``; shapes ``(m, n)`` and ``(n, k)`` or ``(n,)``."""
    right = b if b.ndim == 2 else b[:, None]  # noqa: PLR2004 - a matrix has two axes
    product = arb_mat(a.tolist()) * arb_mat(right.tolist())
    result = np.empty((a.shape[0], right.shape[1]), dtype=object)
    result.reshape(-1)[:] = product.entries()
    return result if b.ndim == 2 else result[:, 0]  # noqa: PLR2004


class Ball:
    """FLINT balls at ``bits`` bits; a proposition is its stable form, whose balls stay narrow."""

    def __init__(self, bits: int, conventions: Conventions, *, admit_both_branches: bool = False) -> None:
        self.bits = bits
        self.conventions = conventions
        self.admit_both_branches = admit_both_branches
        self.unresolved = 0

    @contextmanager
    def working(self) -> Iterator[Ball]:
        """The block in which this arithmetic may be used: FLINT has its precision there."""
        with precision(self.bits):
            yield self

    def number(self, value: object) -> Number:
        """``value``, exactly."""
        return exact_ball(value)

    def choose(self, forms: dict[str, Formula], arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Any:  # noqa: ANN401
        """The stable form: it cancels least, so that few bits suffice."""
        return stable_form(forms)(self, *arguments, **keywords)

    def exp(self, x: Array) -> Array:
        """Exponential of every entry."""
        return entrywise(lambda number: arb(number).exp(), x)

    def log(self, x: Array) -> Array:
        """Natural logarithm of every entry."""
        return entrywise(lambda number: arb(number).log(), x)

    def log1p(self, x: Array) -> Array:
        """Natural logarithm of 1 + x of every entry."""
        return entrywise(lambda number: arb(number).log1p(), x)

    def tanh(self, x: Array) -> Array:
        """Hyperbolic tangent of every entry."""
        return entrywise(lambda number: arb(number).tanh(), x)

    def sin(self, x: Array) -> Array:
        """Sine of every entry."""
        return entrywise(lambda number: arb(number).sin(), x)

    def cos(self, x: Array) -> Array:
        """Cosine of every entry."""
        return entrywise(lambda number: arb(number).cos(), x)

    def sqrt(self, x: Array) -> Array:
        """Square root of every entry."""
        return entrywise(lambda number: arb(number).sqrt(), x)

    def relu(self, x: Array) -> Array:
        """max(0, x) of every entry."""
        return entrywise(lambda number: arb(number).max(arb(0)), x)

    def join(self, z: Array, below: Array, above: Array) -> Array:
        """``below`` or ``above`` by the sign of z; where the ball straddles 0, their hull."""

        def decide(number: Number, low: Number, high: Number) -> Number:
            return high if number >= 0 else low if number < 0 else arb(low).union(arb(high))

        return entrywise(decide, z, below, above)

    def branch(self, z: Array, below: Number, at: Number, above: Number) -> Array:
        """``below``, ``at`` or ``above`` by the sign of z; raises :class:`UnresolvedError` where it is open."""

        def decide(number: Number, low: Number, middle: Number, high: Number) -> Number:
            if number > 0:
                return high
            if number < 0:
                return low
            if arb(number).is_zero():
                return middle
            if not self.admit_both_branches:
                raise UnresolvedError
            self.unresolved += 1
            return arb(low).union(arb(middle)).union(arb(high))

        return entrywise(decide, z, below, at, above)

    def shifted(self, z: Array) -> Shifted:
        """
        Z minus the midpoint of its largest entry, a constant.

        The sum of the exponentials is 1 and a little where one logit stands out. Its logarithm is that of 1 and the
        rest, which keeps its digits however little the rest is.
        """
        middles = [arb(number).mid() for number in z]
        largest = max(range(len(middles)), key=middles.__getitem__)
        w = as_array(z - middles[largest])
        exponentials = self.exp(w)
        above: arb = w[largest]
        rest = self.sum(np.delete(exponentials, largest)) + above.expm1()
        return Shifted(w, exponentials, self.sum(exponentials), rest.log1p())

    def sum(self, terms: Array, over: tuple[int, ...] = ()) -> Number:
        """Sum of all entries, divided by the numbers ``over``."""
        return sum(as_array(terms).reshape(-1), arb(0)) / prod(over)

    def matmul(self, a: Array, b: Array, over: tuple[int, ...] = ()) -> Array:
        """Matrix product, divided by the numbers ``over``."""
        return as_array(ball_matrix_product(a, b) / prod(over))

    def affine(self, weights: Array, x: Array, bias: Array) -> Array:
        """W x + b."""
        return as_array(ball_matrix_product(weights, x) + (bias if x.ndim == 1 else bias[:, None]))

    def mean(self, x: Array, count: int) -> Array:
        """X / count."""
        return as_array(x / count)
