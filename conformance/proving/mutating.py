"""Statements with one slip each, a sign, an index, a factor or a number: what no theorem may be found to say."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SLIPS: tuple[tuple[str, str, str | Callable[[re.Match[str]], str]], ...] = (
    ("sign", r" \+ ", " - "),
    ("sign", r" \+v ", " -v "),
    ("sign", r" - ", " + "),
    ("sign", r" -v ", " +v "),
    ("sign", r"(?<=[(,] )?(?<![\w)\]] )- (?=[\w(])", ""),
    ("factor", r"\b[\w']+(?: \w)? \* ", ""),
    ("factor", r" \* [\w']+(?=[ )\].,]|$)", ""),
    ("factor", r" / [\w']+(?=[ )\].,]|$)", ""),
    ("index", r"\((\w+), (\w+)\)(?!\s*=>)", lambda match: f"({match[2]}, {match[1]})"),
    ("index", r"\b([a-z]+) ([ij])\b(?! in)", lambda match: f"{match[1]} {'j' if match[2] == 'i' else 'i'}"),
    ("transpose", r"\^T", ""),
    ("number", r"(?<![\w.%])2(?![\w.%])", "3"),
    ("number", r"(?<![\w.%])1(?![\w.%])", "2"),
    ("number", r"(?<![\w.%])0(?![\w.%])", "1"),
    ("relation", r" <= ", " < "),
    ("relation", r" < ", " <= "),
    ("function", r"\bexp\b", "sin"),
    ("function", r"\bcos\b", "sin"),
)
"""The kind of a slip, the places where it can happen, and what stands there then."""


_TYPE = re.compile(r"'[MVI]_(?:\([^()]*\)|[\w.]+)")
"""The type of an array: a slip there leaves many a statement what it was, for another length."""


def mutated(formal: str) -> Iterator[tuple[str, str]]:
    """Every statement that differs from ``formal`` by one slip, each once, with the kind of the slip."""
    found = {formal}
    types = [match.span() for match in _TYPE.finditer(formal)]
    for kind, place, other in SLIPS:
        for match in re.finditer(place, formal):
            if any(start <= match.start() < end for start, end in types):
                continue
            replacement = other if isinstance(other, str) else other(match)
            slipped = formal[: match.start()] + replacement + formal[match.end() :]
            if slipped not in found:
                found.add(slipped)
                yield kind, slipped
