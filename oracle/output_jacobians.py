"""
Chapter 8, tensor form: the Jacobians of the output in other forms, and what they aggregate to.

The derivative of every output with respect to every weight and bias of one layer is written here four times: as
nested sums over units, as a sum over explicit paths, by one backward pass for each output, and as a product of full
matrices. None of them calls another or the matrix form of ``tensor_form.py``. They share the forward pass, and each
asks the clauses of chapter 4 for the derivatives of the activations. Only the aggregation is about finished arrays.
"""

from __future__ import annotations

from functools import reduce
from itertools import pairwise, product
from typing import TYPE_CHECKING

import numpy as np

from .activations import activation_derivative, softmax_jacobian, softmax_vjp
from .arithmetic.arrays import Array, Number, as_array, diagonal, entrywise, identity_matrix, outer
from .networks import forward
from .propositions import proposition
from .tensor_form import layer_jacobians, output_bias_jacobian, output_weight_jacobian

if TYPE_CHECKING:
    from ..spec.network import Layer, Network
    from .arithmetic.protocol import Arithmetic
    from .networks import Trace


def _slopes(arithmetic: Arithmetic, layer: Layer, trace: Trace) -> Array:
    """``gamma`` of an elementwise layer."""
    return activation_derivative(arithmetic, layer.activation, trace.z, layer.slope)


def _activation_jacobian(arithmetic: Arithmetic, layer: Layer, trace: Trace) -> Array:
    """``J``, a full matrix for every activation."""
    if layer.activation == "softmax":
        return as_array(softmax_jacobian(arithmetic, trace.z))
    return diagonal(_slopes(arithmetic, layer, trace))


def _input_of(layer: int, x: Array, traces: list[Trace]) -> Array:
    """``a^(l-1)``, which is x for l = 1."""
    return x if layer == 1 else traces[layer - 2].a


# Nested sums over units.


@proposition("output.weight_nested_sum")
def weight_nested_sum(arithmetic: Arithmetic, network: Network, x: Array, layer: int) -> Array:
    """
    ``gamma^L_i sum_j w^L_ij gamma^(L-1)_j ... sum_n w^(l+1)_mn gamma^l_n sum_r delta_np delta_rq a^(l-1)_r``.

    Shape ``(n_L, n_l, n_(l-1))``. Clause ``output.weight_nested_sum``.
    """
    traces = forward(arithmetic, network, x)
    a = _input_of(layer, x, traces)
    units, inputs = network.layers[layer - 1].weights.shape

    def innermost(n: int, p: int, q: int) -> Number:
        return arithmetic.sum(as_array([int(n == p) * int(r == q) * a[r] for r in range(inputs)]))

    of_weights = entrywise(innermost, *np.indices((units, units, inputs)))
    return _nested(arithmetic, network, traces, layer, of_weights)


@proposition("output.bias_nested_sum")
def bias_nested_sum(arithmetic: Arithmetic, network: Network, x: Array, layer: int) -> Array:
    """
    ``gamma^L_i sum_j w^L_ij gamma^(L-1)_j ... sum_n w^(l+1)_mn gamma^l_n delta_np``.

    Shape ``(n_L, n_l)``. Clause ``output.bias_nested_sum``.
    """
    traces = forward(arithmetic, network, x)
    return _nested(arithmetic, network, traces, layer, identity_matrix(network.layers[layer - 1].bias.shape[0]))


def _nested(arithmetic: Arithmetic, network: Network, traces: list[Trace], layer: int, innermost: Array) -> Array:
    """The derivatives of a^L from those of z^l, ``innermost`` of shape ``(n_l, ...)``: from the inside out."""
    result = _activated(arithmetic, network.layers[layer - 1], traces[layer - 1], innermost)
    for here, trace in zip(network.layers[layer:], traces[layer:], strict=True):
        result = _activated(arithmetic, here, trace, _summed_over_units(arithmetic, here.weights, result))
    return result


def _activated(arithmetic: Arithmetic, layer: Layer, trace: Trace, of_z: Array) -> Array:
    """``gamma_i`` times entry i of the derivatives of z; at a softmax the sum over m of ``J_im`` times entry m."""
    if layer.activation == "softmax":
        return _summed_over_units(arithmetic, as_array(softmax_jacobian(arithmetic, trace.z)), of_z)
    slopes = _slopes(arithmetic, layer, trace)
    return as_array(np.stack([slope * entry for slope, entry in zip(slopes, of_z, strict=True)]))


