"""Counterexamples to park-2022 about the passes through a layer and through a network."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from ..activations import softmax, softmax_batch, softmax_vjp
from ..arithmetic.arrays import as_array
from ..layers import dense, dense_batch, dense_batch_gradients, dense_gradients
from ..losses import categorical_cross_entropy, categorical_cross_entropy_gradient, squared_error
from ..networks import network_deltas, network_trace
from . import listings
from .computing import PRINTED, defined, derivative, flat, network, numbers, oracle_of, printed
from .floating import raised
from .networks import of_layer, ones, passing, sized
from .registry import counterexample

if TYPE_CHECKING:
    from ..arithmetic.arrays import Array, Number
    from ..arithmetic.protocol import Arithmetic
    from .computing import Columns

ORACLE = oracle_of("park-2022")
"""The arithmetic of the true values."""

SUMMED = oracle_of("park-2022", cost="sum")
"""The same for Δ, the gradient of the sum of the losses."""

true = partial(numbers, ORACLE)
"""Inputs for both."""


# one layer


@counterexample("EP14")
def last_index_in_the_first_entry() -> Columns:
    """``∂S/∂z_i x_1`` with i = 2, and entry (1, 1) of the gradient by W."""
    delta, x = [1, 5], [1, 1]
    _, by_weights, _ = dense_gradients(ORACLE, true(x), ones(2, 2), ones(2), true(delta))
    return [printed(delta)[1] * printed(x)[0]], [by_weights[0, 0]]


@counterexample("EP15")
def loss_with_paths_around_the_layer() -> Columns:
    """``δ x`` and W δ with δ = z, and the derivatives of z²/2 + W² + x by W and by x."""
    w, x, b = [[1.0]], [2.0], true([0])
    delta = printed(w)[0, 0] * printed(x)[0]

    def loss(dual: Arithmetic, weights: Array, inputs: Array) -> Number:
        half = squared_error(dual, dense(dual, inputs, weights, b), as_array([0]))
        return half + weights[0, 0] * weights[0, 0] + inputs[0]

    by_weights = derivative(lambda dual, weights: loss(dual, weights, true(x)), w, ORACLE)
    by_input = derivative(lambda dual, inputs: loss(dual, true(w), inputs), x, ORACLE)
    return [delta * printed(x)[0], printed(w)[0, 0] * delta], flat(by_weights, by_input)


@counterexample("EP16")
def softmax_as_an_elementwise_activation() -> Columns:
    """``s (1 - s)`` times the gradient of the cross-entropy, entry by entry, and the product with the Jacobian."""
    z, y = [0, 0], [1, 0]
    e = PRINTED.exp(printed(z))
    s = e / sum(e)
    upstream = categorical_cross_entropy_gradient(ORACLE, softmax(ORACLE, true(z)), true(y))
    return flat(s * (1 - s) * (-printed(y) / s)), flat(softmax_vjp(ORACLE, true(z), upstream))


# the recursion


@counterexample("EP17")
def recursion_to_layer_zero() -> Columns:
    """What code 2 raises at i = 0, where there is no Z[0], and the delta of that layer."""
    one = sized(ORACLE, (3, 2))
    deltas = network_deltas(ORACLE, one, true([[1], [1], [1]]), true([[0], [0]]))
    code = raised(lambda: listings.relu_layer_backward(np.ones((2, 3)), np.ones((2, 1)), None, np.ones((3, 1))))
    return [code], [defined(lambda: of_layer(deltas, 0))]


@counterexample("EP18")
def derivative_of_the_activation_above() -> Columns:
    """``g[2]'(z^1) a`` with g[2] the identity, and dZ^1."""
    a = PRINTED.context.tanh(printed("1/2"))
    two = network(ORACLE, ([[1]], [0], "tanh"), ([[1]], [0], "identity"))
    delta, _ = network_deltas(ORACLE, two, true([["1/2"]]), true([[0]]))
    return [1 * a], flat(delta)


@counterexample("EP19")
def rows_of_the_inputs() -> Columns:
    """``[n, N]`` and the shape of Z."""
    batch, one = ones(3, 5), sized(ORACLE, (3, 2))
    (z,), _ = network_trace(ORACLE, one, batch)
    return [batch.shape], [z.shape]


@counterexample("EP20")
def gradient_of_the_loss_of_one_sample() -> Columns:
    """The gradient by Z of the loss of sample 1, and Δ."""
    z, y = [[2, 4]], [[0, 0]]
    own = printed([[1, 0]])
    (delta,) = network_deltas(SUMMED, passing(SUMMED), true(z), true(y))
    return flat((printed(z) - printed(y)) * own), flat(delta)


@counterexample("EP20")
def gradient_of_the_sum_of_one_loss() -> Columns:
    """One entry at least, and how many there are in which Δ and ∇_Z J differ, for one sample."""
    z, y = true([[2]]), true([[0]])
    (of_sum,), (of_mean,) = (network_deltas(each, passing(each), z, y) for each in (SUMMED, ORACLE))
    return [1], [int(np.count_nonzero(of_sum != of_mean))]


@counterexample("EP21")
def samples_that_depend_on_one_another() -> Columns:
    """The zeros of another sample's loss, and its gradient through the softmax of code 1."""

    def loss(dual: Arithmetic, first: Array) -> Number:
        along_samples = softmax_batch(dual, np.stack([first, true([0, 0])], axis=1).T).T
        return categorical_cross_entropy(dual, along_samples[:, 1], as_array([0, 1]))

    return [0, 0], flat(derivative(loss, [0.0, 0.0], ORACLE))


# sums over a batch


def _gradient_by_bias(delta: Array) -> Array:
    """``db`` of a layer with one input."""
    units, samples = delta.shape
    _, _, by_bias = dense_batch_gradients(ORACLE, ones(1, samples), ones(units, 1), ones(units), delta)
    return by_bias  # type: ignore[no-any-return]


@counterexample("EP22")
def sum_of_each_column() -> Columns:
    """The sum of each column of dZ, and db."""
    dz = [[1, 2], [3, 4]]
    return flat(sum(printed(dz))), flat(_gradient_by_bias(true(dz)))


@counterexample("EP22")
def shape_of_the_sum_of_each_column() -> Columns:
    """The shapes of the same for dZ of shape (2, 3)."""
    return [np.sum(ones(2, 3), axis=0).shape], [_gradient_by_bias(ones(2, 3)).shape]


@counterexample("EP23")
def bias_along_the_samples() -> Columns:
    """``W @ A + b`` of NumPy, and W A + b 1^T."""
    w, a, b = np.eye(2, dtype=int), np.zeros((2, 2), dtype=int), np.array([10, 20])
    return flat(w @ a + b), flat(dense_batch(ORACLE, true(a), true(w), true(b)))


@counterexample("EP23")
def bias_that_does_not_broadcast() -> Columns:
    """What ``W @ A + b`` raises for three samples and two units, and the shape of Z."""
    w, a, b = np.ones((2, 2)), np.ones((2, 3)), np.ones(2)
    return [raised(lambda: w @ a + b)], [dense_batch(ORACLE, ones(2, 3), ones(2, 2), ones(2)).shape]
