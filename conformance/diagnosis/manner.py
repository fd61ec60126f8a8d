"""Causes that are told from the way in which answers fail, with no number computed: exceptions, shapes, NaN, state."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from ..checks.finding import Kind
from ..checks.special import demand, is_allowed
from ..outcome import Malformed, Raised, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from ...spec.conventions import Conventions
    from ..checks.finding import Examination

    Pattern = Callable[[float, tuple[float, ...], float], bool]
    """Whether an entry fits: what came back, what was demanded, the largest number of the format."""

ENOUGH = 3
"""So many examples make it unlikely that they share a hazard by chance."""

CONTRACT: Mapping[str, tuple[str, str]] = {
    "contract.state": ("state", "an answer depends on other calls, or changes after it was given"),
    "contract.arguments": ("writes to arguments", "a call writes to its arguments"),
    "contract.environment": ("meddles", "a call changes its process: its directory, arithmetic or error handling"),
}
"""Causes that a clause of the contract is the very statement of."""


def of_contract(clause: str) -> Iterator[tuple[str, str]]:
    """The cause that a failing clause of the contract names."""
    if clause in CONTRACT:
        yield CONTRACT[clause]


def of_outcomes(failing: Sequence[Examination]) -> Iterator[tuple[str, str]]:
    """What all failing calls have in common, where none of them came back with numbers."""
    if all(isinstance(each.outcome, Raised) for each in failing):
        kinds = {each.outcome.reason.partition(":")[0] for each in failing if isinstance(each.outcome, Raised)}
        if all(isinstance(each.outcome, Raised) and each.outcome.is_fatal for each in failing):
            yield "process", "every failing call ends the process of the target, or is not answered in time"
        elif len(kinds) == 1:
            yield "exception", f"every failing call ends with {kinds.pop()}"
    if all(isinstance(each.outcome, Malformed) for each in failing):
        reasons = {each.outcome.reason for each in failing if isinstance(each.outcome, Malformed)}
        for name, words, signs in _FORMS:
            if all(any(sign in reason for sign in signs) for reason in reasons):
                yield name, words


_FORMS = (
    ("wrong dtype", "every failing answer has another dtype than the declared one", ("dtype",)),
    (
        "wrong shape",
        "every failing answer has another shape, or other parts, than the declared ones",
        ("has shape", "came back, expected"),
    ),
)
"""What may be wrong with an answer that is none: the cause, its words, and the words of a reason that tell it."""


def of_hazards(failing: Sequence[Examination], passing: Sequence[Examination]) -> Iterator[tuple[str, str]]:
    """The hazards that every failing example has, and fewer than half of the passing ones; of few examples, none."""
    if not passing:
        return
    for hazard in sorted(frozenset.intersection(*(each.hazards for each in failing))):
        others = sum(hazard in each.hazards for each in passing)
        if 2 * others < len(passing) and (len(failing) >= ENOUGH or not others):
            words = f"right but for the hazard {hazard}, which every failing example has"
            yield (
                f"only at {hazard}",
                words + (f" and {others} of {len(passing)} others" if others else " and no other"),
            )


def of_numbers_that_are_none(failing: Sequence[Examination]) -> Iterator[tuple[str, str]]:
    """Where every failing answer has a NaN or an infinity: an intermediate that overflows."""
    arrays = [
        np.concatenate([array.astype(float).reshape(-1) for array in each.outcome.arrays])
        for each in failing
        if isinstance(each.outcome, Value)
    ]
    if len(arrays) < len(failing) or not all((~np.isfinite(array)).any() for array in arrays):
        return
    magnitudes = [max(map(_largest, each.case.arguments), default=0.0) for each in failing]
    thresholds = [math.log(float(each.case.number_format.largest)) for each in failing]
    if all(magnitude > threshold / 2 for magnitude, threshold in zip(magnitudes, thresholds, strict=True)):
        yield (
            "naive overflow",
            "an intermediate overflows: every failing answer is NaN or infinite, at a large argument",
        )
    elif all(np.isnan(array).any() for array in arrays):
        yield (
            "not a number",
            "every failing answer has a NaN at finite arguments, as of 0 / 0, 0 times infinity or log 0",
        )
    else:
        yield "infinity", "every failing answer has an infinity at finite arguments, as of 1 / 0 or log 0"


def _largest(argument: object) -> float:
    if not isinstance(argument, np.ndarray) or argument.size == 0:
        return 0.0
    magnitudes = np.abs(argument.astype(float))
    return float(magnitudes[np.isfinite(magnitudes)].max(initial=0.0))


# special values


def of_special_values(failing: Sequence[Examination], conventions: Conventions) -> Iterator[tuple[str, str]]:
    """What every failing entry of the regime special has in common."""
    entries = [entry for each in failing for entry in _wrong_entries(each, conventions)]
    if entries:
        for name, words, fits in _PATTERNS:
            if all(fits(*entry) for entry in entries):
                yield name, words


def _wrong_entries(
    examination: Examination, conventions: Conventions
) -> Iterator[tuple[float, tuple[float, ...], float]]:
    case = examination.case
    if not isinstance(examination.outcome, Value):
        return
    largest = float(case.number_format.largest)
    flat = examination.outcome.arrays[0].astype(float).reshape(-1)
    demanded = demand(case, conventions)
    for place, allowed in demanded.allowed.items():
        if allowed is not None and not is_allowed(float(flat[place]), allowed):
            yield float(flat[place]), allowed, largest
    for place in demanded.positions:
        if not math.isfinite(flat[place]):
            yield float(flat[place]), (0.0,), largest


_PATTERNS: tuple[tuple[str, str, Pattern], ...] = (
    (
        "nan becomes zero",
        "0 stands where NaN is demanded",
        lambda got, allowed, _: got == 0 and any(map(math.isnan, allowed)),
    ),
    (
        "nan swallowed",
        "a number stands where NaN is demanded",
        lambda got, allowed, _: not math.isnan(got) and any(map(math.isnan, allowed)),
    ),
    (
        "infinity hidden",
        "the largest number of the format stands where an infinity is demanded, as of nan_to_num",
        lambda got, allowed, largest: abs(got) == largest and any(map(math.isinf, allowed)),
    ),
    (
        "infinity becomes finite",
        "a finite number stands where an infinity is demanded, as of a clip",
        lambda got, allowed, _: math.isfinite(got) and any(map(math.isinf, allowed)),
    ),
    (
        "not a number",
        "NaN stands where a number or an infinity is demanded, as of 0 log 0, 0 times infinity, or an entry beside it",
        lambda got, allowed, _: math.isnan(got) and not any(map(math.isnan, allowed)),
    ),
)


def fails(examination: Examination, level: str) -> bool:
    """Whether an example fails at a level."""
    found = {each.value: finding for each, finding in examination.findings.items()}.get(level)
    return found is not None and found.kind in (Kind.OUTSIDE, Kind.ERROR)
