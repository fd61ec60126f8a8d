"""Running a counterexample of a report again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..spec.clauses import specification_digest
from .checks.examiner import Examiner
from .checks.registry import CHECKS
from .encoding import decoded_case
from .example_documents import counterexample
from .recalling import RecallError, judged_again
from .rendering.text import failure
from .row import Example, is_failure
from .verdict import Level

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .adapters.target import Target
    from .checks.finding import Examination
    from .report import Report


class ReplayError(ValueError):
    """A counterexample that is not there, or cannot be judged again without the target."""


def replayed(report: Report, number: int, target: Target | None) -> tuple[list[str], bool]:
    """
    What the counterexample ``number`` comes to now, as lines, and whether it still fails.

    The ``target`` is asked again, or, where it is None, the stored answer is judged again.
    """
    row = _row(report, number)
    examination = _examined(row, report, target)
    finding = examination.findings[Level(row["level"])]
    lines = _notes(report)
    if not is_failure(finding):
        what = "the stored answer" if target is None else f"the answer of {target.name}"
        return [
            *lines,
            f"#{number} {row['clause']} {row['level']}: {what} is now {finding.kind.value}",
        ], False
    document = {"number": number, **counterexample(Example(examination, finding), row["clause"])}
    again = {
        **row,
        "verdict": "error" if finding.kind.value == "error" else "fail",
        "counterexample": document,
    }
    return [*lines, f"#{number} still fails", *failure([again], report)], True


def _examined(row: Mapping[str, Any], report: Report, target: Target | None) -> Examination:
    example, conventions = row["counterexample"], report.document["conventions"]
    function_ulps = report.document["scope"].get("function_ulps")
    if target is not None:
        return Examiner(target, conventions, function_ulps).examined(
            CHECKS[row["clause"]], decoded_case(example["case"])
        )
    try:
        return judged_again(row["clause"], example, conventions, function_ulps)
    except RecallError as error:
        message = f"{error}; name the target to ask it again"
        raise ReplayError(message) from error


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
