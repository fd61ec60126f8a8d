"""
MathML as browsers read it, MathML Core, from what latex2mathml writes.

Core knows no alphabets but those of Unicode, no named spaces, and the name of a function only as one identifier. It
tells a sign from an operation by the place in its row alone, so that the minus of ``a = -b`` has to be marked. The walk
below sets these right, in place, row by row.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from collections.abc import Mapping

NAMESPACE = "http://www.w3.org/1998/Math/MathML"

THIN_SPACE = "0.1667em"
"""What TeX sets between the name of a function and its argument."""

LEFT_BAR, RIGHT_BAR, LEFT_DOUBLE_BAR, RIGHT_DOUBLE_BAR = "\ue000", "\ue001", "\ue002", "\ue003"
"""Bars that know their side, through a conversion that forgets it."""

_BARS = {
    LEFT_BAR: ("|", "prefix"),
    RIGHT_BAR: ("|", "postfix"),
    LEFT_DOUBLE_BAR: ("‖", "prefix"),
    RIGHT_DOUBLE_BAR: ("‖", "postfix"),
}
_OPENING = frozenset("([{⌊⌈")
_CLOSING = frozenset(")]}⌋⌉")
_UNSIDED = frozenset("|‖")
_SIGNS = frozenset("−+±")
_ENDS_AN_OPERAND = frozenset("!′″")
_LARGE = frozenset("◯")
_PUNCTUATION = frozenset(":")
_SCRIPTED = ("msub", "msup", "msubsup", "munder", "mover", "munderover")
_TO_LIMITS: Mapping[str, str] = {"msub": "munder", "msup": "mover", "msubsup": "munderover"}
_ALPHABETS: Mapping[str, str] = {"bold": "BOLD", "script": "SCRIPT", "double-struck": "DOUBLE-STRUCK"}
_DIGITS = ("ZERO", "ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX", "SEVEN", "EIGHT", "NINE")
_OLDER_LETTERS: Mapping[tuple[str, str], str] = {
    ("SCRIPT", "B"): "ℬ", ("SCRIPT", "E"): "ℰ", ("SCRIPT", "F"): "ℱ", ("SCRIPT", "H"): "ℋ", ("SCRIPT", "I"): "ℐ",
    ("SCRIPT", "L"): "ℒ", ("SCRIPT", "M"): "ℳ", ("SCRIPT", "R"): "ℛ",
    ("DOUBLE-STRUCK", "C"): "ℂ", ("DOUBLE-STRUCK", "N"): "ℕ", ("DOUBLE-STRUCK", "Q"): "ℚ", ("DOUBLE-STRUCK", "R"): "ℝ",
    ("DOUBLE-STRUCK", "Z"): "ℤ",
}  # fmt: skip
"""Letters that Unicode had before it had the alphabets, which leave a gap there."""


def corrected(math: ET.Element) -> None:
    """Set the ``math`` element right, in place; as a part of HTML it needs no namespace."""
    for element in math.iter():
        element.tag = element.tag.removeprefix(f"{{{NAMESPACE}}}")
    in_display = math.get("display") == "block"
    for element in list(math.iter()):
        _merge_roman(element)
    for element in math.iter():
        _correct_leaf(element)
    for element in list(math.iter()):
        if in_display:
            _move_limits(element)
        if len(element) and element.tag not in _SCRIPTED:
            _correct_row(element)
    if not in_display:
        del math.attrib["display"]


def _merge_roman(element: ET.Element) -> None:
    """Letters set upright one by one, as one identifier, which is upright of itself."""
    if element.tag != "mrow" or not len(element):
        return
    if element[0].get("mathvariant") == "normal" and all(child.tag in {"mi", "mn"} for child in element):
        word = "".join(child.text or "" for child in element)
        element.clear()
        element.tag, element.text = "mi", word


def _correct_leaf(element: ET.Element) -> None:
    text = element.text or ""
    if element.tag == "mspace" and element.get("width") == "thinmathspace":
        element.set("width", THIN_SPACE)
    if text in _BARS:
        _make_fence(element, *_BARS[text])
    elif (
        element.tag in {"mi", "mo"}
        and text in _OPENING | _CLOSING
        and "minsize" not in element.attrib
        and element.tag == "mi"
    ):
        _make_fence(element, text, "prefix" if text in _OPENING else "postfix")
    elif element.tag == "mi" and text in _LARGE | _PUNCTUATION:
        element.tag = "mo"
        if text in _LARGE:
            element.attrib.update({"lspace": "0", "rspace": THIN_SPACE})
    elif element.tag == "mo" and text.isalpha() and text.isascii():
        element.tag = "mi"
        element.set("class", "function")
    elif element.tag == "mi" and len(text) > 1 and text.isascii() and text in _FUNCTIONS:
        element.set("class", "function")
    variant = element.attrib.get("mathvariant")
    if variant in _ALPHABETS:
        del element.attrib["mathvariant"]
        element.text = "".join(_letter(_ALPHABETS[variant], character) for character in text)


_FUNCTIONS = frozenset(
    ("exp", "log", "ln", "sin", "cos", "tan", "sinh", "cosh", "tanh", "max", "min", "det", "lim", "sup", "inf")
)
"""Names that stand for a function wherever they stand."""


def _make_fence(element: ET.Element, text: str, form: str) -> None:
    element.tag, element.text = "mo", text
    element.attrib.update({"form": form, "fence": "true", "stretchy": "false", "lspace": "0", "rspace": "0"})


def _letter(alphabet: str, character: str) -> str:
    """``character`` of a mathematical alphabet; itself where Unicode has none."""
    if (alphabet, character) in _OLDER_LETTERS:
        return _OLDER_LETTERS[alphabet, character]
    if character.isdigit():
        name = f"MATHEMATICAL {alphabet} DIGIT {_DIGITS[int(character)]}"
    else:
        name = f"MATHEMATICAL {alphabet} {'CAPITAL' if character.isupper() else 'SMALL'} {character.upper()}"
    try:
        return unicodedata.lookup(name)
    except KeyError:
        return character


def _move_limits(element: ET.Element) -> None:
    """The scripts of a large operator or of a maximum, below and above it, as on a line of their own."""
    if element.tag in _TO_LIMITS and (_core(element).text in _LARGE or _core(element).text in {"max", "min", "lim"}):
        element.tag = _TO_LIMITS[element.tag]


def _correct_row(row: ET.Element) -> None:
    """The sides of bars, the signs, and the spaces around the names of functions in one row."""
    is_open: dict[str, bool] = {}
    previous: ET.Element | None = None
    corrected_children: list[ET.Element] = []
    for child in row:
        core = _core(child)
        _give_side(core, is_open)
        if core is child and core.text in _SIGNS and not _is_operand(previous):
            core.set("form", "prefix")
        if previous is not None and _needs_space(previous, child) and corrected_children[-1].tag != "mspace":
            corrected_children.append(ET.Element("mspace", {"width": THIN_SPACE}))
        corrected_children.append(child)
        previous = previous if child.tag == "mspace" else child
    row[:] = corrected_children


def _give_side(bar: ET.Element, is_open: dict[str, bool]) -> None:
    """Bars that do not know their side open and close in turn."""
    text = bar.text or ""
    if text not in _UNSIDED or "form" in bar.attrib:
        return
    is_open[text] = not is_open.get(text, False)
    side = "prefix" if is_open[text] else "postfix"
    if "minsize" in bar.attrib:
        bar.attrib.update({"form": side, "lspace": "0", "rspace": "0"})
    else:
        _make_fence(bar, text, side)


def _needs_space(left: ET.Element, right: ET.Element) -> bool:
    """Whether the name of a function is set apart from its neighbour."""
    if _core(right).get("class") == "function":
        return _is_operand(left) or _core(left).get("class") == "function"
    return _core(left).get("class") == "function" and _begins_operand(right)


def _core(element: ET.Element) -> ET.Element:
    """What carries the scripts of ``element``; itself where it has none."""
    while element.tag in _SCRIPTED and len(element):
        element = element[0]
    return element


def _is_operand(element: ET.Element | None) -> bool:
    """Whether what follows ``element`` in a row is an operation on it rather than a sign."""
    if element is None:
        return False
    core = _core(element)
    if core.tag != "mo":
        return core.get("class") != "function"
    return core.get("form") == "postfix" or core.text in _CLOSING | _ENDS_AN_OPERAND or core.text in {"∞", "…", "⋯"}


def _begins_operand(element: ET.Element) -> bool:
    """Whether ``element``, behind the name of a function, is an argument without parentheses."""
    core = _core(element)
    return core.tag not in {"mo", "mspace"} or (core.text in _UNSIDED and core.get("form") != "postfix")
