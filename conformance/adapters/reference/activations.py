"""
Activations and their derivatives in the forms that keep their digits; chapter 4.

Every function is elementwise, takes and returns an array of one working precision, and answers an
infinity with the limit and NaN with NaN, except that the derivative of a function with two branches
answers NaN with one of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from .conventions import Conventions
    from .precision import Array


def value(activation: str, z: Array, slope: float) -> Array:
    """``g(z)`` of the activation of that name."""
    match activation:
        case "identity":
            return z
        case "relu":
            return relu(z)
        case "leaky_relu":
            return leaky_relu(z, slope)
        case "sigmoid":
            return sigmoid(z)
        case "tanh":
            return np.tanh(z)
    raise NotImplementedError(f"activation {activation!r}")


def derivative(activation: str, z: Array, slope: float, conventions: Conventions) -> Array:
    """``g'(z)`` of the activation of that name."""
    match activation:
        case "identity":
            return identity_derivative(z)
        case "relu":
            return relu_derivative(z, conventions.relu_at_zero)
        case "leaky_relu":
            return leaky_relu_derivative(z, slope, conventions.leaky_relu_slope_at_zero(slope))
        case "sigmoid":
            return sigmoid_derivative(z)
        case "tanh":
            return tanh_derivative(z)
    raise NotImplementedError(f"activation {activation!r}")


def identity_derivative(z: Array) -> Array:
    """One, and NaN at NaN. Clause ``identity.derivative``."""
    return np.where(np.isnan(z), z, np.ones_like(z))


def relu(z: Array) -> Array:
    """``max(z, 0)``. Clause ``relu.value``."""
    return np.maximum(z, 0)


def relu_derivative(z: Array, at_zero: float) -> Array:
    """One above zero, zero below, ``at_zero`` at it. Clause ``relu.derivative``."""
    slopes: Array = np.where(z == 0, at_zero, (z > 0).astype(z.dtype))
    return slopes


def relu_epsilon(z: Array, epsilon: float) -> Array:
    """``z (1 - 2t) ((z + epsilon)/epsilon)^2``, ``t = z/epsilon``, in between. Clause ``relu_epsilon.value``."""
    inside = np.clip(z, -epsilon, 0)
    bend = inside * (1 - 2 * (inside / epsilon)) * np.square((inside + epsilon) / epsilon)
    return np.where(z < 0, bend, z)


def relu_epsilon_derivative(z: Array, epsilon: float) -> Array:
    """``((z + epsilon)/epsilon) (1 - t - 8t^2)`` from ``-epsilon`` to zero. Clause ``relu_epsilon.derivative``."""
    inside = np.clip(z, -epsilon, 0)
    t = inside / epsilon
    slopes: Array = (inside + epsilon) / epsilon * (1 - t - 8 * np.square(t))
    return slopes


def leaky_relu(z: Array, slope: float) -> Array:
    """``z`` where it is not negative, ``slope z`` below. Clause ``leaky_relu.value``."""
    return np.where(z < 0, slope * np.minimum(z, 0), z)


def leaky_relu_derivative(z: Array, slope: float, at_zero: float) -> Array:
    """One above zero, ``slope`` below, ``at_zero`` at it. Clause ``leaky_relu.derivative``."""
    slopes: Array = np.where(z == 0, at_zero, np.where(z > 0, np.ones_like(z), slope))
    return slopes


def sigmoid(z: Array) -> Array:
    """``1/(1 + e)`` at or above zero, ``e/(1 + e)`` below, ``e = exp(-|z|)``. Clause ``sigmoid.value``."""
    e = np.exp(-np.abs(z))
    quotient: Array = np.where(z < 0, e, np.ones_like(e)) / (1 + e)
    return quotient


def sigmoid_derivative(z: Array) -> Array:
    """``e/(1 + e)^2``, ``e = exp(-|z|)``: nothing is subtracted. Clause ``sigmoid.derivative``."""
    e = np.exp(-np.abs(z))
    quotient: Array = e / np.square(1 + e)
    return quotient


def tanh_derivative(z: Array) -> Array:
    """``4 e/(1 + e)^2``, ``e = exp(-2|z|)``. Clause ``tanh.derivative``."""
    e = np.exp(-2 * np.abs(z))
    quotient: Array = 4 * e / np.square(1 + e)
    return quotient


def softplus(z: Array) -> Array:
    """``log(1 + e^z) = max(z, 0) + log(1 + exp(-|z|))``, the antiderivative of the sigmoid."""
    return np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))


def heaviside(z: Array, threshold: float, at_threshold: float) -> Array:
    """One above the threshold, zero below, ``at_threshold`` at it. Clause ``heaviside.value``."""
    step = np.where(z == threshold, at_threshold, (z > threshold).astype(z.dtype))
    return np.where(np.isnan(z), z, step)


def shifted(z: Array) -> Array:
    """``z - max z`` over the first axis; NaN throughout a sample whose maximum is not finite."""
    maximum = np.max(z, axis=0, keepdims=True)
    return z - np.where(np.isfinite(maximum), maximum, np.nan).astype(z.dtype)


def softmax(z: Array) -> Array:
    """``e_i / sum_j e_j``, ``e = exp(z - max z)``, over the first axis. Clause ``softmax.value``."""
    e = np.exp(shifted(z))
    total: Array = np.sum(e, axis=0, keepdims=True)
    return e / total


def log_softmax(z: Array) -> Array:
    """``d_i - log sum_j exp d_j``, ``d = z - max z``, over the first axis. Clause ``log_softmax.value``."""
    difference = shifted(z)
    total: Array = np.sum(np.exp(difference), axis=0, keepdims=True)
    return difference - np.log(total)


def sum_of_others(terms: Array) -> Array:
    """``sum_(j != i) t_j`` for each ``i`` of the first axis, by addition alone."""
    others = 1 - np.eye(terms.shape[0], dtype=terms.dtype)
    return others @ terms


def softmax_jacobian(z: Array) -> Array:
    """``S_i sum_(j != i) S_j`` on the diagonal, ``-S_i S_j`` off it. Clause ``softmax.jacobian``."""
    s = softmax(z)
    jacobian = -np.outer(s, s)
    np.fill_diagonal(jacobian, s * sum_of_others(s))
    return jacobian


def softmax_vjp(z: Array, upstream: Array) -> Array:
    """
    ``S_i sum_j S_j (u_i - u_j)``. Clause ``softmax.vjp``.

    An upstream near the largest number is first divided by four, which is exact there, so that a
    difference of two entries does not overflow where their weighted sum does not.
    """
    s = softmax(z)
    scale = 4 if np.max(np.abs(upstream)) > np.finfo(upstream.dtype).max / 4 else 1
    difference = np.subtract.outer(upstream / scale, upstream / scale)
    return s * (difference @ s) * scale
