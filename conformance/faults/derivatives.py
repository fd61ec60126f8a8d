"""
Faults of derivatives: taken at the activation, taken twice, left out, or those of another pair of loss and activation.

A leaky relu with a positive slope has the same derivative at a as at z, so that it cannot show the first of these.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from . import recursion
from .fault import Collection

if TYPE_CHECKING:
    from .fault import Array, Faulty

    Network = Any
    Gradients = tuple[list[Array], list[Array]]

COLLECTION = Collection()
fault = COLLECTION.fault


# at the activation


@fault("sigmoid_derivative", breaks="sigmoid.derivative", causes=("derivative at a",))
def sigmoid_derivative_at_the_activation(target: Faulty, z: Array) -> Array:
    """The derivative of the sigmoid is taken at a instead of z."""
    return target.right.sigmoid_derivative(target.right.sigmoid(z))


@fault("tanh_derivative", breaks="tanh.derivative", regime="ordinary", causes=("derivative at a",))
def tanh_derivative_at_the_activation(target: Faulty, z: Array) -> Array:
    """The derivative of tanh is taken at a instead of z."""
    return target.right.tanh_derivative(target.right.tanh(z))


@fault("sigmoid_vjp", breaks="sigmoid.vjp", causes=("derivative at a",))
def sigmoid_vjp_at_the_activation(target: Faulty, z: Array, upstream: Array) -> Array:
    """The vjp of the sigmoid takes the derivative at a instead of z."""
    return target.right.sigmoid_vjp(target.right.sigmoid(z), upstream)


@fault("softmax_jacobian", breaks="softmax.jacobian", regime="ordinary", causes=("derivative at a",))
def softmax_jacobian_at_the_activation(target: Faulty, z: Array) -> Array:
    """The Jacobian of softmax is taken at its value instead of its logits."""
    return target.right.softmax_jacobian(target.right.softmax(z))


@fault("activation_jacobian", breaks="activation.jacobian", regime="ordinary", causes=("derivative at a",))
def activation_jacobian_at_the_activation(target: Faulty, z: Array, activation: str, slope: float = 0.01) -> Array:
    """The derivatives of sigmoid and tanh on the diagonal are taken at a instead of z."""
    at = getattr(target.right, activation)(z) if activation in ("sigmoid", "tanh") else z
    return target.right.activation_jacobian(at, activation, slope=slope)


# twice


@fault("sigmoid_vjp", breaks="sigmoid.vjp", causes=("doubled activation derivative",))
def sigmoid_vjp_derives_twice(target: Faulty, z: Array, upstream: Array) -> Array:
    """The upstream gradient is multiplied by the derivative of the sigmoid twice."""
    return target.right.sigmoid_vjp(z, target.right.sigmoid_vjp(z, upstream))


@fault("leaky_relu_vjp", breaks="leaky_relu.vjp", causes=("doubled activation derivative",))
def leaky_relu_vjp_derives_twice(target: Faulty, z: Array, upstream: Array, slope: float = 0.01) -> Array:
    """The slope of a leaky relu is squared."""
    once = target.right.leaky_relu_vjp(z, upstream, slope=slope)
    return target.right.leaky_relu_vjp(z, once, slope=slope)


@fault("softmax_vjp", breaks="softmax.vjp", causes=("doubled activation derivative",))
def softmax_vjp_derives_twice(target: Faulty, z: Array, upstream: Array) -> Array:
    """The upstream gradient is multiplied by the Jacobian of softmax twice."""
    return target.right.softmax_vjp(z, target.right.softmax_vjp(z, upstream))


@fault("backpropagate_delta", breaks="backpropagation.delta", causes=("doubled activation derivative",))
def delta_is_derived_twice(
    target: Faulty, W_next: Array, delta_next: Array, z: Array, activation: str, slope: float = 0.01
) -> Array:
    """The derivative of the activation is a factor twice."""
    once = target.right.backpropagate_delta(W_next, delta_next, z, activation, slope)
    return target.right.backpropagate_delta(np.eye(len(z), dtype=z.dtype), once, z, activation, slope)


@fault("network_gradients", breaks="network.gradients", causes=("doubled activation derivative",))
def gradients_derive_hidden_layers_twice(target: Faulty, network: Network, X: Array, Y: Array) -> Gradients:
    """The derivative of each hidden activation is a factor twice."""

    def squared(target: Faulty, layer: Any, z: Array, a: Array) -> Array:
        return recursion.local_derivative(target, layer, z, a) ** 2

    return recursion.gradients(target, network, X, Y, local=squared)


# not at all


@fault(
    "backpropagate_delta",
    breaks="backpropagation.delta",
    causes=(
        "missing activation derivative",
        "missing activation",
    ),
)
def delta_skips_the_derivative(
    target: Faulty, W_next: Array, delta_next: Array, z: Array, activation: str, slope: float = 0.01
) -> Array:
    """The delta is W^T delta, without the derivative of the activation."""
    del activation, slope
    return target.right.backpropagate_delta(W_next, delta_next, z, "identity")


@fault("network_gradients", breaks="network.gradients", causes=("missing activation derivative",))
def gradients_skip_hidden_derivatives(target: Faulty, network: Network, X: Array, Y: Array) -> Gradients:
    """The derivatives of the hidden activations are left out."""
    return recursion.gradients(target, network, X, Y, local=lambda _target, _layer, z, _a: np.ones_like(z))


# of another pair


@fault("tanh_derivative", breaks="tanh.derivative")
def tanh_derivative_by_the_rule_of_the_sigmoid(target: Faulty, z: Array) -> Array:
    """The derivative of tanh is t (1 - t)."""
    t = target.right.tanh(z)
    return t * (1 - t)


@fault("sigmoid_derivative", breaks="sigmoid.derivative")
def sigmoid_derivative_by_the_rule_of_tanh(target: Faulty, z: Array) -> Array:
    """The derivative of the sigmoid is 1 - s^2."""
    return 1 - target.right.sigmoid(z) ** 2


@fault("squared_error_delta", breaks="squared_error.delta", causes=("operation sigmoid_cross_entropy_delta",))
def squared_error_delta_of_a_sigmoid(target: Faulty, z: Array, y: Array) -> Array:
    """The delta is that of a sigmoid output under its cross-entropy, s - y."""
    return target.right.sigmoid_cross_entropy_delta(z, y)


@fault(
    "sigmoid_cross_entropy_delta",
    breaks="sigmoid_cross_entropy.delta",
    regime="ordinary",
    causes=("operation softmax_cross_entropy_delta",),
)
def sigmoid_cross_entropy_delta_of_a_softmax(target: Faulty, z: Array, y: Array) -> Array:
    """The delta is that of a softmax output, S - y."""
    return target.right.softmax(z) - y


@fault(
    "softmax_cross_entropy_delta",
    breaks="softmax_cross_entropy.delta",
    regime="ordinary",
    causes=(
        "operation sigmoid_cross_entropy_delta",
        "delta of another pair",
    ),
)
def softmax_cross_entropy_delta_of_sigmoids(target: Faulty, z: Array, y: Array) -> Array:
    """The delta is that of sigmoid outputs, s - y."""
    return target.right.sigmoid(z) - y


@fault("network_gradients", breaks="network.gradients", regime="ordinary", causes=("delta of another pair",))
def gradients_of_a_sigmoid_by_the_squared_error(target: Faulty, network: Network, X: Array, Y: Array) -> Gradients:
    """The delta of a sigmoid under its cross-entropy is (s - y) s', which belongs to the squared error."""
    Z, A = recursion.forward(target, network, X)
    delta = recursion.last_delta(target, network, Z[-1], A[-1], Y) / X.shape[1]
    if network.loss == "binary_cross_entropy":
        delta = delta * target.right.sigmoid_derivative(Z[-1])
    return recursion.backward(target, network, Z, A, delta)


