"""The values of an operation for people: certified digits, enclosures, and correctly rounded numbers of a format."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..spec.conventions import resolve
from ..spec.formats import FORMATS
from ..spec.operations import operations
from .arithmetic.arrays import entrywise
from .arithmetic.ball import precision
from .correct_rounding import exact_lower, exact_upper, nearest_fraction, rounded_ball
from .decimals import outward, proven_decimal, rounded_decimal, rounded_fraction
from .operands import OperandError, Operands
from .truth import truth

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from fractions import Fraction

    from flint import arb

    from ..spec.conventions import Conventions
    from ..spec.formats import Format
    from ..spec.operations import Operation
    from .arithmetic.arrays import Array
    from .truth import Question

DIGITS = 20
"""Certified digits of every number, unless others are asked for."""

MOST_DIGITS = 1000
"""So many can be asked for: the largest precision holds 1233."""

SHOWN_BEYOND = 2
"""Digits that the ends of an enclosure are shown with beyond those that are certified."""


@dataclass(frozen=True, eq=False, slots=True)
class CertifiedNumber:
    """One number of an answer: what is proven of it."""

    ball: arb
    """FLINT's ball around it, of radius 0 where it is known exactly."""
    digits: str
    """Its decimal, rounded to nearest at as many significant digits as are proven; empty where none is."""
    candidates: tuple[float, ...]
    """The correctly rounded value, or the two that it may be, or nothing where the ball is not finite."""
    is_resolved: bool
    """Whether the correctly rounded value and all digits asked for are certain."""

    @property
    def is_exact(self) -> bool:
        """Whether the ball is the number itself."""
        return bool(self.ball.is_exact() and self.ball.is_finite())

    @property
    def rounded(self) -> float | None:
        """The correctly rounded value, in float64, which holds every number of every format; None where it is open."""
        return self.candidates[0] if len(self.candidates) == 1 else None

    @property
    def lower(self) -> tuple[int, int]:
        """The lower end of the enclosure, exactly: mantissa and exponent of 2."""
        return exact_lower(self.ball)

    @property
    def upper(self) -> tuple[int, int]:
        """The upper end of the enclosure, exactly: mantissa and exponent of 2."""
        return exact_upper(self.ball)

    def enclosure(self, digits: int) -> tuple[str, str]:
        """The ends of the enclosure as decimals, rounded outward at so many significant digits."""
        return outward(self.ball, digits)


