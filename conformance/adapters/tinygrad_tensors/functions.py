"""The operations as compositions of tinygrad's functions and of its automatic differentiation."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from tinygrad import Tensor as TinygradTensor
from tinygrad.nn.optim import SGD

from .tensors import PLACE, Rows, to_tensor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from .tensors import Layer, Network, Tensor


def activation(name: str, slope: float = 0.01) -> Callable[[Tensor], Tensor]:
    """The activation of that name; ``NotImplementedError`` where there is none."""
    functions: dict[str, Callable[[Tensor], Tensor]] = {
        "identity": lambda z: z,
        "relu": lambda z: z.relu(),
        "leaky_relu": lambda z: z.leaky_relu(neg_slope=slope),
        "sigmoid": lambda z: z.sigmoid(),
        "tanh": lambda z: z.tanh(),
    }
    if name not in functions:
        raise NotImplementedError(f"activation {name!r}")
    return functions[name]


def heaviside(z: Tensor, threshold: float) -> Tensor:
    """One from the threshold on, zero below it."""
    return (z >= threshold).where(1.0, 0.0).cast(z.dtype)


def vjp(value: Tensor, points: Iterable[Tensor], upstream: Tensor | None = None) -> list[Tensor]:
    """Vector-Jacobian products of a value by the points it was made of, at ones where there is no ``upstream``."""
    gradient: list[Tensor] = value.gradient(*points, gradient=value.ones_like() if upstream is None else upstream)
    return gradient


def derivative(function: Callable[[Tensor], Tensor], point: Tensor) -> Tensor:
    """The derivative of an elementwise function, of every entry."""
    return vjp(function(point), [point])[0]


def jacobian(value: Tensor, point: Tensor) -> Rows:
    """Jacobian of a value by a point that it was made of: a gradient for each entry of the value."""
    gradients = []
    for index in range(math.prod(value.shape)):
        unit = np.zeros(value.shape, np.float32)
        unit.flat[index] = 1
        gradients += vjp(value, [point], to_tensor(unit).cast(value.dtype))
    return Rows(gradients, (*value.shape, *point.shape))


def jacobian_of_rows(function: Callable[[Tensor], Tensor], point: Tensor, size: int) -> Tensor:
    """Jacobian of a function from vectors to vectors of ``size`` entries: a batch of equal rows has one row in each."""
    rows = point.expand(size, -1).contiguous()
    return vjp(function(rows), [rows], TinygradTensor.eye(size, dtype=point.dtype))[0]


def squared_error(o: Tensor, y: Tensor) -> Tensor:
    """Mean of ``(o - y)^2``."""
    return (o - y).square().mean()


def categorical_cross_entropy(o: Tensor, y: Tensor) -> Tensor:
    """Sum of ``-y log o``."""
    return -(y * o.log()).sum()


def losses(name: str, O: Tensor, Y: Tensor) -> Tensor:  # noqa: E741 -- the letter of the text
    """The loss of every row."""
    if name == "squared_error":
        return (O - Y).square().mean(-1)
    if name == "binary_cross_entropy":
        return O.binary_crossentropy(Y, reduction="none").mean(-1)
    if name == "categorical_cross_entropy":
        return -(Y * O.log()).sum(-1)
    raise NotImplementedError(f"loss {name!r}")


def dense(x: Tensor, W: Tensor, b: Tensor) -> Tensor:
    """A vector or rows through a dense layer."""
    return x.linear(W.transpose(), b)


def unit(x: Tensor, w: Tensor, b: Tensor) -> Tensor:
    """A linear layer of one unit, of a vector or of every row."""
    return x.dot(w) + b


def activated(layer: Layer, z: Tensor) -> Tensor:
    """The activation of a layer."""
    return z.softmax() if layer.activation == "softmax" else activation(layer.activation, layer.slope)(z)


def trace(network: Network, X: Tensor) -> tuple[list[Tensor], list[Tensor]]:
    """Pre-activations and activations of every layer."""
    pre_activations, activations, a = [], [], X
    for layer in network.layers:
        if layer.activation == "softmax" and layer is not network.layers[-1]:
            raise NotImplementedError("softmax in a hidden layer")
        z = dense(a, layer.weights, layer.bias)
        a = activated(layer, z)
        pre_activations.append(z)
        activations.append(a)
    return pre_activations, activations


def forward(network: Network, X: Tensor) -> tuple[Tensor, Tensor]:
    """Last pre-activation and last activation."""
    pre_activations, activations = trace(network, X)
    return pre_activations[-1], activations[-1]


def gamma(network: Network, x: Tensor, layer: int) -> Tensor:
    """Derivative of the elementwise activations of a layer."""
    here = network.layers[layer - 1]
    return derivative(activation(here.activation, here.slope), trace(network, x)[0][layer - 1])


def cost(network: Network, X: Tensor, Y: Tensor) -> Tensor:
    """Mean over the samples of the loss, a cross-entropy from the logits."""
    return cost_of(network, *forward(network, X), Y)


def cost_of(network: Network, z: Tensor, a: Tensor, Y: Tensor) -> Tensor:
    """The cost, from the last pre-activation and the last activation."""
    output = network.layers[-1].activation
    if network.loss == "squared_error" and output != "softmax":
        return squared_error(a, Y)
    if network.loss == "binary_cross_entropy" and output == "sigmoid":
        return z.binary_crossentropy_logits(Y)
    if network.loss == "categorical_cross_entropy" and output == "softmax":
        return z.cross_entropy(Y)
    raise NotImplementedError(f"loss {network.loss!r} on an output layer of activation {output!r}")


def network_gradients(network: Network, X: Tensor, Y: Tensor) -> tuple[list[Tensor], list[Tensor]]:
    """Gradients of the cost by every weight and every bias, as ``backward`` leaves them."""
    cost(network, X, Y).backward()
    return [W.grad for W in network.weights], [b.grad for b in network.biases]


def output_jacobian(network: Network, x: Tensor, layer: int, *, of_weights: bool) -> Rows:
    """Jacobian of the last activation by the weights or the bias of one layer."""
    here = network.layers[layer - 1]
    return jacobian(forward(network, x)[1], here.weights if of_weights else here.bias)


def descent(parameters: list[Tensor], gradients: Callable[[], list[Tensor]], rate: float, steps: int) -> None:
    """Steps of ``SGD`` from the parameters, in place."""
    optimizer: Any = SGD(parameters, lr=rate, device=PLACE)
    for _ in range(steps):
        for parameter, gradient in zip(parameters, gradients(), strict=True):
            parameter.grad = gradient
        optimizer.step()


def concatenated(tensors: list[Tensor]) -> Tensor:
    """Tensors one behind the other in one vector."""
    return TinygradTensor.cat(*(tensor.flatten() for tensor in tensors))
