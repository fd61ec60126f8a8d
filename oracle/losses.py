"""Chapter 5, losses: values, gradients, and the deltas of the three output layers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .activations import log_softmax, sigmoid, sigmoid_derivative, softmax, softmax_jacobian
from .arithmetic.arrays import Array, Number, as_array, entrywise
from .propositions import form, proposition

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .arithmetic.protocol import Arithmetic, Formula


def entry_divisor(arithmetic: Arithmetic, entries: int) -> tuple[int, ...]:
    """The number of entries of a sample, by which its loss is divided where ``entry_reduction`` is the mean."""
    return (entries,) if arithmetic.conventions["entry_reduction"] == "mean" else ()


def sample_divisor(arithmetic: Arithmetic, samples: int) -> tuple[int, ...]:
    """The number of samples, by which a sum over them is divided where ``cost`` is the mean."""
    return (samples,) if arithmetic.conventions["cost"] == "mean" else ()


def reduced(arithmetic: Arithmetic, value: Any, entries: int) -> Any:  # noqa: ANN401 - number or array
    """``value`` divided by the number of entries of a sample where ``entry_reduction`` is the mean."""
    if arithmetic.conventions["entry_reduction"] == "sum":
        return value
    return arithmetic.mean(as_array(value), entries)


def weighed(weights: Array, values: Array) -> Array:
    """``weights * values`` entry by entry, exactly 0 for an exact weight 0, whatever the value (0 log 0 = 0)."""
    return entrywise(lambda weight, value: 0 if _is_exact_zero(weight) else weight * value, weights, values)


def summed(terms: Formula, *, over_entries: bool = True) -> Formula:
    """
    The loss of a sample whose terms ``terms`` states: their flat sum, reduced where the loss is one ``over_entries``.

    The categorical losses are not: they are one number a sample, however many classes there are.
    """

    def value(arithmetic: Arithmetic, /, *arguments: Array) -> Number:
        over = entry_divisor(arithmetic, arguments[0].shape[0]) if over_entries else ()
        return arithmetic.sum(terms(arithmetic, *arguments), over)

    value.__doc__ = terms.__doc__
    return value


def _is_exact_zero(number: Number) -> bool:
    return bool(_content(number) == 0)


def _content(number: Number) -> Number:
    """The ball of a number that an evaluation may hold, the value of a dual number, any other number itself."""
    return getattr(number, "ball", getattr(number, "value", number))


def _joined(*terms: Array) -> Array:
    """All terms of one flat sum."""
    return np.concatenate([as_array(each).reshape(-1) for each in terms])


# squared error


@proposition("squared_error.value")
def squared_error(arithmetic: Arithmetic, o: Array, y: Array) -> Number:
    """``1/2 sum (o - y)^2``, or without the half by ``squared_error``; a scalar. Clause ``squared_error.value``."""
    return squared_error_total(arithmetic, o, y, entry_divisor(arithmetic, o.shape[0]))


def squared_error_total(arithmetic: Arithmetic, o: Array, y: Array, over: tuple[int, ...]) -> Number:
    """The sum over all entries of ``o``, of one sample or of a batch, divided by the numbers ``over``."""
    difference = o - y
    total = arithmetic.sum(difference * difference, over)
    return total / 2 if arithmetic.conventions["squared_error"] == "half" else total


@form(squared_error, "scaled_terms")
def squared_error_scaled_terms(arithmetic: Arithmetic, o: Array, y: Array) -> Number:
    """``sum 1/2 (o - y)^2``, the half on each term. Clause ``squared_error.value``."""
    return squared_error_total_scaled_terms(arithmetic, o, y, entry_divisor(arithmetic, o.shape[0]))


def squared_error_total_scaled_terms(arithmetic: Arithmetic, o: Array, y: Array, over: tuple[int, ...]) -> Number:
    """The same over all entries of a sample or batch: where squares underflow, it matters where the half stands."""
    difference = o - y
    square = difference * difference
    return arithmetic.sum(square / 2 if arithmetic.conventions["squared_error"] == "half" else square, over)


@proposition("squared_error.gradient")
def squared_error_gradient(arithmetic: Arithmetic, o: Array, y: Array) -> Array:
    """``o - y``, or twice that by ``squared_error``; shape of o. Clause ``squared_error.gradient``."""
    difference = o - y
    gradient = difference if arithmetic.conventions["squared_error"] == "half" else difference * 2
    return as_array(reduced(arithmetic, gradient, o.shape[0]))


@proposition("squared_error.delta")
def squared_error_delta(arithmetic: Arithmetic, z: Array, y: Array) -> Array:
    """The gradient at o = z, the identity output. Clause ``squared_error.delta``."""
    return as_array(squared_error_gradient(arithmetic, z, y))


# root mean square error


@proposition("root_mean_square_error.value")
def root_mean_square_error(arithmetic: Arithmetic, o: Array, y: Array) -> Number:
    """``sqrt(sum (o - y)^2 / m)``, a scalar. Clause ``root_mean_square_error.value``."""
    return _root(arithmetic, arithmetic.sum(_square(o - y), (o.shape[0],)))


@form(root_mean_square_error, "norm")
def root_mean_square_error_by_norm(arithmetic: Arithmetic, o: Array, y: Array) -> Number:
    """``sqrt(sum (o - y)^2) / sqrt(m)``. Clause ``root_mean_square_error.value``."""
    norm = _root(arithmetic, arithmetic.sum(_square(o - y)))
    return norm / _root(arithmetic, arithmetic.number(o.shape[0]))


@form(root_mean_square_error, "stable")
def root_mean_square_error_stable(arithmetic: Arithmetic, o: Array, y: Array) -> Number:
    """``M sqrt(sum ((o - y) / M)^2 / m)``, M = max |o - y|. Clause ``root_mean_square_error.value``."""
    difference = as_array(o - y)
    largest = _largest(difference)
    if _is_exact_zero(largest):
        return largest
    return largest * _root(arithmetic, arithmetic.sum(_square(difference / largest), (o.shape[0],)))


@proposition("root_mean_square_error.gradient")
def root_mean_square_error_gradient(arithmetic: Arithmetic, o: Array, y: Array) -> Array:
    """``(o - y) / (m r)`` with r the root mean square error. Clause ``root_mean_square_error.gradient``."""
    return as_array((o - y) / (o.shape[0] * root_mean_square_error(arithmetic, o, y)))


@form(root_mean_square_error_gradient, "chain")
def root_mean_square_error_gradient_by_chain(arithmetic: Arithmetic, o: Array, y: Array) -> Array:
    """``(1 / (2 r)) (2 (o - y) / m)``, root by mean by square. Clause ``root_mean_square_error.gradient``."""
    of_root = 1 / (2 * root_mean_square_error(arithmetic, o, y))
    return arithmetic.mean(as_array(2 * (o - y) * of_root), o.shape[0])


@form(root_mean_square_error_gradient, "norm")
def root_mean_square_error_gradient_by_norm(arithmetic: Arithmetic, o: Array, y: Array) -> Array:
    """``((o - y) / |o - y|) / sqrt(m)``. Clause ``root_mean_square_error.gradient``."""
    difference = o - y
    norm = _root(arithmetic, arithmetic.sum(_square(difference)))
    return as_array(difference / norm / _root(arithmetic, arithmetic.number(o.shape[0])))


@form(root_mean_square_error_gradient, "stable")
def root_mean_square_error_gradient_stable(arithmetic: Arithmetic, o: Array, y: Array) -> Array:
    """``u / (m sqrt(sum u^2 / m))``, u = (o - y) / max |o - y|. Clause ``root_mean_square_error.gradient``."""
    difference = as_array(o - y)
    scaled = as_array(difference / _largest(difference))
    entries = o.shape[0]
    return as_array(scaled / (entries * _root(arithmetic, arithmetic.sum(_square(scaled), (entries,)))))


def _square(array: Array) -> Array:
    return as_array(array * array)


def _root(arithmetic: Arithmetic, number: Number) -> Number:
    return arithmetic.sqrt(as_array(number))[()]


def _largest(numbers: Array) -> Number:
    """The magnitude of the entry that is largest, by its value or by the middle of what it may be."""
    return abs(max(numbers, key=lambda number: abs(float(_content(number)))))


# binary cross-entropy


def binary_terms(arithmetic: Arithmetic, o: Array, y: Array) -> Array:
    """``-y log o`` and ``-(1 - y) log(1 - o)``. Clause ``binary_cross_entropy.value``."""
    return _binary_terms(y, arithmetic.log(o), arithmetic.log(1 - o))


def binary_terms_log1p(arithmetic: Arithmetic, o: Array, y: Array) -> Array:
    """The same with ``log1p(-o)``. Clause ``binary_cross_entropy.value``."""
    return _binary_terms(y, arithmetic.log(o), arithmetic.log1p(-o))


def _binary_terms(y: Array, log_one: Array, log_zero: Array) -> Array:
    return -_joined(weighed(y, log_one), weighed(1 - y, log_zero))


binary_cross_entropy = proposition("binary_cross_entropy.value")(summed(binary_terms))
form(binary_cross_entropy, "stable")(summed(binary_terms_log1p))


@proposition("binary_cross_entropy.gradient")
def binary_cross_entropy_gradient(arithmetic: Arithmetic, o: Array, y: Array) -> Array:
    """``-y / o + (1 - y) / (1 - o)``, shape of o. Clause ``binary_cross_entropy.gradient``."""
    return as_array(reduced(arithmetic, (1 - y) / (1 - o) - y / o, o.shape[0]))


@form(binary_cross_entropy_gradient, "stable")
def binary_cross_entropy_gradient_stable(arithmetic: Arithmetic, o: Array, y: Array) -> Array:
    """``(o - y) / (o (1 - o))``. Clause ``binary_cross_entropy.gradient``."""
    return as_array(reduced(arithmetic, (o - y) / (o * (1 - o)), o.shape[0]))


# categorical cross-entropy


def categorical_terms(arithmetic: Arithmetic, o: Array, y: Array) -> Array:
    """``-y_j log o_j`` with 0 log 0 = 0. Clause ``categorical_cross_entropy.value``."""
    return -weighed(y, arithmetic.log(o))


categorical_cross_entropy = proposition("categorical_cross_entropy.value")(
    summed(categorical_terms, over_entries=False)
)


@proposition("categorical_cross_entropy.gradient")
def categorical_cross_entropy_gradient(arithmetic: Arithmetic, o: Array, y: Array) -> Array:
    """``-y / o``, shape of o. Clause ``categorical_cross_entropy.gradient``."""
    del arithmetic
    return as_array(-(y / o))


# binary cross-entropy of a sigmoid


def softplus(arithmetic: Arithmetic, z: Array) -> Array:
    """``log(1 + e^z)`` as ``max(z, 0) + log1p(e^-|z|)``, which never overflows."""
    return as_array(arithmetic.relu(z) + arithmetic.log1p(arithmetic.exp(-abs(z))))


def naive_softplus(arithmetic: Arithmetic, z: Array) -> Array:
    """``log(1 + e^z)`` as it stands."""
    return arithmetic.log(1 + arithmetic.exp(z))


def sigmoid_terms(arithmetic: Arithmetic, z: Array, y: Array) -> Array:
    """The terms of the binary cross-entropy of the sigmoid of z. Clause ``sigmoid_cross_entropy.value``."""
    return binary_terms(arithmetic, sigmoid(arithmetic, z), y)


def sigmoid_terms_softplus(arithmetic: Arithmetic, z: Array, y: Array) -> Array:
    """``log(1 + e^z) - y z``. Clause ``sigmoid_cross_entropy.value``."""
    return _joined(naive_softplus(arithmetic, z), -(y * z))


def sigmoid_terms_maximum(arithmetic: Arithmetic, z: Array, y: Array) -> Array:
    """``max(z, 0) - y z + log(1 + e^-|z|)``. Clause ``sigmoid_cross_entropy.value``."""
    return _joined(arithmetic.relu(z), -(y * z), naive_softplus(arithmetic, -abs(z)))


def sigmoid_terms_log_sigmoid(arithmetic: Arithmetic, z: Array, y: Array) -> Array:
    """``(1 - y) z - min(z, 0) + log1p(e^-|z|)``. Clause ``sigmoid_cross_entropy.value``."""
    return _joined((1 - y) * z, arithmetic.relu(-z), arithmetic.log1p(arithmetic.exp(-abs(z))))


def sigmoid_terms_stable(arithmetic: Arithmetic, z: Array, y: Array) -> Array:
    """``(1 - y) softplus(z) + y softplus(-z)``. Clause ``sigmoid_cross_entropy.value``."""
    return _binary_terms(y, -softplus(arithmetic, -z), -softplus(arithmetic, z))


SIGMOID_TERMS: Mapping[str, Formula] = {
    "definition": sigmoid_terms,
    "softplus": sigmoid_terms_softplus,
    "maximum": sigmoid_terms_maximum,
    "log_sigmoid": sigmoid_terms_log_sigmoid,
    "stable": sigmoid_terms_stable,
}
"""The terms of the binary cross-entropy of logits, by form."""

sigmoid_cross_entropy = proposition("sigmoid_cross_entropy.value")(summed(sigmoid_terms))
for _name in ("softplus", "maximum", "log_sigmoid", "stable"):
    form(sigmoid_cross_entropy, _name)(summed(SIGMOID_TERMS[_name]))


@proposition("sigmoid_cross_entropy.delta")
def sigmoid_cross_entropy_delta(arithmetic: Arithmetic, z: Array, y: Array) -> Array:
    """``s - y`` with s the sigmoid of z, shape of z. Clause ``sigmoid_cross_entropy.delta``."""
    return as_array(reduced(arithmetic, sigmoid(arithmetic, z) - y, z.shape[0]))


@form(sigmoid_cross_entropy_delta, "unfused")
def sigmoid_cross_entropy_delta_unfused(arithmetic: Arithmetic, z: Array, y: Array) -> Array:
    """The gradient of the loss at s times the derivative of s. Clause ``sigmoid_cross_entropy.delta``."""
    gradient = binary_cross_entropy_gradient(arithmetic, sigmoid(arithmetic, z), y)
    return as_array(gradient * sigmoid_derivative(arithmetic, z))


@form(sigmoid_cross_entropy_delta, "softplus")
def sigmoid_cross_entropy_delta_softplus(arithmetic: Arithmetic, z: Array, y: Array) -> Array:
    """``exp(z - softplus(z)) - y``, as differentiating a softplus gives. Clause ``sigmoid_cross_entropy.delta``."""
    return as_array(reduced(arithmetic, arithmetic.exp(z - softplus(arithmetic, z)) - y, z.shape[0]))


@form(sigmoid_cross_entropy_delta, "stable")
def sigmoid_cross_entropy_delta_stable(arithmetic: Arithmetic, z: Array, y: Array) -> Array:
    """``(1 - y) s(z) - y s(-z)``. Clause ``sigmoid_cross_entropy.delta``."""
    difference = (1 - y) * sigmoid(arithmetic, z) - y * sigmoid(arithmetic, -z)
    return as_array(reduced(arithmetic, difference, z.shape[0]))


# categorical cross-entropy of a softmax


def softmax_terms(arithmetic: Arithmetic, z: Array, y: Array) -> Array:
    """The terms of the categorical cross-entropy of the softmax of z. Clause ``softmax_cross_entropy.value``."""
    return categorical_terms(arithmetic, softmax(arithmetic, z), y)


def softmax_terms_log_sum_exp(arithmetic: Arithmetic, z: Array, y: Array) -> Array:
    """``y_i log sum e^z - y_i z_i``. Clause ``softmax_cross_entropy.value``."""
    total = arithmetic.log(arithmetic.sum(arithmetic.exp(z)))[()]
    return _joined(y * total, -(y * z))


def softmax_terms_stable(arithmetic: Arithmetic, z: Array, y: Array) -> Array:
    """``-y_i log_softmax(z)_i``. Clause ``softmax_cross_entropy.value``."""
    return -weighed(y, log_softmax(arithmetic, z))


SOFTMAX_TERMS: Mapping[str, Formula] = {
    "definition": softmax_terms,
    "log_sum_exp": softmax_terms_log_sum_exp,
    "stable": softmax_terms_stable,
}
"""The terms of the categorical cross-entropy of logits, by form."""

softmax_cross_entropy = proposition("softmax_cross_entropy.value")(summed(softmax_terms, over_entries=False))
for _name in ("log_sum_exp", "stable"):
    form(softmax_cross_entropy, _name)(summed(SOFTMAX_TERMS[_name], over_entries=False))


@proposition("softmax_cross_entropy.delta")
def softmax_cross_entropy_delta(arithmetic: Arithmetic, z: Array, y: Array) -> Array:
    """``(sum y) S - y``, S - y for labels that sum to one; shape ``(m,)``. Clause ``softmax_cross_entropy.delta``."""
    s = softmax(arithmetic, z)
    scaled = s if arithmetic.conventions["label_sum"] == "one" else s * arithmetic.sum(y)
    return as_array(scaled - y)


@form(softmax_cross_entropy_delta, "unfused")
def softmax_cross_entropy_delta_unfused(arithmetic: Arithmetic, z: Array, y: Array) -> Array:
    """``J^T (-y / S)`` with J the Jacobian of the softmax. Clause ``softmax_cross_entropy.delta``."""
    gradient = categorical_cross_entropy_gradient(arithmetic, softmax(arithmetic, z), y)
    return arithmetic.matmul(softmax_jacobian(arithmetic, z).T, gradient)


@form(softmax_cross_entropy_delta, "stable")
def softmax_cross_entropy_delta_stable(arithmetic: Arithmetic, z: Array, y: Array) -> Array:
    """``S_i sum_(j != i) y_j - y_i sum_(j != i) S_j``. Clause ``softmax_cross_entropy.delta``."""
    s = softmax(arithmetic, z)

    def entry(index: int) -> Number:
        others = arithmetic.sum(np.delete(y, index)), arithmetic.sum(np.delete(s, index))
        return s[index] * others[0] - y[index] * others[1]

    return entrywise(entry, np.arange(z.shape[0]))
