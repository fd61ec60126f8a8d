"""``gradspec explain``: what goes wrong where a clause is broken, and who is known to break it."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from gradspec.conformance.command_line import main
from gradspec.conformance.explaining import findings
from gradspec.conformance.explaining.explanation import explained
from gradspec.conformance.explaining.known_failures import known_failures, parsed
from gradspec.conformance.explaining.recording import recorded
from gradspec.conformance.publishing import Published
from gradspec.conformance.report import Report, ReportError
from gradspec.conformance.running import ScopeError
from gradspec.spec.clauses import clauses

from .report_samples import HOSTILE, document, hostile_document

if TYPE_CHECKING:
    from collections.abc import Mapping

FINDINGS = """# Findings

What stands here explains nothing.

## A library

### L1. Digits lost

* Fails: sample; SHOULD; `tanh.*`
* Fails: other; MUST STRICT; `sigmoid.value` `softmax.*`

The first line
of a paragraph. See https://example.org/issues/1.

Users: another formula.

### L2. What fails nothing

Nobody.
"""

CLAUSE = "tanh.derivative"


def sample(version: str = "1.2.3+cpu", date: str | None = "2026-11-26", *, right: tuple[str, ...] = ()) -> Published:
    """A report of ``sample`` in a version, in which the rows of the clauses ``right`` pass."""
    made = document()
    made["target"]["version"] = version
    made.pop("date", None)
    if date is not None:
        made["date"] = date
    for row in made["results"]:
        if row["clause"] in right:
            row["verdict"] = "pass"
            row.pop("counterexample", None)
    return Published("sample", Report(made))


def only(written: Mapping[str, Any], clause: str = CLAUSE) -> dict[str, Any]:
    """The first failure of ``clause`` in a document."""
    return next(each for each in written["failures"] if each["clause"] == clause)


class TestFindings:
    """What stands beside the reports, read."""

    def test_a_section_is_its_heading_and_what_it_says(self) -> None:
        """Paragraphs are lines; what fails is not among them; addresses are found without the stop behind them."""
        section = findings.sections(FINDINGS)[2]

        assert section.heading == "L1. Digits lost"
        assert section.text.split("\n\n") == [
            "The first line of a paragraph. See https://example.org/issues/1.",
            "Users: another formula.",
        ]
        assert section.links == ("https://example.org/issues/1",)

    @pytest.mark.parametrize(
        ("row", "covered"),
        [
            (("sample", "should", "tanh.value"), True),
            (("sample", "must", "tanh.value"), False),
            (("other", "strict", "softmax.jacobian"), True),
            (("other", "strict", "sigmoid.derivative"), False),
            (("nobody", "must", "sigmoid.value"), False),
        ],
    )
    def test_a_line_covers_targets_levels_and_patterns(self, row: tuple[str, str, str], covered: bool) -> None:  # noqa: FBT001 - a parameter of the test
        """All three have to fit one line."""
        assert any(fails.covers(*row) for fails in findings.explained(FINDINGS)) is covered

    def test_a_malformed_line_is_refused(self) -> None:
        """It would explain nothing in silence."""
        with pytest.raises(ReportError, match=r"L1: '\* Fails: sample `tanh"):
            findings.explained("### L1\n* Fails: sample `tanh.*`\n")


class TestRecording:
    """What is written of reports."""

    def test_each_failing_row_is_in_a_failure(self) -> None:
        """By clause, operation, level and format, none is lost and none is added."""
        published = sample()
        rows = {(row["clause"], row["operation"], row["level"], row["format"]) for row in published.report.failures}
        written = recorded(None, [published], FINDINGS)

        assert rows == {
            (each["clause"], each["operation"], each["level"], name)
            for each in written["failures"]
            for seen in each["seen"]
            for name in seen["formats"]
        }

    def test_what_explains_it_is_named(self) -> None:
        """The heading of its section, whose text is kept once."""
        written = recorded(None, [sample()], FINDINGS)

        assert all(
            each["findings"] == (["L1. Digits lost"] if each["level"] == "should" and "tanh" in each["clause"] else [])
            for each in written["failures"]
        )
        assert written["findings"]["L1. Digits lost"]["links"] == ["https://example.org/issues/1"]

    def test_the_same_reports_again_change_nothing(self) -> None:
        """Whoever checks it relies on that."""
        reports = [sample(), sample("1.10.0"), sample("1.9.0", None)]
        written = recorded(None, reports, FINDINGS)

        assert recorded(written, reports, FINDINGS) == written
        assert recorded(deepcopy(written), reports[::-1], FINDINGS) == written

    def test_the_first_version_and_day_stay(self) -> None:
        """When a report is made again for a newer version, and the old one is gone."""
        before = recorded(None, [sample("1.9.0", "2026-01-02")], FINDINGS)
        written = recorded(before, [sample("1.10.0", "2026-03-04")], FINDINGS)

        assert [(each["version"], each["date"]) for each in only(written)["seen"]] == [
            ("1.9.0", "2026-01-02"),
            ("1.10.0", "2026-03-04"),
        ]

    @pytest.mark.parametrize(
        ("first", "again", "kept"),
        [
            (None, "2026-03-04", "2026-03-04"),
            ("2026-01-02", "2026-03-04", "2026-01-02"),
            ("2026-01-02", None, "2026-01-02"),
            (None, None, None),
        ],
    )
    def test_the_earliest_day_of_a_version_is_kept(
        self, first: str | None, again: str | None, kept: str | None
    ) -> None:
        """The same version examined again; a report that told no day is no reason to forget one."""
        before = recorded(None, [sample(date=first)], FINDINGS)
        written = recorded(before, [sample(date=again)], FINDINGS)

        assert only(written)["seen"][0]["date"] == kept
        assert written["targets"]["sample"][0]["date"] == kept

    def test_what_is_mended_stays_known(self) -> None:
        """With the last version that had it, and the explanation that the findings have no more."""
        before = recorded(None, [sample("1.9.0")], FINDINGS)
        written = recorded(before, [sample("1.10.0", right=(CLAUSE,))], "")
        known = parsed(written)
        failure = known.of(CLAUSE)[0]

        assert [each.version for each in failure.seen] == ["1.9.0"]
        assert not known.is_still_there(failure)
        assert failure.findings == ("L1. Digits lost",)
        assert known.findings["L1. Digits lost"].text

    def test_a_version_that_never_failed_is_forgotten(self) -> None:
        """A newer text acquits it: the newest word on a version counts."""
        before = recorded(None, [sample()], FINDINGS)
        written = recorded(before, [sample(right=(CLAUSE,))], FINDINGS)

        assert CLAUSE not in {each["clause"] for each in written["failures"]}

    def test_versions_are_ordered_by_their_numbers(self) -> None:
        """1.10 is newer than 1.9."""
        written = recorded(None, [sample("1.10.0"), sample("1.9.0")], FINDINGS)

        assert [each["version"] for each in written["targets"]["sample"]] == ["1.9.0", "1.10.0"]


class TestExplained:
    """What is printed."""

    def test_every_clause_can_be_explained(self) -> None:
        """With its statement; each line is one."""
        for name, clause in clauses().items():
            lines = list(explained(name))

            assert lines[0].startswith(f"{name} (")
            assert clause.statement.strip().split("\n")[0] in lines
            assert all(line.isprintable() for line in lines)

    def test_says_what_goes_wrong_and_who_is_wrong(self) -> None:
        """Mistakes, hazards, sources, errata, known failures with their causes."""
        text = "\n".join(explained(CLAUSE))

        assert "The derivative of tanh is 1 - t. (formula; tanh_derivative)" in text
        assert "  saturation: |z| is so large" in text
        assert "  bhadani-2026: lines 65 and 73-77" in text
        assert "    printed  f is derivable at a if" in text
        assert "  torch: SHOULD on tanh_derivative" in text
        assert "    why      Derivatives taken from the activation" in text

    def test_an_operation_stands_for_its_clause(self) -> None:
        """Whoever reads a report knows one of the two names."""
        assert list(explained("tanh_derivative")) == list(explained(CLAUSE))

    def test_an_unknown_name_brings_the_nearest(self) -> None:
        """In one message."""
        with pytest.raises(
            ScopeError, match=r"'tanh.derivativ' is not a clause or an operation; did you mean tanh.derivative or"
        ):
            explained("tanh.derivativ")
        with pytest.raises(ScopeError, match="gradspec list prints every clause"):
            explained("\x1b[2J")

    def test_a_mended_failure_says_so(self) -> None:
        """The last version that had it stands beside the first."""
        before = recorded(None, [sample("1.8.0", None), sample("1.9.0", "2026-01-02")], FINDINGS)
        known = parsed(recorded(before, [sample("1.10.0", right=(CLAUSE,))], FINDINGS))
        text = "\n".join(explained(CLAUSE, known))

        assert "first in 1.8.0 (day not recorded), last in 1.9.0 (2026-01-02), and not in the newest one" in text

    def test_nobody_is_accused_of_what_nobody_fails(self) -> None:
        """It says who was examined."""
        text = "\n".join(explained(CLAUSE, parsed(recorded(None, [sample(right=(CLAUSE,))], FINDINGS))))

        assert "  Nobody. Examined, as far as each offers it: sample 1.2.3+cpu." in text

    def test_the_words_of_strangers_are_shown_and_not_obeyed(self) -> None:
        """Names, versions and reasons of a report."""
        hostile = hostile_document()
        hostile["results"] = hostile["results"][:-1]
        published = Published(HOSTILE[3], Report(hostile))
        known = parsed(json.loads(json.dumps(recorded(None, [published], FINDINGS))))

        for clause in {each.clause for each in known.failures}:
            assert all(line.isprintable() for line in explained(clause, known))


class TestInstalled:
    """The file that is installed."""

    def test_names_clauses_and_levels_that_exist(self) -> None:
        """And every cause that is named is told."""
        known = known_failures()

        assert {each.clause for each in known.failures} <= clauses().keys()
        assert {each.level for each in known.failures} <= {"must", "should", "strict"}
        assert {heading for each in known.failures for heading in each.findings} == known.findings.keys()

    def test_is_printed_by_the_command(self) -> None:
        """Exit status 0; 2 for a name that is none."""
        right = CliRunner().invoke(main, ["explain", CLAUSE])
        wrong = CliRunner().invoke(main, ["explain", "tanh.derivatives"])

        assert right.exit_code == 0
        assert right.output.startswith(f"{CLAUSE} (proposition, 4-activations)\n")
        assert wrong.exit_code == 2
        assert "did you mean tanh.derivative" in wrong.output
