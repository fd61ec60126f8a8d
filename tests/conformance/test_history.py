"""``gradspec trend``: the reports of a folder over time."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from gradspec.conformance.history.course import Point, in_order
from gradspec.conformance.verdict import FAILING
from tests.conformance.report_samples import document, sample
from tests.conformance.two_reports import changed, faster, run, written

if TYPE_CHECKING:
    from pathlib import Path

    Json = dict[str, Any]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two reports and a hostile one."""
    return written(tmp_path)


class TestTrend:
    """``gradspec trend``."""

    @staticmethod
    def point(name: str, version: str, date: str | None) -> Point:
        """A report of a target."""

        def change(made: Json) -> None:
            made["target"]["version"] = version
            made.pop("date")
            if date:
                made["date"] = date

        return Point(name, changed(change))

    def test_order(self) -> None:
        """By day; those without one first, by version, in which numbers are numbers, then by name."""
        points = [
            self.point("e", "2.9", "2026-12-02"),
            self.point("d", "2.13", "2026-12-01"),
            self.point("c", "2.13", None),
            self.point("b", "2.13", None),
            self.point("a", "2.9", None),
        ]

        assert [point.name for point in in_order(points)] == ["a", "b", "c", "d", "e"]

    def test_shows_each_report_of_each_target(self, folder: Path) -> None:
        """With its class, what fails, its largest errors, and in what it differs from the one before."""

        def later(made: Json) -> None:
            faster(made)
            made |= {"target": {"name": "sample", "version": "2"}, "date": "2026-12-01"}

        (folder / "later.json").write_text(json.dumps(changed(later).document), encoding="utf-8")
        (folder / "two.json").unlink()
        status, printed = run("trend", folder, "--html", folder / "t.html")
        first = next(line for line in printed.splitlines() if line.startswith("one "))
        second = next(line for line in printed.splitlines() if line.startswith("later "))

        assert status == 0
        assert printed.index("one ") < printed.index("later ")
        assert "2026-11-26" in first
        for level in ("must", "should", "strict"):
            rows = [row for row in sample().results if row["level"] == level and row["verdict"] != "unsupported"]
            assert f"{sum(row['verdict'] in FAILING for row in rows)} of {len(rows)}" in first
        assert second.rstrip().endswith("seed, formats")
        assert (folder / "t.html").read_text(encoding="utf-8").count("<svg") == 6

    def test_says_where_days_are_not_recorded(self, folder: Path) -> None:
        """Since the order is then another."""
        (folder / "old.json").write_text(
            json.dumps({name: value for name, value in document().items() if name != "date"}), encoding="utf-8"
        )

        assert "do not record their date" in run("trend", folder)[1]

    @pytest.mark.parametrize(("where", "says"), [("absent", "there is no such folder"), ("empty", "holds no report")])
    def test_refuses(self, tmp_path: Path, where: str, says: str) -> None:
        """A folder that is not there, and one without reports."""
        (tmp_path / "empty").mkdir()
        status, printed = run("trend", tmp_path / where)

        assert status == 2
        assert says in printed
