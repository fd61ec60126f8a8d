"""Asking a target that may end its process: the call that is to blame is an error, and no other."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from ..outcome import Raised, Value
from .child import SECONDS_TO_END, Child, DiedError, KilledError
from .limits import GIBIBYTE, Limits, limit_memory

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ...spec.conventions import Conventions
    from ..case import Case
    from ..outcome import Outcome
    from .in_flight import InFlight

T = TypeVar("T")

DEATHS = 60
"""Clause ``conformance.target``: an operation that has ended its process so often is not asked any more."""

HANGS = 5
"""Likewise one that has so often not answered in time."""


class Restarting:
    """
    The process of a target, which is started when it is needed and again after its end.

    A subclass says what it is, how it is greeted, and how it is asked.
    """

    def __init__(self, words: Sequence[str], limits: Limits) -> None:
        self._words = words
        self._limits = limits
        self._child: Child | None = None
        self._deaths: dict[str, int] = {}
        self._hangs: dict[str, int] = {}
        self._had = self._has = 0  # bytes of memory, when it was loaded and when it was last asked
        self.in_flight: InFlight | None = None
        """Hears of the cases that are asked next, and of none when they are answered."""

    def outcomes(self, cases: Sequence[Case], conventions: Conventions) -> list[Outcome]:
        """
        The outcome of each case, asked in order.

        They go out together. Where the process ends meanwhile, each is asked again alone; an operation that has done
        that once is asked one by one from then on.
        """
        operation = cases[0].operation
        if len(cases) == 1 or operation in self._deaths:
            return [self._alone(case, conventions) for case in cases]
        if self._has_grown():
            self._let_go()
        try:
            return self._told(cases, lambda: self._asked(cases, conventions))
        except DiedError as error:
            self._note(operation, error)
            outcomes = [self._alone(case, conventions) for case in cases]
            return outcomes if error.from_outside else _noted(outcomes, error)

    def close(self) -> None:
        """End the process."""
        if self.in_flight is not None:
            self.in_flight.close()
        self._let_go()

    def _let_go(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            self._farewell(child)
            child.end(SECONDS_TO_END)

    def _has_grown(self) -> bool:
        """
        Whether the process has taken as much memory as one request may, over all requests.

        A framework that compiles what it is asked keeps every program. That is no fault, and a new process mends it.
        """
        return self._limits.memory is not None and self._has - self._had > self._limits.memory * GIBIBYTE

    def _alone(self, case: Case, conventions: Conventions) -> Outcome:
        operation = case.operation
        if (deaths := self._deaths.get(operation, 0)) >= DEATHS:
            return Raised(f"not asked: {operation} has ended its process {deaths} times before", is_fatal=True)
        if (hangs := self._hangs.get(operation, 0)) >= HANGS:
            return Raised(f"not asked: {operation} has not answered in time {hangs} times before", is_fatal=True)
        try:
            return self._told([case], lambda: self._asked_again([case], conventions))[0]
        except DiedError as error:
            self._note(operation, error)
            limit = f": the limit is {self._limits.seconds:g} seconds" if error.hung else ""
            return Raised(f"the target {error}{limit}", is_fatal=True)

    def _asked_again(self, cases: Sequence[Case], conventions: Conventions) -> list[Outcome]:
        """Twice, where somebody else ended the process."""
        try:
            return self._asked(cases, conventions)
        except KilledError:
            return self._asked(cases, conventions)

    def _told(self, cases: Sequence[Case], asked: Callable[[], T]) -> T:
        """What ``asked`` returns, the cases told before and none after."""
        if self.in_flight is None:
            return asked()
        self.in_flight(cases)
        found = asked()
        self.in_flight(())
        return found

    def _note(self, operation: str, error: DiedError) -> None:
        self._deaths[operation] = self._deaths.get(operation, 0) + 1
        self._hangs[operation] = self._hangs.get(operation, 0) + error.hung

    def _exchanged(self, exchange: Callable[[Child, float], T]) -> T:
        """What ``exchange`` makes of the running child before its deadline; a child that dies is let go of."""
        child = self._child or self._start()
        self._has = limit_memory(child.pid, self._limits)
        try:
            return exchange(child, time.monotonic() + self._limits.seconds)
        except DiedError:
            self._child = None
            child.end()
            raise

    def _start(self) -> Child:
        child = Child(self._words)
        self._child = child
        try:
            self._greet(child)
        except BaseException:
            self._child = None
            child.end()
            raise
        self._had = limit_memory(child.pid, self._limits)
        return child

    def _greet(self, child: Child) -> None:
        """What is said to a child before it is asked anything."""
        raise NotImplementedError

    def _farewell(self, child: Child) -> None:
        """What is said to a child that is not needed any more."""
        raise NotImplementedError

    def _asked(self, cases: Sequence[Case], conventions: Conventions) -> list[Outcome]:
        """The outcomes of ``cases``; raises :class:`DiedError` where the child does not give them all."""
        raise NotImplementedError


def _noted(outcomes: list[Outcome], error: DiedError) -> list[Outcome]:
    """``outcomes`` with a word on a process that ended when they were asked together, and not one by one."""
    if any(isinstance(outcome, Raised) and outcome.is_fatal for outcome in outcomes):
        return outcomes
    note = f"the process of the target {error} to {len(outcomes)} calls, and answered each when it was asked again"
    return [replace(outcome, notes=(note,)) if isinstance(outcome, Value) else outcome for outcome in outcomes]
