"""The rows of a report by chapter and clause, with the plots of their errors."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from ..plotting.distribution import (
    bin_name,
    distribution_plot,
    exponents,
    histogram,
    radii_in_words,
    together,
    total,
)
from ..rendering.numbers import ulps
from ..spec_lookup import chapter_of, position_of
from ..verdict import FAILING, RowVerdict
from .shown import error_text
from .words import LEVELS, SIGNS, Sign, count

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from markupsafe import Markup

    from ..histogram import Histogram
    from ..report import Report

    Row = Mapping[str, Any]

SEVERITY = (RowVerdict.FAIL, RowVerdict.ERROR, RowVerdict.UNDECIDED, RowVerdict.PASS, RowVerdict.UNSUPPORTED)
"""Which verdict is told first where rows are summed up."""


@dataclass(frozen=True)
class RowView:
    """One row as a line of a table."""

    operation: str
    """By name."""
    format: str
    """By name."""
    regime: str
    """By name."""
    level: str
    """In capitals."""
    sign: Sign
    """Of the verdict."""
    cases: str
    """How many were decided, of how many."""
    entries: int
    """Decided entries."""
    largest: str
    """The largest error in ulps."""
    sensitivity: str
    """The relative error that the median entry would have caught."""
    anchor: str
    """Where its counterexample stands in the page; empty without one."""


@dataclass(frozen=True)
class Sum:
    """The rows of a clause in one format."""

    format: str
    """By name."""
    sign: Sign
    """The worst verdict."""
    text: str
    """How many rows have it, of how many."""


@dataclass(frozen=True)
class Plot:
    """The errors of a clause on one operation in one format."""

    picture: Markup
    """The plot."""
    name: str
    """What it shows."""
    head: tuple[str, ...]
    """Of the table of its numbers."""
    numbers: tuple[tuple[str, ...], ...]
    """The same numbers as lines of a table."""
    summary: str
    """The envelopes in words."""


@dataclass(frozen=True)
class ClauseView:
    """The rows of one clause."""

    clause: str
    """Its id."""
    anchor: str
    """Where it stands in the page."""
    sums: tuple[Sum, ...]
    """One a format of the report."""
    largest: str
    """The largest error of all its rows; empty where none is measured."""
    rows: tuple[RowView, ...]
    """All of them."""
    plots: tuple[Plot, ...]
    """One for each operation and format whose errors are known."""


@dataclass(frozen=True)
class Chapter:
    """The clauses of one chapter."""

    name: str
    """As its file is called."""
    count: str
    """How many rows, and how many of them fail."""
    clauses: tuple[ClauseView, ...]
    """In the order of the text."""


def chapters(report: Report, failures: Mapping[int, str]) -> tuple[Chapter, ...]:
    """The chapters of ``report``; ``failures`` says where each counterexample stands."""
    formats = report.document["scope"]["formats"]
    ordered = sorted(report.results, key=lambda row: (_chapter_key(row), position_of(row["clause"]), row["clause"]))
    made = []
    for (_, name), rows in groupby(ordered, key=_chapter_key):
        listed = list(rows)
        grouped = [list(each) for _, each in groupby(listed, key=lambda row: row["clause"])]
        failing = sum(row["verdict"] in FAILING for row in listed)
        text = f"{count(len(listed), 'row')}, {f'{failing} failing' if failing else 'none failing'}"
        made.append(Chapter(name, text, tuple(_clause(each, formats, failures) for each in grouped)))
    return tuple(made)


def clause_anchor(clause: str) -> str:
    """Where a clause stands in the page: by its place in the text, so that no id holds what a stranger wrote."""
    return f"clause-{position_of(clause)}"


def _chapter_key(row: Row) -> tuple[int, str]:
    name = chapter_of(row["clause"])
    return int(name.partition("-")[0]), name


def _clause(rows: Sequence[Row], formats: Sequence[str], failures: Mapping[int, str]) -> ClauseView:
    clause = rows[0]["clause"]
    errors = [float(row["max_error_ulps"]) for row in rows if row.get("entries")]
    return ClauseView(
        clause=clause,
        anchor=clause_anchor(clause),
        sums=tuple(_sum(name, [row for row in rows if row["format"] == name]) for name in formats),
        largest=error_text(max(errors)) if errors else "",
        rows=tuple(_row(row, failures) for row in rows),
        plots=tuple(_plots(rows)),
    )


def _sum(format_name: str, rows: Sequence[Row]) -> Sum:
    counts = Counter(row["verdict"] for row in rows)
    worst = next((verdict for verdict in SEVERITY if counts[verdict]), None)
    if worst is None:
        return Sum(format_name, Sign("no row", "·", "soft"), "")
    text = f"{counts[worst]} of {len(rows)}" if counts[worst] < len(rows) else str(len(rows))
    return Sum(format_name, SIGNS[worst], text)


def _row(row: Row, failures: Mapping[int, str]) -> RowView:
    example = row.get("counterexample")
    return RowView(
        operation=row["operation"],
        format=row["format"],
        regime=row["regime"],
        level=row["level"].upper(),
        sign=SIGNS[row["verdict"]],
        cases=f"{row['decided']} of {row['examples']}",
        entries=row.get("entries", 0),
        largest=ulps(row["max_error_ulps"]) if row.get("entries") else "",
        sensitivity=ulps(row["sensitivity"][0]) if row["sensitivity"] else "",
        anchor=failures.get(example["number"], "") if example else "",
    )


def _plots(rows: Sequence[Row]) -> Iterator[Plot]:
    """A plot for each operation and format, those of one operation on the same axis."""
    for operation in dict.fromkeys(row["operation"] for row in rows):
        known = [row for row in rows if row["operation"] == operation and "error_distribution" in row]
        by_format: dict[str, list[Row]] = {}
        for row in known:
            by_format.setdefault(row["format"], []).append(row)
        drawn = {name: _distributions(each) for name, each in by_format.items()}
        span = exponents(counts for errors, radii in drawn.values() for counts in (errors, *radii.values()))
        for name, (errors, radii) in drawn.items():
            if total(errors):
                yield _plot(f"{operation}, {name}", errors, radii, span)


def _distributions(rows: Sequence[Row]) -> tuple[Histogram, dict[str, Histogram]]:
    """The errors at the level that decides most, and the envelopes of every level, all regimes together."""
    present = {level: each for level in LEVELS if (each := [row for row in rows if row["level"] == level])}
    drawn = {level: each for level, each in present.items() if level != "strict"} or present
    radii = {level: together(histogram(row["envelope_distribution"]) for row in each) for level, each in drawn.items()}
    errors = {level: together(histogram(row["error_distribution"]) for row in each) for level, each in drawn.items()}
    return max(errors.values(), key=total), radii


def _plot(name: str, errors: Histogram, radii: Mapping[str, Histogram], span: tuple[int, int]) -> Plot:
    columns = (errors, *radii.values())
    bins = sorted({exponent for counts in columns for exponent in counts.bins})
    numbers = [("0", *(str(counts.exact) for counts in columns))]
    numbers += [(bin_name(exponent), *(str(counts.bins[exponent]) for counts in columns)) for exponent in bins]
    numbers.append(("∞", *(str(counts.beyond) for counts in columns)))
    summary = "; ".join(radii_in_words(*each) for each in radii.items())
    return Plot(
        picture=distribution_plot(name, errors, radii, span).inline(),
        name=name,
        head=("from, in ulps", "errors", *(f"{level.upper()} radii" for level in radii)),
        numbers=tuple(line for line in numbers if any(each != "0" for each in line[1:])),
        summary=summary,
    )
