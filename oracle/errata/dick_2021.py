"""Counterexamples to dick-2021, in the order of ``spec/errata/dick-2021.toml``."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from ..arithmetic.arrays import as_array, diagonal, identity_matrix, outer
from ..calculus import chain_jacobian, outer_product_contraction, row_scaling
from ..cost import (
    cost_bias_derivative,
    cost_row,
    cost_weight_derivative,
    losses_jacobian,
    stacked_weight_jacobian,
)
from ..losses import categorical_cross_entropy, squared_error
from ..networks import network_cost
from ..output_jacobians import bias_nested_sum
from ..tensor_form import gamma_columns, gamma_rows, output_bias_jacobian, output_weight_jacobian
from .computing import PRINTED, defined, flat, network, numbers, oracle_of, printed, product_shape
from .floating import raised
from .networks import of_layer, ones, passing, sized
from .registry import counterexample

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..arithmetic.arrays import Array, Number
    from .computing import Columns

ORACLE = oracle_of("dick-2021")
"""The arithmetic of the true values."""

true = partial(numbers, ORACLE)
"""Inputs for it."""


# derivatives of the output


@counterexample("ED01")
def weights_held_fixed_in_the_last_layer() -> Columns:
    """``γ Σ_j W_1j ∂x_j/∂W_11``, and the derivative of tanh(W x), at W = 1/2 and x = 1."""
    w, x = printed("1/2"), printed(1)
    slope = 1 - PRINTED.context.tanh(w * x) ** 2
    of_input = 0
    one = network(ORACLE, ([["1/2"]], [0], "tanh"))
    return [slope * (w * of_input)], flat(output_weight_jacobian(ORACLE, one, true([1]), 1))


@counterexample("ED02")
def empty_product_for_the_last_layer() -> Columns:
    """The identity for every factor that does not exist, and diag(γ^L)."""
    empty = identity_matrix(1)
    one = network(ORACLE, ([["1/2"]], [0], "tanh"))
    of_weights = output_weight_jacobian(ORACLE, one, true([2]), 1)
    return flat(outer(empty, printed([2])), empty), flat(of_weights, output_bias_jacobian(ORACLE, one, true([2]), 1))


@counterexample("ED02")
def layer_after_the_last() -> Columns:
    """The layer that D^(L+1) is about, and the shape of ∂a^L/∂b^L."""
    two = sized(ORACLE, (3, 2, 4))
    return [defined(lambda: of_layer(two.layers, 3))], [output_bias_jacobian(ORACLE, two, ones(3), 2).shape]


@counterexample("ED03")
def leading_factor_twice() -> Columns:
    """``D^2 (D^2 ⊙ G~^1)`` and D^2 ⊙ G~^1, for ℓ = L - 1 = 1 and identities."""
    d, g = printed([[2]]), printed([[1]])
    two = network(ORACLE, ([[1]], [0], "identity"), ([[2]], [0], "identity"))
    return flat(PRINTED.matmul(d, d * g)), flat(output_bias_jacobian(ORACLE, two, true([1]), 1))


@counterexample("ED03")
def shape_of_the_leading_factor_twice() -> Columns:
    """The shapes of the same for n = (3, 2, 4)."""
    two = sized(ORACLE, (3, 2, 4))
    return [product_shape((4, 2), (4, 2))], [output_bias_jacobian(ORACLE, two, ones(3), 1).shape]


@counterexample("ED04")
def sum_over_an_idle_index() -> Columns:
    """The sum over ν_0 = 1, 2, 3 and ν_1 = 1 of γ^2 W^2 γ^1 δ, which has no ν_0, and that over ν_1."""
    weights = printed([[2]])
    terms = [weights[0, unit] * (unit == 0) for _ in range(3) for unit in range(1)]
    two = network(ORACLE, ([[1, 1, 1]], [0], "identity"), ([[2]], [0], "identity"))
    return [sum(terms)], flat(bias_nested_sum(ORACLE, two, true([1, 1, 1]), 1))


@counterexample("ED05")
def one_matrix_in_both_factors() -> Columns:
    """``D^1 D^1`` and D^2 D^1."""
    first, second = [[1, 2], [3, 4]], [[0, 1], [1, 0]]
    as_printed = PRINTED.matmul(printed(first), printed(first))
    return flat(as_printed), flat(chain_jacobian(ORACLE, true(second), true(first)))


@counterexample("ED05")
def shape_of_one_matrix_in_both_factors() -> Columns:
    """The shapes of the same for (3, 2) and (4, 3)."""
    product = chain_jacobian(ORACLE, ones(4, 3), ones(3, 2))
    return [product_shape((3, 2), (3, 2))], [product.shape]


@counterexample("ED06")
def running_index_in_the_last_row() -> Columns:
    """``γ_ν`` with ν left at 1, and the last row of G = diag(γ) 1."""
    gamma, nu = printed([1, 2, 3]), 1
    return [gamma[nu - 1], gamma[nu - 1]], flat(row_scaling(ORACLE, true([1, 2, 3]), ones(3, 2))[-1])


@counterexample("ED07")
def transpose_for_rows() -> Columns:
    """The shapes of the transpose of G^1 and of G~^1."""
    two = sized(ORACLE, (2, 3, 4))
    transposed = gamma_columns(ORACLE, two, ones(2), 1).T
    return [transposed.shape], [gamma_rows(ORACLE, two, ones(2), 1).shape]


def _of_third_example() -> tuple[int, ...]:
    """The shape of ∂a^2/∂W^1 of a network with n = (2, 3, 4)."""
    return output_weight_jacobian(ORACLE, sized(ORACLE, (2, 3, 4)), ones(2), 1).shape  # type: ignore[no-any-return]


@counterexample("ED08")
def output_index_summed_beside_deltas() -> Columns:
    """The shape of γ^2_i W^2_ij γ^1_j δ_jp δ_kq a_k, summed over all that is repeated, and that of ∂a^2/∂W^1."""
    factors = np.ones(4), np.ones((4, 3)), np.ones(3), np.eye(3), np.eye(2), np.ones(2)
    return [np.einsum("i,ij,j,jp,kq,k", *factors).shape], [_of_third_example()]


@counterexample("ED08")
def output_index_summed_without_deltas() -> Columns:
    """The shape of γ^2_i W^2_ip γ^1_p a_q, summed over all that is repeated, and that of ∂a^2/∂W^1."""
    factors = np.ones(4), np.ones((4, 3)), np.ones(3), np.ones(2)
    return [np.einsum("i,ip,p,q", *factors).shape], [_of_third_example()]


@counterexample("ED09")
def diagonal_jacobian_of_softmax() -> Columns:
    """``diag(s (1 - s))`` and the Jacobian of softmax, at z = (0, 0)."""
    e = PRINTED.exp(printed([0, 0]))
    s = e / sum(e)
    one = network(ORACLE, ([[0], [0]], [0, 0], "softmax"))
    return flat(diagonal(s * (1 - s))), flat(output_bias_jacobian(ORACLE, one, true([1]), 1))


# products with arrays of three axes


@counterexample("ED10")
def dot_of_three_axes() -> Columns:
    """What ``numpy.dot`` raises, and the shape of the product along the first axis, row by row."""
    row, array = np.ones((1, 4)), np.ones((4, 3, 2))
    rows = [outer_product_contraction(ORACLE, each, ones(4, 3), ones(2)) for each in ones(1, 4)]
    return [raised(lambda: np.dot(row, array))], [np.stack(rows).shape]


@counterexample("ED10")
def dot_along_the_second_axis() -> Columns:
    """``Σ_p v_p T_rp1`` and Σ_r v_r T_rp1, with T = M ⊗ (1)."""
    v, matrix = [1, 2], [[1, 2], [3, 4]]
    array = outer(printed(matrix), printed([1]))
    return flat(np.dot(printed(v), array)), flat(outer_product_contraction(ORACLE, true(v), true(matrix), true([1])))


# the loss


def _distance(u: Number, v: Number) -> Number:
    """``d(u, v) = (u - v)²/2``."""
    return (printed(u) - printed(v)) ** 2 / 2


def _true_distance(u: Number, v: Number) -> Number:
    return squared_error(ORACLE, true([u]), true([v]))


@counterexample("ED11")
def loss_of_the_prediction_alone() -> Columns:
    """``L(0)``, which is d(0, 0), for every target, and d(0, 1) and d(0, 2)."""
    of_zero = _distance(0, 0)
    return [of_zero, of_zero], [_true_distance(0, 1), _true_distance(0, 2)]


@counterexample("ED12")
def triangle_inequality() -> Columns:
    """``d(0, 1) + d(1, 2)``, which bounds a metric, and d(0, 2)."""
    return [_distance(0, 1) + _distance(1, 2)], [_true_distance(0, 2)]


@counterexample("ED12")
def distance_of_a_point_from_itself() -> Columns:
    """The 0 of a metric, and the cross-entropy of a distribution and itself."""
    half = true(["1/2", "1/2"])
    return [0], [categorical_cross_entropy(ORACLE, half, half)]


@counterexample("ED12")
def symmetry() -> Columns:
    """The cross-entropy with prediction and label exchanged, and as it is."""
    o, y = ["0.9", "0.1"], ["1/2", "1/2"]
    exchanged = -sum(printed(o) * PRINTED.log(printed(y)))
    return [exchanged], [categorical_cross_entropy(ORACLE, true(o), true(y))]


# the cost


@counterexample("ED13")
def first_target_for_all() -> Columns:
    """The mean of half squares and its derivatives, with y_1 for y_1 and y_2, and with both."""
    o, y = ["0.9", "0.1"], [1, 0]
    difference = printed(o) - printed([y[0], y[0]])
    cost = network_cost(ORACLE, passing(ORACLE), true([o]), true([y]))
    row = cost_row(ORACLE, true(["1/2", "1/2"]), "squared_error", true([o]), true([y]))
    return [sum(difference**2) / 4, *(difference / 2)], [cost, *row]


@counterexample("ED14")
def equal_outputs_counted_once() -> Columns:
    """The mean of v²/2 over a set, and over a tuple."""
    outputs = [0, 0, 3]
    collection = set(outputs)
    mean = sum(printed(each) ** 2 / 2 for each in collection) / len(collection)
    return [mean], [network_cost(ORACLE, passing(ORACLE), true([outputs]), true([[0, 0, 0]]))]


@counterexample("ED15")
def derivative_by_the_weights_for_the_bias() -> Columns:
    """``(a - y) x`` and a - y for D_b C, a = W x + b = 3."""
    w, b, x, y = printed([1, 1, 2, 0])
    one = network(ORACLE, ([[1]], [1], "identity"))
    return [(w * x + b - y) * x], flat(cost_bias_derivative(ORACLE, one, true([[2]]), true([[0]]), 1))


@counterexample("ED15")
def shape_of_the_derivative_by_the_weights() -> Columns:
    """The shapes of D_W C and of D_b C."""
    one, x, y = sized(ORACLE, (2, 3)), true([[1], [1]]), true([[0], [0], [0]])
    of_weights = cost_weight_derivative(ORACLE, one, x, y, 1)
    return [of_weights.shape], [cost_bias_derivative(ORACLE, one, x, y, 1).shape]


SAMPLES = [[1, 0], [0, 1]]
"""Two samples, which as a batch are the same in rows and in columns."""


def _stacked() -> Array:
    """``D_W A`` of W = (1, 1), which holds the samples themselves."""
    one = network(ORACLE, ([[1, 1]], [0], "identity"))
    return stacked_weight_jacobian(ORACLE, one, true(SAMPLES), 1)  # type: ignore[no-any-return]


@counterexample("ED17")
def array_of_the_first_sample_for_all() -> Columns:
    """``M ⊗ x_1`` with M = (1, 1)^T, as the formula has it for a vector of m n entries, and D_W A."""
    return flat(outer(printed([[1], [1]]), printed(SAMPLES[0]))), flat(_stacked())


@counterexample("ED17")
def minor_of_a_product() -> Columns:
    """``T_111 T_212 - T_112 T_211`` of M ⊗ x_1, and of D_W A."""

    def minor(array: Array) -> Number:
        return array[0, 0, 0] * array[1, 0, 1] - array[0, 0, 1] * array[1, 0, 0]

    return [minor(outer(printed([[1], [1]]), printed(SAMPLES[0])))], [minor(_stacked())]


@counterexample("ED18")
def one_letter_for_two_sizes() -> Columns:
    """``[m, m n]`` with m targets and n inputs, and the shape of D_A phi~ for N = 4 samples of n_L = 2 entries."""
    n, m = 3, 2
    return [(m, m * n)], [losses_jacobian(ORACLE, "squared_error", ones(2, 4), ones(2, 4)).shape]


@counterexample("ED19")
def overlapping_batches() -> Columns:
    """The largest number of batches below that of the samples, and the number of three that overlap."""
    batches: Sequence[set[int]] = [{1, 2}, {2, 3}, {1, 3}]
    samples = set().union(*batches)
    return [len(samples) - 1], [len(batches)]


@counterexample("ED20")
def block_that_vanishes() -> Columns:
    """One block of D_A L_1, and how many are not 0 where the first output is right."""
    jacobian = losses_jacobian(ORACLE, "squared_error", true([["1/2", "1/4"]]), true([["1/2", 0]]))
    return [1], [int(np.count_nonzero(as_array(jacobian[0])))]
