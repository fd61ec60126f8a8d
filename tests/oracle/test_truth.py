"""The true value: precision is raised until it is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import mpmath
import numpy as np
import pytest
from flint import arb

from gradspec.oracle.correct_rounding import rounded_ball
from gradspec.oracle.truth import LARGEST_BITS, START_BITS, Truth, truth
from gradspec.spec import BFLOAT16, FLOAT16, FLOAT32, FLOAT64, FORMATS, Format, resolve
from tests.oracle.evaluating import network

if TYPE_CHECKING:
    from collections.abc import Mapping


def true(
    operation: str,
    *arguments: Any,
    number_format: Format = FLOAT64,
    conventions: Mapping[str, str] | None = None,
    **keywords: float,
) -> Truth:
    """The truth of an operation at lists of numbers."""
    given = [np.array(each, dtype=np.float64) if isinstance(each, list) else each for each in arguments]
    return truth(operation, given, keywords, number_format=number_format, conventions=resolve(conventions or {}))


class TestPrecision:
    """A value is known when its enclosure is narrow enough for its format."""

    def test_starts_low(self) -> None:
        """An easy question takes the first precision."""
        assert true("sigmoid", [0.5]).bits == START_BITS

    def test_rises_with_cancellation(self) -> None:
        """1e300 + 1 - 1e300 is 1, which 128 bits cannot tell from anything."""
        found = true("dense", [1e300, 1.0, -1e300], [[1.0, 1.0, 1.0]], [0.0])

        assert found.bits > START_BITS
        assert found.unresolved == 0
        assert found.arrays[0][0] == 1

    def test_finds_an_exact_zero(self) -> None:
        """Where everything cancels the value is the number 0, without a radius."""
        found = true("dense", [1e300, -1e300], [[1.0, 1.0]], [0.0])

        assert found.arrays[0][0].is_zero()
        assert found.unresolved == 0

    def test_knows_the_tail_of_the_sigmoid(self) -> None:
        """sigma'(1e4) is about e^-1e4: far below every format, and known to all digits all the same."""
        found = true("sigmoid_derivative", [1e4, -1e4])
        context = mpmath.MPContext()
        context.prec = 300
        expected = arb(context.exp(-10000) / (1 + context.exp(-10000)) ** 2)

        for ball in found.arrays[0]:
            assert ball.overlaps(expected)
            assert ball.rel_accuracy_bits() > 70

    def test_knows_what_overflows(self) -> None:
        """A dense layer whose value no format holds has a value."""
        found = true("dense", [1e300], [[1e300]], [0.0])

        assert rounded_ball(found.arrays[0][0], FLOAT64) == (np.inf,)

    @pytest.mark.parametrize("number_format", FORMATS.values(), ids=FORMATS)
    def test_is_narrower_than_an_ulp(self, number_format: Format) -> None:
        """Below 2^-20 ulps in whichever format is asked about."""
        found = true("tanh_derivative", [0.3, -5.0], number_format=number_format)

        for ball in found.arrays[0]:
            assert ball.rad() * 2 ** (number_format.precision + 20) <= abs(ball)


class TestExactness:
    """Exact cases are exact balls."""

    @pytest.mark.parametrize(
        ("operation", "arguments", "expected"),
        [
            ("sigmoid", [[0.0]], 0.5),
            ("sigmoid_derivative", [[0.0]], 0.25),
            ("tanh", [[0.0]], 0),
            ("tanh_derivative", [[0.0]], 1),
            ("softmax", [[3.0, 3.0]], 0.5),
            ("squared_error_gradient", [[0.75], [0.75]], 0),
            ("sigmoid_cross_entropy_delta", [[0.0], [0.5]], 0),
            ("softmax_cross_entropy_delta", [[1.0], [1.0]], 0),
            ("softmax_vjp", [[0.3, 0.7], [2.0, 2.0]], 0),
        ],
    )
    def test_at_a_point_where_the_value_is_dyadic(
        self, operation: str, arguments: list[list[float]], expected: float
    ) -> None:
        """So that a judge need not guess what a tiny radius hides."""
        ball = true(operation, *arguments).arrays[0][0]

        assert ball.is_exact()
        assert ball == expected

    def test_of_integers_that_a_formula_writes(self) -> None:
        """The 1 of a derivative becomes a ball like the others, in arrays of any memory order."""
        found = true("identity_derivative", np.ones((2, 3), order="F"))

        assert all(isinstance(number, arb) for number in found.arrays[0].reshape(-1))


class TestKinks:
    """Where a pre-activation is exactly 0 the convention decides; where it is almost 0, its sign does."""

    HIDDEN = network(([[1.0, 1.0, 1.0]], [0.0], "relu"), ([[1.0]], [0.0], "identity"))

    @pytest.mark.parametrize(("convention", "expected"), [("0", 0), ("1", 1), ("0.5", 0.5)])
    def test_inside_a_network(self, convention: str, expected: float) -> None:
        """1e300 + 0 - 1e300 is exactly 0."""
        found = true(
            "output_bias_jacobian", self.HIDDEN, [1e300, 0.0, -1e300], 1, conventions={"relu_at_zero": convention}
        )

        assert found.unresolved == 0
        assert found.arrays[0][0, 0] == expected

    @pytest.mark.parametrize(("small", "expected"), [(5e-324, 1), (-5e-324, 0)])
    def test_beside_one(self, small: float, expected: float) -> None:
        """Between 1e300 and -1e300 the smallest number decides, after the precision has been raised."""
        found = true("output_bias_jacobian", self.HIDDEN, [1e300, small, -1e300], 1)

        assert found.bits > START_BITS
        assert found.arrays[0][0, 0] == expected

    def test_that_no_precision_resolves(self) -> None:
        """A sigmoid at 3e4 differs from 1 beyond the largest precision: both branches are admitted, and counted."""
        saturated = network(([[1.0]], [0.0], "sigmoid"), ([[1.0]], [-1.0], "relu"))
        found = true("output_bias_jacobian", saturated, [3e4], 2)

        assert found.bits == LARGEST_BITS
        assert found.unresolved > 0
        assert found.arrays[0][0, 0].contains(0)
        assert found.arrays[0][0, 0].contains(1)


class TestCorrectRounding:
    """The correctly rounded value follows from the truth, in every format."""

    @pytest.mark.parametrize("number_format", [FLOAT32, FLOAT16, BFLOAT16], ids=lambda each: each.name)
    def test_agrees_with_numpy_in_float64(self, number_format: Format) -> None:
        """tanh in float64 and then rounded is right unless it lies next to a tie, which these do not."""
        points = np.linspace(-4, 4, 33)
        found = true("tanh", points, number_format=number_format)

        for ball, number in zip(found.arrays[0], np.tanh(points), strict=True):
            assert rounded_ball(ball, number_format) == (float(number.astype(number_format.dtype)),)
