"""
MathML as browsers read it, MathML Core, from what latex2mathml writes.

Core knows no alphabets but those of Unicode, no named spaces, and the name of a function only as one identifier. It
tells a sign from an operation by the place in its row alone, so that the minus of ``a = -b`` has to be marked. The walk
below sets these right, in place: leaf by leaf, then row by row.
"""

from __future__ import annotations

import unicodedata
from types import MappingProxyType
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

NAMESPACE = "http://www.w3.org/1998/Math/MathML"

THIN_SPACE = "0.1667em"
"""What is set between the name of a function and its neighbours."""

LEFT_BAR, RIGHT_BAR, LEFT_DOUBLE_BAR, RIGHT_DOUBLE_BAR = "\ue000", "\ue001", "\ue002", "\ue003"
"""Bars that know their side, through a conversion that forgets it."""

FUNCTION = "function"
"""The class of an identifier that names a function wherever it stands, such as ``exp``."""

_FUNCTIONS = frozenset(("exp", "log", "ln", "sin", "cos", "tan", "sinh", "cosh", "tanh", "max", "min", "lim"))
_WITH_LIMITS = frozenset(("max", "min", "lim"))
_COMPOSITION = "◯"

_UNSIDED = frozenset("|‖")
_FENCES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        LEFT_BAR: ("|", "prefix"),
        RIGHT_BAR: ("|", "postfix"),
        LEFT_DOUBLE_BAR: ("‖", "prefix"),
        RIGHT_DOUBLE_BAR: ("‖", "postfix"),
        **{bracket: (bracket, "prefix") for bracket in "{⌊⌈"},
        **{bracket: (bracket, "postfix") for bracket in "}⌋⌉"},
    }
)
"""What is written as an identifier and is a fence: its sign and its side."""

_PRIMES = frozenset("′″")
_UNSPACED = frozenset("…⋯/∂")
"""Operators without space around them."""

_UPRIGHT = frozenset("ΓΔΘΛΞΠΣΥΦΨΩ")
"""Capitals that stand upright."""

_SIGNS = frozenset("−+±")
_AFTER_AN_OPERAND = frozenset(")]}⌋⌉!′″…⋯")
"""Operators by their element that end an operand, so that a minus behind them subtracts."""

_SCRIPTED = ("msub", "msup", "msubsup", "munder", "mover", "munderover")
_ROWS = ("math", "mrow", "mstyle", "msqrt", "mtd")
_LIMITS: Mapping[str, str] = MappingProxyType({"msub": "munder", "msup": "mover", "msubsup": "munderover"})

_ALPHABETS: Mapping[str, str] = MappingProxyType({"bold": "BOLD", "script": "SCRIPT", "double-struck": "DOUBLE-STRUCK"})
_DIGITS = ("ZERO", "ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX", "SEVEN", "EIGHT", "NINE")


def correct(math: ET.Element) -> None:
    """Set the ``math`` element right, in place; as a part of HTML it needs no namespace."""
    for element in math.iter():
        element.tag = element.tag.removeprefix(f"{{{NAMESPACE}}}")
    in_display = math.get("display") == "block"
    if not in_display:
        del math.attrib["display"]
    for element in list(math.iter()):
        _merge_upright(element)
        _set_prime(element)
    for element in math.iter():
        _correct_leaf(element)
    for element in list(math.iter()):
        if in_display:
            _move_limits(element)
        if element.tag in _ROWS:
            _correct_row(element)


# leaf by leaf


def _merge_upright(element: ET.Element) -> None:
    """Letters set upright one by one, as one identifier, which is upright of itself."""
    if element.tag != "mrow" or not len(element):
        return
    if element[0].get("mathvariant") == "normal" and all(child.tag in {"mi", "mn"} for child in element):
        word = "".join(child.text or "" for child in element)
        element.clear()
        element.tag, element.text = "mi", word


def _set_prime(element: ET.Element) -> None:
    """A prime beside its base: the sign is raised already, and raised again it is lost."""
    if element.tag not in {"msup", "msubsup"} or element[-1].text not in _PRIMES:
        return
    base, *scripts = element
    primed = ET.Element("mrow")
    sign = ET.Element("mo", {"form": "postfix", "lspace": "0", "rspace": "0"})
    sign.text = scripts.pop().text
    primed.extend((base, sign))
    if scripts:
        element.tag, element[:] = "msub", [primed, *scripts]
    else:
        element.tag, element[:] = "mrow", [base, sign]


