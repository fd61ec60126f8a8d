"""Verdicts and levels: closed sets, never merged."""

from __future__ import annotations

from enum import StrEnum


class Level(StrEnum):
    """How much a row demands."""

    MUST = "must"
    SHOULD = "should"
    STRICT = "strict"


class RowVerdict(StrEnum):
    """What a row comes to."""

    PASS = "pass"  # noqa: S105 - a verdict, no password
    FAIL = "fail"
    ERROR = "error"
    UNSUPPORTED = "unsupported"
    UNDECIDED = "undecided"


class Conformance(StrEnum):
    """What a report comes to."""

    CONFORMANT = "conformant"
    NONCONFORMANT = "nonconformant"
    INCOMPLETE = "incomplete"


class Class(StrEnum):
    """The class that a target reaches: no failing MUST, nor SHOULD, nor STRICT row."""

    NONE = "none"
    CORE = "Core"
    ROBUST = "Robust"
    STRICT = "Strict"


REQUIRED = {
    "core": (Level.MUST,),
    "robust": (Level.MUST, Level.SHOULD),
    "strict": (Level.MUST, Level.SHOULD, Level.STRICT),
}
"""The levels whose rows ``--require`` makes decide the verdict."""

FAILING = (RowVerdict.FAIL, RowVerdict.ERROR)
"""The verdicts by which a row keeps a target out of a class."""

LEVELS_OF_REGIME = {
    "exact": (Level.MUST, Level.SHOULD),
    "ordinary": (Level.MUST, Level.SHOULD),
    "wide": (Level.MUST, Level.SHOULD),
    "extreme": (Level.MUST, Level.SHOULD),
    "special": (Level.STRICT,),
}
"""The levels that have rows in each regime."""
