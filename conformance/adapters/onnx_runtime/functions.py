"""The parts of operations, as pieces of a graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .graphs import TRAINING

if TYPE_CHECKING:
    from ....spec.network import Layer, Network
    from .graphs import Graph, Value

OPERATORS = {"identity": "Identity", "relu": "Relu", "sigmoid": "Sigmoid", "tanh": "Tanh"}
"""The operator of each activation without parameters."""


def leaky_relu(graph: Graph, z: Value, slope: float) -> Value:
    """LeakyRelu; its slope is an attribute in float32, so that one of float64 is handed to PRelu, as a tensor."""
    if graph.dtype == np.float64:
        return graph("PRelu", z, graph.number(slope))
    return graph("LeakyRelu", z, alpha=float(slope))


def activated(graph: Graph, name: str, z: Value, slope: float | None = None) -> Value:
    """The activation of that name; ``NotImplementedError`` where there is none."""
    if name == "leaky_relu":
        return leaky_relu(graph, z, 0.01 if slope is None else slope)
    if name == "softmax":
        return graph("Softmax", z, axis=-1)
    if name not in OPERATORS:
        raise NotImplementedError(f"activation {name!r}")
    return graph(OPERATORS[name], z)


def step(graph: Graph, z: Value, threshold: Value) -> Value:
    """One from the threshold on."""
    return graph("Where", graph("GreaterOrEqual", z, threshold), graph.number(1), graph.number(0))


def dense_batch(graph: Graph, X: Value, W: Value, b: Value) -> Value:
    """A linear layer of every row, by Gemm."""
    return graph("Gemm", X, W, b, transB=1)


def dense(graph: Graph, x: Value, W: Value, b: Value) -> Value:
    """A linear layer of a vector: of a batch of one."""
    return graph.squeezed(dense_batch(graph, graph.unsqueezed(x, 0), W, b), 0)


def unit_batch(graph: Graph, X: Value, w: Value, b: Value) -> Value:
    """A linear layer of one unit, of every row."""
    weights, bias = graph.unsqueezed(w, 0), graph("Reshape", b, graph.integers(1))
    return graph.squeezed(dense_batch(graph, X, weights, bias), 1)


def unit(graph: Graph, x: Value, w: Value, b: Value) -> Value:
    """A linear layer of one unit, of a vector."""
    return graph.squeezed(unit_batch(graph, graph.unsqueezed(x, 0), w, b), 0)


def x_log_y(graph: Graph, x: Value, y: Value) -> Value:
    """The product of x and the logarithm of y, zero where x is, and NaN where y is."""
    nothing = graph("Mul", x, y)
    return graph("Where", graph("Equal", x, graph.number(0)), nothing, graph("Mul", x, graph("Log", y)))


def complement(graph: Graph, x: Value) -> Value:
    """One minus x."""
    return graph("Sub", graph.number(1), x)


def squares(graph: Graph, o: Value, y: Value) -> Value:
    """The square of the difference, entry by entry."""
    return graph("Pow", graph("Sub", o, y), graph.number(2))


def binary_cross_entropies(graph: Graph, o: Value, y: Value) -> Value:
    """Binary cross-entropy, entry by entry."""
    of_one = x_log_y(graph, y, o)
    of_zero = x_log_y(graph, complement(graph, y), complement(graph, o))
    return graph("Neg", graph("Add", of_one, of_zero))


def sigmoid_cross_entropies(graph: Graph, z: Value, y: Value) -> Value:
    """
    Binary cross-entropy of logits, entry by entry, by Softplus.

    A build for training has a loss of its own, ``BCEWithLogitsLoss``: logarithms of a sigmoid.
    """
    if TRAINING:
        return logarithms_of_sigmoid(graph, z, y)
    of_one = graph("Mul", y, graph("Softplus", graph("Neg", z)))
    of_zero = graph("Mul", complement(graph, y), graph("Softplus", z))
    return graph("Add", of_one, of_zero)


def logarithms_of_sigmoid(graph: Graph, z: Value, y: Value) -> Value:
    """Entry by entry, the operators of ``onnxruntime.training.onnxblock.loss.BCEWithLogitsLoss``."""
    a = graph("Sigmoid", z)
    of_one = graph("Mul", graph("Log", a), y)
    of_zero = graph("Mul", graph("Log", complement(graph, a)), complement(graph, y))
    return graph("Neg", graph("Add", of_one, of_zero))


def mean(graph: Graph, value: Value) -> Value:
    """The mean of all entries."""
    return graph("ReduceMean", value, keepdims=0)


def row_means(graph: Graph, value: Value) -> Value:
    """The mean of every row."""
    return graph("ReduceMean", value, axes=[-1], keepdims=0)


def row_sums(graph: Graph, value: Value) -> Value:
    """The sum of every row."""
    return graph("ReduceSum", value, graph.integers(-1), keepdims=0)


def categorical_cross_entropies(graph: Graph, O: Value, Y: Value) -> Value:  # noqa: E741 -- the letter of the text
    """Categorical cross-entropy of every row, or of a vector."""
    return graph("Neg", row_sums(graph, x_log_y(graph, Y, O)))


def losses(graph: Graph, name: str, O: Value, Y: Value) -> Value:  # noqa: E741 -- as above
    """The loss of every row."""
    if name == "squared_error":
        return row_means(graph, squares(graph, O, Y))
    if name == "binary_cross_entropy":
        return row_means(graph, binary_cross_entropies(graph, O, Y))
    return categorical_cross_entropies(graph, O, Y)


def pre_activation(graph: Graph, layer: Layer, below: Value, *, batch: bool) -> Value:
    """The pre-activation of a layer."""
    return (dense_batch if batch else dense)(graph, below, layer.weights, layer.bias)


def trace(graph: Graph, network: Network, X: Value, *, batch: bool = True) -> tuple[list[Value], list[Value]]:
    """Pre-activations and activations of every layer, of a batch or of a vector."""
    pre_activations, activations, a = [], [], X
    for layer in network.layers:
        z = pre_activation(graph, layer, a, batch=batch)
        a = activated(graph, layer.activation, z, layer.slope)
        pre_activations.append(z)
        activations.append(a)
    return pre_activations, activations


def cost(graph: Graph, network: Network, z: Value, a: Value, Y: Value) -> Value:
    """The cost, from the last pre-activation and the last activation, which may be vectors."""
    if network.loss == "squared_error":
        return mean(graph, squares(graph, a, Y))
    if network.loss == "binary_cross_entropy":
        return mean(graph, sigmoid_cross_entropies(graph, z, Y))
    return mean(graph, graph("Neg", row_sums(graph, graph("Mul", Y, graph("LogSoftmax", z, axis=-1)))))


def network_cost(graph: Graph, network: Network, X: Value, Y: Value, *, batch: bool = True) -> Value:
    """The cost of a network at a batch, or its loss at a vector."""
    pre_activations, activations = trace(graph, network, X, batch=batch)
    return cost(graph, network, pre_activations[-1], activations[-1], Y)


def softmax_cross_entropy(graph: Graph, z: Value, y: Value) -> Value:
    """
    SoftmaxCrossEntropyLoss, whose labels are numbers of classes.

    A label of probabilities is the sum over the classes, each weighted with its entry: one row for each class.
    """
    classes = graph("Shape", z)
    rows = graph("Expand", z, graph("Concat", classes, classes, axis=0))
    one = graph.integers(1)
    count = graph.squeezed(classes, 0)
    zero, step_length = graph.squeezed(graph.integers(0), 0), graph.squeezed(one, 0)
    labels = graph("Range", zero, count, step_length)
    return graph("SoftmaxCrossEntropyLoss", rows, labels, y, results=2, reduction="sum")
