"""
Relations between answers: what has to hold of them whatever the true values are.

The idea. All admissible answers to one question lie in its envelope, and so does the true value; so an entry of an
answer is off by at most the diameter of the envelope there. A linear combination of entries that vanishes for true
values is then at most the same combination of the diameters. No true value is computed. Numbers of answers are floats,
hence exact fractions, and so is everything made of them here.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from ...oracle.correct_rounding import exact_lower, exact_upper
from ..outcome import Value
from ..verdict import Level
from .finding import Examination, Finding, Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from ...oracle.arithmetic.rounded import Rounded
    from ...oracle.envelopes import Envelope
    from ..case import Case
    from .examiner import Examiner

    FloatArray = np.ndarray[Any, np.dtype[Any]]

DECISIVE = 4
"""A relation is decided if its bound is at most one over this of the magnitude of its terms (``accuracy.decided``)."""


@dataclass(frozen=True)
class Number:
    """One entry of an answer, or an exact number."""

    value: Fraction
    """What came back."""
    doubt: Fraction | None = Fraction(0)
    """By how much it may be off; None where the envelope is unbounded."""


ONE = Number(Fraction(1))

Answer = tuple[np.ndarray[Any, np.dtype[np.object_]], ...]
"""The arrays of one answer, of Numbers."""


@dataclass(frozen=True)
class Relation:
    """A linear combination of numbers, and what it is for true values."""

    name: str
    """What it says, for a report."""
    terms: tuple[tuple[Fraction | int, Number], ...]
    """Coefficients and numbers."""
    at_least: bool = False
    """Whether it is not negative, rather than zero."""

    def finding(self) -> Finding:
        """Whether it holds as far as the doubts allow."""
        doubts = [number.doubt for _, number in self.terms if number.doubt is not None]
        if len(doubts) < len(self.terms):
            return Finding(Kind.OPEN)
        total = sum((coefficient * number.value for coefficient, number in self.terms), Fraction(0))
        pairs = zip(self.terms, doubts, strict=True)
        doubt = sum((abs(Fraction(coefficient)) * each for (coefficient, _), each in pairs), Fraction(0))
        magnitude = sum((abs(coefficient * number.value) for coefficient, number in self.terms), Fraction(0))
        if (-total if self.at_least else abs(total)) > doubt:
            reason = f"{self.name}: off by {float(abs(total)):.3g}, admitted are {float(doubt):.3g}"
            return Finding(Kind.OUTSIDE, reason)
        return Finding(Kind.INSIDE if DECISIVE * doubt <= magnitude else Kind.OPEN)


def equal(name: str, left: Number, right: Number) -> Relation:
    """The relation that two numbers are the same."""
    return Relation(name, ((1, left), (-1, right)))


def related(
    examiner: Examiner, case: Case, cases: Sequence[Case], relations: Callable[[list[Answer]], Iterable[Relation]]
) -> Examination:
    """The examination of ``case`` by ``relations`` between the answers to ``cases``, at the level MUST."""
    answers: list[Answer] = []
    first = None
    for each in cases:
        outcome = examiner.ask(each)
        first = first or outcome
        ended = examiner.ended(outcome)
        if ended is not None or not isinstance(outcome, Value):
            return Examination(case, outcome, {Level.MUST: ended or Finding(Kind.ERROR)}, hazards=case.hazards)
        if not all(np.all(np.isfinite(array.astype(np.float64))) for array in outcome.arrays):
            return Examination(case, outcome, {Level.MUST: Finding(Kind.OPEN)}, hazards=case.hazards)
        answers.append(_numbers(outcome.arrays, examiner.envelope(each, Level.MUST)))
    assert first is not None  # noqa: S101 - there is a first case
    finding = _together([relation.finding() for relation in relations(answers)])
    return Examination(case, first, {Level.MUST: finding}, hazards=case.hazards)


def _together(findings: Sequence[Finding]) -> Finding:
    for kind in (Kind.OUTSIDE, Kind.INSIDE):
        for finding in findings:
            if finding.kind is kind:
                return finding
    return Finding(Kind.OPEN)


def _numbers(arrays: Sequence[FloatArray], envelope: Envelope) -> Answer:
    def number(index: int, place: tuple[int, ...]) -> Number:
        doubts = [box[index][place] for box in envelope.boxes]
        return Number(Fraction(float(arrays[index][place])), _diameter(doubts))

    made = []
    for index, array in enumerate(arrays):
        numbers = np.empty(array.shape, dtype=object)
        for place in np.ndindex(array.shape):
            numbers[place] = number(index, place)
        made.append(numbers)
    return tuple(made)


def _diameter(allowed: Sequence[Rounded]) -> Fraction | None:
    """The distance between the outermost admitted numbers; None where there are none."""
    if any(each.specials or not each.ball.is_finite() for each in allowed):
        return None
    return max(_exact(*exact_upper(each.ball)) for each in allowed) - min(
        _exact(*exact_lower(each.ball)) for each in allowed
    )


def _exact(mantissa: int, exponent: int) -> Fraction:
    return Fraction(mantissa) * Fraction(2) ** exponent
