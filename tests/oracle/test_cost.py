"""Chapter 9, its first half: the cost as a composed map of the stack of all outputs, and its derivative."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from gradspec.spec import Layer, Network
from tests.oracle.evaluating import agree, ball, forms, network, value, values

if TYPE_CHECKING:
    from gradspec.oracle.arithmetic import Array

A = [[1.0, 2.0, 3.0], [10.0, 20.0, 30.0]]
"""Three samples with two entries each."""

O = [[0.5, 0.25, 0.75], [0.25, 0.5, 0.125]]  # noqa: E741 - the letter of the text
Y = [[1.0, 0.0, 0.5], [0.0, 1.0, 0.5]]
WEIGHTS = [2.0, -3.0, 0.5]

LOSSES = ["squared_error", "binary_cross_entropy", "categorical_cross_entropy"]

MEAN, FULL = {"entry_reduction": "mean"}, {"squared_error": "full"}

CLASSIFIER = network(
    ([[1.0, -2.0], [0.5, 1.0], [1.0, 1.0]], [0.5, -1.0, 0.25], "tanh"),
    ([[1.0, 0.5, -1.0], [-0.5, 2.0, 1.0]], [0.25, -0.5], "sigmoid"),
    ([[1.0, -1.0], [2.0, 0.5], [0.0, 1.0], [1.0, 1.0]], [0.0, 0.5, 1.0, -1.0], "softmax"),
    loss="categorical_cross_entropy",
)
"""Widths 2, 3, 2, 4."""

BINARY = network(
    ([[1.0, -2.0], [0.5, 1.0], [1.0, 1.0]], [0.5, -1.0, 0.25], "leaky_relu"),
    ([[1.0, 0.5, -1.0], [-0.5, 2.0, 1.0]], [0.25, -0.5], "sigmoid"),
    loss="binary_cross_entropy",
)
"""Widths 2, 3, 2."""

X = [[0.5, -1.0, 0.25], [-0.25, 0.75, 1.0]]
ONE_HOT = [[1.0, 0.0, 0.0], [0.0, 0.0, 0.5], [0.0, 1.0, 0.5], [0.0, 0.0, 0.0]]
BITS = [[1.0, 0.0, 0.25], [0.0, 1.0, 0.5]]

NETWORKS = [(CLASSIFIER, ONE_HOT, 3), (BINARY, BITS, 2)]
"""Networks, labels of three samples, and how many layers there are."""

EVERY_LAYER = [(each, labels, layer) for each, labels, depth in NETWORKS for layer in range(1, depth + 1)]

COSTS = {"cost.weight_derivative": 0, "cost.bias_derivative": 1}
"""The derivatives of the cost, and which part of the gradients of a network they are."""


def losses(name: str, options: dict[str, str] | None = None) -> list[Any]:
    """The loss of each sample of O and Y."""
    pairs = zip(np.array(O).T.tolist(), np.array(Y).T.tolist(), strict=True)
    return [value(f"{name}.value", *pair, conventions=options)[()] for pair in pairs]


class TestStackValue:
    """The stack of a batch has all entries of sample 1 first, then of sample 2."""

    def test_by_hand(self) -> None:
        """Column after column."""
        assert agree(value("stack.value", A), [1, 10, 2, 20, 3, 30])

    def test_is_what_the_projections_put_together(self) -> None:
        """The stack of all pi_k(A) is A."""
        parts = [value("projection.value", A, sample) for sample in (1, 2, 3)]

        assert agree(np.concatenate(parts), value("stack.value", A))


class TestProjectionValue:
    """The projection pi_k takes block k of the stack, the sample k."""

    @pytest.mark.parametrize("sample", [1, 2, 3])
    def test_is_the_sample(self, sample: int) -> None:
        """Samples are numbered from 1."""
        assert agree(value("projection.value", A, sample), np.array(A)[:, sample - 1])


class TestProjectionJacobian:
    """The Jacobian of pi_k is [0 | ... | I | ... | 0] with I as block k."""

    def test_by_hand(self) -> None:
        """The second of three blocks of two."""
        assert agree(value("projection.jacobian", A, 2), [[0, 0, 1, 0, 0, 0], [0, 0, 0, 1, 0, 0]])

    @pytest.mark.parametrize("sample", [1, 2, 3])
    def test_times_the_stack_is_the_projection(self, sample: int) -> None:
        """A linear map is its own derivative."""
        jacobian = value("projection.jacobian", A, sample)

        assert agree(jacobian @ value("stack.value", A), value("projection.value", A, sample))


class TestLossesJacobian:
    """The Jacobian of the losses has in row k the gradient of loss k as block k, and 0 elsewhere."""

    def test_by_hand(self) -> None:
        """Differences in blocks."""
        expected = [
            [-0.5, 0.25, 0, 0, 0, 0],
            [0, 0, 0.25, -0.5, 0, 0],
            [0, 0, 0, 0, 0.25, -0.375],
        ]

        assert agree(value("losses.jacobian", "squared_error", O, Y), expected)

    @pytest.mark.parametrize("name", LOSSES)
    @pytest.mark.parametrize("options", [{}, MEAN, FULL])
    def test_has_the_gradients_in_its_blocks(self, name: str, options: dict[str, str]) -> None:
        """Each at its own prediction and its own target; every other entry is an exact zero."""
        jacobian = value("losses.jacobian", name, O, Y, conventions=options)
        blocks = jacobian.reshape(3, 3, 2)

        for k, r in product(range(3), range(3)):
            own = value(f"{name}.gradient", np.array(O)[:, k], np.array(Y)[:, k], conventions=options)
            assert agree(blocks[k, r], own if k == r else [0, 0])

    def test_a_block_may_vanish_too(self) -> None:
        """At a perfect prediction the gradient of the squared error is 0, and so is the whole row."""
        jacobian = value("losses.jacobian", "squared_error", [[1.0, 2.0]], [[1.0, 0.0]])

        assert agree(jacobian, [[0, 0], [0, 2]])

    def test_every_sample_has_its_own_target(self) -> None:
        """With one target for both samples the derivative of the mean would be another."""
        outputs, targets, mean = [[0.9, 0.1]], [[1.0, 0.0]], [0.5, 0.5]
        exact = [Fraction(0.9) - 1, Fraction(0.1)]
        row = value("cost.row", mean, "squared_error", outputs, targets)

        assert agree(row, [each / 2 for each in exact])
        assert not agree(row, value("cost.row", mean, "squared_error", outputs, [[1.0, 1.0]]))


class TestCostRow:
    """The derivative of phi(l_1, ..., l_N) with respect to the stack has block k equal to d_k phi times grad l_k."""

    @pytest.mark.parametrize(("clause", "form"), forms("cost.row"))
    @pytest.mark.parametrize("name", LOSSES)
    @pytest.mark.parametrize("options", [{}, MEAN, FULL])
    def test_is_the_row_times_the_jacobian(self, clause: str, form: str, name: str, options: dict[str, str]) -> None:
        """By every form, of every loss, however it is scaled."""
        row = value(clause, WEIGHTS, name, O, Y, form=form, conventions=options)
        jacobian = value("losses.jacobian", name, O, Y, conventions=options)

        assert agree(row, np.array(WEIGHTS, dtype=object) @ jacobian)

    @pytest.mark.parametrize(("clause", "form"), forms("cost.row"))
    def test_of_the_mean_by_hand(self, clause: str, form: str) -> None:
        """With the weights 1/N it is the gradient of each sample over N."""
        row = value(clause, [0.25] * 4, "squared_error", [[1.0, 2.0, 3.0, 4.0]], [[0.0] * 4], form=form)

        assert agree(row, [0.25, 0.5, 0.75, 1])

    @pytest.mark.parametrize("name", LOSSES)
    def test_of_a_function_that_is_not_linear(self, name: str) -> None:
        """Half of the sum of the squares of the losses has the losses for its gradient, and its rise is theirs."""
        step = 2.0**-40
        changed = [[0.5, 0.25 + step, 0.75], O[1]]
        found = [float(loss) for loss in losses(name)]
        row = value("cost.row", found, name, O, Y)
        second = np.array(changed)[:, 1], np.array(Y)[:, 1]
        risen = value(f"{name}.value", *second)[()]
        rise = (risen * risen - losses(name)[1] ** 2) / 2

        assert abs(float(rise) / step - float(row[2])) < 1e-9 * (1 + abs(float(row[2])))

    def test_of_a_function_that_is_not_linear_by_hand(self) -> None:
        """l^2/2 of half of a square: the derivative of (o - y)^4 / 8 is (o - y)^3 / 2."""
        row = value("cost.row", [4.5, 2.0], "squared_error", [[3.0, -2.0]], [[0.0, 0.0]])

        assert agree(row, [13.5, -4])

    @pytest.mark.parametrize(("clause", "form"), forms("cost.row"))
    def test_weight_zero_leaves_a_sample_out(self, clause: str, form: str) -> None:
        """Its block is 0."""
        row = value(clause, [1.0, 0.0, 1.0], "binary_cross_entropy", O, Y, form=form)

        assert agree(row[2:4], [0, 0])


class TestStackedJacobians:
    """The Jacobian of the stack of outputs with respect to a layer is that of each sample, one below the other."""

    @pytest.mark.parametrize("layer", [1, 2, 3])
    @pytest.mark.parametrize("part", ["weight", "bias"])
    def test_are_those_of_the_samples(self, part: str, layer: int) -> None:
        """Block k is the Jacobian at sample k."""
        stacked = value(f"stacked.{part}_jacobian", CLASSIFIER, X, layer)

        for k, sample in enumerate(np.array(X).T):
            alone = value(f"output.{part}_jacobian", CLASSIFIER, sample, layer)
            assert agree(stacked[4 * k : 4 * k + 4], alone)

    def test_are_in_general_not_one_outer_product(self) -> None:
        """Two samples through one linear unit: a minor that vanishes in an outer product is 1."""
        unit = network(([[1.0, 1.0]], [0.0], "identity"))
        stacked = value("stacked.weight_jacobian", unit, [[1.0, 0.0], [0.0, 1.0]], 1)
        minor = stacked[0, 0, 0] * stacked[1, 0, 1] - stacked[0, 0, 1] * stacked[1, 0, 0]

        assert agree(stacked, [[[1, 0]], [[0, 1]]])
        assert agree(minor, 1)

    def test_have_a_row_for_each_output_of_each_sample(self) -> None:
        """Shapes with three samples, four outputs, and the widths 2, 3, 2."""
        assert value("stacked.weight_jacobian", CLASSIFIER, X, 2).shape == (12, 2, 3)
        assert value("stacked.bias_jacobian", CLASSIFIER, X, 2).shape == (12, 2)


class TestCostDerivatives:
    """The derivative of the cost is sum_r (D_A C)_r (D A)_r..., over the axis of the stack."""

    @pytest.mark.parametrize(("clause", "form"), forms(*COSTS))
    @pytest.mark.parametrize(("net", "labels", "layer"), EVERY_LAYER)
    def test_are_what_backpropagation_finds(
        self, clause: str, form: str, net: Network, labels: list[list[float]], layer: int
    ) -> None:
        """Every form, for every layer, under the mean and under the sum."""
        for cost in ("mean", "sum"):
            options = {"cost": cost, "entry_reduction": "mean"}
            gradients = values("network.gradients", net, X, labels, conventions=options)
            expected = gradients[layer - 1 + COSTS[clause] * len(net.layers)]

            assert agree(value(clause, net, X, labels, layer, form=form, conventions=options), expected)

    @pytest.mark.parametrize(("clause", "form"), forms(*COSTS))
    def test_by_hand(self, clause: str, form: str) -> None:
        """One linear unit, two samples, half of the mean square: errors 1 and -2."""
        unit = network(([[1.0, 2.0]], [0.5], "identity"))
        found = value(clause, unit, [[1.0, 0.0], [0.0, 1.0]], [[0.5, 4.5]], 1, form=form)

        assert agree(found, [[0.5, -1]] if clause == "cost.weight_derivative" else [-0.5])

    @pytest.mark.parametrize("layer", [1, 2, 3])
    def test_are_composed_of_the_clauses_before(self, layer: int) -> None:
        """The row of the cost, with the weights 1/4, contracted with the stack of the Jacobians."""
        x, labels = [[*row, 1.0] for row in X], [[*row, 0.25] for row in ONE_HOT]
        output = value("network.forward", CLASSIFIER, x)
        gradients = [-np.array(labels, dtype=object)[:, k] / output[:, k] for k in range(4)]
        row = np.concatenate(gradients) * ball(Fraction(1, 4))

        for part in ("weight", "bias"):
            stacked = value(f"stacked.{part}_jacobian", CLASSIFIER, x, layer)
            found = value(f"cost.{part}_derivative", CLASSIFIER, x, labels, layer)
            assert agree(found, np.tensordot(row, stacked, 1))

    @pytest.mark.parametrize(("clause", "form"), forms(*COSTS))
    @pytest.mark.parametrize(("convention", "share"), [("0", 0), ("1", 1), ("0.5", 0.5)])
    def test_follow_the_convention_at_a_kink(self, clause: str, form: str, convention: str, share: float) -> None:
        """A hidden unit at exactly 0 for one of two samples passes on relu'(0) there."""
        kinked = network(([[1.0]], [-1.0], "relu"), ([[2.0]], [0.0], "identity"))
        options = {"relu_at_zero": convention, "cost": "sum"}
        found = value(clause, kinked, [[1.0, 3.0]], [[-1.0, 3.0]], 1, form=form, conventions=options)
        of_the_first, of_the_second = 2 * share, 2  # the errors are both 1

        assert agree(found.reshape(()), of_the_first + of_the_second * (3 if "weight" in clause else 1))

    def test_of_parts_of_a_batch_are_weighed_by_their_sizes(self) -> None:
        """The cost of three samples is two thirds of that of two, and one third of that of the third."""
        whole, parts = derivatives([0, 1, 2]), (derivatives([0, 1]), derivatives([2]))

        assert agree(whole, (parts[0] * 2 + parts[1]) / 3)
        assert not agree(whole, (parts[0] + parts[1]) / 2)


