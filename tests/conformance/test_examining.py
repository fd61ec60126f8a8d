"""Running one job: the corpus, what is drawn, and the smallest counterexample, without a clock."""

from __future__ import annotations

import importlib
import time
from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import Phase, given, seed, settings
from hypothesis import strategies as st

from gradspec.conformance.adapters.python_object import PythonObject
from gradspec.conformance.checks.examiner import Examiner
from gradspec.conformance.checks.finding import Kind
from gradspec.conformance.encoding import encoded_case
from gradspec.conformance.examining import EFFORTS, Job, examine, examples_until_failure
from gradspec.conformance.faults import Faulty
from gradspec.conformance.outcome import Value
from gradspec.conformance.report import result
from gradspec.conformance.strategies.cases import corpus
from gradspec.conformance.strategies.independence import independent_draws
from gradspec.conformance.verdict import Level, RowVerdict
from gradspec.spec import resolve

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from gradspec.conformance.case import Case
    from gradspec.conformance.checks.finding import Examination
    from gradspec.conformance.faults.fault import Array
    from gradspec.conformance.row import Row

QUICK = EFFORTS["quick"]


def examined(job: Job, function: Callable[..., Any], effort: str = "quick", seed: int = 0) -> list[Row]:
    """The rows of a job on a target whose one function is this."""
    target = PythonObject(Faulty("target", {job.operation: function}, {}), "target")
    return examine(job, Examiner(target, resolve(target.conventions)), EFFORTS[effort], seed)


class TestCounterexamples:
    """A failing row shows the plainest case that was found."""

    def test_a_fault_at_one_number(self) -> None:
        """One entry, and the number itself."""
        job = Job("relu.derivative", "relu_derivative", "float64", "exact")

        must, should = examined(job, lambda _, z: np.asarray(z >= 0).astype(z.dtype))

        for row in (must, should):
            assert row.verdict is RowVerdict.FAIL
            assert row.counterexample is not None
            assert [argument.tolist() for argument in row.counterexample.examination.case.arguments] == [[0.0]]

    @pytest.mark.parametrize(
        ("operation", "clause", "function", "plainest"),
        [
            ("tanh", "tanh.value", lambda target, z: -target.right.tanh(z), 1),
            ("dense", "dense.value", lambda target, x, W, b: target.right.dense(x, W, b + 1), 3),
            ("softmax", "softmax.value", lambda target, z: target.right.softmax(z) / 2, 1),
            ("softmax_batch", "softmax.batch", lambda _, Z: np.full_like(Z, 0.25), 1),
        ],
    )
    def test_of_few_numbers(self, operation: str, clause: str, function: Any, plainest: int) -> None:
        """No longer than the operation needs to be called at all."""
        row, _ = examined(Job(clause, operation, "float64", "ordinary"), function, "standard")

        assert row.counterexample is not None
        assert sum(np.size(each) for each in row.counterexample.examination.case.arguments) == plainest

    def test_is_that_of_the_row(self) -> None:
        """What came back then is shown, and it lies outside."""
        row, _ = examined(Job("tanh.value", "tanh", "float32", "ordinary"), lambda _, z: z + 1)

        assert row.counterexample is not None
        examination = row.counterexample.examination
        assert isinstance(examination.outcome, Value)
        np.testing.assert_array_equal(examination.outcome.arrays[0], examination.case.arguments[0] + 1)
        assert row.counterexample.finding is examination.findings[Level.MUST]

    def test_a_should_row_fails_by_the_case_of_its_must_row(self) -> None:
        """One example to look at is enough."""
        must, should = examined(Job("tanh.value", "tanh", "float32", "ordinary"), lambda _, z: z + 1)

        assert must.counterexample is not None
        assert should.counterexample is not None
        assert must.counterexample.examination is should.counterexample.examination

    def test_each_kind_of_failure_has_its_own(self) -> None:
        """An error is not shown where a wrong number was found."""

        def raises_or_errs(target: Faulty, z: Array) -> Array:
            if z.ndim == 0:
                raise ValueError(z)
            return target.right.tanh(z) + (z.size > 2)

        row, _ = examined(Job("tanh.value", "tanh", "float64", "ordinary"), raises_or_errs)

        assert row.verdict is RowVerdict.FAIL
        assert row.errors > 0
        assert row.counterexample is not None
        assert row.counterexample.examination.case.arguments[0].size > 2


