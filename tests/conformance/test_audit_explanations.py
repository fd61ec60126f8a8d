"""What a wrong training step behaves like."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from gradspec.conformance.auditing import (
    audit,
)
from gradspec.conformance.auditing.factors import shortest
from gradspec.spec import Layer, Network, resolve
from tests.conformance.steps import (
    ACTIVATIONS,
    LOSS,
    SAMPLES,
    arrays_of,
    made,
    network_of,
    sentences,
    with_gradients,
)

if TYPE_CHECKING:
    from gradspec.conformance.auditing import Bundle

    Arrays = dict[str, Any]


@pytest.fixture(name="right")
def _right() -> Bundle:
    """A right step in float32, in the canonical layout."""
    return made(arrays_of(*network_of("float32")))


class TestExplanations:
    """What a wrong step behaves like, by every entry of it."""

    @pytest.mark.parametrize(
        ("factor", "sentence"),
        [
            (SAMPLES, f"is the right one times N (N = {SAMPLES})"),
            (1 / SAMPLES, f"is the right one times 1/N (N = {SAMPLES})"),
            (-1, "has the opposite sign"),
            (2, "is twice the right one"),
            (0.37, "is the right one times 0.37"),
            (1.01, "is the right one times 1.01"),
            (0, "is zero"),
        ],
    )
    def test_factors(self, right: Bundle, factor: float, sentence: str) -> None:
        """A constant factor is named, by the numbers of the step where it is one of them."""
        found = audit(with_gradients(right, lambda array: array * np.float32(factor)))

        assert sentence in sentences(found)

    def test_a_sum_of_weights_and_a_mean_of_biases(self, right: Bundle) -> None:
        """The factor is said of the arrays that have it."""
        wrong = replace(right, weight_gradients=tuple(array * SAMPLES for array in right.weight_gradients))
        (only,) = audit(wrong).levels[0].explanations

        assert only.arrays == ("dW1", "dW2", "dW3")
        assert only.name == "factor N"

    @pytest.mark.parametrize(
        ("activations", "loss", "conventions"),
        [
            (ACTIVATIONS, LOSS, {"cost": "sum"}),
            (("relu", "tanh", "identity"), "squared_error", {"squared_error": "full"}),
            (("relu", "tanh", "sigmoid"), "binary_cross_entropy", {"entry_reduction": "mean"}),
            (("relu", "tanh", "tanh"), "squared_error", {"squared_error": "full", "cost": "sum"}),
        ],
    )
    def test_conventions_that_scale(self, activations: tuple[str, ...], loss: str, conventions: dict[str, str]) -> None:
        """Where cost and gradients follow another convention, it is named."""
        network, x, y = network_of("float32")
        layers = tuple(replace(layer, activation=name) for layer, name in zip(network.layers, activations, strict=True))
        arrays = arrays_of(Network(layers, loss), x, y, conventions)
        found = audit(made(arrays, activations=activations, loss=loss))
        expected = " and ".join(
            f"{name} = {conventions[name]}, where {resolve()[name]} is declared"
            for name in ("cost", "squared_error", "entry_reduction")
            if name in conventions
        )

        assert sentences(found)[0] == expected

    def test_the_value_at_a_kink(self) -> None:
        """A pre-activation of exactly 0 shows which derivative relu has there."""
        network, x, y = network_of("float32")
        first = network.layers[0]
        weights = first.weights.copy()
        weights[2] = 0
        layers = (Layer(weights, np.zeros_like(first.bias), "relu"), *network.layers[1:])
        arrays = arrays_of(Network(layers, LOSS), x, y, {"relu_at_zero": "1"})

        assert "relu_at_zero = 1, where 0 is declared" in sentences(audit(made(arrays)))

    def test_transposed(self, right: Bundle) -> None:
        """Square weights do not show a transpose by their shape."""
        gradients = list(right.weight_gradients)
        gradients[1] = np.ascontiguousarray(gradients[1].T)
        (only,) = audit(replace(right, weight_gradients=tuple(gradients))).levels[0].explanations

        assert (only.name, only.arrays) == ("transpose", ("dW2",))

    def test_layers_in_reverse_order(self) -> None:
        """Layers of one shape do not show their order."""
        random = np.random.default_rng(2)
        layers = tuple(
            Layer(
                random.standard_normal((4, 4)).astype(np.float32), random.standard_normal(4).astype(np.float32), "tanh"
            )
            for _ in range(3)
        )
        x, y = (random.standard_normal((4, 5)).astype(np.float32) for _ in range(2))
        arrays = arrays_of(Network(layers, "squared_error"), x, y)
        bundle = made(arrays, activations=("tanh",) * 3, loss="squared_error")
        wrong = replace(
            bundle,
            weight_gradients=bundle.weight_gradients[::-1],
            bias_gradients=bundle.bias_gradients[::-1],
        )

        assert sentences(audit(wrong)) == ["is that of the layers in reverse order"]

    def test_weight_decay(self, right: Bundle) -> None:
        """A penalty on the weights adds a multiple of them."""
        pairs = zip(right.weight_gradients, right.weights, strict=True)
        wrong = replace(right, weight_gradients=tuple(g + np.float32(0.01) * w for g, w in pairs))

        assert sentences(audit(wrong)) == ["is the right one plus 0.01 times the parameters, as of weight decay"]

    @pytest.mark.parametrize(
        ("chosen", "sentence"),
        [
            ([0, 1, 2, 4, 5, 6, 7], "sample 3 is left out"),
            ([5], "sample 5 is the only one"),
        ],
    )
    def test_samples(self, right: Bundle, chosen: list[int], sentence: str) -> None:
        """A sample that is left out, or alone, is named."""
        network, x, y = network_of("float32")
        part = made(arrays_of(network, x[:, chosen], y[:, chosen]))
        wrong = replace(right, weight_gradients=part.weight_gradients, bias_gradients=part.bias_gradients)

        assert sentence in sentences(audit(wrong))

    def test_forgotten_biases(self, right: Bundle) -> None:
        """A forward pass without biases."""
        network, x, y = network_of("float32")
        layers = tuple(replace(layer, bias=np.zeros_like(layer.bias)) for layer in network.layers)
        arrays = arrays_of(Network(layers, LOSS), x, y)
        arrays |= {f"b{number}": array for number, array in enumerate(right.biases, start=1)}

        assert sentences(audit(made(arrays))) == ["the biases are left out"]

    def test_another_activation(self) -> None:
        """What was declared is not what was computed."""
        arrays = arrays_of(*network_of("float32"))

        assert "the activation of the hidden layers is relu" not in sentences(audit(made(arrays)))
        network, x, y = network_of("float32")
        layers = (*(replace(layer, activation="relu") for layer in network.layers[:-1]), network.layers[-1])
        arrays = arrays_of(Network(layers, LOSS), x, y)
        assert sentences(audit(made(arrays))) == ["the activation of the hidden layers is relu"]

    def test_a_narrower_format(self, right: Bundle) -> None:
        """A step computed in float16 and kept in float32: the finest format that admits it is named."""
        rounded = Network(
            tuple(
                Layer(layer.weights.astype(np.float16), layer.bias.astype(np.float16), layer.activation)
                for layer in right.network.layers
            ),
            LOSS,
        )
        arrays = arrays_of(rounded, right.inputs.astype(np.float16), right.labels.astype(np.float16))
        computed = made({name: array.astype(np.float32) for name, array in arrays.items()})
        wrong = replace(right, weight_gradients=computed.weight_gradients, bias_gradients=computed.bias_gradients)

        assert "computed in float16, where float32 is declared" in sentences(audit(wrong, ("should",)))

    def test_noise_behaves_like_nothing(self, right: Bundle) -> None:
        """No explanation is invented."""
        random = np.random.default_rng(3)
        wrong = with_gradients(right, lambda array: array * (1 + random.uniform(0.5, 1, array.shape)))

        assert sentences(audit(wrong)) == []

    @pytest.mark.parametrize(
        ("interval", "number"),
        [((0.9999, 1.0001), 1.0), ((0.36996, 0.37004), 0.37), ((1.00009, 1.00011), 1.0001), ((-2.1, -1.9), -2.0)],
    )
    def test_a_constant_has_as_few_digits_as_are_known(self, interval: tuple[float, float], number: float) -> None:
        """The shortest decimal in an interval."""
        assert shortest(interval) == number
