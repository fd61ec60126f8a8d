"""How a target has to answer, whatever it computes: the form of the answer, its arguments, and no memory."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from gradspec.conformance import Request, run
from gradspec.conformance.adapters.python_object import PythonObject
from gradspec.conformance.adapters.reference import Reference
from gradspec.conformance.case import Case
from gradspec.conformance.checks import CHECKS
from gradspec.conformance.checks.examiner import Examiner
from gradspec.conformance.checks.finding import Kind
from gradspec.conformance.faults import Faulty
from gradspec.conformance.strategies.cases import corpus
from gradspec.conformance.strategies.variants import ALL, variants
from gradspec.conformance.verdict import Level
from gradspec.spec import operations, resolve

if TYPE_CHECKING:
    from collections.abc import Callable

    from gradspec.conformance.checks.finding import Examination
    from gradspec.conformance.checks.memory import Memory
    from gradspec.conformance.faults.fault import Array

SIGMOID = Case("sigmoid", "float64", "ordinary", (np.array([0.5, -1.25]),))
VJP = Case("sigmoid_vjp", "float64", "ordinary", (np.array([0.5, -1.25]), np.array([1.5, 2.0])))


def examined(clause: str, case: Case, function: Callable[..., Any], memory: Memory | None = None) -> Examination:
    """What the clause says of a target whose one function is this, in place of the reference's."""
    target = PythonObject(Faulty("target", {case.operation: function}, {}), "target")
    return CHECKS[clause].judge(Examiner(target, resolve(target.conventions), memory=memory), case)


def ruling(clause: str, case: Case, function: Callable[..., Any]) -> tuple[str, str]:
    """The kind of the finding and its reason."""
    finding = examined(clause, case, function).findings[Level.MUST]
    return finding.kind.value, finding.reason


class TestResult:
    """An answer has the declared shape and the dtype of its arguments."""

    def test_a_wrong_number_of_the_right_form_is_no_matter_of_it(self) -> None:
        """The value is judged by the clause of the operation."""
        assert ruling("contract.result", SIGMOID, lambda _, z: z) == ("inside", "")

    def test_a_wrong_form_is_told(self) -> None:
        """In the words of asking."""
        says = "a has shape (2, 1), expected (2,)"

        assert ruling("contract.result", SIGMOID, lambda _, z: z[:, None]) == ("outside", says)

    def test_a_refusal_is_one(self) -> None:
        """NotImplementedError is no failure."""

        def refuse(_: Faulty, z: Array) -> Array:
            raise NotImplementedError(z.dtype)

        assert ruling("contract.result", SIGMOID, refuse) == ("unsupported", "float64")
        assert ruling("contract.arguments", SIGMOID, refuse) == ("unsupported", "float64")
        assert ruling("contract.state", SIGMOID, refuse) == ("unsupported", "float64")


class TestArguments:
    """A call does not write to its arguments."""

    @pytest.mark.parametrize("fails", [False, True])
    def test_writing_is_told_whether_the_answer_is_right_or_not(self, *, fails: bool) -> None:
        """Even where the call raises after it wrote."""

        def write(target: Faulty, z: Array) -> Array:
            z[0] = 7
            if fails:
                raise ZeroDivisionError
            return target.right.sigmoid(z)

        assert ruling("contract.arguments", SIGMOID, write) == ("outside", "the call wrote to z")

    def test_every_part_of_a_network_counts(self) -> None:
        """By its name."""
        case = next(corpus("network_forward", "float64", "ordinary", resolve()))

        def write(target: Faulty, network: Any, X: Array) -> Array:
            answer = target.right.network_forward(network, X)
            network.layers[0].bias += 1
            return answer

        assert ruling("contract.arguments", case, write) == ("outside", "the call wrote to network.layers[0].bias")

    def test_other_errors_are_errors(self) -> None:
        """And malformed answers are no matter of it."""

        def fail(_: Faulty, z: Array) -> Array:
            raise ValueError(z.shape)

        assert ruling("contract.arguments", SIGMOID, fail) == ("error", "ValueError: (2,)")
        assert ruling("contract.arguments", SIGMOID, lambda _, z: z[:1])[0] == "inside"


