"""The texts of the specification as HTML, on the page of a clause and in a chapter, and which of them name which."""

from __future__ import annotations

import re
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from markupsafe import Markup

from ...spec.clauses import clauses
from ..pages import clause_html, markdown_html
from .addresses import address_of, chapter_address, heading_anchor, permanent_address, relative

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ...spec.clauses import Clause
    from ..pages import ClauseHtml, Resolver

_KEY = re.compile(r"<p><strong>([a-z]+(?:-[a-z0-9]+)*)</strong>")
_CODE = re.compile(r"`([^`]+)`")


@cache
def on_its_page(clause: Clause) -> ClauseHtml:
    """The text of ``clause`` as it stands on its own page, where other clauses lead to theirs."""
    page = permanent_address(clause.id)

    def resolver(name: str) -> str | None:
        address = chapter_address(clause.chapter) + name if name.startswith("#") else address_of(name)
        return relative(address, page) if address and address != page else None

    return clause_html(clause, resolver)


@cache
def in_its_chapter(clause: Clause) -> ClauseHtml:
    """The text of ``clause`` as it stands in its chapter, where other clauses lead to their places in theirs."""
    return clause_html(clause, _within(clause.chapter))


def prose(markdown: str, chapter: str) -> Markup:
    """What stands between the clauses of ``chapter``; a paragraph that begins with a key of a source has it as id."""
    html = str(markdown_html(markdown, _within(chapter), heading_anchor))
    return Markup(_KEY.sub(r'<p id="\1"><strong>\1</strong>', html))  # noqa: S704 - the same markup, with ids


@cache
def mentions() -> Mapping[str, tuple[str, ...]]:
    """By its id, for each clause those whose text names it, in reading order."""
    found: dict[str, list[str]] = {name: [] for name in clauses()}
    for clause in clauses().values():
        for name in _named_by(clause):
            found[name].append(clause.id)
    return MappingProxyType({name: tuple(by) for name, by in found.items()})


def _named_by(clause: Clause) -> set[str]:
    text = f"{clause.statement}\n{clause.proof}\n{clause.notes}"
    return {name for name in _CODE.findall(text) if name in clauses()} - {clause.id}


def _within(chapter: str) -> Resolver:
    page = chapter_address(chapter)

    def resolver(name: str) -> str | None:
        if name.startswith("#"):
            return name
        if name in clauses():
            return relative(chapter_address(clauses()[name].chapter, name), page)
        address = address_of(name)
        return relative(address, page) if address else None

    return resolver
