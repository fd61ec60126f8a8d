"""Numbers of vectors: hex floats without the zeros that end them, and numbers of formats read from text."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from ..rendering.numbers import short_hex

if TYPE_CHECKING:
    from ...spec.formats import Format


def shortened(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """An encoded case, argument or answer with its hex floats as short as they can be."""
    match value:
        case dict():
            return {name: shortened(each) for name, each in value.items()}
        case list():
            return [shortened(each) for each in value]
        case str() if value.lstrip("-").startswith("0x"):
            return short_hex(value)
        case _:
            return value


def hexadecimal(value: float) -> str:
    """``value`` as a hex float as short as it can be, or as ``inf``, ``-inf`` or ``nan``."""
    return short_hex(value.hex())


def exactly(mantissa: int, exponent: int) -> str:
    """``mantissa * 2^exponent`` as a hex float with as many digits as it has."""
    if mantissa == 0:
        return "0x0p+0"
    sign, magnitude = ("-", -mantissa) if mantissa < 0 else ("", mantissa)
    bits = magnitude.bit_length() - 1
    fraction = magnitude - (1 << bits)
    digits = -(-bits // 4)
    text = f"{fraction << (4 * digits - bits):0{digits}x}".rstrip("0") if digits else ""
    return f"{sign}0x1{'.' if text else ''}{text}p{exponent + bits:+d}"


def fraction(text: str) -> Fraction:
    """The number that a hex float or a decimal of a vector is, exactly."""
    if "0x" not in text:
        return Fraction(text)
    mantissa, _, exponent = text.partition("p")
    sign, digits = (-1, mantissa[3:]) if mantissa.startswith("-") else (1, mantissa[2:])
    whole, _, rest = digits.partition(".")
    return Fraction(sign * int(whole + rest, 16)) * Fraction(2) ** (int(exponent) - 4 * len(rest))


def is_of_format(value: float, number_format: Format) -> bool:
    """Whether the format holds ``value``."""
    if not math.isfinite(value) or value == 0:
        return True
    _mantissa, exponent = math.frexp(abs(value))
    smallest = number_format.smallest_exponent - number_format.precision + 1
    last = max(exponent - number_format.precision, smallest)
    return math.ldexp(abs(value), -last).is_integer() and exponent - 1 <= number_format.largest_exponent
