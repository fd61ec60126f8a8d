"""Chapter 9, cost and training: definitions written a second time."""

from __future__ import annotations

from fractions import Fraction
from math import comb
from typing import TYPE_CHECKING

from .numbers import numbers_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ....spec.conventions import Conventions
    from ....spec.network import Network
    from .numbers import Context, FloatArray, Number


# the cost as a function of the stack


def _stack(context: Context, _: Conventions, batch: FloatArray) -> list[Number]:
    """By remainders: entry r is entry r mod n of sample r div n."""
    entries, samples = batch.shape
    places = (divmod(r, entries) for r in range(entries * samples))
    return [context.mpf(float(batch[entry, sample])) for sample, entry in places]


def _projection(context: Context, _: Conventions, batch: FloatArray, sample: int) -> list[Number]:
    return [context.mpf(float(row[sample - 1])) for row in batch]


def _row(
    context: Context, conventions: Conventions, weights: FloatArray, loss: str, o: FloatArray, y: FloatArray
) -> list[Number]:
    """Entry by entry, the derivative of the loss of one entry written out."""
    divisor = len(o) if conventions["entry_reduction"] == "mean" and loss != "categorical_cross_entropy" else 1
    result = []
    for weight, predictions, labels in zip(weights, o.T, y.T, strict=True):
        for own, other in zip(numbers_of(context, predictions), numbers_of(context, labels), strict=True):
            slope = _slope(conventions, loss, own, other)
            result.append(context.mpf(float(weight)) * slope / divisor)
    return result


def _slope(conventions: Conventions, loss: str, o: Number, y: Number) -> Number:
    match loss:
        case "squared_error":
            return (o - y) * (1 if conventions["squared_error"] == "half" else 2)
        case "binary_cross_entropy":
            return ((1 - y) * o - y * (1 - o)) / (o - o * o)
        case _:
            return -y / o


# descent


def _gradient_vector(
    context: Context,
    _: Conventions,
    network: Network,
    weight_gradients: list[FloatArray],
    bias_gradients: list[FloatArray],
) -> list[Number]:
    """Index by index: for each layer, output and input the weight, then for each layer and output the bias."""
    vector = []
    for layer, gradient in zip(network.layers, weight_gradients, strict=True):
        for output in range(layer.weights.shape[0]):
            vector += [context.mpf(float(gradient[output, entry])) for entry in range(layer.weights.shape[1])]
    for layer, gradient in zip(network.layers, bias_gradients, strict=True):
        vector += [context.mpf(float(gradient[output])) for output in range(layer.bias.shape[0])]
    return vector


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
        result += _stepped(context, old, step, rate)
    return result


def _stepped(context: Context, old: FloatArray, step: FloatArray, rate: float) -> list[Number]:
    numbers = zip(old.reshape(-1), step.reshape(-1), strict=True)
    exact = [Fraction(float(number)) - Fraction(rate) * Fraction(float(gradient)) for number, gradient in numbers]
    return [context.mpf(each.numerator) / each.denominator for each in exact]


def _direction(context: Context, _: Conventions, gradient: FloatArray) -> list[Number]:
    """``-sign(g_i) / sqrt(sum_j (g_j / g_i)^2)``."""
    numbers = numbers_of(context, gradient)
    return [-context.sign(own) / context.sqrt(context.fsum((other / own) ** 2 for other in numbers)) for own in numbers]


def _rate_limit(context: Context, _: Conventions, curvature: FloatArray) -> list[Number]:
    """The larger root of ``(1 - rate curvature)^2 = 1``, by completing the square."""
    found = []
    for number in numbers_of(context, curvature):
        half = -number / number**2  # of the linear coefficient of rate^2 - 2 rate / curvature
        found.append(-half + context.sqrt(half**2))
    return found


def _quadratic_descent(
    context: Context, _: Conventions, theta: FloatArray, curvature: float, rate: float, steps: int
) -> list[Number]:
    """By the binomial theorem."""
    product = context.mpf(curvature) * context.mpf(rate)
    power = context.fsum(comb(steps, index) * (-product) ** index for index in range(steps + 1))
    return [number * power for number in numbers_of(context, theta)]


