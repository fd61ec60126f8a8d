"""Chapters 3 to 6 of builds for training: the gradients of maps, activations, losses and layers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import functions, layers
from .differentiating import gradient, jacobian, pulled

if TYPE_CHECKING:
    from collections.abc import Callable

    from .graphs import Graph, Value

    Differentiated = tuple[Value, Value | list[Value]]


def _binary(operator: str) -> Callable[..., object]:
    """The Jacobians of an operator of two arguments by both, as a method."""

    def value(graph: Graph, w: Value, x: Value) -> Differentiated:
        return graph(operator, w, x), [w, x]

    return jacobian(value)


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


def zeros(graph: Graph, J: Value) -> Value:
    """A vector of zeros that a matrix can be applied to."""
    return graph("Expand", graph.number(0), graph("Shape", J, start=1))


def along(graph: Graph, J: Value, x: Value) -> Value:
    """The matrix times the vector."""
    return graph("MatMul", J, x)


def product_jacobians(graph: Graph, f: Value, g: Value, F: Value, G: Value) -> Differentiated:
    """Jacobians of ``(f + F v) * (g + G w)`` at ``v = w = 0``."""
    v, w = zeros(graph, F), zeros(graph, G)
    first, second = graph("Add", f, along(graph, F, v)), graph("Add", g, along(graph, G, w))
    return graph("Mul", first, second), [v, w]


def sum_reduction_gradient(graph: Graph, J: Value) -> Differentiated:
    """Gradient of the sum of ``J x``."""
    x = zeros(graph, J)
    return pulled(graph, along(graph, J, x)), x


def chain_jacobian(graph: Graph, outer: Value, inner: Value) -> Differentiated:
    """Jacobian of ``x -> outer (inner x)``."""
    x = zeros(graph, inner)
    return along(graph, outer, along(graph, inner, x)), x


def vector_jacobian_product(graph: Graph, J: Value, upstream: Value) -> Differentiated:
    """Vector-Jacobian product of ``x -> J x``."""
    x = zeros(graph, J)
    return pulled(graph, along(graph, J, x), upstream), x


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


class Derivatives:
    """Derivatives of single maps, activations, losses and layers."""

    addition_jacobians = _binary("Add")
    subtraction_jacobians = _binary("Sub")
    multiplication_jacobians = _binary("Mul")
    division_jacobians = _binary("Div")
    product_jacobians = jacobian(product_jacobians)
    sum_reduction_gradient = gradient(sum_reduction_gradient)
    chain_jacobian = jacobian(chain_jacobian)
    vector_jacobian_product = gradient(vector_jacobian_product)

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
