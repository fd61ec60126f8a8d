"""Chapter 8: gamma, G, G~ and D, and the Jacobians of a network's output with respect to one layer's parameters."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import prod
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.oracle.evaluating import agree, forms, network, value, values

if TYPE_CHECKING:
    from gradspec.spec import Network

NAMES = ("jacobian", "nested_sum", "path_sum", "full_jacobians", "backpropagated")
WEIGHT, BIAS = (forms(*(f"output.{kind}_{name}" for name in NAMES)) for kind in ("weight", "bias"))
"""Every form of every clause that states one of the two Jacobians."""

BOTH = WEIGHT + BIAS


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

WIDER = network(
    ([[1.0, -2.0], [0.5, 1.0], [1.0, 1.0]], [0.5, -1.0, 0.25], "tanh"),
    ([[1.0, 0.5, -1.0], [-0.5, 2.0, 1.0], [0.0, 1.0, 0.5], [2.0, 0.25, 1.0]], [0.25, -0.5, 0.0, 1.0], "sigmoid"),
)
"""Widths 2, 3, 4."""

RELU = network(([[1.0], [-1.0]], [0.0, 0.0], "relu"), ([[2.0, 3.0]], [0.0], "identity"))
"""Two units of which one is on and one is off, except at 0."""

X = [0.5, -0.25]


def one(activation: str, weight: float) -> Network:
    """A single unit without bias."""
    return network(([[weight]], [0.0], activation))


class TestGamma:
    """Gamma holds the derivatives of the activations of a layer at its pre-activations."""

    def test_by_hand(self) -> None:
        """The derivatives 1, 1/4 and 1 of identity, sigmoid and tanh at 0, 1 and 0 of relu at 1 and -1."""
        of_zero = {"identity": 1, "sigmoid": Fraction(1, 4), "tanh": 1}

        assert all(agree(value("gamma.value", one(name, 0.0), [1.0], 1), [slope]) for name, slope in of_zero.items())
        assert agree(value("gamma.value", RELU, [1.0], 1), [1, 0])

    @pytest.mark.parametrize(("convention", "share"), [("0", 0), ("1", 1), ("0.5", 0.5)])
    def test_follows_the_convention_at_a_kink(self, convention: str, share: float) -> None:
        """At 0 relu has no derivative, and the answer is the value agreed on."""
        assert agree(value("gamma.value", RELU, [0.0], 1, conventions={"relu_at_zero": convention}), [share, share])

    def test_is_taken_at_the_pre_activation(self) -> None:
        """Not at the activation: tanh' at 1 is 1 - tanh(1)^2."""
        tanh = value("tanh.value", [1.0])

        assert agree(value("gamma.value", one("tanh", 1.0), [1.0], 1), 1 - tanh * tanh)


class TestGammaColumns:
    """G has the derivatives of a layer in each of its n_(l-1) columns."""

    def test_of_widths_two_three_four(self) -> None:
        """The last row holds the last derivative."""
        slopes = value("gamma.value", WIDER, X, 1)

        assert agree(value("gamma.columns", WIDER, X, 1), [[slope, slope] for slope in slopes])

    def test_scales_rows(self) -> None:
        """G * X = diag(gamma) X."""
        weights = WIDER.layers[0].weights.astype(object)

        assert agree(
            value("gamma.columns", WIDER, X, 1) * weights, np.diag(value("gamma.value", WIDER, X, 1)) @ weights
        )


class TestGammaRows:
    """G~ has the derivatives of a layer in each of its n_(l+1) rows."""

    def test_of_widths_two_three_four(self) -> None:
        """Four rows of three."""
        slopes = value("gamma.value", WIDER, X, 1)

        assert agree(value("gamma.rows", WIDER, X, 1), [list(slopes)] * 4)

    def test_is_not_the_transpose_of_the_columns(self) -> None:
        """That one has as many rows as the layer has inputs."""
        assert value("gamma.columns", WIDER, X, 1).T.shape == (2, 3)

    def test_scales_columns(self) -> None:
        """X * G~ = X diag(gamma)."""
        weights = WIDER.layers[1].weights.astype(object)

        assert agree(weights * value("gamma.rows", WIDER, X, 1), weights @ np.diag(value("gamma.value", WIDER, X, 1)))


