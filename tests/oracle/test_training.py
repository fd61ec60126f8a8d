"""Chapter 9, its second half: gradients as vectors, steps of descent, and linear regression by descent."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from tests.oracle.evaluating import agree, ball, forms, network, value, values

NETWORK = network(([[1.0, 2.0]], [0.5], "relu"), ([[3.0], [-1.0]], [0.0, 1.0], "identity"))
DWS = [np.array([[4.0, -8.0]]), np.array([[1.0], [2.0]])]
DBS = [np.array([1.0]), np.array([-2.0, 4.0])]

X = [[1.0, 2.0, 3.0], [0.0, 1.0, -1.0]]
"""Three samples with two entries each."""

LABELS = [1.0, 2.0, 4.0]

REGRESSION = forms("listing.linear_regression_backward")


def number(clause: str, *arguments: Any, **options: Any) -> Any:
    """The only number of the answer."""
    return value(clause, *arguments, **options)[()]


class TestGradientVector:
    """The gradient vector lists the derivatives by all weights, layer by layer and row by row, then by all biases."""

    def test_by_hand(self) -> None:
        """Two matrices, then two vectors."""
        assert agree(value("gradient.vector", NETWORK, DWS, DBS), [4, -8, 1, 2, 1, -2, 4])

    def test_reads_a_matrix_row_by_row(self) -> None:
        """The weights of one unit stand together."""
        wide = network(([[0.0] * 3] * 2, [0.0] * 2, "identity"))
        gradients = [np.arange(6.0).reshape(2, 3)], [np.array([6.0, 7.0])]

        assert agree(value("gradient.vector", wide, *gradients), list(range(8)))

    def test_is_the_order_of_the_parameters(self) -> None:
        """A step on the vector of all parameters is the step on every array."""
        arrays = values("gradient_descent.step", NETWORK, DWS, DBS, 0.25)
        parameters = [layer.weights for layer in NETWORK.layers], [layer.bias for layer in NETWORK.layers]
        theta = value("gradient.vector", NETWORK, *parameters)
        moved = theta - value("gradient.vector", NETWORK, DWS, DBS) / 4

        assert agree(moved, np.concatenate([array.reshape(-1) for array in arrays]))


class TestGradientDescentStep:
    """A step takes W^l - rate dW^l and b^l - rate db^l for every layer."""

    def test_by_hand(self) -> None:
        """Every parameter moves against its gradient; weights come first."""
        w1, w2, b1, b2 = values("gradient_descent.step", NETWORK, DWS, DBS, 0.25)

        assert agree(w1, [[0, 4]])
        assert agree(w2, [[2.75], [-1.5]])
        assert agree(b1, [0.25])
        assert agree(b2, [0.5, 0])

    def test_is_exact_for_a_rate_that_is_no_power_of_two(self) -> None:
        """The rate 0.1 is the float64 nearest to it, and nothing is rounded after that."""
        rate = Fraction(0.1)
        w1, *_ = values("gradient_descent.step", NETWORK, DWS, DBS, 0.1)

        assert w1[0, 0].is_exact()
        assert agree(w1, [[1 - rate * 4, 2 + rate * 8]])

    def test_does_not_touch_the_network(self) -> None:
        """The parameters that went in are what they were."""
        values("gradient_descent.step", NETWORK, DWS, DBS, 0.25)

        assert NETWORK.layers[0].weights.tolist() == [[1.0, 2.0]]

    def test_gives_each_parameter_its_own_derivative(self) -> None:
        """A linear unit with x = 4, w = 2, b = 1 and the target 0 has the derivatives 36 and 9."""
        unit = network(([[2.0]], [1.0], "identity"))
        gradients = values("network.gradients", unit, [[4.0]], [[0.0]])
        given = [float(array.reshape(-1)[0]) for array in gradients]
        w, b = values("gradient_descent.step", unit, [np.array([[given[0]]])], [np.array([given[1]])], 0.015625)

        assert given == [36, 9]
        assert agree(w, [[2 - Fraction(36, 64)]])
        assert agree(b, [1 - Fraction(9, 64)])


class TestDescentDirection:
    """The direction of steepest descent is -g / |g|."""

    @pytest.mark.parametrize(("clause", "form"), forms("descent.direction"))
    @pytest.mark.parametrize("scale", [1, 2.0**500, 2.0**-500])
    def test_by_hand(self, clause: str, form: str, scale: float) -> None:
        """A triangle with the sides 3, 4 and 5, however large."""
        found = value(clause, [3 * scale, -4 * scale], form=form)

        assert agree(found, [Fraction(-3, 5), Fraction(4, 5)])

    @pytest.mark.parametrize(("clause", "form"), forms("descent.direction"))
    def test_of_one_number_is_its_sign(self, clause: str, form: str) -> None:
        """Minus the sign."""
        assert agree(value(clause, [0.1], form=form), [-1])
        assert agree(value(clause, [-7.0], form=form), [1])

    @pytest.mark.parametrize(("clause", "form"), forms("descent.direction"))
    def test_has_the_length_one(self, clause: str, form: str) -> None:
        """The sum of the squares is 1."""
        found = value(clause, [1.0, 2.0, -3.0, 0.125], form=form)

        assert agree(sum(entry * entry for entry in found), 1)

    def test_is_steeper_than_every_other(self) -> None:
        """Among 360 directions the slope is the least at the one that is nearest."""
        gradient = [2.0, -6.0]
        u = [float(entry) for entry in value("descent.direction", gradient)]
        angles = np.radians(np.arange(360))
        slopes = 2 * np.cos(angles) - 6 * np.sin(angles)
        least = int(np.argmin(slopes))

        assert abs(np.degrees(np.arctan2(u[1], u[0])) - least) < 1
        assert 2 * u[0] - 6 * u[1] <= slopes.min()

    def test_lowers_what_the_gradient_raises(self) -> None:
        """t_1^2 + 3 t_2^2 at (1, -1), a thousandth along the gradient and against it."""
        u = [float(entry) for entry in value("descent.direction", [2.0, -6.0])]

        def cost(step: float) -> float:
            return (1 + step * u[0]) ** 2 + 3 * (-1 + step * u[1]) ** 2

        assert cost(0) == 4
        assert abs(cost(-0.001) - 4.00632735532) < 1e-10
        assert abs(cost(0.001) - 3.99367824468) < 1e-10


class TestQuadraticRateLimit:
    """Descent on a quadratic converges for rates below 2 / curvature."""

    def test_by_hand(self) -> None:
        """Entry by entry."""
        assert agree(value("quadratic.rate_limit", [2.0, 0.5, 3.0]), [1, 4, Fraction(2, 3)])

    def test_is_where_the_size_stays(self) -> None:
        """At the limit theta goes to and fro, below it shrinks, above it grows."""
        limit = float(value("quadratic.rate_limit", [2.0])[0])
        after = {
            rate: abs(float(value("quadratic.descent", [1.0], 2.0, rate, 50)[0]))
            for rate in (limit, 0.9 * limit, 1.1 * limit)
        }

        assert after[limit] == 1
        assert after[0.9 * limit] < 1e-4
        assert after[1.1 * limit] > 1e3


class TestQuadraticDescent:
    """After t steps of descent on a quadratic, theta is (1 - rate curvature)^t times what it was."""

    @pytest.mark.parametrize(("clause", "form"), forms("quadratic.descent"))
    @pytest.mark.parametrize(
        ("rate", "steps", "factor"), [(0.25, 3, 0.125), (0.5, 1, 0), (0.75, 3, -0.125), (1.0, 2, 1), (1.5, 3, -8)]
    )
    def test_by_hand(self, clause: str, form: str, rate: float, steps: int, factor: float) -> None:
        """The curvature 2: slow, at once, to and fro, for ever, and away."""
        found = value(clause, [1.0, -4.0], 2.0, rate, steps, form=form)

        assert agree(found, [factor, -4 * factor])

    @pytest.mark.parametrize(("clause", "form"), forms("quadratic.descent"))
    def test_without_steps_is_where_it_was(self, clause: str, form: str) -> None:
        """The power with exponent 0 is 1."""
        assert agree(value(clause, [0.1, 3.0], 0.3, 0.7, 0, form=form), [0.1, 3.0])

    @pytest.mark.parametrize(("rate", "cost"), [(0.5, 0), (1.0, 1), (1.25, 4.06561e17)])
    def test_does_not_stop_beyond_the_limit(self, rate: float, cost: float) -> None:
        """The cost t^2 after 50 steps from 1."""
        (theta,) = value("quadratic.descent", [1.0], 2.0, rate, 50)

        assert abs(float(theta * theta) - cost) <= 1e-5 * cost

    @pytest.mark.parametrize(("rate", "cost"), [(0.1, 0.64), (1.5, 4)])
    def test_may_raise_the_cost(self, rate: float, cost: float) -> None:
        """One step on t^2 from 1."""
        (theta,) = value("quadratic.descent", [1.0], 2.0, rate, 1)

        assert abs(float(theta * theta) - cost) < 1e-15


class TestLinearRegressionForward:
    """The predictions are a_k = w . x_k + b."""

    def test_by_hand(self) -> None:
        """The bias once for every sample."""
        assert agree(value("listing.linear_regression_forward", X, [2.0, -1.0], 0.5), [2.5, 3.5, 7.5])

    def test_is_not_logistic(self) -> None:
        """An output may be any number."""
        assert agree(value("listing.linear_regression_forward", [[3.0]], [2.0], 0.0), [6])


class TestLinearRegressionCost:
    """The cost is sum (a_k - y_k)^2 / (2 N)."""

    @pytest.mark.parametrize(("clause", "form"), forms("listing.linear_regression_cost"))
    def test_by_hand(self, clause: str, form: str) -> None:
        """Squares 9, 1 and 4, three samples."""
        assert agree(number(clause, [3.0, 1.0, 2.0], [0.0, 0.0, 0.0], form=form), Fraction(14, 6))

    @pytest.mark.parametrize(("clause", "form"), forms("listing.linear_regression_cost"))
    def test_divides_by_the_samples_that_it_is_given(self, clause: str, form: str) -> None:
        """One sample with the difference 1 costs a half."""
        assert agree(number(clause, [1.0], [0.0], form=form), Fraction(1, 2))

    @pytest.mark.parametrize(("clause", "form"), forms("listing.linear_regression_cost"))
    def test_is_fixed_by_the_listing(self, clause: str, form: str) -> None:
        """No convention scales it."""
        options = {"squared_error": "full", "cost": "sum", "entry_reduction": "mean"}

        assert agree(number(clause, [3.0], [0.0], form=form, conventions=options), 4.5)


class TestLinearRegressionBackward:
    """The gradients are dw = dZ X^T and db = sum dZ with dZ = (a - y) / N."""

    @pytest.mark.parametrize(("clause", "form"), REGRESSION)
    def test_by_hand(self, clause: str, form: str) -> None:
        """From w = 0 and b = 0 the differences are the labels, negative."""
        dw, db = values(clause, X, LABELS, [0.0, 0.0], 0.0, form=form)

        assert agree(dw, [Fraction(-17, 3), Fraction(2, 3)])
        assert agree(db, Fraction(-7, 3))

    @pytest.mark.parametrize(("clause", "form"), REGRESSION)
    def test_vanish_at_a_perfect_fit(self, clause: str, form: str) -> None:
        """Where every prediction is its target."""
        dw, db = values(clause, X, [2.5, 3.5, 7.5], [2.0, -1.0], 0.5, form=form)

        assert agree(dw, [0, 0])
        assert agree(db, 0)

    def test_are_those_of_a_network(self) -> None:
        """One layer with one unit, the identity, and the default scaling."""
        unit = network(([[2.0, -1.0]], [0.5], "identity"))
        dw, db = values("listing.linear_regression_backward", X, LABELS, [2.0, -1.0], 0.5)
        weights, bias = values("network.gradients", unit, X, [LABELS])

        assert agree(dw, weights[0])
        assert agree(db, bias[0])


class TestLinearRegressionStep:
    """A step is w - rate dw and b - rate db."""

    def test_by_hand(self) -> None:
        """The bias moves at the same rate."""
        w, b = values("listing.linear_regression_step", [1.0, 2.0], 3.0, [4.0, -8.0], 2.0, 0.25)

        assert agree(w, [0, 4])
        assert agree(b, 2.5)


class TestLinearRegressionDescent:
    """Descent returns the parameters after all steps, and the cost of these parameters."""

    def test_without_steps_is_the_cost_of_the_start(self) -> None:
        """Nothing moves."""
        w, b, cost = values("listing.linear_regression_descent", X, LABELS, [0.0, 0.0], 0.0, 0.5, 0)

        assert agree(w, [0, 0])
        assert agree(b, 0)
        assert agree(cost, Fraction(21, 6))

    def test_by_hand(self) -> None:
        """One sample x = 1 with the target 2: each step of 1/4 halves the error."""
        w, b, cost = values("listing.linear_regression_descent", [[1.0]], [2.0], [0.0], 0.0, 0.25, 3)

        assert agree(w, [Fraction(7, 8)])
        assert agree(b, Fraction(7, 8))
        assert agree(cost, Fraction(1, 32))

    def test_is_made_of_steps(self) -> None:
        """Three steps are one step and then two from where it led."""
        start = [1.0, -1.0], 0.5
        whole = values("listing.linear_regression_descent", X, LABELS, *start, 0.125, 3)
        w, b, _ = values("listing.linear_regression_descent", X, LABELS, *start, 0.125, 1)
        gradients = values("listing.linear_regression_backward", X, LABELS, *start)
        first = np.array(start[0]) - np.array([float(each) for each in gradients[0]]) / 8

        assert np.allclose([float(each) for each in w], first, rtol=1e-15)
        rest = values(
            "listing.linear_regression_descent", X, LABELS, [float(each) for each in w], float(b[()]), 0.125, 2
        )
        for one, other in zip(whole, rest, strict=True):
            assert np.allclose([float(each) for each in one.reshape(-1)], [float(each) for each in other.reshape(-1)])

    def test_returns_the_cost_of_what_it_returns(self) -> None:
        """Not of the parameters before the last step."""
        costs = [
            values("listing.linear_regression_descent", X, LABELS, [0.0, 0.0], 0.0, 0.125, steps)[2]
            for steps in range(4)
        ]
        w, b, cost = values("listing.linear_regression_descent", X, LABELS, [0.0, 0.0], 0.0, 0.125, 3)
        predictions = w[0] * np.array(X[0]).astype(object) + w[1] * np.array(X[1]).astype(object) + b[()]
        difference = predictions - np.array(LABELS, dtype=object)

        assert agree(cost, sum(each * each for each in difference) / 6)
        assert all(float(later[()]) < float(earlier[()]) for earlier, later in pairwise(costs))

    def test_converges_to_the_least_squares_solution(self) -> None:
        """With a rate below two over the largest eigenvalue, and not above it."""
        extended = np.vstack([np.array(X), np.ones(3)])
        best = np.linalg.lstsq(extended.T, np.array(LABELS), rcond=None)[0]
        limit = 2 / np.linalg.eigvalsh(extended @ extended.T / 3)[-1]

        w, b, _ = values("listing.linear_regression_descent", X, LABELS, [0.0, 0.0], 0.0, 0.9 * limit, 1000)
        assert np.allclose([*(float(each) for each in w), float(b[()])], best, atol=1e-6)

        away = values("listing.linear_regression_descent", X, LABELS, [0.0, 0.0], 0.0, 1.1 * limit, 200)
        assert float(away[2][()]) > 1e6


class TestDescentCondition:
    """A small step lowers the cost, a minimum need not exist."""

    @pytest.mark.parametrize(("w", "decimal"), [(1.0, "0.313262"), (10.0, "4.53989e-5"), (100.0, "3.72008e-44")])
    def test_an_infimum_need_not_be_a_minimum(self, w: float, decimal: str) -> None:
        """log(1 + e^-w) is positive for every w, and tends to 0."""
        cost = number("sigmoid_cross_entropy.value", [w], [1.0])

        assert cost > 0
        assert abs(cost / ball(decimal) - 1) < 1e-5

    @pytest.mark.parametrize(("w", "cost"), [(0.0, 0.5), (0.1, 0.405), (3.0, 2.0)])
    def test_a_negative_derivative_speaks_of_small_steps(self, w: float, cost: float) -> None:
        """(w - 1)^2 / 2 falls from 0 on, and is higher again at 3."""
        assert abs(float(number("squared_error.value", [w], [1.0])) - cost) < 1e-15

    def test_small_weights_need_not_cost_much(self) -> None:
        """A sigmoid unit with the pre-activation z and the target 1/2 costs z^2 / 32 at most."""
        unit = network(([[0.015625]], [-0.0078125], "sigmoid"))
        cost = number("network.cost", unit, [[1.0, 0.5]], [[0.5, 0.5]])

        assert 0 < float(cost) <= 0.0078125**2 / 32
