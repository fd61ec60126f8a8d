"""A citation, and what is cited: gradspec itself, a clause, a report."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from importlib import metadata
from typing import TYPE_CHECKING, Any

from ...spec.clauses import VERSION, specification_digest
from ..checks.registry import CHECKS
from ..digests import digests
from ..environment import version
from ..rendering.printable import printable
from ..report import ReportError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ...spec.clauses import Clause
    from ..report import Report

RELEASED = "2026-11-21"
"""The day of the version that is installed, as CITATION.cff has it."""

SOFTWARE, CLAUSE, REPORT = "software", "clause", "report"
"""What may be cited."""

KEY_DIGITS = 8
"""Hexadecimal digits of a report's digest in its key: two reports of one target and day have different ones."""


LONGEST_REASON = 200
"""Characters of the reason why there is no digest that are shown."""

LONGEST_DATE = 40
"""Characters of what stands in the place of a day that are shown."""


@dataclass(frozen=True)
class Citation:
    """Everything that a citation says, as plain text in whatever alphabet."""

    key: str
    """By which a text refers to it: the same for the same thing, in letters, digits, dots and hyphens."""
    kind: str
    """Software, clause or report."""
    title: str
    """What it is called."""
    author: str
    """Who wrote it; a report is written by the program."""
    date: str | None
    """The day it is of; None for a report that does not tell."""
    version: str
    """Of the software, of the specification, or of what was examined."""
    number: str
    """The id of a clause, the digest of a report; empty for software."""
    license: str
    """Under which it may be used; empty where nothing says so."""
    notes: tuple[str, ...]
    """By what a reader can check that it is the same: sentences without the stop at their end."""


def software() -> Citation:
    """Gradspec as it is installed; everything but the day is read from the package."""
    package = _package()
    return Citation(
        key=f"gradspec-{version()}",
        kind=SOFTWARE,
        title=f"gradspec: {package['Summary']}",
        author=str(package["Author"]),
        date=RELEASED,
        version=version(),
        number="",
        license=str(package["License-Expression"]),
        notes=(f"specification {VERSION}, SHA-256 of its text {specification_digest()}",),
    )


def of_clause(clause: Clause) -> Citation:
    """A clause of the specification that is installed."""
    package = _package()
    sentence = CHECKS[clause.id].sentence.rstrip(".") if clause.id in CHECKS else ""
    return Citation(
        key=f"gradspec-{VERSION}-{clause.id}",
        kind=CLAUSE,
        title=f"Clause {clause.id}" + (f": {sentence}" if sentence else f", {_kind(clause)}"),
        author=str(package["Author"]),
        date=RELEASED,
        version=VERSION,
        number=clause.id,
        license=str(package["License-Expression"]),
        notes=(f"chapter {clause.chapter}", f"SHA-256 of the text {specification_digest()}"),
    )


def of_report(report: Report) -> Citation:
    """A report, by its own digest; raises :class:`ReportError` where it carries another than it has."""
    document = report.document
    target, spec = document["target"], document["spec"]
    name = f"{target['name']} {target['version']}".strip()
    digest = digest_of(document)
    return Citation(
        key=f"gradspec-report-{_slug(name)}-{digest[:KEY_DIGITS]}",
        kind=REPORT,
        title=f"Conformance of {name} to the gradspec specification",
        author=f"gradspec {document['environment'].get('gradspec', '')}".strip(),
        date=_date(document),
        version=str(target["version"]),
        number=digest,
        license="",
        notes=(
            f"class: {document['scope']['text']}",
            f"verdict: {document['verdict']} (required: {document['require']})",
            f"specification {spec['version']}, SHA-256 of its text {spec['digest']}",
            f"seed {document['seed']}, effort {document['effort']}",
            f"oracle {certificate_in_words(document.get('certificate', {}))}",
            f"SHA-256 of the report {digest}",
        ),
    )


def digest_of(document: Mapping[str, Any]) -> str:
    """The digest of a report's document; raises :class:`ReportError` where it carries another than it has."""
    body = {name: value for name, value in document.items() if name != "digests"}
    try:
        digest = str(digests(body)["document"])
    except ValueError as error:  # half a character, or a number beyond every format
        message = f"the report has no digest: {printable(error, LONGEST_REASON)}; gradspec validate says more"
        raise ReportError(message) from error
    carried = document.get("digests", {}).get("document", digest)
    if carried != digest:
        message = (
            f"the report carries the digest {carried} and has {digest}: it was changed after it was written; "
            "gradspec verify-report says where"
        )
        raise ReportError(message)
    return digest


def certificate_in_words(certificate: Mapping[str, Any]) -> str:
    """What a report says of the oracle that judged."""
    if not certificate.get("holds"):
        return "without a certificate"
    return (
        f"certified by {certificate.get('comparisons')} comparisons over {certificate.get('clauses')} clauses, "
        f"{certificate.get('disagreements')} disagreements, SHA-256 of its sources {certificate.get('oracle')}"
    )


def _date(document: Mapping[str, Any]) -> str | None:
    """The day of a report; raises :class:`ReportError` where it tells one that is none."""
    told = document.get("date")
    if told is None:
        return None
    try:
        return date.fromisoformat(told).isoformat()
    except ValueError as error:
        message = f"the date of the report, '{printable(told, LONGEST_DATE)}', is no day such as {RELEASED}"
        raise ReportError(message) from error


def _kind(clause: Clause) -> str:
    return f"a {clause.kind} of chapter {clause.chapter}"


def _package() -> metadata.PackageMetadata:
    return metadata.metadata("gradspec")


def _slug(text: str) -> str:
    """``text`` with nothing but ASCII letters, digits, dots and hyphens."""
    return re.sub(r"[^A-Za-z0-9.]+", "-", text).strip("-.")[:40] or "target"
