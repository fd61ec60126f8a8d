"""The field ``deviations`` of a report: what was listed, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..report import sealed

if TYPE_CHECKING:
    from ..report import Report
    from .settling import Settlement, Standing


def reported(report: Report, settlement: Settlement) -> Report:
    """``report`` with the field ``deviations``, and else unchanged."""
    return sealed({**report.document, "deviations": _document(settlement)})


def _document(settlement: Settlement) -> dict[str, Any]:
    return {
        "file": settlement.deviations.file,
        "digest": settlement.deviations.digest,
        "date": settlement.today.isoformat(),
        "failing": len(settlement.failing),
        "listed": len(settlement.failing) - len(settlement.unlisted),
        "settled": settlement.is_settled,
        "entries": [_entry(standing) for standing in settlement.standings],
    }


def _entry(standing: Standing) -> dict[str, Any]:
    deviation = standing.deviation
    return {
        "clause": deviation.clause,
        **({"operation": deviation.operation} if deviation.operation else {}),
        "formats": list(deviation.formats),
        "regimes": list(deviation.regimes),
        "level": deviation.level.value,
        "outcomes": [outcome.value for outcome in deviation.outcomes],
        "reason": deviation.reason,
        "link": deviation.link,
        "expires": deviation.expires.isoformat(),
        "place": deviation.place,
        "state": standing.state.value,
        "listed": len(standing.listed),
        "stale": [{"row": str(name), "verdict": verdict.value} for name, verdict in standing.stale.items()],
    }
