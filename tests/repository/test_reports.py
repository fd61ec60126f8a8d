"""The published reports: made by this text, rendered as they stand, and every failure in them explained."""

from __future__ import annotations

import fnmatch
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gradspec.conformance.explaining import findings
from gradspec.conformance.publishing import pages, published, stale
from gradspec.oracle.certify import certificate
from gradspec.spec.clauses import specification_digest

if TYPE_CHECKING:
    from gradspec.conformance.explaining.findings import Fails

REPORTS = Path(__file__).parents[2] / "reports"

FINDINGS = (REPORTS / findings.FILE).read_text(encoding="utf-8")

LEVELS = ("must", "should", "strict")

pytestmark = pytest.mark.skipif(not REPORTS.is_dir(), reason="the reports are in the checkout alone")


@cache
def explained() -> tuple[Fails, ...]:
    """Every line ``Fails: targets; LEVELS; `clauses` `` of the findings."""
    return tuple(findings.explained(FINDINGS))


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
        assert all(each.report.certificate == certificate() for each in published(REPORTS))

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
