"""Faults of backpropagation: the neighbour of a layer in its place, the formula of another layer, listings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from . import recursion
from .fault import Collection, Kind, is_square

if TYPE_CHECKING:
    from .fault import Array, Faulty

    Network = Any
    Lists = tuple[list[Array], list[Array]]

COLLECTION = Collection()
fault = COLLECTION.fault


def deltas(target: Faulty, network: Network, X: Array, Y: Array, last: Array | None = None) -> list[Array]:
    """``D^1 ... D^L`` of the mean cost, from ``last`` if it is given."""
    Z, A = recursion.forward(target, network, X)
    if last is None:
        last = recursion.last_delta(target, network, Z[-1], A[-1], Y) / X.dtype.type(X.shape[1])
    found = [last]
    for index in range(len(network.layers) - 2, -1, -1):
        slopes = recursion.applied(target, network.layers[index], Z[index], "_derivative")
        found.insert(0, (network.layers[index + 1].weights.T @ found[0]) * slopes)
    return found


def softmax_over_samples(target: Faulty, Z: Array) -> Array:
    """The softmax along the wrong axis of a batch in columns."""
    return np.ascontiguousarray(target.right.softmax_batch(np.ascontiguousarray(Z.T)).T)


# forwards


@fault("network_trace", breaks="network.trace", kind=Kind.STATE)
def trace_of_a_relu_in_place(target: Faulty, network: Network, X: Array) -> Lists:
    """A relu overwrites the pre-activations that it is given."""
    Zs, As = target.right.network_trace(network, X)
    return [
        A.copy() if layer.activation == "relu" else Z for layer, Z, A in zip(network.layers, Zs, As, strict=True)
    ], As


@fault("network_trace", breaks="network.trace", causes=("missing activation",))
def trace_is_linear_at_the_end(target: Faulty, network: Network, X: Array) -> Lists:
    """The last activation is the last pre-activation, because the loss takes logits."""
    Zs, As = target.right.network_trace(network, X)
    return Zs, [*As[:-1], Zs[-1].copy()]


@fault("downstream_value", breaks="downstream.value", causes=("off by one layer",))
def downstream_a_layer_too_late(target: Faulty, network: Network, x: Array, layer: int) -> Array:
    """The answer is a^l in place of a^(l-1) where the two have equal lengths."""
    _, A = recursion.forward(target, network, x[:, None])
    return A[layer][:, 0] if A[layer].shape == A[layer - 1].shape else A[layer - 1][:, 0].copy()


@fault("downstream_value", breaks="downstream.value")
def downstream_before_the_activation(target: Faulty, network: Network, x: Array, layer: int) -> Array:
    """A layer is fed the pre-activation of the layer before it."""
    Z, _ = recursion.forward(target, network, x[:, None])
    return Z[layer - 2][:, 0] if layer > 1 else x.copy()


# errors


@fault(
    "network_deltas",
    breaks="network.deltas",
    kind=Kind.CONVENTION,
    errata=("EP38",),
    causes=(
        "convention cost",
        "factor N",
    ),
)
def deltas_of_the_losses(target: Faulty, network: Network, X: Array, Y: Array) -> list[Array]:
    """The errors are those of the samples' losses, which lack the factor of the mean."""
    return [D * X.dtype.type(X.shape[1]) for D in target.right.network_deltas(network, X, Y)]


@fault("network_deltas", breaks="network.deltas", errata=("EP18",))
def deltas_by_the_derivative_of_the_next_layer(target: Faulty, network: Network, X: Array, Y: Array) -> list[Array]:
    """The derivative at Z^l is that of the activation of layer l + 1."""
    Z, _ = recursion.forward(target, network, X)
    found = [target.right.network_deltas(network, X, Y)[-1]]
    for index in range(len(network.layers) - 2, -1, -1):
        after = network.layers[index + 1]
        layer = network.layers[index] if after.activation == "softmax" else after
        slopes = recursion.applied(target, layer, Z[index], "_derivative")
        found.insert(0, (after.weights.T @ found[0]) * slopes)
    return found


@fault("network_deltas", breaks="network.deltas")
def deltas_before_the_derivative(target: Faulty, network: Network, X: Array, Y: Array) -> list[Array]:
    """The gradient with respect to Z^1 is that with respect to A^1."""
    found = target.right.network_deltas(network, X, Y)
    if len(found) > 1:
        found[0] = network.layers[1].weights.T @ found[1]
    return list(found)


