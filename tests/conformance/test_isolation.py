"""Targets that crash, hang, flood, fork and meddle: each costs its own verdict, and no other."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradspec.conformance import Request, TargetError, run
from gradspec.conformance.asking import ask_all
from gradspec.conformance.case import Case
from gradspec.conformance.isolation import restarting
from gradspec.conformance.isolation.channel import parsed
from gradspec.conformance.isolation.description import Description
from gradspec.conformance.isolation.limits import Limits
from gradspec.conformance.isolation.plain import answer_of, outcome_of, plain_answer, plain_outcome
from gradspec.conformance.isolation.source import Source
from gradspec.conformance.journal import VERSION
from gradspec.conformance.outcome import Malformed, Outcome, Raised, Unsupported, Value
from gradspec.spec.conventions import resolve
from gradspec.spec.formats import FORMATS

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the hostile targets are written for POSIX")

HOSTILE = Path(__file__).parent / "targets" / "hostile.py"

REQUEST = Request(
    clauses=("relu.value", "identity.value", "sigmoid.value", "contract.environment"),
    regimes=("exact", "ordinary"),
    effort="quick",
    diagnose=False,
)
"""Of a few hundred calls, a few of which are at arrays without axes."""

LIMITS = Limits(seconds=60, memory=1.0)

SHORT = Limits(seconds=3, memory=1.0)
"""For those that hang; long enough for what answers, on a machine with other work to do."""

HANGING = ("Loops", "SleepsInC", "AnswersLate", "GeneratesWithoutEnd")

OUTCOMES = {
    "Segfault": ("error", "was ended by SIGSEGV instead of answering"),
    "Aborts": ("error", "was ended by SIGABRT instead of answering"),
    "Loops": ("error", "did not answer in time: the limit is 3 seconds"),
    "SleepsInC": ("error", "did not answer in time: the limit is 3 seconds"),
    "AnswersLate": ("error", "did not answer in time: the limit is 3 seconds"),
    "Allocates": ("error", "MemoryError: Unable to allocate 10.0 GiB"),
    "Exits": ("error", "ended with exit status 0 instead of answering"),
    "RaisesSystemExit": ("error", "SystemExit: enough"),
    "RaisesKeyboardInterrupt": ("error", "KeyboardInterrupt"),
    "RaisesBaseException": ("error", "Whatever: what nobody catches"),
    "RaisesUnprintably": ("error", r"ValueError: no file caf\udce9"),
    "RaisesWhatCannotBePrinted": ("error", "Unprintable: (KeyError when its message is asked for)"),
    "RaisesAtLength": ("error", "... (50000016 characters)"),
    "FindsTheWayOut": ("error", "gave an answer that cannot be read: "),
    "FindsTheWayOutInDepth": (
        "error",
        "gave an answer that cannot be read: lists or objects are nested too deeply to be read",
    ),
    "PretendsToWork": ("error", "gave an answer that cannot be read: ['done', "),
    "Forges": ("error", "gave an answer that cannot be read: arrays of [((7,), dtype('float64'))] came"),
    "ClosesItsPipes": ("error", "instead of answering"),
    "Generates": ("fail", "has dtype object, expected float64"),
    "GeneratesWithoutEnd": ("error", "did not answer in time: the limit is 3 seconds"),
    "SpawnsAndDies": ("error", "was ended by SIGABRT instead of answering"),
}
"""By the way of misbehaving: the verdict of relu, and what its reason says."""

MEDDLING = {
    "ChangesDirectory": "the call changed the working directory from",
    "RaisesNumpyErrors": "set NumPy to raise instead of",
    "RoundsUpward": "the call changed the rounding mode from to nearest to upward",
    "FlushesToZero": "the call changed how subnormal numbers are treated from gradual to flushed to zero",
}
"""What breaks ``contract.environment`` alone, and what its reason says."""

HARMLESS = ("Prints", "PrintsWithoutEnd", "ReadsItsInput", "Spawns", "Forks", "Hoards")
"""What costs no verdict at all. What hoards takes a multiple of the limit of memory, and never much at once."""

Rows = dict[tuple[str, str, str, str], dict[str, Any]]


def source(name: str) -> Source:
    """A hostile target by its class."""
    return Source(f"{HOSTILE}:{name}", limits=SHORT if name in HANGING else LIMITS)


def rows_of(name: str) -> Rows:
    """The rows of a hostile target, by clause, operation, regime and level."""
    with closing(source(name).open()) as target:
        report = run(target, REQUEST)
    return {(row["clause"], row["operation"], row["regime"], row["level"]): row for row in report.results}


@cache
def right_rows() -> Rows:
    """Those of the target that does not misbehave."""
    return rows_of("Right")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A library that turns subnormal numbers off, for the targets that want one."""
    if os.uname().machine != "x86_64" or shutil.which("cc") is None:
        pytest.skip("the library that flushes subnormal numbers is written for x86_64 and needs cc")
    folder = tmp_path_factory.mktemp("library")
    (folder / "flush.c").write_text(
        "#include <xmmintrin.h>\nvoid flush(void) { _mm_setcsr(_mm_getcsr() | 0x8040); }\n", encoding="ascii"
    )
    compiler = str(shutil.which("cc"))
    subprocess.run([compiler, "-shared", "-fPIC", "-o", folder / "flush.so", folder / "flush.c"], check=True)
    os.environ["HOSTILE_LIBRARY"] = str(folder / "flush.so")
    yield
    del os.environ["HOSTILE_LIBRARY"]


