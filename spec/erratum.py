"""
The errata of the five sources: what they print that is wrong, or right only under an assumption they leave out.

A file of ``errata/`` is one source. It holds a table for every entry: where it stands, what is printed, as a formula in
the notation of this text, what is right, the clauses that state it, and, where it has values, counterexamples with the
printed and the true value. Most entries can be run as an implementation, which conformance has to reject; the others
say why they cannot.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, get_args

from .tables import TableError, clause_ids, is_line, line, lines, require_fields, tables_of
from .tracing import CROSS
from .tracing import SOURCES as TRACED

if TYPE_CHECKING:
    from collections.abc import Mapping

SOURCES = tuple(source for source in TRACED if source != CROSS)
"""The sources in their order, each the stem of its file and a key of ``D-references.md``."""

Class = Literal["false", "ill-typed", "assumption", "digits", "scan", "convention", "notation", "cleared"]
"""What is wrong with a printed passage."""

CLASSES: Mapping[Class, str] = MappingProxyType(
    {
        "false": "false as it is printed",
        "ill-typed": "shapes, indices, domains or names that do not fit",
        "assumption": "right only under an assumption that is not stated",
        "digits": "wrong digits of a number",
        "scan": "perhaps right in the original and damaged by character recognition",
        "convention": "a free choice that other sources make otherwise",
        "notation": "words or symbols that mislead",
        "cleared": "suspected, and found to be right",
    }
)
"""Each class in words, in the order in which totals are printed."""


@dataclass(frozen=True)
class Counterexample:
    """Inputs at which the printed and the true value differ, or, of a cleared entry, agree."""

    at: str
    """The inputs."""
    printed: tuple[str, ...]
    """What the printed passage gives: digits, shapes, or words where there is no value."""
    true: tuple[str, ...]
    """What is true, in the same order."""


@dataclass(frozen=True)
class Erratum:
    """One mistake of one source."""

    id: str
    """Its name, ``A-E20``; stable for ever."""
    source: str
    """The source that it stands in, one of :data:`SOURCES`."""
    at: str
    """Where in the source."""
    of_class: Class
    """What is wrong with it."""
    printed: str
    """What is printed, as a formula or claim in the notation of this text."""
    correct: str
    """What is right."""
    clauses: tuple[str, ...]
    """The ids of the clauses that state it, the most specific one first."""
    note: str
    """Why, and what follows; often empty."""
    counterexamples: tuple[Counterexample, ...]
    """In order; empty where the entry has no values."""
    fault: str
    """The implementation that computes what is printed; empty where there is none."""
    not_executable: str
    """Why there is none; empty where there is one."""
    refuted: str
    """The theorem of ``proofs/`` that what is printed is false, ``Losses.erratum_A_E20``; empty where there is none."""
    unrefuted: str
    """Why there is none; empty where there is one, or nothing is said."""


_REQUIRED = ("id", "at", "class", "printed", "correct", "clauses")
_OPTIONAL = ("note", "counterexamples", "fault", "not_executable", "refuted", "unrefuted")


@cache
def errata() -> Mapping[str, Erratum]:
    """
    Every erratum by its id: source by source in the order of :data:`SOURCES`, then in that of the file.

    Raises :class:`TableError` at the first place where a file breaks the grammar.
    """
    folder = resources.files(__package__) / "errata"
    found: dict[str, Erratum] = {}
    for source in SOURCES:
        text = (folder / f"{source}.toml").read_text(encoding="utf-8")
        found |= parse_errata(f"{source}.toml", text, known=found)
    return MappingProxyType(found)


def parse_errata(file: str, text: str, *, known: Mapping[str, Erratum] | None = None) -> dict[str, Erratum]:
    """
    The errata of one file by their ids, in the order of the text.

    ``file`` is the name of the file, ``text`` its content, ``known`` the errata of earlier files, whose ids are
    taken. Raises :class:`TableError` where the text breaks the grammar.
    """
    path = f"errata/{file}"
    source, entries = tables_of(path, text, "errata", SOURCES)
    found: dict[str, Erratum] = {}
    for number, table in enumerate(entries, start=1):
        erratum = _erratum(path, source, number, table)
        if erratum.id in found or erratum.id in (known or {}):
            raise TableError(
                path, erratum.id, "this id is an erratum already, and an id is used once", "choose another"
            )
        found[erratum.id] = erratum
    return found


def _erratum(path: str, source: str, number: int, table: dict[str, Any]) -> Erratum:
    """The erratum of one table, every field of it known, present and of its type."""
    name = table.get("id")
    place = name if is_line(name) else f"erratum {number}"
    require_fields(path, place, table, _REQUIRED, _OPTIONAL)
    if table["class"] not in get_args(Class):
        rule = f"class = {table['class']!r} is not a class"
        raise TableError(path, place, rule, f"write one of {', '.join(get_args(Class))}")
    if ("fault" in table) == ("not_executable" in table):
        rule = "an erratum says either which implementation it is or why it is none"
        raise TableError(path, place, rule, "write one of fault and not_executable")
    texts = {field: line(path, place, table, field) for field in ("id", "at", "printed", "correct")}
    others = {
        field: line(path, place, table, field) if field in table else ""
        for field in ("note", "fault", "not_executable", "refuted", "unrefuted")
    }
    examples = tuple(_counterexample(path, place, each) for each in table.get("counterexamples", ()))
    return Erratum(
        source=source,
        of_class=table["class"],
        clauses=clause_ids(path, place, table),
        counterexamples=examples,
        **texts,
        **others,
    )


def _counterexample(path: str, place: str, table: dict[str, Any]) -> Counterexample:
    require_fields(path, place, table, ("at", "printed", "true"))
    printed, true = lines(path, place, table, "printed"), lines(path, place, table, "true")
    if len(printed) != len(true):
        rule = f"a counterexample has {len(printed)} printed and {len(true)} true values"
        raise TableError(path, place, rule, "write one for the other")
    return Counterexample(line(path, place, table, "at"), printed, true)
