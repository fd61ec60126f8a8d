"""Chapter 5, losses: definitions written a second time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .numbers import numbers_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ....spec.conventions import Conventions
    from .numbers import Context, FloatArray, Number


def _squared_error(context: Context, conventions: Conventions, o: FloatArray, y: FloatArray) -> list[Number]:
    return [squared_error_of(context, conventions, numbers_of(context, o), numbers_of(context, y))]


def squared_error_of(context: Context, conventions: Conventions, o: list[Number], y: list[Number]) -> Number:
    """``sum (o^2 - 2 o y + y^2)``, scaled by the conventions."""
    total = context.fsum(own**2 - 2 * own * other + other**2 for own, other in zip(o, y, strict=True))
    divisor = 2 if conventions["squared_error"] == "half" else 1
    return total / (divisor * _entries(conventions, o))


def _entries(conventions: Conventions, o: list[Number]) -> int:
    return len(o) if conventions["entry_reduction"] == "mean" else 1


def _root_mean_square_error(context: Context, _: Conventions, o: FloatArray, y: FloatArray) -> list[Number]:
    pairs = zip(numbers_of(context, o), numbers_of(context, y), strict=True)
    total = context.mpf(0)
    for own, other in pairs:
        total = context.hypot(total, own - other)
    return [total / context.sqrt(o.shape[0])]


def _binary_cross_entropy(context: Context, conventions: Conventions, o: FloatArray, y: FloatArray) -> list[Number]:
    return [_binary_cross_entropy_of(context, conventions, numbers_of(context, o), numbers_of(context, y))]


def _binary_cross_entropy_of(context: Context, conventions: Conventions, o: list[Number], y: list[Number]) -> Number:
    likelihood = context.fprod(own**other * (1 - own) ** (1 - other) for own, other in zip(o, y, strict=True))
    return -context.log(likelihood) / _entries(conventions, o)


def _categorical_cross_entropy(context: Context, _: Conventions, o: FloatArray, y: FloatArray) -> list[Number]:
    pairs = zip(numbers_of(context, o), numbers_of(context, y), strict=True)
    return [-context.log(context.fprod(own**other for own, other in pairs))]


def _sigmoid_cross_entropy(context: Context, conventions: Conventions, z: FloatArray, y: FloatArray) -> list[Number]:
    return [sigmoid_cross_entropy_of(context, conventions, numbers_of(context, z), numbers_of(context, y))]


def sigmoid_cross_entropy_of(context: Context, conventions: Conventions, z: list[Number], y: list[Number]) -> Number:
    """The logarithm of ``prod (e^(-z y) + e^(z (1 - y)))``."""
    pairs = zip(z, y, strict=True)
    odds = context.fprod(context.exp(-own * other) + context.exp(own * (1 - other)) for own, other in pairs)
    return context.log(odds) / _entries(conventions, z)


def _softmax_cross_entropy(context: Context, _: Conventions, z: FloatArray, y: FloatArray) -> list[Number]:
    return [softmax_cross_entropy_of(context, numbers_of(context, z), numbers_of(context, y))]


def softmax_cross_entropy_of(context: Context, z: list[Number], y: list[Number]) -> Number:
    """``sum_k y_k log sum_j exp(z_j - z_k)``."""
    pairs = zip(z, y, strict=True)
    return context.fsum(
        label * context.log(context.fsum(context.exp(other - own) for other in z)) for own, label in pairs
    )


LOSSES: Mapping[str, Callable[..., list[Number]]] = {
    "squared_error.value": _squared_error,
    "root_mean_square_error.value": _root_mean_square_error,
    "binary_cross_entropy.value": _binary_cross_entropy,
    "categorical_cross_entropy.value": _categorical_cross_entropy,
    "sigmoid_cross_entropy.value": _sigmoid_cross_entropy,
    "softmax_cross_entropy.value": _softmax_cross_entropy,
}
"""Each definition written a second time, by the id of its clause."""
