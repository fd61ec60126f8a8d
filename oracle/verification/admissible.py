"""
An arithmetic of admissible evaluations: what clause ``accuracy.admissible`` allows, done on purpose.

The idea. The theorem of clause ``accuracy.envelope`` says that no admissible evaluation leaves the envelope.
This arithmetic is one more in which every formula runs, and each run of it is one such evaluation: after each
operation it adds an error that the rules allow, in a manner that its style chooses: rounding to nearest in the
format; rounding once, at the end; or the whole error of the rule, always up, always down or by the toss of a
coin, or a random part of it. Sums are added in random order; a proposition is evaluated by a form drawn anew at
each use. Values are mpmath numbers of so many bits that their own rounding is lost in the 2^-40 of each error
that is held back for it.
"""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from ...spec.formats import FLOAT16, FLOAT32
from ..arithmetic.allowances import (
    FUNCTION_ULPS,
    FUNCTION_ULPS_HALF,
    HEADROOM,
    INPUT_BITS,
    MUST,
    OVERFLOW_TOGETHER,
    WIDEST_EXPONENT,
)
from ..arithmetic.arrays import Array, Number, as_array, entrywise, is_power_of_two
from ..arithmetic.high_precision import context
from ..arithmetic.shifted import Shifted
from ..correct_rounding import nearest
from ..propositions import stable_forms
from .held import Held, Total

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Sequence

    from ...spec.conventions import Conventions
    from ...spec.formats import Format
    from ..arithmetic.protocol import Formula

BITS = 640
"""Of the numbers that stand for computed values."""

NEAREST, WIDE, UP, DOWN, COIN, PART = "nearest", "wide", "up", "down", "coin", "part"

STYLES = (NEAREST, WIDE, UP, DOWN, COIN, PART)
"""The manners of erring: see the top of this module."""

HELD_BACK = 2.0**-40
"""The part of each allowed error that is not used, so that this arithmetic's own rounding stays within the rules."""


