"""Chapter 8, tensor form: the Jacobians of a network's output with respect to one layer's parameters."""

from __future__ import annotations

from functools import reduce
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from .activations import activation_derivative, softmax_jacobian
from .arithmetic.arrays import Array, as_array, diagonal, entrywise, outer
from .networks import forward
from .propositions import form, proposition

if TYPE_CHECKING:
    from ..spec.network import Network
    from .arithmetic.protocol import Arithmetic, Formula
    from .networks import Trace


def gamma(arithmetic: Arithmetic, network: Network, traces: list[Trace], layer: int) -> Array:
    """``gamma^l = (g^l)'(z^l)`` of an elementwise layer, shape ``(n_l,)``; layers count from 1."""
    here = network.layers[layer - 1]
    return activation_derivative(arithmetic, here.activation, traces[layer - 1].z, here.slope)


def output_jacobian(arithmetic: Arithmetic, network: Network, traces: list[Trace]) -> Array:
    """``J^L``, the Jacobian of the last activation: diag(gamma^L), or in full for softmax; shape ``(n_L, n_L)``."""
    last = len(network.layers)
    if network.layers[-1].activation == "softmax":
        return as_array(softmax_jacobian(arithmetic, traces[-1].z))
    return diagonal(gamma(arithmetic, network, traces, last))


def layer_jacobians(arithmetic: Arithmetic, network: Network, traces: list[Trace], layer: int) -> list[Array]:
    """``[D^L, ..., D^(l+1)]`` with ``D^k = d a^k / d a^(k-1)`` = J^k W^k, shapes ``(n_k, n_(k-1))``."""
    last = len(network.layers)
    result = []
    for k in range(last, layer, -1):
        weights = network.layers[k - 1].weights
        if network.layers[k - 1].activation == "softmax":
            result.append(arithmetic.matmul(output_jacobian(arithmetic, network, traces), weights))
        else:
            result.append(gamma(arithmetic, network, traces, k)[:, None] * weights)
    return result


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

    rows, columns = np.indices((jacobians[0].shape[0], scale.shape[0]))
    return entrywise(entry, rows, columns)


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
