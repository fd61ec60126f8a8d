"""Layers, networks, their gradients and their output Jacobians, in columns; chapters 6 to 9."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from . import activations, losses

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .conventions import Conventions
    from .precision import Array, Network

OUTPUT_OF_LOSS = {"binary_cross_entropy": "sigmoid", "categorical_cross_entropy": "softmax"}
"""The one output activation that each cross-entropy goes with."""


@dataclass(frozen=True)
class Trace:
    """What the forward pass leaves for the backward pass."""

    pre_activations: tuple[Array, ...]
    """``z^1 ... z^L``, each ``(n_l, N)``."""

    values: tuple[Array, ...]
    """``a^0 = X, a^1 ... a^L``."""


def forward(network: Network, X: Array) -> Trace:
    """``z^l = W^l a^(l-1) + b^l`` and ``a^l = g(z^l)`` for each layer. Clause ``network.forward``."""
    pre_activations: list[Array] = []
    values = [X]
    for number, layer in enumerate(network.layers, start=1):
        z = layer.weights @ values[-1] + layer.bias[:, np.newaxis]
        pre_activations.append(z)
        if layer.activation == "softmax" and number == len(network.layers):
            values.append(activations.softmax(z))
        else:
            values.append(activations.value(layer.activation, z, layer.slope))
    return Trace(tuple(pre_activations), tuple(values))


def cost(network: Network, X: Array, Y: Array, conventions: Conventions) -> Array:
    """Mean or sum of the samples' losses, from the logits where there are any. Clause ``network.cost``."""
    _refuse_other_losses(network)
    trace = forward(network, X)
    match network.loss:
        case "squared_error":
            samples = losses.squared_error(trace.values[-1], Y, conventions)
        case "binary_cross_entropy":
            samples = losses.sigmoid_cross_entropy(trace.pre_activations[-1], Y, conventions)
        case _:
            samples = losses.softmax_cross_entropy(trace.pre_activations[-1], Y)
    return losses.reduced(samples, conventions.sample_divisor(X.shape[1]))


def gradients(network: Network, X: Array, Y: Array, conventions: Conventions) -> tuple[list[Array], list[Array]]:
    """``dW^l = delta^l (a^(l-1))^T``, ``db^l = delta^l 1``, first to last. Clause ``network.gradients``."""
    _refuse_other_losses(network)
    trace = forward(network, X)
    found = _deltas_from(network, trace, _cost_delta(network, trace, Y, conventions), conventions)
    return _parameter_gradients(trace, found)


def deltas(network: Network, X: Array, Y: Array, conventions: Conventions) -> list[Array]:
    """Gradients of the cost by ``z^1 ... z^L``, each ``(n_l, N)``. Clause ``network.deltas``."""
    _refuse_other_losses(network)
    trace = forward(network, X)
    return _deltas_from(network, trace, _cost_delta(network, trace, Y, conventions), conventions)


def vjp(
    network: Network, x: Array, upstream: Array, conventions: Conventions
) -> tuple[Array, list[Array], list[Array]]:
    """``(W^1)^T delta^1``, ``delta^l (a^(l-1))^T``, ``delta^l`` from ``(J^L)^T u``. Clause ``network.vjp``."""
    trace = forward(network, x[:, np.newaxis])
    last, z = network.layers[-1], trace.pre_activations[-1][:, 0]
    if last.activation == "softmax":
        delta = activations.softmax_vjp(z, upstream)
    else:
        delta = upstream * activations.derivative(last.activation, z, last.slope, conventions)
    found = _deltas_from(network, trace, delta[:, np.newaxis], conventions)
    weights, biases = _parameter_gradients(trace, found)
    return (network.layers[0].weights.T @ found[0])[:, 0], weights, biases


def upstream_gradient(network: Network, x: Array, y: Array, layer: int, conventions: Conventions) -> Array:
    """Gradient of the loss by ``a^l``, by ``z^L`` for the last layer. Clause ``upstream.gradient``."""
    _refuse_other_losses(network)
    trace = forward(network, x[:, np.newaxis])
    delta = _last_delta(network, trace, y[:, np.newaxis], conventions)
    found = _deltas_from(network, trace, delta, conventions)
    if layer == len(network.layers):
        return found[-1][:, 0]
    passed: Array = network.layers[layer].weights.T @ found[layer]
    return passed[:, 0]


def classifier_gradients(
    network: Network, X: Array, Y: Array, conventions: Conventions
) -> tuple[list[Array], list[Array]]:
    """Gradients of the mean categorical cross-entropy of one-hot labels. Clause ``listing.classifier_backward``."""
    trace = forward(network, X)
    delta = losses.softmax_cross_entropy_delta(trace.pre_activations[-1], Y) / X.shape[1]
    return _parameter_gradients(trace, _deltas_from(network, trace, delta, conventions))


