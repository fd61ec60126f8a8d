"""Judging one answer, entry by entry."""

from __future__ import annotations

import math
from typing import Any

import ml_dtypes
import numpy as np
import pytest

from gradspec.conformance import judge
from gradspec.conformance.case import Case
from gradspec.conformance.checks.examiner import Examiner
from gradspec.conformance.checks.finding import Kind
from gradspec.conformance.judging import Given
from gradspec.conformance.verdict import Level
from gradspec.spec.conventions import resolve
from gradspec.spec.network import Layer, Network


def ruling(operation: str, arguments: list[Any], answer: Any, format_name: str = "float64", **options: Any) -> str:
    """What MUST says of the answer."""
    return judge(operation, arguments, answer, format_name, **options).findings[Level.MUST].kind.value


class TestOrdinaryAnswers:
    """An answer passes if it lies in its envelope."""

    def test_the_nearest_number_is_inside(self) -> None:
        """sigma'(1) to the last digit."""
        assert ruling("sigmoid_derivative", [np.array([1.0])], np.array([0.19661193324148185])) == "inside"

    @pytest.mark.parametrize("error", [1e-9, -1e-9, 1e-12])
    def test_a_small_relative_error_is_outside(self, error: float) -> None:
        """Finite differences with their usual tolerances see nothing of it."""
        wrong = np.array([0.19661193324148185 * (1 + error)])

        assert ruling("sigmoid_derivative", [np.array([1.0])], wrong) == "outside"

    def test_every_entry_counts(self) -> None:
        """One wrong entry among right ones is outside, and the finding names it."""
        z = np.array([1.0, 2.0, 3.0])
        answer = 1 / (1 + np.exp(-z))
        answer[2] += 1e-6

        finding = judge("sigmoid", [z], answer).findings[Level.MUST]

        assert finding.kind is Kind.OUTSIDE
        assert finding.judgement is not None
        assert finding.judgement.worst is not None
        assert finding.judgement.worst.index == (2,)

    def test_nan_is_outside(self) -> None:
        """Where the truth is a number."""
        assert ruling("tanh", [np.array([1.0])], np.array([math.nan])) == "outside"

    def test_nan_is_open_where_a_printed_form_gives_it(self) -> None:
        """``e^z / (e^z + 1)`` is a NaN at z = 1000; numbers are judged there as everywhere."""
        z = np.array([1000.0])

        assert ruling("sigmoid", [z], np.array([math.nan])) == "open"
        assert ruling("sigmoid", [z], np.array([1.0])) == "inside"
        assert ruling("sigmoid", [z], np.array([0.999])) == "outside"

    def test_a_naive_tail_is_open_to_must_and_outside_of_should(self) -> None:
        """In float32 at z = 20 the printed formula says 0 and the stable one does not."""
        z = np.array([20.0], dtype=np.float32)

        findings = judge("sigmoid_derivative", [z], np.zeros(1, np.float32), "float32").findings

        assert findings[Level.MUST].kind is Kind.OPEN
        assert findings[Level.SHOULD].kind is Kind.OUTSIDE

    def test_a_wide_envelope_still_ends_somewhere(self) -> None:
        """An answer inside of it says nothing, one outside is wrong."""
        z = np.array([20.0], dtype=np.float32)

        assert ruling("sigmoid_derivative", [z], np.full(1, 1e-8, np.float32), "float32") == "open"
        assert ruling("sigmoid_derivative", [z], np.full(1, 1e-5, np.float32), "float32") == "outside"

    @pytest.mark.parametrize("format_name", ["float64", "float32"])
    def test_a_diagonal_jacobian_may_be_multiplied_out(self, format_name: str) -> None:
        """Its zeros times the infinite derivative of a saturated unit are NaN."""
        dtype = np.dtype(format_name)
        layer = Layer(np.array([[0.0], [1.0]], dtype), np.zeros(2, dtype), "sigmoid")
        network = Network((layer,), "binary_cross_entropy")
        x, y = np.array([[1000.0]], dtype), np.zeros((2, 1), dtype)
        nan = np.full(2, math.nan, dtype)

        findings = judge("network_gradients", [network, x, y], ([nan[:, None]], [nan]), format_name).findings

        assert findings[Level.MUST].kind is Kind.OPEN
        assert findings[Level.SHOULD].kind is Kind.OUTSIDE


