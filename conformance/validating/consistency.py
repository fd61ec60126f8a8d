"""
What a schema cannot say of a report: its numbers add up, and its verdicts follow from them.

Names of clauses and operations are looked up where the specification that judged is the one installed; of another text
nothing is assumed.
"""

from __future__ import annotations

import fnmatch
from collections import Counter
from typing import TYPE_CHECKING, Any

from ...spec.clauses import clauses, specification_digest
from ...spec.conventions import ConventionError, resolve
from ...spec.operations import operations
from ..checks.registry import CHECKS
from ..digests import digests
from ..report import class_reached, conformance
from ..verdict import FAILING, REQUIRED, Class
from .problem import Problem, pointer
from .row_consistency import PARTS, row_contradictions

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ..report import Report

    Row = Mapping[str, Any]


def contradictions(report: Report) -> Iterator[Problem]:
    """Every place of a report, valid by its schema, that another place contradicts, in the order of rules."""
    document = report.document
    yield from _ruling(report)
    yield from _scope(document)
    for index, row in enumerate(report.results):
        yield from row_contradictions(row, ("results", index))
        yield from _in_scope(row, ("results", index), document["scope"])
    yield from _each_once(report)
    yield from _numbers(report)
    yield from _diagnoses(report)
    yield from _deviations(report)
    yield from _certificate(document)
    if is_of_the_installed_text(report):
        yield from _names(document)
    yield from _digests(document)


def is_of_the_installed_text(report: Report) -> bool:
    """Whether the specification that judged is the one installed, so that names can be looked up."""
    return bool(report.document["spec"]["digest"] == specification_digest())


def _ruling(report: Report) -> Iterator[Problem]:
    document, scope = report.document, report.document["scope"]
    reached = class_reached(report.results)
    if report.reached is not reached:
        yield Problem("/class", document["class"], f"be {reached}, by the rows that fail")
    verdict = conformance(report.results, document["require"])
    if report.verdict is not verdict:
        yield Problem("/verdict", document["verdict"], f"be {verdict}, by the rows that {document['require']} requires")
    name = "no class" if report.reached is Class.NONE else report.reached.value
    if scope["text"].partition(",")[0] != name:
        yield Problem("/scope/text", scope["text"], f"begin with {name!r}, the class reached")


def _scope(document: Mapping[str, Any]) -> Iterator[Problem]:
    scope = document["scope"]
    offered, derived = scope["operations"], scope.get("derived", {})
    for name, fewer in (("formats", scope["formats"]), ("operations", offered)):
        if len(set(fewer)) != len(fewer):
            yield Problem(f"/scope/{name}", fewer, "name each once")
    for name in scope["formats"]:
        if name not in scope["declared_formats"]:
            yield Problem("/scope/formats", name, "be among the declared formats")
    for name, bases in derived.items():
        for base in bases:
            if base not in offered:
                yield Problem(pointer(("scope", "derived", name)), base, "be an operation that is offered")
    if len(offered) > scope["of_operations"]:
        yield Problem("/scope/of_operations", scope["of_operations"], f"be at least {len(offered)}, those offered")


def _in_scope(row: Row, place: tuple[str | int, ...], scope: Mapping[str, Any]) -> Iterator[Problem]:
    offered = {*scope["operations"], *scope.get("derived", {})}
    for field, allowed in (("operation", offered), ("format", scope["formats"]), ("regime", scope["regimes"])):
        if row[field] not in allowed:
            yield Problem(pointer((*place, field)), row[field], f"be in the scope: an {field} that it names")
    globs = scope["clauses"]
    if globs and not any(fnmatch.fnmatch(row["clause"], glob) for glob in globs):
        yield Problem(pointer((*place, "clause")), row["clause"], f"match the filter of the run: {' '.join(globs)}")


def _each_once(report: Report) -> Iterator[Problem]:
    seen: dict[tuple[str, ...], int] = {}
    for index, row in enumerate(report.results):
        name = tuple(row[part] for part in PARTS)
        if name in seen:
            yield Problem(f"/results/{index}", " ".join(name), f"be a row by itself: /results/{seen[name]} is the same")
        seen.setdefault(name, index)


