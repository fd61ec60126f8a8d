"""
One worker, seen from outside: a process that is started when it is needed, and again when it dies.

What a unit comes to does not depend on how often that was. When the worker dies, its unit is done again from the start
by a new one, which tells every case of the job in question before it asks it. If it dies in that job again, the case is
the counterexample of an error, and the rest of the unit is done without that job.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import IO, TYPE_CHECKING

from ..adapters.errors import TargetError
from ..checks.finding import Examination, Finding, Kind
from ..outcome import Raised
from ..row import RowName, Tally
from ..strategies.cases import corpus
from .errors import WorkerError
from .messages import Asking, Begun, Broken, Done, Hello, Ready, Refused, Task, receive, send, versions
from .unit import Reached

if TYPE_CHECKING:
    from ..case import Case
    from ..examining import Job
    from ..row import Row
    from .source import Source
    from .unit import Settings, Unit

MODULE = "gradspec.conformance.distributing"
"""What a worker runs."""

SECONDS_TO_END = 5.0
"""How long a worker may take to close its target before it is killed."""

FROM_OUTSIDE = (-signal.SIGTERM, -9)
"""Exit statuses of a process that somebody else ended, by SIGTERM or SIGKILL: it says nothing of the target."""


class Worker:
    """A process that does units, one at a time, for the target of ``source`` under ``settings``."""

    def __init__(self, source: Source, settings: Settings) -> None:
        self._source = source
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None
        self._is_closed = False

    def reach(self, unit: Unit) -> Reached:
        """
        What ``unit`` comes to.

        Raises :class:`TargetError` where the target cannot be had, and :class:`WorkerError` where gradspec is to blame.
        """
        died: dict[int, _Death] = {}
        given_up: dict[int, tuple[Row, ...]] = {}
        while True:
            try:
                done = self._done(Task(unit, frozenset(given_up), frozenset(died)))
            except _DiedError as error:
                death = error.death
                if death.number in died:
                    reason = f"the process of the target died: {_words(death.status)}"
                    job = unit.jobs[death.number]
                    given_up[death.number] = rows_of_death(job, death.case, reason, self._settings)
                died[death.number] = death
            else:
                pairs = enumerate(done.rows)
                rows = (given_up.get(number) or _marked(each, died.get(number)) for number, each in pairs)
                return Reached(tuple(rows), done.diagnoses)

    def close(self) -> None:
        """End the process, from whichever thread; nothing more is done."""
        self._is_closed = True
        self._end()

    def _done(self, task: Task) -> Done:
        death = _Death(0)
        try:
            process = self._running()
            send(_pipe(process.stdin), task)
            while not isinstance(message := receive(_pipe(process.stdout)), Done):
                match message:
                    case Begun(number):
                        death = _Death(number)
                    case Asking(case):
                        death = replace(death, case=case)
                    case Broken(trace):
                        text = f"a defect of gradspec in a worker:\n{trace}"
                        raise WorkerError(text)
        except (EOFError, OSError):
            if self._is_closed:
                raise
            status = self._process.wait() if self._process else 0
            self._end()
            raise _DiedError(replace(death, status=status)) from None
        else:
            return message

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is not None:
            return self._process
        process = subprocess.Popen(  # noqa: S603 - this interpreter, and a module of gradspec
            [sys.executable, "-P", "-m", MODULE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,  # an interrupt is for whoever started this, who then ends it
        )
        self._process = process
        try:
            send(_pipe(process.stdin), sys.path)
            send(_pipe(process.stdin), Hello(self._source, self._settings))
            _require_ready(receive(_pipe(process.stdout)))
        except (EOFError, OSError) as error:
            if self._is_closed:
                raise
            message = f"the target ended the worker that loaded it: {_words(process.wait())}"
            raise TargetError(message) from error
        return process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for pipe in (process.stdin, process.stdout):
            with suppress(OSError):  # what was not sent cannot be sent any more
                _pipe(pipe).close()


@dataclass(frozen=True)
class _Death:
    """Of a worker in the middle of a unit."""

    number: int
    """Of the job that was being done."""
    case: Case | None = None
    """That was being asked, where it was told."""
    status: int = 0
    """Exit status."""


class _DiedError(Exception):
    """Raised where a worker does not answer any more."""

    def __init__(self, death: _Death) -> None:
        super().__init__(_words(death.status))
        self.death = death


def _require_ready(message: object) -> None:
    match message:
        case Refused(reason):
            raise TargetError(reason)
        case Ready(theirs):
            ours = versions()
            for name in ours:
                if theirs.get(name) != ours[name]:
                    text = (
                        f"a worker has {name} {theirs.get(name)}, and here it is {ours[name]}: the same seed would "
                        "draw other cases, or judge them otherwise; install the same versions on every machine"
                    )
                    raise WorkerError(text)


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None  # noqa: S101 - both are asked for when the process is started
    return pipe


def _words(status: int) -> str:
    """How a process ended."""
    if status >= 0:
        return f"it ended with exit status {status}"
    try:
        return f"it was ended by {signal.Signals(-status).name}"
    except ValueError:
        return f"it was ended by signal {-status}"


def rows_of_death(job: Job, case: Case | None, reason: str, settings: Settings) -> tuple[Row, ...]:
    """The rows of a job that could not be done: errors at the ``case`` asked last, or at the first if none is known."""
    first = case or next(iter(corpus(job.operation, job.format_name, job.regime, settings.conventions)))
    finding = Finding(Kind.ERROR, reason)
    examination = Examination(first, Raised(reason), dict.fromkeys(job.levels, finding), hazards=first.hazards)
    rows = []
    for level in job.levels:
        tally = Tally(RowName(job.clause, job.operation, job.format_name, job.regime, level))
        tally.add(examination)
        rows.append(tally.row(frozenset(), None))
    return tuple(rows)


def _marked(rows: tuple[Row, ...], death: _Death | None) -> tuple[Row, ...]:
    """``rows`` with a word on a process that ended itself, once and not again."""
    if death is None or death.status in FROM_OUTSIDE:
        return rows
    words = f"the process of the target died once, and not when it was asked again: {_words(death.status)}"
    return tuple(replace(row, observations=(*row.observations, words)) for row in rows)
