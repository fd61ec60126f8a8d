"""Chapter 5: losses, their gradients, and the deltas of the three output layers."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest

from tests.oracle.evaluating import agree, ball, enclosed, forms, value

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
