"""Judging one answer: entry by entry, against the truth and against what a level admits."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from flint import arb

from ..oracle.arithmetic.ball import exact_ball, precision
from ..oracle.correct_rounding import exact_lower, exact_upper, nearest, ulp_exponent
from ..oracle.envelopes import admits

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from fractions import Fraction

    from ..oracle.arithmetic.arrays import Array
    from ..oracle.arithmetic.rounded import Rounded
    from ..oracle.envelopes import Box, Envelope
    from ..oracle.truth import Truth
    from ..spec.formats import Format

    FloatArray = np.ndarray[Any, np.dtype[Any]]

QUARTER = arb(0.25)
"""Clause ``accuracy.decided``: a radius beyond a quarter of the value decides nothing, not even the sign."""

UNDERFLOW_UNITS = 64
"""Clause ``accuracy.decided``: nor does one beyond 64 underflow units, where the value is smaller."""


JUDGING_BITS = 128
"""Precision of distances and ratios in a report; whether an entry lies in its ball is decided exactly."""


class Ruling(Enum):
    """What one example says of one level."""

    INSIDE = "inside"
    """Every entry lies in the envelope, and at least one is decided."""
    OUTSIDE = "outside"
    """An entry lies outside of it."""
    OPEN = "open"
    """No entry is decided."""


@dataclass(frozen=True)
class Entry:
    """One entry of an answer, with all that a report says of it."""

    array: int
    """Which array of the answer."""
    index: tuple[int, ...]
    """Where in it, in the canonical layout."""
    got: float
    """What came back."""
    lower: float
    """The smallest finite number of the format that is allowed."""
    upper: float
    """The largest one."""
    specials: int
    """The flags of the infinities, and of NaN, that are allowed beside them."""
    truth: str
    """The true value to twenty digits."""
    error_ulps: float
    """How far the answer is from the truth, in ulps of the truth."""
    is_decided: bool
    """Whether the envelope is narrow enough for an answer inside of it to say anything."""
    is_inside: bool
    """Whether the answer lies in it."""


@dataclass(frozen=True)
class Judgement:
    """One answer against one level."""

    ruling: Ruling
    """What it comes to."""
    decided: int
    """How many entries are decided."""
    undecided: int
    """How many are not."""
    errors: tuple[float, ...]
    """Of the decided entries: distance from the truth, in ulps of the truth."""
    radii: tuple[float, ...]
    """Of the same entries: the radius of the envelope, in ulps of the truth."""
    max_envelope_ratio: float
    """The largest distance from the middle of the envelope over its radius, over decided entries with a radius."""
    sensitivity: tuple[float, ...]
    """Radius over magnitude of the decided entries that have both."""
    worst: Entry | None
    """The entry that is outside by most ulps, or the largest error inside; None without decided entries."""

    @property
    def max_error_ulps(self) -> float:
        """The largest distance from the truth over decided entries."""
        return max(self.errors, default=0.0)


def judge_arrays(answer: Sequence[FloatArray], truth: Truth, envelope: Envelope) -> Judgement:
    """The judgement of ``answer``: by the box that holds it, or by the one that fits it best."""
    with precision(JUDGING_BITS):
        judgements = [_judge_box(answer, truth, box, envelope) for box in envelope.boxes]
    inside = [each for each in judgements if each.ruling is not Ruling.OUTSIDE]
    candidates = inside or judgements
    return min(candidates, key=lambda each: (each.ruling is Ruling.OPEN, each.max_error_ulps))


def _judge_box(answer: Sequence[FloatArray], truth: Truth, box: Box, envelope: Envelope) -> Judgement:
    parts = enumerate(zip(answer, truth.arrays, box, strict=True))
    entries = [entry for index, arrays in parts for entry in _measured(index, *arrays, envelope)]
    outside = [entry for entry in entries if not entry.is_inside]
    decided = [entry for entry in entries if entry.is_decided]
    ruling = Ruling.OUTSIDE if outside else Ruling.INSIDE if decided else Ruling.OPEN
    worst = max(outside or decided, key=lambda entry: entry.error_ulps, default=None)
    return Judgement(
        ruling=ruling,
        decided=len(decided),
        undecided=len(entries) - len(decided),
        errors=tuple(entry.error_ulps for entry in decided),
        radii=tuple(entry.radius_ulps for entry in decided),
        max_envelope_ratio=max((entry.ratio for entry in decided), default=0.0),
        sensitivity=tuple(entry.sensitivity for entry in decided if entry.sensitivity > 0),
        worst=worst.described(answer, envelope.number_format) if worst else None,
    )


@dataclass(frozen=True, slots=True)
class _Measured:
    """One entry on its way through the judge; strings are made of the worst one alone."""

    array: int
    position: int
    got: float
    allowed: Rounded
    truth: arb
    error_ulps: float
    radius_ulps: float
    ratio: float
    sensitivity: float
    is_decided: bool
    is_inside: bool

    def described(self, answer: Sequence[FloatArray], number_format: Format) -> Entry:
        """The same with its index and its allowed interval in numbers of the format."""
        shape = answer[self.array].shape
        index = tuple(int(axis) for axis in np.unravel_index(self.position, shape)) if shape else ()
        lower, upper = allowed_interval(self.allowed, number_format)
        text = self.truth.str(20, radius=False) if self.truth.is_finite() else "unknown"
        return Entry(
            self.array,
            index,
            self.got,
            lower,
            upper,
            self.allowed.specials,
            text,
            self.error_ulps,
            self.is_decided,
            self.is_inside,
        )


def _measured(
    array_index: int, answer: FloatArray, truth: Array, box: Array, envelope: Envelope
) -> Iterator[_Measured]:
    largest = _largest(truth)
    numbers = zip(_numbers(answer), truth.reshape(-1), box.reshape(-1), strict=True)
    for position, (got, true, allowed) in enumerate(numbers):
        inside = admits(allowed, got, envelope.number_format)
        decided = not inside or (not math.isnan(got) and is_decided(allowed, true, largest, envelope))
        yield _Measured(
            array_index,
            position,
            got,
            allowed,
            true,
            error_in_ulps(got, true, envelope.number_format),
            _radius_in_ulps(allowed.ball, true, envelope.number_format),
            _ratio(got, allowed.ball),
            _sensitivity(allowed.ball, true),
            decided,
            inside,
        )


def are_apart(one: Sequence[FloatArray], other: Sequence[FloatArray], envelope: Envelope) -> bool:
    """Whether two answers differ by more than the width of the envelope, in whichever box."""
    with precision(JUDGING_BITS):
        return all(
            any(
                _is_apart(a, b, allowed.ball)
                for left, right, array in zip(one, other, box, strict=True)
                for a, b, allowed in zip(_numbers(left), _numbers(right), array.reshape(-1), strict=True)
            )
            for box in envelope.boxes
        )


def _is_apart(one: float, other: float, ball: arb) -> bool:
    if not ball.is_finite() or one == other or (math.isnan(one) and math.isnan(other)):
        return False
    if not math.isfinite(one) or not math.isfinite(other):
        return True
    return bool(abs(arb(one) - arb(other)) > 2 * ball.rad())


def _numbers(array: FloatArray) -> list[float]:
    return array.astype(np.float64).reshape(-1).tolist()


def _largest(truth: Array) -> arb:
    magnitudes = [abs(ball).upper() for ball in truth.reshape(-1) if ball.is_finite()]
    return max(magnitudes) if magnitudes else arb(0)


def is_decided(allowed: Rounded, true: arb, largest: arb, envelope: Envelope) -> bool:
    """Clause ``accuracy.decided``: whether an envelope is narrow enough for a number inside of it to say anything."""
    if not allowed.ball.is_finite() or not true.is_finite():
        return False
    beyond = _beyond(envelope.number_format)
    if allowed.ball > beyond or allowed.ball < -beyond:
        return True
    magnitude = largest if true.is_zero() else abs(true).upper()
    radius = allowed.ball.rad()
    return bool(radius <= magnitude * QUARTER or radius <= _underflow_radius(envelope.underflow_unit))


def is_decided_alone(allowed: Rounded, envelope: Envelope) -> bool:
    """The same of an envelope around no true value: by its own middle."""
    ball = allowed.ball
    return bool(ball.is_finite()) and is_decided(allowed, arb(ball.mid()), arb(0), envelope)


@cache
def _beyond(number_format: Format) -> arb:
    """The magnitude from which on every number rounds to an infinity."""
    with precision(JUDGING_BITS):
        return exact_ball(number_format.largest) * (1 + exact_ball(number_format.unit_roundoff))


@cache
def _underflow_radius(underflow_unit: Fraction) -> arb:
    return exact_ball(underflow_unit) * UNDERFLOW_UNITS


def error_in_ulps(got: float, true: arb, number_format: Format) -> float:
    """``|got - true|`` in ulps of the true value (clause ``number.ulp``); infinite for NaN and a false infinity."""
    if not true.is_finite():
        return math.nan
    if math.isnan(got):
        return math.inf
    if math.isinf(got):
        end = nearest(*exact_upper(true), number_format) if got > 0 else nearest(*exact_lower(true), number_format)
        return 0.0 if end.value() == got else math.inf
    distance = abs(true - arb(got))
    return 0.0 if distance.is_zero() else _in_ulps(distance, true, number_format)


def _in_ulps(distance: arb, true: arb, number_format: Format) -> float:
    smallest = number_format.smallest_exponent - number_format.precision + 1
    exponent = smallest if true.contains(0) else ulp_exponent(true.mid(), number_format)
    return float((distance * arb(2) ** -exponent).mid())


def _radius_in_ulps(ball: arb, true: arb, number_format: Format) -> float:
    if not ball.is_finite() or not true.is_finite():
        return math.inf
    return 0.0 if ball.is_exact() else _in_ulps(ball.rad(), true, number_format)


def _ratio(got: float, ball: arb) -> float:
    if not ball.is_finite() or not math.isfinite(got) or ball.is_exact():
        return 0.0
    return float((abs(ball.mid() - arb(got)) / ball.rad()).mid())


def _sensitivity(ball: arb, true: arb) -> float:
    if not ball.is_finite() or not true.is_finite() or true.contains(0):
        return 0.0
    return float((ball.rad() / abs(true.mid())).mid())


def allowed_interval(allowed: Rounded, number_format: Format) -> tuple[float, float]:
    """The smallest and the largest finite number of the format inside ``allowed``, as float64."""
    if not allowed.ball.is_finite():
        return -math.inf, math.inf
    low = _inward(exact_lower(allowed.ball), number_format, 1)
    high = _inward(exact_upper(allowed.ball), number_format, -1)
    return low, high


def _inward(end: tuple[int, int], number_format: Format, direction: int) -> float:
    """The number of the format nearest to ``end`` on its inner side."""
    value = nearest(*end, number_format).value()
    if math.isinf(value):
        return value
    exact = arb(end[0]) * arb(2) ** end[1]
    beyond = arb(value) < exact if direction > 0 else arb(value) > exact
    if not beyond:
        return value
    dtype = number_format.dtype
    neighbour = np.nextafter(dtype.type(value), dtype.type(math.inf * direction), dtype=dtype)
    return float(neighbour)
