"""
The formulas as textbooks print them, in plain NumPy: right on ordinary numbers, weak in the tails.

Every operation is the ``definition`` form of its clause, evaluated step by step in the format of its
arguments. Nothing is rearranged against overflow or cancellation: ``e^z`` overflows, ``s (1 - s)``
vanishes where ``s`` rounds to one, the logarithm of a probability that underflowed is infinite. That
is the point of this adapter. It shows what the sources' formulas, kept to the letter, are worth.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ...spec.network import Layer, Network

Array: TypeAlias = npt.NDArray[np.floating[Any]]
Scalar: TypeAlias = np.floating[Any]

ACTIVATIONS = ("identity", "relu", "leaky_relu", "sigmoid", "tanh")
OUTPUT_OF_LOSS = {"binary_cross_entropy": "sigmoid", "categorical_cross_entropy": "softmax"}


def _unwarned(target: type[Textbook]) -> type[Textbook]:
    """The target without NumPy's warnings: that a form overflows is known, and the answer shows it."""
    for name, operation in list(vars(target).items()):
        if callable(operation):
            setattr(target, name, _silent(operation))
    return target


def _silent(operation: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(operation)
    def silently(*arguments: Any, **parameters: Any) -> Any:  # noqa: ANN401 -- whatever the operation takes
        with np.errstate(all="ignore"):
            return operation(*arguments, **parameters)

    return silently


@_unwarned
class Textbook:
    """The ``definition`` form of every clause under the default conventions, batches in columns."""

    name = "textbook"
    version = f"NumPy {np.__version__}"
    formats = ("float64", "float32", "float16")
    conventions = {  # noqa: RUF012 -- read, never written
        "layout": "columns",
        "weight_layout": "out_in",
        "relu_at_zero": "0",
        "leaky_relu_at_zero": "slope",
        "step_at_threshold": "1",
        "squared_error": "half",
        "cost": "mean",
        "entry_reduction": "sum",
        "label_sum": "one",
    }

    # Activations

    def identity(self, z: Array) -> Array:
        """``z``."""
        return z.copy()

    def identity_derivative(self, z: Array) -> Array:
        """``1``."""
        return np.ones_like(z)

    def identity_vjp(self, z: Array, upstream: Array) -> Array:
        """``u * 1``."""
        return upstream * self.identity_derivative(z)

    def relu(self, z: Array) -> Array:
        """``max(0, z)``."""
        return np.maximum(0, z)

    def relu_derivative(self, z: Array) -> Array:
        """``1`` if ``z > 0`` else ``0``."""
        return np.asarray(z > 0).astype(z.dtype)

    def relu_vjp(self, z: Array, upstream: Array) -> Array:
        """``u * relu'(z)``."""
        return upstream * self.relu_derivative(z)

    def leaky_relu(self, z: Array, slope: float = 0.01) -> Array:
        """``z`` if ``z > 0`` else ``slope z``."""
        return np.where(z > 0, z, slope * z)

    def leaky_relu_derivative(self, z: Array, slope: float = 0.01) -> Array:
        """``1`` if ``z > 0`` else ``slope``."""
        return np.where(z > 0, np.ones_like(z), slope)

    def leaky_relu_vjp(self, z: Array, upstream: Array, slope: float = 0.01) -> Array:
        """``u * leaky_relu'(z)``."""
        return upstream * self.leaky_relu_derivative(z, slope)

    def sigmoid(self, z: Array) -> Array:
        """``1 / (1 + e^-z)``."""
        return 1 / (1 + np.exp(-z))

    def sigmoid_derivative(self, z: Array) -> Array:
        """``s (1 - s)``."""
        s = self.sigmoid(z)
        return s * (1 - s)

    def sigmoid_vjp(self, z: Array, upstream: Array) -> Array:
        """``u * s'(z)``."""
        return upstream * self.sigmoid_derivative(z)

    def tanh(self, z: Array) -> Array:
        """``(e^z - e^-z) / (e^z + e^-z)``."""
        t: Array = (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z))
        return t

    def tanh_derivative(self, z: Array) -> Array:
        """``1 - t^2``."""
        return 1 - self.tanh(z) ** 2

    def tanh_vjp(self, z: Array, upstream: Array) -> Array:
        """``u * tanh'(z)``."""
        return upstream * self.tanh_derivative(z)

    def heaviside(self, z: Array, threshold: float = 0.0) -> Array:
        """``1`` if ``z >= threshold`` else ``0``."""
        return np.asarray(z >= threshold).astype(z.dtype)

    def heaviside_derivative(self, z: Array, threshold: float = 0.0) -> Array:  # noqa: ARG002
        """``0``."""
        return np.zeros_like(z)

    def heaviside_vjp(self, z: Array, upstream: Array, threshold: float = 0.0) -> Array:
        """``u * 0``."""
        return upstream * self.heaviside_derivative(z, threshold)

    def softmax(self, z: Array) -> Array:
        """``e^(z_i) / sum_j e^(z_j)``."""
        s: Array = np.exp(z) / np.sum(np.exp(z))
        return s

    def log_softmax(self, z: Array) -> Array:
        """``z_i - log sum_j e^(z_j)``."""
        log_sum_exp: Scalar = np.log(np.sum(np.exp(z)))
        return z - log_sum_exp

    def softmax_jacobian(self, z: Array) -> Array:
        """``S_i (delta_ij - S_j)``."""
        s = self.softmax(z)
        return s[:, np.newaxis] * (np.eye(len(s), dtype=s.dtype) - s[np.newaxis, :])

    def softmax_vjp(self, z: Array, upstream: Array) -> Array:
        """``S * (u - S.u)``."""
        s = self.softmax(z)
        return s * (upstream - s @ upstream)

    def softmax_batch(self, Z: Array) -> Array:
        """``e^(z_i) / sum_j e^(z_j)`` in each column."""
        S: Array = np.exp(Z) / np.sum(np.exp(Z), axis=0)
        return S

    # Losses

    def squared_error(self, o: Array, y: Array) -> Scalar:
        """``1/2 sum (o - y)^2``."""
        return np.sum((o - y) ** 2) / 2

    def squared_error_gradient(self, o: Array, y: Array) -> Array:
        """``o - y``."""
        return o - y

    def squared_error_delta(self, z: Array, y: Array) -> Array:
        """``z - y``."""
        return z - y

    def binary_cross_entropy(self, o: Array, y: Array) -> Scalar:
        """``-sum y log o + (1 - y) log(1 - o)``."""
        return -np.sum(_times_log(y, o) + _times_log(1 - y, 1 - o))

    def binary_cross_entropy_gradient(self, o: Array, y: Array) -> Array:
        """``-y/o + (1 - y)/(1 - o)``."""
        return -y / o + (1 - y) / (1 - o)

    def categorical_cross_entropy(self, o: Array, y: Array) -> Scalar:
        """``-sum y log o``."""
        return -np.sum(_times_log(y, o))

    def categorical_cross_entropy_gradient(self, o: Array, y: Array) -> Array:
        """``-y / o``."""
        return -y / o

    def sigmoid_cross_entropy(self, z: Array, y: Array) -> Scalar:
        """Binary cross-entropy of ``s(z)``."""
        return self.binary_cross_entropy(self.sigmoid(z), y)

    def sigmoid_cross_entropy_delta(self, z: Array, y: Array) -> Array:
        """``s(z) - y``."""
        return self.sigmoid(z) - y

    def softmax_cross_entropy(self, z: Array, y: Array) -> Scalar:
        """Categorical cross-entropy of ``S(z)``."""
        return self.categorical_cross_entropy(self.softmax(z), y)

    def softmax_cross_entropy_delta(self, z: Array, y: Array) -> Array:
        """``S - y``, for labels that sum to one."""
        return self.softmax(z) - y

    # Layers

    def dense(self, x: Array, W: Array, b: Array) -> Array:
        """``W x + b``."""
        return W @ x + b

    def dense_jacobian_x(self, x: Array, W: Array, b: Array) -> Array:  # noqa: ARG002
        """``W``."""
        return W.copy()

    def dense_jacobian_weights(self, x: Array, W: Array, b: Array) -> Array:  # noqa: ARG002
        """``delta_ip x_q``."""
        return np.multiply.outer(np.eye(len(b), dtype=b.dtype), x)

    def dense_jacobian_bias(self, x: Array, W: Array, b: Array) -> Array:  # noqa: ARG002
        """``delta_ip``."""
        return np.eye(len(b), dtype=b.dtype)

    def dense_gradients(self, x: Array, W: Array, b: Array, delta: Array) -> tuple[Array, Array, Array]:  # noqa: ARG002
        """``(W^T delta, delta x^T, delta)``."""
        return W.T @ delta, np.outer(delta, x), delta.copy()

    def dense_batch(self, X: Array, W: Array, b: Array) -> Array:
        """``W X + b 1^T``."""
        return W @ X + b[:, np.newaxis]

    def dense_batch_gradients(self, X: Array, W: Array, b: Array, D: Array) -> tuple[Array, Array, Array]:  # noqa: ARG002
        """``(W^T D, D X^T, D 1)``."""
        return W.T @ D, D @ X.T, np.sum(D, axis=1)

    def backpropagate_delta(
        self, W_next: Array, delta_next: Array, z: Array, activation: str, slope: float = 0.01
    ) -> Array:
        """``(W^T delta) * g'(z)``."""
        return (W_next.T @ delta_next) * self._elementwise(activation, z, slope, "_derivative")

    # Networks

    def network_forward(self, network: Network, X: Array) -> Array:
        """``a^L`` of each column."""
        return self._forward(network, X)[1][-1]

    def network_cost(self, network: Network, X: Array, Y: Array) -> Scalar:
        """``1/N`` times the sum of the losses of the samples, from the last activation."""
        _refuse_other_losses(network)
        A = self.network_forward(network, X)
        loss = getattr(self, network.loss)
        cost: Scalar = np.sum([loss(a, y) for a, y in zip(A.T, Y.T, strict=True)]) / X.shape[1]
        return cost

    def network_gradients(self, network: Network, X: Array, Y: Array) -> tuple[list[Array], list[Array]]:
        """``dW^l = delta^l (a^(l-1))^T`` and ``db^l = delta^l 1``, with ``1/N`` in the last delta."""
        _refuse_other_losses(network)
        Z, A = self._forward(network, X)
        delta = (A[-1] - Y) / X.shape[1]
        if network.loss == "squared_error":
            delta = delta * self._apply(network.layers[-1], Z[-1], "_derivative")
        dWs, dbs = [delta @ A[-2].T], [np.sum(delta, axis=1)]
        for index in range(len(network.layers) - 2, -1, -1):
            local = self._apply(network.layers[index], Z[index], "_derivative")
            delta = (network.layers[index + 1].weights.T @ delta) * local
            dWs.insert(0, delta @ A[index].T)
            dbs.insert(0, np.sum(delta, axis=1))
        return dWs, dbs

    def output_bias_jacobian(self, network: Network, x: Array, layer: int) -> Array:
        """``D^L ... D^(l+2) (D^(l+1) * G~^l)`` with ``D^l = diag(g'(z^l)) W^l`` (Dick 2021)."""
        Z, _ = self._forward(network, x[:, np.newaxis])
        last = self._activation_jacobian(network.layers[-1], Z[-1][:, 0])
        if layer == len(network.layers):
            return last
        D = [self._activation_jacobian(each, z[:, 0]) @ each.weights for each, z in zip(network.layers, Z, strict=True)]
        slopes = self._apply(network.layers[layer - 1], Z[layer - 1][:, 0], "_derivative")
        product: Array = D[layer] * slopes[np.newaxis, :]
        for factor in D[layer + 1 :]:
            product = factor @ product
        return product

    def output_weight_jacobian(self, network: Network, x: Array, layer: int) -> Array:
        """The bias Jacobian ``(x) a^(l-1)`` (Dick 2021)."""
        _, A = self._forward(network, x[:, np.newaxis])
        return np.multiply.outer(self.output_bias_jacobian(network, x, layer), A[layer - 1][:, 0])

    def gradient_descent_step(
        self, network: Network, dWs: Sequence[Array], dbs: Sequence[Array], rate: float
    ) -> tuple[list[Array], list[Array]]:
        """``W - rate dW`` and ``b - rate db``."""
        Ws = [layer.weights - rate * dW for layer, dW in zip(network.layers, dWs, strict=True)]
        bs = [layer.bias - rate * db for layer, db in zip(network.layers, dbs, strict=True)]
        return Ws, bs

    # Parts of the operations above

    def _elementwise(self, activation: str, z: Array, slope: float | None, kind: str) -> Array:
        """The activation (``kind`` empty) or its derivative (``_derivative``)."""
        if activation not in ACTIVATIONS:
            raise NotImplementedError(f"activation {activation!r}")
        parameters = {} if activation != "leaky_relu" or slope is None else {"slope": slope}
        result: Array = getattr(self, activation + kind)(z, **parameters)
        return result

    def _apply(self, layer: Layer, z: Array, kind: str = "") -> Array:
        return self._elementwise(layer.activation, z, getattr(layer, "slope", None), kind)

    def _forward(self, network: Network, X: Array) -> tuple[list[Array], list[Array]]:
        """``z^1 ... z^L`` and ``a^0 = X, a^1 ... a^L``."""
        Z: list[Array] = []
        A = [X]
        for layer in network.layers:
            z = self.dense_batch(A[-1], layer.weights, layer.bias)
            is_softmax = layer.activation == "softmax" and layer is network.layers[-1]
            Z.append(z)
            A.append(self.softmax_batch(z) if is_softmax else self._apply(layer, z))
        return Z, A

    def _activation_jacobian(self, layer: Layer, z: Array) -> Array:
        if layer.activation == "softmax":
            return self.softmax_jacobian(z)
        return np.diag(self._apply(layer, z, "_derivative"))


def _times_log(weight: Array, number: Array) -> Array:
    """``w log p``, with ``0 log p = 0`` whatever ``p``."""
    return np.where(weight == 0, np.zeros_like(number), weight * np.log(number))


def _refuse_other_losses(network: Network) -> None:
    output = network.layers[-1].activation
    if network.loss not in ("squared_error", *OUTPUT_OF_LOSS):
        raise NotImplementedError(f"loss {network.loss!r}")
    if (output == "softmax") if network.loss == "squared_error" else (output != OUTPUT_OF_LOSS[network.loss]):
        raise NotImplementedError(f"loss {network.loss!r} on an output layer of activation {output!r}")
