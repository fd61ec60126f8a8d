"""
Losses, their gradients and their deltas, over the first axis; chapter 5.

``o`` or ``z`` and ``y`` are ``(m,)`` for one sample or ``(m, N)`` for a batch of columns; a loss is
then a scalar or ``(N,)``. The categorical losses are one number a sample, and no convention divides them
by the number of classes. A NaN in a sample makes that sample's loss NaN, even under a label of zero.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .activations import log_softmax, sigmoid, softmax, softplus, sum_of_others

if TYPE_CHECKING:
    from .conventions import Conventions
    from .precision import Array


def squared_error(o: Array, y: Array, conventions: Conventions) -> Array:
    """``1/2 sum (o - y)^2``, or without the half. Clause ``squared_error.value``."""
    difference = o - y
    factor = 0.5 if conventions.halved else 1.0
    # Halving the factor, not the square, keeps a square above the largest number within it.
    return reduced(factor * difference * difference, conventions.entry_divisor(o.shape[0]))


def squared_error_gradient(o: Array, y: Array, conventions: Conventions) -> Array:
    """``o - y``, or twice that. Clause ``squared_error.gradient``."""
    divisor = conventions.entry_divisor(o.shape[0]) / (1 if conventions.halved else 2)
    difference = o - y
    if divisor <= 1:
        return difference / divisor
    return np.where(np.isfinite(difference), difference / divisor, o / divisor - y / divisor)


def root_mean_square_error(o: Array, y: Array) -> Array:
    """``M sqrt(sum u^2 / m)``, ``u = (o - y) / M``, ``M = max |o - y|``. Clause ``root_mean_square_error.value``."""
    scaled, largest = _scaled(o - y)
    return largest * np.sqrt(reduced(np.square(scaled), o.shape[0]))


def root_mean_square_error_gradient(o: Array, y: Array) -> Array:
    """``u / (m sqrt(sum u^2 / m))``; NaN where ``o = y``. Clause ``root_mean_square_error.gradient``."""
    scaled, _ = _scaled(o - y)
    root = np.sqrt(reduced(np.square(scaled), o.shape[0]))
    return scaled / np.where(root == 0, np.nan, o.shape[0] * root)


def binary_cross_entropy(o: Array, y: Array, conventions: Conventions) -> Array:
    """``-sum y log o + (1 - y) log(1 - o)`` with ``0 log 0 = 0``. Clause ``binary_cross_entropy.value``."""
    log_of_one_minus = np.log1p(-o, out=np.full_like(o, -np.inf), where=o != 1)
    terms = _weighted(y, -_log(o)) + _weighted(1 - y, -log_of_one_minus)
    return reduced(terms, conventions.entry_divisor(o.shape[0]))


def binary_cross_entropy_gradient(o: Array, y: Array, conventions: Conventions) -> Array:
    """
    ``(o - y) / (o (1 - o))``. Clause ``binary_cross_entropy.gradient``.

    At a corner, ``o`` 0 or 1, it is the limit from inside: ``1 - 2y`` where ``o = y``, else an infinity.
    """
    product = o * (1 - o)
    corner = product == 0
    quotient = (o - y) / np.where(corner, np.ones_like(o), product)
    limit = np.where(o == y, 1 - 2 * y, np.copysign(np.inf, o - y))
    at_corner = np.where(np.isnan(y), y, limit)
    return np.where(corner, at_corner, quotient) / conventions.entry_divisor(o.shape[0])


def categorical_cross_entropy(o: Array, y: Array) -> Array:
    """``-sum y log o`` with ``0 log 0 = 0``. Clause ``categorical_cross_entropy.value``."""
    return reduced(_weighted(y, -_log(o)), 1)


def categorical_cross_entropy_gradient(o: Array, y: Array) -> Array:
    """
    ``-y / o``; at ``o = 0``, zero where ``y = 0``, else minus infinity.

    Clause ``categorical_cross_entropy.gradient``.
    """
    at_zero = np.where((y == 0) | np.isnan(y), y, np.copysign(np.inf, -y))
    quotient = -y / np.where(o == 0, np.ones_like(o), o)
    return np.where(o == 0, at_zero, quotient)


def sigmoid_cross_entropy(z: Array, y: Array, conventions: Conventions) -> Array:
    """``sum (1 - y) sp(z) + y sp(-z)``, ``sp`` the softplus. Clause ``sigmoid_cross_entropy.value``."""
    terms = _weighted(1 - y, softplus(z)) + _weighted(y, softplus(-z))
    return reduced(terms, conventions.entry_divisor(z.shape[0]))


def sigmoid_cross_entropy_delta(z: Array, y: Array, conventions: Conventions) -> Array:
    """``(1 - y) s(z) - y s(-z)``, which is ``s - y``. Clause ``sigmoid_cross_entropy.delta``."""
    delta = (1 - y) * sigmoid(z) - y * sigmoid(-z)
    return delta / conventions.entry_divisor(z.shape[0])


def softmax_cross_entropy(z: Array, y: Array) -> Array:
    """``-sum y_i log_softmax(z)_i``. Clause ``softmax_cross_entropy.value``."""
    return reduced(_weighted(y, -log_softmax(z)), 1)


def softmax_cross_entropy_delta(z: Array, y: Array) -> Array:
    """
    ``S_i sum_(j != i) y_j - y_i sum_(j != i) S_j``, which is ``(sum y) S - y``.

    Clause ``softmax_cross_entropy.delta``.
    """
    s = softmax(z)
    return s * sum_of_others(y) - y * sum_of_others(s)


def reduced(terms: Array, divisor: int) -> Array:
    """``sum(terms) / divisor`` over the first axis, dividing first where only the sum overflows."""
    total: Array = np.asarray(np.sum(terms, axis=0))
    if divisor == 1 or np.all(np.isfinite(total)):
        return total / divisor
    return np.where(np.isfinite(total), total / divisor, np.sum(terms / divisor, axis=0))


def _scaled(difference: Array) -> tuple[Array, Array]:
    """``difference`` by its largest magnitude, and that magnitude; all zeros stay zeros."""
    largest: Array = np.max(np.abs(difference), axis=0)
    return difference / np.where(largest == 0, np.ones_like(largest), largest), largest


def _log(o: Array) -> Array:
    """``log o``, minus infinity at zero."""
    return np.log(o, out=np.full_like(o, -np.inf), where=o != 0)


def _weighted(weight: Array, term: Array) -> Array:
    """``weight * term``, zero where the weight is zero and the term is not NaN."""
    absent = (weight == 0) & ~np.isnan(term)
    return weight * np.where(absent, np.zeros_like(term), term)
