"""What one check says of one case: a finding a level."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ...oracle.truth import Truth
    from ..case import Case
    from ..judgement import Judgement
    from ..outcome import Outcome
    from ..verdict import Level


class Kind(StrEnum):
    """How one example ends at one level."""

    INSIDE = "inside"
    OUTSIDE = "outside"
    OPEN = "open"
    ERROR = "error"
    UNSUPPORTED = "unsupported"


@dataclass(frozen=True)
class Finding:
    """One example at one level."""

    kind: Kind
    """How it ends."""
    reason: str = ""
    """In words, where it is not inside."""
    judgement: Judgement | None = None
    """Entry by entry, where numbers were judged."""


@dataclass(frozen=True, eq=False)
class Examination:
    """One case, asked and judged."""

    case: Case
    """The inputs."""
    outcome: Outcome
    """What came back."""
    findings: Mapping[Level, Finding]
    """What it says of each level of the row."""
    observations: tuple[str, ...] = ()
    """What is worth saying although it fails nothing."""
    hazards: frozenset[str] = field(default_factory=frozenset)
    """Constructed and observed hazards of the case."""
    truth: Truth | None = None
    """The true value, where it was needed."""
    asked: tuple[tuple[Case, Outcome], ...] = ()
    """Every call that was made for it, in order."""
