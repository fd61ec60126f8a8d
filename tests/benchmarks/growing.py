"""How the time of several methods grows with the size of a problem: measured side by side, extrapolated, in tables."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial
from math import log
from statistics import median
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

P = TypeVar("P")

LEAST = 0.01
"""CPU seconds for which a quick call is repeated."""

SLOW = 3.0
"""CPU seconds from which a call is made once only."""

LONGEST = 20.0
"""CPU seconds that a call is expected to take from which it is not made: its time is extrapolated."""

EXTRAPOLATED = "*"
"""What follows the time of a call that was not made."""


@dataclass(frozen=True)
class Growth:
    """The CPU seconds of one method, one a size, the least size first."""

    sizes: tuple[int, ...]
    """Of the problems."""
    seconds: tuple[float, ...]
    """Medians of rounds, extrapolated from where they were expected to be longer than :data:`LONGEST`."""
    measured: int
    """How many of them, from the first on, were measured."""

    def exponent(self, last: int | None = None) -> float:
        """The slope of log time against log size, of the ``last`` measured sizes or of all: a least-squares fit."""
        places = slice(max(0, self.measured - (last or self.measured)), self.measured)
        slope, _ = np.polyfit(np.log(self.sizes[places]), np.log(self.seconds[places]), 1)
        return float(slope)

    def mark(self, place: int) -> str:
        """What follows the time at one place."""
        return "" if place < self.measured else EXTRAPOLATED


def growths(
    problems: Sequence[P], size: Callable[[P], int], methods: Mapping[str, Callable[[P], Any]], rounds: int
) -> dict[str, Growth]:
    """The growth of every method over ``problems``, at each of which all are measured in turn, ``rounds`` times."""
    sizes = tuple(map(size, problems))
    seconds: dict[str, list[float]] = {name: [] for name in methods}
    counts = dict.fromkeys(methods, 0)
    for place, problem in enumerate(problems):
        expected = {name: _expected(sizes[:place], times, sizes[place]) for name, times in seconds.items()}
        made = {
            name: partial(method, problem)
            for name, method in methods.items()
            if counts[name] == place and expected[name] < LONGEST
        }
        found = _medians(made, rounds)
        for name, times in seconds.items():
            times.append(found.get(name, expected[name]))
            counts[name] += name in found
    return {name: Growth(sizes, tuple(times), counts[name]) for name, times in seconds.items()}


def _expected(sizes: Sequence[int], seconds: Sequence[float], size: int) -> float:
    """The time at ``size`` by the power of the size that the last two times show, by the first power at least."""
    if not seconds:
        return 0.0
    exponent = log(seconds[-1] / seconds[-2]) / log(sizes[-1] / sizes[-2]) if len(seconds) > 1 else 1.0
    return float(seconds[-1] * (size / sizes[-1]) ** max(1.0, exponent))


def _medians(actions: Mapping[str, Callable[[], Any]], rounds: int) -> dict[str, float]:
    """Seconds, but for the first, in which compilers and self-tests run, where that was not slow."""
    times = {name: [_seconds(action)] for name, action in actions.items()}
    quick = {name for name, (first,) in times.items() if first < SLOW}
    for _ in range(rounds):
        for name in quick:
            times[name].append(_seconds(actions[name]))
    return {name: median(each[1:] or each) for name, each in times.items()}


def _seconds(action: Callable[[], Any]) -> float:
    """CPU seconds of a call, the mean of as many as fill :data:`LEAST`."""
    calls, spent, start = 0, 0.0, time.process_time()
    while spent < LEAST:
        action()
        calls += 1
        spent = time.process_time() - start
    return spent / calls


def duration(seconds: float) -> str:
    """Two digits and a unit."""
    for unit, length in (("s", 1.0), ("ms", 1e-3)):
        if seconds >= length:
            return f"{multiple(seconds / length)} {unit}"
    return f"{multiple(seconds / 1e-6)} µs"


def multiple(number: float) -> str:
    """A positive number with two digits, or all that it has before the point."""
    return f"{number:,.0f}" if number >= 9.95 else f"{number:.1f}"


def table(rows: Iterable[Iterable[object]]) -> str:
    """A table in Markdown; the first row is its head."""
    head, *body = [[str(cell) for cell in row] for row in rows]
    return "\n".join("| " + " | ".join(row) + " |" for row in (head, ["---"] * len(head), *body))
