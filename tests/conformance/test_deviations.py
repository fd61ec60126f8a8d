"""Known deviations: what a file of them may say, and what they make of a report."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from gradspec.conformance.command_line import main
from gradspec.conformance.deviations import DeviationError, State, exit_status, read, reported, settled
from gradspec.conformance.rendering.deviations import settlement_lines
from gradspec.conformance.report import Report, parse
from gradspec.conformance.row import RowName
from gradspec.conformance.verdict import FAILING, Level, RowVerdict

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

    from gradspec.conformance.deviations import Deviations, Settlement

TODAY = date(2026, 11, 26)

ENTRY = {
    "clause": '"relu.derivative"',
    "format": '"float64"',
    "regime": '"exact"',
    "outcome": '"fail"',
    "reason": '"1 at 0 until version 3"',
    "link": '"https://example.org/issues/12"',
    "expires": "2027-06-30",
}
"""An entry as it is written, key by key."""


def entry(**changed: str | None) -> str:
    """The text of one entry with some keys written otherwise, or left out."""
    lines = [f"{key} = {value}" for key, value in (ENTRY | changed).items() if value is not None]
    return "\n".join(["[[deviation]]", *lines, ""])


MINE = """
def relu_derivative(z):
    return (z >= 0).astype(z.dtype)
