"""What a failing implementation behaves like: every cause that fits, none that contradicts an answer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from gradspec.conformance import Report, Request, run
from gradspec.conformance.adapters.python_object import PythonObject
from gradspec.conformance.adapters.reference import activations
from gradspec.conformance.diagnosis import diagnosing
from gradspec.conformance.diagnosis.cause import Cause
from gradspec.conformance.examining import EFFORTS
from gradspec.conformance.faults import FAULTS, Fault, Faulty
from gradspec.conformance.rendering.text import summary
from gradspec.conformance.report import parse
from gradspec.spec.formats import FORMATS
from gradspec.spec.operations import operations

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gradspec.conformance.checks.memory import Memory


@pytest.fixture(autouse=True)
def no_shrinking(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counterexamples are not what is looked at."""
    monkeypatch.setitem(EFFORTS, "quick", replace(EFFORTS["quick"], shrinking_calls=0))


def reported(
    operation: str,
    mistake: Callable[..., Any],
    memory: Memory,
    formats: tuple[str, ...] = ("float64",),
    conventions: Mapping[str, str] | None = None,
) -> Report:
    """The report on one operation that is computed by ``mistake``, over the clause of its value."""
    target = PythonObject(Faulty("faulty", {operation: mistake}, conventions or {}), "faulty")
    clause = operations()[operation].clause
    return run(target, Request(formats=formats, clauses=(clause,), effort="quick"), memory=memory)


def causes(report: Report, level: str = "must") -> dict[str, list[str]]:
    """The sentences of the causes listed at a level, by name."""
    found: dict[str, list[str]] = {}
    for diagnosis in report.diagnoses:
        if diagnosis["level"] == level:
            for cause in diagnosis["causes"]:
                found.setdefault(cause["name"], []).append(cause["sentence"])
    return found


def by_samples(parts: Any, factor: float) -> Any:
    """Every array of a pair of lists, times a number."""
    return tuple([array * array.dtype.type(factor) for array in part] for part in parts)


