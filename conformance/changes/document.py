"""The difference of two reports as JSON, for programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from .difference import NAME

if TYPE_CHECKING:
    from ..report import Report
    from .difference import Difference

    Row = dict[str, Any]


def document(difference: Difference) -> str:
    """The difference as JSON text; ``worse`` is empty where nothing got worse."""
    made = {
        "old": _report(difference.old),
        "new": _report(difference.new),
        "settings": [{"name": each.name, "old": each.old, "new": each.new} for each in difference.settings],
        "same_cases": difference.same_cases,
        "flips": [
            _name(flip.new) | {"direction": flip.direction.value} | _both(flip.old, flip.new)
            for flip in difference.flips
        ],
        "growths": [
            _name(growth.new) | {"how": growth.sentence} | _both(growth.old, growth.new)
            for growth in difference.growths
        ],
        "not_compared": difference.incomparable,
        "appeared": [_name(row) | {"new": _ruling(row)} for row in difference.appeared],
        "gone": [_name(row) | {"old": _ruling(row)} for row in difference.gone],
        "worse": list(difference.worse()),
    }
    return json.dumps(made, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _report(report: Report) -> dict[str, Any]:
    return {key: report.document[key] for key in ("target", "spec", "class", "verdict", "seed", "effort")}


def _name(row: Row) -> dict[str, str]:
    return {field: row[field] for field in NAME}


def _both(old: Row, new: Row) -> dict[str, Any]:
    return {"old": _ruling(old), "new": _ruling(new)}


def _ruling(row: Row) -> dict[str, Any]:
    return {field: row[field] for field in ("verdict", "max_error_ulps", "max_envelope_ratio")}
