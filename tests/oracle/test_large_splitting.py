"""Error-free splitting: what digits leave out is in the radius."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from gradspec.oracle.large.blas import multiplies_exactly
from gradspec.oracle.large.splitting import (
    Digits,
    Expansion,
    Right,
    SpreadError,
    antidiagonals,
    distilled,
    product_radius,
    split,
)


class TestSplitting:
    """The product of two matrices, in digits, with what they leave out."""

    @staticmethod
    def check(left: Any, right: Any, bits: int) -> Any:
        """The true product, in fractions, lies within the radius; the radius itself."""
        digits = Digits.of(bits, left.shape[1])
        cut, factor = split(Expansion((left,), None), digits), Right.of(Expansion((right.T.copy(),), None), digits)
        parts, rest = distilled(antidiagonals(cut, factor, digits), 6)
        radius = np.broadcast_to(rest + product_radius(cut, factor.split, digits), rest.shape)
        exact = np.array([[Fraction(each) for each in row] for row in left.tolist()]) @ np.array(
            [[Fraction(each) for each in row] for row in right.tolist()]
        )
        for index in np.ndindex(exact.shape):
            apart = exact[index] - sum(Fraction(float(part[index])) for part in parts)
            assert abs(apart) <= Fraction(float(radius[index]))
        return radius

    @pytest.mark.parametrize("bits", [50, 113, 200])
    @pytest.mark.parametrize("binades", [0, 60, 200])
    def test_is_enclosed(self, binades: int, bits: int) -> None:
        """Of entries of one magnitude and of very different ones."""
        random = np.random.default_rng(binades + bits)
        left, right = (
            random.standard_normal(shape) * np.exp2(random.integers(-binades, 1, shape)) for shape in ((3, 40), (40, 4))
        )

        assert np.all(self.check(left, right, bits) <= 2.0 ** (12 - bits))

    def test_is_exact_with_few_bits(self) -> None:
        """Integers leave nothing out; neither do the largest digits."""
        random = np.random.default_rng(0)
        digits = Digits.of(113, 784)
        most = 2.0 ** (digits.beta - 1)

        assert not np.any(
            self.check(random.integers(-99, 99, (3, 5)) * 1.0, random.integers(-99, 99, (5, 2)) * 1.0, 113)
        )
        assert not np.any(self.check(np.full((2, 784), most), np.full((784, 2), -most), 113))

    def test_knows_what_does_not_overlap(self) -> None:
        """Where every term has a factor 0 nothing is left out, whatever else the rows contain."""
        left, right = np.zeros((2, 6)), np.zeros((6, 2))
        left[0, :3], left[1, 3:], right[:3, 0], right[3:, 1] = 1 / 3, 1e-30, 0.1, 1 / 7

        radius = self.check(left, right, 50)

        assert (radius > 0).tolist() == [[True, False], [False, True]]

    def test_refuses_what_digits_do_not_hold(self) -> None:
        """Rows out of range, infinite ones, and too many bits."""
        for number in (2.0**299, 2.0**-303, np.inf):
            with pytest.raises(SpreadError):
                split(Expansion((np.array([[number, 0]]),), None), Digits.of(113, 2))
        with pytest.raises(SpreadError):
            Digits.of(300, 2)

    def test_the_matrix_product_of_this_machine_is_exact(self) -> None:
        """Which is what splitting rests on."""
        assert multiplies_exactly()

    @pytest.mark.parametrize(
        "product",
        [
            lambda a, b: np.ldexp(np.rint(np.ldexp(a @ b, -1)), 1),
            lambda a, b: (a.astype(np.float32) @ b.astype(np.float32)).astype(np.float64),
            lambda a, b: np.nextafter(a, 0) @ b,
        ],
        ids=["52 bits", "float32", "inputs cut"],
    )
    def test_one_that_is_not_is_recognised(self, product: Any) -> None:
        """A product that loses the last bit, and others that lose more."""
        assert not multiplies_exactly(product)
