"""A row of the report: one clause, operation, format, regime and level, and what its examples came to."""

from __future__ import annotations

import statistics
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .asking import named
from .checks.finding import Examination, Finding, Kind
from .encoding import encoded_case
from .histogram import Histogram
from .outcome import Value
from .verdict import RowVerdict

if TYPE_CHECKING:
    from .verdict import Level

ENOUGH = 10
"""Clause ``accuracy.decided``: a row passes with at least so many decided examples."""


@dataclass(frozen=True)
class RowName:
    """Which row."""

    clause: str
    operation: str
    format_name: str
    regime: str
    level: Level

    def __str__(self) -> str:
        return f"{self.clause} {self.operation} {self.format_name} {self.regime} {self.level}"


SAMPLE_NUMBERS = 24
"""A sample has at most so many numbers, inputs and answers together, where there is such a passing example."""


@dataclass(frozen=True)
class Example:
    """An example of a row, and what is found of it."""

    examination: Examination
    finding: Finding


@dataclass(frozen=True)
class Row:
    """What the examples of a row came to."""

    name: RowName
    verdict: RowVerdict
    examples: int
    """Cases asked."""
    decided: int
    """Cases that the envelope decides, right or wrong."""
    undecided: int
    """Cases of which no entry is decided."""
    unsupported: int
    """Cases that the target does not offer."""
    errors: int
    """Cases at which it raised, hung or died."""
    failures: int
    """Cases at which the answer is outside."""
    entries: int
    """Decided entries."""
    undecided_entries: int
    """Entries that the envelope does not decide."""
    unresolved: int
    """Entries whose true value stayed open at the largest precision."""
    sensitivity: tuple[float, float] | None
    """Median and smallest radius over magnitude: the relative errors that this row would have caught."""
    max_error_ulps: float
    """Over decided entries."""
    max_envelope_ratio: float
    """Over decided entries: distance from the middle of the envelope over its radius."""
    hazards: tuple[str, ...]
    """The hazards met."""
    observations: tuple[str, ...]
    """What is worth saying although it fails nothing."""
    error_distribution: Histogram
    """Decided entries by their distance from the truth, in ulps."""
    envelope_distribution: Histogram
    """The same entries by the radius of their envelope, in ulps."""
    counterexample: Example | None
    """The smallest failing case found."""
    sample: Example | None
    """Of the passing cases that are small, the one nearest to the edge of its envelope."""


