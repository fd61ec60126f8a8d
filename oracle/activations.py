"""Chapter 4, activations: values, derivatives and vector-Jacobian products."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .arithmetic.arrays import (
    Array,
    Number,
    as_array,
    columns,
    diagonal,
    entrywise,
    identity_matrix,
    outer,
    stack_columns,
)
from .propositions import Proposition, form, proposition

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .arithmetic.protocol import Arithmetic


@proposition("identity.value")
def identity(arithmetic: Arithmetic, z: Array) -> Array:
    """``z`` itself. Clause ``identity.value``."""
    del arithmetic
    return z


@proposition("identity.derivative")
def identity_derivative(arithmetic: Arithmetic, z: Array) -> Array:
    """``1`` everywhere. Clause ``identity.derivative``."""
    del arithmetic
    return entrywise(lambda _: 1, z)


@proposition("identity.vjp")
def identity_vjp(arithmetic: Arithmetic, z: Array, upstream: Array) -> Array:
    """``upstream`` itself. Clause ``identity.vjp``."""
    del arithmetic, z
    return upstream


@proposition("relu.value")
def relu(arithmetic: Arithmetic, z: Array) -> Array:
    """``max(0, z)``. Clause ``relu.value``."""
    return arithmetic.relu(z)


@proposition("relu.derivative")
def relu_derivative(arithmetic: Arithmetic, z: Array) -> Array:
    """``1`` above 0, ``0`` below, at 0 by ``relu_at_zero``. Clause ``relu.derivative``."""
    at_zero = arithmetic.number(float(arithmetic.conventions["relu_at_zero"]))
    return arithmetic.branch(z, 0, at_zero, 1)


@proposition("relu.vjp")
def relu_vjp(arithmetic: Arithmetic, z: Array, upstream: Array) -> Array:
    """``upstream`` times the derivative at ``z``. Clause ``relu.vjp``."""
    return as_array(upstream * relu_derivative(arithmetic, z))


@proposition("indicator.value")
def indicator(arithmetic: Arithmetic, z: Array) -> Array:
    """``1`` above 0, ``0`` elsewhere. Clause ``indicator.value``."""
    return arithmetic.branch(z, 0, 0, 1)


@proposition("relu_epsilon.value")
def relu_epsilon(arithmetic: Arithmetic, z: Array, epsilon: Number) -> Array:
    """``-(2 / eps^3) z^4 - (3 / eps^2) z^3 + z`` from -eps to 0, relu elsewhere. Clause ``relu_epsilon.value``."""
    square = epsilon * epsilon
    fourth, third = 2 / (square * epsilon), 3 / square

    def bend(number: Number) -> Number:
        cube = number * number * number
        return _sum(arithmetic, -(fourth * (cube * number)), -(third * cube), number)

    return _bent(arithmetic, z, epsilon, bend, z)


@form(relu_epsilon, "scaled")
def relu_epsilon_scaled(arithmetic: Arithmetic, z: Array, epsilon: Number) -> Array:
    """``eps (t - 3 t^3 - 2 t^4)``, t = z / eps. Clause ``relu_epsilon.value``."""

    def bend(t: Number) -> Number:
        cube = t * t * t
        return epsilon * _sum(arithmetic, t, -(3 * cube), -(2 * (cube * t)))

    return _bent(arithmetic, z, epsilon, lambda number: bend(number / epsilon), z)


@form(relu_epsilon, "nested")
def relu_epsilon_nested(arithmetic: Arithmetic, z: Array, epsilon: Number) -> Array:
    """``z (1 - t^2 (3 + 2 t))``, t = z / eps. Clause ``relu_epsilon.value``."""

    def bend(number: Number) -> Number:
        t = number / epsilon
        return number * (1 - t * t * (3 + 2 * t))

    return _bent(arithmetic, z, epsilon, bend, z)


@form(relu_epsilon, "factored")
def relu_epsilon_factored(arithmetic: Arithmetic, z: Array, epsilon: Number) -> Array:
    """``z (1 - 2 t) (1 + t)^2``, t = z / eps. Clause ``relu_epsilon.value``."""

    def bend(number: Number) -> Number:
        t = number / epsilon
        return number * (1 - 2 * t) * ((1 + t) * (1 + t))

    return _bent(arithmetic, z, epsilon, bend, z)


@form(relu_epsilon, "stable")
def relu_epsilon_stable(arithmetic: Arithmetic, z: Array, epsilon: Number) -> Array:
    """``z (1 - 2 z / eps) ((z + eps) / eps)^2``: nothing cancels. Clause ``relu_epsilon.value``."""

    def bend(number: Number) -> Number:
        w = (number + epsilon) / epsilon
        return number * (1 - 2 * (number / epsilon)) * (w * w)

    return _bent(arithmetic, z, epsilon, bend, z)


@proposition("relu_epsilon.derivative")
def relu_epsilon_derivative(arithmetic: Arithmetic, z: Array, epsilon: Number) -> Array:
    """``1 - 9 t^2 - 8 t^3``, t = z / eps, from -eps to 0, else 0 or 1. Clause ``relu_epsilon.derivative``."""
    return _inclined(arithmetic, z, epsilon, lambda t: _slope(arithmetic, t))


@form(relu_epsilon_derivative, "coefficients")
def relu_epsilon_derivative_of_printed_terms(arithmetic: Arithmetic, z: Array, epsilon: Number) -> Array:
    """``1 - 3 (3 / eps^2) z^2 - 4 (2 / eps^3) z^3``, term by term. Clause ``relu_epsilon.derivative``."""
    square = epsilon * epsilon
    second, third = 3 * (3 / square), 4 * (2 / (square * epsilon))

    def slope(number: Number) -> Number:
        return _sum(arithmetic, 1, -(second * (number * number)), -(third * (number * number * number)))

    return _bent(arithmetic, z, epsilon, slope)


@form(relu_epsilon_derivative, "scaled")
def relu_epsilon_derivative_scaled(arithmetic: Arithmetic, z: Array, epsilon: Number) -> Array:
    """``eps (1 - 9 t^2 - 8 t^3) / eps``, as the form scaled gives. Clause ``relu_epsilon.derivative``."""
    return _inclined(arithmetic, z, epsilon, lambda t: epsilon * _slope(arithmetic, t) / epsilon)


@form(relu_epsilon_derivative, "nested")
def relu_epsilon_derivative_nested(arithmetic: Arithmetic, z: Array, epsilon: Number) -> Array:
    """``1 - t^2 (9 + 8 t)``, t = z / eps. Clause ``relu_epsilon.derivative``."""
    return _inclined(arithmetic, z, epsilon, lambda t: 1 - t * t * (9 + 8 * t))


@form(relu_epsilon_derivative, "product_rule")
def relu_epsilon_derivative_by_product_rule(arithmetic: Arithmetic, z: Array, epsilon: Number) -> Array:
    """``(1 - 2t) w^2 - 2t w^2 + 2t (1 - 2t) w``, w = 1 + t, t = z / eps. Clause ``relu_epsilon.derivative``."""
    return _inclined(arithmetic, z, epsilon, lambda t: _product_rule(arithmetic, t, 1 + t))


@form(relu_epsilon_derivative, "product_rule_shifted")
def relu_epsilon_derivative_by_shifted_product_rule(arithmetic: Arithmetic, z: Array, epsilon: Number) -> Array:
    """The same with w = (z + eps) / eps. Clause ``relu_epsilon.derivative``."""

    def slope(number: Number) -> Number:
        return _product_rule(arithmetic, number / epsilon, (number + epsilon) / epsilon)

    return _bent(arithmetic, z, epsilon, slope)


@form(relu_epsilon_derivative, "factored")
def relu_epsilon_derivative_factored(arithmetic: Arithmetic, z: Array, epsilon: Number) -> Array:
    """``(1 + t) (1 - t - 8 t^2)``, t = z / eps. Clause ``relu_epsilon.derivative``."""
    return _inclined(arithmetic, z, epsilon, lambda t: (1 + t) * _sum(arithmetic, 1, -t, -(8 * (t * t))))


@form(relu_epsilon_derivative, "stable")
def relu_epsilon_derivative_stable(arithmetic: Arithmetic, z: Array, epsilon: Number) -> Array:
    """``((z + eps) / eps) (1 - t - 8 t^2)``, t = z / eps: all digits near -eps. Clause ``relu_epsilon.derivative``."""

    def slope(number: Number) -> Number:
        t = number / epsilon
        return (number + epsilon) / epsilon * _sum(arithmetic, 1, -t, -(8 * (t * t)))

    return _bent(arithmetic, z, epsilon, slope)


def _bent(
    arithmetic: Arithmetic,
    z: Array,
    epsilon: Number,
    between: Callable[[Number], Number],
    above: Array | None = None,
) -> Array:
    """``0`` below -eps, ``between`` of each entry up to 0, and ``above`` from there on, which is 1 if left out."""
    from_zero_on = entrywise(lambda _: 1, z) if above is None else above
    rising = arithmetic.join(as_array(z + epsilon), entrywise(lambda _: 0, z), entrywise(between, z))
    return arithmetic.join(z, rising, from_zero_on)


def _inclined(arithmetic: Arithmetic, z: Array, epsilon: Number, between: Callable[[Number], Number]) -> Array:
    """``0`` below -eps, ``between`` of z / eps up to 0, and 1 from there on."""
    return _bent(arithmetic, z, epsilon, lambda number: between(number / epsilon))


def _sum(arithmetic: Arithmetic, *terms: Number) -> Number:
    """The sum of a few numbers, in any order."""
    return arithmetic.sum(as_array(terms))


def _slope(arithmetic: Arithmetic, t: Number) -> Number:
    """``1 - 9 t^2 - 8 t^3``."""
    square = t * t
    return _sum(arithmetic, 1, -(9 * square), -(8 * (square * t)))


def _product_rule(arithmetic: Arithmetic, t: Number, w: Number) -> Number:
    """The derivative of ``z (1 - 2t) w^2``, w = 1 + t, factor by factor."""
    double, falling, square = 2 * t, 1 - 2 * t, w * w
    return _sum(arithmetic, falling * square, -(double * square), double * falling * w)


@proposition("leaky_relu.value")
def leaky_relu(arithmetic: Arithmetic, z: Array, slope: Number) -> Array:
    """``z`` from 0 on, ``slope z`` below. Clause ``leaky_relu.value``."""
    return arithmetic.join(z, z * slope, z)


@proposition("leaky_relu.derivative")
def leaky_relu_derivative(arithmetic: Arithmetic, z: Array, slope: Number) -> Array:
    """``1`` above 0, ``slope`` below, at 0 by ``leaky_relu_at_zero``. Clause ``leaky_relu.derivative``."""
    choices = {"slope": slope, "one": 1, "mean": (slope + 1) / 2}
    return arithmetic.branch(z, slope, choices[arithmetic.conventions["leaky_relu_at_zero"]], 1)


@proposition("leaky_relu.vjp")
def leaky_relu_vjp(arithmetic: Arithmetic, z: Array, upstream: Array, slope: Number) -> Array:
    """``upstream`` times the derivative at ``z``. Clause ``leaky_relu.vjp``."""
    return as_array(upstream * leaky_relu_derivative(arithmetic, z, slope))


@proposition("sigmoid.value")
def sigmoid(arithmetic: Arithmetic, z: Array) -> Array:
    """``1 / (1 + e^-z)``. Clause ``sigmoid.value``."""
    return as_array(1 / (1 + arithmetic.exp(-z)))


@form(sigmoid, "exponential")
def sigmoid_exponential(arithmetic: Arithmetic, z: Array) -> Array:
    """``e^z / (1 + e^z)``. Clause ``sigmoid.value``."""
    e = arithmetic.exp(z)
    return as_array(e / (1 + e))


@form(sigmoid, "tanh")
def sigmoid_by_tanh(arithmetic: Arithmetic, z: Array) -> Array:
    """``(1 + tanh(z/2)) / 2``. Clause ``sigmoid.value``."""
    return as_array((1 + arithmetic.tanh(z / 2)) / 2)


@form(sigmoid, "stable")
def sigmoid_stable(arithmetic: Arithmetic, z: Array) -> Array:
    """``1 / (1 + e)`` from 0 on and ``e / (1 + e)`` below, e = e^-|z|: no overflow. Clause ``sigmoid.value``."""
    e = arithmetic.exp(-abs(z))
    return arithmetic.join(z, e / (1 + e), 1 / (1 + e))


@proposition("sigmoid.derivative")
def sigmoid_derivative(arithmetic: Arithmetic, z: Array) -> Array:
    """``s (1 - s)`` with s the sigmoid of z. Clause ``sigmoid.derivative``."""
    s = sigmoid(arithmetic, z)
    return as_array(s * (1 - s))


@form(sigmoid_derivative, "stable")
def sigmoid_derivative_stable(arithmetic: Arithmetic, z: Array) -> Array:
    """``e / (1 + e)^2``, e = e^-|z|: nothing is subtracted. Clause ``sigmoid.derivative``."""
    e = arithmetic.exp(-abs(z))
    return as_array(e / ((1 + e) * (1 + e)))


@proposition("sigmoid.vjp")
def sigmoid_vjp(arithmetic: Arithmetic, z: Array, upstream: Array) -> Array:
    """``upstream`` times the derivative at ``z``. Clause ``sigmoid.vjp``."""
    return as_array(upstream * sigmoid_derivative(arithmetic, z))


@proposition("tanh.value")
def tanh(arithmetic: Arithmetic, z: Array) -> Array:
    """``(e^z - e^-z) / (e^z + e^-z)``. Clause ``tanh.value``."""
    rising, falling = arithmetic.exp(z), arithmetic.exp(-z)
    return as_array((rising - falling) / (rising + falling))


@form(tanh, "exponential")
def tanh_exponential(arithmetic: Arithmetic, z: Array) -> Array:
    """``(e^2z - 1) / (e^2z + 1)``. Clause ``tanh.value``."""
    e = arithmetic.exp(z * 2)
    return as_array((e - 1) / (e + 1))


@form(tanh, "sigmoid")
def tanh_by_sigmoid(arithmetic: Arithmetic, z: Array) -> Array:
    """``2 s(2z) - 1`` with s the sigmoid. Clause ``tanh.value``."""
    return as_array(sigmoid(arithmetic, z * 2) * 2 - 1)


@form(tanh, "stable")
def tanh_function(arithmetic: Arithmetic, z: Array) -> Array:
    """The function tanh itself. Clause ``tanh.value``."""
    return arithmetic.tanh(z)


@proposition("tanh.derivative")
def tanh_derivative(arithmetic: Arithmetic, z: Array) -> Array:
    """``1 - t^2`` with t = tanh z. Clause ``tanh.derivative``."""
    t = tanh(arithmetic, z)
    return as_array(1 - t * t)


@form(tanh_derivative, "factored")
def tanh_derivative_factored(arithmetic: Arithmetic, z: Array) -> Array:
    """``(1 - t) (1 + t)`` with t = tanh z. Clause ``tanh.derivative``."""
    t = tanh(arithmetic, z)
    return as_array((1 - t) * (1 + t))


@form(tanh_derivative, "stable")
def tanh_derivative_stable(arithmetic: Arithmetic, z: Array) -> Array:
    """``4 e / (1 + e)^2``, e = e^-2|z|: nothing is subtracted. Clause ``tanh.derivative``."""
    e = arithmetic.exp(-(abs(z) * 2))
    return as_array(e * 4 / ((1 + e) * (1 + e)))


@proposition("tanh.vjp")
def tanh_vjp(arithmetic: Arithmetic, z: Array, upstream: Array) -> Array:
    """``upstream`` times the derivative at ``z``. Clause ``tanh.vjp``."""
    return as_array(upstream * tanh_derivative(arithmetic, z))


@proposition("heaviside.value")
def heaviside(arithmetic: Arithmetic, z: Array, threshold: Number) -> Array:
    """``1`` above the threshold, ``0`` below, at it by ``step_at_threshold``. Clause ``heaviside.value``."""
    at_threshold = arithmetic.number(float(arithmetic.conventions["step_at_threshold"]))
    return arithmetic.branch(z - threshold, 0, at_threshold, 1)


@proposition("heaviside.derivative")
def heaviside_derivative(arithmetic: Arithmetic, z: Array, threshold: Number) -> Array:
    """``0`` everywhere, at the threshold by agreement. Clause ``heaviside.derivative``."""
    del arithmetic, threshold
    return entrywise(lambda _: 0, z)


@proposition("heaviside.vjp")
def heaviside_vjp(arithmetic: Arithmetic, z: Array, upstream: Array, threshold: Number) -> Array:
    """``0`` everywhere. Clause ``heaviside.vjp``."""
    del upstream
    return as_array(heaviside_derivative(arithmetic, z, threshold))


@proposition("softmax.value")
def softmax(arithmetic: Arithmetic, z: Array) -> Array:
    """``e^z_i / sum_j e^z_j``, shape ``(m,)``. Clause ``softmax.value``."""
    e = arithmetic.exp(z)
    return as_array(e / arithmetic.sum(e))


@form(softmax, "log_sum_exp")
def softmax_by_logarithm(arithmetic: Arithmetic, z: Array) -> Array:
    """``exp(z_i - log sum_j e^z_j)``. Clause ``softmax.value``."""
    return arithmetic.exp(z - _log_sum(arithmetic, arithmetic.exp(z)))


@form(softmax, "stable")
def softmax_stable(arithmetic: Arithmetic, z: Array) -> Array:
    """The definition of z shifted by its largest entry, which never overflows. Clause ``softmax.value``."""
    shifted = arithmetic.shifted(z)
    return as_array(shifted.exponentials / shifted.total)


@form(softmax, "stable_log_sum_exp")
def softmax_stable_by_logarithm(arithmetic: Arithmetic, z: Array) -> Array:
    """``exp(w_i - log sum_j e^w_j)`` of w = z shifted by its largest entry. Clause ``softmax.value``."""
    shifted = arithmetic.shifted(z)
    return arithmetic.exp(shifted.w - shifted.logarithm)


@proposition("log_softmax.value")
def log_softmax(arithmetic: Arithmetic, z: Array) -> Array:
    """``z_i - log sum_j e^z_j``, shape ``(m,)``. Clause ``log_softmax.value``."""
    return as_array(z - _log_sum(arithmetic, arithmetic.exp(z)))


@form(log_softmax, "logarithm")
def log_softmax_by_softmax(arithmetic: Arithmetic, z: Array) -> Array:
    """The logarithm of the softmax. Clause ``log_softmax.value``."""
    return arithmetic.log(softmax(arithmetic, z))


@form(log_softmax, "stable")
def log_softmax_stable(arithmetic: Arithmetic, z: Array) -> Array:
    """The definition of z shifted by its largest entry. Clause ``log_softmax.value``."""
    shifted = arithmetic.shifted(z)
    return as_array(shifted.w - shifted.logarithm)


def _log_sum(arithmetic: Arithmetic, exponentials: Array) -> Number:
    return arithmetic.log(arithmetic.sum(exponentials))[()]


@proposition("softmax.jacobian")
def softmax_jacobian(arithmetic: Arithmetic, z: Array) -> Array:
    """``S_i (delta_ij - S_j)``, shape ``(m, m)``. Clause ``softmax.jacobian``."""
    s = softmax(arithmetic, z)
    return as_array(s[:, None] * (identity_matrix(s.shape[0]) - s[None, :]))


@form(softmax_jacobian, "difference")
def softmax_jacobian_difference(arithmetic: Arithmetic, z: Array) -> Array:
    """``diag(S) - S S^T``. Clause ``softmax.jacobian``."""
    s = softmax(arithmetic, z)
    return as_array(diagonal(s) - outer(s, s))


@form(softmax_jacobian, "stable")
def softmax_jacobian_stable(arithmetic: Arithmetic, z: Array) -> Array:
    """``S_i sum_(j != i) S_j`` on the diagonal, ``-S_i S_j`` off it. Clause ``softmax.jacobian``."""
    s = softmax(arithmetic, z)
    jacobian = -outer(s, s)
    for index in range(s.shape[0]):
        jacobian[index, index] = s[index] * arithmetic.sum(np.delete(s, index))
    return jacobian


@proposition("softmax.vjp")
def softmax_vjp(arithmetic: Arithmetic, z: Array, upstream: Array) -> Array:
    """``S_i (u_i - S . u)``, shape ``(m,)``. Clause ``softmax.vjp``."""
    s = softmax(arithmetic, z)
    return as_array(s * (upstream - arithmetic.sum(s * upstream)))


@form(softmax_vjp, "matrix")
def softmax_vjp_by_jacobian(arithmetic: Arithmetic, z: Array, upstream: Array) -> Array:
    """``J^T u`` with J the Jacobian, which is symmetric. Clause ``softmax.vjp``."""
    return arithmetic.matmul(softmax_jacobian(arithmetic, z).T, upstream)


@form(softmax_vjp, "stable")
def softmax_vjp_stable(arithmetic: Arithmetic, z: Array, upstream: Array) -> Array:
    """``S_i sum_j S_j (u_i - u_j)``. Clause ``softmax.vjp``."""
    s = softmax(arithmetic, z)
    return as_array(s * entrywise(lambda u: arithmetic.sum(s * -(upstream - u)), upstream))


@proposition("softmax.batch")
def softmax_batch(arithmetic: Arithmetic, z: Array) -> Array:
    """The softmax of every column of ``z``, shape ``(m, N)``. Clause ``softmax.batch``."""
    return stack_columns([softmax(arithmetic, sample) for sample in columns(z)])


ACTIVATIONS: Mapping[str, tuple[Proposition, Proposition]] = {
    "identity": (identity, identity_derivative),
    "relu": (relu, relu_derivative),
    "leaky_relu": (leaky_relu, leaky_relu_derivative),
    "sigmoid": (sigmoid, sigmoid_derivative),
    "tanh": (tanh, tanh_derivative),
}
"""The elementwise activations of a layer: value and derivative."""


def activate(arithmetic: Arithmetic, name: str, z: Array, slope: Number | None = None) -> Array:
    """The activation called ``name`` of every entry; softmax of every column."""
    if name == "softmax":
        return softmax(arithmetic, z) if z.ndim == 1 else softmax_batch(arithmetic, z)  # type: ignore[no-any-return]
    value = ACTIVATIONS[name][0]
    return value(arithmetic, z, slope) if name == "leaky_relu" else value(arithmetic, z)  # type: ignore[no-any-return]


def activation_derivative(arithmetic: Arithmetic, name: str, z: Array, slope: Number | None = None) -> Array:
    """The derivative of the elementwise activation called ``name`` at every entry."""
    derivative = ACTIVATIONS[name][1]
    return derivative(arithmetic, z, slope) if name == "leaky_relu" else derivative(arithmetic, z)  # type: ignore[no-any-return]


@proposition("activation.jacobian")
def activation_jacobian(arithmetic: Arithmetic, z: Array, activation: str, slope: Number | None = None) -> Array:
    """``diag(g'(z_1), ..., g'(z_m))``, shape ``(m, m)``. Clause ``activation.jacobian``."""
    return diagonal(activation_derivative(arithmetic, activation, z, slope))
