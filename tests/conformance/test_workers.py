"""A run over several processes, or a cluster: the report of a serial one, whoever dies in the middle."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import replace
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from gradspec.conformance import Request, TargetError, run
from gradspec.conformance.adapters.reference import Reference
from gradspec.conformance.command_line import main
from gradspec.conformance.distributing import worker
from gradspec.conformance.distributing.errors import WorkerError
from gradspec.conformance.distributing.processes import Processes
from gradspec.conformance.environment import versions
from gradspec.conformance.isolation.source import Source

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gradspec.conformance import Report
    from gradspec.conformance.examining import Job

TARGETS = Path(__file__).parent / "targets"

QUICK = Request(
    effort="quick", clauses=("relu.*", "identity.*", "contract.s*"), regimes=("ordinary", "extreme"), diagnose=False
)
"""What the targets of these tests offer."""

IN_ONE_FORMAT = replace(QUICK, clauses=("relu.*", "identity.*"), formats=("float64",))
"""The same where a worker dies at many cases, each of which takes a new process."""


def named(attribute: str) -> Source:
    """One of the targets in the file."""
    return Source(f"{TARGETS / 'counting.py'}:{attribute}")


def both(source: Source, request: Request = QUICK) -> tuple[Report, Report]:
    """The report of this process, and that of two others."""
    with closing(source.open()) as target:
        return run(target, request), run(target, request, perform=Processes(source, 2))


class TestReport:
    """It is the serial one, to the last character."""

    def test_of_a_target_with_a_state(self) -> None:
        """The calls of an operation come in the same order, all formats in one process."""
        serial, distributed = both(named("Counting"))

        assert {row["clause"] for row in serial.failures} >= {"relu.value", "identity.value"}
        assert serial.text() == distributed.text()

    @pytest.mark.parametrize("fault", ["tanh_differs_every_third_time", "dense_reuses_two_buffers"])
    def test_of_a_fault(self, fault: str) -> None:
        """Counterexamples and diagnoses too, of numbers and of the contract."""
        serial, distributed = both(Source(f"fault:{fault}"), Request(effort="quick", formats=("float32", "float64")))

        assert serial.diagnoses
        assert serial.text() == distributed.text()

    def test_of_conventions_and_ulps(self) -> None:
        """What the run is asked for goes to the workers."""
        request = Request(
            effort="quick",
            clauses=("tanh.*",),
            formats=("float32",),
            conventions={"subnormals": "flush"},
            function_ulps={"tanh": 1},
            seed=5,
            diagnose=False,
        )
        serial, distributed = both(Source("textbook"), request)

        assert serial.failures
        assert serial.text() == distributed.text()

    def test_of_a_command(self) -> None:
        """Each worker starts the command for itself."""
        serial, distributed = both(Source(command=shlex.join([sys.executable, str(TARGETS / "speaking.py"), "right"])))

        assert serial.text() == distributed.text()

    def test_of_an_object(self) -> None:
        """A Python object that can be pickled is a source."""
        serial, distributed = both(Source.of(Reference()), Request(effort="quick", clauses=("tanh.value",)))

        assert serial.text() == distributed.text()

    def test_hears_of_every_job(self) -> None:
        """Progress goes up to the number of jobs, operation by operation."""
        heard: list[tuple[int, int, str]] = []

        def progress(done: int, total: int, job: Job, rows: Sequence[Mapping[str, Any]]) -> None:
            assert {row["operation"] for row in rows} == {job.operation}
            heard.append((done, total, job.operation))

        source = named("Right")
        run(source.open(), QUICK, progress, perform=Processes(source, 2))

        assert [done for done, _, _ in heard] == list(range(1, heard[0][1] + 1))
        changes = [two for (_, _, one), (_, _, two) in pairwise(heard) if one != two]
        assert len(changes) == len(set(changes)) == 3


class TestDeath:
    """A worker that dies costs its own job alone."""

    def test_by_the_target_is_an_error_of_the_job(self) -> None:
        """With the case that was asked and the signal or the exit status; all else is as it was."""
        source, right = named("Dying"), named("Right")
        report = run(source.open(), IN_ONE_FORMAT, perform=Processes(source, 2))
        reference = run(right.open(), IN_ONE_FORMAT)

        assert {row["operation"] for row in report.failures} == {"relu", "identity"}
        assert {row["regime"] for row in report.failures} <= {"extreme"}
        for row in report.failures:
            how = "SIGSEGV" if row["operation"] == "relu" else "exit status 3"
            assert row["verdict"] == "error"
            assert how in row["counterexample"]["reason"]
            assert _largest(row["counterexample"]["case"]) > 1e30
        untouched = [row for row in report.results if row["verdict"] != "error"]
        assert untouched
        assert all(row in reference.results for row in untouched)

    def test_from_outside_leaves_no_trace(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """As of a system that is short of memory: the operation is done again."""
        source, right = named("DyingOnce"), named("Right")
        monkeypatch.setenv("DYING_ONCE_MARK", str(tmp_path / "mark"))
        monkeypatch.setenv("DYING_ONCE_SIGNAL", str(int(signal.SIGKILL)))
        report = run(source.open(), QUICK, perform=Processes(source, 2))

        assert (tmp_path / "mark").exists()
        assert report.results == run(right.open(), QUICK).results

    def test_of_its_own_that_does_not_come_again_is_said(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """The rows are what they are, with a word on it."""
        source = named("DyingOnce")
        monkeypatch.setenv("DYING_ONCE_MARK", str(tmp_path / "mark"))
        monkeypatch.setenv("DYING_ONCE_SIGNAL", str(int(signal.SIGABRT)))
        report = run(source.open(), QUICK, perform=Processes(source, 2))

        marked = [row for row in report.results if "observations" in row]
        assert not report.failures
        assert {row["operation"] for row in marked} == {"relu_derivative"}
        assert all("SIGABRT" in row["observations"][-1] for row in marked)

    def test_while_the_target_is_made_is_the_callers(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A target that cannot be had in a worker ends the run with a message."""
        source = named("Fatal")
        target = source.open()
        monkeypatch.setenv("FATAL", str(os.getpid()))

        with pytest.raises(TargetError, match="the process that loads the target ended with exit status 4"):
            run(target, QUICK, perform=Processes(source, 2))


