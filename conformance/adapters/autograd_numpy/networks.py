"""Chapters 7 and 8: inside a network, Park's listings of code, and the factors of the tensor form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import autograd
import autograd.numpy as anp

from . import functions
from .arrays import in_autograd

if TYPE_CHECKING:
    from .arrays import Array, Network

Lists: TypeAlias = "tuple[list[Array], list[Array]]"


class Networks:
    """Operations on the layers of a network."""

    @in_autograd
    def network_trace(self, network: Network, X: Array) -> Lists:
        """Pre-activations and activations of every layer."""
        return functions.trace(network.weights, network.biases, network.shape, X)

    @in_autograd
    def network_deltas(self, network: Network, X: Array, Y: Array) -> Any:
        """Gradients of the cost by shifts of the pre-activations."""

        def cost(shifts: list[Array]) -> Array:
            zs, activations = functions.trace(network.weights, network.biases, network.shape, X, shifts)
            return functions.cost_of(network.shape, zs[-1], activations[-1], Y)

        zs, _ = functions.trace(network.weights, network.biases, network.shape, X)
        return autograd.grad(cost)([anp.zeros_like(z) for z in zs])

    @in_autograd
    def network_input_gradient(self, network: Network, X: Array, Y: Array) -> Any:
        """Gradient of the cost by the inputs."""
        gradient: Any = autograd.grad(functions.cost, 3)
        return gradient(network.weights, network.biases, network.shape, X, Y)

    @in_autograd
    def network_vjp(self, network: Network, x: Array, upstream: Array) -> Any:
        """Vector-Jacobian products by the input and by every parameter."""

        def output(point: tuple[Array, list[Array], list[Array]]) -> Array:
            inputs, weights, biases = point
            return functions.forward(weights, biases, network.shape, inputs)[1]

        return functions.vjp(output, (x, network.weights, network.biases), upstream)

    @in_autograd
    def downstream_value(self, network: Network, x: Array, layer: int) -> Array:
        """The input, or the activation of the layer before."""
        return x if layer == 1 else functions.trace(network.weights, network.biases, network.shape, x)[1][layer - 2]

    @in_autograd
    def upstream_gradient(self, network: Network, x: Array, y: Array, layer: int) -> Any:
        """Gradient of the loss by the activation of a layer, or by the last pre-activation."""
        zs, activations = functions.trace(network.weights, network.biases, network.shape, x)
        if layer == len(network.weights):
            last = layer - 1
            return autograd.grad(
                lambda z: functions.cost_of(network.shape, z, functions.activated(network.shape, last, z), y)
            )(zs[-1])
        above = network.above(layer)
        return autograd.grad(lambda a: functions.cost(above.weights, above.biases, above.shape, a, y))(
            activations[layer - 1]
        )

    @in_autograd
    def relu_layer_forward(self, A_prev: Array, W: Array, b: Array) -> tuple[Array, Array]:
        """A dense layer and relu."""
        Z = functions.dense(A_prev, W, b)
        return Z, functions.relu(Z)

    @in_autograd
    def relu_layer_backward(self, W_next: Array, dZ_next: Array, Z: Array, A_prev: Array) -> tuple[Array, ...]:
        """The backward passes of the next layer, of relu and of this layer."""
        dA = functions.vjp(lambda point: anp.dot(point, W_next), functions.relu(Z), dZ_next)
        dZ = functions.vjp(functions.relu, Z, dA)
        W, b = anp.zeros((A_prev.shape[1], Z.shape[1]), Z.dtype), anp.zeros(Z.shape[1], Z.dtype)
        dW, db = functions.vjp(lambda point: functions.dense(A_prev, *point), (W, b), dZ)
        return dA, dZ, dW, db

    @in_autograd
    def classifier_forward(self, network: Network, X: Array) -> Lists:
        """Pre-activations and activations of every layer."""
        return functions.trace(network.weights, network.biases, network.shape, X)

    @in_autograd
    def classifier_backward(self, network: Network, X: Array, Y: Array) -> Lists:
        """Gradients of the mean cross-entropy."""
        return functions.network_gradients(network, X, Y)

    @in_autograd
    def gamma(self, network: Network, x: Array, layer: int) -> Array:
        """Derivative of the activations of a layer."""
        return functions.gamma(network, x, layer)

    @in_autograd
    def gamma_columns(self, network: Network, x: Array, layer: int) -> Array:
        """The derivatives in every column."""
        derivatives = functions.gamma(network, x, layer)
        return anp.broadcast_to(derivatives[:, None], (derivatives.shape[0], network.weights[layer - 1].shape[0]))

    @in_autograd
    def gamma_rows(self, network: Network, x: Array, layer: int) -> Array:
        """The derivatives in every row."""
        derivatives = functions.gamma(network, x, layer)
        return anp.broadcast_to(derivatives, (network.weights[layer].shape[1], derivatives.shape[0]))

    @in_autograd
    def layer_jacobian(self, network: Network, x: Array, layer: int) -> Any:
        """Jacobian of a layer by its input."""
        index = layer - 1
        W, b = network.weights[index], network.biases[index]
        _, activations = functions.trace(network.weights, network.biases, network.shape, x)
        below = x if index == 0 else activations[index - 1]
        return autograd.jacobian(lambda a: functions.activated(network.shape, index, functions.dense(a, W, b)))(below)
