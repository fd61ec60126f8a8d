"""
Layers and networks over a matrix product and a sum that can be chosen.

The classes are no variants themselves. A variant derives from one of them and replaces what it is about.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..adapters.reference import activations
from .variant import Array, Implementation

if TYPE_CHECKING:
    from collections.abc import Sequence

OUTPUT_OF_LOSS = {"binary_cross_entropy": "sigmoid", "categorical_cross_entropy": "softmax"}
"""The one output activation that each cross-entropy goes with."""


class Dense(Implementation):
    """Products of matrices, layers, and sums over batches."""

    def product(self, one: Array, other: Array) -> Array:
        """``(m, k)`` times ``(k, n)``."""
        return one @ other

    def total(self, terms: Array) -> Array:
        """The sum over the first axis."""
        return np.asarray(np.sum(terms, axis=0))

    def column(self, matrix: Array, vector: Array) -> Array:
        """``(m, k)`` times ``(k,)``."""
        return self.product(matrix, vector[:, np.newaxis])[:, 0]

    def vector_jacobian_product(self, J: Array, upstream: Array) -> Array:
        """``J^T v``."""
        return self.column(J.T, upstream)

    def chain_jacobian(self, outer: Array, inner: Array) -> Array:
        """The Jacobian of the outer map times that of the inner."""
        return self.product(outer, inner)

    def linear_increment(self, value: Array, J: Array, h: Array) -> Array:
        """``f + J h``."""
        return value + self.column(J, h)

    def sum_reduction_gradient(self, J: Array) -> Array:
        """``1^T J``."""
        return self.total(J)

    def squared_error(self, o: Array, y: Array) -> Array:
        """``1/2 sum (o - y)^2``."""
        difference = o - y
        return self.total(difference * difference) / 2

    def softmax(self, z: Array) -> Array:
        """``exp(z_i - max) / sum_j exp(z_j - max)``, over the first axis."""
        e = np.exp(activations.shifted(z))
        return np.asarray(e / self.total(e))

    def dense_batch(self, X: Array, W: Array, b: Array) -> Array:
        """``W X + b 1^T``."""
        return self.choices.batch(self.affine(self.choices.weights(W), b, self.choices.batch(X)))

    def dense_batch_gradients(self, X: Array, W: Array, b: Array, delta: Array) -> tuple[Array, Array, Array]:  # noqa: ARG002 -- by contract
        """``(W^T D, D X^T, D 1)``."""
        X, W, D = self.choices.batch(X), self.choices.weights(W), self.choices.batch(delta)
        return (
            self.choices.batch(self.product(W.T, D)),
            self.choices.weights(self.product(D, X.T)),
            self.total(D.T),
        )

    def affine(self, weights: Array, bias: Array, inputs: Array) -> Array:
        """``W A + b 1^T``, samples as columns."""
        return self.product(weights, inputs) + bias[:, np.newaxis]


class Networks(Dense):
    """Forward pass, cost and backpropagation, samples as columns on the inside."""

    def network_forward(self, network: Any, X: Array) -> Array:
        """``a^L``."""
        return self.choices.batch(self.trace(self.choices.network(network), self.choices.batch(X))[1][-1])

    def network_cost(self, network: Any, X: Array, Y: Array) -> Array:
        """Mean or sum of the losses of the samples."""
        refuse_other_losses(network)
        Z, A = self.trace(self.choices.network(network), self.choices.batch(X))
        losses = self.losses(network.loss, Z[-1], A[-1], self.choices.batch(Y))
        return self.total(losses) / self.choices.sample_divisor(len(losses))

    def network_gradients(self, network: Any, X: Array, Y: Array) -> tuple[list[Array], list[Array]]:
        """``dW^l = D^l (A^(l-1))^T`` and ``db^l = D^l 1``."""
        refuse_other_losses(network)
        given, X, Y = self.choices.network(network), self.choices.batch(X), self.choices.batch(Y)
        Z, A = self.trace(given, X)
        delta = self.last_delta(given, Z[-1], A[-1], Y) / self.choices.sample_divisor(X.shape[1])
        deltas = self.deltas(given, Z, delta)
        weights = [self.choices.weights(self.product(D, a.T)) for D, a in zip(deltas, A, strict=False)]
        return weights, [self.total(D.T) for D in deltas]

    def trace(self, network: Any, X: Array) -> tuple[list[Array], list[Array]]:
        """``Z^1 ... Z^L`` and ``A^0 ... A^L``."""
        Z: list[Array] = []
        A = [X]
        for layer in network.layers:
            Z.append(self.affine(layer.weights, layer.bias, A[-1]))
            A.append(self.value(layer, Z[-1]))
        return Z, A

    def deltas(self, network: Any, Z: Sequence[Array], delta: Array) -> list[Array]:
        """``D^l = (W^(l+1))^T D^(l+1) * g'(Z^l)``, first layer to last, from that of the last."""
        found = [delta]
        for index in reversed(range(1, len(network.layers))):
            passed = self.product(network.layers[index].weights.T, found[0])
            found.insert(0, passed * self.slopes(network.layers[index - 1], Z[index - 1]))
        return found

    def value(self, layer: Any, z: Array) -> Array:
        """The activation of a layer."""
        if layer.activation == "softmax":
            return self.softmax(z)
        return np.asarray(activations.value(layer.activation, z, layer.slope)).astype(z.dtype)

    def slopes(self, layer: Any, z: Array) -> Array:
        """The derivative of the elementwise activation of a layer."""
        return activations.derivative(layer.activation, z, layer.slope, self.choices).astype(z.dtype)

    def losses(self, loss: str, z: Array, a: Array, y: Array) -> Array:
        """The loss of each sample, from the logits where there are any."""
        match loss:
            case "squared_error":
                factor = 0.5 if self.choices.halved else 1.0
                return factor * self.total((a - y) * (a - y)) / self.choices.entry_divisor(len(y))
            case "binary_cross_entropy":
                terms = (1 - y) * activations.softplus(z) + y * activations.softplus(-z)
                return self.total(terms) / self.choices.entry_divisor(len(y))
            case _:
                difference = activations.shifted(z)
                return -self.total(y * (difference - np.log(self.total(np.exp(difference)))))

    def last_delta(self, network: Any, z: Array, a: Array, y: Array) -> Array:
        """The derivative of the loss of each sample by its last pre-activation, without cancellation."""
        match network.loss:
            case "squared_error":
                factor = (1 if self.choices.halved else 2) / self.choices.entry_divisor(len(y))
                return factor * (a - y) * self.slopes(network.layers[-1], z)
            case "binary_cross_entropy":
                difference = (1 - y) * activations.sigmoid(z) - y * activations.sigmoid(-z)
                return np.asarray(difference / self.choices.entry_divisor(len(y)))
            case _:
                return a * self.others(y) - y * self.others(a)

    def others(self, terms: Array) -> Array:
        """The sum of all entries of a sample but each one, ``(m, N)``."""
        mask = np.asarray(1 - np.eye(len(terms)), dtype=terms.dtype)
        return self.product(mask, terms)


def refuse_other_losses(network: Any) -> None:
    """Say that a loss on an output layer that it is not at home on is not offered."""
    output = network.layers[-1].activation
    if (output == "softmax") if network.loss == "squared_error" else (output != OUTPUT_OF_LOSS[network.loss]):
        message = f"loss {network.loss!r} on an output layer of activation {output!r}"
        raise NotImplementedError(message)
