"""The page of one report as Markdown: in a folder of reports, or of any report by itself."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..rendering.figures import (
    LEVELS,
    chapter_and_level,
    counts,
    failing_groups,
    formats_and_regimes,
    smallest,
    worst_ulps,
)
from ..rendering.numbers import argument, short_hex
from ..spec_lookup import UNKNOWN_CHAPTER, chapter_of, is_default
from ..verdict import FAILING, RowVerdict
from .markdown import code, plain, table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ..report import Report

    Row = Mapping[str, Any]

SHOWN = 120
"""Characters of the arguments of a case."""

TRUTH = 24
"""Characters of a true value."""

SHOWN_CAUSES = 3
"""How many causes are written out."""

SPECIFICATION = "../spec"
"""Where the chapters stand, seen from the folder of reports."""


_NUMBER = re.compile(r"[-+0-9.e]+|inf|nan")
"""The true value of an entry, as a report writes it."""


@dataclass(frozen=True)
class Place:
    """The folder of reports in which a page stands beside its report, below the text that its clauses lead to."""

    target: str
    """By which the command line names it."""
    stem: str
    """Of the file of the report."""


def page(report: Report, place: Place | None = None) -> str:
    """The page of ``report`` as Markdown; without ``place`` it leads nowhere, and may stand anywhere."""
    parts = [_head(report, place), _counts(report), _failures(report, place), _rest(report, place)]
    return "\n".join(line for part in parts for line in part) + "\n"


def clause_link(clause: str) -> str:
    """A clause by its name, leading to its place in the text where it has one."""
    chapter = chapter_of(clause)
    if chapter == UNKNOWN_CHAPTER:
        return code(clause)
    return f"[`{clause}`]({SPECIFICATION}/{chapter}.md#{clause.replace('.', '')})"


def _head(report: Report, place: Place | None) -> Iterator[str]:
    document = report.document
    spec, scope = document["spec"], document["scope"]
    name = f"{document['target']['name']} {document['target']['version']}".strip()
    chosen = [f"{key} = {value}" for key, value in document["conventions"].items() if not is_default(key, value)]
    offered = f"{len(scope['operations'])} of {scope['of_operations']} operations"
    writer = "publish" if place else "render"
    yield f"<!-- Written by gradspec {writer} from the report; not to be edited. -->"
    yield f"# {plain(name)}"
    yield ""
    yield f"Class: **{plain(scope['text'])}**. Verdict: **{document['verdict']}** (required: {document['require']})."
    yield ""
    if place:
        command = code(f"gradspec run {place.target} --effort {document['effort']} --json FILE")
        yield f"* Report: [{place.stem}.json]({place.stem}.json), by {command}"
    yield f"* Specification {plain(spec['version'])}, digest {code(spec['digest'][:12])}; {_request(document)}"
    yield f"* Offers {offered}, in {', '.join(scope['declared_formats'])}"
    yield f"* Conventions other than the default: {plain(', '.join(chosen)) or 'none'}"
    environment = (f"{plain(key)} {code(value)}" for key, value in document["environment"].items())
    yield f"* Environment: {', '.join(environment)}"
    yield ""


def _request(document: Mapping[str, Any]) -> str:
    """What the run was asked for, and when."""
    parts = [f"seed {document['seed']}", f"effort {document['effort']}"]
    return ", ".join([*parts, f"on {plain(document['date'])}"] if "date" in document else parts)


def _counts(report: Report) -> Iterator[str]:
    columns = [verdict.value for verdict in RowVerdict]
    yield "## Rows"
    yield ""
    yield from table(
        ("chapter", "level", *columns),
        (
            (*where, *(str(found[name] or "") for name in columns))
            for where, found in counts(report.results, chapter_and_level).items()
        ),
    )
    yield ""


def _failures(report: Report, place: Place | None) -> Iterator[str]:
    for level in LEVELS:
        groups = failing_groups(report, level)
        if not groups:
            continue
        yield f"## What fails at {level.upper()}"
        yield ""
        yield from table(
            (
                "clause",
                "operation",
                "where",
                "most ulps",
                "smallest input, and what came back",
                "behaves like",
            ),
            (_failure(rows, report, place) for rows in groups),
        )
        yield ""


def _failure(rows: Sequence[dict[str, Any]], report: Report, place: Place | None) -> tuple[str, ...]:
    first = smallest(rows)
    example = first["counterexample"]
    causes = [
        cause["sentence"]
        for found in report.diagnoses
        if all(found[key] == first[key] for key in ("clause", "operation", "level"))
        for cause in found["causes"]
    ]
    more = f"; {len(causes) - SHOWN_CAUSES} more" if len(causes) > SHOWN_CAUSES else ""
    return (
        clause_link(first["clause"]) if place else code(first["clause"]),
        code(first["operation"]),
        formats_and_regimes(rows),
        worst_ulps(rows),
        _example(example),
        "; ".join(map(plain, causes[:SHOWN_CAUSES])) + more,
    )


def _example(example: Row) -> str:
    case = example["case"]
    keywords = (f"{name}={float.fromhex(value)!r}" for name, value in case["keywords"].items())
    arguments = ", ".join([*map(argument, case["arguments"]), *keywords])
    shown = arguments if len(arguments) <= SHOWN else arguments[:SHOWN] + "..."
    entry = example.get("entry")
    where = f"#{example['number']} {code(shown)}"
    if entry is None:
        return f"{where}: {plain(example['reason'])}"
    got = float.fromhex(entry["got"])
    truth = entry["truth"][:TRUTH]
    return (
        f"{where}: {got!r} ({code(short_hex(entry['got']))}) for {truth if _NUMBER.fullmatch(truth) else plain(truth)}"
    )


def _rest(report: Report, place: Place | None) -> Iterator[str]:
    verdicts = Counter(row["verdict"] for row in report.results)
    failing = sum(count for verdict, count in verdicts.items() if verdict in FAILING)
    decided = sum(row["decided"] for row in report.results)
    entries = sum(row.get("entries", 0) for row in report.results)
    yield "## In all"
    yield ""
    yield f"{len(report.results)} rows, {failing} failing; {decided} decided cases, {entries} decided entries."
    seen = Counter(text for row in report.results for text in row.get("observations", ()))
    for text, count in seen.most_common():
        yield f"Observed in {count} rows, and no failure: {plain(text)}."
    yield ""
    if place:
        yield "What the words mean, and what a pass does not say: [README](../README.md#how-to-read-a-report)."
