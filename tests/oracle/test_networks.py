"""Chapter 7: forward values, cost, and the gradients of the cost."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from gradspec.spec import Network
from tests.oracle.evaluating import agree, ball, forms, network, value, values

RELU = network(([[1.0, -1.0], [0.5, 2.0]], [0.0, -1.0], "relu"), ([[2.0, -3.0]], [0.5], "identity"))
"""Two inputs, two hidden units, one output."""

X = [[1.0, 0.0, 3.0], [2.0, 1.0, 1.0]]
Y = [[1.0, 0.0, -1.0]]

SIGMOID = network(([[1.0, 2.0]], [-0.5], "sigmoid"), loss="binary_cross_entropy")
SOFTMAX = network(([[1.0, 0.0], [0.0, 1.0], [0.5, 0.5]], [0.0, 0.0, 0.0], "softmax"), loss="categorical_cross_entropy")

OUTPUTS = [[-10, -2.5, -3]]
"""By hand: the hidden pre-activations are (-1, 3.5), (-1, 1) and (2, 2.5), so that 2 a_1 - 3 a_2 + 1/2 is this."""

ERRORS = [Fraction(-11), Fraction(-5, 2), Fraction(-2)]
"""Outputs minus labels."""


class TestNetworkForward:
    """The output is a^L = g^L(W^L a^(L-1) + b^L)."""

    def test_by_hand(self) -> None:
        """Three samples, a column each."""
        assert agree(value("network.forward", RELU, X), OUTPUTS)

    def test_ends_in_a_softmax_of_each_sample(self) -> None:
        """Columns, not rows, are distributions."""
        output = value("network.forward", SOFTMAX, X)

        assert agree(output.sum(axis=0), [1, 1, 1])
        assert agree(output[:, 0], value("softmax.value", [1.0, 2.0, 1.5]))

    def test_knows_one_sample(self) -> None:
        """A vector instead of a batch gives the output of that sample."""
        assert agree(value("network.forward", RELU, [1.0, 2.0]), [-10])


class TestNetworkCost:
    """The cost is the mean over samples of their losses."""

    @pytest.mark.parametrize(("cost", "divisor"), [("mean", 3), ("sum", 1)])
    @pytest.mark.parametrize(("factor", "scale"), [("half", Fraction(1, 2)), ("full", Fraction(1))])
    def test_by_hand(self, cost: str, divisor: int, factor: str, scale: Fraction) -> None:
        """Squares of the errors -11, -2.5 and -2."""
        total = sum(error * error for error in ERRORS) * scale / divisor

        assert agree(value("network.cost", RELU, X, Y, conventions={"cost": cost, "squared_error": factor}), total)

    def test_takes_the_cross_entropy_of_a_sigmoid(self) -> None:
        """One output a sample: the loss of its logit."""
        losses = [value("sigmoid_cross_entropy.value", [z], [y])[()] for z, y in [(4.5, 1.0), (1.5, 0.0), (4.5, 0.25)]]

        assert agree(value("network.cost", SIGMOID, X, [[1.0, 0.0, 0.25]]), sum(losses) / 3)

    def test_takes_the_cross_entropy_of_a_softmax(self) -> None:
        """And no mean over its classes, whatever entry_reduction says."""
        labels = [[1.0, 0.0, 0.25], [0.0, 1.0, 0.25], [0.0, 0.0, 0.5]]
        losses = [
            value("softmax_cross_entropy.value", [*x, sum(x) / 2], y)[()]
            for x, y in zip(np.transpose(X).tolist(), np.transpose(labels).tolist(), strict=True)
        ]

        assert agree(
            value("network.cost", SOFTMAX, X, labels, conventions={"entry_reduction": "mean"}), sum(losses) / 3
        )


class TestNetworkGradients:
    """dW^l = sum_k delta^l_k (a^(l-1)_k)^T and db^l = sum_k delta^l_k, with 1/N in the last delta."""

    @pytest.mark.parametrize(("clause", "form"), forms("network.gradients"))
    @pytest.mark.parametrize(("cost", "divisor"), [("mean", 3), ("sum", 1)])
    def test_by_hand(self, clause: str, form: str, cost: str, divisor: int) -> None:
        """Errors times what came in; back through the weights 2 and -3 to the units that were on."""
        dw1, dw2, db1, db2 = values(clause, RELU, X, Y, form=form, conventions={"cost": cost})
        first, second, third = ERRORS

        assert agree(
            dw2, [[(2 * third) / divisor, (first * Fraction(7, 2) + second + third * Fraction(5, 2)) / divisor]]
        )
        assert agree(db2, [(first + second + third) / divisor])
        assert agree(db1, [2 * third / divisor, -3 * (first + second + third) / divisor])
        assert agree(
            dw1,
            [
                [2 * third * 3 / divisor, 2 * third / divisor],
                [-3 * (first + 3 * third) / divisor, -3 * (2 * first + second + third) / divisor],
            ],
        )

    @pytest.mark.parametrize(("clause", "form"), forms("network.gradients"))
    def test_of_equal_samples_are_those_of_one(self, clause: str, form: str) -> None:
        """A mean of equal numbers is that number."""
        alone = values(clause, RELU, [[1.0], [2.0]], [[1.0]], form=form)
        often = values(clause, RELU, [[1.0] * 5, [2.0] * 5], [[1.0] * 5], form=form)

        assert all(agree(one, many) for one, many in zip(alone, often, strict=True))

    def test_of_a_sigmoid_output_have_the_fused_delta(self) -> None:
        """(s - y) x for one layer and one sample."""
        dw, db = values("network.gradients", SIGMOID, [[1.0], [2.0]], [[0.25]])
        error = value("sigmoid.value", [4.5])[0] - 0.25

        assert agree(dw, [[error, error * 2]])
        assert agree(db, [error])

    def test_of_a_softmax_output_are_scaled_by_the_sum_of_labels(self) -> None:
        """With label_sum = any, ((sum y) S - y) x."""
        labels = [0.5, 2.0, 0.0]
        _, db = values(
            "network.gradients", SOFTMAX, [[1.0], [2.0]], [[y] for y in labels], conventions={"label_sum": "any"}
        )
        s = value("softmax.value", [1.0, 2.0, 1.5])

        assert agree(db, [own * 2.5 - ball(y) for own, y in zip(s, labels, strict=True)])

    @pytest.mark.parametrize(("clause", "form"), forms("network.gradients"))
    @pytest.mark.parametrize(("convention", "share"), [("0", 0), ("1", 1), ("0.5", 0.5)])
    def test_follow_the_convention_at_a_kink(self, clause: str, form: str, convention: str, share: float) -> None:
        """A hidden unit at exactly 0 learns by relu'(0)."""
        _, _, db1, _ = values(
            clause, RELU, [[1.0], [1.0]], [[0.0]], form=form, conventions={"relu_at_zero": convention}
        )
        error = 2 * 0 - 3 * 1.5 + 0.5

        assert agree(db1, [2 * error * share, -3 * error])

    def test_take_the_slope_of_each_layer(self) -> None:
        """A leaky unit below zero learns by a quarter."""
        leaky = Network((network(([[1.0]], [-3.0], "leaky_relu")).layers[0],), "squared_error")
        dw, db = values("network.gradients", leaky, [[1.0]], [[0.0]])

        assert agree(dw, [[-0.5 * 0.25]])
        assert agree(db, [-0.5 * 0.25])
