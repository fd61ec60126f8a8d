"""The examiner: asks the target and brings truth and envelopes to bear. Checks are written with it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from flint import arb

from ...oracle.arithmetic.ball import exact_ball
from ...oracle.envelopes import Envelope, around
from ...oracle.truth import Truth, truth
from ..asking import ask, ask_all
from ..judgement import Judgement, Ruling, judge_arrays
from ..outcome import Malformed, Outcome, Raised, Unsupported, Value
from ..verdict import LEVELS_OF_REGIME, Level
from .finding import Examination, Finding, Kind
from .special import demand, is_allowed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ...spec.conventions import Conventions
    from ..adapters.target import Target
    from ..case import Case
    from .memory import Memory
    from .registry import Check

    FloatArray = np.ndarray[Any, np.dtype[Any]]

T = TypeVar("T")

_KINDS = {Ruling.INSIDE: Kind.INSIDE, Ruling.OUTSIDE: Kind.OUTSIDE, Ruling.OPEN: Kind.OPEN}


class Examiner:
    """A target under the conventions of a run."""

    def __init__(
        self,
        target: Target,
        conventions: Conventions,
        function_ulps: Mapping[str, int] | None = None,
        memory: Memory | None = None,
    ) -> None:
        self.target = target
        self.conventions = conventions
        self.function_ulps = function_ulps
        self._memory = memory
        self._ahead: dict[int, Outcome] = {}
        self._asked: list[tuple[Case, Outcome]] = []

    def examined(self, check: Check, case: Case) -> Examination:
        """What ``check`` says of ``case``, with every call that it made."""
        self._asked = []
        return replace(check.judge(self, case), asked=tuple(self._asked))

    def ask(self, case: Case) -> Outcome:
        """One call with fresh copies, or the outcome of the one that was made ahead."""
        outcome = self._ahead.pop(id(case), None) or self.called(case)
        self._asked.append((case, outcome))
        return outcome

    def ask_each(self, cases: Sequence[Case]) -> list[Outcome]:
        """One call with each case, in order; where the target is in another process, with one message."""
        outcomes = ask_all(self.target, cases, self.conventions)
        self._asked += zip(cases, outcomes, strict=True)
        return outcomes

    def called(self, case: Case) -> Outcome:
        """What comes back from one call."""
        return ask(self.target, case, self.conventions)

    def ask_ahead(self, cases: Sequence[Case]) -> None:
        """Call with each case once, in order; each outcome is there when its case is asked, which has to follow."""
        outcomes = ask_all(self.target, cases, self.conventions)
        self._ahead = {id(case): outcome for case, outcome in zip(cases, outcomes, strict=True)}

    def truth(self, case: Case) -> Truth:
        """The true value of ``case``."""
        return self._recalled(
            lambda: truth(
                case.operation,
                case.arguments,
                case.keywords,
                number_format=case.number_format,
                conventions=self.conventions,
            ),
            case,
        )

    def envelope(self, case: Case, level: Level, *, exact: bool = False) -> Envelope:
        """What ``level`` admits at ``case``; in the exact regime the point, where it can be certified."""
        return self._recalled(
            lambda: around(
                case.operation,
                case.arguments,
                case.keywords,
                number_format=case.number_format,
                conventions=self.conventions,
                level=level.value,
                exact=exact,
                function_ulps=self.function_ulps,
            ),
            case,
            level=level.value,
            exact=exact,
        )

    def _recalled(self, compute: Callable[[], T], case: Case, **settings: object) -> T:
        if self._memory is None:
            return compute()
        everything = {**self.conventions, **(self.function_ulps or {}), **settings}
        return self._memory.recall(compute, case, everything)

    def value(self, case: Case) -> Examination:
        """The answer is an element of its envelope: the check of every proposition."""
        levels = LEVELS_OF_REGIME[case.regime]
        outcome = self.ask(case)
        ended = self.ended(outcome)
        if ended is not None or not isinstance(outcome, Value):
            finding = ended or Finding(Kind.ERROR)
            return Examination(case, outcome, dict.fromkeys(levels, finding), hazards=case.hazards)
        if case.regime == "special":
            finding = self._special(case, outcome)
            return Examination(case, outcome, {Level.STRICT: finding}, hazards=case.hazards)
        true = self.truth(case)
        findings, observations = {}, [*_aliases(outcome), *outcome.notes]
        for level in levels:
            envelope, note = self._admitted(case, level)
            observations += note
            findings[level] = self.judged(outcome.arrays, true, envelope)
        observed = case.hazards | observed_hazards(case, true)
        return Examination(case, outcome, findings, tuple(dict.fromkeys(observations)), observed, true)

    def _admitted(self, case: Case, level: Level) -> tuple[Envelope, list[str]]:
        if case.regime != "exact":
            return self.envelope(case, level), []
        point = self.envelope(case, level, exact=True)
        if point.is_point:
            return point, []
        return self.envelope(case, level), ["not certified as exact, judged as ordinary"]

    def ended(self, outcome: Outcome) -> Finding | None:
        """The finding of a call that did not end in numbers."""
        match outcome:
            case Unsupported(reason):
                return Finding(Kind.UNSUPPORTED, reason)
            case Raised(reason):
                return Finding(Kind.ERROR, reason)
            case Malformed(reason):
                return Finding(Kind.OUTSIDE, reason)
            case Value():
                return None

    def judged(self, arrays: Sequence[FloatArray], true: Truth, envelope: Envelope) -> Finding:
        """Numbers against an envelope."""
        judgement = judge_arrays(arrays, true, envelope)
        return Finding(_KINDS[judgement.ruling], _reason(judgement), judgement)

    def _special(self, case: Case, outcome: Value) -> Finding:
        wanted = demand(case, self.conventions)
        got = [float(value) for array in outcome.arrays for value in array.astype(np.float64).reshape(-1)]
        for position, allowed in wanted.allowed.items():
            if not is_allowed(got[position], allowed):
                options = " or ".join(dict.fromkeys(repr(value) for value in allowed or ()))
                return Finding(Kind.OUTSIDE, f"entry {position} is {got[position]!r}, allowed: {options}")
        if wanted.ordinary is None or not wanted.positions:
            demanded = any(allowed is not None for allowed in wanted.allowed.values())
            return Finding(Kind.INSIDE if demanded else Kind.OPEN)
        return self._untouched(case, outcome, wanted.ordinary, wanted.positions)

    def _untouched(self, case: Case, outcome: Value, ordinary: Case, places: Mapping[int, int]) -> Finding:
        """The entries that special values leave alone, against the envelope of the case without them."""
        true, envelope = self.truth(ordinary), self.envelope(ordinary, Level.MUST)
        flat = outcome.arrays[0].reshape(-1)
        arrays = [_middle(array, case) for array in true.arrays]
        for position, place in places.items():
            arrays[0].reshape(-1)[place] = flat[position]
        return self.judged(arrays, true, envelope)


def _middle(array: Any, case: Case) -> FloatArray:  # noqa: ANN401 - an object array of balls
    """The true values rounded to the format: what stands where nothing is judged."""
    numbers = [float(ball.mid()) for ball in array.reshape(-1)]
    with np.errstate(over="ignore"):
        return np.array(numbers).astype(case.number_format.dtype).reshape(array.shape)


def _aliases(outcome: Value) -> list[str]:
    return [f"the answer shares memory with the argument {name}" for name in outcome.aliased]


def _reason(judgement: Judgement) -> str:
    worst = judgement.worst
    if judgement.ruling is not Ruling.OUTSIDE or worst is None:
        return ""
    return f"{worst.error_ulps:.3g} ulps from the true value"


def observed_hazards(case: Case, true: Truth) -> frozenset[str]:
    """Hazards that only the true value shows."""
    normal = exact_ball(case.number_format.smallest_normal)
    balls = [ball for array in true.arrays for ball in array.reshape(-1)]
    subnormal = any(abs(ball) < normal and not arb(ball).is_zero() for ball in balls)
    return frozenset({"subnormal"}) if subnormal else frozenset()
