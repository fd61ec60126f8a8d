"""What the doctor says: one line each."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Standing(StrEnum):
    """Whether something is to be done."""

    OK = "ok"
    """A step that passes."""
    NOTE = "note"
    """Worth knowing, and no fault."""
    MEND = "mend"
    """Something to mend."""


@dataclass(frozen=True)
class Remark:
    """One line."""

    standing: Standing
    """Whether something is to be done."""
    subject: str
    """The step, or the operation."""
    text: str
    """What is so, and where it is wrong how to mend it."""
