"""Chapters 4 to 6 of builds for training: the gradients of activations, losses and layers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import functions, layers
from .calculus import along
from .differentiating import gradient, jacobian, pulled
from .sessions import in_onnx

if TYPE_CHECKING:
    from collections.abc import Callable

    from .graphs import Graph, Value
    from .sessions import Array

    Differentiated = tuple[Value, Value | list[Value]]


def _activation(name: str) -> tuple[Callable[..., object], Callable[..., object]]:
    """Derivative and vector-Jacobian product of an activation, as methods."""

    def derivative(graph: Graph, z: Value, slope: float | None = None) -> Differentiated:
        return pulled(graph, functions.activated(graph, name, z, slope)), z

    def vjp(graph: Graph, z: Value, upstream: Value, slope: float | None = None) -> Differentiated:
        return pulled(graph, functions.activated(graph, name, z, slope), upstream), z

    return gradient(derivative), gradient(vjp)


def _by_first(number: Callable[[Graph, Value, Value], Value]) -> Callable[..., object]:
    """The gradient of a loss by its first argument, as a method."""

    def value(graph: Graph, o: Value, y: Value) -> Differentiated:
        return number(graph, o, y), o

    return gradient(value)


def softmax_jacobian(graph: Graph, z: Value) -> Differentiated:
    """Jacobian of Softmax."""
    return functions.activated(graph, "softmax", z), z


def activation_jacobian(graph: Graph, z: Value, activation: str, slope: float | None = None) -> Differentiated:
    """Jacobian of an elementwise activation."""
    return functions.activated(graph, activation, z, slope), z


def relu_epsilon_derivative(graph: Graph, z: Value, epsilon: Value) -> Differentiated:
    """Derivative of Park's smooth relu."""
    return pulled(graph, layers.relu_epsilon(graph, z, epsilon)), z


def dense_jacobian_x(graph: Graph, x: Value, W: Value, b: Value) -> Differentiated:
    """Jacobian of a layer by its input."""
    return functions.dense(graph, x, W, b), x


def dense_jacobian_weights(graph: Graph, x: Value, W: Value, b: Value) -> Differentiated:
    """Jacobian of a layer by its weights."""
    return functions.dense(graph, x, W, b), W


def dense_jacobian_bias(graph: Graph, x: Value, W: Value, b: Value) -> Differentiated:
    """Jacobian of a layer by its bias."""
    return functions.dense(graph, x, W, b), b


def dense_gradients(graph: Graph, x: Value, W: Value, b: Value, delta: Value) -> Differentiated:
    """Gradients of a layer."""
    return pulled(graph, functions.dense(graph, x, W, b), delta), [x, W, b]


def dense_batch_gradients(graph: Graph, X: Value, W: Value, b: Value, delta: Value) -> Differentiated:
    """Gradients of a layer of a batch."""
    return pulled(graph, functions.dense_batch(graph, X, W, b), delta), [X, W, b]


def backpropagate_delta(
    graph: Graph, W_next: Value, delta_next: Value, z: Value, activation: str, slope: float | None = None
) -> Differentiated:
    """Vector-Jacobian product of ``z -> W_next g(z)``."""
    return pulled(graph, along(graph, W_next, functions.activated(graph, activation, z, slope)), delta_next), z


def neuron_gradients(
    graph: Graph, x: Value, w: Value, b: Value, activation: str, slope: float | None = None
) -> Differentiated:
    """Gradients of a neuron by its weights and bias."""
    return pulled(graph, layers.neuron(graph, x, w, b, activation, slope)), [w, b]


def neuron_cost_gradients(
    graph: Graph, X: Value, y: Value, w: Value, b: Value, activation: str, slope: float | None = None
) -> Differentiated:
    """Gradients of the mean squared error of one unit."""
    return layers.neuron_cost(graph, X, y, w, b, activation, slope), [w, b]


def layer_gradients(
    graph: Graph, x: Value, W: Value, b: Value, activation: str, upstream: Value, slope: float | None = None
) -> Differentiated:
    """Gradients through a layer with its activation."""
    return pulled(graph, layers.layer(graph, x, W, b, activation, slope), upstream), [x, W, b]


def activation_step(graph: Graph, z: Value, activation: str, slope: float | None = None) -> Differentiated:
    """Derivative of an activation at a number."""
    return functions.activated(graph, activation, z, slope), z


def bias_step(graph: Graph, total: Value, b: Value) -> Differentiated:
    """Derivative of a sum with the bias by the sum."""
    return graph("Add", total, b), total


def sum_step(graph: Graph, products: Value) -> Differentiated:
    """Gradient of a sum by its terms."""
    return graph.total(products), products


def product_step(graph: Graph, x: Value, w: Value) -> Differentiated:
    """Jacobian of the products by the weights."""
    return graph("Mul", w, x), w


def weighted_sum(graph: Graph, x: Value, w: Value, b: Value) -> tuple[Value, Value, Value]:
    """The products of weights and inputs, their sum, and the pre-activation of a neuron."""
    products = graph("Mul", w, x)
    return products, graph.total(products), functions.unit(graph, x, w, b)


_weighted_sum = in_onnx(weighted_sum)
_activation_step, _bias_step = jacobian(activation_step), jacobian(bias_step)
_sum_step, _product_step = jacobian(sum_step), jacobian(product_step)


class Derivatives:
    """Derivatives of activations, losses and layers."""

    identity_derivative, identity_vjp = _activation("identity")
    relu_derivative, relu_vjp = _activation("relu")
    leaky_relu_derivative, leaky_relu_vjp = _activation("leaky_relu")
    sigmoid_derivative, sigmoid_vjp = _activation("sigmoid")
    tanh_derivative, tanh_vjp = _activation("tanh")
    _, softmax_vjp = _activation("softmax")
    softmax_jacobian = jacobian(softmax_jacobian)
    activation_jacobian = jacobian(activation_jacobian)
    relu_epsilon_derivative = gradient(relu_epsilon_derivative)

    squared_error_gradient = _by_first(layers.squared_error)
    squared_error_delta = squared_error_gradient  # the output is the identity
    binary_cross_entropy_gradient = _by_first(layers.binary_cross_entropy)
    categorical_cross_entropy_gradient = _by_first(functions.categorical_cross_entropies)
    sigmoid_cross_entropy_delta = _by_first(layers.sigmoid_cross_entropy)
    softmax_cross_entropy_delta = _by_first(functions.softmax_cross_entropy)
    root_mean_square_error_gradient = _by_first(layers.root_mean_square_error)

    dense_jacobian_x = jacobian(dense_jacobian_x)
    dense_jacobian_weights = jacobian(dense_jacobian_weights)
    dense_jacobian_bias = jacobian(dense_jacobian_bias)
    dense_gradients = gradient(dense_gradients)
    dense_batch_gradients = gradient(dense_batch_gradients)
    backpropagate_delta = gradient(backpropagate_delta)
    neuron_gradients = gradient(neuron_gradients)
    neuron_cost_gradients = gradient(neuron_cost_gradients)
    layer_gradients = gradient(layer_gradients)

    def neuron_chain(self, x: Array, w: Array, b: float, activation: str, slope: float | None = None) -> list[Any]:
        """The Jacobian of each step: of the activation, of the bias, of the sum, of the product."""
        products, total, z = _weighted_sum(self, x, w, b)
        parameters = {} if slope is None else {"slope": slope}
        return [
            _activation_step(self, z, activation, **parameters),
            _bias_step(self, total, b),
            _sum_step(self, products),
            _product_step(self, x, w),
        ]
