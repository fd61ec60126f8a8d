"""Chapter 6, layers: the operations of the reference."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .. import activations, losses
from ..precision import rounded_once

if TYPE_CHECKING:
    from ..conventions import Conventions
    from ..precision import Array


class Layers:
    """Every operation of the chapter, in its stable form."""

    _choices: Conventions

    @rounded_once
    def linear_model(self, w: Array, x: Array) -> Array:
        """``w_0 + w_1 x_1 + ... + w_n x_n``."""
        return np.asarray(w[1:] @ x + w[0])

    @rounded_once
    def perceptron(self, x: Array, w: Array, b: float, threshold: float = 0.0) -> Array:
        """The step of ``w . x + b`` at the threshold."""
        return activations.heaviside(pre_activation(x, w, b), threshold, self._choices.step_at_threshold)

    @rounded_once
    def neuron(self, x: Array, w: Array, b: float, activation: str, slope: float = 0.01) -> Array:
        """``g(w . x + b)``."""
        return activations.value(activation, pre_activation(x, w, b), slope)

    @rounded_once
    def neuron_gradients(
        self, x: Array, w: Array, b: float, activation: str, slope: float = 0.01
    ) -> tuple[Array, Array]:
        """``(g'(z) x, g'(z))``."""
        local = activations.derivative(activation, pre_activation(x, w, b), slope, self._choices)
        return local * x, local

    @rounded_once
    def neuron_chain(
        self, x: Array, w: Array, b: float, activation: str, slope: float = 0.01
    ) -> tuple[Array, Array, Array, Array]:
        """``(g'(z), 1, (1, ..., 1), diag(x))``."""
        local = activations.derivative(activation, pre_activation(x, w, b), slope, self._choices)
        return local, np.ones((), dtype=x.dtype), np.ones_like(x), np.diag(x)

    @rounded_once
    def neuron_cost(self, X: Array, y: Array, w: Array, b: float, activation: str, slope: float = 0.01) -> Array:
        """Mean or sum of the squared errors of the samples."""
        outputs = activations.value(activation, pre_activation(self._choices.batch(X), w, b), slope)
        samples = losses.squared_error(outputs[np.newaxis], y[np.newaxis], self._choices)
        return losses.reduced(samples, self._choices.sample_divisor(y.shape[0]))

    @rounded_once
    def neuron_cost_gradients(
        self, X: Array, y: Array, w: Array, b: float, activation: str, slope: float = 0.01
    ) -> tuple[Array, Array]:
        """``X d`` and ``1 . d`` with ``d_i = (a_i - y_i) g'(z_i)``."""
        inputs = self._choices.batch(X)
        z = pre_activation(inputs, w, b)
        outputs = activations.value(activation, z, slope)
        (errors,) = losses.squared_error_gradient(outputs[np.newaxis], y[np.newaxis], self._choices)
        local = activations.derivative(activation, z, slope, self._choices)
        deltas = errors * local / self._choices.sample_divisor(y.shape[0])
        return inputs @ deltas, np.sum(deltas)

    @rounded_once
    def dense(self, x: Array, W: Array, b: Array) -> Array:
        """``W x + b``."""
        return self._choices.weights(W) @ x + b

    @rounded_once
    def dense_jacobian_x(self, x: Array, W: Array, b: Array) -> Array:
        """``W``, ``(m, n)`` in either layout of the weights."""
        return self._choices.weights(W)

    @rounded_once
    def dense_jacobian_weights(self, x: Array, W: Array, b: Array) -> Array:
        """``delta_ip x_q``, ``(m, m, n)``."""
        return self._choices.weights(np.multiply.outer(np.eye(b.shape[0], dtype=b.dtype), x))

    @rounded_once
    def dense_jacobian_bias(self, x: Array, W: Array, b: Array) -> Array:
        """The identity, ``(m, m)``."""
        return np.eye(b.shape[0], dtype=b.dtype)

    @rounded_once
    def dense_gradients(self, x: Array, W: Array, b: Array, delta: Array) -> tuple[Array, Array, Array]:
        """``(W^T delta, delta x^T, delta)``."""
        return self._choices.weights(W).T @ delta, self._choices.weights(np.outer(delta, x)), delta

    @rounded_once
    def dense_batch(self, X: Array, W: Array, b: Array) -> Array:
        """``W x + b`` for each sample."""
        pre_activations = self._choices.weights(W) @ self._choices.batch(X) + b[:, np.newaxis]
        return self._choices.batch(pre_activations)

    @rounded_once
    def dense_batch_gradients(self, X: Array, W: Array, b: Array, D: Array) -> tuple[Array, Array, Array]:
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

    @rounded_once
    def layer(self, x: Array, W: Array, b: Array, activation: str, slope: float = 0.01) -> Array:
        """``g(W x + b)``."""
        return activations.value(activation, self._choices.weights(W) @ x + b, slope)

    @rounded_once
    def layer_gradients(
        self, x: Array, W: Array, b: Array, activation: str, upstream: Array, slope: float = 0.01
    ) -> tuple[Array, Array, Array]:
        """``(W^T d, d x^T, d)`` with ``d = upstream * g'(W x + b)``."""
        weights = self._choices.weights(W)
        delta = upstream * activations.derivative(activation, weights @ x + b, slope, self._choices)
        return weights.T @ delta, self._choices.weights(np.outer(delta, x)), delta

    @rounded_once
    def compose_affine(self, W1: Array, b1: Array, W2: Array, b2: Array) -> tuple[Array, Array]:
        """``(W2 W1, W2 b1 + b2)``."""
        first, second = self._choices.weights(W1), self._choices.weights(W2)
        return self._choices.weights(second @ first), second @ b1 + b2


def pre_activation(x: Array, w: Array, b: float) -> Array:
    """``w . x + b`` of one sample, ``()``, or of each column of a batch, ``(N,)``."""
    return np.asarray(w @ x + w.dtype.type(b))
