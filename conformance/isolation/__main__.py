"""The process that loads a Python target and answers for it: what :class:`.isolated.Isolated` starts."""

from __future__ import annotations

import faulthandler
import os
import sys
import time
from collections import deque
from typing import IO, TYPE_CHECKING, Any

from ..adapters.errors import TargetError
from ..asking import ask
from ..outcome import Outcome, Raised, Value
from ..told import described, said_by
from .channel import GREETING, received, taken, told
from .description import Description
from .plain import plain_answer, plain_outcome
from .surroundings import changes, observed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ...spec.conventions import Conventions
    from ..adapters.target import Target
    from ..case import Case
    from .plain import Plain
    from .source import Source

KEPT_ANSWERS = 64
"""How many of the last answers are kept, to be looked at again."""


SECONDS_BETWEEN_SIGNS = 0.5
"""How long a request is answered in silence, at least."""


def main() -> None:
    """Load the target, and answer until nobody asks any more."""
    incoming, outgoing = taken()
    faulthandler.enable()
    try:
        sys.path[:] = received(incoming)
        host = _host(received(incoming), outgoing)
        while host is not None:
            host.answer(*received(incoming))
    except EOFError:
        pass
    finally:
        outgoing.flush()
        # Not by the interpreter's own end, which waits for threads that the target may have left behind.
        os._exit(0 if sys.exc_info()[0] is None else _reported())


def _reported() -> int:
    """The exit status after an exception of the host itself, which is printed."""
    sys.excepthook(*sys.exc_info())
    sys.stderr.flush()
    return 1


def _host(source: Source, outgoing: IO[bytes]) -> _Host | None:
    """The target with what answers for it, described; or nothing, and the reason told."""
    before = observed()
    try:
        target = source.open_here()
    except TargetError as error:
        told(outgoing, GREETING, "refused", str(error))
        return None
    except BaseException as error:  # noqa: BLE001 - whatever a stranger's module raises
        told(outgoing, GREETING, "refused", f"the target cannot be made: {described(error)}")
        return None
    description = Description.by(target, "; ".join(changes(before, observed())))
    told(outgoing, GREETING, "ready", description.plain())
    return _Host(target, outgoing)


class _Host:
    """A loaded target, and its last answers."""

    def __init__(self, target: Target, outgoing: IO[bytes]) -> None:
        self._target = target
        self._outgoing = outgoing
        self._kept: deque[tuple[int, Callable[[], bool]]] = deque(maxlen=KEPT_ANSWERS)
        self._count = 0
        self._process = os.getpid()
        self._surroundings = observed()
        self._heard = time.monotonic()  # when whoever started this heard of it, or spoke to it

    def answer(self, number: int, request: tuple[Any, ...]) -> None:
        """One request, and its number."""
        self._heard = time.monotonic()
        match request:
            case ("ask", cases, conventions):
                outcomes: list[Plain] = []
                for case in cases:
                    self._say_that_it_lives(number, len(outcomes))
                    outcomes.append(self._outcome(case, conventions))
                self._end_if_forked()
                told(self._outgoing, number, "outcomes", outcomes, observed() != self._surroundings)
            case ("changed",):
                told(self._outgoing, number, "numbers", [kept for kept, has_changed in self._kept if has_changed()])
            case ("call", operation, arguments, keywords, format_name):
                answer = self._called(operation, arguments, keywords, format_name)
                self._end_if_forked()
                told(self._outgoing, number, *answer)
            case ("stop",):
                self._target.close()
                raise EOFError

    def _outcome(self, case: Case, conventions: Conventions) -> Plain:
        outcome: Outcome
        try:
            outcome = ask(self._target, case, conventions)
        except KeyboardInterrupt as interrupt:  # of the target's own making: nobody interrupts this process
            outcome = Raised(described(interrupt))
        self._count += 1
        if isinstance(outcome, Value):
            self._kept.append((self._count, outcome.has_changed))
        return plain_outcome(outcome, self._count)

    def _say_that_it_lives(self, number: int, done: int) -> None:
        """Where that takes long: the time limit is for one call, not for all of a request."""
        if done and time.monotonic() - self._heard > SECONDS_BETWEEN_SIGNS:
            self._end_if_forked()
            told(self._outgoing, number, "done", done)
            self._heard = time.monotonic()

    def _called(
        self, operation: str, arguments: Sequence[Any], keywords: dict[str, float], format_name: str
    ) -> tuple[str, Any]:
        try:
            answer = self._target.call(operation, list(arguments), keywords, format_name)
            return ("answer", plain_answer(answer))
        except NotImplementedError as error:
            return ("unsupported", said_by(error))
        except BaseException as error:  # noqa: BLE001 - whatever the target raises is told
            return ("raised", described(error))

    def _end_if_forked(self) -> None:
        """A target may fork, and its child comes back here too; it has nothing to answer."""
        if os.getpid() != self._process:
            os._exit(0)


if __name__ == "__main__":
    main()
