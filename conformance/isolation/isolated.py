"""A Python target in a process of its own, seen from outside."""

from __future__ import annotations

import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from ..adapters.errors import TargetError
from ..layout import expected_shapes
from ..outcome import Value
from ..told import storable
from .channel import GREETING, framed, parsed
from .child import DiedError
from .description import Description
from .limits import SECONDS_TO_START, Limits
from .plain import Plain, answer_of, outcome_of
from .restarting import Restarting

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ...spec.conventions import Conventions
    from ..case import Case
    from ..outcome import Outcome
    from .child import Child
    from .source import Source

T = TypeVar("T")

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
        self._described = Description()
        self._generation = 0
        self._count = GREETING  # of requests
        self._changed: frozenset[int] | None = None  # the numbers of answers, since what was last requested
        try:
            self._start()
        except DiedError as error:
            message = f"the process that loads the target {error}"
            raise TargetError(message) from error
        self.name = self._described.name
        self.version = self._described.version
        self.formats = self._described.formats
        self.conventions: Mapping[str, object] = self._described.conventions
        self.environment = self._described.environment
        self.derived = self._described.derived

    def offers(self, operation: str) -> bool:
        """Whether the target has a function of that name."""
        return operation in self._described.operations

    def call(self, operation: str, arguments: list[Any], keywords: dict[str, float], format_name: str) -> Any:  # noqa: ANN401 - as the target answers
        """The target's answer as arrays; raises NotImplementedError, or :class:`RemoteError` for all else it raises."""
        match self._requested(("call", operation, arguments, keywords, format_name), _called):
            case "answer", answer:
                return answer
            case "unsupported", reason:
                raise NotImplementedError(reason)  # as a target in this process says that it does not offer a case
            case _, reason:
                raise RemoteError(reason)

    def _greet(self, child: Child) -> None:
        child.send(framed(sys.path))
        child.send(framed(self._source))
        described = _received(child, time.monotonic() + SECONDS_TO_START, GREETING, _ready)
        if isinstance(described, str):
            raise TargetError(described)
        self._described = described
        self._generation += 1

    def _farewell(self, child: Child) -> None:
        child.send(framed((self._count + 1, ("stop",))))

    def _asked(self, cases: Sequence[Case], conventions: Conventions) -> list[Outcome]:
        try:
            outcomes, is_disturbed = self._requested(
                ("ask", list(cases), dict(conventions)), partial(self._taken, cases), len(cases)
            )
        except TargetError as error:
            message = f"cannot be loaded again: {error}"
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
                self._changed = self._requested(("changed",), _numbers)
        return number in (self._changed or ())

    def _requested(self, message: tuple[Any, ...], read: Callable[[list[Any]], T], calls: int = 1) -> T:
        """What ``read`` makes of the answer to ``message``, each of whose ``calls`` may take as long as one may."""
        self._changed = None
        self._count += 1

        def exchange(child: Child, deadline: float) -> T:
            child.send(framed((self._count, message)))
            done = 0
            while isinstance(found := _received(child, deadline, self._count, partial(_done_or, read, calls)), _Done):
                if found.calls <= done:
                    text = f"said {found.calls} of its {calls} calls done after {done}"
                    raise DiedError(text)
                done, deadline = found.calls, time.monotonic() + self._limits.seconds
            return found

        return self._exchanged(exchange)

    def _taken(self, cases: Sequence[Case], message: list[Any]) -> tuple[list[Outcome], bool]:
        """The outcomes of ``cases``, and whether something else than the answers is another than before."""
        match message:
            case ["outcomes", list(plain), bool(is_disturbed)] if len(plain) == len(cases):
                # By the generation that answers, which may have been started for this request.
                has_changed = partial(self._has_changed, self._generation)
                return [
                    _outcome(each, case, has_changed) for each, case in zip(plain, cases, strict=True)
                ], is_disturbed
        return _refuse(message)


def _received(child: Child, deadline: float, number: int, read: Callable[[list[Any]], T]) -> T:
    """
    What ``read`` makes of the answer of a child to a request; raises :class:`DiedError` where it cannot read it.

    Whatever the target writes to the pipe on its own costs the request that is under way.
    """
    try:
        return read(parsed(child.line(deadline), number))
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        text = f"gave an answer that cannot be read: {error}"
        raise DiedError(text) from error


@dataclass(frozen=True)
class _Done:
    """What a child says that answers for long."""

    calls: int
    """How many of the calls of a request have been made, out of more."""


def _done_or(read: Callable[[list[Any]], T], calls: int, message: list[Any]) -> T | _Done:
    """That so many of ``calls`` are done, or what ``read`` makes of the answer to all of them."""
    match message:
        case ["done", int(count)] if count < calls:
            return _Done(count)
    return read(message)


def _ready(message: list[Any]) -> Description | str:
    """What the target is, or why it cannot be had."""
    match message:
        case ["ready", dict(plain)]:
            return Description.of(plain)
        case ["refused", str(reason)]:
            return storable(reason)
    return _refuse(message)


def _called(message: list[Any]) -> tuple[str, Any]:
    """What became of a call, and the answer or the reason."""
    match message:
        case ["answer", plain]:
            return "answer", answer_of(plain)
        case ["unsupported" | "raised" as kind, str(reason)]:
            return kind, storable(reason)
    return _refuse(message)


def _numbers(message: list[Any]) -> frozenset[int]:
    match message:
        case ["numbers", list(numbers)] if all(isinstance(each, int) for each in numbers):
            return frozenset(numbers)
    return _refuse(message)


def _refuse(message: list[Any]) -> NoReturn:
    text = f"{message!r:.200} is not what was asked for"
    raise ValueError(text)


def _outcome(plain: Plain, case: Case, has_changed: Callable[[int], bool]) -> Outcome:
    """The outcome of ``case``; raises ValueError where its arrays are not of its shapes and of its dtype."""
    outcome = outcome_of(plain, has_changed)
    if isinstance(outcome, Value):
        found = [(array.shape, array.dtype) for array in outcome.arrays]
        expected = [
            (shape, case.number_format.dtype) for _, _, shape in expected_shapes(case.declaration, case.arguments)
        ]
        if found != expected:
            message = f"arrays of {found} came, where the operation has {expected}"
            raise ValueError(message)
    return outcome
