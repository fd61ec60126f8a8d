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


class TestReluNotDifferentiable:
    """relu is continuous, and its slopes at 0 are 0 and 1."""

    @pytest.mark.parametrize("step", [2.0**-10, 2.0**-100])
    def test_has_two_slopes_at_zero(self, step: float) -> None:
        """The quotients are 0 on the left, 1 on the right, and 1/2 across."""
        left, right = value("relu.value", [-step, step])

        assert agree([left / -step, right / step, (right - left) / (2 * step)], [0, 1, Fraction(1, 2)])


class TestReluDead:
    """A unit with negative pre-activations has the activation 0 and gradients 0."""

    def test_depends_on_pre_activations_not_on_inputs(self) -> None:
        """With w = -1 the input -2 passes and the input 2 does not."""
        assert agree(value("relu.value", [-1 * -2.0, -1 * 2.0]), [2, 0])

    def test_gets_no_gradient(self) -> None:
        """Whatever is upstream; at 0 by convention, and a leaky unit keeps its slope."""
        closed = [-1.0, -3.0, -0.5, 0.0]

        assert agree(value("relu.vjp", closed, UPSTREAM), [0, 0, 0, 0])
        assert agree(value("relu.vjp", closed, UPSTREAM, conventions={"relu_at_zero": "1"}), [0, 0, 0, 0.5])
        assert agree(value("leaky_relu.vjp", closed, UPSTREAM, slope=0.25), [0.5, -0.25, 1, 0.125])


class TestIndicatorValue:
    """The indicator is 1 above 0 and 0 elsewhere."""

    def test_is_zero_at_zero(self) -> None:
        """At either zero, whatever the conventions are."""
        conventions = {"relu_at_zero": "1", "step_at_threshold": "1"}

        assert agree(value("indicator.value", [*Z, 0.0, -0.0], conventions=conventions), [0, 0, 1, 1, 0, 0])

    def test_knows_the_smallest_number(self) -> None:
        """It compares exactly."""
        assert agree(value("indicator.value", [5e-324, -5e-324]), [1, 0])


class TestReluEpsilonValue:
    """Park's relu_epsilon is a polynomial from -epsilon to 0, and relu elsewhere."""

    @pytest.mark.parametrize(("clause", "form"), forms("relu_epsilon.value"))
    def test_at_the_joints_and_between(self, clause: str, form: str) -> None:
        """At -epsilon it is 0, half way -epsilon / 4, at 0 it is 0."""
        z = [-3.0, -2.0, -1.0, 0.0, -0.0, 0.5, 3.0]

        assert agree(value(clause, z, form=form, epsilon=2.0), [0, 0, -0.5, 0, 0, 0.5, 3])

    @pytest.mark.parametrize(("clause", "form"), forms("relu_epsilon.value"))
    def test_scales(self, clause: str, form: str) -> None:
        """relu_epsilon(z) = epsilon relu_1(z / epsilon)."""
        z = [-1.0, -0.8125, -0.375, -0.125]

        assert agree(
            value(clause, [4 * number for number in z], form=form, epsilon=4.0),
            4 * value(clause, z, form=form, epsilon=1.0),
        )

    def test_sinks_below_zero(self) -> None:
        """At t = -(1 + sqrt 33) / 16 it is -0.2599738371 epsilon, and nowhere less."""
        place = -(1 + 33**0.5) / 16
        least = -(117 + 165 * ball(33).sqrt()) / 4096
        beside = value("relu_epsilon.value", [place - 2**-20, place, place + 2**-20], epsilon=1.0)

        assert abs(beside[1] - least) < 1e-30
        assert beside[0] > beside[1] < beside[2]
        assert all(number > least for number in value("relu_epsilon.value", np.linspace(-1, 0, 65).tolist(), epsilon=1))

    def test_is_not_relu_for_a_small_epsilon(self) -> None:
        """With the epsilon of Park's figure it is -2.5e-33 where relu is 0, and both are numbers of float64."""
        epsilon = 2.0**-106

        assert agree(value("relu_epsilon.value", [-epsilon / 2], epsilon=epsilon), [-epsilon / 4])
        assert agree(value("relu_epsilon.derivative", [-epsilon / 2], epsilon=epsilon), [-0.25])


