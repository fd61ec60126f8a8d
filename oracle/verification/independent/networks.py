"""
Chapter 7, networks: definitions written a second time.

Derivatives are taken forwards here: a pre-activation is moved by a unit vector, and its rate of change is carried
through the layers to the loss. Nothing is transposed, and no error goes back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .activations import activated, sigmoid_of, softmax_of
from .layers import dense_of
from .losses import sigmoid_cross_entropy_of, softmax_cross_entropy_of, squared_error_of
from .numbers import numbers_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ....spec.conventions import Conventions
    from ....spec.network import Layer, Network
    from .numbers import Context, FloatArray, Number

    Vector = list[Number]


def traced(context: Context, network: Network, sample: FloatArray) -> list[tuple[Vector, Vector]]:
    """The pre-activations and the activations of every layer at one sample."""
    a = numbers_of(context, sample)
    found = []
    for layer in network.layers:
        z = dense_of(context, a, layer.weights, layer.bias)
        a = activated(context, layer, z)
        found.append((z, a))
    return found


def last_of(context: Context, network: Network, sample: FloatArray) -> tuple[list[Number], list[Number]]:
    """The last pre-activation and the output of a network at one sample."""
    return traced(context, network, sample)[-1]


def in_columns(samples: list[Vector]) -> list[Number]:
    """The entries, row by row, of the matrix whose columns are ``samples``."""
    return [number for row in zip(*samples, strict=True) for number in row]


def _network_forward(context: Context, _: Conventions, network: Network, x: FloatArray) -> list[Number]:
    return in_columns([last_of(context, network, sample)[1] for sample in x.T])


def _network_trace(context: Context, _: Conventions, network: Network, x: FloatArray) -> list[Number]:
    samples = [traced(context, network, sample) for sample in x.T]
    return [
        number
        for part in range(2)
        for layer in range(len(network.layers))
        for number in in_columns([sample[layer][part] for sample in samples])
    ]


def _downstream(context: Context, _: Conventions, network: Network, x: FloatArray, layer: int) -> list[Number]:
    return numbers_of(context, x) if layer == 1 else traced(context, network, x)[layer - 2][1]


def _network_cost(
    context: Context, conventions: Conventions, network: Network, x: FloatArray, y: FloatArray
) -> list[Number]:
    losses = []
    for sample, label in zip(x.T, y.T, strict=True):
        z, a = last_of(context, network, sample)
        labels = numbers_of(context, label)
        match network.loss:
            case "squared_error":
                losses.append(squared_error_of(context, conventions, a, labels))
            case "binary_cross_entropy":
                losses.append(sigmoid_cross_entropy_of(context, conventions, z, labels))
            case _:
                losses.append(softmax_cross_entropy_of(context, z, labels))
    return [context.fsum(losses) / (len(losses) if conventions["cost"] == "mean" else 1)]


# rates of change, carried forwards


def slope_of(context: Context, layer: Layer, number: Number) -> Number:
    """The derivative of an elementwise activation, away from its kink."""
    match layer.activation:
        case "relu":
            return (1 + context.sign(number)) / 2
        case "leaky_relu":
            factor = context.mpf(float(layer.slope or 0))
            return (1 + factor + (1 - factor) * context.sign(number)) / 2
        case "sigmoid":
            return 1 / (2 + 2 * context.cosh(number))
        case "tanh":
            return 1 / context.cosh(number) ** 2
        case _:
            return context.mpf(1)


def rates_of_activation(context: Context, layer: Layer, z: Vector, rates: Vector) -> Vector:
    """How fast the activations of ``layer`` change where its pre-activations change by ``rates``."""
    if layer.activation == "softmax":
        s = softmax_of(context, z)
        mean = context.fdot(s, rates)
        return [own * (rate - mean) for own, rate in zip(s, rates, strict=True)]
    return [slope_of(context, layer, number) * rate for number, rate in zip(z, rates, strict=True)]


def weighted(context: Context, weights: FloatArray, rates: Vector) -> Vector:
    """``W`` times ``rates``, term by term."""
    return [context.fsum(context.mpf(float(w)) * rate for w, rate in zip(row, rates, strict=True)) for row in weights]


def rates_at_the_end(context: Context, network: Network, trace: list[tuple[Vector, Vector]], rates: Vector) -> Vector:
    """How fast the last pre-activation changes where that of layer ``L - len(trace) + 1`` changes by ``rates``."""
    layers = network.layers[len(network.layers) - len(trace) :]
    for layer, after, (z, _) in zip(layers, layers[1:], trace, strict=False):
        rates = weighted(context, after.weights, rates_of_activation(context, layer, z, rates))
    return rates


def units(context: Context, size: int) -> list[Vector]:
    """The unit vectors of so many entries."""
    return [[context.mpf(int(row == column)) for column in range(size)] for row in range(size)]


def error_of_output(
    context: Context, conventions: Conventions, network: Network, last: tuple[Vector, Vector], y: Vector
) -> Vector:
    """The derivatives of a sample's loss with respect to its last pre-activations."""
    z, a = last
    entries = len(y) if conventions["entry_reduction"] == "mean" else 1
    match network.loss:
        case "squared_error":
            factor = context.mpf(1 if conventions["squared_error"] == "half" else 2) / entries
            layer = network.layers[-1]
            return [
                factor * (own - label) * slope_of(context, layer, number)
                for number, own, label in zip(z, a, y, strict=True)
            ]
        case "binary_cross_entropy":
            return [(sigmoid_of(context, number) - label) / entries for number, label in zip(z, y, strict=True)]
        case _:
            total = context.fsum(y)
            return [total * own - label for own, label in zip(softmax_of(context, z), y, strict=True)]