class TestLayerJacobian:
    """The Jacobian of a^l with respect to a^(l-1) is G^l * W^l, at a softmax output J^L W^L."""

    @pytest.mark.parametrize(("clause", "form"), forms("layer.jacobian"))
    def test_by_hand(self, clause: str, form: str) -> None:
        """A unit that is on passes its weights on, one that is off nothing."""
        assert agree(value(clause, RELU, [1.0], 1, form=form), [[1], [0]])
        assert agree(value(clause, RELU, [1.0], 2, form=form), [[2, 3]])

    @pytest.mark.parametrize(("clause", "form"), forms("layer.jacobian"))
    def test_of_a_softmax_is_full(self, clause: str, form: str) -> None:
        """With equal outputs J is 1/4, -1/4, -1/4, 1/4, and the weights 1 and 5 give their difference."""
        softmax = network(([[1.0], [5.0]], [0.0, 0.0], "softmax"), loss="categorical_cross_entropy")

        assert agree(value(clause, softmax, [0.0], 1, form=form), [[-1], [1]])

    @pytest.mark.parametrize(("clause", "form"), forms("layer.jacobian"))
    def test_is_that_of_the_bias_times_the_weights(self, clause: str, form: str) -> None:
        """In the last layer D^L = M^L W^L."""
        weights = DEEP.layers[-1].weights.astype(object)

        assert agree(value(clause, DEEP, X, 3, form=form), value("output.bias_jacobian", DEEP, X, 3) @ weights)


class TestOutputWeightJacobian:
    """The Jacobian is (D^L ... D^(l+2) (D^(l+1) * G~^l)) (x) a^(l-1), and J^L (x) a^(L-1) for l = L."""

    @pytest.mark.parametrize("layer", [1, 2, 3])
    @pytest.mark.parametrize(("clause", "form"), WEIGHT)
    def test_is_that_of_the_bias_times_the_input_of_the_layer(self, clause: str, form: str, layer: int) -> None:
        """Entry (i, p, q) is entry (i, p) times a^(l-1)_q."""
        inputs = value("network.forward", network_up_to(DEEP, layer - 1), X) if layer > 1 else X
        of_bias = value("output.bias_jacobian", DEEP, X, layer)

        assert agree(value(clause, DEEP, X, layer, form=form), of_bias[:, :, None] * np.array(inputs, dtype=object))

    @pytest.mark.parametrize(("clause", "form"), WEIGHT)
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
    @pytest.mark.parametrize(("clause", "form"), BIAS)
    def test_counts_paths_where_all_weights_are_one(self, clause: str, form: str, layer: int) -> None:
        """From unit p of layer l to unit i of layer L there are as many paths as the widths between multiply to."""
        widths = (2, 3, 4, 2, 3)
        paths = prod(widths[layer + 1 : -1])
        expected = np.full((3, widths[layer]), paths) if layer < 4 else np.eye(3, dtype=int)

        assert agree(value(clause, ones(*widths), X, layer, form=form), expected.tolist())

    @pytest.mark.parametrize(("clause", "form"), BIAS)
    def test_of_the_last_layer_is_the_full_jacobian_of_a_softmax(self, clause: str, form: str) -> None:
        """l = L: J^L, with nothing multiplied to it."""
        hidden = value("network.forward", network_up_to(DEEP, 2), X)
        weights = DEEP.layers[2].weights
        z = [float((weights[row] @ hidden + DEEP.layers[2].bias[row]).mid()) for row in range(4)]
        nearby = value("softmax.jacobian", z)
        difference = value(clause, DEEP, X, 3, form=form) - nearby

        assert all(abs(entry).upper() < 1e-15 for entry in difference.reshape(-1))

    @pytest.mark.parametrize(("clause", "form"), BIAS)
    def test_of_the_last_but_one_layer_has_no_leading_product(self, clause: str, form: str) -> None:
        """l = L - 1: D^L * G~^(L-1), which is J^L W^L with columns scaled by gamma."""
        of_output = value("output.bias_jacobian", DEEP, X, 3)
        hidden = value("network.forward", network_up_to(DEEP, 2), X)
        expected = of_output @ DEEP.layers[2].weights.astype(object) * (hidden * (1 - hidden))

        assert agree(value(clause, DEEP, X, 2, form=form), expected)