class TestVerdicts:
    """What a target does at some inputs of one operation."""

    @pytest.mark.parametrize("name", OUTCOMES)
    def test_costs_the_rows_of_its_operation_and_no_other(self, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """The input is in the report; every other row is that of a run without it, to the last digit."""
        monkeypatch.setattr(restarting, "HANGS", 2)  # each one that hangs is waited for
        verdict, says = OUTCOMES[name]
        found = rows_of(name)

        for key, row in found.items():
            if key[1] != "relu":
                assert row == right_rows()[key]
            elif "counterexample" in row:
                assert row["verdict"] == verdict
                reason = row["counterexample"]["reason"]
                assert says in reason or reason.startswith("not asked: relu has not answered in time")
                if says in reason:
                    assert row["counterexample"]["case"]["arguments"][0]["shape"] == []
        assert [key for key, row in found.items() if "counterexample" in row and key[0] == "relu.value"]

    @pytest.mark.parametrize("name", MEDDLING)
    @pytest.mark.usefixtures("library")
    def test_meddling_breaks_one_clause(self, name: str) -> None:
        """That of the environment, which is set back: no number of any answer is another one."""
        found = rows_of(name)
        broken = {key: row for key, row in found.items() if row != right_rows()[key]}

        assert [key[:2] for key in broken] == [("contract.environment", "relu")]
        for row in broken.values():
            assert row["verdict"] == "fail"
            assert MEDDLING[name] in row["counterexample"]["reason"]

    @pytest.mark.parametrize("name", HARMLESS)
    def test_what_is_nobodys_business_costs_nothing(self, name: str) -> None:
        """Output, children and reading from an empty input are the target's own affair."""
        assert rows_of(name) == right_rows()

    def test_an_operation_that_always_hangs_is_given_up(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """After so many limits of time the rest is not asked, and each row says so."""
        monkeypatch.setattr(restarting, "HANGS", 1)
        found = rows_of("Loops")

        reasons = {row["counterexample"]["reason"] for row in found.values() if "counterexample" in row}
        assert any("not asked: relu has not answered in time" in reason for reason in reasons)
        assert {key[1] for key, row in found.items() if row["verdict"] == "error"} == {"relu"}

    def test_each_call_has_the_whole_limit(self) -> None:
        """Five calls of a second go out together, and none takes as long as three."""
        cases = [Case("identity", "float64", "ordinary", (np.array([value]),)) for value in (1.0, 2.0, 3.0, 4.0, 5.0)]
        with closing(Source(f"{HOSTILE}:TakesItsTime", limits=SHORT).open()) as target:
            outcomes = ask_all(target, cases, resolve({}))

        assert [outcome.arrays[0][0] for outcome in outcomes if isinstance(outcome, Value)] == [1.0, 2.0, 3.0, 4.0, 5.0]
        assert not any(outcome.notes for outcome in outcomes if isinstance(outcome, Value))

    def test_a_death_that_does_not_come_again_is_observed(self) -> None:
        """The calls of one request are asked again one by one; what dies then has no input to blame."""
        found = rows_of("Unsettled")

        assert any(
            "was ended by SIGSEGV" in text for row in found.values() for text in row.get("observations", ())
        ) or any(row["verdict"] == "error" for row in found.values())


class TestLoading:
    """What a target does while it is loaded."""

    @pytest.mark.usefixtures("library")
    def test_flushing_from_the_start_is_told(self) -> None:
        """In the environment of the report: no call has done it."""
        with closing(source("LoadsFlushing").open()) as target:
            report = run(target, REQUEST)

        assert "flushed to zero" in report.document["environment"]["loading"]
        assert not [row for row in report.failures if row["clause"] == "contract.environment"]

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ("import os\nos._exit(7)\n", "the process that loads the target ended with exit status 7"),
            ("import os\nos.kill(os.getpid(), 11)\n", "the process that loads the target was ended by SIGSEGV"),
            ("raise KeyboardInterrupt\n", "the target cannot be made: KeyboardInterrupt"),
            ("import nothing_of_this_name\n", "cannot be imported: ModuleNotFoundError"),
        ],
    )
    def test_that_fails_is_the_callers(self, tmp_path: Path, text: str, says: str) -> None:
        """With how it ended."""
        file = tmp_path / "loading.py"
        file.write_text(text, encoding="utf-8")

        with pytest.raises(TargetError, match=says):
            Source(str(file)).open()

    @pytest.mark.parametrize("in_process", [True, False], ids=["here", "there"])
    def test_what_no_file_can_hold_is_escaped(self, tmp_path: Path, *, in_process: bool) -> None:
        """Whatever it says of itself is in the report, in characters that UTF-8 has."""
        file = tmp_path / "named.py"
        file.write_text(
            "name = version = '\\udce9'\nenvironment = {'\\udce9': '\\udce9'}\ndef identity(z): return z\n",
            encoding="ascii",
        )
        request = Request(clauses=("identity.value",), effort="quick", diagnose=False)
        with closing(Source(str(file), in_process=in_process).open()) as target:
            document = run(target, request).document

        assert document["target"] == {"name": r"\udce9", "version": r"\udce9"}
        assert document["environment"][r"\udce9"] == r"\udce9"


