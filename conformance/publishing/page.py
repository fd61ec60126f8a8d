"""The page of one report."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING, Any

from ..rendering.numbers import argument, short_hex, ulps
from ..spec_lookup import chapter_of, is_default, position_of
from ..verdict import FAILING, RowVerdict
from .markdown import code, plain, table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ..report import Report

    Row = Mapping[str, Any]

LEVELS = ("must", "should", "strict")

SHORT = {"float64": "f64", "float32": "f32", "float16": "f16", "bfloat16": "bf16"}
"""Formats in narrow columns."""

SHOWN = 120
"""Characters of the arguments of a case."""

SHOWN_CAUSES = 3
"""How many causes are written out."""

SPECIFICATION = "../spec"
"""Where the chapters stand, seen from the folder of reports."""


def page(target: str, stem: str, report: Report) -> str:
    """The page of the report of ``target`` as Markdown, ``stem`` being the name of its file."""
    return "\n".join([*_head(target, stem, report), *_counts(report), *_failures(report), *_rest(report)]) + "\n"


def clause_link(clause: str) -> str:
    """A clause by its name, leading to its place in the text."""
    return f"[`{clause}`]({SPECIFICATION}/{chapter_of(clause)}.md#{clause.replace('.', '')})"


def formats_and_regimes(rows: Sequence[Row]) -> str:
    """Where rows stand: ``f64 ordinary, wide; f32 wide``."""
    parts = []
    for format_name, short in SHORT.items():
        regimes = list(dict.fromkeys(row["regime"] for row in rows if row["format"] == format_name))
        if regimes:
            parts.append(f"{short} {', '.join(regimes)}")
    return "; ".join(parts)


def largest_error(rows: Sequence[Row]) -> str:
    """The largest error in ulps of rows that fail."""
    errors = [float(row["max_error_ulps"]) for row in rows if row["verdict"] == RowVerdict.FAIL]
    worst = max(errors, default=0.0)
    return ulps(worst) if worst else ""


def _head(target: str, stem: str, report: Report) -> Iterator[str]:
    document = report.document
    spec, scope = document["spec"], document["scope"]
    name = f"{document['target']['name']} {document['target']['version']}".strip()
    chosen = [f"{key} = {value}" for key, value in document["conventions"].items() if not is_default(key, value)]
    command = code(f"gradspec run {target} --effort {document['effort']} --json FILE")
    offered = f"{len(scope['operations'])} of {scope['of_operations']} operations"
    yield "<!-- Written by gradspec publish from the report; not to be edited. -->"
    yield f"# {plain(name)}"
    yield ""
    yield f"Class: **{plain(scope['text'])}**. Verdict: **{document['verdict']}** (required: {document['require']})."
    yield ""
    yield f"* Report: [{stem}.json]({stem}.json), by {command}"
    yield f"* Specification {spec['version']}, digest {code(spec['digest'][:12])}; seed {document['seed']}"
    yield f"* Offers {offered}, in {', '.join(scope['declared_formats'])}"
    yield f"* Conventions other than the default: {plain(', '.join(chosen)) or 'none'}"
    yield "* Environment: " + ", ".join(f"{key} {code(value)}" for key, value in document["environment"].items())
    yield ""


def _counts(report: Report) -> Iterator[str]:
    counts: dict[tuple[str, str], Counter[str]] = {}
    for row in report.results:
        counts.setdefault((chapter_of(row["clause"]), row["level"]), Counter())[row["verdict"]] += 1
    keys = sorted(counts, key=lambda key: (int(key[0].partition("-")[0]), LEVELS.index(key[1])))
    columns = [verdict.value for verdict in RowVerdict]
    yield "## Rows"
    yield ""
    yield from table(
        ("chapter", "level", *columns),
        ((chapter, level, *(str(counts[chapter, level][name] or "") for name in columns)) for chapter, level in keys),
    )
    yield ""


def _failures(report: Report) -> Iterator[str]:
    for level in LEVELS:
        failing = sorted((row for row in report.failures if row["level"] == level), key=_group)
        if not failing:
            continue
        yield f"## What fails at {level.upper()}"
        yield ""
        groups = [list(rows) for _, rows in groupby(failing, key=_group)]
        yield from table(
            (
                "clause",
                "operation",
                "where",
                "most ulps",
                "smallest input, and what came back",
                "behaves like",
            ),
            (_failure(rows, report) for rows in groups),
        )
        yield ""


def _group(row: Row) -> tuple[int, str, str]:
    return position_of(row["clause"]), row["clause"], row["operation"]


def _failure(rows: Sequence[Row], report: Report) -> tuple[str, ...]:
    first = min(rows, key=lambda row: len(str(row["counterexample"]["case"]["arguments"])))
    example = first["counterexample"]
    causes = [
        cause["sentence"]
        for found in report.diagnoses
        if all(found[key] == first[key] for key in ("clause", "operation", "level"))
        for cause in found["causes"]
    ]
    more = f"; {len(causes) - SHOWN_CAUSES} more" if len(causes) > SHOWN_CAUSES else ""
    return (
        clause_link(first["clause"]),
        f"`{first['operation']}`",
        formats_and_regimes(rows),
        largest_error(rows),
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
    return f"{where}: {got!r} ({code(short_hex(entry['got']))}) for {entry['truth'][:24]}"


def _rest(report: Report) -> Iterator[str]:
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
    yield "What the words mean, and what a pass does not say: [README](../README.md#how-to-read-a-report)."
