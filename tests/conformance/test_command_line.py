"""The command ``gradspec``, as a person types it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result

from gradspec.conformance.command_line import main
from gradspec.spec.clauses import clauses

if TYPE_CHECKING:
    from pathlib import Path

MINE = """
import numpy as np

formats = ("float64", "float32")

def sigmoid(z):
    return (1 / (1 + np.exp(-z))).astype(z.dtype)

def relu_derivative(z):
    return (z >= 0).astype(z.dtype)
"""


def gradspec(*words: str) -> Result:
    """What the command says, and its exit status."""
    return CliRunner().invoke(main, list(words), prog_name="gradspec")


@pytest.fixture
def mine(tmp_path: Path) -> str:
    """A file with two functions, one right and one of another convention."""
    file = tmp_path / "mine.py"
    file.write_text(MINE, encoding="utf-8")
    return str(file)


class TestRun:
    """``gradspec run`` examines a target and prints what a person understands."""

    def test_a_conformant_target_exits_with_0(self) -> None:
        """The reference keeps the clauses of relu, and the summary says so with its scope."""
        result = gradspec("run", "reference", "--clause", "relu.*", "--format", "float32", "--effort", "quick")

        assert result.exit_code == 0, result.output
        assert "conformant: Strict, float32, clauses relu.*" in result.output

    def test_a_failing_target_exits_with_1_and_says_everything(self, mine: str, tmp_path: Path) -> None:
        """Sentence, smallest input, answer, allowed set, error and hazard of each failure are printed."""
        report = tmp_path / "out.json"

        result = gradspec("run", mine, "--effort", "quick", "--json", str(report))

        assert result.exit_code == 1
        for text in ("FAIL MUST relu.derivative", "1 above 0, 0 below", "got      da", "allowed", "error", "hazard"):
            assert text in result.output
        assert json.loads(report.read_text(encoding="utf-8"))["verdict"] == "nonconformant"

    def test_progress_is_plain_lines_in_a_pipe(self, mine: str) -> None:
        """One line an operation and format, on standard error."""
        result = gradspec("run", mine, "--format", "float64", "--clause", "sigmoid.value", "--effort", "quick")

        assert "float64 sigmoid: " in result.stderr

    def test_a_declared_convention_makes_the_same_target_right(self, mine: str) -> None:
        """relu'(0) = 1 is a choice, not a fault."""
        words = ("--clause", "relu.*", "--effort", "quick", "--convention", "relu_at_zero=1")

        assert gradspec("run", mine, *words).exit_code == 0

    def test_what_is_required_decides(self, mine: str) -> None:
        """A naive sigmoid is Core and not Robust."""
        words = ("run", mine, "--clause", "sigmoid.*", "--effort", "quick", "--require")

        assert gradspec(*words, "core").exit_code == 0
        assert gradspec(*words, "robust").exit_code == 1

    @pytest.mark.parametrize(
        ("words", "says"),
        [
            (("nobody",), "'nobody' is not a target"),
            (("absent.py",), "there is no file absent.py"),
            (("no_such_module:x",), "cannot be imported"),
            (("math:no_such_name",), "has no 'no_such_name'"),
            (("reference", "--clause", "nope.*"), "'nope.*' matches no clause"),
            (("reference", "--format", "float8"), "'float8' is no format"),
            (("reference", "--regime", "wild"), "'wild' is no regime"),
            (("reference", "--profile", "keras9"), "'keras9' is not a profile"),
            (("reference", "--convention", "relu_at_zero=7"), "relu_at_zero=7 is not a value"),
            (("reference", "--convention", "relu_at_nought=0"), "'relu_at_nought' is not a convention"),
            (("reference", "--convention", "relu_at_zero"), "write KEY=VALUE"),
            (("reference", "--require", "all"), "'all' is no class"),
            (("reference", "--effort", "heroic"), "'heroic' is no effort"),
            (("reference", "--function-ulps", "exp=0"), "whole number from 1"),
            (("reference", "--function-ulps", "sinh=4"), "'sinh' is no function"),
            (("reference", "--json", "no/such/folder/x.json"), "there is no folder"),
            (("math:pi",), "offers nothing of what was asked"),
            ((), "give either a TARGET or --command"),
            (("reference", "--command", "true"), "give either a TARGET or --command"),
            (("--command", "false"), "does not say what it is"),
            (("--command", ""), "--command is empty"),
        ],
    )
    def test_a_wrong_request_exits_with_2_and_one_message(self, words: tuple[str, ...], says: str) -> None:
        """The value, the rule and the way out; never a traceback."""
        result = gradspec("run", *words)

        assert result.exit_code == 2, result.output
        assert says in result.stderr
        assert "Traceback" not in result.output
        assert len(result.stderr.strip().splitlines()) == 1


