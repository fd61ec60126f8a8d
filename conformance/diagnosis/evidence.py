"""What was asked and answered: the examples of one clause on one operation, failing and passing."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from ...oracle.envelopes import around
from ...spec.operations import operations
from ..layout import expected_shapes
from .cause import place_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flint import arb

    from ...oracle.envelopes import Envelope
    from ...spec.conventions import Conventions
    from ...spec.operations import Operation
    from ..case import Case
    from ..judgement import FloatArray
    from ..verdict import Level
    from .cause import Part

MEASURED = 8
"""So many failing examples are looked at to read a constant off them; every example then has to agree with it."""


@dataclass(frozen=True, eq=False)
class Recorded:
    """One example of which numbers came back."""

    case: Case
    """What was asked."""
    answer: tuple[FloatArray, ...]
    """What came back, in the canonical layout."""


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
    def _right(self) -> tuple[tuple[Recorded, Envelope], ...]:
        """The first failing examples and the envelope of their right answers, where no indicator is in doubt."""
        pairs = ((each, self._envelope(each.case)) for each in islice(self.failing, MEASURED))
        return tuple((each, envelope) for each, envelope in pairs if len(envelope.boxes) == 1)

    def _envelope(self, case: Case) -> Envelope:
        return around(
            case.operation,
            case.arguments,
            case.keywords,
            number_format=case.number_format,
            conventions=self.conventions,
            level=self.level.value,
            function_ulps=self.function_ulps,
        )

    def entries(self, part: Part) -> Iterator[tuple[float, arb]]:
        """What came back in ``part`` of the first failing answers, each number with the ball of the right ones."""
        for recorded, envelope in self._right:
            names = [name for name, _, _ in expected_shapes(self.operation, recorded.case.arguments)]
            for name, array, allowed in zip(names, recorded.answer, envelope.boxes[0], strict=True):
                if not part.holds(*place_of(name, names)):
                    continue
                for got, entry in zip(array.astype(float).reshape(-1).tolist(), allowed.reshape(-1), strict=True):
                    if entry.ball.is_finite():
                        yield got, entry.ball