class TestInfinities:
    """An infinity passes where the true value, or an admissible intermediate, overflows."""

    def test_an_overflowing_result_must_be_infinite(self) -> None:
        """The true value 1e600 is beyond every number: a finite answer is outside."""
        x, weights, bias = np.array([1e300]), np.array([[1e300]]), np.array([0.0])

        assert ruling("dense", [x, weights, bias], np.array([math.inf])) == "inside"
        assert ruling("dense", [x, weights, bias], np.array([1.7976931348623157e308])) == "outside"
        assert ruling("dense", [x, weights, bias], np.array([-math.inf])) == "outside"

    def test_headroom_of_four(self) -> None:
        """2 (o - y) / 2 overflows early, and is the gradient."""
        o, y = np.array([1.7e308]), np.array([0.0])

        assert ruling("squared_error_gradient", [o, y], np.array([math.inf])) == "inside"

    def test_a_copy_does_not_overflow(self) -> None:
        """Relu of the largest number is that number."""
        z = np.array([1.7976931348623157e308])

        assert ruling("relu", [z], z.copy()) == "inside"
        assert ruling("relu", [z], np.array([math.inf])) == "outside"


class TestKinks:
    """At a kink the convention rules; near one, within rounding, either branch."""

    def test_the_declared_value_at_zero(self) -> None:
        """And no other."""
        z = np.array([0.0])

        assert ruling("relu_derivative", [z], np.array([0.0])) == "inside"
        assert ruling("relu_derivative", [z], np.array([1.0])) == "outside"
        assert ruling("relu_derivative", [z], np.array([1.0]), conventions={"relu_at_zero": 1}) == "inside"
        assert ruling("relu_derivative", [z], np.array([0.5]), conventions={"relu_at_zero": 0.5}) == "inside"

    def test_a_doubtful_unit_is_open_or_closed_as_a_whole(self) -> None:
        """A pre-activation that rounding may move across 0 admits both gradients, and no mixture of them."""
        network = Network(
            (
                Layer(np.array([[0.1, 0.2]]), np.array([-0.3 * 0.1]), "relu"),
                Layer(np.array([[1.0]]), np.array([0.0]), "identity"),
            ),
            "squared_error",
        )
        x, y = np.array([[0.1], [0.1]]), np.array([[2.0]])
        # sum of 0.01 + 0.02 - 0.03: zero in exact decimals, a few 1e-18 in binary
        closed = ([np.zeros((1, 2)), np.zeros((1, 1))], [np.zeros(1), np.array([-2.0])])
        opened = ([np.array([[-0.2, -0.2]]), np.zeros((1, 1))], [np.array([-2.0]), np.array([-2.0])])
        mixed = ([np.array([[-0.2, -0.2]]), np.zeros((1, 1))], [np.zeros(1), np.array([-2.0])])

        assert ruling("network_gradients", [network, x, y], closed) == "inside"
        assert ruling("network_gradients", [network, x, y], opened) == "inside"
        assert ruling("network_gradients", [network, x, y], mixed) == "outside"


class TestSubnormals:
    """MUST admits flushing, SHOULD only where it is declared, and float16 never does."""

    def test_flushing(self) -> None:
        """A flushed float32 relu is Core, and Robust only by declaration."""
        z, zero = np.array([1e-40], dtype=np.float32), np.array([0.0], dtype=np.float32)

        assert judge("relu", [z], zero, "float32").findings[Level.MUST].kind is not Kind.OUTSIDE
        assert judge("relu", [z], zero, "float32").findings[Level.SHOULD].kind is Kind.OUTSIDE
        declared = judge("relu", [z], zero, "float32", {"subnormals": "flush"})
        assert declared.findings[Level.SHOULD].kind is not Kind.OUTSIDE

    def test_float16_is_not_flushed(self) -> None:
        """No library that was looked at does it."""
        z = np.array([1e-6], dtype=np.float16)

        assert ruling("relu", [z], np.array([0.0], dtype=np.float16), "float16") == "outside"