class TestMessages:
    """What a child sends is read as what it says, or not at all."""

    DESCRIPTION = Description("name", "1", ("float64",), {"layout": "rows"}, {"device": "CPU"}, ("relu",), {"tanh": ()})

    OUTCOMES: tuple[Outcome, ...] = (
        Value((np.arange(6.0).reshape(2, 3), np.zeros((0, 2))), lambda: False, ("x",), ("set",), ("x", "y")),
        Malformed("no", ("x",), ("set",)),
        Unsupported("no"),
        Raised("ValueError: no", ("x",), ("set",)),
    )

    @pytest.mark.parametrize("outcome", OUTCOMES)
    def test_outcomes_arrive_as_they_were_sent(self, outcome: Outcome) -> None:
        """To the last bit."""
        found = outcome_of(sent(plain_outcome(outcome, 3)), lambda number: number == 3)

        if not isinstance(outcome, Value):
            assert found == outcome
            return
        assert isinstance(found, Value)
        assert found.has_changed()
        assert (found.changed, found.disturbed, found.aliased) == (outcome.changed, outcome.disturbed, outcome.aliased)
        for here, there in zip(outcome.arrays, found.arrays, strict=True):
            assert (here.dtype, here.shape, here.tobytes()) == (there.dtype, there.shape, there.tobytes())

    @pytest.mark.parametrize("dtype", ["bool", "int8", "uint64", "float16", "bfloat16", ">f8", "g"])
    def test_arrays_of_numbers_arrive(self, dtype: str) -> None:
        """Whatever the dtype, and the order of its bytes."""
        array = np.array([[0, 1], [1, 0]]).astype(FORMATS[dtype].dtype if dtype in FORMATS else dtype)
        found = answer_of(sent(plain_answer([array, (array,)])))

        assert [found[0].tolist(), [found[1][0].tolist()]] == [array.tolist(), [array.tolist()]]

    @given(data=st.data())
    def test_what_is_damaged_is_refused_or_read(self, data: st.DataObject) -> None:
        """Whatever stands in the pipe: nothing but the errors that end a request comes of it."""
        message = [7, "outcomes", [plain_outcome(each, 1) for each in self.OUTCOMES], self.DESCRIPTION.plain()]
        line = bytearray(json.dumps(message).encode())
        for _ in range(data.draw(st.integers(1, 4))):
            start = data.draw(st.integers(0, len(line)))
            line[start : start + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
        try:
            _, plain, description = parsed(bytes(line), 7)
            for each in plain:
                outcome_of(each, lambda _: False)
            Description.of(description)
        except (ValueError, TypeError, OverflowError, RecursionError):
            pass

    @pytest.mark.parametrize(
        "plain",
        [
            ["float64", [2], "AAAA"],
            ["float64", [-1], "AAAAAAAAAAA="],
            ["float64", ["1"], "AAAAAAAAAAA="],
            ["float64", [0, 10**30], ""],
            ["float64", [1], "not base 64!"],
            ["object", [1], "AAAAAAAAAAA="],
            ["f8,f8", [1], "AAAAAAAAAAAAAAAAAAAAAA=="],
            [["float64"], [1], "AAAAAAAAAAA="],
            {"parts": 3},
            7,
        ],
    )
    def test_what_is_no_array_is_refused(self, plain: object) -> None:
        """By one of the errors that end a request."""
        with pytest.raises((ValueError, TypeError, OverflowError)):
            answer_of(plain)

    @pytest.mark.parametrize(
        "change",
        [
            {"name": 3},
            {"formats": ["float64", "float8"]},
            {"formats": "float64"},
            {"conventions": ["layout"]},
            {"environment": {"device": 0}},
            {"operations": [0]},
            {"derived": {"relu": "tanh"}},
            {"derived": []},
        ],
    )
    def test_what_does_not_describe_a_target_is_refused(self, change: dict[str, object]) -> None:
        """As one that declares it wrongly."""
        plain = sent(self.DESCRIPTION.plain())
        assert Description.of(plain) == self.DESCRIPTION

        with pytest.raises((ValueError, TypeError)):
            Description.of(plain | change)

    def test_an_answer_to_another_request_is_refused(self) -> None:
        """What was sent unasked is not taken for the next answer."""
        with pytest.raises(ValueError, match="is no answer to request 8"):
            parsed(b'[7, "numbers", []]', 8)


def sent(plain: object) -> Any:
    """What arrives of a message."""
    return json.loads(json.dumps(plain))


class TestTarget:
    """A target in another process is a target like any other."""

    def test_answers_calls(self) -> None:
        """Arrays and networks go there and back; what it raises is told."""
        with closing(Source("reference").open()) as target:
            assert target.call("relu", [np.array([-1.0, 2.0])], {}, "float64").tolist() == [0.0, 2.0]
            with pytest.raises(RuntimeError, match="Error"):
                target.call("relu", ["nonsense"], {}, "float64")

    def test_says_what_it_declares(self) -> None:
        """As it does in this process."""
        here = Source("textbook", in_process=True).open()
        with closing(Source("textbook").open()) as there:
            assert (there.name, there.version, there.formats) == (here.name, here.version, here.formats)
            assert dict(there.conventions) == {name: str(value) for name, value in here.conventions.items()}
            assert there.offers("relu") == here.offers("relu")

    def test_keeps_its_answers_apart(self) -> None:
        """Two buffers that are used again are found from outside too."""
        request = Request(clauses=("contract.state",), formats=("float64",), effort="quick", diagnose=False)
        for each in (
            Source("fault:dense_reuses_two_buffers"),
            Source("fault:dense_reuses_two_buffers", in_process=True),
        ):
            with closing(each.open()) as target:
                assert "dense" in {row["operation"] for row in run(target, request).failures}


class TestJournal:
    """A run that is interrupted goes on, and no half of a report looks like one."""

    COMMAND = (
        sys.executable,
        "-c",
        "from gradspec.conformance.command_line import main; main()",
        "run",
        "textbook",
        *("--effort", "quick", "--format", "float64", "--clause", "relu.*", "--clause", "sigmoid.value"),
    )

    def test_goes_on_where_it_was_killed(self, tmp_path: Path) -> None:
        """The report is that of a run that nobody interrupted; nothing else is left."""
        file, journal = tmp_path / "report.json", tmp_path / "report.json.journal"
        whole = subprocess.run([*self.COMMAND, "--json", tmp_path / "whole.json"], check=False, capture_output=True)
        started = subprocess.Popen(
            [*self.COMMAND, "--json", file], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        _wait(lambda: journal.exists() and journal.read_bytes().count(b"\n") >= 2)
        started.send_signal(signal.SIGKILL)
        started.wait()
        assert not file.exists()
        kept = journal.read_bytes()
        journal.write_bytes(kept + b'{"operation": "sigmoid", "ro')

        again = subprocess.run([*self.COMMAND, "--json", file], check=False, capture_output=True, text=True)
        assert again.returncode == 2
        assert "go on by --resume" in again.stderr
        resumed = subprocess.run(
            [*self.COMMAND, "--json", file, "--resume"], check=False, capture_output=True, text=True
        )

        assert resumed.returncode == whole.returncode == 0
        assert file.read_bytes() == (tmp_path / "whole.json").read_bytes()
        assert not journal.exists()
        assert not list(tmp_path.glob("*.asking.*"))

    def test_has_what_was_asked_when_everything_died(self, tmp_path: Path) -> None:
        """The cases are on disk before the target is called."""
        file = tmp_path / "report.json"
        command = [*self.COMMAND[:4], f"{HOSTILE}:SleepsInC", "--clause", "relu.value", "--effort", "quick"]
        started = subprocess.Popen([*command, "--json", file], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

        def asked() -> list[Any]:
            for each in tmp_path.glob("report.json.journal.asking.*"):
                text = each.read_text(encoding="utf-8")
                return json.loads(text) if text.endswith("]") else []
            return []

        _wait(lambda: any(case["arguments"][0]["shape"] == [] for case in asked()))
        started.send_signal(signal.SIGKILL)
        started.wait()

        assert any(case["operation"] == "relu" and case["arguments"][0]["shape"] == [] for case in asked())

    def test_of_another_run_is_refused(self, tmp_path: Path) -> None:
        """With what differs."""
        file = tmp_path / "report.json"
        (tmp_path / "report.json.journal").write_text(
            json.dumps({"journal": VERSION, "of": {}}) + "\n", encoding="utf-8"
        )

        resumed = subprocess.run(
            [*self.COMMAND, "--json", file, "--resume"], check=False, capture_output=True, text=True
        )

        assert resumed.returncode == 2
        assert "is of another run: its versions is None" in resumed.stderr


def _wait(until: Any) -> None:
    end = time.monotonic() + 60
    while not until():
        assert time.monotonic() < end
        time.sleep(0.02)
