"""Counterexamples to park-2022 about losses, the output layer, its listings and gradient descent."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from ..activations import softmax
from ..arithmetic.arrays import as_array, identity_matrix
from ..backpropagation import classifier_backward, classifier_forward
from ..layers import dense_batch_gradients
from ..losses import (
    categorical_cross_entropy,
    sigmoid_cross_entropy,
    sigmoid_cross_entropy_delta,
    softmax_cross_entropy_delta,
    squared_error,
    squared_error_gradient,
)
from ..networks import network_deltas, network_gradients, network_trace
from ..training import (
    gradient_descent_step,
    linear_regression_backward,
    linear_regression_cost,
    linear_regression_descent,
    linear_regression_forward,
    linear_regression_step,
)
from . import listings
from .computing import (
    PRINTED,
    derivative,
    flat,
    network,
    numbers,
    oracle_of,
    printed,
    product_shape,
    sigmoid_as_printed,
)
from .floating import quiet, raised
from .networks import ones, passing, sized
from .registry import counterexample

if TYPE_CHECKING:
    from ...spec.network import Network
    from ..arithmetic.arrays import Array, Number
    from ..arithmetic.protocol import Arithmetic
    from .computing import Columns, Shape

ORACLE = oracle_of("park-2022")
"""The arithmetic of the true values."""

true = partial(numbers, ORACLE)
"""Inputs for it."""


# linear regression, code 3


@counterexample("EP24")
def logistic_regression() -> Columns:
    """The sigmoid of W x + b, and W x + b."""
    z = printed(2) * printed(3) + 0
    return [sigmoid_as_printed(z)], flat(linear_regression_forward(ORACLE, true([[3]]), true([2]), true(0)))


def _half_and_mean(difference: list[int]) -> Columns:
    """``1/2 ‖o - y‖²`` and o - y, and the mean of the squares and its gradient."""
    mean = oracle_of("park-2022", squared_error="full", entry_reduction="mean")
    o, y = numbers(mean, difference), numbers(mean, [0 for _ in difference])
    as_printed = printed(difference)
    return (
        [sum(as_printed**2) / 2, *as_printed],
        flat(squared_error(mean, o, y), squared_error_gradient(mean, o, y)),
    )


@counterexample("EP25")
def half_taken_for_the_mean() -> Columns:
    """Both for o - y = (3)."""
    return _half_and_mean([3])


@counterexample("EP25")
def half_taken_for_the_mean_of_three() -> Columns:
    """Both for o - y = (3, 1, 2)."""
    return _half_and_mean([3, 1, 2])


def _shape_of_weight_gradient() -> Shape:
    """The shape of dW of one unit with two inputs, three samples."""
    (by_weights,), _ = network_gradients(ORACLE, sized(ORACLE, (2, 1)), ones(2, 3), ones(1, 3))
    return by_weights.shape  # type: ignore[no-any-return]


@counterexample("EP26")
def definition_without_a_colon() -> Columns:
    """What compiling the line raises, and the shape of dW."""
    text = "def back_propagation(X, y, W, b)\n    return W, b\n"
    return [raised(lambda: compile(text, "code 3", "exec"))], [_shape_of_weight_gradient()]


@counterexample("EP26")
def call_by_another_name() -> Columns:
    """What the call in the loop raises, and the shape of dW."""
    x, y, w = np.ones((2, 3)), np.ones((1, 3)), np.ones((1, 2))
    return [raised(lambda: listings.regression_descent_as_called(x, y, w, 0))], [_shape_of_weight_gradient()]


@counterexample("EP27")
def cost_before_the_last_step() -> Columns:
    """The last cost of the listing after one step, and that of the parameters that it has found."""
    x, y, w = printed([[1]]), printed([[1]]), printed([[0]])
    *_, costs = listings.regression_descent(x, y, w, printed(0), printed("1/4"), 1)
    *_, cost = linear_regression_descent(ORACLE, true([[1]]), true([1]), true([0]), true(0), true("1/4"), 1)
    return [costs[-1]], [cost]


@counterexample("EP27")
def cost_with_a_number_of_samples_from_elsewhere() -> Columns:
    """The cost of one sample after training on three, and of one."""
    as_printed = listings.regression_cost(printed([[1]]), printed([[0]]), samples=3)
    return [as_printed], [linear_regression_cost(ORACLE, true([1]), true([0]))]


@counterexample("EP28")
def bias_of_one_axis_more() -> Columns:
    """The shape of db of the listing, and of the number b."""
    _, as_printed = listings.regression_backward(np.ones((2, 3)), np.ones((1, 3)), np.ones((1, 2)), 0)
    _, by_bias = linear_regression_backward(ORACLE, ones(2, 3), ones(3), true([1, 1]), true(0))
    return [as_printed.shape], [as_array(by_bias).shape]


@counterexample("EP28")
def step_in_place() -> Columns:
    """The weight that was handed in, after the step of the listing and after a step."""
    as_printed = np.array([[1.0]])
    listings.regression_step(as_printed, 0, np.array([[0.5]]), np.array([[0.0]]), 1.0)
    weights = true([1])
    linear_regression_step(ORACLE, weights, true(0), true(["1/2"]), true(0), true(1))
    return flat(as_printed), flat(weights)


@counterexample("EP28")
def step_of_an_integer_in_place() -> Columns:
    """What the step of the listing raises for an integer weight, and the new weight."""
    gradients = np.array([[0.5]]), np.array([[0.0]])
    weights, _ = linear_regression_step(ORACLE, true([1]), true(0), true(["1/2"]), true(0), true(1))
    return [raised(lambda: listings.regression_step(np.array([[1]]), 0, *gradients, 1.0))], flat(weights)


# binary classification


def _batch_gradients(delta: Array) -> tuple[Array, Array]:
    """dW and db of one unit with two inputs, three samples."""
    _, by_weights, by_bias = dense_batch_gradients(ORACLE, ones(2, 3), ones(1, 2), ones(1), delta)
    return by_weights, by_bias


DELTA = ["0.2", "-0.3", "-0.1"]
"""``A - Y`` of A = (0.2, 0.7, 0.9) and Y = (0, 1, 1)."""


@counterexample("EP29")
def shape_of_a_bias_gradient_for_each_sample() -> Columns:
    """The shape of Δ, and of ∇_b with b stored as [1, 1]."""
    _, by_bias = _batch_gradients(true([DELTA]))
    return [printed([DELTA]).shape], [by_bias[:, None].shape]


@counterexample("EP29")
def bias_gradient_for_each_sample() -> Columns:
    """The first entry of Δ, and ∇_b."""
    _, by_bias = _batch_gradients(true([DELTA]))
    return [printed([DELTA])[0, 0]], flat(by_bias)


@counterexample("EP29")
def one_sample_beside_a_batch() -> Columns:
    """The shapes of Δ x^T with the x of one sample, and of Δ X^T."""
    by_weights, _ = _batch_gradients(ones(1, 3))
    return [product_shape((1, 3), ones(2, 1).T.shape)], [by_weights.shape]


@counterexample("EP30")
def binary_loss_of_a_prediction_of_one() -> Columns:
    """The loss in float64 from σ(40), which rounds to 1, y = 0, and as it is."""
    o, y = listings.sigmoid(np.float64(40)), 0
    as_printed = quiet(lambda: -(y * np.log(o) + (1 - y) * np.log(1 - o)))
    return [as_printed], [sigmoid_cross_entropy(ORACLE, true([40]), true([0]))]


@counterexample("EP30")
def categorical_loss_of_a_perfect_prediction() -> Columns:
    """The loss in float64 of o = y = (1, 0), with a term 0 log 0, and as it is."""
    o = np.array([1.0, 0.0])
    as_printed = quiet(lambda: -np.sum(o * np.log(o)))
    return [as_printed], [categorical_cross_entropy(ORACLE, true([1, 0]), true([1, 0]))]


# softmax and cross-entropy


@counterexample("EP31")
def denominator_of_another_length() -> Columns:
    """The sum of the e^z_i / Σ_k e^z_k with k up to 2 of 3, and of softmax."""
    z, n = [1, 2, 3], 2
    e = PRINTED.exp(printed(z))
    return [sum(e / sum(e[:n]))], [sum(softmax(ORACLE, true(z)))]


def _half_each() -> Array:
    """The softmax of (0, 0), for printed formulas."""
    e = PRINTED.exp(printed([0, 0]))
    return as_array(e / sum(e))


@counterexample("EP32")
def prediction_for_the_label() -> Columns:
    """``-Σ_i o_i (δ_ij - o_j)``, and the derivative."""
    o, unit = _half_each(), identity_matrix(2)
    as_printed = [-sum(o[i] * (unit[i, j] - o[j]) for i in range(2)) for j in range(2)]
    return as_printed, flat(softmax_cross_entropy_delta(ORACLE, true([0, 0]), true([1, 0])))


def _of_labels(y: list[int]) -> Columns:
    """``o - y``, and the delta of labels of any sum, at z = (0, 0)."""
    free = oracle_of("park-2022", label_sum="any")
    delta = softmax_cross_entropy_delta(free, numbers(free, [0, 0]), numbers(free, y))
    return flat(_half_each() - printed(y)), flat(delta)


@counterexample("EP33")
def labels_that_sum_to_two() -> Columns:
    """Both for y = (1, 1)."""
    return _of_labels([1, 1])


@counterexample("EP33")
def labels_that_sum_to_nothing() -> Columns:
    """Both for y = (0, 0)."""
    return _of_labels([0, 0])


# code 4


def _classifier(weights: list[list[int]]) -> Network:
    """A classifier of one layer, one input and two classes."""
    return network(ORACLE, (weights, [0, 0], "softmax"), loss="categorical_cross_entropy")


def _shape_of_hidden_weight_gradient() -> Shape:
    """The shape of dW^1 for n = (2, 4, 3)."""
    deep = sized(ORACLE, (2, 4, 3), ("relu", "softmax"), "categorical_cross_entropy")
    (by_weights, _), _ = classifier_backward(ORACLE, deep, ones(2, 3), true(np.eye(3)))
    return by_weights.shape  # type: ignore[no-any-return]


@counterexample("EP34")
def second_definition_without_a_colon() -> Columns:
    """What compiling the line raises, and the shape of dW^1."""
    text = "def back_propagation(X, Y, W, b)\n    return W, b\n"
    return [raised(lambda: compile(text, "code 4", "exec"))], [_shape_of_hidden_weight_gradient()]


@counterexample("EP34")
def weights_of_another_name() -> Columns:
    """What the step to a hidden layer raises, and the shape of dW^1."""
    code = listings.Classifier([np.ones((4, 2)), np.ones((3, 4))], [np.zeros((4, 1)), np.zeros((3, 1))])
    return [raised(lambda: code.backward_of_hidden_layer(1, np.ones((3, 3))))], [_shape_of_hidden_weight_gradient()]


@counterexample("EP35")
def input_from_elsewhere() -> Columns:
    """The outputs for what is in A[0], with the sums of softmax along its entries, and for what was asked."""
    code = listings.Classifier([printed([[1], [0]])], [printed([[0], [0]])], axis=0)
    code.a[0] = printed([[0]])
    _, (_, as_printed) = code.forward(printed([[1]]))
    _, (outputs,) = classifier_forward(ORACLE, _classifier([[1], [0]]), true([[1]]))
    return flat(as_printed), flat(outputs)


def _weight_gradient_of_listing() -> Array:
    """dW^1 of the listing for zero weights, X = [[1]], Y = [[1], [0]]."""
    code = listings.Classifier([printed([[0], [0]])], [printed([[0], [0]])])
    code.a[0] = printed([[1]])
    by_weights, _ = code.backward_of_last_layer(printed([[1]]), printed([[1], [0]]))
    return as_array(by_weights)


@counterexample("EP36")
def gradient_from_the_softmax_of_code_1() -> Columns:
    """dW^1 of the listing, and as it is."""
    (by_weights,), _ = classifier_backward(ORACLE, _classifier([[0], [0]]), true([[1]]), true([[1], [0]]))
    return flat(_weight_gradient_of_listing()), flat(by_weights)


@counterexample("EP36")
def gradient_of_the_cost_of_code_1() -> Columns:
    """dW^1 of the listing, and the gradient of the cross-entropy of the outputs that it computes."""

    def cost(dual: Arithmetic, weights: Array) -> Number:
        along_samples = [softmax(dual, row) for row in weights]  # which are the logits, for X = [[1]]
        return categorical_cross_entropy(dual, as_array([row[0] for row in along_samples]), as_array([1, 0]))

    return flat(_weight_gradient_of_listing()), flat(derivative(cost, [[0.0], [0.0]], ORACLE))


# names, letters and the step


@counterexample("EP38")
def name_for_another_gradient() -> Columns:
    """``(A - Y)/N`` for the gradient of the sum of the losses, and that gradient."""
    summed = oracle_of("park-2022", cost="sum")
    difference = printed([[1, 3]])
    (delta,) = network_deltas(summed, passing(summed), numbers(summed, [[1, 3]]), numbers(summed, [[0, 0]]))
    return flat(difference / 2), flat(delta)


@counterexample("EP40")
def mean_over_the_entries() -> Columns:
    """``o - y``, and the delta of the mean over the entries."""
    mean = oracle_of("park-2022", entry_reduction="mean")
    o = sigmoid_as_printed(printed([0, 0]))
    delta = sigmoid_cross_entropy_delta(mean, numbers(mean, [0, 0]), numbers(mean, [1, 0]))
    return flat(o - printed([1, 0])), flat(delta)


@counterexample("EP41")
def halves_of_a_fraction() -> Columns:
    """``e^z_1 / e^z_1`` and 1 / Σ e^z_k, and the softmax in place of both."""
    e = PRINTED.exp(printed([1, 0]))
    first, _ = softmax(ORACLE, true([1, 0]))
    return [e[0] / e[0], 1 / sum(e)], [first, first]


@counterexample("EP42")
def sample_index_first() -> Columns:
    """The shape of the array of all z_kj with k for the row, and of Z."""
    (z,), _ = network_trace(ORACLE, sized(ORACLE, (1, 2)), ones(1, 5))
    return [z.T.shape], [z.shape]


@counterexample("EP43")
def column_less_a_row() -> Columns:
    """The shapes of b less its derivative as a row, and of b, a column, after a step."""
    b, by_bias = np.array([[1.0], [2.0]]), np.array([[0.1, 0.2]])
    one = network(ORACLE, ([[0], [0]], [1, 2], "identity"))
    _, (after,) = gradient_descent_step(ORACLE, one, [true([[0], [0]])], [true(["0.1", "0.2"])], true(1))
    return [(b - by_bias).shape], [after[:, None].shape]
