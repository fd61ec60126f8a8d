"""
Counterexamples to bhadani-2026, in the order of ``spec/errata/bhadani-2026.toml``.

Those about the worked example are in ``bhadani_2026_example.py``, those about the cost of a neuron in
``bhadani_2026_neuron.py``.
"""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from ...spec import example as worked
from ..activations import heaviside, leaky_relu, relu, sigmoid_derivative
from ..arithmetic.arrays import as_array, diagonal, identity_matrix
from ..calculus import addition_jacobians, division_jacobians, subtraction_jacobians, total_derivative
from ..layers import dense, dense_gradients, dense_jacobian_x
from ..losses import sigmoid_cross_entropy_delta
from ..networks import network_gradients
from ..neurons import linear_model, neuron, neuron_chain
from ..training import quadratic_descent
from .computing import (
    PRINTED,
    defined,
    derivative,
    difference_shape,
    flat,
    network,
    numbers,
    of_number,
    oracle_of,
    printed,
    product_shape,
    relu_as_printed,
    sigmoid_as_printed,
)
from .registry import counterexample

if TYPE_CHECKING:
    from .computing import Columns

ORACLE = oracle_of("bhadani-2026")
"""The arithmetic of the true values."""

true = partial(numbers, ORACLE)
"""Inputs for it."""


# models and neurons


@counterexample("B-E01")
def linear_model_without_its_bias() -> Columns:
    """The product of the weights and the features, and the same with the bias and the feature 1."""
    w, b, x = [2, 3], 1, [5, 7]
    return [np.dot(printed(w), printed(x))], [linear_model(ORACLE, true([b, *w]), true(x))]


@counterexample("B-E01")
def column_times_column() -> Columns:
    """The product of two columns of two entries, and that of a row and a column."""
    w, x = true([[2], [3]]), true([[5], [7]])
    return [product_shape(w.shape, x.shape)], [ORACLE.matmul(w.T, x).shape]


@counterexample("B-E02")
def step_at_zero_for_a_step_at_the_threshold() -> Columns:
    """The step at 0 and that at 1/2, of z = 1/4."""
    z = printed("1/4")
    return [1 if z >= 0 else 0], flat(heaviside(ORACLE, true(["1/4"]), true("1/2")))


@counterexample("B-E05")
def maximum_for_a_slope_above_one() -> Columns:
    """The maximum of 2x and x, and x with the slope 2 below 0."""
    x = [1, -1]
    as_printed = [max(2 * each, each) for each in printed(x)]
    return as_printed, flat(leaky_relu(ORACLE, true(x), true(2)))


@counterexample("B-E06")
def neuron_of_negative_inputs() -> Columns:
    """The output 0 for negative inputs, and the output for a positive pre-activation."""
    x, w, b = [-2], [-1], 0
    as_printed = 0 if max(printed(x)) < 0 else relu_as_printed(np.dot(printed(w), printed(x)) + printed(b))
    return [as_printed], [neuron(ORACLE, true(x), true(w), true(b), "relu")]


@counterexample("B-E08")
def hidden_layers_of_the_example() -> Columns:
    """The number in the title, and that of the layers before the last."""
    return [1], [len(worked.bhadani().network.layers) - 1]


@counterexample("B-E09")
def weights_of_the_wrong_layout() -> Columns:
    """The shapes of w a and of w^T a, with w of 2 inputs by 3 outputs."""
    w, a = np.full((2, 3), true(1)), true([[1], [1]])
    return [product_shape(w.shape, a.shape)], [ORACLE.matmul(w.T, a).shape]


@counterexample("B-E09")
def layer_applied_transposed() -> Columns:
    """``w a`` and w^T a, with w_ij leading from i to j."""
    w, a = [[1, 2], [3, 4]], [1, 0]
    as_printed = PRINTED.matmul(printed(w), printed(a))
    return flat(as_printed), flat(dense(ORACLE, true(a), true(w).T, true([0, 0])))


# backpropagation and descent


@counterexample("B-E21")
def delta_of_the_last_layer_everywhere() -> Columns:
    """``(o - y) x`` and the derivative by the weight of a hidden neuron."""
    x, w1, b1, w2, b2, y = (printed(each) for each in (1, 0, 0, 2, -1, 1))
    o = sigmoid_as_printed(w2 * sigmoid_as_printed(w1 * x + b1) + b2)
    two = network(ORACLE, ([[0]], [0], "sigmoid"), ([[2]], [-1], "sigmoid"), loss="binary_cross_entropy")
    (by_w, _), _ = network_gradients(ORACLE, two, true([[1]]), true([[1]]))
    return [(-y / o + (1 - y) / (1 - o)) * (o * (1 - o)) * x], flat(by_w)


@counterexample("B-E22")
def confident_and_wrong() -> Columns:
    """The factor ``o (1 - o)`` and the size of the derivative by z = -20, y = 1."""
    o = sigmoid_as_printed(printed(-20))
    return [o * (1 - o)], flat(abs(sigmoid_cross_entropy_delta(ORACLE, true([-20]), true([1]))))


