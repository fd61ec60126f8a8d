"""
A worker: a process that loads the target and does what it is told on its standard input.

What the target itself reads is empty, and what it prints goes to standard error.
"""

from __future__ import annotations

import os
import signal
import sys
import traceback
from contextlib import closing, suppress
from typing import TYPE_CHECKING

from ..adapters.errors import TargetError
from ..checks.examiner import Examiner
from .messages import Asking, Begun, Broken, Done, Ready, Refused, receive, send, versions
from .unit import portable, reach

if TYPE_CHECKING:
    from types import FrameType
    from typing import IO

    from ..adapters.target import Target
    from ..case import Case
    from .messages import Hello, Task
    from .unit import Settings


def main() -> None:
    """Serve until nobody asks any more, or until told to end."""
    incoming, outgoing = _channel()
    with suppress(EOFError, BrokenPipeError):  # whoever started this is gone
        _serve(incoming, outgoing)


def _channel() -> tuple[IO[bytes], IO[bytes]]:
    """The pipes to whoever started this, out of the target's reach."""
    incoming, outgoing = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return incoming, outgoing


def _serve(incoming: IO[bytes], outgoing: IO[bytes]) -> None:
    sys.path[:] = receive(incoming)
    try:
        hello: Hello = receive(incoming)
        target = hello.source.open()
    except EOFError:
        raise
    except TargetError as error:
        send(outgoing, Refused(str(error)))
        return
    except Exception as error:  # noqa: BLE001 - whatever a stranger's module raises
        send(outgoing, Refused(f"the target cannot be made in a worker: {type(error).__name__}: {error}"))
        return
    with closing(target):
        _close_when_told_to_end(target)
        send(outgoing, Ready(versions()))
        while True:
            _perform(receive(incoming), target, hello.settings, outgoing)


def _close_when_told_to_end(target: Target) -> None:
    """Not by an exception, which whatever is running might take for its own, or lose."""

    def end(number: int, frame: FrameType | None) -> None:
        del frame
        target.close()
        signal.signal(number, signal.SIG_DFL)
        signal.raise_signal(number)

    signal.signal(signal.SIGTERM, end)


def _perform(task: Task, target: Target, settings: Settings, outgoing: IO[bytes]) -> None:
    is_careful = False

    def asking(case: Case) -> None:
        if is_careful:
            send(outgoing, Asking(case))

    def begin(number: int) -> bool:
        nonlocal is_careful
        is_careful = number in task.careful
        if number not in task.left_out:
            send(outgoing, Begun(number))
        return number not in task.left_out

    examiner = Examiner(target, settings.conventions, settings.function_ulps, asking=asking)
    try:
        reached = reach(task.unit, settings, examiner, begin)
    except BrokenPipeError:
        raise
    except Exception:  # noqa: BLE001 - told to whoever started this
        send(outgoing, Broken(traceback.format_exc()))
        return
    rows = tuple(tuple(portable(row) for row in each) for each in reached.rows)
    send(outgoing, Done(rows, reached.diagnoses))


if __name__ == "__main__":
    main()
