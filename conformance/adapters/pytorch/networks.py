"""Chapters 7 and 8: inside a network, Park's listings of code, and the factors of the tensor form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch.nn import functional

from . import functions
from .tensors import Moded, in_torch, value_in_torch

if TYPE_CHECKING:
    from .tensors import Network, Tensor


class Networks(Moded):
    """Operations on the layers of a network."""

    @value_in_torch
    def network_trace(self, network: Network, X: Tensor) -> tuple[list[Tensor], list[Tensor]]:
        """Pre-activations and activations of every layer."""
        return functions.trace(network, X)

    @in_torch
    def network_deltas(self, network: Network, X: Tensor, Y: Tensor) -> list[Tensor]:
        """Gradients of the cost by the pre-activations, in one backward pass."""
        return functions.network_deltas(self.mode, network, X, Y)

    @in_torch
    def network_input_gradient(self, network: Network, X: Tensor, Y: Tensor) -> Any:
        """Gradient of the cost by the inputs."""
        return self.mode.vjp(lambda point: functions.cost(network, point, Y), X)

    @in_torch
    def network_vjp(self, network: Network, x: Tensor, upstream: Tensor) -> tuple[Tensor, list[Tensor], list[Tensor]]:
        """Vector-Jacobian products by the input and by every parameter, in one backward pass."""
        weights, biases = [layer.weights for layer in network.layers], [layer.bias for layer in network.layers]
        count = len(weights)

        def output(point: Tensor, *parameters: Tensor) -> Tensor:
            return functions.forward(network.with_parameters(parameters[:count], parameters[count:]), point)[1]

        dx, *others = self.mode.vjp(output, (x, *weights, *biases), upstream)
        return dx, others[:count], others[count:]

    @value_in_torch
    def downstream_value(self, network: Network, x: Tensor, layer: int) -> Tensor:
        """The input, or the activation of the layer before."""
        return x if layer == 1 else functions.trace(network, x)[1][layer - 2]

    @in_torch
    def upstream_gradient(self, network: Network, x: Tensor, y: Tensor, layer: int) -> Any:
        """Gradient of the loss by the activation of a layer, or by the last pre-activation."""
        pre_activations, activations = functions.trace(network, x)
        if layer == len(network.layers):
            last = network.layers[-1]
            return self.mode.vjp(
                lambda z: functions.cost_of(network, z, functions.activated(last, z), y), pre_activations[-1]
            )
        return self.mode.vjp(lambda a: functions.cost(network.above(layer), a, y), activations[layer - 1])

    @value_in_torch
    def relu_layer_forward(self, A_prev: Tensor, W: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
        """A linear layer and relu."""
        Z = functional.linear(A_prev, W, b)
        return Z, torch.relu(Z)

    @in_torch
    def relu_layer_backward(self, W_next: Tensor, dZ_next: Tensor, Z: Tensor, A_prev: Tensor) -> Any:
        """The backward passes of the next layer, of relu and of this layer."""
        dA = self.mode.vjp(lambda point: functional.linear(point, W_next), torch.relu(Z), dZ_next)
        dZ = self.mode.vjp(torch.relu, Z, dA)
        parameters = Z.new_zeros(Z.shape[1], A_prev.shape[1]), Z.new_zeros(Z.shape[1])
        return dA, dZ, *self.mode.vjp(lambda W, b: functional.linear(A_prev, W, b), parameters, dZ)

    @value_in_torch
    def classifier_forward(self, network: Network, X: Tensor) -> tuple[list[Tensor], list[Tensor]]:
        """Pre-activations and activations of every layer."""
        return functions.trace(network, X)

    @in_torch
    def classifier_backward(self, network: Network, X: Tensor, Y: Tensor) -> tuple[list[Tensor], list[Tensor]]:
        """Gradients of the mean cross-entropy."""
        return functions.network_gradients(self.mode, network, X, Y)

    @in_torch
    def gamma(self, network: Network, x: Tensor, layer: int) -> Any:
        """Derivative of the activations of a layer."""
        return functions.gamma(self.mode, network, x, layer)

    @in_torch
    def gamma_columns(self, network: Network, x: Tensor, layer: int) -> Tensor:
        """The derivatives in every column."""
        derivatives = functions.gamma(self.mode, network, x, layer)
        return derivatives.unsqueeze(-1).expand(-1, network.layers[layer - 1].weights.shape[1])  # type: ignore[no-any-return]

    @in_torch
    def gamma_rows(self, network: Network, x: Tensor, layer: int) -> Tensor:
        """The derivatives in every row."""
        derivatives = functions.gamma(self.mode, network, x, layer)
        return derivatives.expand(network.layers[layer].weights.shape[0], -1)  # type: ignore[no-any-return]

    @in_torch
    def layer_jacobian(self, network: Network, x: Tensor, layer: int) -> Any:
        """Jacobian of a layer by its input."""
        here = network.layers[layer - 1]
        below = x if layer == 1 else functions.trace(network, x)[1][layer - 2]
        return self.mode.jacobian(
            lambda a: functions.activated(here, functional.linear(a, here.weights, here.bias)), below
        )
