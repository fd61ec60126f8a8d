"""Running a counterexample of a report again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..spec.clauses import specification_digest
from ..spec.network import Network
from .checks.examiner import Examiner
from .checks.registry import CHECKS, Subject
from .encoding import decoded, decoded_case
from .judging import Given
from .rendering.text import failure
from .report import counterexample
from .row import Failure, is_failure
from .verdict import Level

if TYPE_CHECKING:
    from .adapters.target import Target
    from .case import Case
    from .report import Report


CANONICAL = {"layout": "columns", "weight_layout": "out_in"}
"""The layout in which a report stores inputs and answers."""


class ReplayError(ValueError):
    """A counterexample that is not there, or cannot be judged again without the target."""


def replayed(report: Report, number: int, target: Target | None) -> tuple[list[str], bool]:
    """
    What the counterexample ``number`` comes to now, as lines, and whether it still fails.

    The ``target`` is asked again, or, where it is None, the stored answer is judged again.
    """
    row = _row(report, number)
    conventions = dict(report.document["conventions"])
    case = decoded_case(row["counterexample"]["case"])
    subject = target
    if subject is None:
        conventions |= CANONICAL
        subject = _stored(row, case, conventions)
    examination = CHECKS[row["clause"]].judge(Examiner(subject, conventions), case)
    finding = examination.findings[Level(row["level"])]
    lines = _notes(report)
    if not is_failure(finding):
        what = "the stored answer" if target is None else f"the answer of {target.name}"
        return [
            *lines,
            f"#{number} {row['clause']} {row['level']}: {what} is now {finding.kind.value}",
        ], False
    document = {"number": number, **counterexample(Failure(examination, finding), row["clause"])}
    again = {
        **row,
        "verdict": "error" if finding.kind.value == "error" else "fail",
        "counterexample": document,
    }
    return [*lines, f"#{number} still fails", *failure([again], report)], True


def _row(report: Report, number: int) -> dict[str, Any]:
    for row in report.failures:
        if row.get("counterexample", {}).get("number") == number:
            return row
    count = len(report.failures)
    message = f"the report has no counterexample {number}; " + (
        f"they count from 1 to {count}" if count else "it has none"
    )
    raise ReplayError(message)


def _notes(report: Report) -> list[str]:
    if report.document["spec"]["digest"] == specification_digest():
        return []
    return ["note: the report was made by another text of the specification than the one installed"]


def _stored(row: dict[str, Any], case: Case, conventions: dict[str, object]) -> Target:
    """A target that gives the stored answer again; the contract's clauses need the real one."""
    answer = row["counterexample"].get("answer")
    if answer is None or CHECKS[row["clause"]].subject is not Subject.VALUE:
        message = "this failure is not in the numbers of one answer; name the target to ask it again"
        raise ReplayError(message)
    arrays = iter([decoded(each, case.number_format.dtype) for each in answer])
    depth = next((len(argument.layers) for argument in case.arguments if isinstance(argument, Network)), 1)
    parts = [
        [next(arrays) for _ in range(depth)] if result.shape.startswith("all ") else next(arrays)
        for result in case.declaration.results
    ]
    return Given(parts[0] if len(parts) == 1 else parts, conventions)
