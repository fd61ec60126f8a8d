"""Chapter 6, layers, its first half: one neuron, its derivatives, and its cost over a batch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .activations import activate, activation_derivative, heaviside
from .arithmetic.arrays import Array, Number, as_array, diagonal
from .losses import sample_divisor, squared_error_total, squared_error_total_scaled_terms
from .propositions import form, proposition

if TYPE_CHECKING:
    from .arithmetic.protocol import Arithmetic

# one neuron


def pre_activation(arithmetic: Arithmetic, x: Array, w: Array, b: Number) -> Array:
    """``w . x + b``: shape ``(1,)`` for one sample, ``(1, N)`` for a batch with a column a sample."""
    return arithmetic.affine(w[None, :], x, as_array([b]))


@proposition("linear_model.value")
def linear_model(arithmetic: Arithmetic, w: Array, x: Array) -> Number:
    """``w_0 x_0 + ... + w_n x_n`` with x_0 = 1, w of shape ``(n+1,)``. Clause ``linear_model.value``."""
    extended = np.concatenate([as_array([arithmetic.number(1)]), x])
    return arithmetic.matmul(w[None, :], extended)[0]


@form(linear_model, "bias")
def linear_model_with_bias(arithmetic: Arithmetic, w: Array, x: Array) -> Number:
    """``(w_1, ..., w_n) . x + w_0``, the bias no product. Clause ``linear_model.value``."""
    return pre_activation(arithmetic, x, w[1:], w[0])[0]


@proposition("perceptron.value")
def perceptron(arithmetic: Arithmetic, x: Array, w: Array, b: Number, threshold: Number) -> Number:
    """``1`` where ``w . x + b`` is above the threshold, ``0`` below. Clause ``perceptron.value``."""
    return heaviside(arithmetic, pre_activation(arithmetic, x, w, b), threshold)[0]


@form(perceptron, "shifted")
def perceptron_shifted(arithmetic: Arithmetic, x: Array, w: Array, b: Number, threshold: Number) -> Number:
    """The sign of ``w . x + b - threshold``, one sum, both constants weights. Clause ``perceptron.value``."""
    one = arithmetic.number(1)
    weights, inputs = np.concatenate([w, as_array([b, threshold])]), np.concatenate([x, as_array([one, -one])])
    return heaviside(arithmetic, arithmetic.matmul(weights[None, :], inputs), arithmetic.number(0))[0]


@proposition("neuron.value")
def neuron(
    arithmetic: Arithmetic,
    x: Array,
    w: Array,
    b: Number,
    activation: str,
    slope: Number | None = None,
) -> Number:
    """``g(w . x + b)``, a number. Clause ``neuron.value``."""
    return activate(arithmetic, activation, pre_activation(arithmetic, x, w, b), slope)[0]


@proposition("neuron.gradients")
def neuron_gradients(
    arithmetic: Arithmetic,
    x: Array,
    w: Array,
    b: Number,
    activation: str,
    slope: Number | None = None,
) -> tuple[Array, Number]:
    """``(g'(z) x, g'(z))`` at z = w . x + b, of shape ``(n,)`` and a number. Clause ``neuron.gradients``."""
    slopes = activation_derivative(arithmetic, activation, pre_activation(arithmetic, x, w, b), slope)
    return arithmetic.matmul(slopes[:, None], x[None, :])[0], slopes[0]


@proposition("neuron.chain")
def neuron_chain(
    arithmetic: Arithmetic,
    x: Array,
    w: Array,
    b: Number,
    activation: str,
    slope: Number | None = None,
) -> tuple[Number, Number, Array, Array]:
    """
    ``(g'(z), 1, (1, ..., 1), diag(x))``: da/dz, dz/dS, dS/dH and dH/dw for H = w * x, S = sum H, z = S + b.

    Two numbers and arrays of shapes ``(n,)`` and ``(n, n)``. Clause ``neuron.chain``.
    """
    slopes = activation_derivative(arithmetic, activation, pre_activation(arithmetic, x, w, b), slope)
    return slopes[0], 1, np.full(x.shape, 1, dtype=object), diagonal(x)


# the cost of one neuron


def doubled(arithmetic: Arithmetic, residuals: Array) -> Array:
    """The derivative of the squares of ``residuals`` by themselves, halved or not by ``squared_error``."""
    return residuals if arithmetic.conventions["squared_error"] == "half" else as_array(residuals * 2)


@proposition("neuron.cost")
def neuron_cost(
    arithmetic: Arithmetic,
    x: Array,
    y: Array,
    w: Array,
    b: Number,
    activation: str,
    slope: Number | None = None,
) -> Number:
    """``1/(2N) sum_i (y_i - a_i)^2``, factors by ``squared_error`` and ``cost``. Clause ``neuron.cost``."""
    outputs = activate(arithmetic, activation, pre_activation(arithmetic, x, w, b)[0], slope)
    return squared_error_total(arithmetic, outputs, y, sample_divisor(arithmetic, y.shape[0]))


@form(neuron_cost, "scaled_terms")
def neuron_cost_scaled_terms(
    arithmetic: Arithmetic,
    x: Array,
    y: Array,
    w: Array,
    b: Number,
    activation: str,
    slope: Number | None = None,
) -> Number:
    """The same with the half on each term. Clause ``neuron.cost``."""
    outputs = activate(arithmetic, activation, pre_activation(arithmetic, x, w, b)[0], slope)
    return squared_error_total_scaled_terms(arithmetic, outputs, y, sample_divisor(arithmetic, y.shape[0]))


@proposition("neuron.cost_gradients")
def neuron_cost_gradients(
    arithmetic: Arithmetic,
    x: Array,
    y: Array,
    w: Array,
    b: Number,
    activation: str,
    slope: Number | None = None,
) -> tuple[Array, Number]:
    """
    ``1/N sum_i v_i dv_i`` with v_i = y_i - a_i and dv_i = -g'(z_i) x_i for w, -g'(z_i) for b.

    Shape ``(n,)`` and a number; factors by ``squared_error`` and ``cost``. Clause ``neuron.cost_gradients``.
    """
    z = pre_activation(arithmetic, x, w, b)[0]
    slopes = activation_derivative(arithmetic, activation, z, slope)
    v = doubled(arithmetic, as_array(y - activate(arithmetic, activation, z, slope)))
    over = sample_divisor(arithmetic, y.shape[0])
    return arithmetic.matmul(as_array(-(slopes * x)), v, over), arithmetic.matmul(-slopes[None, :], v, over)[0]


def _deltas(
    arithmetic: Arithmetic,
    x: Array,
    y: Array,
    w: Array,
    b: Number,
    activation: str,
    slope: Number | None,
) -> Array:
    """``(a_i - y_i) g'(z_i)``, or twice that, shape ``(N,)``."""
    z = pre_activation(arithmetic, x, w, b)[0]
    errors = doubled(arithmetic, as_array(activate(arithmetic, activation, z, slope) - y))
    return as_array(errors * activation_derivative(arithmetic, activation, z, slope))


@form(neuron_cost_gradients, "matrix")
def neuron_cost_gradients_matrix(
    arithmetic: Arithmetic,
    x: Array,
    y: Array,
    w: Array,
    b: Number,
    activation: str,
    slope: Number | None = None,
) -> tuple[Array, Number]:
    """``1/N X d`` and ``1/N 1 . d`` of d_i = (a_i - y_i) g'(z_i). Clause ``neuron.cost_gradients``."""
    deltas = _deltas(arithmetic, x, y, w, b, activation, slope)
    over = sample_divisor(arithmetic, y.shape[0])
    return arithmetic.matmul(x, deltas, over), arithmetic.sum(deltas, over)


@form(neuron_cost_gradients, "scaled_first")
def neuron_cost_gradients_scaled_first(
    arithmetic: Arithmetic,
    x: Array,
    y: Array,
    w: Array,
    b: Number,
    activation: str,
    slope: Number | None = None,
) -> tuple[Array, Number]:
    """``X d`` and ``1 . d`` with 1/N in d. Clause ``neuron.cost_gradients``."""
    deltas = _deltas(arithmetic, x, y, w, b, activation, slope)
    if arithmetic.conventions["cost"] == "mean":
        deltas = arithmetic.mean(deltas, y.shape[0])
    return arithmetic.matmul(x, deltas), arithmetic.sum(deltas)
