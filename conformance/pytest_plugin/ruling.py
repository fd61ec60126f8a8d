"""What the report of one clause in one format means for a test."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from ..deviations import State, reported, settled, today
from ..deviations.settling import within
from ..rendering.deviations import settlement_lines
from ..rendering.figures import LEVELS
from ..rendering.text import failure
from ..verdict import FAILING, REQUIRED, RowVerdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..deviations import Deviations, Settlement
    from ..report import Report


@dataclass(frozen=True)
class Passed:
    """Every required row that was judged keeps its clause."""


@dataclass(frozen=True)
class Failed:
    """A required row fails or is undecided, or a known deviation does not hold any more."""

    lines: tuple[str, ...]
    """What the command line prints of it."""


@dataclass(frozen=True)
class Expected:
    """The required rows that fail are known deviations, all of them."""

    reason: str
    """Their reasons and links."""


@dataclass(frozen=True)
class Unoffered:
    """Every required row is unsupported, so that nothing is known."""

    reason: str
    """Who does not support what."""


Ruling = Passed | Failed | Expected | Unoffered


def ruling(report: Report, deviations: Deviations | None) -> Ruling:
    """What a test comes to."""
    levels = REQUIRED[report.document["require"]]
    required = [row for row in report.results if row["level"] in levels]
    failing = [row for row in required if row["verdict"] in FAILING]
    undecided = [row for row in required if row["verdict"] == RowVerdict.UNDECIDED]
    settlement = None if deviations is None else settled(report, within(deviations, report), today())
    is_settled = settlement.is_settled if settlement is not None else not failing and not undecided
    if not is_settled:
        return Failed(tuple(_lines(report, failing, undecided, settlement)))
    if failing and settlement is not None:
        return Expected(_reasons(settlement))
    if all(row["verdict"] == RowVerdict.UNSUPPORTED for row in required):
        return Unoffered(f"{report.document['target']['name']} does not support it: no case was answered")
    return Passed()


def not_required(report: Report) -> dict[str, int]:
    """How many rows fail at each level that decides nothing."""
    levels = REQUIRED[report.document["require"]]
    failing = [row["level"] for row in report.failures if row["level"] not in levels]
    return {level: failing.count(level) for level in LEVELS if level in failing}


def _lines(
    report: Report, failing: list[dict[str, Any]], undecided: list[dict[str, Any]], settlement: Settlement | None
) -> Iterator[str]:
    def group(row: dict[str, Any]) -> tuple[int, str]:
        return LEVELS.index(row["level"]), row["operation"]

    for _, rows in groupby(sorted(failing, key=group), key=group):
        yield from failure(list(rows), report)
        yield ""
    for row in undecided:
        yield f"UNDECIDED {row['level'].upper()} {row['clause']} in {row['format']}, {row['regime']}"
        yield (
            f"    of {row['examples']} cases of {row['operation']}, {row['decided']} are decided: nothing is known, "
            "which is no pass; a larger effort may decide more"
        )
    if settlement is not None:
        yield from settlement_lines(reported(report, settlement))


def _reasons(settlement: Settlement) -> str:
    entries = [standing.deviation for standing in settlement.standings if standing.state is State.LISTED]
    return "; ".join(
        f"{' '.join(entry.reason.split())} ({entry.link}), until {entry.expires}"
        for entry in entries
        if any(row in settlement.failing for row in entry.rows)
    )
