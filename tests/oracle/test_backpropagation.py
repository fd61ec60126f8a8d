"""Chapter 7: the gradients in other forms, upstream gradients, and the listings."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from gradspec.spec import Network
from tests.oracle.evaluating import agree, ball, forms, network, value, values

FORMS = [
    "backpropagation.four_equations",
    "backpropagation.jacobian_chain",
    "backpropagation.vectorised",
    "backpropagation.rows",
    "upstream.parameter_gradients",
]
"""Every clause that states the gradients of the cost in another way."""

RELU = network(([[1.0, -1.0], [0.5, 2.0]], [0.0, -1.0], "relu"), ([[2.0, -3.0]], [0.5], "identity"))
"""Two inputs, two hidden units, one output."""

X = [[1.0, 0.0, 3.0], [2.0, 1.0, 1.0]]
Y = [[1.0, 0.0, -1.0]]

ERRORS = [Fraction(-11), Fraction(-5, 2), Fraction(-2)]
"""Outputs minus labels; the hidden activations are (0, 7/2), (0, 1) and (2, 5/2)."""

DEEP = network(
    ([[1.0], [2.0]], [0.0, -5.0], "leaky_relu"),
    ([[1.0, 2.0], [3.0, 4.0]], [0.0, 1.0], "relu"),
    ([[5.0, -6.0]], [0.0], "identity"),
)
"""At x = 1: z^1 = (1, -3), a^1 = (1, -3/4), z^2 = (-1/2, 1), a^2 = (0, 1), z^3 = -6."""

CLASSIFIER = network(
    ([[1.0, -1.0], [0.5, 2.0]], [0.0, -1.0], "relu"),
    ([[1.0, 0.0], [0.0, 1.0], [0.5, 0.5]], [0.0, 0.25, 0.0], "softmax"),
    loss="categorical_cross_entropy",
)
CLASSES = [[1.0, 1.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 1.0]]

NETWORKS = {
    "regression": (
        network(
            ([[0.5, -1.0], [1.5, 0.25], [-0.5, 1.0]], [0.5, 0.25, -1.0], "tanh"),
            ([[1.0, 2.0, 0.5], [0.5, -0.5, 1.0]], [0.0, 1.0], "sigmoid"),
        ),
        [[0.5, -1.0, 0.0], [0.25, 1.0, 2.0]],
    ),
    "binary": (
        network(([[0.5, -1.0]], [0.5], "leaky_relu"), ([[2.0]], [0.25], "sigmoid"), loss="binary_cross_entropy"),
        [[1.0, 0.25, 0.0]],
    ),
    "classes": (CLASSIFIER, [[0.5, 1.0, 0.25], [0.25, 0.0, 0.25], [2.0, 0.0, 0.5]]),
    "no hidden layer": (Network(CLASSIFIER.layers[1:], CLASSIFIER.loss), CLASSES),
}
"""Networks of every loss and depth, with labels for three samples."""


class TestForms:
    """Five forms of the gradients of the cost, all of them those of ``network.gradients``."""

    @pytest.mark.parametrize("clause", FORMS)
    @pytest.mark.parametrize(("cost", "divisor"), [("mean", 3), ("sum", 1)])
    def test_by_hand(self, clause: str, cost: str, divisor: int) -> None:
        """Errors times what came in; back through the weights 2 and -3 to the units that were on."""
        dw1, dw2, db1, db2 = values(clause, RELU, X, Y, conventions={"cost": cost})
        first, second, third = (error / divisor for error in ERRORS)

        assert agree(dw2, [[2 * third, first * Fraction(7, 2) + second + third * Fraction(5, 2)]])
        assert agree(db2, [first + second + third])
        assert agree(db1, [2 * third, -3 * (first + second + third)])
        assert agree(dw1, [[6 * third, 2 * third], [-3 * (first + 3 * third), -3 * (2 * first + second + third)]])

    @pytest.mark.parametrize("clause", FORMS)
    @pytest.mark.parametrize("name", NETWORKS)
    @pytest.mark.parametrize("entries", ["sum", "mean"])
    def test_agree_with_the_recursion(self, clause: str, name: str, entries: str) -> None:
        """For every loss, soft labels, labels that do not sum to one, and no hidden layer."""
        given, labels = NETWORKS[name]
        conventions = {"label_sum": "any", "entry_reduction": entries, "squared_error": "full"}
        ours = values(clause, given, X, labels, conventions=conventions)
        theirs = values("network.gradients", given, X, labels, conventions=conventions)

        assert all(agree(one, other) for one, other in zip(ours, theirs, strict=True))

    @pytest.mark.parametrize("clause", FORMS)
    @pytest.mark.parametrize(("convention", "share"), [("0", 0), ("1", 1), ("0.5", 0.5)])
    def test_follow_the_convention_at_a_kink(self, clause: str, convention: str, share: float) -> None:
        """A hidden unit at exactly 0 learns by relu'(0)."""
        _, _, db1, _ = values(clause, RELU, [[1.0], [1.0]], [[0.0]], conventions={"relu_at_zero": convention})

        assert agree(db1, [2 * -4 * share, -3 * -4])


