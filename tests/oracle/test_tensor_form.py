"""Chapter 8: the Jacobians of a network's output with respect to the parameters of one layer."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.oracle.evaluating import agree, forms, network, value, values

if TYPE_CHECKING:
    from gradspec.spec import Network

BOTH = forms("output.weight_jacobian", "output.bias_jacobian")


def ones(*widths: int) -> Network:
    """A linear network in which every weight is 1 and every bias 0."""
    pairs = zip(widths[1:], widths, strict=False)
    return network(*((np.ones((rows, columns)).tolist(), [0.0] * rows, "identity") for rows, columns in pairs))


DEEP = network(
    ([[1.0, -2.0], [0.5, 1.0], [1.0, 1.0]], [0.5, -1.0, 0.25], "tanh"),
    ([[1.0, 0.5, -1.0], [-0.5, 2.0, 1.0]], [0.25, -0.5], "sigmoid"),
    ([[1.0, -1.0], [2.0, 0.5], [0.0, 1.0], [1.0, 1.0]], [0.0, 0.5, 1.0, -1.0], "softmax"),
    loss="categorical_cross_entropy",
)
"""Widths 2, 3, 2, 4."""

X = [0.5, -0.25]


class TestOutputWeightJacobian:
    """The Jacobian is (D^L ... D^(l+2) (D^(l+1) * G~^l)) (x) a^(l-1), and J^L (x) a^(L-1) for l = L."""

    @pytest.mark.parametrize("layer", [1, 2, 3])
    @pytest.mark.parametrize(("clause", "form"), forms("output.weight_jacobian"))
    def test_is_that_of_the_bias_times_the_input_of_the_layer(self, clause: str, form: str, layer: int) -> None:
        """Entry (i, p, q) is entry (i, p) times a^(l-1)_q."""
        inputs = value("network.forward", network_up_to(DEEP, layer - 1), X) if layer > 1 else X
        of_bias = value("output.bias_jacobian", DEEP, X, layer)

        assert agree(value(clause, DEEP, X, layer, form=form), of_bias[:, :, None] * np.array(inputs, dtype=object))

    @pytest.mark.parametrize(("clause", "form"), forms("output.weight_jacobian"))
    def test_of_the_last_layer_is_diagonal_at_an_elementwise_output(self, clause: str, form: str) -> None:
        """Output i sees row i of the last weights alone."""
        linear = ones(2, 3)

        assert agree(
            value(clause, linear, X, 1, form=form),
            [[X if i == p else [0, 0] for p in range(3)] for i in range(3)],
        )


class TestOutputBiasJacobian:
    """The same without the factor a^(l-1)."""

    @pytest.mark.parametrize("layer", [1, 2, 3, 4])
    @pytest.mark.parametrize(("clause", "form"), forms("output.bias_jacobian"))
    def test_counts_paths_where_all_weights_are_one(self, clause: str, form: str, layer: int) -> None:
        """From unit p of layer l to unit i of layer L there are as many paths as the widths between multiply to."""
        widths = (2, 3, 4, 2, 3)
        paths = prod(widths[layer + 1 : -1])
        expected = np.full((3, widths[layer]), paths) if layer < 4 else np.eye(3, dtype=int)

        assert agree(value(clause, ones(*widths), X, layer, form=form), expected.tolist())

    @pytest.mark.parametrize(("clause", "form"), forms("output.bias_jacobian"))
    def test_of_the_last_layer_is_the_full_jacobian_of_a_softmax(self, clause: str, form: str) -> None:
        """l = L: J^L, with nothing multiplied to it."""
        hidden = value("network.forward", network_up_to(DEEP, 2), X)
        weights = DEEP.layers[2].weights
        z = [float((weights[row] @ hidden + DEEP.layers[2].bias[row]).mid()) for row in range(4)]
        nearby = value("softmax.jacobian", z)
        difference = value(clause, DEEP, X, 3, form=form) - nearby

        assert all(abs(entry).upper() < 1e-15 for entry in difference.reshape(-1))

    @pytest.mark.parametrize(("clause", "form"), forms("output.bias_jacobian"))
    def test_of_the_last_but_one_layer_has_no_leading_product(self, clause: str, form: str) -> None:
        """l = L - 1: D^L * G~^(L-1), which is J^L W^L with columns scaled by gamma."""
        of_output = value("output.bias_jacobian", DEEP, X, 3)
        hidden = value("network.forward", network_up_to(DEEP, 2), X)
        expected = of_output @ DEEP.layers[2].weights.astype(object) * (hidden * (1 - hidden))

        assert agree(value(clause, DEEP, X, 2, form=form), expected)


class TestForms:
    """Matrix form, recursion, forward accumulation and the sum over paths are one quantity."""

    @pytest.mark.parametrize("layer", [1, 2, 3])
    @pytest.mark.parametrize(("clause", "form"), BOTH)
    def test_agree(self, clause: str, form: str, layer: int) -> None:
        """Each with the recursion, for every layer."""
        assert agree(value(clause, DEEP, X, layer, form=form), value(clause, DEEP, X, layer))

    @pytest.mark.parametrize(("clause", "form"), BOTH)
    @pytest.mark.parametrize(("convention", "share"), [("0", 0), ("1", 1), ("0.5", 0.5)])
    def test_follow_the_convention_at_a_kink(self, clause: str, form: str, convention: str, share: float) -> None:
        """A hidden unit at exactly 0 passes on relu'(0)."""
        kinked = network(([[1.0], [1.0]], [-1.0, 0.0], "relu"), ([[2.0, 3.0]], [0.0], "identity"))
        jacobian = value(clause, kinked, [1.0], 1, form=form, conventions={"relu_at_zero": convention})

        assert agree(jacobian.reshape(1, 2), [[2 * share, 3]])

    @pytest.mark.parametrize("layer", [1, 2, 3])
    def test_give_the_gradient_of_the_cost(self, layer: int) -> None:
        """Contracted with the gradient of the loss, they are what backpropagation finds."""
        labels = [0.25, 0.25, 0.5, 0.0]
        output = value("network.forward", DEEP, X)
        of_loss = [-label / entry for label, entry in zip(labels, output, strict=True)]
        batch = [[number] for number in X]
        gradients = values("network.gradients", DEEP, batch, [[label] for label in labels])

        for clause, gradient in (
            ("output.weight_jacobian", gradients[layer - 1]),
            ("output.bias_jacobian", gradients[layer + 2]),
        ):
            assert agree(np.tensordot(np.array(of_loss), value(clause, DEEP, X, layer), 1), gradient)


def network_up_to(whole: Network, layer: int) -> Network:
    """The first ``layer`` layers as a network of their own."""
    return type(whole)(whole.layers[:layer], "squared_error")
