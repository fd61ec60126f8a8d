"""Chapter 6: a dense layer with and without its activation, its gradients, and the recursion of delta."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from tests.oracle.evaluating import agree, forms, value, values

X = [1.0, -2.0, 3.0]
W = [[1.0, 0.0, 2.0], [-1.0, 0.5, 0.25]]
B = [10.0, -4.0]
DELTA = [2.0, -4.0]

X_BATCH = [[1.0, 0.0, 2.0, 1.0], [-2.0, 1.0, 0.0, 1.0], [3.0, 0.0, -1.0, 1.0]]
DELTA_BATCH = [[2.0, 0.0, 1.0, -1.0], [-4.0, 8.0, 0.0, 4.0]]


class TestDenseValue:
    """A dense layer is W x + b."""

    def test_by_hand(self) -> None:
        """Two units of three inputs."""
        assert agree(value("dense.value", X, W, B), [17, -5.25])

    def test_survives_cancellation(self) -> None:
        """At 200 bits the 1 between 2^100 and -2^100 is still there."""
        assert agree(value("dense.value", [2.0**100, 1.0, -(2.0**100)], [[1.0, 1.0, 1.0]], [0.0]), [1])


class TestDenseJacobianX:
    """The Jacobian of a dense layer with respect to its input is W."""

    def test_is_w(self) -> None:
        """Shape (m, n), not its transpose."""
        assert agree(value("dense.jacobian_x", X, W, B), W)


class TestDenseJacobianWeights:
    """The derivative of z_i with respect to W_pq is delta_ip x_q."""

    def test_by_hand(self) -> None:
        """Unit i sees its own row of W alone."""
        none = [0, 0, 0]

        assert agree(value("dense.jacobian_weights", X, W, B), [[X, none], [none, X]])


class TestDenseJacobianBias:
    """The Jacobian of a dense layer with respect to its bias is the identity."""

    def test_is_the_identity(self) -> None:
        """Shape (m, m)."""
        assert agree(value("dense.jacobian_bias", X, W, B), [[1, 0], [0, 1]])


class TestDenseGradients:
    """The vector-Jacobian products are W^T delta, delta x^T and delta."""

    def test_by_hand(self) -> None:
        """Rows of dW belong to units."""
        dx, dw, db = values("dense.gradients", X, W, B, DELTA)

        assert agree(dx, [6, -2, 3])
        assert agree(dw, [[2, -4, 6], [-4, 8, -12]])
        assert agree(db, DELTA)

    def test_contract_the_jacobians(self) -> None:
        """They are the Jacobians of the other clauses, contracted with delta."""
        dx, dw, db = values("dense.gradients", X, W, B, DELTA)
        contracted = [
            np.tensordot(np.array(DELTA, dtype=object), value(f"dense.jacobian_{name}", X, W, B), 1)
            for name in ("x", "weights", "bias")
        ]

        assert agree(dx, contracted[0])
        assert agree(dw, contracted[1])
        assert agree(db, contracted[2])


class TestNeuronBias:
    """Every neuron has one bias of its own."""

    def test_a_shared_one_has_the_sum_for_its_gradient(self) -> None:
        """Of the gradients of the biases, which are delta."""
        _, _, db = values("dense.gradients", X, W, B, DELTA)
        column = [[1.0], [1.0]]
        shared, _, _ = values("dense.gradients", [0.5], column, [0.0, 0.0], DELTA)

        assert agree(shared, [sum(db)])


class TestDenseBatch:
    """A batch through a dense layer is W X + b 1^T."""

    def test_has_a_column_a_sample(self) -> None:
        """Each column is the layer at that sample."""
        batch = value("dense.batch", X_BATCH, W, B)

        for index, sample in enumerate(np.transpose(X_BATCH)):
            assert agree(batch[:, index], value("dense.value", sample.tolist(), W, B))


class TestDenseBatchGradients:
    """For a batch they are W^T D, D X^T and D 1."""

    def test_are_sums_over_samples(self) -> None:
        """Of the gradients of each sample, but for dX, which has a column for each."""
        dx, dw, db = values("dense.batch_gradients", X_BATCH, W, B, DELTA_BATCH)
        pairs = zip(np.transpose(X_BATCH).tolist(), np.transpose(DELTA_BATCH).tolist(), strict=True)
        single = [values("dense.gradients", sample, W, B, delta) for sample, delta in pairs]

        assert agree(dx, np.stack([each[0] for each in single], axis=1))
        assert agree(dw, sum(each[1] for each in single))
        assert agree(db, sum(each[2] for each in single))


class TestBackpropagationDelta:
    """The delta of a hidden layer is (W_next^T delta_next) * g'(z)."""

    def test_by_hand(self) -> None:
        """With relu, units below zero send nothing back."""
        assert agree(value("backpropagation.delta", W, DELTA, [1.0, -1.0, 2.0], "relu"), [6, 0, 3])

    @pytest.mark.parametrize(("convention", "expected"), [("0", 0), ("1", 6), ("0.5", 3)])
    def test_follows_the_convention_at_a_kink(self, convention: str, expected: float) -> None:
        """A unit at exactly 0 sends back what relu'(0) lets through."""
        delta = value(
            "backpropagation.delta", W, DELTA, [0.0, 1.0, 1.0], "relu", conventions={"relu_at_zero": convention}
        )

        assert agree(delta, [expected, -2, 3])

    def test_takes_the_slope_of_leaky_relu(self) -> None:
        """Below zero a quarter comes back."""
        assert agree(
            value("backpropagation.delta", W, DELTA, [-1.0, 1.0, -1.0], "leaky_relu", slope=0.25), [1.5, -2, 0.75]
        )

    @pytest.mark.parametrize("activation", ["identity", "sigmoid", "tanh"])
    def test_multiplies_by_the_derivative(self, activation: str) -> None:
        """Of whichever activation the layer has."""
        slopes = value(f"{activation}.derivative", X)

        assert agree(
            value("backpropagation.delta", W, DELTA, X, activation), [6 * slopes[0], -2 * slopes[1], 3 * slopes[2]]
        )


