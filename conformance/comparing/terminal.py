"""A comparison in the terminal: who was compared, in what they differ, and the matrix."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..rendering.figures import LEVELS, SHORT
from ..rendering.numbers import ulps
from ..rendering.printable import printable
from ..rendering.tables import table_lines
from ..verdict import RowVerdict
from .comparability import differences
from .matrix import standing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ..report import Report
    from .comparability import Difference
    from .matrix import Cell, Matrix

OVERVIEW = (
    "report",
    "target",
    "class",
    "verdict",
    "MUST",
    "SHOULD",
    "STRICT",
    "undecided",
    "operations",
    "formats",
    "date",
)
"""The head of the first table."""

LEGEND = (
    "A cell has the class of the clause alone in the format (none: a MUST row fails; Core: a SHOULD row does; Robust: "
    "a STRICT row does; Strict: none fails), the largest error in ulps of any decided entry, and how many rows are "
    "undecided; a dash stands where nothing was judged."
)
"""What the cells of the matrix mean."""

ALIKE = "All were judged on the same cases, by the same text."
"""Where nothing differs that bears on a comparison."""


def lines(matrix: Matrix, *, in_full: bool) -> Iterator[str]:
    """The lines of the comparison; without ``in_full`` only what fails or is undecided somewhere."""
    yield from table_lines(OVERVIEW, (overview(name, report) for name, report in matrix.reports.items()), OVERVIEW[4:9])
    yield ""
    yield from _differences(matrix.reports)
    yield ""
    chosen = list(matrix.lines(matrix.clauses))
    shown = chosen if in_full else [line for line in chosen if any(map(is_of_interest, line[2]))]
    yield from table_lines(
        ("clause", "format", *matrix.reports),
        ((clause, SHORT[name], *map(cell_text, cells)) for clause, name, cells in shown),
    )
    yield ""
    yield LEGEND
    if len(shown) < len(chosen):
        yield f"{len(chosen) - len(shown)} of {len(chosen)} lines fail nowhere and are not shown; --all shows them."


def overview(name: str, report: Report) -> tuple[str, ...]:
    """Who was examined, and what it came to."""
    document, results = report.document, report.results
    scope, target = document["scope"], document["target"]
    levels = (standing([row for row in results if row["level"] == level]) for level in LEVELS)
    return (
        name,
        f"{target['name']} {target['version']}".strip(),
        report.reached.value,
        document["verdict"],
        *(f"{each.failing} of {each.judged}" for each in levels),
        str(sum(row["verdict"] == RowVerdict.UNDECIDED for row in results)),
        f"{len(scope['operations'])} of {scope['of_operations']}",
        " ".join(SHORT[each] for each in scope["formats"]),
        document.get("date", "not recorded"),
    )


def is_of_interest(cell: Cell | None) -> bool:
    """Whether something fails, or nothing is known of it."""
    return cell is not None and bool(cell.failing or cell.undecided)


def cell_text(cell: Cell | None) -> str:
    """A cell in a few characters."""
    if cell is None:
        return "-"
    if cell.is_open:
        return "undecided"
    undecided = f", {cell.undecided} undecided" if cell.undecided else ""
    return f"{cell.reached.value} {ulps(cell.worst)}{undecided}"


def _differences(reports: Mapping[str, Report]) -> Iterator[str]:
    found = list(differences(reports))
    if not found:
        yield ALIKE
        return
    yield "Not all is comparable:"
    for difference in found:
        yield printable(f"  {difference.subject}: {difference.consequence}")
        yield from (printable(f"      {line}") for line in grouped(difference))


def grouped(difference: Difference) -> Iterator[str]:
    """What reports have, and which of them."""
    for value, names in difference.groups().items():
        yield f"{value}: {', '.join(names)}"
