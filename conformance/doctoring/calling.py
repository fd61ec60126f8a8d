"""One tiny call of an operation, and what is wrong with its answer."""

from __future__ import annotations

import time
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np

from ...spec.network import Network
from ..asking import ask
from ..checks.examiner import Examiner
from ..checks.finding import Kind as Ruled
from ..detecting.telling import plain_cases, size
from ..outcome import Malformed, Raised, Unsupported, Value
from ..verdict import Level
from .hints import of_exception, of_form

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...spec.conventions import Conventions
    from ..adapters.target import Target
    from ..case import Case
    from ..checks.finding import Finding
    from ..outcome import Outcome

SLOW = 1.0
"""Seconds beyond which a call of two or three numbers is told: a run makes hundreds of each."""


WRITTEN = 6
"""Arrays of more numbers are told by their shape."""


@dataclass(frozen=True, eq=False)
class Called:
    """An operation, called twice in one format."""

    case: Case
    """The inputs."""
    outcome: Outcome
    """What came of the first call."""
    again: Outcome | None
    """What came of the second; None where the first did not end in numbers."""
    seconds: float
    """How long the last call took."""
    first_seconds: float = 0.0
    """How long the first one took, with what it compiles for a new shape."""

    @property
    def is_fatal(self) -> bool:
        """Whether it ended the process of the target, or had to be ended."""
        return isinstance(self.outcome, Raised) and self.outcome.is_fatal


def called(target: Target, operation: str, format_name: str, conventions: Conventions) -> Called:
    """The operation at its smallest telling case, of a few numbers."""
    case = min(plain_cases(operation, format_name), key=size)
    outcome, first = _timed(target, case, conventions)
    if not isinstance(outcome, Value):
        return Called(case, outcome, None, first, first)
    again, seconds = _timed(target, case, conventions)
    return Called(case, outcome, again, seconds, first)


def _timed(target: Target, case: Case, conventions: Conventions) -> tuple[Outcome, float]:
    start = time.monotonic()
    outcome = ask(target, case, conventions)
    return outcome, time.monotonic() - start


class Kind(StrEnum):
    """What is wrong with a call; in several formats it is told once."""

    RAISED = "raised"
    FORM = "form"
    MEMORY = "memory"
    SURROUNDINGS = "surroundings"
    UNSTEADY = "unsteady"
    SLOW = "slow"
    VALUE = "value"
    CONVENTION = "convention"


Fault = tuple[Kind, str]
"""What is wrong, and in which words."""


def faults_of_form(each: Called) -> Iterator[Fault]:
    """What is wrong with how the call was answered, whatever the numbers are, and how to mend it."""
    operation, outcome = each.case.operation, each.outcome
    match outcome:
        case Raised(reason):
            told = reason if each.is_fatal else f"raised {reason}"
            yield Kind.RAISED, _with(told, of_exception(operation, reason))
        case Malformed(reason):
            yield Kind.FORM, _with(reason, of_form(operation, reason))
        case Value():
            yield from _unsteady(each, outcome)
        case Unsupported():
            return
    if changed := outcome.changed:
        first = changed[0]
        yield Kind.MEMORY, f"wrote to its argument {', '.join(changed)}: copy it first, {first} = {first}.copy()"
    if outcome.disturbed:
        yield Kind.SURROUNDINGS, f"the call {', '.join(outcome.disturbed)}: put it back before returning"


def _unsteady(each: Called, first: Value) -> Iterator[Fault]:
    """The second call, beside the first."""
    if not isinstance(each.again, Value):
        reason = getattr(each.again, "reason", "nothing")
        yield Kind.UNSTEADY, f"answered the first of two equal calls only; then: {reason}"
    elif any(one.tobytes() != two.tobytes() for one, two in zip(first.arrays, each.again.arrays, strict=True)):
        text = "answers two equal calls differently: let nothing random and no state of earlier calls take part"
        yield Kind.UNSTEADY, text
    if each.seconds > SLOW:
        yield Kind.SLOW, f"took {each.seconds:.1f} seconds for a few numbers: a run makes hundreds of calls"


def value_finding(target: Target, each: Called, conventions: Conventions) -> Finding | None:
    """The ruling on its numbers at MUST; None where there are none."""
    if not isinstance(each.outcome, Value):
        return None
    examiner = Examiner(target, conventions)
    return examiner.judged(each.outcome.arrays, examiner.truth(each.case), examiner.envelope(each.case, Level.MUST))


def fault_of_value(target: Target, each: Called, conventions: Conventions) -> str:
    """What is wrong with its numbers; empty where nothing is."""
    finding = value_finding(target, each, conventions)
    if finding is None or finding.kind is not Ruled.OUTSIDE:
        return ""
    worst = finding.judgement.worst if finding.judgement is not None else None
    at = ", ".join(_written(each.case))
    if worst is None:
        return f"returned a wrong number at {at}"
    name = each.case.declaration.results[min(worst.array, len(each.case.declaration.results) - 1)].name
    place = f"{name}[{', '.join(map(str, worst.index))}]" if worst.index else name
    return f"returned {place} = {worst.got!r} where {worst.truth} is right, at {at}"


def _written(case: Case) -> Iterator[str]:
    """The arguments of a case, as short as it goes."""
    for declared, argument in zip(case.declaration.arguments, case.arguments, strict=True):
        yield f"{declared.name} = {_short(argument)}"
    for name, value in case.keywords.items():
        yield f"{name} = {value!r}"


def _short(argument: Any) -> str:  # noqa: ANN401 - whatever an operation takes
    match argument:
        case np.ndarray() if argument.size > WRITTEN:
            return f"an array of shape {argument.shape}"
        case np.ndarray():
            return str(argument.astype(np.float64).round(4).tolist())
        case Network():
            return f"a network of {len(argument.layers)} layers, loss {argument.loss}"
        case list() | tuple():
            return f"[{', '.join(_short(each) for each in argument)}]"
        case _:
            return repr(argument)


def _with(text: str, hint: str) -> str:
    return f"{text}: {hint}" if hint else text