def _cost_delta(network: Network, trace: Trace, Y: Array, conventions: Conventions) -> Array:
    """Derivative of the cost by the last pre-activations, ``(n_L, N)``."""
    return _last_delta(network, trace, Y, conventions) / conventions.sample_divisor(Y.shape[1])


def _deltas_from(network: Network, trace: Trace, delta: Array, conventions: Conventions) -> list[Array]:
    """The deltas of every layer, first to last, from that of the last."""
    found = [delta]
    for index in reversed(range(1, len(network.layers))):
        below = network.layers[index - 1]
        local = activations.derivative(below.activation, trace.pre_activations[index - 1], below.slope, conventions)
        found.insert(0, (network.layers[index].weights.T @ found[0]) * local)
    return found


def _parameter_gradients(trace: Trace, found: Sequence[Array]) -> tuple[list[Array], list[Array]]:
    """``delta^l (a^(l-1))^T`` and ``delta^l 1`` of every layer."""
    weights: list[Array] = [delta @ value.T for delta, value in zip(found, trace.values, strict=False)]
    return weights, [np.sum(delta, axis=1) for delta in found]


def output_bias_jacobian(network: Network, x: Array, layer: int, conventions: Conventions) -> Array:
    """``M^l = d a^L / d z^l`` by ``M^l = M^(l+1) W^(l+1) diag(g'(z^l))``. Clause ``output.bias_jacobian``."""
    return _output_jacobian(network, forward(network, x[:, np.newaxis]), layer, conventions)


def output_weight_jacobian(network: Network, x: Array, layer: int, conventions: Conventions) -> Array:
    """``M^l (x) a^(l-1)``, ``(n_L, n_l, n_(l-1))``. Clause ``output.weight_jacobian``."""
    trace = forward(network, x[:, np.newaxis])
    jacobian = _output_jacobian(network, trace, layer, conventions)
    return np.multiply.outer(jacobian, trace.values[layer - 1][:, 0])


def gradient_descent_step(
    network: Network, weight_gradients: Sequence[Array], bias_gradients: Sequence[Array], rate: float
) -> tuple[list[Array], list[Array]]:
    """``W - rate dW`` and ``b - rate db``. Clause ``gradient_descent.step``."""
    weights = [layer.weights - rate * dW for layer, dW in zip(network.layers, weight_gradients, strict=True)]
    biases = [layer.bias - rate * db for layer, db in zip(network.layers, bias_gradients, strict=True)]
    return weights, biases


def _refuse_other_losses(network: Network) -> None:
    output = network.layers[-1].activation
    if network.loss not in ("squared_error", *OUTPUT_OF_LOSS):
        raise NotImplementedError(f"loss {network.loss!r}")
    if (output == "softmax") if network.loss == "squared_error" else (output != OUTPUT_OF_LOSS[network.loss]):
        raise NotImplementedError(f"loss {network.loss!r} on an output layer of activation {output!r}")


def _last_delta(network: Network, trace: Trace, Y: Array, conventions: Conventions) -> Array:
    """Derivative of each sample's loss by its last pre-activation, ``(n_L, N)``."""
    z = trace.pre_activations[-1]
    match network.loss:
        case "squared_error":
            last = network.layers[-1]
            gradient = losses.squared_error_gradient(trace.values[-1], Y, conventions)
            return gradient * activations.derivative(last.activation, z, last.slope, conventions)
        case "binary_cross_entropy":
            return losses.sigmoid_cross_entropy_delta(z, Y, conventions)
        case _:
            return losses.softmax_cross_entropy_delta(z, Y)


def _output_jacobian(network: Network, trace: Trace, layer: int, conventions: Conventions) -> Array:
    if not 1 <= layer <= len(network.layers):
        raise ValueError(f"layer={layer}: a layer is a number from 1 to {len(network.layers)}")
    last = network.layers[-1]
    z = trace.pre_activations[-1][:, 0]
    if last.activation == "softmax":
        jacobian = activations.softmax_jacobian(z)
    else:
        jacobian = np.diag(activations.derivative(last.activation, z, last.slope, conventions))
    for index in reversed(range(layer - 1, len(network.layers) - 1)):
        below = network.layers[index]
        local = activations.derivative(below.activation, trace.pre_activations[index][:, 0], below.slope, conventions)
        jacobian = (jacobian @ network.layers[index + 1].weights) * local
    return jacobian
