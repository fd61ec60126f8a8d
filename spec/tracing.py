"""
The propositions of the five sources, each with the clauses that state it.

A file of ``sources/`` is one source. It holds a table for every definition, formula, number, listing and
remark of that document: where it stands there, what it states, in its correct form, and which clauses of this
specification state it. ``cross.toml`` holds what compares the sources with one another.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from .tables import TableError, clause_ids, is_line, line, require_fields, tables_of

if TYPE_CHECKING:
    from collections.abc import Mapping

CROSS = "cross"
"""The source of the items that compare sources, and the one that is no key of the references."""

SOURCES = ("albert-2024", "bhadani-2026", "dick-2021", "park-2022", "jiang", CROSS)
"""The sources in the order of the trace, each the stem of its file and a key of ``D-references.md``."""


@dataclass(frozen=True)
class Item:
    """One proposition of one source."""

    id: str
    """Its name in the inventory of the source, ``PRK-38``; stable for ever."""
    source: str
    """The source that it stands in, one of :data:`SOURCES`."""
    at: str
    """Where in the source, as a clause cites it: ``section 4, eq. (6), lines 224-235``."""
    says: str
    """What it states, in one line and in its correct form, whatever the source prints."""
    clauses: tuple[str, ...]
    """The ids of the clauses that state it, the most specific one first."""


_ITEM_FIELDS = tuple(field.name for field in fields(Item) if field.name != "source")


@cache
def items() -> Mapping[str, Item]:
    """
    Every item by its id: source by source in the order of :data:`SOURCES`, then in that of the file.

    Raises :class:`TableError` at the first place where a file breaks the grammar.
    """
    folder = resources.files(__package__) / "sources"
    found: dict[str, Item] = {}
    for source in SOURCES:
        text = (folder / f"{source}.toml").read_text(encoding="utf-8")
        found |= parse_source(f"{source}.toml", text, known=found)
    return MappingProxyType(found)


def parse_source(file: str, text: str, *, known: Mapping[str, Item] | None = None) -> dict[str, Item]:
    """
    The items of one file by their ids, in the order of the text.

    ``file`` is the name of the file, ``text`` its content, ``known`` the items of earlier files, whose ids are
    taken. Raises :class:`TableError` where the text breaks the grammar.
    """
    path = f"sources/{file}"
    source, entries = tables_of(path, text, "items", SOURCES)
    found: dict[str, Item] = {}
    for number, table in enumerate(entries, start=1):
        item = _item(path, source, number, table)
        if item.id in found or item.id in (known or {}):
            raise TableError(path, item.id, "this id is an item already, and an id is used once", "choose another")
        found[item.id] = item
    return found


def _item(path: str, source: str, number: int, table: dict[str, Any]) -> Item:
    """The item of one table, every field of it known, present and of its type."""
    name = table.get("id")
    place = name if is_line(name) else f"item {number}"
    require_fields(path, place, table, _ITEM_FIELDS)
    identifier, at, says = (line(path, place, table, field) for field in ("id", "at", "says"))
    return Item(identifier, source, at, says, clause_ids(path, place, table))
