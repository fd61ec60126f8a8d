"""
The published reports: made by this text, and every failure in them explained.

That they keep their schema and that their pages are rendered from them as they stand is looked at by
``gradspec publish --check``, one of the steps of ``.ci/run``.
"""

from __future__ import annotations

import fnmatch
import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gradspec.conformance.explaining import findings
from gradspec.conformance.report import Report
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
def reports() -> dict[str, Report]:
    """Every report, by its name without the version."""
    files = sorted(REPORTS.glob("*.json"))
    return {file.stem.rpartition("-")[0]: Report(json.loads(file.read_text(encoding="utf-8"))) for file in files}


@cache
def failing() -> frozenset[tuple[str, str, str]]:
    """Target, level and clause of every failing row of every report."""
    return frozenset(
        (target, row["level"], row["clause"]) for target, report in reports().items() for row in report.failures
    )


class TestReports:
    """What stands in the folder."""

    def test_are_made_by_this_text(self) -> None:
        """The digest is that of the specification that is installed, and the certificate its oracle's."""
        old = [
            name for name, report in reports().items() if report.document["spec"]["digest"] != specification_digest()
        ]

        assert old == []
        assert all(report.certificate == certificate() for report in reports().values())


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
