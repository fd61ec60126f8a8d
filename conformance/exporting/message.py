"""What a badge says of a report: the class with its scope, in few words, and whether it is complete."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..rendering.printable import printable
from ..verdict import Class, Conformance

if TYPE_CHECKING:
    from ..report import Report

LABEL = "gradspec"
"""The left half of a badge."""

LONGEST = 60
"""Characters of a scope that a badge shows; a longer one is not cut, which would make it a larger scope, but named."""

COLOURS = {
    "none": "#b3261e",
    "incomplete": "#5f6368",
    "Core": "#8a5a00",
    "Robust": "#2e6b1f",
    "Strict": "#1b5e20",
}
"""Of the right half; white text on each has a contrast above 4.5, and nothing is said by colour alone."""


def standing(report: Report) -> str:
    """The class reached, or that it is not known: a required row is undecided, or nothing was judged."""
    if report.verdict is Conformance.INCOMPLETE:
        return Conformance.INCOMPLETE.value
    return report.reached.value


def message(report: Report) -> str:
    """The right half of a badge."""
    whole = printable(report.document["scope"]["text"])
    name = "no class" if report.reached is Class.NONE else report.reached.value
    text = whole if len(whole) <= LONGEST else f"{name}, limited scope"
    return f"incomplete: {text}" if report.verdict is Conformance.INCOMPLETE else text


def title(report: Report) -> str:
    """Whatever a badge says, in full: for whoever cannot see it, or points at it."""
    document = report.document
    name = f"{document['target']['name']} {document['target']['version']}".strip()
    return printable(f"{LABEL}: {name}: {document['scope']['text']}; {report.verdict.value}")
