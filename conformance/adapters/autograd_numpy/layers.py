"""Chapters 4 to 6: further activations and losses, neurons, and layers with their activations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import autograd
import autograd.numpy as anp

from . import functions
from .arrays import in_autograd

if TYPE_CHECKING:
    from .arrays import Array


def relu_epsilon(z: Array, epsilon: float) -> Array:
    """Park's smooth relu, its printed polynomial between -epsilon and 0."""
    inside = anp.clip(z, -epsilon, 0)  # outside the polynomial overflows, and autograd makes nan of 0 times its slope
    bend = -2 * inside**4 / epsilon**3 - 3 * inside**3 / epsilon**2 + inside
    return anp.where(z >= 0, z, anp.where(z > -epsilon, bend, 0))


def root_mean_square_error(o: Array, y: Array) -> Array:
    """Root of the mean of ``(o - y)^2``."""
    return anp.sqrt(functions.squared_error(o, y))


def neuron(x: Array, w: Array, b: Array, activation: str, slope: float) -> Array:
    """Activation of one neuron, of a vector or of each row."""
    return functions.activation(activation, slope)(anp.dot(x, w) + b)


def neuron_cost(w: Array, b: Array, X: Array, y: Array, activation: str, slope: float) -> Array:
    """Mean squared error of one neuron."""
    return functions.squared_error(neuron(X, w, b, activation, slope), y)


class Layers:
    """Operations of single units and layers."""

    @in_autograd
    def indicator(self, z: Array) -> Array:
        """One above zero."""
        return (z > 0).astype(z.dtype)

    @in_autograd
    def relu_epsilon(self, z: Array, epsilon: float) -> Array:
        """Park's smooth relu."""
        return relu_epsilon(z, epsilon)

    @in_autograd
    def relu_epsilon_derivative(self, z: Array, epsilon: float) -> Array:
        """What autograd makes of Park's smooth relu."""
        return autograd.elementwise_grad(relu_epsilon)(z, epsilon)

    @in_autograd
    def activation_jacobian(self, z: Array, activation: str, slope: float = 0.01) -> Any:
        """Jacobian of an elementwise activation."""
        return autograd.jacobian(functions.activation(activation, slope))(z)

    @in_autograd
    def root_mean_square_error(self, o: Array, y: Array) -> Array:
        """Root of the mean of ``(o - y)^2``."""
        return root_mean_square_error(o, y)

    @in_autograd
    def root_mean_square_error_gradient(self, o: Array, y: Array) -> Any:
        """Its gradient by the prediction."""
        return autograd.grad(root_mean_square_error)(o, y)

    @in_autograd
    def linear_model(self, w: Array, x: Array) -> Array:
        """Dot product of the weights and the input behind a one."""
        return anp.dot(w, anp.concatenate([anp.ones(1, x.dtype), x]))

    @in_autograd
    def perceptron(self, x: Array, w: Array, b: float, threshold: float = 0.0) -> Array:
        """Step of a weighted sum."""
        return functions.heaviside(anp.dot(x, w) + b, threshold)

    @in_autograd
    def neuron(self, x: Array, w: Array, b: float, activation: str, slope: float = 0.01) -> Array:
        """Activation of a weighted sum."""
        return neuron(x, w, anp.asarray(b, x.dtype), activation, slope)

    @in_autograd
    def neuron_gradients(self, x: Array, w: Array, b: float, activation: str, slope: float = 0.01) -> Any:
        """Gradients of the activation by weights and bias."""
        return autograd.grad(neuron, (1, 2))(x, w, anp.asarray(b, x.dtype), activation, slope)

    @in_autograd
    def neuron_chain(self, x: Array, w: Array, b: float, activation: str, slope: float = 0.01) -> Any:
        """The Jacobian of each step: of the activation, of the bias, of the sum, of the product."""
        product = w * x
        return (
            autograd.grad(functions.activation(activation, slope))(anp.dot(x, w) + anp.asarray(b, x.dtype)),
            autograd.grad(lambda s: s + b)(anp.sum(product)),
            autograd.grad(anp.sum)(product),
            autograd.jacobian(lambda v: v * x)(w),
        )

    @in_autograd
    def neuron_cost(self, X: Array, y: Array, w: Array, b: float, activation: str, slope: float = 0.01) -> Array:
        """Mean squared error of one neuron."""
        return neuron_cost(w, anp.asarray(b, X.dtype), X, y, activation, slope)

    @in_autograd
    def neuron_cost_gradients(
        self, X: Array, y: Array, w: Array, b: float, activation: str, slope: float = 0.01
    ) -> Any:
        """Its gradients by weights and bias."""
        return autograd.grad(neuron_cost, (0, 1))(w, anp.asarray(b, X.dtype), X, y, activation, slope)

    @in_autograd
    def compose_affine(self, W1: Array, b1: Array, W2: Array, b2: Array) -> tuple[Array, Array]:
        """Product of the kernels, and the second layer of the first bias."""
        return anp.dot(W1, W2), functions.dense(b1, W2, b2)

    @in_autograd
    def layer(self, x: Array, W: Array, b: Array, activation: str, slope: float = 0.01) -> Array:
        """Activation of a dense layer."""
        return functions.activation(activation, slope)(functions.dense(x, W, b))

    @in_autograd
    def layer_gradients(
        self, x: Array, W: Array, b: Array, activation: str, upstream: Array, slope: float = 0.01
    ) -> Any:
        """Vector-Jacobian products of a layer with its activation."""
        function = functions.activation(activation, slope)
        return functions.vjp(lambda point: function(functions.dense(*point)), (x, W, b), upstream)
