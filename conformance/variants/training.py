"""Costs as composed maps, descent and linear regression, as courses and optimizers write them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from . import sums
from .backpropagation import SampleBySample
from .variant import Collection, Implementation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .variant import Array

COLLECTION = Collection()

Lists = tuple[list[Any], list[Any]]


@COLLECTION.variant("gradient_descent_step")
def step_with_momentum_zero(
    _target: object, network: Any, dWs: Sequence[Array], dbs: Sequence[Array], rate: float
) -> Lists:
    """A step of momentum whose coefficient is zero: the velocity is the gradient."""

    def stepped(parameter: Array, gradient: Array) -> Array:
        velocity = 0 * np.zeros_like(gradient) + gradient
        return parameter - parameter.dtype.type(rate) * velocity

    weights = [stepped(layer.weights, dW) for layer, dW in zip(network.layers, dWs, strict=True)]
    return weights, [stepped(layer.bias, db) for layer, db in zip(network.layers, dbs, strict=True)]


@COLLECTION.variant("gradient_descent_step", formats=("float64", "float32"))
def step_fused(_target: object, network: Any, dWs: Sequence[Array], dbs: Sequence[Array], rate: float) -> Lists:
    """A step with one rounding for each parameter, by a fused multiplication and addition with minus the rate."""

    def stepped(parameter: Array, gradient: Array) -> Array:
        minus = -parameter.dtype.type(rate)
        pairs = zip(parameter.reshape(-1), gradient.reshape(-1), strict=True)
        return np.array([sums.fused(minus, change, number) for number, change in pairs]).reshape(parameter.shape)

    weights = [stepped(layer.weights, dW) for layer, dW in zip(network.layers, dWs, strict=True)]
    return weights, [stepped(layer.bias, db) for layer, db in zip(network.layers, dbs, strict=True)]


@COLLECTION.variant("gradient_descent_step")
def step_on_copies(_target: object, network: Any, dWs: Sequence[Array], dbs: Sequence[Array], rate: float) -> Lists:
    """A step that subtracts from copies in place, as optimizers do."""
    weights = [layer.weights.copy() for layer in network.layers]
    biases = [layer.bias.copy() for layer in network.layers]
    for parameter, gradient in zip((*weights, *biases), (*dWs, *dbs), strict=True):
        np.subtract(parameter, gradient * gradient.dtype.type(rate), out=parameter)
    return weights, biases


@COLLECTION.implementation()
class DescentByIteration(Implementation):
    """Descent on a quadratic step by step, and directions by a scaled norm."""

    def quadratic_descent(self, theta: Array, curvature: float, rate: float, steps: int) -> Array:
        """``theta - rate (curvature theta)``."""
        number = theta.dtype.type
        for _ in range(steps):
            theta = theta - number(rate) * (number(curvature) * theta)
        return np.array(theta)

    def steepest_descent_direction(self, gradient: Array) -> Array:
        """``-h / |h|`` with the gradient scaled by a power of two."""
        _, exponent = np.frexp(np.max(np.abs(gradient)))
        scaled = np.ldexp(gradient, -exponent)
        return -scaled / np.sqrt(sums.pairwise(scaled * scaled))

    def learning_rate_limit(self, curvature: Array) -> Array:
        """Twice the reciprocal."""
        return np.asarray(2 * (1 / curvature))

    def gradient_vector(self, network: Any, dWs: Sequence[Array], dbs: Sequence[Array]) -> Array:  # noqa: ARG002 -- by contract
        """Filled in place."""
        parts = [part.flatten() for part in (*dWs, *dbs)]
        vector = np.empty(sum(map(len, parts)), dtype=parts[0].dtype)
        start = 0
        for part in parts:
            vector[start : start + len(part)] = part
            start += len(part)
        return vector


@COLLECTION.implementation()
class RegressionByLoops(Implementation):
    """Linear regression as a loop over the samples, the factor 1/N at the end of each sum."""

    def linear_regression_forward(self, X: Array, w: Array, b: Any) -> Array:
        """``b + x . w`` for each sample."""
        return np.array([w.dtype.type(b) + sums.forward(w * x) for x in X.T], dtype=w.dtype)

    def linear_regression_cost(self, a: Array, y: Array) -> Array:
        """Halves of squares, over N."""
        return np.asarray(sums.forward(np.square(a - y) / 2) / len(a))

    def linear_regression_backward(self, X: Array, y: Array, w: Array, b: Any) -> tuple[Array, Array]:
        """``sum_k e_k x_k / N`` and ``sum_k e_k / N``."""
        errors = self.linear_regression_forward(X, w, b) - y
        return np.asarray(sums.forward(errors[:, np.newaxis] * X.T) / len(y)), np.asarray(sums.forward(errors) / len(y))

    def linear_regression_step(self, w: Array, b: Any, dw: Array, db: Any, rate: float) -> tuple[Array, Array]:
        """By minus the rate."""
        number = w.dtype.type
        return w + -number(rate) * dw, np.asarray(number(b) + -number(rate) * number(db))

    def linear_regression_descent(
        self, X: Array, y: Array, w: Array, b: Any, rate: float, steps: int
    ) -> tuple[Array, Array, Array]:
        """Both parameters, and their cost."""
        bias = np.asarray(w.dtype.type(b))
        w = w.copy()
        for _ in range(steps):
            dw, db = self.linear_regression_backward(X, y, w, bias)
            w, bias = self.linear_regression_step(w, bias, dw, db, rate)
        return w, bias, self.linear_regression_cost(self.linear_regression_forward(X, w, bias), y)


@COLLECTION.implementation(
    "stack_samples",
    "project_sample",
    "projection_jacobian",
    "cost_weight_derivative",
    conventions={"squared_error": "full", "entry_reduction": "mean"},
)
class CostsByIndex(SampleBySample):
    """Stacks and projections by counting, derivatives of the cost by backpropagation of every sample alone."""

    def stack_samples(self, A: Array) -> Array:
        """Entry ``(k - 1) n + i``."""
        n, N = A.shape
        return np.array([A[index % n, index // n] for index in range(n * N)], dtype=A.dtype)

    def project_sample(self, A: Array, sample: int) -> Array:
        """``J`` times the stack."""
        return self.projection_jacobian(A, sample) @ self.stack_samples(A)

    def projection_jacobian(self, A: Array, sample: int) -> Array:
        """A Kronecker product of a unit row and the identity."""
        n, N = A.shape
        return np.kron(np.eye(N, dtype=A.dtype)[sample - 1 : sample], np.eye(n, dtype=A.dtype))

    def cost_weight_derivative(self, network: Any, X: Array, Y: Array, layer: int) -> Array:
        """Of one layer."""
        return self.network_gradients(network, X, Y)[0][layer - 1]


@COLLECTION.implementation()
class CostRowsOfWeightedLabels(Implementation):
    """The row of a weighted sum of losses is made sample by sample, and each weight stands in the numerator."""

    def cost_row(self, weights: Array, loss: str, O: Array, Y: Array) -> Array:  # noqa: E741 -- the letter of the text
        """``w (o - y)``, ``w (o - y) / (o (1 - o))`` or ``-(w y) / o``, one block after the other."""
        blocks = [self.gradient(w, loss, o, y) for w, o, y in zip(weights, O.T, Y.T, strict=True)]
        return np.concatenate(blocks)

    def losses_jacobian(self, loss: str, O: Array, Y: Array) -> Array:  # noqa: E741 -- the letter of the text
        """Zeros, into which the gradients are written."""
        m, N = O.shape
        jacobian = np.zeros((N, N * m), dtype=O.dtype)
        for k in range(N):
            jacobian[k, k * m : (k + 1) * m] = self.gradient(O.dtype.type(1), loss, O[:, k], Y[:, k])
        return jacobian

    def gradient(self, weight: Any, loss: str, o: Array, y: Array) -> Array:
        """The weighted gradient of one sample."""
        match loss:
            case "squared_error":
                return np.asarray(weight * (o - y))
            case "binary_cross_entropy":
                return np.asarray(weight * (o - y) / (o * (1 - o)))
            case _:
                return np.asarray(-(weight * y) / o)
