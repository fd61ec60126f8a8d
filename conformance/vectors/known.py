"""
Cases that have been counterexamples of published reports, kept for good: ``known.json``.

They are collected once, by ``gradspec vectors collect``, so that vectors do not change with every report.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from ...spec.conventions import resolve
from ...spec.operations import operations
from ..encoding import decoded_case
from .numbers import shortened
from .settling import FREE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from ..case import Case
    from ..report import Report
    from .choosing import Differs

FILE = "known.json"
"""In the folder of this package: one case a line."""


@dataclass(frozen=True, eq=False)
class Known:
    """A case, and where it was seen to fail."""

    case: Case
    """What was asked."""
    conventions: Mapping[str, str]
    """The conventions that differ from the default."""
    seen: tuple[str, ...]
    """By whose answers, at which level."""


@cache
def known() -> tuple[Known, ...]:
    """Every one, in the order of the file."""
    text = resources.files(__package__).joinpath(FILE).read_text(encoding="utf-8")
    return tuple(
        Known(decoded_case({"hazards": [], **each["case"]}), each["conventions"], tuple(each["seen"]))
        for each in json.loads(text)
    )


def collect(reports: Iterable[Report], file: Path, differs: Differs) -> int:
    """
    Add the counterexamples of ``reports`` to those in ``file``; how many were not there.

    ``differs`` tells which conventions have an influence on the true value; those that have none are left out.
    """
    entries: dict[str, dict[str, Any]] = {}
    before = json.loads(file.read_text(encoding="utf-8")) if file.exists() else []
    for entry in (*before, *(each for report in reports for each in _counterexamples(report, differs))):
        kept = entries.setdefault(json.dumps([entry["case"], entry["conventions"]]), entry)
        kept["seen"] = sorted({*kept["seen"], *entry["seen"]})
    lines = [json.dumps(entries[key], ensure_ascii=False) for key in sorted(entries)]
    file.write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8")
    return len(entries) - len(before)


def _counterexamples(report: Report, differs: Differs) -> Iterator[dict[str, Any]]:
    """Those of rows that examine numbers alone, under the conventions that change true values."""
    target = report.document["target"]
    for row in report.failures:
        operation = operations()[row["operation"]]
        if row["clause"] != operation.clause:
            continue
        case = shortened(row["counterexample"]["case"])
        case["hazards"] = row["counterexample"]["case"]["hazards"]
        default, used = resolve(), report.document["conventions"]
        other = {name: used[name] for name in FREE if name in operation.conventions and used[name] != default[name]}
        if other and not differs(decoded_case(case), other):
            other = {}
        who = f"{target['name']} {target['version']}".strip()
        yield {"case": case, "conventions": other, "seen": [f"{who}, {row['level']}"]}
