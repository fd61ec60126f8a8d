"""Targets in any language, behind a process that speaks JSON Lines."""

from __future__ import annotations

import shlex
import shutil
import sys
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from gradspec.conformance import Request, TargetError, run
from gradspec.conformance.adapters.process import Process, ProcessError, written
from gradspec.spec.network import Layer, Network
from gradspec.spec.operations import operations

TARGETS = Path(__file__).parent / "targets"

SECONDS = 5.0


def command(way: str = "right") -> str:
    """The command line of the Python target, breaking the protocol in one way."""
    return shlex.join([sys.executable, str(TARGETS / "speaking.py"), way])


class TestRightProcess:
    """A process that keeps the protocol is a target like any other."""

    def test_describes_itself(self) -> None:
        """Name, formats and operations are what it says."""
        with closing(Process(command())) as target:
            assert (target.name, target.version) == ("speaking", "1")
            assert target.formats == ("float64", "float32")
            assert target.offers("relu")
            assert not target.offers("sigmoid")

    def test_is_conformant(self) -> None:
        """Values of every regime arrive as they were sent, in both formats, NaN and infinities too."""
        with closing(Process(command())) as target:
            report = run(target, Request(effort="quick"))

        assert report.document["scope"]["text"] == f"Strict, 2 of {len(operations())} operations, float64 float32"

    @pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
    def test_speaks_javascript(self) -> None:
        """The same in JavaScript, whose numbers are float64."""
        with closing(Process(shlex.join(["node", str(TARGETS / "speaking.js")]))) as target:
            report = run(target, Request(effort="quick"))

        assert report.reached.value == "Strict", [row["clause"] for row in report.failures]


class TestBrokenProcess:
    """A process that hangs, dies or talks nonsense is an error of the target, and the run goes on."""

    @pytest.mark.parametrize(
        ("way", "says"),
        [
            ("hangs", "hung: no answer within 0.5 seconds"),
            ("dies", "died with exit status 3"),
            ("nonsense", "not a line of JSON: 'Segmentation fault'"),
            ("other-id", "not an object with the id"),
            ("both", "not just one of error, result, unsupported"),
            ("fails", "out of memory"),
            ("text", "not an array of numbers"),
        ],
    )
    def test_is_told_so(self, way: str, says: str) -> None:
        """In words that name what it did."""
        seconds = 0.5 if way == "hangs" else SECONDS
        with closing(Process(command(way), seconds)) as target, pytest.raises(ProcessError, match=says):
            target.call("relu", [np.array([1.0])], {}, "float64")

    def test_starts_again_after_its_death(self) -> None:
        """Each call that it dies in is an error of its own."""
        with closing(Process(command("dies"), SECONDS)) as target:
            for _ in range(2):
                with pytest.raises(ProcessError, match="died"):
                    target.call("relu", [np.array([1.0])], {}, "float64")

    def test_a_dying_target_makes_rows_of_errors(self) -> None:
        """An error is a ruling of its own, beside a failure."""
        request = Request(clauses=("relu.value",), formats=("float64",), regimes=("exact",), effort="quick")
        with closing(Process(command("dies"), SECONDS)) as target:
            report = run(target, request)

        assert {row["verdict"] for row in report.results} == {"error"}
        assert "died" in report.failures[0]["counterexample"]["reason"]

    def test_a_refusal_is_unsupported(self) -> None:
        """And makes the report incomplete, not nonconformant."""
        request = Request(clauses=("relu.value",), formats=("float64",), regimes=("exact",), effort="quick")
        with closing(Process(command("refuses"), SECONDS)) as target:
            report = run(target, request)

        assert {row["verdict"] for row in report.results} == {"unsupported"}
        assert report.verdict.value == "incomplete"

    def test_numbers_that_the_format_lacks_are_of_another_dtype(self) -> None:
        """0.1 as the shortest decimal of float32 is not a number of float32."""
        with closing(Process(command("wide"), SECONDS)) as target:
            answer = target.call("relu", [np.array([1.0], dtype=np.float32)], {}, "float32")

        assert answer.dtype == np.float64

    @pytest.mark.parametrize("words", ["no-such-program-at-all", "false", "echo hello"])
    def test_what_does_not_describe_itself_is_refused(self, words: str) -> None:
        """At the start of the run, not in the middle of it."""
        with pytest.raises(TargetError, match="does not answer to describe"):
            Process(words, SECONDS)


class TestWriting:
    """Arguments in JSON."""

    def test_a_network(self) -> None:
        """The slope is there for leaky relu only."""
        layers = (
            Layer(np.array([[1.0, 2.0]]), np.array([0.5]), "leaky_relu", 0.25),
            Layer(np.array([[3.0]]), np.array([0.0]), "tanh"),
        )

        document = written(Network(layers, "squared_error"))

        assert document["layers"][0] == {"weights": [[1, 2]], "bias": [0.5], "activation": "leaky_relu", "slope": 0.25}
        assert "slope" not in document["layers"][1]

    def test_special_values(self) -> None:
        """NaN and the infinities are texts."""
        assert written(np.array([np.nan, np.inf, -np.inf])) == ["NaN", "Infinity", "-Infinity"]
