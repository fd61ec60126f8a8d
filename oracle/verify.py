"""
Verification of the oracle: every proposition against its witnesses, with a certificate as the result.

At each of many points, drawn so that no two sizes agree, the value of a proposition is computed in as many ways
as there are: its definition in mpmath, its stable form and every further form in FLINT's balls and in mpmath, and,
by the witness that its clause names, the dual derivative of the forward definition, mpmath's difference quotient of
it, what it equals, or its definition written a second time. At kinks it is compared with the limits that the
conventions name. The modules of :mod:`gradspec.oracle.verification` say how near is near enough, and why.

The clause ``accuracy.envelope`` is not about a value but about what implementations may return. Its witness is
simulation.
"""

from __future__ import annotations

import random
from collections import Counter
from typing import TYPE_CHECKING

from ..spec.clauses import VERSION
from . import PROPOSITIONS
from .verification.certificate import Certificate, Disagreement, Verified
from .verification.comparison import Compared, compared
from .verification.kinks import compared_on_kink, on_a_kink
from .verification.points import points as drawn_points
from .verification.simulation import SIMULATED, simulated
from .verification.witnesses import WITNESSES, operation_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from .verification.witnesses import Witness

ENVELOPE = SIMULATED
"""The clause about the oracle's envelopes, whose witness is simulation."""

SHOWN = 3
"""How many disagreements of each sort a certificate lists for a clause."""

SMALLEST_BITS, LARGEST_BITS = 64, 900
"""Below, numbers of float64 are not exact; above, no float64 stands near enough beside a kink."""


def verify(
    clauses: Iterable[str] | None = None,
    *,
    bits: int = 240,
    points: int = 100,
    seed: int = 0,
    progress: Callable[[str, int, int], None] | None = None,
) -> Certificate:
    """
    The certificate of the propositions called ``clauses``, or of every one.

    ``bits`` is the precision to which all ways must agree, ``points`` how many are drawn for each clause from ``seed``;
    ``progress`` is called before each clause with its id, how many are done and how many there are. Raises
    ValueError for a clause that the oracle does not compute, or a number out of range.
    """
    asked = _asked(clauses)
    if not SMALLEST_BITS <= bits <= LARGEST_BITS:
        message = f"bits={bits}: agreement can be asked for to {SMALLEST_BITS} to {LARGEST_BITS} bits"
        raise ValueError(message)
    if points < 1:
        message = f"points={points}: a clause is verified at one point at least"
        raise ValueError(message)
    found = []
    for done, clause in enumerate(asked):
        if progress is not None:
            progress(clause, done, len(asked))
        found.append(_verified(clause, bits, points, seed))
    return Certificate(VERSION, bits, points, seed, tuple(found))


def _asked(clauses: Iterable[str] | None) -> list[str]:
    known = [*PROPOSITIONS, ENVELOPE]
    if clauses is None:
        return known
    asked = list(clauses)
    for clause in asked:
        if clause not in known:
            message = f"{clause!r} is not a clause that the oracle verifies; those are {', '.join(known)}"
            raise ValueError(message)
    return asked


def _verified(clause: str, bits: int, points: int, seed: int) -> Verified:
    if clause == ENVELOPE:
        return _collected(clause, "simulation", simulated(points, seed))
    witness = WITNESSES.get(clause)
    if witness is None:  # a proposition that nobody has given a witness holds for nobody
        return Verified(clause, "none", {}, ())
    return _collected(clause, witness.fact, _comparisons(clause, witness, bits, points, seed))


def _comparisons(clause: str, witness: Witness, bits: int, points: int, seed: int) -> Iterator[Compared]:
    operation = operation_of(clause)
    rng = random.Random(f"{seed} {clause} entries")  # noqa: S311 - reproducible draws, not secrets
    for point in drawn_points(operation, points, seed):
        yield from compared(clause, witness, point, bits, rng)
        kink = on_a_kink(clause, point, bits, rng)
        if kink is not None:
            yield from compared_on_kink(clause, witness, kink, bits)


def _collected(clause: str, fact: str, comparisons: Iterable[Compared]) -> Verified:
    """The comparisons of one clause, counted by witness, with the first disagreements of each."""
    numbers: Counter[str] = Counter()
    failures: Counter[str] = Counter()
    shown: list[Disagreement] = []
    for each in comparisons:
        numbers[each.witness] += each.numbers
        shown.extend(each.disagreements[: max(0, SHOWN - failures[each.witness])])
        failures[each.witness] += len(each.disagreements)
    return Verified(clause, fact, dict(numbers), tuple(shown))
