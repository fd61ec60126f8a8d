"""autograd as a target: the contract's operations over autograd's functions."""

from __future__ import annotations

import functools
from importlib import metadata
from typing import TYPE_CHECKING, Any

import autograd
import autograd.numpy as anp
import numpy as np

from . import functions
from .arrays import in_autograd
from .calculus import Calculus
from .layers import Layers
from .networks import Networks
from .training import Training

if TYPE_CHECKING:
    from collections.abc import Callable

    from .arrays import Array, Network


def _elementwise(name: str) -> tuple[Callable[..., Any], Callable[..., Any], Callable[..., Any]]:
    """Value, derivative and vector-Jacobian product of one activation, as methods."""

    @in_autograd
    def value(_: Autograd, z: Array, **parameters: float) -> Array:
        return functions.activation(name, **parameters)(z)

    @in_autograd
    def derivative(_: Autograd, z: Array, **parameters: float) -> Array:
        return autograd.elementwise_grad(functions.activation(name, **parameters))(z)

    @in_autograd
    def vjp(_: Autograd, z: Array, upstream: Array, **parameters: float) -> Array:
        return functions.vjp(functions.activation(name, **parameters), z, upstream)

    return value, derivative, vjp


def _loss(function: Callable[[Array, Array], Array]) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """A loss and its gradient with respect to its first argument, as methods."""

    @in_autograd
    def value(_: Autograd, o: Array, y: Array) -> Array:
        return function(o, y)

    @in_autograd
    def gradient(_: Autograd, o: Array, y: Array) -> Array:
        return autograd.grad(function)(o, y)

    return value, gradient