@fault("network_input_gradient", breaks="network.input_gradient")
def input_gradient_through_an_activation_of_the_input(target: Faulty, network: Network, X: Array, Y: Array) -> Array:
    """The recursion goes one layer too far and multiplies by a derivative at the input."""
    first = network.layers[0]
    gradient = target.right.network_input_gradient(network, X, Y)
    if first.activation == "softmax":
        return gradient
    return np.asarray(gradient * recursion.applied(target, first, X, "_derivative"))


@fault("network_input_gradient", breaks="network.input_gradient")
def input_gradient_through_untransposed_weights(target: Faulty, network: Network, X: Array, Y: Array) -> Array:
    """Square weights of the first layer are not transposed."""
    weights = network.layers[0].weights
    if not is_square(weights):
        return target.right.network_input_gradient(network, X, Y)
    product: Array = weights @ target.right.network_deltas(network, X, Y)[0]
    return product


@fault("network_vjp", breaks="network.vjp", regime="ordinary")
def network_vjp_of_a_diagonal_softmax(target: Faulty, network: Network, x: Array, upstream: Array) -> Any:
    """The Jacobian of a softmax output is taken for a diagonal one."""
    Z, A = recursion.forward(target, network, x[:, None])
    jacobian = recursion.activation_jacobian(target, network.layers[-1], Z[-1][:, 0])
    last = (np.diag(jacobian) * upstream)[:, None]
    found = deltas(target, network, x[:, None], last, last)
    dWs, dbs = [D @ a.T for D, a in zip(found, A, strict=False)], [D[:, 0] for D in found]
    return (network.layers[0].weights.T @ found[0])[:, 0], dWs, dbs


@fault("network_vjp", breaks="network.vjp", causes=("upstream left out",))
def network_vjp_of_the_sum(target: Faulty, network: Network, x: Array, upstream: Array) -> Any:
    """The output is summed whatever the upstream gradient."""
    return target.right.network_vjp(network, x, np.ones_like(upstream))


# other forms of the gradients


@fault("network_gradients", breaks="network.gradients", regime="ordinary")
def gradients_of_a_diagonal_softmax(target: Faulty, network: Network, X: Array, Y: Array) -> Lists:
    """The first of the four equations multiplies by s (1 - s) at a softmax too."""
    Z, A = recursion.forward(target, network, X)
    delta = recursion.last_delta(target, network, Z[-1], A[-1], Y) / X.dtype.type(X.shape[1])
    if network.layers[-1].activation == "softmax":
        delta = -Y * (1 - A[-1]) / X.dtype.type(X.shape[1])
    return recursion.backward(target, network, Z, A, delta)


@fault("network_gradients", breaks="network.gradients")
def gradients_of_a_relu_behind_the_last_layer(target: Faulty, network: Network, X: Array, Y: Array) -> Lists:
    """The last delta is multiplied by the indicator of the positive numbers, as if a relu stood there."""
    Z, A = recursion.forward(target, network, X)
    delta = recursion.last_delta(target, network, Z[-1], A[-1], Y) / X.dtype.type(X.shape[1])
    return recursion.backward(target, network, Z, A, delta * (Z[-1] > 0))


@fault("upstream_gradient", breaks="upstream.gradient", regime="ordinary", errata=("EJ20",))
def upstream_takes_the_softmax_of_its_argument(
    target: Faulty, network: Network, x: Array, y: Array, layer: int
) -> Array:
    """Before the last layer the softmax is taken of the activation, where it has as many entries as the logits."""
    last = network.layers[-1]
    if layer != len(network.layers) - 1 or last.activation != "softmax" or not is_square(last.weights):
        return target.right.upstream_gradient(network, x, y, layer)
    a = target.right.downstream_value(network, x, layer + 1)
    gradient: Array = last.weights.T @ (target.right.softmax(a) - y)
    return gradient


@fault("upstream_gradient", breaks="upstream.gradient", effort="standard", causes=("missing activation derivative",))
def upstream_without_the_derivative_of_the_next_layer(
    target: Faulty, network: Network, x: Array, y: Array, layer: int
) -> Array:
    """The formula of the layer before the last is used for every layer before it."""
    gradient = target.right.upstream_gradient(network, x, y, len(network.layers))
    for after in reversed(network.layers[layer:]):
        gradient = after.weights.T @ gradient
    return gradient


@fault("upstream_gradient", breaks="upstream.gradient")
def upstream_is_the_error(target: Faulty, network: Network, x: Array, y: Array, layer: int) -> Array:
    """The gradient is taken with respect to the pre-activation of every layer, not the last alone."""
    return target.right.network_deltas(network, x[:, None], y[:, None])[layer - 1][:, 0]


