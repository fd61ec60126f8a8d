"""Backpropagation in columns, each step of which a fault may replace; with no step replaced it is right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from .fault import Array, Faulty

    Network = Any
    Layer = Any
    Local = Callable[[Faulty, Layer, Array, Array], Array]


def applied(target: Faulty, layer: Layer, z: Array, part: str = "") -> Array:
    """The activation of ``layer``, or with ``part = "_derivative"`` its derivative, of every entry."""
    keywords = {"slope": layer.slope} if layer.activation == "leaky_relu" else {}
    answer: Array = getattr(target.right, layer.activation + part)(z, **keywords)
    return answer


def activated(target: Faulty, layer: Layer, z: Array) -> Array:
    """The activation of ``layer`` of a batch."""
    return target.right.softmax_batch(z) if layer.activation == "softmax" else applied(target, layer, z)


def forward(target: Faulty, network: Network, X: Array) -> tuple[list[Array], list[Array]]:
    """``z^1 ... z^L`` and ``a^0 = X, a^1 ... a^L``."""
    Z: list[Array] = []
    A = [X]
    for layer in network.layers:
        Z.append(layer.weights @ A[-1] + layer.bias[:, None])
        A.append(activated(target, layer, Z[-1]))
    return Z, A


def local_derivative(target: Faulty, layer: Layer, z: Array, a: Array) -> Array:
    """``g'(z)`` of an elementwise layer."""
    del a
    return applied(target, layer, z, "_derivative")


def last_delta(target: Faulty, network: Network, z: Array, a: Array, Y: Array) -> Array:
    """The derivative of each sample's loss with respect to its last pre-activation."""
    match network.loss:
        case "squared_error":
            return np.asarray((a - Y) * applied(target, network.layers[-1], z, "_derivative"))
        case "binary_cross_entropy":
            return target.right.sigmoid_cross_entropy_delta(z, Y)
        case _:
            return target.right.softmax_cross_entropy_delta(z, Y)


def backward(
    target: Faulty,
    network: Network,
    Z: list[Array],
    A: list[Array],
    delta: Array,
    *,
    local: Local = local_derivative,
    weights_of: Callable[[Layer, Array], Array] = lambda layer, dW: layer.weights,  # noqa: ARG005
    summed: Callable[[Array], Array] = lambda delta: np.asarray(np.sum(delta, axis=1)),
) -> tuple[list[Array], list[Array]]:
    """``dW^l = delta^l (a^(l-1))^T`` and ``db^l = delta^l 1`` from the delta of the last layer, first to last."""
    dWs: list[Array] = []
    dbs: list[Array] = []
    for index in reversed(range(len(network.layers))):
        dWs.insert(0, delta @ A[index].T)
        dbs.insert(0, summed(delta))
        if index:
            here, below = network.layers[index], network.layers[index - 1]
            delta = (weights_of(here, dWs[0]).T @ delta) * local(target, below, Z[index - 1], A[index])
    return dWs, dbs


def gradients(target: Faulty, network: Network, X: Array, Y: Array, **steps: Any) -> tuple[list[Array], list[Array]]:
    """The gradients of the mean cost, with the ``steps`` of :func:`backward` replaced."""
    Z, A = forward(target, network, X)
    delta = last_delta(target, network, Z[-1], A[-1], Y) / X.dtype.type(X.shape[1])
    return backward(target, network, Z, A, delta, **steps)


def output_jacobian(target: Faulty, network: Network, x: Array, layer: int, *, last: Array | None = None) -> Array:
    """``M^l = d a^L / d z^l`` by the recursion from ``last``, by default the Jacobian of the last activation."""
    Z, _ = forward(target, network, x[:, None])
    if last is None:
        last = activation_jacobian(target, network.layers[-1], Z[-1][:, 0])
    for index in reversed(range(layer - 1, len(network.layers) - 1)):
        slopes = applied(target, network.layers[index], Z[index][:, 0], "_derivative")
        last = (last @ network.layers[index + 1].weights) * slopes
    return last


def activation_jacobian(target: Faulty, layer: Layer, z: Array) -> Array:
    """The Jacobian of the activation of a layer."""
    if layer.activation == "softmax":
        return target.right.softmax_jacobian(z)
    return np.diag(applied(target, layer, z, "_derivative"))
