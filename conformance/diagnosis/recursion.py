"""Causes inside of backpropagation: an activation derivative left out, doubled or taken elsewhere, a wrong delta."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ...oracle.activations import (
    activate,
    activation_derivative,
    log_softmax,
    sigmoid,
    softmax,
    softmax_jacobian,
)
from ...oracle.alterations import Alteration
from ...oracle.arithmetic.arrays import as_array, entrywise
from ...oracle.propositions import PROPOSITIONS
from ...spec.network import ACTIVATIONS
from .cause import Cause

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from ...oracle.alterations import Instead
    from ...oracle.arithmetic.arrays import Array
    from ...spec.network import Network

    Right = Callable[..., Any]
    OfDerivative = Callable[[Any, Right, Array, str, Any], Any]

SMOOTH = ("sigmoid", "tanh")
"""The activations whose derivative is mostly written in terms of their value."""

DELTA = "backpropagation.delta"


def recursions() -> Iterator[Cause]:
    """Every cause of this kind; those that an operation does not meet are the right answer to it."""
    for name, words, change in _DERIVATIVES:
        everywhere = {f"{activation}.derivative": _of(activation, change) for activation in ACTIVATIONS}
        at_output = {**everywhere, DELTA: _right_delta}
        yield Cause(name, words, Alteration(instead=everywhere))
        yield Cause(name, f"{words} in the last layer", Alteration(instead=at_output))
        yield Cause(name, f"{words} in the hidden layers", Alteration(instead={DELTA: _hidden(change)}))
    for name, words, instead in _STEPS:
        yield Cause(name, words, Alteration(instead=instead))


# what may become of an activation derivative


def _missing(arithmetic: Any, right: Right, z: Array, activation: str, slope: Any) -> Array:
    del arithmetic, right, activation, slope
    return entrywise(lambda _: 1, z)


def _doubled(arithmetic: Any, right: Right, z: Array, activation: str, slope: Any) -> Array:
    del activation
    once = right(arithmetic, z, *slope)
    return as_array(once * once)


def _at_a(arithmetic: Any, right: Right, z: Array, activation: str, slope: Any) -> Any:
    return right(arithmetic, activate(arithmetic, activation, z, *slope), *slope)


def _value(arithmetic: Any, right: Right, z: Array, activation: str, slope: Any) -> Any:
    del right
    return activate(arithmetic, activation, z, *slope)


def _as_if_a(arithmetic: Any, right: Right, z: Array, activation: str, slope: Any) -> Any:
    if activation not in SMOOTH:
        return right(arithmetic, z, *slope)
    return as_array(z * (1 - z)) if activation == "sigmoid" else as_array(1 - z * z)


def _factor_missing(arithmetic: Any, right: Right, z: Array, activation: str, slope: Any) -> Any:
    if activation not in SMOOTH:
        return right(arithmetic, z, *slope)
    return as_array(1 - activate(arithmetic, activation, z))


_DERIVATIVES: tuple[tuple[str, str, OfDerivative], ...] = (
    ("missing activation derivative", "the activation derivative is taken for 1", _missing),
    ("doubled activation derivative", "the activation derivative is applied twice", _doubled),
    ("derivative at a", "the activation derivative is taken at a = g(z) in place of z", _at_a),
    ("value for derivative", "the activation stands in place of its derivative", _value),
    ("derivative of z as a", "a (1 - a), or 1 - a^2, is computed with z for a", _as_if_a),
    ("factor of derivative missing", "1 - a stands in place of the activation derivative", _factor_missing),
)


def _of(activation: str, change: OfDerivative) -> Instead:
    def derivative(arithmetic: Any, right: Right, z: Array, *positional: Any, **named: Any) -> Any:
        return change(arithmetic, right, z, activation, (*positional, *named.values()))

    return derivative


def _hidden(change: OfDerivative) -> Instead:
    """The recursion of delta with another activation derivative, which stays right everywhere else."""

    def delta(
        arithmetic: Any,
        right: Right,
        weights: Array,
        delta_next: Array,
        z: Array,
        activation: str,
        slope: Any = None,
    ) -> Array:
        del right
        slopes = change(arithmetic, _derivative(activation), z, activation, () if slope is None else (slope,))
        return as_array(arithmetic.matmul(weights.T, delta_next) * slopes)

    return delta


def _derivative(activation: str) -> Right:
    """The right derivative, whatever stands in its place."""
    forms = PROPOSITIONS[f"{activation}.derivative"].forms
    return lambda arithmetic, *given: arithmetic.chosen(forms, given, {})


def _right_delta(
    arithmetic: Any,
    right: Right,
    weights: Array,
    delta_next: Array,
    z: Array,
    activation: str,
    slope: Any = None,
) -> Array:
    """The recursion of delta with the right derivative, where something else stands in place of it elsewhere."""
    del right
    slopes = _derivative(activation)(arithmetic, z, *(() if slope is None else (slope,)))
    return as_array(arithmetic.matmul(weights.T, delta_next) * slopes)


# other steps


def _untransposed(
    arithmetic: Any, right: Right, weights: Array, delta_next: Array, z: Array, activation: str, slope: Any = None
) -> Any:
    is_square = weights.shape[0] == weights.shape[1]
    return right(arithmetic, weights.T if is_square else weights, delta_next, z, activation, slope)


def _without_weights(
    arithmetic: Any, right: Right, weights: Array, delta_next: Array, z: Array, activation: str, slope: Any = None
) -> Any:
    if weights.shape[0] != weights.shape[1]:
        return right(arithmetic, weights, delta_next, z, activation, slope)
    return as_array(delta_next * activation_derivative(arithmetic, activation, z, slope))


def _linear_upstream(arithmetic: Any, right: Right, network: Network, x: Array, y: Array, layer: int) -> Array:
    """The gradient at the last layer, taken down through the weights alone."""
    gradient = right(arithmetic, network, x, y, len(network.layers))
    for above in reversed(network.layers[layer:]):
        gradient = arithmetic.matmul(above.weights.T, gradient)
    return as_array(gradient)


def _diagonal_jacobian(arithmetic: Any, right: Right, z: Array) -> Array:
    jacobian = right(arithmetic, z)
    return np.where(np.eye(z.shape[0], dtype=bool), jacobian, 0)


def _diagonal_vjp(arithmetic: Any, right: Right, z: Array, upstream: Array) -> Array:
    del right
    jacobian = softmax_jacobian(arithmetic, z)
    return as_array(jacobian.diagonal() * upstream)


def _without_outer(arithmetic: Any, right: Right, z: Array, *upstream: Array) -> Any:
    del right
    values = softmax(arithmetic, z)
    return as_array(values * upstream[0]) if upstream else np.where(np.eye(z.shape[0], dtype=bool), values, 0)


def _jacobian_at_a(arithmetic: Any, right: Right, z: Array) -> Any:
    return right(arithmetic, softmax(arithmetic, z))


def _label_sums_to_one(arithmetic: Any, right: Right, z: Array, y: Array) -> Any:
    """``log sum e^z - y.z``, whose first term stands for sum y times that."""
    del right
    return -arithmetic.sum(np.append(y * z, log_softmax(arithmetic, z)[0] - z[0]))


def _sigmoid_pair(arithmetic: Any, right: Right, z: Array, y: Array) -> Array:
    slopes = PROPOSITIONS["sigmoid.derivative"](arithmetic, z)
    return as_array(right(arithmetic, z, y) * slopes)


def _softmax_pair(arithmetic: Any, right: Right, z: Array, y: Array) -> Array:
    values = softmax(arithmetic, z)
    return as_array(right(arithmetic, z, y) * (values * (1 - values)))


def _softmax_squared(arithmetic: Any, right: Right, z: Array, y: Array) -> Any:
    del right
    return arithmetic.matmul(softmax_jacobian(arithmetic, z).T, softmax(arithmetic, z) - y)


def _softmax_for_sigmoid(arithmetic: Any, right: Right, z: Array, y: Array) -> Array:
    del right
    return as_array(sigmoid(arithmetic, z) - y)


def _plain_softmax_delta(arithmetic: Any, right: Right, z: Array, y: Array) -> Array:
    del right
    return as_array(softmax(arithmetic, z) - y)


def _twice(arithmetic: Any, right: Right, z: Array, upstream: Array, *slope: Any) -> Any:
    return right(arithmetic, z, right(arithmetic, z, upstream, *slope), *slope)


def _unlike(arithmetic: Any, right: Right, o: Array, y: Array) -> Array:
    return as_array(-right(arithmetic, o, y))


_STEPS: tuple[tuple[str, str, Mapping[str, Instead]], ...] = (
    (
        "doubled activation derivative",
        "the Jacobian of the softmax is applied twice",
        {"softmax.vjp": _twice},
    ),
    ("transposed weights", "W stands in place of its transpose where it is square", {DELTA: _untransposed}),
    ("missing weights", "delta is handed on without the weights where they are square", {DELTA: _without_weights}),
    (
        "missing activation derivative",
        "the activation derivative is taken for 1 in the layers after the one asked about",
        {"upstream.gradient": _linear_upstream},
    ),
    (
        "diagonal only",
        "the Jacobian of the softmax is its diagonal alone",
        {"softmax.jacobian": _diagonal_jacobian, "softmax.vjp": _diagonal_vjp},
    ),
    (
        "missing outer product",
        "the outer product S S^T is left out of the Jacobian of the softmax",
        {"softmax.jacobian": _without_outer, "softmax.vjp": _without_outer},
    ),
    (
        "delta of another pair",
        "the delta of a sigmoid with cross-entropy is multiplied by the activation derivative",
        {"sigmoid_cross_entropy.delta": _sigmoid_pair},
    ),
    (
        "delta of another pair",
        "the delta of a softmax with cross-entropy is multiplied by S (1 - S)",
        {"softmax_cross_entropy.delta": _softmax_pair},
    ),
    (
        "delta of another pair",
        "the delta of a softmax with cross-entropy is that of a squared error",
        {"softmax_cross_entropy.delta": _softmax_squared},
    ),
    (
        "delta of another pair",
        "the delta of a softmax is that of sigmoids",
        {"softmax_cross_entropy.delta": _softmax_for_sigmoid},
    ),
    (
        "derivative at a",
        "the Jacobian of the softmax is taken at S(z) in place of z",
        {"softmax.jacobian": _jacobian_at_a},
    ),
    (
        "sum of the label",
        "the logarithm of the sum counts once, whatever the labels sum to",
        {"softmax_cross_entropy.value": _label_sums_to_one},
    ),
    (
        "sum of the label",
        "S - y whatever the labels sum to",
        {"softmax_cross_entropy.delta": _plain_softmax_delta},
    ),
    ("sign", "y - o stands in place of o - y in the squared error", {"squared_error.gradient": _unlike}),
)
