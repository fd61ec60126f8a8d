"""
Chapter 7, networks: the gradients in other forms, and the listings.

One quantity, the gradients of the cost, is written here five times, as five sources have it: sample by sample through
four equations, as a product of layer Jacobians, on matrices of columns, on matrices of rows, and as sums over indices.
None of them calls another; what they share is the forward pass, where it is not rewritten too.
"""

from __future__ import annotations

from functools import reduce
from operator import add
from typing import TYPE_CHECKING

import numpy as np

from .activations import (
    activate,
    activation_derivative,
    relu,
    relu_derivative,
    softmax,
    softmax_batch,
    softmax_jacobian,
)
from .arithmetic.arrays import Array, as_array, columns, diagonal, entrywise, identity_matrix, outer
from .layers import row_sums
from .losses import (
    binary_cross_entropy_gradient,
    categorical_cross_entropy_gradient,
    softmax_cross_entropy_delta,
    squared_error_gradient,
)
from .networks import Trace, downstream, forward, output_delta, over_samples
from .propositions import form, proposition

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..spec.network import Layer, Network
    from .arithmetic.arrays import Number
    from .arithmetic.protocol import Arithmetic
    from .propositions import Proposition

    Gradients = tuple[list[Array], list[Array]]

LOSS_GRADIENTS: Mapping[str, Proposition] = {
    "squared_error": squared_error_gradient,
    "binary_cross_entropy": binary_cross_entropy_gradient,
    "categorical_cross_entropy": categorical_cross_entropy_gradient,
}
"""The gradient of each loss with respect to the output."""


def slopes(arithmetic: Arithmetic, layer: Layer, z: Array) -> Array:
    """``g'(z)`` of an elementwise layer."""
    return activation_derivative(arithmetic, layer.activation, z, layer.slope)


def _over_batch(arithmetic: Arithmetic, samples: list[Gradients]) -> Gradients:
    """The sum, or by ``cost`` the mean, of the gradients of each sample."""
    weights, biases = ([reduce(add, each) for each in zip(*parts, strict=True)] for parts in zip(*samples, strict=True))
    count = len(samples)
    return (
        [over_samples(arithmetic, total, count) for total in weights],
        [over_samples(arithmetic, total, count) for total in biases],
    )


# Albert's four equations.


@proposition("backpropagation.four_equations")
def four_equations(arithmetic: Arithmetic, network: Network, x: Array, y: Array) -> Gradients:
    """BP1 to BP4 for each sample, then averaged. Clause ``backpropagation.four_equations``."""
    pairs = zip(columns(x), columns(y), strict=True)
    return _over_batch(arithmetic, [_four_equations_of_one(arithmetic, network, *pair) for pair in pairs])


def _four_equations_of_one(arithmetic: Arithmetic, network: Network, x: Array, y: Array) -> Gradients:
    traces = forward(arithmetic, network, x)
    last = network.layers[-1]
    gradient = LOSS_GRADIENTS[network.loss](arithmetic, traces[-1].a, y)
    if last.activation == "softmax":
        delta = arithmetic.matmul(softmax_jacobian(arithmetic, traces[-1].z).T, gradient)
    else:
        delta = as_array(gradient * slopes(arithmetic, last, traces[-1].z))
    deltas = [delta]
    for after, layer, trace in reversed(list(zip(network.layers[1:], network.layers, traces, strict=False))):
        deltas.insert(0, arithmetic.matmul(after.weights.T, deltas[0]) * slopes(arithmetic, layer, trace.z))
    inputs = [x, *(trace.a for trace in traces[:-1])]
    return [outer(delta, a) for delta, a in zip(deltas, inputs, strict=True)], deltas


# The product of layer Jacobians.


@proposition("backpropagation.jacobian_chain")
def jacobian_chain(arithmetic: Arithmetic, network: Network, x: Array, y: Array) -> Gradients:
    """``dL/da^L D^L ... D^(l+1) J^l (I (x) (a^(l-1))^T)``, averaged. Clause ``backpropagation.jacobian_chain``."""
    pairs = zip(columns(x), columns(y), strict=True)
    return _over_batch(arithmetic, [_chained(arithmetic, network, *pair) for pair in pairs])


def _chained(arithmetic: Arithmetic, network: Network, x: Array, y: Array) -> Gradients:
    traces = forward(arithmetic, network, x)
    row = as_array(LOSS_GRADIENTS[network.loss](arithmetic, traces[-1].a, y))[None, :]
    local = [_activation_jacobian(arithmetic, *pair) for pair in zip(network.layers, traces, strict=True)]
    through = [arithmetic.matmul(each, layer.weights) for each, layer in zip(local, network.layers, strict=True)]
    inputs = [x, *(trace.a for trace in traces[:-1])]
    weights, biases = [], []
    for index, (layer, a) in enumerate(zip(network.layers, inputs, strict=True)):
        to_bias = reduce(arithmetic.matmul, [row, *reversed(through[index + 1 :]), local[index]])
        of_weights = np.kron(identity_matrix(layer.bias.shape[0]), a[None, :])
        weights.append(arithmetic.matmul(to_bias, of_weights).reshape(layer.weights.shape))
        biases.append(to_bias[0])
    return weights, biases


