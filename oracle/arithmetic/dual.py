"""
Dual arithmetic: a value and a tangent over high precision.

Run on a *forward* definition with tangents of unit vectors, it yields the derivative by the rules of calculus alone,
and so checks a closed form that shares no line with it. At a kink it refuses: there is no derivative to compare with.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from ..propositions import DEFINITION
from .arrays import Array, Number, as_array, entrywise
from .high_precision import context
from .shifted import Shifted

if TYPE_CHECKING:
    from ...spec.conventions import Conventions
    from .protocol import Formula


class KinkError(ArithmeticError):
    """The derivative was asked for at a point where the function has none."""


@dataclass(frozen=True, eq=False)
class Dual:
    """The number a + b t with t^2 = 0: a value and its rate of change."""

    value: Number
    """The value, an mpf."""
    tangent: Number
    """The rate of change, an mpf."""

    def __add__(self, other: Number) -> Dual:
        other = lifted(other)
        return Dual(self.value + other.value, self.tangent + other.tangent)

    __radd__ = __add__

    def __neg__(self) -> Dual:
        return Dual(-self.value, -self.tangent)

    def __sub__(self, other: Number) -> Dual:
        return self + -lifted(other)

    def __rsub__(self, other: Number) -> Dual:
        return lifted(other) + -self

    def __mul__(self, other: Number) -> Dual:
        other = lifted(other)
        return Dual(self.value * other.value, self.value * other.tangent + self.tangent * other.value)

    __rmul__ = __mul__

    def __truediv__(self, other: Number) -> Dual:
        other = lifted(other)
        quotient = self.value / other.value
        return Dual(quotient, (self.tangent - quotient * other.tangent) / other.value)

    def __rtruediv__(self, other: Number) -> Dual:
        return lifted(other) / self

    def __abs__(self) -> Dual:
        if self.value == 0:
            raise KinkError
        return self if self.value > 0 else -self


def lifted(number: Number) -> Dual:
    """``number`` as a dual number; a constant has tangent zero."""
    return number if isinstance(number, Dual) else Dual(number, 0)


class DualArithmetic:
    """Dual numbers over mpmath at ``bits`` bits; a proposition is its definition."""

    def __init__(self, bits: int, conventions: Conventions) -> None:
        self.bits = bits
        self.conventions = conventions
        self.context = context(bits)

    def number(self, value: object) -> Dual:
        """``value``, exactly, as a constant."""
        return Dual(self.context.mpf(value if isinstance(value, int) else float(value)), self.context.mpf(0))  # type: ignore[arg-type]

    def choose(self, forms: dict[str, Formula], arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Any:  # noqa: ANN401
        """The definition, as the clause states it."""
        return forms[DEFINITION](self, *arguments, **keywords)

    def exp(self, x: Array) -> Array:
        """d exp = exp."""
        return entrywise(lambda number: self._chain(number, self.context.exp, self.context.exp), x)

    def log(self, x: Array) -> Array:
        """d log = 1/x."""
        return entrywise(lambda number: self._chain(number, self.context.log, lambda value: 1 / value), x)

    def log1p(self, x: Array) -> Array:
        """d log1p = 1/(1 + x)."""
        return entrywise(lambda number: self._chain(number, self.context.log1p, lambda value: 1 / (1 + value)), x)

    def tanh(self, x: Array) -> Array:
        """d tanh = 1/cosh^2."""
        slope = self.context.sech
        return entrywise(lambda number: self._chain(number, self.context.tanh, lambda value: slope(value) ** 2), x)

    def sin(self, x: Array) -> Array:
        """d sin = cos."""
        return entrywise(lambda number: self._chain(number, self.context.sin, self.context.cos), x)

    def cos(self, x: Array) -> Array:
        """d cos = -sin."""
        return entrywise(
            lambda number: self._chain(number, self.context.cos, lambda value: -self.context.sin(value)), x
        )

    def sqrt(self, x: Array) -> Array:
        """d sqrt = 1/(2 sqrt); refuses at 0."""
        return entrywise(self._root, x)

    def _root(self, number: Number) -> Dual:
        if lifted(number).value == 0:
            raise KinkError
        return self._chain(number, self.context.sqrt, lambda value: 1 / (2 * self.context.sqrt(value)))

    def _chain(self, number: Number, function: Any, derivative: Any) -> Dual:  # noqa: ANN401 - mpmath functions
        dual = lifted(number)
        value = self.context.convert(dual.value)
        return Dual(function(value), derivative(value) * dual.tangent)

    def relu(self, x: Array) -> Array:
        """max(0, x); refuses at 0."""
        return self.branch(x, 0, None, x)

    def join(self, z: Array, below: Array, above: Array) -> Array:
        """``below`` or ``above`` by the sign of z; refuses at 0."""
        return self.branch(z, below, None, above)

    def branch(self, z: Array, below: Number, at: Number, above: Number) -> Array:
        """``below`` or ``above`` by the sign of z; refuses at 0, whatever ``at`` says."""
        del at

        def decide(number: Number, low: Number, high: Number) -> Dual:
            value = lifted(number).value
            if value == 0:
                raise KinkError
            return lifted(low if value < 0 else high)

        return entrywise(decide, z, below, above)

    def shifted(self, z: Array) -> Shifted:
        """Z minus the value of its largest entry, a constant."""
        w = as_array(z - max(lifted(number).value for number in z))
        exponentials = self.exp(w)
        total = self.sum(exponentials)
        return Shifted(w, exponentials, total, self.log(as_array(total))[()])

    def sum(self, terms: Array, over: tuple[int, ...] = ()) -> Dual:
        """Sum of all entries, divided by the numbers ``over``."""
        flat = [lifted(term) for term in as_array(terms).reshape(-1)]
        values = self.context.fsum([term.value for term in flat])
        return Dual(values, self.context.fsum([term.tangent for term in flat])) / prod(over)

    def matmul(self, a: Array, b: Array, over: tuple[int, ...] = ()) -> Array:
        """Matrix product, divided by the numbers ``over``."""
        if b.ndim == 1:
            return self.matmul(a, b[:, None], over)[:, 0]
        product = [[self.sum(row * column, over) for column in b.T] for row in a]
        return np.array(product, dtype=object).reshape(a.shape[0], b.shape[1])

    def affine(self, weights: Array, x: Array, bias: Array) -> Array:
        """W x + b."""
        return as_array(self.matmul(weights, x) + (bias if x.ndim == 1 else bias[:, None]))

    def mean(self, x: Array, count: int) -> Array:
        """X / count."""
        return as_array(x / count)
