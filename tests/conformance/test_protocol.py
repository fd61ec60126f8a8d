"""The published schema of the process protocol, and the sentences on what breaks it."""

from __future__ import annotations

import math
from typing import Any

import jsonschema
import numpy as np
import pytest

from gradspec.conformance.adapters.process import written
from gradspec.conformance.adapters.protocol import MESSAGES, SCHEMA, answer_faults, request_faults
from gradspec.conformance.schemas import schema
from gradspec.spec.formats import FORMATS
from gradspec.spec.network import ACTIVATIONS, LOSSES, Layer, Network

NETWORK = Network(
    (
        Layer(np.array([[0.5, -1.0]]), np.array([0.25]), "leaky_relu", 0.01),
        Layer(np.array([[2.0]]), np.array([math.inf]), "sigmoid"),
    ),
    "binary_cross_entropy",
)

CALL = {
    "operation": "leaky_relu",
    "format": "float64",
    "arguments": [written(np.array([0.0, -1.5, math.nan])), "tanh", 3, written(NETWORK)],
    "keywords": {"slope": 0.01},
}

REQUESTS: dict[str, dict[str, Any]] = {
    "start": {"id": 1, "message": "start", "protocol": 1, "gradspec": "0.1.0"},
    "describe": {"id": 2, "message": "describe"},
    "call": {"id": 3, "message": "call", "calls": [CALL]},
    "stop": {"id": 4, "message": "stop"},
}

ANSWERS: list[tuple[str, dict[str, Any]]] = [
    ("start", {"id": 1, "protocol": 1}),
    ("start", {"id": 1, "error": "it speaks protocol 2"}),
    ("describe", {"id": 2, "operations": []}),
    (
        "describe",
        {
            "id": 2,
            "name": "tiny",
            "version": "0.3",
            "formats": ["float64"],
            "conventions": {"layout": "rows", "relu_at_zero": 0.5},
            "operations": ["sigmoid"],
            "environment": {"compiler": "cc 12"},
        },
    ),
    ("call", {"id": 3, "answers": [{"result": [[1.0, "NaN"], []]}, {"unsupported": "no"}, {"error": "out of memory"}]}),
    ("stop", {"id": 4}),
]


class TestSchema:
    """One document says what every message looks like."""

    def test_is_a_schema(self) -> None:
        """Of JSON Schema 2020-12, under the name that is published."""
        jsonschema.Draft202012Validator.check_schema(schema("protocol"))
        assert schema("protocol")["$id"] == SCHEMA

    def test_every_definition_says_what_it_is(self) -> None:
        """Each message has a request and an answer, and every definition a description."""
        definitions = schema("protocol")["$defs"]

        assert {f"{name}_{kind}" for name in MESSAGES for kind in ("request", "answer")} <= definitions.keys()
        assert [name for name, each in definitions.items() if not each.get("description")] == []

    def test_names_are_those_of_the_specification(self) -> None:
        """Formats, activations and losses."""
        definitions = schema("protocol")["$defs"]

        assert definitions["format"]["enum"] == list(FORMATS)
        assert definitions["activation"]["enum"] == [*ACTIVATIONS, "softmax"]
        assert definitions["loss"]["enum"] == list(LOSSES)

    @pytest.mark.parametrize("document", [*REQUESTS.values(), *(answer for _, answer in ANSWERS)])
    def test_every_message_keeps_it(self, document: dict[str, Any]) -> None:
        """The whole schema takes each message on its own."""
        jsonschema.validate(document, schema("protocol"))


class TestRequests:
    """What the suite sends keeps the schema."""

    @pytest.mark.parametrize("message", MESSAGES)
    def test_right_ones_have_no_fault(self, message: str) -> None:
        """Networks, names, counts and special values among the arguments."""
        assert request_faults(REQUESTS[message]) == []

    @pytest.mark.parametrize(
        ("document", "says"),
        [
            ({"id": 1, "message": "go"}, "at the top: a request is an object whose message is one of start"),
            (7, "there stood 7"),
            ({**REQUESTS["call"], "calls": []}, "at calls: calls is a list of at least one call; there stood []"),
            (
                {**REQUESTS["call"], "calls": [{**CALL, "arguments": ["tanhh"]}]},
                'at calls/0/arguments/0: a text among the arguments is "NaN"',
            ),
        ],
    )
    def test_wrong_ones_are_told(self, document: object, says: str) -> None:
        """With the place, the rule and what stood there."""
        (fault,) = request_faults(document)

        assert says in fault


class TestAnswers:
    """What a target sends back is told what is wrong with it."""

    @pytest.mark.parametrize(("message", "document"), ANSWERS)
    def test_right_ones_have_no_fault(self, message: str, document: dict[str, Any]) -> None:
        """Each answer of the protocol."""
        assert answer_faults(message, document) == []

    @pytest.mark.parametrize(
        ("message", "document", "says"),
        [
            (
                "start",
                {"id": 1, "protocol": 2},
                "at protocol: the version of the protocol is the number 1; there stood 2",
            ),
            ("start", {"id": 1}, "at the top: the answer to start has the id and the protocol 1"),
            ("describe", {"id": 2}, 'at the top: "operations" is missing; the answer to describe'),
            ("describe", {"id": 2, "operations": "relu"}, "at operations: operations is a list of the names"),
            ("describe", {"id": 2, "operations": [], "format": "float64"}, 'at the top: "format" is not known here'),
            (
                "describe",
                {"id": 2, "operations": [], "formats": ["double"]},
                "at formats/0: a format is one of float64",
            ),
            ("call", {"id": 3, "result": 0.5, "answers": [{"result": 0}]}, '"result" is not known here'),
            (
                "call",
                {"id": 3, "answers": [{"result": [1, None]}]},
                "at answers/0/result/1: a value is a number, one of",
            ),
            (
                "call",
                {"id": 3, "answers": [{"result": ["nan"]}]},
                "at answers/0/result/0: what is not finite is one of",
            ),
            ("call", {"id": 3, "answers": [{"result": True}]}, "there stood true"),
            (
                "call",
                {"id": 3, "answers": [{"result": 1, "error": "x"}]},
                "exactly one of result, unsupported and error",
            ),
            ("call", {"id": 3, "answers": [{}]}, "exactly one of result, unsupported and error; there stood {}"),
            ("call", {"id": 3, "answers": [{"result": [math.nan]}]}, "at answers/0/result/0: JSON has no NaN"),
            ("stop", {"id": "4"}, "at id: an id is a whole number from 1 on"),
            ("stop", [], "at the top: the answer to stop has the id alone"),
        ],
    )
    def test_wrong_ones_are_told(self, message: str, document: object, says: str) -> None:
        """In one sentence with the place, the rule and what stood there."""
        (fault,) = answer_faults(message, document)

        assert says in fault
        assert "; there stood " in fault

    def test_many_faults_are_cut_short(self) -> None:
        """The first few say what is wrong, and what stood there is no whole matrix."""
        faults = answer_faults(
            "call", {"id": 3, "answers": [{"result": [None] * 1000}, {"result": {"a": [0.0] * 1000}}]}
        )

        assert len(faults) == 6
        assert faults[-1] == "and 996 more of the kind"
        assert all(len(fault) < 400 for fault in faults)

    def test_another_message_is_refused(self) -> None:
        """By its caller's mistake, not the target's."""
        with pytest.raises(ValueError, match="'go' is no message of the protocol"):
            answer_faults("go", {})