@dataclass
class Tally:
    """The count of a row while it runs."""

    name: RowName
    kinds: dict[Kind, int] = field(default_factory=lambda: dict.fromkeys(Kind, 0))
    entries: int = 0
    undecided_entries: int = 0
    unresolved: int = 0
    medians: list[float] = field(default_factory=list)
    smallest: list[float] = field(default_factory=list)
    max_error_ulps: float = 0.0
    max_envelope_ratio: float = 0.0
    error_distribution: Histogram = field(default_factory=Histogram)
    envelope_distribution: Histogram = field(default_factory=Histogram)
    hazards: set[str] = field(default_factory=set)
    observations: dict[str, None] = field(default_factory=dict)
    first_failure: Example | None = None
    sample: Example | None = None

    def add(self, examination: Examination) -> None:
        """Count one examined case."""
        finding = examination.findings[self.name.level]
        self.kinds[finding.kind] += 1
        self.hazards |= examination.case.hazards
        self.observations |= dict.fromkeys(examination.observations)
        self.unresolved += examination.truth.unresolved if examination.truth else 0
        if finding.judgement is not None:
            self._measure(finding)
        if is_failure(finding) and _is_smaller(examination, finding, self.first_failure):
            self.first_failure = Example(examination, finding)
        if finding.kind is Kind.INSIDE and _tells_more(examination, finding, self.sample):
            self.sample = Example(examination, finding)

    def _measure(self, finding: Finding) -> None:
        judgement = finding.judgement
        if judgement is None:
            return
        self.entries += judgement.decided
        self.undecided_entries += judgement.undecided
        self.error_distribution.add(judgement.errors)
        self.envelope_distribution.add(judgement.radii)
        self.max_error_ulps = max(self.max_error_ulps, judgement.max_error_ulps)
        self.max_envelope_ratio = max(self.max_envelope_ratio, judgement.max_envelope_ratio)
        if judgement.sensitivity:
            self.medians.append(statistics.median(judgement.sensitivity))
            self.smallest.append(min(judgement.sensitivity))

    @property
    def is_settled(self) -> bool:
        """Whether more cases are not needed for a verdict: enough are decided, one fails, or none is offered."""
        settled = self.kinds[Kind.INSIDE] >= ENOUGH or self.kinds[Kind.OUTSIDE] or self.kinds[Kind.ERROR]
        return bool(settled or self.kinds[Kind.UNSUPPORTED] == sum(self.kinds.values()))

    def extra_rounds(self, usual: int, most: int) -> int:
        """How many rounds more may be drawn: none once settled, ``usual`` ones, or more where few cases are offered."""
        asked = sum(self.kinds.values())
        offered = asked - self.kinds[Kind.UNSUPPORTED]
        return 0 if self.is_settled or not offered else min(most, usual * asked // offered)

    def row(self, demanded: frozenset[str], smallest: Example | None) -> Row:
        """The row, once every case is counted; ``demanded`` are the hazards it has to have met."""
        sensitivity = (statistics.median(self.medians), min(self.smallest)) if self.medians else None
        return Row(
            name=self.name,
            verdict=self._verdict(demanded),
            examples=sum(self.kinds.values()),
            decided=self.kinds[Kind.INSIDE] + self.kinds[Kind.OUTSIDE],
            undecided=self.kinds[Kind.OPEN],
            unsupported=self.kinds[Kind.UNSUPPORTED],
            errors=self.kinds[Kind.ERROR],
            failures=self.kinds[Kind.OUTSIDE],
            entries=self.entries,
            undecided_entries=self.undecided_entries,
            unresolved=self.unresolved,
            sensitivity=sensitivity,
            max_error_ulps=self.max_error_ulps,
            max_envelope_ratio=self.max_envelope_ratio,
            hazards=tuple(sorted(self.hazards)),
            observations=tuple(self.observations),
            error_distribution=self.error_distribution,
            envelope_distribution=self.envelope_distribution,
            counterexample=smallest or self.first_failure,
            sample=self.sample,
        )

    def _verdict(self, demanded: frozenset[str]) -> RowVerdict:
        if self.kinds[Kind.OUTSIDE]:
            return RowVerdict.FAIL
        if self.kinds[Kind.ERROR]:
            return RowVerdict.ERROR
        if self.kinds[Kind.UNSUPPORTED] == sum(self.kinds.values()):
            return RowVerdict.UNSUPPORTED
        enough = self.kinds[Kind.INSIDE] >= ENOUGH and demanded <= self.hazards
        return RowVerdict.PASS if enough else RowVerdict.UNDECIDED


def is_failure(finding: Finding) -> bool:
    """Whether an example fails its row."""
    return finding.kind in (Kind.OUTSIDE, Kind.ERROR)


def size(examination: Examination) -> tuple[int, int]:
    """How large a case is: numbers in it, then characters to write them; the smaller counterexample is shown."""
    numbers = str(encoded_case(examination.case)["arguments"])
    return numbers.count("0x") + numbers.count("nan") + numbers.count("inf"), len(numbers)


def _tells_more(examination: Examination, finding: Finding, found: Example | None) -> bool:
    """Whether a passing example is a better sample: small before large, then near the edge of its envelope."""
    if found is None:
        return True
    return _telling(examination, finding) > _telling(found.examination, found.finding)


def _telling(examination: Examination, finding: Finding) -> tuple[int, float]:
    numbers = sum(array.size for case, _ in examination.asked for _, array in named(list(case.arguments), ""))
    answers = (outcome.arrays for _, outcome in examination.asked if isinstance(outcome, Value))
    numbers += sum(array.size for arrays in answers for array in arrays)
    ratio = finding.judgement.max_envelope_ratio if finding.judgement else 0.0
    return min(0, SAMPLE_NUMBERS - numbers), ratio


def _is_smaller(examination: Examination, finding: Finding, found: Example | None) -> bool:
    if found is None:
        return True
    wrong = finding.kind is Kind.OUTSIDE, found.finding.kind is Kind.OUTSIDE
    return size(examination) < size(found.examination) if wrong[0] == wrong[1] else wrong[0]
