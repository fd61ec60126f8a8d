"""
Which implementations are known to fail which clause, and since when: read from the file that is installed.

The file is generated from published reports (``python -m gradspec.conformance.explaining``). What it says of a version
stays when the report of that version is replaced by that of a newer one.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE = "known_failures.json"
"""Beside this module."""


@dataclass(frozen=True)
class Examined:
    """A version of a target of which there was a report."""

    version: str
    """As the target says it."""
    date: str | None
    """The first day on which it is known to have been examined; None where no report told."""
    specification: str
    """The digest of the text by which it was examined last."""


@dataclass(frozen=True)
class Sighting:
    """A version in which a failure was seen."""

    version: str
    """Of the target."""
    date: str | None
    """The first day on which it was seen in this version; None where the report did not tell."""
    formats: Mapping[str, float | str | None]
    """The formats that fail, each with the largest error in ulps; None where the failure is not one of digits."""


@dataclass(frozen=True)
class KnownFailure:
    """A clause that a target fails on an operation, at a level."""

    target: str
    """By which the command line names it."""
    clause: str
    """Its id."""
    operation: str
    """Whose answers are wrong."""
    level: str
    """Must, should or strict, in small letters."""
    seen: tuple[Sighting, ...]
    """The versions in which it was seen, the oldest first."""
    example: Mapping[str, str]
    """The smallest case of the newest version: ``format``, ``input``, and ``got`` and ``true``, or ``reason``."""
    findings: tuple[str, ...]
    """The headings of the findings that explain it."""


@dataclass(frozen=True)
class Finding:
    """What is known of the cause of failures."""

    text: str
    """As it stands in the findings, in paragraphs of one line."""
    links: tuple[str, ...]
    """The addresses in it."""


@dataclass(frozen=True)
class KnownFailures:
    """All that the file says."""

    targets: Mapping[str, tuple[Examined, ...]]
    """The versions examined of each target, the oldest first."""
    findings: Mapping[str, Finding]
    """By their headings."""
    failures: tuple[KnownFailure, ...]
    """By clause, operation, level and target."""

    def of(self, clause: str) -> list[KnownFailure]:
        """Who fails ``clause``."""
        return [each for each in self.failures if each.clause == clause]

    def is_still_there(self, failure: KnownFailure) -> bool:
        """Whether the newest version examined has it."""
        return failure.seen[-1].version == self.targets[failure.target][-1].version


def parsed(document: Mapping[str, Any]) -> KnownFailures:
    """What a document of this kind says."""
    return KnownFailures(
        {name: tuple(Examined(**each) for each in versions) for name, versions in document["targets"].items()},
        {
            heading: Finding(each["text"], tuple(each.get("links", ())))
            for heading, each in document["findings"].items()
        },
        tuple(_failure(each) for each in document["failures"]),
    )


def _failure(document: Mapping[str, Any]) -> KnownFailure:
    lists = {"seen": tuple(Sighting(**each) for each in document["seen"]), "findings": tuple(document["findings"])}
    return KnownFailure(**(dict(document) | lists))


@cache
def known_failures() -> KnownFailures:
    """What the installed file says."""
    text = resources.files(__package__).joinpath(FILE).read_text(encoding="utf-8")
    return parsed(json.loads(text))
