"""Propositions at plain numbers, for the tests of the formulas: values as balls, and when two of them agree."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
from flint import arb

from gradspec.oracle import PROPOSITIONS
from gradspec.oracle.arguments import leaves, lifted
from gradspec.oracle.arithmetic import Array, Ball
from gradspec.oracle.arithmetic.arrays import entrywise
from gradspec.oracle.arithmetic.ball import precision
from gradspec.spec import Layer, Network, resolve

if TYPE_CHECKING:
    from collections.abc import Mapping

BITS = 200
"""Of every evaluation here."""

NARROW = 2.0**-150
"""The radius that a value may have, relative to one plus its magnitude: wider ones agree with everything."""


def forms(*clauses: str) -> list[tuple[str, str]]:
    """Every form of these clauses, for the tests that hold for each."""
    return [(clause, form) for clause in clauses for form in PROPOSITIONS[clause].forms]


def values(
    clause: str,
    *arguments: Any,
    form: str | None = None,
    conventions: Mapping[str, str] | None = None,
    **keywords: float,
) -> list[Array]:
    """The arrays of the answer, by the form called ``form`` or by the stable one; lists become arrays."""
    arithmetic = Ball(BITS, resolve(conventions or {}))
    formula = PROPOSITIONS[clause].stable if form is None else PROPOSITIONS[clause].forms[form]
    with arithmetic.working():
        given = [lifted(arithmetic, _array(argument)) for argument in arguments]
        named = {name: lifted(arithmetic, float(number)) for name, number in keywords.items()}
        return [entrywise(arb, array) for array in leaves(formula(arithmetic, *given, **named))]


def value(clause: str, *arguments: Any, **options: Any) -> Array:
    """The only array of the answer."""
    (answer,) = values(clause, *arguments, **options)
    return answer


def _array(argument: Any) -> Any:
    is_numbers = isinstance(argument, list) and not isinstance(argument[0], np.ndarray)
    return np.array(argument, dtype=np.float64) if is_numbers else argument


def ball(number: Any) -> arb:
    """A number of any kind, or a decimal text, as a ball."""
    with precision(BITS):
        return arb(number.numerator) / arb(number.denominator) if isinstance(number, Fraction) else arb(number)


def enclosed(decimal: Any) -> arb:
    """A decimal of eighty digits, by sympy or mpmath, as a ball that holds the number it was cut from."""
    with precision(2 * BITS):
        slack = arb(2) ** -BITS
        return arb(ball(str(decimal)), slack)


def agree(got: Any, expected: Any) -> bool:
    """Whether two arrays, or lists, of numbers have one shape and may hold the same numbers, narrowly enclosed."""
    ours, theirs = (np.array(each, dtype=object) for each in (got, expected))
    if ours.shape != theirs.shape:
        return False
    pairs = zip(ours.reshape(-1), theirs.reshape(-1), strict=True)
    with precision(BITS):
        return all(_same(ball(left), ball(right)) for left, right in pairs)


def _same(left: arb, right: arb) -> bool:
    narrow = max(left.rad(), right.rad()) <= NARROW * (1 + abs(left).upper())
    return bool(narrow and left.overlaps(right))


def network(*layers: tuple[list[list[float]], list[float], str], loss: str = "squared_error") -> Network:
    """A network of layers of weights, bias and activation; the slope of leaky_relu is 1/4."""
    return Network(
        tuple(
            Layer(np.array(weights, float), np.array(bias, float), name, 0.25 if name == "leaky_relu" else None)
            for weights, bias, name in layers
        ),
        loss,
    )