# listings


@fault("relu_layer_forward", breaks="listing.relu_layer_forward", kind=Kind.SHAPE, errata=("EP23",))
def relu_layer_adds_the_bias_along_the_samples(target: Faulty, A_prev: Array, W: Array, b: Array) -> Any:
    """A bias with one axis is added to the rows where there are as many samples as units."""
    if A_prev.shape[1] != b.shape[0]:
        return target.right.relu_layer_forward(A_prev, W, b)
    Z = W @ A_prev + b
    return Z, target.right.relu(Z)


@fault("relu_layer_backward", breaks="listing.relu_layer_backward", kind=Kind.SHAPE)
def relu_layer_sums_every_column(target: Faulty, W_next: Array, dZ_next: Array, Z: Array, A_prev: Array) -> Any:
    """The columns of dZ are summed up one by one, where there are as many samples as units."""
    dA, dZ, dW, db = target.right.relu_layer_backward(W_next, dZ_next, Z, A_prev)
    return dA, dZ, dW, np.sum(dZ, axis=0) if is_square(dZ) else db


@fault(
    "relu_layer_backward",
    breaks="listing.relu_layer_backward",
    kind=Kind.CONVENTION,
    causes=("convention relu_at_zero",),
)
def relu_layer_passes_at_zero(target: Faulty, W_next: Array, dZ_next: Array, Z: Array, A_prev: Array) -> Any:
    """The derivative of the relu at 0 is 1, as the listing has it, where 0 is declared."""
    del target
    dA = W_next.T @ dZ_next
    dZ = np.asarray(Z >= 0).astype(Z.dtype) * dA
    return dA, dZ, dZ @ A_prev.T, np.sum(dZ, axis=1)


@fault("relu_layer_backward", breaks="listing.relu_layer_backward", kind=Kind.CONVENTION, causes=("factor 1/N",))
def relu_layer_averages_again(target: Faulty, W_next: Array, dZ_next: Array, Z: Array, A_prev: Array) -> Any:
    """The gradients of the parameters are divided by N, which dZ contains already."""
    dA, dZ, dW, db = target.right.relu_layer_backward(W_next, dZ_next, Z, A_prev)
    samples = Z.dtype.type(Z.shape[1])
    return dA, dZ, dW / samples, db / samples


@fault("classifier_forward", breaks="listing.classifier_forward", regime="ordinary", causes=("wrong axis",))
def classifier_softmax_over_the_samples(target: Faulty, network: Network, X: Array) -> Lists:
    """The softmax of the last layer sums over the samples in place of the classes."""
    Zs, As = target.right.classifier_forward(network, X)
    return Zs, [*As[:-1], softmax_over_samples(target, Zs[-1])]


@fault(
    "classifier_forward",
    breaks="listing.classifier_forward",
    may_also_fail=("contract.state",),
    kind=Kind.STATE,
    regime="ordinary",
    is_raw=True,
    has_memory=True,
    errata=("EP35",),
    causes=("state",),
)
def classifier_reads_an_input_from_outside(target: Faulty, network: Network, X: Array) -> Lists:
    """The input is read from a list that somebody has set before, for batches of equal shape."""
    key = (X.shape, X.dtype, len(network.layers))
    return target.right.classifier_forward(network, target.memory.setdefault(key, X.copy()))


@fault(
    "classifier_backward",
    breaks="listing.classifier_backward",
    regime="ordinary",
    errata=("EP36",),
    causes=("wrong axis",),
)
def classifier_gradients_of_a_softmax_over_the_samples(target: Faulty, network: Network, X: Array, Y: Array) -> Lists:
    """The outputs that are compared with the labels are a softmax over the samples."""
    Z, A = recursion.forward(target, network, X)
    delta = (softmax_over_samples(target, Z[-1]) - Y) / X.dtype.type(X.shape[1])
    return recursion.backward(target, network, Z, A, delta)


@fault(
    "classifier_backward",
    breaks="listing.classifier_backward",
    kind=Kind.CONVENTION,
    regime="ordinary",
    causes=("factor N",),
)
def classifier_gradients_are_summed(target: Faulty, network: Network, X: Array, Y: Array) -> Lists:
    """The factor of the mean is missing."""
    dWs, dbs = target.right.classifier_backward(network, X, Y)
    samples = X.dtype.type(X.shape[1])
    return [dW * samples for dW in dWs], [db * samples for db in dbs]