class TestShrinking:
    """What is met on the way to a small counterexample counts."""

    JOB = Job("tanh.derivative", "tanh_derivative", "float64", "wide")

    @staticmethod
    def derivative(_: Faulty, z: Array) -> Array:
        """The printed form, which cancels: it fails SHOULD, and MUST admits it."""
        return 1 - np.tanh(z) ** 2

    def met_while_shrinking(self, level: Level) -> Case:
        """The last case that is asked only to shrink what fails SHOULD; it passes ``level``."""
        asked: list[Examination] = []
        target = PythonObject(Faulty("target", {"tanh_derivative": self.derivative}, {}), "target")
        row, *_ = examine(self.JOB, Examiner(target, resolve(target.conventions)), QUICK, 0, asked.append)
        return [each for each in asked[row.examples :] if each.findings[level].kind is Kind.INSIDE][-1].case

    def test_a_case_that_fails_must_fails_its_row(self) -> None:
        """Although no case that was drawn does."""
        case = self.met_while_shrinking(Level.MUST)

        def wrong_there(target: Faulty, z: Array) -> Array:
            return self.derivative(target, z) + 3 * (z.tobytes() == case.arguments[0].tobytes())

        must, should = examined(self.JOB, self.derivative)
        assert (must.verdict, should.verdict) == (RowVerdict.PASS, RowVerdict.FAIL)
        wrong, also = examined(self.JOB, wrong_there)

        assert wrong.verdict is also.verdict is RowVerdict.FAIL
        assert (wrong.examples, wrong.failures) == (must.examples + 1, 1)
        assert wrong.counterexample is not None
        assert encoded_case(wrong.counterexample.examination.case) == encoded_case(case)

    def test_an_error_there_is_one(self) -> None:
        """Likewise where the target raises."""
        case = self.met_while_shrinking(Level.MUST)

        def raises_there(target: Faulty, z: Array) -> Array:
            if z.tobytes() == case.arguments[0].tobytes():
                raise ZeroDivisionError
            return self.derivative(target, z)

        must, should = examined(self.JOB, raises_there)

        assert (must.verdict, should.verdict) == (RowVerdict.ERROR, RowVerdict.FAIL)


class TestCost:
    """How much is asked is settled by the effort, and by nothing that a clock says."""

    @pytest.mark.parametrize("effort", ["quick", "standard"])
    def test_shrinking_ends(self, effort: str) -> None:
        """A failing row asks no more cases than its effort grants, each of them once."""
        asked: list[bytes] = []

        def wrong(_: Faulty, x: Array, W: Array, b: Array) -> Array:
            asked.append(b"".join(each.tobytes() + bytes(str(each.shape), "ascii") for each in (x, W, b)))
            return b + 1

        rows = examined(Job("dense.value", "dense", "float64", "ordinary"), wrong, effort)

        granted = EFFORTS[effort].examples + EFFORTS[effort].shrinking_calls
        assert len(asked) <= rows[0].examples + granted
        assert len(set(asked)) == len(asked)

    def test_more_effort_draws_more(self) -> None:
        """Beside the same corpus."""
        counts = [
            examined(Job("relu.value", "relu", "float64", "ordinary"), right, effort)[0].examples for effort in EFFORTS
        ]

        assert counts[1] - counts[0] == EFFORTS["standard"].examples - QUICK.examples
        assert counts[2] - counts[1] == EFFORTS["exhaustive"].examples - EFFORTS["standard"].examples

    def test_a_slow_target_is_asked_the_same(self) -> None:
        """Deadlines and health checks of the drawing library are off."""
        job = Job("relu.value", "relu", "float64", "exact")

        def slow(target: Faulty, z: Array) -> Array:
            time.sleep(0.01)
            return target.right.relu(z)

        one, other = (result(examined(job, function)[0]) for function in (right, slow))
        assert one == other


def right(target: Faulty, z: Array) -> Array:
    """Relu."""
    return target.right.relu(z)


