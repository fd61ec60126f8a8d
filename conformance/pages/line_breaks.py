"""
Long formulas of a line in pieces, between which a line may end.

Browsers do not break formulas. A formula whose outermost row has relations becomes several ``math`` elements, each up
to and with a relation, as a typesetter would part it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from collections.abc import Iterator

LONG = 14
"""Signs from which on a formula may be parted."""

SHORT = 3
"""Signs that no piece goes below."""

_RELATIONS = frozenset("=≤≥<>≠→↦∈⊂")
_OPENING = frozenset("([{⌊⌈")
_CLOSING = frozenset(")]}⌋⌉")
_BARS = frozenset("|‖")


def pieces(math: ET.Element) -> list[ET.Element]:
    """The formula ``math`` as one or more ``math`` elements that follow one another."""
    if _length(math) < LONG or len(math) != 1 or math[0].tag != "mrow":
        return [math]
    return [_formula(children) for children in _parted(list(math[0]))]


def _parted(children: list[ET.Element]) -> Iterator[list[ET.Element]]:
    """The children of a row, up to and with each relation outside of parentheses."""
    depth = 0
    piece: list[ET.Element] = []
    left = sum(map(_length, children))
    for child in children:
        piece.append(child)
        depth += _nesting(child)
        left -= _length(child)
        if depth == 0 and child.text in _RELATIONS and left >= SHORT and sum(map(_length, piece)) > SHORT:
            child.set("form", "infix")
            yield piece
            piece = []
    yield piece


def _nesting(child: ET.Element) -> int:
    """1 where ``child`` opens a parenthesis, -1 where it closes one."""
    core = _core(child)
    side = core.get("form") if core.text in _BARS else None
    return (child.text in _OPENING or side == "prefix") - (core.text in _CLOSING or side == "postfix")


def _core(element: ET.Element) -> ET.Element:
    """What carries the scripts or the prime of ``element``, such as a closing parenthesis."""
    while len(element) and element.tag not in {"mfrac", "msqrt", "mtable"}:
        element = element[0]
    return element


def _length(element: ET.Element) -> int:
    """How many signs it has."""
    return sum(len(text) for text in element.itertext())


def _formula(children: list[ET.Element]) -> ET.Element:
    math, row = ET.Element("math"), ET.Element("mrow")
    row.extend(children)
    math.append(row)
    return math
