"""The errata as lines of text: what the sources print, what is right, and what recomputing the examples found."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from ...oracle.errata import recomputed
from ...spec.erratum import CLASSES, SOURCES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ...oracle.errata import Recomputed
    from ...spec.erratum import Counterexample, Erratum

WIDTH = 11
"""Of the labels."""


def listed(chosen: Sequence[Erratum], *, in_full: bool) -> tuple[list[str], bool]:
    """
    The lines that ``gradspec errata`` prints, and whether every counterexample was computed as recorded.

    ``in_full`` shows everything of each entry; otherwise it has a line for what is printed and one for what is right.
    """
    found = list(recomputed(chosen))
    lines = [*_entries(chosen, in_full=in_full), ""]
    if len(chosen) > 1:
        lines += [*_totals(chosen), "", *_executable(chosen)]
    return [*lines, *_verdict(found)], not any(each.differences for each in found)


def _entries(chosen: Iterable[Erratum], *, in_full: bool) -> Iterator[str]:
    source = ""
    for erratum in chosen:
        if erratum.source != source:
            source = erratum.source
            yield source
        yield from _in_full(erratum) if in_full else _in_brief(erratum)


def _in_brief(erratum: Erratum) -> Iterator[str]:
    yield f"  {erratum.id:<6} {erratum.of_class:<10} {erratum.printed}"
    yield f"  {'':<6} {'':<10} right: {erratum.correct}  ({erratum.clauses[0]})"


def _in_full(erratum: Erratum) -> Iterator[str]:
    yield ""
    yield f"{erratum.id} ({erratum.of_class}: {CLASSES[erratum.of_class]})"
    facts = {
        "where": erratum.at,
        "printed": erratum.printed,
        "right": erratum.correct,
        "clauses": ", ".join(erratum.clauses),
        "note": erratum.note,
    }
    for label, fact in facts.items():
        if fact:
            yield f"  {label:<{WIDTH}} {fact}"
    for example in erratum.counterexamples:
        yield from _example(example)
    if erratum.fault:
        yield f"  {'run as':<{WIDTH}} {erratum.fault}"
    else:
        yield f"  {'not run':<{WIDTH}} {erratum.not_executable}"


def _example(example: Counterexample) -> Iterator[str]:
    yield f"  {'example':<{WIDTH}} {example.at}"
    yield f"  {'':<{WIDTH}} printed {', '.join(example.printed)}"
    yield f"  {'':<{WIDTH}} true    {', '.join(example.true)}"


def _totals(chosen: Sequence[Erratum]) -> Iterator[str]:
    """A table: classes against sources."""
    counts = Counter((erratum.of_class, erratum.source) for erratum in chosen)
    sources = [source for source in SOURCES if any(erratum.source == source for erratum in chosen)]
    yield f"{'class':<12}" + "".join(f"{source:>14}" for source in sources) + f"{'all':>8}"
    for name in CLASSES:
        row = [counts[name, source] for source in sources]
        yield f"{name:<12}" + "".join(f"{count:>14}" for count in row) + f"{sum(row):>8}"
    row = [sum(1 for erratum in chosen if erratum.source == source) for source in sources]
    yield f"{'all':<12}" + "".join(f"{count:>14}" for count in row) + f"{sum(row):>8}"


def _verdict(found: Sequence[Recomputed]) -> Iterator[str]:
    for each in found:
        for difference in each.differences:
            yield f"DIFFERS {each.erratum} {each.at}: {difference}"
    values, wrong = sum(each.values for each in found), sum(bool(each.differences) for each in found)
    yield f"{len(found)} counterexamples recomputed by the oracle, {values} values: {wrong} differ"


def _executable(chosen: Sequence[Erratum]) -> Iterator[str]:
    run = sum(bool(erratum.fault) for erratum in chosen)
    yield f"{run} of {len(chosen)} can be run as an implementation, which the suite rejects; the others say why not"