# linear regression, with 1 for a further entry of each sample and the bias for its weight


def _forward(context: Context, _: Conventions, x: FloatArray, w: FloatArray, b: float) -> list[Number]:
    return _predictions(context, x, [*numbers_of(context, w), context.mpf(b)])


def _predictions(context: Context, x: FloatArray, parameters: list[Number]) -> list[Number]:
    return [
        context.fsum(number * weight for number, weight in zip(sample, parameters, strict=True))
        for sample in _extended(context, x)
    ]


def _extended(context: Context, x: FloatArray) -> list[list[Number]]:
    return [[*numbers_of(context, sample), context.mpf(1)] for sample in x.T]


def _cost(context: Context, _: Conventions, a: FloatArray, y: FloatArray) -> list[Number]:
    return [_cost_of(context, numbers_of(context, a), numbers_of(context, y))]


def _cost_of(context: Context, a: list[Number], y: list[Number]) -> Number:
    """Half of ``(sum a^2 - 2 sum a y + sum y^2) / N``."""
    mixed = context.fsum(own * other for own, other in zip(a, y, strict=True))
    squares = context.fsum(number * number for number in (*a, *y))
    return (squares - 2 * mixed) / (2 * len(a))


def _backward(context: Context, _: Conventions, x: FloatArray, y: FloatArray, w: FloatArray, b: float) -> list[Number]:
    return _normal_residual(context, x, y, [*numbers_of(context, w), context.mpf(b)])


def _normal_residual(context: Context, x: FloatArray, y: FloatArray, parameters: list[Number]) -> list[Number]:
    """``H p - c`` with ``H = sum_k x_k x_k^T / N`` and ``c = sum_k y_k x_k / N``, each x_k with a 1 behind it."""
    samples, labels = _extended(context, x), numbers_of(context, y)
    residual = []
    for row in range(len(parameters)):
        moments = [
            context.fsum(sample[row] * sample[column] for sample in samples) for column in range(len(parameters))
        ]
        linear = context.fsum(label * sample[row] for label, sample in zip(labels, samples, strict=True))
        quadratic = context.fsum(moment * number for moment, number in zip(moments, parameters, strict=True))
        residual.append((quadratic - linear) / len(samples))
    return residual


def _regression_step(
    context: Context, _: Conventions, w: FloatArray, b: float, dw: FloatArray, db: float, rate: float
) -> list[Number]:
    exact = Fraction(b) - Fraction(rate) * Fraction(db)
    return [*_stepped(context, w, dw, rate), context.mpf(exact.numerator) / exact.denominator]


def _regression_descent(
    context: Context,
    _: Conventions,
    x: FloatArray,
    y: FloatArray,
    w: FloatArray,
    b: float,
    rate: float,
    steps: int,
) -> list[Number]:
    """By the residual of the normal equations, and the cost of what is reached."""
    parameters = [*numbers_of(context, w), context.mpf(b)]
    for _step in range(steps):
        residual = _normal_residual(context, x, y, parameters)
        parameters = [number - context.mpf(rate) * each for number, each in zip(parameters, residual, strict=True)]
    return [*parameters, _cost_of(context, _predictions(context, x, parameters), numbers_of(context, y))]


TRAINING: Mapping[str, Callable[..., list[Number]]] = {
    "stack.value": _stack,
    "projection.value": _projection,
    "cost.row": _row,
    "gradient.vector": _gradient_vector,
    "gradient_descent.step": _gradient_descent_step,
    "descent.direction": _direction,
    "quadratic.rate_limit": _rate_limit,
    "quadratic.descent": _quadratic_descent,
    "listing.linear_regression_forward": _forward,
    "listing.linear_regression_cost": _cost,
    "listing.linear_regression_backward": _backward,
    "listing.linear_regression_step": _regression_step,
    "listing.linear_regression_descent": _regression_descent,
}
"""Each definition written a second time, by the id of its clause."""
