"""What the page calls things: each verdict by a word and a sign, numbers of anything, levels and formats in order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..verdict import Class, Conformance, RowVerdict

if TYPE_CHECKING:
    from collections.abc import Mapping

LEVELS = ("must", "should", "strict")
"""In the order of the page."""

REGIMES = ("exact", "ordinary", "wide", "extreme", "special")
"""Likewise."""


@dataclass(frozen=True)
class Sign:
    """How a ruling is shown: never by its colour alone."""

    word: str
    """Its name."""
    symbol: str
    """One character."""
    kind: str
    """A class of the style sheet, for the colour."""

    def __str__(self) -> str:
        return f"{self.symbol} {self.word}"


SIGNS: Mapping[str, Sign] = {
    RowVerdict.PASS: Sign("pass", "✓", "good"),
    RowVerdict.FAIL: Sign("fail", "✗", "bad"),
    RowVerdict.ERROR: Sign("error", "‼", "bad"),
    RowVerdict.UNSUPPORTED: Sign("unsupported", "–", "soft"),
    RowVerdict.UNDECIDED: Sign("undecided", "?", "warn"),
}
"""By the verdict of a row."""

VERDICTS: Mapping[str, Sign] = {
    Conformance.CONFORMANT: Sign("conformant", "✓", "good"),
    Conformance.NONCONFORMANT: Sign("nonconformant", "✗", "bad"),
    Conformance.INCOMPLETE: Sign("incomplete", "?", "warn"),
}
"""By the verdict of a report."""

CLASSES: Mapping[str, str] = {
    Class.NONE: "No class",
    Class.CORE: "Core",
    Class.ROBUST: "Robust",
    Class.STRICT: "Strict",
}
"""By the class reached."""

PROMISES: Mapping[str, str] = {
    Class.NONE: "a MUST row fails: a formula is wrong beyond what rounding excuses, somewhere in scope",
    Class.CORE: "no MUST row fails: the formulas are right, to within what rounding excuses",
    Class.ROBUST: "no MUST and no SHOULD row fails: right digits in the tails, in saturation, near overflow",
    Class.STRICT: "no row fails, of any level: special values too",
}
"""What a class says of what was examined."""

STATES: Mapping[str, str] = {
    "listed": "✓ listed, and fails as it says",
    "stale": "✗ stale: it does not fail that way any more",
    "expired": "‼ expired",
    "not judged": "– not judged in this run",
}
"""By the state of a known deviation."""


def count(number: int, noun: str) -> str:
    """
    A number of things.

    >>> count(1, "row"), count(1204, "row")
    ('1 row', '1,204 rows')
    """
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def place(row: Mapping[str, Any]) -> str:
    """Where a row stands beside its clause: ``float32 ordinary``."""
    return f"{row['format']} {row['regime']}"
