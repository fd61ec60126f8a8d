"""
The reports of one target in the order in which they were made.

A report has the day of its run since there is that field. Among reports without it, which are older, the version of the
target decides, then the name of the file.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from ..comparing.comparability import differences
from ..comparing.matrix import Standing, standing
from ..rendering.figures import LEVELS, SHORT, largest_error
from ..report import read
from ..running import ScopeError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from ..report import Report

UNDATED = "not recorded"
"""The day of a report that has none."""


@dataclass(frozen=True)
class Point:
    """One report in a course."""

    name: str
    """Of its file."""
    report: Report

    @property
    def date(self) -> str | None:
        """The day of the run, if it is recorded."""
        return self.report.document.get("date")

    @property
    def version(self) -> str:
        """Of the target."""
        return str(self.report.document["target"]["version"])

    @property
    def specification(self) -> str:
        """By which text it was judged."""
        spec = self.report.document["spec"]
        return f"{spec['version']} ({spec['digest'][:12]})"

    @cached_property
    def levels(self) -> Mapping[str, Standing]:
        """What the rows of each level came to."""
        rows = self.report.results
        return {level: standing([row for row in rows if row["level"] == level]) for level in LEVELS}

    @cached_property
    def worst(self) -> Mapping[str, float]:
        """The largest finite error in ulps of any decided entry, by format, where a row was judged."""
        found: dict[str, float] = {}
        for row in self.report.results:
            error = largest_error(row)
            if math.isfinite(error) and row.get("entries"):
                found[row["format"]] = max(error, found.get(row["format"], 0.0))
        return {name: found[name] for name in SHORT if name in found}

    @cached_property
    def infinite(self) -> int:
        """In how many rows an answer is infinite or NaN and should not be."""
        return sum(math.isinf(largest_error(row)) for row in self.report.results)


@dataclass(frozen=True)
class Course:
    """The reports of one target, first to last."""

    target: str
    """Its name."""
    points: tuple[Point, ...]

    @property
    def is_dated(self) -> bool:
        """Whether each report says when it was made."""
        return all(point.date for point in self.points)

    def differences(self) -> list[str]:
        """For each report, in what it differs from the one before that bears on a comparison."""
        pairs = zip(self.points, self.points[1:], strict=False)
        return ["", *(_difference(old.report, new.report) for old, new in pairs)]


def courses(folder: Path) -> list[Course]:
    """The reports in ``folder`` by target, targets by name; raises :class:`ScopeError` where there are none."""
    files = sorted(folder.glob("*.json"))
    if not files:
        message = (
            f"{folder} holds no report: trend reads the .json files of a folder, such as gradspec run --json writes"
        )
        raise ScopeError(message)
    by_target: dict[str, list[Point]] = {}
    for file in files:
        point = Point(file.stem, read(file))
        by_target.setdefault(point.report.document["target"]["name"], []).append(point)
    return [Course(target, in_order(points)) for target, points in sorted(by_target.items())]


def in_order(points: Sequence[Point]) -> tuple[Point, ...]:
    """Points by day, those without one first; then by version, numbers in it as numbers; then by name."""
    return tuple(sorted(points, key=lambda point: (point.date or "", _natural(point.version), _natural(point.name))))


def _natural(text: str) -> list[tuple[int, str]]:
    """A key by which 2.9 is before 2.13: numbers by their lengths, then by their digits."""
    parts = (part.lstrip("0") if part.isdecimal() else part for part in re.split(r"([0-9]+)", text))
    return [(len(part), part) if index % 2 else (0, part) for index, part in enumerate(parts)]


def _difference(old: Report, new: Report) -> str:
    return ", ".join(each.subject for each in differences({"old": old, "new": new}))
