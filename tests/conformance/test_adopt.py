"""The command ``gradspec adopt``: the first file of known deviations."""

from __future__ import annotations

import json
import tomllib
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result

from gradspec.conformance import Report, Request, run
from gradspec.conformance.command_line import main
from gradspec.conformance.deviations import DeviationError, exit_status, read, reported, settled, today
from gradspec.conformance.deviations.adopting import adopted, text
from gradspec.conformance.report import parse

if TYPE_CHECKING:
    from pathlib import Path

LINK = "https://example.org/issues/12"


class Mine:
    """1 at 0 in one format, digits lost in the tails, and an exception with a message of several lines."""

    formats = ("float64", "float32")

    def relu_derivative(self, z: Any) -> Any:
        """Right in float32 alone."""
        return ((z > 0) if z.dtype == "float32" else (z >= 0)).astype(z.dtype)

    def identity(self, z: Any) -> Any:
        """No answer."""
        message = f'line one of {z.ndim}\nline "two" \x07 \\'
        raise ValueError(message)


@pytest.fixture(scope="module")
def report() -> Report:
    """What a quick run finds."""
    return run(Mine(), Request(effort="quick", clauses=("relu.derivative", "identity.value")))


@pytest.fixture
def report_file(report: Report, tmp_path: Path) -> Path:
    """The same as a file."""
    file = tmp_path / "mine.json"
    file.write_text(report.text(), encoding="utf-8")
    return file


def adopt(report_file: Path, out: Path, *words: str) -> Result:
    """What the command says, and its exit status."""
    return CliRunner().invoke(main, ["adopt", str(report_file), "--out", str(out), *words], prog_name="gradspec")


class TestAdopting:
    """Everything that fails is listed, and nothing else."""

    def test_the_file_settles_its_own_report(self, report: Report, report_file: Path, tmp_path: Path) -> None:
        """Once reasons and links are there, no failing row is unlisted, and no entry is stale."""
        out = tmp_path / "known.toml"

        result = adopt(report_file, out, "--reason", "changes with\nversion 3 \x7f", "--link", LINK)

        assert result.exit_code == 0, result.output
        settlement = settled(report, read(out), today())
        assert settlement.is_settled
        assert exit_status(settlement, report) == 0
        assert len(settlement.failing) == sum(row["level"] == "must" for row in report.failures) > 0
        assert settlement.standings[0].deviation.reason == "changes with\nversion 3 \x7f"
        assert parse(reported(report, settlement).text(), "the report").verdict is report.verdict

    def test_formats_and_regimes_are_merged(self, report: Report) -> None:
        """One entry for an operation that fails alike in both formats, one for that which fails in one."""
        entries = {entry.first["clause"]: entry for entry in adopted(report, ["must"])}

        assert len(entries) == len(adopted(report, ["must"])) == 2
        assert {row["format"] for row in entries["identity.value"].rows} == {"float64", "float32"}
        assert {row["format"] for row in entries["relu.derivative"].rows} == {"float64"}

    def test_regimes_that_differ_between_formats_are_kept_apart(self) -> None:
        """An entry that named a row that passes would be stale from the first day."""
        rows = [
            {"clause": "c", "operation": "o", "level": "must", "verdict": "fail", "format": name, "regime": regime}
            for name, regimes in {"float64": "ab", "float32": "ab", "float16": "a"}.items()
            for regime in regimes
        ]
        entries = adopted(Report({"results": rows}), ["must"])

        assert [{(row["format"], row["regime"]) for row in entry.rows} for entry in entries] == [
            {("float64", "a"), ("float64", "b"), ("float32", "a"), ("float32", "b")},
            {("float16", "a")},
        ]

    def test_nothing_is_silenced_without_a_thought(self, report_file: Path, tmp_path: Path) -> None:
        """Without a reason the file is written and refused."""
        out = tmp_path / "known.toml"

        result = adopt(report_file, out)

        assert result.exit_code == 0
        assert "Fill in each reason and link" in result.output
        with pytest.raises(DeviationError, match="write why this deviates"):
            read(out)

    def test_what_is_known_stands_above_each_entry(self, report: Report) -> None:
        """The sentence of the clause, the counterexamples, and what it behaves like, or what was raised."""
        written = text(report, adopted(report, ["must"]), today(), "", "")

        assert "# The derivative of relu at z is 1 above 0" in written
        assert "# behaves like: " in written
        assert 'effort = "quick"' in written
        assert [entry["clause"] for entry in tomllib.loads(written)["deviation"]] == [
            "identity.value",
            "relu.derivative",
        ]

    def test_a_message_of_several_lines_stays_in_its_comment(self, report: Report) -> None:
        """Whatever a target raises, the file is TOML."""
        written = text(report, adopted(report, ["must"]), today(), "", "")

        assert {line[:1] for line in written.splitlines()} <= {"", "#", "[", "c", "o", "f", "r", "l", "e"}
        assert "\x07" not in written

    def test_levels_that_are_not_required_are_asked_for(self, report_file: Path, tmp_path: Path) -> None:
        """By default only what decides the verdict; none is the link of a level that may do without."""
        out = tmp_path / "known.toml"

        result = adopt(report_file, out, "--level", "should", "--reason", "tails", "--link", "none")

        assert result.exit_code == 0, result.output
        assert {entry.level.value for entry in read(out).entries} == {"should"}

    def test_it_counts_for_half_a_year(self, report_file: Path, tmp_path: Path) -> None:
        """Unless another day is given."""
        adopt(report_file, tmp_path / "a.toml", "--reason", "r", "--link", LINK)
        adopt(report_file, tmp_path / "b.toml", "--reason", "r", "--link", LINK, "--expires", "2999-01-31")

        assert read(tmp_path / "a.toml").entries[0].expires - today() in {timedelta(180), timedelta(179)}
        assert read(tmp_path / "b.toml").entries[0].expires.isoformat() == "2999-01-31"


