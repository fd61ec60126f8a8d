"""Chapter 6, layers: a dense layer with and without its activation, its gradients, and the recursion of delta."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .activations import activate, activation_derivative
from .arithmetic.arrays import (
    Array,
    Number,
    as_array,
    columns,
    diagonal,
    entrywise,
    identity_matrix,
    stack_columns,
)
from .propositions import DEFINITION, form, proposition

if TYPE_CHECKING:
    from .arithmetic.protocol import Arithmetic, Formula


# a dense layer


@proposition("dense.value")
def dense(arithmetic: Arithmetic, x: Array, weights: Array, bias: Array) -> Array:
    """``W x + b``, shapes ``(n,)``, ``(m, n)``, ``(m,)`` to ``(m,)``. Clause ``dense.value``."""
    return arithmetic.affine(weights, x, bias)


@proposition("dense.batch")
def dense_batch(arithmetic: Arithmetic, x: Array, weights: Array, bias: Array) -> Array:
    """``W X + b 1^T``, X of shape ``(n, N)``. Clause ``dense.batch``."""
    return arithmetic.affine(weights, x, bias)


@proposition("dense.jacobian_x")
def dense_jacobian_x(arithmetic: Arithmetic, x: Array, weights: Array, bias: Array) -> Array:
    """``W``, shape ``(m, n)``. Clause ``dense.jacobian_x``."""
    del arithmetic, x, bias
    return weights


@proposition("dense.jacobian_weights")
def dense_jacobian_weights(arithmetic: Arithmetic, x: Array, weights: Array, bias: Array) -> Array:
    """``d z_i / d W_pq = delta_ip x_q``, shape ``(m, m, n)``. Clause ``dense.jacobian_weights``."""
    del arithmetic, bias
    size = weights.shape[0]
    jacobian = np.full((size, *weights.shape), 0, dtype=object)
    for index in range(size):
        jacobian[index, index] = x
    return jacobian


@proposition("dense.jacobian_bias")
def dense_jacobian_bias(arithmetic: Arithmetic, x: Array, weights: Array, bias: Array) -> Array:
    """The identity, shape ``(m, m)``. Clause ``dense.jacobian_bias``."""
    del arithmetic, x, weights
    return identity_matrix(bias.shape[0])


@proposition("dense.gradients")
def dense_gradients(
    arithmetic: Arithmetic,
    x: Array,
    weights: Array,
    bias: Array,
    delta: Array,
) -> tuple[Array, Array, Array]:
    """``(W^T delta, delta x^T, delta)``, shapes ``(n,)``, ``(m, n)``, ``(m,)``. Clause ``dense.gradients``."""
    del bias
    return arithmetic.matmul(weights.T, delta), arithmetic.matmul(delta[:, None], x[None, :]), delta


@proposition("dense.batch_gradients")
def dense_batch_gradients(
    arithmetic: Arithmetic,
    x: Array,
    weights: Array,
    bias: Array,
    delta: Array,
) -> tuple[Array, Array, Array]:
    """``(W^T D, D X^T, D 1)`` of D with a column a sample. Clause ``dense.batch_gradients``."""
    del bias
    return arithmetic.matmul(weights.T, delta), arithmetic.matmul(delta, x.T), row_sums(arithmetic, delta)


def row_sums(arithmetic: Arithmetic, matrix: Array, over: tuple[int, ...] = ()) -> Array:
    """The sum of every row of a matrix of shape ``(m, N)``, divided by the numbers ``over``, shape ``(m,)``."""
    return entrywise(lambda row: arithmetic.sum(matrix[row], over), np.arange(matrix.shape[0]))


@proposition("backpropagation.delta")
def backpropagate_delta(
    arithmetic: Arithmetic,
    weights_next: Array,
    delta_next: Array,
    z: Array,
    activation: str,
    slope: Number | None = None,
) -> Array:
    """``(W_next^T delta_next) * g'(z)``, of one sample or a column a sample. Clause ``backpropagation.delta``."""
    upstream = arithmetic.matmul(weights_next.T, delta_next)
    return behind_activation(arithmetic, activation_derivative(arithmetic, activation, z, slope), upstream)


