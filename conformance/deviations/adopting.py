"""The first file of known deviations, made from a report: everything but the thought."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ...spec.formats import FORMATS
from ...spec.operations import REGIMES
from .reading import TABLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from ..report import Report

    Row = Mapping[str, Any]


@dataclass(frozen=True)
class Adopted:
    """An entry to be written: the failing rows of a clause, operation, level and outcome that form a rectangle."""

    rows: tuple[Row, ...]
    """Every format with every regime that occurs."""

    @property
    def first(self) -> Row:
        """Any of its rows, for what they have in common."""
        return self.rows[0]

    def values(self, column: str, order: Iterable[str]) -> list[str]:
        """What occurs in a column of its rows."""
        found = {row[column] for row in self.rows}
        return [name for name in order if name in found]


def adopted(report: Report, levels: Sequence[str]) -> list[Adopted]:
    """The fewest entries by this rule that name the failing rows of ``levels``, and no other row."""
    groups: dict[tuple[str, ...], dict[str, list[Row]]] = {}
    for row in report.failures:
        if row["level"] in levels:
            key = row["clause"], row["operation"], row["level"], row["verdict"]
            groups.setdefault(key, {}).setdefault(row["format"], []).append(row)
    return [entry for formats in groups.values() for entry in _rectangles(formats)]


def _rectangles(formats: Mapping[str, list[Row]]) -> Iterator[Adopted]:
    """The rows of formats that fail in the same regimes, together."""
    alike: dict[frozenset[str], list[Row]] = {}
    for rows in formats.values():
        alike.setdefault(frozenset(row["regime"] for row in rows), []).extend(rows)
    return (Adopted(tuple(rows)) for rows in alike.values())


def text(report: Report, entries: Sequence[Adopted], expires: date, reason: str, link: str) -> str:
    """A file of deviations with these entries, each with what the report knows of it in a comment."""
    return (
        "\n".join(
            [*_head(report), *(line for entry in entries for line in _entry(entry, report, expires, reason, link))]
        )
        + "\n"
    )


def _head(report: Report) -> Iterator[str]:
    document = report.document
    target, spec = document["target"], document["spec"]
    yield _comment(
        f"Known deviations of {target['name']} {target['version']}".rstrip() + ", written by gradspec adopt."
    )
    yield _comment(
        f"From a report by specification {spec['version']} ({spec['digest'][:12]}), effort {document['effort']}, "
        f"seed {document['seed']}; with another seed other rows may fail."
    )
    yield "# gradspec run --deviations takes it once every entry has a reason and a link. An entry whose rows no longer"
    yield "# fail is an error, and so is one after its last day; what is listed fails in every report all the same."


def _entry(entry: Adopted, report: Report, expires: date, reason: str, link: str) -> Iterator[str]:
    first = entry.first
    yield ""
    yield from map(_comment, _knowledge(entry, report))
    yield f"[[{TABLE}]]"
    yield f"clause = {_string(first['clause'])}"
    yield f"operation = {_string(first['operation'])}"
    yield f"format = {_strings(entry.values('format', FORMATS))}"
    yield f"regime = {_strings(entry.values('regime', REGIMES))}"
    yield f"level = {_string(first['level'])}"
    yield f"outcome = {_string(first['verdict'])}"
    yield f"effort = {_string(report.document['effort'])}"
    yield f"reason = {_string(reason)}"
    yield f"link = {_string(link)}"
    yield f"expires = {expires.isoformat()}"


def _knowledge(entry: Adopted, report: Report) -> Iterator[str]:
    """What the clause demands, which counterexamples there are, and what they say."""
    examples = [row["counterexample"] for row in entry.rows if "counterexample" in row]
    for example in examples[:1]:
        yield example["sentence"]
        yield f"{len(entry.rows)} rows; counterexamples {', '.join(str(each['number']) for each in examples)}"
    causes = _causes(entry.first, report)
    yield from (f"behaves like: {cause}" for cause in causes)
    if examples and not causes:
        yield f"because: {examples[0]['reason']}"


def _causes(row: Row, report: Report) -> list[str]:
    wanted = row["clause"], row["operation"], row["level"]
    found = [each for each in report.diagnoses if (each["clause"], each["operation"], each["level"]) == wanted]
    return [cause["sentence"] for each in found for cause in each["causes"]]


def _comment(words: str) -> str:
    """One line of a comment; a target's message may hold anything, and TOML admits no control character."""
    printable = "".join(letter if letter.isprintable() else " " for letter in words)
    return f"# {' '.join(printable.split())}"


def _string(words: str) -> str:
    """A basic string; JSON escapes all that TOML demands but DEL."""
    return json.dumps(words, ensure_ascii=False).replace("\x7f", "\\u007f")


def _strings(words: Sequence[str]) -> str:
    return _string(words[0]) if len(words) == 1 else f"[{', '.join(map(_string, words))}]"
