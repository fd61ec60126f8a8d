"""Targets in any language, behind a process that speaks JSON Lines."""

from __future__ import annotations

import shlex
import sys
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from gradspec.conformance import Request, TargetError, run
from gradspec.conformance.adapters.process import Process, ProcessError, written
from gradspec.conformance.case import Case
from gradspec.conformance.isolation import restarting
from gradspec.conformance.isolation.child import DiedError
from gradspec.conformance.isolation.limits import Limits
from gradspec.conformance.outcome import Raised, Value
from gradspec.spec.conventions import resolve
from gradspec.spec.network import Layer, Network
from gradspec.spec.operations import operations

TARGETS = Path(__file__).parent / "targets"

LIMITS = Limits(seconds=60)

SHORT = Limits(seconds=1)


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


class TestBrokenProcess:
    """A process that hangs, dies or talks nonsense is an error of the target, and the run goes on."""

    @pytest.mark.parametrize(
        ("way", "says"),
        [
            ("hangs", "did not answer in time"),
            ("dies", "ended with exit status 3 instead of answering"),
            ("half", "ended with exit status 0 instead of answering"),
            ("closes", "closed its output instead of answering"),
            ("endless", "without ending its answer"),
            ("too-few", r"gave \[\] as the answers to 1 calls"),
            ("nonsense", "not a line of JSON: 'Segmentation fault'"),
            ("deep", r"not a line of JSON: '\[\[.*nested too deeply to be read"),
            ("digits", r"not a line of JSON: '\{\"id\": 3, .*Exceeds the limit"),
            ("beyond", "not an array of numbers: 100.* too large to convert to float"),
            ("nested", r"not an array of numbers: \[\["),
            ("unprintable", r"no file caf\\udce9"),
            ("other-id", "not an object with the id"),
            ("both", "not just one of error, result, unsupported"),
            ("fails", "out of memory"),
            ("text", "not an array of numbers"),
        ],
    )
    def test_is_told_so(self, way: str, says: str) -> None:
        """In words that name what it did."""
        limits = SHORT if way == "hangs" else Limits(60.0) if way == "endless" else LIMITS
        with closing(Process(command(way), limits)) as target, pytest.raises((ProcessError, DiedError), match=says):
            target.call("relu", [np.array([1.0])], {}, "float64")

    def test_starts_again_after_its_death(self) -> None:
        """Each call that it dies in is an error of its own."""
        with closing(Process(command("dies"), LIMITS)) as target:
            for _ in range(2):
                with pytest.raises(DiedError, match="ended with exit status 3"):
                    target.call("relu", [np.array([1.0])], {}, "float64")

    def test_a_dying_target_makes_rows_of_errors(self) -> None:
        """An error is a ruling of its own, beside a failure."""
        request = Request(clauses=("relu.value",), formats=("float64",), regimes=("exact",), effort="quick")
        with closing(Process(command("dies"), LIMITS)) as target:
            report = run(target, request)

        assert {row["verdict"] for row in report.results} == {"error"}
        assert "ended with exit status 3" in report.failures[0]["counterexample"]["reason"]

    def test_a_refusal_is_unsupported(self) -> None:
        """And makes the report incomplete, not nonconformant."""
        request = Request(clauses=("relu.value",), formats=("float64",), regimes=("exact",), effort="quick")
        with closing(Process(command("refuses"), LIMITS)) as target:
            report = run(target, request)

        assert {row["verdict"] for row in report.results} == {"unsupported"}
        assert report.verdict.value == "incomplete"

    def test_numbers_that_the_format_lacks_are_of_another_dtype(self) -> None:
        """0.1 as the shortest decimal of float32 is not a number of float32."""
        with closing(Process(command("wide"), LIMITS)) as target:
            answer = target.call("relu", [np.array([1.0], dtype=np.float32)], {}, "float32")

        assert answer.dtype == np.float64

    @pytest.mark.parametrize("words", ["no-such-program-at-all", "false", "echo hello"])
    def test_what_does_not_describe_itself_is_refused(self, words: str) -> None:
        """At the start of the run, not in the middle of it."""
        with pytest.raises(TargetError, match=r"does not say what it is|there is no program"):
            Process(words, LIMITS)

    @pytest.mark.parametrize(
        ("described", "says"),
        [
            ('{"conventions": ["rows"]}', "at conventions: .* there stood"),
            ('{"environment": ["cc"]}', "at environment: .* there stood"),
            ('{"environment": {"cc": 12}}', "at environment/cc: "),
            ('{"operations": [["relu"]]}', "at operations/0: "),
            ('{"operations": null}', "at operations: "),
            ('{"formats": [["float64"]]}', "at formats/0: "),
            ('{"formats": []}', "at formats: "),
            ('{"name": {}}', "at name: "),
        ],
    )
    def test_what_describes_itself_wrongly_is_refused(self, described: str, says: str) -> None:
        """With the place, the rule, and what stood there."""
        with pytest.raises(TargetError, match=f"does not answer to describe as the protocol says: {says}"):
            Process(command(described), LIMITS)

    def test_what_else_it_says_of_itself_is_not_read(self) -> None:
        """A later protocol may have it."""
        with closing(Process(command('{"colour": ["blue"]}'), LIMITS)) as target:
            assert target.name == "speaking"

    def test_a_name_that_no_file_can_hold_is_escaped(self) -> None:
        """A report is UTF-8, which has no surrogates."""
        with closing(Process(command(r'{"name": "\udce9", "environment": {"\udce9": "\udce9"}}'), LIMITS)) as target:
            assert target.name == r"\udce9"
            assert target.environment[r"\udce9"] == r"\udce9"

    def test_a_newer_protocol_is_refused(self) -> None:
        """With what it answered."""
        with pytest.raises(TargetError, match=r"does not speak version 1 of the protocol: .*\"protocol\": 2"):
            Process(command("newer"), LIMITS)

    def test_of_many_calls_in_one_request_only_the_one_to_blame_is_an_error(self) -> None:
        """The others are asked again, alone."""
        cases = [case_of(value) for value in (1.0, 2.0, 3.0)]
        with closing(Process(command("dies-at-two"), LIMITS)) as target:
            one, two, three = target.outcomes(cases, resolve())

        assert isinstance(one, Value)
        assert isinstance(three, Value)
        assert isinstance(two, Raised)
        assert two.is_fatal
        assert two.reason.endswith("exit status 3 instead of answering; the last it wrote: two is too much")

    def test_an_operation_that_dies_always_is_given_up(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """After so many deaths nothing is started any more."""
        monkeypatch.setattr(restarting, "DEATHS", 2)
        with closing(Process(command("dies"), LIMITS)) as target:
            outcomes = [target.outcomes([case_of(1.0)], resolve())[0] for _ in range(3)]

        assert [getattr(outcome, "reason", "")[:10] for outcome in outcomes] == [
            "the target",
            "the target",
            "not asked:",
        ]


def case_of(value: float) -> Case:
    """A case of relu at one number."""
    return Case("relu", "float64", "ordinary", (np.array([value]),))


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