def behind_activation(arithmetic: Arithmetic, slopes: Array, upstream: Array) -> Array:
    """``upstream * slopes``, or ``diag(slopes) upstream`` by a matrix; of one sample or a column a sample."""
    return as_array(arithmetic.choose(BEHIND_ACTIVATION, (slopes, upstream), {}))


def _entry_by_entry(arithmetic: Arithmetic, slopes: Array, upstream: Array) -> Array:
    del arithmetic
    return as_array(upstream * slopes)


def by_diagonal_matrix(arithmetic: Arithmetic, slopes: Array, upstream: Array) -> Array:
    """
    ``diag(slopes) upstream`` as a product of matrices, of one sample or a column a sample.

    Every entry of ``upstream`` meets zeros, so that an infinity in one is a NaN in the others.
    """
    if slopes.ndim == 1:
        return arithmetic.matmul(diagonal(slopes), upstream)
    samples = zip(columns(slopes), columns(upstream), strict=True)
    return stack_columns([arithmetic.matmul(diagonal(slope), sample) for slope, sample in samples])


BEHIND_ACTIVATION: dict[str, Formula] = {DEFINITION: _entry_by_entry, "diagonal_matrix": by_diagonal_matrix}
"""A gradient before an elementwise activation, from that behind it, by form."""


# a layer with its activation


@proposition("layer.value")
def layer(
    arithmetic: Arithmetic,
    x: Array,
    weights: Array,
    bias: Array,
    activation: str,
    slope: Number | None = None,
) -> Array:
    """``g(W x + b)``, shape ``(m,)``. Clause ``layer.value``."""
    return activate(arithmetic, activation, arithmetic.affine(weights, x, bias), slope)


@proposition("layer.gradients")
def layer_gradients(
    arithmetic: Arithmetic,
    x: Array,
    weights: Array,
    bias: Array,
    activation: str,
    upstream: Array,
    slope: Number | None = None,
) -> tuple[Array, Array, Array]:
    """
    ``(W^T d, d x^T, d)`` with d = upstream * g'(W x + b), shapes ``(n,)``, ``(m, n)``, ``(m,)``.

    Clause ``layer.gradients``.
    """
    slopes = activation_derivative(arithmetic, activation, arithmetic.affine(weights, x, bias), slope)
    delta = as_array(upstream * slopes)
    return arithmetic.matmul(weights.T, delta), arithmetic.matmul(delta[:, None], x[None, :]), delta


@form(layer_gradients, "jacobian")
def layer_gradients_by_jacobians(
    arithmetic: Arithmetic,
    x: Array,
    weights: Array,
    bias: Array,
    activation: str,
    upstream: Array,
    slope: Number | None = None,
) -> tuple[Array, Array, Array]:
    """
    The upstream gradient times the Jacobians ``diag(g') W``, ``g'_i x_j`` and ``diag(g')``.

    Clause ``layer.gradients``.
    """
    slopes = activation_derivative(arithmetic, activation, arithmetic.affine(weights, x, bias), slope)
    of_weights = arithmetic.matmul(slopes[:, None], x[None, :])
    of_input = as_array(slopes[:, None] * weights)
    return (
        arithmetic.matmul(of_input.T, upstream),
        as_array(upstream[:, None] * of_weights),
        as_array(upstream * slopes),
    )


@proposition("affine.composition")
def compose_affine(
    arithmetic: Arithmetic,
    weights_first: Array,
    bias_first: Array,
    weights_second: Array,
    bias_second: Array,
) -> tuple[Array, Array]:
    """``(W2 W1, W2 b1 + b2)``, shapes ``(m, n)`` and ``(m,)``. Clause ``affine.composition``."""
    product = arithmetic.matmul(weights_second, weights_first)
    return product, arithmetic.affine(weights_second, bias_first, bias_second)