def _activation_jacobian(arithmetic: Arithmetic, layer: Layer, trace: Trace) -> Array:
    if layer.activation == "softmax":
        return as_array(softmax_jacobian(arithmetic, trace.z))
    return diagonal(slopes(arithmetic, layer, trace.z))


# Park's theorem 5.4, on columns and on rows.


@proposition("backpropagation.vectorised")
def vectorised(arithmetic: Arithmetic, network: Network, x: Array, y: Array) -> Gradients:
    """dZ, dA, dW and db on matrices with a column a sample. Clause ``backpropagation.vectorised``."""
    traces = forward(arithmetic, network, x)
    activations = [x, *(trace.a for trace in traces)]
    last = len(network.layers)
    dz = over_samples(arithmetic, output_delta(arithmetic, network, traces[-1], y), x.shape[1])
    weights, biases = [], []
    for number in range(last, 0, -1):
        weights.append(arithmetic.matmul(dz, activations[number - 1].T))
        biases.append(reduce(add, columns(dz)))
        if number > 1:
            da = arithmetic.matmul(network.layers[number - 1].weights.T, dz)
            dz = slopes(arithmetic, network.layers[number - 2], traces[number - 2].z) * da
    return weights[::-1], biases[::-1]


@proposition("backpropagation.rows")
def rows(arithmetic: Arithmetic, network: Network, x: Array, y: Array) -> Gradients:
    """The same on matrices with a row a sample, transposed as they are formed. Clause ``backpropagation.rows``."""
    traces = _forward_in_rows(arithmetic, network, x.T)
    activations = [x.T, *(trace.a for trace in traces)]
    last = Trace(traces[-1].z.T, traces[-1].a.T)
    dz = over_samples(arithmetic, output_delta(arithmetic, network, last, y).T, x.shape[1])
    weights, biases = [], []
    for number in range(len(network.layers), 0, -1):
        weights.append(arithmetic.matmul(dz.T, activations[number - 1]))
        biases.append(reduce(add, list(dz)))
        if number > 1:
            da = arithmetic.matmul(dz, network.layers[number - 1].weights)
            dz = da * slopes(arithmetic, network.layers[number - 2], traces[number - 2].z)
    return weights[::-1], biases[::-1]


def _forward_in_rows(arithmetic: Arithmetic, network: Network, x: Array) -> list[Trace]:
    """``Z = A W^T + 1 b^T`` and ``A = g(Z)`` with a sample in every row, layer by layer."""
    traces = []
    for layer in network.layers:
        z = as_array(arithmetic.matmul(x, layer.weights.T) + layer.bias[None, :])
        is_softmax = layer.activation == "softmax"
        x = (
            np.stack([softmax(arithmetic, row) for row in z])
            if is_softmax
            else activate(arithmetic, layer.activation, z, layer.slope)
        )
        traces.append(Trace(z, x))
    return traces


# Jiang's upstream functions.


@proposition("upstream.gradient")
def upstream_gradient(arithmetic: Arithmetic, network: Network, x: Array, y: Array, layer: int) -> Array:
    """The gradient of a sample's loss with respect to a^l, to z^L for l = L. Clause ``upstream.gradient``."""
    traces = forward(arithmetic, network, x)
    last = len(network.layers)
    gradient = output_delta(arithmetic, network, traces[-1], y)
    for number in range(last, layer, -1):
        here = network.layers[number - 1]
        through = gradient if number == last else gradient * slopes(arithmetic, here, traces[number - 1].z)
        gradient = arithmetic.matmul(here.weights.T, as_array(through))
    return gradient


@proposition("upstream.parameter_gradients")
def upstream_parameter_gradients(arithmetic: Arithmetic, network: Network, x: Array, y: Array) -> Gradients:
    """Sums of upstream gradient, derivative and input over samples. Clause ``upstream.parameter_gradients``."""
    pairs = zip(columns(x), columns(y), strict=True)
    return _over_batch(arithmetic, [_from_upstream(arithmetic, network, *pair) for pair in pairs])


