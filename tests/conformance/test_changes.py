"""``gradspec diff``: what changed from one report to another, and whether it got worse."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import pytest

from gradspec.conformance.changes.difference import Difference, Direction
from gradspec.conformance.changes.growth import (
    CHANCE,
    grown_on_other_cases,
    grown_on_same_cases,
    largest_excess,
    probability,
)
from tests.conformance.report_samples import sample
from tests.conformance.two_reports import changed, faster, named, run, written

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Json = dict[str, Any]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two reports and a hostile one."""
    return written(tmp_path)


class TestFlips:
    """A flip is worse, better, or neither."""

    @pytest.mark.parametrize(
        ("old", "new", "direction"),
        [
            ("pass", "fail", "worse"),
            ("pass", "error", "worse"),
            ("pass", "undecided", "worse"),
            ("pass", "unsupported", "worse"),
            ("undecided", "fail", "worse"),
            ("unsupported", "error", "worse"),
            ("fail", "pass", "better"),
            ("unsupported", "pass", "better"),
            ("fail", "error", "other"),
            ("fail", "unsupported", "other"),
            ("undecided", "unsupported", "other"),
        ],
    )
    def test_direction(self, old: str, new: str, direction: str) -> None:
        """For whoever relies on the target; only what is worse changes the exit status."""
        name = "tanh.value tanh float16 ordinary must"
        before = changed(lambda made: named(made, name).update(verdict=old))
        after = changed(lambda made: named(made, name).update(verdict=new))
        found = Difference(before, after)

        assert [flip.direction for flip in found.flips] == [Direction(direction)]
        assert any(found.worse()) == (direction == "worse")

    def test_the_same_report_has_none(self) -> None:
        """Nothing differs, nothing is new, nothing is gone."""
        found = Difference(sample(), sample())

        assert found.same_cases
        assert [*found.settings, *found.flips, *found.growths, *found.appeared, *found.gone] == []
        assert list(found.worse()) == []


class TestGrowth:
    """Errors have grown when that is no luck."""

    @staticmethod
    def row(error: float | str, ratio: float) -> Json:
        """A row of which only these are looked at."""
        return {"max_error_ulps": error, "max_envelope_ratio": ratio}

    @pytest.mark.parametrize(
        ("old", "new", "grown"),
        [
            ((1.0, 0.3), (2.5, 0.4), True),
            ((1.0, 0.3), (1.9, 0.4), False),
            ((1.0, 0.3), (2.5, 0.3), False),
            ((0.0, 0.0), (0.9, 0.4), False),
            ((0.0, 0.0), (1.1, 0.4), True),
            ((9.0, 0.3), ("Infinity", 0.4), True),
            (("Infinity", 2.0), ("Infinity", 3.0), False),
            ((9.0, 0.3), (1.0, 0.1), False),
        ],
    )
    def test_on_the_same_cases(self, old: Any, new: Any, *, grown: bool) -> None:
        """More than twice, half an ulp being the least, and farther out in the envelope."""
        assert bool(grown_on_same_cases(self.row(*old), self.row(*new))) == grown

    def test_the_excess_is_that_of_errors_that_doubled(self) -> None:
        """An error that only doubles is none; four times as large are, and what is beyond all numbers."""
        old = {"exact": 5, "bins": [[0, 10], [1, 5]], "beyond": 0}

        assert largest_excess(old, {"exact": 5, "bins": [[1, 10], [2, 5]], "beyond": 0})[0] <= 0
        assert largest_excess(old, {"exact": 5, "bins": [[2, 10], [3, 5]], "beyond": 0}) == (0.75 - 0.25, 1)
        assert largest_excess(old, {"exact": 5, "bins": [[0, 10]], "beyond": 5})[0] == pytest.approx(0.25)
        assert (
            largest_excess({"exact": 9, "bins": [], "beyond": 0}, {"exact": 9, "bins": [[-9, 9]], "beyond": 0})[0] <= 0
        )

    def test_on_other_cases_luck_is_no_growth(self) -> None:
        """A few large errors of many are luck, most of many are not, and the more rows the more luck there is."""
        old = {"decided": 50, "error_distribution": {"exact": 10, "bins": [[-1, 40]], "beyond": 0}}
        few = {"decided": 50, "error_distribution": {"exact": 10, "bins": [[-1, 37], [3, 3]], "beyond": 0}}
        most = {"decided": 50, "error_distribution": {"exact": 10, "bins": [[3, 40]], "beyond": 0}}

        assert grown_on_other_cases(old, few, rows=1) is None
        assert "80 % more entries are off by" in str(grown_on_other_cases(old, most, rows=1))
        assert grown_on_other_cases(old, most, rows=10**20) is None

    def test_chance_is_what_it_says(self) -> None:
        """Two samples of the same errors differ by the excess at most as often as the theorem says."""
        size, excess = 50, math.sqrt(math.log(1 / CHANCE) / 50)

        assert probability(excess, size, size) == pytest.approx(CHANCE)

    def test_rows_of_special_values_are_left_out(self) -> None:
        """A decided case may have no number there, so that it is not known how many cases the errors are of."""

        def other_cases(made: Json) -> None:
            made["seed"] = 0
            for row in made["results"]:
                if row["regime"] == "special" and row["entries"]:
                    row["error_distribution"] = {"exact": 0, "bins": [[30, row["entries"]]], "beyond": 0}

        found = Difference(sample(), changed(other_cases))

        assert found.growths == []
        assert found.incomparable == sum(row["entries"] > 0 and row["regime"] == "special" for row in sample().results)

    def test_is_worse(self, folder: Path) -> None:
        """A row that passes as before and whose errors have grown; it is named with both errors."""
        name = "tanh.value tanh float16 ordinary must"
        after = changed(lambda made: named(made, name).update(max_error_ulps=7.5, max_envelope_ratio=0.9))
        (folder / "grown.json").write_text(json.dumps(after.document), encoding="utf-8")

        status, printed = run("diff", folder / "one.json", folder / "grown.json")

        assert status == 1
        assert "largest error 0.75 ulps, now 7.5" in printed
        assert run("diff", folder / "grown.json", folder / "one.json")[0] == 0

    def test_without_distributions_other_cases_are_not_compared(self) -> None:
        """Reports of before there were distributions; that is said, and is not worse."""

        def old_and_of_another_seed(made: Json) -> None:
            made["seed"] = 0
            for row in made["results"]:
                row.pop("error_distribution", None)

        found = Difference(changed(old_and_of_another_seed), sample())

        assert not found.same_cases
        assert found.growths == []
        assert found.incomparable == sum(row["entries"] > 0 for row in sample().results)


