"""
Rounding arithmetic: what any admissible evaluation of a formula in a format may have computed.

The idea. A number is a FLINT ball that holds every value that an admissible evaluation (clause ``accuracy.admissible``)
may hold at this place. An operation takes the interval image of its operands' balls, which FLINT computes with
outward rounding and exponents of any size, and then widens it by what one rounding may add, from the upper
bound of its magnitude. Radii are thus only added, multiplied and maximised, never subtracted. Beside its ball a
number carries flags: an evaluation may hold an infinity or a NaN here. Where every value may stand, as behind a
divisor that may be zero, the ball is FLINT's NaN: nothing is known, and the entry will be undecided.

At the level MUST a proposition is the hull of all its forms; at the level SHOULD that of its stable forms.
"""

from __future__ import annotations

from copy import copy
from functools import reduce
from math import prod
from operator import or_
from typing import TYPE_CHECKING, Any

import numpy as np
from flint import arb, arb_mat

from ...spec.formats import FLOAT16, FLOAT32
from ..propositions import stable_forms
from .allowances import (
    FUNCTION_ULPS,
    FUNCTION_ULPS_HALF,
    HEADROOM,
    INPUT_BITS,
    MUST,
    OVERFLOW_TOGETHER,
    SHOULD,
    WIDEST_EXPONENT,
    computes_in_float32,
    of_two_inputs,
    smallest_exact_exponent,
)
from .arrays import Array, Number, as_array, entrywise, is_power_of_two
from .ball import exact_ball, precision
from .rounded import INFINITE, NAN, NEGATIVE, POSITIVE, Rounded, swapped
from .shifted import Shifted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from contextlib import AbstractContextManager

    from ...spec.conventions import Conventions
    from ...spec.formats import Format
    from ..alterations import Instead
    from .protocol import Formula

CENTRE_BITS = 160
"""Working precision of the balls; what it loses is in their radii."""

EXACT_BITS = 1024
"""Working precision in the exact regime, where nothing may be lost."""

WIDE = 2.0**-12
"""Relative radius beyond which a monotone function is bounded by its end points rather than by its derivative."""

_NOTHING_KNOWN = arb("nan")
_ZERO = arb(0)
_ONE = arb(1)


def _is_zero(number: Rounded) -> bool:
    """Whether nothing but 0 may stand there."""
    return bool(number.ball.is_zero()) and not number.specials


def _is_power_of_two(ball: arb) -> bool:
    return bool(ball.is_exact()) and abs(int(ball.man_exp()[0])) == 1 if ball.is_finite() else False


