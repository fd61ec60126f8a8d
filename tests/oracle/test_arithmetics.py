"""The arithmetics in which formulas run: what they compute, what they refuse, and that they keep to themselves."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import flint
import mpmath
import numpy as np
import pytest
from flint import arb

from gradspec.oracle.arithmetic import Ball, Dual, DualArithmetic, HighPrecision, KinkError, UnresolvedError
from gradspec.oracle.arithmetic.arrays import as_array, diagonal, entrywise, identity_matrix, outer
from gradspec.oracle.arithmetic.ball import ball_matrix_product, precision
from gradspec.oracle.arithmetic.high_precision import context
from gradspec.spec import resolve
from tests.oracle.evaluating import agree

if TYPE_CHECKING:
    from gradspec.oracle.arithmetic import Array

CONVENTIONS = resolve()
BITS = 200


def three() -> list[Any]:
    """The arithmetics that compute values, each in the block where it may be used."""
    return [HighPrecision(BITS, CONVENTIONS), Ball(BITS, CONVENTIONS), DualArithmetic(BITS, CONVENTIONS)]


def numbers(arithmetic: Any, *given: float) -> Array:
    """A vector of exact numbers."""
    return entrywise(arithmetic.number, as_array(list(given)))


def plain(result: Any) -> Array:
    """The values of dual numbers, and other numbers themselves."""
    return entrywise(lambda number: number.value if isinstance(number, Dual) else number, as_array(result))


class TestEveryArithmetic:
    """What a formula may ask means the same in each arithmetic."""

    @pytest.mark.parametrize("arithmetic", three(), ids=lambda each: type(each).__name__)
    @pytest.mark.parametrize("name", ["exp", "log", "log1p", "tanh"])
    def test_computes_functions(self, arithmetic: Any, name: str) -> None:
        """As mpmath does at twice the precision, to within a few roundings."""
        wide = context(2 * BITS)
        at = (0.125, 1.0, 2.5)
        expected = [arb(getattr(wide, name)(wide.mpf(number)), 2.0 ** (10 - BITS)) for number in at]

        assert agree(plain(getattr(arithmetic, name)(numbers(arithmetic, 0.125, 1.0, 2.5))), expected)

    @pytest.mark.parametrize("arithmetic", three(), ids=lambda each: type(each).__name__)
    def test_joins_and_branches(self, arithmetic: Any) -> None:
        """relu, a continuous choice and a jump, away from 0."""
        z = numbers(arithmetic, -2.0, 3.0)

        assert agree(plain(arithmetic.relu(z)), [0, 3])
        assert agree(plain(arithmetic.join(z, z * 2, z * 5)), [-4, 15])
        assert agree(plain(arithmetic.branch(z, 7, 8, 9)), [7, 9])

    @pytest.mark.parametrize("arithmetic", three(), ids=lambda each: type(each).__name__)
    def test_sums_and_multiplies(self, arithmetic: Any) -> None:
        """Sums, means of sums, matrix products with vectors and matrices, and an affine map."""
        a = entrywise(arithmetic.number, np.array([[1.0, 2.0, 3.0], [-1.0, 0.5, 4.0]]))
        b = entrywise(arithmetic.number, np.array([[2.0, 0.0], [1.0, -1.0], [0.0, 8.0]]))
        x, bias = numbers(arithmetic, 1.0, 2.0, -1.0), numbers(arithmetic, 10.0, 20.0)

        assert agree(plain(arithmetic.sum(a)), 9.5)
        assert agree(plain(arithmetic.sum(a, (2, 4))), 9.5 / 8)
        assert agree(plain(arithmetic.matmul(a, b)), [[4, 22], [-1.5, 31.5]])
        assert agree(plain(arithmetic.matmul(a, b, (2,))), [[2, 11], [-0.75, 15.75]])
        assert agree(plain(arithmetic.matmul(a, x)), [2, -4])
        assert agree(plain(arithmetic.affine(a, x, bias)), [12, 16])
        assert agree(plain(arithmetic.affine(a, b, bias)), [[14, 32], [18.5, 51.5]])
        assert agree(plain(arithmetic.mean(x, 4)), [0.25, 0.5, -0.25])

    @pytest.mark.parametrize("arithmetic", three(), ids=lambda each: type(each).__name__)
    def test_shifts_by_the_largest(self, arithmetic: Any) -> None:
        """The largest logit becomes 0, its exponential 1."""
        shifted = arithmetic.shifted(numbers(arithmetic, 2.0, -1.0, 5.0))

        assert agree(plain(shifted.w), [-3, -6, 0])
        assert agree(plain(shifted.exponentials)[2], 1)
        assert agree(plain(shifted.total), plain(arithmetic.sum(shifted.exponentials)))

    @pytest.mark.parametrize("arithmetic", three(), ids=lambda each: type(each).__name__)
    def test_takes_every_float_exactly(self, arithmetic: Any) -> None:
        """The smallest subnormal number and the largest number of float64 among them."""
        for number in (5e-324, 1.7976931348623157e308, 0.1, np.float16(0.1), np.float32(0.1)):
            assert agree(plain(arithmetic.number(number) - arithmetic.number(float(number))), 0)
            assert plain(arithmetic.number(number)) == float(number)


class TestHighPrecision:
    """mpmath at a stated precision, in contexts of its own."""

    def test_keeps_its_context_to_itself(self) -> None:
        """Neither mpmath's global precision nor another precision here is touched."""
        before = mpmath.mp.prec
        low, high = HighPrecision(100, CONVENTIONS), HighPrecision(500, CONVENTIONS)
        third = low.number(1) / 3
        high.number(1) / 3

        assert low.context is not high.context
        assert low.context is not mpmath.mp
        assert mpmath.mp.prec == before
        assert (low.context.prec, high.context.prec) == (100, 500)
        assert third == low.context.mpf(1) / 3
        assert third != high.context.mpf(1) / 3

    def test_is_not_moved_by_the_global_precision(self) -> None:
        """Who sets mpmath's own precision changes nothing here."""
        expected = HighPrecision(300, CONVENTIONS).number(1) / 3
        with mpmath.workprec(20):
            assert HighPrecision(300, CONVENTIONS).number(1) / 3 == expected

    def test_rounds_a_fraction_once(self) -> None:
        """One third at 300 bits."""
        assert HighPrecision(300, CONVENTIONS).number(Fraction(1, 3)) == context(300).mpf(1) / 3

    def test_sums_without_regard_to_order(self) -> None:
        """A sum is rounded once, so that a large pair that cancels leaves the small rest."""
        arithmetic = HighPrecision(60, CONVENTIONS)

        assert arithmetic.sum(numbers(arithmetic, 1e30, 1.0, -1e30)) == 1


