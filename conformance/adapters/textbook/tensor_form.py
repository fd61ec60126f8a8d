"""Chapter 8, tensor form: the operations as the sources print them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .parts import Parts

if TYPE_CHECKING:
    from ....spec.network import Network
    from .parts import Array


class TensorForm(Parts):
    """The ``definition`` form of every clause of the chapter, step by step in the format of its arguments."""

    def gamma(self, network: Network, x: Array, layer: int) -> Array:
        """``dg^l/dz^l`` of every unit (Dick 2021)."""
        Z, _ = self.forward(network, x[:, np.newaxis])
        return self.apply(network.layers[layer - 1], Z[layer - 1][:, 0], "_derivative")

    def gamma_columns(self, network: Network, x: Array, layer: int) -> Array:
        """``n_(l-1)`` copies of gamma as columns (Dick 2021)."""
        return np.column_stack([self.gamma(network, x, layer)] * network.layers[layer - 1].weights.shape[1])

    def gamma_rows(self, network: Network, x: Array, layer: int) -> Array:
        """``n_(l+1)`` copies of gamma as rows (Dick 2021)."""
        return np.vstack([self.gamma(network, x, layer)] * network.layers[layer].weights.shape[0])

    def layer_jacobian(self, network: Network, x: Array, layer: int) -> Array:
        """``G^l * W^l`` (Dick 2021), with the full Jacobian of a softmax."""
        here = network.layers[layer - 1]
        if here.activation != "softmax":
            product: Array = self.gamma_columns(network, x, layer) * here.weights
            return product
        Z, _ = self.forward(network, x[:, np.newaxis])
        return np.asarray(self.jacobian_of(here, Z[-1][:, 0]) @ here.weights)

    def output_bias_jacobian(self, network: Network, x: Array, layer: int) -> Array:
        """``D^L ... D^(l+2) (D^(l+1) * G~^l)`` with ``D^l = diag(g'(z^l)) W^l`` (Dick 2021)."""
        Z, _ = self.forward(network, x[:, np.newaxis])
        last = self.jacobian_of(network.layers[-1], Z[-1][:, 0])
        if layer == len(network.layers):
            return last
        D = [self.jacobian_of(each, z[:, 0]) @ each.weights for each, z in zip(network.layers, Z, strict=True)]
        slopes = self.apply(network.layers[layer - 1], Z[layer - 1][:, 0], "_derivative")
        product: Array = D[layer] * slopes[np.newaxis, :]
        for factor in D[layer + 1 :]:
            product = factor @ product
        return product

    def output_weight_jacobian(self, network: Network, x: Array, layer: int) -> Array:
        """The bias Jacobian ``(x) a^(l-1)`` (Dick 2021)."""
        _, A = self.forward(network, x[:, np.newaxis])
        return np.multiply.outer(self.output_bias_jacobian(network, x, layer), A[layer - 1][:, 0])
