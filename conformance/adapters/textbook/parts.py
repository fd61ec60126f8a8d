"""What several operations of the textbook are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Callable

    from ....spec.network import Layer, Network

Array: TypeAlias = npt.NDArray[np.floating[Any]]
Scalar: TypeAlias = np.floating[Any]

ACTIVATIONS = ("identity", "relu", "leaky_relu", "sigmoid", "tanh")
OUTPUT_OF_LOSS = {"binary_cross_entropy": "sigmoid", "categorical_cross_entropy": "softmax"}


class Parts:
    """Activations by name, and the forward pass, in terms of the operations themselves."""

    dense_batch: Callable[..., Array]
    softmax_batch: Callable[..., Array]
    softmax_jacobian: Callable[..., Array]

    def elementwise(self, activation: str, z: Array, slope: float | None, kind: str) -> Array:
        """The activation (``kind`` empty) or its derivative (``_derivative``)."""
        if activation not in ACTIVATIONS:
            raise NotImplementedError(f"activation {activation!r}")
        parameters = {} if activation != "leaky_relu" or slope is None else {"slope": slope}
        result: Array = getattr(self, activation + kind)(z, **parameters)
        return result

    def apply(self, layer: Layer, z: Array, kind: str = "") -> Array:
        """The activation of a layer (``kind`` empty) or its derivative (``_derivative``)."""
        return self.elementwise(layer.activation, z, getattr(layer, "slope", None), kind)

    def forward(self, network: Network, X: Array) -> tuple[list[Array], list[Array]]:
        """``z^1 ... z^L`` and ``a^0 = X, a^1 ... a^L``."""
        Z: list[Array] = []
        A = [X]
        for layer in network.layers:
            z = self.dense_batch(A[-1], layer.weights, layer.bias)
            is_softmax = layer.activation == "softmax" and layer is network.layers[-1]
            Z.append(z)
            A.append(self.softmax_batch(z) if is_softmax else self.apply(layer, z))
        return Z, A

    def jacobian_of(self, layer: Layer, z: Array) -> Array:
        """The Jacobian of a layer's activation."""
        if layer.activation == "softmax":
            return self.softmax_jacobian(z)
        return np.diag(self.apply(layer, z, "_derivative"))


def times_log(weight: Array, number: Array) -> Array:
    """``w log p``, with ``0 log p = 0`` whatever ``p``."""
    return np.where(weight == 0, np.zeros_like(number), weight * np.log(number))


def refuse_other_losses(network: Network) -> None:
    """NotImplementedError for a loss that is unknown, or not at home on the output of the network."""
    output = network.layers[-1].activation
    if network.loss not in ("squared_error", *OUTPUT_OF_LOSS):
        raise NotImplementedError(f"loss {network.loss!r}")
    if (output == "softmax") if network.loss == "squared_error" else (output != OUTPUT_OF_LOSS[network.loss]):
        raise NotImplementedError(f"loss {network.loss!r} on an output layer of activation {output!r}")
