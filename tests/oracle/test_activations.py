"""Chapter 4: values, derivatives and vector-Jacobian products of activations."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from tests.oracle.evaluating import agree, ball, enclosed, forms, value

Z = [-3.0, -0.5, 0.25, 2.0]
UPSTREAM = [2.0, -1.0, 4.0, 0.5]


def products(clause: str, **keywords: float) -> list[object]:
    """The upstream gradient times the derivative, entry by entry."""
    derivative = value(clause.replace(".vjp", ".derivative"), Z, **keywords)
    return [upstream * slope for upstream, slope in zip(UPSTREAM, derivative, strict=True)]


class TestIdentityValue:
    """The identity is z itself."""

    def test_returns_its_argument(self) -> None:
        """Every entry is itself."""
        assert agree(value("identity.value", Z), Z)


class TestIdentityDerivative:
    """The derivative of the identity is 1 everywhere."""

    def test_is_one(self) -> None:
        """Every entry is 1, in the shape of z."""
        assert agree(value("identity.derivative", Z), [1, 1, 1, 1])


class TestIdentityVjp:
    """The vector-Jacobian product of the identity is the upstream gradient."""

    def test_returns_the_upstream_gradient(self) -> None:
        """Whatever z is."""
        assert agree(value("identity.vjp", Z, UPSTREAM), UPSTREAM)


class TestReluValue:
    """relu is max(0, z)."""

    def test_cuts_off_below_zero(self) -> None:
        """Negative numbers become 0, others stay."""
        assert agree(value("relu.value", [*Z, 0.0]), [0, 0, 0.25, 2, 0])


class TestReluDerivative:
    """The derivative of relu is 1 above 0, 0 below, and at 0 what the convention says."""

    def test_is_a_step(self) -> None:
        """Away from 0 no convention matters."""
        assert agree(value("relu.derivative", Z, conventions={"relu_at_zero": "0.5"}), [0, 0, 1, 1])

    @pytest.mark.parametrize(("convention", "expected"), [("0", 0), ("1", 1), ("0.5", 0.5)])
    def test_follows_the_convention_at_zero(self, convention: str, expected: float) -> None:
        """relu'(0) is the value of the convention, for either zero."""
        assert agree(
            value("relu.derivative", [0.0, -0.0], conventions={"relu_at_zero": convention}), [expected, expected]
        )


class TestReluVjp:
    """The vector-Jacobian product of relu is the upstream gradient times the derivative."""

    def test_is_the_product(self) -> None:
        """Entry by entry."""
        assert agree(value("relu.vjp", Z, UPSTREAM), [0, 0, 4, 0.5])


class TestLeakyReluValue:
    """leaky_relu is z from 0 on and slope times z below."""

    def test_has_two_slopes(self) -> None:
        """The slope is an argument."""
        assert agree(value("leaky_relu.value", Z, slope=0.25), [-0.75, -0.125, 0.25, 2])


class TestLeakyReluDerivative:
    """The derivative of leaky_relu is 1 above 0, the slope below, and at 0 what the convention says."""

    @pytest.mark.parametrize(("convention", "at_zero"), [("slope", 0.25), ("one", 1), ("mean", 0.625)])
    def test_follows_the_convention_at_zero(self, convention: str, at_zero: float) -> None:
        """At 0 it is the slope, 1, or their mean."""
        derivative = value(
            "leaky_relu.derivative", [*Z, 0.0], slope=0.25, conventions={"leaky_relu_at_zero": convention}
        )

        assert agree(derivative, [0.25, 0.25, 1, 1, at_zero])


class TestLeakyReluVjp:
    """The vector-Jacobian product of leaky_relu is the upstream gradient times the derivative."""

    def test_is_the_product(self) -> None:
        """Entry by entry."""
        assert agree(value("leaky_relu.vjp", Z, UPSTREAM, slope=0.25), [0.5, -0.25, 4, 0.5])


class TestSigmoidValue:
    """The sigmoid is 1 / (1 + e^-z)."""

    @pytest.mark.parametrize(("clause", "form"), forms("sigmoid.value"))
    def test_is_a_half_at_zero(self, clause: str, form: str) -> None:
        """s(0) = 1/2 in every form."""
        assert agree(value(clause, [0.0], form=form), [Fraction(1, 2)])

    def test_is_exact_at_zero(self) -> None:
        """The stable form knows 1/2 without a radius, so that nothing near a kink is in doubt."""
        assert value("sigmoid.value", [0.0])[0].is_exact()

    @pytest.mark.parametrize(("clause", "form"), forms("sigmoid.value"))
    def test_mirrors(self, clause: str, form: str) -> None:
        """s(z) + s(-z) = 1."""
        mirrored = value(clause, [-number for number in Z], form=form)

        assert agree(value(clause, Z, form=form) + mirrored, [1, 1, 1, 1])


