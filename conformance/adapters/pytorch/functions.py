"""The operations as compositions of PyTorch's functions and of its automatic differentiation."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import torch
from torch.nn import functional

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .modes import Mode
    from .tensors import Layer, Network, Tensor


@functools.cache
def activation(name: str, slope: float = 0.01) -> Callable[[Tensor], Tensor]:
    """The activation of that name; ``NotImplementedError`` where there is none."""
    functions: dict[str, Callable[[Tensor], Tensor]] = {
        "identity": torch.nn.Identity(),
        "relu": torch.relu,
        "leaky_relu": functools.partial(functional.leaky_relu, negative_slope=slope),
        "sigmoid": torch.sigmoid,
        "tanh": torch.tanh,
    }
    if name not in functions:
        raise NotImplementedError(f"activation {name!r}")
    return functions[name]


def heaviside(z: Tensor, threshold: float) -> Tensor:
    """Step of the framework. The difference has the sign of the comparison: it underflows gradually."""
    return torch.heaviside(z - threshold, torch.ones_like(z))


def step(z: Tensor, threshold: float) -> Tensor:
    """The same step, as a function that autograd can follow."""
    return torch.where(z >= threshold, torch.ones_like(z), torch.zeros_like(z))


def categorical_cross_entropy(o: Tensor, y: Tensor) -> Tensor:
    """Sum over the entries of ``-y log o``."""
    return -torch.xlogy(y, o).sum(-1)


def unit(x: Tensor, w: Tensor, b: Tensor) -> Tensor:
    """A linear layer of one unit, of a vector or of every row."""
    return functional.linear(x, w.unsqueeze(0), b.unsqueeze(0)).squeeze(-1)


def losses(name: str, O: Tensor, Y: Tensor) -> Tensor:  # noqa: E741 -- the letter of the text
    """The loss of every row."""
    if name == "squared_error":
        return functional.mse_loss(O, Y, reduction="none").mean(-1)
    if name == "binary_cross_entropy":
        return functional.binary_cross_entropy(O, Y, reduction="none").mean(-1)
    if name == "categorical_cross_entropy":
        return categorical_cross_entropy(O, Y)
    raise NotImplementedError(f"loss {name!r}")


def activated(layer: Layer, z: Tensor) -> Tensor:
    """The activation of a layer."""
    if layer.activation == "softmax":
        return torch.softmax(z, -1)
    return activation(layer.activation, layer.slope)(z)


def trace(network: Network, X: Tensor, shifts: Sequence[Tensor] | None = None) -> tuple[list[Tensor], list[Tensor]]:
    """Pre-activations and activations of every layer; ``shifts`` are added to the pre-activations."""
    pre_activations, activations, a = [], [], X
    for index, layer in enumerate(network.layers):
        if layer.activation == "softmax" and layer is not network.layers[-1]:
            raise NotImplementedError("softmax in a hidden layer")
        z = functional.linear(a, layer.weights, layer.bias)
        if shifts is not None:
            z = z + shifts[index]
        a = activated(layer, z)
        pre_activations.append(z)
        activations.append(a)
    return pre_activations, activations


def forward(network: Network, X: Tensor) -> tuple[Tensor, Tensor]:
    """Last pre-activation and last activation."""
    pre_activations, activations = trace(network, X)
    return pre_activations[-1], activations[-1]


def gamma(mode: Mode, network: Network, x: Tensor, layer: int) -> Any:
    """Derivative of the elementwise activations of a layer."""
    here = network.layers[layer - 1]
    return mode.vjp(activation(here.activation, here.slope), trace(network, x)[0][layer - 1])


def cost(network: Network, X: Tensor, Y: Tensor) -> Tensor:
    """Mean over the samples of the loss, a cross-entropy from the logits."""
    return cost_of(network, *forward(network, X), Y)


def cost_of(network: Network, z: Tensor, a: Tensor, Y: Tensor) -> Tensor:
    """The cost, from the last pre-activation and the last activation."""
    output = network.layers[-1].activation
    if network.loss == "squared_error" and output != "softmax":
        return functional.mse_loss(a, Y)
    if network.loss == "binary_cross_entropy" and output == "sigmoid":
        return functional.binary_cross_entropy_with_logits(z, Y)
    if network.loss == "categorical_cross_entropy" and output == "softmax":
        return functional.cross_entropy(z, Y)
    raise NotImplementedError(f"loss {network.loss!r} on an output layer of activation {output!r}")


def network_gradients(mode: Mode, network: Network, X: Tensor, Y: Tensor) -> tuple[list[Tensor], list[Tensor]]:
    """Gradients of the cost by every weight and every bias, in one backward pass."""
    weights, biases = [layer.weights for layer in network.layers], [layer.bias for layer in network.layers]
    count = len(weights)

    def cost_at(*parameters: Tensor) -> Tensor:
        return cost(network.with_parameters(parameters[:count], parameters[count:]), X, Y)

    gradients = mode.vjp(cost_at, (*weights, *biases))
    return list(gradients[:count]), list(gradients[count:])


def network_deltas(mode: Mode, network: Network, X: Tensor, Y: Tensor) -> list[Tensor]:
    """Gradients of the cost by shifts of every pre-activation, in one backward pass."""

    def cost_at(*shifts: Tensor) -> Tensor:
        pre_activations, activations = trace(network, X, shifts)
        return cost_of(network, pre_activations[-1], activations[-1], Y)

    return list(mode.vjp(cost_at, tuple(map(torch.zeros_like, trace(network, X)[0]))))


def output_jacobian(mode: Mode, network: Network, x: Tensor, layer: int, *, of_weights: bool) -> Any:
    """Jacobian of the last activation by the weights or the bias of one layer."""
    weights = [each.weights for each in network.layers]
    biases = [each.bias for each in network.layers]
    chosen = weights if of_weights else biases

    def output(parameter: Tensor) -> Tensor:
        replaced = [*chosen[: layer - 1], parameter, *chosen[layer:]]
        parameters = (replaced, biases) if of_weights else (weights, replaced)
        return forward(network.with_parameters(*parameters), x)[1]

    return mode.jacobian(output, chosen[layer - 1])


def gradient_descent_step(
    network: Network, dWs: list[Tensor], dbs: list[Tensor], rate: float
) -> tuple[list[Tensor], list[Tensor]]:
    """One step of ``torch.optim.SGD``."""
    weights = [torch.nn.Parameter(layer.weights) for layer in network.layers]
    biases = [torch.nn.Parameter(layer.bias) for layer in network.layers]
    for parameter, gradient in zip(weights + biases, dWs + dbs, strict=True):
        parameter.grad = gradient
    torch.optim.SGD(weights + biases, lr=rate).step()
    return list(weights), list(biases)
