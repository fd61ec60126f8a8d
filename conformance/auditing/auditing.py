"""An audit: the truth once, the envelope of every level, then every answer entry by entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...oracle.large.certified import certified_step
from ...oracle.large.deviations import deviations
from ..running import ScopeError
from .explaining import explanations
from .judged import Audit, AuditVerdict, LevelAudit
from .judging import array_audit
from .measuring import rules_of
from .quantities import quantities

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...oracle.large.step import Step
    from .bundle import Bundle
    from .judged import ArrayAudit

LEVELS = ("must", "should")
"""The levels at which a step can be judged."""

WORST = 5
"""How many entries of an array are shown unless it is said otherwise."""


def audit(bundle: Bundle, levels: Sequence[str] = ("must",), *, worst: int = WORST) -> Audit:
    """
    The step of ``bundle`` judged at every one of ``levels``, ``worst`` entries of each array in full.

    Raises :class:`ScopeError` for a level that does not exist.
    """
    for level in levels:
        if level not in LEVELS:
            message = f"level {level!r} is unknown; known are {', '.join(LEVELS)}"
            raise ScopeError(message)
    step = certified_step(bundle.network, bundle.inputs, bundle.labels, bundle.conventions)
    return Audit(bundle, tuple(_at(level, bundle, step, worst) for level in dict.fromkeys(levels)))


def _at(level: str, bundle: Bundle, step: Step, worst: int) -> LevelAudit:
    rules = rules_of(bundle.number_format, bundle.conventions, level)
    given = bundle.network, bundle.inputs, bundle.labels, bundle.conventions
    answers = quantities(bundle, step, deviations(*given, number_format=bundle.number_format, level=level))
    arrays = tuple(array_audit(answer, rules, bundle.conventions, worst=worst) for answer in answers)
    outside = {array.name: array.outside for array in arrays}
    found = explanations(bundle, answers, outside, rules) if any(outside.values()) else ()
    return LevelAudit(level, _together(arrays), arrays, tuple(found))


def _together(arrays: Sequence[ArrayAudit]) -> AuditVerdict:
    verdicts = {array.verdict for array in arrays}
    for verdict in (AuditVerdict.NONCONFORMANT, AuditVerdict.UNDECIDED):
        if verdict in verdicts:
            return verdict
    return AuditVerdict.CONFORMANT
