"""What every rendering counts and orders alike: rows by their verdicts, and failing rows by clause and operation."""

from __future__ import annotations

import math
from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING, Any

from ..spec_lookup import chapter_of, position_of
from ..verdict import Level, RowVerdict
from .numbers import ulps

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from ..report import Report

    Row = Mapping[str, Any]

LEVELS = tuple(level.value for level in Level)
"""From the least that is demanded to the most."""

SHORT = {"float64": "f64", "float32": "f32", "float16": "f16", "bfloat16": "bf16"}
"""Formats in their order, and as narrow columns name them."""


def chapter_and_level(row: Row) -> tuple[str, str]:
    """Where a summary counts a row."""
    return chapter_of(row["clause"]), row["level"]


def chapter_level_and_format(row: Row) -> tuple[str, str, str]:
    """Where a table that tells formats apart counts it."""
    return *chapter_and_level(row), row["format"]


def counts(results: Iterable[Row], where: Callable[[Row], tuple[str, ...]]) -> dict[tuple[str, ...], Counter[str]]:
    """Rows by verdict, for each place that ``where`` puts them, chapters, levels and formats in their order."""
    found: dict[tuple[str, ...], Counter[str]] = {}
    for row in results:
        found.setdefault(where(row), Counter())[row["verdict"]] += 1
    return dict(sorted(found.items(), key=lambda item: _order(item[0])))


def _order(place: tuple[str, ...]) -> tuple[int, ...]:
    chapter, level, *formats = place
    return int(chapter.partition("-")[0]), LEVELS.index(level), *map(list(SHORT).index, formats)


def failing_groups(report: Report, level: str) -> list[list[dict[str, Any]]]:
    """The failing rows of ``level`` that one clause has on one operation, in the order of the text."""
    failing = sorted((row for row in report.failures if row["level"] == level), key=_group)
    return [list(rows) for _, rows in groupby(failing, key=_group)]


def _group(row: Row) -> tuple[int, str, str]:
    return position_of(row["clause"]), row["clause"], row["operation"]


def smallest(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The failing row with the counterexample that takes the fewest characters to write."""
    return min(rows, key=lambda row: len(str(row["counterexample"]["case"]["arguments"])))


def largest_error(row: Row) -> float:
    """The largest error of a row in ulps, infinite where an answer is infinite or NaN and should not be."""
    error = float(row["max_error_ulps"])
    return math.inf if math.isnan(error) else error


def worst_ulps(rows: Iterable[Row]) -> str:
    """The largest error of rows that fail, nothing where no number is wrong."""
    worst = max((largest_error(row) for row in rows if row["verdict"] == RowVerdict.FAIL), default=0.0)
    return ulps(worst) if worst else ""


def formats_and_regimes(rows: Sequence[Row]) -> str:
    """Where rows stand: ``f64 ordinary, wide; f32 wide``."""
    parts = []
    for format_name, short in SHORT.items():
        regimes = list(dict.fromkeys(row["regime"] for row in rows if row["format"] == format_name))
        if regimes:
            parts.append(f"{short} {', '.join(regimes)}")
    return "; ".join(parts)
