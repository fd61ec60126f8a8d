"""
Outcomes and answers as JSON values, which can be read without trusting whoever wrote them.

Whoever reads one raises ValueError, TypeError or OverflowError for what is none.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from ...spec.formats import FORMATS
from ..outcome import Malformed, Outcome, Raised, Unsupported, Value
from ..told import storable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Plain = Any
"""A JSON value."""

_KINDS = "biuf"
"""Of the dtypes of numbers."""

_DTYPES: Mapping[str, np.dtype[Any]] = {
    dtype.name: dtype for dtype in map(np.dtype, np.typecodes["All"]) if dtype.kind in _KINDS
} | {name: number_format.dtype for name, number_format in FORMATS.items()}
"""Every dtype of numbers by its name; nothing else that a name might mean to NumPy is one."""


def plain_outcome(outcome: Outcome, number: int) -> Plain:
    """``outcome`` as JSON values; ``number`` is that under which its answer is kept."""
    match outcome:
        case Value(arrays=arrays):
            parts = [plain_array(array) for array in arrays]
            return ["value", parts, number, outcome.changed, outcome.disturbed, outcome.aliased]
        case Malformed(reason):
            return ["malformed", reason, outcome.changed, outcome.disturbed]
        case Unsupported(reason):
            return ["unsupported", reason]
        case Raised(reason):
            return ["raised", reason, outcome.changed, outcome.disturbed]


def outcome_of(plain: Plain, has_changed: Callable[[int], bool]) -> Outcome:
    """The outcome; ``has_changed`` tells, of the number of an answer, whether it is another by now."""
    match plain:
        case ["value", list(parts), int(number), changed, disturbed, aliased]:
            arrays = tuple(array_of(part) for part in parts)
            return Value(arrays, partial(has_changed, number), texts(changed), texts(disturbed), texts(aliased))
        case ["malformed", str(reason), changed, disturbed]:
            return Malformed(storable(reason), texts(changed), texts(disturbed))
        case ["unsupported", str(reason)]:
            return Unsupported(storable(reason))
        case ["raised", str(reason), changed, disturbed]:
            return Raised(storable(reason), texts(changed), texts(disturbed))
    message = f"{plain!r:.200} is no outcome"
    raise ValueError(message)


def plain_array(array: Any) -> Plain:  # noqa: ANN401 - the target's own objects
    """An array, or whatever ``numpy.asarray`` makes into one of numbers: its dtype, its shape, its bytes in base 64."""
    taken = np.asarray(array)
    if taken.dtype.name not in _DTYPES:
        message = f"an answer of dtype {taken.dtype}"
        raise TypeError(message)
    native = taken.astype(_DTYPES[taken.dtype.name], copy=False)  # the name does not say the order of bytes
    return [taken.dtype.name, taken.shape, base64.b64encode(native.tobytes()).decode("ascii")]


def array_of(plain: Plain) -> np.ndarray[Any, np.dtype[Any]]:
    """The array, in memory of its own."""
    match plain:
        case [str(name), list(shape), str(text)] if name in _DTYPES and all(map(_is_count, shape)):
            data, dtype = base64.b64decode(text, validate=True), _DTYPES[name]
            if len(data) == math.prod(shape) * dtype.itemsize:
                return np.frombuffer(data, dtype=dtype).reshape(shape).copy()
    message = f"{plain!r:.200} is no array"
    raise ValueError(message)


def plain_answer(answer: Any) -> Plain:  # noqa: ANN401 - the target's own objects
    """An answer: an array, or an object whose ``parts`` are those of a sequence."""
    if isinstance(answer, Sequence) and not isinstance(answer, str):
        return {"parts": [plain_answer(part) for part in answer]}
    return plain_array(answer)


def answer_of(plain: Plain) -> Any:  # noqa: ANN401 - nested lists of arrays
    """The answer again."""
    match plain:
        case {"parts": list(parts)}:
            return [answer_of(part) for part in parts]
    return array_of(plain)


def texts(plain: Plain) -> tuple[str, ...]:
    """A list of texts."""
    if isinstance(plain, list) and all(isinstance(each, str) for each in plain):
        return tuple(map(storable, plain))
    message = f"{plain!r:.200} is no list of texts"
    raise ValueError(message)


def texts_by_name(plain: Plain) -> dict[str, str]:
    """An object of texts."""
    if isinstance(plain, dict):
        return dict(zip(map(storable, plain), texts(list(plain.values())), strict=True))
    message = f"{plain!r:.200} is no object of texts"
    raise ValueError(message)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and value >= 0
