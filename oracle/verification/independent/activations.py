"""Chapter 4, activations: definitions written a second time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .numbers import numbers_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ....spec.conventions import Conventions
    from ....spec.network import Layer
    from .numbers import Context, FloatArray, Number


def _identity(context: Context, _: Conventions, z: FloatArray) -> list[Number]:
    return numbers_of(context, z)


def _relu(context: Context, _: Conventions, z: FloatArray) -> list[Number]:
    return [relu_of(context, number) for number in numbers_of(context, z)]


def relu_of(context: Context, number: Number) -> Number:
    """``(x + |x|) / 2``."""
    return (number + context.fabs(number)) / 2


def _indicator(context: Context, _: Conventions, z: FloatArray) -> list[Number]:
    return [context.mpf(number > 0) for number in numbers_of(context, z)]


def _relu_epsilon(context: Context, _: Conventions, z: FloatArray, *, epsilon: float) -> list[Number]:
    bend = context.mpf(epsilon)

    def entry(number: Number) -> Number:
        step = number / bend + 1
        if step <= 0 or number >= 0:
            return relu_of(context, number)
        return bend * step**2 * (step - 1) * (3 - 2 * step)

    return [entry(number) for number in numbers_of(context, z)]


def _leaky_relu(context: Context, _: Conventions, z: FloatArray, *, slope: float) -> list[Number]:
    return [leaky_relu_of(context, number, slope) for number in numbers_of(context, z)]


def leaky_relu_of(context: Context, number: Number, slope: float) -> Number:
    """``((1 + s) x + (1 - s) |x|) / 2``."""
    factor = context.mpf(slope)
    return ((1 + factor) * number + (1 - factor) * context.fabs(number)) / 2


def _sigmoid(context: Context, _: Conventions, z: FloatArray) -> list[Number]:
    return [sigmoid_of(context, number) for number in numbers_of(context, z)]


def sigmoid_of(context: Context, number: Number) -> Number:
    """``1 / (2 + expm1(-x))``."""
    return 1 / (2 + context.expm1(-number))


def _tanh(context: Context, _: Conventions, z: FloatArray) -> list[Number]:
    return [tanh_of(context, number) for number in numbers_of(context, z)]


def tanh_of(context: Context, number: Number) -> Number:
    """``sinh x / cosh x``."""
    return context.sinh(number) / context.cosh(number)


def _heaviside(context: Context, conventions: Conventions, z: FloatArray, *, threshold: float) -> list[Number]:
    step = {1: 1, -1: 0, 0: context.mpf(conventions["step_at_threshold"])}
    return [step[int(context.sign(number - context.mpf(threshold)))] for number in numbers_of(context, z)]


def _softmax(context: Context, _: Conventions, z: FloatArray) -> list[Number]:
    return softmax_of(context, numbers_of(context, z))


def softmax_of(context: Context, logits: list[Number]) -> list[Number]:
    """``1 / sum_j exp(z_j - z_i)`` of every entry."""
    return [1 / context.fsum(context.exp(other - own) for other in logits) for own in logits]


def _softmax_batch(context: Context, _: Conventions, z: FloatArray) -> list[Number]:
    samples = [softmax_of(context, numbers_of(context, sample)) for sample in z.T]
    return [sample[row] for row in range(z.shape[0]) for sample in samples]


def _log_softmax(context: Context, _: Conventions, z: FloatArray) -> list[Number]:
    logits = numbers_of(context, z)
    return [-context.log(context.fsum(context.exp(other - own) for other in logits)) for own in logits]


def activated(context: Context, layer: Layer, z: list[Number]) -> list[Number]:
    """The activation of ``layer`` of every entry of ``z``."""
    match layer.activation:
        case "identity":
            return z
        case "relu":
            return [relu_of(context, number) for number in z]
        case "leaky_relu":
            return [leaky_relu_of(context, number, float(layer.slope or 0)) for number in z]
        case "sigmoid":
            return [sigmoid_of(context, number) for number in z]
        case "tanh":
            return [tanh_of(context, number) for number in z]
        case "softmax":
            return softmax_of(context, z)
        case unknown:
            message = f"{unknown!r} is not an activation: nothing here is its definition"
            raise ValueError(message)


ACTIVATIONS: Mapping[str, Callable[..., list[Number]]] = {
    "identity.value": _identity,
    "relu.value": _relu,
    "indicator.value": _indicator,
    "relu_epsilon.value": _relu_epsilon,
    "leaky_relu.value": _leaky_relu,
    "sigmoid.value": _sigmoid,
    "tanh.value": _tanh,
    "heaviside.value": _heaviside,
    "softmax.value": _softmax,
    "log_softmax.value": _log_softmax,
    "softmax.batch": _softmax_batch,
}
"""Each definition written a second time, by the id of its clause."""
