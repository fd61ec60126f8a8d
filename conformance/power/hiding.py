"""Where a fault that is not found hides: it answers rightly at every case, or inside of the envelopes."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from flint import arb

from ...spec.conventions import resolve
from ..adapters.python_object import PythonObject
from ..adapters.reference import Reference
from ..asking import ask
from ..examining import EFFORTS, examine
from ..judgement import is_decided
from ..outcome import Value
from ..verdict import FAILING
from .recording import Recorder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...oracle.arithmetic.arrays import Array
    from ..examining import Job
    from ..faults import Fault
    from ..verdict import Level
    from .recording import Recorded

    Places = np.ndarray[Any, np.dtype[np.bool_]]
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
    """The largest relative difference between a decided entry and the reference's."""
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
    decided = [(each, right, _decided(each, level)) for each, right in found]
    return Hiding(
        cases=len(recorded),
        differing=len(found),
        undecided=sum(not any(np.any(places) for places in each) for _, _, each in decided),
        largest_difference=max((_difference(each.arrays, *rest) for each, *rest in decided), default=0.0),
        fails_at_last=any(row.verdict in FAILING for row in rows if row.name.level is level),
    )


def _are_same(one: Sequence[FloatArray], other: Sequence[FloatArray]) -> bool:
    return all(left.tobytes() == right.tobytes() for left, right in zip(one, other, strict=True))


def _decided(recorded: Recorded, level: Level) -> list[Places]:
    """Which entries of an answer each box of the envelope decides."""
    envelope = recorded.envelopes[level]
    places = []
    for index, true in enumerate(recorded.truth.arrays):
        largest = _largest(true)
        of_boxes = [
            [
                is_decided(allowed, ball, largest, envelope)
                for allowed, ball in zip(box[index].reshape(-1), true.reshape(-1), strict=True)
            ]
            for box in envelope.boxes
        ]
        places.append(np.all(of_boxes, axis=0).reshape(true.shape))
    return places


def _largest(truth: Array) -> arb:
    return max((abs(ball).upper() for ball in truth.reshape(-1) if ball.is_finite()), default=arb(0))


def _difference(got: Sequence[FloatArray], right: Sequence[FloatArray], decided: Sequence[Places]) -> float:
    """The largest relative difference over decided entries; infinite where the right one is 0 or infinite."""
    largest = 0.0
    for wrong, sound, places in zip(got, right, decided, strict=True):
        numbers, known = wrong.astype(np.float64)[places], sound.astype(np.float64)[places]
        with np.errstate(all="ignore"):
            differences = np.where(numbers == known, 0.0, np.abs(numbers - known) / np.abs(known))
        largest = max([largest, *np.nan_to_num(differences, nan=np.inf, posinf=np.inf).tolist()])
    return largest
