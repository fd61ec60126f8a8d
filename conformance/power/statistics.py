"""Sums over what was measured: by kind and effort, by format and regime."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from .alarms import Trial
    from .detection import Detection
    from .undecided import Share

T = TypeVar("T")
Key = tuple[str, ...]


@dataclass(frozen=True)
class DetectionRate:
    """Of some runs of faults."""

    runs: int
    """How many."""
    found: int
    """In how many the fault is found."""
    missed: int
    """In how many it had to be found and is not."""
    median_examples: float
    """Until detection, over those that the cases of every run find."""
    most_examples: int
    """Likewise."""

    @property
    def rate(self) -> float:
        """The part that is found."""
        return self.found / self.runs


@dataclass(frozen=True)
class Undecided:
    """How much of some answers is not decided."""

    cases: int
    """All of them."""
    undecided_cases: int
    """Those of which nothing is decided."""
    entries: int
    """All of them."""
    undecided_entries: int
    """Those that are not decided."""

    @property
    def share_of_cases(self) -> float:
        """The part of the cases of which nothing is decided."""
        return self.undecided_cases / self.cases if self.cases else 0.0

    @property
    def share_of_entries(self) -> float:
        """The part of the entries that is not decided."""
        return self.undecided_entries / self.entries if self.entries else 0.0


@dataclass(frozen=True)
class Peace:
    """What right implementations had to pass."""

    variants: int
    """How many."""
    rows: int
    """Judged."""
    cases: int
    """Decided."""
    entries: int
    """Decided."""
    undecided_entries: int
    """Not decided."""
    alarms: int
    """Rows that failed."""


def grouped(items: Iterable[T], key: Callable[[T], Key]) -> Mapping[Key, list[T]]:
    """The items by their keys, in the order in which a key is first met."""
    groups: dict[Key, list[T]] = {}
    for item in items:
        groups.setdefault(key(item), []).append(item)
    return groups


def detection_rate(detections: Iterable[Detection]) -> DetectionRate:
    """Of one or more runs."""
    runs = list(detections)
    examples = [run.examples for run in runs if run.examples is not None]
    return DetectionRate(
        runs=len(runs),
        found=sum(run.is_found for run in runs),
        missed=sum(run.is_missed for run in runs),
        median_examples=statistics.median(examples) if examples else 0.0,
        most_examples=max(examples, default=0),
    )


def undecided(shares: Iterable[Share]) -> Undecided:
    """All shares together."""
    every = list(shares)
    return Undecided(
        cases=sum(share.cases + share.undecided_cases for share in every),
        undecided_cases=sum(share.undecided_cases for share in every),
        entries=sum(share.entries + share.undecided_entries for share in every),
        undecided_entries=sum(share.undecided_entries for share in every),
    )


def peace(trials: Iterable[Trial]) -> Peace:
    """All trials together."""
    every = list(trials)
    return Peace(
        variants=len({trial.variant for trial in every}),
        rows=sum(trial.rows for trial in every),
        cases=sum(trial.cases for trial in every),
        entries=sum(trial.entries for trial in every),
        undecided_entries=sum(trial.undecided_entries for trial in every),
        alarms=sum(len(trial.alarms) for trial in every),
    )
