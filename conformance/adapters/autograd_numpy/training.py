"""Chapter 9, cost and training: the cost as a composed map, descent, and Park's linear regression."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import autograd
import autograd.numpy as anp
from autograd.misc.flatten import flatten

from . import functions
from .arrays import in_autograd

if TYPE_CHECKING:
    from .arrays import Array, Network


def _regression_cost(w: Array, b: Array, X: Array, y: Array) -> Array:
    return functions.squared_error(anp.dot(X, w) + b, y) / 2


class Training:
    """Operations of chapter 9."""

    @in_autograd
    def stack_samples(self, A: Array) -> Array:
        """Rows one after the other."""
        return anp.ravel(A)

    @in_autograd
    def project_sample(self, A: Array, sample: int) -> Array:
        """One row."""
        return A[sample - 1]

    @in_autograd
    def projection_jacobian(self, A: Array, sample: int) -> Array:
        """Jacobian of one row by all of them."""
        return autograd.jacobian(lambda stack: anp.reshape(stack, A.shape)[sample - 1])(anp.ravel(A))

    @in_autograd
    def losses_jacobian(self, loss: str, O: Array, Y: Array) -> Array:  # noqa: E741 -- the letter of the text
        """Jacobian of the losses of the rows."""
        by_entry = autograd.jacobian(functools.partial(functions.losses, loss))(O, Y)
        return anp.reshape(by_entry, (O.shape[0], -1))

    @in_autograd
    def cost_row(self, weights: Array, loss: str, O: Array, Y: Array) -> Array:  # noqa: E741 -- as above
        """Vector-Jacobian product of the losses of the rows."""
        return anp.ravel(functions.vjp(lambda point: functions.losses(loss, point, Y), O, weights))

    @in_autograd
    def stacked_weight_jacobian(self, network: Network, X: Array, layer: int) -> Array:
        """Jacobian of all outputs by the weights of one layer."""
        by_sample = functions.output_jacobian(network, X, layer, of_weights=True)
        return anp.reshape(by_sample, (-1, *by_sample.shape[2:]))

    @in_autograd
    def stacked_bias_jacobian(self, network: Network, X: Array, layer: int) -> Array:
        """Jacobian of all outputs by the bias of one layer."""
        by_sample = functions.output_jacobian(network, X, layer, of_weights=False)
        return anp.reshape(by_sample, (-1, *by_sample.shape[2:]))

    @in_autograd
    def cost_weight_derivative(self, network: Network, X: Array, Y: Array, layer: int) -> Array:
        """Gradient of the cost by the weights of one layer."""
        return functions.network_gradients(network, X, Y)[0][layer - 1]

    @in_autograd
    def cost_bias_derivative(self, network: Network, X: Array, Y: Array, layer: int) -> Array:
        """Gradient of the cost by the bias of one layer."""
        return functions.network_gradients(network, X, Y)[1][layer - 1]

    @in_autograd
    def gradient_vector(self, network: Network, dWs: list[Array], dbs: list[Array]) -> Array:
        """All gradients as one vector, those of weights output by output."""
        return flatten([[anp.transpose(dW) for dW in dWs], dbs])[0]

    @in_autograd
    def steepest_descent_direction(self, gradient: Array) -> Array:
        """Minus the gradient over its norm."""
        return -gradient / anp.linalg.norm(gradient)

    @in_autograd
    def learning_rate_limit(self, curvature: Array) -> Array:
        """Two over the curvature."""
        return 2 / curvature

    @in_autograd
    def quadratic_descent(self, theta: Array, curvature: float, rate: float, steps: int) -> Array:
        """Steps of ``sgd`` on ``curvature / 2 * theta^2``."""
        gradient = autograd.elementwise_grad(lambda point: curvature / 2 * anp.square(point))
        return functions.descent(gradient, theta, rate, steps)

    @in_autograd
    def linear_regression_forward(self, X: Array, w: Array, b: float) -> Array:
        """A weighted sum of every row."""
        return anp.dot(X, w) + b

    @in_autograd
    def linear_regression_cost(self, a: Array, y: Array) -> Array:
        """Half of the mean squared error."""
        return functions.squared_error(a, y) / 2

    @in_autograd
    def linear_regression_backward(self, X: Array, y: Array, w: Array, b: float) -> Any:
        """Gradients of the cost."""
        return autograd.grad(_regression_cost, (0, 1))(w, anp.asarray(b, X.dtype), X, y)

    @in_autograd
    def linear_regression_step(self, w: Array, b: float, dw: Array, db: float, rate: float) -> Any:
        """One step of ``sgd``."""
        gradients = dw, anp.asarray(db, w.dtype)
        return functions.descent(lambda _: gradients, (w, anp.asarray(b, w.dtype)), rate, steps=1)

    @in_autograd
    def linear_regression_descent(self, X: Array, y: Array, w: Array, b: float, rate: float, steps: int) -> Any:
        """Steps of ``sgd``, and the cost behind them."""
        gradient = autograd.grad(_regression_cost, (0, 1))
        start = w, anp.asarray(b, X.dtype)
        w, bias = functions.descent(lambda point: gradient(*point, X, y), start, rate, steps)
        return w, bias, _regression_cost(w, bias, X, y)
