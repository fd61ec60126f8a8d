"""One neuron and one layer: sums with and without the bias, gradients by samples, by matrices and by Jacobians."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..adapters.reference import activations
from . import sums
from .variant import Collection, Implementation

if TYPE_CHECKING:
    from .variant import Array

COLLECTION = Collection()


class _Neuron(Implementation):
    """What one neuron is made of."""

    def potential(self, x: Array, w: Array, b: float) -> Array:
        """``w . x + b`` for each column."""
        raise NotImplementedError

    def value(self, activation: str, z: Array, slope: float) -> Array:
        """The activation by its name."""
        return np.asarray(activations.value(activation, np.asarray(z), slope)).astype(z.dtype)

    def local(self, activation: str, z: Array, slope: float) -> Array:
        """The derivative of the activation by its name."""
        return activations.derivative(activation, np.asarray(z), slope, self.choices).astype(z.dtype)

    def neuron(self, x: Array, w: Array, b: float, activation: str, slope: float = 0.01) -> Array:
        """``g(z)``."""
        return self.value(activation, self.potential(x, w, b), slope)

    def neuron_gradients(
        self, x: Array, w: Array, b: float, activation: str, slope: float = 0.01
    ) -> tuple[Array, Array]:
        """``g'(z) x`` and ``g'(z)``."""
        slopes = self.local(activation, self.potential(x, w, b), slope)
        return x * slopes, slopes


@COLLECTION.implementation(conventions={"step_at_threshold": "0", "layout": "rows"})
class NeuronWithTheBiasAsWeight(_Neuron):
    """The bias is the weight of an input that is always one; samples are rows."""

    def potential(self, x: Array, w: Array, b: float) -> Array:
        """``(b, w) . (1, x)``."""
        weights = np.concatenate([np.array([b], dtype=w.dtype), w])
        ones = np.ones((*x.shape[:-1], 1), dtype=x.dtype)
        return sums.forward(np.moveaxis(np.concatenate([ones, x], axis=-1) * weights, -1, 0))

    def linear_model(self, w: Array, x: Array) -> Array:
        """The first weight last."""
        return np.asarray(sums.backward(np.concatenate([np.ones_like(w[:1]), x]) * w))

    def perceptron(self, x: Array, w: Array, b: float, threshold: float = 0.0) -> Array:
        """The threshold is one more weight, of the input minus one."""
        total = sums.forward(np.concatenate([x * w, np.array([b, -threshold], dtype=w.dtype)]))
        return np.asarray(total > 0).astype(w.dtype)

    def neuron_cost_gradients(
        self, X: Array, y: Array, w: Array, b: float, activation: str, slope: float = 0.01
    ) -> tuple[Array, Array]:
        """``d X`` and ``d . 1`` with ``d = (a - y) g'(z) / N``."""
        z = self.potential(X, w, b)
        d = (self.value(activation, z, slope) - y) * self.local(activation, z, slope) / len(y)
        return np.asarray(d @ X), np.asarray(sums.forward(d))


@COLLECTION.implementation(conventions={"step_at_threshold": "0.5", "squared_error": "full", "cost": "sum"})
class NeuronSampleBySample(_Neuron):
    """A batch is a loop over its samples; the cost is the sum of full squares."""

    def potential(self, x: Array, w: Array, b: float) -> Array:
        """The bias is added last."""
        return np.asarray(sums.pairwise((w * x.T).T) + w.dtype.type(b))

    def linear_model(self, w: Array, x: Array) -> Array:
        """``w_0 + (w_1 x_1 + ...)``."""
        return np.asarray(w[0] + sums.pairwise(w[1:] * x))

    def perceptron(self, x: Array, w: Array, b: float, threshold: float = 0.0) -> Array:
        """The mean of two comparisons."""
        z = self.potential(x, w, b)
        limit = w.dtype.type(threshold)
        return np.asarray(((z > limit).astype(w.dtype) + (z >= limit).astype(w.dtype)) / 2)

    def neuron_chain(
        self, x: Array, w: Array, b: float, activation: str, slope: float = 0.01
    ) -> tuple[Array, Array, Array, Array]:
        """``g'(z)``, ``1``, ones and a diagonal matrix."""
        slopes = self.local(activation, self.potential(x, w, b), slope)
        return slopes, np.array(1, dtype=x.dtype), np.full_like(x, 1), np.diagflat(x)

    def neuron_cost(self, X: Array, y: Array, w: Array, b: float, activation: str, slope: float = 0.01) -> Array:
        """``sum_k (a_k - y_k)^2``."""
        errors = [self.neuron(x, w, b, activation, slope) - label for x, label in zip(X.T, y, strict=True)]
        return np.asarray(sums.forward(np.square(np.stack(errors))))

    def neuron_cost_gradients(
        self, X: Array, y: Array, w: Array, b: float, activation: str, slope: float = 0.01
    ) -> tuple[Array, Array]:
        """``sum_k 2 (y_k - a_k) (-g'(z_k) x_k)``."""
        weights: list[Array] = []
        biases: list[Array] = []
        for x, label in zip(X.T, y, strict=True):
            z = self.potential(x, w, b)
            error = 2 * (label - self.value(activation, z, slope))
            slopes = -self.local(activation, z, slope)
            weights.append(error * (slopes * x))
            biases.append(error * slopes)
        return sums.forward(np.stack(weights)), np.asarray(sums.forward(np.stack(biases)))