class TestSigmoidDerivative:
    """The derivative of the sigmoid is s (1 - s)."""

    @pytest.mark.parametrize(("clause", "form"), forms("sigmoid.derivative"))
    def test_is_a_quarter_at_zero(self, clause: str, form: str) -> None:
        """At 0 the slope is 1/4, the largest there is."""
        assert agree(value(clause, [0.0], form=form), [Fraction(1, 4)])

    @pytest.mark.parametrize(("clause", "form"), forms("sigmoid.derivative"))
    def test_is_even(self, clause: str, form: str) -> None:
        """It does not depend on the sign of z."""
        assert agree(value(clause, Z, form=form), value(clause, [-number for number in Z], form=form))

    def test_does_not_vanish(self) -> None:
        """The stable form knows the tail, which the printed product loses: at 1e4 it is e^-1e4 to all digits."""
        tail = value("sigmoid.derivative", [1e4])[0]

        assert 0 < tail < ball("1e-4342")


class TestSigmoidVjp:
    """The vector-Jacobian product of the sigmoid is the upstream gradient times the derivative."""

    def test_is_the_product(self) -> None:
        """Entry by entry."""
        assert agree(value("sigmoid.vjp", Z, UPSTREAM), products("sigmoid.vjp"))


class TestTanhValue:
    """tanh is (e^z - e^-z) / (e^z + e^-z)."""

    @pytest.mark.parametrize(("clause", "form"), forms("tanh.value"))
    def test_is_odd(self, clause: str, form: str) -> None:
        """tanh(-z) = -tanh(z)."""
        assert agree(value(clause, Z, form=form), -value(clause, [-number for number in Z], form=form))

    @pytest.mark.parametrize(("clause", "form"), forms("tanh.value"))
    def test_is_a_stretched_sigmoid(self, clause: str, form: str) -> None:
        """tanh(z) = 2 s(2z) - 1."""
        assert agree(value(clause, Z, form=form), value("sigmoid.value", [2 * number for number in Z]) * 2 - 1)


class TestTanhDerivative:
    """The derivative of tanh is 1 - tanh^2."""

    @pytest.mark.parametrize(("clause", "form"), forms("tanh.derivative"))
    def test_is_one_at_zero(self, clause: str, form: str) -> None:
        """At 0 the slope is 1."""
        assert agree(value(clause, [0.0], form=form), [1])

    @pytest.mark.parametrize(("clause", "form"), forms("tanh.derivative"))
    def test_is_not_one_minus_tanh(self, clause: str, form: str) -> None:
        """It is 1 - t^2 and not 1 - t."""
        t = value("tanh.value", Z)

        assert agree(value(clause, Z, form=form), 1 - t * t)
        assert not agree(value(clause, Z, form=form), 1 - t)


class TestTanhVjp:
    """The vector-Jacobian product of tanh is the upstream gradient times the derivative."""

    def test_is_the_product(self) -> None:
        """Entry by entry."""
        assert agree(value("tanh.vjp", Z, UPSTREAM), products("tanh.vjp"))


class TestHeavisideValue:
    """heaviside is 1 above the threshold, 0 below, and at it what the convention says."""

    @pytest.mark.parametrize(("convention", "expected"), [("0", 0), ("1", 1), ("0.5", 0.5)])
    def test_follows_the_convention_at_the_threshold(self, convention: str, expected: float) -> None:
        """The threshold itself is ruled by step_at_threshold."""
        step = value("heaviside.value", Z, threshold=0.25, conventions={"step_at_threshold": convention})

        assert agree(step, [0, 0, expected, 1])


class TestHeavisideDerivative:
    """The derivative of heaviside is 0 everywhere."""

    def test_is_zero_at_the_threshold_too(self) -> None:
        """By agreement."""
        assert agree(value("heaviside.derivative", Z, threshold=0.25), [0, 0, 0, 0])


class TestHeavisideVjp:
    """The vector-Jacobian product of heaviside is 0."""

    def test_is_zero(self) -> None:
        """Whatever the upstream gradient is."""
        assert agree(value("heaviside.vjp", Z, UPSTREAM, threshold=0.25), [0, 0, 0, 0])