class TestMemory:
    """Equal calls give equal answers, no later call changes an earlier answer, and no earlier answer comes again."""

    def test_a_cache_with_a_poor_key(self) -> None:
        """The argument that the key leaves out is named, whichever it is."""

        def cached(*parts: int) -> Callable[..., Any]:
            def function(target: Faulty, *arguments: Array) -> Array:
                key = tuple(arguments[part].tobytes() for part in parts)
                return target.memory.setdefault(key, target.right.sigmoid_vjp(*arguments)).copy()

            return function

        says = "a call with another {} was given the answer of the call before it"
        assert ruling("contract.state", VJP, cached(0)) == ("outside", says.format("upstream"))
        assert ruling("contract.state", VJP, cached(1)) == ("outside", says.format("z"))
        assert ruling("contract.state", VJP, cached()) == ("outside", says.format("z"))
        assert ruling("contract.state", VJP, cached(0, 1)) == ("inside", "")

    @pytest.mark.parametrize(
        ("operation", "position"),
        [("dense_batch", 0), ("dense_batch", 1), ("sigmoid_vjp", 1), ("network_gradients", 1), ("relu_derivative", 0)],
    )
    def test_a_cache_of_shapes_that_is_full(self, operation: str, position: int) -> None:
        """An argument is taken from the first call of its shape, which others made: shapes that are new tell."""

        def cached(target: Faulty, *arguments: Any) -> Any:
            kept = target.memory.setdefault(arguments[position].shape, arguments[position].copy())
            return getattr(target.right, operation)(*arguments[:position], kept, *arguments[position + 1 :])

        target = PythonObject(Faulty("target", {operation: cached}, {}), "target")
        examiner = Examiner(target, resolve(target.conventions))
        cases = list(corpus(operation, "float64", "ordinary", resolve()))
        for case in cases:
            examiner.ask(replace(case, arguments=variants(case)[ALL].arguments))

        examination = CHECKS["contract.state"].judge(examiner, cases[0])

        argument = examination.case.declaration.arguments[position].name
        assert examination.findings[Level.MUST].reason == (
            f"a call with another {argument} was given the answer of the call before it, both of shapes that were new"
        )
        assert examination.case.arguments[position].shape[0] >= 6

    @pytest.mark.parametrize("count", [1, 2, 3])
    def test_a_ring_of_buffers(self, count: int) -> None:
        """Whether it has one, two or three of them."""

        def buffered(target: Faulty, *arguments: Array) -> Array:
            turn = target.memory["turn"] = target.memory.get("turn", 0) + 1
            buffer: Array = target.memory.setdefault(turn % count, np.empty_like(arguments[0]))
            np.copyto(buffer, target.right.sigmoid_vjp(*arguments))
            return buffer

        assert ruling("contract.state", VJP, buffered) == (
            "outside",
            "a later call changed the answer of an earlier one",
        )

    def test_a_call_that_fails_the_second_time(self) -> None:
        """A handle that can be used once."""

        def once(target: Faulty, z: Array) -> Array:
            if target.memory.setdefault("calls", []):
                message = "used up"
                raise RuntimeError(message)
            target.memory["calls"].append(z)
            return target.right.sigmoid(z)

        says = "the same call a second time: RuntimeError: used up"
        assert ruling("contract.state", SIGMOID, once) == ("outside", says)

    @pytest.mark.parametrize(
        ("error", "kind"),
        [(2.0**-52, "inside"), (1e-9, "outside"), (np.nan, "outside")],
    )
    def test_noise(self, error: float, kind: str) -> None:
        """Inside the envelope it is an observation, beyond it a failure."""

        def noisy(target: Faulty, z: Array) -> Array:
            turn = target.memory["turn"] = target.memory.get("turn", 0) + 1
            return target.right.sigmoid(z) * (1 + error if turn == 2 else 1)

        examination = examined("contract.state", SIGMOID, noisy)

        assert examination.findings[Level.MUST].kind.value == kind
        assert ("equal calls differ inside the envelope" in examination.observations) == (kind == "inside")

    def test_sums_that_grow(self) -> None:
        """Both answers may be wrong; that they are far apart is enough."""
        case = Case("identity", "float64", "ordinary", (np.array([1.5]),))

        def growing(target: Faulty, z: Array) -> Array:
            target.memory["sum"] = target.memory.get("sum", 0.25) + z
            return np.array(target.memory["sum"])

        says = "the same call a second time gave another answer, farther away than the envelope is wide"
        assert ruling("contract.state", case, growing) == ("outside", says)


