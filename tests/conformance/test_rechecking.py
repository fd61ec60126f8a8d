"""Verifying a report: from itself alone, by asking the target, and with any byte of it changed."""

from __future__ import annotations

import copy
import json
import random
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from gradspec.conformance import Request, run
from gradspec.conformance.adapters.loading import load
from gradspec.conformance.canonical import canonical_text
from gradspec.conformance.command_line import main
from gradspec.conformance.rechecking import Agreement, asked_again, misformed, recomputed, without_sample
from gradspec.conformance.report import Report, sealed
from gradspec.conformance.validating import validated

TARGET = Path(__file__).parent / "targets" / "by_definition.py"

REQUEST = Request(formats=("float64", "float16"), effort="quick", diagnose=False)


@cache
def made() -> Report:
    """A report with failures of values, and rows of relations and of the contract."""
    return run(load(str(TARGET)), REQUEST)


def changed(report: Report, index: int, *path: str | int, to: Any) -> Report:
    """The report with something else at a place in a row, and digests that fit."""
    document: Any = copy.deepcopy(dict(report.document))
    place: Any = document["results"][index]
    for part in path[:-1]:
        place = place[part]
    place[path[-1]] = to
    return sealed(document)


def row_of(report: Report, clause: str, *fields: str) -> int:
    """The first row of a clause with these fields."""
    return next(
        index
        for index, row in enumerate(report.results)
        if row["clause"] == clause and all(field in row for field in fields)
    )


class TestRecomputing:
    """What a report holds of its examples is enough to judge them again."""

    def test_every_example_comes_out_as_the_report_says(self) -> None:
        """Values, relations and the contract; but what a target remembers."""
        report = made()
        found = list(recomputed(report))

        assert {each.agreement for each in found} == {Agreement.SAME}
        kinds = {(report.results[each.index]["clause"], each.kind) for each in found}
        assert {("sigmoid.value", "sample"), ("sigmoid.value", "counterexample")} <= kinds
        assert {("sigmoid.symmetric", "sample"), ("contract.result", "sample")} <= kinds
        assert ("contract.state", "sample") not in kinds

    def test_every_passing_row_has_a_sample(self) -> None:
        """But those about what a target remembers."""
        passing = [row for row in made().results if row["verdict"] == "pass" and row["clause"] != "contract.state"]

        assert passing
        assert all("sample" in row for row in passing)

    def test_another_answer_is_told(self) -> None:
        """A sample whose answer was made wrong is no longer inside."""
        report = made()
        index = row_of(report, "sigmoid.value", "sample")
        place = ("sample", "asked", 0, "outcome", "answer", 0, "hex", 0)
        wrong = changed(report, index, *place, to=(2.0).hex())

        bad = [each for each in recomputed(wrong) if each.agreement is not Agreement.SAME]

        assert [each.index for each in bad] == [index]
        assert bad[0].agreement is Agreement.OVERTURNED
        assert bad[0].differences[0] == "it is outside"

    @pytest.mark.parametrize("field", ["truth", "error_ulps", "got"])
    def test_another_number_of_an_entry_is_told_by_its_place(self, field: str) -> None:
        """The verdict stands, the number does not."""
        report = made()
        index = row_of(report, "sigmoid.value", "counterexample")
        old = report.results[index]["counterexample"]["entry"][field]
        wrong = changed(report, index, "counterexample", "entry", field, to="0x1.0p+0" if field == "got" else "0.5")

        (bad,) = [each for each in recomputed(wrong) if each.agreement is not Agreement.SAME]

        assert bad.agreement is Agreement.OTHER
        assert bad.differences[0].startswith(f"/results/{index}/counterexample/entry/{field} is ")
        assert repr(old) in bad.differences[0]

    def test_a_counterexample_that_is_none_is_told(self) -> None:
        """A right answer under a failing row."""
        report = made()
        index = row_of(report, "sigmoid.value", "counterexample", "sample")
        sample = report.results[index]["sample"]
        wrong = changed(report, index, "counterexample", "case", to=sample["case"])
        wrong = changed(wrong, index, "counterexample", "answer", to=sample["asked"][0]["outcome"]["answer"])

        (bad,) = [each for each in recomputed(wrong) if each.agreement is not Agreement.SAME]

        assert (bad.kind, bad.agreement) == ("counterexample", Agreement.OVERTURNED)

    def test_what_is_no_longer_held_is_told(self) -> None:
        """A report from which the calls were taken is not as good as one that was never doubted."""
        report = made()
        index = row_of(report, "sigmoid.symmetric", "sample")
        wrong = changed(report, index, "sample", "asked", to=[])

        (bad,) = [each for each in recomputed(wrong) if each.agreement is not Agreement.SAME]

        assert (bad.index, bad.agreement) == (index, Agreement.OVERTURNED)
        assert "does not hold every call" in bad.differences[0]

    def test_a_passing_row_without_a_sample_is_told(self) -> None:
        """But of what a target remembers."""
        document = copy.deepcopy(dict(made().document))
        index = row_of(made(), "sigmoid.value", "sample")
        del document["results"][index]["sample"]

        assert without_sample(made()) == []
        assert without_sample(sealed(document)) == [index]

    @pytest.mark.parametrize("outcome", [{"answer": []}, {"answer": [{"shape": [7], "hex": ["0x1.0p+0"]}]}])
    def test_an_example_that_holds_nothing_to_judge_is_told(self, outcome: Any) -> None:
        """It is not an error of the program."""
        report = made()
        index = row_of(report, "sigmoid.value", "sample")
        wrong = changed(report, index, "sample", "asked", 0, "outcome", to=outcome)

        (bad,) = [each for each in recomputed(wrong) if each.agreement is not Agreement.SAME]

        assert bad.agreement is Agreement.OVERTURNED


