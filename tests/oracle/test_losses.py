"""Chapter 5: losses, their gradients, and the deltas of the three output layers."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tests.oracle.evaluating import agree, ball, enclosed, forms, network, value, values

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

O = [0.5, 0.25, 0.125]  # noqa: E741 - the letter of the text
Z = [1.0, -0.5, 2.0]
ONE_HOT = [0.0, 1.0, 0.0]
SOFT = [0.25, 0.5, 0.25]
UNNORMALISED = [0.25, 2.0, 0.5]

MEAN = {"entry_reduction": "mean"}
ANY = {"label_sum": "any"}


@pytest.fixture
def sympy() -> Any:
    """Computer algebra, where it is installed."""
    return pytest.importorskip("sympy", reason="sympy is a witness of its own, and keeps mpmath below 1.4")


def derived(
    sympy: Any, loss: Callable[[Sequence[Any], Sequence[Any]], Any], z: list[float], y: list[float]
) -> list[Any]:
    """The gradient of ``loss`` with respect to its first argument, by computer algebra, as balls."""
    symbols = sympy.symbols(f"z:{len(z)}")
    at = dict(zip(symbols, map(sympy.Rational, z), strict=True))
    expression = loss(symbols, [sympy.Rational(label) for label in y])
    return [enclosed(sympy.diff(expression, symbol).evalf(80, subs=at)) for symbol in symbols]


class TestSquaredErrorValue:
    """The squared error is 1/2 sum (o - y)^2."""

    @pytest.mark.parametrize(
        ("factor", "reduction", "expected"),
        [("half", "sum", 2.5), ("full", "sum", 5), ("half", "mean", 1.25), ("full", "mean", 2.5)],
    )
    def test_has_the_factor_and_reduction_of_its_conventions(
        self, factor: str, reduction: str, expected: float
    ) -> None:
        """Of the errors 1 and -2: half or whole, sum or mean."""
        conventions = {"squared_error": factor, "entry_reduction": reduction}

        assert agree(value("squared_error.value", [3.0, 1.0], [2.0, 3.0], conventions=conventions), expected)


class TestSquaredErrorGradient:
    """The gradient of the squared error is o - y."""

    def test_is_the_difference(self) -> None:
        """With the half, the 2 of the derivative cancels."""
        assert agree(value("squared_error.gradient", [3.0, 1.0], [2.0, 3.0]), [1, -2])

    def test_is_twice_the_difference_without_the_half(self) -> None:
        """With the mean over three entries, 2/3 of it."""
        conventions = MEAN | {"squared_error": "full"}
        gradient = value("squared_error.gradient", Z, ONE_HOT, conventions=conventions)

        assert agree(gradient, [Fraction(2, 3), -1, Fraction(4, 3)])


class TestSquaredErrorDelta:
    """At an identity output the delta is the gradient at o = z."""

    def test_is_the_gradient(self) -> None:
        """The identity has the derivative 1."""
        assert agree(value("squared_error.delta", Z, ONE_HOT), value("squared_error.gradient", Z, ONE_HOT))


class TestRootMeanSquareErrorValue:
    """The root mean square error is the root of the mean of the squares."""

    @pytest.mark.parametrize(("clause", "form"), forms("root_mean_square_error.value"))
    def test_by_hand(self, clause: str, form: str) -> None:
        """Of the errors 3, 1, 2 it is sqrt(14/3); of one error it is its magnitude."""
        assert agree(value(clause, [3.0, 1.0, 2.0], [0.0, 0.0, 4.0], form=form), ball(Fraction(14, 3)).sqrt())
        assert agree(value(clause, [1.0], [4.0], form=form), 3)

    @pytest.mark.parametrize(("clause", "form"), forms("root_mean_square_error.value"))
    def test_of_a_perfect_prediction_is_zero(self, clause: str, form: str) -> None:
        """In every form."""
        assert agree(value(clause, O, O, form=form), 0)

    @pytest.mark.parametrize(("clause", "form"), forms("root_mean_square_error.value"))
    def test_is_the_root_of_twice_the_halved_mean(self, clause: str, form: str) -> None:
        """R = sqrt(2 L), whatever the conventions of L are elsewhere."""
        mean = value("squared_error.value", Z, SOFT, conventions=MEAN)[()]

        assert agree(value(clause, Z, SOFT, form=form), (2 * mean).sqrt())
        assert agree(value(clause, Z, SOFT, form=form, conventions=MEAN), (2 * mean).sqrt())


class TestRootMeanSquareErrorGradient:
    """The gradient of the root mean square error r is (o - y) / (m r)."""

    @pytest.mark.parametrize(("clause", "form"), forms("root_mean_square_error.gradient"))
    def test_by_hand(self, clause: str, form: str) -> None:
        """Of the errors 3, -4, 12, 0: r = 13 / 2, and the gradient is the errors over 26."""
        errors = [3.0, -4.0, 12.0, 0.0]
        expected = [Fraction(int(error), 26) for error in errors]

        assert agree(value(clause, errors, [0.0] * 4, form=form), expected)

    @pytest.mark.parametrize(("clause", "form"), forms("root_mean_square_error.gradient"))
    def test_does_not_see_the_size_of_the_error(self, clause: str, form: str) -> None:
        """Its length is 1 / sqrt(m)."""
        near = value(clause, [2.0**-60, 0.0, -(2.0**-60)], [0.0] * 3, form=form)
        far = value(clause, [2.0**60, 0.0, -(2.0**60)], [0.0] * 3, form=form)

        assert agree(near, far)
        assert agree(sum(near * near), Fraction(1, 3))

    @pytest.mark.parametrize(("clause", "form"), forms("root_mean_square_error.gradient"))
    def test_is_that_of_the_halved_mean_over_the_error(self, clause: str, form: str) -> None:
        """Not by a constant, so that the two are trained with different steps."""
        of_mean = value("squared_error.gradient", Z, SOFT, conventions=MEAN)

        assert agree(value(clause, Z, SOFT, form=form), of_mean / value("root_mean_square_error.value", Z, SOFT)[()])


SCALINGS = [
    (factor, cost, entries) for factor in ("half", "full") for cost in ("mean", "sum") for entries in ("sum", "mean")
]
"""The conventions that scale the squared error of a batch."""


class TestLossScaling:
    """Every scaling of the squared error is a multiple of every other, and so are its gradients."""

    NETWORK = network(([[1.0, -2.0], [0.5, 0.25], [-1.0, 3.0]], [0.5, 0.0, -1.0], "identity"))
    X = np.array([[1.0, -1.0, 0.5, 2.0], [0.25, 1.0, -2.0, 0.0]])
    Y = np.array([[1.0, 0.0, 2.0, 0.5], [0.0, 1.0, -1.0, 0.0], [2.0, 0.25, 0.0, 1.0]])

    @pytest.mark.parametrize("scaling", SCALINGS, ids="-".join)
    def test_is_a_factor(self, scaling: tuple[str, str, str]) -> None:
        """lambda is 1/2 or 1, times 1/N or 1, times 1/m or 1: here N = 4 and m = 3."""
        names = ("squared_error", "cost", "entry_reduction")
        chosen, plain = (dict(zip(names, each, strict=True)) for each in (scaling, ("full", "sum", "sum")))
        half, mean, entry_mean = (
            chosen[name] == which for name, which in zip(names, ("half", "mean", "mean"), strict=True)
        )
        factor = Fraction(1, (2 if half else 1) * (4 if mean else 1) * (3 if entry_mean else 1))
        of_plain, of_chosen = (
            [
                value("network.cost", self.NETWORK, self.X, self.Y, conventions=each)[()],
                *(array.sum() for array in values("network.gradients", self.NETWORK, self.X, self.Y, conventions=each)),
            ]
            for each in (plain, chosen)
        )

        assert agree(of_chosen, [number * ball(factor) for number in of_plain])

    def test_of_one_error(self) -> None:
        """The error 3 costs 9/2 or 9, with the delta 3 or 6; for the errors 3, 1, 2 halved sum and mean differ."""
        full_mean = MEAN | {"squared_error": "full"}

        assert agree(value("squared_error.value", [3.0], [0.0]), 4.5)
        assert agree(value("squared_error.value", [3.0], [0.0], conventions=full_mean), 9)
        assert agree(value("squared_error.delta", [3.0, 1.0, 2.0], [0.0] * 3), [3, 1, 2])
        assert agree(
            value("squared_error.delta", [3.0, 1.0, 2.0], [0.0] * 3, conventions=full_mean),
            [2, Fraction(2, 3), Fraction(4, 3)],
        )


class TestLossFunction:
    """A loss is no metric, and grows with the magnitude of the error, not with the error."""

    def test_breaks_the_triangle_inequality(self) -> None:
        """Half the squared error of 0 and 2 exceeds what it is by way of 1."""
        whole, first, second = (
            value("squared_error.value", [o], [y])[()] for o, y in ((0.0, 2.0), (0.0, 1.0), (1.0, 2.0))
        )

        assert whole > first + second

    def test_of_a_label_with_itself_need_not_vanish(self) -> None:
        """The categorical cross-entropy of (1/2, 1/2) with itself is log 2, and it is not symmetric."""
        even, skew = [0.5, 0.5], [0.25, 0.75]

        assert agree(value("categorical_cross_entropy.value", even, even), ball(2).log())
        assert not agree(
            value("categorical_cross_entropy.value", even, skew), value("categorical_cross_entropy.value", skew, even)
        )

    def test_falls_as_a_negative_error_grows(self) -> None:
        """For the label 1 the prediction 1/2 costs 0.693 and 0.9 costs 0.105."""
        costs = [value("categorical_cross_entropy.value", [o], [1.0])[()] for o in (0.5, 0.9)]

        assert [round(float(cost), 3) for cost in costs] == [0.693, 0.105]

    def test_falls_beyond_a_soft_categorical_label(self) -> None:
        """The term of a label between 0 and 1 does not grow with the error."""
        at_label, beyond = (
            value("categorical_cross_entropy.value", [o, 0.5], [0.5, 0.5], conventions=ANY)[()] for o in (0.5, 0.75)
        )

        assert beyond < at_label

    @pytest.mark.parametrize("label", [0.0, 0.25, 1.0])
    def test_binary_cross_entropy_grows_on_both_sides(self, label: float) -> None:
        """Soft labels included."""
        costs = [value("binary_cross_entropy.value", [o], [label])[()] for o in (0.0625, 0.125, 0.25, 0.5, 0.75)]
        nearest = min(range(5), key=lambda index: abs((0.0625, 0.125, 0.25, 0.5, 0.75)[index] - label))

        assert all(costs[index] > costs[index + 1] for index in range(nearest))
        assert all(costs[index] < costs[index + 1] for index in range(nearest, 4))


class TestLossConfidence:
    """The delta of a sigmoid output with cross-entropy is below 1, and near 1 where it is confident and wrong."""

    def test_the_small_factor_cancels(self) -> None:
        """For y = 1 and z = -20: -0.999999998 at a loss of 20, where the squared error has -2.06e-9."""
        (delta,) = value("sigmoid_cross_entropy.delta", [-20.0], [1.0])
        (slope,) = value("sigmoid.derivative", [-20.0])

        assert -1 < delta < -0.999999997
        assert abs(value("sigmoid_cross_entropy.value", [-20.0], [1.0])[()] - 20) < 1e-8
        assert -2.07e-9 < delta * slope < -2.06e-9

    @pytest.mark.parametrize("z", [-30.0, -1.0, 0.0, 1.0, 30.0])
    def test_is_bounded(self, z: float) -> None:
        """max(z, 0) < loss <= max(z, 0) + log 2 for the label 0, and the slope lies between 0 and 1."""
        loss, (delta,) = (
            value("sigmoid_cross_entropy.value", [z], [0.0])[()],
            value("sigmoid_cross_entropy.delta", [z], [0.0]),
        )

        assert max(z, 0) < loss
        assert not loss > max(z, 0) + ball(2).log()
        assert 0 < delta < 1

    def test_of_the_squared_error_is_at_most_four_27ths(self) -> None:
        """o^2 (1 - o) is greatest at o = 2/3."""
        slopes = [o * o * (1 - o) for o in (Fraction(index, 96) for index in range(97))]

        assert max(slopes) == Fraction(4, 27)

    def test_the_sign_of_a_step_depends_on_the_input(self) -> None:
        """With a = -0.5 and w = 0.1 a prediction that is too small lowers the weight."""
        (o,) = value("sigmoid.value", [-0.05])
        (delta,) = value("sigmoid_cross_entropy.delta", [-0.05], [1.0])

        assert o < 1
        assert 0.2562 < delta * ball("-0.5") < 0.2563

    def test_deltas_of_a_softmax_sum_to_zero(self) -> None:
        """Each lies between -1 and 1."""
        delta = value("softmax_cross_entropy.delta", [1.0, 2.0, 0.5], ONE_HOT)

        assert all(-1 < number < 1 for number in delta)
        assert agree(sum(delta), 0)

    def test_labels_that_do_not_sum_to_one(self) -> None:
        """For y = (1, 1, 0), S - y is (-0.7688, -0.3715, 0.1402) and the delta is (-0.5376, 0.2571, 0.2805)."""
        labels = [1.0, 1.0, 0.0]
        delta = value("softmax_cross_entropy.delta", [1.0, 2.0, 0.5], labels, conventions=ANY)
        printed = value("softmax.value", [1.0, 2.0, 0.5]) - np.array(labels)

        assert [round(float(number), 4) for number in delta] == [-0.5376, 0.2571, 0.2805]
        assert [round(float(number), 4) for number in printed] == [-0.7688, -0.3715, 0.1402]
        assert agree(value("softmax_cross_entropy.delta", [1.0, 2.0, 0.5], [0.0] * 3, conventions=ANY), [0, 0, 0])


class TestBinaryCrossEntropyValue:
    """The binary cross-entropy is -sum (y log o + (1 - y) log(1 - o))."""

    @pytest.mark.parametrize(("clause", "form"), forms("binary_cross_entropy.value"))
    @pytest.mark.parametrize("label", [0.0, 0.375, 1.0])
    def test_of_even_odds_is_log_2(self, clause: str, form: str, label: float) -> None:
        """A prediction of 1/2 loses log 2 whatever the label."""
        assert agree(value(clause, [0.5], [label], form=form), ball(2).log())

    def test_may_be_a_mean(self) -> None:
        """The mean over the entries is the sum divided by their number."""
        total = value("binary_cross_entropy.value", O, SOFT)[()]

        assert agree(value("binary_cross_entropy.value", O, SOFT, conventions=MEAN), total / 3)


class TestBinaryCrossEntropyGradient:
    """The gradient of the binary cross-entropy is -y / o + (1 - y) / (1 - o)."""

    @pytest.mark.parametrize(("clause", "form"), forms("binary_cross_entropy.gradient"))
    def test_is_the_error_over_the_variance(self, clause: str, form: str) -> None:
        """(o - y) / (o (1 - o)), by hand."""
        expected = [
            (Fraction(o) - Fraction(y)) / (Fraction(o) * (1 - Fraction(o))) for o, y in zip(O, SOFT, strict=True)
        ]

        assert agree(value(clause, O, SOFT, form=form), expected)

    @pytest.mark.parametrize(("clause", "form"), forms("binary_cross_entropy.gradient"))
    def test_vanishes_at_the_label(self, clause: str, form: str) -> None:
        """A prediction equal to its label cannot improve."""
        assert agree(value(clause, O, O, form=form), [0, 0, 0])


class TestCategoricalCrossEntropyValue:
    """The categorical cross-entropy is -sum y log o."""

    def test_is_the_surprise_at_the_label(self) -> None:
        """With a one-hot label, minus the logarithm of its probability."""
        assert agree(value("categorical_cross_entropy.value", O, ONE_HOT), ball(4).log())

    def test_does_not_look_where_the_label_is_zero(self) -> None:
        """0 log 0 = 0."""
        assert agree(value("categorical_cross_entropy.value", [0.0, 0.25], [0.0, 1.0]), ball(4).log())

    def test_is_no_mean_over_the_classes(self) -> None:
        """entry_reduction leaves the categorical losses alone."""
        assert agree(value("categorical_cross_entropy.value", O, ONE_HOT, conventions=MEAN), ball(4).log())


class TestCategoricalCrossEntropyGradient:
    """The gradient of the categorical cross-entropy is -y / o."""

    def test_is_the_quotient(self) -> None:
        """Zero where the label is."""
        assert agree(value("categorical_cross_entropy.gradient", O, [0.0, 1.0, 0.5]), [0, -4, -4])


class TestSigmoidCrossEntropyValue:
    """The sigmoid cross-entropy is the binary cross-entropy of the sigmoid."""

    @pytest.mark.parametrize(("clause", "form"), forms("sigmoid_cross_entropy.value"))
    def test_at_zero_is_log_2(self, clause: str, form: str) -> None:
        """The logit 0 means even odds."""
        assert agree(value(clause, [0.0], [0.25], form=form), ball(2).log())

    @pytest.mark.parametrize(("clause", "form"), forms("sigmoid_cross_entropy.value"))
    def test_swaps_with_the_label(self, clause: str, form: str) -> None:
        """(z, y) and (-z, 1 - y) lose the same."""
        flipped = value(clause, [-number for number in Z], [1 - label for label in SOFT], form=form)

        assert agree(value(clause, Z, SOFT, form=form), flipped)


class TestSigmoidCrossEntropyDelta:
    """The delta of the sigmoid cross-entropy is s - y."""

    @pytest.mark.parametrize(("clause", "form"), forms("sigmoid_cross_entropy.delta"))
    def test_is_the_error_of_the_prediction(self, clause: str, form: str) -> None:
        """In every form, the unfused one included."""
        s = value("sigmoid.value", Z)

        assert agree(value(clause, Z, SOFT, form=form), [own - ball(label) for own, label in zip(s, SOFT, strict=True)])

    @pytest.mark.parametrize(("clause", "form"), forms("sigmoid_cross_entropy.delta"))
    def test_is_divided_by_the_number_of_entries(self, clause: str, form: str) -> None:
        """Where the loss is a mean, each form divides once."""
        whole = value(clause, Z, SOFT, form=form)

        assert agree(value(clause, Z, SOFT, form=form, conventions=MEAN), whole / 3)

    def test_is_what_sympy_derives(self, sympy: Any) -> None:
        """Computer algebra differentiates log(1 + e^z) - y z to the same numbers."""

        def loss(z: Sequence[Any], y: Sequence[Any]) -> Any:
            return sum(sympy.log(1 + sympy.exp(own)) - label * own for own, label in zip(z, y, strict=True))

        assert agree(value("sigmoid_cross_entropy.delta", Z, SOFT), derived(sympy, loss, Z, SOFT))


class TestSoftmaxCrossEntropyValue:
    """The softmax cross-entropy is the categorical cross-entropy of the softmax."""

    @pytest.mark.parametrize(("clause", "form"), forms("softmax_cross_entropy.value"))
    def test_of_equal_logits_is_log_m(self, clause: str, form: str) -> None:
        """Three equal logits lose log 3, whatever the labels that sum to one."""
        assert agree(value(clause, [2.0, 2.0, 2.0], SOFT, form=form), ball(3).log())

    @pytest.mark.parametrize(("clause", "form"), forms("softmax_cross_entropy.value"))
    def test_does_not_see_a_shift(self, clause: str, form: str) -> None:
        """softmax_cross_entropy(z + c, y) = softmax_cross_entropy(z, y)."""
        shifted = value(clause, [number - 4 for number in Z], UNNORMALISED, form=form)

        assert agree(value(clause, Z, UNNORMALISED, form=form), shifted)


class TestSoftmaxCrossEntropyDelta:
    """The delta of the softmax cross-entropy is (sum y) S - y."""

    @pytest.mark.parametrize(("clause", "form"), forms("softmax_cross_entropy.delta"))
    @pytest.mark.parametrize("labels", [ONE_HOT, SOFT])
    def test_is_the_error_where_labels_sum_to_one(self, clause: str, form: str, labels: list[float]) -> None:
        """S - y in every form."""
        expected = [own - ball(label) for own, label in zip(value("softmax.value", Z), labels, strict=True)]

        assert agree(value(clause, Z, labels, form=form), expected)

    @pytest.mark.parametrize(("clause", "form"), forms("softmax_cross_entropy.delta"))
    def test_is_scaled_by_the_sum_of_labels(self, clause: str, form: str) -> None:
        """Labels that sum to 2.75 make it 2.75 S - y."""
        s = value("softmax.value", Z)
        expected = [own * 2.75 - ball(label) for own, label in zip(s, UNNORMALISED, strict=True)]

        assert agree(value(clause, Z, UNNORMALISED, form=form, conventions=ANY), expected)
        assert not agree(value(clause, Z, UNNORMALISED, form=form, conventions=ANY), s - UNNORMALISED)

    @pytest.mark.parametrize(("clause", "form"), forms("softmax_cross_entropy.delta"))
    def test_sums_to_zero(self, clause: str, form: str) -> None:
        """A shift of all logits does not change the loss."""
        assert agree(sum(value(clause, Z, UNNORMALISED, form=form, conventions=ANY)), 0)

    @pytest.mark.parametrize("size", [2, 3])
    def test_is_what_sympy_derives(self, size: int, sympy: Any) -> None:
        """Computer algebra differentiates -sum y log softmax to the same numbers."""

        def loss(z: Sequence[Any], y: Sequence[Any]) -> Any:
            total = sum(map(sympy.exp, z))
            return -sum(label * sympy.log(sympy.exp(own) / total) for own, label in zip(z, y, strict=True))

        delta = value("softmax_cross_entropy.delta", Z[:size], UNNORMALISED[:size], conventions=ANY)

        assert agree(delta, derived(sympy, loss, Z[:size], UNNORMALISED[:size]))
