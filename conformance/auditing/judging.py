"""Judging one array of a step, in as many blocks of rows as its heat map has rows, so that memory stays bounded."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .entries import entry_at, worst_places
from .heat import MOST_ROWS, edges, heat_row
from .judged import ArrayAudit, AuditVerdict, HeatMap, Spread
from .measuring import largest_magnitude, measured

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ...spec.conventions import Conventions
    from ...spec.formats import Format
    from .measuring import Measured, Rules
    from .quantities import Quantity

    FloatArray = np.ndarray[Any, np.dtype[np.float64]]
    BoolArray = np.ndarray[Any, np.dtype[np.bool_]]

MOST = 0.99
"""The quantile of a spread beside its median and its largest number."""

DECIMALS: Mapping[str, int] = {"float64": 16, "float32": 8, "float16": 4, "bfloat16": 3}
"""An error of one part in 10 to this power is below what a format resolves, or next to it."""


@dataclass(frozen=True, eq=False)
class _Part:
    """What is kept of a block of rows."""

    decided: int
    errors: FloatArray
    sensitivities: FloatArray
    nonzero: int
    outside_rows: FloatArray
    outside_columns: FloatArray
    heat: FloatArray
    worst: tuple[tuple[int, float, float], ...]


def array_audit(quantity: Quantity, rules: Rules, conventions: Conventions, *, worst: int) -> ArrayAudit:
    """Every entry of ``quantity`` judged, the ``worst`` ones in full."""
    largest = largest_magnitude(quantity)
    rows, columns = quantity.rows
    cuts = edges(rows, MOST_ROWS)
    parts = []
    for start, stop in itertools.pairwise(cuts):
        block = quantity.between(start, stop)
        parts.append(_part(block, measured(block, largest, rules), start * columns, worst))
    decided = sum(part.decided for part in parts)
    nonzero = sum(part.nonzero for part in parts)
    outside_rows = np.concatenate([part.outside_rows for part in parts])
    outside = int(outside_rows.sum())
    sensitivities = np.concatenate([part.sensitivities for part in parts])
    places = sorted((place for part in parts for place in part.worst), key=lambda each: (-each[1], each[0]))[:worst]
    return ArrayAudit(
        name=quantity.name,
        shape=quantity.got.shape,
        verdict=_verdict(outside, sensitivities.size if nonzero else decided),
        entries=quantity.size,
        nonzero=nonzero,
        decided=decided,
        outside=outside,
        error_ulps=_spread(np.concatenate([part.errors for part in parts])),
        sensitivity=_spread(sensitivities),
        found=_found(sensitivities, nonzero, rules.number_format),
        worst=tuple(
            entry_at(quantity, _index(place, quantity), (error, ratio), rules.number_format, conventions)
            for place, ratio, error in places
        ),
        pattern=_pattern(
            outside_rows, np.sum([part.outside_columns for part in parts], axis=0), decided, quantity.got.ndim
        ),
        heat=HeatMap(np.stack([part.heat for part in parts]), (rows, columns)),
    )


def _part(block: Quantity, found: Measured, offset: int, worst: int) -> _Part:
    nonzero = (block.high != 0) | (block.low != 0)
    return _Part(
        decided=int(found.decided.sum()),
        errors=found.error_ulps[found.decided],
        sensitivities=found.sensitivity[found.decided & nonzero],
        nonzero=int(nonzero.sum()),
        outside_rows=found.outside.sum(axis=1),
        outside_columns=found.outside.sum(axis=0),
        heat=heat_row(found),
        worst=tuple((offset + place, ratio, error) for place, ratio, error in worst_places(found, worst)),
    )


def _verdict(outside: int, decided: int) -> AuditVerdict:
    """By the decided entries whose true value is not 0, where there are any: that a 0 is 0 says little of an array."""
    if outside:
        return AuditVerdict.NONCONFORMANT
    return AuditVerdict.CONFORMANT if decided else AuditVerdict.UNDECIDED


def _spread(numbers: FloatArray) -> Spread:
    if numbers.size == 0:
        return Spread(np.nan, np.nan, np.nan)
    # a number that occurs, since between an infinity and a number there is none
    found = np.quantile(numbers, (0.5, MOST, 1.0), method="inverted_cdf")
    return Spread(*map(float, found))


def _found(sensitivities: FloatArray, nonzero: int, number_format: Format) -> dict[int, float]:
    """By k the share of the entries that are not 0 of which an error of one part in 10^k is found."""
    powers = range(1, DECIMALS[number_format.name] + 1)
    return {k: int((sensitivities < 10.0**-k).sum()) / nonzero if nonzero else 0.0 for k in powers}


def _index(place: int, quantity: Quantity) -> tuple[int, ...]:
    return tuple(int(axis) for axis in np.unravel_index(place, quantity.got.shape)) if quantity.got.ndim else ()


def _pattern(rows: FloatArray, columns: FloatArray, decided: int, axes: int) -> str:
    """Where the entries outside stand, by their numbers in every row and column; empty where it takes more words."""
    outside = int(rows.sum())
    if outside < 2 or axes == 0:  # noqa: PLR2004 - one entry is shown as it is
        return ""
    if outside == decided:
        return "every one that is decided"
    if axes > 1 and np.count_nonzero(rows) == 1:
        return f"all in row {int(np.argmax(rows))}"
    if axes > 1 and np.count_nonzero(columns) == 1:
        return f"all in column {int(np.argmax(columns))}"
    return ""