@counterexample("B-E23")
def sign_of_the_input() -> Columns:
    """The derivative by a weight, negative as o - y is, and with the input -1/2 of that weight."""
    a, y, z = "-1/2", 1, 0
    as_printed = (sigmoid_as_printed(printed(z)) - printed(y)) * abs(printed(a))
    delta = sigmoid_cross_entropy_delta(ORACLE, true([z]), true([y]))
    _, by_w, _ = dense_gradients(ORACLE, true([a]), true([[0]]), true([0]), delta)
    return [as_printed], flat(by_w)


@counterexample("B-E24")
def derivative_by_the_value() -> Columns:
    """``s (1 - s)`` in binary64 and exactly, at z = 30."""
    s = 1 / (1 + math.exp(-30.0))
    return [s * (1 - s)], flat(sigmoid_derivative(ORACLE, true([30])))


@counterexample("B-E24")
def gradient_by_the_value() -> Columns:
    """The printed ∂ℒ/∂z in binary64, which divides by 1 - o, and σ(z) - y, at z = 40."""
    y, o = 0.0, 1 / (1 + math.exp(-40.0))
    as_printed = defined(lambda: (-y / o + (1 - y) / (1 - o)) * o * (1 - o))
    return [as_printed], flat(sigmoid_cross_entropy_delta(ORACLE, true([40]), true([0])))


@counterexample("B-E26")
def every_step_reduces_the_loss() -> Columns:
    """The change of 1/2 (w - 1)² by a step with rate 3 from w = 0: of first order, and as it is."""
    slope, rate = printed(0) - 1, printed(3)
    (after,) = quadratic_descent(ORACLE, true([-1]), true(1), true(3), 1)
    return [-rate * slope**2], [(after**2 - true(-1) ** 2) / 2]


@counterexample("B-E27")
def column_minus_row() -> Columns:
    """The step of a column of two weights by a row of derivatives, and by its transpose."""
    w, row, rate = true([[2], [3]]), true([[5, 7]]), true("1/10")
    return [difference_shape(w.shape, row.shape)], [(w - rate * row.T).shape]


# calculus


@counterexample("B-E28")
def product_for_any_operation() -> Columns:
    """The Jacobians of w ⊙ x and of w + x by w."""
    w, x = [2, 3], [5, 7]
    by_w, _ = addition_jacobians(ORACLE, true(w), true(x))
    return flat(diagonal(printed(x))), flat(by_w)


@counterexample("B-E29")
def diagonal_of_the_weights() -> Columns:
    """The diagonal of W, and the Jacobian W of a dense layer."""
    weights = [[1, 2], [3, 4]]
    as_printed = diagonal(np.diagonal(printed(weights)))
    return flat(as_printed), flat(dense_jacobian_x(ORACLE, true([1, 1]), true(weights), true([0, 0])))


@counterexample("B-E30")
def difference_by_its_first_operand() -> Columns:
    """The Jacobians of w - x by w, which the table has, and by x."""
    _, by_x = subtraction_jacobians(ORACLE, true([2, 3]), true([5, 7]))
    return flat(identity_matrix(2)), flat(by_x)


@counterexample("B-E30")
def quotient_by_its_first_operand() -> Columns:
    """The Jacobians of w ⊘ x by w, which the table has, and by x."""
    w, x = [2, -3], [5, 2]
    _, by_x = division_jacobians(ORACLE, true(w), true(x))
    return flat(diagonal(1 / printed(x))), flat(by_x)


@counterexample("B-E31")
def number_for_a_vector() -> Columns:
    """The shapes of the number z and of a column of three ones times z."""
    return [as_array(printed(2)).shape], [(np.full((3, 1), true(1)) * true(2)).shape]


@counterexample("B-E32")
def partial_for_the_total_derivative() -> Columns:
    """``∂f/∂x`` with u held, and df/dx, of x + u with u = x² at x = 3."""
    rates = derivative(lambda _, x: as_array(x * x), 3, ORACLE)
    return [1], [total_derivative(ORACLE, true(1), true([1]), as_array([rates[()]]))]


@counterexample("B-E33")
def one_letter_for_two_functions() -> Columns:
    """``ln g_1`` at g_1 = 1/2, and ln x² at x = 1/2."""
    x = true("1/2")
    return [PRINTED.context.log(printed("1/2"))], [of_number(ORACLE.log, x * x)]


@counterexample("B-E34")
def pre_activation_taken_as_constant() -> Columns:
    """The derivative 0 of z by w below 0, and the product of the last three factors of the chain."""
    _, of_sum, of_products, of_weights = neuron_chain(ORACLE, true([2]), true([1]), true(-5), "relu")
    return [0], flat(of_sum * ORACLE.matmul(of_products[None, :], of_weights))


@counterexample("B-E35")
def slopes_at_zero() -> Columns:
    """The assigned slope 0 on either side, and the one-sided slopes of relu."""
    steps = true([-1, 1])
    rises = relu(ORACLE, steps) - of_number(lambda z: relu(ORACLE, z), true(0))
    return [0, 0], flat(rises / steps)


@counterexample("B-E37")
def column_for_a_jacobian() -> Columns:
    """The shapes of the column of the three derivatives, and of the Jacobian."""
    x = [2, -1, 3]
    column = as_array([[1 if each > 0 else 0] for each in printed(x)])
    return [column.shape], [derivative(relu, x, ORACLE).shape]
