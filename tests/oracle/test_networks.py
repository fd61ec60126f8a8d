"""Chapter 7: forward values, cost, the gradients of the cost and the vector-Jacobian products of the output."""

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


class TestNetworkTrace:
    """The trace is z^l and a^l of every layer."""

    def test_by_hand(self) -> None:
        """Pre-activations of both layers, then activations of both."""
        z1, z2, a1, a2 = values("network.trace", RELU, X)

        assert agree(z1, [[-1, -1, 2], [3.5, 1, 2.5]])
        assert agree(a1, [[0, 0, 2], [3.5, 1, 2.5]])
        assert agree(z2, OUTPUTS)
        assert agree(a2, OUTPUTS)

    def test_ends_in_the_output(self) -> None:
        """The last activation is the value of the network, whatever its last activation."""
        *_, logits, output = values("network.trace", SOFTMAX, X)

        assert agree(output, value("network.forward", SOFTMAX, X))
        assert agree(output, value("softmax.batch", logits))


class TestDownstreamValue:
    """The first layer is fed the sample, every other one the activation of the layer before it."""

    def test_by_hand(self) -> None:
        """An empty composition is the identity."""
        assert agree(value("downstream.value", RELU, [3.0, 1.0], 1), [3, 1])
        assert agree(value("downstream.value", RELU, [3.0, 1.0], 2), [2, 2.5])

    def test_goes_with_the_layer_to_the_next(self) -> None:
        """What the last layer is fed is what the network without it returns."""
        first = Network(RELU.layers[:1], RELU.loss)

        assert agree(value("downstream.value", RELU, [1.0, 2.0], 2), value("network.forward", first, [1.0, 2.0]))


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

    def test_of_units_that_begin_alike_are_alike(self) -> None:
        """Two units with equal weights in and out are never told apart by descent."""
        twins = network(([[0.5, 0.25], [0.5, 0.25]], [0.125, 0.125], "tanh"), ([[1.5, 1.5]], [0.0], "sigmoid"))
        dw1, dw2, db1, _ = values("network.gradients", twins, X, Y)

        assert agree(dw1[0], dw1[1])
        assert agree(dw2[:, 0], dw2[:, 1])
        assert agree(db1[0], db1[1])


class TestNetworkDeltas:
    """D^l is the gradient of the cost with respect to the pre-activations of layer l."""

    @pytest.mark.parametrize(("clause", "form"), forms("network.deltas"))
    @pytest.mark.parametrize(("cost", "divisor"), [("mean", 3), ("sum", 1)])
    def test_by_hand(self, clause: str, form: str, cost: str, divisor: int) -> None:
        """Errors, and back through the weights 2 and -3 to the units that were on."""
        first, last = values(clause, RELU, X, Y, form=form, conventions={"cost": cost})
        on = [0, 0, 1]

        assert agree(last, [[error / divisor for error in ERRORS]])
        assert agree(
            first,
            [
                [2 * error * share / divisor for error, share in zip(ERRORS, on, strict=True)],
                [-3 * error / divisor for error in ERRORS],
            ],
        )

    @pytest.mark.parametrize(("clause", "form"), forms("network.deltas"))
    def test_are_those_of_the_losses_over_their_number(self, clause: str, form: str) -> None:
        """Delta = N dZ: with z = (2, 4) and labels 0 the deltas are (2, 4), and dZ is (1, 2)."""
        plain = network(([[1.0]], [0.0], "identity"))
        samples, labels = [[2.0, 4.0]], [[0.0, 0.0]]

        assert agree(value(clause, plain, samples, labels, form=form), [[1, 2]])
        assert agree(value(clause, plain, samples, labels, form=form, conventions={"cost": "sum"}), [[2, 4]])

    def test_of_one_sample_are_those_of_its_loss(self) -> None:
        """For N = 1 the two are one."""
        alone = [
            values("network.deltas", RELU, [[1.0], [2.0]], [[1.0]], conventions={"cost": c}) for c in ("mean", "sum")
        ]

        assert all(agree(mean, total) for mean, total in zip(*alone, strict=True))

    def test_take_the_derivative_of_their_own_layer(self) -> None:
        """An identity before a relu has slope 1 at -1, where the relu has none."""
        chain = network(([[1.0]], [0.0], "identity"), ([[-1.0]], [0.0], "relu"))
        first, last = values("network.deltas", chain, [[-1.0]], [[0.0]])

        assert agree(last, [[1]])
        assert agree(first, [[-1]])

    @pytest.mark.parametrize(("convention", "share"), [("0", 0), ("1", 1), ("0.5", 0.5)])
    def test_follow_the_convention_at_a_kink(self, convention: str, share: float) -> None:
        """A hidden unit at exactly 0."""
        first, _ = values("network.deltas", RELU, [[1.0], [1.0]], [[0.0]], conventions={"relu_at_zero": convention})

        assert agree(first, [[2 * -4 * share], [-3 * -4]])