class TestSoftmaxValue:
    """The softmax of z is e^z_i / sum_j e^z_j."""

    @pytest.mark.parametrize(("clause", "form"), forms("softmax.value"))
    def test_sums_to_one(self, clause: str, form: str) -> None:
        """Its entries are a distribution."""
        assert agree(sum(value(clause, Z, form=form)), 1)

    @pytest.mark.parametrize(("clause", "form"), forms("softmax.value"))
    def test_does_not_see_a_shift(self, clause: str, form: str) -> None:
        """softmax(z + c) = softmax(z)."""
        assert agree(value(clause, Z, form=form), value(clause, [number + 5 for number in Z], form=form))

    @pytest.mark.parametrize(("clause", "form"), forms("softmax.value"))
    def test_of_one_class_is_one(self, clause: str, form: str) -> None:
        """A single logit has the probability 1."""
        assert agree(value(clause, [-7.0], form=form), [1])

    def test_of_two_classes_is_a_sigmoid(self) -> None:
        """softmax(z, 0) = (s(z), 1 - s(z))."""
        s = value("sigmoid.value", [0.75])[0]

        assert agree(value("softmax.value", [0.75, 0.0]), [s, 1 - s])


class TestLogSoftmaxValue:
    """The logarithm of the softmax is z_i - log sum_j e^z_j."""

    @pytest.mark.parametrize(("clause", "form"), forms("log_softmax.value"))
    def test_of_equal_logits(self, clause: str, form: str) -> None:
        """m equal logits give -log m."""
        assert agree(value(clause, [3.0, 3.0, 3.0], form=form), [-ball(3).log()] * 3)


class TestSoftmaxJacobian:
    """The Jacobian of the softmax is S_i (delta_ij - S_j)."""

    @pytest.mark.parametrize(("clause", "form"), forms("softmax.jacobian"))
    def test_rows_sum_to_zero(self, clause: str, form: str) -> None:
        """Probabilities are only moved about."""
        assert agree(value(clause, Z, form=form).sum(axis=1), [0] * len(Z))

    @pytest.mark.parametrize(("clause", "form"), forms("softmax.jacobian"))
    def test_is_symmetric(self, clause: str, form: str) -> None:
        """dS_i / dz_j = dS_j / dz_i."""
        jacobian = value(clause, Z, form=form)

        assert agree(jacobian, jacobian.T)

    @pytest.mark.parametrize(("clause", "form"), forms("softmax.jacobian"))
    def test_of_one_class_is_zero(self, clause: str, form: str) -> None:
        """A constant does not change."""
        assert agree(value(clause, [2.0], form=form), [[0]])

    @pytest.mark.parametrize("size", [2, 3])
    def test_is_what_sympy_derives(self, size: int) -> None:
        """Computer algebra differentiates the definition to the same numbers."""
        sympy = pytest.importorskip("sympy", reason="sympy is a witness of its own, and keeps mpmath below 1.4")
        z = sympy.symbols(f"z:{size}")
        s = [sympy.exp(own) / sum(map(sympy.exp, z)) for own in z]
        at = dict(zip(z, map(sympy.Rational, Z), strict=False))
        derived = [[enclosed(sympy.diff(own, other).evalf(80, subs=at)) for other in z] for own in s]

        assert agree(value("softmax.jacobian", Z[:size]), derived)


class TestSoftmaxVjp:
    """The vector-Jacobian product of the softmax is S_i (u_i - S . u)."""

    @pytest.mark.parametrize(("clause", "form"), forms("softmax.vjp"))
    def test_is_the_jacobian_times_the_upstream_gradient(self, clause: str, form: str) -> None:
        """J^T u, with the Jacobian of its own clause."""
        jacobian = value("softmax.jacobian", Z)
        upstream = np.array([ball(number) for number in UPSTREAM], dtype=object)

        assert agree(value(clause, Z, UPSTREAM, form=form), [sum(column * upstream) for column in jacobian.T])

    @pytest.mark.parametrize(("clause", "form"), forms("softmax.vjp"))
    def test_does_not_see_a_constant_upstream_gradient(self, clause: str, form: str) -> None:
        """The rows of the Jacobian sum to zero."""
        assert agree(value(clause, Z, [3.0] * len(Z), form=form), [0] * len(Z))


class TestSoftmaxBatch:
    """The softmax of a batch is the softmax of each sample."""

    def test_takes_columns(self) -> None:
        """A sample is a column: columns sum to one, rows do not."""
        batch = value("softmax.batch", [[1.0, 2.0, 0.0], [0.5, -1.0, 0.0]])

        assert agree(batch.sum(axis=0), [1, 1, 1])
        assert agree(batch[:, 1], value("softmax.value", [2.0, -1.0]))
