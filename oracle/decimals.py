"""
Decimals of enclosures: only digits that are proven.

A decimal of so many significant digits is the number rounded to nearest, ties to even, and it is given only where both
ends of the enclosure round to it. Everything is done in balls, at FLINT's precision of the moment, so that a number may
be as small as e^-10^300; what the scaling adds to a radius can leave a digit open, but never make it wrong.
"""

from __future__ import annotations

import math
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING

import flint
from flint import arb

from .arithmetic.ball import precision

if TYPE_CHECKING:
    from collections.abc import Callable

LARGEST_PLAIN, SMALLEST_PLAIN = 21, -7
"""Decimal exponents of the leading digit between which a decimal is written without an exponent, as in ECMAScript."""

_FAR = 1 << 40
"""Binary exponents beyond which the decimal one is not estimated in float64."""

_HALF = arb(0.5)


def rounded_decimal(ball: arb, digits: int) -> str | None:
    """
    The number in ``ball`` rounded to ``digits`` significant digits, or None where the ball leaves one open.

    An exact number that has fewer digits is written with as many as it has.
    """
    if ball.is_zero():
        return "0"
    sign = 1 if ball > 0 else -1 if ball < 0 else 0
    exponent = _exponent(ball) if sign else None
    if exponent is None:
        return None
    first = _rounded(abs(ball), sign, digits, exponent)
    return _rounded(abs(ball), sign, digits, exponent + 1) if first is _TOO_LONG else first


def rounded_fraction(fraction: Fraction, digits: int) -> str:
    """The decimal of a number that is known exactly, of which ties are told."""
    if fraction == 0:
        return "0"
    magnitude, sign = abs(fraction), 1 if fraction > 0 else -1
    binary = magnitude.numerator.bit_length() - magnitude.denominator.bit_length() - 1  # or one above it
    leading = math.floor(binary * math.log10(2) - 1e-3)
    while Fraction(10) ** (leading + 1) <= magnitude:
        leading += 1
    scaled = magnitude * Fraction(10) ** (digits - 1 - leading)
    coefficient = round(scaled)
    if coefficient == 10**digits:
        coefficient, leading = coefficient // 10, leading + 1
    return _text(sign * coefficient, leading - digits + 1, trim=scaled.denominator == 1)


def proven_decimal(ball: arb, digits: int) -> str:
    """The same to as many digits, of at most ``digits``, as are proven; empty where not even the first is."""
    return next((text for count in range(digits, 0, -1) if (text := rounded_decimal(ball, count)) is not None), "")


_TOO_LONG = "too long"


def _rounded(magnitude: arb, sign: int, digits: int, leading: int) -> str | None:
    """The decimal whose first digit is that of 10^leading; too long where the first digit is that of the next power."""
    scaled = _scaled(magnitude, digits - 1 - leading)
    if scaled >= _power_of_ten(digits, flint.ctx.prec):
        return _TOO_LONG
    coefficient = _nearest(scaled)
    if coefficient is None:
        return None
    if coefficient == 10**digits:  # rounded up
        return _TOO_LONG
    return _text(sign * coefficient, leading - digits + 1, trim=bool(scaled.is_exact() and scaled.is_integer()))


def outward(ball: arb, digits: int) -> tuple[str, str]:
    """Decimals below and above everything in ``ball``, rounded outward at ``digits`` significant digits."""
    if not ball.is_finite():
        return "-inf", "inf"
    size = int(ball.mid().man_exp()[1]).bit_length() + int(ball.rad().man_exp()[1]).bit_length()
    with precision(ball.bits() + 4 * digits + size + 64):  # the bits of the powers of ten, and of what they may lose
        return _end(ball.lower(), digits, arb.lower, arb.floor), _end(ball.upper(), digits, arb.upper, arb.ceil)


def _end(end: arb, digits: int, side: Callable[[arb], arb], toward: Callable[[arb], arb]) -> str:
    """The exact number ``end`` rounded at its last digit: of its scaled ball one ``side``, and ``toward`` that side."""
    exponent = None if end.is_zero() else _exponent(end)
    if exponent is None:
        return "0"
    scaled = side(_scaled(end, digits - 1 - exponent))
    mantissa, binary = toward(scaled).man_exp()  # of an integer: the exponent is not negative
    return _text(int(mantissa) << int(binary), exponent - digits + 1, trim=True)


def _exponent(ball: arb) -> int | None:
    """The decimal exponent of the middle of ``ball``, or the one below it."""
    mantissa, binary = ball.mid().man_exp()
    leading = int(binary) + abs(int(mantissa)).bit_length() - 1
    if abs(leading) < _FAR:
        return math.floor(leading * math.log10(2) - 1e-3)
    whole = (arb(leading) * arb(2).log() / arb(10).log()).floor().unique_fmpz()
    return None if whole is None else int(whole)


def _scaled(ball: arb, exponent: int) -> arb:
    """``ball * 10^exponent``: by a division where the exponent is negative, which is exact where it can be."""
    power = _power_of_ten(abs(exponent), flint.ctx.prec)
    return ball * power if exponent >= 0 else ball / power


@lru_cache(maxsize=4096)
def _power_of_ten(exponent: int, bits: int) -> arb:
    del bits  # FLINT's precision, on which the power depends where it is not exact
    return arb(10) ** exponent


def _nearest(scaled: arb) -> int | None:
    """The integer nearest to everything in ``scaled``; of an exact tie the even one."""
    whole = (scaled + _HALF).floor().unique_fmpz()
    if whole is None:
        return None
    tie = scaled.is_exact() and not scaled.is_integer() and bool((scaled * 2).is_integer())
    return int(whole) - (int(whole) % 2 if tie else 0)


def _text(coefficient: int, exponent: int, *, trim: bool) -> str:
    """``coefficient * 10^exponent`` as text, without the zeros that end it where ``trim`` says so."""
    sign, digits = "-" if coefficient < 0 else "", str(abs(coefficient))
    leading = exponent + len(digits) - 1
    if trim:
        digits = digits.rstrip("0") or "0"
    if SMALLEST_PLAIN < leading < LARGEST_PLAIN:
        return sign + _plain(digits, leading)
    fraction = f".{digits[1:]}" if digits[1:] else ""
    return f"{sign}{digits[0]}{fraction}e{leading:+d}"


def _plain(digits: str, leading: int) -> str:
    if leading < 0:
        return "0." + "0" * (-leading - 1) + digits
    whole, fraction = digits[: leading + 1].ljust(leading + 1, "0"), digits[leading + 1 :]
    return f"{whole}.{fraction}" if fraction else whole
