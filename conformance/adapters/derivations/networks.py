"""
Chapter 7, networks: the forward pass, the cost and backpropagation, put together from the operations of layers.

The clauses of chapter 7 are the clauses of chapters 4 to 6 nested into one another, so that each call is one nested
clause of the form that a proof names. Backpropagation is taken sample by sample where the operation takes one.
"""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np

from .derivation import Collection
from .layers import OTHERS, VJPS, activated, pulled_back, through_weights

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ....spec.network import Layer, Network
    from .derivation import Calls

    Array = np.ndarray[Any, np.dtype[Any]]

COLLECTION = Collection()
"""The derivations of this module."""

LOGIT_LOSSES = {"binary_cross_entropy": "sigmoid_cross_entropy", "categorical_cross_entropy": "softmax_cross_entropy"}
"""The loss of the logits that each cross-entropy of a network is; taken from the logits it keeps its digits."""

COSTS = ("squared_error", *LOGIT_LOSSES.values())
"""The losses that a cost is made of."""

LAST_DELTAS = ("squared_error_gradient", *(f"{name}_delta" for name in LOGIT_LOSSES.values()))
"""From which the deltas of the last layer follow."""


@COLLECTION.derivation("network_trace", "dense_batch", one_of=((*OTHERS, "softmax_batch"),), rounds_between=True)
def network_trace(calls: Calls, network: Network, X: Array) -> tuple[list[Array], list[Array]]:
    """
    Layer after layer, the dense layer of the batch and its activation.

    Form ``z^l = W^l a^(l-1) + b^l and a^l = g^l(z^l) from a^0 = x to a^L``.
    """
    Zs: list[Array] = []
    As = [X]
    for layer in network.layers:
        Zs.append(calls("dense_batch", As[-1], layer.weights, layer.bias))
        softmax = layer.activation == "softmax"
        As.append(
            calls("softmax_batch", Zs[-1]) if softmax else activated(calls, layer.activation, Zs[-1], layer.slope)
        )
    return Zs, As[1:]


@COLLECTION.derivation("network_forward", "network_trace")
def network_forward(calls: Calls, network: Network, X: Array) -> Array:
    """
    The last activation of the trace.

    Form ``a^l = g^l(W^l a^(l-1) + b^l) from a^0 = x to a^L`` is the end of that of ``network.trace``.
    """
    return calls("network_trace", network, X)[1][-1]  # type: ignore[no-any-return]


@COLLECTION.derivation("classifier_forward", "network_trace")
def classifier_forward(calls: Calls, network: Network, X: Array) -> tuple[list[Array], list[Array]]:
    """
    The trace of a network of relu layers with a softmax output.

    The form of the listing is that of ``network.trace`` for such a network.
    """
    return calls("network_trace", network, X)  # type: ignore[no-any-return]


@COLLECTION.derivation("downstream_value", "network_trace")
def downstream_value(calls: Calls, network: Network, x: Array, layer: int) -> Array:
    """
    The sample itself for the first layer, else the activation before in the trace of a batch of one.

    Form ``x for l = 1, else f^(l-1) o ... o f^1 at x``.
    """
    return x.copy() if layer == 1 else calls("network_trace", network, x[:, np.newaxis])[1][layer - 2][:, 0]


@COLLECTION.derivation("network_cost", "network_trace", one_of=(COSTS,), rounds_between=True)
def network_cost(calls: Calls, network: Network, X: Array, Y: Array) -> Array:
    """
    The sum of the samples' losses, divided by their number under mean.

    Form ``mean or sum over the samples of the loss``, of the logits where there are any. The losses are added one by
    one, each addition rounded to nearest: with the sums inside of the losses this is one tree of additions over one
    flat sum (lemma 4). One division is the factor 1/N at one place (rule 4).
    """
    Zs, As = calls("network_trace", network, X)
    name = LOGIT_LOSSES.get(network.loss, network.loss)
    predictions = Zs[-1] if network.loss in LOGIT_LOSSES else As[-1]
    losses = [calls(name, o, y) for o, y in zip(predictions.T, Y.T, strict=True)]
    with np.errstate(all="ignore"):
        return _over_samples(calls, np.asarray(reduce(np.add, losses)), len(losses))


def _over_samples(calls: Calls, total: Array, count: int) -> Array:
    """``total``, divided by the number of samples where the cost is a mean."""
    return np.asarray(total / calls.dtype.type(count)) if calls.conventions["cost"] == "mean" else total


@COLLECTION.derivation(
    "network_deltas",
    "network_trace",
    "backpropagate_delta",
    one_of=(LAST_DELTAS, VJPS),
    rounds_between=True,
)
def network_deltas(calls: Calls, network: Network, X: Array, Y: Array) -> list[Array]:
    """
    The deltas of the last layer, over N under mean, and the recursion for each sample.

    Form ``recursion with 1/N at the delta of the last layer``: one division of rule 4, then the form of
    ``backpropagation.delta`` layer by layer. z is computed once, so that each derivative at a kink is decided once.
    """
    Zs, As = calls("network_trace", network, X)
    last = _last_deltas(calls, network, (Zs[-1], As[-1]), Y)
    with np.errstate(all="ignore"):
        found = [_over_samples(calls, last, X.shape[1])]
    for index in range(len(network.layers) - 1, 0, -1):
        found.insert(0, _before(calls, network.layers[index], found[0], network.layers[index - 1], Zs[index - 1]))
    return found


