"""Chapters 7 to 9 of builds for training: the gradients of networks and costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from . import functions, networks
from .differentiating import gradient, jacobian, pulled
from .sessions import in_onnx

if TYPE_CHECKING:
    from ....spec.network import Network
    from .graphs import Graph, Value
    from .sessions import Array

    Differentiated = tuple[Value, Value | list[Any]]


def _parameters(network: Network) -> list[Any]:
    return [[layer.weights for layer in network.layers], [layer.bias for layer in network.layers]]


def network_gradients(graph: Graph, network: Network, X: Value, Y: Value) -> Differentiated:
    """Gradients of the cost by every weight and every bias."""
    return functions.network_cost(graph, network, X, Y), _parameters(network)


def network_deltas(graph: Graph, network: Network, X: Value, Y: Value) -> Differentiated:
    """Gradients of the cost by the pre-activations."""
    pre_activations, activations = functions.trace(graph, network, X)
    return functions.cost(graph, network, pre_activations[-1], activations[-1], Y), pre_activations


def network_input_gradient(graph: Graph, network: Network, X: Value, Y: Value) -> Differentiated:
    """Gradient of the cost by the inputs."""
    return functions.network_cost(graph, network, X, Y), X


def network_vjp(graph: Graph, network: Network, x: Value, upstream: Value) -> Differentiated:
    """Vector-Jacobian products by the input and by every parameter."""
    output = functions.trace(graph, network, x, batch=False)[1][-1]
    return pulled(graph, output, upstream), [x, *_parameters(network)]


def upstream_gradient(graph: Graph, network: Network, x: Value, y: Value, layer: int) -> Differentiated:
    """Gradient of the loss by the activation of a layer, or by the last pre-activation."""
    pre_activations, activations = functions.trace(graph, network, x, batch=False)
    loss = functions.cost(graph, network, pre_activations[-1], activations[-1], y)
    return loss, pre_activations[-1] if layer == len(network.layers) else activations[layer - 1]


def _below(graph: Graph, network: Network, x: Value, layer: int) -> Value:
    return networks.downstream_value(graph, network, x, layer)


def gamma(graph: Graph, network: Network, x: Value, layer: int) -> Differentiated:
    """Derivatives of the activations of a layer."""
    here = network.layers[layer - 1]
    z = functions.pre_activation(graph, here, _below(graph, network, x, layer), batch=False)
    return pulled(graph, functions.activated(graph, here.activation, z, here.slope)), z


def layer_jacobian(graph: Graph, network: Network, x: Value, layer: int) -> Differentiated:
    """Jacobian of a layer by its input."""
    here, below = network.layers[layer - 1], _below(graph, network, x, layer)
    z = functions.pre_activation(graph, here, below, batch=False)
    return functions.activated(graph, here.activation, z, here.slope), below


def output_weight_jacobian(graph: Graph, network: Network, x: Value, layer: int) -> Differentiated:
    """Jacobian of the output by the weights of one layer."""
    return functions.trace(graph, network, x, batch=False)[1][-1], network.layers[layer - 1].weights


def output_bias_jacobian(graph: Graph, network: Network, x: Value, layer: int) -> Differentiated:
    """Jacobian of the output by the bias of one layer."""
    return functions.trace(graph, network, x, batch=False)[1][-1], network.layers[layer - 1].bias


def stacked_weight_jacobian(graph: Graph, network: Network, X: Value, layer: int) -> Differentiated:
    """Jacobian of all outputs, one behind the other, by the weights of one layer."""
    stack = networks.stack_samples(graph, functions.trace(graph, network, X)[1][-1])
    return stack, network.layers[layer - 1].weights


def stacked_bias_jacobian(graph: Graph, network: Network, X: Value, layer: int) -> Differentiated:
    """Jacobian of all outputs, one behind the other, by the bias of one layer."""
    stack = networks.stack_samples(graph, functions.trace(graph, network, X)[1][-1])
    return stack, network.layers[layer - 1].bias


def cost_weight_derivative(graph: Graph, network: Network, X: Value, Y: Value, layer: int) -> Differentiated:
    """Gradient of the cost by the weights of one layer."""
    return functions.network_cost(graph, network, X, Y), network.layers[layer - 1].weights


def cost_bias_derivative(graph: Graph, network: Network, X: Value, Y: Value, layer: int) -> Differentiated:
    """Gradient of the cost by the bias of one layer."""
    return functions.network_cost(graph, network, X, Y), network.layers[layer - 1].bias


def linear_regression_backward(graph: Graph, X: Value, y: Value, w: Value, b: Value) -> Differentiated:
    """Gradients of half of the mean squared error."""
    return linear_regression_loss(graph, X, y, w, b), [w, b]


def projection_jacobian(graph: Graph, A: Value, sample: int) -> Differentiated:
    """Jacobian of one row by all of them, one behind the other."""
    stack = networks.stack_samples(graph, A)
    return networks.project_sample(graph, graph("Reshape", stack, graph("Shape", A)), sample), stack


def losses_jacobian(graph: Graph, loss: str, O: Value, Y: Value) -> Differentiated:  # noqa: E741 -- the letter of the text
    """Jacobian of the losses of the rows."""
    return functions.losses(graph, loss, O, Y), O


def cost_row(graph: Graph, weights: Value, loss: str, O: Value, Y: Value) -> Differentiated:  # noqa: E741 -- as above
    """Vector-Jacobian product of the losses of the rows."""
    return pulled(graph, functions.losses(graph, loss, O, Y), weights), O


def relu_layer_backward(graph: Graph, W_next: Value, dZ_next: Value, Z: Value, A_prev: Value) -> Differentiated:
    """The gradients of a relu layer and of the next, at weights and a bias of zero beside ``Z``."""
    units, inputs = graph("Shape", Z, start=1), graph("Shape", A_prev, start=1)
    zero = graph.number(0)
    W, b = graph("Expand", zero, graph("Concat", units, inputs, axis=0)), graph("Expand", zero, units)
    pre_activation = graph("Add", Z, functions.dense_batch(graph, A_prev, W, b))
    A = graph("Relu", pre_activation)
    next_pre_activation = graph("Gemm", A, W_next, transB=1)
    return pulled(graph, next_pre_activation, dZ_next), [A, pre_activation, W, b]


def half_square(graph: Graph, theta: Value, curvature: Value) -> Differentiated:
    """Gradient of ``curvature / 2 * theta^2``, entry by entry."""
    half = graph("Div", curvature, graph.number(2))
    return pulled(graph, graph("Mul", half, graph("Pow", theta, graph.number(2)))), theta


def linear_regression_loss(graph: Graph, X: Value, y: Value, w: Value, b: Value) -> Value:
    """Half of the mean squared error of a linear layer of one unit."""
    return networks.half_mean_square(graph, functions.unit_batch(graph, X, w, b), y)


_half_square = gradient(half_square)
_descended = in_onnx(networks.descended)
_linear_regression_loss = in_onnx(linear_regression_loss)
_losses_jacobian = jacobian(losses_jacobian)
_cost_row = gradient(cost_row)


class Training:
    """Gradients of networks and costs."""

    network_gradients = gradient(network_gradients)
    classifier_backward = network_gradients
    network_deltas = gradient(network_deltas)
    network_input_gradient = gradient(network_input_gradient)
    network_vjp = gradient(network_vjp)
    upstream_gradient = gradient(upstream_gradient)
    gamma = gradient(gamma)
    layer_jacobian = jacobian(layer_jacobian)
    output_weight_jacobian = jacobian(output_weight_jacobian)
    output_bias_jacobian = jacobian(output_bias_jacobian)
    stacked_weight_jacobian = jacobian(stacked_weight_jacobian)
    stacked_bias_jacobian = jacobian(stacked_bias_jacobian)
    cost_weight_derivative = gradient(cost_weight_derivative)
    cost_bias_derivative = gradient(cost_bias_derivative)
    linear_regression_backward = gradient(linear_regression_backward)

    projection_jacobian = jacobian(projection_jacobian)
    relu_layer_backward = gradient(relu_layer_backward)

    def gamma_columns(self, network: Network, x: Array, layer: int) -> Array:
        """The derivatives in every column."""
        return np.tile(self.gamma(network, x, layer)[:, np.newaxis], network.layers[layer - 1].weights.shape[1])

    def gamma_rows(self, network: Network, x: Array, layer: int) -> Array:
        """The derivatives in every row."""
        return np.tile(self.gamma(network, x, layer), (network.layers[layer].weights.shape[0], 1))

    def quadratic_descent(self, theta: Array, curvature: float, rate: float, steps: int) -> Array:
        """Steps along the gradient graph of ``curvature / 2 * theta^2``."""
        for _ in range(steps):
            theta = _descended(self, theta, _half_square(self, theta, curvature), rate)
        return np.array(theta)

    def linear_regression_descent(
        self, X: Array, y: Array, w: Array, b: float, rate: float, steps: int
    ) -> tuple[Array, Array, Any]:
        """Steps on the whole batch, and the cost behind them."""
        weights, bias = np.array(w), np.array(b, dtype=w.dtype)
        for _ in range(steps):
            dw, db = self.linear_regression_backward(X, y, weights, bias)
            weights, bias = _descended(self, weights, dw, rate), _descended(self, bias, db, rate)
        return weights, bias, _linear_regression_loss(self, X, y, weights, bias)

    def losses_jacobian(self, loss: str, O: Array, Y: Array) -> Array:  # noqa: E741 -- the letter of the text
        """Jacobian of the losses of the rows, by the rows one behind the other."""
        found: Array = _losses_jacobian(self, loss, O, Y)
        return found.reshape(len(O), -1)

    def cost_row(self, weights: Array, loss: str, O: Array, Y: Array) -> Array:  # noqa: E741 -- as above
        """Vector-Jacobian product of the losses of the rows, one behind the other."""
        found: Array = _cost_row(self, weights, loss, O, Y)
        return found.reshape(-1)
