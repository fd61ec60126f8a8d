"""A run: same seed, same report; filters change nothing; class, verdict and scope by the rules."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradspec.conformance import Request, ScopeError, load, run
from gradspec.conformance.checks.finding import Kind
from gradspec.conformance.report import class_reached, conformance, result
from gradspec.conformance.row import ENOUGH, RowName, Tally
from gradspec.conformance.verdict import Class, Conformance, Level, RowVerdict
from gradspec.spec.operations import operations

ALL = len(operations())
"""How many operations there are."""


class Naive:
    """Right formulas, weak tails, and a wrong value at the kink."""

    formats = ("float64", "float32")

    def sigmoid_derivative(self, z: Any) -> Any:
        """s (1 - s)."""
        with np.errstate(over="ignore"):
            s = (1 / (1 + np.exp(-z))).astype(z.dtype)
        return s * (1 - s)

    def relu_derivative(self, z: Any) -> Any:
        """1 from 0 on, which is another convention than the default."""
        return (z >= 0).astype(z.dtype)


class TestDeterminism:
    """A row depends on its name, the seed and the effort, and on nothing else."""

    def test_same_seed_same_report(self) -> None:
        """To the last character, counterexamples included."""
        request = Request(effort="quick", seed=7)

        assert run(Naive(), request).text() == run(Naive(), request).text()

    def test_another_seed_draws_other_cases(self) -> None:
        """And comes to the same verdicts."""
        one, other = (run(Naive(), Request(effort="quick", seed=seed)) for seed in (1, 2))

        assert [row["verdict"] for row in one.results] == [row["verdict"] for row in other.results]
        assert one.text() != other.text()

    def test_filters_do_not_change_a_row(self) -> None:
        """A row of a narrow run is that of the whole run."""
        whole = run(Naive(), Request(effort="quick"))
        narrow = run(Naive(), Request(effort="quick", formats=("float32",), clauses=("sigmoid.*",), regimes=("wide",)))

        def name(row: dict[str, Any]) -> tuple[str, ...]:
            return tuple(row[key] for key in ("clause", "operation", "format", "regime", "level"))

        def body(row: dict[str, Any]) -> dict[str, Any]:
            example = {**row.get("counterexample", {}), "number": 0}
            return {**row, "counterexample": example}

        rows = {name(row): body(row) for row in whole.results}
        assert narrow.results
        for row in narrow.results:
            assert body(row) == rows[name(row)]


class TestScope:
    """Class and verdict are relative to what was examined, and say so."""

    @pytest.mark.parametrize(
        ("request_", "text"),
        [
            (Request(clauses=("sigmoid.*",)), f"Core, 2 of {ALL} operations, float64 float32, clauses sigmoid.*"),
            (
                Request(formats=("float32",), clauses=("sigmoid.*",), regimes=("exact",)),
                f"Strict, 2 of {ALL} operations, float32, regimes exact, clauses sigmoid.*",
            ),
            (
                Request(clauses=("sigmoid.*",), regimes=("exact",), function_ulps={"exp": 2}),
                (
                    f"Strict, 2 of {ALL} operations, float64 float32, regimes exact, clauses sigmoid.*, "
                    "function ulps exp=2"
                ),
            ),
            (
                Request(clauses=("sigmoid.*",), regimes=("exact",), conventions={"subnormals": "flush"}),
                f"Strict, 2 of {ALL} operations, float64 float32, regimes exact, clauses sigmoid.*, subnormals=flush",
            ),
        ],
    )
    def test_is_printed(self, request_: Request, text: str) -> None:
        """Operations, formats, filters, and what widens envelopes."""
        assert run(Naive(), Request(**{**vars(request_), "effort": "quick"})).document["scope"]["text"] == text

    def test_a_must_failure_leaves_no_class(self) -> None:
        """relu'(0) = 1 under the default convention."""
        report = run(Naive(), Request(effort="quick"))

        assert report.reached is Class.NONE
        assert report.verdict is Conformance.NONCONFORMANT
        assert {row["clause"] for row in report.failures if row["level"] == "must"} == {"relu.derivative"}

    def test_a_profile_and_a_convention_settle_it(self) -> None:
        """Park takes 1; an explicit choice goes over a profile."""
        park = Request(effort="quick", profile="park-2022", clauses=("relu.*",))
        explicit = Request(effort="quick", profile="park-2022", conventions={"relu_at_zero": 0}, clauses=("relu.*",))

        assert run(Naive(), park).verdict is Conformance.CONFORMANT
        assert run(Naive(), explicit).verdict is Conformance.NONCONFORMANT

    def test_nothing_offered_is_refused(self) -> None:
        """A target that offers nothing of what is asked is no passing target."""
        with pytest.raises(ScopeError, match="offers nothing of what was asked"):
            run(Naive(), Request(clauses=("tanh.*",)))

    def test_refusing_everything_is_incomplete(self) -> None:
        """Unsupported is never a pass."""

        class Refusing:
            def relu(self, _: Any) -> Any:
                raise NotImplementedError

        report = run(Refusing(), Request(effort="quick"))

        assert report.verdict is Conformance.INCOMPLETE
        assert {row["verdict"] for row in report.results} == {"unsupported"}

    def test_progress_hears_of_every_job(self) -> None:
        """How many are done, of how many."""
        heard: list[tuple[int, int]] = []
        run(load("reference"), Request(clauses=("relu.value",), effort="quick"), lambda *job: heard.append(job[:2]))

        assert heard == [(done, len(heard)) for done in range(1, len(heard) + 1)]


