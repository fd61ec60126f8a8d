"""
One worker, seen from outside: a process that is started when it is needed, and again when somebody else ended it.

The target is in a process of the worker's own, so that a target that dies takes no worker along.
"""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress
from typing import IO, TYPE_CHECKING

from ..adapters.errors import TargetError
from ..environment import versions
from ..isolation.child import SECONDS_TO_END, ended
from .errors import WorkerError
from .messages import Broken, Hello, Ready, Refused, receive, send

if TYPE_CHECKING:
    from ..isolation.source import Source
    from .unit import Reached, Settings, Unit

MODULE = "gradspec.conformance.distributing"
"""What a worker runs."""

ATTEMPTS = 3
"""How often a unit is begun, where the worker is ended in the middle of it."""


class Worker:
    """A process that does units, one at a time, for the target of ``source`` under ``settings``."""

    def __init__(self, source: Source, settings: Settings) -> None:
        self._source = source
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None
        self._is_closed = False

    def reach(self, unit: Unit) -> Reached:
        """
        What ``unit`` comes to; it is done again from the start where the worker is ended in the middle of it.

        Raises :class:`TargetError` where the target cannot be had, and :class:`WorkerError` where gradspec is to blame.
        """
        for _ in range(ATTEMPTS):
            try:
                return self._done(unit)
            except (EOFError, OSError):
                if self._is_closed:
                    raise
                status = self._process.wait() if self._process else 0
                self._end()
        where = f"at {unit.jobs[0].operation}, begun {ATTEMPTS} times"
        hint = "without --in-process a target that dies costs its own verdict only" if self._source.in_process else ""
        message = f"a worker {ended(status)} {where}" + (f"; {hint}" if hint else "")
        raise WorkerError(message)

    def close(self) -> None:
        """End the process, from whichever thread; nothing more is done."""
        self._is_closed = True
        self._end()

    def _done(self, unit: Unit) -> Reached:
        process = self._running()
        send(_pipe(process.stdin), unit)
        message: Reached | Broken = receive(_pipe(process.stdout))
        if isinstance(message, Broken):
            text = f"a defect of gradspec in a worker:\n{message.trace}"
            raise WorkerError(text)
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
            message = f"the target ended the worker that loaded it: it {ended(process.wait())}"
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
