"""Chapters 7 and 8: networks, Park's listings of code, and the factors of the tensor form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import tensorflow as tf

from . import functions
from .differentiation import ZERO, jacobian, vjp
from .tensors import in_tensorflow

if TYPE_CHECKING:
    from .library import Library
    from .tensors import Network, Tensor


class Networks:
    """Operations on the layers of a network."""

    library: Library

    @in_tensorflow
    def network_forward(self, network: Network, X: Tensor) -> Tensor:
        """Last activation of each row."""
        return functions.forward(self.library, network, X)[1]

    @in_tensorflow
    def network_cost(self, network: Network, X: Tensor, Y: Tensor) -> Tensor:
        """Mean of the losses of the rows."""
        return functions.cost(self.library, network, X, Y)

    @in_tensorflow
    def network_gradients(self, network: Network, X: Tensor, Y: Tensor) -> tuple[Any, Any]:
        """Gradients of the cost by weights and biases, first layer to last."""
        return functions.network_gradients(self.library, network, X, Y)

    @in_tensorflow
    def network_trace(self, network: Network, X: Tensor) -> tuple[list[Tensor], list[Tensor]]:
        """Pre-activations and activations of every layer."""
        return functions.trace(self.library, network, X)

    @in_tensorflow
    def network_deltas(self, network: Network, X: Tensor, Y: Tensor) -> Any:
        """Gradients of the cost by the pre-activations, in one backward pass."""
        with tf.GradientTape() as tape:
            tape.watch(X)
            pre_activations, activations = functions.trace(self.library, network, X)
            cost = functions.cost_of(self.library, network, pre_activations[-1], activations[-1], Y)
        return tape.gradient(cost, pre_activations, unconnected_gradients=ZERO)

    @in_tensorflow
    def network_input_gradient(self, network: Network, X: Tensor, Y: Tensor) -> Any:
        """Gradient of the cost by the inputs."""
        return vjp(lambda point: functions.cost(self.library, network, point, Y), X)

    @in_tensorflow
    def network_vjp(self, network: Network, x: Tensor, upstream: Tensor) -> tuple[Any, Any, Any]:
        """Vector-Jacobian products by the input and by every parameter, in one backward pass."""
        count = len(network.layers)

        def output(point: Tensor, *parameters: Tensor) -> Tensor:
            replaced = network.with_parameters(parameters[:count], parameters[count:])
            return functions.forward(self.library, replaced, point)[1]

        dx, *others = vjp(output, (x, *network.weights, *network.biases), upstream)
        return dx, others[:count], others[count:]

    @in_tensorflow
    def downstream_value(self, network: Network, x: Tensor, layer: int) -> Tensor:
        """The input, or the activation of the layer before."""
        return functions.below(self.library, network, x, layer)

    @in_tensorflow
    def upstream_gradient(self, network: Network, x: Tensor, y: Tensor, layer: int) -> Any:
        """Gradient of the loss by the activation of a layer, or by the last pre-activation."""
        X, Y = x[tf.newaxis], y[tf.newaxis]
        pre_activations, activations = functions.trace(self.library, network, X)
        if layer < len(network.layers):
            above = network.above(layer)
            return vjp(lambda a: functions.cost(self.library, above, a, Y), activations[layer - 1])[0]

        def cost(z: Tensor) -> Tensor:
            a = functions.activated(self.library, network.layers[-1], z)
            return functions.cost_of(self.library, network, z, a, Y)

        return vjp(cost, pre_activations[-1])[0]

    @in_tensorflow
    def relu_layer_forward(self, A_prev: Tensor, W: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
        """A dense layer and relu."""
        Z = functions.dense(self.library, A_prev, W, b)
        return Z, functions.activation(self.library, "relu")(Z)

    @in_tensorflow
    def relu_layer_backward(self, W_next: Tensor, dZ_next: Tensor, Z: Tensor, A_prev: Tensor) -> Any:
        """The backward passes of the next layer, of relu and of this layer."""
        relu = functions.activation(self.library, "relu")
        no_bias = tf.zeros(W_next.shape[1], Z.dtype)
        dA = vjp(lambda point: functions.dense(self.library, point, W_next, no_bias), relu(Z), dZ_next)
        dZ = vjp(relu, Z, dA)
        parameters = tf.zeros((A_prev.shape[1], Z.shape[1]), Z.dtype), tf.zeros(Z.shape[1], Z.dtype)
        return dA, dZ, *vjp(lambda W, b: functions.dense(self.library, A_prev, W, b), parameters, dZ)

    @in_tensorflow
    def classifier_forward(self, network: Network, X: Tensor) -> tuple[list[Tensor], list[Tensor]]:
        """Pre-activations and activations of every layer."""
        return functions.trace(self.library, network, X)

    @in_tensorflow
    def classifier_backward(self, network: Network, X: Tensor, Y: Tensor) -> tuple[Any, Any]:
        """Gradients of the mean cross-entropy."""
        return functions.network_gradients(self.library, network, X, Y)

    @in_tensorflow
    def output_weight_jacobian(self, network: Network, x: Tensor, layer: int) -> Any:
        """Jacobian of the last activation by the kernel of one layer."""
        return functions.output_jacobian(self.library, network, x, layer, of_weights=True)

    @in_tensorflow
    def output_bias_jacobian(self, network: Network, x: Tensor, layer: int) -> Any:
        """Jacobian of the last activation by the bias of one layer."""
        return functions.output_jacobian(self.library, network, x, layer, of_weights=False)

    @in_tensorflow
    def gamma(self, network: Network, x: Tensor, layer: int) -> Any:
        """Derivative of the activations of a layer."""
        return functions.gamma(self.library, network, x, layer)

    @in_tensorflow
    def gamma_columns(self, network: Network, x: Tensor, layer: int) -> Tensor:
        """The derivatives in every column."""
        derivatives = functions.gamma(self.library, network, x, layer)
        return tf.repeat(derivatives[:, tf.newaxis], network.layers[layer - 1].weights.shape[0], axis=1)

    @in_tensorflow
    def gamma_rows(self, network: Network, x: Tensor, layer: int) -> Tensor:
        """The derivatives in every row."""
        derivatives = functions.gamma(self.library, network, x, layer)
        return tf.repeat(derivatives[tf.newaxis], network.layers[layer].weights.shape[1], axis=0)

    @in_tensorflow
    def layer_jacobian(self, network: Network, x: Tensor, layer: int) -> Any:
        """Jacobian of a layer by its input."""
        here = network.layers[layer - 1]

        def activation(a: Tensor) -> Tensor:
            z = functions.dense(self.library, a, here.weights, here.bias)
            return functions.activated(self.library, here, z)

        return jacobian(activation, functions.below(self.library, network, x, layer))
