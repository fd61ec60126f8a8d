"""Judging again what a report holds: every call is answered as it was when the report was made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .canonical import compact_text
from .checks.contract import BY_MEMORY
from .checks.examiner import Examiner
from .checks.registry import CHECKS
from .encoding import decoded, decoded_case, encoded_case
from .example_documents import TRACES
from .judging import Given
from .outcome import Malformed, Outcome, Raised, Unsupported, Value

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..spec.conventions import Conventions
    from .case import Case
    from .checks.finding import Examination


class RecallError(LookupError):
    """What a report holds of an example is not enough to judge it again."""


class Recalling(Examiner):
    """An examiner whose calls are answered out of the exchanges that an example holds, in their order."""

    def __init__(
        self, example: Mapping[str, Any], conventions: Conventions, function_ulps: Mapping[str, int] | None
    ) -> None:
        super().__init__(Given(None, conventions), conventions, function_ulps)
        self._left: dict[str, list[Mapping[str, Any]]] = {}
        for exchange in _exchanges(example):
            key = compact_text(exchange.get("case", example["case"]))
            self._left.setdefault(key, []).append(exchange)

    def called(self, case: Case) -> Outcome:
        """What came back from this call; raises :class:`RecallError` where it was not made."""
        left = self._left.get(compact_text(encoded_case(case)))
        if not left:
            message = f"the report does not hold every call of {case.operation} that this clause is judged by"
            raise RecallError(message)
        return _outcome(left.pop(0), case)


def judged_again(
    clause: str, example: Mapping[str, Any], conventions: Conventions, function_ulps: Mapping[str, int] | None = None
) -> Examination:
    """
    The examination of an ``example`` of a report, a counterexample or a sample, from what it holds.

    Raises :class:`RecallError` where that is not enough, and KeyError or ValueError where it holds no case.
    """
    if clause in BY_MEMORY:
        message = f"{clause} is about what a target remembers, which only the target shows"
        raise RecallError(message)
    return Recalling(example, conventions, function_ulps).examined(CHECKS[clause], decoded_case(example["case"]))


def _exchanges(example: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    if "asked" in example:
        return list(example["asked"])
    if "answer" not in example:
        message = "the report does not say what came back"
        raise RecallError(message)
    return [{"outcome": {"answer": example["answer"]}}]


def _outcome(exchange: Mapping[str, Any], case: Case) -> Outcome:
    changed, disturbed, aliased = (tuple(exchange.get(name, ())) for name in TRACES)
    match exchange["outcome"]:
        case {"answer": answer}:
            arrays = tuple(decoded(array, case.number_format.dtype) for array in answer)
            return Value(arrays, changed=changed, disturbed=disturbed, aliased=aliased)
        case {"malformed": reason}:
            return Malformed(reason, changed, disturbed)
        case {"raised": reason}:
            return Raised(reason, changed, disturbed)
        case {"unsupported": reason}:
            return Unsupported(reason)
        case unknown:
            message = f"an outcome is answer, malformed, raised or unsupported, not {', '.join(unknown) or 'nothing'}"
            raise RecallError(message)
