"""The rounding arithmetic: what an operation may have computed, as a ball and flags."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from flint import arb

from gradspec.oracle.arithmetic import MUST, SHOULD, Rounded, Rounding
from gradspec.oracle.arithmetic.allowances import ENUMERABLE, HEADROOM
from gradspec.oracle.arithmetic.arrays import as_array, entrywise
from gradspec.oracle.arithmetic.ball import precision
from gradspec.oracle.arithmetic.rounded import NAN, NEGATIVE, POSITIVE
from gradspec.oracle.correct_rounding import exact_lower, exact_upper
from gradspec.oracle.envelopes import around
from gradspec.spec import BFLOAT16, FLOAT16, FLOAT32, FLOAT64, FORMATS, Format, resolve
from tests.oracle.evaluating import network
from tests.oracle.test_correct_rounding import as_fraction

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gradspec.oracle.arithmetic import Array

NEAR = Fraction(1, 10**6)
"""Radii are rounded up to thirty bits at each of a few operations: relative to them, this is nothing."""


def rules(
    number_format: Format = FLOAT32,
    *,
    level: str = SHOULD,
    exact: bool = False,
    conventions: Mapping[str, str] | None = None,
    **options: Any,
) -> Rounding:
    """The arithmetic at SHOULD, where nothing is flushed."""
    return Rounding(number_format, resolve(conventions or {}), level=level, exact=exact, **options)


def ends(number: Rounded) -> tuple[Any, Any]:
    """The exact ends of a ball."""
    return as_fraction(exact_lower(number.ball)), as_fraction(exact_upper(number.ball))


def half_width(number: Rounded) -> Fraction:
    """The exact radius of a ball."""
    low, high = ends(number)
    return Fraction(high - low) / 2


def is_about(value: Fraction, bound: Fraction) -> bool:
    """Whether a radius is the bound of a rule, rounded up and not by much."""
    return bound <= value <= bound * (1 + NEAR)


class TestOneOperation:
    """Each operation errs by the bound of its rule, and by no more."""

    @pytest.mark.parametrize("number_format", FORMATS.values(), ids=FORMATS)
    def test_of_two_exact_numbers(self, number_format: Format) -> None:
        """u for a sum, u and an underflow unit for a product, 2u and one for a quotient."""
        arithmetic = rules(number_format)
        u, eta = number_format.unit_roundoff, number_format.smallest_subnormal
        with arithmetic.working():
            a, b = arithmetic.number(1.75), arithmetic.number(1.25)
            found = [half_width(each) for each in (a + b, a - b, a * b, a / b)]

        product, quotient = Fraction(7, 4) * Fraction(5, 4), Fraction(7, 5)
        bounds = [3 * u, u / 2, u * product + eta, 2 * u * quotient + eta]
        assert all(is_about(value, bound) for value, bound in zip(found[:3], bounds[:3], strict=True))
        assert bounds[3] <= found[3] <= bounds[3] * (1 + NEAR + u)

    @pytest.mark.parametrize("bits", [30, 53, 1000])
    def test_does_not_depend_on_the_precision_around_it(self, bits: int) -> None:
        """A quotient of float64 errs by 2u, whatever FLINT computed with when the arithmetic was made."""
        with precision(bits):
            arithmetic = rules(FLOAT64)
        with arithmetic.working():
            quotient = arithmetic.number(7.0) / 5

        assert is_about(half_width(quotient), 2 * FLOAT64.unit_roundoff * Fraction(7, 5))

    def test_by_a_power_of_two_is_exact(self) -> None:
        """Products and quotients by 2, 1/4 and -1."""
        arithmetic = rules()
        with arithmetic.working():
            third = arithmetic.number(1.0) / 3
            for scaled, factor in ((third * 2, 2), (third / 4, Fraction(1, 4)), (third * -1, 1)):
                assert is_about(half_width(scaled), half_width(third) * factor)

    def test_by_a_power_of_two_may_underflow(self) -> None:
        """Below the smallest normal number half a spacing can be lost."""
        arithmetic = rules()
        with arithmetic.working():
            small = arithmetic.number(2.0**-126) / 2

        assert half_width(small) >= FLOAT32.smallest_subnormal

    @pytest.mark.parametrize("level", [MUST, SHOULD])
    def test_knows_exact_zeros(self, level: str) -> None:
        """x - x, 0 x, 0 / x and x + 0 round nothing, flushed or not."""
        arithmetic = rules(level=level)
        with arithmetic.working():
            x, zero = arithmetic.number(0.1), arithmetic.number(0.0)
            doubtful = x * x

        assert ends(x - x) == (0, 0)
        assert ends(doubtful * zero) == (0, 0)
        assert ends(zero / doubtful) == (0, 0)
        assert doubtful + zero is doubtful

    def test_takes_a_function_at_its_exact_point(self) -> None:
        """exp 0 = 1, log 1 = 0, log1p 0 = 0, tanh 0 = 0."""
        arithmetic = rules()
        with arithmetic.working():
            found = {
                name: getattr(arithmetic, name)(as_array([arithmetic.number(at)]))[0]
                for name, at in (("exp", 0.0), ("log", 1.0), ("log1p", 0.0), ("tanh", 0.0))
            }

        assert {name: ends(each) for name, each in found.items()} == {
            "exp": (1, 1),
            "log": (0, 0),
            "log1p": (0, 0),
            "tanh": (0, 0),
        }

    @pytest.mark.parametrize(
        ("number_format", "name", "ulps"), [(FLOAT64, "exp", 4), (FLOAT32, "tanh", 8), (BFLOAT16, "tanh", 1)]
    )
    def test_grants_a_function_its_ulps(self, number_format: Format, name: str, ulps: int) -> None:
        """2 k u of the value, and k underflow units."""
        arithmetic = rules(number_format)
        with arithmetic.working():
            (found,) = getattr(arithmetic, name)(as_array([arithmetic.number(0.5)]))
            value = arb(0.5).exp() if name == "exp" else arb(0.5).tanh()
            relative = as_fraction(exact_upper(found.ball - value)) / as_fraction(exact_lower(value))

        assert is_about(relative, 2 * ulps * number_format.unit_roundoff)

    @pytest.mark.parametrize("number_format", [FLOAT64, FLOAT16], ids=lambda each: each.name)
    def test_grants_what_a_run_asks_for(self, number_format: Format) -> None:
        """The run option replaces the number of the table in every format."""
        usual, more = rules(number_format), rules(number_format, function_ulps={"exp": 40})
        with usual.working():
            one = usual.exp(as_array([usual.number(0.5)]))[0]
            many = more.exp(as_array([more.number(0.5)]))[0]

        assert half_width(many) >= 9 * half_width(one)

    def test_bounds_a_wide_argument_by_its_ends(self) -> None:
        """exp of -1e308 give or take 1e292 is next to 0."""
        arithmetic = rules(FLOAT64)
        with arithmetic.working():
            (found,) = arithmetic.exp(as_array([arithmetic.number(1e308) * -1.1]))

        assert half_width(found) <= 8 * FLOAT64.smallest_subnormal


class TestInfinities:
    """What may overflow may be an infinity, and what infinities make of each other is what IEEE 754 says."""

    BIG = float(FLOAT32.largest)

    def test_are_admitted_from_a_quarter_of_the_largest_number_on(self) -> None:
        """Equal formulas place factors 2 and 1/2 differently."""
        arithmetic = rules()
        with arithmetic.working():
            below = arithmetic.number(self.BIG / HEADROOM / 2) + 1.0
            above = arithmetic.number(self.BIG / HEADROOM) + 1e30

        assert below.specials == 0
        assert above.specials == POSITIVE
        assert (-above).specials == NEGATIVE

    def test_of_both_signs_may_add_up_to_nan(self) -> None:
        """inf - inf is a NaN."""
        arithmetic = rules()
        with arithmetic.working():
            huge = arithmetic.number(self.BIG) * 2

            assert (huge - huge * 0.75).specials == POSITIVE | NEGATIVE | NAN
            assert (huge + huge).specials == POSITIVE

    def test_times_a_possible_zero_may_be_nan(self) -> None:
        """0 inf is a NaN, and an exact zero does not help; else the product is 0."""
        arithmetic = rules()
        with arithmetic.working():
            huge = arithmetic.number(self.BIG) * 2

            assert (huge * 0).specials == NAN
            assert (huge * 0).ball.is_zero()
            assert (huge * -3.0).specials == NEGATIVE

    def test_in_a_divisor_admit_zero(self) -> None:
        """1 / inf = 0, and inf / inf may be a NaN."""
        arithmetic = rules()
        with arithmetic.working():
            huge = arithmetic.number(self.BIG) * 2
            low, _ = ends(1 / huge)

            assert low <= 0
            assert (huge / huge).specials & NAN
            assert ends(huge / huge)[0] <= 0
            assert (huge / -2.0).specials == NEGATIVE

    def test_of_dividend_and_divisor_that_overflow_together_are_nan(self) -> None:
        """``e / (1 + e)`` is 1, or a NaN; a divisor that is much larger may overflow alone."""
        arithmetic = rules()
        with arithmetic.working():
            (e,) = arithmetic.exp(as_array([arithmetic.number(1000.0)]))
            together, alone = e / (1 + e), e / (e * 3.0)

        assert together.specials == NAN
        assert 1 - ends(together)[0] < 1e-5
        assert ends(alone)[0] <= 0

    @pytest.mark.parametrize(("sign", "quotient"), [(1.0, 1), (-1.0, -1)])
    def test_beyond_every_format_leave_nothing_but_nan(self, sign: float, quotient: int) -> None:
        """Though the exponential of what rounding may move by 1e286 may be anything."""
        arithmetic = rules()
        with arithmetic.working():
            z = arithmetic.number(1e30) * 3.0
            (e,) = arithmetic.exp(as_array([z]))
            found = e * sign / (1 + e)

        assert found.specials == NAN
        assert abs(ends(found)[0] - quotient) < 1e-5
        assert e.specials == POSITIVE

    def test_pass_through_functions(self) -> None:
        """exp(inf) = inf, exp(-inf) = 0, tanh(inf) = 1, log(-inf) is a NaN."""
        arithmetic = rules()
        with arithmetic.working():
            both = as_array([Rounded(arithmetic, arb(1), POSITIVE), Rounded(arithmetic, arb(1), NEGATIVE)])
            exp, tanh, log = arithmetic.exp(both), arithmetic.tanh(both), arithmetic.log(both)

        assert exp[0].specials == POSITIVE
        assert ends(exp[1])[0] <= 0
        assert ends(tanh[0])[1] >= 1
        assert ends(tanh[1])[0] <= -1
        assert log[0].specials == POSITIVE
        assert log[1].specials == NAN

    def test_of_a_sum_need_enough_terms_of_their_sign(self) -> None:
        """A partial sum overflows only if the terms of one sign do."""
        arithmetic = rules()
        with arithmetic.working():
            big = arithmetic.number(self.BIG / 8)
            half = [big * 1.5, -(big * 1.5)]

            assert arithmetic.sum(as_array(half)).specials == 0
            assert arithmetic.sum(as_array([*half, big])).specials == POSITIVE
            assert arithmetic.sum(as_array([*half, *half])).specials == POSITIVE | NEGATIVE | NAN

    def test_and_nan_reach_through_zeros_of_a_matrix_product(self) -> None:
        """An exact 0 times what is not known is 0, or a NaN where that is one or infinite."""
        arithmetic = rules()
        with arithmetic.working():
            unknown = as_array([[arithmetic.number(1.0) / (arithmetic.number(0.1) - 0.1), arithmetic.number(1.0)]])
            by_zero, by_one = (
                arithmetic.matmul(unknown, as_array([arithmetic.number(factor), arithmetic.number(2.0)]))[0]
                for factor in (0.0, 1.0)
            )

        assert by_zero.specials == NAN
        assert ends(by_zero)[0] <= 2 <= ends(by_zero)[1]
        assert not by_one.ball.is_finite()

    def test_of_nothing_over_what_may_be_zero(self) -> None:
        """0 / 0 is a NaN, and every other quotient of an exact 0 is 0."""
        arithmetic = rules()
        with arithmetic.working():
            perhaps_zero = arithmetic.number(0.1) - 0.1
            quotients = [0.0 / perhaps_zero, 0.0 / arithmetic.number(2.0), 0.0 / Rounded(arithmetic, arb("nan"))]

        assert all(quotient.ball.is_zero() for quotient in quotients)
        assert [quotient.specials for quotient in quotients] == [NAN, 0, NAN]


class TestNaN:
    """A NaN stays one, but at a choice, which may take any branch."""

    def test_passes_through_operations_and_functions(self) -> None:
        """What else may be held there stays known."""
        arithmetic = rules()
        with arithmetic.working():
            held = Rounded(arithmetic, arb(1), NAN)
            exponential, root = arithmetic.exp(as_array([held])), arithmetic.sqrt(as_array([held]))
            found = [held + 1.0, held * 0, held / 3.0, 0.0 / held, -held, abs(held), exponential[0], root[0]]
            product = arithmetic.matmul(as_array([[held, arithmetic.number(0)]]), as_array([held, held]))

        assert all(each.specials == NAN and each.ball.is_finite() for each in (*found, product[0]))

    def test_lets_a_choice_take_any_branch(self) -> None:
        """A program that asks z > 0 takes the other branch, one that takes the maximum keeps the NaN."""
        arithmetic = rules()
        with arithmetic.working():
            held = as_array([Rounded(arithmetic, arb(3), NAN)])
            relu, indicator = arithmetic.relu(held)[0], arithmetic.branch(held, 0, 0, 1)[0]
            joined = arithmetic.join(held, as_array([5.0]), as_array([7.0]))[0]

        assert [[round(end, 6) for end in ends(each)] for each in (relu, indicator, joined)] == [[0, 3], [0, 1], [5, 7]]
        assert {relu.specials, indicator.specials, joined.specials} == {NAN}
        assert arithmetic.doubtful == 0

    def test_in_one_logit_is_in_all_that_a_shift_is_used_for(self) -> None:
        """The sum of the exponentials is a NaN, and without one it is what it was."""
        arithmetic = rules()
        with arithmetic.working():
            logits = as_array([Rounded(arithmetic, arb(1), NAN), arithmetic.number(0.5)])
            shifted = arithmetic.shifted(logits)
            known = arithmetic.shifted(as_array([arithmetic.number(1.0), arithmetic.number(0.5)]))

        found = [*shifted.w, *shifted.exponentials, shifted.total, shifted.logarithm]
        assert {each.specials for each in found} == {NAN}
        assert shifted.total.ball.contains(known.total.ball)


class TestSums:
    """A sum errs by (1+u)^n (A + h) - A, in any order; a bias is one more term of it."""

    def test_grow_with_the_number_and_size_of_terms(self) -> None:
        """Not with their sum, which may cancel."""
        arithmetic = rules()
        with arithmetic.working():
            total = arithmetic.sum(entrywise(arithmetic.number, as_array([1.0, 1.0, -2.0, 0.0])))

        growth = (1 + FLOAT32.unit_roundoff) ** 3 - 1
        assert is_about(half_width(total), 4 * growth)

    def test_of_one_term_are_that_term(self) -> None:
        """Zeros are no terms."""
        arithmetic = rules()
        with arithmetic.working():
            only = arithmetic.number(0.1) * 3.0

            assert arithmetic.sum(as_array([arithmetic.number(0.0), only])) is only

    def test_of_products_count_underflow_for_each(self) -> None:
        """A matrix product by matrices is bounded as one term by term is, or less."""
        arithmetic = rules()
        u, eta = FLOAT32.unit_roundoff, FLOAT32.smallest_subnormal
        weights, x = np.array([[2.0**-80, 0.0, 2.0**-80]]), np.array([2.0**-80, 1.0, 2.0**-80])
        with arithmetic.working():
            (entry,) = arithmetic.matmul(entrywise(arithmetic.number, weights), entrywise(arithmetic.number, x))

        assert is_about(half_width(entry), (1 + u) ** 2 * (Fraction(2, 2**160) + 2 * eta) - Fraction(2, 2**160))

    def test_take_a_bias_for_one_more_term(self) -> None:
        """It may be added first or last."""
        arithmetic = rules()
        with arithmetic.working():
            one = entrywise(arithmetic.number, np.array([[3.0]]))
            without = arithmetic.matmul(one, one[0])
            large = arithmetic.affine(one, one[0], as_array([arithmetic.number(1e6)]))

        assert half_width(large[0]) >= 1e6 * FLOAT32.unit_roundoff > half_width(without[0])

    @pytest.mark.parametrize(("count", "more"), [(4, 0), (3, 2)])
    def test_divided_by_a_count_may_divide_each_term(self, count: int, more: int) -> None:
        """Two roundings more, none for a power of two, of the magnitudes and not of the sum."""
        arithmetic = rules()
        u, eta = FLOAT32.unit_roundoff, FLOAT32.smallest_subnormal
        with arithmetic.working():
            terms = entrywise(arithmetic.number, as_array([1.0, -1.0]))
            mean = arithmetic.sum(terms, (count,))

        magnitude = Fraction(2, count)
        assert is_about(half_width(mean), (1 + u) ** (2 + more) * (magnitude + 2 * eta) - magnitude)

    @pytest.mark.parametrize(("choice", "roundoff"), [("tf32", 2.0**-11), ("bfloat16", 2.0**-8)])
    @pytest.mark.parametrize("special", [False, True])
    def test_of_rounded_inputs_are_wider(self, choice: str, roundoff: float, special: bool) -> None:  # noqa: FBT001
        """Whether by matrices, or term by term because something may overflow."""
        arithmetic = rules(conventions={"matmul_inputs": choice})
        with arithmetic.working():
            weights = entrywise(arithmetic.number, np.array([[1.5, 1.5], [2.0**100, 1.5]]))
            other = as_array([arithmetic.number(1.5), arithmetic.number(2.0**90 if special else 1.5)])
            if special:
                weights[0, 1] = arithmetic.number(0.0)
                weights[1, 0] = Rounded(arithmetic, arb(1), POSITIVE)
            product = arithmetic.matmul(weights, other)

        terms = 1 if special else 2
        assert half_width(product[0]) >= Fraction(terms * 2.25 * (2 * roundoff + roundoff**2))

    def test_of_rounded_inputs_are_exact_in_the_exact_regime_only_if_inputs_are_short(self) -> None:
        """4097 has more digits than TF32 holds."""
        arithmetic = rules(exact=True, conventions={"matmul_inputs": "tf32"})
        with arithmetic.working():
            one = entrywise(arithmetic.number, np.array([[1.0]]))
            short = arithmetic.matmul(one, as_array([arithmetic.number(4096.0)]))
            long = arithmetic.matmul(one, as_array([arithmetic.number(4097.0)]))

        assert half_width(short[0]) == 0
        assert half_width(long[0]) >= 4


class TestBranches:
    """A doubtful indicator is told apart by a pattern, or is the hull of its branches."""

    def doubtful(self, arithmetic: Rounding, count: int) -> Array:
        """Numbers about 0 of which nothing is known but that."""
        return as_array([Rounded(arithmetic, arb(0, 1)) for _ in range(count)])

    def test_follow_a_pattern(self) -> None:
        """0, 1 and 2 mean below, above and at the kink."""
        arithmetic = rules(pattern=(0, 1, 2))
        found = arithmetic.branch(self.doubtful(arithmetic, 4), 5, 6, 7)

        assert [ends(number) for number in found[:3]] == [(5, 5), (7, 7), (6, 6)]
        assert ends(found[3])[0] <= 5
        assert ends(found[3])[1] >= 7
        assert arithmetic.doubtful == 4

    def test_are_certain_on_one_side_and_on_an_exact_kink(self) -> None:
        """Nothing is counted then."""
        arithmetic = rules()
        given = as_array([Rounded(arithmetic, arb(each)) for each in (-1, 0, 1)])
        found = arithmetic.branch(given, 5, 6, 7)

        assert [ends(number) for number in found] == [(5, 5), (6, 6), (7, 7)]
        assert arithmetic.doubtful == 0

    @pytest.mark.parametrize("number_format", FORMATS.values(), ids=FORMATS)
    def test_make_one_box_for_each_pattern(self, number_format: Format) -> None:
        """
        Two hidden units in doubt, in two layers, and the derivative 15 g1 g2.

        Each of the four boxes is that of one pattern, since the forms number the units alike: by the matrix form as by
        forward accumulation, which meets the first layer first.
        """
        doubtful = network(([[1.0]], [-1.0], "relu"), ([[3.0]], [0.0], "leaky_relu"), ([[5.0]], [0.0], "identity"))
        envelope = around(
            "output_bias_jacobian",
            [doubtful, np.array([1.0]), 1],
            {},
            number_format=number_format,
            conventions=resolve(),
            level=MUST,
        )
        entries = [box[0][0, 0] for box in envelope.boxes]

        assert sorted(round(float(entry.ball.mid()), 6) for entry in entries) == [0, 0, 3.75, 15]
        assert all(half_width(entry) < 1 for entry in entries)

    def test_beyond_six_are_a_hull(self) -> None:
        """Six patterns double the boxes six times, a seventh unit does not."""
        subnormal = np.full(ENUMERABLE + 2, 2.0**-140)
        envelope = around("relu_derivative", [subnormal], {}, number_format=FLOAT32, conventions=resolve(), level=MUST)

        assert len(envelope.boxes) == 2**ENUMERABLE
        assert all(ends(box[0][-1])[0] <= 0 and ends(box[0][-1])[1] >= 1 for box in envelope.boxes)


class TestFinalRounding:
    """What is returned may be rounded once more, unless it is an argument or was never rounded."""

    def test_leaves_exact_numbers_alone(self) -> None:
        """An argument is returned as it is."""
        arithmetic = rules()

        assert ends(arithmetic.settle(arithmetic.number(0.1))) == (Fraction(0.1), Fraction(0.1))

    def test_widens_computed_numbers(self) -> None:
        """By u of their magnitude and an underflow unit."""
        arithmetic = rules()
        with arithmetic.working():
            computed = arithmetic.number(1.0) + 2.0
            settled = arithmetic.settle(computed)

        assert half_width(settled) >= half_width(computed) + 3 * FLOAT32.unit_roundoff

    def test_may_flush_a_subnormal_number(self) -> None:
        """At MUST; at SHOULD only where the target says so, and never in float16."""
        flushing = {"subnormals": "flush"}
        subnormal = 2.0**-130
        cases = [(rules(level=MUST), True), (rules(), False), (rules(conventions=flushing), True)]

        assert [ends(each.settle(each.number(subnormal)))[0] <= 0 for each, _ in cases] == [flag for _, flag in cases]
        half = rules(FLOAT16, level=MUST)
        assert ends(half.settle(half.number(2.0**-20))) == (2.0**-20, 2.0**-20)

    def test_of_a_promise_is_that_of_the_final_format(self) -> None:
        """Computed in float32, returned in float16: one rounding of float16."""
        promised = rules(FLOAT16, conventions={"intermediates": "float32"})
        plain = rules(FLOAT16)
        widths = []
        for arithmetic in (promised, plain):
            with arithmetic.working():
                number = arithmetic.number(1.0)
                for _ in range(10):
                    number = number * 1.125
                widths.append(half_width(arithmetic.settle(number)) / as_fraction(exact_upper(number.ball)))

        assert widths[0] < 2 * FLOAT16.unit_roundoff
        assert widths[1] > 8 * FLOAT16.unit_roundoff

    @pytest.mark.parametrize("intermediates", ["format", "float32"])
    def test_in_the_exact_regime_is_exact(self, intermediates: str) -> None:
        """What the format holds is returned as it is, promise or not."""
        envelope = around(
            "dense",
            [np.array([3.0, 0.5]), np.array([[2.0, 4.0]]), np.array([1.0])],
            {},
            number_format=FLOAT16,
            conventions=resolve({"intermediates": intermediates}),
            level=MUST,
            exact=True,
        )

        assert envelope.is_point
        assert ends(envelope.boxes[0][0][0]) == (9, 9)


class TestShift:
    """Logits shifted by their largest lose nothing to the shift, which cancels."""

    def test_of_exact_logits_by_an_exact_number(self) -> None:
        """The largest becomes an exact 0, its exponential an exact 1."""
        arithmetic = rules()
        with arithmetic.working():
            shifted = arithmetic.shifted(entrywise(arithmetic.number, as_array([1e30, 0.1])))

        assert ends(shifted.w[0]) == (0, 0)
        assert ends(shifted.exponentials[0]) == (1, 1)

    def test_by_a_doubtful_number_keeps_room_for_every_choice(self) -> None:
        """With a largest logit known to within 1/4, nothing is exact any more."""
        arithmetic = rules()
        z = as_array([Rounded(arithmetic, arb(1, 0.25)), arithmetic.number(1.0)])
        with arithmetic.working():
            shifted = arithmetic.shifted(z)
            low, high = ends(shifted.total)

        assert half_width(shifted.w[1]) > 0
        assert low < 1 + Fraction(78, 100)
        assert high > 2 + Fraction(28, 100)

    def test_of_what_is_not_known_is_not_known(self) -> None:
        """An infinity among the logits admits everything."""
        arithmetic = rules()
        with arithmetic.working():
            shifted = arithmetic.shifted(as_array([Rounded(arithmetic, arb(1), POSITIVE), arithmetic.number(1.0)]))

        assert not shifted.total.ball.is_finite()


def test_an_exact_product_beyond_the_largest_number_is_no_answer() -> None:
    """Rule 10 returns as it is what the format holds; what it does not hold is rounded once more, or infinite."""
    rules = Rounding(FLOAT32, resolve({}), level=SHOULD)
    with rules.working():
        product = rules.number(-3.0 * 2.0**100) * rules.number(2.0**90)
        settled = rules.settle(product)

        assert product.ball.is_exact()
        assert not settled.ball.is_exact()
        assert settled.specials == NEGATIVE
