"""Chapter 11, conformance: how a target has to answer, whatever it computes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ..judgement import are_apart
from ..outcome import Malformed, Outcome, Raised, Unsupported, Value
from ..strategies.unmet import of_unmet_shapes
from ..strategies.variants import fresh, variants
from ..verdict import Level
from .finding import Examination, Finding, Kind
from .registry import property_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from ..case import Case
    from .examiner import Examiner


BY_MEMORY = ("contract.state",)
"""Clauses about what a target remembers: what came back does not say it, only the target can be asked again."""


@property_of("contract.result", asks_once=True)
def result(examiner: Examiner, case: Case) -> Examination:
    """An answer has the declared shape and the dtype of its arguments."""
    outcome = examiner.ask(case)
    finding = examiner.ended(outcome) or Finding(Kind.INSIDE)
    return Examination(case, outcome, {Level.MUST: finding}, hazards=case.hazards)


@property_of("contract.arguments", asks_once=True)
def arguments(examiner: Examiner, case: Case) -> Examination:
    """A call does not write to its arguments."""
    return _left_alone(
        examiner, case, lambda outcome: f"wrote to {', '.join(outcome.changed)}" if outcome.changed else ""
    )


@property_of("contract.state")
def state(examiner: Examiner, case: Case) -> Examination:
    """Equal calls give equal answers, no later call changes an earlier answer, and no earlier answer comes again."""
    first = examiner.ask(case)
    if not isinstance(first, Value):
        finding = examiner.ended(first) or Finding(Kind.ERROR)
        kind = Kind.INSIDE if isinstance(first, Malformed) else finding.kind
        return Examination(case, first, {Level.MUST: replace(finding, kind=kind)}, hazards=case.hazards)
    made = variants(case)
    repeated, *answers, again = examiner.ask_each([case, *made.values(), case])
    others = dict(zip(made, answers, strict=True))
    observations: list[str] = []
    reason = (
        _overwritten([first, repeated, *answers, again])
        or _unequal(examiner, case, first, [repeated, again], observations)
        or _stale(examiner, case, first, others, (fresh(case),))
    )
    finding = Finding(Kind.OUTSIDE, reason) if reason else Finding(Kind.INSIDE)
    examination = Examination(case, first, {Level.MUST: finding}, tuple(observations), case.hazards)
    return examination if reason else _by_shape(examiner, examination)


@property_of("contract.environment", asks_once=True)
def environment(examiner: Examiner, case: Case) -> Examination:
    """A call leaves the process in which it is made as it found it."""
    return _left_alone(examiner, case, lambda outcome: ", ".join(outcome.disturbed))


def _left_alone(examiner: Examiner, case: Case, trace: Callable[[Value | Malformed | Raised], str]) -> Examination:
    """One call, which fails if it leaves a ``trace``, told as the end of a sentence, however it ends."""
    outcome = examiner.ask(case)
    match outcome:
        case Unsupported(reason):
            finding = Finding(Kind.UNSUPPORTED, reason)
        case ended if found := trace(ended):
            finding = Finding(Kind.OUTSIDE, f"the call {found}")
        case Raised(reason):
            finding = Finding(Kind.ERROR, reason)
        case Value() | Malformed():
            finding = Finding(Kind.INSIDE)
    return Examination(case, outcome, {Level.MUST: finding}, hazards=case.hazards)


def _by_shape(examiner: Examiner, examination: Examination) -> Examination:
    """``examination``, or, where a call of a new shape is answered with the one before it, an examination of these."""
    again = of_unmet_shapes(examination.case, examiner.conventions)
    case = next(again)
    first = examiner.ask(case)
    if not isinstance(first, Value) or not _tells(first):
        return examination
    made = variants(case)
    others = dict(zip(made, examiner.ask_each(list(made.values())), strict=True))
    reason = _stale(examiner, case, first, others, again)
    finding = Finding(Kind.OUTSIDE, f"{reason}, both of shapes that were new")
    return replace(examination, case=case, outcome=first, findings={Level.MUST: finding}) if reason else examination


def _overwritten(outcomes: Sequence[Outcome]) -> str:
    """Whether an answer is no longer what it was when it came back, all later calls having been made."""
    changed = any(outcome.has_changed() for outcome in outcomes if isinstance(outcome, Value))
    return "a later call changed the answer of an earlier one" if changed else ""


def _unequal(examiner: Examiner, case: Case, first: Value, equal: Sequence[Outcome], observations: list[str]) -> str:
    """Whether the same call has ended differently, and by more than the envelope grants."""
    for again in equal:
        if not isinstance(again, Value):
            return f"the same call a second time: {getattr(again, 'reason', again)}"
        if _same(first, again):
            continue
        outside = [_kind(examiner, case, each) is Kind.OUTSIDE for each in (first, again)]
        if outside[0] != outside[1]:
            return "the same call a second time gave another answer, outside the envelope"
        if all(outside) and are_apart(first.arrays, again.arrays, examiner.envelope(case, Level.MUST)):
            return "the same call a second time gave another answer, farther away than the envelope is wide"
        observations[:] = ["equal calls differ inside the envelope"]
    return ""


def _stale(examiner: Examiner, case: Case, first: Value, others: Mapping[str, Outcome], again: Iterable[Case]) -> str:
    """Whether the right answer to ``case`` came again for a variant of it, and so it did for those of ``again``."""
    suspects = {name: other for name, other in others.items() if isinstance(other, Value) and _same(first, other)}
    if not suspects:
        return ""
    made = variants(case)
    another, *more = again
    for name, other in suspects.items():
        if (
            _kind(examiner, made[name], other) is Kind.OUTSIDE
            and _kind(examiner, case, first) is Kind.INSIDE
            and _comes_again(examiner, another, name, first)
            and all(_is_kept(examiner, each, name) for each in more)
        ):
            return f"a call with another {name} was given the answer of the call before it"
    return ""


def _comes_again(examiner: Examiner, case: Case, name: str, earlier: Value) -> bool:
    """
    Whether it happens once more, with the two calls in the other order.

    A wrong function without any memory may be right at a case by accident, but not at two cases of which it was
    right at the one that came first; nor does it give one answer with digits to all of them.
    """
    before_case = variants(case).get(name)
    if before_case is None:
        return False
    before, after = examiner.ask(before_case), examiner.ask(case)
    if not isinstance(before, Value) or not isinstance(after, Value) or not _same(before, after):
        return False
    if _same(before, earlier) and _has_digits(earlier):
        return True
    return _kind(examiner, before_case, before) is Kind.INSIDE and _kind(examiner, case, after) is Kind.OUTSIDE


def _is_kept(examiner: Examiner, case: Case, name: str) -> bool:
    """
    Whether ``case`` is answered rightly and its variant with the same answer, where there is such a variant.

    A function that pays no heed to an argument does the second too. That it is right whenever it is asked first is
    the sooner refuted the more often it is asked.
    """
    variant = variants(case).get(name)
    if variant is None:
        return True
    first, other = examiner.ask(case), examiner.ask(variant)
    if not isinstance(first, Value) or not isinstance(other, Value) or not _same(first, other):
        return False
    return _kind(examiner, case, first) is not Kind.OUTSIDE


def _same(one: Value, other: Value) -> bool:
    return all(a.tobytes() == b.tobytes() for a, b in zip(one.arrays, other.arrays, strict=True))


def _has_digits(answer: Value) -> bool:
    """Whether it has a number that is no power of two: one that is not met by accident."""
    numbers = np.concatenate([array.astype(np.float64).reshape(-1) for array in answer.arrays])
    mantissas, _ = np.frexp(numbers[np.isfinite(numbers)])
    return bool(np.any((mantissas != 0) & (np.abs(mantissas) != 0.5)))  # noqa: PLR2004 - the mantissa of powers of two


def _tells(answer: Value) -> bool:
    """Whether no wrong function gives it by accident: it has a number with digits, or different ones."""
    return _has_digits(answer) or any(array.size and (array != array.flat[0]).any() for array in answer.arrays)


def _kind(examiner: Examiner, case: Case, outcome: Value) -> Kind:
    """How the answer lies to the envelope of the case."""
    return examiner.judged(outcome.arrays, examiner.truth(case), examiner.envelope(case, Level.MUST)).kind
