"""
What ``gradspec explain`` prints of a clause: what it says, why it matters, and who is known to fail it.

Nothing here is written by hand for one clause: it is put together from the text, the errata, the hazards of the fixed
corpus, the seeded faults that tests hold the suite to finding, and the file of known failures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...spec.conventions import resolve
from ...spec.erratum import CLASSES, errata
from ...spec.formats import FORMATS
from ...spec.operations import operations
from ..checks.registry import CHECKS, Subject
from ..faults import DESIGNED, PLANTED
from ..rendering.numbers import ulps
from ..rendering.printable import printable
from ..strategies.cases import corpus
from ..strategies.hazards import HAZARDS
from .known_failures import known_failures
from .naming import clause_named

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ...spec.clauses import Clause
    from .known_failures import KnownFailure, KnownFailures, Sighting

LEVELS = {
    Subject.VALUE: "MUST by the hull of all its forms, SHOULD by its stable forms, STRICT where an argument is special",
    Subject.RELATION: "MUST, by answers to one another: no true value is needed",
    Subject.CONTRACT: "MUST, by how an operation answers, whatever it computes",
}
"""How a clause is judged."""

SHOWN = 12
"""How many mistakes, and how many operations that fail alike, are written out."""


def explained(name: str, known: KnownFailures | None = None) -> Iterator[str]:
    """
    The lines about a clause, or about the clause that defines an operation.

    Raises :class:`ScopeError` where there is none of that name.
    """
    clause = clause_named(name)
    return map(printable, _lines(clause, known or known_failures()))


def _lines(clause: Clause, known: KnownFailures) -> Iterator[str]:
    yield f"{clause.id} ({clause.kind}, {clause.chapter})"
    if clause.id in CHECKS:
        yield CHECKS[clause.id].sentence
    yield ""
    yield "Statement."
    yield from clause.statement.strip().split("\n")
    parts = (
        ("How it is judged.", _judged(clause)),
        ("Why it matters.", _consequences(clause)),
        ("Where it is hard.", _hazards(clause)),
        ("Where it comes from.", _sources(clause)),
        ("What the sources print that is wrong.", _errata(clause)),
        ("Notes.", iter(clause.notes.strip().split("\n") if clause.notes.strip() else ())),
        ("Known to fail it.", _failures(clause, known)),
    )
    for title, lines in parts:
        found = list(lines)
        if found:
            yield ""
            yield title
            yield from found
    yield ""
    yield f"gradspec show {clause.id} prints its proof, gradspec cite {clause.id} how to cite it."


def _judged(clause: Clause) -> Iterator[str]:
    check = CHECKS.get(clause.id)
    if check is not None:
        of = ", ".join(check.operations) or "every operation"
        yield f"  {of}: {LEVELS[check.subject]}."
    elif clause.judged_by:
        yield f"  By {clause.judged_by}, which states the same quantity."
    else:
        yield f"  No implementation is judged by it: it is a {clause.kind} that other clauses use."
    if clause.conventions:
        yield f"  It depends on the conventions {', '.join(clause.conventions)}."
    for form, formula in clause.forms.items():
        yield f"  {form}: {formula}"


def _consequences(clause: Clause) -> Iterator[str]:
    """The seeded faults by which it is the one broken."""
    breaking = [fault for fault in DESIGNED if fault.breaks == clause.id]
    planted = sum(fault.breaks == clause.id for fault in PLANTED)
    also = sum(clause.id in fault.may_also_fail for fault in DESIGNED)
    if breaking:
        yield "  Mistakes by which an implementation breaks it, each one that the suite is tested to find:"
    for fault in breaking[:SHOWN]:
        yield f"  - {fault.description} ({fault.kind}; {', '.join(fault.mistakes)})"
    if len(breaking) > SHOWN:
        yield f"  - {len(breaking) - SHOWN} more; gradspec list faults prints all"
    if planted:
        yield f"  - too few digits, in {planted} of the formats and degrees that are tested"
    if also:
        yield f"  Mistakes that break another clause and by their nature this one too: {also}."


def _hazards(clause: Clause) -> Iterator[str]:
    """The hazards of the cases that every run begins with, in all formats and regimes."""
    check = CHECKS.get(clause.id)
    met = _met(check.operations) if check is not None else set()
    for hazard in HAZARDS.values():
        if hazard.name in met:
            yield f"  {hazard.name}: {hazard.description}; {hazard.effect}"


def _met(names: Iterable[str]) -> set[str]:
    return {
        hazard
        for name in names
        for regime in operations()[name].regimes
        for format_name in FORMATS
        for case in corpus(name, format_name, regime, resolve({}))
        for hazard in case.hazards
    }


def _sources(clause: Clause) -> Iterator[str]:
    for source in clause.sources:
        yield f"  {source}"
    if clause.extension:
        yield f"  {'beyond that' if clause.sources else 'no source'}: {clause.extension}"


def _errata(clause: Clause) -> Iterator[str]:
    for erratum in errata().values():
        if erratum.id in clause.errata or clause.id in erratum.clauses:
            yield f"  {erratum.id} ({erratum.source}: {erratum.at}; {CLASSES[erratum.of_class]})"
            yield f"    printed  {erratum.printed}"
            yield f"    right    {erratum.correct}"


def _failures(clause: Clause, known: KnownFailures) -> Iterator[str]:
    if clause.id not in CHECKS:
        return
    failures = known.of(clause.id)
    for rows in _alike(failures):
        yield from _failure(rows, known)
    for heading in dict.fromkeys(heading for failure in failures for heading in failure.findings):
        finding = known.findings[heading]
        yield f"  {heading}"
        for paragraph in finding.text.split("\n\n"):
            yield f"    {paragraph}"
        for link in finding.links:
            yield f"    {link}"
    examined = (f"{target} {versions[-1].version}" for target, versions in known.targets.items())
    nobody = "" if failures else "  Nobody. "
    yield f"{nobody or '  '}Examined, as far as each offers it: {', '.join(examined)}."


def _alike(failures: Iterable[KnownFailure]) -> list[list[KnownFailure]]:
    """The failures of a target at a level that were seen in the same versions: one clause may judge many operations."""
    groups: dict[object, list[KnownFailure]] = {}
    for failure in failures:
        seen = tuple((each.version, each.date) for each in failure.seen)
        groups.setdefault((failure.target, failure.level, seen), []).append(failure)
    return list(groups.values())


def _failure(rows: list[KnownFailure], known: KnownFailures) -> Iterator[str]:
    """Failures that are alike, with the smallest case of any of them."""
    failure = min(rows, key=lambda each: len(each.example["input"]))
    first, last, example = failure.seen[0], failure.seen[-1], failure.example
    until = "" if known.is_still_there(failure) else f", last in {_named(last)}, and not in the newest one examined"
    yield f"  {failure.target}: {failure.level.upper()} on {_operations(rows)}"
    yield f"    seen     first in {_named(first)}{until}"
    yield f"    formats  {', '.join(_formats(rows))}"
    yield f"    input    {example['input']} in {example['format']}"
    if "got" in example:
        yield f"    got      {example['got']}"
        yield f"    true     {example['true']}"
    else:
        yield f"    because  {example['reason']}"
    headings = dict.fromkeys(heading for each in rows for heading in each.findings)
    if headings:
        yield f"    why      {'; '.join(headings)}"


def _operations(rows: list[KnownFailure]) -> str:
    names = ", ".join(each.operation for each in rows[:SHOWN])
    return names if len(rows) <= SHOWN else f"{names} and {len(rows) - SHOWN} more"


def _named(sighting: Sighting) -> str:
    return f"{sighting.version} ({sighting.date or 'day not recorded'})"


def _formats(rows: list[KnownFailure]) -> Iterator[str]:
    """The formats of the newest version that fail, each with the largest error of ``rows``."""
    for name in FORMATS:
        found = [each.seen[-1].formats[name] for each in rows if name in each.seen[-1].formats]
        worst = max((float(error) for error in found if error is not None), default=0.0)
        if found:
            yield f"{name} (up to {ulps(worst)} ulps)" if worst else name
