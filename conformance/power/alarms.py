"""Whether right implementations are left in peace: every variant, by every clause of what it offers."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ...spec.conventions import resolve
from ..adapters.python_object import PythonObject
from ..checks.examiner import Examiner
from ..checks.memory import Memory
from ..examining import examine
from ..report import numbered, result
from ..running import Request, jobs_of
from ..variants import VARIANTS
from ..verdict import FAILING, REQUIRED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ..row import Row
    from ..variants import Variant
    from .selection import Selection


@dataclass(frozen=True)
class Trial:
    """One operation of a variant in one format, at the levels of the class that it has to reach."""

    variant: str
    """Its name."""
    reaches: str
    """The class that it has to reach."""
    operation: str
    """The operation that is asked."""
    format_name: str
    """The format of the run."""
    rows: int
    """How many rows were judged."""
    cases: int
    """How many cases were decided, over all rows."""
    entries: int
    """How many entries were decided."""
    undecided_entries: int
    """How many entries were not."""
    alarms: tuple[Mapping[str, Any], ...]
    """The rows that fail though the variant is right, as a report has them, with a counterexample each."""


def chosen_variants(selection: Selection) -> Iterator[tuple[str, str]]:
    """The operations of variants that are selected, each with every selected format that one is examined in."""
    for variant in VARIANTS:
        for operation in filter(selection.has_operation, variant.computations):
            for format_name in selection.formats_of(variant.formats):
                yield operation, format_name


def trials(selection: Selection, operation: str, format_name: str) -> Iterator[Trial]:
    """One operation in one format of every variant that offers it: they share the oracle."""
    memory = Memory()
    offering = [each for each in VARIANTS if operation in each.computations and format_name in each.formats]
    for variant in sorted(offering, key=lambda each: sorted(each.conventions.items())):
        made = trial(variant, operation, format_name, selection, memory)
        if made.rows:
            yield made


def trial(
    variant: Variant, operation: str, format_name: str, selection: Selection, memory: Memory | None = None
) -> Trial:
    """What one operation of a variant comes to; nothing is shrunk, since no row should fail."""
    levels = REQUIRED[variant.reaches]
    every = _rows(variant, operation, format_name, selection, memory)
    rows = [row for row in every if row.name.level in levels]
    failing = [row for row in rows if row.verdict in FAILING]
    return Trial(
        variant=variant.name,
        reaches=variant.reaches,
        operation=operation,
        format_name=format_name,
        rows=len(rows),
        cases=sum(row.decided for row in rows),
        entries=sum(row.entries for row in rows),
        undecided_entries=sum(row.undecided_entries for row in rows),
        alarms=tuple(numbered(result(row) for row in failing)),
    )


def _rows(
    variant: Variant, operation: str, format_name: str, selection: Selection, memory: Memory | None
) -> Iterator[Row]:
    """The rows of every selected clause on an operation that it offers."""
    request = Request(formats=(format_name,), clauses=selection.clauses)
    effort = replace(selection.greatest_effort, shrinking_calls=0)
    with closing(PythonObject(variant.make(), variant.name)) as target:
        examiner = Examiner(target, resolve(declared=target.conventions), memory=memory)
        for job in jobs_of(target, request, request.formats):
            if job.operation == operation:
                yield from examine(job, examiner, effort, selection.seed)
