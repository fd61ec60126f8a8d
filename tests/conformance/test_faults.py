"""
The judge is judged: every seeded fault is found, by the clause that it breaks, and nothing else is.

Each fault is looked for in each of its formats, up to the first case that fails, as ``gradspec power`` does. A report
of everything, in which no other clause may fail, is made on one fault for each clause that the same operations break.
"""

from __future__ import annotations

import shlex
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from gradspec.conformance import Report, Request, run
from gradspec.conformance.adapters.process import Process
from gradspec.conformance.adapters.python_object import PythonObject
from gradspec.conformance.checks import CHECKS
from gradspec.conformance.checks.registry import Subject
from gradspec.conformance.examining import EFFORTS
from gradspec.conformance.faults import DESIGNED, FAULTS, Fault, Faulty, recursion
from gradspec.conformance.faults.fault import Kind
from gradspec.conformance.isolation.limits import Limits
from gradspec.conformance.power.detection import detection, operations_of
from gradspec.conformance.replaying import replayed
from gradspec.conformance.verdict import Class, Conformance
from gradspec.spec.formats import FORMATS
from gradspec.spec.operations import REGIMES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gradspec.conformance.checks.memory import Memory

CAUGHT_AT = {"core": "must", "robust": "should", "strict": "strict"}
"""The level whose rows keep a target out of each class."""

LEFT_WITH = {"core": Class.NONE, "robust": Class.CORE, "strict": Class.ROBUST}
"""The class that a target still reaches when it is kept out of each."""


def with_its_cases(fault: Fault) -> tuple[Any, ...]:
    """Faults that meet the same cases stand together, so that the oracle need not compute what it remembers."""
    return operations_of(fault), sorted(fault.conventions.items())


ORDERED = sorted(FAULTS, key=with_its_cases)
"""All faults."""


def representatives() -> tuple[Fault, ...]:
    """Of the faults of the same operations that break the same clause at the same level, the first."""
    first: dict[tuple[object, ...], Fault] = {}
    for fault in FAULTS:
        first.setdefault((operations_of(fault), fault.breaks, fault.level), fault)
    return tuple(sorted(first.values(), key=with_its_cases))


RUNS = sorted(
    ((fault, fault.formats[number % len(fault.formats)]) for number, fault in enumerate(representatives())),
    key=lambda run: (with_its_cases(run[0]), run[1]),
)
"""The faults on which there is a report of everything, each in one format, and each format has its turn."""


@pytest.fixture(autouse=True)
def no_shrinking(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some two hundred runs: counterexamples are found here, and shrunk in ``test_examining.py``."""
    monkeypatch.setitem(EFFORTS, "quick", replace(EFFORTS["quick"], shrinking_calls=0))


def examined(fault: Fault, format_name: str, memory: Memory) -> tuple[Report, PythonObject]:
    """The report on a target with this fault, and the target."""
    target = PythonObject(fault.make(), fault.name)
    request = Request(formats=(format_name,), effort=fault.effort, require=fault.level, diagnose=False)
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

    @pytest.mark.parametrize("fault", ORDERED, ids=lambda fault: fault.name)
    def test_is_found_in_every_format(self, fault: Fault, memory: Memory) -> None:
        """By its clause, at its level, with the effort that has to find it; in the first format, by its regime."""
        for format_name in fault.formats:
            found = detection(fault, format_name, fault.effort, seed=0, memory=memory)

            assert found.is_found, format_name
            if format_name == fault.formats[0]:
                assert found.regime == fault.regime

    @pytest.mark.parametrize(("fault", "format_name"), RUNS, ids=lambda each: getattr(each, "name", each))
    def test_nothing_else_is_blamed(self, fault: Fault, format_name: str, memory: Memory) -> None:
        """The report is nonconformant by rows of its clause alone, and each has a counterexample that fails again."""
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


class TestProcesses:
    """Two faults of the interface that would take this process with them, and therefore have one of their own."""

    @pytest.mark.parametrize(
        ("way", "says"),
        [("hangs", "did not answer in time: the limit is 2 seconds"), ("dies", "was ended by SIGABRT")],
    )
    def test_is_found_at_a_single_input(self, way: str, says: str) -> None:
        """A process that hangs or dies at a 0 without an axis breaks its clause there, and answers the rest."""
        program = Path(__file__).parent / "targets" / "stopping.py"
        request = Request(clauses=("relu.value",), regimes=("exact",), effort="quick")
        with closing(Process(shlex.join([sys.executable, str(program), way]), Limits(seconds=2))) as target:
            report = run(target, request)

        assert {row["verdict"] for row in report.failures} == {"error"}
        for row in report.failures:
            assert says in row["counterexample"]["reason"]
            assert row["counterexample"]["case"]["arguments"] == [{"shape": [], "hex": ["0x0.0p+0"]}]


class TestCollection:
    """The collection leaves no check untried."""

    def test_names_are_unique(self) -> None:
        """A report that names a fault names one."""
        assert len({fault.name for fault in FAULTS}) == len(FAULTS)

    def test_every_kind_and_regime_has_faults(self) -> None:
        """No class of mistakes and no regime is left out."""
        assert {fault.kind for fault in FAULTS} == set(Kind)
        assert {fault.regime for fault in FAULTS} == set(REGIMES)

    def test_every_fault_has_formats(self) -> None:
        """They are formats of the specification, in its order."""
        for fault in FAULTS:
            assert fault.formats
            assert list(fault.formats) == [each for each in FORMATS if each in fault.formats], fault.name

    def test_every_check_has_a_fault(self) -> None:
        """Each clause that is checked is broken by a fault that was designed for it."""
        assert {fault.breaks for fault in DESIGNED} == set(CHECKS)

    def test_every_check_blames_a_fault_alone(self) -> None:
        """For each clause there is a report of everything on a fault that breaks it; each format has many."""
        assert {fault.breaks for fault, _ in RUNS} == set(CHECKS)
        assert {format_name for _, format_name in RUNS} == set(FORMATS)

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
