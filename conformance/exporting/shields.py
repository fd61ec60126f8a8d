"""The badge as JSON for the endpoint of shields.io, which draws it: https://shields.io/badges/endpoint-badge."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from .message import COLOURS, LABEL, message, standing

if TYPE_CHECKING:
    from ..report import Report


def shields(report: Report) -> str:
    """The answer of an endpoint; a page that shows the badge of a target without class may not colour it otherwise."""
    what = standing(report)
    return (
        json.dumps(
            {
                "schemaVersion": 1,
                "label": LABEL,
                "message": message(report),
                "color": COLOURS[what],
                "isError": what in ("none", "incomplete"),
            },
            ensure_ascii=False,
        )
        + "\n"
    )
