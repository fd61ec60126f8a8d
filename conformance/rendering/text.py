"""
A report as text for a person: the class reached, the counts by chapter, then every failure.

Everything is read off the report's document; nothing is judged here.
"""

from __future__ import annotations

from collections import Counter
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from ...spec.operations import operations
from ..spec_lookup import is_default
from ..strategies.hazards import HAZARDS
from ..verdict import FAILING, RowVerdict
from .figures import LEVELS, chapter_and_level, counts, failing_groups, smallest
from .numbers import argument, number, ulps
from .printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..report import Report


def summary(report: Report) -> Iterator[str]:
    """The lines of a summary, in none of which a stranger's text is more than text."""
    return map(printable, _summary(report))


def failure(rows: list[dict[str, Any]], report: Report) -> Iterator[str]:
    """The lines of one clause that fails, as in a summary."""
    return map(printable, _failure(rows, report))


def _summary(report: Report) -> Iterator[str]:
    yield from _head(report)
    yield ""
    yield from _counts(report)
    yield from _undecided(report)
    for level in LEVELS:
        for rows in failing_groups(report, level):
            yield ""
            yield from _failure(rows, report)
    yield from _observations(report)
    yield ""
    yield from _foot(report)


def _observations(report: Report) -> Iterator[str]:
    """What is worth saying although it fails nothing, each with the rows it was seen in."""
    seen = Counter(text for row in report.results for text in row.get("observations", ()))
    if seen:
        yield ""
        yield "observed, and no failure:"
    for text, count in seen.most_common():
        yield f"    {text} (in {count} rows)"


def _head(report: Report) -> Iterator[str]:
    document = report.document
    target, spec = document["target"], document["spec"]
    yield (
        f"{target['name']} {target['version']}".strip() + f" by specification {spec['version']} ({spec['digest'][:12]})"
    )
    defaults = ", ".join(
        f"{name}={value}" for name, value in document["conventions"].items() if not is_default(name, value)
    )
    yield f"conventions: {defaults or 'all default'}; seed {document['seed']}, effort {document['effort']}"
    yield f"class: {document['scope']['text']}"
    yield f"verdict: {document['verdict']} (required: {document['require']})"


def _counts(report: Report) -> Iterator[str]:
    """Rows by chapter and verdict."""
    columns = [verdict.value for verdict in RowVerdict]
    table = counts(report.results, chapter_and_level)
    width = max((len(chapter) for chapter, _ in table), default=7)
    yield f"{'chapter':<{width}}  {'level':<6}  " + "  ".join(f"{name:>11}" for name in columns)
    for (chapter, level), found in table.items():
        yield f"{chapter:<{width}}  {level:<6}  " + "  ".join(f"{found[name] or '-':>11}" for name in columns)


def _undecided(report: Report) -> Iterator[str]:
    rows = [row for row in report.results if row["verdict"] == RowVerdict.UNDECIDED]
    if rows:
        yield ""
        yield f"{len(rows)} rows are undecided: the envelopes were too wide, or too few cases could be had"
    for row in rows:
        yield f"  {_name(row)}: {row['decided']} of {row['examples']} cases decided"


def _name(row: dict[str, Any]) -> str:
    return f"{row['clause']} ({row['operation']}, {row['format']}, {row['regime']}, {row['level']})"


def _failure(rows: list[dict[str, Any]], report: Report) -> Iterator[str]:
    """One clause that fails: the first counterexample in full, what it behaves like, the others by their numbers."""
    first = smallest(rows)
    example = first["counterexample"]
    ruling = f"{first['verdict']} {first['level']}".upper()
    yield f"{ruling} {first['clause']} in {first['format']}, {first['regime']}"
    yield f"    {example['sentence']}"
    yield from _inputs(example)
    yield from _finding(example)
    for name in example["hazards"]:
        yield f"    hazard   {name}{f': {HAZARDS[name].description}' if name in HAZARDS else ''}"
    yield from _causes(first, report)
    yield f"    replay   gradspec replay REPORT {example['number']} TARGET"
    others = [
        f"{row['format']} {row['regime']} (#{row['counterexample']['number']})" for row in rows if row is not first
    ]
    if others:
        yield f"    also in  {', '.join(others)}"


def _causes(row: dict[str, Any], report: Report) -> Iterator[str]:
    """What every example of the clause on the operation agrees with, whatever the format and regime."""
    wanted = row["clause"], row["operation"], row["level"]
    for found in report.diagnoses:
        if (found["clause"], found["operation"], found["level"]) != wanted:
            continue
        yield from _listed(found)
        if found.get("not_evaluated"):
            sentences = "; ".join(cause["sentence"] for cause in found["not_evaluated"])
            yield f"    unknown  whether also like this, by a defect of gradspec: {sentences}"


def _listed(found: dict[str, Any]) -> Iterator[str]:
    if not found["causes"]:
        yield f"    behaves  like no known cause, over {found['failing']} failing examples"
        return
    counts = f"{found['failing']} failing and {found['passing']} passing examples"
    which = "each of these" if len(found["causes"]) > 1 else "this"
    yield f"    behaves  like {which}, over {counts}:"
    for cause in found["causes"]:
        yield f"             - {cause['sentence']}"


def _inputs(example: dict[str, Any]) -> Iterator[str]:
    case = example["case"]
    known = operations().get(case["operation"])
    names = [declared.name for declared in known.arguments] if known else []
    for name, value in zip_longest(names[: len(case["arguments"])], case["arguments"], fillvalue="argument"):
        yield f"    {name:<8} {argument(value)}"
    for name, value in case["keywords"].items():
        yield f"    {name:<8} {number(value)}"


def _finding(example: dict[str, Any]) -> Iterator[str]:
    entry = example.get("entry")
    if entry is None:
        yield f"    because  {example['reason']}"
        return
    place = f"{entry['array']}{entry['index'] or ''}"
    low, high = entry["allowed"]
    beside = f" or {' or '.join(entry['specials'])}" if entry["specials"] else ""
    yield f"    got      {place} = {number(entry['got'])}"
    yield (
        f"    allowed  {number(low)} to {number(high)}{beside}"
        if low != high
        else f"    allowed  {number(low)}{beside}"
    )
    yield f"    true     {entry['truth']}"
    yield f"    error    {ulps(entry['error_ulps'])} ulps"


def _foot(report: Report) -> Iterator[str]:
    decided = sum(row["decided"] for row in report.results)
    entries = sum(row.get("entries", 0) for row in report.results)
    failing = sum(row["verdict"] in FAILING for row in report.results)
    yield f"{len(report.results)} rows, {failing} failing; {decided} decided cases, {entries} decided entries"
    yield f"{report.document['verdict']}: {report.document['scope']['text']}"