class TestScopes:
    """What only one of two runs asked for is no matter of the target."""

    @staticmethod
    def without(made: Json) -> None:
        """An operation less."""
        made["results"] = [row for row in made["results"] if row["operation"] != "tanh"]

    def test_what_is_not_offered_any_more_is_worse(self) -> None:
        """Of rows that passed and were asked for, as contract.result was not; the other way round it is not."""
        lost = Difference(sample(), changed(self.without))

        assert len(lost.gone) == 9
        assert lost.gone_clauses == ["tanh.value", "contract.result"]
        assert list(lost.worse()) == ["8 rows passed that are not offered any more"]
        assert list(Difference(changed(self.without), sample()).worse()) == []

    @pytest.mark.parametrize(
        "narrower",
        [
            lambda made: made["scope"].update(clauses=["binary_cross_entropy.*"]),
            lambda made: made["scope"].update(formats=[]),
            lambda made: made["scope"].update(regimes=[]),
            lambda made: made["spec"].update(digest="0" * 64),
        ],
    )
    def test_what_is_not_asked_any_more_is_not(self, narrower: Callable[[Json], object]) -> None:
        """By a filter, or by another text."""

        def both(made: Json) -> None:
            self.without(made)
            narrower(made)

        assert Difference(sample(), changed(both)).lost == []

    def test_what_is_offered_now_and_fails_is_worse(self) -> None:
        """It was asked for before."""

        def without_slope(made: Json) -> None:
            made["results"] = [row for row in made["results"] if row["clause"] != "tanh.derivative"]

        found = Difference(changed(without_slope), sample())

        assert found.appeared_clauses == ["tanh.derivative"]
        assert list(found.worse()) == ["2 rows fail that were not offered before"]

    @pytest.mark.parametrize(
        ("change", "says"),
        [
            (lambda made: made.update({"class": "Core"}), "the class was Core and is none"),
            (lambda made: made.update(verdict="conformant"), "the verdict was conformant and is nonconformant"),
        ],
    )
    def test_a_lower_class_or_verdict_is_worse(self, change: Callable[[Json], object], says: str) -> None:
        """Whatever the rows say; a higher one is not."""
        assert list(Difference(changed(change), sample()).worse()) == [says]
        assert list(Difference(sample(), changed(change)).worse()) == []

    def test_verdicts_of_other_demands_are_not_compared(self) -> None:
        """Core was required, and now Robust is."""
        before = changed(lambda made: made.update(verdict="conformant", require="core"))

        assert list(Difference(before, sample()).worse()) == []


class TestDiffCommand:
    """``gradspec diff``."""

    def test_document_and_terminal_agree(self, folder: Path) -> None:
        """On what flipped, what is new and gone, and what is worse."""
        status, printed = run("diff", folder / "one.json", folder / "two.json", "--json", folder / "d.out")
        made = json.loads((folder / "d.out").read_text(encoding="utf-8"))
        found = Difference(sample(), changed(faster))

        assert status == 1
        assert [flip["direction"] for flip in made["flips"]] == [flip.direction for flip in found.flips]
        assert made["worse"] == list(found.worse())
        assert printed.splitlines()[-1] == f"worse: {'; '.join(made['worse'])}"
        assert len(made["gone"]) == len(found.gone)
        assert {each["name"] for each in made["settings"]} >= {"seed", "target.name", "scope.formats"}
        for each in found.settings:
            assert each.name in printed

    def test_what_is_no_report_is_a_mistake(self, folder: Path) -> None:
        """Exit status 2, and not 1."""
        (folder / "no.json").write_text("{}", encoding="utf-8")
        status, printed = run("diff", folder / "one.json", folder / "no.json")

        assert status == 2
        assert "no.json is not a gradspec report" in printed
