"""The judge is judged: every seeded fault is found, by the clause that it breaks, and nothing else is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from gradspec.conformance import Report, Request, run
from gradspec.conformance.adapters.python_object import PythonObject
from gradspec.conformance.checks import CHECKS
from gradspec.conformance.checks.registry import Subject
from gradspec.conformance.examining import EFFORTS
from gradspec.conformance.faults import DESIGNED, FAULTS, Fault, Faulty, recursion
from gradspec.conformance.replaying import replayed
from gradspec.conformance.verdict import Class, Conformance

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gradspec.conformance.checks.memory import Memory

CAUGHT_AT = {"core": "must", "robust": "should", "strict": "strict"}
"""The level whose rows keep a target out of each class."""

LEFT_WITH = {"core": Class.NONE, "robust": Class.CORE, "strict": Class.ROBUST}
"""The class that a target still reaches when it is kept out of each."""

RUNS = sorted(
    ((fault, format_name) for fault in FAULTS for format_name in fault.formats),
    key=lambda run: (sorted(run[0].mistakes), run[1], sorted(run[0].conventions.items())),
)
"""Runs with the same cases stand together, so that the oracle need not compute what it remembers."""


@pytest.fixture(autouse=True)
def no_shrinking(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some three hundred runs: counterexamples are found here, and shrunk in ``test_examining.py``."""
    monkeypatch.setitem(EFFORTS, "quick", replace(EFFORTS["quick"], shrinking_calls=0))


def examined(fault: Fault, format_name: str, memory: Memory) -> tuple[Report, PythonObject]:
    """The report on a target with this fault, and the target."""
    target = PythonObject(fault.make(), fault.name)
    request = Request(formats=(format_name,), effort=fault.effort, require=fault.level)
    return run(target, request, memory=memory), target


def broken(report: Report, *levels: str) -> set[str]:
    """The clauses that have failing rows at these levels, or at any."""
    return {row["clause"] for row in report.failures if not levels or row["level"] in levels}


def relations(fault: Fault) -> set[str]:
    """The clauses about relations between answers of its operations, which follow from the clauses of their values."""
    related = (check for check in CHECKS.values() if check.subject is Subject.RELATION)
    return {check.clause for check in related if not set(check.operations).isdisjoint(fault.mistakes)}


class TestFaults:
    """An implementation with one seeded fault fails the clause that it breaks and passes the others."""

    @pytest.mark.parametrize(("fault", "format_name"), RUNS, ids=lambda each: getattr(each, "name", each))
    def test_is_found(self, fault: Fault, format_name: str, memory: Memory) -> None:
        """It is nonconformant by rows of its clause alone, and each has a counterexample that fails again."""
        report, target = examined(fault, format_name, memory)

        assert report.verdict is Conformance.NONCONFORMANT
        assert report.reached is LEFT_WITH[fault.level]
        assert fault.breaks in broken(report, CAUGHT_AT[fault.level])
        assert broken(report) <= {fault.breaks, *fault.may_also_fail, *relations(fault)}
        for row in report.failures:
            assert row["counterexample"]["reason"]
        if not fault.has_memory:
            assert list(unfailing(report, target)) == []


def unfailing(report: Report, target: PythonObject) -> Iterator[int]:
    """The numbers of the counterexamples that do not fail when they are judged again, asked anew or as stored."""
    for row in report.failures:
        counterexample = row["counterexample"]
        _, fails = replayed(report, counterexample["number"], target)
        if "answer" in counterexample and CHECKS[row["clause"]].subject is Subject.VALUE:
            _, stored_fails = replayed(report, counterexample["number"], None)
            fails = fails and stored_fails
        if not fails:
            yield counterexample["number"]


class TestCollection:
    """The collection leaves no check untried."""

    def test_names_are_unique(self) -> None:
        """A report that names a fault names one."""
        assert len({fault.name for fault in FAULTS}) == len(FAULTS)

    def test_every_check_has_a_fault(self) -> None:
        """Each clause that is checked is broken by a fault that was designed for it."""
        assert {fault.breaks for fault in DESIGNED} == set(CHECKS)

    def test_there_is_no_fault_without_the_mistake(self) -> None:
        """The backpropagation that the faults of networks are built on conforms where no step is replaced."""
        operations: dict[str, Callable[..., Any]] = {
            "network_gradients": recursion.gradients,
            "output_bias_jacobian": recursion.output_jacobian,
        }
        target = PythonObject(Faulty("sound", operations, {}), "sound")

        report = run(target, Request(formats=("float64",), effort="quick", require="robust"))

        assert report.failures == []
        assert report.verdict is Conformance.CONFORMANT