class TestRefusing:
    """One message, exit status 2, and no file."""

    def test_a_file_is_not_written_over(self, report_file: Path, tmp_path: Path) -> None:
        """There are reasons in it."""
        out = tmp_path / "known.toml"
        out.write_text("# mine\n", encoding="utf-8")

        result = adopt(report_file, out)

        assert result.exit_code == 2
        assert "exists, and its reasons are not written over" in result.stderr
        assert out.read_text(encoding="utf-8") == "# mine\n"

    @pytest.mark.parametrize(
        ("words", "says"),
        [
            (("--expires", "soon"), "--expires soon: write the last day"),
            (("--expires", "2001-01-31"), "from today on"),
            (("--level", "may"), "--level may: choose from must, should, strict"),
            (("--link", "there"), "--link there: write the https:// address"),
            (("--link", "none"), "'none' is not for level must"),
            (("--reason", "\udcff"), "cannot be written"),
        ],
    )
    def test_a_wrong_request_exits_with_2(
        self, report_file: Path, tmp_path: Path, words: tuple[str, ...], says: str
    ) -> None:
        """The value, the rule and the way out."""
        result = adopt(report_file, tmp_path / "known.toml", *words)

        assert result.exit_code == 2, result.output
        assert says in result.stderr
        assert len(result.stderr.strip().splitlines()) == 1
        assert not (tmp_path / "known.toml").exists()

    def test_where_nothing_fails_there_is_nothing_to_adopt(self, report: Report, tmp_path: Path) -> None:
        """An empty file would look as if something had been decided."""
        file = tmp_path / "report.json"
        file.write_text(Report({**report.document, "results": []}).text(), encoding="utf-8")

        result = adopt(file, tmp_path / "known.toml")

        assert result.exit_code == 2
        assert "has no failing row of level must: there is nothing to adopt" in result.stderr

    @pytest.mark.parametrize(
        ("content", "says"),
        [(None, "cannot be read"), ("{", "is not JSON"), (json.dumps({}), "is not a gradspec report")],
    )
    def test_what_is_no_report_is_refused(self, tmp_path: Path, content: str | None, says: str) -> None:
        """A file that is absent, damaged, or another document."""
        file = tmp_path / "report.json"
        if content is not None:
            file.write_text(content, encoding="utf-8")

        result = adopt(file, tmp_path / "known.toml")

        assert result.exit_code == 2
        assert says in result.stderr
