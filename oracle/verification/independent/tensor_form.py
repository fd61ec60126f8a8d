"""Chapter 8, tensor form: definitions written a second time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .activations import activated, softmax_of
from .layers import dense_of
from .numbers import numbers_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ....spec.conventions import Conventions
    from ....spec.network import Layer, Network
    from .numbers import Context, FloatArray, Number

    Values = list[tuple[list[Number], list[Number]]]
    """The input and the pre-activation of every layer, first to last."""


def slope_of(context: Context, conventions: Conventions, layer: Layer, number: Number) -> Number:
    """The derivative of an elementwise activation: by hyperbolic functions, or by the sign of the argument."""
    slope = context.mpf(float(layer.slope or 0))
    below, above = {"relu": (context.mpf(0), context.mpf(1)), "leaky_relu": (slope, context.mpf(1))}.get(
        layer.activation, (None, None)
    )
    match layer.activation:
        case "identity":
            return context.mpf(1)
        case "sigmoid":
            return 1 / (2 + 2 * context.cosh(number))
        case "tanh":
            return 1 / context.cosh(number) ** 2
        case "relu":
            at_zero = context.mpf(conventions["relu_at_zero"])
        case "leaky_relu":
            at_zero = {"slope": slope, "one": context.mpf(1), "mean": (1 + slope) / 2}[
                conventions["leaky_relu_at_zero"]
            ]
        case unknown:
            message = f"{unknown!r} is not elementwise: no gamma is its derivative"
            raise ValueError(message)
    return {-1: below, 0: at_zero, 1: above}[int(context.sign(number))]


def _values(context: Context, network: Network, x: FloatArray) -> Values:
    a = numbers_of(context, x)
    found = []
    for layer in network.layers:
        z = dense_of(context, a, layer.weights, layer.bias)
        found.append((a, z))
        a = activated(context, layer, z)
    return found


def _slopes(context: Context, conventions: Conventions, network: Network, x: FloatArray, number: int) -> list[Number]:
    _, z = _values(context, network, x)[number - 1]
    return [slope_of(context, conventions, network.layers[number - 1], entry) for entry in z]


def _gamma(context: Context, conventions: Conventions, network: Network, x: FloatArray, layer: int) -> list[Number]:
    return _slopes(context, conventions, network, x, layer)


def _columns(context: Context, conventions: Conventions, network: Network, x: FloatArray, layer: int) -> list[Number]:
    """Every slope once for each unit before the layer."""
    before = network.layers[layer - 1].weights.shape[1]
    return [slope for slope in _slopes(context, conventions, network, x, layer) for _ in range(before)]


def _rows(context: Context, conventions: Conventions, network: Network, x: FloatArray, layer: int) -> list[Number]:
    """All slopes once for each unit after the layer."""
    slopes = _slopes(context, conventions, network, x, layer)
    return [slope for _ in network.layers[layer].weights for slope in slopes]


def _step(context: Context, conventions: Conventions, layer: Layer, z: list[Number]) -> list[list[Number]]:
    """The derivative of every activation of a layer with respect to every activation before it."""
    weights = [numbers_of(context, row) for row in layer.weights]
    if layer.activation == "softmax":
        s = softmax_of(context, z)
        means = [
            context.fsum(share * row[j] for share, row in zip(s, weights, strict=True)) for j in range(len(weights[0]))
        ]
        return [
            [share * (weight - mean) for weight, mean in zip(row, means, strict=True)]
            for share, row in zip(s, weights, strict=True)
        ]
    slopes = (slope_of(context, conventions, layer, number) for number in z)
    return [[slope * weight for weight in row] for slope, row in zip(slopes, weights, strict=True)]


def _layer_jacobian(
    context: Context, conventions: Conventions, network: Network, x: FloatArray, layer: int
) -> list[Number]:
    _, z = _values(context, network, x)[layer - 1]
    return [entry for row in _step(context, conventions, network.layers[layer - 1], z) for entry in row]


def _own(context: Context, conventions: Conventions, layer: Layer, z: list[Number]) -> list[list[Number]]:
    """The derivative of every activation of a layer with respect to every pre-activation of it."""
    units = range(len(z))
    if layer.activation == "softmax":
        s = softmax_of(context, z)
        return [[s[i] * (1 - s[i]) if i == p else -s[i] * s[p] for p in units] for i in units]
    slopes = [slope_of(context, conventions, layer, number) for number in z]
    return [[slopes[i] if i == p else context.mpf(0) for p in units] for i in units]


def _of_biases(
    context: Context, conventions: Conventions, network: Network, values: Values, layer: int
) -> list[list[Number]]:
    """The derivative of every output with respect to every bias of a layer, unit by unit upwards."""
    rows = _own(context, conventions, network.layers[layer - 1], values[layer - 1][1])
    for here, (_, z) in zip(network.layers[layer:], values[layer:], strict=True):
        steps = _step(context, conventions, here, z)
        rows = [
            [context.fsum(step * row[p] for step, row in zip(of_unit, rows, strict=True)) for p in range(len(rows[0]))]
            for of_unit in steps
        ]
    return rows


def _output_bias_jacobian(
    context: Context, conventions: Conventions, network: Network, x: FloatArray, layer: int
) -> list[Number]:
    values = _values(context, network, x)
    return [entry for row in _of_biases(context, conventions, network, values, layer) for entry in row]


def _output_weight_jacobian(
    context: Context, conventions: Conventions, network: Network, x: FloatArray, layer: int
) -> list[Number]:
    values = _values(context, network, x)
    rows = _of_biases(context, conventions, network, values, layer)
    return [entry * number for row in rows for entry in row for number in values[layer - 1][0]]


def _aggregation(
    context: Context, conventions: Conventions, network: Network, x: FloatArray, upstream: FloatArray
) -> list[Number]:
    """Row after row of the Jacobians, each with its own factor."""
    values, factors = _values(context, network, x), numbers_of(context, upstream)
    deltas = []
    for layer in range(1, len(network.layers) + 1):
        rows = _of_biases(context, conventions, network, values, layer)
        columns = zip(*rows, strict=True)
        deltas.append([context.fsum(u * entry for u, entry in zip(factors, column, strict=True)) for column in columns])
    first = [numbers_of(context, column) for column in network.layers[0].weights.T]
    of_input = [context.fsum(w * d for w, d in zip(column, deltas[0], strict=True)) for column in first]
    of_weights = [d * a for delta, (inputs, _) in zip(deltas, values, strict=True) for d in delta for a in inputs]
    return [*of_input, *of_weights, *(d for delta in deltas for d in delta)]


TENSOR_FORM: Mapping[str, Callable[..., list[Number]]] = {
    "gamma.value": _gamma,
    "gamma.columns": _columns,
    "gamma.rows": _rows,
    "layer.jacobian": _layer_jacobian,
    "output.weight_jacobian": _output_weight_jacobian,
    "output.bias_jacobian": _output_bias_jacobian,
    "output.aggregation": _aggregation,
}
"""Each definition written a second time, by the id of its clause."""
