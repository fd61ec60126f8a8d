"""Counterexamples to albert-2024 about relu, one neuron and the derivatives of its cost."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from ..activations import relu, relu_derivative
from ..arithmetic.arrays import as_array
from ..losses import squared_error_gradient
from ..neurons import neuron, neuron_cost, neuron_cost_gradients, neuron_gradients
from ..training import linear_regression_step
from .computing import (
    derivative,
    flat,
    numbers,
    of_number,
    oracle_of,
    printed,
    product_shape,
    relu_as_printed,
)
from .registry import counterexample

if TYPE_CHECKING:
    from ..arithmetic.arrays import Array, Number
    from .computing import Columns

ORACLE = oracle_of("albert-2024")
"""The arithmetic of the true values."""

true = partial(numbers, ORACLE)
"""Inputs for it."""


def true_gradients(x: Any, y: Any, w: Any, b: Any, activation: str = "relu") -> tuple[Array, Number]:  # noqa: ANN401
    """∂C/∂w and ∂C/∂b of C = 1/(2N) Σ (y_k - a_k)², x with a column a sample."""
    return neuron_cost_gradients(ORACLE, true(x), true(y), true(w), true(b), activation)  # type: ignore[no-any-return]


# relu and its derivative


@counterexample("A-E20")
def relu_for_its_derivative() -> Columns:
    """The slope z and the slope 1."""
    z = [2, "1/2"]
    return flat(printed(z)), flat(relu_derivative(ORACLE, true(z)))


@counterexample("A-E20")
def neuron_with_relu_for_its_derivative() -> Columns:
    """``z x`` and x for ∂a/∂w, z = 3."""
    x, w, b = [1, 3], [2, "1/2"], "-1/2"
    z = np.dot(printed(w), printed(x)) + printed(b)
    by_w, _ = neuron_gradients(ORACLE, true(x), true(w), true(b), "relu")
    return flat(z * printed(x)), flat(by_w)


@counterexample("A-E21")
def slopes_at_zero() -> Columns:
    """The assigned slope 0 on either side, and the one-sided slopes of relu."""
    steps = true([-1, 1])
    rises = relu(ORACLE, steps) - of_number(lambda z: relu(ORACLE, z), true(0))
    return [0, 0], flat(rises / steps)


@counterexample("A-E22")
def number_for_a_row() -> Columns:
    """The shapes of the number 0 and of ∂a/∂w, of an inactive neuron with two weights."""
    x = true([1, 3])
    row = derivative(lambda dual, w: as_array([neuron(dual, x, w, true(-9), "relu")]), [2, 0.5], ORACLE)
    return [as_array(printed(0)).shape], [row.shape]


@counterexample("A-E25")
def second_branch_for_negative_numbers() -> Columns:
    """``z`` for max(0, z), wherever z is not 0."""
    z = printed(-3)
    return [z if z != 0 else 0], flat(relu(ORACLE, true([-3])))


@counterexample("A-E35")
def relu_neuron_is_linear() -> Columns:
    """``w·x + b`` for its positive part, at z = -2."""
    x, w, b = [1], [1], -3
    z = np.dot(printed(w), printed(x)) + printed(b)
    return [z], [neuron(ORACLE, true(x), true(w), true(b), "relu")]


# the cost


@counterexample("A-E23")
def every_summand_is_that_of_one_sample() -> Columns:
    """``1/(2N)`` times N equal summands, of sample 1 and of sample 2."""
    x, y, w, b = [1, 3], [1, 2], 1, "1/2"
    v = printed(y) - relu_as_printed(printed(w) * printed(x) + printed(b))
    cost = neuron_cost(ORACLE, true([x]), true(y), true([w]), true(b), "relu")
    return [sum(each**2 for _ in v) / (2 * len(v)) for each in v], [cost, cost]


@counterexample("A-E24")
def derivative_by_the_activation() -> Columns:
    """``-∂a/∂w = -x`` of an active neuron, and the derivative of y - a by a."""
    return [-printed(2)], flat(derivative(lambda _, a: as_array(1 - a), 0.5, ORACLE))


@counterexample("A-E24")
def shape_of_the_derivative_by_the_activation() -> Columns:
    """The shape of the row -∂a/∂w of two weights, and that of a derivative of one number by another."""
    row = -printed([[2, 3]])
    return [row.shape], [derivative(lambda _, a: as_array(1 - a), 0.5, ORACLE).shape]


@counterexample("A-E28")
def equals_sign_lost() -> Columns:
    """The shape of a product of two columns, and that of either, n = 3."""
    by_w, _ = true_gradients([[1], [2], [3]], [0], [1, 1, 1], 0)
    column = by_w[:, None]
    return [product_shape(column.shape, column.shape)], [column.shape]


@counterexample("A-E27")
def column_for_a_row() -> Columns:
    """The shapes of the column of the e x_j and of e x^T."""
    e, x = printed(5), printed([[2], [3]])
    return [(e * x).shape], [(true(5) * true([[2], [3]]).T).shape]


@counterexample("A-E29")
def sum_for_a_mean() -> Columns:
    """``Σ e_k x_k`` and 1/N Σ e_k x_k, the gradient of an identity neuron whose errors are the e_k."""
    e, x = printed([2, -1]), printed([[1, 2], [3, 5]])
    return flat(e[0] * x[0] + e[1] * x[1]), flat(_gradient_with_errors([2, -1]))


@counterexample("A-E29")
def one_input_for_all_samples() -> Columns:
    """``Σ e_k x_1`` and 1/N Σ e_k x_k."""
    e, x = printed([2, -1]), printed([[1, 2], [3, 5]])
    return flat(e[0] * x[0] + e[1] * x[0]), flat(_gradient_with_errors([2, -1]))


def _gradient_with_errors(errors: list[int]) -> Array:
    """∂C/∂w of an identity neuron at x_1 = (1, 2) and x_2 = (3, 5), whose errors are ``errors``."""
    by_w, _ = true_gradients([[1, 3], [2, 5]], [-each for each in errors], [0, 0], 0, "identity")
    return by_w


# the condition that leaves the sum


@counterexample("A-E26")
def one_condition_for_all_samples() -> Columns:
    """Both printed branches of ∂C/∂w, and the sum over the one active sample of two."""
    x, y = [1, -1], [3, 1]
    z = 1 * printed(x) + 0
    by_w, _ = true_gradients([x], y, [1], 0)
    return [0, sum((z - printed(y)) * printed(x)) / len(x)], flat(by_w, by_w)


@counterexample("A-E33")
def one_condition_for_all_samples_of_the_bias() -> Columns:
    """Both printed branches of ∂C/∂b, and the sum over the one active sample of two."""
    x, y = [1, -1], [3, 1]
    z = 1 * printed(x) + 0
    _, by_b = true_gradients([x], y, [1], 0)
    return [0, sum(z - printed(y)) / len(x)], [by_b, by_b]


# the bias


@counterexample("A-E30")
def derivative_by_the_bias_of_another_quantity() -> Columns:
    """``∂v/∂a ∂a/∂b`` with v = y - a, and ∂a/∂b, at z = 5/2."""
    of_v, of_a = printed(-1), printed(1)
    _, by_b = neuron_gradients(ORACLE, true([1]), true(["5/2"]), true(0), "relu")
    return [of_v * of_a], [by_b]


@counterexample("A-E31")
def square_with_a_second_factor() -> Columns:
    """``2v ∂v/∂b`` and 2v for the derivative of v² by v."""
    full = oracle_of("albert-2024", squared_error="full")
    v, of_b = printed(3), printed(-1)
    return [2 * v * of_b], flat(squared_error_gradient(full, numbers(full, [3]), numbers(full, [0])))


@counterexample("A-E32")
def one_derivative_for_all_samples() -> Columns:
    """``1/N Σ v_k ∂v_k/∂b`` for both samples, and v_k / N for each."""
    v, of_b = printed([2, -3]), printed([-1, -1])
    whole = sum(v * of_b) / 2
    mean = oracle_of("albert-2024", entry_reduction="mean")
    own = squared_error_gradient(mean, numbers(mean, [2, -3]), numbers(mean, [0, 0]))
    return [whole, whole], flat(own)


@counterexample("A-E34")
def factor_counted_twice() -> Columns:
    """``(z - y) · (-1)`` and z - y for ∂C/∂b, one active sample, z = 2 and y = 1."""
    z = printed(1) * printed(1) + printed(1)
    _, by_b = true_gradients([[1]], [1], [1], 1)
    return [(z - printed(1)) * -1], [by_b]


@counterexample("A-E34")
def step_that_raises_the_cost() -> Columns:
    """The cost after a step of the bias by the printed derivative, and by the true one, rate 1/10."""
    z = printed(1) * printed(1) + printed(1)
    b = printed(1) - printed("1/10") * ((z - printed(1)) * -1)
    as_printed = (printed(1) - relu_as_printed(printed(1) * printed(1) + b)) ** 2 / 2
    x, y, w = true([[1]]), true([1]), true([1])
    _, by_b = true_gradients([[1]], [1], [1], 1)
    _, after = linear_regression_step(ORACLE, w, true(1), true([0]), by_b, true("1/10"))
    return [as_printed], [neuron_cost(ORACLE, x, y, w, after, "relu")]
