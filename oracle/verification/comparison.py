"""
The comparison of one proposition at one point with everything that knows its value in another way.

What everything is compared with is an enclosure: the stable form in balls of twice ``bits`` bits, whose radii
must not exceed the tolerance. The tolerance is t = 2^-bits m, where m is 1 plus the largest magnitude of the
answer.

A value computed in mpmath has no error bound of its own; its bound is found afterwards. Evaluated with b bits it
is off by C 2^-b to first order, with a C that depends on the point alone. If the values at bits and at 2 bits
differ by at most 2^(-bits/2) m, then C is about 2^(bits/2) m at most, and the value at 2 bits is off by about
2^(-3 bits/2) m, less than t by a factor of 2^(bits/2) that absorbs every constant. So both are asked for: that
difference, and that the value at 2 bits lies in the enclosure widened by t. Dual derivatives and further forms
are held to the same t. A difference quotient is one of a function evaluated with 2 bits; its step of
2^(-bits/2 - 10) leaves an error of the square of that times a third derivative, and t is 2^(24 - bits/2) m there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from flint import arb

from ...spec.network import Layer, Network
from ..arguments import leaves, lifted
from ..arithmetic.arrays import Array, as_array, entrywise
from ..arithmetic.ball import Ball, precision
from ..arithmetic.high_precision import HighPrecision, context
from ..propositions import DEFINITION, PROPOSITIONS, STABLE
from .certificate import Disagreement
from .derivatives import dual_derivative, numerical_derivative

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Sequence

    from ..arithmetic.protocol import Arithmetic, Formula
    from .points import Point
    from .witnesses import Witness

DIGITS = 30
"""Of the numbers in a disagreement."""

DIFFERENCE_DIGITS = 3
"""Of their difference."""

QUOTIENTS = 4
"""How many entries of an answer are compared with a difference quotient at each point."""

QUOTIENT_SLACK = 24
"""Bits that a difference quotient may lose to the size of the third derivative and to cancellation."""


@dataclass(frozen=True)
class Compared:
    """What one witness said of one point."""

    witness: str
    """The witness, in words."""
    numbers: int
    """How many numbers were compared."""
    disagreements: tuple[Disagreement, ...]
    """Those that differ."""


@dataclass(frozen=True)
class Reference:
    """The enclosure of an answer, and how far another value may lie outside of it."""

    clause: str
    """The id of the clause."""
    point: Point
    """Where it was evaluated."""
    bits: int
    """The precision to which values must agree."""
    arrays: tuple[Array, ...]
    """FLINT balls."""

    @property
    def magnitude(self) -> arb:
        """1 plus the largest magnitude of the answer."""
        balls_in_order = (ball for array in self.arrays for ball in array.reshape(-1))
        largest: arb = max(abs(ball).upper() for ball in balls_in_order)
        return largest + 1

    def tolerance(self, bits: int) -> arb:
        """2^-bits times the magnitude."""
        return arb(2) ** -bits * self.magnitude

    def against(self, witness: str, values: Sequence[Array], *, bits: int | None = None) -> Compared:
        """The whole answer against ``values``, numbers of mpmath, exact integers or balls."""
        ours, theirs = [each.shape for each in self.arrays], [each.shape for each in values]
        if ours != theirs:
            return self.refused(witness, "shapes", str(ours), str(theirs))
        entries = [
            (index, place, array[place]) for index, array in enumerate(values) for place in np.ndindex(array.shape)
        ]
        return self.entries_against(witness, entries, bits=bits)

    def entries_against(
        self, witness: str, entries: Sequence[tuple[int, tuple[int, ...], Any]], *, bits: int | None = None
    ) -> Compared:
        """Single entries, each an array of the answer, a place in it, and another value for it."""
        tolerance = self.tolerance(self.bits if bits is None else bits)
        found = []
        for index, place, value in entries:
            ours, theirs = self.arrays[index][place], arb(value)
            narrow = ours.rad() <= tolerance and theirs.rad() <= tolerance
            if not (narrow and arb(ours, tolerance).overlaps(theirs)):
                found.append(self._differing(witness, f"{index} {list(place)}", ours, theirs))
        return Compared(witness, len(entries), tuple(found))

    def refused(self, witness: str, entry: str, ours: str, theirs: str) -> Compared:
        """A comparison that could not be made, which is a disagreement."""
        return Compared(
            witness, 1, (Disagreement(self.clause, witness, described(self.point), entry, ours, theirs, ""),)
        )

    def _differing(self, witness: str, entry: str, ours: arb, theirs: arb) -> Disagreement:
        texts = shown(ours), shown(theirs), shown(abs(ours - theirs), DIFFERENCE_DIGITS)
        return Disagreement(self.clause, witness, described(self.point), entry, *texts)


def shown(ball: arb, digits: int = DIGITS) -> str:
    """The middle of a ball in decimals."""
    return str(ball.mid().str(digits, radius=False)) if ball.is_finite() else "nothing is known"


def described(point: Point) -> dict[str, str]:
    """Everything that the value at ``point`` depends on, as text, with numbers as hex floats."""
    arguments = {f"argument {index}": _text(each) for index, each in enumerate(point.arguments)}
    keywords = {name: float(value).hex() for name, value in point.keywords.items()}
    return arguments | keywords | dict(point.conventions)


def _text(argument: Any) -> str:  # noqa: ANN401 - whatever an operation takes
    if isinstance(argument, np.ndarray):
        numbers = " ".join(float(number).hex() for number in argument.reshape(-1))
        return f"{list(argument.shape)} {numbers}"
    if isinstance(argument, float):
        return argument.hex()
    if isinstance(argument, list):
        return "; ".join(map(_text, argument))
    if isinstance(argument, Network):
        return "; ".join([argument.loss, *map(_text, argument.layers)])
    if isinstance(argument, Layer):
        slope = "" if argument.slope is None else f" {argument.slope.hex()}"
        return f"{argument.activation}{slope}, W {_text(argument.weights)}, b {_text(argument.bias)}"
    return str(argument)


def value(arithmetic: Arithmetic, formula: Formula, point: Point) -> list[Array]:
    """The answer by one formula, as a flat list of arrays."""
    arguments = [lifted(arithmetic, argument) for argument in point.arguments]
    keywords = {name: lifted(arithmetic, number) for name, number in point.keywords.items()}
    return leaves(formula(arithmetic, *arguments, **keywords))


def balls(formula: Formula, point: Point, bits: int) -> tuple[Array, ...]:
    """The answer by one formula, in balls of ``bits`` bits."""
    arithmetic = Ball(bits, point.conventions)
    with arithmetic.working():
        return tuple(entrywise(arb, array) for array in value(arithmetic, formula, point))


def compared(clause: str, witness: Witness, point: Point, bits: int, rng: random.Random) -> Iterator[Compared]:
    """Every comparison of the proposition ``clause`` at ``point``."""
    proposition = PROPOSITIONS[clause]
    working = 2 * bits
    with precision(working):
        reference = Reference(clause, point, bits, balls(proposition.stable, point, working))
        defined = value(HighPrecision(working, point.conventions), proposition.forms[DEFINITION], point)
        yield reference.against("the definition in mpmath", defined)
        yield _converges(reference, proposition.forms[DEFINITION], defined)
        yield from _forms(reference)
        yield from _witnessed(reference, witness, rng)


def _converges(reference: Reference, definition: Formula, at_twice_the_bits: Sequence[Array]) -> Compared:
    """The definition in mpmath at ``bits`` against itself at twice as many."""
    arithmetic = HighPrecision(reference.bits, reference.point.conventions)
    coarse = value(arithmetic, definition, reference.point)
    fine = Reference(reference.clause, reference.point, reference.bits, tuple(map(_exactly, at_twice_the_bits)))
    return fine.against("the definition in mpmath at half the bits", coarse, bits=reference.bits // 2)


def _exactly(array: Array) -> Array:
    return entrywise(arb, array)


def _forms(reference: Reference) -> Iterator[Compared]:
    """Every form against the stable one, each against each: in mpmath, and in balls that must overlap."""
    point, working = reference.point, 2 * reference.bits
    forms = PROPOSITIONS[reference.clause].forms
    enclosed = {STABLE if STABLE in forms else DEFINITION: reference}
    for name, formula in forms.items():
        if name in enclosed:
            continue
        if name != DEFINITION:
            arithmetic = HighPrecision(working, point.conventions)
            yield reference.against(f"form {name} in mpmath", value(arithmetic, formula, point))
        arrays = balls(formula, point, working)
        for other, earlier in enclosed.items():
            yield earlier.against(f"form {name} in balls, against form {other}", arrays)
        enclosed[name] = Reference(reference.clause, point, reference.bits, arrays)


def _witnessed(reference: Reference, witness: Witness, rng: random.Random) -> Iterator[Compared]:
    """The witness that the clause names."""
    point, bits = reference.point, reference.bits
    if witness.derivative is not None:
        yield reference.against("the dual derivative", dual_derivative(witness.derivative, point, 2 * bits))
        shapes = [array.shape for array in reference.arrays]
        quotients = list(numerical_derivative(witness.derivative, point, shapes, bits // 2, rng, QUOTIENTS))
        yield reference.entries_against("mpmath's difference quotient", quotients, bits=bits // 2 - QUOTIENT_SLACK)
    if witness.equal is not None:

        def formula(arithmetic: Arithmetic, /, *arguments: Any, **keywords: Any) -> Any:  # noqa: ANN401
            return witness.equal(arithmetic, arguments, keywords)  # type: ignore[misc]

        yield reference.against("what it equals", value(HighPrecision(2 * bits, point.conventions), formula, point))
    if witness.independent is not None:
        numbers = witness.independent(context(2 * bits), point.conventions, *point.arguments, **point.keywords)
        yield reference.against("the definition written a second time", _like(reference.arrays, numbers))


def _like(arrays: Sequence[Array], numbers: Sequence[Any]) -> list[Array]:
    """``numbers`` in the shapes of ``arrays``; left flat where there are too many or too few."""
    if sum(array.size for array in arrays) != len(numbers):
        return [as_array(list(numbers))]
    result, start = [], 0
    for array in arrays:
        part = np.empty(array.size, dtype=object)
        part[:] = numbers[start : start + array.size]
        result.append(part.reshape(array.shape))
        start += array.size
    return result