class TestForms:
    """Matrix form, recursions, nested sums, sums over paths and backward passes are one quantity."""

    @pytest.mark.parametrize("layer", [1, 2, 3])
    @pytest.mark.parametrize(("clause", "form"), BOTH)
    def test_agree(self, clause: str, form: str, layer: int) -> None:
        """Each with the recursion, for every layer."""
        whole = "output.weight_jacobian" if (clause, form) in WEIGHT else "output.bias_jacobian"

        assert agree(value(clause, DEEP, X, layer, form=form), value(whole, DEEP, X, layer))

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


class TestHypotheses:
    """What the printed formulas leave out is needed."""

    @pytest.mark.parametrize(("clause", "form"), WEIGHT)
    def test_in_the_last_layer_no_factor_is_empty(self, clause: str, form: str) -> None:
        """A sigmoid at 0 has the derivative 1/4, not 1."""
        assert agree(value(clause, one("sigmoid", 0.0), [1.0], 1, form=form), [[[Fraction(1, 4)]]])

    @pytest.mark.parametrize(("clause", "form"), WEIGHT)
    def test_the_recursion_of_the_nested_sum_ends_before_the_last_layer(self, clause: str, form: str) -> None:
        """The derivative of w is 1, where the weights of the last layer held fixed give 0."""
        assert agree(value(clause, one("identity", 3.0), [1.0], 1, form=form), [[[1]]])

    @pytest.mark.parametrize(("clause", "form"), BIAS)
    def test_in_the_last_layer_but_one_the_leading_product_is_empty(self, clause: str, form: str) -> None:
        """The derivative of 2 (x + b) is 2, where a factor D^L too many gives 4."""
        two = network(([[1.0]], [0.0], "identity"), ([[2.0]], [0.0], "identity"))

        assert agree(value(clause, two, [1.0], 1, form=form), [[2]])

    @pytest.mark.parametrize(("clause", "form"), BIAS)
    def test_the_output_index_is_not_summed(self, clause: str, form: str) -> None:
        """The derivatives of b and 2 b are 1 and 2, where a sum over the outputs gives 3."""
        wide = network(([[1.0]], [0.0], "identity"), ([[1.0], [2.0]], [0.0, 0.0], "identity"))

        assert agree(value(clause, wide, [1.0], 1, form=form), [[1], [2]])

    @pytest.mark.parametrize(("clause", "form"), BIAS)
    def test_the_jacobian_of_a_softmax_is_not_diagonal(self, clause: str, form: str) -> None:
        """Columns of derivatives of numbers that sum to one sum to zero."""
        softmax = network(([[0.0], [0.0]], [0.0, 0.0], "softmax"), loss="categorical_cross_entropy")
        quarter = Fraction(1, 4)

        assert agree(value(clause, softmax, [1.0], 1, form=form), [[quarter, -quarter], [-quarter, quarter]])

    @pytest.mark.parametrize(("clause", "form"), BIAS)
    @pytest.mark.parametrize(("convention", "share"), [("0", 0), ("1", 1), ("0.5", 0.5)])
    def test_at_a_kink_a_derivative_that_exists_may_be_missed(
        self, clause: str, form: str, convention: str, share: float
    ) -> None:
        """relu(b) - relu(-b) = b has the derivative 1 at 0, and the formulas give 2 relu'(0)."""
        line = network(
            ([[1.0]], [0.0], "identity"),
            ([[1.0], [-1.0]], [0.0, 0.0], "relu"),
            ([[1.0, -1.0]], [0.0], "identity"),
        )

        answer = value(clause, line, [0.0], 1, form=form, conventions={"relu_at_zero": convention})

        assert agree(answer, [[2 * share]])

    def test_shared_weights_have_the_sum_of_both_arrays(self) -> None:
        """The derivative of w w x is 2 w x: each layer alone has half of it."""
        shared = network(([[3.0]], [0.0], "identity"), ([[3.0]], [0.0], "identity"))

        assert all(agree(value("output.weight_jacobian", shared, [5.0], layer), [[[15]]]) for layer in (1, 2))


