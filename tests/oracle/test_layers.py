"""Chapter 6: a dense layer, its Jacobians and vector-Jacobian products, and the recursion of delta."""

from __future__ import annotations

import numpy as np
import pytest

from tests.oracle.evaluating import agree, value, values

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
