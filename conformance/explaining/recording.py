"""Writing down which implementations fail which clause, from the reports of a folder and what was written before."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ...spec.operations import operations
from ..rendering.figures import smallest
from ..rendering.numbers import argument, number
from ..verdict import Level, RowVerdict
from .findings import sections

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ..publishing import Published
    from .findings import Section

    Document = dict[str, Any]
    Row = Document
    Key = tuple[str, str, str, str]

NOTE = "DO NOT EDIT: written by python -m gradspec.conformance.explaining"
"""What stands first in the file."""

LONGEST = 160
"""Characters of a case that are kept; the report has all of it."""

LEVELS = tuple(level.value for level in Level)
"""In their order."""

PARTS = ("clause", "operation", "level", "target")
"""What names a failure."""


def recorded(before: Mapping[str, Any] | None, reports: Iterable[Published], findings: str) -> Document:
    """
    The document about ``reports`` and about everything that ``before`` says of other versions.

    Of a version that has a report, its newest word counts, and the earliest day that is known. ``findings`` is the text
    of the findings; what it does not explain any more keeps the explanation that it had.
    """
    targets = {name: {each["version"]: each for each in versions} for name, versions in _of(before, "targets")}
    failures = {_key(each): each for each in (before or {}).get("failures", ())}
    for published in sorted(reports, key=_age):
        examined = _examined(published)
        known = targets.setdefault(published.target, {})
        known[examined["version"]] = examined | {"date": _earliest(known.get(examined["version"]), examined)}
        _replace(failures, published)
    explained = {section.heading: section for section in sections(findings)}
    old = dict(_of(before, "findings"))
    kept = [_explained(each, explained.values()) for _, each in sorted(failures.items(), key=_place)]
    headings = dict.fromkeys(heading for each in kept for heading in each["findings"])
    return {
        "note": NOTE,
        "targets": {name: _in_order(versions.values()) for name, versions in sorted(targets.items())},
        "findings": {name: _finding(explained[name]) if name in explained else old[name] for name in headings},
        "failures": kept,
    }


def _of(before: Mapping[str, Any] | None, part: str) -> list[tuple[str, Any]]:
    return list((before or {}).get(part, {}).items())


def _key(failure: Mapping[str, Any]) -> Key:
    clause, operation, level, target = (failure[part] for part in PARTS)
    return clause, operation, level, target


def _place(item: tuple[Key, Document]) -> tuple[str, str, int, str]:
    clause, operation, level, target = item[0]
    return clause, operation, LEVELS.index(level), target


def _examined(published: Published) -> Document:
    document = published.report.document
    return {
        "version": document["target"]["version"],
        "date": document.get("date"),
        "specification": document["spec"]["digest"],
    }


def _age(published: Published) -> tuple[Any, ...]:
    return _version_age(_examined(published))


def _version_age(examined: Mapping[str, Any]) -> tuple[Any, ...]:
    """By version, numbers counting as such."""
    parts = re.findall(r"\d+|[a-z]+", examined["version"].lower())
    return tuple((part.isdigit(), int(part) if part.isdigit() else 0, part) for part in parts)


def _in_order(versions: Iterable[Document]) -> list[Document]:
    return sorted(versions, key=_version_age)


def _earliest(*records: Mapping[str, Any] | None) -> str | None:
    """The earliest day that any of ``records`` knows."""
    return min((record["date"] for record in records if record and record["date"]), default=None)


def _replace(failures: dict[Key, Document], published: Published) -> None:
    """Let ``failures`` say of the version of ``published`` what its report says."""
    examined = _examined(published)
    found = _failing(published)
    for key in [key for key in failures if key[-1] == published.target] + list(found):
        before = {each["version"]: each for each in failures[key]["seen"]} if key in failures else {}
        same = before.pop(examined["version"], None)
        if key in found:
            sighting = {"version": examined["version"], "date": _earliest(same, examined)}
            before[examined["version"]] = sighting | {"formats": _formats(found[key])}
        seen = _in_order(before.values())
        if not seen:
            del failures[key]
            continue
        failure = failures.get(key, dict(zip(PARTS, key, strict=True)) | {"findings": []})
        newest = key in found and seen[-1]["version"] == examined["version"]
        failures[key] = failure | {"seen": seen} | ({"example": _example(found[key])} if newest else {})


def _failing(published: Published) -> dict[Key, list[Row]]:
    """The failing rows of a report by what names a failure."""
    found: dict[Key, list[Row]] = {}
    for row in published.report.failures:
        found.setdefault((row["clause"], row["operation"], row["level"], published.target), []).append(row)
    return found


def _formats(rows: Sequence[Row]) -> dict[str, float | str | None]:
    names = dict.fromkeys(row["format"] for row in rows)
    return {name: _worst(row for row in rows if row["format"] == name) for name in names}


def _worst(rows: Iterable[Row]) -> float | str | None:
    """The largest error in ulps of rows that fail, to three digits."""
    worst = max((float(row["max_error_ulps"]) for row in rows if row["verdict"] == RowVerdict.FAIL), default=0.0)
    if worst == 0:
        return None
    return "Infinity" if worst == float("inf") else float(f"{worst:.3g}")


def _example(rows: Sequence[Row]) -> dict[str, str]:
    """The smallest case of ``rows`` in words."""
    row = smallest(rows)
    example = row["counterexample"]
    document = {"format": row["format"], "input": _cut(", ".join(_inputs(example["case"])))}
    entry = example.get("entry")
    if entry is None:
        return document | {"reason": _cut(example["reason"])}
    place = f"{entry['array']}{entry['index'] or ''}"
    return document | {"got": f"{place} = {number(entry['got'])}", "true": entry["truth"]}


def _inputs(case: Row) -> Iterator[str]:
    names = [declared.name for declared in operations()[case["operation"]].arguments]
    for name, value in zip(names, case["arguments"], strict=True):
        yield f"{name} = {argument(value)}"
    for name, value in case["keywords"].items():
        yield f"{name} = {number(value)}"


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[:LONGEST] + "..."


def _explained(failure: Document, found: Iterable[Section]) -> Document:
    """``failure`` with the headings of the sections that explain it, or of those that did."""
    wanted = failure["target"], failure["level"], failure["clause"]
    headings = [section.heading for section in found if any(fails.covers(*wanted) for fails in section.fails)]
    ordered = {name: failure[name] for name in (*PARTS, "seen", "example")}
    return ordered | {"findings": headings or failure["findings"]}


def _finding(section: Section) -> Document:
    return {"text": section.text} | ({"links": list(section.links)} if section.links else {})
