"""Rounding to nearest even, clause ``number.rounding``, against conversions by others and exact fractions."""

from __future__ import annotations

import math
import random
import struct
from fractions import Fraction
from itertools import pairwise
from typing import Any

import ml_dtypes
import numpy as np
import pytest
from flint import arb

from gradspec.oracle.arithmetic.ball import exact_ball, precision
from gradspec.oracle.correct_rounding import (
    FAR,
    exact_lower,
    exact_upper,
    nearest,
    nearest_fraction,
    rounded_ball,
    ulp_exponent,
)
from gradspec.spec import BFLOAT16, FLOAT16, FLOAT32, FLOAT64, FORMATS, Format

ALL = pytest.mark.parametrize("number_format", FORMATS.values(), ids=FORMATS)


def by_fractions(value: Fraction, number_format: Format) -> float:
    """
    The number of the format nearest to ``value``, by the definition and by search alone.

    The two neighbours are found by dividing by the spacing of the binade; of two equally near ones the one with the
    even multiple wins. Overflow goes by the midpoint between Omega and the number that would follow.
    """
    if value == 0:
        return 0.0
    magnitude, sign = abs(value), 1 if value > 0 else -1
    guess = magnitude.numerator.bit_length() - magnitude.denominator.bit_length() - number_format.precision - 1
    spacing = max(number_format.smallest_subnormal, Fraction(2) ** guess)
    while magnitude >= spacing * 2**number_format.precision:
        spacing *= 2
    below = magnitude // spacing * spacing
    candidates = sorted((abs(magnitude - each), each / spacing % 2, each) for each in (below, below + spacing))
    chosen = candidates[0][2]
    return sign * (math.inf if chosen > number_format.largest else float(chosen))


def rounded(value: Fraction, number_format: Format) -> float:
    """What the module under test makes of an exact dyadic fraction."""
    exponent = 1 - value.denominator.bit_length()
    return nearest(value.numerator, exponent, number_format).value()


def drawn(number_format: Format, count: int, seed: str) -> list[Fraction]:
    """Dyadic fractions of up to three times the precision, in every binade and beyond both ends."""
    rng = random.Random(f"{seed} {number_format.name}")  # noqa: S311 - reproducible draws, not secrets
    result = []
    for _ in range(count):
        bits = rng.randint(1, 3 * number_format.precision)
        low = number_format.smallest_exponent - number_format.precision - 3
        mantissa = rng.choice((-1, 1)) * rng.getrandbits(bits)
        result.append(Fraction(mantissa) * Fraction(2) ** (rng.randint(low, number_format.largest_exponent + 2) - bits))
    return result


def positive_numbers(number_format: Format) -> list[Fraction]:
    """Every finite positive number of a half format."""
    exponents = 2 ** (15 - number_format.precision + 1) - 1  # the last one means infinity and NaN
    patterns = np.arange(1, exponents << (number_format.precision - 1), dtype=np.uint16)
    return [Fraction(float(number)) for number in patterns.view(number_format.dtype)]


class TestNearestFraction:
    """A fraction that is not dyadic is rounded once."""

    @ALL
    def test_agrees_with_the_definition(self, number_format: Format) -> None:
        """On thirds of many fractions, and on the fractions themselves."""
        for value in drawn(number_format, 700, "thirds"):
            for fraction in (value, value / 3):
                assert nearest_fraction(fraction, number_format).value() == by_fractions(fraction, number_format), value

    def test_tells_a_tie_from_what_lies_beside_it(self) -> None:
        """1 + 2^-24 goes down in float32, and a 10^-40 more goes up."""
        tie = 1 + Fraction(1, 2**24)

        assert nearest_fraction(tie, FLOAT32).value() == 1
        assert nearest_fraction(tie + Fraction(1, 10**40), FLOAT32).value() == 1 + 2.0**-23


