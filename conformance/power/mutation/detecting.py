"""Asking one mutant until it is found."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ....spec.formats import FORMATS
from ....spec.operations import operations
from ...adapters.python_object import PythonObject
from ...asking import ask
from ...checks.examiner import Examiner
from ...checks.memory import Memory
from ...checks.registry import CHECKS, Subject
from ...examining import EFFORTS, Job, examples_until_failure
from ...outcome import Unsupported
from ...row import is_failure
from ...running import PROPERTY_REGIME
from .questions import Questions, differ, value_jobs
from .settings import SETTINGS, settings_of
from .sources import reference_from
from .touching import touched

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...adapters.target import Target
    from ...checks.finding import Examination
    from .mutant import Mutant

SECONDS = 20.0
"""A call that takes longer hangs: the slowest of the reference takes some milliseconds."""

REMEMBERED = 40_000
"""Answers of the oracle, so that mutants of one operation share them."""


WIDELY = (("quick", "float64"), ("quick", "float16"))
"""The efforts and formats in which a mutant is asked for every operation that it can touch."""

DIRECT = 6
"""Of the operations in which it did not differ there, so many are asked for again; they run the fewest functions."""


@dataclass(frozen=True)
class Detection:
    """The row that found a mutant."""

    clause: str
    operation: str
    format_name: str
    regime: str
    level: str
    """The lowest level that failed."""
    effort: str
    setting: int
    """The number of the conventions it was found under."""
    examples: int
    """How many cases of the row were asked, the failing one included."""


@dataclass
class Traces:
    """What was seen of a mutant that is not found."""

    asked: int = 0
    """Cases."""
    differing: int = 0
    """Cases that it does not answer with the bits of the reference."""
    refused: int = 0
    """Cases that it says it does not support."""
    rows: dict[str, int] = field(default_factory=dict)
    """How often it differed, by operation, format, regime and number of the setting."""


class Detective:
    """Examines mutants one after the other, with one memory of cases and of the oracle."""

    def __init__(self, seed: int = 0) -> None:
        self.questions = Questions(seed)
        self.memory = Memory(REMEMBERED)

    def examine(
        self, mutant: Mutant, efforts: tuple[str, ...] = ("quick", "standard")
    ) -> tuple[Detection | None, Traces]:
        """The first row that finds the mutant, if any does, and what was seen on the way."""
        traces = Traces()
        try:
            reference = reference_from({mutant.module: mutant.source()})
            targets: list[Target] = [_Limited(reference(setting)) for setting in SETTINGS]
        except Exception as error:  # noqa: BLE001 - a mutant may fail in any way while it is made
            return Detection("", "", "", "", type(error).__name__, "", 0, 0), traces
        for effort in efforts:
            for format_name in FORMATS:
                found = self._by_values(mutant, targets, effort, format_name, traces)
                if found is None and format_name == "float64":
                    found = self._by_properties(targets, effort, traces)
                if found is not None:
                    return found, traces
        return None, traces

    def _by_values(
        self, mutant: Mutant, targets: list[Target], effort: str, format_name: str, traces: Traces
    ) -> Detection | None:
        is_wide = (effort, format_name) in WIDELY
        for operation in operations_of(mutant) if is_wide else _narrowed(mutant, traces):
            for job in value_jobs(operation, format_name):
                for setting in settings_of(operation):
                    found = self._by_row(job, targets[setting], setting, effort, traces)
                    if found is not None:
                        return found
        return None

    def _by_row(self, job: Job, target: Target, setting: int, effort: str, traces: Traces) -> Detection | None:
        """The row of values, of which only the cases are judged that the reference answers otherwise."""
        conventions = self.questions.conventions[setting]
        examiner = Examiner(target, conventions, memory=self.memory)
        for number, question in enumerate(self.questions.of(job, setting, effort), start=1):
            outcome = ask(target, question.case, conventions)
            traces.asked += 1
            if not differ(outcome, question.right):
                continue
            if isinstance(outcome, Unsupported):
                traces.refused += 1
                continue
            traces.differing += 1
            row = f"{job.operation} {job.format_name} {job.regime} {setting}"
            traces.rows[row] = traces.rows.get(row, 0) + 1
            level = failing_level(examiner.examined(CHECKS[job.clause], question.case))
            if level is not None:
                return _detection(job, level, effort, setting, number)
        return None

    def _by_properties(self, targets: list[Target], effort: str, traces: Traces) -> Detection | None:
        """The rows of relations and of the contract, of the operations in which the mutant has differed at all."""
        for place in list(traces.rows):
            operation, format_name, _, number = place.split()
            setting = int(number)
            if PROPERTY_REGIME not in operations()[operation].regimes:
                continue
            examiner = Examiner(targets[setting], self.questions.conventions[setting], memory=self.memory)
            for clause in _property_clauses(operation):
                job = Job(clause, operation, format_name, PROPERTY_REGIME)
                examples = examples_until_failure(job, examiner, EFFORTS[effort], self.questions.seed)
                if examples is not None:
                    return _detection(job, "must", effort, setting, examples)
        return None


def operations_of(mutant: Mutant) -> tuple[str, ...]:
    """The operations that a mutant can touch: all of them where a module says it outside of functions."""
    if (mutant.module, mutant.function) in touched():
        return touched()[mutant.module, mutant.function]
    is_in_function = any(place == (mutant.module, mutant.function) for place in touched())
    return () if is_in_function else tuple(operations())


def _narrowed(mutant: Mutant, traces: Traces) -> tuple[str, ...]:
    """The operations that show a mutant most directly, and those in which it has differed."""
    touched = operations_of(mutant)
    differing = {row.split()[0] for row in traces.rows}
    return (*touched[:DIRECT], *(name for name in touched[DIRECT:] if name in differing))


def _property_clauses(operation: str) -> Iterator[str]:
    for check in CHECKS.values():
        if check.subject is not Subject.VALUE and (not check.operations or operation in check.operations):
            yield check.clause


def failing_level(examination: Examination) -> str | None:
    """The lowest level that an example fails."""
    return next((level.value for level, finding in examination.findings.items() if is_failure(finding)), None)


def _detection(job: Job, level: str, effort: str, setting: int, examples: int) -> Detection:
    return Detection(job.clause, job.operation, job.format_name, job.regime, level, effort, setting, examples)


class _Limited(PythonObject):
    """A target whose calls end, in the main thread, after some seconds."""

    def __init__(self, subject: object) -> None:
        super().__init__(subject, "mutant")

    def call(self, operation: str, arguments: list[Any], keywords: dict[str, float], format_name: str) -> object:
        """The answer of the mutant's function."""
        with _limit():
            return super().call(operation, arguments, keywords, format_name)


@contextmanager
def _limit() -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(*_: object) -> None:
        raise TimeoutError(f"no answer within {SECONDS:g} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