# of other arguments


@fault("softmax_vjp", breaks="softmax.vjp", causes=("swapped arguments",))
def softmax_vjp_swaps_its_arguments(target: Faulty, z: Array, upstream: Array) -> Array:
    """The logits are taken for the upstream gradient, and it for them."""
    return target.right.softmax_vjp(upstream, z)


@fault("tanh_vjp", breaks="tanh.vjp", causes=("swapped arguments",))
def tanh_vjp_swaps_its_arguments(target: Faulty, z: Array, upstream: Array) -> Array:
    """The pre-activation is taken for the upstream gradient, and it for the pre-activation."""
    return target.right.tanh_vjp(upstream, z)


@fault("binary_cross_entropy", breaks="binary_cross_entropy.value", regime="ordinary", causes=("swapped arguments",))
def binary_cross_entropy_swaps_its_arguments(target: Faulty, o: Array, y: Array) -> Array:
    """The label is taken for the prediction, and it for the label."""
    return target.right.binary_cross_entropy(y, o)


@fault("upstream_gradient", breaks="upstream.gradient", causes=("off by one layer",))
def upstream_gradient_a_layer_too_late(target: Faulty, network: Network, x: Array, y: Array, layer: int) -> Array:
    """The gradient of layer l is that of layer l + 1 where the two have equal lengths."""
    right = target.right.upstream_gradient(network, x, y, layer)
    late = target.right.upstream_gradient(network, x, y, min(layer + 1, len(network.layers)))
    return late if late.shape == right.shape else right
