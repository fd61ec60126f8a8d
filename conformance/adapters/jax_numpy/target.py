"""JAX as a target: the contract's operations over JAX's functions."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import jax

from . import functions
from .arrays import in_jax
from .calculus import Calculus
from .execution import Execution
from .layers import Layers
from .networks import Networks
from .training import Training

if TYPE_CHECKING:
    from collections.abc import Callable

    from .arrays import Network


def _elementwise(name: str) -> tuple[Callable[..., Any], Callable[..., Any], Callable[..., Any]]:
    """Value, derivative and vector-Jacobian product of one activation, as methods."""

    @in_jax
    def value(_: Jax, z: jax.Array, **parameters: float) -> jax.Array:
        return functions.activation(name, **parameters)(z)

    @in_jax
    def derivative(_: Jax, z: jax.Array, **parameters: float) -> jax.Array:
        return functions.vjp(functions.activation(name, **parameters), z)

    @in_jax
    def vjp(_: Jax, z: jax.Array, upstream: jax.Array, **parameters: float) -> jax.Array:
        return functions.vjp(functions.activation(name, **parameters), z, upstream)

    return value, derivative, vjp


def _loss(
    function: Callable[[jax.Array, jax.Array], jax.Array],
) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """A loss and its gradient with respect to its first argument, as methods."""

    @in_jax
    def value(_: Jax, o: jax.Array, y: jax.Array) -> jax.Array:
        return function(o, y)

    @in_jax
    def gradient(_: Jax, o: jax.Array, y: jax.Array) -> Any:
        return jax.grad(function)(o, y)

    return value, gradient


class Jax(Calculus, Layers, Networks, Training):
    """
    JAX with x64 and without ``jit``; batches in rows and kernels ``(n, m)``, as in Flax.

    What is not here is in the classes that this one is put together from.
    """

    name = "jax"
    version = jax.__version__
    formats: tuple[str, ...] = ("float64", "float32", "float16", "bfloat16")
    conventions = {  # noqa: RUF012 -- read, never written
        "layout": "rows",
        "weight_layout": "in_out",
        "relu_at_zero": "0",
        "leaky_relu_at_zero": "one",
        "step_at_threshold": "1",
        "squared_error": "full",
        "cost": "mean",
        "entry_reduction": "mean",
        "label_sum": "any",
        "subnormals": "flush",
    }

    execution = Execution(x64=True)
    environment = execution.environment

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

    @in_jax
    def heaviside(self, z: jax.Array, threshold: float = 0.0) -> jax.Array:
        """Step from 0 to 1 at the threshold."""
        return functions.heaviside(z, threshold)

    @in_jax
    def heaviside_derivative(self, z: jax.Array, threshold: float = 0.0) -> jax.Array:
        """What autodiff makes of a step."""
        return functions.vjp(functools.partial(functions.heaviside, threshold=threshold), z)

    @in_jax
    def heaviside_vjp(self, z: jax.Array, upstream: jax.Array, threshold: float = 0.0) -> jax.Array:
        """What autodiff makes of a step, at ``upstream``."""
        return functions.vjp(functools.partial(functions.heaviside, threshold=threshold), z, upstream)

    @in_jax
    def softmax(self, z: jax.Array) -> jax.Array:
        """Softmax of a vector."""
        return jax.nn.softmax(z)

    @in_jax
    def log_softmax(self, z: jax.Array) -> jax.Array:
        """Logarithm of the softmax of a vector."""
        return jax.nn.log_softmax(z)

    @in_jax
    def softmax_jacobian(self, z: jax.Array) -> Any:
        """Jacobian of the softmax."""
        return jax.jacrev(jax.nn.softmax)(z)

    @in_jax
    def softmax_vjp(self, z: jax.Array, upstream: jax.Array) -> jax.Array:
        """Vector-Jacobian product of the softmax."""
        return functions.vjp(jax.nn.softmax, z, upstream)

    @in_jax
    def softmax_batch(self, Z: jax.Array) -> jax.Array:
        """Softmax of each row."""
        return jax.nn.softmax(Z)

    @in_jax
    def dense(self, x: jax.Array, W: jax.Array, b: jax.Array) -> jax.Array:
        """Linear layer of a vector."""
        return functions.dense(x, W, b)

    @in_jax
    def dense_jacobian_x(self, x: jax.Array, W: jax.Array, b: jax.Array) -> Any:
        """Jacobian of a linear layer by its input."""
        return jax.jacrev(functions.dense, argnums=0)(x, W, b)

    @in_jax
    def dense_jacobian_weights(self, x: jax.Array, W: jax.Array, b: jax.Array) -> Any:
        """Jacobian of a linear layer by its weights."""
        return jax.jacrev(functions.dense, argnums=1)(x, W, b)

    @in_jax
    def dense_jacobian_bias(self, x: jax.Array, W: jax.Array, b: jax.Array) -> Any:
        """Jacobian of a linear layer by its bias."""
        return jax.jacrev(functions.dense, argnums=2)(x, W, b)

    @in_jax
    def dense_gradients(self, x: jax.Array, W: jax.Array, b: jax.Array, delta: jax.Array) -> Any:
        """Vector-Jacobian products of a linear layer."""
        return jax.vjp(functions.dense, x, W, b)[1](delta)

    dense_batch = dense
    dense_batch_gradients = dense_gradients

    @in_jax
    def backpropagate_delta(
        self, W_next: jax.Array, delta_next: jax.Array, z: jax.Array, activation: str, slope: float = 0.01
    ) -> jax.Array:
        """Vector-Jacobian product of ``z -> W_next g(z)``."""
        function = functions.activation(activation, slope)
        return functions.vjp(lambda point: function(point) @ W_next, z, delta_next)

    @in_jax
    def network_forward(self, network: Network, X: jax.Array) -> jax.Array:
        """Last activation of each row."""
        return functions.forward(network.weights, network.biases, network.shape, X)[1]

    @in_jax
    def network_cost(self, network: Network, X: jax.Array, Y: jax.Array) -> jax.Array:
        """Mean of the losses of the rows."""
        return functions.cost(network.weights, network.biases, network.shape, X, Y)

    @in_jax
    def network_gradients(
        self, network: Network, X: jax.Array, Y: jax.Array
    ) -> tuple[list[jax.Array], list[jax.Array]]:
        """Gradients of the cost by weights and biases, first layer to last."""
        return functions.network_gradients(network, X, Y)

    @in_jax
    def output_weight_jacobian(self, network: Network, x: jax.Array, layer: int) -> Any:
        """Jacobian of the last activation by the weights of one layer."""
        return functions.output_jacobian(network, x, layer, of_weights=True)

    @in_jax
    def output_bias_jacobian(self, network: Network, x: jax.Array, layer: int) -> Any:
        """Jacobian of the last activation by the bias of one layer."""
        return functions.output_jacobian(network, x, layer, of_weights=False)

    @in_jax
    def gradient_descent_step(
        self, network: Network, dWs: list[jax.Array], dbs: list[jax.Array], rate: float
    ) -> tuple[list[jax.Array], list[jax.Array]]:
        """Weights and biases after one step."""
        Ws = [W - rate * dW for W, dW in zip(network.weights, dWs, strict=True)]
        bs = [b - rate * db for b, db in zip(network.biases, dbs, strict=True)]
        return Ws, bs


class JaxJitted(Jax):
    """JAX with x64, every operation compiled as a whole by ``jax.jit``; only networks' slopes and names are static."""

    name = "jax-jit"
    execution = Execution(x64=True, jitted=True)
    environment = execution.environment


class JaxSingle(Jax):
    """JAX as it is when it has been imported: without 64-bit numbers and without ``jit``."""

    name = "jax-x32"
    formats = ("float32", "float16", "bfloat16")
    execution = Execution(x64=False)
    environment = execution.environment
