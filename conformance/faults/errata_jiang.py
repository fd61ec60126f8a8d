"""
What jiang prints wrong, run as implementations, but for mistakes that the faults of the chapters have already.

Where the printed formula has no shape, the answer is the right one, or the call raises where NumPy does.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from . import recursion
from .fault import Collection, Kind
from .layers import CONTRACT

if TYPE_CHECKING:
    from .fault import Array, Faulty

    Network = Any
    Gradients = tuple[list[Array], list[Array]]

COLLECTION = Collection()
fault = COLLECTION.fault


def samples(batch: Array) -> Any:
    """N, as a number of the format."""
    return batch.dtype.type(batch.shape[1])


# calculus


@fault("tanh_derivative", breaks="tanh.derivative", errata=("EJ01",), causes=("sign",))
def jiang_divides_by_the_length_of_the_step(target: Faulty, z: Array) -> Array:
    """The difference quotient of a step to the left is divided by the length of the step, which turns its sign."""
    return -target.right.tanh_derivative(z)


@fault(
    "project_sample",
    breaks="contract.result",
    may_also_fail=("projection.value",),
    kind=Kind.SHAPE,
    regime="ordinary",
    conventions={"layout": "rows"},
    errata=("EJ05",),
    causes=("wrong shape",),
)
def jiang_row_has_the_length_of_a_column(target: Faulty, A: Array, sample: int) -> Array:
    """A row of a matrix ends with the entry whose index is the number of rows, if not before."""
    return target.right.project_sample(A, sample)[: A.shape[0]]


@fault("chain_jacobian", breaks="chain.jacobian", may_also_fail=CONTRACT, kind=Kind.SHAPE, errata=("EJ06",))
def jiang_product_has_the_rows_of_its_second_factor(target: Faulty, outer: Array, inner: Array) -> Array:
    """A product is filled into an array that has as many rows as its second factor."""
    product = np.empty(inner.shape)
    product[:] = target.right.chain_jacobian(outer, inner)
    return product


# activations and losses


@fault(
    "softmax",
    breaks="softmax.value",
    kind=Kind.NUMERICAL,
    errata=("EJ09",),
    # In the half formats 1 - 1e-7 rounds to 1.
    formats=("float64", "float32"),
    causes=("clipping",),
)
def jiang_softmax_stays_below_one(target: Faulty, z: Array) -> Array:
    """The values lie in the open unit interval, also where the only entry is 1."""
    return np.minimum(target.right.softmax(z), 1 - 1e-7)


@fault(
    "categorical_cross_entropy_gradient",
    breaks="contract.result",
    may_also_fail=("categorical_cross_entropy.gradient",),
    kind=Kind.SHAPE,
    regime="ordinary",
    errata=("EJ12",),
    causes=("wrong shape",),
)
def jiang_fractions_have_no_bars(target: Faulty, o: Array, y: Array) -> Array:
    """The labels and the predictions stand above one another, as two rows."""
    del target
    return -np.stack([y, o])


# layers


@fault("dense_gradients", breaks="dense.gradients", errata=("EJ14",), causes=("zero",))
def jiang_holds_the_bias_fixed(target: Faulty, x: Array, W: Array, b: Array, delta: Array) -> Any:
    """The derivative with respect to the bias is that of a map that has it as a constant."""
    dx, dW, db = target.right.dense_gradients(x, W, b, delta)
    return dx, dW, np.zeros_like(db)


@fault("layer_gradients", breaks="layer.gradients", effort="standard", errata=("EJ15",))
def jiang_indicator_leaves_out_the_index(
    target: Faulty, x: Array, W: Array, b: Array, activation: str, upstream: Array, slope: float = 0.01
) -> Any:
    """In entry j of the input gradient the indicator of a relu is that of the numbers from 0 on without j."""
    dx, dW, db = target.right.layer_gradients(x, W, b, activation, upstream, slope)
    if activation != "relu":
        return dx, dW, db
    z = target.right.dense(x, W, b)[:, None]
    of_entry = (z >= 0) & (z != np.arange(1, x.shape[0] + 1))
    return np.sum(W * of_entry * upstream[:, None], axis=0), dW, db


@fault(
    "layer_gradients",
    breaks="layer.gradients",
    kind=Kind.CONVENTION,
    conventions={"relu_at_zero": "1"},
    errata=("EJ17",),
    causes=("convention relu_at_zero",),
)
def jiang_relu_is_flat_at_its_kink(
    target: Faulty, x: Array, W: Array, b: Array, activation: str, upstream: Array, slope: float = 0.01
) -> Any:
    """The derivative of a relu at exactly 0 is 0 where 1 is declared."""
    if activation != "relu":
        return target.right.layer_gradients(x, W, b, activation, upstream, slope)
    return target.right.dense_gradients(x, W, b, upstream * (target.right.dense(x, W, b) > 0))


@fault(
    "dense_jacobian_weights",
    breaks="contract.result",
    may_also_fail=("dense.jacobian_weights",),
    kind=Kind.SHAPE,
    regime="ordinary",
    errata=("EJ27",),
    causes=("wrong shape",),
)
def jiang_derives_each_output_by_its_own_row(target: Faulty, x: Array, W: Array, b: Array) -> Array:
    """The Jacobian has the derivatives of each output by its own row of weights, and no others."""
    del target, b
    return np.broadcast_to(x, W.shape).copy()


# upstream functions


@fault(
    "upstream_gradient",
    breaks="upstream.gradient",
    kind=Kind.CONVENTION,
    regime="ordinary",
    conventions={"label_sum": "any"},
    errata=("EJ11",),
)
def jiang_labels_always_sum_to_one(target: Faulty, network: Network, x: Array, y: Array, layer: int) -> Array:
    """The gradient at a softmax is S - y although labels need not sum to one."""
    if layer < len(network.layers) or network.layers[-1].activation != "softmax":
        return target.right.upstream_gradient(network, x, y, layer)
    return target.right.network_forward(network, x[:, None])[:, 0] - y


@fault("upstream_gradient", breaks="upstream.gradient", errata=("EJ13",))
def jiang_derives_at_one_entry(target: Faulty, network: Network, x: Array, y: Array, layer: int) -> Array:
    """The derivative by an entry of an activation is taken as if the function had no other entries."""
    if layer == len(network.layers):
        return target.right.upstream_gradient(network, x, y, layer)
    after = replace(network, layers=network.layers[layer:])
    activation = target.right.downstream_value(network, x, layer + 1)
    found = [target.right.network_input_gradient(after, each[:, None], y[:, None]) for each in np.diag(activation)]
    return np.diag(np.hstack(found)).copy()


@fault(
    "upstream_gradient",
    breaks="contract.result",
    may_also_fail=("upstream.gradient",),
    kind=Kind.SHAPE,
    regime="ordinary",
    errata=("EJ19",),
    causes=("wrong shape",),
)
def jiang_gradient_is_a_number(target: Faulty, network: Network, x: Array, y: Array, layer: int) -> Array:
    """The gradient of a function with one value is one number."""
    return np.asarray(np.sum(target.right.upstream_gradient(network, x, y, layer)))


# networks


@fault("network_forward", breaks="network.forward", may_also_fail=CONTRACT, errata=("EJ18",))
def jiang_has_a_layer_for_each_sample(target: Faulty, network: Network, X: Array) -> Array:
    """The composition runs over the samples, and ends with the layer that has their number."""
    if X.shape[1] > len(network.layers):
        message = f"there is no layer {X.shape[1]}"
        raise IndexError(message)
    return target.right.network_forward(replace(network, layers=network.layers[: X.shape[1]]), X)


@fault(
    "network_forward",
    breaks="network.forward",
    may_also_fail=CONTRACT,
    kind=Kind.INTERFACE,
    errata=("EJ23",),
    causes=(
        "exception",
        "only at one_layer",
    ),
)
def jiang_composes_one_map_at_least(target: Faulty, network: Network, X: Array) -> Array:
    """A network of one layer asks for a composition of no maps, which is not defined."""
    if len(network.layers) == 1:
        message = "a composition has at least one map"
        raise ValueError(message)
    return target.right.network_forward(network, X)


@fault("network_gradients", breaks="network.gradients", errata=("EJ16",))
def jiang_has_the_loss_for_its_derivative(target: Faulty, network: Network, X: Array, Y: Array) -> Gradients:
    """The weight gradients of relu layers have the loss of each sample in the place of its derivatives."""
    dWs, dbs = target.right.network_gradients(network, X, Y)
    Z, A = recursion.forward(target, network, X)
    pairs = zip(X.T, Y.T, strict=True)
    losses = np.array([target.right.network_cost(network, x[:, None], y[:, None]) for x, y in pairs])
    for index, layer in enumerate(network.layers):
        if layer.activation == "relu":
            dWs[index] = (losses * (Z[index] > 0)) @ A[index].T / samples(X)
    return dWs, dbs


@fault("network_gradients", breaks="network.gradients", regime="ordinary", errata=("EJ21",))
def jiang_has_a_relu_at_the_output(target: Faulty, network: Network, X: Array, Y: Array) -> Gradients:
    """The last layer of a classifier is taken for a relu layer."""
    if network.layers[-1].activation != "softmax":
        return target.right.network_gradients(network, X, Y)
    Z, A = recursion.forward(target, network, X)
    delta = (target.right.softmax_batch(target.right.relu(Z[-1])) - Y) * (Z[-1] > 0)
    return recursion.backward(target, network, Z, A, delta / samples(X))


@fault("network_gradients", breaks="network.gradients", may_also_fail=CONTRACT, kind=Kind.SHAPE, errata=("EJ22",))
def jiang_bias_has_the_length_of_the_input(target: Faulty, network: Network, X: Array, Y: Array) -> Gradients:
    """The gradients of biases are filled into arrays of the lengths of what the layers are fed."""
    dWs, dbs = target.right.network_gradients(network, X, Y)
    found = []
    for layer, db in zip(network.layers, dbs, strict=True):
        found.append(np.empty(layer.weights.shape[1]))
        found[-1][:] = db
    return dWs, found