def _from_upstream(arithmetic: Arithmetic, network: Network, x: Array, y: Array) -> Gradients:
    traces = forward(arithmetic, network, x)
    factors: list[Array] = []
    for number in range(len(network.layers), 0, -1):
        layer, z = network.layers[number - 1], traces[number - 1].z
        if number == len(network.layers):
            factors.append(output_delta(arithmetic, network, traces[-1], y))
        else:
            upstream = _summed_over_units(arithmetic, network.layers[number].weights, factors[-1])
            factors.append(as_array(upstream * slopes(arithmetic, layer, z)))
    numbered = list(enumerate(reversed(factors), start=1))
    return [outer(each, downstream(arithmetic, network, x, number)) for number, each in numbered], factors[::-1]


def _summed_over_units(arithmetic: Arithmetic, weights: Array, factors: Array) -> Array:
    """The sum over j' of factor j' times ``W_(j'j)``, for every j."""

    def entry(j: int) -> Number:
        return arithmetic.sum(as_array([factor * weights[unit, j] for unit, factor in enumerate(factors)]))

    return entrywise(entry, np.arange(weights.shape[1]))


# Park's listings: code 2 and code 4.


@proposition("listing.relu_layer_forward")
def relu_layer_forward(arithmetic: Arithmetic, a_prev: Array, weights: Array, bias: Array) -> tuple[Array, Array]:
    """``(Z, A)``: Z = W A_prev + b 1^T and A = relu(Z), ``(m, N)`` each. Clause ``listing.relu_layer_forward``."""
    z = arithmetic.affine(weights, a_prev, bias)
    return z, relu(arithmetic, z)


@proposition("listing.relu_layer_backward")
def relu_layer_backward(
    arithmetic: Arithmetic, weights_next: Array, dz_next: Array, z: Array, a_prev: Array
) -> tuple[Array, Array, Array, Array]:
    """
    ``(dA, dZ, dW, db)``: W_next^T dZ_next, relu'(Z) * dA, dZ A_prev^T, dZ 1.

    Shapes ``(m, N)``, ``(m, N)``, ``(m, n)`` and ``(m,)``. Clause ``listing.relu_layer_backward``.
    """
    da = arithmetic.matmul(weights_next.T, dz_next)
    dz = as_array(relu_derivative(arithmetic, z) * da)
    return da, dz, arithmetic.matmul(dz, a_prev.T), row_sums(arithmetic, dz)


@proposition("listing.classifier_forward")
def classifier_forward(arithmetic: Arithmetic, network: Network, x: Array) -> Gradients:
    """``(Zs, As)`` of relu layers and a softmax of every sample. Clause ``listing.classifier_forward``."""
    *hidden, last = network.layers
    zs, activations = [], [x]
    for layer in hidden:
        zs.append(arithmetic.affine(layer.weights, activations[-1], layer.bias))
        activations.append(relu(arithmetic, zs[-1]))
    zs.append(arithmetic.affine(last.weights, activations[-1], last.bias))
    activations.append(softmax_batch(arithmetic, zs[-1]))
    return zs, activations[1:]


@proposition("listing.classifier_backward")
def classifier_backward(arithmetic: Arithmetic, network: Network, x: Array, y: Array) -> Gradients:
    """``(dWs, dbs)`` of the mean categorical cross-entropy, 1/N at dZ^L. Clause ``listing.classifier_backward``."""
    return _classifier_backward(arithmetic, network, x, y, scaled=True)


@form(classifier_backward, "scaled_last")
def classifier_backward_scaled_last(arithmetic: Arithmetic, network: Network, x: Array, y: Array) -> Gradients:
    """The same with 1/N at dW and db. Clause ``listing.classifier_backward``."""
    return _classifier_backward(arithmetic, network, x, y, scaled=False)


def _classifier_backward(arithmetic: Arithmetic, network: Network, x: Array, y: Array, *, scaled: bool) -> Gradients:
    zs, activations = classifier_forward(arithmetic, network, x)
    inputs = [x, *activations[:-1]]
    samples = x.shape[1]
    over = () if scaled else (samples,)
    delta = _softmax_deltas(arithmetic, zs[-1], y)
    dz = arithmetic.mean(delta, samples) if scaled else delta
    dws, dbs = [arithmetic.matmul(dz, inputs[-1].T, over)], [row_sums(arithmetic, dz, over)]
    for index in range(len(zs) - 2, -1, -1):
        da = arithmetic.matmul(network.layers[index + 1].weights.T, dz)
        dz = as_array(relu_derivative(arithmetic, zs[index]) * da)
        dws.insert(0, arithmetic.matmul(dz, inputs[index].T, over))
        dbs.insert(0, row_sums(arithmetic, dz, over))
    return dws, dbs


def _softmax_deltas(arithmetic: Arithmetic, z: Array, y: Array) -> Array:
    """``S - y`` of every sample, whose labels are one-hot, in any form of ``softmax_cross_entropy.delta``."""
    pairs = zip(columns(z), columns(y), strict=True)
    return np.stack([softmax_cross_entropy_delta(arithmetic, *pair) for pair in pairs], axis=1)
