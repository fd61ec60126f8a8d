"""
Running one job: a clause on an operation in a format and regime, that is, the rows of its levels.

The corpus runs first, then what Hypothesis draws. Each row that fails is then run again with the same seed,
now raising at each failure, so that Hypothesis shrinks it. A case that is met on the way and fails another row of
the job counts there. No clock takes part: shrinking ends after a fixed number of calls.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings

from .checks.finding import Kind
from .checks.registry import CHECKS, Subject
from .encoding import encoded_case
from .outcome import Raised
from .row import Example, Row, RowName, Tally, is_failure, size
from .strategies.cases import corpus, drawn_cases
from .strategies.independence import independent_draws
from .verdict import LEVELS_OF_REGIME, Level

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from .case import Case
    from .checks.examiner import Examiner
    from .checks.finding import Examination


@dataclass(frozen=True)
class Effort:
    """How much a run draws."""

    name: str
    """On the command line."""
    examples: int
    """Drawn for each value row, beside the corpus."""
    contract_examples: int
    """Drawn for each row of the contract or of a property, beside the corpus."""
    shrinking_calls: int
    """Asked for each failing row, to find a smaller counterexample; 0 to show the smallest one met."""


EFFORTS = {
    "quick": Effort("quick", 12, 8, 60),
    "standard": Effort("standard", 40, 12, 200),
    "exhaustive": Effort("exhaustive", 400, 40, 1000),
}
"""Every effort by its name."""


@dataclass(frozen=True)
class Job:
    """One clause on one operation in one format and regime."""

    clause: str
    operation: str
    format_name: str
    regime: str

    @property
    def levels(self) -> tuple[Level, ...]:
        """The levels that have a row here."""
        return LEVELS_OF_REGIME[self.regime] if self.is_of_values else (Level.MUST,)

    @property
    def is_of_values(self) -> bool:
        """Whether it examines the numbers of each answer alone."""
        return CHECKS[self.clause].subject is Subject.VALUE

    def seed(self, run_seed: int, extra_round: int = 0) -> int:
        """Of this job, the same whatever else is run: a hash of the run's seed and of the job's name."""
        text = f"{run_seed} {self.clause} {self.operation} {self.format_name} {self.regime}"
        text += f" {extra_round}" if extra_round else ""
        return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


TOGETHER = 32
"""How many cases are asked with one request, where the target is in another process."""

EXTRA_ROUNDS = 4
"""How often a row draws again as long as too few of its cases are decided."""

MOST_EXTRA_ROUNDS = 32
"""Likewise, of a target that answers few of the cases: it is asked for as many that it answers, within this bound."""


class _FailureFoundError(Exception):
    """Raised inside Hypothesis for it to shrink."""


class _EnoughError(BaseException):
    """Raised inside Hypothesis to end its search, which it does for what is no Exception."""


@dataclass(frozen=True)
class _Search:
    """A job on its way: what is asked, of whom, how much, and from which seed of the run."""

    job: Job
    examiner: Examiner
    effort: Effort
    run_seed: int

    @property
    def examples(self) -> int:
        """How many cases are drawn beside the corpus."""
        return self.effort.examples if self.job.is_of_values else self.effort.contract_examples


def examine(
    job: Job,
    examiner: Examiner,
    effort: Effort,
    run_seed: int,
    record: Callable[[Examination], None] = lambda _: None,
) -> list[Row]:
    """The rows of ``job``, one a level; ``record`` hears of every case that is examined, once."""
    search = _Search(job, examiner, effort, run_seed)
    tallies = _tallies(job)
    known: dict[str, Examination] = {}

    def examined(case: Case) -> Examination:
        """The examination of ``case``, made once: what one level shrinks, another level has mostly met."""
        key = str(encoded_case(case))
        if key not in known:
            known[key] = examiner.examined(CHECKS[job.clause], case)
            record(known[key])
        return known[key]

    def ask_ahead(cases: Sequence[Case]) -> None:
        """Ask those of ``cases`` that are not examined yet, together."""
        if CHECKS[job.clause].asks_once:
            new = {key: case for case in cases if (key := str(encoded_case(case))) not in known}
            for each in _batches(list(new.values())):
                examiner.ask_ahead(each)
                for case in each:
                    examined(case)

    demanded = _count(search, tallies, examined, ask_ahead)
    found = _counterexamples(search, tallies, examined)
    while _counts_what_was_met(tallies, known.values()):
        found = _counterexamples(search, tallies, examined)
    return [tally.row(demanded, counterexample) for tally, counterexample in zip(tallies, found, strict=True)]


def _counterexamples(
    search: _Search, tallies: Sequence[Tally], examined: Callable[[Case], Examination]
) -> list[Example | None]:
    """The smallest failing case of each row that has one."""
    found: list[Example | None] = []
    for tally in tallies:
        found.append(_shared(found[-1] if found else None, tally) or _shrunk(search, tally, examined))
    return found


def _counts_what_was_met(tallies: Sequence[Tally], met: Collection[Examination]) -> bool:
    """
    Whether a row that no drawn case fails is failed by one that was met since; the smallest of them is counted there.

    Whoever shrinks a case that fails SHOULD comes by cases that nobody has drawn, and one of them may fail MUST.
    """
    counted = False
    for tally in tallies:
        if tally.first_failure is not None:
            continue
        kinds = {each: each.findings[tally.name.level].kind for each in met}
        for kind in (Kind.OUTSIDE, Kind.ERROR):  # in the order in which they rule the verdict
            if failing := [each for each, found in kinds.items() if found is kind]:
                tally.add(min(failing, key=size))
                counted = True
                break
    return counted


def _batches(cases: Sequence[Case]) -> Iterator[Sequence[Case]]:
    """``cases`` in order, so many at once."""
    for start in range(0, len(cases), TOGETHER):
        yield cases[start : start + TOGETHER]


def examples_until_failure(
    job: Job, examiner: Examiner, effort: Effort, run_seed: int, level: Level | None = None
) -> int | None:
    """
    How many cases of ``job`` are asked until one fails, at ``level`` or at any; None where none does.

    The cases are those of :func:`examine`, in its order; what comes after the first failure is not asked.
    """
    asked = 0

    def examined(case: Case) -> Examination:
        nonlocal asked
        asked += 1
        examination = examiner.examined(CHECKS[job.clause], case)
        if any(is_failure(finding) for each, finding in examination.findings.items() if level in (None, each)):
            raise _EnoughError
        return examination

    try:
        _count(_Search(job, examiner, effort, run_seed), _tallies(job), examined)
    except _EnoughError:
        return asked
    return None


def _tallies(job: Job) -> list[Tally]:
    return [Tally(_name(job, level)) for level in job.levels]


def _count(
    search: _Search,
    tallies: list[Tally],
    examined: Callable[[Case], Examination],
    ask_ahead: Callable[[Sequence[Case]], None] = lambda _: None,
) -> frozenset[str]:
    """
    Count every case of a run, and return the hazards of the corpus, which a row has to have met.

    The corpus comes first, then what is drawn, once, and again as long as a row is not settled. ``ask_ahead`` hears of
    the cases that come next, before they are ``examined`` one by one.
    """
    job = search.job

    def count(cases: Sequence[Case]) -> None:
        ask_ahead(cases)
        for case in cases:
            examination = examined(case)
            for tally in tallies:
                tally.add(examination)

    listed = list(corpus(job.operation, job.format_name, job.regime, search.examiner.conventions))
    count(listed)
    extra_round = 0
    count(_drawn(search, extra_round))
    while extra_round < max(tally.extra_rounds(EXTRA_ROUNDS, MOST_EXTRA_ROUNDS) for tally in tallies):
        extra_round += 1
        count(_drawn(search, extra_round))
    return frozenset().union(*(case.hazards for case in listed))


def _name(job: Job, level: Level) -> RowName:
    return RowName(job.clause, job.operation, job.format_name, job.regime, level)


def _drawn(search: _Search, extra_round: int) -> list[Case]:
    """The cases of one round."""
    drawn: list[Case] = []

    def keep(case: Case) -> None:
        drawn.append(case)

    _draw(search, keep, extra_round)
    return drawn


def _draw(search: _Search, test: Callable[[Case], None], extra_round: int = 0, *, shrink: bool = False) -> None:
    """Run ``test`` on drawn cases, the same ones for the same seed and round."""
    job = search.job
    strategy = drawn_cases(job.operation, job.format_name, job.regime, search.examiner.conventions)
    configured = settings(
        max_examples=search.examples,
        phases=(Phase.generate, Phase.shrink) if shrink else (Phase.generate,),
        database=None,
        deadline=None,
        derandomize=False,
        report_multiple_bugs=False,
        print_blob=False,
        verbosity=Verbosity.quiet,
        suppress_health_check=list(HealthCheck),
    )
    with independent_draws():
        seed(job.seed(search.run_seed, extra_round))(configured(given(strategy)(test)))()


def _is_fatal(found: Example) -> bool:
    """Whether it costs the target its process, and shrinking it one after the other."""
    outcome = found.examination.outcome
    return isinstance(outcome, Raised) and outcome.is_fatal


def _shared(found: Example | None, tally: Tally) -> Example | None:
    """The counterexample of the level before, where it fails this level in the same way."""
    if found is None or tally.first_failure is None:
        return None
    finding = found.examination.findings[tally.name.level]
    alike = is_failure(finding) and finding.kind is tally.first_failure.finding.kind
    return Example(found.examination, finding) if alike else None


def _shrunk(search: _Search, tally: Tally, examined: Callable[[Case], Examination]) -> Example | None:
    """The smallest failing case: the smaller of what the run met and of what Hypothesis shrinks to."""
    found = tally.first_failure
    if found is None or search.effort.shrinking_calls == 0 or _is_fatal(found):
        return found
    best = found
    tried: set[str] = set()

    def fail(case: Case) -> None:
        nonlocal best
        key = str(encoded_case(case))
        if key not in tried and len(tried) >= search.examples + search.effort.shrinking_calls:
            raise _EnoughError
        tried.add(key)
        examination = examined(case)
        finding = examination.findings[tally.name.level]
        if is_failure(finding) and finding.kind is found.finding.kind:
            if size(examination) < size(best.examination):
                best = Example(examination, finding)
            raise _FailureFoundError

    try:
        _draw(search, fail, shrink=True)
    except _EnoughError:
        return best
    except Exception:  # noqa: BLE001 - ours, or Hypothesis's own word that a target with a memory is flaky
        return best
    return best
