"""The difference of two reports in the terminal."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING, Any

from ..rendering.figures import formats_and_regimes, largest_error
from ..rendering.numbers import ulps
from ..rendering.printable import printable
from ..rendering.tables import table_lines
from ..spec_lookup import position_of
from ..verdict import FAILING
from .difference import Direction

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ..report import Report
    from .difference import Difference, Flip, Growth

    Row = dict[str, Any]

SAME_CASES = "Both asked the same cases by the same text: nothing that differs is luck."
OTHER_CASES = "They asked other cases, or by another text: errors are compared by how they are spread."

SHOWN = 20
"""Clauses that only one report has rows of, that are written out."""

NO_DISTRIBUTION = "they are of other cases, and it is not recorded how they are spread, or of how many cases they are"

HEADINGS = {
    Direction.WORSE: "Flipped to the worse",
    Direction.BETTER: "Flipped to the better",
    Direction.OTHER: "Flipped, neither better nor worse",
}


def lines(difference: Difference) -> Iterator[str]:
    """The lines of a difference."""
    yield from (f"{word}  {_who(report)}" for word, report in (("old", difference.old), ("new", difference.new)))
    yield from _settings(difference)
    yield SAME_CASES if difference.same_cases else OTHER_CASES
    for direction, heading in HEADINGS.items():
        yield from _flips(heading, [flip for flip in difference.flips if flip.direction is direction])
    yield from _growths(difference)
    yield from _rows("New", difference.appeared, difference.appeared_clauses)
    yield from _rows("Gone", difference.gone, difference.gone_clauses)
    yield ""
    worse = list(difference.worse())
    yield f"worse: {'; '.join(worse)}" if worse else "nothing got worse"


def _who(report: Report) -> str:
    document = report.document
    target = f"{document['target']['name']} {document['target']['version']}".strip()
    when = f", {document['date']}" if "date" in document else ""
    return printable(f"{target}: {document['scope']['text']}; {document['verdict']}{when}")


def _settings(difference: Difference) -> Iterator[str]:
    if difference.settings:
        yield ""
        rows = ((each.name, each.old, each.new) for each in difference.settings)
        yield from table_lines(("differs", "old", "new"), rows)
    yield ""


def _flips(heading: str, flips: Sequence[Flip]) -> Iterator[str]:
    if not flips:
        return
    yield ""
    yield f"{heading}: {len(flips)} rows"
    in_order = sorted(flips, key=lambda flip: (position_of(flip.new["clause"]), _group(flip)))
    groups = groupby(in_order, key=_group)
    yield from table_lines(
        ("clause", "operation", "level", "where", "was", "is", "ulps were", "ulps are"),
        (_flip(list(found)) for _, found in groups),
        ("ulps were", "ulps are"),
    )


def _group(flip: Flip) -> tuple[str, ...]:
    new = flip.new
    return new["clause"], new["operation"], new["level"], flip.old["verdict"], new["verdict"]


def _flip(flips: Sequence[Flip]) -> tuple[str, ...]:
    """The rows of one clause and operation that flipped alike."""
    clause, operation, level, before, after = _group(flips[0])
    where = formats_and_regimes([flip.new for flip in flips])
    errors = _worst(flip.old for flip in flips), _worst(flip.new for flip in flips)
    return clause, operation, level, where, before, after, *errors


def _worst(rows: Iterable[Row]) -> str:
    return ulps(max(map(largest_error, rows)))


def _growths(difference: Difference) -> Iterator[str]:
    if difference.growths:
        yield ""
        yield f"Errors have grown beyond noise: {len(difference.growths)} rows"
        head = ("clause", "operation", "level", "format", "regime", "verdict", "how")
        yield from table_lines(head, map(_growth, difference.growths))
    if difference.incomparable:
        yield ""
        yield f"The errors of {difference.incomparable} rows are not compared: {NO_DISTRIBUTION}"


def _growth(growth: Growth) -> tuple[str, ...]:
    names = ("clause", "operation", "level", "format", "regime", "verdict")
    return *(growth.new[name] for name in names), growth.sentence


def _rows(word: str, rows: Sequence[Row], clauses: Sequence[str]) -> Iterator[str]:
    """Rows that only one report has, by clause, those that fail first."""
    if not rows:
        return
    yield ""
    yield f"{word}: {len(rows)} rows, {len(clauses)} clauses of which the other report has none"
    counts: dict[str, Counter[str]] = {}
    for row in sorted(rows, key=lambda row: row["verdict"] not in FAILING):
        counts.setdefault(row["clause"], Counter())[row["verdict"]] += 1
    for clause, found in list(counts.items())[:SHOWN]:
        verdicts = ", ".join(f"{count} {verdict}" for verdict, count in found.items())
        yield printable(f"  {clause}: {verdicts}{', all of the clause' if clause in clauses else ''}")
    if len(counts) > SHOWN:
        yield f"  and {len(counts) - SHOWN} more clauses, all in the document of --json"
