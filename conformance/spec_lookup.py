"""What a report says of clauses that it only has the ids of."""

from __future__ import annotations

from ..spec.clauses import clauses
from ..spec.conventions import conventions

UNKNOWN_CHAPTER = "0-unknown"
"""For a clause of another version of the specification."""


def chapter_of(clause: str) -> str:
    """The chapter of a clause by its file's name, such as ``4-activations``."""
    found = clauses().get(clause)
    return found.chapter if found else UNKNOWN_CHAPTER


def position_of(clause: str) -> int:
    """Where a clause stands in the text; after all others where it is unknown."""
    names = list(clauses())
    return names.index(clause) if clause in names else len(names)


def is_default(name: str, value: str) -> bool:
    """Whether a convention has its default value."""
    found = conventions().get(name)
    return found is not None and found.default == value