def _correct_leaf(element: ET.Element) -> None:
    text = element.text or ""
    match element.tag:
        case "mspace" if element.get("width") == "thinmathspace":
            element.set("width", THIN_SPACE)
        case "mi" if text in _FENCES:
            _make_fence(element, *_FENCES[text])
        case "mi" if text in {":", _COMPOSITION}:
            element.tag = "mo"
            if text == _COMPOSITION:
                element.attrib.update({"class": "composition", "lspace": "0", "rspace": THIN_SPACE})
        case "mi" | "mo" if text in _FUNCTIONS:
            element.tag = "mi"
            element.set("class", FUNCTION)
        case "mo" if text in _UNSPACED or "minsize" in element.attrib:
            element.attrib.update({"lspace": "0", "rspace": "0"})
        case "mi" if text in _UPRIGHT:
            element.set("mathvariant", "normal")
        case "mo" if text == "∞":
            element.tag = "mi"
    alphabet = _ALPHABETS.get(element.get("mathvariant", ""))
    if alphabet:
        del element.attrib["mathvariant"]
        element.text = "".join(_letter(alphabet, character) for character in text)


def _make_fence(element: ET.Element, text: str, side: str) -> None:
    element.tag, element.text = "mo", text
    element.attrib.update({"form": side, "fence": "true", "stretchy": "false", "lspace": "0", "rspace": "0"})


def _letter(alphabet: str, character: str) -> str:
    """``character`` of a mathematical alphabet; itself where Unicode has none."""
    for name in _names_of(alphabet, character):
        try:
            return unicodedata.lookup(name)
        except KeyError:
            continue
    return character


def _names_of(alphabet: str, character: str) -> Iterator[str]:
    """What Unicode may call it: some letters it had before it had the alphabets."""
    if character.isdigit():
        yield f"MATHEMATICAL {alphabet} DIGIT {_DIGITS[int(character)]}"
        return
    letter = f"{'CAPITAL' if character.isupper() else 'SMALL'} {character.upper()}"
    yield f"MATHEMATICAL {alphabet} {letter}"
    yield f"{alphabet} {letter}"


# row by row


def _move_limits(element: ET.Element) -> None:
    """On a line of its own, the scripts of a maximum and of a composition stand below and above it."""
    if element.tag in _LIMITS and (_core(element).text or "") in {_COMPOSITION, *_WITH_LIMITS}:
        element.tag = _LIMITS[element.tag]


def _correct_row(row: ET.Element) -> None:
    """The sides of bars, the signs, and the spaces around the names of functions in one row."""
    is_open: dict[str, bool] = {}
    previous: ET.Element | None = None
    children: list[ET.Element] = []
    for child in row:
        core = _core(child)
        _give_side(core, is_open)
        if core is child and core.text in _SIGNS and not _is_operand(previous):
            core.set("form", "prefix")
        if previous is not None and _needs_space(previous, child) and children[-1].tag != "mspace":
            children.append(ET.Element("mspace", {"width": THIN_SPACE}))
        children.append(child)
        previous = previous if child.tag == "mspace" else child
    if len(children) == 1 and children[0].tag == "mo" and "form" not in children[0].attrib:
        children[0].attrib.update({"lspace": "0", "rspace": "0"})  # the sign itself is spoken of
    row[:] = children


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
    """Whether one of two neighbours is the name of a function that is set apart from the other."""
    if _core(right).get("class") == FUNCTION:
        return _is_operand(left) or _core(left).get("class") == FUNCTION
    return _core(left).get("class") == FUNCTION and _begins_operand(right)


def _core(element: ET.Element) -> ET.Element:
    """What carries the scripts of ``element``; itself where it has none."""
    while element.tag in _SCRIPTED:
        element = element[0]
    return element


def _is_operand(element: ET.Element | None) -> bool:
    """Whether a minus behind ``element`` subtracts, rather than being a sign."""
    if element is None:
        return False
    core = _core(element)
    if core.tag != "mo":
        return core.get("class") != FUNCTION
    return core.get("form") == "postfix" or core.text in _AFTER_AN_OPERAND


def _begins_operand(element: ET.Element) -> bool:
    """Whether ``element``, behind the name of a function, is an argument without parentheses."""
    core = _core(element)
    return core.tag not in {"mo", "mspace"} or (core.text in _UNSIDED and core.get("form") == "prefix")
