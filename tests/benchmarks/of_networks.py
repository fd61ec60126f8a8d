"""Chapters 7 and 8, put to checkers: the gradients of networks, and the factors of the tensor form."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from gradspec.spec.network import Layer, Network
from tests.benchmarks.questions import Question, expression, pulled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.benchmarks.questions import Array, Asked


def _parameters(network: Network) -> tuple[Array, ...]:
    """The weights of every layer, then the biases."""
    return (*(layer.weights for layer in network.layers), *(layer.bias for layer in network.layers))


def _with_parameters(network: Network, parameters: Sequence[Array]) -> Network:
    count = len(network.layers)
    pairs = zip(network.layers, parameters[:count], parameters[count:], strict=True)
    return replace(network, layers=tuple(replace(layer, weights=W, bias=b) for layer, W, b in pairs))


def _with_layer(network: Network, number: int, **parts: Any) -> Network:
    layers = list(network.layers)
    layers[number - 1] = replace(layers[number - 1], **parts)
    return replace(network, layers=tuple(layers))


@expression("network_gradients", "network_cost")
def _of_a_network(asked: Asked, network: Network, X: Array, Y: Array) -> Question:
    def backward(upstream: Array) -> list[Array]:
        dWs, dbs = asked("network_gradients", network, X, Y)
        return [upstream * each for each in (*dWs, *dbs)]

    return Question(
        _parameters(network), lambda *point: asked("network_cost", _with_parameters(network, point), X, Y), backward
    )


@expression("classifier_backward", "network_cost")
def _of_a_classifier(asked: Asked, network: Network, X: Array, Y: Array) -> Question:
    with_loss = replace(network, loss="categorical_cross_entropy")

    def backward(upstream: Array) -> list[Array]:
        dWs, dbs = asked("classifier_backward", network, X, Y)
        return [upstream * each for each in (*dWs, *dbs)]

    return Question(
        _parameters(network), lambda *point: asked("network_cost", _with_parameters(with_loss, point), X, Y), backward
    )


@expression("network_input_gradient", "network_cost")
def _by_the_inputs(asked: Asked, network: Network, X: Array, Y: Array) -> Question:
    return Question(
        (X,),
        lambda X: asked("network_cost", network, X, Y),
        lambda upstream: [upstream * asked("network_input_gradient", network, X, Y)],
    )


@expression("network_deltas")
def _by_the_pre_activations(asked: Asked, network: Network, X: Array, Y: Array) -> Question:
    """A pre-activation of one sample is moved with its bias, in a batch of this sample alone."""
    samples = X.shape[1]

    def value(*moves: Array) -> Any:
        costs = []
        for j in range(samples):
            layers = [
                replace(layer, bias=layer.bias + move[:, j]) for layer, move in zip(network.layers, moves, strict=True)
            ]
            moved = replace(network, layers=tuple(layers))
            costs.append(asked("network_cost", moved, X[:, j : j + 1], Y[:, j : j + 1]))
        return np.mean(costs) if asked.conventions["cost"] == "mean" else np.sum(costs)

    origin = tuple(np.zeros((layer.bias.shape[0], samples)) for layer in network.layers)
    return Question(
        origin, value, lambda upstream: [upstream * each for each in asked("network_deltas", network, X, Y)]
    )


@expression("network_vjp", "network_forward")
def _through_a_network(asked: Asked, network: Network, x: Array, _: Array) -> Question:
    def value(x: Array, *point: Array) -> Any:
        return asked("network_forward", _with_parameters(network, point), x[:, None])[:, 0]

    def backward(upstream: Array) -> list[Array]:
        dx, dWs, dbs = asked("network_vjp", network, x, upstream)
        return [dx, *dWs, *dbs]

    return Question((x, *_parameters(network)), value, backward)


@expression("upstream_gradient")
def _above_a_layer(asked: Asked, network: Network, x: Array, y: Array, layer: int) -> Question:
    """The layers above are a network of their own; above the last pre-activation there is its activation alone."""
    last = network.layers[-1]
    units = last.bias.shape[0]
    alone = Layer(np.eye(units, dtype=x.dtype), np.zeros(units, dtype=x.dtype), last.activation, last.slope)
    above = replace(network, layers=network.layers[layer:] or (alone,))
    trace = asked("network_trace", network, x[:, None])
    point = trace[0][-1] if layer == len(network.layers) else trace[1][layer - 1]
    return Question(
        (point[:, 0],),
        lambda a: asked("network_cost", above, a[:, None], y[:, None]),
        lambda upstream: [upstream * asked("upstream_gradient", network, x, y, layer)],
    )


@expression("relu_layer_backward")
def _through_a_relu_layer(asked: Asked, W_next: Array, _: Array, Z: Array, A_prev: Array) -> Question:
    """The activations, the pre-activations, the weights and the bias are moved beside where they stand."""

    def value(on_A: Array, on_Z: Array, on_W: Array, on_b: Array) -> Any:
        return W_next @ (asked("relu", Z + on_Z + on_W @ A_prev + on_b[:, None]) + on_A)

    origin = np.zeros(Z.shape), np.zeros(Z.shape), np.zeros((Z.shape[0], A_prev.shape[0])), np.zeros(Z.shape[0])
    return Question(origin, value, lambda upstream: asked("relu_layer_backward", W_next, upstream, Z, A_prev))


# chapters 8 and 9


def _output_jacobian(operation: str, part: str, *, stacked: bool = False) -> None:
    """Put the Jacobian of the output of a network, or of those of a batch in one stack, by a layer's parameters."""

    def question(asked: Asked, network: Network, X: Array, layer: int) -> Question:
        def value(moved: Array) -> Any:
            changed = _with_layer(network, layer, **{part: moved})
            if stacked:
                return asked("stack_samples", asked("network_forward", changed, X))
            return asked("network_forward", changed, X[:, None])[:, 0]

        return Question(
            (getattr(network.layers[layer - 1], part),),
            value,
            lambda upstream: [pulled(upstream, asked(operation, network, X, layer))],
        )

    expression(operation, "network_forward")(question)


