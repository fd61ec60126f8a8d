"""Chapter 8, tensor form: the operations of the reference."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import networks, tensor_form
from ..precision import rounded_once

if TYPE_CHECKING:
    from ..conventions import Conventions
    from ..precision import Array, Network


class TensorForm:
    """Every operation of the chapter, in its stable form."""

    _choices: Conventions

    @rounded_once
    def gamma(self, network: Network, x: Array, layer: int) -> Array:
        """``(g^l)'(z^l)``, ``(n_l,)``."""
        return tensor_form.gamma(self._choices.network(network), x, layer, self._choices)

    @rounded_once
    def gamma_columns(self, network: Network, x: Array, layer: int) -> Array:
        """``G^l``, ``(n_l, n_(l-1))``."""
        return tensor_form.gamma_columns(self._choices.network(network), x, layer, self._choices)

    @rounded_once
    def gamma_rows(self, network: Network, x: Array, layer: int) -> Array:
        """``G~^l``, ``(n_(l+1), n_l)``."""
        return tensor_form.gamma_rows(self._choices.network(network), x, layer, self._choices)

    @rounded_once
    def layer_jacobian(self, network: Network, x: Array, layer: int) -> Array:
        """``D^l = d a^l / d a^(l-1)``, ``(n_l, n_(l-1))``."""
        return tensor_form.layer_jacobian(self._choices.network(network), x, layer, self._choices)

    @rounded_once
    def output_weight_jacobian(self, network: Network, x: Array, layer: int) -> Array:
        """``d a^L / d W^l``, ``(n_L, n_l, n_(l-1))``."""
        jacobian = networks.output_weight_jacobian(self._choices.network(network), x, layer, self._choices)
        return self._choices.weights(jacobian)

    @rounded_once
    def output_bias_jacobian(self, network: Network, x: Array, layer: int) -> Array:
        """``d a^L / d b^l``, ``(n_L, n_l)``."""
        return networks.output_bias_jacobian(self._choices.network(network), x, layer, self._choices)
