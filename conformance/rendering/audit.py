"""An audit as text for a person: the table of arrays, what fails and where, what it behaves like, what was seen."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ...spec.formats import FLOAT64
from ..auditing.judged import AuditVerdict
from ..spec_lookup import is_default
from .numbers import number, ulps

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..auditing import ArrayAudit, Audit, Bundle, Entry, LevelAudit
    from ..auditing.judged import HeatMap

SHADES = ((0.1, "."), (0.25, ":"), (0.5, "-"), (1.0, "+"), (10.0, "x"), (math.inf, "#"))
"""The character of a cell, by the largest error over envelope up to which it stands."""

LEGEND = "error over envelope, largest of a block: . to 0.1, : 0.25, - 0.5, + 1, x outside, # tenfold, blank undecided"
"""What the characters of a heat map mean."""

TO_THE_LEFT = 2
"""The first columns of the table are words, the others figures."""


def summary(audit: Audit, name: str, *, heat: bool = False) -> Iterator[str]:
    """The lines of an audit of the bundle called ``name``; with ``heat``, the heat maps of arrays that pass too."""
    yield from _head(audit.bundle, name)
    for level in audit.levels:
        yield ""
        yield from _level(level, audit.bundle, heat=heat)
    yield ""
    yield f"{audit.verdict}: {name}, {audit.bundle.number_format.name}, at {' and '.join(_names(audit.levels))}"


def _names(levels: Sequence[LevelAudit]) -> list[str]:
    return [level.level for level in levels]


def _head(bundle: Bundle, name: str) -> Iterator[str]:
    widths = "-".join(map(str, [len(bundle.inputs), *(len(bias) for bias in bundle.biases)]))
    origin = f" by {bundle.origin}" if bundle.origin else ""
    yield f"{name}: one step{origin} in {bundle.number_format.name}"
    yield (
        f"network {widths} ({', '.join(bundle.activations)}), {bundle.loss}, "
        f"{bundle.samples} samples, {bundle.parameters} parameters"
    )
    chosen = ", ".join(f"{key}={value}" for key, value in bundle.conventions.items() if not is_default(key, value))
    yield f"conventions: {chosen or 'all default'}"


def _level(level: LevelAudit, bundle: Bundle, *, heat: bool) -> Iterator[str]:
    yield f"level {level.level}: {level.verdict}"
    yield from _table(level.arrays)
    yield from _sensitivity(level)
    yield from _undecided(level, bundle)
    for array in level.failing:
        yield ""
        yield from _failure(array, level.level)
    for array in level.arrays:
        if array.outside or heat:
            yield ""
            yield from _heat(array)
    if level.failing or heat:
        yield f"    {LEGEND}"
    if level.failing:
        yield ""
        yield from _explanations(level)


def _table(arrays: Sequence[ArrayAudit]) -> Iterator[str]:
    rows = [
        ("array", "shape", "entries", "decided", "outside", "ulps median", "99 %", "largest", "finds", ""),
        *(
            (
                array.name,
                "x".join(map(str, array.shape)) or "scalar",
                f"{array.entries}",
                f"{array.decided}",
                f"{array.outside or '-'}",
                *(
                    _short(value)
                    for value in (array.error_ulps.median, array.error_ulps.most, array.error_ulps.largest)
                ),
                _short(array.sensitivity.median),
                "undecided" if array.verdict is AuditVerdict.UNDECIDED else "",
            )
            for array in arrays
        ),
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [
            f"{cell:<{width}}" if place < TO_THE_LEFT else f"{cell:>{width}}"
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield "  ".join(cells).rstrip()


def _short(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:.3g}"


def _sensitivity(level: LevelAudit) -> Iterator[str]:
    """How small an error would have been found; finds, in the table, is the median of one array."""
    yield "finds: from what relative error on half of the entries of an array would be found wrong"
    found = level.found
    told = [f"10^{k} in {_percent(share)}" for k, share in found.items() if share > 0 and found.get(k + 1, 0) < 1]
    if told:
        yield f"an error of one part in so many, in one entry of a gradient, is found: {', '.join(told)} of the entries"


def _undecided(level: LevelAudit, bundle: Bundle) -> Iterator[str]:
    """What to do where rounding may do so much that most entries say nothing."""
    open_entries = sum(array.entries - array.decided for array in level.arrays)
    if 2 * open_entries > sum(array.entries for array in level.arrays):
        name = bundle.number_format.name
        yield f"most entries are undecided: in a network of this size {name} may lose a quarter of them to rounding"
        if bundle.number_format is not FLOAT64:
            yield "record the step in float64 to have the formulas of the program judged"


def _percent(share: float) -> str:
    """A share in per cent, rounded down, so that 100 % is all."""
    return f"{math.floor(share * 1000) / 10:g} %"


def _failure(array: ArrayAudit, level: str) -> Iterator[str]:
    where = f", {array.pattern}" if array.pattern else ""
    yield f"FAIL {level.upper()} {array.name}: {array.outside} of {array.entries} entries outside{where}"
    for entry in array.worst:
        if entry.ratio > 1:
            yield from _entry(entry)


def _entry(entry: Entry) -> Iterator[str]:
    place = f"[{', '.join(map(str, entry.index))}]" if entry.index else ""
    yield f"    {entry.array}{place}: {entry.place}"
    yield f"        got      {number(entry.got.hex())}"
    yield f"        allowed  {number(entry.lower.hex())} to {number(entry.upper.hex())}"
    yield f"        true     {entry.truth}"
    parts = f"{entry.relative:.3g} of the value, {entry.ratio:.3g} radii of the envelope"
    yield f"        error    {ulps(entry.error_ulps)} ulps, {parts}"


def _heat(array: ArrayAudit) -> Iterator[str]:
    rows, columns = array.heat.shape
    yield f"    {array.name}, {rows} rows, {columns} columns"
    yield from (f"    |{line}|" for line in shaded(array.heat))


def shaded(heat: HeatMap) -> list[str]:
    """A heat map as lines of characters."""
    return ["".join(map(shade, row)) for row in heat.cells.tolist()]


def shade(ratio: float) -> str:
    """The character of a cell."""
    if math.isnan(ratio):
        return " "
    return next(character for most, character in SHADES if ratio <= most)


def _explanations(level: LevelAudit) -> Iterator[str]:
    failing = {array.name for array in level.failing}
    if not level.explanations:
        yield "behaves like no known cause; every other entry lies in its envelope"
        return
    yield "behaves like"
    for found in level.explanations:
        arrays = "every failing array" if set(found.arrays) == failing else ", ".join(found.arrays)
        yield f"    - {arrays}: {found.sentence}"
    left = failing - {name for found in level.explanations for name in found.arrays}
    if left:
        yield f"    no known cause explains {', '.join(sorted(left))}"
