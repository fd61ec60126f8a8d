"""A known deviation: the rows that it names, how they fail, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

from ...spec.formats import FORMATS
from ...spec.operations import operations
from ..checks import CHECKS
from ..checks.registry import Subject
from ..examining import Job
from ..row import RowName
from ..running import PROPERTY_REGIME, ScopeError

if TYPE_CHECKING:
    from datetime import date

    from ..verdict import Level, RowVerdict


class DeviationError(ScopeError):
    """A file of deviations that cannot be taken: where, by which rule, and the way out."""


@dataclass(frozen=True)
class Deviation:
    """One entry of a file of deviations."""

    place: str
    """Where it stands, such as ``entry 2 (line 11)``."""
    clause: str
    """The id of the clause that is not kept."""
    operation: str | None
    """On which operation; on every one that the clause is about where it is None."""
    formats: tuple[str, ...]
    """In which formats."""
    regimes: tuple[str, ...]
    """In which regimes."""
    level: Level
    """At which level."""
    outcomes: tuple[RowVerdict, ...]
    """How the rows come out: ``fail``, ``error``, or either."""
    reason: str
    """Why this is so, and why it is left so for now."""
    link: str
    """Where it is dealt with, or ``none`` where no such place is demanded."""
    expires: date
    """The last day on which it counts."""
    effort: str
    """The least effort at which it shows: that a row passes at a lesser one says nothing."""

    @property
    def rows(self) -> frozenset[RowName]:
        """Every row that it names, of those that a run can have."""
        return frozenset(
            row
            for row in rows_of(self.clause)
            if self.operation in (None, row.operation)
            and row.format_name in self.formats
            and row.regime in self.regimes
            and row.level is self.level
        )


@dataclass(frozen=True)
class Deviations:
    """A file of deviations."""

    file: str
    """Its name."""
    digest: str
    """SHA-256 of its bytes, in hexadecimal."""
    entries: tuple[Deviation, ...]
    """In the order of the file; no two name the same row."""


@cache
def rows_of(clause: str) -> tuple[RowName, ...]:
    """Every row that a clause can have in any run, of whatever target."""
    check = CHECKS[clause]
    jobs = (
        Job(clause, name, format_name, regime)
        for name in check.operations or operations()
        for format_name in FORMATS
        for regime in (operations()[name].regimes if check.subject is Subject.VALUE else (PROPERTY_REGIME,))
    )
    return tuple(
        RowName(clause, job.operation, job.format_name, job.regime, level) for job in jobs for level in job.levels
    )


def today() -> date:
    """The day by which deviations expire, in UTC: the same on every machine."""
    return datetime.now(tz=UTC).date()