def derivatives(samples: list[int]) -> Array:
    """The derivative of the mean cost of some of the samples with respect to the weights of the first layer."""
    x, labels = (np.array(each)[:, samples] for each in (X, ONE_HOT))
    return value("cost.weight_derivative", CLASSIFIER, x, labels, 1)


class TestComposition:
    """The cost is phi of the losses of the blocks of the stack of outputs."""

    @pytest.mark.parametrize(("net", "labels", "depth"), NETWORKS)
    def test_with_the_mean_is_the_cost_of_a_network(self, net: Network, labels: list[list[float]], depth: int) -> None:
        """The losses at the outputs of each sample, added and divided by their number."""
        output = value("network.forward", net, X)
        total = 0
        for k in range(3):
            prediction, label = output[:, k], np.array(labels, dtype=object)[:, k]
            pairs = zip(prediction, label, strict=True)
            is_binary = net.loss == "binary_cross_entropy"
            total = total + sum(loss_term(own, other, is_binary=is_binary) for own, other in pairs)

        assert depth == len(net.layers)
        assert agree(total / 3, value("network.cost", net, X, labels)[()])

    def test_order_and_repetition_count(self) -> None:
        """The outputs 0, 0, 3 with targets 0 have the mean square 3; the set {0, 3} has 9/2."""
        identity = Network((Layer(np.eye(1), np.zeros(1), "identity", None),), "squared_error")

        def mean_square(outputs: list[float]) -> Any:
            zeros = [[0.0] * len(outputs)]
            return value("network.cost", identity, [outputs], zeros, conventions=FULL)[()]

        assert agree(mean_square([0.0, 0.0, 3.0]), 3)
        assert agree(mean_square([0.0, 3.0]), 4.5)

    def test_the_losses_are_no_metrics(self) -> None:
        """Half of the square breaks the triangle inequality; a cross-entropy of y with itself is not 0."""
        way = [value("squared_error.value", [0.0], [end])[()] for end in (2.0, 1.0)]
        own = value("categorical_cross_entropy.value", [0.5, 0.5], [0.5, 0.5])[()]

        assert agree(way, [2, 0.5])
        assert float(own) > 0.69


def loss_term(prediction: Any, label: Any, *, is_binary: bool) -> Any:
    """One entry of a cross-entropy."""
    term = -label * prediction.log() if label else ball(0)
    return term - (1 - label) * (1 - prediction).log() if is_binary and label != 1 else term