"""
"""A target that deviates as :data:`ENTRY` says."""


@pytest.fixture
def written(tmp_path: Path) -> Any:
    """Reads a text as a file of deviations."""

    def read_text(text: str) -> Deviations:
        file = tmp_path / "known.toml"
        file.write_text(text, encoding="utf-8")
        return read(file)

    return read_text


def report(*rows: str, require: str = "core", verdict: str = "nonconformant", effort: str = "quick") -> Report:
    """A report of rows that are written as ``clause format regime level verdict``."""
    names = ("clause", "format", "regime", "level", "verdict")
    results = [dict(zip(names, row.split(), strict=True)) for row in rows]
    for row in results:
        row["operation"] = row["clause"].replace(".value", "").replace(".", "_")
    return Report({"require": require, "verdict": verdict, "effort": effort, "results": results})


FAILS = "relu.derivative float64 exact must fail"
"""The row that :data:`ENTRY` names, as it says."""


class TestReading:
    """A file is TOML with one table an entry; what it cannot mean is refused, with entry, rule and way out."""

    def test_an_entry_is_read(self, written: Any) -> None:
        """Level must is the default, and every operation of the clause is meant."""
        (deviation,) = written(entry()).entries

        assert deviation.level is Level.MUST
        assert deviation.operation is None
        assert deviation.outcomes == (RowVerdict.FAIL,)
        assert deviation.expires == date(2027, 6, 30)
        assert deviation.rows == {RowName("relu.derivative", "relu_derivative", "float64", "exact", Level.MUST)}

    def test_lists_and_stars_name_more_rows(self, written: Any) -> None:
        """A star is every format, or every regime that has rows at the level."""
        (deviation,) = written(entry(format='"*"', regime='["wide", "exact"]', outcome='["error", "fail"]')).entries
        (strict,) = written(entry(regime='"*"', level='"strict"', link='"none"')).entries

        assert len(deviation.rows) == 4 * 2
        assert {row.regime for row in strict.rows} == {"special"}
        assert deviation.outcomes == FAILING

    def test_a_clause_about_every_operation_can_be_listed_on_one(self, written: Any) -> None:
        """The rows of a contract are in regime ordinary."""
        (deviation,) = written(entry(clause='"contract.state"', operation='"dense"', regime='"*"')).entries

        assert deviation.rows == {RowName("contract.state", "dense", "float64", "ordinary", Level.MUST)}

    def test_a_day_may_be_a_text(self, written: Any) -> None:
        """TOML has days of its own; some writers do not know them."""
        assert written(entry(expires='"2027-06-30"')).entries[0].expires == date(2027, 6, 30)

    def test_no_entry_is_no_fault(self, written: Any) -> None:
        """The file stays when the last deviation is mended."""
        assert written("# all mended\n").entries == ()

    def test_the_digest_is_that_of_the_bytes(self, written: Any) -> None:
        """Whatever changes in the file changes it."""
        first, second = written(entry()), written(entry() + "# a comment\n")

        assert first.entries == second.entries
        assert first.digest != second.digest
        assert (first.file, len(first.digest)) == ("known.toml", 64)

    @pytest.mark.parametrize(
        ("changed", "says"),
        [
            (
                {"reason": None},
                "reason is missing; an entry has clause, format, regime, outcome, reason, link, expires",
            ),
            ({"reason": '" "'}, "write why this deviates"),
            ({"reason": "3"}, "write why this deviates"),
            ({"link": '""'}, "write the https:// address where this is dealt with"),
            ({"link": '"none"'}, "link = 'none'; write the https:// address"),
            ({"link": '"https://"'}, "write the https:// address"),
            ({"link": '"http://[::1"'}, "write the https:// address"),
            ({"link": '""', "level": '"should"'}, 'or "none", which level should admits'),
            ({"expires": None}, "expires is missing"),
            ({"expires": '"soon"'}, "write the last day on which it counts, such as 2027-06-30"),
            ({"expires": '"2027-02-30"'}, "write the last day"),
            ({"expires": "2027-06-30T00:00:00Z"}, "write the last day"),
            ({"clause": '"relu.derivate"'}, "'relu.derivate' is no clause; did you mean relu.derivative"),
            ({"clause": '"xyz"'}, "'xyz' is no clause; gradspec list clauses prints them"),
            ({"clause": "3"}, "clause = 3 is no text"),
            ({"operation": '"relu_derivate"'}, "is no operation; did you mean relu_derivative"),
            ({"operation": '"tanh"'}, "relu.derivative has no rows on tanh; it has them on relu_derivative"),
            ({"format": '"float65"'}, "'float65' is no format; did you mean float64"),
            ({"format": '"int"'}, "'int' is no format; choose from float64, float32, float16, bfloat16"),
            ({"format": "[]"}, "format = []: write one of float64, float32, float16, bfloat16, or a list, or *"),
            ({"regime": '["exact", "wild"]'}, "'wild' is no regime"),
            ({"regime": '"special"'}, "relu.derivative has no rows in special at level must; it has exact (must)"),
            ({"regime": '"*"', "clause": '"contract.state"', "level": '"strict"'}, "has no rows at level strict"),
            ({"level": '"may"'}, "'may' is no level"),
            ({"effort": '"heroic"'}, "'heroic' is no effort; choose from quick, standard, exhaustive"),
            ({"outcome": '"pass"'}, "'pass' is no outcome; choose from fail, error"),
            ({"outcome": '"*"'}, "'*' is no outcome"),
            ({"expire": "2027-06-30"}, "'expire' is no key; did you mean expires"),
        ],
    )
    def test_what_an_entry_cannot_mean_is_refused(
        self, written: Any, changed: dict[str, str | None], says: str
    ) -> None:
        """The message names the file, the entry, and its line."""
        with pytest.raises(DeviationError) as raised:
            written("\n".join(["# a comment", entry(format='"float16"'), entry(**changed)]))

        assert "known.toml, entry 2 (line 11): " in str(raised.value)
        assert says in str(raised.value)
        assert "\n" not in str(raised.value)

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ("[[deviation]\n", "is not TOML: "),
            ("deep = " + "[" * 100_000, "is not TOML: "),
            ("[[deviations]]\n", "has 'deviations' at the top; write [[deviation]] above each entry"),
            ("deviation = 3\n", "has 'deviation' at the top; write [[deviation]]"),
            ("deviation = [3]\n", "has 'deviation' at the top; write [[deviation]]"),
            ("deviation = [{}]\n", "known.toml, entry 1: clause is missing"),
        ],
    )
    def test_another_document_is_refused(self, written: Any, text: str, says: str) -> None:
        """A misspelt table would otherwise list nothing, in silence."""
        with pytest.raises(DeviationError) as raised:
            written(text)

        assert says in str(raised.value)

    def test_a_file_that_is_not_there_is_refused(self, tmp_path: Path) -> None:
        """With the command that writes one."""
        with pytest.raises(DeviationError, match="gradspec adopt REPORT writes such a file"):
            read(tmp_path / "absent.toml")

    def test_no_row_is_listed_twice(self, written: Any) -> None:
        """Two reasons for one failure would go stale together, and expire apart."""
        with pytest.raises(DeviationError, match=r"entry 1 \(line 1\) and entry 2 \(line 9\) both name the row relu"):
            written(entry() + entry(regime='"*"'))


class TestSettling:
    """Nothing is excused but what is listed, holds, and has not expired."""

    def test_what_is_listed_is_no_surprise(self, written: Any) -> None:
        """Exit status 0, and the report says nonconformant all the same."""
        settlement, status, found = against(written(entry()), report(FAILS, "relu.value float64 exact must pass"))

        assert status == 0
        assert settlement.standings[0].state is State.LISTED
        assert found.document["verdict"] == "nonconformant"

    @pytest.mark.parametrize(
        "row",
        [
            "relu.derivative float32 exact must fail",
            "relu.derivative float64 wide must fail",
            "tanh.derivative float64 exact must fail",
        ],
    )
    def test_what_is_not_listed_is_one(self, written: Any, row: str) -> None:
        """Another format, regime or clause."""
        settlement, status, _ = against(written(entry()), report(FAILS, row))

        assert status == 1
        assert [name.clause for name in settlement.unlisted] == [row.partition(" ")[0]]

    @pytest.mark.parametrize("verdict", ["pass", "error"])
    def test_what_no_longer_happens_is_an_error(self, written: Any, verdict: str) -> None:
        """A row that passes now, and one that comes out in another way, although others still fail as listed."""
        listed = written(entry(regime='["exact", "wide"]'))
        settlement, status, found = against(listed, report(FAILS, f"relu.derivative float64 wide must {verdict}"))

        assert status == 1
        assert settlement.standings[0].state is State.STALE
        lines = "\n".join(settlement_lines(found))
        assert "STALE      relu.derivative" in lines
        assert "entry 1 (line 1)" in lines
        assert ("passes now" if verdict == "pass" else "now comes out as error") in lines

    def test_it_is_one_in_a_conformant_report_too(self, written: Any) -> None:
        """Whoever mends a deviation takes the entry out."""
        passing = report("relu.derivative float64 exact must pass", verdict="conformant")

        assert against(written(entry()), passing)[1] == 1

    @pytest.mark.parametrize(
        "row",
        [
            "relu.derivative float32 exact must pass",
            "tanh.derivative float64 exact must pass",
            "relu.derivative float64 exact must unsupported",
        ],
    )
    def test_what_is_not_judged_is_told_and_no_error(self, written: Any, row: str) -> None:
        """A filter left it out, or the target does not offer it any more."""
        settlement, status, found = against(written(entry()), report(row, verdict="conformant"))

        assert status == 0
        assert settlement.standings[0].state is State.NOT_JUDGED
        assert "this run cannot tell: it judges no row of it" in "\n".join(settlement_lines(found))

    def test_a_pass_at_less_effort_says_nothing(self, written: Any) -> None:
        """What forty cases showed need not show in twelve; at the effort of the entry it is stale."""
        listed = written(entry(effort='"standard"'))
        row = "relu.derivative float64 exact must pass"

        quick, standard = (report(row, verdict="conformant", effort=name) for name in ("quick", "standard"))
        assert against(listed, quick)[0].standings[0].state is State.NOT_JUDGED
        assert against(listed, quick)[1] == 0
        assert against(listed, standard)[0].standings[0].state is State.STALE
        assert against(listed, report(FAILS))[0].standings[0].state is State.LISTED
        assert against(listed, report(FAILS.replace("fail", "error")))[0].standings[0].state is State.STALE

    def test_it_expires_after_its_last_day(self, written: Any) -> None:
        """On that day it counts, and on the next it lists nothing."""
        listed = written(entry(expires=TODAY.isoformat()))

        assert exit_status(settled(report(FAILS), listed, TODAY), report(FAILS)) == 0
        later = settled(report(FAILS), listed, TODAY + timedelta(days=1))
        assert exit_status(later, report(FAILS)) == 1
        assert later.standings[0].state is State.EXPIRED
        assert len(later.unlisted) == 1

    def test_an_expired_entry_is_an_error_whatever_is_run(self, written: Any) -> None:
        """Even where no row of it is in the run."""
        conformant = report("tanh.value float64 exact must pass", verdict="conformant")

        assert against(written(entry(expires="2026-11-25")), conformant)[1] == 1

    @pytest.mark.parametrize("verdict", ["nonconformant", "incomplete"])
    def test_undecided_is_never_settled(self, written: Any, verdict: str) -> None:
        """Whether other rows fail or not, and even where the entry names the row."""
        undecided = "relu.derivative float64 wide must undecided"
        rows = [undecided] if verdict == "incomplete" else [FAILS, undecided]
        settlement, status, _ = against(written(entry(regime='["exact", "wide"]')), report(*rows, verdict=verdict))

        assert status == 1
        assert len(settlement.undecided) == 1

    def test_an_incomplete_run_without_rows_is_not_settled(self, written: Any) -> None:
        """Nothing that was asked for is no success."""
        assert against(written(entry()), report(verdict="incomplete"))[1] == 1

    def test_rows_that_are_not_required_need_no_entry_and_may_have_one(self, written: Any) -> None:
        """With --require core a SHOULD row decides nothing; with robust it does."""
        row = "relu.derivative float64 exact should fail"
        listed = written(entry(level='"should"', link='"none"'))

        assert against(written(""), report(row, verdict="conformant"))[1] == 0
        assert against(listed, report(row, verdict="conformant"))[1] == 0
        assert against(written(""), report(row, require="robust"))[1] == 1
        assert against(listed, report(row, require="robust"))[1] == 0
        assert against(listed, report(row.replace("fail", "pass"), verdict="conformant"))[1] == 1


class TestReporting:
    """The report tells what was listed, and is else what it was."""

    def test_only_the_field_is_added(self, written: Any) -> None:
        """Verdict, class and rows are untouched."""
        before = report(FAILS)
        _, _, after = against(written(entry()), before)

        added = ("deviations", "digests")
        assert {key: value for key, value in after.document.items() if key not in added} == before.document
        assert "deviations" not in before.document

    def test_the_field_names_file_day_and_entries(self, written: Any) -> None:
        """What was listed can be told from the report alone."""
        _, _, found = against(written(entry()), report(FAILS))
        field = found.document["deviations"]

        assert field | {"digest": "", "entries": []} == {
            "file": "known.toml",
            "digest": "",
            "date": "2026-11-26",
            "failing": 1,
            "listed": 1,
            "settled": True,
            "entries": [],
        }
        assert field["entries"][0]["state"] == "listed"
        assert field["entries"][0]["expires"] == "2027-06-30"

    @pytest.mark.parametrize(
        ("rows", "says"),
        [
            ((FAILS,), "nonconformant, 1 failing required row, all of them listed as known deviations"),
            (
                (FAILS, "tanh.value float64 exact must fail"),
                "nonconformant, 2 failing required rows, 1 of them listed as known deviations",
            ),
            (
                (FAILS, "tanh.value float64 exact must undecided"),
                "nonconformant, 1 failing required row, all of them listed as known deviations; but not all is settled",
            ),
        ],
    )
    def test_the_last_line_sums_up(self, written: Any, rows: tuple[str, ...], says: str) -> None:
        """It never says that the target conforms."""
        _, _, found = against(written(entry()), report(*rows))

        assert list(settlement_lines(found))[-1] == says

    def test_a_report_without_deviations_has_no_such_lines(self) -> None:
        """Nobody asked."""
        assert list(settlement_lines(report(FAILS))) == []


class TestRun:
    """``gradspec run --deviations`` keeps a build green for what is listed, and for nothing else."""

    @pytest.fixture
    def run(self, tmp_path: Path) -> Any:
        """Runs a target that is wrong at 0, with a file of deviations of this text."""
        (tmp_path / "mine.py").write_text(MINE, encoding="utf-8")

        def run_with(known: str) -> Result:
            (tmp_path / "known.toml").write_text(known, encoding="utf-8")
            words = ["run", str(tmp_path / "mine.py"), "--in-process", "--effort", "quick", "--no-diagnose"]
            words += ["--clause", "relu.derivative", "--regime", "exact"]
            words += ["--deviations", str(tmp_path / "known.toml"), "--json", str(tmp_path / "mine.json")]
            return CliRunner().invoke(main, words, prog_name="gradspec")

        return run_with

    def test_what_is_listed_ends_with_0_and_conforms_no_more(self, run: Any, tmp_path: Path) -> None:
        """Summary and report say nonconformant; so does the last line, which says that it was known."""
        result = run(entry())

        assert result.exit_code == 0, result.output
        assert "verdict: nonconformant" in result.stdout
        last = result.stdout.splitlines()[-1]
        assert last == "nonconformant, 1 failing required row, all of them listed as known deviations"
        written = parse((tmp_path / "mine.json").read_text(encoding="utf-8"), "mine.json").document
        assert (written["verdict"], written["class"]) == ("nonconformant", "none")
        assert written["deviations"]["entries"][0]["state"] == "listed"

    @pytest.mark.parametrize(
        ("known", "status"),
        [
            ("", 1),
            (entry(outcome='"error"'), 1),
            (entry(expires="2001-01-31"), 1),
            (entry() + entry(clause='"tanh.value"'), 0),
            (entry(reason='""'), 2),
        ],
    )
    def test_and_nothing_else_does(self, run: Any, known: str, status: int) -> None:
        """What is not listed, listed otherwise, or expired; what is out of scope is told; a bad file is refused."""
        assert run(known).exit_code == status


def against(deviations: Deviations, found: Report) -> tuple[Settlement, int, Report]:
    """What deviations make of a report today: the settlement, the exit status, and the report that tells it."""
    settlement = settled(found, deviations, TODAY)
    return settlement, exit_status(settlement, found), reported(found, settlement)