def ignores(name: str) -> Callable[..., Any]:
    """A function without any memory that forgets an argument."""

    def function(target: Faulty, z: Array, upstream: Array) -> Array:
        right = target.right
        return right.sigmoid_derivative(z) if name == "upstream" else upstream * right.sigmoid_derivative(z * 0)

    return function


class TestInnocence:
    """A wrong function without a memory is no target with one."""

    @pytest.mark.parametrize("name", ["z", "upstream"])
    @pytest.mark.parametrize("upstream", [[1.0, 1.0], [1.5, 2.0], [0.0, 0.0]])
    def test_an_argument_that_is_forgotten(self, name: str, upstream: list[float]) -> None:
        """Right by accident at 1, and the same for every other argument."""
        case = replace(VJP, arguments=(VJP.arguments[0], np.array(upstream)))

        assert ruling("contract.state", case, ignores(name)) == ("inside", "")

    @pytest.mark.parametrize("operation", operations())
    def test_a_constant(self, operation: str, memory: Memory) -> None:
        """An answer of zeros, or of ones, right at some cases and wrong at others."""
        for case in corpus(operation, "float32", "ordinary", resolve()):
            for value in (0.0, 1.0):

                def constant(target: Faulty, *arguments: Any, **keywords: Any) -> Any:
                    right = getattr(target.right, operation)(*arguments, **keywords)
                    return filled(right, value)  # noqa: B023 - called before the next value

                finding = examined("contract.state", case, constant, memory).findings[Level.MUST]
                assert (finding.kind, finding.reason) == (Kind.INSIDE, ""), case

    @pytest.mark.parametrize("operation", operations())
    def test_the_reference(self, operation: str) -> None:
        """Even and constant functions among it."""
        target = PythonObject(Reference(), "reference")
        examiner = Examiner(target, resolve(target.conventions))
        for case in corpus(operation, "float64", "ordinary", resolve()):
            examination = CHECKS["contract.state"].judge(examiner, case)
            assert examination.findings[Level.MUST].kind is Kind.INSIDE
            assert examination.observations == ()


def filled(answer: Any, value: float) -> Any:
    """Arrays of the same shapes, all of whose entries are ``value``."""
    if isinstance(answer, tuple | list):
        return [filled(part, value) for part in answer]
    return np.full_like(answer, value)


def test_a_transposed_target_conforms() -> None:
    """Whoever declares rows and weights of shape (n, m) is asked in that way, and judged alike."""
    laid_out = {each.clause for each in operations().values() if {"layout", "weight_layout"} & set(each.conventions)}
    target = PythonObject(Reference({"layout": "rows", "weight_layout": "in_out"}), "reference")

    request = Request(formats=("float32",), regimes=("exact", "ordinary"), clauses=tuple(laid_out), effort="quick")
    report = run(target, request)

    assert report.document["verdict"] == "conformant"
    assert report.failures == []


def test_a_target_in_the_other_layout_is_found() -> None:
    """Rows that are declared and columns that are computed: shapes, or values where the shapes agree, tell."""
    columns = Reference()
    batch = next(case for case in corpus("softmax_batch", "float64", "ordinary", resolve()) if is_square(case))

    judge = Examiner(PythonObject(columns, "columns"), resolve({"layout": "rows"})).value

    assert judge(batch).findings[Level.MUST].kind is Kind.OUTSIDE


def is_square(case: Case) -> bool:
    """Whether there are as many samples as classes, and several."""
    shape = case.arguments[0].shape
    return bool(shape[0] == shape[1] > 1)
