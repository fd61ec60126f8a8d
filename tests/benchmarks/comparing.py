"""One target, put to every checker and to gradspec: who finds something wrong, where, and in what time."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from functools import cache, partial
from itertools import repeat
from typing import TYPE_CHECKING, Any

from gradspec.conformance.adapters.python_object import PythonObject
from gradspec.conformance.adapters.reference import Reference
from gradspec.conformance.checks.examiner import Examiner
from gradspec.conformance.examining import EFFORTS, examples_until_failure
from gradspec.conformance.running import Request, jobs_of
from gradspec.spec.conventions import resolve
from tests.benchmarks.checkers import CHECKERS
from tests.benchmarks.expressions import expressions_of
from tests.benchmarks.points import points
from tests.benchmarks.questions import Asked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from gradspec.conformance.verdict import Level
    from tests.benchmarks.checkers import Checker
    from tests.benchmarks.questions import Expression

    Make = Callable[[], Any]

TRIALS = (("default", "random"), ("careful", "random"), ("careful", "corpus"), ("careful", "hazards"))
"""Settings and points of the checkers. Of random points, the first one alone is a trial too."""

RIGHT = "right"
"""The kind of what is no fault."""

EFFORT_NAMES = ("quick", "standard")
"""Of gradspec."""


@dataclass
class Answer:
    """What one checker, in one trial, or gradspec, at one effort, says of one target."""

    alarms: int = 0
    """Points, or jobs, at which something was found wrong."""
    asked: int = 0
    """Points, or jobs, that were tried."""
    first: int | None = None
    """The number, from 0 on, of the first of them with an alarm."""
    seconds: float = 0.0
    """Processor time."""

    def add(self, *, is_alarm: bool) -> None:
        """Count one point."""
        if is_alarm:
            self.alarms += 1
            if self.first is None:
                self.first = self.asked
        self.asked += 1


@dataclass
class Comparison:
    """All answers about one target."""

    name: str
    """The target's."""
    kind: str
    """Of fault, or ``right``."""
    facts: dict[str, str]
    """What else the catalogue says of it."""
    operations: list[str]
    """Those that it offers."""
    expressed_by: str
    """``derivative``, ``value`` or ``nothing``, as in :func:`expressions_of`."""
    answers: dict[str, Answer] = field(default_factory=dict)
    """By ``checker, settings, points`` or ``gradspec, effort``."""


def compared(  # noqa: PLR0913 - everything that the catalogue says of a target
    make: Make,
    *,
    name: str,
    kind: str,
    operations: Sequence[str],
    levels: Sequence[Level | None],
    format_name: str,
    facts: dict[str, str] | None = None,
) -> Comparison:
    """
    ``make()``, a target of which nobody has asked anything yet, put to everybody.

    Of a fault nobody is asked more after the first alarm, and an alarm counts only where right code raises none.
    gradspec is asked about the rows of ``levels``, None for all.
    """
    expressed_by, expressions = expressions_of(operations)
    made = Comparison(name, kind, facts or {}, list(operations), expressed_by)
    for checker in CHECKERS if expressions else ():
        if checker.is_installed:
            for settings, where in TRIALS:
                of_right = (
                    repeat(object=False) if kind == RIGHT else _flags(checker.name, settings, where, expressions, make)
                )
                complaints = _told_apart(_complaints(checker, settings, where, expressions, make), of_right)
                made.answers[f"{checker.name}, {settings}, {where}"] = _counted(complaints, stop=kind != RIGHT)
    for effort in EFFORT_NAMES:
        findings = _findings(make(), effort, levels, format_name)
        made.answers[f"gradspec, {effort}"] = _counted(findings, stop=kind != RIGHT)
    return made


def _counted(complaints: Iterator[str | None], *, stop: bool) -> Answer:
    answer = Answer()
    start = time.process_time()
    for each in complaints:
        answer.add(is_alarm=each is not None)
        if stop and each is not None:
            break
    answer.seconds = round(time.process_time() - start, 4)
    return answer


def _told_apart(complaints: Iterator[str | None], of_right: Iterable[bool]) -> Iterator[str | None]:
    """``complaints`` but for those at points where right code is flagged too."""
    for said, is_right_flagged in zip(complaints, of_right, strict=False):
        yield None if is_right_flagged else said


def _flags(name: str, settings: str, where: str, expressions: Sequence[Expression], make: Make) -> list[bool]:
    """Whether the checker says something of right code, at each point of each operation."""
    conventions = tuple(sorted(make().conventions.items()))
    return [flag for each in expressions for flag in _flags_right(name, settings, where, each, conventions)]


@cache
def _flags_right(
    name: str, settings: str, where: str, expression: Expression, conventions: tuple[tuple[str, str], ...]
) -> tuple[bool, ...]:
    """Whether the checker says something of the reference, at each point."""
    checker = next(each for each in CHECKERS if each.name == name)
    complaints = _complaints(checker, settings, where, [expression], partial(Reference, dict(conventions)))
    return tuple(said is not None for said in complaints)


def _complaints(
    checker: Checker, settings: str, where: str, expressions: Sequence[Expression], make: Make
) -> Iterator[str | None]:
    """What the checker says at each point of each operation."""
    asked = Asked(make())
    chosen = checker.careful if settings == "careful" and checker.careful else checker.default
    for expression in expressions:
        for case in points(where, expression.operation, checker.format_name, asked.conventions):
            said = checker.complaint(expression.at(case, asked), chosen)
            yield None if said is None else f"{expression.operation}: {said}"


def _findings(subject: Any, effort: str, levels: Sequence[Level | None], format_name: str) -> Iterator[str | None]:
    """What gradspec says in each job."""
    target = PythonObject(subject, "target")
    examiner = Examiner(target, resolve(declared=target.conventions))
    for job in jobs_of(target, Request(), (format_name,)):
        for level in levels:
            if level is None or level in job.levels:
                asked = examples_until_failure(job, examiner, EFFORTS[effort], 0, level)
                yield None if asked is None else f"{job.clause} of {job.operation}, {job.regime}: case {asked}"