@dataclass(frozen=True, eq=False)
class CertifiedArray:
    """One array of an answer."""

    name: str
    """The name of the result, with the layer where there is one array a layer: ``dWs[0]``."""
    numbers: Array
    """A :class:`CertifiedNumber` for every entry, an object array in the canonical layout."""

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the array."""
        return self.numbers.shape

    def rounded(self, number_format: Format) -> np.ndarray[Any, np.dtype[Any]]:
        """The correctly rounded values as a NumPy array of the format; NaN for an entry that is open."""
        values = [np.nan if number.rounded is None else number.rounded for number in self.numbers.reshape(-1)]
        return np.array(values, dtype=np.float64).astype(number_format.dtype).reshape(self.shape)


@dataclass(frozen=True, eq=False)
class CertifiedAnswer:
    """The answer to one operation."""

    operation: str
    """Its name."""
    number_format: Format
    """The format that the arguments are numbers of, and to which the values are rounded."""
    conventions: Conventions
    """All conventions; those that rule the operation are listed in ``operations.toml``."""
    arguments: tuple[Any, ...]
    """The positional arguments as they were used, in the canonical layout."""
    keywords: Mapping[str, float]
    """The keyword arguments as they were used."""
    arrays: tuple[CertifiedArray, ...]
    """The results in order."""
    digits: int
    """How many significant digits were asked for."""
    bits: int
    """The largest precision that was needed."""

    @property
    def unresolved(self) -> int:
        """How many entries stayed open at the largest precision."""
        return sum(not number.is_resolved for array in self.arrays for number in array.numbers.reshape(-1))

    def __iter__(self) -> Iterator[CertifiedArray]:
        return iter(self.arrays)


def evaluate(
    operation: str,
    arguments: Sequence[Any],
    keywords: Mapping[str, float] | None = None,
    *,
    format: str = "float64",  # noqa: A002 - the word of the contract
    conventions: Mapping[str, object] | None = None,
    digits: int = DIGITS,
    round_inputs: bool = False,
) -> CertifiedAnswer:
    """
    The value of ``operation`` at ``arguments``, in the canonical layout: samples are columns, weights are (out, in).

    Precision is raised until the enclosure of every entry has one correctly rounded value in ``format`` and
    ``digits`` certain significant digits, or up to 4096 bits; entries that are still open then are unresolved, never
    guessed. Arrays may be NumPy arrays or nested lists; their numbers have to be numbers of the format, or are
    rounded to it first where ``round_inputs`` says so. Raises :class:`~gradspec.oracle.OperandError` (a ValueError)
    for an operation, format, argument or keyword that does not fit, and
    :class:`~gradspec.spec.conventions.ConventionError` for a convention.

    >>> [array] = evaluate("sigmoid", [[0.5, 0.0]], digits=10)
    >>> [(number.digits, number.rounded, number.is_exact) for number in array.numbers]
    [('0.6224593312', 0.6224593312018546, False), ('0.5', 0.5, True)]
    """
    declared = known_operation(operation)
    number_format = known_format(format)
    settled = resolve(conventions)
    if not 1 <= digits <= MOST_DIGITS:
        message = f"digits={digits}: a whole number from 1 to {MOST_DIGITS}"
        raise OperandError(message)
    reader = Operands(declared, number_format, round_inputs=round_inputs)
    positional = reader.positional(arguments)
    named = reader.named(keywords or {}, positional)
    found = truth(
        operation,
        positional,
        named,
        number_format=number_format,
        conventions=settled,
        question=_certified_in(number_format, digits),
    )
    arrays = []
    with precision(found.bits):
        for name, balls, answers in zip(_names(declared, positional), found.arrays, found.answers, strict=True):
            numbers = entrywise(
                lambda ball, known: _open(ball, number_format, digits) if known is None else known, balls, answers
            )
            arrays.append(CertifiedArray(name, numbers))
    return CertifiedAnswer(
        operation, number_format, settled, positional, named, tuple(arrays), digits=digits, bits=found.bits
    )


def _certified_in(number_format: Format, digits: int) -> Question:
    """The question of what a number rounds to, in the format and as a decimal."""

    def answer(ball: arb, exact: Fraction | None) -> CertifiedNumber | None:
        if exact is not None:
            nearest = nearest_fraction(exact, number_format).value()
            return CertifiedNumber(ball, rounded_fraction(exact, digits), (nearest,), is_resolved=True)
        if not ball.is_finite():
            return None
        candidates = rounded_ball(ball, number_format)
        if len(candidates) > 1:
            return None
        decimal = rounded_decimal(ball, digits)
        return None if decimal is None else CertifiedNumber(ball, decimal, candidates, is_resolved=True)

    return answer


def _open(ball: arb, number_format: Format, digits: int) -> CertifiedNumber:
    """What is known of a number that stayed open."""
    if not ball.is_finite():
        return CertifiedNumber(ball, "", (), is_resolved=False)
    return CertifiedNumber(ball, proven_decimal(ball, digits), rounded_ball(ball, number_format), is_resolved=False)


def _names(declared: Operation, arguments: Sequence[Any]) -> Iterator[str]:
    """The name of every array of an answer, in order."""
    layers = next((len(argument.layers) for argument in arguments if hasattr(argument, "layers")), 0)
    for result in declared.results:
        if result.shape.startswith("all "):
            yield from (f"{result.name}[{index}]" for index in range(layers))
        else:
            yield result.name


def known_operation(name: str) -> Operation:
    """The operation called ``name``; raises OperandError with the names that are near where there is none."""
    if name in operations():
        return operations()[name]
    near = difflib.get_close_matches(str(name), operations(), n=3)
    hint = f"did you mean {' or '.join(near)}? " if near else ""
    message = f"{name!r} is not an operation; {hint}gradspec list operations names them"
    raise OperandError(message)


def known_format(name: str) -> Format:
    """The format called ``name``; raises OperandError where there is none."""
    if name not in FORMATS:
        message = f"{name!r} is not a format; choose from {', '.join(FORMATS)}"
        raise OperandError(message)
    return FORMATS[name]