def _last_deltas(calls: Calls, network: Network, output: tuple[Array, Array], Y: Array) -> Array:
    """Derivatives of each sample's loss by its last pre-activation, ``(n_L, N)``; ``output`` is that and its value."""
    Z, A = output
    layer = network.layers[-1]
    if network.loss in LOGIT_LOSSES:
        name = f"{LOGIT_LOSSES[network.loss]}_delta"
        return np.stack([calls(name, z, y) for z, y in zip(Z.T, Y.T, strict=True)], axis=1)
    gradients = [calls("squared_error_gradient", a, y) for a, y in zip(A.T, Y.T, strict=True)]
    return pulled_back(calls, layer.activation, Z, np.stack(gradients, axis=1), layer.slope)


def _before(calls: Calls, after: Layer, deltas: Array, layer: Layer, Z: Array) -> Array:
    """The deltas of ``layer`` from those of the layer ``after`` it, sample by sample."""
    samples = [
        calls("backpropagate_delta", after.weights, delta, z, layer.activation, slope=layer.slope)
        for delta, z in zip(deltas.T, Z.T, strict=True)
    ]
    return np.stack(samples, axis=1)


@COLLECTION.derivation(
    "network_gradients", "network_trace", "network_deltas", "dense_batch_gradients", rounds_between=True
)
def network_gradients(calls: Calls, network: Network, X: Array, Y: Array) -> tuple[list[Array], list[Array]]:
    """
    The gradients of each dense layer for its deltas and its inputs.

    Form ``backpropagation with 1/N at the delta of the last layer``, whose sums are those of ``dense.batch_gradients``.
    Where the target's deltas have 1/N at their end, it multiplies each term of these sums once (rule 4).
    """
    inputs = [X, *calls("network_trace", network, X)[1][:-1]]
    deltas = calls("network_deltas", network, X, Y)
    layers = zip(inputs, network.layers, deltas, strict=True)
    found = [calls("dense_batch_gradients", A, layer.weights, layer.bias, D) for A, layer, D in layers]
    return [dW for _, dW, _ in found], [db for _, _, db in found]


@COLLECTION.derivation("network_input_gradient", "network_deltas", "dense_batch_gradients", rounds_between=True)
def network_input_gradient(calls: Calls, network: Network, X: Array, Y: Array) -> Array:
    """
    dX of the first dense layer for its deltas.

    Forms ``(W^1)^T D^1`` and, where the deltas have 1/N at their end, the same with 1/N at each term (rule 4).
    """
    first = network.layers[0]
    deltas = calls("network_deltas", network, X, Y)[0]
    return calls("dense_batch_gradients", X, first.weights, first.bias, deltas)[0]  # type: ignore[no-any-return]


@COLLECTION.derivation("classifier_backward", "network_gradients", under={"cost": "mean", "label_sum": "one"})
def classifier_backward(calls: Calls, network: Network, X: Array, Y: Array) -> tuple[list[Array], list[Array]]:
    """
    The gradients of the mean cost of a network of relu layers with a softmax output.

    ``dZ^L = (A^L - Y) / N, then the loop of relu layers`` is backpropagation with the delta of the softmax
    cross-entropy, whose forms the listing admits; one-hot labels sum to one.
    """
    return calls("network_gradients", network, X, Y)  # type: ignore[no-any-return]


@COLLECTION.derivation("upstream_gradient", "network_deltas", one_of=(("dense_gradients",),), rounds_between=True)
def upstream_gradient(calls: Calls, network: Network, x: Array, y: Array, layer: int) -> Array:
    """
    The delta of the last layer, or ``(W^(l+1))^T delta^(l+1)``, for a batch of one.

    Form ``delta^L for l = L; (W^L)^T delta^L for l = L - 1; (W^(l+1))^T (d^(l+1) * g'(z^(l+1))) below``, since
    ``delta^(l+1) = d^(l+1) * g'(z^(l+1))``. The cost of one sample is its loss: a division by 1 is exact.
    """
    deltas = calls("network_deltas", network, x[:, np.newaxis], y[:, np.newaxis])
    if layer == len(network.layers):
        return deltas[-1][:, 0]  # type: ignore[no-any-return]
    return through_weights(calls, network.layers[layer].weights, deltas[layer][:, 0])


@COLLECTION.derivation(
    "network_vjp",
    "network_trace",
    "backpropagate_delta",
    "dense_gradients",
    one_of=((*VJPS, "softmax_vjp"),),
    rounds_between=True,
)
def network_vjp(calls: Calls, network: Network, x: Array, upstream: Array) -> tuple[Array, list[Array], list[Array]]:
    """
    The vjp of the last activation, the recursion, and the gradients of each dense layer.

    Form ``delta^L = (J^L)^T u, then the recursion; dx = (W^1)^T delta^1, dW^l = delta^l (a^(l-1))^T, db^l = delta^l``.
    """
    Zs, As = calls("network_trace", network, x[:, np.newaxis])
    deltas = _deltas_of_output(calls, network, [Z[:, 0] for Z in Zs], upstream)
    inputs = [x, *(A[:, 0] for A in As[:-1])]
    layers = zip(inputs, network.layers, deltas, strict=True)
    found = [calls("dense_gradients", a, layer.weights, layer.bias, delta) for a, layer, delta in layers]
    return found[0][0], [dW for _, dW, _ in found], [db for _, _, db in found]


def _deltas_of_output(calls: Calls, network: Network, zs: Sequence[Array], upstream: Array) -> list[Array]:
    """Derivatives of ``upstream . a^L`` by the pre-activations, first layer to last."""
    last = network.layers[-1]
    if last.activation == "softmax":
        found = [calls("softmax_vjp", zs[-1], upstream)]
    else:
        found = [pulled_back(calls, last.activation, zs[-1], upstream, last.slope)]
    for index in range(len(network.layers) - 1, 0, -1):
        after, layer = network.layers[index], network.layers[index - 1]
        arguments = after.weights, found[0], zs[index - 1], layer.activation
        found.insert(0, calls("backpropagate_delta", *arguments, slope=layer.slope))
    return found
