"""tinygrad, run for real; without it these tests skip and say so."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from gradspec.conformance import Request, judge, load, run
from gradspec.conformance.checks.finding import Kind
from gradspec.conformance.verdict import Level
from gradspec.spec.operations import operations

REASON = "tinygrad is not installed: pip install 'gradspec[tinygrad]'"
tinygrad = pytest.importorskip("tinygrad", reason=REASON)

PYTORCH = {"layout": "rows", "entry_reduction": "mean", "relu_at_zero": "0", "leaky_relu_at_zero": "one"}
"""The conventions of tinygrad, which are those of PyTorch but at the kink of leaky relu."""


def answer(operation: str, *arguments: Any, format_name: str = "float64") -> Any:
    """What tinygrad answers to one call."""
    return load("tinygrad").call(operation, list(arguments), {}, format_name)


def ruling(operation: str, *arguments: Any, level: Level = Level.MUST) -> Kind:
    """Where its answer lies, by the envelope of float64 at one level."""
    got = answer(operation, *arguments)
    return judge(operation, list(arguments), got, "float64", PYTORCH).findings[level].kind


class TestAdapter:
    """What is offered, and what is right in it."""

    def test_offers_every_operation(self) -> None:
        """Every operation of the table can be expressed."""
        target = load("tinygrad")

        assert [name for name in operations() if not target.offers(name)] == []

    def test_says_where_it_computes(self) -> None:
        """The device and the settings of tinygrad are part of a report."""
        assert load("tinygrad").environment["tinygrad DEV"]

    @pytest.mark.parametrize("format_name", ["float64", "bfloat16"])
    def test_breaks_no_must_in_a_layer(self, format_name: str) -> None:
        """What training asks of a layer is right in float64, and in the format that NumPy does not know."""
        clauses = "leaky_relu.derivative", "dense.gradients"
        request = Request(
            formats=(format_name,), clauses=clauses, regimes=("ordinary",), effort="quick", diagnose=False
        )

        assert [row["clause"] for row in run(load("tinygrad"), request).failures if row["level"] == "must"] == []

    def test_differentiates_by_a_number_as_by_any_other_tensor(self) -> None:
        """The adapter puts a number into memory, for tinygrad mistakes equal constants for one another."""
        assert answer("tanh_vjp", np.array(1.0), np.array(1.0)) == pytest.approx(1 / math.cosh(1) ** 2)

    def test_leaves_its_arguments_alone(self) -> None:
        """``SGD`` steps in place, on copies."""
        w = np.array([1.0, 2.0])
        stepped, _ = answer("linear_regression_step", w, 1.0, np.ones(2), 1.0, 0.5)

        assert w.tolist() == [1.0, 2.0]
        assert stepped.tolist() == [0.5, 1.5]


class TestFaults:
    """What is wrong in tinygrad, each by its smallest case."""

    def test_two_constants_of_one_value_share_their_gradient(self) -> None:
        """The derivative of ``x y`` by ``x`` is ``y`` = 2, and tinygrad's 4: it sees ``x`` squared."""
        with tinygrad.helpers.Context(DEV="PYTHON"):
            x, y = (tinygrad.Tensor(2.0, dtype=tinygrad.dtypes.float64) for _ in range(2))
            (gradient,) = (x * y).gradient(x)

            assert gradient.clone(device="PYTHON").numpy() == 4

    def test_an_optimizer_refuses_a_number(self) -> None:
        """Its rate is a vector of one entry, and so is what it would assign to the number."""
        with tinygrad.helpers.Context(DEV="PYTHON", TRAINING=1):
            parameter = tinygrad.Tensor([1.0]).reshape(()).clone()
            parameter.grad = tinygrad.Tensor([1.0]).reshape(())

            with pytest.raises(ValueError, match="cannot broadcast"):
                tinygrad.nn.optim.SGD([parameter]).step()

    def test_sine_of_float64_keeps_32_bits_of_its_argument_from_thirty_on(self) -> None:
        """The reduction casts the mantissa times 2^32 to an integer; the sine of 1e15 is 0.858, not 0.638."""
        with tinygrad.helpers.Context(DEV="PYTHON", TRANSCENDENTAL=2):  # as it is compiled for the CPU
            sines = tinygrad.Tensor(np.array([29.0, 584.2537324421012, 1e15])).sin().numpy()

        assert np.abs(sines - np.sin([29.0, 584.2537324421012, 1e15])) == pytest.approx(
            [0, 2.37e-7, 0.22], rel=0.01, abs=1e-15
        )

    def test_cosine_is_the_sine_of_a_rounded_difference(self) -> None:
        """The derivative of ``cos y`` at 0 is ``-sin(pi/2 - (pi/2 - y))``, with a rounded pi/2: 4.4e-8 in float32."""
        got = answer("square_plus_cosine_gradient", np.zeros(2, np.float32), format_name="float32")

        assert abs(got[1]) == pytest.approx(4.37e-8, rel=0.01)

    def test_descent_of_float64_rounds_its_rate_to_float32(self) -> None:
        """``Optimizer`` keeps the rate in float32: 1 - 0.1 is off by 1.5e-9."""
        arguments = np.array([1.0]), 1.0, np.array([1.0]), 1.0, 0.1
        stepped, _ = answer("linear_regression_step", *arguments)

        assert stepped[0] == 1 - float(np.float32(0.1))
        assert ruling("linear_regression_step", *arguments) is Kind.OUTSIDE

    def test_tanh_near_zero_is_a_difference_of_numbers_near_one(self) -> None:
        """``2 sigmoid(2 x) - 1`` has no correct digit at 1e-17."""
        assert answer("tanh", np.array([1e-17])).tolist() == [0]
        assert ruling("tanh", np.array([1e-17]), level=Level.SHOULD) is Kind.OUTSIDE

    def test_a_comparison_with_nan_is_true(self) -> None:
        """``x >= y`` is ``not x < y``, so the step of nan is 1."""
        assert answer("heaviside", np.array([math.nan])).tolist() == [1]
