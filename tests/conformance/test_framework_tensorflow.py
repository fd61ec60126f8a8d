"""TensorFlow and Keras, run for real; without them these tests skip and say so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from gradspec.conformance import Request, judge, load, run
from gradspec.spec.operations import operations

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradspec.conformance.report import Report

REASON = "TensorFlow is not installed: pip install 'gradspec[tensorflow]'"
# The adapter is imported first, because it silences what TensorFlow logs while it is imported.
pytest.importorskip("gradspec.conformance.adapters.tensorflow_keras", reason=REASON, exc_type=ImportError)
tf = pytest.importorskip("tensorflow", reason=REASON)
keras = pytest.importorskip("keras", reason=REASON)

TARGETS = ("tensorflow", "keras")
QUICK = ("sigmoid.*", "softmax.*", "sigmoid_cross_entropy.*", "dense.value", "gradient_descent.step")
"""A part of the scope small enough for a test."""
LEAKY = {"leaky_relu.value", "leaky_relu.derivative", "leaky_relu.vjp"}
"""What both break in float64: the slope is a float32."""
CLIPPED = {"binary_cross_entropy.value", "binary_cross_entropy.gradient"}
"""What Keras breaks in every format: it clips predictions."""
NORMALISED = {"categorical_cross_entropy.value", "categorical_cross_entropy.gradient"}
"""What Keras breaks in every format: it clips predictions, and divides them by their sum before."""


def failing(name: str, format_name: str, clauses: Sequence[str], *regimes: str) -> set[str]:
    """The clauses that fail at MUST in a small scope."""
    request = Request(formats=(format_name,), clauses=tuple(clauses), regimes=regimes, effort="quick", diagnose=False)
    report: Report = run(load(name), request)
    return {row["clause"] for row in report.failures if row["level"] == "must"}


def answer(name: str, operation: str, *arguments: Any, **keywords: float) -> Any:
    """What a target says to one case in float64."""
    given = [np.asarray(each) if isinstance(each, list) else each for each in arguments]
    return load(name).call(operation, given, keywords, "float64")


def kind(operation: str, arguments: Sequence[Any], got: Any, **keywords: float) -> str:
    """How an answer in float64 is judged at MUST by the conventions of both."""
    conventions = {"layout": "rows", "weight_layout": "in_out", "squared_error": "full", "entry_reduction": "mean"}
    given = [np.asarray(each) for each in arguments]
    finding = judge(operation, given, got, conventions=conventions, keywords=keywords).findings["must"]  # type: ignore[index]
    return str(finding.kind)


def gradient(loss: Any, point: Any) -> Any:
    """The derivative that the tape gives, without the adapter."""
    with tf.GradientTape() as tape:
        tape.watch(point)
        value = loss(point)
    return tape.gradient(value, point).numpy()


@pytest.mark.parametrize("name", TARGETS)
class TestBoth:
    """What is asked of TensorFlow and of Keras alike."""

    def test_offers_every_operation(self, name: str) -> None:
        """Every operation of the table can be expressed."""
        target = load(name)

        assert [each for each in operations() if not target.offers(each)] == []

    def test_says_how_it_computes(self, name: str) -> None:
        """The report names the mode, the device and the threads, which are more where TensorFlow was used before."""
        environment = load(name).environment

        assert environment.items() >= {"mode": "eager", "device": "CPU"}.items()
        assert environment["threads"] in {"1", "as many as there are cores"}

    def test_breaks_no_must_in_a_quick_scope(self, name: str) -> None:
        """Activations, losses from logits, layers and steps of descent keep their clauses in float64."""
        assert failing(name, "float64", QUICK, "ordinary") == set()

    def test_networks_break_no_must_in_float32(self, name: str) -> None:
        """Networks are right where the slope of a leaky relu is; in float64 those with one of them are not."""
        assert failing(name, "float32", ("network.cost", "network.gradients"), "exact") == set()

    @pytest.mark.parametrize("format_name", ["float16", "bfloat16"])
    def test_half_formats_break_no_must_in_the_core(self, name: str, format_name: str) -> None:
        """Activations and layers keep their clauses in the half formats."""
        assert failing(name, format_name, ("relu.*", "tanh.*", "dense.value"), "ordinary") == set()

    def test_breaks_leaky_relu_in_float64_alone(self, name: str) -> None:
        """The slope reaches the kernel as a float32."""
        assert failing(name, "float64", ("leaky_relu.*",), "ordinary") == LEAKY
        assert failing(name, "float32", ("leaky_relu.*",), "ordinary") == set()

    def test_a_jacobian_is_that_of_the_tape(self, name: str) -> None:
        """Row by row comes out what ``GradientTape.jacobian`` vectorises."""
        z = [0.5, -1.0, 2.0]
        with tf.GradientTape() as tape:
            point = tf.constant(z, tf.float64)
            tape.watch(point)
            value = tf.nn.softmax(point)

        assert np.array_equal(answer(name, "softmax_jacobian", z), tape.jacobian(value, point).numpy())


class TestFaultsOfTensorFlow:
    """What is wrong in TensorFlow, shown without the adapter."""

    def test_the_slope_of_a_leaky_relu_is_a_float32(self) -> None:
        """At -1 with slope 0.01 the answer in float64 is -float32(0.01), 2.2e-8 off."""
        got = tf.nn.leaky_relu(tf.constant([-1.0], tf.float64), alpha=0.01).numpy()

        assert got[0] == -float(np.float32(0.01)) != -0.01
        assert kind("leaky_relu", [[-1.0]], got, slope=0.01) == "outside"

    def test_a_second_power_is_not_a_square(self) -> None:
        """``x ** 2`` is ``tf.pow``, which misses the nearest number where ``tf.square`` hits it; alone it does too."""
        x = tf.constant([6.99745392930837] * 8, tf.float64)

        assert np.array_equal(tf.square(x), x.numpy() * x.numpy())
        assert not np.any((x**2).numpy() == tf.square(x).numpy())
        assert np.array_equal(x[:1] ** 2, tf.square(x[:1]))

    def test_the_softmax_cross_entropy_supposes_labels_of_sum_one(self) -> None:
        """For labels of sum 2 its value is right and its gradient is s - y, where 2 s - y is the derivative."""
        z, y = tf.constant([[1.0, 2.0, 3.0]], tf.float64), tf.constant([[1.0, 1.0, 0.0]], tf.float64)
        got = gradient(lambda point: tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=point), z)

        assert got == pytest.approx((tf.nn.softmax(z) - y).numpy())

    def test_a_softmax_hides_nan_where_onednn_computes_it(self) -> None:
        """The softmax of (nan, 0) is (nan, nan) in float64 and (nan, 0) in float32, the answer of oneDNN."""
        double, single = (
            tf.nn.softmax(tf.constant([[np.nan, 0.0]], each)).numpy()[0] for each in ("float64", "float32")
        )
        if np.isnan(single).all():
            pytest.skip("oneDNN is off, or has no softmax for this processor")

        assert np.isnan(double).all()
        assert np.isnan(single[0])
        assert single[1] == 0

    def test_the_step_of_its_numpy_has_no_bfloat16(self) -> None:
        """``tf.experimental.numpy.heaviside`` takes bfloat16 for integers; the adapter says so."""
        z = tf.constant([1.0], tf.bfloat16)
        with pytest.raises(AttributeError, match="astype"):
            tf.experimental.numpy.heaviside(z, z)
        with pytest.raises(NotImplementedError, match="bfloat16"):
            load("tensorflow").call("heaviside", [z.numpy()], {}, "bfloat16")


class TestFaultsOfKeras:
    """What is wrong in Keras, shown without the adapter."""

    def test_breaks_the_losses_from_probabilities(self) -> None:
        """Predictions are clipped, and those of classes divided by their sum before."""
        assert failing("keras", "float64", ("binary_cross_entropy.*",), "extreme") == CLIPPED
        assert failing("keras", "float64", ("categorical_cross_entropy.*",), "ordinary") == NORMALISED

    def test_a_confident_wrong_prediction_has_no_gradient(self) -> None:
        """At o = 1e-10 with label 1 the loss is 16.1 where it is 23.0, the gradient 0 where it is -1e10."""
        o, y = tf.constant([[1e-10]], tf.float64), tf.constant([[1.0]], tf.float64)
        value = keras.losses.binary_crossentropy(y, o).numpy()[0]
        slope = gradient(lambda point: keras.losses.binary_crossentropy(y, point), o)[0]

        assert value == pytest.approx(16.118, abs=1e-3)
        assert slope == 0
        assert kind("binary_cross_entropy", [[1e-10], [1.0]], value) == "outside"
        assert kind("binary_cross_entropy_gradient", [[1e-10], [1.0]], slope) == "outside"

    def test_a_categorical_gradient_is_that_of_normalised_predictions(self) -> None:
        """At o = (1/4, 3/4) with label (0, 1) the gradient is (1, -1/3) where it is (0, -4/3)."""
        o, y = tf.constant([[0.25, 0.75]], tf.float64), tf.constant([[0.0, 1.0]], tf.float64)
        got = gradient(lambda point: keras.losses.categorical_crossentropy(y, point), o)[0]

        assert got == pytest.approx([1, -1 / 3])
        assert kind("categorical_cross_entropy_gradient", [[0.25, 0.75], [0.0, 1.0]], got) == "outside"

    @pytest.mark.parametrize("format_name", ["float16", "bfloat16"])
    def test_a_perfect_prediction_is_nan_in_half_formats(self, format_name: str) -> None:
        """1 - 1e-7 is 1 there, so that at o = y = 1 zero is multiplied by the logarithm of zero."""
        o = tf.constant([[1.0]], format_name)

        assert np.isnan(float(keras.losses.binary_crossentropy(o, o)[0]))
        assert np.isnan(float(gradient(lambda point: keras.losses.binary_crossentropy(o, point), o)[0, 0]))

    def test_a_loss_of_another_format_forgets_the_logits(self) -> None:
        """Behind a sigmoid of float64 the loss at z = 30 is 15.9 by default and 30 with ``dtype="float64"``."""
        o, y = keras.activations.sigmoid(tf.constant([[30.0]], tf.float64)), tf.constant([[0.0]], tf.float64)

        assert float(keras.losses.BinaryCrossentropy(dtype="float64")(y, o)) == pytest.approx(30)
        assert float(keras.losses.BinaryCrossentropy()(y, o)) == pytest.approx(15.942, abs=1e-3)

    def test_a_learning_rate_is_a_float32(self) -> None:
        """A step in float64 by the rate 0.1 from 1 ends at 0.8999999985, unless the default format is float64."""
        variable = keras.Variable(np.array([1.0]), dtype="float64")
        keras.optimizers.SGD(0.1).apply([tf.constant([1.0], tf.float64)], [variable])

        assert float(variable.numpy()[0]) == 1 - float(np.float32(0.1))
        (stepped,) = answer("keras", "linear_regression_step", [1.0], 0.0, [1.0], 0.0, 0.1)[:1]
        assert stepped[0] == 0.9
