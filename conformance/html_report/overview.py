"""The head of the page: the class reached and what it was reached under, counts, and what a report does not say."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..proving.record import in_words
from ..rendering.numbers import ulps
from ..spec_lookup import is_default
from ..verdict import FAILING, RowVerdict
from .words import CLASSES, LEVELS, PROMISES, SIGNS, VERDICTS, Sign, count

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ..report import Report

QUICK = "quick"
"""The effort that misses what the others find."""


@dataclass(frozen=True)
class Overview:
    """What somebody sees who has two minutes."""

    name: str
    """Of the target, with its version."""
    reached: str
    """The class, in a word."""
    promise: str
    """What the class says."""
    scope: str
    """The class with its scope, as it may be quoted."""
    verdict: Sign
    """Conformant or not."""
    required: str
    """The class that the verdict is about."""
    under: tuple[str, ...]
    """What it was reached under, in short."""
    sentence: str
    """How many rows of what level fail."""
    signs: tuple[Sign, ...]
    """The columns of the counts."""
    counts: tuple[tuple[str, tuple[str, ...]], ...]
    """Rows by level and verdict."""
    facts: tuple[tuple[str, str], ...]
    """What it was reached under, by name."""
    environment: tuple[tuple[str, str], ...]
    """Where it was run."""
    conventions: tuple[tuple[str, str], ...]
    """Those that are not the default."""
    unsaid: tuple[tuple[str, str], ...]
    """What the report does not say: a keyword, and a sentence."""


def overview(report: Report) -> Overview:
    """The head of the page of ``report``."""
    document = report.document
    return Overview(
        name=f"{document['target']['name']} {document['target']['version']}".strip(),
        reached=CLASSES[document["class"]],
        promise=PROMISES[document["class"]],
        scope=document["scope"]["text"],
        verdict=VERDICTS[document["verdict"]],
        required=document["require"],
        under=tuple(_under(document)),
        sentence=_sentence(report),
        signs=tuple(SIGNS.values()),
        counts=tuple(_counts(report)),
        facts=tuple(_facts(report)),
        environment=tuple(document["environment"].items()),
        conventions=tuple((key, each) for key, each in document["conventions"].items() if not is_default(key, each)),
        unsaid=tuple(_unsaid(report)),
    )


def _under(document: Mapping[str, Any]) -> Iterator[str]:
    if "date" in document:
        yield document["date"]
    yield f"specification {document['spec']['version']} ({document['spec']['digest'][:12]})"
    yield f"{len(document['scope']['operations'])} of {document['scope']['of_operations']} operations"
    yield f"{document['effort']} effort"


def _sentence(report: Report) -> str:
    failing = Counter(row["level"] for row in report.failures)
    if not failing:
        return f"None of {count(len(report.results), 'row')} fails."
    parts = [f"{failing[level]} at {level.upper()}" for level in LEVELS if failing[level]]
    clauses = len({row["clause"] for row in report.failures})
    rows = count(len(report.results), "row")
    return f"{failing.total()} of {rows} fail, {', '.join(parts)}: {count(clauses, 'clause')}."


def _counts(report: Report) -> Iterator[tuple[str, tuple[str, ...]]]:
    table: dict[str, Counter[str]] = {level: Counter() for level in LEVELS}
    for row in report.results:
        table[row["level"]][row["verdict"]] += 1
    for level, counts in table.items():
        yield level.upper(), tuple(f"{counts[verdict]:,}" for verdict in SIGNS)


def _facts(report: Report) -> Iterator[tuple[str, str]]:
    document, scope = report.document, report.document["scope"]
    yield "Specification", f"{document['spec']['version']}, digest {document['spec']['digest']}"
    if "date" in document:
        yield "Date", document["date"]
    yield "Operations", f"{len(scope['operations'])} of {scope['of_operations']} offered"
    if scope.get("derived"):
        yield "Derived", "; ".join(f"{name} from {', '.join(parts)}" for name, parts in scope["derived"].items())
    yield "Formats", f"{', '.join(scope['formats'])} (declared: {', '.join(scope['declared_formats'])})"
    yield "Regimes", ", ".join(scope["regimes"])
    yield "Clauses", ", ".join(scope["clauses"]) or "all that are checked"
    yield "Effort and seed", f"{document['effort']}, seed {document['seed']}"
    yield "Judged", f"{_sum(report, 'decided'):,} decided cases, {_sum(report, 'entries'):,} decided entries"
    yield "Oracle", _certificate(report.certificate)
    if "proofs" in document.get("certificate", {}):
        yield "Proofs", f"of the specification, {in_words(document['certificate']['proofs'])}"
    if "digests" in document:
        yield "Digest", document["digests"]["document"]


def _certificate(certificate: Mapping[str, Any] | None) -> str:
    if not certificate or "holds" not in certificate:
        return "no certificate"
    known = {"clauses": "propositions", "comparisons": "comparisons", "disagreements": "disagreements"}
    parts = [f"{certificate[name]:,} {word}" for name, word in known.items() if isinstance(certificate.get(name), int)]
    ruling = "certified" if certificate["holds"] is True else "not certified"
    digest = f"; digest {certificate['oracle']}" if "oracle" in certificate else ""
    return f"{ruling}: {', '.join(parts)}{digest}"


def _sum(report: Report, name: str) -> int:
    return sum(row.get(name, 0) for row in report.results)


def _unsaid(report: Report) -> Iterator[tuple[str, str]]:
    document, scope = report.document, report.document["scope"]
    verdicts = Counter(row["verdict"] for row in report.results)
    yield (
        "No proof",
        "A pass says that no error was found in the cases that were drawn. It does not say that there is none.",
    )
    yield from _caught(report)
    if verdicts[RowVerdict.UNDECIDED]:
        open_rows = count(verdicts[RowVerdict.UNDECIDED], "row")
        yield (
            "Undecided",
            f"Of {open_rows} nothing is known: the envelopes were too wide, or too few cases could be had.",
        )
    entries = _sum(report, "undecided_entries")
    if entries:
        yield (
            "Undecided entries",
            f"{count(entries, 'number')} of answers could not be decided: their envelopes are too wide.",
        )
    if verdicts[RowVerdict.UNSUPPORTED]:
        yield (
            "Unsupported",
            f"{count(verdicts[RowVerdict.UNSUPPORTED], 'row')} ask for what the target says it does not offer.",
        )
    missing = scope["of_operations"] - len(scope["operations"])
    if missing > 0:
        yield "Scope", f"Nothing is said of {count(missing, 'operation')} that the target does not offer."
    if scope["clauses"]:
        yield "Filter", f"Only clauses that match {', '.join(scope['clauses'])} were judged."
    if document["effort"] == QUICK:
        yield "Effort", "The effort was quick: more cases would show more."
    yield "Machine", "It holds for these versions on this machine; another processor or library may give other digits."
    yield (
        "Signature",
        "Digests find a changed byte, not a forger. gradspec verify-report judges what is recorded again.",
    )


def _caught(report: Report) -> Iterator[tuple[str, str]]:
    """The relative error that half of the passing rows would not have missed."""
    passing = (row["sensitivity"] for row in report.results if row["verdict"] not in FAILING)
    medians = sorted(float(each[0]) for each in passing if each)
    if medians:
        middle, largest = ulps(medians[len(medians) // 2]), ulps(medians[-1])
        sentence = (
            f"A row sees relative errors above the radius of its envelope: {middle} in the middle of all rows that do "
            f"not fail, {largest} in the least sensitive. Smaller ones pass."
        )
        yield "Sensitivity", sentence
