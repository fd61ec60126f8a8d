"""Every example of a report judged anew: what it says of truth, envelope and verdict against what the oracle says."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from ..checks.contract import BY_MEMORY
from ..checks.examiner import Examiner
from ..checks.registry import CHECKS
from ..encoding import decoded_case
from ..example_documents import counterexample, sample
from ..recalling import RecallError, judged_again
from ..row import Example, is_failure
from ..validating import pointer
from ..verdict import Level, RowVerdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from ..adapters.target import Target
    from ..checks.finding import Examination
    from ..report import Report

    Json = Mapping[str, Any]

KINDS = ("counterexample", "sample")
"""The examples of a row, by the names of their fields."""

UNREADABLE = (ArithmeticError, AttributeError, IndexError, KeyError, TypeError, ValueError)
"""What reading or judging an example raises that does not hold what an example holds."""


class Agreement(StrEnum):
    """How an example came out."""

    SAME = "same"
    """As the report says."""
    OTHER = "other"
    """With the same verdict, but other numbers or words."""
    OVERTURNED = "overturned"
    """With another verdict."""
    OPEN = "open"
    """Only the target can tell, since the clause is about what it remembers."""


@dataclass(frozen=True)
class Recomputed:
    """One example of a report, judged anew."""

    index: int
    """Of its row."""
    kind: str
    """Which of its examples."""
    agreement: Agreement
    """How it came out."""
    differences: tuple[str, ...] = ()
    """What differs, each a place in the report with what stands there and what was found; or why it is open."""

    @property
    def place(self) -> str:
        """In the report, as a JSON pointer."""
        return pointer(("results", self.index, self.kind))


def recomputed(report: Report) -> Iterator[Recomputed]:
    """Every counterexample and every sample, from what the report holds alone."""
    function_ulps = report.document["scope"].get("function_ulps")

    def judged(row: Json, example: Json) -> Examination:
        return judged_again(row["clause"], example, report.document["conventions"], function_ulps)

    yield from _each(report, judged)


def asked_again(report: Report, target: Target) -> Iterator[Recomputed]:
    """Every counterexample and every sample, asked of ``target`` anew."""
    function_ulps = report.document["scope"].get("function_ulps")
    examiner = Examiner(target, report.document["conventions"], function_ulps)

    def judged(row: Json, example: Json) -> Examination:
        return examiner.examined(CHECKS[row["clause"]], decoded_case(example["case"]))

    yield from _each(report, judged)


def without_sample(report: Report) -> list[int]:
    """The numbers of the rows that pass and show no example of it, of clauses that an example can show."""
    return [
        index
        for index, row in enumerate(report.results)
        if row["verdict"] == RowVerdict.PASS and "sample" not in row and row["clause"] not in BY_MEMORY
    ]


def _each(report: Report, judged: Callable[[Json, Json], Examination]) -> Iterator[Recomputed]:
    for index, row in enumerate(report.results):
        for kind in KINDS:
            if kind in row:
                yield _compared(row, index, kind, judged)


def _compared(row: Json, index: int, kind: str, judged: Callable[[Json, Json], Examination]) -> Recomputed:
    stored = row[kind]
    try:
        examination = judged(row, stored)
        finding = examination.findings[Level(row["level"])]
        example = Example(examination, finding)
        found = counterexample(example, row["clause"]) if kind == "counterexample" else sample(example)
    except RecallError as error:
        only_the_target = row["clause"] in BY_MEMORY
        return Recomputed(index, kind, Agreement.OPEN if only_the_target else Agreement.OVERTURNED, (str(error),))
    except UNREADABLE as error:
        place = pointer(("results", index, kind))
        return Recomputed(index, kind, Agreement.OVERTURNED, (f"{place} cannot be judged: {error!r}",))
    wanted = {name: value for name, value in stored.items() if name != "number"}
    differences = tuple(_differences(wanted, found, ("results", index, kind)))
    if is_failure(finding) != (kind == "counterexample"):
        return Recomputed(index, kind, Agreement.OVERTURNED, (f"it is {finding.kind.value}", *differences))
    return Recomputed(index, kind, Agreement.OTHER if differences else Agreement.SAME, differences)


def _differences(stored: Any, found: Any, place: tuple[str | int, ...]) -> Iterator[str]:  # noqa: ANN401 - JSON values
    match stored, found:
        case dict(), dict():
            for name in dict.fromkeys((*stored, *found)):
                yield from _differences(stored.get(name), found.get(name), (*place, name))
        case (list(), list()) if len(stored) == len(found):
            for position, (one, other) in enumerate(zip(stored, found, strict=True)):
                yield from _differences(one, other, (*place, position))
        case _ if stored != found:
            yield f"{pointer(place)} is {_short(stored)}, found is {_short(found)}"


def _short(value: Any) -> str:  # noqa: ANN401 - JSON values
    text = repr(value)
    return text if len(text) <= LONGEST else text[:LONGEST] + "..."


LONGEST = 80
"""Characters of a value that are shown."""
