"""What several reports say of each clause in each format: one computation, of which every comparison is a rendering."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ..rendering.figures import LEVELS, SHORT, largest_error
from ..report import class_reached
from ..spec_lookup import position_of
from ..verdict import FAILING, Class, RowVerdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ..report import Report

    Row = Mapping[str, Any]


@dataclass(frozen=True)
class Standing:
    """What rows of one level came to."""

    judged: int
    """All but the unsupported ones."""
    failing: int
    """Those that fail or err."""
    undecided: int
    """Those of which nothing is known."""
    worst_failing: float
    """The largest finite error in ulps of a failing row; 0 where there is none."""


@dataclass(frozen=True)
class Cell:
    """One clause in one format, as one report has it; there is none where no row was judged."""

    levels: Mapping[str, Standing]
    """The levels that have rows."""
    reached: Class
    """The class of these rows alone: the highest none of whose levels has a failing row."""
    worst: float
    """The largest error in ulps of any decided entry, infinite where an answer is infinite or NaN and should not be."""

    @property
    def failing(self) -> int:
        """How many rows fail."""
        return sum(each.failing for each in self.levels.values())

    @property
    def undecided(self) -> int:
        """How many rows are undecided."""
        return sum(each.undecided for each in self.levels.values())

    @property
    def is_open(self) -> bool:
        """Whether nothing is known: every row is undecided."""
        return self.undecided == sum(each.judged for each in self.levels.values())


@dataclass(frozen=True)
class Matrix:
    """Reports by names, and the cells of each."""

    reports: Mapping[str, Report]
    """In the order of the columns."""

    @cached_property
    def cells(self) -> Mapping[tuple[str, str, str], Cell]:
        """By name of the report, clause and format."""
        rows: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
        for name, report in self.reports.items():
            for row in report.results:
                if row["verdict"] != RowVerdict.UNSUPPORTED:
                    rows[name, row["clause"], row["format"]].append(row)
        return {place: _cell(found) for place, found in rows.items()}

    @cached_property
    def clauses(self) -> tuple[str, ...]:
        """Every clause that some report judges, in the order of the text."""
        return tuple(sorted({clause for _, clause, _ in self.cells}, key=lambda clause: (position_of(clause), clause)))

    @cached_property
    def failing_clauses(self) -> tuple[str, ...]:
        """The clauses that fail somewhere."""
        failing = {clause for (_, clause, _), cell in self.cells.items() if cell.failing}
        return tuple(clause for clause in self.clauses if clause in failing)

    def cell(self, name: str, clause: str, format_name: str) -> Cell | None:
        """The cell there, if a row was judged."""
        return self.cells.get((name, clause, format_name))

    def lines(self, clauses: Sequence[str]) -> Iterator[tuple[str, str, tuple[Cell | None, ...]]]:
        """Clause, format and a cell for each report, in the formats in which some report judges the clause."""
        for clause in clauses:
            for format_name in SHORT:
                cells = tuple(self.cell(name, clause, format_name) for name in self.reports)
                if any(cells):
                    yield clause, format_name, cells


def standing(rows: Sequence[Row]) -> Standing:
    """What ``rows`` came to."""
    judged = [row for row in rows if row["verdict"] != RowVerdict.UNSUPPORTED]
    failing = [row for row in judged if row["verdict"] in FAILING]
    return Standing(
        judged=len(judged),
        failing=len(failing),
        undecided=sum(row["verdict"] == RowVerdict.UNDECIDED for row in judged),
        worst_failing=max(filter(math.isfinite, map(largest_error, failing)), default=0.0),
    )


def _cell(rows: Sequence[Row]) -> Cell:
    levels = {level: [row for row in rows if row["level"] == level] for level in LEVELS}
    return Cell(
        levels={level: standing(found) for level, found in levels.items() if found},
        reached=class_reached(rows),
        worst=max(map(largest_error, rows)),
    )
