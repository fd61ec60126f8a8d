"""Chapter 7, networks: the operations as the sources print them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .parts import Parts, refuse_other_losses

if TYPE_CHECKING:
    from collections.abc import Callable

    from ....spec.network import Network
    from .parts import Array, Scalar


class Networks(Parts):
    """The ``definition`` form of every clause of the chapter, step by step in the format of its arguments."""

    relu: Callable[..., Array]
    relu_derivative: Callable[..., Array]
    softmax_vjp: Callable[..., Array]

    def network_forward(self, network: Network, X: Array) -> Array:
        """``a^L`` of each column."""
        return self.forward(network, X)[1][-1]

    def network_trace(self, network: Network, X: Array) -> tuple[list[Array], list[Array]]:
        """``z^l`` and ``a^l`` of each column."""
        Z, A = self.forward(network, X)
        return Z, A[1:]

    def downstream_value(self, network: Network, x: Array, layer: int) -> Array:
        """``x``, or ``relu(L^(k-1)(...))`` (Jiang)."""
        return self.forward(network, x[:, np.newaxis])[1][layer - 1][:, 0].copy()

    def network_cost(self, network: Network, X: Array, Y: Array) -> Scalar:
        """``1/N`` times the sum of the losses of the samples, from the last activation."""
        refuse_other_losses(network)
        A = self.network_forward(network, X)
        loss = getattr(self, network.loss)
        cost: Scalar = np.sum([loss(a, y) for a, y in zip(A.T, Y.T, strict=True)]) / X.shape[1]
        return cost

    def network_gradients(self, network: Network, X: Array, Y: Array) -> tuple[list[Array], list[Array]]:
        """``dW^l = delta^l (a^(l-1))^T`` and ``db^l = delta^l 1``, with ``1/N`` in the last delta."""
        _, A = self.forward(network, X)
        Ds = self.network_deltas(network, X, Y)
        return [D @ a.T for D, a in zip(Ds, A, strict=False)], [np.sum(D, axis=1) for D in Ds]

    def network_deltas(self, network: Network, X: Array, Y: Array) -> list[Array]:
        """``dZ[L] = delta / N`` and ``dZ[l-1] = g'(Z[l-1]) * (W[l]^T dZ[l])`` (Park 2022)."""
        refuse_other_losses(network)
        Z, A = self.forward(network, X)
        return self._back(network, Z, self._last_delta(network, Z, A, Y) / X.shape[1])

    def network_input_gradient(self, network: Network, X: Array, Y: Array) -> Array:
        """``dA[0] = W[1]^T dZ[1]`` (Park 2022)."""
        gradient: Array = network.layers[0].weights.T @ self.network_deltas(network, X, Y)[0]
        return gradient

    def network_vjp(self, network: Network, x: Array, upstream: Array) -> tuple[Array, list[Array], list[Array]]:
        """``delta^L = J^T u``, then ``W^T delta``, ``delta a^T`` and ``delta`` (Park 2022)."""
        Z, A = self.forward(network, x[:, np.newaxis])
        z, last = Z[-1][:, 0], network.layers[-1]
        is_softmax = last.activation == "softmax"
        delta = self.softmax_vjp(z, upstream) if is_softmax else upstream * self.apply(last, z, "_derivative")
        deltas = self._back(network, Z, delta[:, np.newaxis])
        dx = (network.layers[0].weights.T @ deltas[0])[:, 0]
        return dx, [each @ a.T for each, a in zip(deltas, A, strict=False)], [each[:, 0] for each in deltas]

    def upstream_gradient(self, network: Network, x: Array, y: Array, layer: int) -> Array:
        """``S(z^p) - y`` and its kin, times ``W^p``, then ``sum_j' dF_j' 1(z_j') W_j'j`` (Jiang)."""
        refuse_other_losses(network)
        Z, A = self.forward(network, x[:, np.newaxis])
        gradient = self._last_delta(network, Z, A, y[:, np.newaxis])[:, 0]
        for number in range(len(network.layers), layer, -1):
            here = network.layers[number - 1]
            if number < len(network.layers):
                gradient = gradient * self.apply(here, Z[number - 1][:, 0], "_derivative")
            gradient = gradient @ here.weights
        return gradient

    def relu_layer_forward(self, A_prev: Array, W: Array, b: Array) -> tuple[Array, Array]:
        """``Z[i] = W[i] @ A[i-1] + b[i]; A[i] = relu(Z[i])`` (Park 2022, code 2)."""
        Z = W @ A_prev + b[:, np.newaxis]
        return Z, self.relu(Z)

    def relu_layer_backward(
        self, W_next: Array, dZ_next: Array, Z: Array, A_prev: Array
    ) -> tuple[Array, Array, Array, Array]:
        """``dA[i] = W[i+1].T @ dZ[i+1]`` and what follows from it (Park 2022, code 2)."""
        dA = W_next.T @ dZ_next
        dZ = self.relu_derivative(Z) * dA
        return dA, dZ, dZ @ A_prev.T, np.sum(dZ, axis=1)

    def classifier_forward(self, network: Network, X: Array) -> tuple[list[Array], list[Array]]:
        """A loop of relu layers, then ``A[L] = softmax(Z[L])`` over the classes (Park 2022, code 4)."""
        *hidden, last = network.layers
        Z: list[Array] = []
        A = [X]
        for layer in hidden:
            z, a = self.relu_layer_forward(A[-1], layer.weights, layer.bias)
            Z.append(z)
            A.append(a)
        Z.append(last.weights @ A[-1] + last.bias[:, np.newaxis])
        return Z, [*A[1:], self.softmax_batch(Z[-1])]

    def classifier_backward(self, network: Network, X: Array, Y: Array) -> tuple[list[Array], list[Array]]:
        """``dZ[L] = 1/N * (A[L] - Y)``, then the loop of relu layers (Park 2022, code 4)."""
        Z, A = self.classifier_forward(network, X)
        inputs = [X, *A[:-1]]
        dZ = (A[-1] - Y) / X.shape[1]
        dWs, dbs = [dZ @ inputs[-1].T], [np.sum(dZ, axis=1)]
        for index in range(len(Z) - 2, -1, -1):
            after = network.layers[index + 1].weights
            _, dZ, dW, db = self.relu_layer_backward(after, dZ, Z[index], inputs[index])
            dWs.insert(0, dW)
            dbs.insert(0, db)
        return dWs, dbs

    def _last_delta(self, network: Network, Z: list[Array], A: list[Array], Y: Array) -> Array:
        """``o - y``, times the derivative of the last activation for the squared error."""
        delta = A[-1] - Y
        if network.loss == "squared_error":
            return delta * self.apply(network.layers[-1], Z[-1], "_derivative")
        return delta

    def _back(self, network: Network, Z: list[Array], delta: Array) -> list[Array]:
        """The deltas of every layer, first to last, from that of the last."""
        deltas = [delta]
        for index in range(len(network.layers) - 2, -1, -1):
            local = self.apply(network.layers[index], Z[index], "_derivative")
            deltas.insert(0, (network.layers[index + 1].weights.T @ deltas[0]) * local)
        return deltas
