"""Which formats a target answers in, whether it declares them or not."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from ...spec.conventions import resolve
from ...spec.operations import operations
from ..asking import ask
from ..outcome import Malformed, Raised, Unsupported, Value
from .detection import FormatFound
from .telling import plain_cases

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence

    from ..adapters.target import Target
    from ..outcome import Outcome
    from .fitting import Fit


def formats_found(target: Target, wanted: Sequence[str], mapping: Mapping[str, str]) -> tuple[FormatFound, ...]:
    """Every wanted format and whether all operations answer in it that answer in any."""
    offered = [name for name in operations() if target.offers(name)]
    answers = {name: {each: _first(target, each, name, mapping) for each in offered} for name in wanted}
    answering = [each for each in offered if any(isinstance(found[each], Value) for found in answers.values())]
    return tuple(_found(target, name, answers[name], answering) for name in wanted)


def _first(target: Target, operation: str, format_name: str, mapping: Mapping[str, str]) -> Outcome:
    """The first answer in numbers to a telling case, or how the first case ends."""
    conventions = resolve(dict(mapping))
    first: Outcome | None = None
    for case in islice(plain_cases(operation, format_name), TRIED):
        outcome = ask(target, case, conventions)
        if isinstance(outcome, Value):
            return outcome
        first = first or outcome
    return first or Unsupported(operation)


TRIED = 3
"""How many cases of an operation are tried until one is answered."""


def _found(target: Target, name: str, answers: Mapping[str, Outcome], answering: Sequence[str]) -> FormatFound:
    is_declared = name in target.formats
    failing = {each: reason for each in answering if (reason := _reason(answers[each]))}
    if not answering:
        return FormatFound(name, is_declared, is_usable=False, reason="nothing that it offers answers in any format")
    if not failing:
        reason = f"{len(answering)} of {len(answering)} operations answer in it"
        return FormatFound(name, is_declared, is_usable=True, reason=reason)
    operation, reason = next(iter(failing.items()))
    more = f", and {len(failing) - 1} more of {len(answering)} operations" if len(failing) > 1 else ""
    return FormatFound(name, is_declared, is_usable=False, reason=f"{operation}: {reason}{more}")


def with_numbers(tried: Sequence[FormatFound], fits: Sequence[Fit]) -> tuple[FormatFound, ...]:
    """The same, and a format is not usable if most operations that are explained in another are not so in it."""
    explained = {each.operation for each in fits if each.has_a_say}
    return tuple(
        _with_numbers(each, [fit for fit in fits if fit.format_name == each.name], explained) for each in tried
    )


def _with_numbers(found: FormatFound, fits: Sequence[Fit], explained: Container[str]) -> FormatFound:
    wrong = [each.operation for each in fits if each.misfits and not each.has_a_say and each.operation in explained]
    if not found.is_usable or 2 * len(wrong) <= len(fits):
        return found
    reason = f"{wrong[0]}: the numbers are not those of the format, and of {len(wrong)} of {len(fits)} operations"
    return replace(found, is_usable=False, reason=reason)


def _reason(outcome: Outcome) -> str:
    match outcome:
        case Value():
            return ""
        case Malformed(reason) | Raised(reason):
            return reason
        case Unsupported(reason):
            return f"unsupported ({reason})"
