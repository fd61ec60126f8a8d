"""
The smallest relative error that is always found, by operation, format, regime and level.

Errors of size 2^-k are planted into right answers. A size is always found if in every manner of planting the row fails,
for it and for every larger one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...spec.formats import FORMATS
from ..judgement import Ruling, judge_arrays
from ..verdict import LEVELS_OF_REGIME
from .planting import plants

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ..examining import Job
    from ..verdict import Level
    from .planting import Plant
    from .recording import Recorded


@dataclass(frozen=True)
class Sensitivity:
    """Of one row."""

    operation: str
    """Whose answers errors are planted in."""
    clause: str
    """The clause of its value."""
    format_name: str
    """The format of the answers."""
    regime: str
    """The regime of the row."""
    level: str
    """The level of the row."""
    cases: int
    """How many cases have an entry that a relative error changes; with none there is nothing to find."""
    exponent: int
    """K, where 2^-k is the smallest error that is always found; 0 where not even 1/2 is."""
    missed_manner: str
    """The manner of planting in which half of that error is not found; empty at the least error of the format."""

    @property
    def error(self) -> float:
        """2^-k."""
        return 2.0**-self.exponent


def sensitivities(job: Job, recorded: Sequence[Recorded]) -> Iterator[Sensitivity]:
    """One a level of the row, over its recorded cases."""
    ordered = sorted(recorded, key=lambda each: sum(array.size for array in each.arrays))
    planted = [(each, plants(each)) for each in ordered]
    for level in LEVELS_OF_REGIME[job.regime]:
        exponent, manner = _smallest_always_found(_Row(planted, level), FORMATS[job.format_name].precision - 1)
        yield Sensitivity(
            operation=job.operation,
            clause=job.clause,
            format_name=job.format_name,
            regime=job.regime,
            level=level.value,
            cases=sum(bool(each) for _, each in planted),
            exponent=exponent,
            missed_manner=manner,
        )


class _Row:
    """The cases of a row by the manners of planting; the one that found the last error is tried first."""

    def __init__(self, planted: Sequence[tuple[Recorded, Mapping[str, Plant]]], level: Level) -> None:
        self._level = level
        self._cases: dict[str, list[tuple[Recorded, Plant]]] = {}
        for recorded, by_manner in planted:
            for manner, plant in by_manner.items():
                self._cases.setdefault(manner, []).append((recorded, plant))

    @property
    def manners(self) -> tuple[str, ...]:
        """Those that at least one case has entries for."""
        return tuple(self._cases)

    def finds(self, manner: str, error: float) -> bool:
        """Whether one of the cases fails."""
        cases = self._cases[manner]
        for index, (recorded, plant) in enumerate(cases):
            judgement = judge_arrays(plant.with_error(error), recorded.truth, recorded.envelopes[self._level])
            if judgement.ruling is Ruling.OUTSIDE:
                cases.insert(0, cases.pop(index))
                return True
        return False


def _smallest_always_found(row: _Row, least: int) -> tuple[int, str]:
    """The exponent of the smallest error, ``least`` at the most, and the manner in which half of it is missed."""
    for exponent in range(1, least + 1):
        for manner in row.manners:
            if not row.finds(manner, 2.0**-exponent):
                return exponent - 1, manner
    return least, ""
