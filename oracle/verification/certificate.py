"""What a verification found: which propositions hold, by which witnesses, and every disagreement in full."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Disagreement:
    """Two ways to one quantity that led to different numbers."""

    clause: str
    """The id of the clause."""
    witness: str
    """Which comparison failed, in words."""
    inputs: Mapping[str, str]
    """Everything that the value depends on: arguments with numbers as hex floats, and conventions."""
    entry: str
    """Which array of the answer and which entry of it."""
    ours: str
    """What the oracle says, to thirty digits."""
    theirs: str
    """What the witness says, to thirty digits."""
    difference: str
    """How far apart they are, to three digits; empty where they are no numbers."""


@dataclass(frozen=True)
class Verified:
    """One clause, and what its witnesses said."""

    clause: str
    """The id of the clause."""
    witness: str
    """The fact that the clause states, ``derivative_of sigmoid.value`` or ``by definition``."""
    comparisons: Mapping[str, int]
    """How many numbers each witness compared, by the witness in words."""
    disagreements: tuple[Disagreement, ...]
    """Where they differed; at most a few of each sort."""

    @property
    def holds(self) -> bool:
        """Whether something was compared and nothing differed."""
        return bool(self.comparisons) and all(self.comparisons.values()) and not self.disagreements


@dataclass(frozen=True)
class Certificate:
    """What was verified, how, and with what result; the same for the same arguments on every machine."""

    version: str
    """The version of the specification."""
    bits: int
    """The precision at which numbers must agree."""
    points: int
    """How many points were drawn for each clause."""
    seed: int
    """What they were drawn from."""
    clauses: tuple[Verified, ...]
    """Each clause that was asked for, in the order of the text."""

    @property
    def holds(self) -> bool:
        """Whether every clause holds."""
        return bool(self.clauses) and all(clause.holds for clause in self.clauses)

    @property
    def disagreements(self) -> tuple[Disagreement, ...]:
        """Every disagreement."""
        return tuple(each for clause in self.clauses for each in clause.disagreements)

    def as_dict(self) -> dict[str, Any]:
        """The certificate for a report, in JSON's types."""
        clauses = [asdict(clause) | {"holds": clause.holds} for clause in self.clauses]
        listed = [each | {"disagreements": list(each["disagreements"])} for each in clauses]
        return asdict(self) | {"holds": self.holds, "clauses": listed}
