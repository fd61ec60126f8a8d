"""Chapter 7, networks: the operations of the reference."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .. import activations, networks
from ..precision import rounded_once

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..conventions import Conventions
    from ..precision import Array, Network


class Networks:
    """Every operation of the chapter, in its stable form."""

    _choices: Conventions

    @rounded_once
    def network_forward(self, network: Network, X: Array) -> Array:
        """Last activation of each sample."""
        trace = networks.forward(self._choices.network(network), self._choices.batch(X))
        return self._choices.batch(trace.values[-1])

    @rounded_once
    def network_trace(self, network: Network, X: Array) -> tuple[list[Array], list[Array]]:
        """``z^l`` and ``a^l`` of each sample, first layer to last."""
        trace = networks.forward(self._choices.network(network), self._choices.batch(X))
        return self._batches(trace.pre_activations), self._batches(trace.values[1:])

    @rounded_once
    def downstream_value(self, network: Network, x: Array, layer: int) -> Array:
        """``a^(l-1)``, the sample itself for the first layer."""
        trace = networks.forward(self._choices.network(network), x[:, np.newaxis])
        return trace.values[layer - 1][:, 0]

    @rounded_once
    def network_cost(self, network: Network, X: Array, Y: Array) -> Array:
        """Mean or sum of the losses of the samples."""
        batches = self._choices.batch(X), self._choices.batch(Y)
        return networks.cost(self._choices.network(network), *batches, self._choices)

    @rounded_once
    def network_gradients(self, network: Network, X: Array, Y: Array) -> tuple[list[Array], list[Array]]:
        """Gradients of the cost by weights and biases, first layer to last."""
        batches = self._choices.batch(X), self._choices.batch(Y)
        weights, biases = networks.gradients(self._choices.network(network), *batches, self._choices)
        return self._weights(weights), biases

    @rounded_once
    def network_deltas(self, network: Network, X: Array, Y: Array) -> list[Array]:
        """Gradients of the cost by the pre-activations, first layer to last."""
        batches = self._choices.batch(X), self._choices.batch(Y)
        return self._batches(networks.deltas(self._choices.network(network), *batches, self._choices))

    @rounded_once
    def network_input_gradient(self, network: Network, X: Array, Y: Array) -> Array:
        """``(W^1)^T D^1``."""
        ours = self._choices.network(network)
        deltas = networks.deltas(ours, self._choices.batch(X), self._choices.batch(Y), self._choices)
        return self._choices.batch(ours.layers[0].weights.T @ deltas[0])

    @rounded_once
    def network_vjp(self, network: Network, x: Array, upstream: Array) -> tuple[Array, list[Array], list[Array]]:
        """Products of the upstream gradient with the output's Jacobians by input, weights and biases."""
        dx, weights, biases = networks.vjp(self._choices.network(network), x, upstream, self._choices)
        return dx, self._weights(weights), biases

    @rounded_once
    def upstream_gradient(self, network: Network, x: Array, y: Array, layer: int) -> Array:
        """Gradient of the loss by ``a^l``, by ``z^L`` for the last layer."""
        return networks.upstream_gradient(self._choices.network(network), x, y, layer, self._choices)

    @rounded_once
    def relu_layer_forward(self, A_prev: Array, W: Array, b: Array) -> tuple[Array, Array]:
        """``Z = W A + b 1^T`` and ``relu(Z)``."""
        Z = self._choices.weights(W) @ self._choices.batch(A_prev) + b[:, np.newaxis]
        return self._choices.batch(Z), self._choices.batch(activations.relu(Z))

    @rounded_once
    def relu_layer_backward(
        self, W_next: Array, dZ_next: Array, Z: Array, A_prev: Array
    ) -> tuple[Array, Array, Array, Array]:
        """``W_next^T dZ_next``, ``relu'(Z) * dA``, ``dZ A_prev^T`` and ``dZ 1``."""
        choices = self._choices
        dA = choices.weights(W_next).T @ choices.batch(dZ_next)
        dZ = activations.relu_derivative(choices.batch(Z), choices.relu_at_zero) * dA
        dW = choices.weights(dZ @ choices.batch(A_prev).T)
        return choices.batch(dA), choices.batch(dZ), dW, np.sum(dZ, axis=1)

    @rounded_once
    def classifier_forward(self, network: Network, X: Array) -> tuple[list[Array], list[Array]]:
        """``z^l`` and ``a^l`` of each sample, the last by a softmax."""
        trace = networks.forward(self._choices.network(network), self._choices.batch(X))
        return self._batches(trace.pre_activations), self._batches(trace.values[1:])

    @rounded_once
    def classifier_backward(self, network: Network, X: Array, Y: Array) -> tuple[list[Array], list[Array]]:
        """Gradients of the mean categorical cross-entropy by weights and biases, first layer to last."""
        batches = self._choices.batch(X), self._choices.batch(Y)
        weights, biases = networks.classifier_gradients(self._choices.network(network), *batches, self._choices)
        return self._weights(weights), biases

    def _batches(self, found: Sequence[Array]) -> list[Array]:
        """Batches in the caller's layout."""
        return [self._choices.batch(each) for each in found]

    def _weights(self, found: Sequence[Array]) -> list[Array]:
        """Gradients by weights in the caller's layout."""
        return [self._choices.weights(each) for each in found]