class TestBall:
    """FLINT balls at a stated precision, which is FLINT's only inside of the block."""

    def test_restores_the_precision(self) -> None:
        """After the block, and after an error inside of it, FLINT computes with what it had."""
        before = flint.ctx.prec
        with Ball(777, CONVENTIONS).working():
            inside = flint.ctx.prec
        with pytest.raises(UnresolvedError), precision(555):
            raise UnresolvedError

        assert inside == 777
        assert flint.ctx.prec == before

    def test_raises_where_a_jump_is_in_doubt(self) -> None:
        """A ball about 0 has no side."""
        with pytest.raises(UnresolvedError):
            Ball(BITS, CONVENTIONS).branch(as_array([arb(0, 1e-30)]), 0, 0, 1)

    def test_admits_both_branches_when_told_to(self) -> None:
        """It counts what stayed open, and returns the hull."""
        arithmetic = Ball(BITS, CONVENTIONS, admit_both_branches=True)
        (number,) = arithmetic.branch(as_array([arb(0, 1e-30)]), 0, 0.5, 1)

        assert arithmetic.unresolved == 1
        assert number.contains(0)
        assert number.contains(1)

    def test_knows_an_exact_zero(self) -> None:
        """At a kink the convention decides, without a doubt."""
        (number,) = Ball(BITS, CONVENTIONS).branch(as_array([arb(0)]), 0, arb(0.5), 1)

        assert number == 0.5

    def test_joins_across_zero(self) -> None:
        """A continuous function needs no side: the hull of both formulas is narrow."""
        z = as_array([arb(0, 1e-30)])
        (number,) = Ball(BITS, CONVENTIONS).join(z, z * 2, z * 3)

        assert number.contains(0)
        assert number.rad() < 1e-29

    def test_multiplies_exactly_what_is_exact(self) -> None:
        """Short dyadic numbers leave no radius, so that kinks inside of networks are hit."""
        product = ball_matrix_product(as_array([[arb(0.5), arb(-1), arb(3)]]), as_array([arb(2), arb(1), arb(0.25)]))

        assert product[0].is_exact()
        assert product[0] == 0.75


