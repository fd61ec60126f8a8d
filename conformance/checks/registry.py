"""Every check by the clause it judges."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ..case import Case
    from .examiner import Examiner
    from .finding import Examination

    Judge = Callable[[Examiner, Case], Examination]


@dataclass(frozen=True)
class Check:
    """How one clause is judged."""

    clause: str
    """Its id."""
    sentence: str
    """What it demands, in a sentence that a report prints."""
    judge: Judge
    """Asks and judges one case."""
    operations: tuple[str, ...]
    """The operations whose answers it judges; empty for all of them."""


_registry: dict[str, Check] = {}
CHECKS: Mapping[str, Check] = _registry
"""Every check by its clause; complete once :mod:`gradspec.conformance.checks` is imported."""


def value_check(clause: str, operation: str, sentence: str) -> None:
    """Register the check that an answer of ``operation`` is an element of the envelope of ``clause``."""
    _register(Check(clause, sentence, lambda examiner, case: examiner.value(case), (operation,)))


def property_of(clause: str) -> Callable[[Judge], Judge]:
    """Register the decorated function, whose docstring is the sentence, as the check of a clause on every operation."""

    def register(judge: Judge) -> Judge:
        _register(Check(clause, (judge.__doc__ or clause).strip().splitlines()[0], judge, ()))
        return judge

    return register


def _register(check: Check) -> None:
    if check.clause in _registry:
        message = f"{check.clause} has two checks"
        raise ValueError(message)
    _registry[check.clause] = check