class TestLayerValue:
    """A layer with its activation is g(W x + b), entry by entry."""

    @pytest.mark.parametrize("activation", ["identity", "relu", "sigmoid", "tanh"])
    def test_is_a_row_of_neurons(self, activation: str) -> None:
        """Each with its row of W and its entry of b."""
        units = [value("neuron.value", X, row, own, activation)[()] for row, own in zip(W, B, strict=True)]

        assert agree(value("layer.value", X, W, B, activation), units)

    def test_is_not_transposed(self) -> None:
        """W x is (1, 3) where W^T x would be (1, 2)."""
        assert agree(value("layer.value", [1.0, 0.0], [[1.0, 2.0], [3.0, 4.0]], [0.0, 0.0], "relu"), [1, 3])


class TestLayerGradients:
    """The vjps of a layer with its activation are W^T d, d x^T and d, where d = upstream * g'(W x + b)."""

    @pytest.mark.parametrize(("clause", "form"), forms("layer.gradients"))
    def test_by_hand(self, clause: str, form: str) -> None:
        """With leaky relu, whose second unit is below zero."""
        dx, dw, db = values(clause, X, W, B, "leaky_relu", DELTA, form=form, slope=0.25)

        assert agree(dx, [3, -0.5, 3.75])
        assert agree(dw, [[2, -4, 6], [-1, 2, -3]])
        assert agree(db, [2, -1])

    @pytest.mark.parametrize("activation", ["identity", "relu", "sigmoid", "tanh"])
    def test_are_those_of_the_dense_layer_behind_the_activation(self, activation: str) -> None:
        """An upstream gradient goes through the activation, and then through the layer."""
        z = value("dense.value", X, W, B)
        delta = value(f"{activation}.derivative", [17.0, -5.25]) * np.array(DELTA, dtype=object)
        ours = values("layer.gradients", X, W, B, activation, DELTA)

        assert agree(z, [17, -5.25])
        assert agree(ours[0], np.array(W, dtype=object).T @ delta)
        assert agree(ours[1], np.multiply.outer(delta, np.array(X, dtype=object)))
        assert agree(ours[2], delta)

    def test_of_a_constant_are_zero(self) -> None:
        """A function with the value 7 has the gradient 0, and 7 stands nowhere."""
        dx, dw, db = values("layer.gradients", [2.0], [[0.5]], [0.0], "relu", [0.0])

        assert [agree(dx, [0]), agree(dw, [[0]]), agree(db, [0])] == [True] * 3

    def test_pass_a_relu_at_one(self) -> None:
        """The indicator excludes zero, not the number of an entry."""
        dx, _, _ = values("layer.gradients", [1.0], [[1.0]], [0.0], "relu", [1.0])

        assert agree(dx, [1])

    @pytest.mark.parametrize(("convention", "expected"), [("0", 0), ("1", 1), ("0.5", Fraction(1, 2))])
    @pytest.mark.parametrize(("clause", "form"), forms("layer.gradients"))
    def test_follow_the_convention_at_a_kink(self, clause: str, form: str, convention: str, expected: Fraction) -> None:
        """At a pre-activation of exactly 0."""
        given = [1.0], [[1.0]], [-1.0], "relu", [1.0]
        dx, dw, db = values(clause, *given, form=form, conventions={"relu_at_zero": convention})

        assert [agree(dx, [expected]), agree(dw, [[expected]]), agree(db, [expected])] == [True] * 3


class TestAffineComposition:
    """Two layers without activation are the affine map of W2 W1 and W2 b1 + b2."""

    def test_by_hand(self) -> None:
        """Through one unit: a matrix without an inverse, so that the identity is out of reach."""
        product, offset = values("affine.composition", [[3.0, -2.0]], [1.0], [[5.0], [7.0]], [0.5, -0.5])

        assert agree(product, [[15, -10], [21, -14]])
        assert agree(offset, [5.5, 6.5])
        assert agree(product[0, 0] * product[1, 1], product[0, 1] * product[1, 0])

    def test_is_both_layers(self) -> None:
        """At a point."""
        second, last = [[1.0, 2.0], [0.5, -1.0], [3.0, 0.0]], [1.0, -1.0, 0.25]
        composed, offset = values("affine.composition", W, B, second, last)
        between = value("dense.value", X, W, B)

        assert agree(between, [17, -5.25])
        assert agree(composed @ np.array(X, dtype=object) + offset, value("dense.value", [17.0, -5.25], second, last))

    def test_of_sigmoids_is_none(self) -> None:
        """With an activation between, the value in the middle is not the mean of the values at the ends."""
        ends = [value("neuron.value", [x], [1.0], 0.0, "tanh") for x in (0.0, 2.0)]

        assert not agree(value("neuron.value", [1.0], [1.0], 0.0, "tanh"), sum(ends) / 2)
