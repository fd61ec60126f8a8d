"""
Where the time of a run goes: the oracle, Hypothesis, the target, and everything else.

Run from the checkout: ``python -m tests.benchmarks.run_profile reference --format float64``. The few functions at which
a run passes from one part to another are wrapped with a clock of processor time; each second counts for the innermost.
"""

from __future__ import annotations

import sys
import time
from collections import Counter, defaultdict
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import wraps
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import click

from gradspec.conformance import Request, load, run
from gradspec.conformance import examining as examining_jobs
from gradspec.conformance.checks import examiner
from gradspec.conformance.checks.registry import CHECKS
from gradspec.conformance.distributing import unit
from gradspec.conformance.examining import EFFORTS
from gradspec.conformance.strategies import cases

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gradspec.conformance.report import Report

ELSE = "everything else"
"""What no wrapped function spends."""


@dataclass
class Clock:
    """Processor time by part, each second in the innermost part that is running."""

    seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    """Of each part."""
    calls: Counter[str] = field(default_factory=Counter)
    """How often each part was entered."""
    _running: list[str] = field(default_factory=lambda: [ELSE])
    _since: float = field(default_factory=time.process_time)

    def enter(self, part: str) -> None:
        """From now on the time is that of ``part``."""
        self._turn()
        self.calls[part] += 1
        self._running.append(part)

    def leave(self) -> None:
        """From now on it is that of the part before."""
        self._turn()
        self._running.pop()

    def _turn(self) -> None:
        now = time.process_time()
        self.seconds[self._running[-1]] += now - self._since
        self._since = now

    def timed(self, part: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """``function``, whose time is that of ``part``."""

        @wraps(function)
        def wrapped(*arguments: Any, **keywords: Any) -> Any:
            self.enter(part)
            try:
                return function(*arguments, **keywords)
            finally:
                self.leave()

        return wrapped

    def timed_each(self, part: str, function: Callable[..., Iterator[Any]]) -> Callable[..., Iterator[Any]]:
        """A generator function of which each step is timed."""
        step = self.timed(part, next)

        @wraps(function)
        def wrapped(*arguments: Any, **keywords: Any) -> Iterator[Any]:
            steps = function(*arguments, **keywords)
            while (made := step(steps, None)) is not None:
                yield made

        return wrapped


class TimedTarget:
    """A target whose calls are timed."""

    def __init__(self, target: Any, clock: Clock) -> None:
        self._target = target
        self.call = clock.timed("target", target.call)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._target, name)


def profiled(target: Any, request: Request) -> tuple[Clock, Report]:
    """The time by part of one run in this process, and its report."""
    clock = Clock()
    places = (
        ("oracle, true values", examiner, "truth"),
        ("oracle, envelopes", examiner, "around"),
        ("judging", examiner, "judge_arrays"),
        ("asking: copies, layouts", examiner, "ask"),
        ("drawing", cases, "_picked"),
        ("Hypothesis", examining_jobs, "_draw"),
        ("diagnosis", unit, "diagnosed"),
    )
    checks = {clause: replace(check, judge=clock.timed(ELSE, check.judge)) for clause, check in CHECKS.items()}
    with ExitStack() as stack:
        for part, module, name in places:
            timed = clock.timed_each if name == "diagnosed" else clock.timed
            stack.enter_context(patch.object(module, name, timed(part, getattr(module, name))))
        corpus = clock.timed_each("corpus", cases.corpus)
        stack.enter_context(patch.object(examining_jobs, "corpus", corpus))
        stack.enter_context(patch.object(examining_jobs, "CHECKS", checks))
        clock.enter(ELSE)
        report = run(TimedTarget(target, clock), request)
        clock.leave()
    return clock, report


def table(clock: Clock) -> Iterator[str]:
    """Seconds, share and calls of each part, largest first."""
    total = sum(clock.seconds.values())
    yield f"{'part':26s} {'seconds':>9s} {'share':>7s} {'calls':>9s}"
    for part, seconds in sorted(clock.seconds.items(), key=lambda each: -each[1]):
        yield f"{part:26s} {seconds:9.1f} {seconds / total:7.1%} {clock.calls[part]:9d}"
    yield f"{'total':26s} {total:9.1f} {1:7.1%}"


@click.command()
@click.argument("target", default="reference")
@click.option("--format", "formats", multiple=True, default=("float64",), show_default=True, help="Repeatable.")
@click.option("--effort", default="standard", show_default=True, type=click.Choice(list(EFFORTS)))
@click.option("--clause", "clauses", multiple=True, help="Only clauses that match.")
def main(target: str, formats: tuple[str, ...], effort: str, clauses: tuple[str, ...]) -> None:
    """The shares of a run of TARGET in processor time of one process, with some percent for the clock itself."""
    clock, report = profiled(load(target), Request(formats=formats, effort=effort, clauses=clauses))
    click.echo(f"{target}, {' '.join(formats)}, {effort}: {len(report.results)} rows, Python {sys.version.split()[0]}")
    for line in table(clock):
        click.echo(line)


if __name__ == "__main__":
    main()
