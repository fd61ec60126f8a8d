"""Chapter 9, training: one step of gradient descent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .arithmetic.arrays import Array, Number, as_array
from .propositions import proposition

if TYPE_CHECKING:
    from ..spec.network import Network
    from .arithmetic.protocol import Arithmetic


@proposition("gradient_descent.step")
def gradient_descent_step(
    arithmetic: Arithmetic,
    network: Network,
    weight_gradients: list[Array],
    bias_gradients: list[Array],
    rate: Number,
) -> tuple[list[Array], list[Array]]:
    """``(W^l - rate dW^l, b^l - rate db^l)`` for every layer, first to last. Clause ``gradient_descent.step``."""
    del arithmetic
    layers = network.layers
    weights = [as_array(layer.weights - step * rate) for layer, step in zip(layers, weight_gradients, strict=True)]
    biases = [as_array(layer.bias - step * rate) for layer, step in zip(layers, bias_gradients, strict=True)]
    return weights, biases
