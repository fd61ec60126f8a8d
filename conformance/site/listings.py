"""What the pages list, as their templates print it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from ...oracle.examples import bhadani
from ...spec import example as worked
from ...spec.clauses import clauses
from ...spec.conventions import conventions, profiles
from ...spec.erratum import CLASSES, SOURCES, errata
from ...spec.example import DIGITS
from ...spec.operations import operations
from ...spec.tracing import SOURCES as TRACED
from ...spec.tracing import items
from ..checks.registry import CHECKS
from .texts import mentions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ...oracle.examples import JudgedValue
    from ...spec.clauses import Clause
    from ...spec.conventions import Convention, Profile
    from ...spec.erratum import Erratum
    from ...spec.operations import Operation
    from ...spec.tracing import Item


@dataclass(frozen=True)
class Facts:
    """What is to be said of a clause beside its text."""

    sources: tuple[tuple[str, str], ...]
    """The places that state it: the key of the source and the place there."""
    witness: tuple[str, ...]
    """What it is verified against, word by word."""
    sentence: str
    """The sentence by which an implementation is judged; empty where it has no check."""
    operation: Operation | None
    """The operation whose answers it judges."""
    conventions: tuple[Convention, ...]
    """Those that it depends on."""
    errata: tuple[Erratum, ...]
    """The mistakes that it corrects."""
    items: tuple[Item, ...]
    """The propositions of the sources that it states."""
    mentioned_by: tuple[str, ...]
    """The clauses whose text names it."""
    before: str | None
    """The clause before it in the text."""
    after: str | None
    """The clause after it."""


def facts(clause: Clause) -> Facts:
    """What is to be said of ``clause`` beside its text."""
    names = list(clauses())
    place = names.index(clause.id)
    check = CHECKS.get(clause.id)
    return Facts(
        sources=tuple((key, at.strip()) for key, _, at in (each.partition(":") for each in clause.sources)),
        witness=tuple((clause.witness or "").split()),
        sentence=check.sentence if check else "",
        operation=operations().get(clause.operation or ""),
        conventions=tuple(conventions()[name] for name in clause.conventions),
        errata=errata_of(clause),
        items=tuple(item for item in items().values() if clause.id in item.clauses),
        mentioned_by=mentions()[clause.id],
        before=names[place - 1] if place else None,
        after=names[place + 1] if place + 1 < len(names) else None,
    )


def errata_of(clause: Clause) -> tuple[Erratum, ...]:
    """The mistakes that ``clause`` names and those that name it."""
    return tuple(each for each in errata().values() if each.id in clause.errata or clause.id in each.clauses)


@dataclass(frozen=True)
class Count:
    """One row of the totals of the errata."""

    name: str
    """The class; ``all`` in the last row."""
    meaning: str
    """The class in words."""
    of_sources: tuple[int, ...]
    """How many there are in each source."""

    @property
    def total(self) -> int:
        """How many there are in all."""
        return sum(self.of_sources)


def error_counts() -> tuple[Count, ...]:
    """How many errata of each class each source has."""
    found = Counter((each.of_class, each.source) for each in errata().values())
    rows = [Count(name, meaning, tuple(found[name, source] for source in SOURCES)) for name, meaning in CLASSES.items()]
    sums = tuple(sum(row.of_sources[place] for row in rows) for place in range(len(SOURCES)))
    return (*rows, Count("all", "", sums))


def errata_by_source() -> Mapping[str, list[Erratum]]:
    """The errata of each source, in order."""
    return {source: [each for each in errata().values() if each.source == source] for source in SOURCES}


def items_by_source() -> Mapping[str, list[Item]]:
    """The items of the trace of each source, in order."""
    return {source: [each for each in items().values() if each.source == source] for source in TRACED}


@dataclass(frozen=True)
class Ruled:
    """A convention with whatever depends on it."""

    convention: Convention
    """The free choice."""
    operations: tuple[str, ...]
    """The operations that it rules."""
    clauses: tuple[str, ...]
    """The clauses that depend on it."""


def ruled() -> list[Ruled]:
    """Every convention, with the operations and clauses that depend on it."""
    return [
        Ruled(
            convention,
            tuple(each.name for each in operations().values() if convention.name in each.conventions),
            tuple(each.id for each in clauses().values() if convention.name in each.conventions),
        )
        for convention in conventions().values()
    ]


def chosen(profile: Profile) -> Mapping[str, str]:
    """The conventions that ``profile`` sets, in the order of the text."""
    return {name: profile.values[name] for name in conventions() if name in profile.values}


def all_profiles() -> list[tuple[Profile, Mapping[str, str]]]:
    """Every profile with what it sets."""
    return [(each, chosen(each)) for each in profiles().values()]


def signature(operation: Operation) -> str:
    """An operation as it is called: ``leaky_relu(z, slope=)``."""
    names = [each.name for each in operation.arguments] + [f"{each.name}=" for each in operation.keywords]
    return f"{operation.name}({', '.join(names)})"


@dataclass(frozen=True)
class Example:
    """The table of a worked example."""

    parts: tuple[tuple[str, tuple[JudgedValue, ...]], ...]
    """The titles of its parts, with the printed numbers of each."""
    counts: tuple[tuple[str, int, str], ...]
    """Each verdict on digits, how many numbers have it, and what it says."""


@cache
def example() -> Example:
    """The worked example of clause ``example.bhadani``."""
    rows = iter(bhadani())
    parts = tuple((part.title, tuple(next(rows) for _ in part.values)) for part in worked.bhadani().parts)
    found = Counter(row.verdict for _, values in parts for row in values)
    return Example(parts, tuple((name, found[name], meaning) for name, meaning in DIGITS.items()))


def further_clauses() -> Mapping[str, tuple[str, ...]]:
    """By operation, the clauses that judge it beside the one that states its value."""
    return {
        each.name: tuple(clause.id for clause in clauses().values() if _judges_further(clause, each))
        for each in operations().values()
    }


def _judges_further(clause: Clause, operation: Operation) -> bool:
    return clause.operation == operation.name and clause.id != operation.clause