class TestAskingAgain:
    """A target that is named is asked for every example."""

    def test_the_same_target_answers_the_same(self) -> None:
        """To the last bit."""
        found = list(asked_again(made(), load(str(TARGET))))

        assert {each.agreement for each in found} == {Agreement.SAME}

    def test_another_target_does_not(self) -> None:
        """The reference has none of the failures."""
        found = [each for each in asked_again(made(), load("reference")) if each.kind == "counterexample"]

        assert found
        assert all(each.agreement is Agreement.OVERTURNED for each in found)


class TestFunctionUlps:
    """What elementary functions were granted is known to whoever judges again."""

    def test_it_stands_in_the_scope_and_is_used(self) -> None:
        """Envelopes are those of the run."""
        request = replace(REQUEST, clauses=("sigmoid.value",), formats=("float64",), function_ulps={"exp": 1000})
        report = run(load(str(TARGET)), request)

        assert report.document["scope"]["function_ulps"] == {"exp": 1000}
        assert {each.agreement for each in recomputed(report)} == {Agreement.SAME}


class TestOneByte:
    """Whatever byte of a report is another one, it is told, and where."""

    def test_is_told_with_its_place(self) -> None:
        """The row, or the field, or the byte itself."""
        report = run(load(str(TARGET)), replace(REQUEST, clauses=("sigmoid.*",), formats=("float64",)))
        content = report.text().encode()
        assert content.isascii()
        draw = random.Random(7)  # noqa: S311 - which bytes are changed is no secret
        assert not misformed(report.text())
        assert validated(report.text()).is_valid

        for place in draw.sample(range(len(content)), 50):
            changed_byte = bytes([content[place] ^ draw.choice((1, 2, 4, 16))])
            text = (content[:place] + changed_byte + content[place + 1 :]).decode()
            form, problems = misformed(text), validated(text).problems
            assert form or problems, (place, changed_byte)
            assert self.names(place, report, form, [each.pointer for each in problems], str(problems)), (
                place,
                form,
                problems,
            )

    @staticmethod
    def names(place: int, report: Report, form: str, pointers: list[str], words: str) -> bool:
        """Whether what is told is of the part that has the byte, or of the byte."""
        if pointers == [""]:
            return "char " in words or "twice" in words or "beyond" in words  # no JSON: where, or what is twice
        part = part_at(place, report)
        return f"byte {place} " in form or any(part in pointer for pointer in pointers) or not part

    def test_a_change_of_form_is_told_by_the_byte(self) -> None:
        """A blank more changes nothing of the document."""
        text = made().text()
        place = text.index('"spec": {"version"') + len('"spec": {')

        assert misformed(text[:place] + " " + text[place:]).startswith(f"byte {place} (line ")


