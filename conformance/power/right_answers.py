"""What the suite says of the right answers of the reference, and of the same with planted errors."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ...spec.conventions import resolve
from ..adapters.python_object import PythonObject
from ..adapters.reference import Reference
from ..examining import Job, examine
from .recording import Recorder
from .sensitivity import Sensitivity, sensitivities
from .undecided import Share, share_of_row

if TYPE_CHECKING:
    from .selection import Selection


def right_answers(selection: Selection, operation: str, format_name: str) -> tuple[list[Share], list[Sensitivity]]:
    """The shares and the sensitivities of an operation in a format, regime by regime, as far as they are selected."""
    shares: list[Share] = []
    found: list[Sensitivity] = []
    recorder = recorder_of_the_reference()
    effort = replace(selection.greatest_effort, shrinking_calls=0)
    for job in value_jobs(selection, operation, format_name):
        rows = examine(job, recorder, effort, selection.seed)
        recorded = recorder.taken()
        if "undecided" in selection.parts:
            shares += map(share_of_row, rows)
        if "sensitivity" in selection.parts and recorded:
            found += sensitivities(job, recorded)
    return shares, found


def recorder_of_the_reference() -> Recorder:
    """An examiner of the reference, which declares its own conventions."""
    target = PythonObject(Reference(), "reference")
    return Recorder(target, resolve(declared=target.conventions))


def value_jobs(selection: Selection, operation: str, format_name: str) -> list[Job]:
    """The rows of the clause that states the value of an operation."""
    declarations = [each for each in selection.chosen_operations() if each.name == operation]
    return [Job(each.clause, each.name, format_name, regime) for each in declarations for regime in each.regimes]
