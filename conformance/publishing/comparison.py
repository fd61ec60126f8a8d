"""The page over all reports of a folder: who reaches which class, and which clauses fail where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..rendering.numbers import ulps
from ..spec_lookup import position_of
from ..verdict import FAILING, RowVerdict
from .markdown import plain, table
from .page import LEVELS, SHORT, clause_link

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ..report import Report

    Row = Mapping[str, Any]

MARKS = {"must": "M", "should": "S", "strict": "T"}
"""Levels in narrow columns."""


def comparison(reports: Mapping[str, Report]) -> str:
    """The page over ``reports`` by the names of their files, as Markdown."""
    return "\n".join([*_head(), *_classes(reports), *_matrix(reports)]) + "\n"


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
    document, scope = report.document, report.document["scope"]
    levels = []
    for level in LEVELS:
        judged = [row for row in report.results if row["level"] == level and row["verdict"] != RowVerdict.UNSUPPORTED]
        levels.append(f"{sum(row['verdict'] in FAILING for row in judged)} of {len(judged)}")
    undecided = sum(row["verdict"] == RowVerdict.UNDECIDED for row in report.results)
    return (
        f"[{plain(stem)}]({stem}.md)",
        f"{len(scope['operations'])} of {scope['of_operations']}",
        " ".join(SHORT[name] for name in scope["formats"]),
        "none" if document["class"] == "none" else document["class"],
        *levels,
        str(undecided or ""),
        str(sum(row.get("entries", 0) for row in report.results)),
    )


def _matrix(reports: Mapping[str, Report]) -> Iterator[str]:
    yield "## Clauses that fail somewhere"
    yield ""
    yield (
        "M, S and T stand for rows of level MUST, SHOULD and STRICT that fail in the formats named, with the largest "
        "error in ulps (none where the answer is infinite, NaN, or none at all); an empty cell has no failing row, a "
        "dash no operation of the clause."
    )
    yield ""
    failing = {row["clause"] for report in reports.values() for row in report.failures}
    yield from table(
        ("clause", *(f"[{plain(stem)}]({stem}.md)" for stem in reports)),
        (
            (clause_link(clause), *(_cell(clause, report) for report in reports.values()))
            for clause in sorted(failing, key=position_of)
        ),
    )


def _cell(clause: str, report: Report) -> str:
    rows = [row for row in report.results if row["clause"] == clause]
    if not rows or all(row["verdict"] == RowVerdict.UNSUPPORTED for row in rows):
        return "-"
    parts = []
    for level in LEVELS:
        bad = [row for row in rows if row["level"] == level and row["verdict"] in FAILING]
        if bad:
            parts.append(f"{MARKS[level]} {_formats(bad)}{_worst(bad)}")
    return "; ".join(parts)


def _formats(rows: Sequence[Row]) -> str:
    return " ".join(SHORT[name] for name in SHORT if any(row["format"] == name for row in rows))


def _worst(rows: Sequence[Row]) -> str:
    finite = [float(row["max_error_ulps"]) for row in rows if isinstance(row["max_error_ulps"], int | float)]
    worst = max(finite, default=0.0)
    return f" ({ulps(worst)})" if worst else ""
