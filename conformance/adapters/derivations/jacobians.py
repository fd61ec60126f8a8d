"""Chapters 8 and 9: the derivatives of the output and of the cost, from the vector-Jacobian products of a network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .derivation import Collection
from .functions import DERIVATIVES
from .layers import VJPS, pulled_back, through_weights

if TYPE_CHECKING:
    from ....spec.network import Network
    from .derivation import Calls

    Array = np.ndarray[Any, np.dtype[Any]]

COLLECTION = Collection()
"""The derivations of this module."""


@COLLECTION.derivation("output_bias_jacobian", "network_vjp", at_finite_numbers=True)
def output_bias_jacobian(calls: Calls, network: Network, x: Array, layer: int) -> Array:
    """
    Row i is ``db^l`` of the unit vector i, one backward pass for each output.

    Clause ``output.bias_backpropagated``, which is judged by ``output.bias_jacobian`` since the stable form of that has
    the same products and sums row by row. The last Jacobian times a unit vector is exactly one of its rows.
    """
    units = calls.unit_vectors(network.layers[-1].bias.shape[0])
    return np.stack([calls("network_vjp", network, x, unit)[2][layer - 1] for unit in units])


@COLLECTION.derivation("output_weight_jacobian", "network_vjp", at_finite_numbers=True)
def output_weight_jacobian(calls: Calls, network: Network, x: Array, layer: int) -> Array:
    """
    Slice i is ``dW^l`` of the unit vector i, one backward pass for each output.

    Clause ``output.weight_backpropagated``, which is judged by ``output.weight_jacobian`` for the reason above:
    ``delta^l (a^(l-1))^T`` is slice i of ``M^l (x) a^(l-1)``.
    """
    units = calls.unit_vectors(network.layers[-1].bias.shape[0])
    return np.stack([calls("network_vjp", network, x, unit)[1][layer - 1] for unit in units])


@COLLECTION.derivation("stacked_weight_jacobian", "output_weight_jacobian")
def stacked_weight_jacobian(calls: Calls, network: Network, X: Array, layer: int) -> Array:
    """
    The Jacobian of each sample, one below the other.

    The one form of ``stacked.weight_jacobian``, word for word.
    """
    return np.concatenate([calls("output_weight_jacobian", network, sample, layer) for sample in X.T])


@COLLECTION.derivation("stacked_bias_jacobian", "output_bias_jacobian")
def stacked_bias_jacobian(calls: Calls, network: Network, X: Array, layer: int) -> Array:
    """
    The Jacobian of each sample, one below the other.

    The one form of ``stacked.bias_jacobian``, word for word.
    """
    return np.concatenate([calls("output_bias_jacobian", network, sample, layer) for sample in X.T])


@COLLECTION.derivation("output_weight_jacobian", "stacked_weight_jacobian")
def unstacked_weight_jacobian(calls: Calls, network: Network, x: Array, layer: int) -> Array:
    """
    The stack of a batch of one sample.

    Its form is ``output.weight_jacobian`` of each sample.
    """
    return calls("stacked_weight_jacobian", network, x[:, np.newaxis], layer)  # type: ignore[no-any-return]


@COLLECTION.derivation("output_bias_jacobian", "stacked_bias_jacobian")
def unstacked_bias_jacobian(calls: Calls, network: Network, x: Array, layer: int) -> Array:
    """
    The stack of a batch of one sample.

    Its form is ``output.bias_jacobian`` of each sample.
    """
    return calls("stacked_bias_jacobian", network, x[:, np.newaxis], layer)  # type: ignore[no-any-return]


@COLLECTION.derivation("gamma", "network_trace", one_of=(DERIVATIVES,), rounds_between=True)
def gamma(calls: Calls, network: Network, x: Array, layer: int) -> Array:
    """
    The derivative of the layer's activation at its pre-activation.

    Form ``g'(z^l), a nested clause of the activation``.
    """
    chosen = network.layers[layer - 1]
    z = calls("network_trace", network, x[:, np.newaxis])[0][layer - 1][:, 0]
    if chosen.activation == "identity" and not calls.offers("identity_derivative"):
        return np.ones_like(z)
    return calls(f"{chosen.activation}_derivative", z, slope=chosen.slope)  # type: ignore[no-any-return]


@COLLECTION.derivation("gamma_columns", "gamma")
def gamma_columns(calls: Calls, network: Network, x: Array, layer: int) -> Array:
    """
    Gamma as every column.

    Form ``G^l = gamma^l 1^T``: a product with 1 is exact.
    """
    columns = network.layers[layer - 1].weights.shape[1]
    return np.repeat(calls("gamma", network, x, layer)[:, np.newaxis], columns, axis=1)


@COLLECTION.derivation("gamma_rows", "gamma")
def gamma_rows(calls: Calls, network: Network, x: Array, layer: int) -> Array:
    """
    Gamma as every row, as many as the next layer has units.

    Form ``G~^l = 1 (gamma^l)^T``: a product with 1 is exact.
    """
    rows = network.layers[layer].weights.shape[0]
    return np.repeat(calls("gamma", network, x, layer)[np.newaxis], rows, axis=0)


@COLLECTION.derivation(
    "layer_jacobian",
    "network_trace",
    "dense_gradients",
    one_of=((*VJPS, "softmax_vjp"),),
    rounds_between=True,
    at_finite_numbers=True,
)
def layer_jacobian(calls: Calls, network: Network, x: Array, layer: int) -> Array:
    """
    Row i is ``W^T`` times the vjp of the activation of the unit vector i.

    Form ``D^l = G^l * W^l, or J^L W^L at a softmax``: the vjp is row i of J, for an elementwise activation its
    derivative at i times 1 and zeros, so that the sum has the one term ``gamma_i W_ij``.
    """
    chosen = network.layers[layer - 1]
    z = calls("network_trace", network, x[:, np.newaxis])[0][layer - 1][:, 0]
    rows = []
    for unit in calls.unit_vectors(z.shape[0]):
        if chosen.activation == "softmax":
            delta = calls("softmax_vjp", z, unit)
        else:
            delta = pulled_back(calls, chosen.activation, z, unit, chosen.slope)
        rows.append(through_weights(calls, chosen.weights, delta))
    return np.stack(rows)


@COLLECTION.derivation("cost_weight_derivative", "network_gradients")
def cost_weight_derivative(calls: Calls, network: Network, X: Array, Y: Array, layer: int) -> Array:
    """
    The gradient of one layer's weights out of all.

    Forms ``stable`` and ``stable_scaled_last``: backpropagation with 1/N in the last deltas, or with 1/N times the sum.
    """
    return calls("network_gradients", network, X, Y)[0][layer - 1]  # type: ignore[no-any-return]


@COLLECTION.derivation("cost_bias_derivative", "network_gradients")
def cost_bias_derivative(calls: Calls, network: Network, X: Array, Y: Array, layer: int) -> Array:
    """
    The gradient of one layer's bias out of all.

    Forms ``stable`` and ``stable_scaled_last``, as for the weights.
    """
    return calls("network_gradients", network, X, Y)[1][layer - 1]  # type: ignore[no-any-return]
