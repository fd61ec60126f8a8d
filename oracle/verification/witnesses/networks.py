"""Chapter 7, networks: the witness of every proposition, by the id of its clause."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ...activations import activate, relu
from ...arithmetic.arrays import Array, as_array
from ...networks import Trace, cost_of
from ..derivatives import Derivative, Variable
from ..independent import INDEPENDENT
from .witness import Witness, by_definition, definition_of, equals

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ....spec.network import Network
    from ...arithmetic.arrays import Number
    from ...arithmetic.protocol import Arithmetic


def every_parameter(arguments: Sequence[Any]) -> list[Variable]:
    """The weights of every layer, then the biases of every layer."""
    layers = range(len(arguments[0].layers))
    weights = [Variable(0, layer, "weights") for layer in layers]
    return weights + [Variable(0, layer, "bias") for layer in layers]


# Derivatives with respect to what is no argument: it is shifted by an array of zeros that stands behind the arguments.


def _with_shifts_of_pre_activations(arguments: Sequence[Any]) -> list[Any]:
    """Network, X, Y and a shift of the pre-activations of each layer."""
    network, x, y = arguments
    return [network, x, y, *(np.zeros((layer.bias.shape[0], x.shape[1])) for layer in network.layers)]


def _every_shift(arguments: Sequence[Any]) -> list[Variable]:
    return [Variable(index) for index in range(3, len(arguments))]


def _cost_of_shifted(arithmetic: Arithmetic, arguments: Sequence[Any], keywords: Mapping[str, Number]) -> Number:
    """The cost of a batch whose pre-activations are moved, layer by layer."""
    del keywords
    network, x, y, *shifts = arguments
    return cost_of(arithmetic, network, _last_of_shifted(arithmetic, network, x, shifts), y)


def _last_of_shifted(arithmetic: Arithmetic, network: Network, x: Array, shifts: Sequence[Array]) -> Trace:
    z = x
    for layer, shift in zip(network.layers, shifts, strict=True):
        z = as_array(arithmetic.affine(layer.weights, x, layer.bias) + shift)
        x = activate(arithmetic, layer.activation, z, layer.slope)
    return Trace(z, x)


def _with_shift_of_a_layer(arguments: Sequence[Any]) -> list[Any]:
    """Network, x, y, the number of a layer, and a shift of what it returns."""
    network, _, _, number = arguments
    return [*arguments, np.zeros(network.layers[number - 1].bias.shape)]


def _loss_of_shifted(arithmetic: Arithmetic, arguments: Sequence[Any], keywords: Mapping[str, Number]) -> Number:
    """The loss of a sample whose activation of one layer, or last pre-activation, is moved."""
    del keywords
    network, x, y, number, shift = arguments
    depth = len(network.layers)
    z = x
    for index, layer in enumerate(network.layers, start=1):
        z = arithmetic.affine(layer.weights, x, layer.bias)
        if index == number == depth:
            z = as_array(z + shift)
        x = activate(arithmetic, layer.activation, z, layer.slope)
        if index == number < depth:
            x = as_array(x + shift)
    return cost_of(arithmetic, network, Trace(z[:, None], x[:, None]), y[:, None])


def _with_shifts_of_a_relu_layer(arguments: Sequence[Any]) -> list[Any]:
    """W_next, dZ_next, Z, A_prev, and shifts of A, Z, W and b."""
    z, a_prev = arguments[2:]
    shapes = [z.shape, z.shape, (z.shape[0], a_prev.shape[0]), z.shape[:1]]
    return [*arguments, *map(np.zeros, shapes)]


def _after_a_relu_layer(arithmetic: Arithmetic, arguments: Sequence[Any], keywords: Mapping[str, Number]) -> Array:
    """What the next layer makes of a relu layer with the pre-activations Z, its own A, Z, W and b moved."""
    del keywords
    weights_next, _, z, a_prev, of_a, of_z, of_weights, of_bias = arguments
    moved = as_array(z + of_z + arithmetic.affine(of_weights, a_prev, of_bias))
    return arithmetic.matmul(weights_next, as_array(relu(arithmetic, moved) + of_a))


NETWORKS: Mapping[str, Witness] = {
    "network.forward": by_definition("network.forward"),
    "network.trace": by_definition("network.trace"),
    "downstream.value": by_definition("downstream.value"),
    "network.cost": by_definition("network.cost"),
    "network.gradients": Witness(
        "derivative_of network.cost", Derivative(definition_of("network.cost"), "gradient", every_parameter)
    ),
    "network.deltas": Witness(
        "derivative_of network.cost",
        Derivative(_cost_of_shifted, "gradient", _every_shift, extended=_with_shifts_of_pre_activations),
        independent=INDEPENDENT["network.deltas"],
    ),
    "network.input_gradient": Witness(
        "derivative_of network.cost",
        Derivative(definition_of("network.cost"), "gradient", lambda _: [Variable(1)]),
        independent=INDEPENDENT["network.input_gradient"],
    ),
    "network.vjp": Witness(
        "derivative_of network.forward",
        Derivative(
            definition_of("network.forward"),
            "product",
            lambda arguments: [Variable(1), *every_parameter(arguments)],
            upstream=2,
        ),
        independent=INDEPENDENT["network.vjp"],
    ),
    "backpropagation.four_equations": Witness(
        "equals network.gradients",
        equal=definition_of("network.gradients"),
        independent=INDEPENDENT["backpropagation.four_equations"],
    ),
    "backpropagation.jacobian_chain": equals("backpropagation.four_equations"),
    "backpropagation.vectorised": equals("backpropagation.jacobian_chain"),
    "backpropagation.rows": equals("backpropagation.vectorised"),
    "upstream.gradient": Witness(
        "derivative_of network.cost",
        Derivative(_loss_of_shifted, "gradient", lambda _: [Variable(4)], extended=_with_shift_of_a_layer),
        independent=INDEPENDENT["upstream.gradient"],
    ),
    "upstream.parameter_gradients": equals("backpropagation.rows"),
    "listing.relu_layer_forward": by_definition("listing.relu_layer_forward"),
    "listing.relu_layer_backward": Witness(
        "derivative_of listing.relu_layer_forward",
        Derivative(
            _after_a_relu_layer,
            "product",
            lambda _: [Variable(index) for index in range(4, 8)],
            upstream=1,
            extended=_with_shifts_of_a_relu_layer,
        ),
        independent=INDEPENDENT["listing.relu_layer_backward"],
    ),
    "listing.classifier_forward": equals("network.trace"),
    "listing.classifier_backward": Witness(
        "derivative_of network.cost",
        Derivative(definition_of("network.cost"), "gradient", every_parameter),
        independent=INDEPENDENT["listing.classifier_backward"],
    ),
}