class TestFourEquations:
    """What the four equations need."""

    def test_need_the_full_jacobian_at_a_softmax(self) -> None:
        """At z = (1, 2, 3) with the label of class 1 the diagonal formula has two zeros that are none."""
        logits, label = [1.0, 2.0, 3.0], [1.0, 0.0, 0.0]
        bare = network(([[1.0], [2.0], [3.0]], [0.0, 0.0, 0.0], "softmax"), loss="categorical_cross_entropy")
        _, delta = values("backpropagation.four_equations", bare, [[1.0]], [[entry] for entry in label])
        s = value("softmax.value", logits)
        diagonal = [-1 / s[0] * s[0] * (1 - s[0]), ball(0), ball(0)]

        assert agree(delta, [s[0] - 1, s[1], s[2]])
        assert agree(delta[:1], diagonal[:1])
        assert [round(float(entry.mid()), 4) for entry in delta] == [-0.9100, 0.2447, 0.6652]

    def test_are_averaged_over_the_samples(self) -> None:
        """Deltas 1 and 3 of an identity layer: the derivative of the mean is 2, their sum is 4."""
        plain = network(([[1.0]], [0.0], "identity"))

        _, mean = values("backpropagation.four_equations", plain, [[1.0, 3.0]], [[0.0, 0.0]])
        _, total = values(
            "backpropagation.four_equations", plain, [[1.0, 3.0]], [[0.0, 0.0]], conventions={"cost": "sum"}
        )

        assert agree(mean, [2])
        assert agree(total, [4])


class TestError:
    """The loss of a sample depends on its own pre-activations only."""

    def test_needs_a_softmax_of_each_sample(self) -> None:
        """Over two samples with one logit each, the loss of the second moves with the logit of the first by 1/2."""
        of_second = value("softmax_cross_entropy.delta", [0.0, 0.0], [0.0, 1.0])

        assert agree(of_second, [Fraction(1, 2), Fraction(-1, 2)])


class TestUpstreamGradient:
    """The gradient of the loss with respect to a^l, and to z^L for the last layer."""

    def test_by_hand(self) -> None:
        """All three cases: l = L, l = L - 1, and l = L - 2 with one unit of layer 2 off."""
        gradients = [value("upstream.gradient", DEEP, [1.0], [0.0], layer) for layer in (3, 2, 1)]

        assert agree(gradients[0], [-6])
        assert agree(gradients[1], [-30, 36])
        assert agree(gradients[2], [36 * 3, 36 * 4])

    def test_times_the_derivative_is_the_error(self) -> None:
        """delta^l = d^l * g'(z^l) below the last layer, delta^L = d^L."""
        first, second, third = values("network.deltas", DEEP, [[1.0]], [[0.0]])
        upstream = [value("upstream.gradient", DEEP, [1.0], [0.0], layer) for layer in (1, 2, 3)]

        assert agree(first[:, 0], [upstream[0][0], upstream[0][1] / 4])
        assert agree(second[:, 0], [0, upstream[1][1]])
        assert agree(third[:, 0], upstream[2])

    def test_takes_the_softmax_of_the_logits(self) -> None:
        """(S(W a + b) - y) W before the last layer, where the softmax of a itself would have no shape."""
        label = [0.0, 1.0, 0.0]
        gradient = value("upstream.gradient", CLASSIFIER, [3.0, 1.0], label, 1)
        s = value("softmax.value", [2.0, 2.75, 2.25])
        errors = [own - y for own, y in zip(s, label, strict=True)]

        assert agree(gradient, [errors[0] + errors[2] / 2, errors[1] + errors[2] / 2])

    @pytest.mark.parametrize(("convention", "share"), [("0", 0), ("1", 1), ("0.5", 0.5)])
    def test_follows_the_convention_at_a_kink(self, convention: str, share: float) -> None:
        """A unit of layer 2 at exactly 0."""
        layers = (DEEP.layers[0], network(([[1.0, 2.0], [3.0, 4.0]], [0.5, 1.0], "relu")).layers[0], DEEP.layers[2])
        gradient = value(
            "upstream.gradient",
            Network(layers, DEEP.loss),
            [1.0],
            [0.0],
            1,
            conventions={"relu_at_zero": convention},
        )

        assert agree(gradient, [-30 * share + 36 * 3, -60 * share + 36 * 4])

    def test_knows_no_cost(self) -> None:
        """One sample is its own mean."""
        assert agree(
            value("upstream.gradient", DEEP, [1.0], [0.0], 1, conventions={"cost": "sum"}),
            value("upstream.gradient", DEEP, [1.0], [0.0], 1),
        )


