"""What fails: one part of the page for each clause, operation and level, with all that is known of it."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from ..spec_lookup import position_of
from ..strategies.hazards import HAZARDS
from ..verdict import RowVerdict
from .shown import allowed, calls, entry_name, error_text, inputs, shown, shown_number
from .words import LEVELS, SIGNS, Sign, place

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..report import Report

    Row = Mapping[str, Any]


@dataclass(frozen=True)
class Example:
    """One failing row by its smallest counterexample."""

    number: int
    """By which it is asked for."""
    place: str
    """The format and regime."""
    sign: Sign
    """Whether it is wrong, or no answer at all."""
    reason: str
    """In words."""
    inputs: tuple[tuple[str, str], ...]
    """The arguments by name."""
    answer: str
    """All that came back, as far as there is room."""
    calls: tuple[str, ...]
    """What came back from each call, where more than the numbers of one answer counts."""
    entry: Mapping[str, str]
    """The worst number: its name, got, allowed, true, error; empty where no number was judged."""
    hazards: tuple[tuple[str, str], ...]
    """What makes the case hard: names and explanations."""
    replay: str
    """The command that asks again."""
    judge_again: str
    """The command that judges the recorded answer again."""


@dataclass(frozen=True)
class FailureGroup:
    """A clause that fails on an operation at a level, in whatever formats and regimes."""

    anchor: str
    """Where it stands in the page."""
    clause: str
    """Its id."""
    operation: str
    """By name."""
    level: str
    """In capitals."""
    is_must: bool
    """Whether it costs the class Core."""
    sentence: str
    """What the clause demands, in a sentence."""
    places: str
    """The formats and regimes in which it fails."""
    largest: str
    """The largest error of all; empty where none is measured."""
    first: Example
    """The smallest example."""
    others: tuple[Example, ...]
    """One for each other row that fails."""
    diagnosis: str
    """How the list of causes begins; empty without a diagnosis."""
    causes: tuple[str, ...]
    """What it behaves like."""
    not_evaluated: tuple[str, ...]
    """Causes of which that is open."""


def failure_groups(report: Report, source: str) -> tuple[FailureGroup, ...]:
    """What fails, worst level first, in the order of the text; ``source`` is the file to be replayed."""
    ordered = sorted(report.failures, key=_order)
    return tuple(_group(list(rows), report, source) for _, rows in groupby(ordered, key=_order))


def anchors(groups: Sequence[FailureGroup]) -> dict[int, str]:
    """Where each counterexample stands in the page, by its number."""
    return {example.number: each.anchor for each in groups for example in (each.first, *each.others)}


def _order(row: Row) -> tuple[int, int, str, str]:
    return LEVELS.index(row["level"]), position_of(row["clause"]), row["clause"], row["operation"]


def _group(rows: Sequence[Row], report: Report, source: str) -> FailureGroup:
    first = min(rows, key=lambda row: len(str(row["counterexample"]["case"]["arguments"])))
    found = next((each for each in report.diagnoses if _is_of(each, first)), None)
    return FailureGroup(
        anchor=f"failure-{first['counterexample']['number']}",
        clause=first["clause"],
        operation=first["operation"],
        level=first["level"].upper(),
        is_must=first["level"] == LEVELS[0],
        sentence=first["counterexample"]["sentence"],
        places=_places(rows),
        largest=_largest(rows),
        first=_example(first, source),
        others=tuple(_example(row, source) for row in rows if row is not first),
        diagnosis=_diagnosis(found),
        causes=tuple(cause["sentence"] for cause in found["causes"]) if found else (),
        not_evaluated=tuple(cause["sentence"] for cause in found.get("not_evaluated", ())) if found else (),
    )


def _is_of(diagnosis: Row, row: Row) -> bool:
    return all(diagnosis[key] == row[key] for key in ("clause", "operation", "level"))


def _places(rows: Sequence[Row]) -> str:
    """``float64 wide; float32 ordinary, wide``."""
    regimes: dict[str, list[str]] = {}
    for row in rows:
        regimes.setdefault(row["format"], []).append(row["regime"])
    return "; ".join(f"{name} {', '.join(dict.fromkeys(where))}" for name, where in regimes.items())


def _largest(rows: Sequence[Row]) -> str:
    errors = [float(row["max_error_ulps"]) for row in rows if row["verdict"] == RowVerdict.FAIL]
    worst = max(errors, default=0.0)
    return error_text(worst) if worst else ""


def _diagnosis(found: Row | None) -> str:
    if found is None:
        return ""
    if not found["causes"]:
        return f"It behaves like no known cause, over {found['failing']} failing examples."
    which = "each of these" if len(found["causes"]) > 1 else "this"
    return f"It behaves like {which}, over {found['failing']} failing and {found['passing']} passing examples:"


def _example(row: Row, source: str) -> Example:
    example = row["counterexample"]
    file, number = shlex.quote(source), example["number"]
    return Example(
        number=number,
        place=place(row),
        sign=SIGNS[row["verdict"]],
        reason=example["reason"],
        inputs=tuple(inputs(example["case"])),
        answer="; ".join(map(shown, example.get("answer", ()))),
        calls=tuple(calls(example)),
        entry=_entry(example.get("entry")),
        hazards=tuple(map(_hazard, example["hazards"])),
        replay=f"gradspec replay {file} {number} TARGET",
        judge_again=f"gradspec replay {file} {number}",
    )


def _entry(entry: Row | None) -> Mapping[str, str]:
    if entry is None:
        return {}
    return {
        "name": entry_name(entry),
        "got": shown_number(entry["got"]),
        "allowed": allowed(entry),
        "true": entry["truth"],
        "error": error_text(entry["error_ulps"]),
    }


def _hazard(name: str) -> tuple[str, str]:
    known = HAZARDS.get(name)
    return name, f"{known.description}; {known.effect}" if known else "a hazard that this version does not know"
