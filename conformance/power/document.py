"""The measurement as one JSON document."""

from __future__ import annotations

import dataclasses
import json
import math
from typing import TYPE_CHECKING, Any

from ...spec.clauses import VERSION, specification_digest
from ...spec.formats import FORMATS
from ..environment import environment
from ..example_documents import jsonable
from .statistics import detection_rate, grouped, peace, undecided

if TYPE_CHECKING:
    from .measuring import Power
    from .selection import Selection


def document(power: Power, selection: Selection) -> dict[str, Any]:
    """Everything that was measured, run by run, the sums of it, and what it depends on."""
    return {
        "spec": {"version": VERSION, "digest": specification_digest()},
        "environment": environment(),
        "selection": _plain(selection),
        "unit_roundoff": {name: float(each.unit_roundoff) for name, each in FORMATS.items()},
        "missed": [_plain(each) for each in power.missed],
        "unnamed": [_plain(each) for each in power.namings if not each.is_named],
        "alarms": [{"variant": trial.variant, **alarm} for trial, alarm in power.alarms],
        "detection_by_kind_and_effort": _sums(
            power.detections, ("kind", "effort"), lambda group: _plain(detection_rate(group))
        ),
        "detection_by_format_and_effort": _sums(
            power.detections, ("format_name", "effort"), lambda group: _plain(detection_rate(group))
        ),
        "variants_by_format": _sums(power.trials, ("format_name",), lambda group: _plain(peace(group))),
        "undecided": _sums(
            power.shares, ("networks", "format_name", "regime", "level"), lambda group: _plain(undecided(group))
        ),
        "runs": _plain(power),
    }


def text(power: Power, selection: Selection) -> str:
    """The document as JSON text."""
    return json.dumps(document(power, selection), indent=1, allow_nan=False, ensure_ascii=False) + "\n"


def _sums(items: Any, names: tuple[str, ...], total: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - of any part
    groups = grouped(items, lambda item: tuple(str(getattr(item, name)) for name in names))
    return [dict(zip(names, key, strict=True)) | total(group) for key, group in groups.items()]


def _plain(item: Any) -> Any:  # noqa: ANN401 - dataclasses of JSON values
    """``item`` as JSON values; numbers that are not finite are strings."""
    if dataclasses.is_dataclass(item):
        return {field.name: _plain(getattr(item, field.name)) for field in dataclasses.fields(item)}
    if isinstance(item, list | tuple):
        return [_plain(each) for each in item]
    if isinstance(item, float) and not math.isfinite(item):
        return jsonable(item)
    return item
