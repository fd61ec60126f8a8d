"""The published reports: made by this text, rendered as they stand, and every failure in them explained."""

from __future__ import annotations

import fnmatch
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from gradspec.conformance.publishing import pages, published, stale
from gradspec.oracle.certify import certificate
from gradspec.spec.clauses import specification_digest

if TYPE_CHECKING:
    from collections.abc import Iterator

REPORTS = Path(__file__).parents[2] / "reports"

FINDINGS = (REPORTS / "FINDINGS.md").read_text(encoding="utf-8")

LEVELS = ("must", "should", "strict")

pytestmark = pytest.mark.skipif(not REPORTS.is_dir(), reason="the reports are in the checkout alone")


class Fails(NamedTuple):
    """A line of the findings that says what fails for the reason given there."""

    heading: str
    targets: tuple[str, ...]
    levels: tuple[str, ...]
    clauses: tuple[str, ...]

    def covers(self, target: str, level: str, clause: str) -> bool:
        """Whether it speaks of a clause that fails in a report."""
        known = target in self.targets and level in self.levels
        return known and any(fnmatch.fnmatchcase(clause, glob) for glob in self.clauses)


@cache
def explained() -> tuple[Fails, ...]:
    """Every line ``Fails: targets; LEVELS; `clauses` `` of the findings."""
    return tuple(_lines())


def _lines() -> Iterator[Fails]:
    heading = ""
    for line in FINDINGS.splitlines():
        if line.startswith("#"):
            heading = line.strip("# ")
        elif line.startswith("* Fails: "):
            targets, levels, clauses = line.removeprefix("* Fails: ").split(";")
            names = tuple(re.findall(r"`([^`]+)`", clauses))
            yield Fails(heading, tuple(targets.split()), tuple(levels.lower().split()), names)


@cache
def failing() -> frozenset[tuple[str, str, str]]:
    """Target, level and clause of every failing row of every report."""
    return frozenset(
        (each.target, row["level"], row["clause"]) for each in published(REPORTS) for row in each.report.failures
    )


class TestReports:
    """What stands in the folder."""

    def test_are_made_by_this_text(self) -> None:
        """The digest is that of the specification that is installed, and the certificate its oracle's."""
        old = [
            each.stem for each in published(REPORTS) if each.report.document["spec"]["digest"] != specification_digest()
        ]

        assert old == []
        assert all(each.report.document["certificate"] == certificate() for each in published(REPORTS))

    def test_are_rendered_as_they_stand(self) -> None:
        """``gradspec publish --render`` would write nothing."""
        assert list(stale(REPORTS, pages(published(REPORTS)))) == []


class TestFindings:
    """Who is wrong, for everything that fails."""

    def test_every_failing_clause_is_explained(self) -> None:
        """In every report, at its level."""
        missing = {each for each in failing() if not any(fails.covers(*each) for fails in explained())}

        assert sorted(missing) == []

    def test_nothing_is_explained_that_does_not_fail(self) -> None:
        """Every target, level and pattern of each line is needed."""
        idle = [
            (fails.heading, target, level, glob)
            for fails in explained()
            for target in fails.targets
            for level in fails.levels
            for glob in fails.clauses
            if not any(fnmatch.fnmatchcase(clause, glob) and other == target for other, _, clause in failing())
        ]

        assert idle == []

    def test_levels_are_levels(self) -> None:
        """A misspelt one would cover nothing."""
        assert {level for fails in explained() for level in fails.levels} <= set(LEVELS)
