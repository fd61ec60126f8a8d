"""Chapter 4, activations: the operations as the sources print them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .parts import Parts

if TYPE_CHECKING:
    from .parts import Array, Scalar


class Activations(Parts):
    """The ``definition`` form of every clause of the chapter, step by step in the format of its arguments."""

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

    def indicator(self, z: Array) -> Array:
        """``1`` if ``z > 0`` else ``0``."""
        return np.asarray(z > 0).astype(z.dtype)

    def relu_epsilon(self, z: Array, epsilon: float) -> Array:
        """``-2/eps^3 z^4 - 3/eps^2 z^3 + z`` from ``-eps`` to ``0``, else ``max(0, z)``."""
        bend = -2 / epsilon**3 * z**4 - 3 / epsilon**2 * z**3 + z
        return np.where((-epsilon <= z) & (z <= 0), bend, self.relu(z))

    def relu_epsilon_derivative(self, z: Array, epsilon: float) -> Array:
        """``1 - 9 t^2 - 8 t^3`` with ``t = z / eps`` from ``-eps`` to ``0``, else ``0`` or ``1``."""
        t = z / epsilon
        return np.where((-epsilon <= z) & (z <= 0), 1 - 9 * t**2 - 8 * t**3, self.indicator(z))

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

    def heaviside_derivative(self, z: Array, threshold: float = 0.0) -> Array:
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

    def activation_jacobian(self, z: Array, activation: str, slope: float = 0.01) -> Array:
        """``diag(g'(z_1), ..., g'(z_m))``."""
        return np.diag(self.elementwise(activation, z, slope, "_derivative"))
