"""Counterexamples to albert-2024 about gradient descent and backpropagation."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from ..calculus import chain_jacobian
from ..layers import dense_jacobian_weights
from ..losses import root_mean_square_error_gradient, softmax_cross_entropy_delta
from ..networks import network_deltas, network_gradients, network_trace
from ..training import gradient_descent_step, gradient_vector, quadratic_descent, steepest_descent_direction
from .computing import (
    PRINTED,
    defined,
    flat,
    network,
    numbers,
    oracle_of,
    printed,
    product_shape,
    sigmoid_as_printed,
)
from .registry import counterexample

if TYPE_CHECKING:
    from .computing import Columns

ORACLE = oracle_of("albert-2024")
"""The arithmetic of the true values."""

true = partial(numbers, ORACLE)
"""Inputs for it."""


# gradient descent


@counterexample("A-E36")
def gradient_out_of_order() -> Columns:
    """The derivatives in the printed order w_1, b, w_2 and in that of θ = (w_1, w_2, b)."""
    z = np.dot(printed([2, 3]), printed([1, 4])) + printed(1)
    one = network(ORACLE, ([[2, 3]], [1], "identity"))
    gradients = network_gradients(ORACLE, one, true([[1], [4]]), true([[0]]))
    return [z * 1, z, z * 4], flat(gradient_vector(ORACLE, one, *gradients))


@counterexample("A-E37")
def direction_of_ascent() -> Columns:
    """The unit vectors of ∇C and of -∇C."""
    gradient = printed([3, 4])
    return flat(gradient / PRINTED.context.sqrt(sum(gradient**2))), flat(
        steepest_descent_direction(ORACLE, true([3, 4]))
    )


@counterexample("A-E38")
def step_that_always_decreases() -> Columns:
    """``θ - α |∂C/∂θ|`` and θ - α ∂C/∂θ, the derivative being negative."""
    one = network(ORACLE, ([["1/2"]], [0], "identity"))
    (weights,), _ = gradient_descent_step(ORACLE, one, [true([["-1/5"]])], [true([0])], true("1/10"))
    return [printed("1/2") - printed("1/10") * abs(printed("-1/5"))], flat(weights)


@counterexample("A-E39")
def every_step_reduces_the_cost() -> Columns:
    """The change of C = θ² by a step with rate 3/2: of first order, and as it is."""
    theta, rate = printed(1), printed("3/2")
    (after,) = quadratic_descent(ORACLE, true([1]), true(2), true("3/2"), 1)
    return [-rate * (2 * theta) ** 2], [after**2 - true(1) ** 2]


@counterexample("A-E40")
def bias_moves_by_the_derivative_of_a_weight() -> Columns:
    """``b - α ∂C/∂w`` and b - α ∂C/∂b of an identity neuron, x = 4."""
    x, w, b, rate = printed(4), printed(2), printed(1), printed("1/100")
    one = network(ORACLE, ([[2]], [1], "identity"))
    gradients = network_gradients(ORACLE, one, true([[4]]), true([[0]]))
    _, (bias,) = gradient_descent_step(ORACLE, one, *gradients, true("1/100"))
    return [b - rate * (w * x + b) * x], flat(bias)


@counterexample("A-E41")
def descent_stops_where_it_is_worse() -> Columns:
    """The second step of descent on θ², rate 5/4: none, and that of the iteration."""
    first, second = (quadratic_descent(ORACLE, true([1]), true(2), true("5/4"), steps) for steps in (1, 2))
    return [0], flat(second - first)


# the chain of layers


@counterexample("A-E42")
def jacobians_from_the_inside() -> Columns:
    """The printed product with ∂C/∂a^3 as a column, and the row times the outer Jacobian first."""
    second, third, gradient = [[1, 2], [0, 1]], [[1, 0], [3, 1]], [1, 0]
    as_printed = PRINTED.matmul(PRINTED.matmul(printed(second), printed(third)), printed(gradient))
    through = chain_jacobian(ORACLE, true(third), true(second))
    return flat(as_printed), flat(chain_jacobian(ORACLE, true([gradient]), through))


@counterexample("A-E42")
def jacobians_that_do_not_fit() -> Columns:
    """The products of the Jacobians between layers of width 2, 4 and 1, in either order."""
    inner, outer = np.full((4, 2), true(1)), np.full((1, 4), true(1))
    return [product_shape(inner.shape, outer.shape)], [chain_jacobian(ORACLE, outer, inner).shape]


@counterexample("A-E43")
def array_of_three_axes_as_a_factor() -> Columns:
    """The row ∂C/∂a times ∂a/∂W of 2 inputs and 3 outputs: as it is, and with W as one column."""
    row, weights = true([[1, 1, 1]]), np.full((3, 2), true(1))
    jacobian = dense_jacobian_weights(ORACLE, true([2, 3]), weights, true([0, 0, 0]))
    as_matrix = jacobian.reshape(3, -1)
    return [product_shape(row.shape, jacobian.shape)], [ORACLE.matmul(row, as_matrix).shape]


@counterexample("A-E44")
def activation_is_the_pre_activation() -> Columns:
    """``z`` and σ(z) at z = 2/5."""
    one = network(ORACLE, ([[1]], [0], "sigmoid"))
    _, (activation,) = network_trace(ORACLE, one, true([["2/5"]]))
    return [printed("2/5")], flat(activation)


# the errors of the last layer


@counterexample("A-E45")
def softmax_as_an_elementwise_output() -> Columns:
    """``∂C/∂s_j`` times s_j (1 - s_j), and s_j - y_j, at z = (0, 0)."""
    e, y = PRINTED.exp(printed([0, 0])), printed([1, 0])
    s = e / sum(e)
    return flat(-y / s * (s * (1 - s))), flat(softmax_cross_entropy_delta(ORACLE, true([0, 0]), true([1, 0])))


@counterexample("A-E46")
def column_times_column_of_the_last_layer() -> Columns:
    """The shape of a product of two columns, and that of δ^L, a column of two entries."""
    output = network(ORACLE, ([[1], [1]], [0, 0], "sigmoid"))
    (delta,) = network_deltas(ORACLE, output, true([[0]]), true([[1], [0]]))
    return [product_shape((2, 1), (2, 1))], [delta.shape]


@counterexample("A-E46")
def scalar_product_for_an_entrywise_one() -> Columns:
    """The scalar product of ∇_a C and σ'(z) in both entries, and the entrywise product."""
    z, y = printed([0, 0]), printed([1, 0])
    a = sigmoid_as_printed(z)
    product = np.dot(a - y, a * (1 - a))
    output = network(ORACLE, ([[1], [1]], [0, 0], "sigmoid"))
    (delta,) = network_deltas(ORACLE, output, true([[0]]), true([[1], [0]]))
    return [product, product], flat(delta)


