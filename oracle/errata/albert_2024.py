"""
Counterexamples to albert-2024, in the order of ``spec/errata/albert-2024.toml``.

Those about calculus and the definitions of neurons and layers are here, the others in ``albert_2024_neuron.py`` and
``albert_2024_training.py``.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from ..arithmetic.arrays import as_array, diagonal, identity_matrix
from ..calculus import (
    cubic_exponential_jacobian,
    multiplication_jacobians,
    product_jacobians,
    scalar_multiplication_jacobians,
    sine_of_square_derivative,
    sum_with_square_derivative,
)
from ..layers import compose_affine, dense, dense_gradients
from ..losses import squared_error, squared_error_gradient
from ..neurons import neuron
from .computing import (
    PRINTED,
    defined,
    derivative,
    determinant,
    flat,
    numbers,
    of_number,
    oracle_of,
    printed,
    product_shape,
    sigmoid_as_printed,
)
from .registry import counterexample

if TYPE_CHECKING:
    from ..arithmetic.arrays import Array, Number
    from ..arithmetic.protocol import Arithmetic
    from .computing import Columns

ORACLE = oracle_of("albert-2024")
"""The arithmetic of the true values."""

true = partial(numbers, ORACLE)
"""Inputs for it."""


# the preamble


@counterexample("A-E01")
def jacobian_returns_a_vector() -> Columns:
    """The map (2x + y³, e^y - 13x) at (1, 0), and its Jacobian."""
    x, y = printed([1, 0])
    value = as_array([2 * x + y**3, PRINTED.context.exp(y) - 13 * x])
    return [value.shape], [cubic_exponential_jacobian(ORACLE, true([1, 0])).shape]


@counterexample("A-E02")
def derivative_of_a_number_is_a_column() -> Columns:
    """The gradient of x² + cos y as a column, and the Jacobian of the map to one number."""
    x, y = printed([1, 1])
    column = as_array([[2 * x], [-PRINTED.context.sin(y)]])
    row = derivative(lambda dual, p: as_array([p[0] * p[0] + of_number(dual.cos, p[1])]), [1, 1], ORACLE)
    return [column.shape], [row.shape]


@counterexample("A-E03")
def inner_factor_counted_twice() -> Columns:
    """The derivative of x² times that of sin(x²), at x = 1."""
    x = printed(1)
    whole = 2 * x * PRINTED.context.cos(x * x)
    return [2 * x * whole], flat(sine_of_square_derivative(ORACLE, true([1])))


@counterexample("A-E04")
def one_path_of_two() -> Columns:
    """The derivative of x + u with u = x², along u alone, at x = 3."""
    x = printed(3)
    return [1 * 2 * x], flat(sum_with_square_derivative(ORACLE, true([3])))


@counterexample("A-E05")
def logarithm_of_a_negative_cube() -> Columns:
    """The derivative 3/b at b = -2, where ln b³ is not real."""
    b = true(-2)
    return [3 / printed(-2)], [defined(lambda: of_number(ORACLE.log, b * b * b))]


# neurons and layers


@counterexample("A-E06")
def weighted_sum_is_the_activation() -> Columns:
    """σ(w·x + b) for w·x + b."""
    x, w, b = [1, 2], ["1/2", "-1/4"], "1/10"
    as_printed = sigmoid_as_printed(np.dot(printed(w), printed(x)) + printed(b))
    return [as_printed], flat(dense(ORACLE, true(x), true([w]), true([b])))


@counterexample("A-E07")
def column_times_column() -> Columns:
    """The product of two columns of three entries, and that of a row and a column."""
    x, w = true([[1], [2], [3]]), true([[4], [5], [6]])
    return [product_shape(x.shape, w.shape)], [ORACLE.matmul(x.T, w).shape]


@counterexample("A-E08")
def linear_layers_reach_every_map() -> Columns:
    """The determinant of the identity, which regression finds, and of the map of a 2-1-2 network."""
    first, second = true([[3, -2]]), true([[5], [7]])
    product, _ = compose_affine(ORACLE, first, true([0]), second, true([0, 0]))
    return [determinant(printed([[1, 0], [0, 1]]))], [determinant(product)]


@counterexample("A-E09")
def bias_is_shared() -> Columns:
    """The derivatives of 1/2 Σ (z_j - y_j)² by a common bias and by those of two neurons, z = (0, 0)."""
    z, y = [0, 0], [-1, -2]
    shared = sum(printed(z) - printed(y))
    delta = squared_error_gradient(ORACLE, true(z), true(y))
    _, _, own = dense_gradients(ORACLE, true([0]), true([[0], [0]]), true([0, 0]), delta)
    return [shared, shared], flat(own)


@counterexample("A-E10")
def half_of_the_mean_square() -> Columns:
    """The formula with 1/(2N), and the mean of the squares that it is called."""
    y, o = [1, 2], [0, 0]
    half = sum((printed(y) - printed(o)) ** 2) / (2 * len(y))
    mean = oracle_of("albert-2024", squared_error="full", entry_reduction="mean")
    return [half], [squared_error(mean, numbers(mean, o), numbers(mean, y))]


# calculus


@counterexample("A-E11")
def jacobian_of_a_product_is_diagonal() -> Columns:
    """The Jacobian by v of f(v) ⊙ w with f(v) = (v_1 + v_2, v_1 v_2), and its diagonal."""
    v, w = [2, 3], [5, 7]
    whole = printed(w)[:, None] * as_array([[1, 1], printed(v)[::-1]])
    x, y = true(v)
    of_f = derivative(lambda _, p: as_array([p[0] + p[1], p[0] * p[1]]), v, ORACLE)
    by_v, _ = product_jacobians(ORACLE, as_array([x + y, x * y]), true(w), of_f, identity_matrix(2))
    return flat(diagonal(np.diagonal(whole))), flat(by_v)


@counterexample("A-E12")
def jacobian_with_a_row_too_many() -> Columns:
    """The rows 1 to n with row n again, and the Jacobian of a product of two vectors of n = 2 entries."""
    by_v, _ = multiplication_jacobians(ORACLE, true([2, 3]), true([5, 7]))
    return [np.concatenate([by_v, by_v[-1:]]).shape], [by_v.shape]


@counterexample("A-E13")
def own_factor_for_the_other() -> Columns:
    """The Jacobian of v ⊙ w by v: diag(v), and diag(w)."""
    v, w = [2, 3], [5, 7]
    by_v, _ = multiplication_jacobians(ORACLE, true(v), true(w))
    return flat(diagonal(printed(v))), flat(by_v)


@counterexample("A-E14")
def expansion_without_its_factor() -> Columns:
    """The Jacobian of t v by v: that of f(v) = v alone, and t times it."""
    by_v, _ = scalar_multiplication_jacobians(ORACLE, true([2, 3]), true(3))
    return flat(identity_matrix(2)), flat(by_v)


@counterexample("A-E15")
def one_letter_for_two_functions() -> Columns:
    """``t`` times the expansion itself, and t times the function that is expanded."""
    v, t = printed(2), printed(3)
    expanded = t * v
    return [t * expanded], [true(3) * true(2)]


@counterexample("A-E16")
def derivative_by_a_number_is_a_gradient() -> Columns:
    """The shape of the number t, in which a gradient would come, and the Jacobian of t ↦ t v."""
    v = as_array([2, 3, 5])
    return [as_array(printed(3)).shape], [derivative(lambda _, t: as_array(v * t[0]), [3], ORACLE).shape]


@counterexample("A-E17")
def sum_over_all_pairs() -> Columns:
    """The sum of w_i x_j over all i and j, and over i = j."""
    w, x = [5, 7], [2, 3]
    pairs = np.kron(printed(w), printed(x))
    return [sum(pairs)], [neuron(ORACLE, true(x), true(w), true(0), "identity")]


@counterexample("A-E17")
def vector_of_all_pairs() -> Columns:
    """The shapes of the products of two vectors of two entries: of all pairs, and entry by entry."""
    w, x = [5, 7], [2, 3]
    return [np.kron(printed(w), printed(x)).shape], [(true(w) * true(x)).shape]


@counterexample("A-E18")
def layer_applied_transposed() -> Columns:
    """W^T x, and W x, which goes with weights that lead from k to j."""
    weights, x = [[1, 2], [3, 4]], [1, 0]
    as_printed = PRINTED.matmul(printed(weights).T, printed(x))
    return flat(as_printed), flat(dense(ORACLE, true(x), true(weights), true([0, 0])))


@counterexample("A-E18")
def gradient_of_transposed_weights() -> Columns:
    """``δ x^T``, and the derivative of 1/2 Σ z_j² with z = W^T x by W."""
    weights, x = [[1, 2], [3, 4]], [1, 0]
    delta = PRINTED.matmul(printed(weights).T, printed(x))

    def loss(dual: Arithmetic, by: Array) -> Number:
        z = dual.matmul(by.T, as_array(x))
        return squared_error(dual, z, as_array([0, 0]))

    return flat(delta[:, None] * printed(x)[None, :]), flat(derivative(loss, weights, ORACLE))


@counterexample("A-E51")
def derivative_of_what_does_not_depend_on_t() -> Columns:
    """The ∂v_i/∂t, each 0, and the derivatives of the t v_i by t."""
    v = [2, 3, 5]
    _, by_t = scalar_multiplication_jacobians(ORACLE, true(v), true(3))
    return [0 for _ in v], flat(by_t)
