"""
A citation as BibTeX, as CSL-JSON and as plain text.

What a stranger wrote, such as the name of a target, is text in all three: characters that a terminal obeys are shown as
escapes, and what LaTeX would take for a command is written as the character that it is.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from ..rendering.printable import printable
from .citation import CLAUSE, REPORT, SOFTWARE, Citation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

LONGEST = 600
"""Characters of a field; no name, version or scope that is meant seriously is longer."""

SPECIFICATION = "The gradspec specification"
"""What clauses stand in."""

BIBTEX_TYPES = {SOFTWARE: "software", CLAUSE: "misc", REPORT: "techreport"}
"""The type of an entry by what is cited."""

CSL_TYPES = {SOFTWARE: "software", CLAUSE: "standard", REPORT: "report"}
"""Likewise in CSL."""

LATEX: Mapping[str, str] = {
    "\\": r"{\textbackslash}",
    "{": r"{\textbraceleft}",  # BibTeX counts braces even behind a backslash
    "}": r"{\textbraceright}",
    "~": r"{\textasciitilde}",
    "^": r"{\textasciicircum}",
    "<": r"{\textless}",
    ">": r"{\textgreater}",
    "|": r"{\textbar}",
    '"': r"{\textquotedbl}",
    **{character: f"\\{character}" for character in "&%$#_"},
}
"""What LaTeX does not print as it is, and how it is printed."""

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
"""The months as every style of BibTeX knows them."""


def bibtex(citation: Citation) -> str:
    """An entry of a BibTeX file."""
    shown = _safe(citation)
    fields = [f"  {name} = {value}" for name, value in _bibtex_fields(shown)]
    return f"@{BIBTEX_TYPES[shown.kind]}{{{shown.key},\n" + ",\n".join(fields) + "\n}"


def csl_json(citation: Citation) -> str:
    """A list of one item, as programs that keep references read it."""
    return json.dumps([_item(_safe(citation))], indent=2, ensure_ascii=False)


def text(citation: Citation) -> str:
    """One paragraph."""
    shown = _safe(citation)
    where = f" {SPECIFICATION}, version {shown.version}." if shown.kind == CLAUSE else ""
    release = f" Version {shown.version}." if shown.kind == SOFTWARE else ""
    rights = f" {shown.license}." if shown.license else ""
    notes = _sentences(shown)
    head = f"{shown.author} ({shown.date or 'no date'}). {shown.title}.{where}{release}{rights}"
    return f"{head} {notes[:1].upper()}{notes[1:]}"


STYLES: Mapping[str, Callable[[Citation], str]] = {"text": text, "bibtex": bibtex, "csl-json": csl_json}
"""Every style by its name on the command line."""


def latex(shown: str) -> str:
    """``shown`` as LaTeX source that prints it."""
    return "".join(LATEX.get(character, character) for character in shown)


def _safe(citation: Citation) -> Citation:
    """``citation`` with nothing in it that is more than text."""
    fields = ("title", "author", "version", "license")
    shown = {name: printable(getattr(citation, name), LONGEST) for name in fields}
    return replace(citation, **shown, notes=tuple(printable(note, LONGEST) for note in citation.notes))


def _sentences(citation: Citation) -> str:
    return "; ".join(citation.notes) + "."


def _bibtex_fields(citation: Citation) -> Iterator[tuple[str, str]]:
    day = _day(citation)
    yield "title", f"{{{{{latex(citation.title)}}}}}"  # in two pairs: its letters stay as they are
    yield "author", f"{{{{{latex(citation.author)}}}}}"  # likewise: one name, not a list of given and family names
    if day is not None:
        yield "year", f"{{{day.year}}}"
        yield "month", MONTHS[day.month - 1]
    if citation.kind == SOFTWARE:
        yield "version", f"{{{latex(citation.version)}}}"
        yield "license", f"{{{latex(citation.license)}}}"
    elif citation.kind == CLAUSE:
        yield "howpublished", f"{{{latex(f'{SPECIFICATION}, version {citation.version}')}}}"
    else:
        yield "institution", "{gradspec}"
        yield "type", "{Conformance report}"
        yield "number", f"{{{citation.number}}}"
    yield "note", f"{{{latex(_sentences(citation))}}}"


def _item(citation: Citation) -> dict[str, Any]:
    day = _day(citation)
    item: dict[str, Any] = {
        "id": citation.key,
        "type": CSL_TYPES[citation.kind],
        "title": citation.title,
        "author": [{"literal": citation.author}],
        "publisher": "gradspec",
    }
    if day is not None:
        item["issued"] = {"date-parts": [[day.year, day.month, day.day]]}
    if citation.kind == SOFTWARE:
        item |= {"version": citation.version}
    elif citation.kind == CLAUSE:
        item |= {"container-title": SPECIFICATION, "version": citation.version, "section": citation.number}
    else:
        item |= {"genre": "Conformance report", "number": citation.number}
    rights = f"{citation.license}; " if citation.license else ""  # CSL has no field for it
    return item | {"note": rights + _sentences(citation)}


def _day(citation: Citation) -> date | None:
    return date.fromisoformat(citation.date) if citation.date is not None else None
