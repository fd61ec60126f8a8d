"""What backpropagation leaves by the way: traces, deltas, upstream gradients, Dick's factors, Park's listings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..adapters.reference import activations
from .dense import Networks, refuse_other_losses
from .variant import Collection

if TYPE_CHECKING:
    from .variant import Array

COLLECTION = Collection()


@COLLECTION.implementation(
    "network_trace",
    "network_deltas",
    "network_input_gradient",
    "network_vjp",
    conventions={"leaky_relu_at_zero": "one"},
)
class ByRecursiveCalls(Networks):
    """Each layer calls the next one, which returns its delta: there is no loop and no stored list but by the calls."""

    def network_trace(self, network: Any, X: Array) -> tuple[list[Array], list[Array]]:
        """What the calls return, put together."""
        if not network.layers:
            return [], []
        first = network.layers[0]
        z = self.affine(first.weights, first.bias, X)
        a = self.value(first, z)
        Z, A = self.network_trace(type(network)(network.layers[1:], network.loss), a)
        return [z, *Z], [a, *A]

    def network_deltas(self, network: Any, X: Array, Y: Array) -> list[Array]:
        """Divided by N after the recursion."""
        refuse_other_losses(network)
        return [D / X.shape[1] for D in self.back(network, X, Y)]

    def back(self, network: Any, inputs: Array, Y: Array) -> list[Array]:
        """The deltas from this layer on."""
        layer = network.layers[0]
        z = self.affine(layer.weights, layer.bias, inputs)
        a = self.value(layer, z)
        if len(network.layers) == 1:
            return [self.last_delta(network, z, a, Y)]
        found = self.back(type(network)(network.layers[1:], network.loss), a, Y)
        return [self.slopes(layer, z) * (network.layers[1].weights.T @ found[0]), *found]

    def network_input_gradient(self, network: Any, X: Array, Y: Array) -> Array:
        """``(W^1)^T D^1 / N``, divided last."""
        refuse_other_losses(network)
        return np.asarray(network.layers[0].weights.T @ self.back(network, X, Y)[0] / X.shape[1])

    def network_vjp(self, network: Any, x: Array, upstream: Array) -> tuple[Array, list[Array], list[Array]]:
        """The upstream gradient of each layer is returned by the call of the next one."""
        layer = network.layers[0]
        z = layer.weights @ x + layer.bias
        a = self.value(layer, z[:, np.newaxis])[:, 0]
        weights: list[Array] = []
        biases: list[Array] = []
        if len(network.layers) > 1:
            upstream, weights, biases = self.network_vjp(type(network)(network.layers[1:], network.loss), a, upstream)
        is_softmax = layer.activation == "softmax"
        delta = _softmax_vjp(a, upstream) if is_softmax else self.slopes(layer, z) * upstream
        return delta @ layer.weights, [np.outer(delta, x), *weights], [delta, *biases]


@COLLECTION.implementation("network_gradients", reaches="core")
class JacobiansAsMatrices(Networks):
    """The row of partial derivatives of each loss times the Jacobians of all layers, diagonal ones with their zeros."""

    def network_gradients(self, network: Any, X: Array, Y: Array) -> tuple[list[Array], list[Array]]:
        """Sample by sample, ``dL/da^L J^L W^L ... J^l``; the mean of the samples last."""
        refuse_other_losses(network)
        samples = [self.of_sample(network, x, y) for x, y in zip(X.T, Y.T, strict=True)]
        weights = [np.stack([np.outer(delta, a) for delta, a in layer]) for layer in zip(*samples, strict=True)]
        biases = [np.stack([delta for delta, _ in layer]) for layer in zip(*samples, strict=True)]
        return [self.total(each) / len(samples) for each in weights], [
            self.total(each) / len(samples) for each in biases
        ]

    def of_sample(self, network: Any, x: Array, y: Array) -> list[tuple[Array, Array]]:
        """The row behind each layer, and what the layer is fed."""
        Z, A = self.trace(network, x[:, np.newaxis])
        row = self.row(network.loss, A[-1][:, 0], y)[np.newaxis, :]
        found: list[tuple[Array, Array]] = []
        for layer, z, a in reversed(list(zip(network.layers, Z, A, strict=False))):
            row = self.product(row, self.jacobian(layer, z[:, 0]))
            found.insert(0, (row[0], a[:, 0]))
            row = self.product(row, layer.weights)
        return found

    def row(self, loss: str, o: Array, y: Array) -> Array:
        """The partial derivatives of the loss with respect to the output."""
        match loss:
            case "squared_error":
                return o - y
            case "binary_cross_entropy":
                return (1 - y) / (1 - o) - y / o
            case _:
                return np.where(y == 0, np.zeros_like(y), -y / o)

    def jacobian(self, layer: Any, z: Array) -> Array:
        """Of the activation."""
        is_softmax = layer.activation == "softmax"
        return activations.softmax_jacobian(z) if is_softmax else np.diag(self.slopes(layer, z))


def _softmax_vjp(s: Array, upstream: Array) -> Array:
    """``s_i sum_j s_j (u_i - u_j)``."""
    return np.array([share * np.sum(s * (own - upstream)) for share, own in zip(s, upstream, strict=True)])


@COLLECTION.implementation(
    "downstream_value",
    "upstream_gradient",
    "gamma",
    "gamma_columns",
    "gamma_rows",
    "layer_jacobian",
    conventions={"weight_layout": "in_out"},
)
class FactorsByBroadcasting(Networks):
    """Dick's matrices of equal columns and rows are read-only views of one vector; Jiang's gradients go by index."""

    def downstream_value(self, network: Any, x: Array, layer: int) -> Array:
        """``a^(l-1)``, as a row."""
        for each in network.layers[: layer - 1]:
            x = self.value(each, (x @ each.weights + each.bias)[:, np.newaxis])[:, 0]
        return np.array(x)

    def upstream_gradient(self, network: Any, x: Array, y: Array, layer: int) -> Array:
        """``sum_j' d_j' g'(z_j') W_jj'``."""
        refuse_other_losses(network)
        given = self.choices.network(network)
        Z, A = self.trace(given, x[:, np.newaxis])
        passed = self.last_delta(given, Z[-1], A[-1], y[:, np.newaxis])[:, 0]
        for number in range(len(given.layers), layer, -1):
            here = given.layers[number - 1]
            if number < len(given.layers):
                passed = passed * self.slopes(here, Z[number - 1][:, 0])
            passed = np.sum(passed[:, np.newaxis] * here.weights, axis=0)
        return passed

    def gamma(self, network: Any, x: Array, layer: int) -> Array:
        """``g'(z)`` of one layer."""
        here = network.layers[layer - 1]
        inputs = self.downstream_value(network, x, layer)
        return self.slopes(here, inputs @ here.weights + here.bias)

    def gamma_columns(self, network: Any, x: Array, layer: int) -> Array:
        """A view without memory of its own."""
        gamma = self.gamma(network, x, layer)
        width = network.layers[layer - 1].weights.shape[0]
        return np.broadcast_to(gamma[:, np.newaxis], (len(gamma), width))

    def gamma_rows(self, network: Any, x: Array, layer: int) -> Array:
        """A view without memory of its own."""
        gamma = self.gamma(network, x, layer)
        return np.broadcast_to(gamma, (network.layers[layer].weights.shape[1], len(gamma)))

    def layer_jacobian(self, network: Any, x: Array, layer: int) -> Array:
        """Rows of the weights scaled, or the Jacobian of the softmax times the weights."""
        here = network.layers[layer - 1]
        if here.activation != "softmax":
            return self.gamma(network, x, layer)[:, np.newaxis] * here.weights.T
        inputs = self.downstream_value(network, x, layer)
        return np.asarray(activations.softmax_jacobian(inputs @ here.weights + here.bias) @ here.weights.T)