class Rounding:
    """
    The admissible evaluations in ``number_format``.

    ``level`` is MUST or SHOULD; ``exact`` says that a result that the format holds is that result (clause
    ``accuracy.exact_sum``), which only the exact regime asks for; ``flush`` admits zero for a subnormal number;
    ``pattern`` decides the first doubtful indicators, as branches 0, 1, 2 for below, above and at the kink; ``instead``
    is what a faulty implementation computes, by the identity of the forms of a proposition, and ``product_bits`` to how
    many bits it rounds the inputs of products. ``reached`` are the propositions that were asked for, told likewise.
    """

    def __init__(
        self,
        number_format: Format,
        conventions: Conventions,
        *,
        level: str,
        exact: bool = False,
        function_ulps: Mapping[str, int] | None = None,
        pattern: tuple[int, ...] | None = None,
        instead: Mapping[int, Instead] | None = None,
        product_bits: int | None = None,
    ) -> None:
        self._instead = instead or {}
        self.reached: set[int] = set()
        self._remembered: dict[tuple[Any, ...], tuple[Any, int, Any]] = {}
        self.format = FLOAT32 if computes_in_float32(number_format, conventions) else number_format
        self.result_format = number_format
        self.conventions = conventions
        self.level = level
        self.exact = exact
        self.pattern = pattern
        self.doubtful = 0
        self.bits = EXACT_BITS if exact else CENTRE_BITS
        may_flush = level == MUST or conventions["subnormals"] == "flush"
        self.flush = may_flush and not exact and number_format is not FLOAT16
        self.underflow_unit = number_format.smallest_normal if self.flush else number_format.smallest_subnormal
        working = self.format
        self._eta = exact_ball(working.smallest_normal if self.flush else working.smallest_subnormal)
        self._smallest_normal = exact_ball(working.smallest_normal)
        self._u = exact_ball(working.unit_roundoff)
        self._largest = exact_ball(working.largest)
        with self.working():
            self._overflow = exact_ball(working.largest) / HEADROOM
            self._two_u = (_ONE + self._u) * (_ONE + self._u) - _ONE
        measured = dict.fromkeys(FUNCTION_ULPS, FUNCTION_ULPS_HALF) if working.is_half else dict(FUNCTION_ULPS)
        self._ulps = measured | dict(function_ulps or {})
        declared = INPUT_BITS.get(conventions["matmul_inputs"]) if number_format is FLOAT32 else None
        self._input_bits = product_bits or declared
        self._input_rounding = None if self._input_bits is None else of_two_inputs(self._input_bits)

    def working(self) -> AbstractContextManager[None]:
        """The block in which this arithmetic may be used: FLINT has its precision there."""
        return precision(self.bits)

    # what was computed before

    def _recalled(self, what: object, given: tuple[Any, ...], compute: Callable[[], Any]) -> Any:  # noqa: ANN401
        """
        What ``compute`` returned when it was last asked of ``what`` at the very numbers that ``given`` holds.

        Many forms share their beginnings: without this each would compute the forward pass anew. The numbers are told
        by identity, and kept alive, so that none is taken for another. Where indicators were doubtful the same ones
        have to come next.
        """
        key = (id(what), *map(_identity, given))
        start = self.doubtful
        if (key, None) in self._remembered:
            return self._remembered[key, None][0]
        if (key, start) in self._remembered:
            answer, self.doubtful, _ = self._remembered[key, start]
            return answer
        answer = compute()
        are_in_doubt = self.doubtful != start
        self._remembered[key, start if are_in_doubt else None] = (answer, self.doubtful, (what, given))
        return answer

    def forget(self) -> None:
        """Let go of what was computed on the way."""
        self._remembered.clear()

    # numbers

    def number(self, value: object) -> Rounded:
        """``value``, an argument of the operation, exactly; a subnormal one may be flushed to zero."""
        ball = exact_ball(value)
        if self.flush and 0 < abs(ball) < self._eta:
            ball = ball.union(_ZERO)
        return Rounded(self, ball)

    def lift(self, number: Number) -> Rounded:
        """``number``, Rounded already or an exact constant of a formula."""
        return number if isinstance(number, Rounded) else Rounded(self, exact_ball(number))

    def choose(self, forms: dict[str, Formula], arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Any:  # noqa: ANN401
        """
        At MUST the hull of every form, at SHOULD that of the stable ones.

        Doubtful indicators are numbered alike in each form. Where something else is to be computed ``instead``, it is
        handed the right proposition first.
        """
        self.reached.add(id(forms))
        replacement = self._instead.get(id(forms))
        if replacement is None:
            return self.chosen(forms, arguments, keywords)

        def right(arithmetic: Rounding, *given: Any, **named: Any) -> Any:  # noqa: ANN401 - whatever a proposition takes
            return arithmetic.chosen(forms, given, named)

        return replacement(self, right, *arguments, **keywords)

    def chosen(self, forms: dict[str, Formula], arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Any:  # noqa: ANN401
        """What :meth:`choose` says where nothing is computed instead."""
        given = (*arguments, *keywords, *keywords.values())
        return self._recalled(forms, given, lambda: self._hull_of(forms, arguments, keywords))

    def _hull_of(self, forms: dict[str, Formula], arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Any:  # noqa: ANN401
        if self.level == SHOULD:
            forms = stable_forms(forms)
        start, counts, values = self.doubtful, [], []
        for formula in forms.values():
            self.doubtful = start
            values.append(formula(self, *arguments, **keywords))
            counts.append(self.doubtful)
        self.doubtful = max(counts)
        return reduce(self.hull, values)

    def hull(self, left: Any, right: Any) -> Any:  # noqa: ANN401 - numbers, arrays, and sequences of arrays
        """The smallest numbers that hold what ``left`` and ``right`` hold, entry by entry."""
        if isinstance(left, tuple | list):
            return type(left)(self.hull(*pair) for pair in zip(left, right, strict=True))
        if isinstance(left, np.ndarray):
            return entrywise(self._joined, left, right)
        return self._joined(left, right)

    def _joined(self, left: Number, right: Number) -> Rounded:
        left, right = self.lift(left), self.lift(right)
        return Rounded(self, left.ball.union(right.ball), left.specials | right.specials)

    # rounding

    @staticmethod
    def _representable(ball: arb, number_format: Format) -> bool:
        if not ball.is_exact():
            return False
        mantissa, exponent = ball.man_exp()
        bits = abs(int(mantissa)).bit_length()
        smallest = smallest_exact_exponent(number_format)
        largest = number_format.largest_exponent - bits + 1
        return bits <= number_format.precision and smallest <= int(exponent) <= largest

    def _rounded(self, image: arb, relative: arb, specials: int, *, absolute: bool) -> Rounded:
        """``image`` after roundings of ``relative`` error in all, and perhaps of the underflow unit."""
        if self.exact and self._representable(image, self.format):
            return Rounded(self, image, specials)
        return self._widened(image, relative, specials, absolute=absolute)

    def _widened(self, image: arb, relative: arb, specials: int, *, absolute: bool) -> Rounded:
        ball = arb(image, image * relative)
        if absolute or self.flush:
            ball = arb(ball, self._eta)
        if not ball.abs_upper() < self._overflow:
            specials |= self._overflowing(ball)
        return Rounded(self, ball, specials)

    def _overflowing(self, ball: arb) -> int:
        return (POSITIVE if not ball < self._overflow else 0) | (NEGATIVE if not ball > -self._overflow else 0)

    def settle(self, number: Number) -> Rounded:
        """The final rounding that clause ``accuracy.admissible`` grants a result held in a wider format."""
        held = self.lift(number)
        if held.ball.is_exact() and self.format is self.result_format and held.ball.abs_upper() <= self._largest:
            return self._flushed(held)
        if self.exact and self._representable(held.ball, self.result_format):
            return held
        relative = exact_ball(self.result_format.unit_roundoff)
        ball = arb(arb(held.ball, held.ball * relative), exact_ball(self.underflow_unit))
        if self.format is not self.result_format or ball.abs_upper() < self._overflow:
            return Rounded(self, ball, held.specials)
        return Rounded(self, ball, held.specials | self._overflowing(ball))

    def _flushed(self, number: Rounded) -> Rounded:
        if self.flush and 0 < abs(number.ball) < self._eta:
            return Rounded(self, number.ball.union(_ZERO), number.specials)
        return number

    # operations

    def add(self, a: Rounded, b: Rounded) -> Rounded:
        """A + b: one relative u; exact where a term is an exact zero, or where x - x is one."""
        specials = _of_sum((a.specials, b.specials))
        if _is_zero(a):
            return self._unchanged(b)
        if _is_zero(b):
            return self._unchanged(a)
        total = a.ball + b.ball
        if total.is_zero():
            return Rounded(self, total, specials)
        return self._rounded(total, self._u, specials, absolute=False)

    def _unchanged(self, number: Rounded) -> Rounded:
        """A sum with an exact zero: no rounding, but a factor 2 that stands elsewhere may overflow here too."""
        if number.ball.abs_upper() < self._overflow:
            return number
        return Rounded(self, number.ball, number.specials | self._overflowing(number.ball))

    def multiply(self, a: Rounded, b: Rounded) -> Rounded:
        """A b: one relative u and the underflow unit; exact by an exact zero, and but for underflow by 2^k."""
        if _is_zero(a) or _is_zero(b):
            return Rounded(self, _ZERO, NAN if self._is_special(a) or self._is_special(b) else 0)
        specials = self._specials_of_product(a, b) if a.specials or b.specials else 0
        product = a.ball * b.ball
        if _is_power_of_two(a.ball) or _is_power_of_two(b.ball):
            return self._scaled(product, specials)
        return self._rounded(product, self._u, specials, absolute=True)

    def _scaled(self, image: arb, specials: int) -> Rounded:
        """A product or quotient by a power of two: exact, but where it may underflow or overflow."""
        return self._rounded(image, _ZERO, specials, absolute=not image.abs_lower() >= self._smallest_normal)

    def _specials_of_product(self, a: Rounded, b: Rounded) -> int:
        """The flags of a product: infinities by the signs of the factors, NaN where 0 times infinity may arise."""
        result = (a.specials | b.specials) & NAN
        for one, other in ((a, b), (b, a)):
            if not one.specials & INFINITE:
                continue
            if other.ball.contains(0):
                result |= NAN
            if not other.ball <= 0 or other.specials & POSITIVE:
                result |= one.specials & INFINITE
            if not other.ball >= 0 or other.specials & NEGATIVE:
                result |= swapped(one.specials & INFINITE)
        return result

    def divide(self, a: Rounded, b: Rounded) -> Rounded:
        """A / b: twice u, since the reciprocal may be taken first; exact but for underflow by a power of two."""
        if _is_zero(a):
            return Rounded(self, _ZERO, NAN if b.specials & NAN or b.ball.contains(0) else 0)
        quotient = a.ball / b.ball
        specials = (a.specials | b.specials) & NAN
        if self._overflow_alike(a, b, quotient):
            return self._widened(quotient, self._two_u, specials | NAN, absolute=True)
        if a.specials & INFINITE:
            specials |= (a.specials if b.ball > 0 else swapped(a.specials)) & INFINITE
        if b.specials & INFINITE:
            quotient = quotient.union(_ZERO)
            specials |= NAN if a.specials & INFINITE else 0
        if _is_power_of_two(b.ball):
            return self._scaled(quotient, specials)
        return self._widened(quotient, self._two_u, specials, absolute=True)

    def _overflow_alike(self, a: Rounded, b: Rounded, quotient: arb) -> bool:
        """Rule 8: whether a and b are so large, and so near each other, that they are infinite both or neither."""
        if not (a.specials & INFINITE and b.specials & INFINITE and abs(abs(quotient) - 1) < OVERFLOW_TOGETHER):
            return False
        return bool(min(abs(a.ball).lower(), abs(b.ball).lower()) > HEADROOM * self._largest)

    def mean(self, x: Array, count: int) -> Array:
        """X / count, the factor at any one place: twice u and the underflow unit, or exact for a power of two."""
        return entrywise(lambda number: self.divide(self.lift(number), self.lift(count)), x) if count > 1 else x

    # functions

    def exp(self, x: Array) -> Array:
        """Exponential of every entry."""
        return entrywise(self._exp, x)

    def _exp(self, number: Number) -> Rounded:
        argument = self.lift(number)
        if argument.ball.lower() > WIDEST_EXPONENT:
            # Beyond every format: an infinity stands here and no number, so that one is as good as all of them. This
            # one grows with the argument, and is no larger than FLINT computes.
            argument = Rounded(self, arb((arb(argument.ball.mid()).log() * 2**40).mid()), argument.specials)
        return self._function("exp", arb.exp, argument, low=0, high=POSITIVE)

    def log(self, x: Array) -> Array:
        """Natural logarithm of every entry; nothing is known where that may be a number not above 0."""
        return entrywise(lambda number: self._function("log", arb.log, number, low=None, high=POSITIVE), x)

    def log1p(self, x: Array) -> Array:
        """Natural logarithm of 1 + x of every entry."""
        return entrywise(lambda number: self._function("log1p", arb.log1p, number, low=None, high=POSITIVE), x)

    def tanh(self, x: Array) -> Array:
        """Hyperbolic tangent of every entry."""
        return entrywise(lambda number: self._function("tanh", arb.tanh, number, low=-1, high=1), x)

    def _function(
        self,
        name: str,
        function: Callable[[arb], arb],
        number: Number,
        *,
        low: int | None,
        high: int,
    ) -> Rounded:
        """
        A monotone function by interval image, then its k ulps.

        ``low`` is its limit at -infinity, None where it has none; ``high`` its limit at +infinity, or POSITIVE
        (which is also 1, the limit of tanh: told apart by the name).
        """
        argument = self.lift(number)
        image = _monotone_image(function, argument.ball)
        specials = argument.specials & NAN
        if argument.specials & NEGATIVE:
            if low is None:
                specials |= NAN
            else:
                image = image.union(arb(low))
        if argument.specials & POSITIVE:
            if name == "tanh":
                image = image.union(arb(high))
            else:
                specials |= POSITIVE
        return self._of_function(name, argument.ball, image, specials)

    def _of_function(self, name: str, argument: arb, image: arb, specials: int) -> Rounded:
        """The ``image`` of a function with its k ulps; exact at the points of clause ``accuracy.admissible``."""
        if image.is_exact() and self._is_exact_point(name, argument):
            return Rounded(self, image, specials)
        relative = 2 * self._ulps[name] * self._u
        ball = arb(arb(image, image * relative), self._ulps[name] * self._eta)
        if not ball.abs_upper() < self._overflow:
            specials |= self._overflowing(ball)
        return Rounded(self, ball, specials)

    def _is_exact_point(self, name: str, argument: arb) -> bool:
        """exp(0) = 1, log(1) = 0, and at 0 too log1p, tanh, sin, cos and sqrt are exact."""
        return bool(argument.is_exact() and argument == (1 if name == "log" else 0))

    def sin(self, x: Array) -> Array:
        """Sine of every entry; nothing is known of that of an infinity."""
        return entrywise(lambda number: self._oscillating("sin", arb.sin, number), x)

    def cos(self, x: Array) -> Array:
        """Cosine of every entry; nothing is known of that of an infinity."""
        return entrywise(lambda number: self._oscillating("cos", arb.cos, number), x)

    def _oscillating(self, name: str, function: Callable[[arb], arb], number: Number) -> Rounded:
        argument = self.lift(number)
        if argument.specials or not argument.ball.is_finite():
            return Rounded(self, _NOTHING_KNOWN)
        return self._of_function(name, argument.ball, function(argument.ball), 0)

    def sqrt(self, x: Array) -> Array:
        """Square root of every entry; nothing is known where the argument may be negative."""
        return entrywise(lambda number: self._root(self.lift(number)), x)

    def _root(self, argument: Rounded) -> Rounded:
        if argument.specials & NEGATIVE or not argument.ball >= 0:
            return Rounded(self, _NOTHING_KNOWN)
        return self._of_function("sqrt", argument.ball, _monotone_image(arb.sqrt, argument.ball), argument.specials)

    # kinks

    def relu(self, x: Array) -> Array:
        """max(0, x) of every entry, a copy of one of the two."""
        return entrywise(self._relu, x)

    def _relu(self, number: Number) -> Rounded:
        argument = self.lift(number)
        image = argument.ball if argument.ball > 0 else argument.ball.max(_ZERO)
        if argument.specials & (NEGATIVE | NAN):
            image = image.union(_ZERO)
        return self._flushed(Rounded(self, image, argument.specials & (POSITIVE | NAN)))

    def join(self, z: Array, below: Array, above: Array) -> Array:
        """``below`` or ``above`` by the sign of z, their hull where it is in doubt."""

        def decide(number: Number, low: Number, high: Number) -> Rounded:
            argument = self.lift(number)
            if argument.ball >= 0 and not argument.specials & (NEGATIVE | NAN):
                return self.lift(high)
            if argument.ball < 0 and not argument.specials & (POSITIVE | NAN):
                return self.lift(low)
            return self._perhaps_nan(self._joined(low, high), argument)

        return entrywise(decide, z, below, above)

    def branch(self, z: Array, below: Number, at: Number, above: Number) -> Array:
        """``below``, ``at`` or ``above`` by the sign of z; where it is in doubt, by the pattern or all three."""

        def decide(number: Number, low: Number, middle: Number, high: Number) -> Rounded:
            argument = self.lift(number)
            if argument.specials & NAN or not argument.ball.is_finite():
                return self._perhaps_nan(self._any_of([low, high, middle]), argument)
            if argument.ball > 0 and not argument.specials & NEGATIVE:
                return self.lift(high)
            if argument.ball < 0 and not argument.specials & POSITIVE:
                return self.lift(low)
            if argument.ball.is_zero() and not argument.specials:
                return self.lift(middle)
            return self._doubt([low, high, middle])

        return entrywise(decide, z, below, at, above)

    def _doubt(self, branches: list[Number]) -> Rounded:
        index = self.doubtful
        self.doubtful += 1
        if self.pattern is not None and index < len(self.pattern):
            return self.lift(branches[self.pattern[index]])
        return self._any_of(branches)

    def _any_of(self, branches: list[Number]) -> Rounded:
        joined: Rounded = reduce(self._joined, branches)
        return joined

    def _perhaps_nan(self, branch: Rounded, argument: Rounded) -> Rounded:
        """What a choice by ``argument`` may give: one of its branches, or a NaN where the argument may be one."""
        may_be_nan = argument.specials & NAN or not argument.ball.is_finite()
        return Rounded(self, branch.ball, branch.specials | (NAN if may_be_nan else 0))

    # sums

    def shifted(self, z: Array) -> Shifted:
        """
        Z minus its largest entry, as the paragraph *Shift* of clause ``accuracy.envelope`` encloses it.

        Any shift cancels in the formulas that use one, so that the midpoint c of the largest entry stands for it. An
        evaluation shifts by another number, up to tau from c. Multiplied by the exponential of that difference its
        values lie in what is built around c, with underflow units larger by e^tau and, in the logarithm of the sum,
        with tau more to round.
        """
        numbers = [self.lift(number) for number in z]
        if any(number.specials & INFINITE or not number.ball.is_finite() for number in numbers):
            nothing = entrywise(lambda _: Rounded(self, _NOTHING_KNOWN), z)
            return Shifted(nothing, nothing, nothing[0], nothing[0])
        anchor = max(number.ball.mid() for number in numbers)
        tau = max(number.ball.rad() for number in numbers)
        nan = reduce(or_, (number.specials for number in numbers))
        w = np.empty(len(numbers), dtype=object)
        w[:] = [self._shift(number, anchor, tau, nan) for number in numbers]
        if not tau.is_zero():
            return self._shifted_by_doubt(w, tau)
        exponentials = self.exp(w)
        total = self.sum(exponentials)
        return Shifted(w, exponentials, total, self.log(as_array(total))[()])

    def _shift(self, number: Rounded, anchor: arb, tau: arb, nan: int) -> Rounded:
        """One entry; a NaN among the others is in every quotient and difference in which the shift cancels."""
        if tau.is_zero():
            return self.add(number, Rounded(self, -anchor, nan))
        difference = number.ball - anchor
        ball = arb(difference, (abs(difference) + tau) * self._u)
        return Rounded(self, arb(ball, self._eta) if self.flush else ball, nan)

    def _shifted_by_doubt(self, w: Array, tau: arb) -> Shifted:
        """The same for an uncertain shift: underflow units times e^tau, and tau more for the logarithm to round."""
        looser = copy(self)
        looser._remembered = {}  # noqa: SLF001 - a copy of this object
        looser._eta = self._eta * tau.exp()  # noqa: SLF001 - a copy of this object
        exponentials = looser.exp(w)
        total = looser.sum(exponentials)
        logarithm: Rounded = looser.log(as_array(total)).item()
        more = 2 * self._ulps["log"] * self._u * tau
        return Shifted(
            w,
            entrywise(self._adopted, exponentials),
            self._adopted(total),
            Rounded(self, arb(logarithm.ball, more), logarithm.specials),
        )

    def _adopted(self, number: Rounded) -> Rounded:
        return Rounded(self, number.ball, number.specials)

    def sum(self, terms: Array, over: tuple[int, ...] = ()) -> Rounded:
        """
        Sum of all entries in any order, divided by the numbers ``over``, each at any one place.

        Clause ``accuracy.admissible``, rules 3 and 4: (1+u)^n (A + h) - A, n larger by 2 for each divisor that is no
        power of two.
        """
        numbers = [self.lift(term) for term in as_array(terms).reshape(-1)]
        present = [number for number in numbers if not _is_zero(number)]
        if len(present) <= 1:
            single = present[0] if present else Rounded(self, _ZERO)
            return reduce(lambda value, count: self.divide(value, self.lift(count)), over, single)
        balls = [number.ball for number in present]
        flags = _of_sum(number.specials for number in present)
        magnitude = sum((abs(ball).upper() for ball in balls), _ZERO)
        if self.exact and self._sum_is_exact(balls, magnitude, over):
            return Rounded(self, sum(balls, _ZERO) / prod(over), flags)
        return self._accumulated(sum(balls, _ZERO), magnitude, len(balls), flags, products=0, over=over)

    def _accumulated(
        self,
        total: arb,
        magnitude: arb,
        terms: int,
        specials: int,
        *,
        products: int,
        over: tuple[int, ...] = (),
    ) -> Rounded:
        """A sum with its error: (1+u)^n (A + h) - A, A the ``magnitude``, h the underflow units that may be lost."""
        roundings = terms + 2 * sum(not is_power_of_two(count) for count in over)
        units = products + (terms - 1 if self.flush else 0) + terms * len(over)
        divisor = prod(over)
        growth = (_ONE + self._u) ** roundings
        ball = arb(total / divisor, magnitude / divisor * (growth - _ONE))
        if units:
            ball = arb(ball, growth * units * self._eta)
        if products and self._input_rounding is not None:
            ball = arb(ball, magnitude / divisor * growth * self._input_rounding)
        if not (magnitude + total) / 2 < self._overflow:
            specials |= POSITIVE
        if not (magnitude - total) / 2 < self._overflow:
            specials |= NEGATIVE
        return Rounded(self, ball, specials | (NAN if specials & INFINITE == INFINITE else 0))

    def _sum_is_exact(self, balls: list[arb], magnitude: arb, over: tuple[int, ...]) -> bool:
        """Clause ``accuracy.exact_sum``: multiples of 2^q whose magnitudes sum to at most 2^(q+p)."""
        if not all(ball.is_exact() for ball in balls) or not all(map(is_power_of_two, over)):
            return False
        quantum = min(int(ball.man_exp()[1]) for ball in balls)
        scaled = quantum - (prod(over).bit_length() - 1)
        held = magnitude <= arb(2) ** (quantum + self.format.precision)
        return bool(scaled >= smallest_exact_exponent(self.format) and held and magnitude < self._overflow)

    def matmul(self, a: Array, b: Array, over: tuple[int, ...] = ()) -> Array:
        """Matrix product, each entry a sum of products in any order, divided by the numbers ``over``."""
        return self._affine(a, b, None, over)

    def affine(self, weights: Array, x: Array, bias: Array) -> Array:
        """W x + b, the bias one more term of each sum, in any order."""
        return as_array(self._recalled(Rounding.affine, (weights, x, bias), lambda: self._affine(weights, x, bias, ())))

    def _affine(self, weights: Array, x: Array, bias: Array | None, over: tuple[int, ...]) -> Array:
        right = x if x.ndim == 2 else x[:, None]  # noqa: PLR2004 - a matrix has two axes
        flagged = any(map(self._is_special, (*weights.reshape(-1), *right.reshape(-1))))
        method = self._affine_term_by_term if flagged or self.exact else self._affine_by_matrices
        result = method(weights, right, bias, over)
        return result if x.ndim == 2 else result[:, 0]  # noqa: PLR2004

    def _is_special(self, number: Number) -> bool:
        """Whether an infinity or a NaN may stand here, or anything at all: then even a factor 0 is no exact 0."""
        held = self.lift(number)
        return bool(held.specials) or not held.ball.is_finite()

    def _affine_term_by_term(self, weights: Array, x: Array, bias: Array | None, over: tuple[int, ...]) -> Array:
        def entry(row: int, column: int) -> Rounded:
            terms = entrywise(self._term, weights[row], x[:, column])
            return self.sum(terms if bias is None else np.append(terms, bias[row]), over)

        rows, columns = np.indices((weights.shape[0], x.shape[1]))
        return entrywise(entry, rows, columns)

    def _term(self, left: Number, right: Number) -> Rounded:
        """A product whose inputs may be rounded first; the exact regime knows inputs that need no rounding."""
        a, b = self.lift(left), self.lift(right)
        product = self.multiply(a, b)
        if self._input_rounding is None or (self.exact and self._is_short(a) and self._is_short(b)):
            return product
        return Rounded(self, arb(product.ball, a.ball * b.ball * self._input_rounding), product.specials)

    def _is_short(self, number: Rounded) -> bool:
        """Whether an input of a product is a number that its rounding leaves alone."""
        ball = number.ball
        bits = abs(int(ball.man_exp()[0])).bit_length() if ball.is_exact() else None
        return bits is not None and self._input_bits is not None and bits <= self._input_bits

    def _affine_by_matrices(self, weights: Array, x: Array, bias: Array | None, over: tuple[int, ...]) -> Array:
        """The same through three products of ``arb_mat``: the centres, the magnitudes, and who is not zero."""
        left, right = self._balls(weights), self._balls(x)
        totals = (arb_mat(left) * arb_mat(right)).entries()
        magnitudes = (arb_mat(_magnitudes(left)) * arb_mat(_magnitudes(right))).entries()
        counts = _support(left) @ _support(right)
        result = np.empty((weights.shape[0], x.shape[1]), dtype=object)
        flat = result.reshape(-1)
        for index, (total, magnitude, count) in enumerate(zip(totals, magnitudes, counts.reshape(-1), strict=True)):
            offset = Rounded(self, _ZERO) if bias is None else self.lift(bias[index // x.shape[1]])
            flat[index] = self._with_bias(total, magnitude.upper(), int(count), offset, over)
        return result

    def _with_bias(self, total: arb, magnitude: arb, products: int, bias: Rounded, over: tuple[int, ...]) -> Rounded:
        absent = _is_zero(bias)
        if products == 0:
            return bias
        terms = products + (0 if absent else 1)
        total, magnitude = total + bias.ball, magnitude + abs(bias.ball).upper()
        return self._accumulated(total, magnitude, terms, bias.specials, products=products, over=over)

    def _balls(self, matrix: Array) -> list[list[arb]]:
        return [[self.lift(number).ball for number in row] for row in matrix]


def _identity(given: object) -> object:
    """What tells an argument from every other one that is alive: of an array, its shape and its entries."""
    if isinstance(given, np.ndarray) and given.dtype == object:
        return (given.shape, *map(id, given.reshape(-1).tolist()))
    if isinstance(given, tuple | list):
        return (type(given), *map(_identity, given))
    return given if isinstance(given, str | int) else id(given)


def _of_sum(specials: Iterable[int]) -> int:
    """The flags of a sum of terms with these; NaN where infinities of both signs may meet."""
    flags = reduce(or_, specials, 0)
    return flags | NAN if flags & INFINITE == INFINITE else flags


def _magnitudes(balls: list[list[arb]]) -> list[list[arb]]:
    return [[abs(ball).upper() for ball in row] for row in balls]


def _support(balls: list[list[arb]]) -> np.ndarray[Any, np.dtype[np.int64]]:
    return np.array([[0 if ball.is_zero() else 1 for ball in row] for row in balls], dtype=np.int64)


def _monotone_image(function: Callable[[arb], arb], ball: arb) -> arb:
    """The image of ``ball`` under an increasing function, by its end points where the ball is wide."""
    if ball.is_exact() or not ball.is_finite():
        return function(ball)
    if ball.rad() < abs(ball.mid()) * WIDE or ball.rad() < WIDE:
        return function(ball)
    return function(ball.lower()).union(function(ball.upper()))