class TestCauses:
    """The true cause is among those that are listed."""

    @pytest.mark.parametrize(
        ("operation", "name", "mistake"),
        [
            ("tanh_derivative", "sign", lambda target, z: -target.right.tanh_derivative(z)),
            ("sigmoid_vjp", "upstream left out", lambda target, z, _: target.right.sigmoid_derivative(z)),
            ("sigmoid_derivative", "derivative at a", lambda _, z: of_value(of_value(z, 0), 1)),
            ("sigmoid_derivative", "derivative of z as a", lambda _, z: np.asarray(z * (1 - z))),
            ("softmax_jacobian", "diagonal only", lambda target, z: np.diag(np.diag(target.right.softmax_jacobian(z)))),
            ("softmax_batch", "wrong axis", lambda target, Z: target.right.softmax_batch(Z.T).T),
            ("dense", "missing bias", lambda target, x, W, b: target.right.dense(x, W, 0 * b)),
            ("dense", "transposed argument", lambda target, x, W, b: target.right.dense(x, of_square(W), b)),
            (
                "squared_error_gradient",
                "swapped arguments",
                lambda target, o, y: target.right.squared_error_gradient(y, o),
            ),
            ("squared_error", "factor 1/m", lambda target, o, y: target.right.squared_error(o, y) / o.shape[0]),
            (
                "dense_jacobian_x",
                "transposed",
                lambda target, x, W, b: of_square(target.right.dense_jacobian_x(x, W, b)),
            ),
            ("relu_derivative", "convention relu_at_zero", lambda _, z: np.asarray(z >= 0).astype(z.dtype)),
            ("relu", "operation identity", lambda _, z: z.copy()),
            ("sigmoid", "constant factor", lambda target, z: target.right.sigmoid(z) * 1.25),
            ("sigmoid", "constant summand", lambda target, z: target.right.sigmoid(z) + 0.125),
            ("tanh", "narrower format", lambda target, z: target.right.tanh(z.astype(np.float32)).astype(np.float64)),
            ("categorical_cross_entropy_gradient", "clipping", lambda _, o, y: -y / np.clip(o, 1e-7, 1 - 1e-7)),
            (
                "binary_cross_entropy_gradient",
                "clipping of a denominator",
                lambda _, o, y: (o - y) / np.maximum(o * (1 - o), 1e-12),
            ),
            (
                "binary_cross_entropy_gradient",
                "epsilon of a denominator",
                lambda _, o, y: (1 - y) / (1 - o + 1e-8) - y / (o + 1e-8),
            ),
            (
                "binary_cross_entropy",
                "epsilon of a logarithm",
                lambda _, o, y: np.asarray(-np.sum(y * np.log(o + 1e-9) + (1 - y) * np.log(1 - o + 1e-9))),
            ),
            ("categorical_cross_entropy", "epsilon", lambda _, o, y: np.asarray(-np.sum(y * np.log(o + 1e-6)))),
            ("leaky_relu", "fixed parameter", lambda target, z, **_: target.right.leaky_relu(z, slope=0.01)),
            (
                "dense_gradients",
                "swapped results",
                lambda target, *given: swapped(target.right.dense_gradients(*given)),
            ),
        ],
    )
    def test_of_one_operation(self, operation: str, name: str, mistake: Callable[..., Any], memory: Memory) -> None:
        """Told from the answers to the drawn cases alone."""
        assert name in causes(reported(operation, mistake, memory))

    @pytest.mark.parametrize(
        ("operation", "name", "mistake"),
        [
            ("identity", "constant factor", lambda _, z: z * z.dtype.type(1.0001)),
            (
                "row_scaling",
                "operation column_scaling",
                lambda target, gamma, X: gamma * X if X.shape[0] == X.shape[1] else target.right.row_scaling(gamma, X),
            ),
            ("relu_epsilon_derivative", "operation heaviside", lambda _, z, **__: np.asarray(z >= 0).astype(z.dtype)),
            (
                "softmax_jacobian",
                "derivative at a",
                lambda target, z: target.right.softmax_jacobian(target.right.softmax(z)),
            ),
            ("linear_model", "missing bias", lambda _, w, x: np.asarray(w[1:] @ x)),
            (
                "log_softmax",
                "epsilon of a logarithm",
                lambda target, z: np.log(target.right.softmax(z) + z.dtype.type(1e-5)),
            ),
            (
                "dense",
                "narrower format",
                lambda _, x, W, b: sum(((W * x).T.astype(np.float16)), b.astype(np.float16)).astype(x.dtype),
            ),
            (
                "neuron_chain",
                "factor 1/n",
                lambda target, x, *given, **slope: third(target.right.neuron_chain(x, *given, **slope), 1 / len(x)),
            ),
            (
                "downstream_value",
                "off by one layer",
                lambda target, network, x, layer: late(target.right.network_trace(network, x[:, None])[1], x, layer),
            ),
        ],
    )
    def test_in_float32(self, operation: str, name: str, mistake: Callable[..., Any], memory: Memory) -> None:
        """What rounds more coarsely than float64 shows where a cause forgets a rounding."""
        assert name in causes(reported(operation, mistake, memory, ("float32",)))

    @pytest.mark.parametrize(
        ("operation", "parameter", "formats", "number_format"),
        [
            ("leaky_relu", "slope", ("float64",), "float32"),
            ("leaky_relu", "slope", ("float64", "float32", "float16", "bfloat16"), "float32"),
            ("leaky_relu_vjp", "slope", ("float64", "float32"), "float16"),
            ("leaky_relu_derivative", "slope", ("float32",), "bfloat16"),
            ("leaky_relu", "slope", ("float16",), "bfloat16"),
            ("backpropagate_delta", "slope", ("float64",), "float32"),
            ("neuron_cost", "slope", ("float64",), "float32"),
        ],
    )
    def test_of_a_keyword_in_a_narrower_format(
        self, operation: str, parameter: str, formats: tuple[str, ...], number_format: str, memory: Memory
    ) -> None:
        """A parameter that is a float32, or shorter, beside arrays of a wider format; the one format that is named."""

        def mistaken(target: Faulty, *given: Any, **keywords: float) -> Any:
            return getattr(target.right, operation)(*given, **in_format(number_format, keywords))

        found = causes(reported(operation, mistaken, memory, formats))

        assert found["narrower parameter"] == [f"{parameter} is rounded to {number_format}"]

    @pytest.mark.parametrize("operation", ["network_forward", "gamma"])
    def test_of_the_slopes_of_a_network_in_float32(self, operation: str, memory: Memory) -> None:
        """Every leaky layer is off by as much as float32 is from 0.01 or 0.2."""

        def mistaken(target: Faulty, network: Any, *given: Any) -> Any:
            layers = [replace(each, slope=each.slope and float(np.float32(each.slope))) for each in network.layers]
            return getattr(target.right, operation)(replace(network, layers=tuple(layers)), *given)

        found = causes(reported(operation, mistaken, memory))

        assert found["narrower parameter"] == ["every slope of the network is rounded to float32"]

    @pytest.mark.parametrize("fault", [each for each in FAULTS if "narrower parameter" in each.causes])
    def test_of_a_seeded_fault(self, fault: Fault, memory: Memory) -> None:
        """Nothing else in the dictionary is listed for it."""
        request = Request(formats=fault.formats, clauses=(fault.breaks,), effort="quick")
        report = run(PythonObject(fault.make(), fault.name), request, memory=memory)

        (keyword,) = [each for name in fault.mistakes for each in operations()[name].keywords]
        assert causes(report) == {"narrower parameter": [f"{keyword.name} is rounded to float32"]}

    @pytest.mark.parametrize("operation", ["quadratic_descent", "gradient_descent_step"])
    def test_of_a_learning_rate_in_float32(self, operation: str, memory: Memory) -> None:
        """An optimizer whose rate is an option of type float."""
        place = [argument.name for argument in operations()[operation].arguments].index("rate")

        def mistaken(target: Faulty, *given: Any) -> Any:
            rounded = float(np.float32(given[place]))
            return getattr(target.right, operation)(*given[:place], rounded, *given[place + 1 :])

        found = causes(reported(operation, mistaken, memory))

        assert found["narrower parameter"] == ["rate is rounded to float32"]

    @pytest.mark.parametrize(
        ("operation", "name", "mistake"),
        [
            ("tanh", "convention subnormals", lambda target, z: flushed(target.right.tanh(z))),
            (
                "leaky_relu",
                "fixed parameter",
                lambda target, z, **_: target.right.leaky_relu(z.astype(np.float32), slope=0.01).astype(z.dtype),
            ),
            (
                "categorical_cross_entropy_gradient",
                "clipping",
                lambda _, o, y: (-y / np.clip(o.astype(np.float32), 1e-3, 1 - 1e-3)).astype(o.dtype),
            ),
        ],
    )
    def test_in_float16(self, operation: str, name: str, mistake: Callable[..., Any], memory: Memory) -> None:
        """Numbers of a half format that are held in float32, and subnormals that no convention flushes."""
        assert name in causes(reported(operation, mistake, memory, ("float16",)))

    def test_of_a_margin_held_in_float32(self, memory: Memory) -> None:
        """A constant that is a float in C++, in a float64 answer."""
        found = causes(reported("binary_cross_entropy_gradient", clamped(np.float32(1e-12)), memory))

        assert found["clipping of a denominator"] == [
            "the denominator o (1 - o) is kept from falling below 1e-12 as float32 holds it"
        ]

    @pytest.mark.parametrize(
        ("mistake", "names"),
        [
            (by_samples, {"factor N", "convention cost"}),
            (lambda answer, N: by_samples(answer, 1 / N), {"factor 1/N"}),
            (lambda answer, _: by_samples(answer, -1), {"sign"}),
        ],
    )
    def test_of_a_network(self, mistake: Callable[..., Any], names: set[str], memory: Memory) -> None:
        """A missing 1/N and a cost that is a sum are the same behaviour: both are listed."""

        def gradients(target: Faulty, network: Any, X: Any, Y: Any) -> Any:
            return mistake(target.right.network_gradients(network, X, Y), X.shape[1])

        assert names <= set(causes(reported("network_gradients", gradients, memory)))

    def test_of_a_part(self, memory: Memory) -> None:
        """Weights that are right and biases that are summed are told as such."""

        def gradients(target: Faulty, network: Any, X: Any, Y: Any) -> Any:
            dWs, dbs = target.right.network_gradients(network, X, Y)
            return dWs, [db * X.shape[1] for db in dbs]

        found = causes(reported("network_gradients", gradients, memory))

        assert found["factor N"] == ["dbs is the right one times N, the number of samples"]

    @pytest.mark.parametrize(
        ("scaled", "words"),
        [
            (lambda layer, layers: layer == layers - 1, "the part of the last layer is twice the right one"),
            (lambda layer, _: layer == 0, "the part of the first layer is twice the right one"),
            (lambda layer, layers: layer < layers - 1, "the part of every layer but the last is twice the right one"),
            (lambda layer, _: layer > 0, "the part of every layer but the first is twice the right one"),
            (lambda layer, _: layer == 1, "the part of layer 2 is twice the right one"),
            (lambda layer, _: layer == 2, "the part of layer 3 is twice the right one"),
        ],
    )
    def test_of_a_factor_at_some_layers(self, scaled: Callable[[int, int], bool], words: str, memory: Memory) -> None:
        """A constant at one layer of a network, or at all but one, and no other layers than these."""

        def gradients(target: Faulty, network: Any, X: Any, Y: Any) -> Any:
            parts = target.right.network_gradients(network, X, Y)
            return tuple([of_layers(part, scaled) for part in parts])

        assert causes(reported("network_gradients", gradients, memory))["factor 2"] == [words]

    def test_of_a_factor_at_every_step(self, memory: Memory) -> None:
        """A sign in the recursion: layers alternate, from the last one down."""

        def gradients(target: Faulty, network: Any, X: Any, Y: Any) -> Any:
            parts = target.right.network_gradients(network, X, Y)
            return tuple([[array * (-1) ** at for at, array in enumerate(part[::-1])][::-1] for part in parts])

        found = causes(reported("network_gradients", gradients, memory))

        assert found == {"sign": ["delta is handed from each layer to the one below it with the opposite sign"]}

    def test_of_a_factor_in_one_result_at_one_layer(self, memory: Memory) -> None:
        """The biases of the last layer alone, by a number that has no name."""

        def gradients(target: Faulty, network: Any, X: Any, Y: Any) -> Any:
            dWs, dbs = target.right.network_gradients(network, X, Y)
            return dWs, [*dbs[:-1], 3 * dbs[-1]]

        found = causes(reported("network_gradients", gradients, memory))

        assert found == {"constant factor": ["dbs of the last layer is the right one times 3"]}

    @pytest.mark.parametrize(
        ("counted", "name", "words"),
        [
            (slice(-1, None), "one sample for all", "is that of a batch whose every sample is the last"),
            (slice(None, 1), "one sample alone", "counts the first sample alone"),
            (slice(1, None), "sample left out", "counts every sample but the first, and divides by all"),
        ],
    )
    def test_of_samples_in_one_result(self, counted: slice, name: str, words: str, memory: Memory) -> None:
        """The gradients of the biases count one sample, or miss one; those of the weights are right."""

        def gradients(target: Faulty, network: Any, X: Any, Y: Any) -> Any:
            right = target.right.network_gradients(network, X, Y)
            if X[:, counted].size == 0:
                return right
            part = target.right.network_gradients(network, X[:, counted].copy(), Y[:, counted].copy())
            share = 1 if name == "one sample for all" else X[:, counted].shape[1] / X.shape[1]
            return right[0], [db * share for db in part[1]]

        assert causes(reported("network_gradients", gradients, memory)) == {name: [f"dbs {words}"]}

    def test_of_one_sample_in_a_sum(self, memory: Memory) -> None:
        """The delta of the first sample stands in place of the sum over all."""

        def gradients(target: Faulty, X: Any, W: Any, b: Any, delta: Any) -> Any:
            dX, dW, _ = target.right.dense_batch_gradients(X, W, b, delta)
            return dX, dW, delta[:, 0].copy()

        found = causes(reported("dense_batch_gradients", gradients, memory))

        assert found == {"one sample alone": ["db counts the first sample alone"]}

    def test_of_products_in_a_narrow_format(self, memory: Memory) -> None:
        """Inputs rounded to eight bits inside of a float32 answer."""

        def dense(target: Faulty, x: Any, W: Any, b: Any) -> Any:
            return target.right.dense(bits(x, 8), bits(W, 8), b)

        found = causes(reported("dense", dense, memory, ("float32",)))

        assert "rounded products" in found
        assert all("8 bits" in sentence for sentence in found["rounded products"])

    def test_of_a_softmax_over_the_samples(self, memory: Memory) -> None:
        """What is compared with the labels is a softmax along the other axis of the batch."""

        def gradients(target: Faulty, network: Any, X: Any, Y: Any) -> Any:
            Zs, As = target.right.classifier_forward(network, X)
            exponentials = np.exp(Zs[-1] - Zs[-1].max(axis=1, keepdims=True))
            delta = (exponentials / exponentials.sum(axis=1, keepdims=True) - Y) / X.shape[1]
            inputs, deltas = [X, *As[:-1]], [delta]
            for layer, Z in zip(network.layers[:0:-1], Zs[-2::-1], strict=True):
                deltas.insert(0, (layer.weights.T @ deltas[0]) * (Z > 0))
            return [D @ A.T for D, A in zip(deltas, inputs, strict=True)], [D.sum(axis=1) for D in deltas]

        assert "wrong axis" in causes(reported("classifier_backward", gradients, memory))

    def test_of_digits_lost_in_the_tail(self, memory: Memory) -> None:
        """What only SHOULD fails is a form that MUST admits."""

        def derivative(target: Faulty, z: Any) -> Any:
            s = target.right.sigmoid(z)
            return np.asarray(s * (1 - s))

        assert "form definition" in causes(reported("sigmoid_derivative", derivative, memory), "should")

    def test_of_special_values(self, memory: Memory) -> None:
        """NaN that is swallowed is told from the regime special."""
        found = causes(reported("relu", lambda _, z: np.where(z > 0, z, 0), memory), "strict")

        assert "nan becomes zero" in found