_output_jacobian("output_weight_jacobian", "weights")
_output_jacobian("output_bias_jacobian", "bias")
_output_jacobian("stacked_weight_jacobian", "weights", stacked=True)
_output_jacobian("stacked_bias_jacobian", "bias", stacked=True)


def _cost_derivative(operation: str, part: str) -> None:
    """Put the derivative of the cost by a layer's parameters."""

    def question(asked: Asked, network: Network, X: Array, Y: Array, layer: int) -> Question:
        return Question(
            (getattr(network.layers[layer - 1], part),),
            lambda moved: asked("network_cost", _with_layer(network, layer, **{part: moved}), X, Y),
            lambda upstream: [upstream * asked(operation, network, X, Y, layer)],
        )

    expression(operation, "network_cost")(question)


_cost_derivative("cost_weight_derivative", "weights")
_cost_derivative("cost_bias_derivative", "bias")


def _activated(asked: Asked, layer: Layer, z: Array) -> Any:
    if layer.activation == "softmax":
        return asked("softmax", z)
    return asked(layer.activation, z, **({} if layer.slope is None else {"slope": layer.slope}))


@expression("layer_jacobian")
def _of_one_layer(asked: Asked, network: Network, x: Array, layer: int) -> Question:
    here = network.layers[layer - 1]
    return Question(
        (asked("downstream_value", network, x, layer),),
        lambda a: _activated(asked, here, here.weights @ a + here.bias),
        lambda upstream: [pulled(upstream, asked("layer_jacobian", network, x, layer))],
    )


@expression("gamma")
def _of_one_activation(asked: Asked, network: Network, x: Array, layer: int) -> Question:
    return Question(
        (asked("network_trace", network, x[:, None])[0][layer - 1][:, 0],),
        lambda z: _activated(asked, network.layers[layer - 1], z),
        lambda upstream: [upstream * asked("gamma", network, x, layer)],
    )


@expression("gamma_columns")
def _times_the_weights(asked: Asked, network: Network, x: Array, layer: int) -> Question:
    here = network.layers[layer - 1]
    return Question(
        (asked("downstream_value", network, x, layer),),
        lambda a: _activated(asked, here, here.weights @ a + here.bias),
        lambda upstream: [pulled(upstream, asked("gamma_columns", network, x, layer) * here.weights)],
    )


@expression("gamma_rows")
def _times_the_next_weights(asked: Asked, network: Network, x: Array, layer: int) -> Question:
    after = network.layers[layer].weights
    return Question(
        (asked("network_trace", network, x[:, None])[0][layer - 1][:, 0],),
        lambda z: after @ _activated(asked, network.layers[layer - 1], z),
        lambda upstream: [pulled(upstream, after * asked("gamma_rows", network, x, layer))],
    )
