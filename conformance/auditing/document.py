"""An audit as JSON values: numbers of the format as hex floats, figures as decimals, what is no number as text."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from ...spec.clauses import VERSION, specification_digest

if TYPE_CHECKING:
    from .judged import ArrayAudit, Audit, Entry, LevelAudit, Spread

FORMAT_VERSION = 1
"""Of the document."""


def document(audit: Audit, name: str) -> dict[str, Any]:
    """The audit of the bundle called ``name``."""
    bundle = audit.bundle
    return {
        "audit_version": FORMAT_VERSION,
        "spec": {"version": VERSION, "digest": specification_digest()},
        "bundle": {
            "name": name,
            "origin": bundle.origin,
            "format": bundle.number_format.name,
            "widths": [len(bundle.inputs), *(len(bias) for bias in bundle.biases)],
            "activations": list(bundle.activations),
            "slopes": list(bundle.slopes),
            "loss": bundle.loss,
            "samples": bundle.samples,
            "conventions": dict(bundle.conventions),
        },
        "verdict": audit.verdict.value,
        "levels": [_level(level) for level in audit.levels],
    }


def _level(level: LevelAudit) -> dict[str, Any]:
    return {
        "level": level.level,
        "verdict": level.verdict.value,
        "found": _found(level.found),
        "arrays": [_array(array) for array in level.arrays],
        "explanations": [
            {"name": each.name, "sentence": each.sentence, "arrays": list(each.arrays)} for each in level.explanations
        ],
    }


def _found(shares: Any) -> dict[str, float]:  # noqa: ANN401 - a mapping from powers of ten
    return {f"1e-{power}": share for power, share in shares.items()}


def _array(array: ArrayAudit) -> dict[str, Any]:
    return {
        "name": array.name,
        "shape": list(array.shape),
        "verdict": array.verdict.value,
        "entries": array.entries,
        "nonzero": array.nonzero,
        "decided": array.decided,
        "outside": array.outside,
        "error_ulps": _spread(array.error_ulps),
        "sensitivity": _spread(array.sensitivity),
        "found": _found(array.found),
        "pattern": array.pattern,
        "worst": [_entry(entry) for entry in array.worst],
        "heat": [[_figure(cell) for cell in row] for row in array.heat.cells.tolist()],
    }


def _spread(spread: Spread) -> dict[str, Any]:
    return {"median": _figure(spread.median), "most": _figure(spread.most), "largest": _figure(spread.largest)}


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "index": list(entry.index),
        "place": entry.place,
        "got": entry.got.hex(),
        "truth": entry.truth,
        "allowed": [entry.lower.hex(), entry.upper.hex()],
        "error_ulps": _figure(entry.error_ulps),
        "ratio": _figure(entry.ratio),
        "relative": _figure(entry.relative),
    }


def _figure(value: float) -> float | str | None:
    """A number of JSON; None for NaN, which says that nothing was decided, and the name of an infinity."""
    if math.isnan(value):
        return None
    return value if math.isfinite(value) else "Infinity"
