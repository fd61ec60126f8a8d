"""
The true value of an operation, as an enclosure narrow enough for the question asked (Ziv's strategy).

The precision of balls is doubled until the question is answered for every entry, up to a largest one. In an elementwise
operation only the entries that are still open are evaluated again. What is open at the largest precision is evaluated
in rational arithmetic, if it is rational; whatever is open then stays so, and is counted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from flint import arb

from ..spec.operations import operations
from .arguments import leaves, lifted
from .arithmetic.arrays import entrywise, is_power_of_two
from .arithmetic.ball import Ball, UnresolvedError, exact_ball, precision
from .arithmetic.rational import IrrationalError, Rational
from .propositions import PROPOSITIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ..spec.conventions import Conventions
    from ..spec.formats import Format
    from .arithmetic.arrays import Array, Number
    from .arithmetic.protocol import Arithmetic, Formula

START_BITS = 128
"""Bits of the first evaluation."""

LARGEST_BITS = 4096
"""Bits beyond which a question counts as unresolved."""

GUARD_BITS = 20
"""A value is known when its radius is below 2^-20 ulps of the format asked about."""

Question: TypeAlias = Callable[[arb, Fraction | None], Any]
"""
What is asked of every entry: its answer by an enclosure of the number, or None where that leaves it open.

The second argument is the number itself, where it is known to be rational and an enclosure has left it open.
"""


@dataclass(frozen=True)
class Truth:
    """The true value of one operation on exact inputs."""

    arrays: tuple[Array, ...]
    """One object array of FLINT balls for each array of the answer, in order."""
    answers: tuple[Array, ...]
    """The answers to the question, in arrays of the same shapes; None for an entry that stayed open."""
    bits: int
    """The precision that was enough, or the largest one."""
    unresolved: int
    """How many entries (or jumps) stayed open at the largest precision."""


def truth(
    operation: str,
    arguments: Iterable[Any],
    keywords: Mapping[str, Any],
    *,
    number_format: Format,
    conventions: Conventions,
    question: Question | None = None,
) -> Truth:
    """
    The value of ``operation`` at exactly these ``arguments``, in the canonical layout.

    Every entry answers the ``question``, or is counted as unresolved. Where none is asked, it is that of an envelope:
    every entry's radius is below 2^-20 ulps of ``number_format``.
    """
    declared = operations()[operation]
    call = _Call(
        PROPOSITIONS[declared.clause],
        tuple(arguments),
        keywords,
        conventions,
        is_elementwise=declared.is_elementwise,
    )
    return _settled(call, question or narrow_for(number_format), START_BITS)


def narrow_for(number_format: Format) -> Question:
    """Whether an envelope in ``number_format`` decides by the enclosure: True where it is so narrow, else None."""
    relative = arb(2) ** (number_format.precision + GUARD_BITS)
    absolute = arb(2) ** (number_format.smallest_exponent - number_format.precision + 1 - GUARD_BITS)

    def answer(ball: arb, exact: Fraction | None) -> bool | None:
        if not ball.is_finite():
            return None
        if ball.is_exact() or exact is not None:
            return True
        radius = ball.rad()
        return True if radius <= absolute or radius * relative <= ball.abs_lower() else None

    return answer


@dataclass(frozen=True, eq=False)
class _Call:
    """A formula and its arguments."""

    formula: Formula
    arguments: tuple[Any, ...]
    keywords: Mapping[str, Any]
    conventions: Conventions
    is_elementwise: bool

    def by(self, arithmetic: Arithmetic) -> list[Array]:
        """The arrays of the answer, in numbers of ``arithmetic``."""
        positional = [lifted(arithmetic, argument) for argument in self.arguments]
        named = {name: lifted(arithmetic, value) for name, value in self.keywords.items()}
        return leaves(self.formula(arithmetic, *positional, **named))

    def at(self, places: Any) -> _Call:  # noqa: ANN401 - whatever selects from a flat array
        """The same elementwise operation at some entries of its arguments, in one dimension."""
        return replace(self, arguments=tuple(each.reshape(-1)[places] for each in self.arguments))


def _settled(call: _Call, question: Question, bits: int) -> Truth:
    found = _evaluated(call, bits)
    if found is None:
        return _settled(call, question, 2 * bits)
    with precision(bits):
        answers = tuple(entrywise(question, *pair) for pair in zip(found.arrays, found.exactly, strict=True))
    is_open = [_is_none(array) for array in answers]
    unresolved = found.jumps + sum(int(places.sum()) for places in is_open)
    first = Truth(found.arrays, answers, bits, unresolved)
    if unresolved == 0 or bits >= LARGEST_BITS:
        return first
    if not call.is_elementwise:
        return _settled(call, question, 2 * bits)
    places = np.logical_or.reduce(is_open).reshape(-1)
    return _filled(first, places, _settled(call.at(places), question, 2 * bits))


def _is_none(array: Array) -> Any:  # noqa: ANN401 - an array of bools
    return np.array([answer is None for answer in array.reshape(-1)], dtype=bool)


def _filled(first: Truth, places: Any, rest: Truth) -> Truth:  # noqa: ANN401 - an array of bools
    """``first``, with what a second evaluation says at ``places``."""

    def filled(arrays: tuple[Array, ...], others: tuple[Array, ...]) -> tuple[Array, ...]:
        copies = tuple(array.copy(order="C") for array in arrays)
        for copy, other in zip(copies, others, strict=True):
            copy.reshape(-1)[places] = other
        return copies

    return Truth(filled(first.arrays, rest.arrays), filled(first.answers, rest.answers), rest.bits, rest.unresolved)


@dataclass(frozen=True, eq=False)
class _Found:
    """One evaluation."""

    arrays: tuple[Array, ...]
    """The balls."""
    exactly: tuple[Array | None, ...]
    """The same as fractions, or None for every array where no fractions were computed."""
    jumps: int
    """How many jumps were open."""


def _evaluated(call: _Call, bits: int) -> _Found | None:
    """The evaluation in balls, or in fractions at the largest precision; None where more bits may decide a jump."""
    if bits >= LARGEST_BITS:
        rational = _rational(call, bits)
        if rational is not None:
            return rational
    arithmetic = Ball(bits, call.conventions, admit_both_branches=bits >= LARGEST_BITS)
    with arithmetic.working():
        try:
            arrays = tuple(entrywise(arb, array) for array in call.by(arithmetic))
        except UnresolvedError:
            return None
    return _Found(arrays, (None,) * len(arrays), arithmetic.unresolved)


def _rational(call: _Call, bits: int) -> _Found | None:
    """The evaluation of an answer that is rational; None where it is not known to be so."""
    try:
        fractions = tuple(entrywise(_fraction, array) for array in call.by(Rational(call.conventions)))
    except (IrrationalError, ZeroDivisionError, OverflowError):
        return None
    with precision(bits):
        return _Found(tuple(entrywise(_fraction_ball, array) for array in fractions), fractions, 0)


def _fraction(number: Number) -> Fraction:
    if not isinstance(number, int | Fraction):
        message = f"{number!r} is not known exactly"
        raise IrrationalError(message)
    return Fraction(number)


def _fraction_ball(fraction: Fraction) -> arb:
    """A ball around ``fraction``, exact where it is dyadic."""
    if is_power_of_two(fraction.denominator):
        return exact_ball(fraction)
    return arb(fraction.numerator) / arb(fraction.denominator)
