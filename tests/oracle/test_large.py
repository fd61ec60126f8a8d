"""Certified steps of networks of real size: both paths enclose the truth, and say so narrowly."""

from __future__ import annotations

import warnings
from typing import Any

import ml_dtypes
import numpy as np
import pytest
from flint import arb

from gradspec.oracle.large import certified, flint_path, splitting_path
from gradspec.oracle.large.certified import SlowPathWarning, certified_step
from gradspec.oracle.truth import truth
from gradspec.spec import FLOAT64, Layer, Network, resolve
from gradspec.spec.network import ACTIVATIONS
from tests.oracle.sized_networks import ENDS, arrays, batch, check_agreement, check_overlap, drawn

PATHS = ("flint", "fast")
OTHER_CONVENTIONS = {
    "squared_error": "full",
    "cost": "sum",
    "entry_reduction": "mean",
    "relu_at_zero": "0.5",
    "leaky_relu_at_zero": "mean",
    "label_sum": "any",
}


def check_truth(network: Network, x: Any, y: Any, conventions: dict[str, str], path: str) -> None:
    """Every true ball overlaps the enclosure, which is narrow."""
    settled = resolve(conventions)
    step = certified_step(network, x, y, settled, path=path)
    asked = [
        ("network_forward", [network, x]),
        ("network_cost", [network, x, y]),
        ("network_gradients", [network, x, y]),
    ]
    true: list[Any] = []
    for operation, arguments in asked:
        found = truth(operation, arguments, {}, number_format=FLOAT64, conventions=settled)
        assert found.unresolved == 0
        true += found.arrays
    for balls, numbers in zip(true, arrays(step), strict=True):
        assert balls.shape == numbers.high.shape
        check_overlap(balls, numbers)
        assert np.all(numbers.radius <= 2.0**-80 * np.abs(numbers.high) + 2.0**-95)


class TestTruth:
    """A step is that of the clauses network.forward, network.cost and network.gradients."""

    @pytest.mark.parametrize("path", PATHS)
    @pytest.mark.parametrize("end", ENDS, ids="-".join)
    @pytest.mark.parametrize("activation", ACTIVATIONS)
    def test_is_enclosed(self, activation: str, end: tuple[str, str], path: str) -> None:
        """Of every activation and loss, at a kink too."""
        network = drawn((4, 5, 3, 2), activation, end)
        x, y = batch(network, 3)
        x[:, 0], network.layers[0].bias[0] = 0, 0

        check_truth(network, x, y, {}, path)

    @pytest.mark.parametrize("path", PATHS)
    @pytest.mark.parametrize("end", ENDS, ids="-".join)
    def test_keeps_the_conventions(self, end: tuple[str, str], path: str) -> None:
        """Those that rule a step, each at another value than its default, with labels of any sum."""
        network = drawn((4, 5, 3, 2), "leaky_relu" if end[0] == "leaky_relu" else "relu", end)
        x, y = batch(network, 3)
        x[:, 0], network.layers[0].bias[0] = 0, 0

        check_truth(network, x, np.random.default_rng(2).random(y.shape), OTHER_CONVENTIONS, path)

    @pytest.mark.parametrize("path", PATHS)
    def test_of_the_smallest_network(self, path: str) -> None:
        """One unit, one sample, softmax of one entry included, whose gradient is exactly 0."""
        network = drawn((1, 1, 1))
        step = certified_step(network, np.ones((1, 1)), np.ones((1, 1)), resolve(), path=path)

        assert [float(each.radius.max()) for each in (*step.weights, *step.biases)] == [0, 0, 0, 0]
        assert [float(each.high.max()) for each in (*step.weights, *step.biases)] == [0, 0, 0, 0]
        check_truth(drawn((1, 1, 1), end=ENDS[-1]), np.ones((1, 1)), np.ones((1, 1)), {}, path)

    @pytest.mark.parametrize("path", PATHS)
    @pytest.mark.parametrize(
        "dtype", [np.float32, np.float16, ml_dtypes.bfloat16], ids=["float32", "float16", "bfloat16"]
    )
    def test_takes_every_format(self, dtype: Any, path: str) -> None:
        """Numbers of a narrower format are taken exactly."""
        drawn_network = drawn((3, 4, 2), "relu")
        layers = tuple(
            Layer(each.weights.astype(dtype), each.bias.astype(dtype), each.activation) for each in drawn_network.layers
        )
        x, y = (each.astype(dtype) for each in batch(drawn_network, 2))

        check_truth(Network(layers, drawn_network.loss), x, y, {}, path)


