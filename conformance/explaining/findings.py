"""
The findings that stand beside published reports: which failures each section explains, and what it says.

A section is a heading and what follows it up to the next. A line ``* Fails: targets; LEVELS; `clauses` `` in it says
of which failing rows it is the reason; clauses may be patterns.
"""

from __future__ import annotations

import fnmatch
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..report import ReportError

if TYPE_CHECKING:
    from collections.abc import Iterator

FILE = "FINDINGS.md"
"""Its name in a folder of reports."""

PARTS = 3
"""Of a line of failures: targets, levels, clauses."""

_FAILS = "* Fails: "
_CODE = re.compile(r"`([^`]+)`")
_LINK = re.compile(r"https?://[^\s)>\]]+")


@dataclass(frozen=True)
class Fails:
    """A line that says what fails for the reason given in its section."""

    heading: str
    """Of the section."""
    targets: tuple[str, ...]
    """By which the command line names them."""
    levels: tuple[str, ...]
    """In small letters, as reports have them."""
    clauses: tuple[str, ...]
    """Ids, or patterns of such."""

    def covers(self, target: str, level: str, clause: str) -> bool:
        """Whether it speaks of a clause that fails in a report of ``target``."""
        known = target in self.targets and level in self.levels
        return known and any(fnmatch.fnmatchcase(clause, glob) for glob in self.clauses)


@dataclass(frozen=True)
class Section:
    """One finding."""

    heading: str
    """Its name, without marks of Markdown."""
    fails: tuple[Fails, ...]
    """What it explains."""
    text: str
    """What it says, as Markdown source: paragraphs with an empty line between them, each in one line."""

    @property
    def links(self) -> tuple[str, ...]:
        """The addresses in its text, such as that of an issue upstream."""
        return tuple(dict.fromkeys(link.rstrip(".,;") for link in _LINK.findall(self.text)))


def sections(text: str) -> list[Section]:
    """The sections of the findings that stand in ``text``, in order."""
    return [_section(heading, lines) for heading, lines in _divided(text) if heading]


def explained(text: str) -> list[Fails]:
    """Every line of ``text`` that says what fails, in order; raises :class:`ReportError` where one is malformed."""
    return [fails for section in sections(text) for fails in section.fails]


def _divided(text: str) -> Iterator[tuple[str, list[str]]]:
    """Each heading, without its marks, with the lines up to the next heading."""
    heading, lines = "", list[str]()
    for line in text.splitlines():
        if line.startswith("#"):
            yield heading, lines
            heading, lines = line.strip("# "), []
        else:
            lines.append(line)
    yield heading, lines


def _section(heading: str, lines: list[str]) -> Section:
    fails = tuple(_fails(heading, line) for line in lines if line.startswith(_FAILS))
    prose = "\n".join(line for line in lines if not line.startswith(_FAILS))
    paragraphs = (" ".join(paragraph.split()) for paragraph in prose.split("\n\n"))
    return Section(heading, fails, "\n\n".join(filter(None, paragraphs)))


def _fails(heading: str, line: str) -> Fails:
    parts = line.removeprefix(_FAILS).split(";")
    if len(parts) != PARTS:
        message = f"{FILE}, {heading}: {line!r} is not of the form {_FAILS}targets; LEVELS; `clauses`"
        raise ReportError(message)
    targets, levels, clauses = parts
    return Fails(heading, tuple(targets.split()), tuple(levels.lower().split()), tuple(_CODE.findall(clauses)))
