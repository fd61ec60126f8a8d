"""One operation of a target in one format: its telling cases, each asked and judged once under every assignment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...spec.conventions import resolve
from ...spec.operations import operations
from ..asking import ask
from ..checks.examiner import Examiner
from ..checks.finding import Finding, Kind
from ..outcome import Outcome, Value
from ..verdict import Level
from .assignment import LAYOUTS, Assignment, restricted, telling_names
from .telling import telling_cases

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ...oracle.envelopes import Envelope
    from ...spec.conventions import Conventions
    from ..adapters.target import Target
    from ..case import Case

NARROWEST: Assignment = frozenset()
"""The arithmetic that admits least in float64 and float32."""

WIDEST: Assignment = frozenset({("matmul_inputs", "bfloat16")})
"""The arithmetic that admits most."""


class Inquiry:
    """The cases of an operation in a format, and the answers of a target under any layout."""

    def __init__(self, target: Target, operation: str, format_name: str) -> None:
        self.target = target
        self.operation = operations()[operation]
        self.format_name = format_name
        self.cases = telling_cases(operation, format_name)
        self._outcomes: dict[tuple[int, Assignment], Outcome] = {}
        self._envelopes: dict[tuple[int, Assignment, Level], Envelope] = {}
        self._findings: dict[tuple[int, Assignment], Finding] = {}

    @property
    def rounds_inputs(self) -> bool:
        """Whether the inputs of its products may have been rounded first without any other convention saying so."""
        return self.format_name == "float32" and "matmul_inputs" in self.operation.conventions

    def outcome(self, index: int, assignment: Assignment) -> Outcome:
        """What came back, asked in the layouts of ``assignment``."""
        layouts = restricted(assignment, LAYOUTS)
        if (index, layouts) not in self._outcomes:
            self._outcomes[index, layouts] = ask(self.target, self.cases[index], resolve(dict(layouts)))
        return self._outcomes[index, layouts]

    def finding(self, index: int, assignment: Assignment) -> Finding:
        """The ruling on one case under ``assignment``, by whatever arithmetic admits the answer."""
        key = index, restricted(assignment, telling_names(self.cases[index]))
        if key not in self._findings:
            found = self.finding_in(index, assignment, NARROWEST)
            if found.kind is Kind.OUTSIDE and found.judgement is not None and self.rounds_inputs:
                found = self.finding_in(index, assignment, WIDEST)
            self._findings[key] = found
        return self._findings[key]

    def finding_in(self, index: int, assignment: Assignment, arithmetic: Assignment) -> Finding:
        """The ruling on one case under ``assignment`` computed in ``arithmetic``."""
        outcome = self.outcome(index, assignment)
        examiner = Examiner(self.target, _settled(assignment | arithmetic))
        ended = examiner.ended(outcome)
        if ended is not None or not isinstance(outcome, Value):
            return ended or Finding(Kind.ERROR)
        case = self.cases[index]
        return examiner.judged(outcome.arrays, examiner.truth(case), self.envelope(index, assignment | arithmetic))

    def envelope(self, index: int, assignment: Assignment, level: Level = Level.MUST) -> Envelope:
        """What ``level`` admits at one case under ``assignment``."""
        case = self.cases[index]
        relevant = telling_names(case) | {"subnormals", "intermediates", "matmul_inputs"}
        key = index, restricted(assignment, relevant - set(LAYOUTS)), level
        if key not in self._envelopes:
            self._envelopes[key] = _admitted(Examiner(self.target, _settled(assignment)), case, level)
        return self._envelopes[key]


def _settled(assignment: Iterable[tuple[str, str]]) -> Conventions:
    return resolve(dict(assignment))


def _admitted(examiner: Examiner, case: Case, level: Level) -> Envelope:
    if case.regime == "exact":
        point = examiner.envelope(case, level, exact=True)
        if point.is_point:
            return point
    return examiner.envelope(case, level)
