"""The chapters as a reader goes through them: prose and clauses in the order of the text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from ...spec.clauses import Clause, clauses

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAME = re.compile(r"(\d+|B|D|E)-[a-z-]+\.md")
_HEADING = re.compile(r"#{1,3} (.*)")
_CLAUSE = re.compile(r"### `([^`]+)`")


@dataclass(frozen=True)
class Prose:
    """Markdown between the clauses, headings included."""

    text: str
    """Its source."""


@dataclass(frozen=True)
class Chapter:
    """One chapter."""

    name: str
    """The stem of its file, ``4-activations``."""
    title: str
    """Its first heading, ``4. Activations``."""
    parts: tuple[Prose | Clause, ...]
    """What it consists of below this heading, in order."""

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """Its clauses in order."""
        return tuple(part for part in self.parts if not isinstance(part, Prose))

    @property
    def sections(self) -> tuple[tuple[str, tuple[Clause, ...]], ...]:
        """Its sections: the heading, which is empty before the first, and the clauses below it."""
        found: list[tuple[str, list[Clause]]] = [("", [])]
        for part in self.parts:
            if isinstance(part, Prose):
                found.extend((heading, []) for heading in headings(part.text))
            else:
                found[-1][1].append(part)
        return tuple((heading, tuple(below)) for heading, below in found if heading or below)


def headings(text: str) -> list[str]:
    """The headings of the second level in Markdown ``text``, without their marks."""
    return [line.removeprefix("## ") for line in text.split("\n") if line.startswith("## ")]


@cache
def chapters() -> tuple[Chapter, ...]:
    """Every chapter that is no generated page, by number, and then the appendices."""
    folder = resources.files("gradspec.spec")
    files = {match.string: match[1] for each in folder.iterdir() if (match := _NAME.fullmatch(each.name))}
    names = sorted(files, key=lambda name: (not files[name].isdigit(), files[name].zfill(2)))
    return tuple(
        _chapter(name.removesuffix(".md"), folder.joinpath(name).read_text(encoding="utf-8")) for name in names
    )


def _chapter(name: str, text: str) -> Chapter:
    """The chapter of this text, whose clauses are known already."""
    title, parts = "", list[Prose | Clause]()
    for heading, body in _sections(text.replace("\r\n", "\n")):
        clause = _CLAUSE.fullmatch(heading)
        if clause:
            parts.append(clauses()[clause[1]])
        elif heading.startswith("# "):
            title = heading.removeprefix("# ")
            parts.append(Prose(body))
        else:
            parts.append(Prose(f"{heading}\n{body}"))
    return Chapter(name, title, tuple(parts))


def _sections(text: str) -> Iterator[tuple[str, str]]:
    """Each heading down to the level of clauses as its line, with what stands below it."""
    heading, body, is_code = "", list[str](), False
    for line in text.split("\n"):
        is_code ^= line.startswith("```")
        if not is_code and _HEADING.fullmatch(line):
            if heading:
                yield heading, "\n".join(body)
            heading, body = line, []
        else:
            body.append(line)
    yield heading, "\n".join(body)
