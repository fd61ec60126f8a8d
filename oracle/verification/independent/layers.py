"""Chapter 6, layers: definitions written a second time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ....spec.network import Layer
from .activations import activated
from .losses import squared_error_of
from .numbers import numbers_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ....spec.conventions import Conventions
    from .numbers import Context, FloatArray, Number


def _dense(context: Context, _: Conventions, x: FloatArray, weights: FloatArray, bias: FloatArray) -> list[Number]:
    return dense_of(context, numbers_of(context, x), weights, bias)


def dense_of(context: Context, x: list[Number], weights: FloatArray, bias: FloatArray) -> list[Number]:
    """``W x + b``, term by term."""
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
    samples = [dense_of(context, numbers_of(context, sample), weights, bias) for sample in x.T]
    return [sample[row] for row in range(weights.shape[0]) for sample in samples]


def _linear_model(context: Context, _: Conventions, w: FloatArray, x: FloatArray) -> list[Number]:
    weights = numbers_of(context, w)
    return [
        weights[0] + context.fsum(weights[index + 1] * number for index, number in enumerate(numbers_of(context, x)))
    ]


def _perceptron(
    context: Context, conventions: Conventions, x: FloatArray, w: FloatArray, b: float, *, threshold: float
) -> list[Number]:
    """By the sign of ``b - threshold`` plus one product after the other."""
    (excess,) = dense_of(context, numbers_of(context, x), w[None, :], np.array([0.0]))
    excess += context.mpf(b) - context.mpf(threshold)
    return [{1: 1, -1: 0, 0: context.mpf(conventions["step_at_threshold"])}[int(context.sign(excess))]]


def _one_unit(w: FloatArray, b: float, activation: str, slope: float | None) -> Layer:
    return Layer(w[None, :], np.array([b]), activation, slope)


def _neuron(
    context: Context,
    _: Conventions,
    x: FloatArray,
    w: FloatArray,
    b: float,
    activation: str,
    *,
    slope: float | None = None,
) -> list[Number]:
    return _output(context, _one_unit(w, b, activation, slope), x)


def _output(context: Context, layer: Layer, x: FloatArray) -> list[Number]:
    return activated(context, layer, dense_of(context, numbers_of(context, x), layer.weights, layer.bias))


def _neuron_chain(
    context: Context,
    conventions: Conventions,
    x: FloatArray,
    w: FloatArray,
    b: float,
    activation: str,
    *,
    slope: float | None = None,
) -> list[Number]:
    """The slope by a difference quotient of mpmath, ones, and the entries of x where row and column agree."""
    del conventions
    unit = _one_unit(w, b, activation, slope)
    (z,) = dense_of(context, numbers_of(context, x), unit.weights, unit.bias)
    slopes = [context.diff(lambda number: activated(context, unit, [number])[0], z), context.mpf(1)]
    entries = numbers_of(context, x)
    rows = [[number if row == column else 0 for column, number in enumerate(entries)] for row in range(len(entries))]
    return [*slopes, *(context.mpf(1) for _ in entries), *(number for row in rows for number in row)]


def _neuron_cost(
    context: Context,
    conventions: Conventions,
    x: FloatArray,
    y: FloatArray,
    w: FloatArray,
    b: float,
    activation: str,
    *,
    slope: float | None = None,
) -> list[Number]:
    unit = _one_unit(w, b, activation, slope)
    pairs = zip(x.T, numbers_of(context, y), strict=True)
    losses = [
        squared_error_of(context, conventions, _output(context, unit, sample), [label]) for sample, label in pairs
    ]
    return [context.fsum(losses) / (len(losses) if conventions["cost"] == "mean" else 1)]


def _layer(
    context: Context,
    _: Conventions,
    x: FloatArray,
    weights: FloatArray,
    bias: FloatArray,
    activation: str,
    *,
    slope: float | None = None,
) -> list[Number]:
    return _output(context, Layer(weights, bias, activation, slope), x)


def _affine_composition(
    context: Context,
    _: Conventions,
    weights_first: FloatArray,
    bias_first: FloatArray,
    weights_second: FloatArray,
    bias_second: FloatArray,
) -> list[Number]:
    """Entry by entry, the sums over the inner index."""

    def sum_over(row: FloatArray, column: FloatArray) -> Number:
        pairs = zip(numbers_of(context, row), numbers_of(context, column), strict=True)
        return context.fsum(left * right for left, right in pairs)

    product = [sum_over(row, column) for row in weights_second for column in weights_first.T]
    offsets = zip(weights_second, numbers_of(context, bias_second), strict=True)
    return product + [own + sum_over(row, bias_first) for row, own in offsets]


LAYERS: Mapping[str, Callable[..., list[Number]]] = {
    "linear_model.value": _linear_model,
    "perceptron.value": _perceptron,
    "neuron.value": _neuron,
    "neuron.chain": _neuron_chain,
    "neuron.cost": _neuron_cost,
    "dense.value": _dense,
    "dense.batch": _dense_batch,
    "layer.value": _layer,
    "affine.composition": _affine_composition,
}
"""Each definition written a second time, by the id of its clause."""
