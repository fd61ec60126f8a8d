"""Chapter 6, layers: the operations as the sources print them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .parts import Parts

if TYPE_CHECKING:
    from .parts import Array, Scalar


class Layers(Parts):
    """The ``definition`` form of every clause of the chapter, step by step in the format of its arguments."""

    def linear_model(self, w: Array, x: Array) -> Scalar:
        """``w^T x`` with ``x_0 = 1``."""
        y: Scalar = w @ np.concatenate([np.ones(1, dtype=x.dtype), x])
        return y

    def perceptron(self, x: Array, w: Array, b: float, threshold: float = 0.0) -> Array:
        """``1`` if ``w . x + b >= threshold`` else ``0``."""
        return np.asarray(w @ x + b >= threshold).astype(w.dtype)

    def neuron(self, x: Array, w: Array, b: float, activation: str, slope: float = 0.01) -> Array:
        """``g(w^T x + b)``."""
        return self.elementwise(activation, w @ x + b, slope, "")

    def neuron_gradients(
        self, x: Array, w: Array, b: float, activation: str, slope: float = 0.01
    ) -> tuple[Array, Array]:
        """``g'(z) x`` and ``g'(z)``."""
        local = self.elementwise(activation, w @ x + b, slope, "_derivative")
        return local * x, local

    def neuron_chain(
        self, x: Array, w: Array, b: float, activation: str, slope: float = 0.01
    ) -> tuple[Array, Array, Array, Array]:
        """``g'(z)``, ``1``, ``1^T`` and ``diag(x)``."""
        local = self.elementwise(activation, w @ x + b, slope, "_derivative")
        return local, np.ones((), dtype=x.dtype), np.ones_like(x), np.diag(x)

    def neuron_cost(self, X: Array, y: Array, w: Array, b: float, activation: str, slope: float = 0.01) -> Scalar:
        """``1/(2N) sum_i (y_i - a_i)^2``."""
        v = y - self.elementwise(activation, w @ X + b, slope, "")
        cost: Scalar = np.sum(v**2) / (2 * len(y))
        return cost

    def neuron_cost_gradients(
        self, X: Array, y: Array, w: Array, b: float, activation: str, slope: float = 0.01
    ) -> tuple[Array, Scalar]:
        """``1/N sum_i v_i (-g'(z_i) x_i)`` and ``1/N sum_i v_i (-g'(z_i))``."""
        z = w @ X + b
        v = y - self.elementwise(activation, z, slope, "")
        local = -self.elementwise(activation, z, slope, "_derivative")
        return np.sum(v * (local * X), axis=1) / len(y), np.sum(v * local) / len(y)

    def dense(self, x: Array, W: Array, b: Array) -> Array:
        """``W x + b``."""
        return W @ x + b

    def dense_jacobian_x(self, x: Array, W: Array, b: Array) -> Array:
        """``W``."""
        return W.copy()

    def dense_jacobian_weights(self, x: Array, W: Array, b: Array) -> Array:
        """``delta_ip x_q``."""
        return np.multiply.outer(np.eye(len(b), dtype=b.dtype), x)

    def dense_jacobian_bias(self, x: Array, W: Array, b: Array) -> Array:
        """``delta_ip``."""
        return np.eye(len(b), dtype=b.dtype)

    def dense_gradients(self, x: Array, W: Array, b: Array, delta: Array) -> tuple[Array, Array, Array]:
        """``(W^T delta, delta x^T, delta)``."""
        return W.T @ delta, np.outer(delta, x), delta.copy()

    def dense_batch(self, X: Array, W: Array, b: Array) -> Array:
        """``W X + b 1^T``."""
        return W @ X + b[:, np.newaxis]

    def dense_batch_gradients(self, X: Array, W: Array, b: Array, D: Array) -> tuple[Array, Array, Array]:
        """``(W^T D, D X^T, D 1)``."""
        return W.T @ D, D @ X.T, np.sum(D, axis=1)

    def backpropagate_delta(
        self, W_next: Array, delta_next: Array, z: Array, activation: str, slope: float = 0.01
    ) -> Array:
        """``(W^T delta) * g'(z)``."""
        return (W_next.T @ delta_next) * self.elementwise(activation, z, slope, "_derivative")

    def layer(self, x: Array, W: Array, b: Array, activation: str, slope: float = 0.01) -> Array:
        """``g(W x + b)``."""
        return self.elementwise(activation, W @ x + b, slope, "")

    def layer_gradients(
        self, x: Array, W: Array, b: Array, activation: str, upstream: Array, slope: float = 0.01
    ) -> tuple[Array, Array, Array]:
        """``W^T delta``, ``delta x^T`` and ``delta`` of ``delta = g'(z) * upstream``."""
        delta = self.elementwise(activation, W @ x + b, slope, "_derivative") * upstream
        return W.T @ delta, np.outer(delta, x), delta

    def compose_affine(self, W1: Array, b1: Array, W2: Array, b2: Array) -> tuple[Array, Array]:
        """``W2 W1`` and ``W2 b1 + b2``."""
        return W2 @ W1, W2 @ b1 + b2
