"""The true value of an operation, as an enclosure narrow enough for the question asked (Ziv's strategy)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flint import arb

from ..spec.operations import operations
from .arguments import leaves, lifted
from .arithmetic.arrays import entrywise
from .arithmetic.ball import Ball, UnresolvedError
from .propositions import PROPOSITIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ..spec.conventions import Conventions
    from ..spec.formats import Format
    from .arithmetic.arrays import Array

START_BITS = 128
"""Bits of the first evaluation."""

LARGEST_BITS = 4096
"""Bits beyond which a question counts as unresolved."""

GUARD_BITS = 20
"""A value is known when its radius is below 2^-20 ulps of the format asked about."""


@dataclass(frozen=True)
class Truth:
    """The true value of one operation on exact inputs."""

    arrays: tuple[Array, ...]
    """One object array of FLINT balls for each array of the answer, in order."""
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
) -> Truth:
    """
    The value of ``operation`` at exactly these ``arguments``, in the canonical layout.

    Every entry's radius is below 2^-20 ulps of ``number_format``, or the entry is counted as unresolved.
    """
    given = list(arguments)
    bits = START_BITS
    while True:
        found = _evaluated(
            operation, given, keywords, Ball(bits, conventions, admit_both_branches=bits >= LARGEST_BITS)
        )
        if found is not None:
            arrays, jumps = found
            open_entries = sum(not _is_known(ball, number_format) for array in arrays for ball in array.reshape(-1))
            if bits >= LARGEST_BITS or open_entries == 0:
                return Truth(arrays, bits, open_entries + jumps)
        bits *= 2


def _evaluated(
    operation: str,
    arguments: list[Any],
    keywords: Mapping[str, Any],
    arithmetic: Ball,
) -> tuple[tuple[Array, ...], int] | None:
    proposition = PROPOSITIONS[operations()[operation].clause]
    with arithmetic.working():
        try:
            positional = [lifted(arithmetic, argument) for argument in arguments]
            named = {name: lifted(arithmetic, value) for name, value in keywords.items()}
            answer = leaves(proposition(arithmetic, *positional, **named))
        except UnresolvedError:
            return None
    return tuple(entrywise(arb, array) for array in answer), arithmetic.unresolved


def _is_known(ball: arb, number_format: Format) -> bool:
    if ball.is_exact():
        return bool(ball.is_finite())
    if not ball.is_finite():
        return False
    radius = ball.rad()
    relative = arb(2) ** (number_format.precision + GUARD_BITS)
    absolute = arb(2) ** (number_format.smallest_exponent - number_format.precision + 1 - GUARD_BITS)
    return bool(radius * relative <= ball.abs_lower() or radius <= absolute)
