"""Outcomes and answers as plain values, which can be read without trusting whoever wrote them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from ...spec.formats import FORMATS
from ..outcome import Malformed, Outcome, Raised, Unsupported, Value

if TYPE_CHECKING:
    from collections.abc import Callable

PlainArray = tuple[str, tuple[int, ...], bytes]
"""Dtype, shape and bytes."""


def plain_outcome(outcome: Outcome, number: int) -> tuple[Any, ...]:
    """``outcome`` as plain values; ``number`` is that under which its answer is kept."""
    match outcome:
        case Value(arrays=arrays):
            parts = [plain_array(array) for array in arrays]
            return ("value", parts, number, outcome.changed, outcome.disturbed, outcome.aliased)
        case Malformed(reason):
            return ("malformed", reason, outcome.changed, outcome.disturbed)
        case Unsupported(reason):
            return ("unsupported", reason)
        case Raised(reason):
            return ("raised", reason, outcome.changed, outcome.disturbed)


def outcome_of(plain: tuple[Any, ...], has_changed: Callable[[int], bool]) -> Outcome:
    """The outcome; ``has_changed`` tells, of the number of an answer, whether it is another by now."""
    match plain:
        case ("value", parts, number, changed, disturbed, aliased):
            arrays = tuple(array_of(part) for part in parts)
            return Value(arrays, partial(has_changed, number), tuple(changed), tuple(disturbed), tuple(aliased))
        case ("malformed", reason, changed, disturbed):
            return Malformed(reason, tuple(changed), tuple(disturbed))
        case ("unsupported", reason):
            return Unsupported(reason)
        case ("raised", reason, changed, disturbed):
            return Raised(reason, tuple(changed), tuple(disturbed))
    message = f"{plain!r:.200} is no outcome"
    raise ValueError(message)


def plain_array(array: Any) -> PlainArray:  # noqa: ANN401 - the target's own objects
    """An array, or whatever ``numpy.asarray`` makes into one of numbers."""
    taken = np.asarray(array)
    if taken.dtype.name not in FORMATS and taken.dtype.kind not in "biuf":
        message = f"an answer of dtype {taken.dtype}"
        raise TypeError(message)
    return (taken.dtype.name, taken.shape, taken.tobytes())


def array_of(plain: PlainArray) -> np.ndarray[Any, np.dtype[Any]]:
    """The array, in memory of its own."""
    name, shape, data = plain
    dtype = FORMATS[name].dtype if name in FORMATS else np.dtype(name)
    return np.frombuffer(data, dtype=dtype).reshape(shape).copy()


def plain_answer(answer: Any) -> Any:  # noqa: ANN401 - the target's own objects
    """An answer, its sequences as lists of arrays."""
    if isinstance(answer, Sequence) and not isinstance(answer, str):
        return [plain_answer(part) for part in answer]
    return plain_array(answer)


def answer_of(plain: Any) -> Any:  # noqa: ANN401 - nested lists of arrays
    """The answer again."""
    return [answer_of(part) for part in plain] if isinstance(plain, list) else array_of(plain)