class TestPathCount:
    """From unit p of layer l to output i there are n_(l+1) ... n_(L-1) paths."""

    @pytest.mark.parametrize("layer", [1, 2, 3])
    @pytest.mark.parametrize(("clause", "form"), WEIGHT)
    def test_is_what_weights_of_one_give(self, clause: str, form: str, layer: int) -> None:
        """Each entry is the number of paths times the input of the layer."""
        widths = (1, 2, 3, 2, 3)
        paths = prod(widths[layer + 1 : -1])
        inputs = [1, 1, 2, 6][layer - 1]

        expected = np.full((3, widths[layer], widths[layer - 1]), paths * inputs)

        assert agree(value(clause, ones(*widths), [1.0], layer, form=form), expected.tolist())


class TestExamples:
    """The three examples of the source have these values and shapes."""

    FIVE = network(
        ([[1.0], [0.5]], [0.5, -1.0], "tanh"),
        ([[1.0, 0.5], [-0.5, 2.0], [1.0, -1.0]], [0.25, -0.5, 0.0], "sigmoid"),
        ([[1.0, -1.0, 0.5], [2.0, 0.5, -0.5]], [0.0, 0.5], "tanh"),
        ([[1.0, 0.5], [1.0, -1.0], [-0.5, 0.25]], [0.0, 0.25, 1.0], "sigmoid"),
        ([[0.5, 1.0, -1.0], [1.0, 1.0, 0.5], [0.25, -0.5, 1.0], [0.0, 1.0, -2.0]], [0.0, 0.0, 0.5, 1.0], "tanh"),
    )
    """Widths 1, 2, 3, 2, 3, 4."""

    def test_of_five_layers(self) -> None:
        """L = 5 and l = 3: one sum, over the units of layer 4, and the shapes [n_5, n_3, n_2] and [n_5, n_3]."""
        gammas = [value("gamma.value", self.FIVE, [0.5], layer) for layer in range(1, 6)]
        weights = [layer.weights.astype(object) for layer in self.FIVE.layers]
        a = value("network.forward", network_up_to(self.FIVE, 2), [0.5])
        of_bias = np.empty((4, 2), dtype=object)
        for i, p in np.ndindex(4, 2):
            inner = sum(weights[4][i, v] * gammas[3][v] * weights[3][v, p] for v in range(3))
            of_bias[i, p] = gammas[4][i] * inner * gammas[2][p]

        assert agree(value("output.bias_jacobian", self.FIVE, [0.5], 3), of_bias)
        assert agree(value("output.weight_jacobian", self.FIVE, [0.5], 3), of_bias[:, :, None] * a)

    def test_of_the_second_of_two_layers(self) -> None:
        """L = 2 and l = 2: gamma_i delta_ip a_q, of shape [n_2, n_2, n_1]."""
        gamma = value("gamma.value", WIDER, X, 2)
        a = value("network.forward", network_up_to(WIDER, 1), X)
        of_bias = np.array([[gamma[i] if i == p else 0 for p in range(4)] for i in range(4)], dtype=object)

        assert agree(value("output.bias_jacobian", WIDER, X, 2), of_bias)
        assert agree(value("output.weight_jacobian", WIDER, X, 2), of_bias[:, :, None] * a)

    def test_of_the_first_of_two_layers(self) -> None:
        """L = 2 and l = 1: gamma_i W_ip gamma_p a_q, of shape [n_2, n_1, n_0]."""
        first, second = (value("gamma.value", WIDER, X, layer) for layer in (1, 2))
        of_bias = second[:, None] * WIDER.layers[1].weights.astype(object) * first

        assert agree(value("output.bias_jacobian", WIDER, X, 1), of_bias)
        assert agree(
            value("output.weight_jacobian", WIDER, X, 1), of_bias[:, :, None] * np.array([0.5, -0.25], dtype=object)
        )