def rows(*verdicts: tuple[Level, RowVerdict]) -> list[Any]:
    """Rows of these verdicts, otherwise empty."""
    made = []
    for level, verdict in verdicts:
        tally = Tally(RowName("relu.value", "relu", "float64", "ordinary", level))
        kind = {
            RowVerdict.PASS: Kind.INSIDE,
            RowVerdict.FAIL: Kind.OUTSIDE,
            RowVerdict.ERROR: Kind.ERROR,
            RowVerdict.UNSUPPORTED: Kind.UNSUPPORTED,
            RowVerdict.UNDECIDED: Kind.OPEN,
        }[verdict]
        tally.kinds[kind] = ENOUGH
        made.append(result(tally.row(frozenset(), None)))
        assert made[-1]["verdict"] == verdict
    return made


class TestRules:
    """The rules of clauses ``conformance.class`` and ``conformance.verdict``."""

    @pytest.mark.parametrize(
        ("verdicts", "reached"),
        [
            ([(Level.MUST, RowVerdict.PASS), (Level.SHOULD, RowVerdict.PASS)], Class.STRICT),
            ([(Level.MUST, RowVerdict.PASS), (Level.STRICT, RowVerdict.ERROR)], Class.ROBUST),
            ([(Level.SHOULD, RowVerdict.FAIL), (Level.STRICT, RowVerdict.PASS)], Class.CORE),
            ([(Level.MUST, RowVerdict.ERROR), (Level.SHOULD, RowVerdict.PASS)], Class.NONE),
            ([], Class.NONE),
        ],
    )
    def test_a_class_has_no_failing_row_of_its_levels(self, verdicts: Any, reached: Class) -> None:
        """Fail and error count alike."""
        assert class_reached(rows(*verdicts)) is reached

    @pytest.mark.parametrize(
        ("verdicts", "require", "comes_to"),
        [
            ([(Level.MUST, RowVerdict.PASS), (Level.SHOULD, RowVerdict.FAIL)], "core", Conformance.CONFORMANT),
            ([(Level.MUST, RowVerdict.PASS), (Level.SHOULD, RowVerdict.FAIL)], "robust", Conformance.NONCONFORMANT),
            ([(Level.MUST, RowVerdict.PASS), (Level.MUST, RowVerdict.UNDECIDED)], "core", Conformance.INCOMPLETE),
            ([(Level.MUST, RowVerdict.FAIL), (Level.MUST, RowVerdict.UNDECIDED)], "core", Conformance.NONCONFORMANT),
            ([(Level.MUST, RowVerdict.UNSUPPORTED)], "core", Conformance.INCOMPLETE),
            ([(Level.MUST, RowVerdict.PASS), (Level.MUST, RowVerdict.UNSUPPORTED)], "core", Conformance.CONFORMANT),
            ([(Level.STRICT, RowVerdict.PASS)], "core", Conformance.INCOMPLETE),
            ([], "strict", Conformance.INCOMPLETE),
        ],
    )
    def test_required_rows_decide(self, verdicts: Any, require: str, comes_to: Conformance) -> None:
        """A failing one is worse than an undecided one, and nothing judged is no conformance."""
        assert conformance(rows(*verdicts), require) is comes_to

    def test_a_row_passes_with_ten_decided_examples_and_every_hazard(self) -> None:
        """Nine are not enough, nor is a hazard that was not met."""
        tally = Tally(RowName("relu.value", "relu", "float64", "ordinary", Level.MUST))
        tally.kinds[Kind.INSIDE] = ENOUGH - 1
        assert tally.row(frozenset(), None).verdict is RowVerdict.UNDECIDED

        tally.kinds[Kind.INSIDE] = ENOUGH
        assert tally.row(frozenset(), None).verdict is RowVerdict.PASS
        assert tally.row(frozenset({"one_unit"}), None).verdict is RowVerdict.UNDECIDED
