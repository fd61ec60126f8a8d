"""What was asked and answered: the examples of one clause on one operation, failing and passing."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from ...oracle.alterations import UNALTERED
from ...oracle.envelopes import evaluations, settled
from ...spec.conventions import resolve
from ...spec.operations import operations
from ..layout import expected_shapes
from ..verdict import Level
from .cause import place_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flint import arb

    from ...oracle.alterations import Alteration
    from ...oracle.envelopes import Evaluation
    from ...spec.conventions import Conventions
    from ...spec.formats import Format
    from ...spec.operations import Operation
    from ..case import Case
    from ..judgement import FloatArray
    from .cause import Cause, Part

MEASURED = 8
"""So many failing examples are looked at to read a constant off them; every example then has to agree with it."""


@dataclass(frozen=True, eq=False)
class Recorded:
    """One example of which numbers came back."""

    case: Case
    """What was asked."""
    answer: tuple[FloatArray, ...]
    """What came back, in the canonical layout."""
    passes: bool
    """Whether it lies inside of its envelope."""


@dataclass(frozen=True, eq=False)
class Evidence:
    """Every recorded example of one clause on one operation."""

    failing: tuple[Recorded, ...]
    """Those whose answer is outside of its envelope, plainest first."""
    passing: tuple[Recorded, ...]
    """The others."""
    level: Level
    """The level that the failing ones fail."""
    conventions: Conventions
    """The declared ones, under which they were judged."""
    function_ulps: Mapping[str, int] | None
    """Other k of the elementary functions, where the run was asked for them."""

    @property
    def operation(self) -> Operation:
        """What was asked for."""
        return operations()[self.failing[0].case.operation]

    @cached_property
    def _unaltered(self) -> dict[int, tuple[Evaluation, ...]]:
        """By the identity of an example: the right answer, computed once for all causes that only alter it."""
        return {}

    def right(self, recorded: Recorded) -> tuple[Evaluation, ...]:
        """The right answer to an example, evaluated."""
        key = id(recorded)
        if key not in self._unaltered:
            self._unaltered[key] = self._evaluated(recorded.case, self.level, {}, UNALTERED)
        return self._unaltered[key]

    def evaluations(self, cause: Cause, recorded: Recorded, asked: Case) -> tuple[Evaluation, ...]:
        """What an implementation with this cause computes at ``asked``, before what becomes of the whole answer."""
        if cause.is_of_answer:
            return self.right(recorded)
        level = Level.MUST if cause.admits_every_form else self.level
        return self._evaluated(asked, level, cause.conventions, cause.altered)

    def _evaluated(
        self, case: Case, level: Level, conventions: Mapping[str, str], altered: Alteration
    ) -> tuple[Evaluation, ...]:
        return evaluations(
            case.operation,
            case.arguments,
            case.keywords,
            number_format=case.number_format,
            conventions=resolve({**self.conventions, **conventions}),
            level=level.value,
            function_ulps=self.function_ulps,
            altered=altered,
        )

    def reaches(self, cause: Cause, recorded: Recorded) -> bool:
        """Whether what a cause computes otherwise takes part in the answer at all."""
        replaced = cause.altered.replacements()
        if not replaced or cause.admits_every_form:
            return True
        return any(not replaced.keys().isdisjoint(each.rules.reached) for each in self.right(recorded))

    def entries(self, part: Part) -> Iterator[tuple[float, arb, Format]]:
        """
        What came back in ``part`` of the first failing answers, each number with the ball of the right ones.

        The format is that in which it came back.

        Answers with an indicator in doubt are left out.
        """
        for recorded in islice(self.failing, MEASURED):
            envelope = settled(self.right(recorded))
            if len(envelope.boxes) > 1:
                continue
            names = [name for name, _, _ in expected_shapes(self.operation, recorded.case.arguments)]
            for name, array, allowed in zip(names, recorded.answer, envelope.boxes[0], strict=True):
                if not part.holds(*place_of(name, names)):
                    continue
                for got, entry in zip(array.astype(float).reshape(-1).tolist(), allowed.reshape(-1), strict=True):
                    if entry.ball.is_finite():
                        yield got, entry.ball, recorded.case.number_format