class TestReplay:
    """``gradspec replay`` runs a counterexample again."""

    @pytest.fixture
    def report(self, mine: str, tmp_path: Path) -> str:
        """A report with failures."""
        file = str(tmp_path / "report.json")
        gradspec("run", mine, "--clause", "relu.*", "--format", "float64", "--effort", "quick", "--json", file)
        return file

    def test_judges_the_stored_answer_again(self, report: str) -> None:
        """Without a target nothing is loaded, and the stored answer is still wrong."""
        result = gradspec("replay", report, "1")

        assert result.exit_code == 1
        assert "#1 still fails" in result.output

    def test_asks_the_target_again(self, report: str, mine: str) -> None:
        """The same target still fails, a right one does not."""
        assert gradspec("replay", report, "1", mine).exit_code == 1
        assert gradspec("replay", report, "1", "reference").exit_code == 0

    @pytest.mark.parametrize("number", ["0", "99"])
    def test_refuses_a_number_that_is_not_there(self, report: str, number: str) -> None:
        """It says from where to where they count."""
        result = gradspec("replay", report, number)

        assert result.exit_code == 2
        assert "they count from 1 to" in result.stderr

    def test_refuses_what_is_no_report(self, tmp_path: Path) -> None:
        """A missing file, no JSON, and JSON that is no report are told apart."""
        other = tmp_path / "other.json"
        other.write_text('{"a": 1}', encoding="utf-8")
        text = tmp_path / "text.json"
        text.write_text("hello", encoding="utf-8")

        assert "cannot be read" in gradspec("replay", str(tmp_path / "absent.json"), "1").stderr
        assert "is not a gradspec report" in gradspec("replay", str(other), "1").stderr
        assert "is not JSON" in gradspec("replay", str(text), "1").stderr


class TestShowAndList:
    """``gradspec show`` and ``gradspec list`` print the specification."""

    def test_every_clause_can_be_shown(self) -> None:
        """Statement and proof of each are printed."""
        for name in clauses():
            result = gradspec("show", name)
            assert result.exit_code == 0
            assert "Statement." in result.output

    def test_an_unknown_clause_is_refused_with_what_is_near(self) -> None:
        """A misspelt clause of sigmoid is answered with those of sigmoid."""
        result = gradspec("show", "sigmoid.derivativ")

        assert result.exit_code == 2
        assert "sigmoid.derivative" in result.stderr

    @pytest.mark.parametrize("what", ["clauses", "operations", "conventions", "profiles", "targets", "hazards"])
    def test_every_list_is_printed(self, what: str) -> None:
        """None of them is empty."""
        result = gradspec("list", what)

        assert result.exit_code == 0
        assert result.output.strip()

    def test_what_cannot_be_listed_is_refused(self) -> None:
        """The message names what can."""
        assert "choose from clauses" in gradspec("list", "birds").stderr


class TestVerify:
    """``gradspec verify`` checks the oracle and says what it did."""

    def test_prints_each_clause_and_the_certificate(self, tmp_path: Path) -> None:
        """The comparisons of each witness are counted."""
        file = tmp_path / "certificate.json"

        result = gradspec("verify", "--clause", "sigmoid.*", "--points", "5", "--json", str(file))

        assert result.exit_code == 0, result.output
        assert "holds  sigmoid.derivative (derivative_of sigmoid.value)" in result.output
        certificate: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        assert certificate["holds"]

    def test_a_disagreement_exits_with_1(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A wrong form is found and shown with both values."""
        from gradspec.oracle import PROPOSITIONS  # noqa: PLC0415 - what is broken here alone

        def wrong(_: object, /, z: object) -> object:
            return z

        monkeypatch.setitem(PROPOSITIONS["relu.derivative"].forms, "definition", wrong)

        result = gradspec("verify", "--clause", "relu.derivative", "--points", "5")

        assert result.exit_code == 1
        assert "FAILS  relu.derivative" in result.output

    def test_refuses_a_clause_that_is_not_verified(self) -> None:
        """The message names those that are."""
        result = gradspec("verify", "--clause", "convention.layout")

        assert result.exit_code == 2
        assert "matches no clause that is verified" in result.stderr


class TestSources:
    """``gradspec trace``, ``errata`` and ``show``: what the sources say, and what is right."""

    def test_trace_counts_every_item(self) -> None:
        """415 of 415, and the totals of each source."""
        result = gradspec("trace")

        assert result.exit_code == 0, result.output
        assert "PRK-38" in result.output
        for line in ("albert-2024      89 of   89", "bhadani-2026    114 of  114", "all             415 of  415"):
            assert line in result.output

    def test_trace_of_one_source(self) -> None:
        """The items of that source alone."""
        result = gradspec("trace", "cross")

        assert "XDC-01" in result.output
        assert "PRK-38" not in result.output

    def test_errata_of_one_source_are_shown_in_full(self) -> None:
        """Facts, counterexamples, totals by class, and what recomputing them found."""
        result = gradspec("errata", "jiang")

        assert result.exit_code == 0, result.output
        assert "EJ18 (" in result.output
        assert "counterexamples recomputed by the oracle" in result.output
        assert ": 0 differ" in result.output

    def test_one_erratum(self) -> None:
        """By its id, as ``show`` prints it too."""
        result = gradspec("errata", "A-E20")

        assert result.exit_code == 0, result.output
        assert "A-E20 (false: false as it is printed)" in result.output
        assert "2 counterexamples recomputed by the oracle, 8 values: 0 differ" in result.output
        assert gradspec("show", "A-E20").output == result.output

    def test_the_example_has_its_table(self) -> None:
        """Statement and proof, then every printed number with its verdict."""
        result = gradspec("show", "example.bhadani")

        assert result.exit_code == 0, result.output
        assert "0.7862" in result.output
        assert "109" in result.output

    def test_an_item_of_the_trace(self) -> None:
        """What it says, and the clauses that state it."""
        assert "stated by" in gradspec("show", "JNG-22").output

    @pytest.mark.parametrize("command", ["trace", "errata"])
    def test_an_unknown_source_is_refused(self, command: str) -> None:
        """Exit status 2, one message, and the choices."""
        result = gradspec(command, "goodfellow")

        assert result.exit_code == 2
        assert "'goodfellow' is not a source; choose from albert-2024, bhadani-2026" in result.output
