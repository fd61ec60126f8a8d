"""ONNX Runtime, run for real; without it these tests skip and say so, and so do those of gradients in most builds."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from gradspec.conformance import Request, judge, load, run
from gradspec.spec.operations import operations

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradspec.conformance.adapters.onnx_runtime.graphs import Graph, Value

REASON = "ONNX Runtime is not installed: pip install 'gradspec[onnx]'"
pytest.importorskip("onnx", reason=REASON)
pytest.importorskip("onnxruntime", reason=REASON)
graphs = pytest.importorskip("gradspec.conformance.adapters.onnx_runtime.graphs", reason=REASON)
sessions = pytest.importorskip("gradspec.conformance.adapters.onnx_runtime.sessions", reason=REASON)

FORWARD = 47
"""Operations that need no derivative of ONNX Runtime."""
ALL_BUT_A_STEP = 118
"""Operations of a build for training: it has no derivative of a step."""
QUICK = ("relu.value", "tanh.value", "softmax.value", "dense.value", "softmax_cross_entropy.value")
"""A part of the scope small enough for a test."""
CONVENTIONS = {"layout": "rows", "squared_error": "full", "entry_reduction": "mean"}
"""Those of its losses."""

needs_gradients = pytest.mark.skipif(
    not graphs.TRAINING, reason="this build of ONNX Runtime has no gradients: pip install onnxruntime-training"
)


def answer(operation: str, *arguments: Any, **keywords: float) -> Any:
    """What the target says to one case."""
    return load("onnxruntime").call(operation, list(arguments), keywords, arguments[0].dtype.name)


def kind(operation: str, arguments: Sequence[Any], level: str) -> str:
    """How its answer is judged."""
    given = list(arguments)
    judged = judge(operation, given, answer(operation, *given), given[0].dtype.name, conventions=CONVENTIONS)
    return str(judged.findings[level].kind)  # type: ignore[index]


def broken(format_name: str, clauses: Sequence[str]) -> list[str]:
    """The clauses that fail at MUST in a small scope."""
    request = Request(
        formats=(format_name,), clauses=tuple(clauses), regimes=("ordinary",), effort="quick", diagnose=False
    )
    return [row["clause"] for row in run(load("onnxruntime"), request).failures if row["level"] == "must"]


class TestScope:
    """What it offers, declares and keeps."""

    def test_offers_what_the_build_can_do(self) -> None:
        """The forward operators, and with gradients everything but the derivative of a step."""
        target = load("onnxruntime")
        offered = [each for each in operations() if target.offers(each)]

        assert len(offered) == (ALL_BUT_A_STEP if graphs.TRAINING else FORWARD)
        assert target.offers("sigmoid_vjp") == graphs.TRAINING
        assert target.formats == ("float64", "float32", "float16")

    @pytest.mark.parametrize("format_name", ["float64", "float32", "float16"])
    def test_breaks_no_must_in_a_quick_scope(self, format_name: str) -> None:
        """Activations, layers and the loss from logits keep their clauses."""
        assert broken(format_name, QUICK) == []

    def test_makes_no_session_for_a_shape(self) -> None:
        """The lengths of axes are symbols; a rank, a format and an operation have one session each."""
        answer("tanh", np.ones(3))
        before = sessions._forward.cache_info().misses
        answer("tanh", np.ones(5))

        assert sessions._forward.cache_info().misses == before

    def test_a_kernel_that_is_missing_is_unsupported(self) -> None:
        """The CPU provider has no Softplus in float64."""

        def softplus(graph: Graph, z: Value) -> Value:
            return graph("Softplus", z)

        with pytest.raises(NotImplementedError, match="Softplus"):
            sessions.in_onnx(softplus)(None, np.zeros(2))


class TestFaults:
    """What ONNX Runtime itself gets wrong, each by one operator."""

    def test_sigmoid_in_float32_is_zero_where_it_is_not(self) -> None:
        """A rational function plus one half, clamped: at -20 it is 0, and the truth is 2.1e-9."""
        z = np.array([-20.0], dtype=np.float32)

        assert answer("sigmoid", z).tolist() == [0.0]
        assert kind("sigmoid", [z], "should") == "outside"

    def test_sigmoid_in_float64_loses_its_digits_below_zero(self) -> None:
        """It is 1 - 1 / (1 + exp(z)) there: at -30 three digits are left, at -40 none."""
        z = np.array([-30.0])

        assert abs(float(answer("sigmoid", z)[0]) * math.exp(30.0) - 1.0) > 1e-4
        assert answer("sigmoid", np.array([-40.0])).tolist() == [0.0]
        assert kind("sigmoid", [z], "should") == "outside"

    def test_transposed_matrix_times_vector_is_not_transposed(self) -> None:
        """The optimizer makes a FusedMatMul of both operators, which forgets to transpose where a vector follows."""

        def product(graph: Graph, A: Value, v: Value) -> Value:
            return graph("MatMul", graph("Transpose", A), v)

        A, v = np.array([[1, 2], [3, 4], [5, 6]], dtype=np.float32), np.array([1, 0, 0], dtype=np.float32)

        assert (A.T @ v).tolist() == [1.0, 2.0]
        assert sessions.in_onnx(product)(None, A, v).tolist() == [1.0, 4.0]

    def test_normalization_of_a_long_vector_is_zero(self) -> None:
        """LpNormalization squares before it adds."""
        assert answer("steepest_descent_direction", np.array([1e200, 1e200])).tolist() == [0.0, 0.0]


@needs_gradients
class TestGradients:
    """Gradient graphs, of builds for training."""

    def test_break_no_must_in_a_quick_scope(self) -> None:
        """Derivatives of activations, layers and networks keep their clauses in float32."""
        assert broken("float32", ("tanh.vjp", "softmax.vjp", "dense.gradients", "network.gradients")) == []

    def test_are_unsupported_in_float64(self) -> None:
        """The builder seeds every gradient with a float32."""
        with pytest.raises(NotImplementedError, match="float32"):
            answer("tanh_derivative", np.zeros(2))

    def test_of_a_matrix_times_a_vector_are_not_transposed(self) -> None:
        """The gradient graph is right, and its FusedMatMul forgets to transpose."""
        J, upstream = np.array([[1, 2], [3, 4], [5, 6]], dtype=np.float32), np.array([1, 0, 0], dtype=np.float32)

        assert answer("vector_jacobian_product", J, upstream).tolist() == [1.0, 4.0]
        assert kind("vector_jacobian_product", [J, upstream], "must") == "outside"

    def test_of_a_power_of_a_number_have_an_axis_too_many(self) -> None:
        """The gradient of Pow by a tensor without axes has the shape (1,)."""
        assert answer("sum_with_square_derivative", np.array(3, dtype=np.float32)).shape == (1,)

    def test_own_loss_of_logits_is_infinite_where_the_sigmoid_is_zero(self) -> None:
        """At a logit of -20 and the label 1 the loss is 20."""
        z, y = np.array([-20.0], dtype=np.float32), np.array([1.0], dtype=np.float32)

        assert math.isinf(float(answer("sigmoid_cross_entropy", z, y)))
        assert math.isnan(float(answer("sigmoid_cross_entropy", z, 1 - y)))
        assert kind("sigmoid_cross_entropy", [z, 1 - y], "must") == "outside"
