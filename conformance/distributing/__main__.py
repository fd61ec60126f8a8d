"""A worker: a process that opens the target and does the units that it is sent on its standard input."""

from __future__ import annotations

import signal
import sys
import traceback
from contextlib import closing, suppress
from typing import IO, TYPE_CHECKING

from ..adapters.errors import TargetError
from ..checks.examiner import Examiner
from ..environment import versions
from ..isolation.channel import taken
from ..told import described
from .messages import Broken, Ready, Refused, receive, send
from .unit import reach

if TYPE_CHECKING:
    from types import FrameType

    from ..adapters.target import Target
    from .messages import Hello
    from .unit import Settings, Unit


def main() -> None:
    """Serve until nobody asks any more, or until told to end."""
    incoming, outgoing = taken()
    with suppress(EOFError, BrokenPipeError):  # whoever started this is gone
        _serve(incoming, outgoing)


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
        send(outgoing, Refused(f"the target cannot be made in a worker: {described(error)}"))
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


def _perform(unit: Unit, target: Target, settings: Settings, outgoing: IO[bytes]) -> None:
    examiner = Examiner(target, settings.conventions, settings.function_ulps)
    try:
        reached = reach(unit, settings, examiner)
    except BrokenPipeError:
        raise
    except Exception:  # noqa: BLE001 - told to whoever started this
        send(outgoing, Broken(traceback.format_exc()))
        return
    send(outgoing, reached)


if __name__ == "__main__":
    main()