class Admissible:
    """One admissible evaluation in ``number_format``, by the forms of ``level``, erring in a ``style``."""

    def __init__(
        self, number_format: Format, conventions: Conventions, *, level: str, style: str, rng: random.Random
    ) -> None:
        in_float32 = number_format.is_half and conventions["intermediates"] == "float32"
        self.format = FLOAT32 if in_float32 else number_format
        self.result_format = number_format
        self.conventions = conventions
        self.level = level
        self.style = style
        self.rng = rng
        self.context = context(BITS)
        may_flush = level == MUST or conventions["subnormals"] == "flush"
        self.flush = may_flush and number_format is not FLOAT16 and rng.random() < 1 / 2
        self.smallest_normal = self._power_of_two(self.format.smallest_exponent)
        self.u = self._power_of_two(-self.format.precision)
        self.eta = self._underflow_unit(self.format)
        self.overflow = self.context.mpf(self.format.largest.numerator) / HEADROOM
        self.ulps = dict.fromkeys(FUNCTION_ULPS, FUNCTION_ULPS_HALF) if self.format.is_half else FUNCTION_ULPS
        bits = INPUT_BITS.get(conventions["matmul_inputs"])
        w = self.context.mpf(0) if bits is None else self._power_of_two(-bits)
        self.of_inputs = 2 * w + w * w

    def _power_of_two(self, exponent: int) -> Number:
        return self.context.mpf(2) ** exponent

    def _underflow_unit(self, number_format: Format) -> Number:
        smallest = number_format.smallest_exponent
        return self._power_of_two(smallest if self.flush else smallest - number_format.precision + 1)

    # numbers

    def number(self, value: object) -> Held:
        """``value``, an argument: itself, or zero where subnormal numbers are flushed."""
        given = self.context.mpf(float(value))  # type: ignore[arg-type]  # NumPy scalars of every dtype
        return Held(self, self.context.mpf(0) if self._is_flushed(given) else given, is_given=True)

    def lift(self, number: Number) -> Held:
        """``number``, Held already or an exact constant of a formula."""
        return number if isinstance(number, Held) else Held(self, self.context.mpf(number), is_given=True)

    def choose(self, forms: dict[str, Formula], arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Any:  # noqa: ANN401
        """The value by one of the forms that the level admits, drawn anew at each use."""
        admitted = forms if self.level == MUST else stable_forms(forms)
        return self.rng.choice(list(admitted.values()))(self, *arguments, **keywords)

    def settle(self, number: Number) -> Number:
        """The number that is returned, rounded once more where it was held in a wider format."""
        held = self.lift(number)
        if held.is_given and (self.format is self.result_format or self.style == NEAREST):
            return held.value
        if self.style in (NEAREST, WIDE):
            return self._nearest(held.value, self.result_format)
        u = self._power_of_two(-self.result_format.precision)
        return self._erring(held.value, u * abs(held.value) + self._underflow_unit(self.result_format))

    # rounding

    def _is_flushed(self, value: Number) -> bool:
        return bool(self.flush and 0 < abs(value) < self.smallest_normal)

    def _nearest(self, value: Number, number_format: Format | None = None) -> Number:
        if not self.context.isfinite(value):
            return value
        sign, mantissa, exponent, _ = value._mpf_
        signed = -int(mantissa) if sign else int(mantissa)
        rounded = nearest(signed, int(exponent), number_format or self.format).value()
        return self.context.mpf(0 if self._is_flushed(value) else rounded)

    def _rounded(self, value: Number, bound: Number, *, overflow: Number | None = None) -> Held:
        """``value`` with an error of at most ``bound``, or an infinity where its magnitude may overflow."""
        if not self.context.isfinite(value):
            return Held(self, value)
        if abs(value) > self._power_of_two(WIDEST_EXPONENT):
            return self._overflown(value)
        reached = abs(value) + bound if overflow is None else overflow
        if self.style == NEAREST:
            return Held(self, self._nearest(value))
        if reached >= self.overflow and self.style != WIDE and self.rng.random() < 1 / 2:
            return self._overflown(value)
        return Held(self, value if self.style == WIDE else self._erring(value, bound))

    def _overflown(self, value: Number) -> Held:
        return Held(self, self.context.sign(value) * self.context.inf, overflown=value)

    def _erring(self, value: Number, bound: Number) -> Number:
        if not self.context.isfinite(value):
            return value
        return value + bound * (1 - HELD_BACK) * self._direction()

    def _direction(self) -> float:
        match self.style:
            case "up":
                return 1.0
            case "down":
                return -1.0
            case "coin":
                return self.rng.choice((-1.0, 1.0))
            case _:
                return self.rng.uniform(-1, 1)

    def _nan(self) -> Held:
        return Held(self, self.context.nan)

    def _anything(self) -> Held:
        """One of the values where rule 9 admits every one."""
        values = self.context.nan, self.context.inf, -self.context.inf, self.context.mpf(self.rng.uniform(-1, 1))
        return Held(self, self.rng.choice(values))

    # operations

    def add(self, a: Held, b: Held) -> Held:
        """Rule 2 for a + b; a copy where a term is zero."""
        if a.value == 0 or b.value == 0:
            return b if a.value == 0 else a
        value = a.value + b.value
        if value == 0:
            return Held(self, value, is_given=True)
        return self._rounded(value, self.u * abs(value) + (self.eta if self.flush else 0))

    def multiply(self, a: Held, b: Held) -> Held:
        """Rule 2 for a b, exact by a power of two as long as nothing underflows."""
        value = a.value * b.value
        if value == 0:
            return Held(self, value, is_given=True)
        if (a.is_given and self._is_power_of_two(a.value)) or (b.is_given and self._is_power_of_two(b.value)):
            return self._scaled(value, is_given=a.is_given and b.is_given)
        return self._rounded(value, self.u * abs(value) + self.eta)

    def _scaled(self, value: Number, *, is_given: bool) -> Held:
        if self.context.isfinite(value) and self.smallest_normal <= abs(value) < self.overflow:
            return Held(self, value, is_given)
        return self._rounded(value, self.eta)

    def _is_power_of_two(self, value: Number) -> bool:
        return bool(self.context.isfinite(value) and value._mpf_[1] == 1)

    def divide(self, a: Held, b: Held) -> Held:
        """Rule 2 for a / b; every value where the divisor is zero. NaN where both overflow, as rule 8 may ask for."""
        if b.value == 0:
            return self._nan() if a.value == 0 else self._anything()
        if self._overflow_alike(a, b):
            return self._nan()
        value = a.value / b.value
        if value == 0:
            return Held(self, value, is_given=True)
        if b.is_given and self._is_power_of_two(b.value):
            return self._scaled(value, is_given=a.is_given)
        return self._rounded(value, 2 * self.u * abs(value) + self.eta)

    def _overflow_alike(self, a: Held, b: Held) -> bool:
        """Rule 8: whether one is infinite, and both would have to be."""
        dividend, divisor = (each.value if each.overflown is None else each.overflown for each in (a, b))
        if not (self.context.isfinite(dividend) and self.context.isfinite(divisor)):
            return False
        are_large = min(abs(dividend), abs(divisor)) > HEADROOM**2 * self.overflow
        is_near = abs(abs(dividend) - abs(divisor)) < abs(divisor) * float(OVERFLOW_TOGETHER)
        return bool((a.overflown is not None or b.overflown is not None) and are_large and is_near)

    def mean(self, x: Array, count: int) -> Array:
        """Rule 2 for a quotient."""
        return entrywise(lambda number: self.divide(self.lift(number), self.lift(count)), x) if count > 1 else x

    def _mean(self, number: Held, over: tuple[int, ...]) -> Held:
        """``number`` divided by each of ``over``, the factors at any place of the sum that it is."""
        total, divisor = number.origin, prod(over)
        if divisor == 1:
            return number
        if total is None or self.style == NEAREST:
            return reduce(lambda value, count: self.divide(value, self.lift(count)), over, number)
        exponent = total.terms + 2 * sum(not is_power_of_two(count) for count in over)
        slack = total.slack + len(over) * total.terms * self.eta
        magnitude = total.magnitude / divisor
        bound = (1 + self.u) ** exponent * (magnitude + slack) - magnitude
        return self._rounded(total.exact / divisor, bound)

    # functions

    def exp(self, x: Array) -> Array:
        """Exponential of every entry."""
        return self._function("exp", self.context.exp, x, exact_at=0)

    def log(self, x: Array) -> Array:
        """Natural logarithm of every entry; every value where the argument is not positive."""
        return self._function("log", self.context.log, x, exact_at=1, above=0)

    def log1p(self, x: Array) -> Array:
        """Natural logarithm of 1 + x of every entry; every value where that is not positive."""
        return self._function("log1p", self.context.log1p, x, exact_at=0, above=-1)

    def tanh(self, x: Array) -> Array:
        """Hyperbolic tangent of every entry."""
        return self._function("tanh", self.context.tanh, x, exact_at=0)

    def sin(self, x: Array) -> Array:
        """Sine of every entry."""
        return self._function("sin", self.context.sin, x, exact_at=0)

    def cos(self, x: Array) -> Array:
        """Cosine of every entry."""
        return self._function("cos", self.context.cos, x, exact_at=0)

    def sqrt(self, x: Array) -> Array:
        """Square root of every entry; every value where the argument is negative."""
        return entrywise(lambda number: self._root(self.lift(number).value), x)

    def _root(self, argument: Number) -> Held:
        if self.context.isnan(argument):
            return self._nan()
        if not argument >= 0:
            return self._anything()
        value = self.context.sqrt(argument)
        if value == 0:
            return Held(self, value, is_given=True)
        return self._rounded(value, self.ulps["sqrt"] * (2 * self.u * value + self.eta))

    def _function(
        self, name: str, function: Callable[[Number], Number], x: Array, *, exact_at: int, above: int | None = None
    ) -> Array:
        def of(number: Number) -> Held:
            argument = self.lift(number).value
            if self.context.isnan(argument):
                return self._nan()
            if above is not None and not argument > above:
                return self._nan() if self.context.isinf(argument) else self._anything()
            value = function(argument)
            if argument == exact_at:
                return Held(self, value, is_given=True)
            return self._rounded(value, self.ulps[name] * (2 * self.u * abs(value) + self.eta))

        return entrywise(of, x)

    # kinks

    def relu(self, x: Array) -> Array:
        """max(0, x) of every entry."""
        return entrywise(lambda number: self._relu(self.lift(number)), x)

    def _relu(self, number: Held) -> Held:
        if self.context.isnan(number.value):
            return self.rng.choice((number, self.lift(0)))
        return number if number.value > 0 else self.lift(0)

    def join(self, z: Array, below: Array, above: Array) -> Array:
        """``below`` or ``above`` by the sign of the computed z."""
        return self.branch(z, below, above, above)

    def branch(self, z: Array, below: Number, at: Number, above: Number) -> Array:
        """``below``, ``at`` or ``above`` by the sign of the computed z."""

        def decide(number: Number, low: Number, middle: Number, high: Number) -> Held:
            value = self.lift(number).value
            if self.context.isnan(value):
                return self.lift(self.rng.choice((low, middle, high, value)))
            return self.lift(low if value < 0 else high if value > 0 else middle)

        return entrywise(decide, z, below, at, above)

    # sums

    def shifted(self, z: Array) -> Shifted:
        """Z minus its largest computed entry."""
        numbers = [self.lift(number) for number in z]
        if any(not self.context.isfinite(number.value) for number in numbers):
            w = entrywise(lambda _: self._nan(), z)
        else:
            largest = max(numbers, key=lambda number: number.value)
            w = entrywise(lambda number: number - largest, z)
        exponentials = self.exp(w)
        total = self.sum(exponentials)
        return Shifted(w, exponentials, total, self.log(as_array(total))[()])

    def sum(self, terms: Array, over: tuple[int, ...] = ()) -> Held:
        """Rules 3 and 4 for terms that are no products."""
        numbers = [self.lift(term) for term in as_array(terms).reshape(-1)]
        if self.style == NEAREST and self.rng.random() < 1 / 2:
            return self._sum([self._mean(number, over) for number in numbers], [])
        return self._mean(self._sum(numbers, []), over)

    def matmul(self, a: Array, b: Array, over: tuple[int, ...] = ()) -> Array:
        """Rules 3 and 4 for every entry."""
        return entrywise(lambda number: self._mean(number, over), self.affine(a, b, None))

    def affine(self, weights: Array, x: Array, bias: Array | None) -> Array:
        """Rule 3 for every entry, the bias one more term."""
        columns = x if x.ndim == 2 else x[:, None]  # noqa: PLR2004 - a matrix has two axes

        def entry(row: int, column: int) -> Held:
            pairs = zip(weights[row], columns[:, column], strict=True)
            products = [(self.lift(left), self.lift(right)) for left, right in pairs]
            return self._sum([] if bias is None else [self.lift(bias[row])], products)

        result = entrywise(entry, *np.indices((weights.shape[0], columns.shape[1])))
        return result if x.ndim == 2 else result[:, 0]  # noqa: PLR2004

    def _sum(self, terms: Sequence[Held], products: Sequence[tuple[Held, Held]]) -> Held:
        plain = [term for term in terms if term.value != 0]
        pairs = [(left, right) for left, right in products if left.value * right.value != 0]
        exact = [term.value for term in plain] + [self._product(left, right) for left, right in pairs]
        if len(exact) <= 1:
            return plain[0] if plain else self._single(*pairs[0]) if pairs else self.lift(0)
        if not all(map(self.context.isfinite, exact)):
            return Held(self, sum(exact))
        if self.style == NEAREST:
            return Held(self, self._along_a_tree(plain, exact[len(plain) :]))
        slack = (len(pairs) + (len(exact) - 1 if self.flush else 0)) * self.eta
        total = Total(sum(exact), sum(map(abs, exact)), len(exact), slack)
        bound = (1 + self.u) ** total.terms * (total.magnitude + slack) - total.magnitude
        return replace(self._overflowing(exact, bound), origin=total)

    def _overflowing(self, terms: Sequence[Number], bound: Number) -> Held:
        """The sum of ``terms``, or what it overflows to in an order in which a partial sum does."""
        rising, falling = (sum(max(sign * term, 0) for term in terms) for sign in (1, -1))
        rounded = self._rounded(sum(terms), bound, overflow=max(rising, falling))
        if not self.context.isinf(rounded.value):
            return rounded
        if min(rising, falling) >= self.overflow:
            return self._nan()
        return self._overflown(sum(terms))

    def _product(self, left: Held, right: Held) -> Number:
        """The exact product of the inputs, which ``matmul_inputs`` may have rounded first."""
        value = left.value * right.value
        return value + self._of_rounded_inputs(value)

    def _of_rounded_inputs(self, product: Number) -> Number:
        if not self.context.isfinite(product):
            return self.context.mpf(0)  # and no bound times infinity, which is NaN where the bound is 0
        return self.of_inputs * abs(product) * (1 - HELD_BACK) * self.rng.choice((-1, 0, 1))

    def _single(self, left: Held, right: Held) -> Held:
        """A product that is the whole sum."""
        product = self.multiply(left, right)
        return Held(self, product.value + self._of_rounded_inputs(left.value * right.value), product.is_given)

    def _along_a_tree(self, terms: Sequence[Held], products: Sequence[Number]) -> Number:
        """Rounded to nearest after each addition of a random tree; products rounded before, or fused."""
        parts = [term.value for term in terms]
        parts += [value if self.rng.random() < 1 / 2 else self._nearest(value) for value in products]
        while len(parts) > 1:
            left = parts.pop(self.rng.randrange(len(parts)))
            right = parts.pop(self.rng.randrange(len(parts)))
            parts.append(self._nearest(left + right))
        return self._nearest(parts[0])
