"""
Elementwise operations of one argument written a second time, in fractions, in mpmath and in FLINT.

No formula of the oracle is used, and none of its roundings: a value is rounded by searching among fractions.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
from flint import arb

from gradspec.oracle.arithmetic.ball import precision
from gradspec.oracle.arithmetic.high_precision import context
from gradspec.spec.operations import operations
from tests.oracle.test_correct_rounding import by_fractions

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gradspec.spec import Format

BITS = 400
"""Of mpmath and FLINT here: of the numbers of all formats but float64 none lies nearer to a tie."""

TINY = Fraction(1, 2**1200)
"""Takes the place of whatever is smaller: every format rounds it to 0."""

KEYWORDS = {"slope": 0.01, "threshold": 0.5, "epsilon": 0.1}
"""Of the operations that have one, rounded to the format."""


def names() -> list[str]:
    """Every elementwise operation of one argument."""
    return [each.name for each in operations().values() if each.is_elementwise and len(each.arguments) == 1]


def keywords(name: str, number_format: Format) -> dict[str, float]:
    """The keywords of an operation."""
    return {
        each.name: float(np.float64(KEYWORDS[each.name]).astype(number_format.dtype))
        for each in operations()[name].keywords
    }


def inputs(name: str, numbers: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Those of ``numbers`` for which the operation has a value."""
    with np.errstate(invalid="ignore"):  # some of the patterns are signalling NaNs
        wide = numbers.astype(np.float64)
    return numbers[np.isfinite(wide) & ((wide > 0) | (name != "learning_rate_limit"))]


# fractions


def _relu_epsilon(z: Fraction, epsilon: Fraction) -> Fraction:
    if z <= -epsilon:
        return Fraction(0)
    return z if z >= 0 else z - 3 * z**3 / epsilon**2 - 2 * z**4 / epsilon**3


def _relu_epsilon_derivative(z: Fraction, epsilon: Fraction) -> Fraction:
    if z <= -epsilon:
        return Fraction(0)
    return Fraction(1) if z >= 0 else 1 - 9 * (z / epsilon) ** 2 - 8 * (z / epsilon) ** 3


BY_FRACTIONS: Mapping[str, Callable[..., Fraction]] = {
    "sum_with_square_derivative": lambda z: 1 + 2 * z,
    "identity": lambda z: z,
    "identity_derivative": lambda _: Fraction(1),
    "relu": lambda z: max(z, Fraction(0)),
    "relu_derivative": lambda z: Fraction(z > 0),
    "leaky_relu": lambda z, slope: z if z > 0 else slope * z,
    "leaky_relu_derivative": lambda z, slope: Fraction(1) if z > 0 else slope,
    "heaviside": lambda z, threshold: Fraction(z >= threshold),
    "heaviside_derivative": lambda _, threshold: 0 * threshold,
    "indicator": lambda z: Fraction(z > 0),
    "relu_epsilon": _relu_epsilon,
    "relu_epsilon_derivative": _relu_epsilon_derivative,
    "learning_rate_limit": lambda curvature: 2 / curvature,
}
"""Values that are rational, under the default conventions."""

BY_MPMATH: Mapping[str, Callable[[Any, Any], Any]] = {
    "sine_of_square_derivative": lambda mp, x: 2 * x * mp.cos(x * x),
    "sigmoid": lambda mp, z: 1 / (1 + mp.exp(-z)),
    "sigmoid_derivative": lambda mp, z: mp.sech(z / 2) ** 2 / 4,
    "tanh": lambda mp, z: mp.expm1(2 * z) / (mp.exp(2 * z) + 1),
    "tanh_derivative": lambda mp, z: 1 / mp.cosh(z) ** 2,
}
"""Values that are not, by the context and a number."""

BY_FLINT: Mapping[str, Callable[[arb], arb]] = {
    "sine_of_square_derivative": lambda x: 2 * x * (x * x).sin_cos()[1],
    "sigmoid": lambda z: (z / 2).exp() * (z / 2).sech() / 2,
    "sigmoid_derivative": lambda z: (z / 2).sech() * (z / 2).sech() / 4,
    "tanh": lambda z: z.sinh() * z.sech(),
    "tanh_derivative": lambda z: z.sech() * z.sech(),
}
"""The same as balls."""


def by_mpmath(name: str, z: float, number_format: Format) -> float:
    """The correctly rounded value by fractions or mpmath."""
    if name in BY_FRACTIONS:
        return _by_fractions(name, z, number_format)
    mp = context(BITS)
    number = BY_MPMATH[name](mp, mp.mpf(z))
    mantissa, exponent = number.man_exp  # of the magnitude
    return by_fractions(_fraction(int(mp.sign(number)) * int(mantissa), int(exponent)), number_format)


def by_flint(name: str, z: float, number_format: Format) -> float:
    """The correctly rounded value by fractions or FLINT; raises ValueError where its ball leaves two."""
    if name in BY_FRACTIONS:
        return _by_fractions(name, z, number_format)
    with precision(BITS):
        ball = BY_FLINT[name](arb(z))
        ends = [end.man_exp() for end in (ball.lower(), ball.upper())]
    found = {by_fractions(_fraction(int(mantissa), int(exponent)), number_format) for mantissa, exponent in ends}
    if len(found) > 1:
        message = f"{name} at {z.hex()}: {BITS} bits leave {found}"
        raise ValueError(message)
    return found.pop()


def _by_fractions(name: str, z: float, number_format: Format) -> float:
    given = [Fraction(keyword) for keyword in keywords(name, number_format).values()]
    return by_fractions(BY_FRACTIONS[name](Fraction(z), *given), number_format)


def _fraction(mantissa: int, exponent: int) -> Fraction:
    """``mantissa * 2^exponent``, or something small of its sign where it is smaller."""
    if mantissa and exponent + abs(mantissa).bit_length() < -1200:
        return TINY if mantissa > 0 else -TINY
    return Fraction(mantissa) * Fraction(2) ** exponent
