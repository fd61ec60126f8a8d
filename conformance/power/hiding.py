"""Where a fault that is not found hides: it answers rightly at every case, or inside of the envelopes."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ...spec.conventions import resolve
from ..adapters.python_object import PythonObject
from ..adapters.reference import Reference
from ..asking import ask
from ..examining import EFFORTS, examine
from ..judgement import judge_arrays
from ..outcome import Value
from ..verdict import FAILING
from .recording import Recorder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..examining import Job
    from ..faults import Fault
    from ..verdict import Level
    from .recording import Recorded

    FloatArray = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Hiding:
    """The answers of a fault that no row of its clause flags."""

    cases: int
    """How many were judged by their numbers; 0 for a clause that is not about the numbers of single answers."""
    differing: int
    """In how many the answer is not, bit for bit, the one of the reference."""
    undecided: int
    """Of how many of these nothing is decided."""
    largest_difference: float
    """The largest relative difference between an entry and the reference's, over the cases of which some is decided."""
    fails_at_last: bool
    """Whether a row fails after all, because a run draws more where too little is decided."""


def hiding(fault: Fault, jobs: Sequence[Job], level: Level, effort: str, seed: int) -> Hiding:
    """Where the fault hides in the rows of ``jobs``."""
    with closing(PythonObject(fault.make(), fault.name)) as target:
        conventions = resolve(declared=target.conventions)
        recorder = Recorder(target, conventions)
        patient = replace(EFFORTS[effort], shrinking_calls=0)
        rows = [row for job in jobs for row in examine(job, recorder, patient, seed)]
    reference = PythonObject(Reference({name: str(value) for name, value in conventions.items()}), "reference")
    recorded = recorder.taken()
    found = []
    for each in recorded:
        right = ask(reference, each.case, conventions)
        if isinstance(right, Value) and not _are_same(right.arrays, each.arrays):
            found.append((each, right.arrays))
    decided = [(each, right) for each, right in found if _is_decided(each, level)]
    return Hiding(
        cases=len(recorded),
        differing=len(found),
        undecided=len(found) - len(decided),
        largest_difference=max((_difference(each.arrays, right) for each, right in decided), default=0.0),
        fails_at_last=any(row.verdict in FAILING for row in rows if row.name.level is level),
    )


def _are_same(one: Sequence[FloatArray], other: Sequence[FloatArray]) -> bool:
    return all(left.tobytes() == right.tobytes() for left, right in zip(one, other, strict=True))


def _is_decided(recorded: Recorded, level: Level) -> bool:
    return judge_arrays(recorded.arrays, recorded.truth, recorded.envelopes[level]).decided > 0


def _difference(got: Sequence[FloatArray], right: Sequence[FloatArray]) -> float:
    """The largest relative difference of two answers over the entries that are finite and not 0 in the right one."""
    largest = 0.0
    for wrong, sound in zip(got, right, strict=True):
        known = sound.astype(np.float64)
        places = np.isfinite(known) & (known != 0)
        with np.errstate(over="ignore"):
            differences = np.abs(wrong.astype(np.float64)[places] / known[places] - 1)
        largest = max([largest, *differences.tolist()])
    return largest
