"""Chapter 4, activations: the operations of the reference."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .. import activations
from ..precision import rounded_once

if TYPE_CHECKING:
    from ..conventions import Conventions
    from ..precision import Array


class Activations:
    """Every operation of the chapter, in its stable form."""

    _choices: Conventions

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
    def indicator(self, z: Array) -> Array:
        """One above zero, zero elsewhere."""
        return activations.relu_derivative(z, 0.0)

    @rounded_once
    def relu_epsilon(self, z: Array, epsilon: float) -> Array:
        """Between ``-epsilon`` and zero a polynomial that bends, elsewhere ``max(z, 0)``."""
        return activations.relu_epsilon(z, epsilon)

    @rounded_once
    def relu_epsilon_derivative(self, z: Array, epsilon: float) -> Array:
        """Zero, then the derivative of the polynomial, then one."""
        return activations.relu_epsilon_derivative(z, epsilon)

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
    def heaviside_derivative(self, z: Array, threshold: float = 0.0) -> Array:
        """Zero, at every threshold."""
        return np.zeros_like(z)

    @rounded_once
    def heaviside_vjp(self, z: Array, upstream: Array, threshold: float = 0.0) -> Array:
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

    @rounded_once
    def activation_jacobian(self, z: Array, activation: str, slope: float = 0.01) -> Array:
        """``diag(g'(z))``."""
        return np.diag(activations.derivative(activation, z, slope, self._choices))
