"""Chapters 3 to 6: scaling and products, activations, losses, single units, and layers with their activations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import functions
from .sessions import in_onnx

if TYPE_CHECKING:
    from collections.abc import Callable

    from .graphs import Graph, Value


def _operator(name: str, **attributes: int) -> Callable[..., Value]:
    """An operator of one argument, as a method."""

    def value(graph: Graph, z: Value) -> Value:
        return graph(name, z, **attributes)

    return in_onnx(value)


def relu_epsilon(graph: Graph, z: Value, epsilon: Value) -> Value:
    """Park's smooth relu; of the forms of its polynomial between -epsilon and 0, the one that keeps its digits."""
    zero, below = graph.number(0), graph("Neg", epsilon)
    inside = graph("Min", graph("Max", z, below), zero)  # outside, the polynomial may overflow
    ratio = graph("Div", inside, epsilon)
    factor = graph("Sub", graph.number(1), graph("Mul", graph.number(2), ratio))
    square = graph("Pow", graph("Div", graph("Add", inside, epsilon), epsilon), graph.number(2))
    bent = graph("Mul", graph("Mul", inside, factor), square)
    return graph("Where", graph("GreaterOrEqual", z, zero), z, bent)


def root_mean_square_error(graph: Graph, o: Value, y: Value) -> Value:
    """Root of the mean of the squares."""
    return graph("Sqrt", functions.mean(graph, functions.squares(graph, o, y)))


def neuron(graph: Graph, x: Value, w: Value, b: Value, activation: str, slope: float | None = None) -> Value:
    """Activation of a linear layer of one unit."""
    return functions.activated(graph, activation, functions.unit(graph, x, w, b), slope)


def neuron_cost(
    graph: Graph, X: Value, y: Value, w: Value, b: Value, activation: str, slope: float | None = None
) -> Value:
    """Mean squared error of one unit."""
    a = functions.activated(graph, activation, functions.unit_batch(graph, X, w, b), slope)
    return functions.mean(graph, functions.squares(graph, a, y))


def layer(graph: Graph, x: Value, W: Value, b: Value, activation: str, slope: float | None = None) -> Value:
    """Activation of a linear layer."""
    return functions.activated(graph, activation, functions.dense(graph, x, W, b), slope)


def row_scaling(graph: Graph, gamma: Value, X: Value) -> Value:
    """Rows times their factors, by broadcasting."""
    return graph("Mul", graph.unsqueezed(gamma, 1), X)


def column_scaling(graph: Graph, X: Value, gamma: Value) -> Value:
    """Columns times their factors, by broadcasting."""
    return graph("Mul", X, gamma)


def linear_increment(graph: Graph, value: Value, J: Value, h: Value) -> Value:
    """The value plus ``J h``, by Gemm."""
    return functions.dense(graph, h, J, value)


def vector_jacobian_product(graph: Graph, J: Value, upstream: Value) -> Value:
    """The transposed Jacobian times the upstream gradient, by Transpose and MatMul."""
    return graph("MatMul", graph("Transpose", J), upstream)


def chain_jacobian(graph: Graph, outer: Value, inner: Value) -> Value:
    """The product of the Jacobians, by MatMul."""
    return graph("MatMul", outer, inner)


def outer_product(graph: Graph, M: Value, a: Value) -> Value:
    """Products of every entry with every entry."""
    return graph("Einsum", M, a, equation="mk,n->mkn")


def outer_product_contraction(graph: Graph, v: Value, M: Value, a: Value) -> Value:
    """The contraction, in the order of ONNX Runtime."""
    return graph("Einsum", v, M, a, equation="m,mk,n->kn")


def leaky_relu(graph: Graph, z: Value, slope: float = 0.01) -> Value:
    """LeakyRelu, PRelu in float64."""
    return functions.leaky_relu(graph, z, slope)


def heaviside(graph: Graph, z: Value, threshold: Value) -> Value:
    """One from the threshold on."""
    return functions.step(graph, z, threshold)


def indicator(graph: Graph, z: Value) -> Value:
    """One above zero."""
    return graph("Where", graph("Greater", z, graph.number(0)), graph.number(1), graph.number(0))


def squared_error(graph: Graph, o: Value, y: Value) -> Value:
    """Mean of the squares."""
    return functions.mean(graph, functions.squares(graph, o, y))


def binary_cross_entropy(graph: Graph, o: Value, y: Value) -> Value:
    """Mean over the entries."""
    return functions.mean(graph, functions.binary_cross_entropies(graph, o, y))


def sigmoid_cross_entropy(graph: Graph, z: Value, y: Value) -> Value:
    """Mean over the entries."""
    return functions.mean(graph, functions.sigmoid_cross_entropies(graph, z, y))


def linear_model(graph: Graph, w: Value, x: Value) -> Value:
    """Dot product of the weights and the input behind a one."""
    one = graph("Reshape", graph.number(1), graph.integers(1))
    return graph("MatMul", w, graph("Concat", one, x, axis=0))


def perceptron(graph: Graph, x: Value, w: Value, b: Value, threshold: Value) -> Value:
    """Step of a linear layer of one unit."""
    return functions.step(graph, functions.unit(graph, x, w, b), threshold)


def compose_affine(graph: Graph, W1: Value, b1: Value, W2: Value, b2: Value) -> tuple[Value, Value]:
    """Product of the weights, and the second layer of the first bias."""
    return graph("MatMul", W2, W1), functions.dense(graph, b1, W2, b2)


class Layers:
    """Operations of vectors, single units and single layers."""

    row_scaling = in_onnx(row_scaling)
    column_scaling = in_onnx(column_scaling)
    linear_increment = in_onnx(linear_increment)
    vector_jacobian_product = in_onnx(vector_jacobian_product)
    chain_jacobian = in_onnx(chain_jacobian)
    outer_product = in_onnx(outer_product)
    outer_product_contraction = in_onnx(outer_product_contraction)
    identity = _operator("Identity")
    relu = _operator("Relu")
    sigmoid = _operator("Sigmoid")
    tanh = _operator("Tanh")
    softmax = _operator("Softmax", axis=-1)
    softmax_batch = softmax
    log_softmax = _operator("LogSoftmax", axis=-1)

    leaky_relu = in_onnx(leaky_relu)
    heaviside = in_onnx(heaviside)
    indicator = in_onnx(indicator)
    relu_epsilon = in_onnx(relu_epsilon)

    squared_error = in_onnx(squared_error)
    binary_cross_entropy = in_onnx(binary_cross_entropy)
    categorical_cross_entropy = in_onnx(functions.categorical_cross_entropies)

    sigmoid_cross_entropy = in_onnx(sigmoid_cross_entropy)
    softmax_cross_entropy = in_onnx(functions.softmax_cross_entropy)
    root_mean_square_error = in_onnx(root_mean_square_error)
    dense = in_onnx(functions.dense)
    dense_batch = in_onnx(functions.dense_batch)

    linear_model = in_onnx(linear_model)
    perceptron = in_onnx(perceptron)
    neuron = in_onnx(neuron)
    neuron_cost = in_onnx(neuron_cost)

    compose_affine = in_onnx(compose_affine)
    layer = in_onnx(layer)
