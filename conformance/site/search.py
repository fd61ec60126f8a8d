"""The index of the search: everything that has an address, with the words by which it is found."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

from ...spec.clauses import clauses
from ...spec.conventions import conventions, profiles
from ...spec.erratum import errata
from ...spec.operations import operations
from ...spec.tracing import items
from ..rendering.printable import printable
from .addresses import CONVENTIONS, address_of, report_address
from .texts import on_its_page

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markupsafe import Markup

    from .reports import Listed

Entry = tuple[str, str, str, str]
"""What it is, its name, its address from the root of the site, and its text."""

_BREAK = re.compile(r"</?(p|li|ol|ul|table|tr|td|th|div|h\d|span|pre)\b[^>]*>")
_TAG = re.compile(r"<[^>]+>")
_BLANK = re.compile(r"\s+")


def search_index(reports: Sequence[Listed]) -> list[Entry]:
    """Every entry, in the order in which equally good ones are shown."""
    return [*_clauses(), *_tables(), *_errata(), *_items(), *_reports(reports)]


def plain(html: Markup) -> str:
    """The text of ``html``, a formula being its letters."""
    return _BLANK.sub(" ", unescape(_TAG.sub("", _BREAK.sub(" ", html)))).strip()


def _entry(kind: str, name: str, *texts: str) -> Entry:
    return kind, name, address_of(name) or "", " ".join(filter(None, texts))


def _clauses() -> Iterator[Entry]:
    for clause in clauses().values():
        text = on_its_page(clause)
        yield _entry(clause.kind, clause.id, *map(plain, (text.statement, text.notes, text.proof)))


def _tables() -> Iterator[Entry]:
    for operation in operations().values():
        yield _entry("operation", operation.name, operation.summary)
    for convention in conventions().values():
        yield _entry("convention", convention.name, convention.rules, ", ".join(convention.values))
    for profile in profiles().values():
        yield "profile", profile.name, f"{CONVENTIONS}#{profile.name}", profile.summary


def _errata() -> Iterator[Entry]:
    for each in errata().values():
        texts = (each.source, f"{each.at}:", each.printed, f"Right: {each.correct}", each.note)
        yield _entry("erratum", each.id, *texts)


def _items() -> Iterator[Entry]:
    for each in items().values():
        yield _entry("source", each.id, each.source, f"{each.at}:", each.says)


def _reports(reports: Sequence[Listed]) -> Iterator[Entry]:
    for each in reports:
        yield "report", printable(each.title), report_address(each.name), printable(each.document["scope"]["text"])
