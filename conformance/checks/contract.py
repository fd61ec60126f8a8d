"""Chapter 11, conformance: how a target has to answer, whatever it computes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ...spec.network import Network
from ..outcome import Malformed, Raised, Unsupported, Value
from ..verdict import Level
from .finding import Examination, Finding, Kind
from .registry import property_of

if TYPE_CHECKING:
    from ..case import Case
    from .examiner import Examiner


@property_of("contract.result")
def result(examiner: Examiner, case: Case) -> Examination:
    """An answer has the declared shape and the dtype of its arguments."""
    outcome = examiner.ask(case)
    finding = examiner.ended(outcome) or Finding(Kind.INSIDE)
    return Examination(case, outcome, {Level.MUST: finding}, hazards=case.hazards)


@property_of("contract.arguments")
def arguments(examiner: Examiner, case: Case) -> Examination:
    """A call does not write to its arguments."""
    outcome = examiner.ask(case)
    match outcome:
        case Unsupported(reason):
            finding = Finding(Kind.UNSUPPORTED, reason)
        case Value(changed=changed) | Malformed(changed=changed) | Raised(changed=changed) if changed:
            finding = Finding(Kind.OUTSIDE, f"the call wrote to {', '.join(changed)}")
        case Raised(reason):
            finding = Finding(Kind.ERROR, reason)
        case Value() | Malformed():
            finding = Finding(Kind.INSIDE)
    return Examination(case, outcome, {Level.MUST: finding}, hazards=case.hazards)


@property_of("contract.state")
def state(examiner: Examiner, case: Case) -> Examination:
    """Equal calls give equal answers, no later call changes an earlier answer, and no earlier answer comes again."""
    first = examiner.ask(case)
    if not isinstance(first, Value):
        finding = examiner.ended(first) or Finding(Kind.ERROR)
        kind = Kind.INSIDE if isinstance(first, Malformed) else finding.kind
        return Examination(case, first, {Level.MUST: replace(finding, kind=kind)}, hazards=case.hazards)
    kept = _bytes(first.raw)
    other = _negated(case)
    second = examiner.ask(other)
    overwritten = _bytes(first.raw) != kept
    again = examiner.ask(case)
    reason, observations = _state_fault(examiner, (case, other), (first, second, again), overwritten=overwritten)
    finding = Finding(Kind.OUTSIDE, reason) if reason else Finding(Kind.INSIDE)
    return Examination(case, again, {Level.MUST: finding}, observations, case.hazards)


def _state_fault(
    examiner: Examiner,
    cases: tuple[Case, Case],
    outcomes: tuple[Value, Any, Any],
    *,
    overwritten: bool,
) -> tuple[str, tuple[str, ...]]:
    """What is wrong with the answers to a case, another case and the first case again; and what is only remarkable."""
    first, second, again = outcomes
    if overwritten:
        return "a later call changed the answer of an earlier one", ()
    if not isinstance(again, Value):
        return f"the same call a second time: {getattr(again, 'reason', again)}", ()
    if isinstance(second, Value) and _same(first, second) and _differs(examiner, cases[1], second):
        return "a call with other arguments returned the answer of the call before it", ()
    if _same(first, again):
        return "", ()
    if _differs(examiner, cases[0], again) and not _differs(examiner, cases[0], first):
        return "the same call a second time gave another answer, outside the envelope", ()
    return "", ("equal calls differ inside the envelope",)


def _same(one: Value, other: Value) -> bool:
    return all(a.tobytes() == b.tobytes() for a, b in zip(one.arrays, other.arrays, strict=True))


def _differs(examiner: Examiner, case: Case, outcome: Value) -> bool:
    """Whether the answer lies outside the envelope of the case."""
    finding = examiner.judged(outcome.arrays, examiner.truth(case), examiner.envelope(case, Level.MUST))
    return finding.kind is Kind.OUTSIDE


def _bytes(answer: Any) -> bytes:  # noqa: ANN401 - the target's own objects
    if isinstance(answer, tuple | list):
        return b"|".join(_bytes(part) for part in answer)
    return np.asarray(answer).tobytes()


def _negated(case: Case) -> Case:
    """Another case of the same shapes: real arguments negated, predictions and labels reversed."""
    declared = case.declaration.arguments
    pairs = zip(case.arguments, declared, strict=True)
    return replace(case, arguments=tuple(_other(argument, each.domain) for argument, each in pairs))


def _other(argument: Any, domain: str) -> Any:  # noqa: ANN401 - whatever an operation takes
    match argument:
        case np.ndarray() if domain in ("real", "logit"):
            return np.asarray(-argument)
        case np.ndarray() if domain in ("open unit interval", "probabilities"):
            return np.asarray(argument / 2).astype(argument.dtype)
        case np.ndarray():
            return argument.copy()
        case Network():
            layers = tuple(replace(layer, weights=-layer.weights) for layer in argument.layers)
            return replace(argument, layers=layers)
        case list():
            return [_other(each, "real") for each in argument]
        case _:
            return argument
