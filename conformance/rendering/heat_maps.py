"""Heat maps as one SVG page: a grid an array, light where answers are near the truth, crossed where outside."""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..auditing import Audit
    from ..auditing.judged import ArrayAudit, LevelAudit

CELL = 10
"""The side of a cell."""

LINE = 16
"""The height of a line of text."""

WIDTH = 66 * CELL
"""Of the page: the widest map and its margins."""


def svg(audit: Audit, name: str) -> str:
    """The heat maps of every array at every level, one below the other."""
    parts: list[str] = []
    top = LINE
    for level in audit.levels:
        for array in level.arrays:
            parts += [_title(array, level, top), *_cells(array, top + LINE // 2)]
            top += LINE + CELL * len(array.heat.cells) + LINE
    legend = "grey: error over envelope, darker is larger; crossed: outside; dotted: undecided"
    parts.append(_text(legend, top))
    title = f"<title>{escape(name)}, {audit.verdict}</title>"
    size = f'width="{WIDTH}" height="{top + LINE}" viewBox="0 0 {WIDTH} {top + LINE}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="12">'
    return "\n".join([head, title, *parts, "</svg>", ""])


def _title(array: ArrayAudit, level: LevelAudit, top: int) -> str:
    rows, columns = array.heat.shape
    return _text(f"{array.name}, {rows} by {columns}, {level.level}: {array.outside} outside", top)


def _text(text: str, top: int) -> str:
    return f'<text x="{CELL}" y="{top}">{escape(text)}</text>'


def _cells(array: ArrayAudit, top: int) -> Iterator[str]:
    for row, ratios in enumerate(array.heat.cells.tolist()):
        for column, ratio in enumerate(ratios):
            yield from _cell(CELL * (column + 1), top + CELL * row, ratio)


def _cell(left: int, top: int, ratio: float) -> Iterator[str]:
    grey = 255 if math.isnan(ratio) else 240 - round(130 * min(ratio, 1.0))
    yield (
        f'<rect x="{left}" y="{top}" width="{CELL}" height="{CELL}" fill="rgb({grey},{grey},{grey})" stroke="#ccc"/>'
    )
    end = left + CELL
    if math.isnan(ratio):
        yield f'<circle cx="{left + CELL // 2}" cy="{top + CELL // 2}" r="1" fill="#888"/>'
    elif ratio > 1:
        cross = f"M{left} {top}L{end} {top + CELL}M{end} {top}L{left} {top + CELL}"
        yield f'<path d="{cross}" stroke="#b00" stroke-width="2"/>'
