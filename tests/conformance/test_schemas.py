"""The published schemas, by the two validators that hold documents against them."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradspec.conformance import Request, load, run
from gradspec.conformance import schemas as module
from gradspec.conformance.schemas import errors, first_error, names, schema

if TYPE_CHECKING:
    Json = dict[str, Any]

ANYTHING: tuple[Any, ...] = (
    None,
    -1,
    0,
    0.5,
    10**200,
    1e300,
    "",
    "nan",
    "0x1.0p+5000",
    "2026-02-30",
    [],
    {},
    [[]],
    {"shape": 3, "hex": 4},
)
"""Values of every kind, some of which some places take."""


@pytest.fixture(scope="module")
def made() -> Json:
    """A report with passing and failing rows, a diagnosis, samples and counterexamples."""
    request = Request(clauses=("tanh.derivative",), formats=("float32",), effort="quick", require="robust")
    document: Json = json.loads(run(load("textbook"), request).text())
    return document


@pytest.mark.parametrize("name", names().values())
def test_is_a_schema(name: str) -> None:
    """And the validator that is compiled takes it."""
    jsonschema.Draft202012Validator.check_schema(schema(name))
    assert first_error({}, name) is not None


class TestValidators:
    """The compiled one has a say where nothing is wrong; the other has the last word."""

    def test_a_valid_report_is_not_looked_at_twice(self, made: Json, monkeypatch: pytest.MonkeyPatch) -> None:
        """That would take a hundred times as long."""
        monkeypatch.setattr(jsonschema, "Draft202012Validator", None)
        assert errors(made, "report") == []

    @settings(max_examples=300, deadline=None)
    @given(st.data())
    def test_what_one_lets_pass_the_other_does(self, made: Json, data: st.DataObject) -> None:
        """Whatever stands at any place of a report, or is missing there, or stands there besides."""
        report = deepcopy(made)
        value: Any = report
        while isinstance(value, dict | list) and value:
            parent: Any = value
            key = data.draw(st.sampled_from(sorted(value) if isinstance(value, dict) else range(len(value))))
            value = value[key]
            if data.draw(st.integers(0, 3)) == 0:
                break
        match data.draw(st.sampled_from(["replace", "remove", "add"])):
            case "replace":
                parent[key] = data.draw(st.sampled_from(ANYTHING))
            case "remove":
                del parent[key]
            case "add" if isinstance(parent, dict):
                parent["anything"] = data.draw(st.sampled_from(ANYTHING))
            case "add":
                parent.append(data.draw(st.sampled_from(ANYTHING)))

        checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
        slow = list(jsonschema.Draft202012Validator(schema("report"), format_checker=checker).iter_errors(report))
        if module._follows(report, "report"):
            assert slow == []
        assert [each.message for each in errors(report, "report")] == [each.message for each in slow]

    @pytest.mark.parametrize("text", ["\ud800", "caf\udce9"])
    def test_what_is_no_text_is_left_to_the_other(self, text: str) -> None:
        """Half a character is a name and a value that the compiled one cannot take."""
        assert errors({text: text}, "report")
