"""
Chapter 8, tensor form: gamma, G, G~ and D, and the Jacobians of the output with respect to one layer's parameters.

The same two Jacobians as the sources write them, with sums over indices and paths or with full matrices, are in
``output_jacobians.py``.
"""

from __future__ import annotations

from functools import reduce
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from .activations import activation_derivative, softmax, softmax_jacobian, softmax_vjp
from .arithmetic.arrays import Array, as_array, columns, diagonal, entrywise, outer, stack_columns
from .networks import forward
from .propositions import form, proposition

if TYPE_CHECKING:
    from ..spec.network import Network
    from .arithmetic.protocol import Arithmetic, Formula
    from .networks import Trace


# gamma, G, G~ and D


def gamma(arithmetic: Arithmetic, network: Network, traces: list[Trace], layer: int) -> Array:
    """``gamma^l = (g^l)'(z^l)`` of an elementwise layer, shape ``(n_l,)``; layers count from 1."""
    here = network.layers[layer - 1]
    return activation_derivative(arithmetic, here.activation, traces[layer - 1].z, here.slope)


@proposition("gamma.value")
def gamma_value(arithmetic: Arithmetic, network: Network, x: Array, layer: int) -> Array:
    """``(g^l)'(z^l)``, shape ``(n_l,)``. Clause ``gamma.value``."""
    return gamma(arithmetic, network, forward(arithmetic, network, x), layer)


@proposition("gamma.columns")
def gamma_columns(arithmetic: Arithmetic, network: Network, x: Array, layer: int) -> Array:
    """``G^l = gamma^l 1^T``, shape ``(n_l, n_(l-1))``. Clause ``gamma.columns``."""
    slopes = gamma(arithmetic, network, forward(arithmetic, network, x), layer)
    return np.repeat(slopes[:, None], network.layers[layer - 1].weights.shape[1], axis=1)


@proposition("gamma.rows")
def gamma_rows(arithmetic: Arithmetic, network: Network, x: Array, layer: int) -> Array:
    """``G~^l = 1 (gamma^l)^T`` of a hidden layer, shape ``(n_(l+1), n_l)``. Clause ``gamma.rows``."""
    slopes = gamma(arithmetic, network, forward(arithmetic, network, x), layer)
    return np.repeat(slopes[None, :], network.layers[layer].weights.shape[0], axis=0)


@proposition("layer.jacobian")
def layer_jacobian(arithmetic: Arithmetic, network: Network, x: Array, layer: int) -> Array:
    """``D^l = G^l * W^l``, or J^L W^L at a softmax, shape ``(n_l, n_(l-1))``. Clause ``layer.jacobian``."""
    return _jacobian_of_layer(arithmetic, network, forward(arithmetic, network, x), layer)


@form(layer_jacobian, "tangents")
def layer_jacobian_by_tangents(arithmetic: Arithmetic, network: Network, x: Array, layer: int) -> Array:
    """``J^L`` times each column of W^L, as ``softmax.vjp`` of the symmetric J^L. Clause ``layer.jacobian``."""
    traces, here = forward(arithmetic, network, x), network.layers[layer - 1]
    if here.activation == "softmax":
        return stack_columns([softmax_vjp(arithmetic, traces[-1].z, each) for each in columns(here.weights)])
    return as_array(gamma(arithmetic, network, traces, layer)[:, None] * here.weights)


def _jacobian_of_layer(arithmetic: Arithmetic, network: Network, traces: list[Trace], layer: int) -> Array:
    here = network.layers[layer - 1]
    if here.activation == "softmax":
        return arithmetic.matmul(output_jacobian(arithmetic, network, traces), here.weights)
    return as_array(gamma(arithmetic, network, traces, layer)[:, None] * here.weights)


# the Jacobians of the output


def output_jacobian(arithmetic: Arithmetic, network: Network, traces: list[Trace]) -> Array:
    """``J^L``, the Jacobian of the last activation: diag(gamma^L), or in full for softmax; shape ``(n_L, n_L)``."""
    last = len(network.layers)
    if network.layers[-1].activation == "softmax":
        return as_array(softmax_jacobian(arithmetic, traces[-1].z))
    return diagonal(gamma(arithmetic, network, traces, last))


