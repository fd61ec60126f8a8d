"""The report: one JSON document that everything else is rendered from."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any

from .canonical import canonical_text
from .checks.contract import BY_MEMORY
from .digests import digests
from .example_documents import counterexample, jsonable, sample
from .rendering.printable import printable
from .schemas import first_error
from .strange_json import json_value
from .verdict import FAILING, REQUIRED, Class, Conformance, Level, RowVerdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from .diagnosis import Diagnosis, Listed
    from .row import Row

SCHEMA = "https://gradspec.org/schema/report-1.json"
"""The name of the schema that a report follows."""


@dataclass(frozen=True)
class Report:
    """A report as a document, with the few questions that are asked of it everywhere."""

    document: Mapping[str, Any]
    """JSON values, valid by the schema."""

    @property
    def results(self) -> list[dict[str, Any]]:
        """Its rows."""
        return list(self.document["results"])

    @property
    def failures(self) -> list[dict[str, Any]]:
        """The rows that fail or err, in order; counterexamples are numbered by it."""
        return [row for row in self.results if row["verdict"] in FAILING]

    @property
    def diagnoses(self) -> list[dict[str, Any]]:
        """What the clauses that fail behave like, each on one operation, in the order of their rows."""
        return list(self.document.get("diagnoses", ()))

    @property
    def certificate(self) -> dict[str, Any] | None:
        """What the oracle that judged was certified by, without what is said of proofs; None where it carries none."""
        carried = self.document.get("certificate")
        return None if carried is None else {name: value for name, value in carried.items() if name != "proofs"}

    @property
    def verdict(self) -> Conformance:
        """Conformant, nonconformant or incomplete."""
        return Conformance(self.document["verdict"])

    @property
    def reached(self) -> Class:
        """The class reached, in scope."""
        return Class(self.document["class"])

    def text(self) -> str:
        """The document as JSON text, in the one form in which it is written."""
        return canonical_text(self.document)


def sealed(document: Mapping[str, Any]) -> Report:
    """The report of ``document``, with the digests of all else in it."""
    rest = {name: value for name, value in document.items() if name != "digests"}
    return Report(rest | {"digests": digests(rest)})


class ReportError(ValueError):
    """A file that is not a report."""


def parse(text: str, source: str) -> Report:
    """The report in ``text``; raises :class:`ReportError`, naming ``source`` and the first fault."""
    try:
        document = json_value(text)
    except ValueError as error:
        message = f"{source} is not JSON: {error}"
        raise ReportError(message) from error
    if broken := first_error(document, "report"):
        place = "/".join(map(str, broken.absolute_path)) or "the top"
        message = f"{source} is not a gradspec report: at {place}: {broken.message[:300]}"
        raise ReportError(message)
    return Report(document)


def read(path: Path) -> Report:
    """The report in a file; raises :class:`ReportError` where there is none."""
    return parse(text_of(path), printable(path))


def text_of(path: Path) -> str:
    """The text of a file; raises :class:`ReportError` where there is none."""
    try:
        return path.read_bytes().decode()
    except OSError as error:
        message = f"the report {printable(path)} cannot be read: {error.strerror}"
        raise ReportError(message) from error
    except UnicodeDecodeError as error:
        message = f"the report {printable(path)} cannot be read: it is not UTF-8, at byte {error.start}"
        raise ReportError(message) from error


def class_reached(rows: Sequence[Mapping[str, Any]]) -> Class:
    """The highest class none of whose levels has a failing row."""
    if not rows:
        return Class.NONE
    failing = {row["level"] for row in rows if row["verdict"] in FAILING}
    if Level.MUST in failing:
        return Class.NONE
    if Level.SHOULD in failing:
        return Class.CORE
    return Class.ROBUST if Level.STRICT in failing else Class.STRICT


def conformance(rows: Sequence[Mapping[str, Any]], require: str) -> Conformance:
    """Nonconformant with a failing required row, incomplete with an undecided one or without any."""
    required = [row for row in rows if row["level"] in REQUIRED[require]]
    if any(row["verdict"] in FAILING for row in required):
        return Conformance.NONCONFORMANT
    judged = [row for row in required if row["verdict"] != RowVerdict.UNSUPPORTED]
    if not judged or any(row["verdict"] == RowVerdict.UNDECIDED for row in judged):
        return Conformance.INCOMPLETE
    return Conformance.CONFORMANT


def numbered(results: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows in the order of a report, the counterexamples counted from 1."""
    numbers = count(1)
    return [
        {**row, "counterexample": {"number": next(numbers), **row["counterexample"]}}
        if "counterexample" in row
        else dict(row)
        for row in results
    ]


def result(row: Row) -> dict[str, Any]:
    """One row as JSON values, with its counterexample if it fails, which has no number yet."""
    document: dict[str, Any] = {
        "clause": row.name.clause,
        "operation": row.name.operation,
        "format": row.name.format_name,
        "regime": row.name.regime,
        "level": row.name.level.value,
        "verdict": row.verdict.value,
        "examples": row.examples,
        "decided": row.decided,
        "undecided": row.undecided,
        "unsupported": row.unsupported,
        "errors": row.errors,
        "failures": row.failures,
        "entries": row.entries,
        "undecided_entries": row.undecided_entries,
        "unresolved": row.unresolved,
        "sensitivity": None if row.sensitivity is None else [jsonable(value) for value in row.sensitivity],
        "max_error_ulps": jsonable(row.max_error_ulps),
        "max_envelope_ratio": jsonable(row.max_envelope_ratio),
        "hazards": list(row.hazards),
    }
    if row.entries:
        document |= {
            "error_distribution": row.error_distribution.document(),
            "envelope_distribution": row.envelope_distribution.document(),
        }
    if row.observations:
        document["observations"] = list(row.observations)
    if row.counterexample is not None and row.verdict in FAILING:
        document["counterexample"] = counterexample(row.counterexample, row.name.clause)
    if row.sample is not None and row.name.clause not in BY_MEMORY:
        document["sample"] = sample(row.sample)
    return document


def diagnosis_document(found: Diagnosis) -> dict[str, Any]:
    """What one clause that fails on one operation behaves like, as JSON values."""
    document = {
        "clause": found.clause,
        "operation": found.operation,
        "level": found.level.value,
        "failing": found.failing,
        "passing": found.passing,
        "causes": _causes(found.causes),
    }
    return document | ({"not_evaluated": _causes(found.not_evaluated)} if found.not_evaluated else {})


def _causes(listed: Sequence[Listed]) -> list[dict[str, str]]:
    return [{"name": cause.name, "sentence": cause.sentence} for cause in listed]
