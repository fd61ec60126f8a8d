"""
Chapters 4 and 5 for general symbols: SymPy derives what the clauses state, and simplifies every form to it.

The formulas of the oracle run on symbols, in an arithmetic of expressions. A pre-activation is written as a
logarithm, z = log e with a positive symbol e, so that exponentials of it are rational; where the sign of z decides,
it is the logarithm of 1 + p or of 1 / (1 + p).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradspec.oracle import PROPOSITIONS
from gradspec.oracle.arguments import leaves
from gradspec.oracle.arithmetic.arrays import Array, as_array, entrywise
from gradspec.oracle.arithmetic.shifted import Shifted
from gradspec.oracle.propositions import DEFINITION
from gradspec.spec import resolve
from tests.oracle.evaluating import forms

sympy = pytest.importorskip("sympy", reason="sympy is a witness of its own, and keeps mpmath below 1.4")


class Symbolic:
    """An arithmetic whose numbers are expressions of SymPy; a branch is that of a sample of the symbols."""

    def __init__(self, conventions: dict[str, str] | None = None, sample: dict[Any, Any] | None = None) -> None:
        self.conventions = resolve(conventions or {})
        self.sample = sample or {}

    def choose(self, listed: dict[str, Any], arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
        """The definition."""
        return listed[DEFINITION](self, *arguments, **keywords)

    def number(self, value: Any) -> Any:
        """An exact number."""
        return sympy.nsimplify(value)

    def exp(self, x: Array) -> Array:
        """Exponential of every entry."""
        return entrywise(sympy.exp, x)

    def log(self, x: Array) -> Array:
        """Natural logarithm of every entry."""
        return entrywise(sympy.log, x)

    def log1p(self, x: Array) -> Array:
        """Natural logarithm of 1 + x of every entry."""
        return entrywise(lambda each: sympy.log(1 + each), x)

    def tanh(self, x: Array) -> Array:
        """Hyperbolic tangent of every entry, by exponentials."""
        return entrywise(lambda each: (sympy.exp(2 * each) - 1) / (sympy.exp(2 * each) + 1), x)

    def sqrt(self, x: Array) -> Array:
        """Square root of every entry."""
        return entrywise(sympy.sqrt, x)

    def relu(self, x: Array) -> Array:
        """The entry or 0, as at the sample."""
        return entrywise(lambda each: each if self.sign(each) > 0 else sympy.Integer(0), x)

    def join(self, z: Array, below: Array, above: Array) -> Array:
        """One of the two, as at the sample."""
        return entrywise(lambda each, low, high: low if self.sign(each) < 0 else high, z, below, above)

    def sign(self, expression: Any) -> Any:
        """1, 0 or -1, by the assumptions of the symbols or at the sample."""
        return sympy.sign(sympy.sympify(expression).subs(self.sample)).doit()

    def shifted(self, z: Array) -> Shifted:
        """Z minus any number, which has to cancel."""
        shift = sympy.Symbol("shift", positive=True)
        w = as_array(z - sympy.log(shift))
        exponentials = self.exp(w)
        return Shifted(w, exponentials, sum(exponentials), sympy.log(sum(exponentials)))

    def sum(self, terms: Array, over: tuple[int, ...] = ()) -> Any:
        """Sum of all entries, divided by the numbers ``over``."""
        return sum(as_array(terms).reshape(-1)) / sympy.prod(over)

    def matmul(self, a: Array, b: Array) -> Array:
        """Matrix product."""
        return as_array(np.dot(a, b))

    def mean(self, x: Array, count: int) -> Array:
        """X / count."""
        return as_array(x / sympy.Integer(count))


def positive(name: str, size: int) -> Array:
    """A vector of symbols for positive numbers."""
    return as_array([sympy.Symbol(f"{name}{index}", positive=True) for index in range(size)])


def real(name: str, size: int) -> Array:
    """A vector of symbols for real numbers."""
    return as_array([sympy.Symbol(f"{name}{index}", real=True) for index in range(size)])


def logarithms(odds: Array) -> Array:
    """The pre-activations whose exponentials are ``odds``."""
    return entrywise(sympy.log, odds)


def by_logits(expression: Any, odds: Array) -> Array:
    """The derivatives with respect to the logarithms of ``odds``: d / d log e = e d / d e."""
    return entrywise(lambda each: each * sympy.diff(expression, each), odds)


def stated(clause: str, *arguments: Any, form: str = DEFINITION, **options: Any) -> Array:
    """The only array of the answer, as one form of the oracle computes it."""
    keywords = options.pop("keywords", {})
    arithmetic: Any = Symbolic(**options)  # no more of an arithmetic than these chapters ask
    (answer,) = leaves(PROPOSITIONS[clause].forms[form](arithmetic, *arguments, **keywords))
    return answer


def same(left: Any, right: Any) -> bool:
    """Whether two arrays have one shape, and differences that SymPy simplifies to 0."""
    ours, theirs = np.array(left, dtype=object), np.array(right, dtype=object)
    if ours.shape != theirs.shape:
        return False
    differences = as_array(ours - theirs).reshape(-1)
    return all(sympy.simplify(sympy.expand_log(sympy.simplify(each), force=True)) == 0 for each in differences)


E2, E3 = positive("e", 2), positive("e", 3)
P = sympy.Symbol("p", positive=True)
SIDES = {"above": as_array([sympy.log(1 + P)]), "below": as_array([-sympy.log(1 + P)])}
"""One pre-activation of either sign."""


class TestElementwise:
    """Clauses ``sigmoid.value``, ``sigmoid.derivative``, ``tanh.value`` and ``tanh.derivative``."""

    @pytest.mark.parametrize(
        ("clause", "form"), forms("sigmoid.value", "sigmoid.derivative", "tanh.value", "tanh.derivative")
    )
    @pytest.mark.parametrize("side", SIDES)
    def test_forms_are_one_function(self, clause: str, form: str, side: str) -> None:
        """On both sides of 0."""
        assert same(stated(clause, SIDES[side], form=form), stated(clause, SIDES[side]))

    @pytest.mark.parametrize("name", ["sigmoid", "tanh"])
    def test_derivatives(self, name: str) -> None:
        """The definition of the derivative is the derivative of the definition."""
        odds = positive("e", 1)
        (value,) = stated(f"{name}.value", logarithms(odds))

        assert same(stated(f"{name}.derivative", logarithms(odds)), by_logits(value, odds))

    def test_of_leaky_relu(self) -> None:
        """max(a z, z) is the function exactly for slopes up to 1."""
        slope, z = sympy.symbols("slope z", positive=True)

        assert sympy.Max(slope * z, z).subs(slope, sympy.Rational(1, 2)) == z
        assert sympy.Max(slope * z, z).subs({slope: 2, z: 1}) == 2
        assert sympy.Max(-slope * z, -z).subs({slope: 2, z: 1}) == -1


class TestSymmetry:
    """Clause ``sigmoid.symmetric``: s(z) + s(-z) = 1."""

    def test_of_the_sigmoid(self) -> None:
        """For a general z."""
        odds = positive("e", 1)

        assert same(stated("sigmoid.value", logarithms(odds)) + stated("sigmoid.value", logarithms(1 / odds)), [1])


class TestReluEpsilon:
    """Clauses ``relu_epsilon.value`` and ``relu_epsilon.derivative``, the lemma 3.1 of Park."""

    Z, EPSILON, T = sympy.Symbol("z", real=True), sympy.Symbol("epsilon", positive=True), sympy.Symbol("t", real=True)

    def stated(self, clause: str, form: str = DEFINITION, at: str = "-1/3") -> Any:
        """The expression where t = z / epsilon is as at the sample."""
        sample = {self.Z: sympy.Rational(at), self.EPSILON: 1}
        return stated(clause, as_array([self.Z]), form=form, sample=sample, keywords={"epsilon": self.EPSILON})[0]

    @pytest.mark.parametrize(("clause", "form"), forms("relu_epsilon.value", "relu_epsilon.derivative"))
    @pytest.mark.parametrize("at", ["-2", "-1/3", "2"])
    def test_forms_are_one_function(self, clause: str, form: str, at: str) -> None:
        """Below -epsilon, between, and above 0."""
        assert same(self.stated(clause, form, at), self.stated(clause, DEFINITION, at))

    @pytest.mark.parametrize("at", ["-2", "-1/3", "2"])
    def test_derivative(self, at: str) -> None:
        """On each of the three pieces it is the derivative of the value."""
        value = sympy.sympify(self.stated("relu_epsilon.value", at=at))

        assert same(self.stated("relu_epsilon.derivative", at=at), sympy.diff(value, self.Z))

    def test_joints(self) -> None:
        """At -epsilon value and slope are 0, at 0 they are 0 and 1: one continuous derivative."""
        value, slope = self.stated("relu_epsilon.value"), self.stated("relu_epsilon.derivative")

        assert [sympy.simplify(each.subs(self.Z, -self.EPSILON)) for each in (value, slope)] == [0, 0]
        assert [sympy.simplify(each.subs(self.Z, 0)) for each in (value, slope)] == [0, 1]

    def test_second_derivative_jumps(self) -> None:
        """At -epsilon it is -6 / epsilon from the right and 0 from the left; at 0 it is 0 on both sides."""
        second = sympy.diff(self.stated("relu_epsilon.derivative"), self.Z)

        assert same(second.subs(self.Z, -self.EPSILON), -6 / self.EPSILON)
        assert second.subs(self.Z, 0) == 0

    def test_range_of_the_derivative(self) -> None:
        """From -11/16 at t = -3/4 to 1, with no other stationary point between."""
        slope = self.stated("relu_epsilon.derivative").subs(self.Z, self.EPSILON * self.T)
        interval = sympy.Interval.open(-1, 0)

        assert sympy.solveset(sympy.diff(slope, self.T), self.T, interval) == {sympy.Rational(-3, 4)}
        assert [sympy.simplify(slope.subs(self.T, at)) for at in (-1, sympy.Rational(-3, 4), 0)] == [
            0,
            sympy.Rational(-11, 16),
            1,
        ]

    def test_least_value(self) -> None:
        """It is -(117 + 165 sqrt 33) / 4096 epsilon, at t = -(1 + sqrt 33) / 16."""
        value = self.stated("relu_epsilon.value").subs(self.Z, self.EPSILON * self.T)
        (place,) = sympy.solveset(sympy.diff(value, self.T), self.T, sympy.Interval.open(-1, 0))

        assert same(place, -(1 + sympy.sqrt(33)) / 16)
        assert same(value.subs(self.T, place), -(117 + 165 * sympy.sqrt(33)) / 4096 * self.EPSILON)

    def test_scales(self) -> None:
        """relu_epsilon(z) = epsilon relu_1(z / epsilon)."""
        value = self.stated("relu_epsilon.value")
        of_one = value.subs(self.EPSILON, 1).subs(self.Z, self.Z / self.EPSILON)

        assert same(value, self.EPSILON * of_one)

    def test_mirrored_smoothing(self) -> None:
        """Z + relu_epsilon(-z) has the derivative 0 at 0, and 1 at epsilon."""
        mirrored = self.Z + self.stated("relu_epsilon.value").subs(self.Z, -self.Z)
        slope = sympy.diff(mirrored, self.Z)

        assert slope.subs(self.Z, 0) == 0
        assert sympy.simplify(slope.subs(self.Z, self.EPSILON)) == 1


class TestSoftmax:
    """Clauses ``softmax.value``, ``log_softmax.value``, ``softmax.jacobian`` and ``softmax.vjp``."""

    @pytest.mark.parametrize(("clause", "form"), forms("softmax.value", "log_softmax.value", "softmax.jacobian"))
    def test_forms_are_one_function(self, clause: str, form: str) -> None:
        """Of three logits; any shift cancels."""
        assert same(stated(clause, logarithms(E3), form=form), stated(clause, logarithms(E3)))

    @pytest.mark.parametrize("odds", [E2, E3], ids=["two", "three"])
    def test_jacobian(self, odds: Array) -> None:
        """It is the derivative of the definition."""
        derived = np.stack([by_logits(each, odds) for each in stated("softmax.value", logarithms(odds))])

        assert same(stated("softmax.jacobian", logarithms(odds)), derived)

    @pytest.mark.parametrize(("clause", "form"), forms("softmax.vjp"))
    def test_products(self, clause: str, form: str) -> None:
        """Each form is J^T u."""
        upstream = real("u", 3)
        expected = np.dot(stated("softmax.jacobian", logarithms(E3)).T, upstream)

        assert same(stated(clause, logarithms(E3), upstream, form=form), expected)

    def test_generalises_the_sigmoid(self) -> None:
        """The softmax of two logits is the sigmoid of their differences."""
        z = logarithms(E2)
        differences = as_array([z[0] - z[1], z[1] - z[0]])

        assert same(stated("softmax.value", z), stated("sigmoid.value", differences))


class TestProperties:
    """The clauses about softmax and its Jacobian that are judged without a true value."""

    S = stated("softmax.value", logarithms(E3))
    J = stated("softmax.jacobian", logarithms(E3))

    def test_sums(self) -> None:
        """``softmax.sums_to_one`` and ``softmax.rows_sum_to_zero``."""
        assert same(sum(self.S), 1)
        assert same(self.J.sum(axis=1), [0, 0, 0])
        assert same(self.J.sum(axis=0), [0, 0, 0])

    def test_is_symmetric(self) -> None:
        """``softmax.symmetric``, and the Jacobian of a gradient, that of log sum exp."""
        total = sympy.log(sum(E3))

        assert same(self.J, self.J.T)
        assert same(self.J, np.stack([by_logits(each, E3) for each in by_logits(total, E3)]))

    def test_is_semidefinite(self) -> None:
        """``softmax.semidefinite``: v^T J v is the variance of v."""
        v = real("v", 3)
        mean = np.dot(self.S, v)

        assert same(np.dot(v, np.dot(self.J, v)), sum(self.S * (v - mean) ** 2))

    def test_has_a_kernel_of_dimension_one(self) -> None:
        """The rank is m - 1: the first m - 1 rows and columns have a determinant that is not 0."""
        minor = sympy.Matrix(self.J[:2, :2]).det()

        assert same(minor, sympy.prod(self.S))

    def test_does_not_see_a_shift(self) -> None:
        """``softmax.shift_invariant``: multiplying all odds changes nothing."""
        assert same(stated("softmax.value", logarithms(as_array(E3 * P))), self.S)

    def test_follows_the_order(self) -> None:
        """``softmax.permutation_equivariant``."""
        order = [2, 0, 1]

        assert same(stated("softmax.value", logarithms(E3[order])), self.S[order])


class TestRootMeanSquareError:
    """Clauses ``root_mean_square_error.value`` and ``root_mean_square_error.gradient``."""

    O, Y = real("o", 3), real("y", 3)  # noqa: E741 - the letter of the text

    @pytest.mark.parametrize("form", ["definition", "norm"])
    def test_gradient(self, form: str) -> None:
        """It is the derivative of the value, and that of half the mean square over the root."""
        value = stated("root_mean_square_error.value", self.O, self.Y, form=form)[()]
        derived = entrywise(lambda each: sympy.diff(value, each), self.O)

        assert same(stated("root_mean_square_error.gradient", self.O, self.Y), derived)

    @pytest.mark.parametrize("form", ["chain", "norm"])
    def test_forms_of_the_gradient(self, form: str) -> None:
        """They are the definition."""
        gradient = stated("root_mean_square_error.gradient", self.O, self.Y, form=form)

        assert same(gradient, stated("root_mean_square_error.gradient", self.O, self.Y))

    def test_length_of_the_gradient(self) -> None:
        """1 / sqrt(m), whatever the error."""
        gradient = stated("root_mean_square_error.gradient", self.O, self.Y)

        assert same(sum(gradient**2), sympy.Rational(1, 3))

    def test_a_scale_cancels(self) -> None:
        """The stable forms of both: divided by a positive M, the error gives the value over M and the same gradient."""
        scaled, none = as_array((self.O - self.Y) / P), as_array([sympy.Integer(0)] * 3)
        value = stated("root_mean_square_error.value", scaled, none)
        gradient = stated("root_mean_square_error.gradient", scaled, none)

        assert same(P * value, stated("root_mean_square_error.value", self.O, self.Y))
        assert same(gradient, stated("root_mean_square_error.gradient", self.O, self.Y))


class TestCrossEntropies:
    """Clauses ``binary_cross_entropy.gradient`` and ``sigmoid_cross_entropy.value``."""

    @pytest.mark.parametrize(("clause", "form"), forms("binary_cross_entropy.gradient"))
    def test_gradient(self, clause: str, form: str) -> None:
        """Every form is the derivative of the value."""
        o, y = positive("o", 2), positive("y", 2)
        value = stated("binary_cross_entropy.value", o, y)[()]

        assert same(stated(clause, o, y, form=form), entrywise(lambda each: sympy.diff(value, each), o))

    @pytest.mark.parametrize(("clause", "form"), forms("sigmoid_cross_entropy.value"))
    @pytest.mark.parametrize("side", SIDES)
    def test_forms_from_logits(self, clause: str, form: str, side: str) -> None:
        """On both sides of 0 every form is (1 - y) sp(z) + y sp(-z)."""
        (z,), y = SIDES[side], positive("y", 1)
        expected = (1 - y[0]) * sympy.log(1 + sympy.exp(z)) + y[0] * sympy.log(1 + sympy.exp(-z))

        assert same(stated(clause, SIDES[side], y, form=form, sample={P: 1}), expected)

    @pytest.mark.parametrize(("clause", "form"), forms("softmax_cross_entropy.value"))
    def test_forms_from_more_logits(self, clause: str, form: str) -> None:
        """Of three logits and any labels."""
        y = positive("y", 3)
        expected = sum(y) * sympy.log(sum(E3)) - np.dot(y, logarithms(E3))

        assert same(stated(clause, logarithms(E3), y, form=form), expected)


MEAN = {"entry_reduction": "mean"}


class TestTheoremOfTheOutputLayers:
    """The deltas of Park's theorem 6.1, by differentiating the loss of the activated output."""

    @pytest.mark.parametrize("size", [2, 3])
    def test_identity_and_squared_error(self, size: int) -> None:
        """``squared_error.delta``: o - y with the half and the sum, else a multiple of it."""
        z, y = real("z", size), real("y", size)
        for conventions, factor in (({}, 1), ({"squared_error": "full"}, 2), (MEAN, sympy.Rational(1, size))):
            value = stated("squared_error.value", z, y, conventions=conventions)[()]
            delta = stated("squared_error.delta", z, y, conventions=conventions)

            assert same(delta, entrywise(lambda each, value=value: sympy.diff(value, each), z))
            assert same(delta, factor * (z - y))

    @pytest.mark.parametrize("size", [2, 3])
    @pytest.mark.parametrize(("clause", "form"), forms("sigmoid_cross_entropy.delta"))
    def test_sigmoid_and_binary_cross_entropy(self, clause: str, form: str, size: int) -> None:
        """``sigmoid_cross_entropy.delta``: o - y for the sum over the entries, 1/m of it for their mean."""
        odds, y = 1 + positive("p", size), positive("y", size)
        o = stated("sigmoid.value", logarithms(odds))
        symbols = positive("p", size)
        sample = dict.fromkeys(symbols, 1)
        for conventions, factor in (({}, 1), (MEAN, sympy.Rational(1, size))):
            value = stated("binary_cross_entropy.value", o, y, conventions=conventions)[()]
            derived = entrywise(lambda each, value=value: (1 + each) * sympy.diff(value, each), symbols)
            delta = stated(clause, logarithms(odds), y, form=form, conventions=conventions, sample=sample)

            assert same(delta, derived)
            assert same(delta, factor * (o - y))

    @pytest.mark.parametrize("odds", [E2, E3], ids=["two", "three"])
    @pytest.mark.parametrize(("clause", "form"), forms("softmax_cross_entropy.delta"))
    def test_softmax_and_categorical_cross_entropy(self, clause: str, form: str, odds: Array) -> None:
        """``softmax_cross_entropy.delta``: (sum y) o - y for all labels, o - y for those that sum to one."""
        y = positive("y", len(odds))
        o = stated("softmax.value", logarithms(odds))
        value = stated("categorical_cross_entropy.value", o, y)[()]
        delta = stated(clause, logarithms(odds), y, form=form, conventions={"label_sum": "any"})
        last = {y[-1]: 1 - sum(y[:-1])}

        assert same(delta, by_logits(value, odds))
        assert same(delta, sum(y) * o - y)
        assert not same(delta, o - y)
        assert same(entrywise(lambda each: each.subs(last), delta - (o - y)), [0] * len(odds))

    def test_the_condition_is_on_the_labels(self) -> None:
        """(sum y) o - y differs from o - y by (sum y - 1) o, which is 0 for no other labels."""
        y = positive("y", 3)
        o = stated("softmax.value", logarithms(E3))
        delta = stated("softmax_cross_entropy.delta", logarithms(E3), y, conventions={"label_sum": "any"})

        assert same((delta - (o - y)) / o, [sum(y) - 1] * 3)