class TestUpstreamParameterGradients:
    """There is no relu in the last layer."""

    def test_of_negative_logits(self) -> None:
        """At z = (-1, -1) an indicator of the positive numbers would leave nothing of (-1/2, 1/2)."""
        bare = network(([[0.0], [0.0]], [-1.0, -1.0], "softmax"), loss="categorical_cross_entropy")
        dw, db = values("upstream.parameter_gradients", bare, [[2.0]], [[1.0], [0.0]])

        assert agree(db, [Fraction(-1, 2), Fraction(1, 2)])
        assert agree(dw, [[-1], [1]])


class TestReluLayerForward:
    """Z = W A + b 1^T and A = max(0, Z)."""

    def test_by_hand(self) -> None:
        """A bias is added to a row, also where there are as many samples as units."""
        z, a = values("listing.relu_layer_forward", [[0.0, 1.0], [0.0, -1.0]], [[1.0, 0.0], [0.0, 30.0]], [10.0, 20.0])

        assert agree(z, [[10, 11], [20, -10]])
        assert agree(a, [[10, 11], [20, 0]])


class TestReluLayerBackward:
    """dA = W_next^T dZ_next, dZ = relu'(Z) * dA, dW = dZ A_prev^T, db = dZ 1."""

    @pytest.mark.parametrize(("convention", "share"), [("0", 0), ("1", 1), ("0.5", Fraction(1, 2))])
    def test_by_hand(self, convention: str, share: Fraction) -> None:
        """Two units and two samples; one pre-activation is 0, one below."""
        da, dz, dw, db = values(
            "listing.relu_layer_backward",
            [[1.0, 2.0]],
            [[3.0, 5.0]],
            [[1.0, 0.0], [-1.0, 2.0]],
            [[7.0, 11.0]],
            conventions={"relu_at_zero": convention},
        )

        assert agree(da, [[3, 5], [6, 10]])
        assert agree(dz, [[3, 5 * share], [0, 10]])
        assert agree(dw, [[21 + 55 * share], [110]])
        assert agree(db, [3 + 5 * share, 10])

    def test_is_a_step_of_the_recursion(self) -> None:
        """From the D of the last layer to the gradients of the first."""
        z, _, a, _ = values("network.trace", RELU, X)
        first, last = values("network.deltas", RELU, X, Y)
        dw1, _, db1, _ = values("network.gradients", RELU, X, Y)
        _, dz, dw, db = values(
            "listing.relu_layer_backward", RELU.layers[1].weights, floats(last), floats(z), np.array(X)
        )

        assert agree(a[0], [0, 0, 2])
        assert close(dz, first)
        assert close(dw, dw1)
        assert close(db, db1)


class TestClassifier:
    """Relu layers with a softmax at the end, and the mean categorical cross-entropy of one-hot labels."""

    def test_forward_is_the_trace(self) -> None:
        """Every pre-activation, then every activation."""
        ours = values("listing.classifier_forward", CLASSIFIER, X)
        theirs = values("network.trace", CLASSIFIER, X)

        assert all(agree(one, other) for one, other in zip(ours, theirs, strict=True))

    @pytest.mark.parametrize(("clause", "form"), forms("listing.classifier_backward"))
    @pytest.mark.parametrize("cost", ["mean", "sum"])
    def test_backward_is_that_of_the_mean(self, clause: str, form: str, cost: str) -> None:
        """Whatever the convention of the cost says."""
        ours = values(clause, CLASSIFIER, X, CLASSES, form=form, conventions={"cost": cost})
        theirs = values("network.gradients", CLASSIFIER, X, CLASSES)

        assert all(agree(one, other) for one, other in zip(ours, theirs, strict=True))

    @pytest.mark.parametrize(("clause", "form"), forms("listing.classifier_backward"))
    def test_backward_without_hidden_layers(self, clause: str, form: str) -> None:
        """(S - y) of each sample, averaged: classes of two samples and of one."""
        bare = Network(CLASSIFIER.layers[1:], CLASSIFIER.loss)
        _, db = values(clause, bare, X, CLASSES, form=form)
        outputs = value("network.forward", bare, X)

        assert agree(
            db, [(sum(row) - sum(map(ball, labels))) / 3 for row, labels in zip(outputs, CLASSES, strict=True)]
        )


def floats(array: object) -> np.ndarray:
    """The middles of balls as float64."""
    balls = np.array(array, dtype=object)
    return np.array([float(each.mid()) for each in balls.reshape(-1)]).reshape(balls.shape)


def close(one: object, other: object) -> bool:
    """Whether two arrays of balls are the same numbers in float64, to ten digits."""
    return bool(np.allclose(floats(one), floats(other), rtol=1e-10, atol=0))
