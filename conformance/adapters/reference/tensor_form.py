"""Chapter 8: gamma, the matrices made of it, and the Jacobian of one layer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from . import activations
from .networks import forward

if TYPE_CHECKING:
    from .conventions import Conventions
    from .precision import Array, Layer, Network


def gamma(network: Network, x: Array, layer: int, conventions: Conventions) -> Array:
    """``(g^l)'(z^l)``, ``(n_l,)``. Clause ``gamma.value``."""
    here, z = _of_layer(network, x, layer)
    return activations.derivative(here.activation, z, here.slope, conventions)


def gamma_columns(network: Network, x: Array, layer: int, conventions: Conventions) -> Array:
    """``G^l``, every column gamma, ``(n_l, n_(l-1))``. Clause ``gamma.columns``."""
    slopes = gamma(network, x, layer, conventions)
    return np.broadcast_to(slopes[:, np.newaxis], network.layers[layer - 1].weights.shape)


def gamma_rows(network: Network, x: Array, layer: int, conventions: Conventions) -> Array:
    """``G~^l``, every row gamma, ``(n_(l+1), n_l)``. Clause ``gamma.rows``."""
    if not 1 <= layer < len(network.layers):
        raise ValueError(f"layer={layer}: G~ is that of a layer from 1 to {len(network.layers) - 1}, before the last")
    return np.broadcast_to(gamma(network, x, layer, conventions), network.layers[layer].weights.shape)


def layer_jacobian(network: Network, x: Array, layer: int, conventions: Conventions) -> Array:
    """``gamma_i W_ij``, and ``J W`` at a softmax, ``(n_l, n_(l-1))``. Clause ``layer.jacobian``."""
    here, z = _of_layer(network, x, layer)
    if here.activation == "softmax" and layer == len(network.layers):
        jacobian: Array = activations.softmax_jacobian(z) @ here.weights
        return jacobian
    return activations.derivative(here.activation, z, here.slope, conventions)[:, np.newaxis] * here.weights


def _of_layer(network: Network, x: Array, layer: int) -> tuple[Layer, Array]:
    """The layer of that number, and its pre-activations at ``x``."""
    if not 1 <= layer <= len(network.layers):
        raise ValueError(f"layer={layer}: a layer is a number from 1 to {len(network.layers)}")
    return network.layers[layer - 1], forward(network, x[:, np.newaxis]).pre_activations[layer - 1][:, 0]
