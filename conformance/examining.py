"""
Running one job: a clause on an operation in a format and regime, that is, the rows of its levels.

The corpus runs first, then what Hypothesis draws. Each row that fails is then run again with the same seed, now raising at
each failure, so that Hypothesis shrinks it. No clock takes part: shrinking ends after a fixed number of calls.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings

from .checks.registry import CHECKS
from .encoding import encoded_case
from .row import Failure, Row, RowName, Tally, is_failure, size
from .strategies.cases import corpus, drawn_cases
from .verdict import LEVELS_OF_REGIME, Level

if TYPE_CHECKING:
    from .case import Case
    from .checks.examiner import Examiner
    from .checks.finding import Examination

SHRINKING_CALLS = 200
"""How many cases may be asked to find a smaller counterexample."""


@dataclass(frozen=True)
class Effort:
    """How much a run draws."""

    name: str
    """On the command line."""
    examples: int
    """Drawn for each value row, beside the corpus."""
    contract_examples: int
    """Drawn for each row of the contract, beside the corpus."""


EFFORTS = {
    "quick": Effort("quick", 12, 8),
    "standard": Effort("standard", 40, 12),
    "exhaustive": Effort("exhaustive", 400, 40),
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
        return (Level.MUST,) if self.is_contract else LEVELS_OF_REGIME[self.regime]

    @property
    def is_contract(self) -> bool:
        """Whether it examines how the target answers rather than what."""
        return not CHECKS[self.clause].operations

    def seed(self, run_seed: int) -> int:
        """Of this job, the same whatever else is run: a hash of the run's seed and of the job's name."""
        text = f"{run_seed} {self.clause} {self.operation} {self.format_name} {self.regime}"
        return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


class _FailureFoundError(Exception):
    """Raised inside Hypothesis for it to shrink."""


def examine(job: Job, examiner: Examiner, effort: Effort, run_seed: int) -> list[Row]:
    """The rows of ``job``, one a level."""
    judge = CHECKS[job.clause].judge
    tallies = {level: Tally(_name(job, level)) for level in job.levels}
    demanded: set[str] = set()

    def count(case: Case) -> None:
        examination = judge(examiner, case)
        for tally in tallies.values():
            tally.add(examination)

    for case in corpus(job.operation, job.format_name, job.regime, examiner.conventions):
        demanded |= case.hazards
        count(case)
    examples = effort.contract_examples if job.is_contract else effort.examples
    _draw(job, examiner, examples, run_seed, count, shrink=False)
    return [
        tally.row(frozenset(demanded), _shrunk(job, examiner, examples, run_seed, tally)) for tally in tallies.values()
    ]


def _name(job: Job, level: Level) -> RowName:
    return RowName(job.clause, job.operation, job.format_name, job.regime, level)


def _draw(job: Job, examiner: Examiner, examples: int, run_seed: int, test: object, *, shrink: bool) -> None:
    """Run ``test`` on drawn cases, the same ones for the same seed."""
    phases = (Phase.generate, Phase.shrink) if shrink else (Phase.generate,)
    strategy = drawn_cases(job.operation, job.format_name, job.regime, examiner.conventions)
    configured = settings(
        max_examples=examples,
        phases=phases,
        database=None,
        deadline=None,
        derandomize=False,
        report_multiple_bugs=False,
        print_blob=False,
        verbosity=Verbosity.quiet,
        suppress_health_check=list(HealthCheck),
    )
    seed(job.seed(run_seed))(configured(given(strategy)(test)))()  # type: ignore[type-var,operator]


def _shrunk(job: Job, examiner: Examiner, examples: int, run_seed: int, tally: Tally) -> Failure | None:
    """The smallest failing case: the smaller of what the run met and of what Hypothesis shrinks to."""
    found = tally.first_failure
    if found is None:
        return None
    judge = CHECKS[job.clause].judge
    known: dict[str, Examination] = {}
    kind, level = found.finding.kind, tally.name.level
    best = found

    def fail(case: Case) -> None:
        nonlocal best
        key = str(encoded_case(case))
        if key not in known:
            if len(known) >= SHRINKING_CALLS + examples:
                return
            known[key] = judge(examiner, case)
        finding = known[key].findings[level]
        if is_failure(finding) and finding.kind is kind:
            if size(known[key]) < size(best.examination):
                best = Failure(known[key], finding)
            raise _FailureFoundError

    try:
        _draw(job, examiner, examples, run_seed, fail, shrink=True)
    except Exception:  # noqa: BLE001 - ours, or Hypothesis's own word that a target with a memory is flaky
        return best
    return best