class TestNearest:
    """Rounding returns the number of the format nearest to a real number; of two, the one with the even mantissa."""

    @ALL
    def test_agrees_with_the_definition(self, number_format: Format) -> None:
        """On many fractions, subnormal and overflowing ones among them."""
        for value in drawn(number_format, 1500, "definition"):
            assert rounded(value, number_format) == by_fractions(value, number_format), value

    @ALL
    def test_agrees_at_ties(self, number_format: Format) -> None:
        """Halfway between two neighbours, and as little as 2^-300 of a spacing to either side."""
        dtype = number_format.dtype.type
        for value in drawn(number_format, 300, "ties"):
            number = rounded(value, number_format)
            above = float(np.nextafter(dtype(number), dtype(math.inf)))
            if not (math.isfinite(number) and math.isfinite(above)):
                continue
            middle = (Fraction(number) + Fraction(above)) / 2
            hair = (Fraction(above) - Fraction(number)) * Fraction(1, 2**300)
            assert rounded(middle, number_format) == by_fractions(middle, number_format)
            assert rounded(middle - hair, number_format) == number
            assert rounded(middle + hair, number_format) == above

    @pytest.mark.parametrize("number_format", [FLOAT16, BFLOAT16], ids=lambda each: each.name)
    def test_agrees_at_every_tie_of_a_half_format(self, number_format: Format) -> None:
        """Exhaustively: of each two neighbours the one with the even mantissa, and the nearer one a hair beside."""
        numbers = [Fraction(0), *positive_numbers(number_format)]
        for index, (low, high) in enumerate(pairwise(numbers)):
            middle = (low + high) / 2
            assert rounded(middle, number_format) == (low if index % 2 == 0 else high)
            assert rounded(-middle, number_format) == -(low if index % 2 == 0 else high)
            assert rounded(middle * (1 + Fraction(1, 2**300)), number_format) == high
            assert rounded(middle * (1 - Fraction(1, 2**300)), number_format) == low

    @ALL
    def test_leaves_numbers_of_the_format_alone(self, number_format: Format) -> None:
        """What the format holds rounds to itself."""
        for value in drawn(number_format, 300, "held"):
            number = by_fractions(value, number_format)
            if math.isfinite(number):
                assert rounded(Fraction(number), number_format) == number

    @ALL
    def test_overflows_from_the_midpoint_on(self, number_format: Format) -> None:
        """Omega plus half a spacing is an infinity, anything less is Omega."""
        half = number_format.largest * number_format.unit_roundoff / (2 - 2 * number_format.unit_roundoff)
        threshold = number_format.largest + half
        assert rounded(threshold, number_format) == math.inf
        assert rounded(-threshold, number_format) == -math.inf
        assert rounded(threshold - Fraction(1, 2**300), number_format) == number_format.largest
        assert rounded(Fraction(2) ** 20000, number_format) == math.inf

    @ALL
    def test_underflows_at_half_the_smallest_number(self, number_format: Format) -> None:
        """A tie with 0 goes to 0, which is even; anything above it to the smallest subnormal number."""
        half = number_format.smallest_subnormal / 2
        assert rounded(half, number_format) == 0
        assert rounded(half * (1 + Fraction(1, 2**300)), number_format) == number_format.smallest_subnormal
        assert rounded(-3 * half, number_format) == -2 * number_format.smallest_subnormal
        assert rounded(Fraction(1, 2**20000), number_format) == 0

    def test_knows_no_negative_zero(self) -> None:
        """Zero has the sign +, whatever rounded to it."""
        assert math.copysign(1, nearest(-1, -2000, FLOAT64).value()) == 1


class TestConversions:
    """Conversions by other people's code round the same."""

    def test_to_float64_by_python(self) -> None:
        """A quotient of integers is correctly rounded by the language."""
        for value in drawn(FLOAT64, 1500, "python"):
            if abs(value) < FLOAT64.largest:
                assert rounded(value, FLOAT64) == value.numerator / value.denominator

    @pytest.mark.parametrize("number_format", [FLOAT32, FLOAT16, BFLOAT16], ids=lambda each: each.name)
    def test_from_float64_by_numpy(self, number_format: Format) -> None:
        """NumPy, and ml_dtypes for bfloat16, by one rounding of a float64."""
        for value in drawn(number_format, 1500, "numpy"):
            number = float(np.float64(value.numerator / value.denominator))
            with np.errstate(over="ignore"):
                converted = float(np.float64(number).astype(number_format.dtype))
            assert rounded(Fraction(number), number_format) == converted, value

    @pytest.mark.parametrize(("code", "number_format"), [("f", FLOAT32), ("e", FLOAT16)])
    def test_from_float64_by_struct(self, code: str, number_format: Format) -> None:
        """The standard library packs a float64 into fewer bytes; it refuses what would overflow."""
        for value in drawn(number_format, 800, "struct"):
            number = value.numerator / value.denominator
            if abs(number) <= number_format.largest:
                (packed,) = struct.unpack(code, struct.pack(code, number))
                assert rounded(Fraction(number), number_format) == packed

    def test_from_float32_by_ml_dtypes(self) -> None:
        """bfloat16 from float32, every tie of one binade among them."""
        for pattern in range(0x3F80_0000, 0x3F90_0000, 0x1000):
            number = np.uint32(pattern).view(np.float32)
            assert rounded(Fraction(float(number)), BFLOAT16) == float(ml_dtypes.bfloat16(number))


