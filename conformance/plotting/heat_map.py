"""Where in a matrix an answer is wrong: a map of the error of every entry, an array below the other."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

from ..auditing.heat import MOST_COLUMNS, MOST_ROWS, edges
from .measuring import Place, worst
from .svg import Picture, label, path, rectangle, short, titled

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from xml.etree import ElementTree as ET

    from .measuring import Entry

    Shape = tuple[int, ...]

WIDTH = 680
"""Of the picture."""

LARGEST_CELL = 34
"""The side of a cell where there is room."""

MARGIN, HEAD, LINE = 16, 46, 18
"""The room at the sides, the height of the title, and that of a line of text."""

LABELLED = 16
"""Rows and columns are numbered up to so many."""

FAINTEST, STRONGEST = 0.06, 0.9
"""How much of its colour a cell has at an error of 0, and at the largest."""

ORDER = (Place.INSIDE, Place.OPEN, Place.BELOW, Place.OUTSIDE)
"""What a cell over several entries shows: the last of these that one of them is."""


def heat_map(title: str, arrays: Mapping[str, tuple[Shape, Sequence[Entry]]]) -> Picture:
    """The picture of the entries of each array, by the names and shapes of these."""
    entries = [entry for _, each in arrays.values() for entry in each]
    strongest = math.log2(1 + max((entry.error for entry in entries if math.isfinite(entry.error)), default=0.0))
    shapes = [label("heading", MARGIN, 20, title), label("start", MARGIN, 37, counts(entries))]
    top = float(HEAD)
    notes = []
    for name, (shape, each) in arrays.items():
        notes.append(_note(name, shape, each))
        shapes.append(label("start", MARGIN, top + 12, notes[-1]))
        height, drawn = _map(shape, each, top + LINE, strongest)
        shapes += drawn
        top += height + LINE
    legend = "darker is a larger error (logarithmic); ╳ outside MUST, ╱ outside SHOULD, ● undecided"
    shapes.append(label("start", MARGIN, top + 12, legend))
    return Picture(WIDTH, math.ceil(top) + LINE + 4, title, "; ".join([counts(entries), *notes]), tuple(shapes))


def counts(entries: Sequence[Entry]) -> str:
    """How many entries lie where."""
    seen = Counter(entry.place for entry in entries)
    noun = "entry" if len(entries) == 1 else "entries"
    return f"{len(entries)} {noun}: " + ", ".join(f"{seen[place]} {place.value}" for place in Place)


def told(name: str, entry: Entry) -> str:
    """An entry in words."""
    place = f"[{', '.join(map(str, entry.index))}]" if entry.index else ""
    error = f"{entry.error:.3g} ulps" if math.isfinite(entry.error) else "infinite error"
    return f"{name}{place}: got {entry.got!r} for {entry.truth}, {error}, {entry.place.value}"


def _note(name: str, shape: Shape, entries: Sequence[Entry]) -> str:
    size = " × ".join(map(str, shape)) or "one number"
    most = worst(entries)
    return f"{name}, {size}; worst {told(name, most)}" if most else f"{name}, {size}"


def _map(shape: Shape, entries: Sequence[Entry], top: float, strongest: float) -> tuple[float, list[ET.Element]]:
    """The height of the map of one array, and its cells; axes beyond the first stand side by side."""
    rows = shape[0] if len(shape) > 1 else 1
    columns = max(1, len(entries) // max(1, rows))
    across, down = edges(columns, MOST_COLUMNS), edges(rows, MOST_ROWS)
    left = MARGIN + 24
    side = min(LARGEST_CELL, (WIDTH - left - MARGIN) // (len(across) - 1))
    shapes = list(_numbers(left, top + LINE, side, rows, columns))
    for row in range(len(down) - 1):
        for column in range(len(across) - 1):
            block = [
                entries[columns * i + j]
                for i in range(down[row], down[row + 1])
                for j in range(across[column], across[column + 1])
            ]
            shapes += _cell(left + side * column, top + LINE + side * row, side, block, strongest)
    return LINE + side * (len(down) - 1) + LINE / 2, shapes


def _numbers(left: float, top: float, side: float, rows: int, columns: int) -> Iterator[ET.Element]:
    if columns <= LABELLED:
        for column in range(columns):
            yield label("middle", left + side * (column + 0.5), top - 5, str(column))
    if rows <= LABELLED:
        for row in range(rows):
            yield label("end", left - 6, top + side * (row + 0.5) + 4, str(row))


def _cell(x: float, y: float, side: float, block: Sequence[Entry], strongest: float) -> Iterator[ET.Element]:
    most = worst(block) or block[0]
    share = 1.0 if not math.isfinite(most.error) else math.log2(1 + most.error) / strongest if strongest else 0.0
    cell = rectangle("cell bar", x, y, side, side)
    cell.set("fill-opacity", f"{FAINTEST + (STRONGEST - FAINTEST) * share:.2f}")
    yield titled(cell, told("", most))
    place = max((entry.place for entry in block), key=ORDER.index)
    near, far = short(side * 0.2), short(side * 0.6)
    if place in (Place.OUTSIDE, Place.BELOW):
        start = f"M{short(x)} {short(y)}m{near} {short(side * 0.8)}l{far} -{far}"
        second = f"m-{far} 0l{far} {far}" if place is Place.OUTSIDE else ""
        yield path("cross" if place is Place.OUTSIDE else "slash", [start, second])
    elif place is Place.OPEN:
        yield path("axis", [f"M{short(x + side / 2 - 2)} {short(y + side / 2)}a2 2 0 1 0 4 0a2 2 0 1 0-4 0"])
