"""
The formulas of the specification as MathML, which a browser shows without script, fonts or network.

latex2mathml converts them. What it does not know, or what it writes for renderers of older MathML, is set right before
the conversion (:func:`normalised`) and after it (:mod:`.mathml_core`), and nowhere else.
"""

from __future__ import annotations

import re
from functools import cache
from xml.etree import ElementTree as ET

from latex2mathml.converter import convert
from markupsafe import Markup

from .line_breaks import pieces
from .mathml_core import LEFT_BAR, LEFT_DOUBLE_BAR, RIGHT_BAR, RIGHT_DOUBLE_BAR, correct

_REWRITTEN = (
    (re.compile(r"\\([bB]ig{1,2}[lr])\s*\\[lr]vert(?![a-zA-Z])"), r"\\\1|"),  # otherwise its name is left as text
    (re.compile(r"\\lvert(?![a-zA-Z])"), LEFT_BAR),
    (re.compile(r"\\rvert(?![a-zA-Z])"), RIGHT_BAR),
    (re.compile(r"\\lVert(?![a-zA-Z])"), LEFT_DOUBLE_BAR),
    (re.compile(r"\\rVert(?![a-zA-Z])"), RIGHT_DOUBLE_BAR),
)


class FormulaError(ValueError):
    """A formula that cannot be shown: the fault of whoever wrote it."""


@cache
def mathml(latex: str, *, display: bool = False) -> Markup:
    """
    The formula ``latex`` as MathML, on a line of its own where ``display`` says so.

    A long formula in a line is several ``math`` elements, so that the line can end inside of it.

    Raises :class:`FormulaError` where a command of it is not known.
    """
    element = ET.fromstring(convert(normalised(latex), display="block" if display else "inline"))  # noqa: S314 - ours
    correct(element)
    left = [text for text in element.itertext() if "\\" in text]
    if left:
        message = f"the formula {latex!r} has the command {left[0]!r}, which has no MathML; write it otherwise"
        raise FormulaError(message)
    parts = [element] if display else pieces(element)
    return Markup("".join(ET.tostring(part, encoding="unicode") for part in parts))  # noqa: S704 - escaped there


def normalised(latex: str) -> str:
    """``latex`` with the commands that latex2mathml does not know written in those that it knows."""
    for pattern, replacement in _REWRITTEN:
        latex = pattern.sub(replacement, latex)
    return latex
