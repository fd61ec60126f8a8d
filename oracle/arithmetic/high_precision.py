"""High-precision arithmetic: mpmath numbers at any number of bits. It gives the reference value."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from math import prod
from typing import TYPE_CHECKING, Any

import mpmath
import numpy as np

from ..propositions import DEFINITION
from .arrays import Array, Number, as_array, entrywise
from .shifted import Shifted

if TYPE_CHECKING:
    from ...spec.conventions import Conventions
    from .protocol import Formula


@cache
def context(bits: int) -> Any:  # noqa: ANN401 - mpmath is untyped
    """The mpmath context of ``bits`` bits; nobody shares or changes it, so no precision is hidden."""
    made = mpmath.MPContext()
    made.prec = bits
    return made


class HighPrecision:
    """mpmath at ``bits`` bits; a proposition is its definition."""

    def __init__(self, bits: int, conventions: Conventions) -> None:
        self.bits = bits
        self.conventions = conventions
        self.context = context(bits)

    def number(self, value: object) -> Number:
        """``value`` exactly, for every float; a fraction is rounded to the working precision."""
        if isinstance(value, Fraction):
            return self.context.mpf(value.numerator) / value.denominator
        if isinstance(value, int):
            return self.context.mpf(value)
        return self.context.mpf(float(value))  # type: ignore[arg-type]  # NumPy scalars of every dtype

    def choose(self, forms: dict[str, Formula], arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Any:  # noqa: ANN401
        """The definition, as the clause states it."""
        return forms[DEFINITION](self, *arguments, **keywords)

    def exp(self, x: Array) -> Array:
        """Exponential of every entry."""
        return entrywise(self.context.exp, x)

    def log(self, x: Array) -> Array:
        """Natural logarithm of every entry."""
        return entrywise(self.context.log, x)

    def log1p(self, x: Array) -> Array:
        """Natural logarithm of 1 + x of every entry."""
        return entrywise(self.context.log1p, x)

    def tanh(self, x: Array) -> Array:
        """Hyperbolic tangent of every entry."""
        return entrywise(self.context.tanh, x)

    def sin(self, x: Array) -> Array:
        """Sine of every entry."""
        return entrywise(self.context.sin, x)

    def cos(self, x: Array) -> Array:
        """Cosine of every entry."""
        return entrywise(self.context.cos, x)

    def sqrt(self, x: Array) -> Array:
        """Square root of every entry."""
        return entrywise(self.context.sqrt, x)

    def relu(self, x: Array) -> Array:
        """max(0, x) of every entry."""
        return entrywise(lambda number: number if number > 0 else self.context.mpf(0), x)

    def join(self, z: Array, below: Array, above: Array) -> Array:
        """``below`` where z < 0, ``above`` elsewhere."""
        return entrywise(lambda number, low, high: low if number < 0 else high, z, below, above)

    def branch(self, z: Array, below: Number, at: Number, above: Number) -> Array:
        """``below``, ``at`` or ``above`` by the sign of z."""

        def decide(number: Number, low: Number, middle: Number, high: Number) -> Number:
            return low if number < 0 else high if number > 0 else middle

        return entrywise(decide, z, below, at, above)

    def shifted(self, z: Array) -> Shifted:
        """Z minus its largest entry."""
        w = as_array(z - max(z))
        exponentials = self.exp(w)
        total = self.sum(exponentials)
        return Shifted(w, exponentials, total, self.log(as_array(total))[()])

    def sum(self, terms: Array, over: tuple[int, ...] = ()) -> Number:
        """Sum of all entries, in one rounding of an exact sum (but for far terms: see mpmath's ``fsum``)."""
        return self.context.fsum(as_array(terms).reshape(-1)) / prod(over)

    def matmul(self, a: Array, b: Array, over: tuple[int, ...] = ()) -> Array:
        """Matrix product, divided by the numbers ``over``."""
        if b.ndim == 1:
            return self.matmul(a, b[:, None], over)[:, 0]
        product = [[self.context.fdot(zip(row, column, strict=True)) / prod(over) for column in b.T] for row in a]
        return np.array(product, dtype=object).reshape(a.shape[0], b.shape[1])

    def affine(self, weights: Array, x: Array, bias: Array) -> Array:
        """W x + b."""
        return as_array(self.matmul(weights, x) + (bias if x.ndim == 1 else bias[:, None]))

    def mean(self, x: Array, count: int) -> Array:
        """X / count."""
        return as_array(x / count)
