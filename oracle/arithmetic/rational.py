"""
Rational arithmetic: fractions, without any rounding.

It decides what no enclosure can, however narrow: whether a value that divisions and square roots lead to is 0, or lies
exactly between two numbers of a format. Where a value is not rational it refuses, and enclosures decide: by the theorem
of Lindemann and Weierstrass an exponential, a logarithm, a sine or a cosine of a rational number is irrational but at
0 and 1, where it is exact here.
"""

from __future__ import annotations

from fractions import Fraction
from math import isqrt, prod
from typing import TYPE_CHECKING, Any

import numpy as np

from ..propositions import stable_form
from .arrays import Array, Number, as_array, entrywise
from .shifted import Shifted

if TYPE_CHECKING:
    from ...spec.conventions import Conventions
    from .protocol import Formula


class IrrationalError(ArithmeticError):
    """A value that is not known to be rational, or that does not exist."""


class _Irrational:
    """The logarithm of a sum that is not 1: nobody may compute with it."""

    def _refuse(self, other: Number) -> Number:
        message = f"{other} is combined with a number that is irrational"
        raise IrrationalError(message)

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _refuse


class Rational:
    """Fractions; a proposition is its stable form, which knows softmax to be rational where all logits are equal."""

    def __init__(self, conventions: Conventions) -> None:
        self.conventions = conventions

    def number(self, value: object) -> Number:
        """``value``, exactly."""
        if isinstance(value, int | Fraction):
            return Fraction(value)
        return Fraction(float(value))  # type: ignore[arg-type]  # NumPy scalars of every dtype

    def choose(self, forms: dict[str, Formula], arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Any:  # noqa: ANN401
        """The stable form."""
        return stable_form(forms)(self, *arguments, **keywords)

    def exp(self, x: Array) -> Array:
        """1 at 0."""
        return _only_at(0, 1, x)

    def log(self, x: Array) -> Array:
        """0 at 1."""
        return _only_at(1, 0, x)

    def log1p(self, x: Array) -> Array:
        """0 at 0."""
        return _only_at(0, 0, x)

    def tanh(self, x: Array) -> Array:
        """0 at 0."""
        return _only_at(0, 0, x)

    def sin(self, x: Array) -> Array:
        """0 at 0."""
        return _only_at(0, 0, x)

    def cos(self, x: Array) -> Array:
        """1 at 0."""
        return _only_at(0, 1, x)

    def sqrt(self, x: Array) -> Array:
        """Square root of every entry that is the square of a fraction."""
        return entrywise(_root, x)

    def relu(self, x: Array) -> Array:
        """max(0, x) of every entry."""
        return entrywise(lambda number: max(number, Fraction(0)), x)

    def join(self, z: Array, below: Array, above: Array) -> Array:
        """``below`` where z < 0, ``above`` elsewhere."""
        return entrywise(lambda number, low, high: low if number < 0 else high, z, below, above)

    def branch(self, z: Array, below: Number, at: Number, above: Number) -> Array:
        """``below``, ``at`` or ``above`` by the sign of z."""

        def decide(number: Number, low: Number, middle: Number, high: Number) -> Number:
            return low if number < 0 else high if number > 0 else middle

        return entrywise(decide, z, below, at, above)

    def shifted(self, z: Array) -> Shifted:
        """Z minus its largest entry; rational where all entries are equal."""
        w = as_array(z - max(z))
        exponentials = self.exp(w)
        total = self.sum(exponentials)
        return Shifted(w, exponentials, total, Fraction(0) if total == 1 else _Irrational())

    def sum(self, terms: Array, over: tuple[int, ...] = ()) -> Number:
        """Sum of all entries, divided by the numbers ``over``."""
        return sum(as_array(terms).reshape(-1), Fraction(0)) / prod(over)

    def matmul(self, a: Array, b: Array, over: tuple[int, ...] = ()) -> Array:
        """Matrix product, divided by the numbers ``over``."""
        return as_array(as_array(np.dot(a, b)) / prod(over))

    def affine(self, weights: Array, x: Array, bias: Array) -> Array:
        """W x + b."""
        return as_array(self.matmul(weights, x) + (bias if x.ndim == 1 else bias[:, None]))

    def mean(self, x: Array, count: int) -> Array:
        """X / count."""
        return as_array(x * Fraction(1, count))


def _only_at(place: int, value: int, x: Array) -> Array:
    """``value`` for every entry equal to ``place``; raises for any other."""
    if any(number != place for number in as_array(x).reshape(-1)):
        message = "an elementary function of a rational number is irrational here"
        raise IrrationalError(message)
    return entrywise(lambda _: Fraction(value), x)


def _root(square: Fraction | int) -> Fraction:
    exact = Fraction(square)
    if exact >= 0:
        root = Fraction(isqrt(exact.numerator), isqrt(exact.denominator))
        if root * root == exact:
            return root
    message = f"{square} is not the square of a fraction"
    raise IrrationalError(message)
