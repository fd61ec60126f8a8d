"""
In what reports differ beside their targets, and what therefore cannot be told from their cells.

Two reports judge the same cases by the same text if digest, seed, effort, and the versions of the packages that draw
the cases agree. Whatever else differs is said too, since it bears on what a cell means.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ...spec.conventions import conventions
from ..environment import CASES_DEPEND_ON
from ..rendering.figures import SHORT
from ..running import WIDENING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from ..report import Report

    Document = Mapping[str, Any]

NOT_RECORDED = "not recorded"
"""For what a report does not say."""


@dataclass(frozen=True)
class Difference:
    """Something in which reports differ."""

    subject: str
    """What it is, such as ``seed``."""
    values: Mapping[str, str]
    """What each report has, by its name."""
    consequence: str
    """What it means for a comparison."""

    def groups(self) -> dict[str, list[str]]:
        """The names of reports by what they have."""
        found: dict[str, list[str]] = {}
        for name, value in self.values.items():
            found.setdefault(value, []).append(name)
        return found


@dataclass(frozen=True)
class _Subject:
    name: str
    value: Callable[[Document], str]
    consequence: str


def packages(document: Document) -> str:
    """The packages of whose versions the cases and the judgement are functions, as a report records them."""
    recorded = document["environment"]
    return ", ".join(f"{name} {recorded.get(name, NOT_RECORDED)}" for name in CASES_DEPEND_ON)


_SUBJECTS = (
    _Subject(
        "specification",
        lambda document: f"{document['spec']['version']} ({document['spec']['digest'][:12]})",
        "another text judged: a verdict may differ where the implementations do not",
    ),
    _Subject(
        "seed",
        lambda document: str(document["seed"]),
        "other cases were drawn: largest errors are of other inputs",
    ),
    _Subject(
        "effort",
        lambda document: document["effort"],
        "not as many cases were drawn: the smaller effort finds less",
    ),
    _Subject(
        "packages that draw cases and judge",
        packages,
        "the cases may be others: largest errors may be of other inputs",
    ),
    _Subject(
        "ulps allowed to functions",
        lambda document: _function_ulps(document["scope"]["text"]),
        "the envelopes are wider for some",
    ),
    _Subject(
        "formats",
        lambda document: " ".join(SHORT[name] for name in document["scope"]["formats"]),
        "a class is relative to its formats",
    ),
    _Subject(
        "regimes",
        lambda document: " ".join(document["scope"]["regimes"]),
        "some were not asked what others were",
    ),
    _Subject(
        "filter of clauses",
        lambda document: " ".join(document["scope"]["clauses"]) or "none",
        "some were not asked what others were",
    ),
    _Subject(
        "operations examined",
        lambda document: str(len(document["scope"]["operations"]) + len(document["scope"].get("derived", ()))),
        "a class is relative to its operations",
    ),
)

JUDGED_ALIKE = 5
"""How many of the subjects, from the first on, settle what is asked of a row, and what is allowed."""


def differences(reports: Mapping[str, Report]) -> Iterator[Difference]:
    """Everything in which ``reports`` differ that bears on a comparison, by their names."""
    documents = {name: report.document for name, report in reports.items()}
    for subject in _SUBJECTS:
        yield from _difference(subject, documents)
    for key in conventions_of(documents.values()):
        yield from _difference(_convention(key), documents)


def draw_the_same_cases(old: Document, new: Document) -> bool:
    """Whether each row of both was judged on the same cases by the same text."""
    same = _SUBJECTS[:JUDGED_ALIKE]
    keys = (key for key in conventions_of((old, new)) if old["conventions"].get(key) != new["conventions"].get(key))
    return all(subject.value(old) == subject.value(new) for subject in same) and not any(keys)


def conventions_of(documents: Iterable[Document]) -> list[str]:
    """The conventions that some report names, those of the text first, in its order."""
    named = {key: None for document in documents for key in document["conventions"]}
    return [*(key for key in conventions() if key in named), *(key for key in named if key not in conventions())]


def _function_ulps(scope: str) -> str:
    """What a run was told to allow, which the scope of its class names."""
    found = re.search(r"function ulps (.*)", scope)
    return found[1] if found else "those of the text"


def _convention(key: str) -> _Subject:
    known = conventions().get(key)
    if key in WIDENING:
        consequence = "the envelopes are wider for some"
    else:
        consequence = f"it rules {known.rules}" if known else "this version of gradspec does not know it"
    return _Subject(f"convention {key}", lambda document: document["conventions"].get(key, NOT_RECORDED), consequence)


def _difference(subject: _Subject, documents: Mapping[str, Document]) -> Iterator[Difference]:
    values = {name: subject.value(document) for name, document in documents.items()}
    if len(set(values.values())) > 1:
        yield Difference(subject.name, values, subject.consequence)
