"""``gradspec validate``: a report is what it says it is, and every place that is wrong is named."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from gradspec.conformance import Request, load, run
from gradspec.conformance.command_line import main
from gradspec.conformance.report import Report, sealed
from gradspec.conformance.schemas import names
from gradspec.conformance.validating import Problem, pointer, validated
from gradspec.conformance.validating.validation import ANOTHER_TEXT

from .report_samples import hostile_document

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Json = dict[str, Any]
    Change = Callable[[Json], object]


@pytest.fixture(scope="module")
def made() -> Json:
    """A report with passing and failing rows, a diagnosis, samples and counterexamples."""
    request = Request(clauses=("tanh.derivative",), formats=("float32",), effort="quick", require="robust")
    document: Json = json.loads(run(load("textbook"), request).text())
    return document


@pytest.fixture
def report(made: Json) -> Json:
    """A copy to change."""
    return deepcopy(made)


def resealed(document: Json) -> str:
    """``document`` as text, with the digests that it now has."""
    return json.dumps(sealed(document).document)


def failing(document: Json) -> Json:
    """The first row that fails."""
    return Report(document).failures[0]


def first(document: Json, verdict: str) -> int:
    """The number of the first row of a verdict that has errors of several sizes, and an example with an interval."""
    name = "sample" if verdict == "pass" else "counterexample"
    return next(
        index
        for index, row in enumerate(document["results"])
        if row["verdict"] == verdict
        and "entry" in row.get(name, {})
        and len(set(row[name]["entry"]["allowed"])) == len(row[name]["entry"]["allowed"])
        and len(row["error_distribution"]["bins"]) > 1
    )


class TestJson:
    """What is not JSON, or read otherwise by another reader, is refused with the reason."""

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ("{", "Expecting property name"),
            ('{"a": 1, "a": 2}', 'an object with the name \\"a\\" twice'),
            ('{"a": NaN}', "NaN stands for a number; write it as a text"),
            ('{"a": 1e999}', "1e999, which is beyond every number of 64 bits"),
            ('{"a": 1' + "0" * 400 + "}", "a number of 401 digits"),
            ('{"a": "\\ud800"}', "half a character"),
        ],
    )
    def test_is_refused(self, text: str, says: str) -> None:
        """One problem, of all of it."""
        (problem,) = validated(text).problems

        assert says in str(problem)
        assert str(problem).startswith("(the whole): ")

    def test_deep_nesting_is_no_crash(self) -> None:
        """Whatever depth it has."""
        for depth in (10**3, 10**5):
            assert not validated("[" * depth + "]" * depth).is_valid

    @pytest.mark.parametrize("text", ["[]", "3", '"text"', "null", "{}", '{"schema": 3}', '{"schema": "other"}'])
    def test_a_document_that_names_no_schema_is_refused(self, text: str) -> None:
        """The schemas that are known are listed."""
        (problem,) = validated(text).problems

        assert problem.pointer == "/schema"
        assert "https://gradspec.org/schema/report-1.json" in problem.rule

    def test_every_published_schema_is_known(self) -> None:
        """By its own name."""
        assert {"https://gradspec.org/schema/report-1.json", "https://gradspec.org/schema/protocol-1.json"} <= set(
            names()
        )


class TestSchema:
    """What breaks the schema is named, all of it."""

    @pytest.mark.parametrize(
        ("change", "place", "says"),
        [
            (lambda report: report.pop("verdict"), "(the whole)", "has to have the fields verdict"),
            (lambda report: report.update(extra=1), "(the whole)", "those of the schema: not extra"),
            (
                lambda report: report["results"][0].update(verdict="fine"),
                "/results/0/verdict",
                '"fine": has to be one of',
            ),
            (
                lambda report: report["results"][1].update(examples=-1),
                "/results/1/examples",
                "-1: has to be at least 0",
            ),
            (lambda report: report["results"][1].update(decided="3"), "/results/1/decided", "be of type integer"),
            (
                lambda report: report["results"][0].update(max_error_ulps=None),
                "/results/0/max_error_ulps",
                "be number or",
            ),
            (lambda report: report.update(date="2026-13-01"), "/date", "has to be a date"),
            (
                lambda report: failing(report)["counterexample"]["entry"].update(got="1.5"),
                "/results/1/counterexample/entry/got",
                "has to match ^(-?0x",
            ),
        ],
    )
    def test_a_place_is_named_with_value_and_rule(self, report: Json, change: Change, place: str, says: str) -> None:
        """By a JSON pointer."""
        change(report)
        (problem,) = map(str, validated(json.dumps(report)).problems)

        assert problem.startswith(place if "counterexample" not in place else "/results/")
        assert says in problem

    def test_every_place_is_named(self, report: Json) -> None:
        """Not only the first; two fields that are missing in one place are one problem."""
        del report["seed"], report["effort"]
        report["results"][3]["level"] = report["results"][1]["level"] = "may"

        found = validated(json.dumps(report)).problems

        assert [problem.pointer for problem in found] == ["", "/results/1/level", "/results/3/level"]
        assert found[0].rule == "have the fields seed, effort"


class TestConsistency:
    """What a schema cannot say."""

    def test_a_report_of_a_run_is_consistent(self, made: Json) -> None:
        """As it is written; nothing is left out."""
        found = validated(json.dumps(made))

        assert [str(problem) for problem in found.problems] == []
        assert not found.note

    @pytest.mark.parametrize(
        ("change", "places"),
        [
            (lambda row: row.update(examples=row["examples"] + 1), ["examples"]),
            (lambda row: row.update(verdict="undecided", decided=row["decided"] + 1), ["examples"]),
            (lambda row: row.update(verdict="unsupported"), ["verdict"]),
            (lambda row: row.update(verdict="fail"), [""]),
            (lambda row: row.update(failures=1), ["verdict"]),
            (lambda row: row.update(failures=10**6), ["failures", "verdict"]),
            (lambda row: row.update(decided=3, undecided=row["examples"] - 3), ["verdict"]),
            (lambda row: row.update(level="strict"), ["level"]),
            (lambda row: row.update(entries=row["entries"] + 1), ["error_distribution", "envelope_distribution"]),
            (lambda row: row["error_distribution"]["bins"].reverse(), ["error_distribution/bins"]),
            (lambda row: row.update(max_error_ulps=1e9), ["max_error_ulps"]),
            (lambda row: row.update(max_error_ulps="Infinity"), ["max_error_ulps"]),
            (lambda row: row.update(max_envelope_ratio=-1.0), ["max_envelope_ratio"]),
            (lambda row: row.update(sensitivity=[1e-9, 1e-3]), ["sensitivity"]),
            (lambda row: row["sample"]["entry"].update(got="0x1.0p+100"), ["sample/entry/got"]),
            (lambda row: row["sample"]["entry"].update(got="0x1.0p+99999"), ["sample/entry/got"]),
            (lambda row: row["sample"]["entry"]["allowed"].reverse(), ["sample/entry/allowed"]),
            (lambda row: row["sample"]["case"].update(format="float64"), ["sample/case/format"]),
            (
                lambda row: row["sample"]["case"]["arguments"][0]["hex"].append("0x0.0p+0"),
                ["sample/case/arguments/0/hex"],
            ),
            (lambda row: row["sample"]["case"]["arguments"][0].update(shape=["a"]), ["sample/case/arguments/0"]),
            (lambda row: row.update(format="float64"), ["sample/case/format", "format"]),
        ],
    )
    def test_a_row_that_contradicts_itself_is_named(self, report: Json, change: Change, places: list[str]) -> None:
        """With the field that does, although the digests are right."""
        index = first(report, "pass")
        change(report["results"][index])

        found = [problem for problem in validated(resealed(report)).problems if "/results/" in problem.pointer]

        assert [problem.pointer for problem in found] == [f"/results/{index}/{place}".rstrip("/") for place in places]

    @pytest.mark.parametrize(
        ("change", "place"),
        [
            (lambda report: report.update({"class": "Strict"}), "/class"),
            (lambda report: report.update(verdict="conformant"), "/verdict"),
            (lambda report: report["scope"].update(text="Strict, float32"), "/scope/text"),
            (lambda report: report["scope"]["formats"].clear(), "/results/0/format"),
            (lambda report: report["scope"].update(declared_formats=["float64"]), "/scope/formats"),
            (lambda report: report["scope"]["operations"].append("sigmoyd"), "/scope/operations/"),
            (lambda report: report["scope"].update(of_operations=10**6), "/scope/of_operations"),
            (lambda report: report["scope"].update(clauses=["relu.*"]), "/results/0/clause"),
            (lambda report: report["scope"].update(derived={"tanh_vjp": ["nothing"]}), "/scope/derived/tanh_vjp"),
            (lambda report: report["conventions"].update(layout="diagonal"), "/conventions"),
            (lambda report: failing(report)["counterexample"].update(number=9), "/results/"),
            (lambda report: report["results"].append(report["results"][0]), "/results/"),
            (lambda report: report["results"][0].update(clause="tanh.values"), "/results/0/clause"),
            (lambda report: report["results"][0].update(clause="relu.value"), "/results/0/operation"),
            (lambda report: report["diagnoses"][0].update(level="must"), "/diagnoses/0"),
            (
                lambda report: report["certificate"].update(holds=True, specification="0" * 64),
                "/certificate/specification",
            ),
        ],
    )
    def test_a_report_that_contradicts_itself_is_named(self, report: Json, change: Change, place: str) -> None:
        """With the place that does, although the digests are right."""
        change(report)

        assert any(problem.pointer.startswith(place) for problem in validated(resealed(report)).problems)

    def test_known_deviations_are_counted(self, report: Json) -> None:
        """Of the required rows that fail."""
        known = {"file": "d.toml", "digest": "", "date": "2026-11-26", "settled": False, "entries": []}
        report["deviations"] = known | {"failing": 0, "listed": 1}
        found = {problem.pointer for problem in validated(resealed(report)).problems}

        assert found == {"/deviations/failing", "/deviations/listed"}

    def test_a_changed_byte_is_found_by_the_digests(self, report: Json) -> None:
        """And placed: the row, or the field, and all of it."""
        report["results"][2]["hazards"] = ["nan"]
        report["seed"] = 1
        found = [problem.pointer for problem in validated(json.dumps(report)).problems]

        assert found == ["/digests/results/2", "/digests/parts/seed", "/digests/document"]

    def test_too_few_digests_are_one_problem(self, report: Json) -> None:
        """Not one for each row behind the gap."""
        del report["digests"]["results"][0]
        found = [problem.pointer for problem in validated(json.dumps(report)).problems]

        assert found == ["/digests/results"]

    def test_names_of_another_text_are_not_looked_up(self, report: Json) -> None:
        """And it is said; whatever else contradicts itself is still found."""
        report["spec"]["digest"] = report["certificate"]["specification"] = "0" * 64
        report["results"][0]["clause"], report["scope"]["clauses"] = "tanh.of_another_version", []
        found = validated(resealed(report))

        assert found.is_valid
        assert found.note == ANOTHER_TEXT

    def test_a_report_without_what_is_new_is_consistent(self, report: Json) -> None:
        """Day, digests, distributions and samples are younger than the schema."""
        del report["date"], report["digests"]
        for row in report["results"]:
            for name in ("error_distribution", "envelope_distribution", "sample"):
                row.pop(name, None)

        assert validated(json.dumps(report)).is_valid


class TestAnything:
    """Whatever a file holds, the answer is a list of problems, each in one visible line."""

    @settings(max_examples=40)
    @given(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(),
            lambda each: st.lists(each) | st.dictionaries(st.text(), each),
        )
    )
    def test_any_document(self, document: Any) -> None:
        """No crash."""
        assert all(str(problem).isprintable() for problem in validated(json.dumps(document)).problems)

    @settings(max_examples=40)
    @given(st.data())
    def test_a_report_with_anything_somewhere(self, made: Json, data: st.DataObject) -> None:
        """A value of another kind, or of the same kind, at any place."""
        report = deepcopy(made)
        value: Any = report
        while isinstance(value, dict | list) and value:
            parent = value
            key = data.draw(st.sampled_from(sorted(value) if isinstance(value, dict) else range(len(value))))
            value = value[key]
        parent[key] = data.draw(
            st.sampled_from(
                [None, -1, 0, 10**200, 1e300, "", "nan", "0x1.0p+5000", [], {}, [[]], {"shape": 3, "hex": 4}]
            )
        )

        assert all(str(problem).isprintable() for problem in validated(json.dumps(report)).problems)

    def test_the_words_of_strangers_are_shown_and_not_obeyed(self) -> None:
        """In pointers, values and rules."""
        found = validated(json.dumps(hostile_document())).problems

        assert found
        assert all(str(problem).isprintable() for problem in found)

    def test_pointers_are_those_of_their_standard(self) -> None:
        """A stroke and a tilde in a name are written as RFC 6901 has it."""
        assert pointer(("a/b", 3, "~")) == "/a~1b/3/~0"
        assert str(Problem("", "x", "be y")) == '(the whole): "x": has to be y'


class TestCommand:
    """On the command line."""

    @pytest.fixture
    def valid(self, tmp_path: Path, made: Json) -> Path:
        """A valid report in a file."""
        file = tmp_path / "valid.json"
        file.write_text(json.dumps(made), encoding="utf-8")
        return file

    def test_a_valid_report(self, valid: Path) -> None:
        """Exit status 0."""
        result = CliRunner().invoke(main, ["validate", str(valid)])

        assert result.exit_code == 0
        assert result.output == f"{valid}: valid by https://gradspec.org/schema/report-1.json\n"

    def test_an_invalid_report_beside_a_valid_one(self, valid: Path, report: Json) -> None:
        """Exit status 1; each file is told."""
        report["class"] = "Strict"
        other = valid.with_name("other.json")
        other.write_text(json.dumps(report), encoding="utf-8")
        result = CliRunner().invoke(main, ["validate", str(valid), str(other)])

        assert result.exit_code == 1
        assert f"{valid}: valid" in result.output
        assert f'{other}: 4 problems\n  /class: "Strict": has to be Core, by the rows that fail\n' in result.output

    def test_no_more_than_twenty_are_shown(self, valid: Path, report: Json) -> None:
        """And the others are counted."""
        report["results"] = [row | {"verdict": "fine", "level": "may"} for row in report["results"] * 3]
        valid.write_text(json.dumps(report), encoding="utf-8")
        lines = CliRunner().invoke(main, ["validate", str(valid)]).output.splitlines()
        count = 2 * len(report["results"])

        assert lines[0] == f"{valid}: {count} problems"
        assert len(lines) == 22
        assert lines[-1] == f"  and {count - 20} more"

    @pytest.mark.parametrize("content", [None, b"\xff\xfe"])
    def test_a_file_that_cannot_be_read(self, tmp_path: Path, content: bytes | None) -> None:
        """Exit status 2, in one message."""
        file = tmp_path / "none.json"
        if content is not None:
            file.write_bytes(content)
        result = CliRunner().invoke(main, ["validate", str(file)])

        assert result.exit_code == 2
        assert f"{file} cannot be read: " in result.output