def _summed_over_units(arithmetic: Arithmetic, factors: Array, values: Array) -> Array:
    """The sum over j of ``factors_ij values_j...``, for every i and whatever axes follow."""

    def entry(i: int, *parameter: int) -> Number:
        return arithmetic.sum(as_array([factor * values[j, *parameter] for j, factor in enumerate(factors[i])]))

    return entrywise(entry, *np.indices((factors.shape[0], *values.shape[1:])))


# Sums over explicit paths.


@proposition("output.weight_path_sum")
def weight_path_sum(arithmetic: Arithmetic, network: Network, x: Array, layer: int) -> Array:
    """
    The sum over all paths from unit p to output i of ``d^L ... d^(l+1) gamma^l_p a^(l-1)_q``, J^L_ip a_q for l = L.

    Shape ``(n_L, n_l, n_(l-1))``. Clause ``output.weight_path_sum``.
    """
    traces = forward(arithmetic, network, x)
    a = _input_of(layer, x, traces)
    terms = _along_paths(arithmetic, network, traces, layer)

    def entry(i: int, p: int, q: int) -> Number:
        return arithmetic.sum(as_array([term * a[q] for term in terms[i][p]]))

    return entrywise(entry, *np.indices((len(terms), len(terms[0]), a.shape[0])))


@proposition("output.bias_path_sum")
def bias_path_sum(arithmetic: Arithmetic, network: Network, x: Array, layer: int) -> Array:
    """
    The sum over all paths from unit p to output i of ``d^L ... d^(l+1) gamma^l_p``, J^L_ip for l = L.

    Shape ``(n_L, n_l)``. Clause ``output.bias_path_sum``.
    """
    terms = _along_paths(arithmetic, network, forward(arithmetic, network, x), layer)
    return as_array([[arithmetic.sum(as_array(of_pair)) for of_pair in row] for row in terms])


def _along_paths(arithmetic: Arithmetic, network: Network, traces: list[Trace], layer: int) -> list[list[list[Number]]]:
    """For every output i and unit p of layer l the products along the paths between them, from p upwards."""
    last = len(network.layers)
    outputs, units = (range(network.layers[k - 1].bias.shape[0]) for k in (last, layer))
    if layer == last:
        jacobian = _activation_jacobian(arithmetic, network.layers[-1], traces[-1])
        return [[[jacobian[i, p]] for p in units] for i in outputs]
    steps = [_d(arithmetic, *pair) for pair in zip(network.layers[layer:], traces[layer:], strict=True)]
    slopes = _slopes(arithmetic, network.layers[layer - 1], traces[layer - 1])
    between = [range(step.shape[0]) for step in steps[:-1]]

    def along(path: tuple[int, ...]) -> Number:
        number = slopes[path[0]]
        for step, (below, above) in zip(steps, pairwise(path), strict=True):
            number = number * step[above, below]
        return number

    return [[[along((p, *middle, i)) for middle in product(*between)] for p in units] for i in outputs]


def _d(arithmetic: Arithmetic, layer: Layer, trace: Trace) -> Array:
    """``d_ij = gamma_i w_ij``, at a softmax the sum over m of ``J_im w_mj``."""
    if layer.activation == "softmax":
        return _summed_over_units(arithmetic, as_array(softmax_jacobian(arithmetic, trace.z)), layer.weights)
    slopes = _slopes(arithmetic, layer, trace)
    return entrywise(lambda i, j: slopes[i] * layer.weights[i, j], *np.indices(layer.weights.shape))


# One backward pass for each output.


@proposition("output.weight_backpropagated")
def weight_backpropagated(arithmetic: Arithmetic, network: Network, x: Array, layer: int) -> Array:
    """
    ``delta^l (a^(l-1))^T`` for every output, back from a unit vector. Clause ``output.weight_backpropagated``.

    Shape ``(n_L, n_l, n_(l-1))``.
    """
    traces = forward(arithmetic, network, x)
    a = _input_of(layer, x, traces)
    return np.stack([outer(delta, a) for delta in _backwards(arithmetic, network, traces, layer)])


