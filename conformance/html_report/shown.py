"""Numbers, arguments and outcomes of a report as text, whatever stands in the document."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from ...spec.operations import operations
from ..rendering.numbers import argument, number, short_hex, ulps

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LONGEST = 2000
"""Characters of one value; the report has all of them."""


def shown(document: Any) -> str:  # noqa: ANN401 - an encoded argument, or whatever stands in its place
    """One encoded argument or answer; what is none stands as it is."""
    try:
        text = argument(document)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        text = str(document)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."


def shown_number(text: str) -> str:
    """A hex float with its decimal, or as it is where it is beyond every format."""
    try:
        return number(text)
    except (OverflowError, ValueError):
        return short_hex(text)


def inputs(case: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The arguments and keywords of a case by their names."""
    declared = operations().get(case["operation"])
    names = [each.name for each in declared.arguments] if declared else []
    for position, value in enumerate(case["arguments"], start=1):
        yield names[position - 1] if position <= len(names) else f"argument {position}", shown(value)
    for name, value in case["keywords"].items():
        yield name, shown_number(value)


def allowed(entry: Mapping[str, Any]) -> str:
    """What an entry may be."""
    low, high = map(shown_number, entry["allowed"])
    texts = [low if low == high else f"{low} to {high}", *entry["specials"]]
    return " or ".join(texts)


def entry_name(entry: Mapping[str, Any]) -> str:
    """Which number of an answer: ``J[1, 1]``."""
    return f"{entry['array']}{entry['index'] or ''}"


def calls(example: Mapping[str, Any]) -> Iterator[str]:
    """What each call of an example came to, where more than one answer or one exception counts."""
    asked = example.get("asked", ())
    if len(asked) != 1 or asked[0].keys() != {"outcome"}:
        yield from map(outcome, asked)


def outcome(asked: Mapping[str, Any]) -> str:
    """What one call came to, and what it left behind."""
    (kind, value), *_ = asked["outcome"].items()
    text = "; ".join(map(shown, value)) if kind == "answer" else f"{kind}: {value}"
    traces = {"changed": "wrote to", "disturbed": "changed", "aliased": "shares memory with"}
    notes = [f"{words} {', '.join(asked[name])}" for name, words in traces.items() if asked.get(name)]
    return f"{text} ({'; '.join(notes)})" if notes else text


def error_text(value: float | str) -> str:
    """An error in ulps; one of NaN or of a false infinity is infinite."""
    return f"{ulps(value)} ulps" if math.isfinite(float(value)) else "infinite error"