class Autograd(Calculus, Layers, Networks, Training):
    """
    autograd over NumPy; batches in rows and weights ``(n, m)``, as in its example of a neural network.

    What is not here is in the classes that this one is put together from.
    """

    name = "autograd"
    version = metadata.version("autograd")
    formats = ("float64", "float32", "float16")
    conventions = {  # noqa: RUF012 -- read, never written
        "layout": "rows",
        "weight_layout": "in_out",
        "relu_at_zero": "0.5",
        "leaky_relu_at_zero": "slope",
        "step_at_threshold": "1",
        "squared_error": "full",
        "cost": "mean",
        "entry_reduction": "mean",
        "label_sum": "any",
        "subnormals": "gradual",
    }
    environment = {"numpy": np.__version__, "scipy": metadata.version("scipy")}  # noqa: RUF012 -- likewise

    casts = False
    """Whether every answer is cast to the type of the arguments."""

    identity, identity_derivative, identity_vjp = _elementwise("identity")
    relu, relu_derivative, relu_vjp = _elementwise("relu")
    leaky_relu, leaky_relu_derivative, leaky_relu_vjp = _elementwise("leaky_relu")
    sigmoid, sigmoid_derivative, sigmoid_vjp = _elementwise("sigmoid")
    tanh, tanh_derivative, tanh_vjp = _elementwise("tanh")

    squared_error, squared_error_gradient = _loss(functions.squared_error)
    squared_error_delta = squared_error_gradient  # the output is the identity
    binary_cross_entropy, binary_cross_entropy_gradient = _loss(functions.binary_cross_entropy)
    categorical_cross_entropy, categorical_cross_entropy_gradient = _loss(functions.categorical_cross_entropy)
    sigmoid_cross_entropy, sigmoid_cross_entropy_delta = _loss(functions.sigmoid_cross_entropy)
    softmax_cross_entropy, softmax_cross_entropy_delta = _loss(functions.softmax_cross_entropy)

    @in_autograd
    def heaviside(self, z: Array, threshold: float = 0.0) -> Array:
        """Step from 0 to 1 at the threshold."""
        return functions.heaviside(z, threshold)

    @in_autograd
    def heaviside_derivative(self, z: Array, threshold: float = 0.0) -> Array:
        """What autograd makes of a step."""
        return autograd.elementwise_grad(functools.partial(functions.step, threshold=threshold))(z)

    @in_autograd
    def heaviside_vjp(self, z: Array, upstream: Array, threshold: float = 0.0) -> Array:
        """What autograd makes of a step, at ``upstream``."""
        return functions.vjp(functools.partial(functions.step, threshold=threshold), z, upstream)

    @in_autograd
    def softmax(self, z: Array) -> Array:
        """Softmax of a vector."""
        return functions.softmax(z)

    @in_autograd
    def log_softmax(self, z: Array) -> Array:
        """Logarithm of the softmax of a vector."""
        return functions.log_softmax(z)

    @in_autograd
    def softmax_jacobian(self, z: Array) -> Array:
        """Jacobian of the softmax."""
        return autograd.jacobian(functions.softmax)(z)

    @in_autograd
    def softmax_vjp(self, z: Array, upstream: Array) -> Array:
        """Vector-Jacobian product of the softmax."""
        return functions.vjp(functions.softmax, z, upstream)

    @in_autograd
    def softmax_batch(self, Z: Array) -> Array:
        """Softmax of each row."""
        return functions.softmax(Z)

    @in_autograd
    def dense(self, x: Array, W: Array, b: Array) -> Array:
        """Linear layer of a vector."""
        return functions.dense(x, W, b)

    @in_autograd
    def dense_jacobian_x(self, x: Array, W: Array, b: Array) -> Array:
        """Jacobian of a linear layer by its input."""
        return autograd.jacobian(functions.dense, 0)(x, W, b)

    @in_autograd
    def dense_jacobian_weights(self, x: Array, W: Array, b: Array) -> Array:
        """Jacobian of a linear layer by its weights."""
        return autograd.jacobian(functions.dense, 1)(x, W, b)

    @in_autograd
    def dense_jacobian_bias(self, x: Array, W: Array, b: Array) -> Array:
        """Jacobian of a linear layer by its bias."""
        return autograd.jacobian(functions.dense, 2)(x, W, b)

    @in_autograd
    def dense_gradients(self, x: Array, W: Array, b: Array, delta: Array) -> Any:
        """Vector-Jacobian products of a linear layer."""
        return functions.vjp(lambda point: functions.dense(*point), (x, W, b), delta)

    dense_batch = dense
    dense_batch_gradients = dense_gradients

    @in_autograd
    def backpropagate_delta(
        self, W_next: Array, delta_next: Array, z: Array, activation: str, slope: float = 0.01
    ) -> Array:
        """Vector-Jacobian product of ``z -> W_next g(z)``."""
        function = functions.activation(activation, slope)
        return functions.vjp(lambda point: anp.dot(function(point), W_next), z, delta_next)

    @in_autograd
    def network_forward(self, network: Network, X: Array) -> Array:
        """Last activation of each row."""
        return functions.forward(network.weights, network.biases, network.shape, X)[1]

    @in_autograd
    def network_cost(self, network: Network, X: Array, Y: Array) -> Array:
        """Mean of the losses of the rows."""
        return functions.cost(network.weights, network.biases, network.shape, X, Y)

    @in_autograd
    def network_gradients(self, network: Network, X: Array, Y: Array) -> tuple[list[Array], list[Array]]:
        """Gradients of the cost by weights and biases, first layer to last."""
        return functions.network_gradients(network, X, Y)

    @in_autograd
    def output_weight_jacobian(self, network: Network, x: Array, layer: int) -> Array:
        """Jacobian of the last activation by the weights of one layer."""
        return functions.output_jacobian(network, x, layer, of_weights=True)

    @in_autograd
    def output_bias_jacobian(self, network: Network, x: Array, layer: int) -> Array:
        """Jacobian of the last activation by the bias of one layer."""
        return functions.output_jacobian(network, x, layer, of_weights=False)

    @in_autograd
    def gradient_descent_step(self, network: Network, dWs: list[Array], dbs: list[Array], rate: float) -> Any:
        """One step of ``sgd``."""
        return functions.descent(lambda _: (dWs, dbs), (network.weights, network.biases), rate, steps=1)


class AutogradCast(Autograd):
    """autograd, and every answer cast to the type of the arguments."""

    name = "autograd, cast"
    casts = True
