"""What of the suite's power is measured: the parts, and the filters over faults, variants, operations and formats."""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...spec.formats import FORMATS
from ...spec.operations import operations
from ..checks.registry import CHECKS
from ..examining import EFFORTS, Effort
from ..faults.fault import Kind
from ..running import ScopeError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from ...spec.operations import Operation

PARTS = ("faults", "causes", "variants", "undecided", "sensitivity")
"""What is measured where nothing else is asked for."""


@dataclass(frozen=True)
class Selection:
    """What to measure; an empty filter lets everything pass."""

    parts: tuple[str, ...] = PARTS
    """Any of the parts that :mod:`.measuring` knows."""
    formats: tuple[str, ...] = ()
    """Names of formats."""
    kinds: tuple[str, ...] = ()
    """Kinds of faults."""
    clauses: tuple[str, ...] = ()
    """Globs of clauses: those that faults break, that variants are examined by, and that state a value."""
    operations: tuple[str, ...] = ()
    """Globs of operations."""
    efforts: tuple[str, ...] = ("quick", "standard")
    """The efforts at which faults are looked for; all else is measured at the greatest of them."""
    seed: int = 0
    """Same seed, same cases."""

    def __post_init__(self) -> None:
        _known("format", self.formats, FORMATS)
        _known("kind of fault", self.kinds, [kind.value for kind in Kind])
        _known("effort", self.efforts, EFFORTS)
        _matching("clause that is checked", self.clauses, CHECKS)
        _matching("operation", self.operations, operations())

    @property
    def greatest_effort(self) -> Effort:
        """The effort at which variants and right answers are examined."""
        return max((EFFORTS[name] for name in self.efforts), key=lambda effort: effort.examples)

    def formats_of(self, declared: Iterable[str]) -> tuple[str, ...]:
        """Those of the declared formats that are selected, in the order of the text."""
        return tuple(name for name in FORMATS if name in declared and (not self.formats or name in self.formats))

    def has_kind(self, kind: str) -> bool:
        """Whether faults of this kind are selected."""
        return not self.kinds or kind in self.kinds

    def has_clause(self, clause: str) -> bool:
        """Whether a clause is selected."""
        return not self.clauses or any(fnmatch.fnmatch(clause, glob) for glob in self.clauses)

    def has_operation(self, name: str) -> bool:
        """Whether an operation is selected."""
        return not self.operations or any(fnmatch.fnmatch(name, glob) for glob in self.operations)

    def chosen_operations(self) -> tuple[Operation, ...]:
        """The operations that are selected by name and by the clause of their value."""
        every = operations().values()
        return tuple(each for each in every if self.has_operation(each.name) and self.has_clause(each.clause))


def _known(kind: str, given: Iterable[str], options: Collection[str]) -> None:
    for name in given:
        if name not in options:
            message = f"{name!r} is no {kind}; choose from {', '.join(options)}"
            raise ScopeError(message)


def _matching(kind: str, globs: Iterable[str], names: Iterable[str]) -> None:
    for glob in globs:
        if not fnmatch.filter(names, glob):
            message = f"{glob!r} matches no {kind}; gradspec list clauses and gradspec list operations print them"
            raise ScopeError(message)
