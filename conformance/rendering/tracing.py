"""The trace as lines of text: every proposition of the sources, and the clauses that state it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from ...spec.clauses import clauses
from ...spec.tracing import SOURCES, items

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...spec.tracing import Item


def trace(source: str | None = None) -> tuple[list[str], bool]:
    """The table of one source or of all with its totals, and whether clauses state every item of it."""
    chosen = [item for item in items().values() if source in (None, item.source)]
    return [*_table(source), "", *_totals(source)], all(map(_is_stated, chosen))


def _is_stated(item: Item) -> bool:
    return all(clause in clauses() for clause in item.clauses)


def _table(source: str | None) -> Iterator[str]:
    chosen = [item for item in items().values() if source in (None, item.source)]
    shown = ""
    for item in chosen:
        if item.source != shown:
            shown = item.source
            yield from (["", shown] if item is not chosen[0] else [shown])
        yield f"  {item.id:<16} {item.says}"
        yield f"  {'':<16} {item.at}: {', '.join(item.clauses)}"


def _totals(source: str | None) -> Iterator[str]:
    numbers, stated = Counter[str](), Counter[str]()
    for item in items().values():
        numbers[item.source] += 1
        stated[item.source] += _is_stated(item)
    names = [name for name in SOURCES if source in (None, name)]
    for name in names:
        yield f"{name:<14} {stated[name]:>4} of {numbers[name]:>4} stated"
    if source is None:
        yield f"{'all':<14} {stated.total():>4} of {numbers.total():>4} stated, by {_reached()}"


def _reached() -> str:
    reached = {clause for item in items().values() for clause in item.clauses}
    extensions = sum(1 for clause in clauses().values() if clause.id not in reached)
    return f"{len(reached)} clauses; {extensions} more clauses state what no source does, and why"