def layer_jacobians(arithmetic: Arithmetic, network: Network, traces: list[Trace], layer: int) -> list[Array]:
    """``[D^L, ..., D^(l+1)]`` with ``D^k = d a^k / d a^(k-1)`` = J^k W^k, shapes ``(n_k, n_(k-1))``."""
    return [_jacobian_of_layer(arithmetic, network, traces, k) for k in range(len(network.layers), layer, -1)]


@proposition("output.bias_jacobian")
def output_bias_jacobian(arithmetic: Arithmetic, network: Network, x: Array, layer: int) -> Array:
    """``D^L ... D^(l+2) (D^(l+1) * G~^l)``, J^L for l = L; shape ``(n_L, n_l)``. Clause ``output.bias_jacobian``."""
    return _matrix_form(arithmetic, network, forward(arithmetic, network, x), layer)


def _matrix_form(arithmetic: Arithmetic, network: Network, traces: list[Trace], layer: int) -> Array:
    if layer == len(network.layers):
        return output_jacobian(arithmetic, network, traces)
    *leading, first = layer_jacobians(arithmetic, network, traces, layer)
    scaled = first * gamma(arithmetic, network, traces, layer)[None, :]
    return reduce(arithmetic.matmul, [*leading, scaled])


def _recursion(arithmetic: Arithmetic, network: Network, traces: list[Trace], layer: int) -> Array:
    """``M^L = J^L`` and ``M^l = (M^(l+1) W^(l+1)) diag(gamma^l)``."""
    result = output_jacobian(arithmetic, network, traces)
    for k in range(len(network.layers) - 1, layer - 1, -1):
        weighted = arithmetic.matmul(result, network.layers[k].weights)
        result = weighted * gamma(arithmetic, network, traces, k)[None, :]
    return result


def _forward_form(arithmetic: Arithmetic, network: Network, traces: list[Trace], layer: int) -> Array:
    """The matrix form with its product taken from the right, as forward accumulation does."""
    if layer == len(network.layers):
        return output_jacobian(arithmetic, network, traces)
    *later, scale = _scales(arithmetic, network, traces, layer)
    result = diagonal(scale)
    for here, slope in zip(network.layers[layer:], reversed(later), strict=True):
        moved = arithmetic.matmul(here.weights, result)
        result = arithmetic.matmul(slope, moved) if here.activation == "softmax" else slope[:, None] * moved
    return result


def _scales(arithmetic: Arithmetic, network: Network, traces: list[Trace], layer: int) -> list[Array]:
    """
    gamma^L (or J^L where it is in full), gamma^(L-1), ..., gamma^l.

    From the last layer down, as the other forms ask for them: doubtful indicators are numbered alike in each form.
    """
    below = range(len(network.layers) - 1, layer - 1, -1)
    is_full = network.layers[-1].activation == "softmax"
    last = (
        output_jacobian(arithmetic, network, traces)
        if is_full
        else gamma(arithmetic, network, traces, len(network.layers))
    )
    return [last, *(gamma(arithmetic, network, traces, k) for k in below)]


def _path_sum(arithmetic: Arithmetic, network: Network, traces: list[Trace], layer: int) -> Array:
    """The sum, over all paths from unit p of layer l to unit i of layer L, of the products along the path."""
    if layer == len(network.layers):
        return output_jacobian(arithmetic, network, traces)
    jacobians = layer_jacobians(arithmetic, network, traces, layer)
    scale = gamma(arithmetic, network, traces, layer)
    inner = [range(matrix.shape[1]) for matrix in jacobians[:-1]]

    def entry(i: int, p: int) -> object:
        terms = []
        for path in product(*inner):
            nodes = (i, *path, p)
            steps = [matrix[nodes[k], nodes[k + 1]] for k, matrix in enumerate(jacobians)]
            terms.append(reduce(lambda left, right: left * right, steps) * scale[p])
        return arithmetic.sum(as_array(terms))

    return entrywise(entry, *np.indices((jacobians[0].shape[0], scale.shape[0])))