def _largest(case: dict[str, Any]) -> float:
    numbers = [abs(float.fromhex(each)) for each in case["arguments"][0]["hex"]]
    return max(number for number in numbers if number == number)  # noqa: PLR0124 - NaN alone differs from itself


class TestRefusal:
    """What cannot be done is refused in a sentence."""

    def test_an_object_that_cannot_be_sent(self) -> None:
        """It has to be named instead."""
        with pytest.raises(TargetError, match=r"cannot be sent to workers .*package.module:object"):
            Source.of(lambda z: z)

    def test_other_versions(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Cases depend on that of Hypothesis."""
        source = named("Right")
        ours = versions() | {"hypothesis": "1.0"}
        monkeypatch.setattr(worker, "versions", lambda: ours)

        with pytest.raises(WorkerError, match=r"a worker has hypothesis \S+, and here it is 1.0"):
            run(source.open(), QUICK, perform=Processes(source, 1))

    @pytest.mark.parametrize(
        ("options", "says"),
        [
            (["--workers", "0"], "--workers"),
            (["--workers", "2", "--dask", "tcp://127.0.0.1:1"], "give one of the two"),
        ],
    )
    def test_on_the_command_line(self, options: list[str], says: str) -> None:
        """Exit status 2, and which option is meant."""
        result = CliRunner().invoke(main, ["run", "reference", *options])

        assert result.exit_code == 2
        assert says in result.output

    @pytest.mark.skipif(find_spec("distributed") is not None, reason="distributed is installed")
    def test_a_cluster_without_dask(self) -> None:
        """The extra is named."""
        result = CliRunner().invoke(main, ["run", "reference", "--dask", "tcp://127.0.0.1:1"])

        assert result.exit_code == 2
        assert "pip install 'gradspec[dask]'" in result.output


class TestInterrupt:
    """Ctrl-C ends every worker."""

    @pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
    def test_leaves_no_process(self, tmp_path: Path) -> None:
        """Neither of the two, with nothing but a word on standard error."""
        target = f"{TARGETS / 'counting.py'}:Slow"
        # A process that is started in the background ignores the signal, and so does what it starts.
        program = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
        program += "from gradspec.conformance.command_line import main; main()"
        command = [sys.executable, "-c", program, "run", target, "--workers", "2"]
        started = subprocess.Popen(
            command, stderr=subprocess.PIPE, text=True, env={**os.environ, "SLOW_FOLDER": str(tmp_path)}
        )
        try:
            _wait(lambda: any(tmp_path.iterdir()))
            started.send_signal(signal.SIGINT)
            _, errors = started.communicate(timeout=30)
        finally:
            started.kill()

        assert started.returncode == 1
        assert "Traceback" not in errors
        for each in tmp_path.iterdir():
            pid = int(each.name)
            _wait(lambda pid=pid: not Path(f"/proc/{pid}").exists() or not _is_alive(pid))


def _wait(until: Any) -> None:
    end = time.monotonic() + 30
    while not until():
        assert time.monotonic() < end
        time.sleep(0.05)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.skipif(find_spec("distributed") is None, reason="distributed is not installed (the extra dask)")
@pytest.mark.filterwarnings("default")
class TestCluster:
    """The workers of a Dask cluster on this machine."""

    def test_one_killed_in_the_middle(self) -> None:
        """The report is the serial one all the same; a target that dies takes no worker of the cluster along."""
        result = subprocess.run(
            [sys.executable, str(TARGETS / "on_a_cluster.py")], capture_output=True, text=True, timeout=600, check=False
        )

        assert result.returncode == 0, result.stderr
        assert "alike: Counting True" in result.stdout
        assert "killed 1 of 2" in result.stdout
        assert "alike: Dying True" in result.stdout

    def test_without_a_scheduler(self) -> None:
        """The address is named, and how to start one."""
        result = CliRunner().invoke(main, ["run", "reference", "--dask", "nonsense://there"])

        assert result.exit_code == 2
        assert "--dask nonsense://there: no scheduler answers there" in result.output