class TestNetworkInputGradient:
    """dX = (W^1)^T D^1."""

    @pytest.mark.parametrize(("clause", "form"), forms("network.input_gradient"))
    @pytest.mark.parametrize(("cost", "divisor"), [("mean", 3), ("sum", 1)])
    def test_by_hand(self, clause: str, form: str, cost: str, divisor: int) -> None:
        """The weights of the first layer are (1, -1) and (1/2, 2)."""
        expected: list[list[Fraction]] = [[], []]
        for error, share in zip(ERRORS, [0, 0, 1], strict=True):
            one, two = 2 * error * share / divisor, -3 * error / divisor
            expected[0].append(one + two / 2)
            expected[1].append(-one + 2 * two)

        assert agree(value(clause, RELU, X, Y, form=form, conventions={"cost": cost}), expected)

    def test_of_a_single_layer_has_no_derivative_of_the_input(self) -> None:
        """(s - y) w for a sigmoid of w x + b."""
        error = value("sigmoid.value", [4.5])[0] - 0.25

        assert agree(value("network.input_gradient", SIGMOID, [[1.0], [2.0]], [[0.25]]), [[error], [error * 2]])


class TestNetworkVjp:
    """The products of u with the Jacobians of the output by the input and every parameter."""

    def test_by_hand(self) -> None:
        """One sample, and the upstream gradient 2."""
        dx, dw1, dw2, db1, db2 = values("network.vjp", RELU, [1.0, 2.0], [2.0])

        assert agree(db2, [2])
        assert agree(dw2, [[0, 7]])
        assert agree(db1, [0, -6])
        assert agree(dw1, [[0, 0], [-6, -12]])
        assert agree(dx, [-3, -12])

    def test_takes_the_full_jacobian_of_a_softmax(self) -> None:
        """J^T u, not diag(s (1 - s)) u."""
        upstream = [0.5, -1.0, 2.0]
        _, _, db = values("network.vjp", SOFTMAX, [1.0, 2.0], upstream)

        assert agree(db, value("softmax.vjp", [1.0, 2.0, 1.5], upstream))

    def test_with_the_gradient_of_the_loss_is_the_gradient(self) -> None:
        """u = o - y for the half squared error of one sample."""
        of_output = values("network.vjp", RELU, [1.0, 2.0], [-11.0])
        of_cost = values("network.gradients", RELU, [[1.0], [2.0]], [[1.0]])

        assert all(agree(one, other) for one, other in zip(of_output[1:], of_cost, strict=True))
        assert agree(of_output[0], value("network.input_gradient", RELU, [[1.0], [2.0]], [[1.0]])[:, 0])

    def test_is_a_row_of_the_jacobians(self) -> None:
        """With a unit vector for u."""
        deep = network(
            ([[0.5, -1.0], [1.5, 0.25]], [0.5, 0.25], "tanh"), ([[1.0, 2.0], [0.5, -0.5]], [0.0, 1.0], "sigmoid")
        )
        _, dw1, dw2, db1, db2 = values("network.vjp", deep, [1.0, 2.0], [0.0, 1.0])

        for layer, (dw, db) in enumerate([(dw1, db1), (dw2, db2)], start=1):
            assert agree(dw, value("output.weight_jacobian", deep, [1.0, 2.0], layer)[1])
            assert agree(db, value("output.bias_jacobian", deep, [1.0, 2.0], layer)[1])