def errors_of(
    context: Context, conventions: Conventions, network: Network, sample: FloatArray, label: FloatArray
) -> list[Vector]:
    """The error of every unit of every layer at one sample: the rate of the loss for that of its pre-activation."""
    trace = traced(context, network, sample)
    output = error_of_output(context, conventions, network, trace[-1], numbers_of(context, label))
    return [
        [
            context.fdot(output, rates_at_the_end(context, network, trace[index:], unit))
            for unit in units(context, len(layer.bias))
        ]
        for index, layer in enumerate(network.layers)
    ]


def _batch_errors(
    context: Context, conventions: Conventions, network: Network, x: FloatArray, y: FloatArray
) -> list[list[Vector]]:
    """The errors at each sample, divided by their number where the cost is the mean."""
    divisor = x.shape[1] if conventions["cost"] == "mean" else 1
    samples = [errors_of(context, conventions, network, *pair) for pair in zip(x.T, y.T, strict=True)]
    return [[[error / divisor for error in layer] for layer in sample] for sample in samples]


def _network_deltas(
    context: Context, conventions: Conventions, network: Network, x: FloatArray, y: FloatArray
) -> list[Number]:
    samples = _batch_errors(context, conventions, network, x, y)
    return [number for layer in zip(*samples, strict=True) for number in in_columns(list(layer))]


def _input_gradient(
    context: Context, conventions: Conventions, network: Network, x: FloatArray, y: FloatArray
) -> list[Number]:
    first = network.layers[0].weights
    samples = _batch_errors(context, conventions, network, x, y)
    return in_columns([weighted(context, first.T, sample[0]) for sample in samples])


def gradients_of(
    context: Context, conventions: Conventions, network: Network, x: FloatArray, y: FloatArray
) -> list[Number]:
    """The gradients of the cost with respect to all weights, then to all biases."""
    errors = _batch_errors(context, conventions, network, x, y)
    traces = [traced(context, network, sample) for sample in x.T]
    inputs = [[numbers_of(context, sample), *(a for _, a in trace)] for sample, trace in zip(x.T, traces, strict=True)]
    weights: list[Number] = []
    biases: list[Number] = []
    for layer in range(len(network.layers)):
        for unit in range(len(network.layers[layer].bias)):
            of_unit = [sample[layer][unit] for sample in errors]
            biases.append(context.fsum(of_unit))
            entering = zip(*(values[layer] for values in inputs), strict=True)
            weights.extend(context.fdot(of_unit, values) for values in entering)
    return weights + biases


def _network_vjp(
    context: Context, _: Conventions, network: Network, x: FloatArray, upstream: FloatArray
) -> list[Number]:
    trace, last = traced(context, network, x), network.layers[-1]
    weights = numbers_of(context, upstream)

    def derivative(index: int, rates: Vector) -> Number:
        at_the_end = rates_at_the_end(context, network, trace[index:], rates)
        return context.fdot(weights, rates_of_activation(context, last, trace[-1][0], at_the_end))

    entries = [derivative(0, numbers_of(context, column)) for column in network.layers[0].weights.T]
    of_biases = [
        [derivative(index, unit) for unit in units(context, len(layer.bias))]
        for index, layer in enumerate(network.layers)
    ]
    inputs = [numbers_of(context, x), *(a for _, a in trace)]
    for biases, entering in zip(of_biases, inputs, strict=False):
        entries.extend(bias * number for bias in biases for number in entering)
    return entries + [bias for biases in of_biases for bias in biases]


def _upstream_gradient(
    context: Context, conventions: Conventions, network: Network, x: FloatArray, y: FloatArray, layer: int
) -> list[Number]:
    trace = traced(context, network, x)
    output = error_of_output(context, conventions, network, trace[-1], numbers_of(context, y))
    if layer == len(network.layers):
        return output
    columns = [numbers_of(context, column) for column in network.layers[layer].weights.T]
    return [context.fdot(output, rates_at_the_end(context, network, trace[layer:], column)) for column in columns]


# listings


def _relu_layer_forward(
    context: Context, _: Conventions, a_prev: FloatArray, weights: FloatArray, bias: FloatArray
) -> list[Number]:
    z = in_columns([dense_of(context, numbers_of(context, sample), weights, bias) for sample in a_prev.T])
    return z + [(number + context.fabs(number)) / 2 for number in z]


def _relu_layer_backward(
    context: Context,
    _: Conventions,
    weights_next: FloatArray,
    dz_next: FloatArray,
    z: FloatArray,
    a_prev: FloatArray,
) -> list[Number]:
    da, dz = [], []
    for sample, upstream in zip(z.T, dz_next.T, strict=True):
        of_sample = weighted(context, weights_next.T, numbers_of(context, upstream))
        da.append(of_sample)
        dz.append([own if number > 0 else 0 * own for own, number in zip(of_sample, sample, strict=True)])
    inputs = [numbers_of(context, sample) for sample in a_prev.T]
    by_unit = list(zip(*dz, strict=True))
    dw = [context.fdot(unit, entering) for unit in by_unit for entering in zip(*inputs, strict=True)]
    return in_columns(da) + in_columns(dz) + dw + [context.fsum(unit) for unit in by_unit]


NETWORKS: Mapping[str, Callable[..., list[Number]]] = {
    "network.forward": _network_forward,
    "network.trace": _network_trace,
    "downstream.value": _downstream,
    "network.cost": _network_cost,
    "network.deltas": _network_deltas,
    "network.input_gradient": _input_gradient,
    "network.vjp": _network_vjp,
    "backpropagation.four_equations": gradients_of,
    "upstream.gradient": _upstream_gradient,
    "listing.relu_layer_forward": _relu_layer_forward,
    "listing.relu_layer_backward": _relu_layer_backward,
    "listing.classifier_backward": gradients_of,
}
"""Each definition written a second time, by the id of its clause."""
