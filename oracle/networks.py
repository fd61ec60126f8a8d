"""Chapter 7, networks: forward values, cost, and the derivatives of the cost and of the output by backpropagation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .activations import activate, activation_derivative, sigmoid_derivative, softmax_vjp
from .arithmetic.arrays import Array, Number, as_array, columns, stack_columns
from .layers import backpropagate_delta, behind_activation, by_diagonal_matrix, row_sums
from .losses import (
    SIGMOID_TERMS,
    SOFTMAX_TERMS,
    binary_cross_entropy_gradient,
    binary_terms,
    binary_terms_log1p,
    categorical_terms,
    entry_divisor,
    sample_divisor,
    sigmoid_cross_entropy_delta,
    softmax_cross_entropy_delta,
    squared_error_gradient,
    squared_error_total,
    squared_error_total_scaled_terms,
)
from .propositions import DEFINITION, STABLE, form, proposition

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..spec.network import Network
    from .arithmetic.protocol import Arithmetic, Formula


@dataclass(frozen=True)
class Trace:
    """What the forward pass of a batch computes in one layer."""

    z: Array
    """Pre-activations, shape ``(n_l, N)``."""
    a: Array
    """Activations, shape ``(n_l, N)``."""


def forward(arithmetic: Arithmetic, network: Network, x: Array) -> list[Trace]:
    """The pre-activations and activations of every layer; x of shape ``(n_0, N)`` or ``(n_0,)``."""
    traces = []
    for layer in network.layers:
        z = arithmetic.affine(layer.weights, x, layer.bias)
        x = activate(arithmetic, layer.activation, z, layer.slope)
        traces.append(Trace(z, x))
    return traces


@proposition("network.forward")
def network_forward(arithmetic: Arithmetic, network: Network, x: Array) -> Array:
    """``a^L`` of every sample, shape ``(n_L, N)``. Clause ``network.forward``."""
    return forward(arithmetic, network, x)[-1].a


@proposition("network.trace")
def network_trace(arithmetic: Arithmetic, network: Network, x: Array) -> tuple[list[Array], list[Array]]:
    """``z^l`` and ``a^l`` of every sample, lists of arrays of shape ``(n_l, N)``. Clause ``network.trace``."""
    traces = forward(arithmetic, network, x)
    return [trace.z for trace in traces], [trace.a for trace in traces]


@proposition("downstream.value")
def downstream(arithmetic: Arithmetic, network: Network, x: Array, layer: int) -> Array:
    """What layer l is fed: x for l = 1, else ``a^(l-1)``; shape ``(n_(l-1),)``. Clause ``downstream.value``."""
    value = x
    for before in network.layers[: layer - 1]:
        z = arithmetic.affine(before.weights, value, before.bias)
        value = activate(arithmetic, before.activation, z, before.slope)
    return value


@proposition("network.cost")
def network_cost(arithmetic: Arithmetic, network: Network, x: Array, y: Array) -> Number:
    """The mean (or sum, by ``cost``) over samples of the loss, a scalar. Clause ``network.cost``."""
    return cost_of(arithmetic, network, forward(arithmetic, network, x)[-1], y)


def cost_of(arithmetic: Arithmetic, network: Network, last: Trace, y: Array) -> Number:
    """The cost of a batch whose last layer computed ``last``."""
    over = () if network.loss == "categorical_cross_entropy" else entry_divisor(arithmetic, y.shape[0])
    over = (*over, *sample_divisor(arithmetic, y.shape[1]))
    return arithmetic.choose(dict(BATCH_LOSSES[network.loss]), (last, y, over), {})


def over_samples(arithmetic: Arithmetic, value: Any, samples: int) -> Any:  # noqa: ANN401 - number or array
    """``value`` divided by the number of samples where ``cost`` is the mean."""
    return arithmetic.mean(as_array(value), samples) if arithmetic.conventions["cost"] == "mean" else value


# The loss of a whole batch, one flat sum over entries and samples, in every form that the loss clauses list.


def _squared_error(arithmetic: Arithmetic, /, last: Trace, y: Array, over: tuple[int, ...]) -> Number:
    return squared_error_total(arithmetic, last.a, y, over)


def _squared_error_scaled_terms(
    arithmetic: Arithmetic,
    /,
    last: Trace,
    y: Array,
    over: tuple[int, ...],
) -> Number:
    return squared_error_total_scaled_terms(arithmetic, last.a, y, over)


def _over_columns(terms: Formula, *, of_logits: bool) -> Formula:
    def total(arithmetic: Arithmetic, /, last: Trace, y: Array, over: tuple[int, ...]) -> Number:
        samples = zip(columns(last.z if of_logits else last.a), columns(y), strict=True)
        return arithmetic.sum(np.concatenate([terms(arithmetic, *sample) for sample in samples]), over)

    return total


def _forms(of_output: Mapping[str, Formula], of_logits: Mapping[str, Formula]) -> dict[str, Formula]:
    """From the output of the network, its definition first, or from the last pre-activations by every further form."""
    forms = {name: _over_columns(terms, of_logits=False) for name, terms in of_output.items()}
    return forms | {
        name: _over_columns(terms, of_logits=True) for name, terms in of_logits.items() if name != DEFINITION
    }


BATCH_LOSSES: Mapping[str, Mapping[str, Formula]] = {
    "squared_error": {DEFINITION: _squared_error, "scaled_terms": _squared_error_scaled_terms},
    "binary_cross_entropy": _forms({DEFINITION: binary_terms, "log1p": binary_terms_log1p}, SIGMOID_TERMS),
    "categorical_cross_entropy": _forms({DEFINITION: categorical_terms}, SOFTMAX_TERMS),
}
"""The loss of a batch, one flat sum divided by the numbers that the conventions ask for, by loss and form."""


# Gradients.


def output_delta(arithmetic: Arithmetic, network: Network, last: Trace, y: Array) -> Array:
    """The gradient of the loss with respect to the last pre-activation, of one sample or a column a sample."""
    layer = network.layers[-1]
    if network.loss == "categorical_cross_entropy":
        if y.ndim == 1:
            return as_array(softmax_cross_entropy_delta(arithmetic, last.z, y))
        pairs = zip(columns(last.z), columns(y), strict=True)
        return stack_columns([softmax_cross_entropy_delta(arithmetic, *pair) for pair in pairs])
    if network.loss == "binary_cross_entropy":
        return as_array(arithmetic.choose(SIGMOID_DELTA, (last, y), {}))
    slopes = activation_derivative(arithmetic, layer.activation, last.z, layer.slope)
    return behind_activation(arithmetic, slopes, squared_error_gradient(arithmetic, last.a, y))


def _sigmoid_delta(arithmetic: Arithmetic, last: Trace, y: Array) -> Array:
    return as_array(sigmoid_cross_entropy_delta(arithmetic, last.z, y))


def _sigmoid_delta_by_jacobian(arithmetic: Arithmetic, last: Trace, y: Array) -> Array:
    gradient = binary_cross_entropy_gradient(arithmetic, last.a, y)
    return by_diagonal_matrix(arithmetic, sigmoid_derivative(arithmetic, last.z), gradient)


SIGMOID_DELTA: dict[str, Formula] = {
    DEFINITION: _sigmoid_delta,
    STABLE: _sigmoid_delta,
    "diagonal_matrix": _sigmoid_delta_by_jacobian,
}
"""The delta of sigmoids under the binary cross-entropy, by form: of each unit, or by the Jacobian of the layer."""


def deltas_from(arithmetic: Arithmetic, network: Network, traces: list[Trace], delta: Array) -> list[Array]:
    """``delta^l = ((W^(l+1))^T delta^(l+1)) * (g^l)'(z^l)`` down from the last layer's ``delta``, first to last."""
    found = [delta]
    for index in reversed(range(1, len(network.layers))):
        layer, below = network.layers[index], network.layers[index - 1]
        z = traces[index - 1].z
        found.append(backpropagate_delta(arithmetic, layer.weights, found[-1], z, below.activation, below.slope))
    return found[::-1]


def _batch_deltas(
    arithmetic: Arithmetic, network: Network, traces: list[Trace], y: Array, *, scaled: bool
) -> list[Array]:
    """The delta of every layer and sample, shapes ``(n_l, N)``, where ``scaled`` with the factor of the cost."""
    delta = output_delta(arithmetic, network, traces[-1], y)
    return deltas_from(arithmetic, network, traces, over_samples(arithmetic, delta, y.shape[1]) if scaled else delta)


def _gradients(
    arithmetic: Arithmetic, network: Network, x: Array, y: Array, *, scaled: bool
) -> tuple[list[Array], list[Array]]:
    """The sums over samples of delta^l (a^(l-1))^T and of delta^l, 1/N in the deltas or after the sums."""
    traces = forward(arithmetic, network, x)
    deltas = _batch_deltas(arithmetic, network, traces, y, scaled=scaled)
    inputs = [x, *(trace.a for trace in traces[:-1])]
    over = () if scaled else sample_divisor(arithmetic, x.shape[1])
    weights = [arithmetic.matmul(delta, a.T, over) for delta, a in zip(deltas, inputs, strict=True)]
    return weights, [row_sums(arithmetic, delta, over) for delta in deltas]


@proposition("network.gradients")
def network_gradients(arithmetic: Arithmetic, network: Network, x: Array, y: Array) -> Any:  # noqa: ANN401
    """
    ``(dWs, dbs)``: dW^l = sum_k delta^l_k (a^(l-1)_k)^T and db^l = sum_k delta^l_k, 1/N in the last delta.

    Lists of arrays of shapes ``(n_l, n_(l-1))`` and ``(n_l,)``, first layer to last. Clause ``network.gradients``.
    """
    return _gradients(arithmetic, network, x, y, scaled=True)


@form(network_gradients, "scaled_last")
def network_gradients_scaled_last(arithmetic: Arithmetic, network: Network, x: Array, y: Array) -> Any:  # noqa: ANN401
    """The same with 1/N after the sums over samples. Clause ``network.gradients``."""
    return _gradients(arithmetic, network, x, y, scaled=False)


@proposition("network.deltas")
def network_deltas(arithmetic: Arithmetic, network: Network, x: Array, y: Array) -> list[Array]:
    """``D^l``, a list of arrays of shape ``(n_l, N)``, 1/N in the last of them. Clause ``network.deltas``."""
    return _batch_deltas(arithmetic, network, forward(arithmetic, network, x), y, scaled=True)


@form(network_deltas, "scaled_last")
def network_deltas_scaled_last(arithmetic: Arithmetic, network: Network, x: Array, y: Array) -> list[Array]:
    """The deltas of the losses, each divided by N in the end. Clause ``network.deltas``."""
    deltas = _batch_deltas(arithmetic, network, forward(arithmetic, network, x), y, scaled=False)
    return [over_samples(arithmetic, delta, x.shape[1]) for delta in deltas]


@proposition("network.input_gradient")
def network_input_gradient(arithmetic: Arithmetic, network: Network, x: Array, y: Array) -> Array:
    """``(W^1)^T D^1``, shape ``(n_0, N)``, 1/N in the last delta. Clause ``network.input_gradient``."""
    deltas = _batch_deltas(arithmetic, network, forward(arithmetic, network, x), y, scaled=True)
    return arithmetic.matmul(network.layers[0].weights.T, deltas[0])


@form(network_input_gradient, "scaled_last")
def network_input_gradient_scaled_last(arithmetic: Arithmetic, network: Network, x: Array, y: Array) -> Array:
    """The gradients of the losses, divided by N in the end. Clause ``network.input_gradient``."""
    deltas = _batch_deltas(arithmetic, network, forward(arithmetic, network, x), y, scaled=False)
    return arithmetic.matmul(network.layers[0].weights.T, deltas[0], sample_divisor(arithmetic, x.shape[1]))


@proposition("network.vjp")
def network_vjp(arithmetic: Arithmetic, network: Network, x: Array, upstream: Array) -> Any:  # noqa: ANN401
    """
    ``(dx, dWs, dbs)``: the transposed Jacobians of a^L with respect to x, W^l, b^l, times ``upstream``.

    Shapes ``(n_0,)``, ``(n_l, n_(l-1))`` and ``(n_l,)``, first layer to last. Clause ``network.vjp``.
    """
    traces = forward(arithmetic, network, x)
    deltas = deltas_from(arithmetic, network, traces, _output_vjp(arithmetic, network, traces[-1].z, upstream))
    inputs = [x, *(trace.a for trace in traces[:-1])]
    weights = [arithmetic.matmul(delta[:, None], a[None, :]) for delta, a in zip(deltas, inputs, strict=True)]
    return arithmetic.matmul(network.layers[0].weights.T, deltas[0]), weights, deltas


def _output_vjp(arithmetic: Arithmetic, network: Network, z: Array, upstream: Array) -> Array:
    """``(J^L)^T u``, J^L the Jacobian of the last activation at ``z``."""
    layer = network.layers[-1]
    if layer.activation == "softmax":
        return as_array(softmax_vjp(arithmetic, z, upstream))
    return as_array(upstream * activation_derivative(arithmetic, layer.activation, z, layer.slope))
