"""Which causes are listed for seeded faults, and whether the true one is among them."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..adapters.python_object import PythonObject
from ..checks.memory import Memory
from ..checks.registry import CHECKS, Subject
from ..examining import EFFORTS
from ..running import Request, run
from .detection import chosen_faults, operations_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..faults import Fault
    from .selection import Selection


@dataclass(frozen=True)
class Naming:
    """What is listed for one fault that has an entry in the dictionary of causes, in one format."""

    fault: str
    """Its name."""
    kind: str
    """The class that it belongs to."""
    format_name: str
    """The format of the run."""
    causes: tuple[str, ...]
    """The entries of the dictionary that describe it, any of which may be listed."""
    listed: tuple[str, ...]
    """The names of all causes that are listed for the clauses that are examined to diagnose it."""

    @property
    def is_named(self) -> bool:
        """Whether the true cause is among those that are listed."""
        return any(_is_of(cause, name) for cause in self.causes for name in self.listed)


def _is_of(cause: str, listed: str) -> bool:
    """Whether a listed cause is the entry, or one of its kind: a form is any form."""
    return listed == cause or listed.startswith(f"{cause} ")


def namings(selection: Selection, operations: tuple[str, ...], format_name: str) -> Iterator[Naming]:
    """The selected faults of these operations that have an entry in the dictionary, in one format."""
    memory = Memory()
    for fault, each in chosen_faults(selection):
        if fault.causes and each == format_name and operations_of(fault) == operations:
            yield naming(fault, format_name, selection, memory)


def clauses_of_diagnosis(fault: Fault) -> tuple[str, ...]:
    """
    The clause that a fault breaks, and with it those that tell the cause where that one does not.

    Of a property the clauses of the values that it relates are diagnosed, of the contract those of values, and of an
    answer that depends on other calls the clause of state.
    """
    is_of_values = CHECKS[fault.breaks].subject is Subject.VALUE
    return (fault.breaks,) if is_of_values and not fault.has_memory else (fault.breaks, *fault.may_also_fail)


def naming(fault: Fault, format_name: str, selection: Selection, memory: Memory | None = None) -> Naming:
    """What is listed for one fault at the least of the selected efforts that has to find it."""
    efforts = list(EFFORTS)
    sufficient = [name for name in selection.efforts if efforts.index(name) >= efforts.index(fault.effort)]
    effort = min(sufficient or [fault.effort], key=efforts.index)
    clauses = clauses_of_diagnosis(fault)
    request = Request(formats=(format_name,), clauses=clauses, effort=effort, seed=selection.seed)
    with closing(PythonObject(fault.make(), fault.name)) as target:
        report = run(target, request, memory=memory)
    listed = tuple(dict.fromkeys(cause["name"] for found in report.diagnoses for cause in found["causes"]))
    return Naming(fault.name, fault.kind, format_name, fault.causes, listed)
