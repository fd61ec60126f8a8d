"""Chapter 9, cost and training: the cost as a composed map, descent, and Park's linear regression."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp

from . import functions
from .arrays import in_jax

if TYPE_CHECKING:
    from .arrays import Network


def _regression_cost(w: jax.Array, b: jax.Array, X: jax.Array, y: jax.Array) -> jax.Array:
    return functions.squared_error(X @ w + b, y) / 2


class Training:
    """Operations of chapter 9."""

    @in_jax
    def stack_samples(self, A: jax.Array) -> jax.Array:
        """Rows one after the other."""
        return A.reshape(-1)

    @in_jax
    def project_sample(self, A: jax.Array, sample: int) -> jax.Array:
        """One row."""
        return A[sample - 1]

    @in_jax
    def projection_jacobian(self, A: jax.Array, sample: int) -> Any:
        """Jacobian of one row by all of them."""
        return jax.jacrev(lambda stack: stack.reshape(A.shape)[sample - 1])(A.reshape(-1))

    @in_jax
    def losses_jacobian(self, loss: str, O: jax.Array, Y: jax.Array) -> jax.Array:  # noqa: E741 -- the letter of the text
        """Jacobian of the losses of the rows."""
        by_entry: jax.Array = jax.jacrev(functools.partial(functions.losses, loss))(O, Y)
        return by_entry.reshape(O.shape[0], -1)

    @in_jax
    def cost_row(self, weights: jax.Array, loss: str, O: jax.Array, Y: jax.Array) -> jax.Array:  # noqa: E741 -- as above
        """Vector-Jacobian product of the losses of the rows."""
        return functions.vjp(lambda point: functions.losses(loss, point, Y), O, weights).reshape(-1)

    @in_jax
    def stacked_weight_jacobian(self, network: Network, X: jax.Array, layer: int) -> Any:
        """Jacobian of all outputs by the weights of one layer."""
        by_sample = functions.output_jacobian(network, X, layer, of_weights=True)
        return by_sample.reshape(-1, *by_sample.shape[2:])

    @in_jax
    def stacked_bias_jacobian(self, network: Network, X: jax.Array, layer: int) -> Any:
        """Jacobian of all outputs by the bias of one layer."""
        by_sample = functions.output_jacobian(network, X, layer, of_weights=False)
        return by_sample.reshape(-1, *by_sample.shape[2:])

    @in_jax
    def cost_weight_derivative(self, network: Network, X: jax.Array, Y: jax.Array, layer: int) -> jax.Array:
        """Gradient of the cost by the weights of one layer."""
        return functions.network_gradients(network, X, Y)[0][layer - 1]

    @in_jax
    def cost_bias_derivative(self, network: Network, X: jax.Array, Y: jax.Array, layer: int) -> jax.Array:
        """Gradient of the cost by the bias of one layer."""
        return functions.network_gradients(network, X, Y)[1][layer - 1]

    @in_jax
    def gradient_vector(self, network: Network, dWs: list[jax.Array], dbs: list[jax.Array]) -> jax.Array:
        """All gradients as one vector, those of kernels output by output."""
        return jnp.concatenate([each.reshape(-1) for each in (*(dW.T for dW in dWs), *dbs)])

    @in_jax
    def steepest_descent_direction(self, gradient: jax.Array) -> jax.Array:
        """Minus the gradient over its norm."""
        norm: jax.Array = jnp.linalg.norm(gradient)
        return -gradient / norm

    @in_jax
    def learning_rate_limit(self, curvature: jax.Array) -> jax.Array:
        """Two over the curvature."""
        return 2 / curvature

    @in_jax
    def quadratic_descent(self, theta: jax.Array, curvature: float, rate: float, steps: int) -> jax.Array:
        """Steps of descent on ``curvature / 2 * theta^2``."""
        for _ in range(steps):
            theta = theta - rate * functions.vjp(lambda point: curvature / 2 * point**2, theta)
        return theta

    @in_jax
    def linear_regression_forward(self, X: jax.Array, w: jax.Array, b: float) -> jax.Array:
        """A weighted sum of every row."""
        return X @ w + b

    @in_jax
    def linear_regression_cost(self, a: jax.Array, y: jax.Array) -> jax.Array:
        """Half of the mean squared error."""
        return functions.squared_error(a, y) / 2

    @in_jax
    def linear_regression_backward(self, X: jax.Array, y: jax.Array, w: jax.Array, b: float) -> Any:
        """Gradients of the cost."""
        return jax.grad(_regression_cost, argnums=(0, 1))(w, jnp.asarray(b, X.dtype), X, y)

    @in_jax
    def linear_regression_step(
        self, w: jax.Array, b: float, dw: jax.Array, db: float, rate: float
    ) -> tuple[jax.Array, jax.Array]:
        """One step of descent."""
        return w - rate * dw, jnp.asarray(b, w.dtype) - rate * jnp.asarray(db, w.dtype)

    @in_jax
    def linear_regression_descent(
        self, X: jax.Array, y: jax.Array, w: jax.Array, b: float, rate: float, steps: int
    ) -> tuple[jax.Array, jax.Array, jax.Array]:
        """Steps of descent, and the cost behind them."""
        bias = jnp.asarray(b, X.dtype)
        for _ in range(steps):
            dw, db = jax.grad(_regression_cost, argnums=(0, 1))(w, bias, X, y)
            w, bias = w - rate * dw, bias - rate * db
        return w, bias, _regression_cost(w, bias, X, y)
