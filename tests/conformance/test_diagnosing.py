"""What a failing implementation behaves like: every cause that fits, none that contradicts an answer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from gradspec.conformance import Report, Request, run
from gradspec.conformance.adapters.python_object import PythonObject
from gradspec.conformance.examining import EFFORTS
from gradspec.conformance.faults import Faulty
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

    def test_of_products_in_a_narrow_format(self, memory: Memory) -> None:
        """Inputs rounded to eight bits inside of a float32 answer."""

        def dense(target: Faulty, x: Any, W: Any, b: Any) -> Any:
            return target.right.dense(bits(x, 8), bits(W, 8), b)

        found = causes(reported("dense", dense, memory, ("float32",)))

        assert "rounded products" in found
        assert all("8 bits" in sentence for sentence in found["rounded products"])

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
