"""Chapters 7 and 8: inside a network, Park's listings of code, and the factors of the tensor form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tinygrad import Tensor as TinygradTensor

from . import functions
from .tensors import PLACE, in_tinygrad

if TYPE_CHECKING:
    from .tensors import Network, Tensor


class Networks:
    """Operations on the layers of a network."""

    @in_tinygrad
    def network_trace(self, network: Network, X: Tensor) -> tuple[list[Tensor], list[Tensor]]:
        """Pre-activations and activations of every layer."""
        return functions.trace(network, X)

    @in_tinygrad
    def network_deltas(self, network: Network, X: Tensor, Y: Tensor) -> list[Tensor]:
        """Gradients of the cost by the pre-activations."""
        zs, activations = functions.trace(network, X)
        return functions.vjp(functions.cost_of(network, zs[-1], activations[-1], Y), zs)

    @in_tinygrad
    def network_input_gradient(self, network: Network, X: Tensor, Y: Tensor) -> Tensor:
        """Gradient of the cost by the inputs."""
        return functions.vjp(functions.cost(network, X, Y), [X])[0]

    @in_tinygrad
    def network_vjp(self, network: Network, x: Tensor, upstream: Tensor) -> Any:
        """Vector-Jacobian products by the input and by every parameter."""
        weights, biases = network.weights, network.biases
        dx, *others = functions.vjp(functions.forward(network, x)[1], [x, *weights, *biases], upstream)
        return dx, others[: len(weights)], others[len(weights) :]

    @in_tinygrad
    def downstream_value(self, network: Network, x: Tensor, layer: int) -> Tensor:
        """The input, or the activation of the layer before."""
        return x if layer == 1 else functions.trace(network, x)[1][layer - 2]

    @in_tinygrad
    def upstream_gradient(self, network: Network, x: Tensor, y: Tensor, layer: int) -> Tensor:
        """Gradient of the loss by the activation of a layer, or by the last pre-activation."""
        zs, activations = functions.trace(network, x)
        if layer == len(network.layers):
            return functions.vjp(functions.cost_of(network, zs[-1], activations[-1], y), [zs[-1]])[0]
        here = activations[layer - 1].detach()
        return functions.vjp(functions.cost(network.above(layer), here, y), [here])[0]

    @in_tinygrad
    def relu_layer_forward(self, A_prev: Tensor, W: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
        """A dense layer and relu."""
        Z = functions.dense(A_prev, W, b)
        return Z, Z.relu()

    @in_tinygrad
    def relu_layer_backward(self, W_next: Tensor, dZ_next: Tensor, Z: Tensor, A_prev: Tensor) -> list[Tensor]:
        """The backward passes of the next layer, of relu and of this layer."""
        A = Z.relu()
        (dA,) = functions.vjp(A.linear(W_next.transpose()), [A], dZ_next)
        (dZ,) = functions.vjp(A, [Z], dA)
        W = TinygradTensor.zeros(Z.shape[1], A_prev.shape[1], dtype=Z.dtype, device=PLACE).contiguous()
        b = TinygradTensor.zeros(Z.shape[1], dtype=Z.dtype, device=PLACE).contiguous()
        return [dA, dZ, *functions.vjp(functions.dense(A_prev, W, b), [W, b], dZ)]

    @in_tinygrad
    def classifier_forward(self, network: Network, X: Tensor) -> tuple[list[Tensor], list[Tensor]]:
        """Pre-activations and activations of every layer."""
        return functions.trace(network, X)

    @in_tinygrad
    def classifier_backward(self, network: Network, X: Tensor, Y: Tensor) -> tuple[list[Tensor], list[Tensor]]:
        """Gradients of the mean cross-entropy."""
        return functions.network_gradients(network, X, Y)

    @in_tinygrad
    def gamma(self, network: Network, x: Tensor, layer: int) -> Tensor:
        """Derivative of the activations of a layer."""
        return functions.gamma(network, x, layer)

    @in_tinygrad
    def gamma_columns(self, network: Network, x: Tensor, layer: int) -> Tensor:
        """The derivatives in every column."""
        derivatives = functions.gamma(network, x, layer)
        return derivatives.unsqueeze(-1).expand(-1, network.weights[layer - 1].shape[1])

    @in_tinygrad
    def gamma_rows(self, network: Network, x: Tensor, layer: int) -> Tensor:
        """The derivatives in every row."""
        return functions.gamma(network, x, layer).expand(network.weights[layer].shape[0], -1)

    @in_tinygrad
    def layer_jacobian(self, network: Network, x: Tensor, layer: int) -> Tensor:
        """Jacobian of a layer by its input."""
        here = network.layers[layer - 1]
        below = x if layer == 1 else functions.trace(network, x)[1][layer - 2]
        return functions.jacobian_of_rows(
            lambda rows: functions.activated(here, functions.dense(rows, here.weights, here.bias)),
            below,
            here.bias.shape[0],
        )