def _numbers(report: Report) -> Iterator[Problem]:
    number = 0
    for index, row in enumerate(report.results):
        if "counterexample" in row:
            number += 1
            found = row["counterexample"]["number"]
            if found != number:
                place = f"/results/{index}/counterexample/number"
                yield Problem(place, found, f"be {number}: counterexamples are counted from 1 in the order of rows")


def _diagnoses(report: Report) -> Iterator[Problem]:
    failing = {(row["clause"], row["operation"], row["level"]) for row in report.failures}
    for index, found in enumerate(report.diagnoses):
        name = found["clause"], found["operation"], found["level"]
        if name not in failing:
            yield Problem(
                f"/diagnoses/{index}", " ".join(name), "be of a clause that fails on that operation and level"
            )


def _deviations(report: Report) -> Iterator[Problem]:
    known = report.document.get("deviations")
    if known is None:
        return
    levels = REQUIRED[report.document["require"]]
    failing = sum(row["level"] in levels and row["verdict"] in FAILING for row in report.results)
    if known["failing"] != failing:
        yield Problem("/deviations/failing", known["failing"], f"be {failing}, the required rows that fail")
    if known["listed"] > known["failing"]:
        yield Problem("/deviations/listed", known["listed"], f"be at most {known['failing']}, those that fail")


def _certificate(document: Mapping[str, Any]) -> Iterator[Problem]:
    certificate = document.get("certificate", {})
    judged_by = document["spec"]["digest"]
    if certificate.get("holds") and certificate.get("specification") != judged_by:
        found = certificate.get("specification")
        yield Problem("/certificate/specification", found, f"be {judged_by}, the text that judged")


def _names(document: Mapping[str, Any]) -> Iterator[Problem]:
    """What the specification that is installed does not know."""
    scope = document["scope"]
    for index, name in enumerate(scope["operations"]):
        if name not in operations():
            yield Problem(f"/scope/operations/{index}", name, "be an operation of the specification")
    if scope["of_operations"] != len(operations()):
        yield Problem(
            "/scope/of_operations", scope["of_operations"], f"be {len(operations())}, as the specification has"
        )
    try:
        resolve(document["conventions"])
    except ConventionError as error:
        yield Problem("/conventions", document["conventions"], f"be conventions of the specification: {error}")
    for index, row in enumerate(document["results"]):
        yield from _names_of(row, index)


def _names_of(row: Row, index: int) -> Iterator[Problem]:
    operation, check = operations().get(row["operation"]), CHECKS.get(row["clause"])
    if row["clause"] not in clauses():
        yield Problem(f"/results/{index}/clause", row["clause"], "be a clause of the specification")
    elif check is None:
        yield Problem(f"/results/{index}/clause", row["clause"], "be a clause by which implementations are judged")
    elif check.operations and row["operation"] not in check.operations:
        wanted = ", ".join(check.operations)
        yield Problem(f"/results/{index}/operation", row["operation"], f"be one that the clause judges: {wanted}")
    if operation is None:
        yield Problem(f"/results/{index}/operation", row["operation"], "be an operation of the specification")
    elif row["regime"] not in operation.regimes:
        regimes = ", ".join(operation.regimes)
        yield Problem(f"/results/{index}/regime", row["regime"], f"be one that the operation has: {regimes}")


def _digests(document: Mapping[str, Any]) -> Iterator[Problem]:
    """The digests that a report carries and does not have; where rows and digests differ in number, that alone."""
    if "digests" not in document:
        return
    carried = document["digests"]
    right = digests({name: value for name, value in document.items() if name != "digests"})
    if len(carried["results"]) != len(right["results"]):
        rule = f"have a digest a row, which are {len(right['results'])}"
        yield Problem("/digests/results", len(carried["results"]), rule)
    else:
        for index, (found, wanted) in enumerate(zip(carried["results"], right["results"], strict=True)):
            if found != wanted:
                yield Problem(f"/digests/results/{index}", found, f"be {wanted}, the digest of /results/{index}")
    for name in Counter({**carried["parts"], **right["parts"]}.keys()):
        found, wanted = carried["parts"].get(name), right["parts"].get(name)
        if found != wanted:
            rule = f"be {wanted}, the digest of that field" if wanted else "be left out: there is no such field"
            yield Problem(pointer(("digests", "parts", name)), found, rule)
    if carried["document"] != right["document"]:
        yield Problem("/digests/document", carried["document"], f"be {right['document']}, that of all but the digests")
