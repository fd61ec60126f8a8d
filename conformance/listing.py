"""What ``gradspec list`` and ``gradspec show`` print."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from ..spec.clauses import Clause, clauses
from ..spec.conventions import conventions, profiles
from ..spec.erratum import errata
from ..spec.operations import operations
from ..spec.tracing import items
from .checks.registry import CHECKS
from .faults import FAULTS
from .rendering.errata import listed as errata_lines
from .rendering.examples import table
from .rendering.targets import known_targets
from .running import ScopeError
from .strategies.hazards import HAZARDS
from .variants import VARIANTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from ..spec.tracing import Item


def _clauses() -> Iterator[str]:
    chapter = ""
    for clause in clauses().values():
        if clause.chapter != chapter:
            chapter = clause.chapter
            yield chapter
        yield f"  {clause.id:<38} {clause.kind:<11} {clause.operation or ''}".rstrip()


def _operations() -> Iterator[str]:
    for operation in operations().values():
        names = [argument.name for argument in operation.arguments] + [f"{each.name}=" for each in operation.keywords]
        results = ", ".join(f"{result.name} [{result.shape}]" for result in operation.results)
        yield f"{operation.name}({', '.join(names)}) -> {results}"
        yield f"    {operation.summary}; clause {operation.clause}"


def _conventions() -> Iterator[str]:
    for convention in conventions().values():
        yield f"{convention.name:<20} {', '.join(convention.values)}"
        yield f"    {convention.rules}"


def _profiles() -> Iterator[str]:
    for profile in profiles().values():
        yield f"{profile.name:<14} {profile.summary}"


def _faults() -> Iterator[str]:
    for fault in FAULTS:
        yield f"{fault.name:<52} {fault.kind:<10} {fault.level:<6} {fault.regime:<8} {fault.breaks}"
        yield f"    {fault.description}"


def _variants() -> Iterator[str]:
    for variant in VARIANTS:
        yield f"{variant.name:<40} {', '.join(variant.computations)}"
        yield f"    {variant.description}"


def _hazards() -> Iterator[str]:
    for hazard in HAZARDS.values():
        yield f"{hazard.name:<22} {hazard.description}"
        yield f"    {hazard.effect}"


LISTS: Mapping[str, Callable[[], Iterator[str]]] = {
    "clauses": _clauses,
    "operations": _operations,
    "conventions": _conventions,
    "profiles": _profiles,
    "targets": known_targets,
    "hazards": _hazards,
    "faults": _faults,
    "variants": _variants,
}
"""Everything that can be listed."""


def listed(what: str) -> Iterator[str]:
    """The lines of one list."""
    return LISTS[what]()


def shown(name: str) -> Iterator[str]:
    """
    One clause as text, or an erratum or item by its id.

    Raises :class:`ScopeError` where there is none of that name.
    """
    if name in errata():
        return iter(errata_lines([errata()[name]], in_full=True)[0])
    if name in items():
        return _item(items()[name])
    clause = clauses().get(name)
    if clause is None:
        near = [each for each in clauses() if name.partition(".")[0] in each]
        hint = f"; near it: {', '.join(near)}" if near else "; gradspec list prints them all"
        message = f"{name!r} is not a clause{hint}"
        raise ScopeError(message)
    return chain(_lines(clause), _example(clause))


def _example(clause: Clause) -> Iterator[str]:
    if clause.kind == "example":
        yield ""
        yield from table()


def _item(item: Item) -> Iterator[str]:
    yield f"{item.id} ({item.source}: {item.at})"
    yield f"  {'states':<12} {item.says}"
    yield f"  {'stated by':<12} {', '.join(item.clauses)}"


def _lines(clause: Clause) -> Iterator[str]:
    yield f"{clause.id} ({clause.kind}, {clause.chapter})"
    if clause.id in CHECKS:
        yield CHECKS[clause.id].sentence
    facts = {
        "operation": clause.operation or "",
        "sources": "; ".join(clause.sources) or (clause.extension or ""),
        "conventions": ", ".join(clause.conventions),
        "witness": clause.witness or "",
        "judged by": clause.judged_by or "",
        "proven as": clause.theorem or "",
        "no theorem": clause.unproven or "",
        "items": ", ".join(item.id for item in items().values() if clause.id in item.clauses),
        "errata": ", ".join(clause.errata),
    }
    for label, fact in facts.items():
        if fact:
            yield f"  {label:<12} {fact}"
    for form, formula in clause.forms.items():
        yield f"  {'form':<12} {form}: {formula}"
    for title, text in (("Statement", clause.statement), ("Proof", clause.proof), ("Notes", clause.notes)):
        if text:
            yield ""
            yield f"{title}."
            yield text.strip()
