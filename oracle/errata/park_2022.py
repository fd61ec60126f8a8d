"""
Counterexamples to park-2022, in the order of ``spec/errata/park-2022.toml``.

Those about vectors, activations and softmax are here, the others in ``park_2022_layers.py`` and
``park_2022_output.py``.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from ..activations import (
    relu,
    relu_epsilon,
    relu_epsilon_derivative,
    sigmoid,
    sigmoid_derivative,
    softmax,
    softmax_batch,
)
from ..arithmetic.arrays import as_array
from ..layers import dense
from . import listings
from .computing import flat, numbers, oracle_of, printed, relu_as_printed, sigmoid_as_printed
from .floating import quiet, raised
from .networks import ones
from .registry import counterexample

if TYPE_CHECKING:
    from ..arithmetic.arrays import Number
    from .computing import Columns

ORACLE = oracle_of("park-2022")
"""The arithmetic of the true values."""

true = partial(numbers, ORACLE)
"""Inputs for it."""


# layers and derivatives


@counterexample("EP01")
def activation_of_the_inputs() -> Columns:
    """The shapes of a^(ℓ-1) and of z^ℓ."""
    a, w, b = ones(3), ones(2, 3), ones(2)
    return [a.shape], [dense(ORACLE, a, w, b).shape]


@counterexample("EP02")
def affine_map_taken_for_linear() -> Columns:
    """``2 z(1)`` and z(2), z(x) = 2x + 3."""
    w, b = printed(2), printed(3)
    return [2 * (w * 1 + b)], flat(dense(ORACLE, true([2]), true([[2]]), true([3])))


@counterexample("EP03")
def chain_rule_where_partial_derivatives_exist() -> Columns:
    """``J (1, 1)^T`` with the partial derivatives at 0, and the rise of f(t, t) = t/2, at any step."""

    def f(x: Number, y: Number) -> Number:
        return x * x * y / (x * x + y * y)

    step, true_step = printed(1), true(1)
    partials = [f(step, 0 * step) / step, f(0 * step, step) / step]
    return [partials[0] * 1 + partials[1] * 1], [f(true_step, true_step) / true_step]


# softmax and the sigmoid


@counterexample("EP04")
def value_one_attained() -> Columns:
    """``1 - s_1`` where s_1 is 1, and as it is, which is s_2."""
    attained = printed(1)
    _, second = softmax(ORACLE, true([1000, 0]))
    return [1 - attained], [second]


@counterexample("EP05")
def softmax_of_one_entry() -> Columns:
    """The sigmoid and the softmax of one number."""
    return [sigmoid_as_printed(printed("0.7"))], flat(softmax(ORACLE, true(["0.7"])))


# the smooth relu


@counterexample("EP08")
def smooth_relu_taken_for_relu() -> Columns:
    """Value and derivative of relu, and of the smooth relu, between -ε and 0."""
    z, epsilon = true(["-5e-33"]), true("1e-32")
    values = relu_epsilon(ORACLE, z, epsilon), relu_epsilon_derivative(ORACLE, z, epsilon)
    negative = printed("-5e-33")
    return [relu_as_printed(negative), int(negative >= 0)], flat(*values)


@counterexample("EP08")
def smooth_relu_in_floating_point() -> Columns:
    """What the printed polynomial raises, whose ε³ underflows, and its value."""
    e, z = 1e-110, -5e-111
    value = relu_epsilon(ORACLE, true(["-5e-111"]), true("1e-110"))
    return [raised(lambda: -2 / e**3 * z**4 - 3 / e**2 * z**3 + z)], flat(value)


@counterexample("EP08")
def smooth_relu_with_the_other_slope() -> Columns:
    """The 1 that every smooth approximation of relu had to have at 0, and the derivative of z + relu_ε(-z)."""
    return [1], flat(1 - relu_epsilon_derivative(ORACLE, true([0]), true(1)))


@counterexample("EP09")
def chain_rule_with_a_convention() -> Columns:
    """``relu'(0) · 1 - relu'(0) · (-1)``, and the rise of relu(y) - relu(-y) = y, at any step."""
    slope = listings.relu_derivative(printed(0))

    def f(y: Number) -> Number:
        of_y, of_minus_y = relu(ORACLE, as_array([y, -y]))
        return of_y - of_minus_y

    return [slope * 1 - slope * -1], [(f(true(1)) - f(true(0))) / true(1)]


# code 1


@counterexample("EP10")
def softmax_along_the_samples() -> Columns:
    """The sums over each sample of the softmax of the listing, and of softmax."""
    batch = [[1, 2], [3, 4]]
    as_printed = listings.softmax(printed(batch))
    return flat(sum(as_printed)), flat(sum(softmax_batch(ORACLE, true(batch))))


@counterexample("EP10")
def softmax_of_one_sample() -> Columns:
    """The softmax of the listing of a batch of one sample, and softmax."""
    batch = [[1], [2], [3]]
    return flat(listings.softmax(printed(batch))), flat(softmax_batch(ORACLE, true(batch)))


@counterexample("EP11")
def exponentials_that_overflow() -> Columns:
    """The quotients of exponentials in float64, and softmax."""
    as_printed = quiet(lambda: listings.softmax(np.array([[1000.0], [0.0]]), exp=np.exp, axis=0))
    return flat(as_printed), flat(softmax(ORACLE, true([1000, 0])))


@counterexample("EP11")
def softmax_of_a_vector() -> Columns:
    """What the listing raises for a vector, and the shape of softmax."""
    vector = np.array([1.0, 2.0])
    return [raised(lambda: listings.softmax(vector, exp=np.exp))], [softmax(ORACLE, true([1, 2])).shape]


@counterexample("EP12")
def sigmoid_in_floating_point() -> Columns:
    """σ(-720), σ'(40) and σ'(30) of the listing in float64, and as they are."""
    value = quiet(lambda: listings.sigmoid(np.float64(-720)))
    slopes = [listings.sigmoid_derivative(np.float64(z)) for z in (40, 30)]
    return [value, *slopes], flat(sigmoid(ORACLE, true([-720])), sigmoid_derivative(ORACLE, true([40, 30])))
