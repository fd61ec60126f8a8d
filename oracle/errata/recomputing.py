"""Computing the counterexamples of the errata again, and comparing them with what the tables say."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from flint import arb

from ...spec.erratum import errata
from ..correct_rounding import exact_lower, exact_upper
from . import (
    albert_2024,
    albert_2024_neuron,
    albert_2024_training,
    bhadani_2026,
    bhadani_2026_example,
    bhadani_2026_neuron,
    dick_2021,
    jiang,
    jiang_networks,
    park_2022,
    park_2022_layers,
    park_2022_output,
)
from .registry import COMPUTATIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ...spec.erratum import Counterexample, Erratum
    from .registry import Computation, Values

SOURCES = (
    albert_2024,
    albert_2024_neuron,
    albert_2024_training,
    bhadani_2026,
    bhadani_2026_example,
    bhadani_2026_neuron,
    dick_2021,
    park_2022,
    park_2022_layers,
    park_2022_output,
    jiang,
    jiang_networks,
)
"""The modules whose import registers the computations."""

ENOUGH_DIGITS = 6
"""A recorded number that is no exact value has at least so many significant digits."""

EXACT = Fraction(1, 10**30)
"""A computation with sixty digits that comes so near, relative to a number that is not 0, has found that number."""


@dataclass(frozen=True)
class Recomputed:
    """One counterexample, computed anew."""

    erratum: str
    """The id of the erratum."""
    at: str
    """The inputs."""
    values: int
    """How many values were compared."""
    differences: tuple[str, ...]
    """Where the computation and the table differ, in words."""


def recomputed(chosen: Iterable[Erratum] | None = None) -> Iterator[Recomputed]:
    """Every counterexample of ``chosen``, or of all errata, computed anew."""
    for erratum in errata().values() if chosen is None else chosen:
        computations = COMPUTATIONS.get(erratum.id, ())
        if len(computations) != len(erratum.counterexamples):
            found = f"{len(erratum.counterexamples)} counterexamples are recorded and {len(computations)} computed"
            yield Recomputed(erratum.id, "", 0, (found,))
            continue
        for example, computation in zip(erratum.counterexamples, computations, strict=True):
            yield _compared(erratum.id, example, computation)


def _compared(erratum: str, example: Counterexample, computation: Computation) -> Recomputed:
    printed, true = computation()
    differences = [*_differences("printed", example.printed, printed), *_differences("true", example.true, true)]
    return Recomputed(erratum, example.at, len(example.printed) + len(example.true), tuple(differences))


def _differences(column: str, recorded: tuple[str, ...], computed: Values) -> Iterator[str]:
    if len(recorded) != len(computed):
        yield f"{column}: {len(recorded)} values are recorded and {len(computed)} computed"
        return
    for text, value in zip(recorded, computed, strict=True):
        if not agrees(text, value):
            yield f"{column}: {text} is recorded and {value} computed"


def agrees(text: str, value: Any) -> bool:  # noqa: ANN401 - a number of any library, a shape, or words
    """
    Whether ``text`` is what a table writes for ``value``.

    A number agrees that is the one in ``text``, or that rounds to it where ``text`` has six digits or more.

    >>> agrees("0.333333333", Fraction(1, 3)), agrees("0.333333334", Fraction(1, 3)), agrees("0.3", Fraction(1, 3))
    (True, False, False)
    >>> agrees("(2, 3)", (2, 3)), agrees("not conformable", "not conformable")
    (True, True)
    """
    if isinstance(value, str | tuple | bool):
        return text == str(value)
    try:
        decimal = Decimal(text)
    except InvalidOperation:
        return text == str(value)
    if not decimal.is_finite():
        return text == str(value)
    written = Fraction(decimal)
    half_a_unit = Fraction(10) ** int(decimal.as_tuple().exponent) / 2
    distance = max(abs(end - written) for end in _ends(value))
    if distance <= EXACT * (abs(written) or 1):
        return True
    return len(decimal.as_tuple().digits) >= ENOUGH_DIGITS and distance <= half_a_unit


def _ends(value: Any) -> tuple[Fraction, ...]:  # noqa: ANN401 - a number of any library
    """A float, an int, a fraction or an mpf, exactly; the ends of a ball."""
    if isinstance(value, arb):
        ends = exact_lower(value), exact_upper(value)
        return tuple(Fraction(mantissa) * Fraction(2) ** exponent for mantissa, exponent in ends)
    if hasattr(value, "_mpf_"):
        sign, mantissa, exponent, _ = value._mpf_
        return ((-1 if sign else 1) * Fraction(int(mantissa)) * Fraction(2) ** int(exponent),)
    return (Fraction(value),)