@COLLECTION.implementation(
    "relu_layer_forward",
    "relu_layer_backward",
    "classifier_forward",
    "classifier_backward",
    conventions={"layout": "rows", "relu_at_zero": "1"},
)
class ListingsInRows(Networks):
    """Park's listings with a sample a row, and the derivative one of relu at zero."""

    def relu_layer_forward(self, A_prev: Array, W: Array, b: Array) -> tuple[Array, Array]:
        """``Z = A W^T + b``."""
        Z = A_prev @ W.T + b
        return Z, np.where(Z < 0, np.zeros_like(Z), Z)

    def relu_layer_backward(
        self, W_next: Array, dZ_next: Array, Z: Array, A_prev: Array
    ) -> tuple[Array, Array, Array, Array]:
        """``dA = dZ W``, entries of closed units set to zero."""
        dA = dZ_next @ W_next
        dZ = dA.copy()
        dZ[Z < 0] = 0
        return dA, dZ, dZ.T @ A_prev, dZ.sum(axis=0)

    def classifier_forward(self, network: Any, X: Array) -> tuple[list[Array], list[Array]]:
        """Relu layers, then the softmax of each row."""
        Z: list[Array] = []
        A = [X]
        for layer in network.layers:
            z, a = self.relu_layer_forward(A[-1], layer.weights, layer.bias)
            Z.append(z)
            A.append(self.softmax(z.T).T if layer.activation == "softmax" else a)
        return Z, A[1:]

    def classifier_backward(self, network: Any, X: Array, Y: Array) -> tuple[list[Array], list[Array]]:
        """The factor 1/N at every gradient, the last delta without cancellation."""
        Z, A = self.classifier_forward(network, X)
        inputs = [X, *A[:-1]]
        delta = (A[-1].T * self.others(Y.T) - Y.T * self.others(A[-1].T)).T
        weights, biases = [delta.T @ inputs[-1] / len(X)], [delta.sum(axis=0) / len(X)]
        for index in range(len(Z) - 2, -1, -1):
            after = network.layers[index + 1].weights
            _, delta, dW, db = self.relu_layer_backward(after, delta, Z[index], inputs[index])
            weights.insert(0, dW / len(X))
            biases.insert(0, db / len(X))
        return weights, biases