class TestDual:
    """A value and its rate of change."""

    def test_differentiates_by_the_rules(self) -> None:
        """Sum, difference, product, quotient and absolute value of x = 3 with dx = 1 and numbers."""
        x = Dual(Fraction(3), Fraction(1))
        found = {
            "5 + x": 5 + x,
            "5 - x": 5 - x,
            "x - 5": x - 5,
            "-x": -x,
            "x x": x * x,
            "2 x": 2 * x,
            "x / 2": x / 2,
            "6 / x": 6 / x,
            "x / (x + 1)": x / (x + 1),
            "|-x|": abs(-x),
        }
        tangents = {name: number.tangent for name, number in found.items()}

        assert tangents == {
            "5 + x": 1,
            "5 - x": -1,
            "x - 5": 1,
            "-x": -1,
            "x x": 6,
            "2 x": 2,
            "x / 2": Fraction(1, 2),
            "6 / x": Fraction(-2, 3),
            "x / (x + 1)": Fraction(1, 16),
            "|-x|": 1,
        }

    @pytest.mark.parametrize("name", ["exp", "log", "log1p", "tanh"])
    def test_differentiates_functions(self, name: str) -> None:
        """As mpmath's difference quotient does, to half the digits."""
        arithmetic = DualArithmetic(BITS, CONVENTIONS)
        wide = mpmath.MPContext()
        wide.prec = BITS
        (dual,) = getattr(arithmetic, name)(as_array([Dual(wide.mpf("0.75"), wide.mpf(1))]))

        assert abs(dual.tangent - wide.diff(getattr(wide, name), wide.mpf("0.75"))) < wide.mpf(2) ** -90

    @pytest.mark.parametrize("question", ["abs", "relu", "join", "branch"])
    def test_refuses_a_kink(self, question: str) -> None:
        """Where there is no derivative there is nothing to compare with."""
        arithmetic = DualArithmetic(BITS, CONVENTIONS)
        zero = as_array([Dual(arithmetic.context.mpf(0), arithmetic.context.mpf(1))])
        asked = {
            "abs": lambda: abs(zero),
            "relu": lambda: arithmetic.relu(zero),
            "join": lambda: arithmetic.join(zero, zero, zero),
            "branch": lambda: arithmetic.branch(zero, 0, 0, 1),
        }
        with pytest.raises(KinkError):
            asked[question]()

    def test_takes_the_shift_for_a_constant(self) -> None:
        """A shifted logit changes as the logit does."""
        arithmetic = DualArithmetic(BITS, CONVENTIONS)
        z = as_array([arithmetic.number(1.0), Dual(arithmetic.context.mpf(5), arithmetic.context.mpf(1))])
        shifted = arithmetic.shifted(z)

        assert [number.tangent for number in shifted.w] == [0, 1]


class TestArrays:
    """The few shapes that formulas need."""

    def test_zero_axes_stay_zero_axes(self) -> None:
        """A scalar in, a 0-d array out."""
        assert entrywise(lambda number: number + 1, np.float64(2)).shape == ()
        assert entrywise(lambda left, right: left + right, 1, [1, 2]).tolist() == [2, 3]

    def test_diagonals_are_exact_zeros_elsewhere(self) -> None:
        """A product with them leaves nothing behind."""
        assert diagonal(as_array([5, 7])).tolist() == [[5, 0], [0, 7]]
        assert identity_matrix(2).tolist() == [[1, 0], [0, 1]]

    def test_outer_products_append_the_axes_of_the_right(self) -> None:
        """Entries left[i, p] right[q]."""
        product = outer(as_array([[1, 2]]), as_array([10, 20, 30]))

        assert product.tolist() == [[[10, 20, 30], [20, 40, 60]]]
