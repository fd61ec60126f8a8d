"""Faults of the tensor form: derivatives at another place, columns for rows, paths that are left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from . import recursion
from .fault import Collection, is_square

if TYPE_CHECKING:
    from .fault import Array, Faulty

    Network = Any

COLLECTION = Collection()
fault = COLLECTION.fault


# gamma


@fault("gamma", breaks="gamma.value", regime="ordinary", causes=("derivative at a",))
def gamma_at_the_activation(target: Faulty, network: Network, x: Array, layer: int) -> Array:
    """The derivatives of sigmoid and tanh are taken at a instead of z."""
    Z, A = recursion.forward(target, network, x[:, None])
    here = network.layers[layer - 1]
    at = A[layer] if here.activation in ("sigmoid", "tanh") else Z[layer - 1]
    return recursion.applied(target, here, at[:, 0], "_derivative")


@fault("gamma", breaks="gamma.value", causes=("off by one layer",))
def gamma_a_layer_too_early(target: Faulty, network: Network, x: Array, layer: int) -> Array:
    """Layers are counted from 0 where the one before has as many units."""
    before = max(layer - 1, 1)
    same = network.layers[before - 1].bias.shape == network.layers[layer - 1].bias.shape
    return target.right.gamma(network, x, before if same else layer)


@fault("gamma", breaks="gamma.value", causes=("value for derivative",))
def gamma_is_the_activation(target: Faulty, network: Network, x: Array, layer: int) -> Array:
    """The activations are returned in place of their derivatives."""
    return recursion.forward(target, network, x[:, None])[1][layer][:, 0]


@fault("gamma_columns", breaks="gamma.columns", causes=("transposed",))
def columns_are_rows_when_square(target: Faulty, network: Network, x: Array, layer: int) -> Array:
    """Gamma is broadcast along the last axis where the layer has as many units as inputs."""
    G = target.right.gamma_columns(network, x, layer)
    return np.ascontiguousarray(G.T) if is_square(G) else G


@fault("gamma_columns", breaks="gamma.columns", causes=("operation layer_jacobian",))
def columns_are_scaled_weights(target: Faulty, network: Network, x: Array, layer: int) -> Array:
    """What comes back is the product of G with the weights already."""
    return target.right.gamma_columns(network, x, layer) * network.layers[layer - 1].weights


@fault("gamma_rows", breaks="gamma.rows")
def rows_are_the_columns_of_the_next_layer(target: Faulty, network: Network, x: Array, layer: int) -> Array:
    """G^(l+1), which has the same shape, is taken for G~^l."""
    return target.right.gamma_columns(network, x, layer + 1)


@fault("gamma_rows", breaks="gamma.rows", causes=("transposed",))
def rows_are_columns_when_square(target: Faulty, network: Network, x: Array, layer: int) -> Array:
    """Gamma is broadcast along the first axis where the next layer has as many units."""
    G = target.right.gamma_rows(network, x, layer)
    return np.ascontiguousarray(G.T) if is_square(G) else G


# the Jacobian of a layer


@fault("layer_jacobian", breaks="layer.jacobian")
def layer_jacobian_scales_columns_when_square(target: Faulty, network: Network, x: Array, layer: int) -> Array:
    """It is W diag(gamma) in place of diag(gamma) W, where the shapes permit it."""
    here = network.layers[layer - 1]
    if here.activation == "softmax" or not is_square(here.weights):
        return target.right.layer_jacobian(network, x, layer)
    return np.asarray(here.weights * target.right.gamma(network, x, layer))


@fault(
    "layer_jacobian",
    breaks="layer.jacobian",
    causes=(
        "missing activation derivative",
        "missing activation",
    ),
)
def layer_jacobian_has_no_gamma(target: Faulty, network: Network, x: Array, layer: int) -> Array:
    """It is that of the dense layer without its activation."""
    del target, x
    return np.array(network.layers[layer - 1].weights)


@fault("layer_jacobian", breaks="layer.jacobian", regime="ordinary", errata=("ED09",))
def layer_jacobian_lacks_the_other_outputs(target: Faulty, network: Network, x: Array, layer: int) -> Array:
    """At a softmax the derivatives S_i (1 - S_i) stand where the full matrix belongs."""
    here = network.layers[layer - 1]
    if here.activation != "softmax":
        return target.right.layer_jacobian(network, x, layer)
    s = recursion.forward(target, network, x[:, None])[1][-1]
    return np.asarray(s * (1 - s) * here.weights)


# the Jacobians of the output


@fault("output_bias_jacobian", breaks="output.bias_jacobian", effort="standard")
def bias_jacobian_follows_one_unit(target: Faulty, network: Network, x: Array, layer: int) -> Array:
    """Of the paths through the layer after the next only those through its first unit are counted."""
    D = [target.right.layer_jacobian(network, x, number + 1) for number in range(len(network.layers))]
    if layer > len(network.layers) - 2:
        return target.right.output_bias_jacobian(network, x, layer)
    jacobian = D[layer + 1][:, :1] @ (D[layer] * target.right.gamma_rows(network, x, layer))[:1]
    for factor in D[layer + 2 :]:
        jacobian = factor @ jacobian
    return jacobian


@fault("output_weight_jacobian", breaks="output.weight_jacobian")
def weight_jacobian_lacks_gamma(target: Faulty, network: Network, x: Array, layer: int) -> Array:
    """The last scaling, by the derivatives of the layer itself, is left out of hidden layers."""
    if layer == len(network.layers):
        return target.right.output_weight_jacobian(network, x, layer)
    jacobian = np.eye(network.layers[-1].bias.shape[0], dtype=x.dtype)
    for number in range(len(network.layers), layer, -1):
        jacobian = jacobian @ target.right.layer_jacobian(network, x, number)
    return np.multiply.outer(jacobian, recursion.forward(target, network, x[:, None])[1][layer - 1][:, 0])
