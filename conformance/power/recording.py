"""The cases of a row with the right answers to them, their true values and envelopes, recorded as it is examined."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..checks.examiner import Examiner
from ..outcome import Value
from ..verdict import LEVELS_OF_REGIME

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np

    from ...oracle.envelopes import Envelope
    from ...oracle.truth import Truth
    from ...spec.conventions import Conventions
    from ..adapters.target import Target
    from ..case import Case
    from ..checks.finding import Examination, Finding
    from ..verdict import Level

    FloatArray = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, eq=False)
class Recorded:
    """One case that was asked and judged."""

    case: Case
    """The inputs."""
    arrays: tuple[FloatArray, ...]
    """The answer."""
    truth: Truth
    """The true value."""
    envelopes: Mapping[Level, Envelope]
    """What each level of the row admits."""


class Recorder(Examiner):
    """An examiner that remembers what it judges."""

    def __init__(self, target: Target, conventions: Conventions) -> None:
        super().__init__(target, conventions)
        self._recorded: list[Recorded] = []
        self._judged_by: list[Envelope] = []

    def taken(self) -> list[Recorded]:
        """The cases whose answers were compared with true values since the last time, in the order of asking."""
        recorded, self._recorded = self._recorded, []
        return recorded

    def value(self, case: Case) -> Examination:
        """The answer is an element of its envelope."""
        self._judged_by = []
        examination = super().value(case)
        outcome = examination.outcome
        if examination.truth is not None and isinstance(outcome, Value):
            envelopes = dict(zip(LEVELS_OF_REGIME[case.regime], self._judged_by, strict=True))
            self._recorded.append(Recorded(case, outcome.arrays, examination.truth, envelopes))
        return examination

    def judged(self, arrays: Sequence[FloatArray], true: Truth, envelope: Envelope) -> Finding:
        """Numbers against an envelope."""
        self._judged_by.append(envelope)
        return super().judged(arrays, true, envelope)
