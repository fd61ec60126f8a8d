"""Counterexamples to jiang about layers and networks, in the order of ``spec/errata/jiang.toml``."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ..arithmetic.arrays import as_array
from ..backpropagation import upstream_gradient
from ..layers import dense_gradients, dense_jacobian_weights, layer, layer_gradients
from ..networks import network_forward, network_gradients
from .computing import (
    PRINTED,
    defined,
    difference_shape,
    flat,
    network,
    numbers,
    oracle_of,
    printed,
    relu_as_printed,
)
from .networks import of_layer, ones, sized
from .registry import counterexample

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ...spec.network import Network
    from ..arithmetic.arrays import Array, Number
    from .computing import Columns

ORACLE = oracle_of("jiang")
"""The arithmetic of the true values."""

true = partial(numbers, ORACLE)
"""Inputs for it."""


def _softmax(z: Array) -> Array:
    """``S(z)``, for printed formulas."""
    e = PRINTED.exp(z)
    return as_array(e / sum(e))


# layers


@counterexample("EJ13")
def derivative_at_one_entry() -> Columns:
    """``∂F/∂W_11`` of F(y') = y'_1 y'_2 for b_2 = 2 and 3: a function of y'_1 alone, and of y'_1 and y'_2."""

    def by_weight(bias: int) -> Number:
        activation = layer(ORACLE, true([1]), true([[1], [0]]), true([0, bias]), "relu")
        upstream = activation[::-1]
        _, by_weights, _ = layer_gradients(ORACLE, true([1]), true([[1], [0]]), true([0, bias]), "relu", upstream)
        return by_weights[0, 0]

    other = printed(2)  # whichever y'_2 such a function has been given, it cannot see another
    return [other * 1, other * 1], [by_weight(2), by_weight(3)]


@counterexample("EJ14")
def bias_held_fixed() -> Columns:
    """The derivative of L(·, W, b), which has no b to move, and of L(y, W, ·)."""
    _, _, by_bias = dense_gradients(ORACLE, true([1]), true([[1]]), true([0]), true([1]))
    return [0], flat(by_bias)


@counterexample("EJ15")
def indicator_without_j() -> Columns:
    """``1(z ≥ 0, z ≠ j) W`` for j = 1, and 1(z > 0) W, at z = 1."""
    z, j, w = printed(1), 1, printed(1)
    by_input, _, _ = layer_gradients(ORACLE, true([1]), true([[1]]), true([0]), "relu", true([1]))
    return [int(z >= 0 and z != j) * w], flat(by_input)


def _weight_gradient(upstream: Number) -> Array:
    """The gradient by W of F(relu(W y + b)) at y = 2, W = 1/2 and b = 1/4, where F has the derivative ``upstream``."""
    _, by_weights, _ = layer_gradients(ORACLE, true([2]), true([["1/2"]]), true(["1/4"]), "relu", as_array([upstream]))
    return by_weights  # type: ignore[no-any-return]


@counterexample("EJ16")
def value_for_its_derivative() -> Columns:
    """``F(relu(z)) y`` and F'(relu(z)) y for F(v) = v²/2."""
    y, z = printed(2), printed("1/2") * 2 + printed("1/4")
    v = relu_as_printed(z)
    (of_f,) = layer(ORACLE, true([2]), true([["1/2"]]), true(["1/4"]), "relu")
    return [v**2 / 2 * int(z > 0) * y], flat(_weight_gradient(of_f))


@counterexample("EJ16")
def value_of_a_constant() -> Columns:
    """The same for F(v) = 7."""
    y, z = printed(2), printed("1/2") * 2 + printed("1/4")
    return [7 * int(z > 0) * y], flat(_weight_gradient(true(0)))


@counterexample("EJ17")
def derivative_at_a_kink() -> Columns:
    """``1(z > 0) W`` at z = 0, and the one-sided slopes of relu(W y)."""
    z, w = 1 * printed(0), printed(1)
    at_zero = int(z > 0) * w
    values = [layer(ORACLE, true([y]), true([[1]]), true([0]), "relu")[0] for y in (1, 0, -1)]
    return [at_zero, at_zero], [values[0] - values[1], values[1] - values[2]]


# networks


def _two_layers() -> Network:
    """Identities that add 1, then 2."""
    return network(ORACLE, ([[1]], [1], "identity"), ([[1]], [2], "identity"))


@counterexample("EJ18")
def as_many_layers_as_samples() -> Columns:
    """The composition of n = 1 layers, and of both, at 0."""
    biases, samples = printed([1, 2]), 1
    return [0 + sum(biases[:samples])], flat(network_forward(ORACLE, _two_layers(), true([[0]])))


@counterexample("EJ18")
def more_samples_than_layers() -> Columns:
    """The layer that the third sample asks for, and the output."""
    both = _two_layers()
    return [defined(lambda: of_layer(both.layers, 3))], flat(network_forward(ORACLE, both, true([[0]])))


@counterexample("EJ19")
def gradient_that_is_a_number() -> Columns:
    """The shapes of a number and of the gradient."""
    two = sized(ORACLE, (1, 3, 2), ("relu", "softmax"), "categorical_cross_entropy")
    gradient = upstream_gradient(ORACLE, two, ones(1), true([1, 0]), 1)
    return [as_array(printed(0)).shape], [gradient.shape]


@counterexample("EJ20")
def softmax_of_what_is_fed() -> Columns:
    """``(S(y) - Ŷ) W^p`` and (S(L^p(y)) - Ŷ) W^p at y = 0."""
    weights = printed([[1, 0], [0, 1]])
    delta = _softmax(printed([0, 0])) - printed([1, 0])
    first, last = ([[0], [0]], [0, 0], "relu"), ([[1, 0], [0, 1]], [1, 0], "softmax")
    two = network(ORACLE, first, last, loss="categorical_cross_entropy")
    gradient = upstream_gradient(ORACLE, two, true([1]), true([1, 0]), 1)
    return flat(PRINTED.matmul(delta[None, :], weights)), flat(gradient)


@counterexample("EJ20")
def label_of_another_length() -> Columns:
    """The shapes of S(y) - Ŷ, with m_p = 4 and m_(p+1) = 3 entries, and of the gradient."""
    two = sized(ORACLE, (1, 4, 3), ("relu", "softmax"), "categorical_cross_entropy")
    gradient = upstream_gradient(ORACLE, two, ones(1), true([1, 0, 0]), 1)
    return [difference_shape((4,), (3,))], [gradient.shape]


NEGATIVE = ([[-1], [-1]], [0, 0], "softmax")
"""A layer of softmax whose pre-activations are -1 at X = 1."""


@counterexample("EJ21")
def relu_at_the_output() -> Columns:
    """``(S(relu(z)) - Ŷ) ⊙ 1(z > 0)``, and db, at z = (-1, -1)."""
    z, label = printed([-1, -1]), printed([1, 0])
    as_printed = (_softmax(relu_as_printed(z)) - label) * [int(each > 0) for each in z]
    one = network(ORACLE, NEGATIVE, loss="categorical_cross_entropy")
    _, (by_bias,) = network_gradients(ORACLE, one, true([[1]]), true([[1], [0]]))
    return flat(as_printed), flat(by_bias)


@counterexample("EJ21")
def value_at_the_output() -> Columns:
    """``F(relu(z)) X`` for both rows, and dW."""
    z, label = printed([-1, -1]), printed([1, 0])
    value = -sum(label * PRINTED.log(_softmax(relu_as_printed(z))))
    one = network(ORACLE, NEGATIVE, loss="categorical_cross_entropy")
    (by_weights,), _ = network_gradients(ORACLE, one, true([[1]]), true([[1], [0]]))
    return [value * 1, value * 1], flat(by_weights)


@counterexample("EJ22")
def bias_of_the_length_of_the_input() -> Columns:
    """``(m_k,)`` and the shape of b^k, m_k = 2 and m_(k+1) = 3."""
    one = sized(ORACLE, (2, 3))
    return [(one.layers[0].weights.shape[1],)], [one.layers[0].bias.shape]


def _composed(maps: Sequence[Callable[[Array], Array]], x: Array) -> Array:
    """The composition of one map or more, at ``x``; raises :class:`IndexError` for none."""
    value = maps[0](x)
    for each in maps[1:]:
        value = each(value)
    return value


@counterexample("EJ23")
def composition_of_no_maps() -> Columns:
    """The composition over k = 1, ..., 0 before the last layer, and the first entry of N(X)."""
    one = network(ORACLE, ([[0], [0]], [0, 0], "softmax"))
    weights = printed([[0], [0]])
    as_printed = defined(lambda: _softmax(PRINTED.matmul(weights, _composed([], printed([1]))))[0])
    return [as_printed], [network_forward(ORACLE, one, true([[1]]))[0, 0]]


@counterexample("EJ25")
def sum_of_the_losses() -> Columns:
    """``db`` of the sum, and of the mean."""
    delta = _softmax(printed([0, 0])) - printed([1, 0])
    mean = oracle_of("jiang", cost="mean")
    one = network(mean, ([[0], [0]], [0, 0], "softmax"), loss="categorical_cross_entropy")
    _, (by_bias,) = network_gradients(mean, one, numbers(mean, [[1, 1]]), numbers(mean, [[1, 1], [0, 0]]))
    return flat(delta + delta), flat(by_bias)


@counterexample("EJ27")
def one_row_of_the_weights() -> Columns:
    """The shapes of the derivative by one row of W, which is y, and by W."""
    y = ones(2)
    return [y.shape], [dense_jacobian_weights(ORACLE, y, ones(3, 2), ones(3)).shape]
