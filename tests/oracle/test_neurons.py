"""Chapter 6, its first half: one neuron, its derivatives, and its cost over a batch."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pytest

from tests.oracle.evaluating import agree, forms, value, values

X = [1.0, -2.0, 3.0]
W = [[1.0, 0.0, 2.0], [-1.0, 0.5, 0.25]]
B = [10.0, -4.0]

X_BATCH = [[1.0, 0.0, 2.0, 1.0], [-2.0, 1.0, 0.0, 1.0], [3.0, 0.0, -1.0, 1.0]]

CORNERS = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]

ALL = {"squared_error": "full", "cost": "sum"}


def number(clause: str, *arguments: Any, **options: Any) -> Any:
    """The only number of the answer."""
    return value(clause, *arguments, **options)[()]


class TestLinearModelValue:
    """A linear model is w_0 + w_1 x_1 + ... + w_n x_n."""

    @pytest.mark.parametrize(("clause", "form"), forms("linear_model.value"))
    def test_by_hand(self, clause: str, form: str) -> None:
        """The first weight is the bias."""
        assert agree(value(clause, [10.0, 4.0, 5.0, 6.0], [1.0, 2.0, 3.0], form=form), 42)

    def test_is_a_neuron_without_activation(self) -> None:
        """Of the weights without the first, which is its bias."""
        model = value("linear_model.value", [0.25, *W[1]], X)

        assert agree(model, value("neuron.value", X, W[1], 0.25, "identity"))


class TestPerceptronValue:
    """A perceptron is 1 where w . x + b is above the threshold and 0 where it is below."""

    @pytest.mark.parametrize(("clause", "form"), forms("perceptron.value"))
    @pytest.mark.parametrize(("bias", "expected"), [(-1.5, [0, 0, 0, 1]), (-0.5, [0, 1, 1, 1])])
    def test_represents_and_and_or(self, clause: str, form: str, bias: float, expected: list[int]) -> None:
        """With weights 1 and 1 and the bias between the sums that are told apart."""
        answers = [number(clause, corner, [1.0, 1.0], bias, form=form, threshold=0.0) for corner in CORNERS]

        assert agree(answers, expected)

    @pytest.mark.parametrize("convention", ["1", "0", "0.5"])
    def test_never_represents_exclusive_or(self, convention: str) -> None:
        """Whatever the weights of a grid, whatever the value at the threshold."""
        grid = [-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0]
        conventions = {"step_at_threshold": convention}

        for first, second, bias in product(grid, grid, grid):
            answers = [
                number("perceptron.value", corner, [first, second], bias, threshold=0.5, conventions=conventions)
                for corner in CORNERS
            ]
            assert not agree(answers, [0, 1, 1, 0])

    @pytest.mark.parametrize(("convention", "expected"), [("1", 1), ("0", 0), ("0.5", Fraction(1, 2))])
    def test_follows_the_convention_at_the_threshold(self, convention: str, expected: Fraction) -> None:
        """Where the sum is exactly the threshold."""
        conventions = {"step_at_threshold": convention}

        assert agree(value("perceptron.value", [1.0], [0.25], 0.5, threshold=0.75, conventions=conventions), expected)

    def test_is_no_step_at_zero(self) -> None:
        """A sum of 0.25 is below the threshold 0.5 and above 0."""
        assert agree(value("perceptron.value", [1.0], [0.25], 0.0, threshold=0.5), 0)
        assert agree(value("perceptron.value", [1.0], [0.25], 0.0, threshold=0.0), 1)

    def test_takes_its_threshold_for_a_bias(self) -> None:
        """The bias less the threshold, at the threshold 0, is the same perceptron."""
        for x in (-1.0, 0.0, 0.25, 0.5, 1.0):
            shifted = value("perceptron.value", [x], [2.0], 0.5 - 1.5, threshold=0.0)

            assert agree(value("perceptron.value", [x], [2.0], 0.5, threshold=1.5), shifted)


class TestNeuronValue:
    """A neuron is g(w . x + b), the bias added once."""

    def test_is_not_its_weighted_sum(self) -> None:
        """At inputs of 0 the weighted sum is 0, and the sigmoid of the bias remains."""
        bias = 0.1

        assert agree(value("neuron.value", [0.0, 0.0], [0.5, 0.25], bias, "sigmoid"), value("sigmoid.value", [bias])[0])

    def test_adds_its_bias_once(self) -> None:
        """Five inputs do not make five biases of one."""
        assert agree(value("neuron.value", [1.0] * 5, [0.5] * 5, 0.25, "identity"), 2.75)

    @pytest.mark.parametrize(("bias", "expected"), [(-5.0, -0.75), (4.0, 6)])
    def test_takes_a_slope(self, bias: float, expected: float) -> None:
        """Leaky relu below zero and above."""
        assert agree(value("neuron.value", [2.0], [1.0], bias, "leaky_relu", slope=0.25), expected)


class TestNeuronGradients:
    """The derivatives of a neuron with respect to its weights and bias are g'(z) x and g'(z)."""

    @pytest.mark.parametrize(("bias", "slope"), [(-5.0, 0), (5.0, 1)])
    def test_of_a_relu(self, bias: float, slope: int) -> None:
        """A row of zeros where it is inactive, the input where it is active."""
        dw, db = values("neuron.gradients", [1.0, 2.0], [1.0, 1.0], bias, "relu")

        assert agree(dw, [slope, 2 * slope])
        assert agree(db, slope)

    @pytest.mark.parametrize(("convention", "slope"), [("0", 0), ("1", 1), ("0.5", Fraction(1, 2))])
    def test_follow_the_convention_at_a_kink(self, convention: str, slope: Fraction) -> None:
        """At a pre-activation of exactly 0."""
        dw, db = values(
            "neuron.gradients", [1.0, 2.0], [2.0, -1.0], 0.0, "relu", conventions={"relu_at_zero": convention}
        )

        assert agree(dw, [slope, 2 * slope])
        assert agree(db, slope)

    @pytest.mark.parametrize("activation", ["identity", "sigmoid", "tanh"])
    def test_multiply_the_input_by_the_slope(self, activation: str) -> None:
        """Of whichever activation, at the pre-activation 17."""
        dw, db = values("neuron.gradients", X, W[0], B[0], activation)
        slope = value(f"{activation}.derivative", [17.0])[0]

        assert agree(dw, [slope, -2 * slope, 3 * slope])
        assert agree(db, slope)


class TestNeuronChain:
    """The four factors of a neuron's derivative are g'(z), 1, a row of ones and diag(x)."""

    def test_by_hand(self) -> None:
        """With leaky relu below zero."""
        dadz, dzds, dsdh, dhdw = values("neuron.chain", [2.0, -3.0], [1.0, 1.0], -4.0, "leaky_relu", slope=0.25)

        assert agree(dadz, Fraction(1, 4))
        assert agree(dzds, 1)
        assert agree(dsdh, [1, 1])
        assert agree(dhdw, [[2, 0], [0, -3]])

    @pytest.mark.parametrize("activation", ["identity", "relu", "sigmoid", "tanh"])
    def test_multiply_to_the_gradient(self, activation: str) -> None:
        """In this order they are the derivative with respect to the weights."""
        dadz, dzds, dsdh, dhdw = values("neuron.chain", X, W[0], -16.5, activation)
        dw, _ = values("neuron.gradients", X, W[0], -16.5, activation)

        assert agree(dadz[()] * dzds[()] * (dsdh @ dhdw), dw)


class TestNeuronCost:
    """The cost of a neuron is the squared error of its activations over the batch."""

    @pytest.mark.parametrize(("clause", "form"), forms("neuron.cost"))
    @pytest.mark.parametrize(
        ("squared_error", "cost", "expected"),
        [("half", "mean", 0.625), ("full", "mean", 1.25), ("half", "sum", 1.25), ("full", "sum", 2.5)],
    )
    def test_by_hand(self, clause: str, form: str, squared_error: str, cost: str, expected: float) -> None:
        """Residuals of 1/2 and 3/2: every scaling of 1/4 + 9/4."""
        conventions = {"squared_error": squared_error, "cost": cost}
        given = [[2.0, -1.0]], [2.5, 1.5], [1.0], 0.0, "relu"

        assert agree(value(clause, *given, form=form, conventions=conventions), expected)

    def test_is_not_that_of_the_error_terms(self) -> None:
        """An inactive relu is 0, and its prediction error is -y."""
        assert agree(value("neuron.cost", [[1.0, -1.0]], [3.0, -3.0], [1.0], 0.0, "relu", conventions=ALL), 13)
        assert agree(value("neuron.cost", [[1.0, -1.0]], [3.0, -3.0], [1.0], 0.0, "identity", conventions=ALL), 8)

    def test_is_the_cost_of_a_network_of_one_unit(self) -> None:
        """Sample by sample the squared error of one entry."""
        outputs = [value("neuron.value", sample, W[0], B[0], "tanh") for sample in np.transpose(X_BATCH).tolist()]
        labels = [0.5, -1.0, 0.25, 2.0]
        total = sum((output - label) ** 2 for output, label in zip(outputs, labels, strict=True))

        assert agree(value("neuron.cost", X_BATCH, labels, W[0], B[0], "tanh", conventions=ALL), total)


class TestNeuronCostGradients:
    """The gradients of a neuron's cost sum d_i x_i and d_i over the samples, where d_i = (a_i - y_i) g'(z_i)."""

    @pytest.mark.parametrize(("clause", "form"), forms("neuron.cost_gradients"))
    def test_mask_each_sample_by_itself(self, clause: str, form: str) -> None:
        """One sample of two is active: neither 0 nor the sums over all samples, which are 0 and -2."""
        dw, db = values(clause, [[1.0, -1.0]], [3.0, 1.0], [1.0], 0.0, "relu", form=form)

        assert agree(dw, [-1])
        assert agree(db, -1)

    @pytest.mark.parametrize(("clause", "form"), forms("neuron.cost_gradients"))
    def test_sum_over_the_active_samples(self, clause: str, form: str) -> None:
        """Three samples with the pre-activations 11/10, -9/10 and -1/5, in tenths."""
        batch = [[11.0, -9.0, -2.0], [1.0, 2.0, 3.0]]

        dw, db = values(clause, batch, [4.0, 5.0, 6.0], [1.0, 0.0], 0.0, "relu", form=form)

        assert agree(dw, [Fraction(77, 3), Fraction(7, 3)])
        assert agree(db, Fraction(7, 3))

    def test_do_not_turn_the_sign_of_the_bias(self) -> None:
        """With everything 1 the output is 2, the label 1, and the cost rises with the bias."""
        dw, db = values("neuron.cost_gradients", [[1.0]], [1.0], [1.0], 1.0, "relu")

        assert agree(dw, [1])
        assert agree(db, 1)

    def test_divide_by_the_number_of_all_samples(self) -> None:
        """The mean over the one active sample would be 1."""
        dw, db = values("neuron.cost_gradients", [[1.0, -1.0]], [0.0, 0.0], [1.0], 0.0, "relu")

        assert agree(dw, [Fraction(1, 2)])
        assert agree(db, Fraction(1, 2))

    def test_are_no_mean_of_the_error_terms(self) -> None:
        """Those have the mean 0 here, and the gradient of the bias is -2."""
        _, db = values(
            "neuron.cost_gradients",
            [[1.0, -1.0]],
            [3.0, -3.0],
            [1.0],
            0.0,
            "relu",
            conventions={"squared_error": "full"},
        )

        assert agree(db, -2)

    def test_of_active_samples_are_means_of_errors_times_inputs(self) -> None:
        """Errors of 2 and -1 at (1, 2) and (3, 5)."""
        dw, db = values("neuron.cost_gradients", [[1.0, 3.0], [2.0, 5.0]], [1.0, 4.0], [0.0, 0.0], 3.0, "relu")

        assert agree(dw, [Fraction(-1, 2), Fraction(-1, 2)])
        assert agree(db, Fraction(1, 2))

    def test_are_zero_for_a_dead_unit(self) -> None:
        """No sample is active: exact zeros."""
        dw, db = values("neuron.cost_gradients", X_BATCH, [1.0, 2.0, 3.0, 4.0], W[1], -100.0, "relu")

        assert agree(dw, [0, 0, 0])
        assert agree(db, 0)

    @pytest.mark.parametrize(
        ("squared_error", "cost", "factor"), [("half", "mean", 1), ("full", "mean", 2), ("half", "sum", 4)]
    )
    def test_scale_with_the_cost(self, squared_error: str, cost: str, factor: int) -> None:
        """Twice as large without the half, and for four samples four times as large without the mean."""
        given = X_BATCH, [1.0, 2.0, 3.0, 4.0], W[0], B[0], "leaky_relu"
        conventions = {"squared_error": squared_error, "cost": cost}
        scaled = values("neuron.cost_gradients", *given, slope=0.25, conventions=conventions)
        plain = values("neuron.cost_gradients", *given, slope=0.25)

        assert agree(scaled[0], plain[0] * factor)
        assert agree(scaled[1], plain[1] * factor)