class TestRoundedBall:
    """A ball rounds to one number when both of its ends do, else to the two that they round to."""

    def test_of_a_narrow_ball_is_one_number(self) -> None:
        """The true value is then correctly rounded."""
        assert rounded_ball(arb(0.1, 2.0**-70), FLOAT32) == (float(np.float32(0.1)),)

    def test_across_a_tie_is_two_numbers(self) -> None:
        """Either may be right."""
        middle = exact_ball(1 + Fraction(1, 2**24))

        assert rounded_ball(arb(middle, 2.0**-300), FLOAT32) == (1.0, 1 + 2.0**-23)

    def test_beside_a_tie_is_one_number(self) -> None:
        """2^-300 above it, with a smaller radius, there is no doubt."""
        with precision(400):
            beside = exact_ball(1 + Fraction(1, 2**24)) + arb(2) ** -300

        assert rounded_ball(arb(beside, 2.0**-310), FLOAT32) == (1 + 2.0**-23,)

    def test_of_an_overflowing_ball_is_an_infinity(self) -> None:
        """Both ends are beyond the threshold."""
        assert rounded_ball(arb(1e6, 1), FLOAT16) == (math.inf,)

    def test_refuses_what_is_not_finite(self) -> None:
        """A ball without bounds has no rounding."""
        with pytest.raises(ValueError, match="raise the precision"):
            rounded_ball(arb("nan"), FLOAT64)

    @pytest.mark.parametrize("sign", [1, -1])
    def test_takes_a_tiny_radius_for_what_it_is(self, sign: int) -> None:
        """However far below the last bit it lies: a tie stays a tie, and beside it nothing is in doubt."""
        tiny = arb(2) ** -100_000
        with precision(400):
            beside = (exact_ball(1 + Fraction(1, 2**24)) + arb(2) ** -300) * sign

        assert rounded_ball(arb(sign, tiny), FLOAT32) == (sign,)
        assert len(rounded_ball(arb(exact_ball(1 + Fraction(1, 2**24)) * sign, tiny), FLOAT32)) == 2
        assert rounded_ball(arb(beside, tiny), FLOAT32) == (sign * (1 + 2.0**-23),)

    @pytest.mark.parametrize("bits", [53, 1024])
    def test_does_not_depend_on_the_precision_around_it(self, bits: int) -> None:
        """Ends are combined exactly, whatever FLINT computes with."""
        with precision(400):
            near_tie = exact_ball(1 + Fraction(1, 2**24)) + arb(2) ** -300
        with precision(bits):
            assert rounded_ball(near_tie, FLOAT32) == (1 + 2.0**-23,)


class TestEnds:
    """The ends of a ball are exact, or outward by one bit far below."""

    def test_are_exact(self) -> None:
        """Middle plus or minus radius, as fractions."""
        ball = arb(0.75, 2.0**-40)
        mantissa, exponent = ball.rad().man_exp()
        radius = as_fraction((int(mantissa), int(exponent)))

        assert as_fraction(exact_lower(ball)) == Fraction(3, 4) - radius
        assert as_fraction(exact_upper(ball)) == Fraction(3, 4) + radius

    @pytest.mark.parametrize("middle", [1, -1, 0])
    @pytest.mark.parametrize("exponent", [FAR - 5, FAR + 5, 10 * FAR, -FAR - 5, -10 * FAR])
    def test_enclose(self, middle: int, exponent: int) -> None:
        """For radii of any size beside the middle."""
        radius = Fraction(2) ** exponent
        ball = arb(middle, arb(2) ** exponent)

        assert as_fraction(exact_lower(ball)) <= middle - radius
        assert as_fraction(exact_upper(ball)) >= middle + radius


class TestUlpExponent:
    """ulp(v) is 2^(max(floor(log2 |v|), e_min) - p + 1)."""

    @pytest.mark.parametrize(
        ("number", "exponent"), [(1.0, -23), (1.5, -23), (-2.0, -22), (2.0**-126, -149), (2.0**-140, -149)]
    )
    def test_in_float32(self, number: float, exponent: int) -> None:
        """At the beginning and inside of a binade, and among subnormal numbers."""
        assert ulp_exponent(arb(number), FLOAT32) == exponent


def as_fraction(end: tuple[int, int]) -> Fraction:
    """Mantissa times two to the exponent."""
    mantissa, exponent = end
    return Fraction(mantissa) * Fraction(2) ** exponent


def test_exact_ball_takes_every_scalar() -> None:
    """Floats of every format, integers and dyadic fractions become balls without a radius, at any precision."""
    given: list[tuple[Any, float]] = [
        (np.float16(0.1), float(np.float16(0.1))),
        (ml_dtypes.bfloat16(0.1), float(ml_dtypes.bfloat16(0.1))),
        (np.float32(1e-45), float(np.float32(1e-45))),
        (5e-324, 5e-324),
        (Fraction(3, 2**1074), 3 * 5e-324),
        (Fraction(2**53 - 1, 2**60), (2**53 - 1) / 2**60),
        (7, 7.0),
    ]
    for value, expected in given:
        with precision(20):
            ball = exact_ball(value)
        assert ball.is_exact()
        assert ball == expected