class TestIndexNotation:
    """A delta contracts its sum; sums over repeated indices give wrong shapes."""

    FACTORS = np.arange(1.0, 5), np.arange(12.0).reshape(4, 3), np.arange(1.0, 4), np.arange(1.0, 3)
    """Gamma^2, W^2, gamma^1 and a^0 for the widths 2, 3, 4."""

    def test_a_delta_contracts_its_sum(self) -> None:
        """Only the term whose index is p is left."""
        f = np.array([3, 5, 7])

        assert all(sum(int(v == p) * f[v] for v in range(3)) == f[p] for p in range(3))

    def test_two_readings_lose_the_axis_of_the_outputs(self) -> None:
        """With the deltas kept and with the deltas contracted."""
        of_output, weights, slopes, a = self.FACTORS

        kept = np.einsum("i,ij,j,jp,kq,k", of_output, weights, slopes, np.eye(3), np.eye(2), a)
        contracted = np.einsum("i,ip,p,q", of_output, weights, slopes, a)

        assert (kept.shape, contracted.shape) == ((3, 2), (2,))

    def test_two_readings_are_right(self) -> None:
        """With diagonal matrices, and with the free indices declared."""
        of_output, weights, slopes, a = self.FACTORS
        expected = np.empty((4, 3, 2))
        for i, p, q in product(range(4), range(3), range(2)):
            expected[i, p, q] = of_output[i] * weights[i, p] * slopes[p] * a[q]

        diagonal = np.einsum("hi,ij,jp,q", np.diag(of_output), weights, np.diag(slopes), a)
        declared = np.einsum("i,ip,p,q->ipq", of_output, weights, slopes, a)

        assert diagonal.shape == declared.shape == (4, 3, 2)
        assert np.array_equal(diagonal, expected)
        assert np.array_equal(declared, expected)


class TestAggregation:
    """The sum over the outputs of u_i times the derivatives of a^L_i is the vector-Jacobian product."""

    UPSTREAM = (1.0, -2.0, 0.5, 3.0)

    def test_is_the_product_of_backpropagation(self) -> None:
        """With respect to the input, to all weights and to all biases."""
        upstream = list(self.UPSTREAM)
        pairs = zip(
            values("output.aggregation", DEEP, X, upstream), values("network.vjp", DEEP, X, upstream), strict=True
        )

        assert all(agree(summed, backpropagated) for summed, backpropagated in pairs)

    @pytest.mark.parametrize("layer", [1, 2, 3])
    def test_is_a_delta_times_the_input_of_the_layer(self, layer: int) -> None:
        """delta^l (a^(l-1))^T with delta^l = (M^l)^T u."""
        _, *arrays = values("output.aggregation", DEEP, X, list(self.UPSTREAM))
        inputs = value("network.forward", network_up_to(DEEP, layer - 1), X) if layer > 1 else X
        delta = value("output.bias_jacobian", DEEP, X, layer).T @ np.array(self.UPSTREAM, dtype=object)

        assert agree(arrays[layer - 1], np.multiply.outer(delta, np.array(inputs, dtype=object)))
        assert agree(arrays[layer + 2], delta)

    def test_contracts_the_first_axis(self) -> None:
        """numpy.dot takes the last axis but one, and is silent where the two have one length."""
        u, tensor = np.array([1.0, 2.0]), np.array([[[1.0], [2.0]], [[3.0], [4.0]]])

        assert np.tensordot(u, tensor, 1).tolist() == [[7.0], [10.0]]
        assert np.dot(u, tensor).tolist() == [[5.0], [11.0]]


def network_up_to(whole: Network, layer: int) -> Network:
    """The first ``layer`` layers as a network of their own."""
    return type(whole)(whole.layers[:layer], "squared_error")
