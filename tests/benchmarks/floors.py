"""The smallest relative error of a whole gradient that each checker, and gradspec, sees at a random point."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from gradspec.conformance.adapters.python_object import PythonObject
from gradspec.conformance.adapters.reference import Reference
from gradspec.conformance.checks.examiner import Examiner
from gradspec.conformance.examining import EFFORTS, Job, examples_until_failure
from gradspec.conformance.faults.precision import mapped
from gradspec.spec.conventions import resolve
from tests.benchmarks.checkers import CHECKERS
from tests.benchmarks.expressions import EXPRESSIONS
from tests.benchmarks.points import points
from tests.benchmarks.questions import Asked

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.benchmarks.checkers import Checker

OPERATION, CLAUSE = "dense_batch_gradients", "dense.batch_gradients"
"""A gradient that is exact but for rounding."""

DECADES = 16
"""The smallest error that is planted is ten to the minus this."""


class Inexact:
    """The reference, whose gradients all have one relative error."""

    def __init__(self, error: float) -> None:
        self._right = Reference()
        self._error = error
        self.conventions, self.formats = self._right.conventions, self._right.formats

    def dense_batch_gradients(self, *arguments: Any) -> Any:
        """Gradients that are longer than they should be."""
        answer = self._right.dense_batch_gradients(*arguments)
        return mapped(lambda array: array * array.dtype.type(1 + self._error), answer)


def floors() -> dict[str, float | None]:
    """The smallest power of ten that is flagged, by ``checker, settings``; None where right code is flagged too."""
    found = {}
    for checker in CHECKERS:
        for settings in ("default", "careful"):
            chosen = (checker.careful if settings == "careful" else checker.default) or checker.default
            found[f"{checker.name}, {settings}"] = _smallest(partial(_is_flagged, checker, chosen))
    return found | {"gradspec, quick": _smallest(_gradspec_flags)}


def _is_flagged(checker: Checker, settings: Mapping[str, Any], error: float) -> bool:
    expression = next(each for each in EXPRESSIONS if each.operation == OPERATION)
    case = next(points("random", OPERATION, checker.format_name, resolve()))
    return checker.complaint(expression.at(case, Asked(Inexact(error))), settings) is not None


def _gradspec_flags(error: float) -> bool:
    examiner = Examiner(PythonObject(Inexact(error), "inexact"), resolve())
    job = Job(CLAUSE, OPERATION, "float64", "ordinary")
    return examples_until_failure(job, examiner, EFFORTS["quick"], 0) is not None


def _smallest(is_flagged: Callable[[float], bool]) -> float | None:
    if is_flagged(0.0):
        return None
    flagged = [10.0**-decade for decade in range(DECADES + 1) if is_flagged(10.0**-decade)]
    return min(flagged, default=None)
