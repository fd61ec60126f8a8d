"""The report: a document with a published schema."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import jsonschema
import pytest

from gradspec.conformance import Request, load, run
from gradspec.conformance.rendering.text import summary
from gradspec.conformance.report import Report, ReportError, parse
from gradspec.conformance.schemas import schema
from gradspec.spec.clauses import specification_digest


@pytest.fixture(scope="module")
def failing() -> Report:
    """A report with failures: naive formulas under --require robust."""
    request = Request(clauses=("tanh.*", "softmax.jacobian"), formats=("float32",), effort="quick", require="robust")
    return run(load("textbook"), request)


class TestDocument:
    """A report holds everything that it is judged by."""

    def test_is_valid_by_the_published_schema(self, failing: Report) -> None:
        """And the schema itself is one."""
        jsonschema.Draft202012Validator.check_schema(schema("report"))

        jsonschema.validate(json.loads(failing.text()), schema("report"))

    def test_names_the_text_that_judged(self, failing: Report) -> None:
        """Version and digest of the specification, and the certificate of the oracle."""
        assert failing.document["spec"]["digest"] == specification_digest()
        assert "holds" in failing.document["certificate"]

    def test_numbers_its_counterexamples(self, failing: Report) -> None:
        """From 1 on, in the order of the rows."""
        numbers = [row["counterexample"]["number"] for row in failing.failures]

        assert numbers == list(range(1, len(numbers) + 1))

    def test_shows_hex_floats(self, failing: Report) -> None:
        """What came back and what was allowed can be read without loss."""
        entry = failing.failures[0]["counterexample"]["entry"]
        low, high = map(float.fromhex, entry["allowed"])

        assert not low <= float.fromhex(entry["got"]) <= high
        assert low <= float(entry["truth"]) <= high

    def test_counts_add_up(self, failing: Report) -> None:
        """Every example is decided, undecided, unsupported or an error."""
        for row in failing.results:
            assert row["examples"] == row["decided"] + row["undecided"] + row["unsupported"] + row["errors"]


class TestParsing:
    """What is no report is refused, with the place."""

    def test_a_report_is_read_again(self, failing: Report) -> None:
        """The document is the same."""
        assert parse(failing.text(), "here").document == json.loads(failing.text())

    @pytest.mark.parametrize(
        ("change", "says"),
        [
            (lambda document: document.pop("verdict"), "at the top: 'verdict' is a required property"),
            (lambda document: document["results"][0].update(verdict="fine"), "at results/0/verdict"),
            (lambda document: document.update(schema="other"), "at schema"),
        ],
    )
    def test_a_changed_document_is_refused(self, failing: Report, change: Any, says: str) -> None:
        """The message names the place and the rule."""
        document = deepcopy(json.loads(failing.text()))
        change(document)

        with pytest.raises(ReportError, match=says):
            parse(json.dumps(document), "here")

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ("{", "here is not JSON: "),
            ("[" * 100_000, "here is not JSON: lists or objects are nested too deeply to be read"),
            (f"[{'9' * 5000}]", "here is not JSON: Exceeds the limit"),
            ("[" * 900 + "]" * 900, "here is not a gradspec report: at the top: "),
        ],
        ids=["half", "deep", "long", "shown"],
    )
    def test_what_is_no_report_at_all_is_refused(self, text: str, says: str) -> None:
        """However it cannot be read."""
        with pytest.raises(ReportError, match=says):
            parse(text, "here")


class TestSummary:
    """The summary says what a person wants to know, in the order in which they want it."""

    def test_names_class_scope_and_verdict_first(self, failing: Report) -> None:
        """The class reached is given although another one was required."""
        lines = list(summary(failing))

        assert "class: Core" in lines[2]
        assert lines[3] == "verdict: nonconformant (required: robust)"

    def test_shows_every_failing_clause(self, failing: Report) -> None:
        """None is left out, and each is shown with its sentence once."""
        text = "\n".join(summary(failing))

        for clause, level in {(row["clause"], row["level"]) for row in failing.failures}:
            assert text.count(f"FAIL {level.upper()} {clause} in float32") == 1