class TestExactRegime:
    """In the exact regime the envelope is a point."""

    def test_the_last_bit_counts(self) -> None:
        """2 * 0.5 + 3 * 0.25 + 1 is 2.75, however it is added."""
        arguments = [np.array([2.0, 3.0]), np.array([[0.5, 0.25]]), np.array([1.0])]
        near = np.nextafter(np.array([2.75]), 3)

        assert ruling("dense", arguments, np.array([2.75]), exact=True) == "inside"
        assert ruling("dense", arguments, near, exact=True) == "outside"
        assert ruling("dense", arguments, near) == "inside"

    def test_minus_zero_is_zero(self) -> None:
        """A zero of either sign is right."""
        assert ruling("relu", [np.array([-1.0])], np.array([-0.0]), exact=True) == "inside"


class TestPromises:
    """A promise narrows what is admitted, a declaration of coarse products widens it."""

    def test_float32_intermediates_narrow_bfloat16(self) -> None:
        """Stepwise bfloat16 is admitted without the promise, and not with it."""
        z = np.array([1.5, -2.25], dtype=ml_dtypes.bfloat16)
        one = ml_dtypes.bfloat16(1)
        stepwise = (one / (one + np.exp(-z))).astype(ml_dtypes.bfloat16)
        stepwise = (stepwise * (one - stepwise)).astype(ml_dtypes.bfloat16)
        promise = {"intermediates": "float32"}

        assert ruling("sigmoid_derivative", [z], stepwise, "bfloat16") != "outside"
        assert ruling("sigmoid_derivative", [z], stepwise, "bfloat16", conventions=promise) == "outside"

    def test_tf32_products_are_a_fault_unless_declared(self) -> None:
        """Eleven bits of each input in a float32 answer."""
        rng = np.random.default_rng(5)
        weights, x = rng.normal(size=(3, 4)).astype(np.float32), rng.normal(size=4).astype(np.float32)
        bias = np.zeros(3, dtype=np.float32)
        coarse = (weights.view(np.uint32) & np.uint32(0xFFFFE000)).view(np.float32) @ x

        assert ruling("dense", [x, weights, bias], coarse, "float32") == "outside"
        declared = ruling("dense", [x, weights, bias], coarse, "float32", conventions={"matmul_inputs": "bfloat16"})
        assert declared != "outside"


class TestRefusals:
    """A question that cannot be judged is refused."""

    @pytest.mark.parametrize(
        ("operation", "arguments", "format_name", "says"),
        [
            ("sigmoidal", [np.zeros(1)], "float64", "'sigmoidal' is not an operation"),
            ("sigmoid", [np.zeros(1)], "float8", "'float8' is not a format"),
            ("sigmoid", [], "float64", r"takes 1 arguments \(z\), not 0"),
            ("sigmoid", [np.zeros(1, np.float32)], "float64", "has dtype float32"),
        ],
    )
    def test_in_words(self, operation: str, arguments: list[Any], format_name: str, says: str) -> None:
        """The value, the rule, and what may stand there."""
        with pytest.raises(ValueError, match=says):
            judge(operation, arguments, np.zeros(1), format_name)

    def test_a_wrong_shape_is_a_finding_of_the_answer(self) -> None:
        """Not of the question."""
        finding = judge("sigmoid", [np.zeros(2)], np.full((2, 1), 0.5)).findings[Level.MUST]

        assert finding.kind is Kind.OUTSIDE
        assert finding.reason == "a has shape (2, 1), expected (2,)"


class TestPerfectPredictions:
    """An entry that is predicted to the last bit costs nothing, and the others still count."""

    CASE = Case("binary_cross_entropy", "float64", "special", (np.array([1.0, 0.25]), np.array([1.0, 0.0])))

    def finding(self, loss: float, **choices: str) -> Kind:
        """What STRICT says of the loss."""
        settled = resolve(choices)
        return Examiner(Given(np.float64(loss), settled), settled).value(self.CASE).findings[Level.STRICT].kind

    def test_the_rest_is_judged(self) -> None:
        """-log(3/4), and nothing else."""
        assert self.finding(0.2876820724517809) is Kind.INSIDE
        assert self.finding(0.2877) is Kind.OUTSIDE
        assert self.finding(math.nan) is Kind.OUTSIDE

    def test_a_mean_over_fewer_entries_is_another_loss(self) -> None:
        """Then nothing is demanded."""
        assert self.finding(0.14384103622589045, entry_reduction="mean") is Kind.OPEN