@proposition("output.bias_backpropagated")
def bias_backpropagated(arithmetic: Arithmetic, network: Network, x: Array, layer: int) -> Array:
    """
    ``delta^l`` for every output, back from a unit vector. Clause ``output.bias_backpropagated``.

    Shape ``(n_L, n_l)``.
    """
    return np.stack(_backwards(arithmetic, network, forward(arithmetic, network, x), layer))


def _backwards(arithmetic: Arithmetic, network: Network, traces: list[Trace], layer: int) -> list[Array]:
    """``delta^l`` of every output as if it were the loss, each by a pass of its own."""
    last = network.layers[-1]
    found = []
    for upstream in identity_matrix(last.bias.shape[0]):
        if last.activation == "softmax":
            delta = as_array(softmax_vjp(arithmetic, traces[-1].z, upstream))
        else:
            delta = as_array(upstream * _slopes(arithmetic, last, traces[-1]))
        for k in range(len(network.layers) - 1, layer - 1, -1):
            passed = arithmetic.matmul(network.layers[k].weights.T, delta)
            delta = as_array(passed * _slopes(arithmetic, network.layers[k - 1], traces[k - 1]))
        found.append(delta)
    return found


# The product of full Jacobians.


@proposition("output.weight_full_jacobians")
def weight_full_jacobians(arithmetic: Arithmetic, network: Network, x: Array, layer: int) -> Array:
    """
    ``J^L W^L J^(L-1) ... W^(l+1) J^l (I (x) (a^(l-1))^T)``, the last factor the Jacobian of z^l by the rows of W^l.

    Shape ``(n_L, n_l, n_(l-1))``. Clause ``output.weight_full_jacobians``.
    """
    traces = forward(arithmetic, network, x)
    units, inputs = network.layers[layer - 1].weights.shape
    of_weights = np.kron(identity_matrix(units), _input_of(layer, x, traces)[None, :])
    jacobian = reduce(arithmetic.matmul, [*_full_jacobians(arithmetic, network, traces, layer), of_weights])
    return jacobian.reshape(-1, units, inputs)


@proposition("output.bias_full_jacobians")
def bias_full_jacobians(arithmetic: Arithmetic, network: Network, x: Array, layer: int) -> Array:
    """``J^L W^L J^(L-1) ... W^(l+1) J^l``, shape ``(n_L, n_l)``. Clause ``output.bias_full_jacobians``."""
    return reduce(arithmetic.matmul, _full_jacobians(arithmetic, network, forward(arithmetic, network, x), layer))


def _full_jacobians(arithmetic: Arithmetic, network: Network, traces: list[Trace], layer: int) -> list[Array]:
    """``[J^L, W^L, J^(L-1), ..., W^(l+1), J^l]``, every one a full matrix."""
    factors = [_activation_jacobian(arithmetic, network.layers[-1], traces[-1])]
    for k in range(len(network.layers) - 1, layer - 1, -1):
        factors.append(network.layers[k].weights)
        factors.append(_activation_jacobian(arithmetic, network.layers[k - 1], traces[k - 1]))
    return factors


# What the arrays aggregate to.


@proposition("output.aggregation")
def aggregation(
    arithmetic: Arithmetic, network: Network, x: Array, upstream: Array
) -> tuple[Array, list[Array], list[Array]]:
    """
    ``sum_i u_i`` times the derivatives of a^L_i with respect to x, to every W^l and to every b^l.

    Shapes ``(n_0,)``, ``(n_l, n_(l-1))`` and ``(n_l,)``, first layer to last. Clause ``output.aggregation``.
    """
    numbers = range(1, len(network.layers) + 1)
    of_input = reduce(arithmetic.matmul, layer_jacobians(arithmetic, network, forward(arithmetic, network, x), 0))
    of_weights = [output_weight_jacobian(arithmetic, network, x, number) for number in numbers]
    of_biases = [output_bias_jacobian(arithmetic, network, x, number) for number in numbers]
    return (
        _contracted(arithmetic, upstream, of_input),
        [_contracted(arithmetic, upstream, each) for each in of_weights],
        [_contracted(arithmetic, upstream, each) for each in of_biases],
    )


def _contracted(arithmetic: Arithmetic, upstream: Array, jacobian: Array) -> Array:
    """The sum over the first axis of ``u_i J_i...``."""
    return entrywise(
        lambda *place: arithmetic.sum(as_array(upstream * jacobian[:, *place])), *np.indices(jacobian.shape[1:])
    )
