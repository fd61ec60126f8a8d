"""
Definitions written a second time, in mpmath alone: no line is shared with the formulas of the oracle.

Each function takes an mpmath context, the conventions, and the arguments of the operation as float64 arrays and
networks of them; it returns the entries of the answer in order. Where it can, it takes another way to the same
number: expm1 for the sigmoid, hyperbolic functions for tanh, products of powers for cross-entropies, and loops for
everything with an index.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ...spec.conventions import Conventions
    from ...spec.network import Layer, Network

    FloatArray = np.ndarray[Any, np.dtype[np.float64]]

Context = Any
"""An mpmath context; mpmath is untyped."""

Number = Any
"""A number of that context, or an exact fraction."""


def _numbers(context: Context, array: FloatArray) -> list[Number]:
    return [context.mpf(float(number)) for number in np.asarray(array).reshape(-1)]


def _identity(context: Context, _: Conventions, z: FloatArray) -> list[Number]:
    return _numbers(context, z)


def _relu(context: Context, _: Conventions, z: FloatArray) -> list[Number]:
    return [_relu_of(context, number) for number in _numbers(context, z)]


def _relu_of(context: Context, number: Number) -> Number:
    return (number + context.fabs(number)) / 2


def _leaky_relu(context: Context, _: Conventions, z: FloatArray, *, slope: float) -> list[Number]:
    return [_leaky_relu_of(context, number, slope) for number in _numbers(context, z)]


def _leaky_relu_of(context: Context, number: Number, slope: float) -> Number:
    factor = context.mpf(slope)
    return ((1 + factor) * number + (1 - factor) * context.fabs(number)) / 2


def _sigmoid(context: Context, _: Conventions, z: FloatArray) -> list[Number]:
    return [_sigmoid_of(context, number) for number in _numbers(context, z)]


def _sigmoid_of(context: Context, number: Number) -> Number:
    return 1 / (2 + context.expm1(-number))


def _tanh(context: Context, _: Conventions, z: FloatArray) -> list[Number]:
    return [_tanh_of(context, number) for number in _numbers(context, z)]


def _tanh_of(context: Context, number: Number) -> Number:
    return context.sinh(number) / context.cosh(number)


def _heaviside(context: Context, conventions: Conventions, z: FloatArray, *, threshold: float) -> list[Number]:
    step = {1: 1, -1: 0, 0: context.mpf(conventions["step_at_threshold"])}
    return [step[int(context.sign(number - context.mpf(threshold)))] for number in _numbers(context, z)]


def _softmax(context: Context, _: Conventions, z: FloatArray) -> list[Number]:
    return _softmax_of(context, _numbers(context, z))


def _softmax_of(context: Context, logits: list[Number]) -> list[Number]:
    return [1 / context.fsum(context.exp(other - own) for other in logits) for own in logits]


def _softmax_batch(context: Context, _: Conventions, z: FloatArray) -> list[Number]:
    samples = [_softmax_of(context, _numbers(context, sample)) for sample in z.T]
    return [sample[row] for row in range(z.shape[0]) for sample in samples]


def _log_softmax(context: Context, _: Conventions, z: FloatArray) -> list[Number]:
    logits = _numbers(context, z)
    return [-context.log(context.fsum(context.exp(other - own) for other in logits)) for own in logits]


def _squared_error(context: Context, conventions: Conventions, o: FloatArray, y: FloatArray) -> list[Number]:
    return [_squared_error_of(context, conventions, _numbers(context, o), _numbers(context, y))]


def _squared_error_of(context: Context, conventions: Conventions, o: list[Number], y: list[Number]) -> Number:
    total = context.fsum(own**2 - 2 * own * other + other**2 for own, other in zip(o, y, strict=True))
    divisor = 2 if conventions["squared_error"] == "half" else 1
    return total / (divisor * _entries(conventions, o))


def _entries(conventions: Conventions, o: list[Number]) -> int:
    return len(o) if conventions["entry_reduction"] == "mean" else 1


def _binary_cross_entropy(context: Context, conventions: Conventions, o: FloatArray, y: FloatArray) -> list[Number]:
    return [_binary_cross_entropy_of(context, conventions, _numbers(context, o), _numbers(context, y))]


def _binary_cross_entropy_of(context: Context, conventions: Conventions, o: list[Number], y: list[Number]) -> Number:
    likelihood = context.fprod(own**other * (1 - own) ** (1 - other) for own, other in zip(o, y, strict=True))
    return -context.log(likelihood) / _entries(conventions, o)


def _categorical_cross_entropy(context: Context, _: Conventions, o: FloatArray, y: FloatArray) -> list[Number]:
    pairs = zip(_numbers(context, o), _numbers(context, y), strict=True)
    return [-context.log(context.fprod(own**other for own, other in pairs))]


def _sigmoid_cross_entropy(context: Context, conventions: Conventions, z: FloatArray, y: FloatArray) -> list[Number]:
    return [_sigmoid_cross_entropy_of(context, conventions, _numbers(context, z), _numbers(context, y))]


def _sigmoid_cross_entropy_of(context: Context, conventions: Conventions, z: list[Number], y: list[Number]) -> Number:
    pairs = zip(z, y, strict=True)
    odds = context.fprod(context.exp(-own * other) + context.exp(own * (1 - other)) for own, other in pairs)
    return context.log(odds) / _entries(conventions, z)


def _softmax_cross_entropy(context: Context, _: Conventions, z: FloatArray, y: FloatArray) -> list[Number]:
    return [_softmax_cross_entropy_of(context, _numbers(context, z), _numbers(context, y))]


def _softmax_cross_entropy_of(context: Context, z: list[Number], y: list[Number]) -> Number:
    pairs = zip(z, y, strict=True)
    return context.fsum(
        label * context.log(context.fsum(context.exp(other - own) for other in z)) for own, label in pairs
    )


def _dense(context: Context, _: Conventions, x: FloatArray, weights: FloatArray, bias: FloatArray) -> list[Number]:
    return _dense_of(context, _numbers(context, x), weights, bias)


def _dense_of(context: Context, x: list[Number], weights: FloatArray, bias: FloatArray) -> list[Number]:
    result = []
    for row, offset in zip(weights, bias, strict=True):
        total = context.mpf(float(offset))
        for weight, number in zip(row, x, strict=True):
            total += context.mpf(float(weight)) * number
        result.append(total)
    return result


def _dense_batch(
    context: Context, _: Conventions, x: FloatArray, weights: FloatArray, bias: FloatArray
) -> list[Number]:
    samples = [_dense_of(context, _numbers(context, sample), weights, bias) for sample in x.T]
    return [sample[row] for row in range(weights.shape[0]) for sample in samples]


def _activated(context: Context, layer: Layer, z: list[Number]) -> list[Number]:
    match layer.activation:
        case "identity":
            return z
        case "relu":
            return [_relu_of(context, number) for number in z]
        case "leaky_relu":
            return [_leaky_relu_of(context, number, float(layer.slope or 0)) for number in z]
        case "sigmoid":
            return [_sigmoid_of(context, number) for number in z]
        case "tanh":
            return [_tanh_of(context, number) for number in z]
        case "softmax":
            return _softmax_of(context, z)
        case unknown:
            message = f"{unknown!r} is not an activation: nothing here is its definition"
            raise ValueError(message)


def _last(context: Context, network: Network, sample: FloatArray) -> tuple[list[Number], list[Number]]:
    """The last pre-activation and the output of a network at one sample."""
    a = _numbers(context, sample)
    z = a
    for layer in network.layers:
        z = _dense_of(context, a, layer.weights, layer.bias)
        a = _activated(context, layer, z)
    return z, a


def _network_forward(context: Context, _: Conventions, network: Network, x: FloatArray) -> list[Number]:
    outputs = [_last(context, network, sample)[1] for sample in x.T]
    return [output[row] for row in range(len(outputs[0])) for output in outputs]


def _network_cost(
    context: Context, conventions: Conventions, network: Network, x: FloatArray, y: FloatArray
) -> list[Number]:
    losses = []
    for sample, label in zip(x.T, y.T, strict=True):
        z, a = _last(context, network, sample)
        labels = _numbers(context, label)
        match network.loss:
            case "squared_error":
                losses.append(_squared_error_of(context, conventions, a, labels))
            case "binary_cross_entropy":
                losses.append(_sigmoid_cross_entropy_of(context, conventions, z, labels))
            case _:
                losses.append(_softmax_cross_entropy_of(context, z, labels))
    return [context.fsum(losses) / (len(losses) if conventions["cost"] == "mean" else 1)]


def _gradient_descent_step(
    context: Context,
    _: Conventions,
    network: Network,
    weight_gradients: list[FloatArray],
    bias_gradients: list[FloatArray],
    rate: float,
) -> list[Number]:
    """By exact fractions, which the context then rounds once."""
    before = [layer.weights for layer in network.layers] + [layer.bias for layer in network.layers]
    result = []
    for old, step in zip(before, [*weight_gradients, *bias_gradients], strict=True):
        for number, gradient in zip(old.reshape(-1), step.reshape(-1), strict=True):
            exact = Fraction(float(number)) - Fraction(rate) * Fraction(float(gradient))
            result.append(context.mpf(exact.numerator) / exact.denominator)
    return result


INDEPENDENT: Mapping[str, Callable[..., list[Number]]] = {
    "identity.value": _identity,
    "relu.value": _relu,
    "leaky_relu.value": _leaky_relu,
    "sigmoid.value": _sigmoid,
    "tanh.value": _tanh,
    "heaviside.value": _heaviside,
    "softmax.value": _softmax,
    "log_softmax.value": _log_softmax,
    "softmax.batch": _softmax_batch,
    "squared_error.value": _squared_error,
    "binary_cross_entropy.value": _binary_cross_entropy,
    "categorical_cross_entropy.value": _categorical_cross_entropy,
    "sigmoid_cross_entropy.value": _sigmoid_cross_entropy,
    "softmax_cross_entropy.value": _softmax_cross_entropy,
    "dense.value": _dense,
    "dense.batch": _dense_batch,
    "network.forward": _network_forward,
    "network.cost": _network_cost,
    "gradient_descent.step": _gradient_descent_step,
}
"""Each definition written a second time, by the id of its clause."""
