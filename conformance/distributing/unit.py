"""
What is done in one place: all that a run asks of one operation.

A target may keep a state, which is what clause ``contract.state`` looks for; what comes out then depends on the calls
before. So the jobs of an operation are done in order on one target, in every format, and so is its diagnosis, which
wants all of its examples. Nothing else crosses from one job to another: each draws from a seed of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any, Protocol

from ..diagnosis import diagnosed
from ..examining import EFFORTS, examine
from ..report import diagnosis_document, result

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Mapping, Sequence

    from ...spec.conventions import Conventions
    from ..checks.examiner import Examiner
    from ..checks.finding import Examination
    from ..examining import Job

    Document = Mapping[str, Any]
    """JSON values."""
    Tell = Callable[[Job, Sequence[Document]], None]
    """Hears of each finished job, and of its rows."""


@dataclass(frozen=True)
class Settings:
    """What every job of a run has in common."""

    conventions: Conventions
    """Those under which the target is judged, every one of them."""
    effort: str = "standard"
    """How much is drawn."""
    seed: int = 0
    """Of the run."""
    function_ulps: Mapping[str, int] | None = None
    """Other k of the elementary functions."""
    diagnose: bool = True
    """Whether to look for what a clause that fails behaves like."""


@dataclass(frozen=True)
class Unit:
    """All jobs of one operation, in the order of the run."""

    jobs: tuple[Job, ...]
    """At least one."""


@dataclass(frozen=True)
class Reached:
    """What a unit came to."""

    rows: Sequence[Sequence[Document]]
    """Of each of its jobs, as a report has them, the counterexamples without numbers."""
    diagnoses: Sequence[Document]
    """Of its clauses that fail, likewise."""


class Performer(Protocol):
    """Who does the units of a run, wherever and in whatever order."""

    def __call__(
        self, units: Sequence[Unit], settings: Settings, tell: Tell
    ) -> Generator[tuple[int, Reached], None, None]:
        """The number of each unit with what it came to, as soon as it is known."""
        ...


class Here:
    """Whoever does every unit in this process, with one examiner; each job is told when it is done."""

    def __init__(self, examiner: Examiner) -> None:
        self._examiner = examiner

    def __call__(
        self, units: Sequence[Unit], settings: Settings, tell: Tell
    ) -> Generator[tuple[int, Reached], None, None]:
        """The number of each unit with what it came to, in order."""
        for number, unit in enumerate(units):

            def told(place: int, rows: Sequence[Document], jobs: Sequence[Job] = unit.jobs) -> None:
                tell(jobs[place], rows)

            yield number, reach(unit, settings, self._examiner, tell=told)


def units_of(jobs: Iterable[Job]) -> tuple[Unit, ...]:
    """``jobs``, in which all that concerns an operation stands together, operation by operation."""
    return tuple(Unit(tuple(each)) for _, each in groupby(jobs, key=lambda job: job.operation))


def reach(
    unit: Unit,
    settings: Settings,
    examiner: Examiner,
    tell: Callable[[int, Sequence[Document]], None] = lambda _, __: None,
) -> Reached:
    """What ``unit`` comes to, done here; ``tell`` hears the number of each job that is done, and its rows."""
    examinations: dict[str, list[Examination]] = {}
    rows: list[list[Document]] = []
    for number, job in enumerate(unit.jobs):
        recorded = examinations.setdefault(job.clause, [])
        found = examine(job, examiner, EFFORTS[settings.effort], settings.seed, recorded.append)
        rows.append([result(row) for row in found])
        tell(number, rows[-1])
    diagnoses = [
        diagnosis_document(each)
        for clause, examined in (examinations.items() if settings.diagnose else ())
        for each in diagnosed(clause, examined, settings.conventions, settings.function_ulps)
    ]
    return Reached(rows, diagnoses)
