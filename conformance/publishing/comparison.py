"""The page over all reports of a folder: who reaches which class, and which clauses fail where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..comparing.matrix import Matrix, standing
from ..rendering.figures import LEVELS, SHORT
from ..rendering.numbers import ulps
from .markdown import plain, table
from .page import clause_link

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ..comparing.matrix import Cell
    from ..report import Report

MARKS = {"must": "M", "should": "S", "strict": "T"}
"""Levels in narrow columns."""


def comparison(reports: Mapping[str, Report]) -> str:
    """The page over ``reports`` by the names of their files, as Markdown."""
    return "\n".join([*_head(), *_classes(reports), *_matrix(Matrix(reports))]) + "\n"


def _head() -> Iterator[str]:
    yield "<!-- Written by gradspec publish from the reports; not to be edited. -->"
    yield "# Comparison"
    yield ""
    yield "Who is wrong, and why, for every clause that fails: [FINDINGS.md](FINDINGS.md)."
    yield ""


def _classes(reports: Mapping[str, Report]) -> Iterator[str]:
    yield "## Classes"
    yield ""
    yield "Rows that fail, of all that were judged; undecided rows are neither."
    yield ""
    yield from table(
        ("target", "operations", "formats", "class", *map(str.upper, LEVELS), "undecided rows", "decided entries"),
        (_class_of(stem, report) for stem, report in reports.items()),
    )
    yield ""


def _class_of(stem: str, report: Report) -> tuple[str, ...]:
    scope, results = report.document["scope"], report.results
    levels = (standing([row for row in results if row["level"] == level]) for level in LEVELS)
    return (
        f"[{plain(stem)}]({stem}.md)",
        f"{len(scope['operations'])} of {scope['of_operations']}",
        " ".join(SHORT[name] for name in scope["formats"]),
        report.reached.value,
        *(f"{each.failing} of {each.judged}" for each in levels),
        str(standing(results).undecided or ""),
        str(sum(row.get("entries", 0) for row in results)),
    )


def _matrix(matrix: Matrix) -> Iterator[str]:
    yield "## Clauses that fail somewhere"
    yield ""
    yield (
        "M, S and T stand for rows of level MUST, SHOULD and STRICT that fail in the formats named, with the largest "
        "error in ulps (none where the answer is infinite, NaN, or none at all); an empty cell has no failing row, a "
        "dash no operation of the clause."
    )
    yield ""
    yield from table(
        ("clause", *(f"[{plain(stem)}]({stem}.md)" for stem in matrix.reports)),
        (
            (clause_link(clause), *(_cell(matrix, stem, clause) for stem in matrix.reports))
            for clause in matrix.failing_clauses
        ),
    )


def _cell(matrix: Matrix, stem: str, clause: str) -> str:
    cells = {name: cell for name in SHORT if (cell := matrix.cell(stem, clause, name))}
    if not cells:
        return "-"
    return "; ".join(filter(None, (_level(level, cells) for level in LEVELS)))


def _level(level: str, cells: Mapping[str, Cell]) -> str:
    """The formats in which rows of ``level`` fail, with the largest error."""
    failing = {
        name: cell.levels[level] for name, cell in cells.items() if level in cell.levels and cell.levels[level].failing
    }
    if not failing:
        return ""
    worst = max(each.worst_failing for each in failing.values())
    return f"{MARKS[level]} {_formats(list(failing))}{f' ({ulps(worst)})' if worst else ''}"


def _formats(names: Sequence[str]) -> str:
    return " ".join(SHORT[name] for name in names)
