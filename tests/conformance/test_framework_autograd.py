"""autograd, run for real; without it these tests skip and say so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from gradspec.conformance import Request, judge, load, run
from gradspec.conformance.checks.finding import Kind
from gradspec.conformance.verdict import Level
from gradspec.spec.operations import operations

if TYPE_CHECKING:
    from gradspec.conformance.report import Report

REASON = "autograd is not installed: pip install 'gradspec[autograd]'"
autograd = pytest.importorskip("autograd", reason=REASON)
anp = pytest.importorskip("autograd.numpy", reason=REASON)
special = pytest.importorskip("autograd.scipy.special", reason=REASON)

CAST = "gradspec.conformance.adapters.autograd_numpy:AutogradCast"
QUICK = ("relu.*", "softmax.jacobian", "sigmoid_cross_entropy.delta", "dense.gradients", "network.gradients")
"""A part of the scope small enough for a test."""


def failing(name: str, format_name: str, level: str, *clauses: str) -> set[str]:
    """The clauses that fail at one level in a small scope."""
    request = Request(formats=(format_name,), clauses=clauses, regimes=("ordinary",), effort="quick", diagnose=False)
    report: Report = run(load(name), request)
    return {row["clause"] for row in report.failures if row["level"] == level}


def ruling(operation: str, *arguments: Any) -> Kind:
    """Where the answer of autograd to one call in float64 lies, by its envelope at SHOULD."""
    answer = load("autograd").call(operation, list(arguments), {}, "float64")
    return judge(operation, list(arguments), answer, "float64", {"entry_reduction": "mean"}).findings[Level.SHOULD].kind


class TestAdapter:
    """What is offered, and what is right in it."""

    def test_offers_every_operation(self) -> None:
        """Every operation of the table can be expressed."""
        target = load("autograd")

        assert [name for name in operations() if not target.offers(name)] == []

    def test_breaks_no_must_in_float64(self) -> None:
        """In its own format no formula of autograd is wrong."""
        assert failing("autograd", "float64", "must", *QUICK) == set()

    @pytest.mark.parametrize("format_name", ["float32", "float16"])
    def test_breaks_no_must_in_other_formats_when_its_answers_are_cast(self, format_name: str) -> None:
        """The digits are right there too; it is the type that is not."""
        assert failing(CAST, format_name, "must", *QUICK) == set()

    def test_halves_the_derivative_of_relu_at_zero(self) -> None:
        """At a tie ``maximum`` gives each side a half: the convention that the adapter declares."""
        assert load("autograd").call("relu_derivative", [np.array([-1.0, 0.0, 2.0])], {}, "float64").tolist() == [
            0.0,
            0.5,
            1.0,
        ]

    def test_leaves_its_arguments_alone_and_answers_with_its_own_memory(self) -> None:
        """A step of descent writes to nothing that it was given."""
        w = np.array([1.0, 2.0])
        answer = load("autograd").call("linear_regression_step", [w, 1.0, np.ones(2), 1.0, 0.5], {}, "float64")

        assert w.tolist() == [1.0, 2.0]
        assert [part.tolist() for part in answer] == [[0.5, 1.5], 0.5]

    def test_has_no_bfloat16(self) -> None:
        """A sum of bfloat16 numbers is a scalar that autograd does not trace."""
        ml_dtypes = pytest.importorskip("ml_dtypes")

        with pytest.raises(TypeError, match="Can't differentiate"):
            autograd.grad(lambda x: anp.sum(x) * anp.sum(x))(np.ones(2, ml_dtypes.bfloat16))


class TestTypes:
    """Gradients of float32 functions that come back in float64."""

    def test_the_suite_finds_them(self) -> None:
        """The derivatives of relu break their clauses and the contract, and those of tanh keep theirs."""
        found = failing("autograd", "float32", "must", "relu.*", "tanh.*")

        assert found == {"relu.derivative", "relu.vjp"}

    @pytest.mark.parametrize("name", ["mean", "maximum", "where"])
    def test_they_are_the_rules_of_three_functions(self, name: str) -> None:
        """``autograd.grad`` promises a gradient of the type of its argument."""
        function = {
            "mean": anp.mean,
            "maximum": lambda x: anp.maximum(x, 0),
            "where": lambda x: anp.where(x > 0, x, 0 * x),
        }[name]
        x = np.array([1.0, -2.0], np.float32)

        assert function(x).dtype == np.float32
        assert autograd.elementwise_grad(function)(x).dtype == np.float64

    def test_autograds_own_check_finds_them_too(self) -> None:
        """It compares the spaces of an argument and of its gradient, and their types with them."""
        test_util = pytest.importorskip("autograd.test_util")

        with pytest.raises(AssertionError):
            test_util.check_vjp(lambda x: anp.maximum(x, 0), np.array([1.0, -2.0], np.float32))


class TestRules:
    """Rules of autograd that lose digits, each by its smallest case."""

    def test_the_logistic_function_loses_its_derivative_at_forty(self) -> None:
        """``ans * (1 - ans)`` is 0, and the derivative 4.2e-18."""
        assert autograd.grad(special.expit)(40.0) == 0
        assert ruling("sigmoid_derivative", np.array([40.0])) is Kind.OUTSIDE

    def test_a_quotient_loses_its_derivative_with_the_square_of_the_divisor(self) -> None:
        """``-g * x / y**2`` is -inf for a derivative of -1e180, and 0 for one of -1e-100."""
        with np.errstate(all="ignore"):
            slope = autograd.elementwise_grad(lambda y, x: x / y)

            assert slope(np.array([1e-170]), np.array([1e-160])).tolist() == [-np.inf]
            assert slope(np.array([1e200]), np.array([1e300])).tolist() == [0]
        assert ruling("division_jacobians", np.array([1e300]), np.array([1e200])) is Kind.OUTSIDE

    def test_softplus_rounds_the_exponent_of_its_derivative(self) -> None:
        """``exp(y - ans)`` subtracts numbers near 18 for a derivative just below 1."""
        assert ruling("sigmoid_cross_entropy_delta", np.array([18.36840028483855]), np.array([0.0])) is Kind.OUTSIDE

    def test_the_derivative_of_tanh_is_right_in_the_tail(self) -> None:
        """``1 / cosh(x)**2`` keeps the digits that ``1 - tanh(x)**2`` loses."""
        assert ruling("tanh_derivative", np.array([20.0])) is Kind.INSIDE
