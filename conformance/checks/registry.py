"""Every check by the clause it judges."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ..case import Case
    from .examiner import Examiner
    from .finding import Examination

    Judge = Callable[[Examiner, Case], Examination]


class Subject(Enum):
    """What a check looks at."""

    VALUE = "value"
    """The numbers of one answer, against the true value."""
    RELATION = "relation"
    """Answers against one another: no true value is needed."""
    CONTRACT = "contract"
    """How an operation answers, whatever it computes."""


@dataclass(frozen=True)
class Check:
    """How one clause is judged."""

    clause: str
    """Its id."""
    sentence: str
    """What it demands, in a sentence that a report prints."""
    judge: Judge
    """Asks and judges one case."""
    subject: Subject
    """What it looks at."""
    operations: tuple[str, ...]
    """The operations whose answers it judges; empty for all of them."""
    asks_once: bool = False
    """Whether it asks each case itself, once, and nothing else: many cases can then be asked together."""


_registry: dict[str, Check] = {}
CHECKS: Mapping[str, Check] = _registry
"""Every check by its clause; complete once :mod:`gradspec.conformance.checks` is imported."""


def value_check(clause: str, operation: str, sentence: str) -> None:
    """Register the check that an answer of ``operation`` is an element of the envelope of ``clause``."""

    def judge(examiner: Examiner, case: Case) -> Examination:
        return examiner.value(case)

    _register(Check(clause, sentence, judge, Subject.VALUE, (operation,), asks_once=True))


def property_of(clause: str, *operations: str, asks_once: bool = False) -> Callable[[Judge], Judge]:
    """
    Register the decorated function, whose docstring is the sentence, as the check of a clause.

    It judges the answers of ``operations``, or, where none is named, how every operation answers.
    """

    def register(judge: Judge) -> Judge:
        subject = Subject.RELATION if operations else Subject.CONTRACT
        sentence = (judge.__doc__ or clause).strip().splitlines()[0]
        _register(Check(clause, sentence, judge, subject, operations, asks_once))
        return judge

    return register


def _register(check: Check) -> None:
    if check.clause in _registry:
        message = f"{check.clause} has two checks"
        raise ValueError(message)
    _registry[check.clause] = check
