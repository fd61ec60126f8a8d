"""Chapters 7 and 8: inside a network, Park's listings of code, and the factors of the tensor form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp

from . import functions
from .arrays import in_jax

if TYPE_CHECKING:
    from .arrays import Network

Lists = tuple[list[jax.Array], list[jax.Array]]


class Networks:
    """Operations on the layers of a network."""

    @in_jax
    def network_trace(self, network: Network, X: jax.Array) -> Lists:
        """Pre-activations and activations of every layer."""
        return functions.trace(network.weights, network.biases, network.shape, X)

    @in_jax
    def network_deltas(self, network: Network, X: jax.Array, Y: jax.Array) -> Any:
        """Gradients of the cost by shifts of the pre-activations."""

        def cost(shifts: list[jax.Array]) -> jax.Array:
            zs, activations = functions.trace(network.weights, network.biases, network.shape, X, shifts)
            return functions.cost_of(network.shape, zs[-1], activations[-1], Y)

        zs, _ = functions.trace(network.weights, network.biases, network.shape, X)
        return jax.grad(cost)([jnp.zeros_like(z) for z in zs])

    @in_jax
    def network_input_gradient(self, network: Network, X: jax.Array, Y: jax.Array) -> Any:
        """Gradient of the cost by the inputs."""
        gradient: Any = jax.grad(functions.cost, argnums=3)
        return gradient(network.weights, network.biases, network.shape, X, Y)

    @in_jax
    def network_vjp(self, network: Network, x: jax.Array, upstream: jax.Array) -> Any:
        """Vector-Jacobian products by the input and by every parameter."""

        def output(point: jax.Array, weights: list[jax.Array], biases: list[jax.Array]) -> jax.Array:
            return functions.forward(weights, biases, network.shape, point)[1]

        return jax.vjp(output, x, network.weights, network.biases)[1](upstream)

    @in_jax
    def downstream_value(self, network: Network, x: jax.Array, layer: int) -> jax.Array:
        """The input, or the activation of the layer before."""
        return x if layer == 1 else functions.trace(network.weights, network.biases, network.shape, x)[1][layer - 2]

    @in_jax
    def upstream_gradient(self, network: Network, x: jax.Array, y: jax.Array, layer: int) -> Any:
        """Gradient of the loss by the activation of a layer, or by the last pre-activation."""
        zs, activations = functions.trace(network.weights, network.biases, network.shape, x)
        if layer == len(network.weights):
            last = layer - 1
            return jax.grad(
                lambda z: functions.cost_of(network.shape, z, functions.activated(network.shape, last, z), y)
            )(zs[-1])
        above = network.above(layer)
        return jax.grad(lambda a: functions.cost(above.weights, above.biases, above.shape, a, y))(
            activations[layer - 1]
        )

    @in_jax
    def relu_layer_forward(self, A_prev: jax.Array, W: jax.Array, b: jax.Array) -> tuple[jax.Array, jax.Array]:
        """A dense layer and relu."""
        Z = functions.dense(A_prev, W, b)
        return Z, jax.nn.relu(Z)

    @in_jax
    def relu_layer_backward(
        self, W_next: jax.Array, dZ_next: jax.Array, Z: jax.Array, A_prev: jax.Array
    ) -> tuple[jax.Array, ...]:
        """The backward passes of the next layer, of relu and of this layer."""
        dA = functions.vjp(lambda point: point @ W_next, jax.nn.relu(Z), dZ_next)
        dZ = functions.vjp(jax.nn.relu, Z, dA)
        W, b = jnp.zeros((A_prev.shape[1], Z.shape[1]), Z.dtype), jnp.zeros(Z.shape[1], Z.dtype)
        dW, db = jax.vjp(lambda weights, bias: functions.dense(A_prev, weights, bias), W, b)[1](dZ)
        return dA, dZ, dW, db

    @in_jax
    def classifier_forward(self, network: Network, X: jax.Array) -> Lists:
        """Pre-activations and activations of every layer."""
        return functions.trace(network.weights, network.biases, network.shape, X)

    @in_jax
    def classifier_backward(self, network: Network, X: jax.Array, Y: jax.Array) -> Lists:
        """Gradients of the mean cross-entropy."""
        return functions.network_gradients(network, X, Y)

    @in_jax
    def gamma(self, network: Network, x: jax.Array, layer: int) -> jax.Array:
        """Derivative of the activations of a layer."""
        return functions.gamma(network, x, layer)

    @in_jax
    def gamma_columns(self, network: Network, x: jax.Array, layer: int) -> jax.Array:
        """The derivatives in every column."""
        derivatives = functions.gamma(network, x, layer)
        return jnp.broadcast_to(derivatives[:, None], (derivatives.shape[0], network.weights[layer - 1].shape[0]))

    @in_jax
    def gamma_rows(self, network: Network, x: jax.Array, layer: int) -> jax.Array:
        """The derivatives in every row."""
        derivatives = functions.gamma(network, x, layer)
        return jnp.broadcast_to(derivatives, (network.weights[layer].shape[1], derivatives.shape[0]))

    @in_jax
    def layer_jacobian(self, network: Network, x: jax.Array, layer: int) -> Any:
        """Jacobian of a layer by its input."""
        index = layer - 1
        W, b = network.weights[index], network.biases[index]
        _, activations = functions.trace(network.weights, network.biases, network.shape, x)
        below = x if index == 0 else activations[index - 1]
        return jax.jacrev(lambda a: functions.activated(network.shape, index, functions.dense(a, W, b)))(below)
