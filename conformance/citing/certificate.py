"""The certificate of a report: one page on what was examined, by what, what was found, and what that is worth."""

from __future__ import annotations

import shlex
from collections import Counter
from typing import TYPE_CHECKING, Any

from ...spec.operations import REGIMES
from ..proving.record import in_words
from ..rendering.printable import printable
from ..spec_lookup import is_default, position_of
from ..verdict import FAILING, Level, RowVerdict
from .citation import certificate_in_words, digest_of, of_report
from .styles import text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ..report import Report

LIMITS = (
    "It speaks of the operations, formats and conventions named above, on the examples that were drawn.",
    "No finding is no proof.",
    "It speaks of this version on this machine: another device, library or build gives other digits.",
    "The target said itself what its name and version are. Nobody has signed this: by its digest it can be",
    "seen that a report was not changed, and not who made it.",
    "Core means that the formulas are right within the error of some listed form. It does not mean that digits",
    "are kept where a formula cancels (that is Robust), nor that special values are right (that is Strict).",
)
"""What a certificate does not say, as lines."""

WIDTH = 14
"""Of the names of facts."""


def certificate(report: Report, file: str) -> Iterator[str]:
    """The lines of the certificate of the report in ``file``; raises ReportError where it was changed."""
    digest = digest_of(report.document)
    return map(printable, _lines(report, file, digest))


def _lines(report: Report, file: str, digest: str) -> Iterator[str]:
    target = report.document["target"]
    name = f"{target['name']} {target['version']}".strip()
    yield "CERTIFICATE OF EXAMINATION BY GRADSPEC"
    for title, facts in (
        ("What was examined", _examined(report.document, name)),
        ("By what", _judge(report.document)),
        ("What was found", _found(report)),
    ):
        yield ""
        yield title
        for label, fact in facts:
            yield f"  {label:<{WIDTH}}{fact}"
    yield ""
    yield "What this does not say"
    for line in LIMITS:
        yield f"  {line}"
    yield ""
    yield "How to verify it again"
    yield f"  {'by its digest':<{WIDTH}}SHA-256 of the report {digest}"
    yield f"  {'the file':<{WIDTH}}gradspec validate {shlex.quote(file)}"
    yield f"  {'the judgement':<{WIDTH}}gradspec verify-report {shlex.quote(file)}"
    yield f"  {'the target':<{WIDTH}}{_command(report.document)}"
    yield ""
    yield "How to cite it"
    yield f"  {text(of_report(report))}"


def _examined(document: Mapping[str, Any], name: str) -> Iterator[tuple[str, str]]:
    scope = document["scope"]
    chosen = [f"{key}={value}" for key, value in document["conventions"].items() if not is_default(key, value)]
    yield "target", name
    yield "on", document.get("date") or "a day that the report does not tell"
    yield "operations", f"{len(scope['operations'])} of {scope['of_operations']}" + _derived(scope)
    yield "formats", f"{', '.join(scope['formats'])}, of {', '.join(scope['declared_formats'])} declared"
    yield "regimes", ", ".join(scope["regimes"])
    if scope["clauses"]:
        yield "only clauses", ", ".join(scope["clauses"])
    yield "conventions", ", ".join(chosen) or "all default"
    yield "environment", ", ".join(f"{key} {value}" for key, value in document["environment"].items())


def _derived(scope: Mapping[str, Any]) -> str:
    return f", and {len(scope['derived'])} derived from them" if scope.get("derived") else ""


def _judge(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield "text", f"gradspec specification {document['spec']['version']}, SHA-256 {document['spec']['digest']}"
    yield "oracle", certificate_in_words(document.get("certificate", {}))
    if "proofs" in document.get("certificate", {}):
        yield "proofs", in_words(document["certificate"]["proofs"])
    yield "examples", f"seed {document['seed']}, effort {document['effort']}"


def _found(report: Report) -> Iterator[tuple[str, str]]:
    document = report.document
    counts = Counter(row["verdict"] for row in report.results)
    yield "class", document["scope"]["text"]
    yield "verdict", f"{document['verdict']} (required: {document['require']})"
    yield "rows", f"{len(report.results)}: " + ", ".join(f"{counts[each]} {each}" for each in RowVerdict)
    decided = sum(row["decided"] for row in report.results)
    entries = sum(row.get("entries", 0) for row in report.results)
    yield "judged", f"{decided} cases, {entries} entries"
    for level in Level:
        rows = [row for row in report.results if row["level"] == level]
        failing = {row["clause"] for row in rows if row["verdict"] in FAILING}
        if failing:
            count = sum(row["verdict"] in FAILING for row in rows)
            yield f"fail {level.upper()}", f"{count} of {len(rows)} rows: {', '.join(sorted(failing, key=position_of))}"
    if "deviations" in document:
        known = document["deviations"]
        yield "known before", f"{known['listed']} of {known['failing']} failing required rows, by {known['file']}"


def _command(document: Mapping[str, Any]) -> str:
    scope = document["scope"]
    formats = scope["formats"] if scope["formats"] != scope["declared_formats"] else ()
    regimes = scope["regimes"] if set(scope["regimes"]) != set(REGIMES) else ()
    options = [
        *(("--format", name) for name in formats),
        *(("--regime", name) for name in regimes),
        *(("--clause", glob) for glob in scope["clauses"]),
        *(
            ("--convention", f"{key}={value}")
            for key, value in document["conventions"].items()
            if not is_default(key, value)
        ),
        ("--require", document["require"]),
        ("--effort", document["effort"]),
        ("--seed", str(document["seed"])),
    ]
    derive = " --derive" if scope.get("derived") else ""
    return "gradspec run TARGET" + derive + "".join(f" {name} {shlex.quote(value)}" for name, value in options)
