"""The reference as a target: the contract's operations over the stable forms."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from . import activations, losses, networks
from .conventions import complete, parse
from .precision import rounded_once

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .precision import Array, Network


class Reference:
    """
    NumPy in the ``stable`` form of every clause, in all four formats, under any conventions.

    Half formats are computed in float32 and rounded once at the end, which ``conventions`` promises
    as ``intermediates = float32``. No operation warns, writes to an argument or returns one.
    """

    name = "reference"
    version = f"NumPy {np.__version__}"
    formats = ("float64", "float32", "float16", "bfloat16")

    def __init__(self, conventions: Mapping[str, str] | None = None) -> None:
        """Take the given conventions, and the default of those not given."""
        self.conventions = complete(conventions)
        self._choices = parse(self.conventions)

    # Activations

    @rounded_once
    def identity(self, z: Array) -> Array:
        """``z``."""
        return z

    @rounded_once
    def identity_derivative(self, z: Array) -> Array:
        """One."""
        return activations.identity_derivative(z)

    @rounded_once
    def identity_vjp(self, z: Array, upstream: Array) -> Array:
        """``u``."""
        return activations.identity_derivative(z) * upstream

    @rounded_once
    def relu(self, z: Array) -> Array:
        """``max(z, 0)``."""
        return activations.relu(z)

    @rounded_once
    def relu_derivative(self, z: Array) -> Array:
        """One above zero, zero below."""
        return activations.relu_derivative(z, self._choices.relu_at_zero)

    @rounded_once
    def relu_vjp(self, z: Array, upstream: Array) -> Array:
        """``relu'(z) u``."""
        return activations.relu_derivative(z, self._choices.relu_at_zero) * upstream

    @rounded_once
    def leaky_relu(self, z: Array, slope: float = 0.01) -> Array:
        """``z`` above zero, ``slope z`` below."""
        return activations.leaky_relu(z, slope)

    @rounded_once
    def leaky_relu_derivative(self, z: Array, slope: float = 0.01) -> Array:
        """One above zero, ``slope`` below."""
        return activations.derivative("leaky_relu", z, slope, self._choices)

    @rounded_once
    def leaky_relu_vjp(self, z: Array, upstream: Array, slope: float = 0.01) -> Array:
        """``leaky_relu'(z) u``."""
        return activations.derivative("leaky_relu", z, slope, self._choices) * upstream

    @rounded_once
    def sigmoid(self, z: Array) -> Array:
        """``1 / (1 + e^-z)``."""
        return activations.sigmoid(z)

    @rounded_once
    def sigmoid_derivative(self, z: Array) -> Array:
        """``e / (1 + e)^2``, ``e = exp(-|z|)``."""
        return activations.sigmoid_derivative(z)

    @rounded_once
    def sigmoid_vjp(self, z: Array, upstream: Array) -> Array:
        """``s'(z) u``."""
        return activations.sigmoid_derivative(z) * upstream

    @rounded_once
    def tanh(self, z: Array) -> Array:
        """``tanh z``."""
        return np.tanh(z)

    @rounded_once
    def tanh_derivative(self, z: Array) -> Array:
        """``4 e / (1 + e)^2``, ``e = exp(-2|z|)``."""
        return activations.tanh_derivative(z)

    @rounded_once
    def tanh_vjp(self, z: Array, upstream: Array) -> Array:
        """``tanh'(z) u``."""
        return activations.tanh_derivative(z) * upstream

    @rounded_once
    def heaviside(self, z: Array, threshold: float = 0.0) -> Array:
        """One above the threshold, zero below."""
        return activations.heaviside(z, threshold, self._choices.step_at_threshold)

    @rounded_once
    def heaviside_derivative(self, z: Array, threshold: float = 0.0) -> Array:  # noqa: ARG002 -- the contract's
        """Zero, at every threshold."""
        return np.zeros_like(z)

    @rounded_once
    def heaviside_vjp(self, z: Array, upstream: Array, threshold: float = 0.0) -> Array:  # noqa: ARG002 -- as above
        """``0 u``."""
        return np.zeros_like(z) * upstream

    @rounded_once
    def softmax(self, z: Array) -> Array:
        """``e^(z_i) / sum_j e^(z_j)``."""
        return activations.softmax(z)

    @rounded_once
    def log_softmax(self, z: Array) -> Array:
        """``log`` of the softmax."""
        return activations.log_softmax(z)

    @rounded_once
    def softmax_jacobian(self, z: Array) -> Array:
        """``S_i (delta_ij - S_j)``."""
        return activations.softmax_jacobian(z)

    @rounded_once
    def softmax_vjp(self, z: Array, upstream: Array) -> Array:
        """The Jacobian of the softmax, which is symmetric, times ``u``."""
        return activations.softmax_vjp(z, upstream)

    @rounded_once
    def softmax_batch(self, Z: Array) -> Array:
        """Softmax of each sample."""
        return self._choices.batch(activations.softmax(self._choices.batch(Z)))

    # Losses

    @rounded_once
    def squared_error(self, o: Array, y: Array) -> Array:
        """``1/2 sum (o - y)^2``."""
        return losses.squared_error(o, y, self._choices)

    @rounded_once
    def squared_error_gradient(self, o: Array, y: Array) -> Array:
        """``o - y``."""
        return losses.squared_error_gradient(o, y, self._choices)

    @rounded_once
    def squared_error_delta(self, z: Array, y: Array) -> Array:
        """``z - y``: the output is the identity."""
        return losses.squared_error_gradient(z, y, self._choices)

    @rounded_once
    def binary_cross_entropy(self, o: Array, y: Array) -> Array:
        """``-sum y log o + (1 - y) log(1 - o)``."""
        return losses.binary_cross_entropy(o, y, self._choices)

    @rounded_once
    def binary_cross_entropy_gradient(self, o: Array, y: Array) -> Array:
        """``(o - y) / (o (1 - o))``."""
        return losses.binary_cross_entropy_gradient(o, y, self._choices)

    @rounded_once
    def categorical_cross_entropy(self, o: Array, y: Array) -> Array:
        """``-sum y log o``."""
        return losses.categorical_cross_entropy(o, y)

    @rounded_once
    def categorical_cross_entropy_gradient(self, o: Array, y: Array) -> Array:
        """``-y / o``."""
        return losses.categorical_cross_entropy_gradient(o, y)

    @rounded_once
    def sigmoid_cross_entropy(self, z: Array, y: Array) -> Array:
        """Binary cross-entropy of the sigmoid, from the logits."""
        return losses.sigmoid_cross_entropy(z, y, self._choices)

    @rounded_once
    def sigmoid_cross_entropy_delta(self, z: Array, y: Array) -> Array:
        """``s(z) - y``."""
        return losses.sigmoid_cross_entropy_delta(z, y, self._choices)

    @rounded_once
    def softmax_cross_entropy(self, z: Array, y: Array) -> Array:
        """Categorical cross-entropy of the softmax, from the logits."""
        return losses.softmax_cross_entropy(z, y)

    @rounded_once
    def softmax_cross_entropy_delta(self, z: Array, y: Array) -> Array:
        """``(sum y) S - y``."""
        return losses.softmax_cross_entropy_delta(z, y)

    # Layers

    @rounded_once
    def dense(self, x: Array, W: Array, b: Array) -> Array:
        """``W x + b``."""
        return self._choices.weights(W) @ x + b

    @rounded_once
    def dense_jacobian_x(self, x: Array, W: Array, b: Array) -> Array:  # noqa: ARG002 -- the contract's
        """``W``, ``(m, n)`` in either layout of the weights."""
        return self._choices.weights(W)

    @rounded_once
    def dense_jacobian_weights(self, x: Array, W: Array, b: Array) -> Array:  # noqa: ARG002 -- as above
        """``delta_ip x_q``, ``(m, m, n)``."""
        return self._choices.weights(np.multiply.outer(np.eye(b.shape[0], dtype=b.dtype), x))

    @rounded_once
    def dense_jacobian_bias(self, x: Array, W: Array, b: Array) -> Array:  # noqa: ARG002 -- as above
        """The identity, ``(m, m)``."""
        return np.eye(b.shape[0], dtype=b.dtype)

    @rounded_once
    def dense_gradients(self, x: Array, W: Array, b: Array, delta: Array) -> tuple[Array, Array, Array]:  # noqa: ARG002
        """``(W^T delta, delta x^T, delta)``."""
        return self._choices.weights(W).T @ delta, self._choices.weights(np.outer(delta, x)), delta

    @rounded_once
    def dense_batch(self, X: Array, W: Array, b: Array) -> Array:
        """``W x + b`` for each sample."""
        pre_activations = self._choices.weights(W) @ self._choices.batch(X) + b[:, np.newaxis]
        return self._choices.batch(pre_activations)

    @rounded_once
    def dense_batch_gradients(self, X: Array, W: Array, b: Array, D: Array) -> tuple[Array, Array, Array]:  # noqa: ARG002
        """``(W^T D, D X^T, D 1)``."""
        inputs, deltas = self._choices.batch(X), self._choices.batch(D)
        input_gradients = self._choices.batch(self._choices.weights(W).T @ deltas)
        return input_gradients, self._choices.weights(deltas @ inputs.T), np.sum(deltas, axis=1)

    @rounded_once
    def backpropagate_delta(
        self, W_next: Array, delta_next: Array, z: Array, activation: str, slope: float = 0.01
    ) -> Array:
        """``(W^T delta) * g'(z)``."""
        local = activations.derivative(activation, z, slope, self._choices)
        return (self._choices.weights(W_next).T @ delta_next) * local

    # Networks

    @rounded_once
    def network_forward(self, network: Network, X: Array) -> Array:
        """Last activation of each sample."""
        trace = networks.forward(self._canonical(network), self._choices.batch(X))
        return self._choices.batch(trace.values[-1])

    @rounded_once
    def network_cost(self, network: Network, X: Array, Y: Array) -> Array:
        """Mean or sum of the losses of the samples."""
        batches = self._choices.batch(X), self._choices.batch(Y)
        return networks.cost(self._canonical(network), *batches, self._choices)

    @rounded_once
    def network_gradients(self, network: Network, X: Array, Y: Array) -> tuple[list[Array], list[Array]]:
        """Gradients of the cost by weights and biases, first layer to last."""
        batches = self._choices.batch(X), self._choices.batch(Y)
        weights, biases = networks.gradients(self._canonical(network), *batches, self._choices)
        return [self._choices.weights(gradient) for gradient in weights], biases

    @rounded_once
    def output_weight_jacobian(self, network: Network, x: Array, layer: int) -> Array:
        """``d a^L / d W^l``, ``(n_L, n_l, n_(l-1))``."""
        jacobian = networks.output_weight_jacobian(self._canonical(network), x, layer, self._choices)
        return self._choices.weights(jacobian)

    @rounded_once
    def output_bias_jacobian(self, network: Network, x: Array, layer: int) -> Array:
        """``d a^L / d b^l``, ``(n_L, n_l)``."""
        return networks.output_bias_jacobian(self._canonical(network), x, layer, self._choices)

    @rounded_once
    def gradient_descent_step(
        self, network: Network, dWs: Sequence[Array], dbs: Sequence[Array], rate: float
    ) -> tuple[list[Array], list[Array]]:
        """``W - rate dW`` and ``b - rate db``, in the caller's layout."""
        return networks.gradient_descent_step(network, dWs, dbs, rate)

    def _canonical(self, network: Network) -> Network:
        """The network with weights ``(m, n)``."""
        layers = tuple(replace(layer, weights=self._choices.weights(layer.weights)) for layer in network.layers)
        return replace(network, layers=layers)
