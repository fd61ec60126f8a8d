"""Activations with a kink, and steps: every convention, and every way to write a choice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .variant import Collection, Implementation

if TYPE_CHECKING:
    from .variant import Array

COLLECTION = Collection()


@COLLECTION.implementation(reaches="robust")
class ReluByMask(Implementation):
    """Relu multiplies by a mask, which makes a NaN of minus infinity."""

    def relu(self, z: Array) -> Array:
        """``z * (z > 0)``, NaN where z is."""
        return z * (z > 0).astype(z.dtype)

    def relu_derivative(self, z: Array) -> Array:
        """The mask."""
        return (z > 0).astype(z.dtype)

    def relu_vjp(self, z: Array, upstream: Array) -> Array:
        """``u * mask``."""
        return upstream * (z > 0).astype(z.dtype)


@COLLECTION.implementation(reaches="robust", formats=("float32", "float16", "bfloat16"))
class ReluByAbsoluteValue(Implementation):
    """Relu is the half sum of a number and its absolute value, in float64, so that nothing overflows or is lost."""

    def relu(self, z: Array) -> Array:
        """``(z + |z|) / 2``."""
        wide = z.astype(np.float64)
        return np.asarray((wide + np.abs(wide)) / 2)

    def indicator(self, z: Array) -> Array:
        """``(1 + sign z) // 2``, by whole numbers."""
        return np.asarray((1 + np.sign(z.astype(np.float64))) // 2)


@COLLECTION.implementation(conventions={"relu_at_zero": "1"})
class ReluBySelection(Implementation):
    """Relu and its derivative select by a condition, and the derivative at zero is one."""

    def relu(self, z: Array) -> Array:
        """``0`` where ``z < 0``, else ``z``."""
        return np.where(z < 0, np.zeros_like(z), z)

    def relu_derivative(self, z: Array) -> Array:
        """``1`` where ``z >= 0``, else ``0``."""
        return np.where(z >= 0, np.ones_like(z), np.zeros_like(z))

    def relu_vjp(self, z: Array, upstream: Array) -> Array:
        """``u`` where ``z >= 0``, else ``0``."""
        return np.where(z >= 0, upstream, np.zeros_like(upstream))


@COLLECTION.implementation(conventions={"relu_at_zero": "0.5"})
class ReluBySign(Implementation):
    """Relu clips, and its derivative is made of the sign: one half at zero."""

    def relu(self, z: Array) -> Array:
        """``z`` clipped from below."""
        return np.fmax(z, 0).astype(z.dtype) + np.where(np.isnan(z), z, np.zeros_like(z))

    def relu_derivative(self, z: Array) -> Array:
        """``(1 + sign z) / 2``."""
        return np.asarray((1 + np.sign(z)) / 2)

    def relu_vjp(self, z: Array, upstream: Array) -> Array:
        """``u (1 + sign z) / 2``, the half of the sum being exact."""
        return np.asarray(upstream * self.relu_derivative(z).astype(z.dtype))


@COLLECTION.variant("relu")
def relu_in_place(_target: object, z: Array) -> Array:
    """A copy whose negative entries are set to zero."""
    a = z.copy()
    a[a < 0] = 0
    return a


@COLLECTION.implementation(conventions={"leaky_relu_at_zero": "one"})
class LeakyReluByMaximum(Implementation):
    """Leaky relu is the larger of two lines, and its derivative at zero is one."""

    def leaky_relu(self, z: Array, slope: float = 0.01) -> Array:
        """``max(z, slope z)``, for slopes of at most one."""
        if slope > 1:
            return np.where(z < 0, z * z.dtype.type(slope), z)
        return np.maximum(z, z * z.dtype.type(slope))

    def leaky_relu_derivative(self, z: Array, slope: float = 0.01) -> Array:
        """``1`` where ``z >= 0``."""
        return np.where(z >= 0, z.dtype.type(1), z.dtype.type(slope))

    def leaky_relu_vjp(self, z: Array, upstream: Array, slope: float = 0.01) -> Array:
        """``u`` where ``z >= 0``, else ``slope u``."""
        return np.where(z >= 0, upstream, upstream * z.dtype.type(slope))


@COLLECTION.implementation(conventions={"leaky_relu_at_zero": "mean"})
class LeakyReluByParts(Implementation):
    """Leaky relu is the sum of its positive and its negative part, and the derivative at zero the mean of both."""

    def leaky_relu(self, z: Array, slope: float = 0.01) -> Array:
        """``max(z, 0) + slope min(z, 0)``."""
        return np.maximum(z, 0).astype(z.dtype) + z.dtype.type(slope) * np.minimum(z, 0).astype(z.dtype)

    def leaky_relu_derivative(self, z: Array, slope: float = 0.01) -> Array:
        """``1``, ``slope`` or ``(1 + slope) / 2``, looked up by the sign."""
        table = np.array([(1.0 + slope) / 2.0, 1.0, slope])
        signs = np.where(np.isnan(z), np.zeros_like(z), np.sign(z)).astype(int)
        return np.where(np.isnan(z), z, table[signs].astype(z.dtype))

    def leaky_relu_vjp(self, z: Array, upstream: Array, slope: float = 0.01) -> Array:
        """Each part with its slope."""
        return np.asarray(upstream * self.leaky_relu_derivative(z, slope))


@COLLECTION.implementation()
class LeakyReluByFactor(Implementation):
    """Leaky relu multiplies by its derivative, which is the slope at zero."""

    def leaky_relu(self, z: Array, slope: float = 0.01) -> Array:
        """``z g'(z)``."""
        return z * self.leaky_relu_derivative(z, slope)

    def leaky_relu_derivative(self, z: Array, slope: float = 0.01) -> Array:
        """``slope`` unless ``z > 0``."""
        slopes = np.full_like(z, slope)
        slopes[z > 0] = 1
        return slopes


@COLLECTION.implementation(conventions={"step_at_threshold": "0"})
class StepByComparison(Implementation):
    """The step is a comparison that is false at the threshold."""

    def heaviside(self, z: Array, threshold: float = 0.0) -> Array:
        """``z > threshold``."""
        return (z > z.dtype.type(threshold)).astype(z.dtype)

    def heaviside_derivative(self, z: Array, threshold: float = 0.0) -> Array:  # noqa: ARG002 -- by contract
        """Zero."""
        return z - z if np.all(np.isfinite(z)) else np.zeros_like(z)

    def heaviside_vjp(self, z: Array, upstream: Array, threshold: float = 0.0) -> Array:  # noqa: ARG002 -- by contract
        """Zero."""
        return np.zeros_like(upstream)


@COLLECTION.implementation(conventions={"step_at_threshold": "0.5"})
class StepBySign(Implementation):
    """The step is made of the sign of the distance: one half at the threshold."""

    def heaviside(self, z: Array, threshold: float = 0.0) -> Array:
        """``(1 + sign(z - threshold)) / 2``."""
        return np.asarray((1 + np.sign(z - z.dtype.type(threshold))) / 2)


@COLLECTION.variant("heaviside")
def step_by_numpy(_target: object, z: Array, threshold: float = 0.0) -> Array:
    """The step is numpy.heaviside of the distance from the threshold, one at it."""
    return np.heaviside(z - z.dtype.type(threshold), z.dtype.type(1))


@COLLECTION.variant("relu_epsilon", reaches="core")
def relu_epsilon_nested(_target: object, z: Array, epsilon: float) -> Array:
    """The bend of the smoothed relu by Horner's rule: ``z (1 - t^2 (3 + 2 t))``."""
    t = z / z.dtype.type(epsilon)
    return np.where((t >= -1) & (z <= 0), z * (1 - t * t * (3 + 2 * t)), np.maximum(z, 0).astype(z.dtype))


@COLLECTION.variant("relu_epsilon_derivative", reaches="core", formats=("float64", "float16"))
def relu_epsilon_by_product_rule(_target: object, z: Array, epsilon: float) -> Array:
    """The derivative of the smoothed relu by the product rule."""
    t = z / z.dtype.type(epsilon)
    w = 1 + t
    inside = (1 - 2 * t) * w * w - 2 * t * (w * w) + 2 * t * (1 - 2 * t) * w
    return np.where((t >= -1) & (z <= 0), inside, (z > 0).astype(z.dtype))


@COLLECTION.implementation()
class LinearElementwise(Implementation):
    """What is linear is computed by copies and by constants."""

    def identity(self, z: Array) -> Array:
        """A copy."""
        return +z

    def identity_derivative(self, z: Array) -> Array:
        """``z^0``, which is one at NaN too."""
        return np.full(z.shape, 1, dtype=z.dtype)

    def identity_vjp(self, z: Array, upstream: Array) -> Array:  # noqa: ARG002 -- by contract
        """A copy."""
        return np.array(upstream)

    def activation_jacobian(self, z: Array, activation: str, slope: float = 0.01) -> Array:
        """The derivatives, which are one or the slope where the activation is linear, times the identity matrix."""
        match activation:
            case "identity":
                slopes = np.ones_like(z)
            case "relu":
                slopes = (z > 0).astype(z.dtype)
            case "leaky_relu":
                slopes = np.where(z > 0, z.dtype.type(1), z.dtype.type(slope))
            case _:
                raise NotImplementedError(activation)
        return slopes[:, np.newaxis] * np.eye(len(z), dtype=z.dtype)
