"""Chapters 7 and 9: forward passes of networks, costs, and steps of descent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import functions
from .sessions import in_onnx

if TYPE_CHECKING:
    from ....spec.network import Network
    from .graphs import Graph, Value


def descended(graph: Graph, parameter: Value, gradient: Value, rate: Value) -> Value:
    """A parameter after one step."""
    return graph("Sub", parameter, graph("Mul", rate, gradient))


def half_mean_square(graph: Graph, a: Value, y: Value) -> Value:
    """Half of the mean squared error."""
    return graph("Div", functions.mean(graph, functions.squares(graph, a, y)), graph.number(2))


def network_forward(graph: Graph, network: Network, X: Value) -> Value:
    """Last activation of each row."""
    return functions.trace(graph, network, X)[1][-1]


def downstream_value(graph: Graph, network: Network, x: Value, layer: int) -> Value:
    """The input, or the activation of the layer before."""
    return [x, *functions.trace(graph, network, x, batch=False)[1]][layer - 1]


def relu_layer_forward(graph: Graph, A_prev: Value, W: Value, b: Value) -> tuple[Value, Value]:
    """Gemm and Relu."""
    Z = functions.dense_batch(graph, A_prev, W, b)
    return Z, graph("Relu", Z)


def stack_samples(graph: Graph, A: Value) -> Value:
    """Rows one after the other."""
    return graph("Reshape", A, graph.integers(-1))


def project_sample(graph: Graph, A: Value, sample: int) -> Value:
    """One row."""
    return graph.squeezed(graph("Gather", A, graph.integers(sample - 1), axis=0), 0)


def gradient_vector(graph: Graph, network: Network, dWs: list[Value], dbs: list[Value]) -> Value:
    """All gradients as one vector."""
    del network
    return graph("Concat", *(graph("Reshape", each, graph.integers(-1)) for each in [*dWs, *dbs]), axis=0)


def gradient_descent_step(
    graph: Graph, network: Network, dWs: list[Value], dbs: list[Value], rate: Value
) -> tuple[list[Value], list[Value]]:
    """Parameters minus the rate times their gradients."""
    weights = [descended(graph, layer.weights, dW, rate) for layer, dW in zip(network.layers, dWs, strict=True)]
    biases = [descended(graph, layer.bias, db, rate) for layer, db in zip(network.layers, dbs, strict=True)]
    return weights, biases


def steepest_descent_direction(graph: Graph, gradient: Value) -> Value:
    """Minus the gradient, by LpNormalization."""
    return graph("LpNormalization", graph("Neg", gradient), axis=-1, p=2)


def learning_rate_limit(graph: Graph, curvature: Value) -> Value:
    """Two over the curvature."""
    return graph("Div", graph.number(2), curvature)


def linear_regression_step(graph: Graph, w: Value, b: Value, dw: Value, db: Value, rate: Value) -> tuple[Value, Value]:
    """Parameters minus the rate times their gradients."""
    return descended(graph, w, dw, rate), descended(graph, b, db, rate)


class Networks:
    """Operations of networks that no derivative is taken in."""

    network_forward = in_onnx(network_forward)
    network_cost = in_onnx(functions.network_cost)
    network_trace = in_onnx(functions.trace)
    classifier_forward = network_trace

    downstream_value = in_onnx(downstream_value)
    relu_layer_forward = in_onnx(relu_layer_forward)
    stack_samples = in_onnx(stack_samples)
    project_sample = in_onnx(project_sample)
    gradient_vector = in_onnx(gradient_vector)
    gradient_descent_step = in_onnx(gradient_descent_step)
    steepest_descent_direction = in_onnx(steepest_descent_direction)
    learning_rate_limit = in_onnx(learning_rate_limit)
    linear_regression_forward = in_onnx(functions.unit_batch)
    linear_regression_cost = in_onnx(half_mean_square)

    linear_regression_step = in_onnx(linear_regression_step)