class TestConsistency:
    """A cause that an answer contradicts is not listed, wherever that answer was given."""

    def test_a_passing_answer_speaks_against_a_cause(self, memory: Memory) -> None:
        """Twice the right answer in float32 and the right one in float64 is no factor of 2."""

        def tanh(target: Faulty, z: Any) -> Any:
            return target.right.tanh(z) * (2 if z.dtype == np.float32 else 1)

        assert "factor 2" in causes(reported("tanh", tanh, memory, ("float32",)))
        assert "factor 2" not in causes(reported("tanh", tanh, memory, ("float64", "float32")))

    @pytest.mark.parametrize("factor", [-1, 3])
    def test_a_wrong_factor_clamps_no_denominator(self, factor: int, memory: Memory) -> None:
        """Another gradient than the right one is not told by a margin, nor by one sample."""

        def gradient(target: Faulty, o: Any, y: Any) -> Any:
            return target.right.binary_cross_entropy_gradient(o, y) * factor

        found = causes(reported("binary_cross_entropy_gradient", gradient, memory))

        assert found.keys() & {"sign", "constant factor"}
        assert not found.keys() & {"clipping of a denominator", "epsilon of a denominator"}

    def test_a_parameter_is_no_narrower_than_the_arrays(self, memory: Memory) -> None:
        """What is wrong in float32 is not told by a slope that is a float32."""

        def leaky_relu(target: Faulty, z: Any, slope: float) -> Any:
            held = float(np.float32(slope)) if z.dtype == np.float64 else slope * 1.25
            return target.right.leaky_relu(z, slope=held)

        assert "narrower parameter" in causes(reported("leaky_relu", leaky_relu, memory))
        assert "narrower parameter" not in causes(reported("leaky_relu", leaky_relu, memory, ("float32",)))
        assert "narrower parameter" not in causes(reported("leaky_relu", leaky_relu, memory, ("float64", "float32")))

    def test_the_margin_that_is_named_is_the_one_that_was_taken(self, memory: Memory) -> None:
        """Of the usual margins one fits."""
        found = causes(reported("binary_cross_entropy_gradient", clamped(1e-7), memory, ("float64", "float32")))

        assert found["clipping of a denominator"] == ["the denominator o (1 - o) is kept from falling below 1e-07"]

    def test_coarse_rounding_is_no_cause_of_digits_lost_by_a_listed_form(
        self, memory: Memory, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """What MUST admits needs no products rounded to fewer bits."""
        monkeypatch.setattr(activations, "tanh_derivative", lambda z: 1 - np.tanh(z) ** 2)

        def gradient(target: Faulty, *given: Any) -> Any:
            return target.right.upstream_gradient(*given)

        found = causes(reported("upstream_gradient", gradient, memory, ("float32",)), "should")

        assert "form definition of tanh.derivative" in found
        assert "convention matmul_inputs" not in found

    def test_one_failing_answer_speaks_against_a_cause(self, memory: Memory) -> None:
        """A sign that is wrong, but for one regime where a factor is wrong too."""

        def tanh(target: Faulty, z: Any) -> Any:
            return -target.right.tanh(z) * np.where(np.abs(z) < 1e-3, 3, 1)

        assert "sign" not in causes(reported("tanh", tanh, memory))

    def test_what_is_in_no_dictionary_has_no_cause(self, memory: Memory) -> None:
        """Nothing is listed for an answer that nothing explains."""
        report = reported("tanh", lambda _, z: np.sin(z) * np.cos(3 * z), memory)

        assert report.failures
        assert [diagnosis["causes"] for diagnosis in report.diagnoses if diagnosis["level"] == "must"] == [[]]

    def test_a_right_implementation_has_no_diagnosis(self, memory: Memory) -> None:
        """Nothing fails, and nothing is said."""
        report = reported("tanh", lambda target, z: target.right.tanh(z), memory)

        assert report.failures == []
        assert report.diagnoses == []

    def test_it_can_be_left_out(self) -> None:
        """A run that is asked not to diagnose does not."""
        target = PythonObject(Faulty("faulty", {"tanh": lambda _, z: -np.tanh(z)}, {}), "faulty")
        request = Request(formats=("float64",), clauses=("tanh.value",), effort="quick", diagnose=False)

        assert run(target, request).diagnoses == []


class TestDefects:
    """A cause that cannot be evaluated is said to be open, and costs no verdict."""

    def test_of_a_cause_is_reported(self, memory: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
        """By name, in the document and in the text, beside those that fit."""
        broken = Cause("broken", "nothing that can be evaluated", case=of_nothing)
        monkeypatch.setattr(diagnosing, "other_arguments", lambda _: iter([broken]))
        with pytest.warns(RuntimeWarning, match="the cause 'broken' cannot be tried on tanh"):
            report = reported("tanh", lambda target, z: -target.right.tanh(z), memory)

        (found,) = [each for each in report.diagnoses if each["level"] == "must"]
        assert found["not_evaluated"] == [{"name": "broken", "sentence": "nothing that can be evaluated"}]
        assert "sign" in causes(report)
        assert parse(report.text(), "the report").diagnoses == report.diagnoses
        assert any("by a defect of gradspec: nothing that can be evaluated" in line for line in summary(report))


def of_nothing(case: Any) -> Any:
    """A question that cannot be put."""
    raise ZeroDivisionError(case.operation)


def of_layers(arrays: Any, scaled: Callable[[int, int], bool]) -> Any:
    """One array a layer, those of some layers twice."""
    return [array * array.dtype.type(2 if scaled(at, len(arrays)) else 1) for at, array in enumerate(arrays)]


def clamped(margin: Any) -> Callable[..., Any]:
    """The gradient of the binary cross-entropy with a denominator that is at least ``margin``."""
    return lambda _, o, y: (o - y) / np.maximum(o * (1 - o), o.dtype.type(margin))


def in_format(name: str, keywords: Mapping[str, float]) -> dict[str, float]:
    """Keywords as a format holds them."""
    return {key: float(np.asarray(value).astype(FORMATS[name].dtype)) for key, value in keywords.items()}


def third(parts: Any, factor: float) -> Any:
    """The third of four parts times a number."""
    return *parts[:2], parts[2] * parts[2].dtype.type(factor), parts[3]


def late(activations: Any, x: Any, layer: int) -> Any:
    """What layer ``layer`` returns in place of what it is fed, where the two have equal lengths."""
    fed = [x, *(each[:, 0] for each in activations)]
    return fed[layer].copy() if fed[layer].shape == fed[layer - 1].shape else fed[layer - 1].copy()


def flushed(array: Any) -> Any:
    """An array whose subnormal numbers are zero."""
    return np.where(np.abs(array) < np.finfo(array.dtype).smallest_normal, array.dtype.type(0), array)


def of_value(z: Any, order: int) -> Any:
    """The sigmoid, or its derivative, stably."""
    e = np.exp(-np.abs(z))
    return np.asarray(np.where(z > 0, 1, e) / (1 + e)) if order == 0 else np.asarray(e / (1 + e) ** 2)


def of_square(matrix: Any) -> Any:
    """A square matrix transposed, another as it is."""
    return np.ascontiguousarray(matrix.T) if matrix.shape[0] == matrix.shape[1] else matrix


def swapped(parts: Any) -> Any:
    """The gradients of x and b, exchanged where they have equal shapes."""
    dx, dW, db = parts
    return (db, dW, dx) if dx.shape == db.shape else parts


def bits(array: Any, count: int) -> Any:
    """The numbers of an array rounded to so many bits."""
    mantissas, exponents = np.frexp(array.astype(float))
    return np.ldexp(np.round(np.ldexp(mantissas, count)), exponents - count).astype(array.dtype)
