"""Chapters 7 and 8: whole networks, Park's listings of code, and the factors of the tensor form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from . import parts
from .estimators import Array, backprop, deltas_of_cost, estimator, forward, of_network

if TYPE_CHECKING:
    from ....spec.network import Network


def _activation(network: Network, x: Array, layer: int) -> Array:
    """The activation of a layer, or the input where the layer is 0."""
    return x if layer == 0 else forward(of_network(network, layers=layer), x[np.newaxis])[-1][0]


class Networks:
    """Operations of networks that an estimator can be: one activation in all hidden layers."""

    def network_forward(self, network: Network, X: Array) -> Array:
        """Last activation of each row."""
        return forward(of_network(network), X)[-1]

    def network_cost(self, network: Network, X: Array, Y: Array) -> Any:
        """The loss that ``_backprop`` reports."""
        return backprop(network, X, Y).cost

    def network_gradients(self, network: Network, X: Array, Y: Array) -> tuple[list[Array], list[Array]]:
        """The gradients with which the solvers train."""
        step = backprop(network, X, Y)
        return step.weight_gradients, step.bias_gradients

    classifier_backward = network_gradients

    def network_trace(self, network: Network, X: Array) -> tuple[list[Array], list[Array]]:
        """Activations of every layer, and pre-activations: those of the first layers with the identity behind."""
        numbers = range(1, len(network.layers) + 1)
        pre_activations = [forward(of_network(network, layers=each, output="identity"), X)[-1] for each in numbers]
        return pre_activations, forward(of_network(network), X)

    classifier_forward = network_trace

    def network_deltas(self, network: Network, X: Array, Y: Array) -> list[Array]:
        """Gradients of the cost by the pre-activations."""
        return deltas_of_cost(network, X, Y)

    def network_input_gradient(self, network: Network, X: Array, Y: Array) -> Array:
        """Gradient of the cost by the inputs, from the deltas of the first layer."""
        return parts.to_input(deltas_of_cost(network, X, Y)[0], network.layers[0].weights)

    def downstream_value(self, network: Network, x: Array, layer: int) -> Array:
        """The input, or the activation of the layer before."""
        return np.array(_activation(network, x, layer - 1))

    def upstream_gradient(self, network: Network, x: Array, y: Array, layer: int) -> Array:
        """The last delta, or the gradient by the activation of a layer from the delta above it."""
        deltas = backprop(network, x[np.newaxis], y[np.newaxis]).deltas
        if layer == len(network.layers):
            found: Array = deltas[-1][0]
        else:
            found = parts.to_input(deltas[layer], network.layers[layer].weights)[0]
        return found

    def relu_layer_forward(self, A_prev: Array, W: Array, b: Array) -> tuple[Array, Array]:
        """A layer with the identity and with relu."""
        return forward(estimator([W], [b], ["identity"]), A_prev)[0], forward(estimator([W], [b], ["relu"]), A_prev)[0]

    def relu_layer_backward(
        self, W_next: Array, dZ_next: Array, Z: Array, A_prev: Array
    ) -> tuple[Array, Array, Array, Array]:
        """One step of the loop of ``_backprop``, and the gradients of the layer."""
        dA = parts.to_input(dZ_next, W_next)
        dZ = parts.pulled_back("relu", parts.activated("relu", Z), dA)
        weights = np.zeros((A_prev.shape[1], Z.shape[1]), dtype=Z.dtype)
        return dA, dZ, *parts.to_parameters(A_prev, weights, dZ)

    def gamma(self, network: Network, x: Array, layer: int) -> Array:
        """Derivatives of the activations of a layer."""
        return parts.derivative(network.layers[layer - 1].activation, _activation(network, x, layer))

    def gamma_columns(self, network: Network, x: Array, layer: int) -> Array:
        """The derivatives in every column."""
        return np.tile(self.gamma(network, x, layer)[:, np.newaxis], network.layers[layer - 1].weights.shape[0])

    def gamma_rows(self, network: Network, x: Array, layer: int) -> Array:
        """The derivatives in every row."""
        return np.tile(self.gamma(network, x, layer), (network.layers[layer].weights.shape[1], 1))

    def layer_jacobian(self, network: Network, x: Array, layer: int) -> Array:
        """Jacobian of a layer by its input: a unit vector upstream in each row."""
        here = network.layers[layer - 1]
        above = parts.jacobian(here.activation, _activation(network, x, layer))
        return parts.to_input(above, here.weights)
