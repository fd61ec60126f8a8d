"""Faults of shapes: columns against vectors, batches of one, layers of one unit, and axes found by their length."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from . import recursion
from .fault import Collection, Kind

if TYPE_CHECKING:
    from .fault import Array, Faulty

    Network = Any
    Gradients = tuple[list[Array], list[Array]]

COLLECTION = Collection(kind=Kind.SHAPE)
fault = COLLECTION.fault


# a column against a vector


@fault("squared_error", breaks="squared_error.value")
def squared_error_of_all_pairs(target: Faulty, o: Array, y: Array) -> Array:
    """A column of predictions minus a vector of labels is a matrix, whose squares are summed."""
    del target
    return np.asarray(np.sum((o[:, None] - y) ** 2) / 2)


@fault("squared_error_gradient", breaks="squared_error.gradient")
def squared_error_gradient_of_all_pairs(target: Faulty, o: Array, y: Array) -> Array:
    """A column of predictions minus a vector of labels is a matrix, whose rows are summed."""
    del target
    return np.asarray(np.sum(o[:, None] - y, axis=1))


@fault("binary_cross_entropy", breaks="binary_cross_entropy.value", regime="ordinary")
def binary_cross_entropy_of_all_pairs(target: Faulty, o: Array, y: Array) -> Array:
    """Every prediction is compared with every label."""
    return np.asarray(target.right.binary_cross_entropy(np.repeat(o, len(y)), np.tile(y, len(o))))


@fault("dense", breaks="dense.value")
def dense_sums_over_a_matrix(target: Faulty, x: Array, W: Array, b: Array) -> Array:
    """A column of products plus a vector of biases is a matrix, whose rows are averaged."""
    product = target.right.dense(x, W, b * 0)
    return np.asarray(np.mean(product[:, None] + b, axis=1))


@fault(
    "network_gradients",
    breaks="contract.result",
    may_also_fail=("network.gradients",),
    regime="ordinary",
    causes=("wrong shape",),
)
def gradients_of_biases_are_columns(target: Faulty, network: Network, X: Array, Y: Array) -> Gradients:
    """The gradient of each bias keeps the axis that it is summed over."""
    dWs, dbs = target.right.network_gradients(network, X, Y)
    return dWs, [db[:, None] for db in dbs]


@fault(
    "backpropagate_delta",
    breaks="contract.result",
    may_also_fail=("backpropagation.delta",),
    regime="ordinary",
    causes=("wrong shape",),
)
def delta_is_a_column(
    target: Faulty, W_next: Array, delta_next: Array, z: Array, activation: str, slope: float = 0.01
) -> Array:
    """The delta of a vector has shape (n, 1)."""
    return target.right.backpropagate_delta(W_next, delta_next, z, activation, slope)[:, None]


# one of something


@fault(
    "dense_gradients",
    breaks="contract.result",
    may_also_fail=("dense.gradients",),
    regime="ordinary",
    causes=("wrong shape",),
)
def dense_gradient_of_one_unit_is_a_vector(target: Faulty, x: Array, W: Array, b: Array, delta: Array) -> Any:
    """The gradient of weights with a single row comes back as a vector."""
    dx, dW, db = target.right.dense_gradients(x, W, b, delta)
    return dx, dW[0] if len(dW) == 1 else dW, db


@fault("softmax_batch", breaks="softmax.batch", causes=("only at one_unit",))
def softmax_batch_of_one_class_is_a_sigmoid(target: Faulty, Z: Array) -> Array:
    """A batch with a single logit a sample is passed through a sigmoid."""
    return target.right.sigmoid(Z) if Z.shape[0] == 1 else target.right.softmax_batch(Z)


@fault("dense_batch_gradients", breaks="dense.batch_gradients", causes=("only at one_sample",))
def dense_batch_of_one_sample_has_no_bias_gradient(target: Faulty, X: Array, W: Array, b: Array, D: Array) -> Any:
    """The gradient of the bias sums over the differences between samples, and is 0 for one sample."""
    dX, dW, db = target.right.dense_batch_gradients(X, W, b, D)
    return dX, dW, db * (D.shape[1] > 1)


@fault("network_gradients", breaks="network.gradients", causes=("only at one_sample",))
def gradients_of_one_sample_are_halved(target: Faulty, network: Network, X: Array, Y: Array) -> Gradients:
    """The divisor is N, but at least 2."""
    dWs, dbs = target.right.network_gradients(network, X, Y)
    share = X.dtype.type(0.5 if X.shape[1] == 1 else 1)
    return [dW * share for dW in dWs], [db * share for db in dbs]


@fault("network_gradients", breaks="network.gradients")
def gradients_of_one_unit_count_once(target: Faulty, network: Network, X: Array, Y: Array) -> Gradients:
    """The gradient of the bias of a layer of one unit is squeezed to that of the first sample."""
    return recursion.gradients(
        target, network, X, Y, summed=lambda delta: delta[:, 0].copy() if len(delta) == 1 else np.sum(delta, axis=1)
    )


# axes by their length


@fault("softmax_batch", breaks="softmax.batch")
def softmax_over_the_longer_axis(target: Faulty, Z: Array) -> Array:
    """The softmax runs along the longer axis of a batch."""
    m, N = Z.shape
    return target.right.softmax_batch(Z) if m >= N else target.right.softmax_batch(Z.T).T


@fault("network_forward", breaks="network.forward")
def network_broadcasts_its_biases(target: Faulty, network: Network, X: Array) -> Array:
    """The bias of a layer is added along the samples where there are as many of them as units."""
    a = X
    for layer in network.layers:
        along = layer.bias if len(layer.bias) == X.shape[1] else layer.bias[:, None]
        a = recursion.activated(target, layer, layer.weights @ a + along)
    return a


@fault("dense_batch", breaks="dense.batch", causes=("transposed argument",))
def dense_batch_is_transposed_when_square(target: Faulty, X: Array, W: Array, b: Array) -> Array:
    """A batch of as many samples as features is taken for one with samples in rows."""
    return target.right.dense_batch(X.T if X.shape[0] == X.shape[1] else X, W, b)
