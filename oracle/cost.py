"""Chapter 9, cost and training: the cost as a composed map of the stack of all outputs, and its total derivative."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .arithmetic.arrays import Array, Number, as_array, columns, entrywise, identity_matrix, stack_columns
from .layers import backpropagate_delta, row_sums
from .losses import (
    binary_cross_entropy,
    binary_cross_entropy_gradient,
    categorical_cross_entropy,
    categorical_cross_entropy_gradient,
    reduced,
    sample_divisor,
    squared_error,
    squared_error_gradient,
)
from .networks import forward, output_delta, over_samples
from .propositions import form, proposition
from .tensor_form import output_bias_jacobian, output_weight_jacobian

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..spec.network import Network
    from .arithmetic.protocol import Arithmetic, Formula

LOSSES: Mapping[str, Formula] = {
    "squared_error": squared_error,
    "binary_cross_entropy": binary_cross_entropy,
    "categorical_cross_entropy": categorical_cross_entropy,
}
"""The loss of one sample, of its prediction and its label, by name."""

LOSS_GRADIENTS: Mapping[str, Formula] = {
    "squared_error": squared_error_gradient,
    "binary_cross_entropy": binary_cross_entropy_gradient,
    "categorical_cross_entropy": categorical_cross_entropy_gradient,
}
"""Its gradient with respect to the prediction, by the name of the loss."""


# the stack of the samples


@proposition("stack.value")
def stack_samples(arithmetic: Arithmetic, batch: Array) -> Array:
    """``A = (a_1, ..., a_N)``, sample after sample, shape ``(N n,)``. Clause ``stack.value``."""
    del arithmetic
    return batch.T.reshape(-1)


@proposition("projection.value")
def project_sample(arithmetic: Arithmetic, batch: Array, sample: int) -> Array:
    """``pi_k(A)``, block k of the stack, shape ``(n,)``; k counts from 1. Clause ``projection.value``."""
    return as_array(stack_samples(arithmetic, batch)[_block(batch.shape[0], sample)])


@proposition("projection.jacobian")
def projection_jacobian(arithmetic: Arithmetic, batch: Array, sample: int) -> Array:
    """``[0 | ... | I | ... | 0]``, I as block k, shape ``(n, N n)``. Clause ``projection.jacobian``."""
    del arithmetic
    entries, samples = batch.shape
    jacobian = np.full((entries, samples * entries), 0, dtype=object)
    jacobian[:, _block(entries, sample)] = identity_matrix(entries)
    return jacobian


def _block(entries: int, sample: int) -> slice:
    """Where the entries of ``sample``, counted from 1, stand in the stack."""
    return slice((sample - 1) * entries, sample * entries)


# the losses and the cost as functions of the stack


@proposition("losses.jacobian")
def losses_jacobian(arithmetic: Arithmetic, loss: str, o: Array, y: Array) -> Array:
    """Block-diagonal, in row k the gradient of the loss of sample k; shape ``(N, N m)``. Clause ``losses.jacobian``."""
    entries, samples = o.shape
    jacobian = np.full((samples, samples * entries), 0, dtype=object)
    for index, gradient in enumerate(_gradients(arithmetic, loss, o, y)):
        jacobian[index, _block(entries, index + 1)] = gradient
    return jacobian


def _gradients(arithmetic: Arithmetic, loss: str, o: Array, y: Array) -> list[Array]:
    """The gradient of the loss of each sample with respect to its prediction."""
    return [LOSS_GRADIENTS[loss](arithmetic, *pair) for pair in zip(columns(o), columns(y), strict=True)]


@proposition("cost.row")
def cost_row(arithmetic: Arithmetic, weights: Array, loss: str, o: Array, y: Array) -> Array:
    """``w D``, w the gradient of phi and D the Jacobian of the losses; shape ``(N m,)``. Clause ``cost.row``."""
    jacobian = losses_jacobian(arithmetic, loss, o, y)
    return entrywise(lambda column: arithmetic.sum(weights * jacobian[:, column]), np.arange(jacobian.shape[1]))


@form(cost_row, "stable")
def cost_row_of_blocks(arithmetic: Arithmetic, weights: Array, loss: str, o: Array, y: Array) -> Array:
    """Block k is ``w_k`` times the gradient of the loss of sample k. Clause ``cost.row``."""
    pairs = zip(weights, _gradients(arithmetic, loss, o, y), strict=True)
    return np.concatenate([as_array(gradient * weight) for weight, gradient in pairs])


def _blocks(formula: Formula) -> Formula:
    """``cost_row`` by a formula for one block, of the weight, the loss, the prediction and the label of a sample."""

    def row(arithmetic: Arithmetic, /, weights: Array, loss: str, o: Array, y: Array) -> Array:
        samples = zip(weights, columns(o), columns(y), strict=True)
        return np.concatenate([formula(arithmetic, weight, loss, *pair) for weight, *pair in samples])

    row.__doc__ = formula.__doc__
    return row


def _weighted_first(arithmetic: Arithmetic, /, weight: Number, loss: str, o: Array, y: Array) -> Array:
    """The weight multiplied into the numerator of the gradient. Clause ``cost.row``."""
    if loss == "categorical_cross_entropy":
        return as_array(-(y * weight) / o)
    scaled = (o - y) * _over_entries(arithmetic, weight, o)
    if loss == "binary_cross_entropy":
        return as_array(scaled / (o * (1 - o)))
    return as_array(scaled if arithmetic.conventions["squared_error"] == "half" else scaled * 2)


def _weighted_terms(arithmetic: Arithmetic, /, weight: Number, loss: str, o: Array, y: Array) -> Array:
    """``(w (1 - y)) / (1 - o) - (w y) / o``, the weight in both terms of the binary gradient. Clause ``cost.row``."""
    if loss != "binary_cross_entropy":
        return _weighted_first(arithmetic, weight, loss, o, y)
    scaled = _over_entries(arithmetic, weight, o)
    return as_array((1 - y) * scaled / (1 - o) - y * scaled / o)


def _over_entries(arithmetic: Arithmetic, weight: Number, o: Array) -> Number:
    return as_array(reduced(arithmetic, as_array(weight), o.shape[0]))[()]


form(cost_row, "stable_weighted_first")(_blocks(_weighted_first))
form(cost_row, "weighted_terms")(_blocks(_weighted_terms))


# the outputs as functions of the parameters


@proposition("stacked.weight_jacobian")
def stacked_weight_jacobian(arithmetic: Arithmetic, network: Network, x: Array, layer: int) -> Array:
    """The array of each sample, one below the other; ``(N n_L, n_l, n_(l-1))``. Clause ``stacked.weight_jacobian``."""
    return np.concatenate([output_weight_jacobian(arithmetic, network, sample, layer) for sample in columns(x)])


@proposition("stacked.bias_jacobian")
def stacked_bias_jacobian(arithmetic: Arithmetic, network: Network, x: Array, layer: int) -> Array:
    """The matrix of each sample, one below the other; ``(N n_L, n_l)``. Clause ``stacked.bias_jacobian``."""
    return np.concatenate([output_bias_jacobian(arithmetic, network, sample, layer) for sample in columns(x)])


# the cost as a function of the parameters


def _output_gradients(arithmetic: Arithmetic, network: Network, x: Array, y: Array) -> list[Array]:
    return _gradients(arithmetic, network.loss, forward(arithmetic, network, x)[-1].a, y)


def _contracted(arithmetic: Arithmetic, row: Array, jacobian: Array, over: tuple[int, ...]) -> Array:
    """``sum_r row_r J_r...``, the first axis of an array with two or three of them, divided by ``over``."""
    flat = jacobian.reshape(len(row), -1)
    return as_array(arithmetic.matmul(row[None, :], flat, over)[0].reshape(jacobian.shape[1:]))


def _composed(jacobian: Formula, *, scaled_first: bool) -> Formula:
    """``D C = D_A C . D A`` with D A by ``jacobian`` and 1/N in ``D_A C``, or after the sum."""

    def derivative(arithmetic: Arithmetic, /, network: Network, x: Array, y: Array, layer: int) -> Array:
        row = np.concatenate(_output_gradients(arithmetic, network, x, y))
        inner = jacobian(arithmetic, network, x, layer)
        if scaled_first:
            return _contracted(arithmetic, over_samples(arithmetic, row, x.shape[1]), inner, ())
        return _contracted(arithmetic, row, inner, sample_divisor(arithmetic, x.shape[1]))

    derivative.__doc__ = jacobian.__doc__
    return derivative


@proposition("cost.weight_derivative")
def cost_weight_derivative(arithmetic: Arithmetic, network: Network, x: Array, y: Array, layer: int) -> Array:
    """``sum_r (D_A C)_r (D_W A)_rpq`` with 1/N in ``D_A C``; ``(n_l, n_(l-1))``. Clause ``cost.weight_derivative``."""
    formula = _composed(stacked_weight_jacobian, scaled_first=True)
    return formula(arithmetic, network, x, y, layer)  # type: ignore[no-any-return]


@form(cost_weight_derivative, "scaled_last")
def cost_weight_derivative_scaled_last(
    arithmetic: Arithmetic, network: Network, x: Array, y: Array, layer: int
) -> Array:
    """The same with 1/N after the sum. Clause ``cost.weight_derivative``."""
    formula = _composed(stacked_weight_jacobian, scaled_first=False)
    return formula(arithmetic, network, x, y, layer)  # type: ignore[no-any-return]


@form(cost_weight_derivative, "by_sample")
def cost_weight_derivative_by_sample(arithmetic: Arithmetic, network: Network, x: Array, y: Array, layer: int) -> Array:
    """``sum_k ((M_k)^T g_k) (a_k^(l-1))^T``, M_k the bias Jacobian of sample k. Clause ``cost.weight_derivative``."""
    gradients = _output_gradients(arithmetic, network, x, y)
    delta = []
    for sample, gradient in zip(columns(x), gradients, strict=True):
        delta.append(arithmetic.matmul(output_bias_jacobian(arithmetic, network, sample, layer).T, gradient))
    inputs = [x, *(trace.a for trace in forward(arithmetic, network, x))][layer - 1]
    return arithmetic.matmul(stack_columns(delta), inputs.T, sample_divisor(arithmetic, x.shape[1]))


def _backpropagated(
    arithmetic: Arithmetic, network: Network, x: Array, y: Array, layer: int, *, scaled_first: bool
) -> tuple[Array, Array]:
    """
    The deltas of the layer and what it is fed, shapes ``(n_l, N)`` and ``(n_(l-1), N)``.

    Sample by sample, as the Jacobians are: doubtful indicators are numbered alike in each form.
    """
    deltas, inputs = [], []
    for index in range(x.shape[1]):
        here = slice(index, index + 1)
        traces = forward(arithmetic, network, x[:, here])
        delta = output_delta(arithmetic, network, traces[-1], y[:, here])
        if scaled_first:
            delta = over_samples(arithmetic, delta, x.shape[1])
        for above in range(len(network.layers) - 1, layer - 1, -1):
            below = network.layers[above - 1]
            weights, z = network.layers[above].weights, traces[above - 1].z
            delta = backpropagate_delta(arithmetic, weights, delta, z, below.activation, below.slope)
        deltas.append(delta)
        inputs.append(traces[layer - 2].a if layer > 1 else x[:, here])
    return np.concatenate(deltas, axis=1), np.concatenate(inputs, axis=1)


def _by_backpropagation(*, of_weights: bool, scaled_first: bool) -> Formula:
    def derivative(arithmetic: Arithmetic, /, network: Network, x: Array, y: Array, layer: int) -> Array:
        delta, inputs = _backpropagated(arithmetic, network, x, y, layer, scaled_first=scaled_first)
        over = () if scaled_first else sample_divisor(arithmetic, x.shape[1])
        return arithmetic.matmul(delta, inputs.T, over) if of_weights else row_sums(arithmetic, delta, over)

    return derivative


@proposition("cost.bias_derivative")
def cost_bias_derivative(arithmetic: Arithmetic, network: Network, x: Array, y: Array, layer: int) -> Array:
    """``sum_r (D_A C)_r (D_b A)_rp`` with 1/N in ``D_A C``; shape ``(n_l,)``. Clause ``cost.bias_derivative``."""
    formula = _composed(stacked_bias_jacobian, scaled_first=True)
    return formula(arithmetic, network, x, y, layer)  # type: ignore[no-any-return]


@form(cost_bias_derivative, "scaled_last")
def cost_bias_derivative_scaled_last(arithmetic: Arithmetic, network: Network, x: Array, y: Array, layer: int) -> Array:
    """The same with 1/N after the sum. Clause ``cost.bias_derivative``."""
    formula = _composed(stacked_bias_jacobian, scaled_first=False)
    return formula(arithmetic, network, x, y, layer)  # type: ignore[no-any-return]


for _proposition, _of_weights in ((cost_weight_derivative, True), (cost_bias_derivative, False)):
    form(_proposition, "stable")(_by_backpropagation(of_weights=_of_weights, scaled_first=True))
    form(_proposition, "stable_scaled_last")(_by_backpropagation(of_weights=_of_weights, scaled_first=False))
