"""
Counterexamples to jiang, in the order of ``spec/errata/jiang.toml``.

Those about calculus, activations and losses are here, those about layers and networks in ``jiang_networks.py``.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from ..activations import identity_derivative, indicator, relu, softmax, softmax_jacobian
from ..arithmetic.arrays import as_array
from ..calculus import chain_jacobian, linear_increment
from ..cost import project_sample
from ..losses import (
    categorical_cross_entropy,
    categorical_cross_entropy_gradient,
    softmax_cross_entropy,
    softmax_cross_entropy_delta,
    squared_error,
)
from .computing import PRINTED, UNDEFINED, flat, numbers, of_number, oracle_of, printed, product_shape
from .networks import ones
from .registry import counterexample

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..arithmetic.arrays import Number
    from .computing import Columns

ORACLE = oracle_of("jiang")
"""The arithmetic of the true values."""

true = partial(numbers, ORACLE)
"""Inputs for it."""

STEP = printed("1e-20")
"""At 60 digits near enough to a limit for 30 of them, where the second derivative is 0."""


# derivatives


def _as_printed(f: Callable[[Number], Number]) -> list[Number]:
    """The quotients ``(f(x) - f(0)) / ‖x‖``, for x near 0 above and below it."""
    return [(f(x) - f(0 * x)) / abs(x) for x in (STEP, -STEP)]


def _slopes(f: Callable[[Number], Number]) -> list[Number]:
    """The one-sided slopes at 0 of a function that is linear on either side, which are the rises of any step."""
    return [(f(x) - f(0 * x)) / x for x in (true(1), true(-1))]


@counterexample("EJ01")
def quotient_by_the_length_of_the_step() -> Columns:
    """The limits of the printed quotient of f(x) = x, and the slopes."""
    slope = identity_derivative(ORACLE, true([0]))
    return _as_printed(lambda x: x), flat(slope, slope)


@counterexample("EJ01")
def quotient_of_the_absolute_value() -> Columns:
    """The same of the absolute value."""
    return _as_printed(abs), _slopes(abs)


@counterexample("EJ01")
def quotient_of_softmax() -> Columns:
    """The same of the first entry of softmax, along the first axis."""

    def first(t: Number) -> Number:
        e = PRINTED.exp(as_array([t, 0 * t]))
        return e[0] / sum(e)

    slope = softmax_jacobian(ORACLE, true([0, 0]))[0, 0]
    return _as_printed(first), [slope, slope]


@counterexample("EJ03")
def jump_between_pieces() -> Columns:
    """The jump of a continuous function, and of the unit step, between -h and h."""
    above, below = indicator(ORACLE, true(["1e-20", "-1e-20"]))
    return [0], [above - below]


# matrices


@counterexample("EJ05")
def row_of_the_length_of_a_column() -> Columns:
    """The shapes [n] and [m] of a row of a matrix of shape (n, m) = (2, 3)."""
    matrix = ones(2, 3)
    return [matrix.shape[:1]], [project_sample(ORACLE, matrix.T, 1).shape]


@counterexample("EJ06")
def product_of_the_shape_of_the_second_factor() -> Columns:
    """``(m, p)`` and the shape of A B."""
    left, right = ones(2, 3), ones(3, 4)
    return [(left.shape[1], right.shape[1])], [chain_jacobian(ORACLE, left, right).shape]


@counterexample("EJ07")
def jacobian_times_a_row() -> Columns:
    """The shapes of J h and of h J^T, h a row."""
    increment = linear_increment(ORACLE, true([0, 0, 0]), ones(3, 2), ones(2))
    return [product_shape((3, 2), (1, 2))], [increment[None, :].shape]


@counterexample("EJ07")
def row_times_the_jacobian() -> Columns:
    """``h J`` and h J^T."""
    jacobian, h = [[1, 2], [3, 4]], [1, 0]
    as_printed = PRINTED.matmul(printed([h]), printed(jacobian))
    return flat(as_printed), flat(linear_increment(ORACLE, true([0, 0]), true(jacobian), true(h)))


# activations


@counterexample("EJ08")
def one_slope_of_two() -> Columns:
    """The assigned slope 0 on either side, and the one-sided slopes of relu."""
    return [0, 0], _slopes(lambda z: of_number(lambda each: relu(ORACLE, each), z))


@counterexample("EJ09")
def certain_prediction() -> Columns:
    """The cross-entropy of S(z) = 1 as a function on ]0, 1[, and as it is."""
    (e,) = PRINTED.exp(printed([3]))
    s = e / e
    loss = -PRINTED.context.log(s) if 0 < s < 1 else UNDEFINED
    return [loss], [softmax_cross_entropy(ORACLE, true([3]), true([1]))]


@counterexample("EJ09")
def value_of_one_entry() -> Columns:
    """The shapes of exp(z_j) / Σ exp(z_j') with one index j, and of softmax."""
    e = PRINTED.exp(printed([0, 0]))
    j = 0
    return [as_array(e[j] / sum(e)).shape], [softmax(ORACLE, true([0, 0])).shape]


# losses


@counterexample("EJ10")
def increasing_cross_entropy() -> Columns:
    """``-log(1 + ε)`` in the order of an increasing function, and in the order of ε."""
    values = [categorical_cross_entropy(ORACLE, true([o]), true([1])) for o in ("0.5", "0.9")]
    return sorted(-PRINTED.log(printed(["0.5", "0.9"]))), values


@counterexample("EJ10")
def increasing_squared_error() -> Columns:
    """``ε²/2`` in the order of an increasing function, and in the order of ε."""
    values = [squared_error(ORACLE, true([o]), true([0])) for o in (-2, -1)]
    return sorted(printed([-2, -1]) ** 2 / 2), values


def _of_labels(y: list[int]) -> Columns:
    """``S(z) - ŷ``, and the gradient of labels of any sum, at z = 0."""
    free = oracle_of("jiang", label_sum="any")
    z = [0 for _ in y]
    e = PRINTED.exp(printed(z))
    gradient = softmax_cross_entropy_delta(free, numbers(free, z), numbers(free, y))
    return flat(e / sum(e) - printed(y)), flat(gradient)


@counterexample("EJ11")
def labels_that_sum_to_two() -> Columns:
    """Both for ŷ = (1, 1, 0)."""
    return _of_labels([1, 1, 0])


@counterexample("EJ11")
def labels_that_sum_to_nothing() -> Columns:
    """Both for ŷ = (0, 0, 0)."""
    return _of_labels([0, 0, 0])


@counterexample("EJ12")
def fractions_without_bars() -> Columns:
    """The shapes of two rows, ŷ and y, and of the gradient."""
    y, label = true(["1/4", "1/4", "1/2"]), true([1, 0, 0])
    return [(-np.stack([label, y])).shape], [categorical_cross_entropy_gradient(ORACLE, y, label).shape]


# minima


@counterexample("EJ24")
def minimum_that_is_not_attained() -> Columns:
    """The infimum 0 for a minimum, and the loss at w = 1, 10 and 100."""
    losses = [softmax_cross_entropy(ORACLE, true([w, 0]), true([1, 0])) for w in (1, 10, 100)]
    return [0, 0, 0], losses