@COLLECTION.implementation(conventions={"weight_layout": "in_out", "leaky_relu_at_zero": "mean"})
class LayerByJacobian(_Neuron):
    """A layer's gradients go by way of the Jacobian ``diag(g'(z)) W``; weights are inputs by outputs."""

    def layer(self, x: Array, W: Array, b: Array, activation: str, slope: float = 0.01) -> Array:
        """``g(x W + b)``, entry by entry."""
        return np.array([self.neuron(x, column, bias, activation, slope) for column, bias in zip(W.T, b, strict=True)])

    def potential(self, x: Array, w: Array, b: float) -> Array:
        """The bias first."""
        return np.asarray(sums.forward(np.concatenate([np.array([b], dtype=w.dtype), w * x])))

    def layer_gradients(
        self, x: Array, W: Array, b: Array, activation: str, upstream: Array, slope: float = 0.01
    ) -> tuple[Array, Array, Array]:
        """``(diag(g'(z)) W)^T u``, ``u (g'(z) x)`` and ``u g'(z)``."""
        slopes = self.local(activation, x @ W + b, slope)
        jacobian = slopes[:, np.newaxis] * W.T
        return jacobian.T @ upstream, (upstream[:, np.newaxis] * np.outer(slopes, x)).T, upstream * slopes

    def backpropagate_delta(
        self, W_next: Array, delta_next: Array, z: Array, activation: str, slope: float = 0.01
    ) -> Array:
        """``g'(z) * (W delta)``, one unit after the other."""
        passed = np.array([sums.backward(row * delta_next) for row in W_next], dtype=z.dtype)
        return self.local(activation, z, slope) * passed

    def compose_affine(self, W1: Array, b1: Array, W2: Array, b2: Array) -> tuple[Array, Array]:
        """``W1 W2`` and ``b2 + b1 W2``, the bias as one more row."""
        extended = np.vstack([W1, b1]) @ W2
        return extended[:-1], extended[-1] + b2

    def dense(self, x: Array, W: Array, b: Array) -> Array:
        """``b + W^T x``, column by column."""
        return np.asarray(b + sums.forward(W * x[:, np.newaxis]))

    def dense_gradients(self, x: Array, W: Array, b: Array, delta: Array) -> tuple[Array, Array, Array]:  # noqa: ARG002 -- by contract
        """``W delta``, ``x delta^T`` and ``delta``."""
        return np.inner(W, delta), x[:, np.newaxis] * delta, +delta

    def dense_batch(self, X: Array, W: Array, b: Array) -> Array:
        """The columns one by one."""
        return np.column_stack([self.dense(x, W, b) for x in X.T])

    def dense_jacobian_x(self, x: Array, W: Array, b: Array) -> Array:  # noqa: ARG002 -- by contract
        """The transpose of the kernel."""
        return np.array(W.T)

    def dense_jacobian_bias(self, x: Array, W: Array, b: Array) -> Array:  # noqa: ARG002 -- by contract
        """Ones on the diagonal."""
        return np.diag(np.ones_like(b))

    def dense_jacobian_weights(self, x: Array, W: Array, b: Array) -> Array:
        """``x`` where the output and the column agree."""
        jacobian = np.zeros((len(b), *W.shape), dtype=W.dtype)
        for unit in range(len(b)):
            jacobian[unit, :, unit] = x
        return jacobian
