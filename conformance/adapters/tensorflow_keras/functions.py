"""The operations as compositions of a library's functions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import tensorflow as tf

from .differentiation import jacobian, vjp

if TYPE_CHECKING:
    from collections.abc import Callable

    from .library import Library
    from .tensors import Layer, Network, Tensor


def activation(library: Library, name: str, slope: float = 0.01) -> Callable[[Tensor], Tensor]:
    """The activation of that name; ``NotImplementedError`` where there is none."""
    if name == "leaky_relu":
        return lambda z: library.leaky_relu(z, slope)
    if name not in library.activations:
        raise NotImplementedError(f"activation {name!r}")
    return library.activations[name]


def step(library: Library, z: Tensor, threshold: float) -> Tensor:
    """Step of the library, guarded below the threshold against a difference flushed to zero."""
    risen = library.heaviside(z - threshold, tf.ones_like(z))
    return library.elementary.choose(z < threshold, tf.zeros_like(z), risen)


def dense(library: Library, x: Tensor, W: Tensor, b: Tensor) -> Tensor:
    """A vector or rows through a dense layer."""
    if x.shape.rank == 1:
        return library.dense(x[tf.newaxis], W, b)[0]
    return library.dense(x, W, b)


def unit(library: Library, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
    """A dense layer of one unit, of a vector or of every row."""
    return dense(library, x, w[:, tf.newaxis], b[tf.newaxis])[..., 0]


def neuron(library: Library, x: Tensor, w: Tensor, b: Tensor, name: str, slope: float) -> Tensor:
    """Activation of one neuron, of a vector or of each row."""
    return activation(library, name, slope)(unit(library, x, w, b))


def applied(library: Library, matrix: Tensor, x: Tensor) -> Tensor:
    """A matrix times a vector."""
    return library.elementary.matrix_product(matrix, x[:, tf.newaxis])[:, 0]


def loss_of_one(library: Library, name: str, o: Tensor, y: Tensor) -> Tensor:
    """The loss of one sample: of predictions, or of logits where the name says sigmoid or softmax."""
    return losses(library, name, o[tf.newaxis], y[tf.newaxis])[0]


def losses(library: Library, name: str, O: Tensor, Y: Tensor) -> Tensor:  # noqa: E741 -- the letter of the text
    """The loss of every row."""
    if not hasattr(library.losses, name):
        raise NotImplementedError(f"loss {name!r}")
    loss: Callable[[Tensor, Tensor], Tensor] = getattr(library.losses, name)
    return loss(O, Y)


def mean_square(library: Library, a: Tensor, y: Tensor) -> Tensor:
    """Mean over the samples of the squared error of one unit."""
    return library.losses.mean(library.losses.squared_error(a[:, tf.newaxis], y[:, tf.newaxis]))


def activated(library: Library, layer: Layer, z: Tensor) -> Tensor:
    """The activation of a layer."""
    if layer.activation == "softmax":
        return library.softmax(z)
    return activation(library, layer.activation, layer.slope)(z)


def trace(library: Library, network: Network, X: Tensor) -> tuple[list[Tensor], list[Tensor]]:
    """Pre-activations and activations of every layer."""
    pre_activations, activations, a = [], [], X
    for layer in network.layers:
        if layer.activation == "softmax" and layer is not network.layers[-1]:
            raise NotImplementedError("softmax in a hidden layer")
        z = dense(library, a, layer.weights, layer.bias)
        a = activated(library, layer, z)
        pre_activations.append(z)
        activations.append(a)
    return pre_activations, activations


def below(library: Library, network: Network, x: Tensor, layer: int) -> Tensor:
    """The input of a layer, counted from 1."""
    return x if layer == 1 else trace(library, network, x)[1][layer - 2]


def forward(library: Library, network: Network, X: Tensor) -> tuple[Tensor, Tensor]:
    """Last pre-activation and last activation."""
    pre_activations, activations = trace(library, network, X)
    return pre_activations[-1], activations[-1]


def gamma(library: Library, network: Network, x: Tensor, layer: int) -> Any:
    """Derivative of the elementwise activations of a layer."""
    here = network.layers[layer - 1]
    function = activation(library, here.activation, here.slope)
    return vjp(function, trace(library, network, x)[0][layer - 1])


def cost(library: Library, network: Network, X: Tensor, Y: Tensor) -> Tensor:
    """Mean over the samples of the loss, a cross-entropy from the logits."""
    return cost_of(library, network, *forward(library, network, X), Y)


def cost_of(library: Library, network: Network, z: Tensor, a: Tensor, Y: Tensor) -> Tensor:
    """The cost, from the last pre-activation and the last activation."""
    output = network.layers[-1].activation
    if network.loss == "squared_error" and output != "softmax":
        return library.losses.mean(library.losses.squared_error(a, Y))
    if network.loss == "binary_cross_entropy" and output == "sigmoid":
        return library.losses.mean(library.losses.sigmoid_cross_entropy(z, Y))
    if network.loss == "categorical_cross_entropy" and output == "softmax":
        return library.losses.mean(library.losses.softmax_cross_entropy(z, Y))
    raise NotImplementedError(f"loss {network.loss!r} on an output layer of activation {output!r}")


def network_gradients(
    library: Library, network: Network, X: Tensor, Y: Tensor
) -> tuple[tuple[Tensor, ...], tuple[Tensor, ...]]:
    """Gradients of the cost by every weight and every bias, in one backward pass."""
    count = len(network.layers)

    def of_parameters(*parameters: Tensor) -> Tensor:
        return cost(library, network.with_parameters(parameters[:count], parameters[count:]), X, Y)

    gradients = vjp(of_parameters, network.weights + network.biases)
    return gradients[:count], gradients[count:]


def output_jacobian(library: Library, network: Network, x: Tensor, layer: int, *, of_weights: bool) -> Any:
    """Jacobian of the last activation by the weights or the bias of one layer."""
    chosen = network.weights if of_weights else network.biases

    def output(parameter: Tensor) -> Tensor:
        replaced = (*chosen[: layer - 1], parameter, *chosen[layer:])
        parameters = (replaced, network.biases) if of_weights else (network.weights, replaced)
        return forward(library, network.with_parameters(*parameters), x)[1]

    return jacobian(output, chosen[layer - 1])