class TestPartlyOffered:
    """A target that answers few of the cases is asked for as many that it answers."""

    def test_one_activation_of_six_is_decided(self) -> None:
        """The Jacobian of sigmoid alone, where the activation is an argument."""

        def only_sigmoid(target: Faulty, z: Array, activation: str, **keywords: float) -> Array:
            if activation != "sigmoid":
                raise NotImplementedError(activation)
            return target.right.activation_jacobian(z, activation, **keywords)

        must, _ = examined(Job("activation.jacobian", "activation_jacobian", "float64", "ordinary"), only_sigmoid)

        assert must.verdict is RowVerdict.PASS
        assert must.unsupported > must.decided


class TestUntilFailure:
    """How soon a row fails is asked of the cases of a run, in its order."""

    def test_draws_again_as_a_run_does(self) -> None:
        """Where too few cases are decided, one as often as the other."""
        job = Job("relu.value", "relu", "float64", "ordinary")
        asked: list[bytes] = []

        def hardly(target: Faulty, z: Array) -> Array:
            asked.append(z.tobytes() + bytes(str(z.shape), "ascii"))
            if z.size != 1:
                raise NotImplementedError
            return target.right.relu(z)

        rows = examined(job, hardly)
        of_a_run = list(asked)
        asked.clear()
        target = PythonObject(Faulty("target", {"relu": hardly}, {}), "target")

        assert examples_until_failure(job, Examiner(target, resolve(target.conventions)), QUICK, 0) is None
        assert list(dict.fromkeys(asked)) == of_a_run
        assert rows[0].examples == len(asked)
        assert len(asked) > len(list(corpus("relu", "float64", "ordinary", resolve()))) + QUICK.examples

    @pytest.mark.parametrize(("level", "fails"), [(None, True), (Level.MUST, False), (Level.SHOULD, True)])
    def test_at_the_level_that_is_meant(self, level: Level | None, *, fails: bool) -> None:
        """A form that cancels fails SHOULD alone."""
        job = Job("tanh.derivative", "tanh_derivative", "float32", "ordinary")

        def cancelling(target: Faulty, z: Array) -> Array:
            return 1 - target.right.tanh(z) ** 2

        target = PythonObject(Faulty("target", {"tanh_derivative": cancelling}, {}), "target")
        found = examples_until_failure(job, Examiner(target, resolve(target.conventions)), QUICK, 0, level)

        assert (found is not None) == fails


class TestSeeds:
    """What is drawn depends on the name of the row and on the seed of the run."""

    def test_every_part_of_a_job_takes_part(self) -> None:
        """And so does the run's seed."""
        job = Job("relu.value", "relu", "float64", "exact")
        others = [
            replace(job, clause="contract.state"),
            replace(job, operation="tanh"),
            replace(job, format_name="float32"),
            replace(job, regime="wide"),
        ]

        assert len({each.seed(0) for each in (job, *others)} | {job.seed(1), job.seed(0, 1)}) == 7

    def test_is_the_same_tomorrow(self) -> None:
        """A hash of the names, pinned here: a report of an old seed can be made again."""
        assert Job("relu.value", "relu", "float64", "exact").seed(0) == 5466255555220084843


class TestDraws:
    """Nothing but the seed has an influence on them."""

    def test_a_module_of_the_users_own_has_none(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Hypothesis would draw the constants of every module outside site-packages."""
        before = drawn_numbers()

        constants = "\n".join(f"CONSTANT_{k} = {k}.0625" for k in range(101, 400))
        (tmp_path / "of_the_users_own.py").write_text(constants, encoding="utf-8")
        monkeypatch.syspath_prepend(tmp_path)
        importlib.import_module("of_the_users_own")

        assert drawn_numbers() == before
        assert drawn_numbers(given_by="hypothesis") != drawn_numbers()


def drawn_numbers(given_by: str = "gradspec") -> list[float]:
    """What a row draws, or what Hypothesis draws of its own accord, from the same seed."""
    drawn: list[float] = []

    @seed(0)
    @settings(max_examples=300, phases=(Phase.generate,), database=None, deadline=None)
    @given(st.floats(-1000, 1000))
    def draw(number: float) -> None:
        drawn.append(number)

    with independent_draws() if given_by == "gradspec" else nullcontext():
        draw()
    return drawn
