"""Chapter 7, networks: forward values, cost, and the gradients of the cost by backpropagation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .activations import activate, activation_derivative
from .arithmetic.arrays import Array, Number, as_array, columns, stack_columns
from .layers import backpropagate_delta, row_sums
from .losses import (
    SIGMOID_TERMS,
    SOFTMAX_TERMS,
    binary_terms,
    binary_terms_log1p,
    categorical_terms,
    entry_divisor,
    sigmoid_cross_entropy_delta,
    softmax_cross_entropy_delta,
    squared_error_gradient,
    squared_error_total,
    squared_error_total_scaled_terms,
)
from .propositions import DEFINITION, form, proposition

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


@proposition("network.cost")
def network_cost(arithmetic: Arithmetic, network: Network, x: Array, y: Array) -> Number:
    """The mean (or sum, by ``cost``) over samples of the loss, a scalar. Clause ``network.cost``."""
    last = forward(arithmetic, network, x)[-1]
    over = () if network.loss == "categorical_cross_entropy" else entry_divisor(arithmetic, y.shape[0])
    over = (*over, *sample_divisor(arithmetic, y.shape[1]))
    return arithmetic.choose(dict(BATCH_LOSSES[network.loss]), (last, y, over), {})


def sample_divisor(arithmetic: Arithmetic, samples: int) -> tuple[int, ...]:
    """The number of samples, by which a sum over them is divided where ``cost`` is the mean."""
    return (samples,) if arithmetic.conventions["cost"] == "mean" else ()


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
    """The gradient of each sample's loss with respect to its last pre-activation, shape ``(n_L, N)``."""
    layer = network.layers[-1]
    if network.loss == "categorical_cross_entropy":
        pairs = zip(columns(last.z), columns(y), strict=True)
        return stack_columns([softmax_cross_entropy_delta(arithmetic, *pair) for pair in pairs])
    if network.loss == "binary_cross_entropy":
        return as_array(sigmoid_cross_entropy_delta(arithmetic, last.z, y))
    slope = activation_derivative(arithmetic, layer.activation, last.z, layer.slope)
    return as_array(squared_error_gradient(arithmetic, last.a, y) * slope)


def _gradients_from(  # noqa: PLR0913 - what a backward pass needs
    arithmetic: Arithmetic,
    network: Network,
    traces: list[Trace],
    x: Array,
    delta: Array,
    over: tuple[int, ...],
) -> tuple[list[Array], list[Array]]:
    """The sums over samples of delta^l (a^(l-1))^T and of delta^l, divided by ``over``, for every layer l."""
    inputs = [x, *(trace.a for trace in traces)]
    weights, biases = [], []
    for index in reversed(range(len(network.layers))):
        weights.append(arithmetic.matmul(delta, inputs[index].T, over))
        biases.append(row_sums(arithmetic, delta, over))
        if index > 0:
            layer, below = network.layers[index], network.layers[index - 1]
            z = traces[index - 1].z
            delta = backpropagate_delta(arithmetic, layer.weights, delta, z, below.activation, below.slope)
    return weights[::-1], biases[::-1]


def _scaled_first(arithmetic: Arithmetic, /, network: Network, traces: list[Trace], x: Array, delta: Array) -> Any:  # noqa: ANN401
    return _gradients_from(arithmetic, network, traces, x, over_samples(arithmetic, delta, x.shape[1]), ())


def _scaled_last(arithmetic: Arithmetic, /, network: Network, traces: list[Trace], x: Array, delta: Array) -> Any:  # noqa: ANN401
    return _gradients_from(arithmetic, network, traces, x, delta, sample_divisor(arithmetic, x.shape[1]))


@proposition("network.gradients")
def network_gradients(arithmetic: Arithmetic, network: Network, x: Array, y: Array) -> Any:  # noqa: ANN401
    """
    ``(dWs, dbs)``: dW^l = sum_k delta^l_k (a^(l-1)_k)^T and db^l = sum_k delta^l_k, 1/N in the last delta.

    Lists of arrays of shapes ``(n_l, n_(l-1))`` and ``(n_l,)``, first layer to last. Clause ``network.gradients``.
    """
    return _gradients_by(_scaled_first, arithmetic, network, x, y)


@form(network_gradients, "scaled_last")
def network_gradients_scaled_last(arithmetic: Arithmetic, network: Network, x: Array, y: Array) -> Any:  # noqa: ANN401
    """The same with 1/N after the sums over samples. Clause ``network.gradients``."""
    return _gradients_by(_scaled_last, arithmetic, network, x, y)


def _gradients_by(scaling: Formula, arithmetic: Arithmetic, network: Network, x: Array, y: Array) -> Any:  # noqa: ANN401
    traces = forward(arithmetic, network, x)
    return scaling(arithmetic, network, traces, x, output_delta(arithmetic, network, traces[-1], y))
