"""A Python target in a process of its own, seen from outside."""

from __future__ import annotations

import pickle
import sys
import time
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from ..adapters.errors import TargetError
from .channel import framed, received_from
from .child import DiedError
from .limits import SECONDS_TO_START, Limits
from .plain import answer_of, outcome_of
from .restarting import Restarting

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ...spec.conventions import Conventions
    from ..case import Case
    from ..outcome import Outcome
    from .child import Child
    from .source import Source

MODULE = "gradspec.conformance.isolation"
"""What the process runs."""


class RemoteError(RuntimeError):
    """What the target raised, in its own process."""


class Isolated(Restarting):
    """
    The target of a source, loaded by another process, which is asked over pipes.

    Raises :class:`TargetError` where the target cannot be had.
    """

    def __init__(self, source: Source, limits: Limits) -> None:
        super().__init__([sys.executable, "-P", "-m", MODULE], limits)
        self._source = source
        self._described: Mapping[str, Any] = {}
        self._generation = 0
        self._changed: frozenset[int] | None = None  # the numbers of answers, since what was last requested
        try:
            self._start()
        except DiedError as error:
            message = f"the process that loads the target {error}"
            raise TargetError(message) from error
        self.name: str = self._described["name"]
        self.version: str = self._described["version"]
        self.formats: tuple[str, ...] = self._described["formats"]
        self.conventions: Mapping[str, object] = self._described["conventions"]
        self.environment: Mapping[str, str] = self._described["environment"]
        self.derived: Mapping[str, tuple[str, ...]] = self._described["derived"]

    def offers(self, operation: str) -> bool:
        """Whether the target has a function of that name."""
        return operation in self._described["operations"]

    def call(self, operation: str, arguments: list[Any], keywords: dict[str, float], format_name: str) -> Any:  # noqa: ANN401 - as the target answers
        """The target's answer as arrays; raises NotImplementedError, or :class:`RemoteError` for all else it raises."""
        match self._requested(("call", operation, arguments, keywords, format_name)):
            case ("answer", answer):
                return answer_of(answer)
            case ("unsupported", reason):
                raise NotImplementedError(reason)
            case (_, reason):
                raise RemoteError(reason)

    def _greet(self, child: Child) -> None:
        child.send(framed(sys.path))
        child.send(framed(self._source))
        match _received(child, time.monotonic() + SECONDS_TO_START):
            case ("ready", described):
                self._described = described
                self._generation += 1
            case (_, reason):
                raise TargetError(reason)

    def _farewell(self, child: Child) -> None:
        child.send(framed(("stop",)))

    def _asked(self, cases: Sequence[Case], conventions: Conventions) -> list[Outcome]:
        try:
            _, plain, is_disturbed = self._requested(("ask", list(cases), dict(conventions)))
            outcomes = [outcome_of(each, partial(self._has_changed, self._generation)) for each in plain]
        except (ValueError, TypeError, TargetError) as error:
            message = f"gave an answer that cannot be read: {error}"
            raise DiedError(message) from error
        if is_disturbed:
            self._let_go()
        return outcomes

    def _has_changed(self, generation: int, number: int) -> bool:
        """Whether an answer has changed; one that is lost with its process, or is not kept any more, has not."""
        if generation != self._generation or self._child is None:
            return False
        if self._changed is None:
            with suppress(DiedError):
                self._changed = frozenset(self._requested(("changed",))[1])
        return number in (self._changed or ())

    def _requested(self, message: tuple[Any, ...]) -> tuple[Any, ...]:
        self._changed = None

        def exchange(child: Child, deadline: float) -> tuple[Any, ...]:
            child.send(framed(message))
            return _received(child, deadline)

        return self._exchanged(exchange)


def _received(child: Child, deadline: float) -> tuple[Any, ...]:
    try:
        message: tuple[Any, ...] = received_from(child, deadline)
    except (ValueError, EOFError, pickle.UnpicklingError) as error:
        text = f"gave an answer that cannot be read: {error}"
        raise DiedError(text) from error
    return message
