"""Every entry of an answer against the truth and against what MUST and SHOULD admit, for a picture of all of them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

import numpy as np
from flint import arb

from ...oracle.arithmetic.ball import precision
from ...oracle.envelopes import admits
from ..judgement import JUDGING_BITS, allowed_interval, error_in_ulps, is_decided
from ..outcome import Malformed, Raised, Unsupported, Value
from ..rendering.printable import printable
from ..running import ScopeError
from ..verdict import Level

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ...oracle.arithmetic.arrays import Array
    from ...oracle.envelopes import Box, Envelope
    from ..case import Case
    from ..checks.examiner import Examiner

    FloatArray = np.ndarray[Any, np.dtype[Any]]

DIGITS = 12
"""Of a true value in a picture."""


class Place(Enum):
    """Where an answer lies."""

    INSIDE = "inside"
    """In both envelopes."""
    OPEN = "undecided"
    """In both, and that of SHOULD is too wide to say anything."""
    BELOW = "outside SHOULD"
    """Right to within what a textbook's formula loses, and not as good as the stable one."""
    OUTSIDE = "outside MUST"
    """Wrong."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One number of an answer."""

    index: tuple[int, ...]
    """Where it stands in its array."""
    got: float
    """What came back."""
    truth: str
    """The true value in digits."""
    error: float
    """The distance from it in ulps; infinite for NaN and a false infinity, NaN where the truth is unknown."""
    must: float
    """The largest error that MUST admits, in ulps."""
    should: float
    """Likewise SHOULD."""
    place: Place
    """Where it lies."""


def answered(examiner: Examiner, case: Case) -> tuple[FloatArray, ...]:
    """The arrays that the target answers; raises :class:`ScopeError` where it does not."""
    name, what = printable(examiner.target.name), f"{case.operation} in {case.format_name}"
    outcome = examiner.ask(case) if examiner.target.offers(case.operation) else Unsupported(case.operation)
    match outcome:
        case Value(arrays):
            return tuple(arrays)
        case Unsupported():
            message = f"{name} does not offer {what}"
        case Raised(reason) | Malformed(reason):
            message = f"{name} gives no answer to {what}: {printable(reason)}"
    raise ScopeError(message)


def measured(examiner: Examiner, case: Case, *, alone: bool) -> list[list[Entry]]:
    """
    The entries of each array of the answer to ``case``.

    ``alone`` says that entries do not belong together, as the points of a line: a true 0 has no larger neighbours then.
    """
    answer = answered(examiner, case)
    true = examiner.truth(case)
    envelopes = [examiner.envelope(case, level) for level in (Level.MUST, Level.SHOULD)]
    with precision(JUDGING_BITS):
        must, should = (_box(answer, envelope) for envelope in envelopes)
        return [
            list(_entries(array, true.arrays[place], (must[place], should[place]), envelopes[0], alone=alone))
            for place, array in enumerate(answer)
        ]


def _box(answer: Sequence[FloatArray], envelope: Envelope) -> Box:
    """That one of the boxes of an envelope in which most of the answer lies."""

    def outside(box: Box) -> int:
        pairs = (
            pair
            for array, part in zip(answer, box, strict=True)
            for pair in zip(_numbers(array), part.reshape(-1), strict=True)
        )
        return sum(not admits(allowed, got, envelope.number_format) for got, allowed in pairs)

    return min(envelope.boxes, key=outside)


def _entries(
    array: FloatArray, truth: Array, boxes: tuple[Array, Array], envelope: Envelope, *, alone: bool
) -> Iterator[Entry]:
    number_format = envelope.number_format
    finite = [abs(ball).upper() for ball in truth.reshape(-1) if ball.is_finite()]
    largest = arb(0) if alone or not finite else max(finite)
    flat = zip(_numbers(array), truth.reshape(-1), *(box.reshape(-1) for box in boxes), strict=True)
    for position, (got, true, must, should) in enumerate(flat):
        if not admits(must, got, number_format):
            place = Place.OUTSIDE
        elif not admits(should, got, number_format):
            place = Place.BELOW
        else:
            place = Place.INSIDE if is_decided(should, true, largest, envelope) else Place.OPEN
        must_reach, should_reach = (
            max(error_in_ulps(end, true, number_format) for end in allowed_interval(allowed, number_format))
            for allowed in (must, should)
        )
        index = tuple(int(axis) for axis in np.unravel_index(position, array.shape)) if array.shape else ()
        text = true.str(DIGITS, radius=False) if true.is_finite() else "unknown"
        yield Entry(index, got, text, error_in_ulps(got, true, number_format), must_reach, should_reach, place)


def _numbers(array: FloatArray) -> list[float]:
    return array.astype(np.float64).reshape(-1).tolist()


def worst(entries: Sequence[Entry]) -> Entry | None:
    """The entry that tells most: what is outside before what is not, then the largest error."""
    known = [entry for entry in entries if not math.isnan(entry.error)]
    order = (Place.OPEN, Place.INSIDE, Place.BELOW, Place.OUTSIDE)
    return max(known, key=lambda entry: (order.index(entry.place), entry.error), default=None)
