"""
What known deviations say of a report: which failing rows are listed, and which entries no longer hold.

Nothing of the report is touched. A row that fails and is listed still fails, and counts as failing in every figure.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from ..examining import EFFORTS
from ..row import RowName
from ..verdict import FAILING, REQUIRED, Conformance, Level, RowVerdict

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from ..report import Report
    from .deviation import Deviation, Deviations

JUDGED = (RowVerdict.PASS, *FAILING)
"""The verdicts that say whether a row keeps its clause."""


class State(StrEnum):
    """What has become of an entry."""

    LISTED = "listed"
    """Every row that it names and that was judged fails, in the way that it says."""
    STALE = "stale"
    """A row that it names was judged thoroughly enough and does not fail any more, or fails in another way."""
    EXPIRED = "expired"
    """Its last day is over, whatever its rows do."""
    NOT_JUDGED = "not judged"
    """No row that it names was judged in this run, or none so thoroughly that a pass says something."""


@dataclass(frozen=True)
class Standing:
    """One entry in the light of a report."""

    deviation: Deviation
    """The entry."""
    state: State
    """What has become of it."""
    listed: tuple[RowName, ...]
    """The rows that fail as it says."""
    stale: Mapping[RowName, RowVerdict]
    """The rows that were judged and came out otherwise, each with its verdict."""


@dataclass(frozen=True)
class Settlement:
    """A report beside the known deviations."""

    deviations: Deviations
    """What was listed."""
    today: date
    """By which entries expire."""
    standings: tuple[Standing, ...]
    """Every entry, in order."""
    failing: tuple[RowName, ...]
    """The required rows that fail."""
    unlisted: tuple[RowName, ...]
    """Those of them that no entry which still counts lists."""
    undecided: tuple[RowName, ...]
    """The required rows of which nothing is known; no entry can list them."""

    @property
    def is_settled(self) -> bool:
        """Whether every required row is decided or unsupported, every failing one listed, and every entry holds."""
        held = all(standing.state not in (State.STALE, State.EXPIRED) for standing in self.standings)
        return held and not self.unlisted and not self.undecided


def settled(report: Report, deviations: Deviations, today: date) -> Settlement:
    """``report`` beside ``deviations``, on the day ``today``."""
    verdicts = {_name(row): RowVerdict(row["verdict"]) for row in report.results}
    effort = report.document["effort"]
    standings = tuple(_standing(deviation, verdicts, effort, today) for deviation in deviations.entries)
    counted = {row for standing in standings if standing.state is not State.EXPIRED for row in standing.listed}
    levels = REQUIRED[report.document["require"]]
    required = {name: verdict for name, verdict in verdicts.items() if name.level in levels}
    failing = tuple(name for name, verdict in required.items() if verdict in FAILING)
    return Settlement(
        deviations,
        today,
        standings,
        failing,
        unlisted=tuple(name for name in failing if name not in counted),
        undecided=tuple(name for name, verdict in required.items() if verdict not in (*JUDGED, RowVerdict.UNSUPPORTED)),
    )


def within(deviations: Deviations, report: Report) -> Deviations:
    """The entries that name a row of ``report``, for a report of a part of a run."""
    rows = {_name(row) for row in report.results}
    return replace(deviations, entries=tuple(entry for entry in deviations.entries if entry.rows & rows))


def exit_status(settlement: Settlement, report: Report) -> int:
    """Of a run with known deviations: 0 where nothing is new, 1 else, and 1 where the run is incomplete."""
    return 0 if settlement.is_settled and report.verdict is not Conformance.INCOMPLETE else 1


def _name(row: Mapping[str, str]) -> RowName:
    return RowName(row["clause"], row["operation"], row["format"], row["regime"], Level(row["level"]))


def _standing(deviation: Deviation, verdicts: Mapping[RowName, RowVerdict], effort: str, today: date) -> Standing:
    rows = deviation.rows
    efforts = list(EFFORTS)
    judged = JUDGED if efforts.index(effort) >= efforts.index(deviation.effort) else FAILING
    named = {name: verdict for name, verdict in verdicts.items() if name in rows and verdict in judged}
    listed = tuple(name for name, verdict in named.items() if verdict in deviation.outcomes)
    stale = {name: verdict for name, verdict in named.items() if verdict not in deviation.outcomes}
    if today > deviation.expires:
        state = State.EXPIRED
    elif stale:
        state = State.STALE
    else:
        state = State.LISTED if listed else State.NOT_JUDGED
    return Standing(deviation, state, listed, stale)