def part_at(place: int, report: Report) -> str:
    """The end of the pointer of the row, or of the field of the top level, that has a byte; empty between them."""
    names = list(report.document)
    document: dict[str, Any] = {}
    for name in names:
        value = report.document[name]
        if name == "results":
            for index in range(len(value)):
                if place < len(canonical_text({**document, name: value[: index + 1]})) - 4:
                    return f"results/{index}"
        document[name] = value
        if place < len(canonical_text(document)) - 2:
            return "digests" if name == "digests" else name
    return ""


class TestCommand:
    """``gradspec verify-report``."""

    @pytest.fixture
    def file(self, tmp_path: Path) -> Path:
        """A report as a file."""
        path = tmp_path / "report.json"
        path.write_text(made().text(), encoding="utf-8")
        return path

    def test_a_report_is_verified(self, file: Path) -> None:
        """It says of what, and what this does not say."""
        result = CliRunner().invoke(main, ["verify-report", str(file)])

        assert result.exit_code == 0, result.output
        assert "as written, all" in result.output
        assert "fail as the report says" in result.output
        assert "What this does not say" in result.output
        assert result.output.endswith("verified\n")

    def test_a_target_is_asked_when_it_is_named(self, file: Path) -> None:
        """And only then."""
        result = CliRunner().invoke(main, ["verify-report", str(file), str(TARGET), "--in-process"])

        assert result.exit_code == 0, result.output
        assert "judged again by asking by definition 1" in result.output

    def test_a_changed_digit_is_told_by_row_and_place(self, file: Path) -> None:
        """With the digests made anew, the oracle still tells."""
        index = row_of(made(), "sigmoid.value", "counterexample")
        wrong = changed(made(), index, "counterexample", "entry", "truth", to="0.123")
        file.write_text(wrong.text(), encoding="utf-8")

        result = CliRunner().invoke(main, ["verify-report", str(file)])

        assert result.exit_code == 1
        assert "counterexample of sigmoid.value sigmoid float64" in result.output
        assert f"/results/{index}/counterexample/entry/truth is '0.123', found is " in result.output
        assert result.output.endswith("not verified\n")

    def test_a_report_without_digests_is_not_verified(self, file: Path) -> None:
        """Whoever changes a report could leave them out."""
        bare = {name: value for name, value in made().document.items() if name != "digests"}
        file.write_text(canonical_text(bare), encoding="utf-8")

        result = CliRunner().invoke(main, ["verify-report", str(file)])

        assert result.exit_code == 1
        assert "the report carries none" in result.output

    def test_what_is_no_json_is_told_by_line_and_column(self, file: Path) -> None:
        """A cut-off file is not half a report."""
        file.write_text(made().text()[:-40], encoding="utf-8")

        result = CliRunner().invoke(main, ["verify-report", str(file)])

        assert result.exit_code == 1
        assert "char " in result.output

    def test_what_is_not_utf8_is_told_by_the_byte(self, file: Path) -> None:
        """And is the caller's mistake."""
        file.write_bytes(b'{"a": "\xff"}')

        result = CliRunner().invoke(main, ["verify-report", str(file)])

        assert result.exit_code == 2
        assert "not UTF-8, at byte 7" in result.output


def test_the_text_is_the_document() -> None:
    """What is read from the text is what was written."""
    assert json.loads(made().text()) == made().document
