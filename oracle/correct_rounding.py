"""
Rounding to nearest even, clause ``number.rounding``, by integer arithmetic on exact mantissas.

``float()`` of an mpmath number is not used: mpmath 1.4.1 rounds near-tie subnormal numbers wrongly.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fractions import Fraction

    from flint import arb

    from ..spec.formats import Format


@dataclass(frozen=True)
class Nearest:
    """A number of a format, or an infinity."""

    sign: int
    """1 or -1; 1 for zero."""
    mantissa: int
    """Of the number sign * mantissa * 2^exponent; 0 for zero."""
    exponent: int
    """Of the same; the smallest one of its binade."""
    is_infinite: bool = False
    """Whether it is an infinity of that sign."""

    def value(self) -> float:
        """The number as a float64, which holds every number of every format."""
        if self.is_infinite:
            return self.sign * float("inf")
        return self.sign * math.ldexp(self.mantissa, self.exponent)  # exact: a mantissa has at most 53 bits


def nearest(mantissa: int, exponent: int, number_format: Format) -> Nearest:
    """
    ``mantissa * 2^exponent`` rounded to nearest, ties to the even mantissa, in ``number_format``.

    Below the smallest normal number the spacing stays the smallest subnormal; a magnitude of at least
    Omega plus half a spacing becomes an infinity.
    """
    sign, magnitude = (-1, -mantissa) if mantissa < 0 else (1, mantissa)
    if magnitude == 0:
        return Nearest(1, 0, 0)
    leading = magnitude.bit_length() - 1 + exponent
    spacing = max(leading, number_format.smallest_exponent) - number_format.precision + 1
    rounded = _shifted_to_nearest(magnitude, spacing - exponent)
    if rounded.bit_length() + spacing - 1 > number_format.largest_exponent:
        return Nearest(sign, 0, 0, is_infinite=True)
    return Nearest(sign if rounded else 1, rounded, spacing if rounded else 0)


def nearest_fraction(value: Fraction, number_format: Format) -> Nearest:
    """Any fraction rounded to nearest, ties to even, in ``number_format``, in one rounding."""
    magnitude, denominator = abs(value.numerator), value.denominator
    leading = max(magnitude.bit_length() - denominator.bit_length() - 1, number_format.smallest_exponent)
    last = leading - number_format.precision - 1  # two bits at least below the last place, and one that says "and more"
    quotient, rest = divmod(magnitude << max(0, -last), denominator << max(0, last))
    sign = -1 if value < 0 else 1
    return nearest(sign * (2 * quotient + (rest > 0)), last - 1, number_format)


def _shifted_to_nearest(magnitude: int, shift: int) -> int:
    """``magnitude / 2^shift`` rounded to nearest, ties to even."""
    if shift <= 0:
        return magnitude << -shift
    if shift > magnitude.bit_length() + 1:
        return 0
    quotient, rest = magnitude >> shift, magnitude & ((1 << shift) - 1)
    half = 1 << (shift - 1)
    return quotient + (rest > half or (rest == half and quotient % 2 == 1))


def rounded_ball(ball: arb, number_format: Format) -> tuple[float, ...]:
    """
    What ``ball`` may round to: one float64 when both end points round alike, else the two that they round to.

    The end points are exact, so that one float means that the true value is correctly rounded. Raises ValueError for
    a ball that is not finite.
    """
    if not ball.is_finite():
        message = "a ball that is not finite has no rounding: raise the precision of its evaluation"
        raise ValueError(message)
    middle, radius = _parts(ball)
    if radius[0] == 0:
        return (nearest(*middle, number_format).value(),)
    lower, upper = (nearest(*_combined(middle, radius, sign), number_format).value() for sign in (-1, 1))
    return (lower,) if lower == upper else (lower, upper)


def exact_lower(ball: arb) -> tuple[int, int]:
    """The lower end of ``ball``, exactly (but see :data:`FAR`), as mantissa and exponent."""
    return _combined(*_parts(ball), -1)


def exact_upper(ball: arb) -> tuple[int, int]:
    """The upper end of ``ball``, exactly (but see :data:`FAR`), as mantissa and exponent."""
    return _combined(*_parts(ball), 1)


FAR = 1 << 14
"""
Of middle and radius, what lies more than so many bits below the last bit of the other counts as one bit outward there.

Such an end encloses still, and rounds to any format as the exact one does where the radius is the smaller.
"""


def _parts(ball: arb) -> tuple[tuple[int, int], tuple[int, int]]:
    """Middle and radius, each as mantissa and exponent."""
    middle, middle_exponent = ball.mid().man_exp()
    radius, radius_exponent = ball.rad().man_exp()
    return (int(middle), int(middle_exponent)), (int(radius), int(radius_exponent))


def _combined(middle: tuple[int, int], radius: tuple[int, int], sign: int) -> tuple[int, int]:
    if radius[0] == 0:
        return middle
    if middle[0] == 0:
        return sign * radius[0], radius[1]
    parts = middle, (sign * radius[0], radius[1])
    (fine, low), (coarse, high) = sorted(parts, key=lambda part: part[1])
    if high - low - fine.bit_length() > FAR:
        return (coarse << FAR) + sign, high - FAR
    return (coarse << (high - low)) + fine, low


def ulp_exponent(magnitude: arb, number_format: Format) -> int:
    """The exponent of ulp(v), clause ``number.ulp``, of an exact ball that is not zero."""
    mantissa, exponent = magnitude.man_exp()
    leading = abs(int(mantissa)).bit_length() - 1 + int(exponent)
    return max(leading, number_format.smallest_exponent) - number_format.precision + 1
