"""Chapters 4 to 6: further activations and losses, neurons, and layers with their activations."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from . import functions
from .arrays import in_jax


def relu_epsilon(z: jax.Array, epsilon: float) -> jax.Array:
    """Park's smooth relu, its printed polynomial between -epsilon and 0."""
    inside = jnp.clip(z, -epsilon, 0)  # outside the polynomial overflows, and autodiff makes nan of 0 times its slope
    bend = -2 * inside**4 / epsilon**3 - 3 * inside**3 / epsilon**2 + inside
    return jnp.where(z >= 0, z, jnp.where(z > -epsilon, bend, 0))


def root_mean_square_error(o: jax.Array, y: jax.Array) -> jax.Array:
    """Root of the mean of ``(o - y)^2``."""
    return jnp.sqrt(functions.squared_error(o, y))


def neuron(x: jax.Array, w: jax.Array, b: jax.Array, activation: str, slope: float) -> jax.Array:
    """Activation of one neuron, of a vector or of each row."""
    return functions.activation(activation, slope)(x @ w + b)


def neuron_cost(w: jax.Array, b: jax.Array, X: jax.Array, y: jax.Array, activation: str, slope: float) -> jax.Array:
    """Mean squared error of one neuron."""
    return functions.squared_error(neuron(X, w, b, activation, slope), y)


class Layers:
    """Operations of single units and layers."""

    @in_jax
    def indicator(self, z: jax.Array) -> jax.Array:
        """One above zero."""
        return (z > 0).astype(z.dtype)

    @in_jax
    def relu_epsilon(self, z: jax.Array, epsilon: float) -> jax.Array:
        """Park's smooth relu."""
        return relu_epsilon(z, epsilon)

    @in_jax
    def relu_epsilon_derivative(self, z: jax.Array, epsilon: float) -> jax.Array:
        """What autodiff makes of Park's smooth relu."""
        return functions.vjp(lambda point: relu_epsilon(point, epsilon), z)

    @in_jax
    def activation_jacobian(self, z: jax.Array, activation: str, slope: float = 0.01) -> Any:
        """Jacobian of an elementwise activation."""
        return jax.jacrev(functions.activation(activation, slope))(z)

    @in_jax
    def root_mean_square_error(self, o: jax.Array, y: jax.Array) -> jax.Array:
        """Root of the mean of ``(o - y)^2``."""
        return root_mean_square_error(o, y)

    @in_jax
    def root_mean_square_error_gradient(self, o: jax.Array, y: jax.Array) -> Any:
        """Its gradient by the prediction."""
        return jax.grad(root_mean_square_error)(o, y)

    @in_jax
    def linear_model(self, w: jax.Array, x: jax.Array) -> jax.Array:
        """Dot product of the weights and the input behind a one."""
        return w @ jnp.concatenate([jnp.ones(1, x.dtype), x])

    @in_jax
    def perceptron(self, x: jax.Array, w: jax.Array, b: float, threshold: float = 0.0) -> jax.Array:
        """Step of a weighted sum."""
        return functions.heaviside(x @ w + b, threshold)

    @in_jax
    def neuron(self, x: jax.Array, w: jax.Array, b: float, activation: str, slope: float = 0.01) -> jax.Array:
        """Activation of a weighted sum."""
        return neuron(x, w, jnp.asarray(b, x.dtype), activation, slope)

    @in_jax
    def neuron_gradients(self, x: jax.Array, w: jax.Array, b: float, activation: str, slope: float = 0.01) -> Any:
        """Gradients of the activation by weights and bias."""
        return jax.grad(neuron, argnums=(1, 2))(x, w, jnp.asarray(b, x.dtype), activation, slope)

    @in_jax
    def neuron_chain(self, x: jax.Array, w: jax.Array, b: float, activation: str, slope: float = 0.01) -> Any:
        """The Jacobian of each step: of the activation, of the bias, of the sum, of the product."""
        product = w * x
        return (
            jax.grad(functions.activation(activation, slope))(x @ w + b),
            jax.grad(lambda s: s + b)(jnp.sum(product)),
            jax.grad(jnp.sum)(product),
            jax.jacrev(lambda v: v * x)(w),
        )

    @in_jax
    def neuron_cost(
        self, X: jax.Array, y: jax.Array, w: jax.Array, b: float, activation: str, slope: float = 0.01
    ) -> jax.Array:
        """Mean squared error of one neuron."""
        return neuron_cost(w, jnp.asarray(b, X.dtype), X, y, activation, slope)

    @in_jax
    def neuron_cost_gradients(
        self, X: jax.Array, y: jax.Array, w: jax.Array, b: float, activation: str, slope: float = 0.01
    ) -> Any:
        """Its gradients by weights and bias."""
        return jax.grad(neuron_cost, argnums=(0, 1))(w, jnp.asarray(b, X.dtype), X, y, activation, slope)

    @in_jax
    def compose_affine(self, W1: jax.Array, b1: jax.Array, W2: jax.Array, b2: jax.Array) -> tuple[jax.Array, jax.Array]:
        """Product of the kernels, and the second layer of the first bias."""
        return W1 @ W2, functions.dense(b1, W2, b2)

    @in_jax
    def layer(self, x: jax.Array, W: jax.Array, b: jax.Array, activation: str, slope: float = 0.01) -> jax.Array:
        """Activation of a dense layer."""
        return functions.activation(activation, slope)(functions.dense(x, W, b))

    @in_jax
    def layer_gradients(
        self, x: jax.Array, W: jax.Array, b: jax.Array, activation: str, upstream: jax.Array, slope: float = 0.01
    ) -> Any:
        """Vector-Jacobian products of a layer with its activation."""
        function = functions.activation(activation, slope)
        return jax.vjp(lambda *point: function(functions.dense(*point)), x, W, b)[1](upstream)
