"""What a mutant is asked: the cases of a row, with the answers of the reference, which need no judging again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ....spec.conventions import resolve
from ....spec.operations import operations
from ...adapters.python_object import PythonObject
from ...adapters.reference import Reference
from ...checks.examiner import Examiner
from ...checks.finding import Examination, Finding, Kind
from ...examining import EFFORTS, Job, examples_until_failure
from ...outcome import Malformed, Value
from ...verdict import LEVELS_OF_REGIME
from .settings import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ....spec.conventions import Conventions
    from ...adapters.target import Target
    from ...case import Case
    from ...outcome import FloatArray, Outcome


@dataclass(frozen=True, eq=False)
class Question:
    """One case, and what the reference answers."""

    case: Case
    """The inputs."""
    right: Outcome
    """Its answer."""


class _Listener(Examiner):
    """An examiner that hears which cases are asked, and takes every answer for right."""

    def __init__(self, target: Target, conventions: Conventions) -> None:
        super().__init__(target, conventions)
        self.questions: list[Question] = []

    def value(self, case: Case) -> Examination:
        """Inside at every level."""
        outcome = self.ask(case)
        self.questions.append(Question(case, outcome))
        return Examination(case, outcome, dict.fromkeys(LEVELS_OF_REGIME[case.regime], Finding(Kind.INSIDE)))


class Questions:
    """The cases of rows, each row drawn once."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.targets = [PythonObject(Reference(setting), "reference") for setting in SETTINGS]
        self.conventions = [resolve(declared=target.conventions) for target in self.targets]
        self._asked: dict[tuple[Job, int, str], list[Question]] = {}

    def of(self, job: Job, setting: int, effort: str) -> list[Question]:
        """The cases of a row of values under one of the settings, in the order in which a run asks them."""
        key = (job, setting, effort)
        if key not in self._asked:
            listener = _Listener(self.targets[setting], self.conventions[setting])
            examples_until_failure(job, listener, EFFORTS[effort], self.seed)
            self._asked[key] = listener.questions
        return self._asked[key]

    def forget(self) -> None:
        """Draw every row again where it is asked for."""
        self._asked.clear()


def value_jobs(operation: str, format_name: str) -> Iterator[Job]:
    """The rows of values of an operation, one a regime."""
    declared = operations()[operation]
    for regime in declared.regimes:
        yield Job(declared.clause, operation, format_name, regime)


def differ(one: Outcome, other: Outcome) -> bool:
    """Whether two calls ended differently: in a bit of an answer, in what they wrote to, or in how they failed."""
    match one, other:
        case Value(), Value():
            marks = (one.changed, one.aliased) != (other.changed, other.aliased)
            return marks or not all(map(equal, one.arrays, other.arrays))
        case Malformed(), Malformed():
            return one != other
    return type(one) is not type(other)


def equal(one: FloatArray, other: FloatArray) -> bool:
    """Whether two arrays are the same bits, NaN being one number."""
    if one.tobytes() == other.tobytes():
        return True
    wide = one.astype(np.float64), other.astype(np.float64)
    alike = (wide[0] == wide[1]) & (np.signbit(wide[0]) == np.signbit(wide[1])) | (
        np.isnan(wide[0]) & np.isnan(wide[1])
    )
    return bool(np.all(alike))
