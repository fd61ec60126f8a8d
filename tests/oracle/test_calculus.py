"""Chapter 3: the rules of differentiation, and the functions that the sources print, at numbers known exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from flint import arb

from gradspec.oracle import PROPOSITIONS
from gradspec.oracle.arithmetic import HighPrecision
from gradspec.oracle.arithmetic.arrays import as_array, entrywise
from gradspec.oracle.arithmetic.dual import Dual, DualArithmetic
from gradspec.spec import resolve
from tests.oracle.evaluating import BITS, agree, ball, forms, value, values

if TYPE_CHECKING:
    from collections.abc import Callable

    from gradspec.oracle.arithmetic import Arithmetic, Array

J = [[1.0, -2.0, 0.5], [4.0, 0.0, -1.0]]
"""A Jacobian of two values and three variables."""

SQUARE = [[1.0, 2.0], [3.0, 5.0]]
OTHER = [[0.0, 1.0], [-1.0, 2.0]]

W, X = [2.0, -3.0], [5.0, 8.0]


def near(got: Any, printed: list[Any]) -> bool:
    """Whether numbers are those that a source or the text prints, to nine digits after the point."""
    pairs = zip(np.array(got, dtype=object).reshape(-1), np.array(printed).reshape(-1), strict=True)
    return all(abs(number - arb(float(digits))) < arb(10) ** -9 for number, digits in pairs)


def value_of_floats(clause: str, *arguments: Any) -> Any:
    """The answer as floats, which it is."""
    answer = value(clause, *arguments)
    floats = entrywise(lambda number: float(number.mid()), answer).astype(float)
    assert agree(answer, entrywise(ball, floats))
    return floats


class TestLinearIncrement:
    """The first-order approximation of a map beside a point is f + J h."""

    def test_by_hand(self) -> None:
        """Two values, three variables."""
        assert agree(value("increment.linear", [10.0, 20.0], J, [1.0, 2.0, 4.0]), [9, 20])

    def test_remainder_shrinks_with_the_square(self) -> None:
        """For (a^2 + b, b^3) half the increment leaves about a quarter of the error, and less than the bound."""
        a, b, h = 1.0, 2.0, np.array([0.5, -0.25])
        errors = []
        for scale in (1.0, 0.5, 0.25):
            k = h * scale
            there = np.array([(a + k[0]) ** 2 + b + k[1], (b + k[1]) ** 3])
            linear = value("increment.linear", [a * a + b, b**3], value_of_floats("power_map.jacobian", [a, b]), k)
            errors.append(there - linear.astype(float))
            assert np.all(np.abs(errors[-1]) <= 0.5 * 12 * np.sum(np.abs(k)) ** 2)

        assert errors[0][0] == 4 * errors[1][0] == 16 * errors[2][0]
        assert 3 < errors[0][1] / errors[1][1] < 5

    def test_needs_more_than_partial_derivatives(self) -> None:
        """Of x^2 y / (x^2 + y^2) both are 0 at the origin, and the error along (t, t) is t / 2."""
        for t in (1.0, 2.0**-10, 2.0**-40):
            predicted = value("increment.linear", [0.0], [[0.0, 0.0]], [t, t])
            error = t**2 * t / (t**2 + t**2) - float(predicted[0].mid())

            assert error == t / 2


class TestVectorJacobianProduct:
    """The vector-Jacobian product is J^T v."""

    def test_by_hand(self) -> None:
        """Two values, three variables."""
        assert agree(value("vector_jacobian_product.value", J, [3.0, 0.5]), [5, -6, 1])

    def test_is_not_the_product_with_the_jacobian(self) -> None:
        """Of a square matrix that is not symmetric."""
        product = value("vector_jacobian_product.value", SQUARE, [1.0, 0.0])

        assert agree(product, [1, 2])
        assert not agree(product, [1, 3])


def inner(arithmetic: Arithmetic, x: Array) -> Array:
    """A map from two numbers to three."""
    exponential = arithmetic.exp(x[:1])[0]
    return as_array([x[0] * x[1], arithmetic.tanh(x[1:])[0] + exponential, exponential / x[1]])


def outer(arithmetic: Arithmetic, u: Array) -> Array:
    """A map from three numbers to two."""
    sine, logarithm = arithmetic.sin(u[:1])[0], arithmetic.log(u[1:2])[0]
    return as_array([sine * u[2] + logarithm, u[1] * u[1] * u[2]])


def dual_jacobian(function: Callable[[Arithmetic, Array], Array], at: Array) -> Array:
    """The Jacobian of a map by dual numbers, a column for each variable."""
    arithmetic = DualArithmetic(BITS, resolve({}))
    directions = [[Dual(number, int(i == j)) for i, number in enumerate(at)] for j in range(len(at))]
    columns = [entrywise(lambda each: each.tangent, function(arithmetic, as_array(each))) for each in directions]
    return np.stack(columns, axis=1)


class TestChainJacobian:
    """The Jacobian of a composed map is that of the outer map times that of the inner."""

    def test_by_hand(self) -> None:
        """A square matrix times one of three columns."""
        assert agree(value("chain.jacobian", SQUARE, J), [[9, -2, -1.5], [23, -6, -3.5]])

    def test_order_matters(self) -> None:
        """Of equal shapes the other order gives other numbers."""
        assert agree(value("chain.jacobian", SQUARE, OTHER), [[-2, 5], [-5, 13]])
        assert agree(value("chain.jacobian", OTHER, SQUARE), [[3, 5], [5, 8]])

    def test_of_diagonal_matrices(self) -> None:
        """Of elementwise maps the derivatives multiply."""
        assert agree(value("chain.jacobian", np.diag([2.0, 3.0]), np.diag([5.0, 7.0])), [[10, 0], [0, 21]])

    def test_of_maps(self) -> None:
        """Dual numbers differentiate a composition at once, and its parts one after the other."""
        arithmetic = HighPrecision(BITS, resolve({}))
        at = as_array([arithmetic.number(0.75), arithmetic.number(1.5)])
        between = inner(arithmetic, at)
        chained = PROPOSITIONS["chain.jacobian"](arithmetic, dual_jacobian(outer, between), dual_jacobian(inner, at))
        at_once = dual_jacobian(lambda rules, x: outer(rules, inner(rules, x)), at)

        assert chained.shape == (2, 2)
        assert all(abs(number) < 2.0 ** (20 - BITS) for number in (chained - at_once).reshape(-1))


class TestTotalDerivative:
    """The total derivative is the direct term plus the sum of partial derivatives times rates."""

    def test_of_both_paths(self) -> None:
        """Of x + u, u = x^2, at 3: 7, where the path through u alone gives 6."""
        assert agree(value("total_derivative.value", 1.0, [1.0], [6.0]), 7)
        assert agree(value("total_derivative.value", 0.0, [1.0], [6.0]), 6)

    def test_of_an_alias(self) -> None:
        """With x as one more variable of rate 1 the direct term is 0, and counts twice if it is not."""
        assert agree(value("total_derivative.value", 0.0, [1.0, 1.0], [6.0, 1.0]), 7)
        assert agree(value("total_derivative.value", 1.0, [1.0, 1.0], [6.0, 1.0]), 8)

    def test_rates_are_total(self) -> None:
        """Of y = u_2 = x + u_1, u_1 = x^2, at 3: the rate of u_2 is itself a total derivative."""
        rate = value_of_floats("total_derivative.value", 1.0, [1.0], [6.0])

        assert agree(value("total_derivative.value", 0.0, [0.0, 1.0], [6.0, float(rate)]), 7)


class TestElementwiseOperations:
    """The Jacobians of the four operations are diagonal."""

    def test_addition(self) -> None:
        """The identity twice."""
        dw, dx = values("addition.jacobians", W, X)

        assert agree(dw, [[1, 0], [0, 1]])
        assert agree(dx, [[1, 0], [0, 1]])

    def test_subtraction(self) -> None:
        """The identity and its negative."""
        dw, dx = values("subtraction.jacobians", W, X)

        assert agree(dw, [[1, 0], [0, 1]])
        assert agree(dx, [[-1, 0], [0, -1]])

    def test_multiplication(self) -> None:
        """Each has the other factor."""
        dw, dx = values("multiplication.jacobians", W, X)

        assert agree(dw, [[5, 0], [0, 8]])
        assert agree(dx, [[2, 0], [0, -3]])

    @pytest.mark.parametrize(("clause", "form"), forms("division.jacobians"))
    def test_division(self, clause: str, form: str) -> None:
        """1 / x_i and -w_i / x_i^2, beyond the range of float64 as well."""
        dw, dx = values(clause, W, [4.0, -2.0], form=form)

        assert agree(dw, [[0.25, 0], [0, -0.5]])
        assert agree(dx, [[-0.125, 0], [0, 0.75]])
        assert agree(values(clause, [2.0**-600], [2.0**-600], form=form)[1], [[-(2**600)]])

    def test_of_one_variable(self) -> None:
        """Of t * t the derivative is the sum of both Jacobians."""
        dw, dx = values("multiplication.jacobians", X, X)

        assert agree(dw + dx, [[10, 0], [0, 16]])


class TestProductJacobians:
    """The Jacobians of f(v) * g(w) are diag(g) F and diag(f) G."""

    def test_is_not_diagonal(self) -> None:
        """f(v) = (v_1 + v_2, v_1 v_2), g(w) = w at v = (2, 3), w = (5, 7)."""
        dv, dw = values("product.jacobians", [5.0, 6.0], [5.0, 7.0], [[1.0, 1.0], [3.0, 2.0]], [[1.0, 0.0], [0.0, 1.0]])

        assert agree(dv, [[5, 5], [21, 14]])
        assert agree(dw, [[5, 0], [0, 6]])

    def test_of_other_numbers_of_variables(self) -> None:
        """Two values, three and one variables."""
        dv, dw = values("product.jacobians", [2.0, 3.0], [-1.0, 4.0], J, [[5.0], [7.0]])

        assert agree(dv, [[-1, 2, -0.5], [16, 0, -4]])
        assert agree(dw, [[10], [21]])


class TestNumbersAndVectors:
    """A number that is spread over a vector has a column for its derivative."""

    def test_addition(self) -> None:
        """I and ones, whatever the number."""
        dx, dt = values("scalar_addition.jacobians", X, 3.0)

        assert agree(dx, [[1, 0], [0, 1]])
        assert agree(dt, [1, 1])

    def test_multiplication(self) -> None:
        """T I and x."""
        dx, dt = values("scalar_multiplication.jacobians", [2.0, 3.0, 5.0], 3.0)

        assert agree(dx, [[3, 0, 0], [0, 3, 0], [0, 0, 3]])
        assert agree(dt, [2, 3, 5])


class TestSumReduction:
    """The derivative of a sum of values is 1^T J."""

    def test_by_hand(self) -> None:
        """The sum of the rows."""
        assert agree(value("sum_reduction.gradient", J), [5, -2, -0.5])

    def test_of_a_scalar_product(self) -> None:
        """The sum of the rows of diag(x) is x."""
        assert agree(value("sum_reduction.gradient", np.diag(X)), X)

    def test_survives_cancellation(self) -> None:
        """At 200 bits the 1 between 2^100 and -2^100 is still there."""
        assert agree(value("sum_reduction.gradient", [[2.0**100], [1.0], [-(2.0**100)]]), [1])


class TestScaling:
    """Diagonal factors multiply rows on the left and columns on the right."""

    def test_rows(self) -> None:
        """diag(gamma) X."""
        assert agree(value("row_scaling.value", [2.0, -1.0], J), [[2, -4, 1], [-4, 0, 1]])

    def test_columns(self) -> None:
        """X diag(gamma)."""
        assert agree(value("column_scaling.value", J, [2.0, -1.0, 4.0]), [[2, 2, 2], [8, 0, -4]])

    def test_differ_on_square_matrices(self) -> None:
        """The side decides."""
        assert agree(value("row_scaling.value", [2.0, 3.0], SQUARE), [[2, 4], [9, 15]])
        assert agree(value("column_scaling.value", SQUARE, [2.0, 3.0]), [[2, 6], [6, 15]])


class TestOuterProduct:
    """The outer product of M and a has the entries M_ip a_q."""

    def test_by_hand(self) -> None:
        """The last axis is that of the vector."""
        assert agree(value("outer_product.value", SQUARE, [1.0, 10.0]), [[[1, 10], [2, 20]], [[3, 30], [5, 50]]])

    @pytest.mark.parametrize(("clause", "form"), forms("outer_product.contraction"))
    def test_contraction(self, clause: str, form: str) -> None:
        """(M^T v) a^T, shape (k, n)."""
        assert agree(value(clause, [2.0, -1.0], J, [1.0, 10.0], form=form), [[-2, -20], [-4, -40], [2, 20]])


class TestExamples:
    """The functions that the sources print."""

    def test_square_plus_cosine(self) -> None:
        """At (0.5, 1.25), and where the sine vanishes."""
        assert near(value("square_plus_cosine.gradient", [0.5, 1.25]), [1, -0.948984619356])
        assert agree(value("square_plus_cosine.gradient", [-3.0, 0.0]), [-6, 0])

    @pytest.mark.parametrize(("clause", "form"), forms("cubic_exponential.jacobian"))
    def test_cubic_exponential(self, clause: str, form: str) -> None:
        """At (1, 0), and at (7, 1), where its last entry is e."""
        assert agree(value(clause, [1.0, 0.0], form=form), [[2, 0], [-13, 1]])
        assert agree(value(clause, [7.0, 1.0], form=form), [[2, 3], [-13, arb(1).exp()]])

    @pytest.mark.parametrize("shape", [(), (2,), (1, 2)])
    def test_sine_of_square(self, shape: tuple[int, ...]) -> None:
        """At 1, entry by entry, and at 0."""
        assert near(value("sine_of_square.derivative", np.full(shape, 1.0)), [np.full(shape, 1.08060461173628)])
        assert agree(value("sine_of_square.derivative", np.zeros(shape)), np.zeros(shape).tolist())

    @pytest.mark.parametrize(("clause", "form"), forms("power_map.jacobian"))
    def test_power_map(self, clause: str, form: str) -> None:
        """Rows for functions, columns for variables."""
        assert agree(value(clause, [3.0, -2.0], form=form), [[6, 1], [0, 12]])

    def test_sine_logarithm(self) -> None:
        """Diagonal, and exact where the cosine is."""
        assert agree(value("sine_logarithm.jacobian", [0.0, 4.0]), [[1, 0], [0, 0.25]])

    @pytest.mark.parametrize(("clause", "form"), forms("composed_map.jacobian"))
    def test_composed_map(self, clause: str, form: str) -> None:
        """At (0.5, 0.75), where a^2 + b = 1, and the limit of the last entry for small b."""
        cosine = arb(1).cos()

        assert agree(value(clause, [0.5, 0.75], form=form), [[cosine, cosine], [0, 4]])
        assert agree(value(clause, [0.0, 2.0**-400], form=form)[1], [0, 3 * 2**400])

    @pytest.mark.parametrize(("clause", "form"), forms("logarithm_sine.derivative"))
    def test_logarithm_sine(self, clause: str, form: str) -> None:
        """A column, at a negative number too."""
        assert near(value(clause, [-0.75], form=form), [[-8 / 3], [3 * np.cos(2.25)]])
        assert agree(value(clause, [-0.5], form=form)[0], [-4])

    @pytest.mark.parametrize(("clause", "form"), forms("sum_with_square.derivative"))
    def test_sum_with_square(self, clause: str, form: str) -> None:
        """7 at 3, and 0 at -1/2."""
        assert agree(value(clause, [3.0, -0.5], form=form), [7, 0])
        assert agree(value(clause, np.array(3.0), form=form), 7)
