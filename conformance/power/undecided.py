"""The share of right answers of which nothing can be said: the envelope is too wide."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..checks.finding import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..checks.finding import Examination
    from ..row import Row
    from ..verdict import Level


@dataclass(frozen=True)
class Share:
    """How much is decided of the answers to one operation."""

    operation: str
    """Who answers."""
    format_name: str
    """In which format."""
    regime: str
    """Where the inputs are drawn."""
    level: str
    """By whose envelopes."""
    networks: str
    """The sizes of networks where they are larger than those of a run; else empty."""
    cases: int
    """How many cases are decided."""
    undecided_cases: int
    """How many are not."""
    entries: int
    """How many entries are decided."""
    undecided_entries: int
    """How many are not."""


def share_of_row(row: Row) -> Share:
    """What a row says of its own."""
    name = row.name
    return Share(
        operation=name.operation,
        format_name=name.format_name,
        regime=name.regime,
        level=name.level.value,
        networks="",
        cases=row.decided,
        undecided_cases=row.undecided,
        entries=row.entries,
        undecided_entries=row.undecided_entries,
    )


def share_of_examinations(examinations: Iterable[Examination], level: Level, networks: str) -> Share:
    """What examinations of one operation in one format and regime come to."""
    made = list(examinations)
    findings = [examination.findings[level] for examination in made]
    judgements = [finding.judgement for finding in findings if finding.judgement is not None]
    case = made[0].case
    return Share(
        operation=case.operation,
        format_name=case.format_name,
        regime=case.regime,
        level=level.value,
        networks=networks,
        cases=sum(finding.kind in (Kind.INSIDE, Kind.OUTSIDE) for finding in findings),
        undecided_cases=sum(finding.kind is Kind.OPEN for finding in findings),
        entries=sum(judgement.decided for judgement in judgements),
        undecided_entries=sum(judgement.undecided for judgement in judgements),
    )
