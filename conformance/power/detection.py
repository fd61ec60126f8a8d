"""Which seeded faults are found, by the clause that each breaks and at its level, and after how many examples."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ...spec.conventions import resolve
from ..adapters.python_object import PythonObject
from ..checks.examiner import Examiner
from ..checks.memory import Memory
from ..examining import EFFORTS, examples_until_failure
from ..faults import FAULTS
from ..running import Request, jobs_of
from ..verdict import REQUIRED
from .hiding import Hiding, hiding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..adapters.target import Target
    from ..examining import Job
    from ..faults import Fault
    from ..verdict import Level
    from .selection import Selection


@dataclass(frozen=True)
class Detection:
    """One fault in one format at one effort: whether the clause that it breaks finds it."""

    fault: str
    """Its name."""
    kind: str
    """The class that it belongs to."""
    clause: str
    """The clause that it breaks, and by which it has to be found."""
    level: str
    """The level at which."""
    format_name: str
    """The format of the run."""
    effort: str
    """The effort of the run."""
    is_demanded: bool
    """Whether so much effort has to find it."""
    operation: str = ""
    """The operation of the first row that fails; empty where none does."""
    regime: str = ""
    """The regime of that row."""
    examples: int | None = None
    """How many cases of that row are asked until one fails; None where none of those that every run asks does."""
    passed_rows: int = 0
    """How many rows of the clause, in the order of a run, do not fail before."""
    hiding: Hiding | None = None
    """Where it hides, if it is not found."""

    @property
    def is_found(self) -> bool:
        """Whether a row of the clause fails at the level."""
        return self.examples is not None or (self.hiding is not None and self.hiding.fails_at_last)

    @property
    def is_missed(self) -> bool:
        """Whether it had to be found and is not."""
        return self.is_demanded and not self.is_found


def chosen_faults(selection: Selection) -> Iterator[tuple[Fault, str]]:
    """The faults that are selected, each with every selected format that it is examined in."""
    for fault in FAULTS:
        named = any(map(selection.has_operation, fault.mistakes))
        if named and selection.has_kind(fault.kind) and selection.has_clause(fault.breaks):
            for format_name in selection.formats_of(fault.formats):
                yield fault, format_name


def detections(selection: Selection, operations: tuple[str, ...], format_name: str) -> Iterator[Detection]:
    """The selected faults of exactly these operations in one format, at every effort: they share the oracle."""
    memory = Memory()
    runs = [run for run in chosen_faults(selection) if operations_of(run[0]) == operations and run[1] == format_name]
    for fault, _ in sorted(runs, key=lambda run: sorted(run[0].conventions.items())):
        for effort in selection.efforts:
            yield detection(fault, format_name, effort, selection.seed, memory)


def operations_of(fault: Fault) -> tuple[str, ...]:
    """The operations that a fault offers."""
    return tuple(sorted(fault.mistakes))


def detection(fault: Fault, format_name: str, effort: str, seed: int, memory: Memory | None = None) -> Detection:
    """Whether, and how soon, one fault is found."""
    level = REQUIRED[fault.level][-1]
    efforts = list(EFFORTS)
    sought = Detection(
        fault=fault.name,
        kind=fault.kind,
        clause=fault.breaks,
        level=level.value,
        format_name=format_name,
        effort=effort,
        is_demanded=efforts.index(effort) >= efforts.index(fault.effort),
    )
    with closing(PythonObject(fault.make(), fault.name)) as target:
        examiner = Examiner(target, resolve(declared=target.conventions), memory=memory)
        jobs = _jobs(target, fault, format_name, level)
        for passed_rows, job in enumerate(jobs):
            examples = examples_until_failure(job, examiner, EFFORTS[effort], seed, level)
            if examples is not None:
                return replace(
                    sought, operation=job.operation, regime=job.regime, examples=examples, passed_rows=passed_rows
                )
    where = hiding(fault, jobs, level, effort, seed)
    return replace(sought, passed_rows=len(jobs), hiding=where)


def _jobs(target: Target, fault: Fault, format_name: str, level: Level) -> list[Job]:
    """The rows of the clause that it breaks, in the order of a run."""
    request = Request(formats=(format_name,), clauses=(fault.breaks,))
    return [job for job in jobs_of(target, request, request.formats) if level in job.levels]
