"""What two reports say of themselves: every field but the rows, as texts, and where they differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

LEFT_OUT = ("results", "diagnoses", "deviations", "digests", "schema")
"""The fields that follow from rows, or are compared row by row."""

ABSENT = "not recorded"
"""Where only one of the reports has a field."""


@dataclass(frozen=True)
class Setting:
    """A field in which two reports differ."""

    name: str
    """Its path, such as ``environment.numpy``."""
    old: str
    """What the old report has."""
    new: str
    """What the new one has."""


def settings(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Setting]:
    """The fields in which two documents differ, in their order."""
    before, after = dict(_fields(old)), dict(_fields(new))
    for name in dict.fromkeys([*before, *after]):
        left, right = before.get(name), after.get(name)
        if isinstance(left, list) and isinstance(right, list):
            yield from _lists(name, left, right)
        elif left != right:
            yield Setting(name, _text(left), _text(right))


def _fields(document: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, object]]:
    for name, value in document.items():
        if prefix or name not in LEFT_OUT:
            if isinstance(value, dict):
                yield from _fields(value, f"{prefix}{name}.")
            else:
                yield f"{prefix}{name}", value


def _lists(name: str, old: Sequence[object], new: Sequence[object]) -> Iterator[Setting]:
    """A list by what only one of the reports has, since it may be long."""
    lost, gained = [each for each in old if each not in new], [each for each in new if each not in old]
    if lost or gained:
        yield Setting(name, _only(lost), _only(gained))


def _only(members: Sequence[object]) -> str:
    return f"only here: {', '.join(map(str, members))}" if members else "nothing more"


def _text(value: object) -> str:
    return ABSENT if value is None else str(value)
