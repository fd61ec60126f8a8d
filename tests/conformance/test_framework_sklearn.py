"""scikit-learn, run for real; without it these tests skip and say so."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from gradspec.conformance import Request, judge, load, run
from gradspec.spec.network import Layer, Network

if TYPE_CHECKING:
    from collections.abc import Sequence

REASON = "scikit-learn is not installed: pip install 'gradspec[sklearn]'"
pytest.importorskip("sklearn", reason=REASON)
base = pytest.importorskip("sklearn.neural_network._base", reason=REASON)
losses = pytest.importorskip("sklearn._loss.loss", reason=REASON)

QUICK = ("relu.vjp", "tanh.vjp", "dense.gradients", "softmax.value", "layer.gradients")
"""A part of the scope small enough for a test."""
CONVENTIONS = {"layout": "rows", "weight_layout": "in_out", "squared_error": "half", "entry_reduction": "sum"}
"""Those of its gradients."""


def answer(operation: str, *arguments: Any, **keywords: float) -> Any:
    """What the target says to one case in float64."""
    return load("sklearn").call(operation, list(arguments), keywords, "float64")


def kind(operation: str, arguments: Sequence[Any], level: str = "must") -> str:
    """How its answer in float64 is judged."""
    judged = judge(operation, list(arguments), answer(operation, *arguments), conventions=CONVENTIONS)
    return str(judged.findings[level].kind)  # type: ignore[index]


def network(weights: Any, activation: str = "identity", loss: str = "squared_error") -> Network:
    """A network of one layer without bias, weights by input and output."""
    W = np.array(weights)
    return Network((Layer(W, np.zeros(W.shape[1]), activation),), loss)


class TestScope:
    """What it offers, declares and keeps."""

    def test_offers_what_its_parts_can_express(self) -> None:
        """No derivative of a softmax, no automatic differentiation, no leaky relu."""
        target = load("sklearn")
        left = ("softmax_vjp", "leaky_relu", "output_weight_jacobian", "network_vjp", "binary_cross_entropy_gradient")

        assert not any(target.offers(each) for each in left)
        assert target.formats == ("float64", "float32")

    @pytest.mark.parametrize("format_name", ["float64", "float32"])
    def test_breaks_no_must_in_a_quick_scope(self, format_name: str) -> None:
        """Activations, layers, neurons and steps keep their clauses, derivatives from the activated value included."""
        request = Request(formats=(format_name,), clauses=QUICK, regimes=("ordinary",), effort="quick", diagnose=False)

        assert [row["clause"] for row in run(load("sklearn"), request).failures if row["level"] == "must"] == []

    def test_writes_to_no_argument(self) -> None:
        """Its activations and derivatives write where they read, so that the adapter hands them copies."""
        z, upstream = np.array([0.5, -1.0]), np.array([1.0, 2.0])
        answer("tanh_vjp", z, upstream)

        assert (z.tolist(), upstream.tolist()) == ([0.5, -1.0], [1.0, 2.0])

    def test_refuses_a_network_that_no_estimator_is(self) -> None:
        """Hidden layers of two activations, and a squared error behind a tanh."""
        layer = network([[1.0]]).layers[0]
        mixed = Network((Layer(*vars_of(layer), "relu"), Layer(*vars_of(layer), "tanh"), layer), "squared_error")

        with pytest.raises(NotImplementedError, match="one elementwise activation"):
            answer("network_forward", mixed, np.array([[1.0]]))
        with pytest.raises(NotImplementedError, match="no squared_error of a tanh output"):
            answer("network_cost", network([[1.0]], "tanh"), np.array([[1.0]]), np.array([[1.0]]))


def vars_of(layer: Layer) -> tuple[Any, Any]:
    """Weights and bias of a layer."""
    return layer.weights, layer.bias


class TestFaults:
    """What scikit-learn itself gets wrong, each by its own functions."""

    def test_cost_and_gradient_of_two_outputs_contradict_one_another(self) -> None:
        """The cost is half the mean over the outputs, the gradient that of half the sum."""
        two = network([[1.0, 1.0]])
        X, Y = np.array([[1.0]]), np.array([[0.0, 0.0]])

        assert float(base.squared_loss(Y, np.array([[1.0, 1.0]]))) == 0.5
        assert kind("network_cost", [two, X, Y]) == "outside"
        assert kind("network_gradients", [two, X, Y]) == "inside"

    def test_log_loss_of_a_right_prediction_is_not_zero(self) -> None:
        """Probabilities are clipped to between eps and 1 - eps, and the gradient is of the loss without that."""
        right = np.array([1.0, 0.0])

        assert float(base.log_loss(right[None], right[None])) == pytest.approx(2.0**-52)
        assert kind("categorical_cross_entropy", [np.array([1.0, 1.0]), right]) == "outside"
        assert kind("binary_cross_entropy", [np.array([2.0**-53]), np.array([1.0])]) == "outside"

    def test_log_loss_of_a_sure_and_wrong_network_stops_growing(self) -> None:
        """At a logit of -100 the loss is 100, and 36.04 is reported."""
        sure = network([[-100.0]], "sigmoid", "binary_cross_entropy")
        cost = answer("network_cost", sure, np.array([[1.0]]), np.array([[1.0]]))

        assert float(cost) == pytest.approx(-math.log(2.0**-52))

    def test_log_probability_is_minus_infinity_where_the_probability_underflows(self) -> None:
        """``predict_log_proba`` takes the logarithm of the softmax."""
        z = np.array([0.0, 800.0])

        with np.errstate(divide="ignore"):
            assert answer("log_softmax", z).tolist() == [-math.inf, 0.0]
            assert kind("log_softmax", [z], "should") == "outside"

    def test_derivatives_from_the_activated_value_lose_their_digits(self) -> None:
        """At z = 20 the derivative of tanh is 1.7e-17, and 0 comes back."""
        a, delta = np.array([math.tanh(20.0)]), np.array([1.0])
        base.inplace_tanh_derivative(a, delta)

        assert delta.tolist() == [0.0]
        assert kind("tanh_derivative", [np.array([20.0])], "should") == "outside"

    def test_multinomial_loss_of_equal_large_logits_loses_its_digits(self) -> None:
        """Two logits of 708.57 leave log 2; it is found as 709.26 minus 708.57."""
        z, y = np.full(2, float.fromhex("0x1.628955c6b20cap+9")), np.array([1.0, 0.0])
        own = losses.HalfMultinomialLoss(n_classes=2).loss(np.array([0.0]), z[None])

        assert abs(float(own[0]) - math.log(2)) > 1e-14
        assert kind("softmax_cross_entropy", [z, y], "should") == "outside"