class TestReluEpsilonDerivative:
    """The derivative of relu_epsilon is 0 up to -epsilon, 1 - 9 t^2 - 8 t^3 up to 0, and 1 from there on."""

    @pytest.mark.parametrize(("clause", "form"), forms("relu_epsilon.derivative"))
    def test_at_the_joints_and_between(self, clause: str, form: str) -> None:
        """Its least value is -11/16, at t = -3/4."""
        z = [-3.0, -2.0, -1.5, -1.0, 0.0, -0.0, 3.0]

        assert agree(value(clause, z, form=form, epsilon=2.0), [0, 0, -0.6875, -0.25, 1, 1, 1])

    @pytest.mark.parametrize(("clause", "form"), forms("relu_epsilon.derivative"))
    def test_is_continuous(self, clause: str, form: str) -> None:
        """Beside the joints it is near 0 and near 1."""
        step = 2.0**-40
        at_the_left, at_zero = value(clause, [step - 2.0, -step], form=form, epsilon=2.0)

        assert abs(at_the_left) < 8 * step
        assert abs(at_zero - 1) < 8 * step

    def test_does_not_settle_relu_at_zero(self) -> None:
        """The mirrored smoothing z + relu_epsilon(-z) has the derivative 1 - 1 = 0 at 0."""
        assert agree(1 - value("relu_epsilon.derivative", [0.0], epsilon=1.0), [0])


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


class TestActivationJacobian:
    """The Jacobian of an elementwise activation is diagonal."""

    @pytest.mark.parametrize("name", ["identity", "relu", "sigmoid", "tanh"])
    def test_has_the_derivative_on_its_diagonal(self, name: str) -> None:
        """Shape (m, m), and 0 elsewhere."""
        jacobian = value("activation.jacobian", Z, name)

        assert agree(np.diagonal(jacobian), value(f"{name}.derivative", Z))
        assert agree(jacobian[~np.eye(len(Z), dtype=bool)], [0] * 12)

    @pytest.mark.parametrize(("convention", "at_zero"), [("slope", 0.25), ("one", 1), ("mean", 0.625)])
    def test_follows_the_convention_at_zero(self, convention: str, at_zero: float) -> None:
        """As the derivative does."""
        conventions = {"leaky_relu_at_zero": convention}
        jacobian = value("activation.jacobian", [-1.0, 0.0], "leaky_relu", slope=0.25, conventions=conventions)

        assert agree(jacobian, [[0.25, 0], [0, at_zero]])

    def test_is_a_matrix(self) -> None:
        """Of relu at (1, -2, 3): the row of ones times it is the gradient (1, 0, 1) of the sum, not the number 2."""
        jacobian = value("activation.jacobian", [1.0, -2.0, 3.0], "relu")

        assert agree(jacobian.sum(axis=0), [1, 0, 1])

    def test_of_softmax_is_not_diagonal(self) -> None:
        """The delta of a softmax output is no product with the diagonal alone."""
        jacobian = value("softmax.jacobian", [1.0, 2.0, 0.5])
        gradient = value("categorical_cross_entropy.gradient", [0.25, 0.5, 0.25], [0.0, 1.0, 0.0])

        assert not agree(jacobian.T @ gradient, np.diagonal(jacobian) * gradient)


class TestPropertiesOfSoftmax:
    """Relations that need no true value, here between true values."""

    @pytest.mark.parametrize(("clause", "form"), forms("softmax.value"))
    def test_follows_the_order(self, clause: str, form: str) -> None:
        """softmax.permutation_equivariant: logits in another order have their softmax in that order."""
        order = [2, 0, 3, 1]

        assert agree(value(clause, [Z[index] for index in order], form=form), value(clause, Z, form=form)[order])

    @pytest.mark.parametrize(("clause", "form"), forms("softmax.jacobian"))
    def test_is_a_variance(self, clause: str, form: str) -> None:
        """softmax.semidefinite: u^T J u is the variance of u under the softmax."""
        s, jacobian = value("softmax.value", Z), value(clause, Z, form=form)
        u = np.array([ball(number) for number in UPSTREAM], dtype=object)
        mean = sum(s * u)

        assert agree(u @ jacobian @ u, sum(s * (u - mean) * (u - mean)))
        assert agree(np.ones(len(Z)) @ jacobian @ np.ones(len(Z)), 0)

    def test_never_reaches_one(self) -> None:
        """For (1000, 0) the first entry misses 1 by e^-1000, about 5.1e-435."""
        first, second = value("softmax.value", [1000.0, 0.0])

        assert 0 < second < ball("5.08e-435")
        assert second > ball("5.07e-435")
        assert agree(first + second, 1)

    def test_runs_along_the_sample(self) -> None:
        """The batch of (1, 3) and (2, 4) has the column (0.1192, 0.8808) twice, and columns that sum to one."""
        batch = value("softmax.batch", [[1.0, 2.0], [3.0, 4.0]])

        assert agree(batch[:, 0], batch[:, 1])
        assert [round(float(number), 4) for number in batch[:, 0]] == [0.1192, 0.8808]