class TestPaths:
    """FLINT and error-free splitting find the same numbers."""

    @pytest.mark.parametrize("end", ENDS, ids="-".join)
    @pytest.mark.parametrize("activation", ACTIVATIONS)
    def test_agree(self, activation: str, end: tuple[str, str]) -> None:
        """Entry by entry, of every activation and loss."""
        network = drawn((24, 20, 17, 7), activation, end)
        x, y = batch(network, 11)

        check_agreement(*(certified_step(network, x, y, resolve(), path=path) for path in PATHS))

    @pytest.mark.parametrize("bits", [50, 113, 200])
    def test_agree_at_any_precision(self, bits: int) -> None:
        """Radii shrink with the bits asked for, and what they enclose stays the same."""
        network = drawn((24, 20, 17, 7))
        x, y = batch(network, 11)
        fast = certified_step(network, x, y, resolve(), path="fast", bits=bits)

        check_agreement(fast, certified_step(network, x, y, resolve(), path="flint", bits=400))
        assert float(fast.output.radius.max()) <= 2.0 ** (14 - min(bits, 106))

    def test_agree_on_what_is_spread_over_60_binades(self) -> None:
        """Weights and inputs of any magnitude: what digits do not reach is in the radius."""
        network = drawn((24, 20, 17, 7), "identity", ENDS[2])
        x, y = batch(network, 11)
        for number, array in enumerate([x, *(layer.weights for layer in network.layers)]):
            array[:] = np.ldexp(array, np.random.default_rng(number).integers(-60, 0, array.shape))

        check_agreement(*(certified_step(network, x, y, resolve(), path=path) for path in PATHS))

    @pytest.mark.parametrize("activation", ["tanh", "sigmoid"])
    def test_agree_on_saturated_units(self, activation: str) -> None:
        """Slopes down to e^-100: the tails of tanh and sigmoid keep their digits."""
        network = drawn((24, 20, 17, 7), activation, scale=30)
        x, y = batch(network, 11)
        steps = [certified_step(network, x, y, resolve(), path=path) for path in (*PATHS, None)]

        check_agreement(steps[0], steps[1])
        for numbers in arrays(steps[2]):
            assert np.all(numbers.radius <= 2.0**-60 * np.abs(numbers.high))

    def test_agree_on_layers_of_zeros(self) -> None:
        """Exact zeros have no radius, whichever factor they come from."""
        network = drawn((24, 20, 17, 7), "relu")
        network.layers[1].weights[3] = 0
        network.layers[1].bias[3] = 0
        network.layers[0].bias[5] = -1e6
        x, y = batch(network, 11)
        x[7] = 0
        steps = [certified_step(network, x, y, resolve(), path=path) for path in PATHS]

        check_agreement(*steps)
        for step in steps:
            assert not np.any(step.weights[0].radius[:, 7])
            assert not np.any(step.weights[0].radius[5])
            assert not np.any(step.weights[1].radius[3])

    def test_agree_block_by_block(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Blocks of few rows and a padded batch change nothing."""
        network = drawn((30, 130, 9))
        x, y = batch(network, 33)
        whole = certified_step(network, x, y, resolve(), path="flint")
        monkeypatch.setattr(flint_path, "CHUNK", 500)
        monkeypatch.setattr(splitting_path, "CHUNK", 500)

        for path in PATHS:
            check_agreement(whole, certified_step(network, x, y, resolve(), path=path))

    def test_leave_no_precision_behind(self) -> None:
        """FLINT's precision is afterwards what it was."""
        network = drawn((3, 4, 2))
        before = arb(1) / 3
        for path in PATHS:
            certified_step(network, *batch(network, 2), resolve(), path=path)

        assert (arb(1) / 3).rad() == before.rad()


class TestKinks:
    """A jump is decided, recognised as exact, or admits all its values."""

    @staticmethod
    def network(*, slope: float) -> Network:
        """``relu(tanh(w x) - tanh(slope w x))``, w = 1/2."""
        return Network(
            (
                Layer(np.array([[0.5], [0.5 * slope]]), np.zeros(2), "tanh"),
                Layer(np.array([[1.0, -1.0]]), np.zeros(1), "relu"),
            ),
            "squared_error",
        )

    def test_near_ones_are_decided(self) -> None:
        """By more bits: of two numbers that agree in 50 bits the greater is found."""
        step = certified_step(self.network(slope=1 - 2.0**-50), np.ones((1, 1)), np.zeros((1, 1)), resolve(), bits=40)

        assert step.output.high[0, 0] > 0
        assert np.all(step.weights[1].radius <= 2.0**-70)

    def test_open_ones_admit_all_slopes(self) -> None:
        """Of two equal numbers that are not rational the difference is never seen to be 0."""
        step = certified_step(self.network(slope=1), np.ones((1, 1)), np.ones((1, 1)), resolve())
        slope = step.biases[1]

        assert float(step.output.radius[0, 0]) < 2.0**-1000
        assert slope.high[0] + slope.low[0] - slope.radius[0] <= -1
        assert slope.high[0] + slope.low[0] + slope.radius[0] >= 0

    def test_open_ones_are_left_to_flint(self) -> None:
        """Error-free splitting says that it cannot, and why."""
        with pytest.warns(SlowPathWarning, match="which side of a kink"):
            certified_step(self.network(slope=1), np.ones((1, 1)), np.ones((1, 1)), resolve(), path="fast")


class TestRefusals:
    """What has no step gets one message; what one path cannot do, the other does."""

    def test_rows_out_of_range(self) -> None:
        """Weights of 2^-400 are no digits: FLINT computes, and says so."""
        network = drawn((3, 4, 2))
        network.layers[0].weights[1] = np.exp2([-400.0, -401.0, -402.0])
        network.layers[0].bias[1] = 0

        with pytest.warns(SlowPathWarning, match=r"not between 2\^-302 and 2\^299"):
            check_truth(network, *batch(network, 2), {}, "fast")

    def test_an_inexact_matrix_product(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A BLAS that rounds integers below 2^53 is not used, and one is told."""
        network = drawn((3, 4, 2))
        monkeypatch.setattr(certified, "multiplies_exactly", lambda: False)
        monkeypatch.setattr(certified, "MANY_PARAMETERS", 1)

        for path in ("fast", None):
            with pytest.warns(SlowPathWarning, match="BLAS"):
                certified_step(network, *batch(network, 2), resolve(), path=path)

    def test_a_large_network_takes_the_fast_path(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Silently, and FLINT where that is not enough."""
        network = drawn((24, 20, 7), "sigmoid", scale=3000)
        x, y = batch(network, 5)
        monkeypatch.setattr(certified, "MANY_PARAMETERS", 1)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            step = certified_step(network, x, y, resolve())

        check_agreement(step, certified_step(network, x, y, resolve(), path="flint"))

    def test_beyond_float64(self) -> None:
        """What no float64 number reaches has an infinite radius, and nothing is waited for."""
        network = Network((Layer(np.array([[1e300]]), np.zeros(1), "identity"),), "squared_error")
        step = certified_step(network, np.array([[1e300]]), np.zeros((1, 1)), resolve())

        assert np.isinf(step.cost.radius)
        assert np.isfinite(step.cost.high)
        assert not step.cost.low

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"x": np.ones(3)}, "x: 1 axes; it must have 2"),
            ({"x": np.ones((2, 2))}, r"layer 1: weights \(4, 3\)"),
            ({"y": np.ones((2, 3))}, r"y: shape \(2, 3\); it must be \(2, 2\)"),
            ({"x": np.full((3, 2), np.nan)}, "x: an entry is infinite or not a number"),
            ({"network": Network(drawn((3, 4, 2)).layers, "hinge")}, "'hinge' is not a loss"),
            ({"network": drawn((3, 4, 2), "softplus")}, "layer 1: 'softplus' with the loss"),
            ({"network": drawn((3, 4, 2), end=("tanh", ENDS[0][1]))}, "layer 2: 'tanh' with the loss"),
            ({"path": "slow"}, "path='slow': it is one of flint, fast"),
        ],
        ids=lambda each: next(iter(each)) if isinstance(each, dict) else None,
    )
    def test_what_is_no_step(self, change: dict[str, Any], message: str) -> None:
        """The message names the value and the rule."""
        network = drawn((3, 4, 2))
        x, y = batch(network, 2)
        asked = {"network": network, "x": x, "y": y, "conventions": resolve()} | change

        with pytest.raises(ValueError, match=message):
            certified_step(**asked)