def _bias_form(method: Formula, name: str) -> Formula:
    def jacobian(arithmetic: Arithmetic, /, network: Network, x: Array, layer: int) -> Array:
        return method(arithmetic, network, forward(arithmetic, network, x), layer)  # type: ignore[no-any-return]

    jacobian.__doc__ = f"{method.__doc__} Clause ``output.bias_jacobian``, form {name}."
    return jacobian


def _weight_form(method: Formula, name: str) -> Formula:
    def jacobian(arithmetic: Arithmetic, /, network: Network, x: Array, layer: int) -> Array:
        traces = forward(arithmetic, network, x)
        inputs = [x, *(trace.a for trace in traces)]
        return outer(method(arithmetic, network, traces, layer), inputs[layer - 1])

    jacobian.__doc__ = f"{method.__doc__} Times a^(l-1). Clause ``output.weight_jacobian``, form {name}."
    return jacobian


@proposition("output.weight_jacobian")
def output_weight_jacobian(arithmetic: Arithmetic, network: Network, x: Array, layer: int) -> Array:
    """
    ``(D^L ... D^(l+2) (D^(l+1) * G~^l)) (x) a^(l-1)``, and J^L (x) a^(L-1) for l = L.

    Shape ``(n_L, n_l, n_(l-1))``. Clause ``output.weight_jacobian``.
    """
    return _weight_form(_matrix_form, "definition")(arithmetic, network, x, layer)  # type: ignore[no-any-return]


_METHODS = {"stable": _recursion, "forward": _forward_form, "paths": _path_sum}
for _name, _method in _METHODS.items():
    form(output_bias_jacobian, _name)(_bias_form(_method, _name))
    form(output_weight_jacobian, _name)(_weight_form(_method, _name))


# Tangents: what differentiation in forward mode carries, one column for each parameter.


@form(output_bias_jacobian, "tangents")
def output_bias_jacobian_by_tangents(arithmetic: Arithmetic, network: Network, x: Array, layer: int) -> Array:
    """The tangents of a^L from those of z^l, the identity. Clause ``output.bias_jacobian``."""
    ones = np.full(network.layers[layer - 1].bias.shape, 1, dtype=object)
    return _tangents(arithmetic, network, forward(arithmetic, network, x), layer, diagonal(ones))


@form(output_weight_jacobian, "tangents")
def output_weight_jacobian_by_tangents(arithmetic: Arithmetic, network: Network, x: Array, layer: int) -> Array:
    """The tangents of a^L from those of z^l, ``delta_ip a^(l-1)_q`` each. Clause ``output.weight_jacobian``."""
    traces = forward(arithmetic, network, x)
    a = [x, *(trace.a for trace in traces)][layer - 1]
    units = network.layers[layer - 1].bias.shape[0]
    of_weights = np.full((units, units, a.shape[0]), 0, dtype=object)
    for unit in range(units):
        of_weights[unit, unit] = a
    return _tangents(arithmetic, network, traces, layer, of_weights.reshape(units, -1)).reshape(
        -1, *of_weights.shape[1:]
    )


def _tangents(arithmetic: Arithmetic, network: Network, traces: list[Trace], layer: int, tangents: Array) -> Array:
    """``T^l = J^l dz^l`` and ``T^k = J^k (W^k T^(k-1))``, at a softmax as ``s * (t - s . t)`` for every column t."""
    last = len(network.layers)
    is_full = network.layers[-1].activation == "softmax"
    numbers = [k for k in range(last, layer - 1, -1) if k < last or not is_full]
    slopes = {k: gamma(arithmetic, network, traces, k) for k in numbers}  # from the last down, as in the other forms
    for k in range(layer, last + 1):
        if k > layer:
            tangents = arithmetic.matmul(network.layers[k - 1].weights, tangents)
        tangents = (
            slopes[k][:, None] * tangents if k in slopes else _through_softmax(arithmetic, traces[-1].z, tangents)
        )
    return tangents


def _through_softmax(arithmetic: Arithmetic, z: Array, tangents: Array) -> Array:
    s = softmax(arithmetic, z)
    return stack_columns([as_array(s * (each - arithmetic.sum(s * each))) for each in columns(tangents)])