@counterexample("A-E47")
def recursion_in_the_last_layer() -> Columns:
    """``((W^2)^T δ^2) ⊙ σ'(z^1)`` in a network of one layer, and its ∂C/∂b^1."""
    one = network(ORACLE, ([[1]], [0], "sigmoid"))
    _, (by_b,) = network_gradients(ORACLE, one, true([[0]]), true([[1]]))
    return [defined(lambda: one.layers[1].weights)], flat(by_b)


@counterexample("A-E48")
def sums_for_means() -> Columns:
    """``Σ δ_k x_k`` and Σ δ_k, and their halves, two samples."""
    x, y = printed([1, 3]), printed([0, 0])
    delta = 1 * x + 0 - y
    one = network(ORACLE, ([[1]], [0], "identity"))
    (by_w,), (by_b,) = network_gradients(ORACLE, one, true([[1, 3]]), true([[0, 0]]))
    return [sum(delta * x), sum(delta)], flat(by_w, by_b)


@counterexample("A-E50")
def gradient_of_another_measure() -> Columns:
    """``(o_j - y_j) / 2`` and the gradient of the root mean square error."""
    o, y = printed([2, 2]), printed([0, 0])
    return flat((o - y) / 2), flat(root_mean_square_error_gradient(ORACLE, true([2, 2]), true([0, 0])))
