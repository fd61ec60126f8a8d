"""
What park-2022 prints wrong, run as implementations, but for mistakes that the faults of the chapters have already.

Where the printed formula has no shape, the answer is the right one, or the call raises where NumPy does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .fault import IN_THE_FORMAT, Collection, Kind, replaced
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


# one layer


@fault("layer", breaks="layer.value", errata=("EP01",))
def park_activates_the_input(
    target: Faulty, x: Array, W: Array, b: Array, activation: str, slope: float = 0.01
) -> Array:
    """The activation acts on the entries of the layer before."""
    keywords = {"slope": slope} if activation == "leaky_relu" else {}
    return target.right.dense(getattr(target.right, activation)(x, **keywords), W, b)


@fault(
    "dense",
    breaks="dense.value",
    errata=("EP02",),
    causes=(
        "missing bias",
        "missing argument",
    ),
)
def park_layer_is_linear(target: Faulty, x: Array, W: Array, b: Array) -> Array:
    """A dense layer is linear: it has no bias."""
    return target.right.dense(x, W, np.zeros_like(b))


# activations


@fault("softmax", breaks="softmax.value", kind=Kind.SHAPE, errata=("EP05",), causes=("only at one_unit",))
def park_softmax_of_one_entry_is_a_sigmoid(target: Faulty, z: Array) -> Array:
    """Softmax generalises the sigmoid, and is the sigmoid of a single entry."""
    return target.right.sigmoid(z) if z.shape[0] == 1 else target.right.softmax(z)


@fault(
    "sigmoid_derivative",
    breaks="sigmoid.derivative",
    kind=Kind.NUMERICAL,
    level="robust",
    regime="ordinary",
    errata=("EP12",),
    **IN_THE_FORMAT,
    causes=("form",),
)
def park_sigmoid_derivative_cancels(target: Faulty, z: Array) -> Array:
    """The derivative of the sigmoid is s (1 - s), of a rounded s."""
    s = target.right.sigmoid(z)
    return np.asarray(s * (1 - s))


@fault("softmax", breaks="softmax.value", errata=("EP31",))
def park_softmax_leaves_out_the_last(target: Faulty, z: Array) -> Array:
    """The sum in the denominator ends one entry early, where there are two or more."""
    e = np.exp(z - np.max(z))
    return e / np.sum(e[:-1]) if z.shape[0] > 1 else target.right.softmax(z)


@fault("softmax", breaks="softmax.value", regime="ordinary", errata=("EP41",))
def park_softmax_has_no_numerator(target: Faulty, z: Array) -> Array:
    """The fraction has 1 for its numerator, whatever the entry."""
    del target
    return np.full_like(z, 1 / np.sum(np.exp(z)))


# losses


@fault(
    "squared_error",
    "squared_error_delta",
    breaks="squared_error.value",
    may_also_fail=("squared_error.delta",),
    kind=Kind.CONVENTION,
    errata=("EP25",),
)
def park_half_of_the_squares_is_their_mean(target: Faulty, operation: str, o: Array, y: Array) -> Array:
    """The mean of the squares, and its gradient, where half of their sum is declared."""
    return np.asarray(getattr(target.right, operation)(o, y) * 2 / o.dtype.type(o.shape[0]))


@fault(
    "softmax_cross_entropy_delta",
    breaks="softmax_cross_entropy.delta",
    regime="ordinary",
    errata=("EP32",),
    causes=("zero",),
)
def park_delta_has_predictions_for_labels(target: Faulty, z: Array, y: Array) -> Array:
    """The delta is minus the sum of the o_i (delta_ij - o_j), which is 0."""
    del y
    o = target.right.softmax(z)
    return np.asarray(-np.sum(o[:, None] * (np.eye(o.shape[0]) - o), axis=0))


@fault(
    "sigmoid_cross_entropy_delta",
    breaks="sigmoid_cross_entropy.delta",
    kind=Kind.CONVENTION,
    regime="ordinary",
    conventions={"entry_reduction": "mean"},
    errata=("EP40",),
    causes=(
        "convention entry_reduction",
        "factor m",
    ),
)
def park_delta_of_several_entries(target: Faulty, z: Array, y: Array) -> Array:
    """The delta is o - y for the mean over the entries too."""
    return target.right.sigmoid(z) - y


# dense layers


@fault("dense_gradients", breaks="dense.gradients", errata=("EP14",))
def park_weight_gradient_begins_with_the_last_delta(target: Faulty, x: Array, W: Array, b: Array, delta: Array) -> Any:
    """Entry (1, 1) of the gradient has the index that runs in the other rows, at its end."""
    dx, dW, db = target.right.dense_gradients(x, W, b, delta)
    return dx, replaced(dW, (0, 0), delta[-1] * x[0]), db


@fault(
    "dense_batch_gradients",
    breaks="contract.result",
    may_also_fail=("dense.batch_gradients",),
    kind=Kind.SHAPE,
    regime="ordinary",
    errata=("EP22",),
    causes=("wrong shape",),
)
def park_bias_gradient_sums_each_column(target: Faulty, X: Array, W: Array, b: Array, D: Array) -> Any:
    """The sum of columns is taken for the sum of each column, over the units."""
    dX, dW, _ = target.right.dense_batch_gradients(X, W, b, D)
    return dX, dW, np.sum(D, axis=0)


@fault(
    "dense_batch_gradients",
    breaks="contract.result",
    may_also_fail=("dense.batch_gradients",),
    kind=Kind.SHAPE,
    regime="ordinary",
    errata=("EP29",),
    causes=("wrong shape",),
)
def park_bias_gradient_is_that_of_each_sample(target: Faulty, X: Array, W: Array, b: Array, D: Array) -> Any:
    """The gradient of the bias is the delta of the batch, with a column a sample."""
    dX, dW, _ = target.right.dense_batch_gradients(X, W, b, D)
    return dX, dW, D.copy()


# networks


@fault(
    "network_deltas",
    breaks="network.deltas",
    may_also_fail=CONTRACT,
    kind=Kind.INTERFACE,
    errata=("EP17",),
    causes=("exception",),
)
def park_recursion_goes_on_to_layer_zero(target: Faulty, network: Network, X: Array, Y: Array) -> Any:
    """The recursion is carried on to layer 0, which has no pre-activation."""
    Ds = target.right.network_deltas(network, X, Y)
    pre_activations: list[Any] = [None, *target.right.network_trace(network, X)[0]]
    upstream = network.layers[0].weights.T @ Ds[0]
    return [(pre_activations[0] >= 0) * upstream, *Ds]


@fault("network_deltas", breaks="network.deltas", errata=("EP20",))
def park_differentiates_one_loss(target: Faulty, network: Network, X: Array, Y: Array) -> list[Array]:
    """The loss of the first sample is differentiated, on which the others have no influence."""
    own = np.arange(X.shape[1]) == 0
    return [D * own * samples(X) for D in target.right.network_deltas(network, X, Y)]


@fault("network_trace", breaks="network.trace", may_also_fail=CONTRACT, kind=Kind.SHAPE, errata=("EP19",))
def park_trace_has_rows_for_the_inputs(target: Faulty, network: Network, X: Array) -> Gradients:
    """Pre-activations are filled into arrays that have a row for each input of the layer."""
    Zs, As = target.right.network_trace(network, X)
    found = []
    for layer, Z in zip(network.layers, Zs, strict=True):
        found.append(np.empty((layer.weights.shape[1], Z.shape[1])))
        found[-1][:] = Z
    return found, As


@fault(
    "network_trace",
    breaks="contract.result",
    may_also_fail=("network.trace",),
    kind=Kind.CONVENTION,
    regime="ordinary",
    errata=("EP42",),
    causes=("wrong shape",),
)
def park_trace_has_samples_in_rows(target: Faulty, network: Network, X: Array) -> Gradients:
    """Entry j of sample k stands in row k and column j."""
    Zs, As = target.right.network_trace(network, X)
    return [np.ascontiguousarray(Z.T) for Z in Zs], As


@fault(
    "gradient_descent_step",
    breaks="contract.result",
    may_also_fail=("gradient_descent.step",),
    kind=Kind.SHAPE,
    regime="ordinary",
    errata=("EP43",),
    causes=("wrong shape",),
)
def park_step_takes_a_row_from_a_column(
    target: Faulty, network: Network, dWs: list[Array], dbs: list[Array], rate: float
) -> Gradients:
    """The bias is a column and its derivative a row."""
    Ws, _ = target.right.gradient_descent_step(network, dWs, dbs, rate)
    return Ws, [layer.bias[:, None] - rate * db[None, :] for layer, db in zip(network.layers, dbs, strict=True)]


# linear regression, code 3


@fault("linear_regression_forward", breaks="listing.linear_regression_forward", errata=("EP24",))
def park_regression_is_logistic(target: Faulty, X: Array, w: Array, b: float) -> Array:
    """The prediction of linear regression is that of logistic regression."""
    return target.right.sigmoid(target.right.linear_regression_forward(X, w, b))


@fault(
    "linear_regression_descent",
    breaks="listing.linear_regression_descent",
    may_also_fail=CONTRACT,
    kind=Kind.INTERFACE,
    errata=("EP26",),
    causes=("exception",),
)
def park_descent_calls_a_name_that_is_not_defined(
    target: Faulty, X: Array, y: Array, w: Array, b: float, rate: float, steps: int
) -> Any:
    """The first step calls a function by a name that it does not have."""
    if steps:
        message = "name 'backward_propagation' is not defined"
        raise NameError(message)
    return target.right.linear_regression_descent(X, y, w, b, rate, steps)


@fault(
    "linear_regression_step",
    breaks="contract.arguments",
    kind=Kind.STATE,
    regime="ordinary",
    is_raw=True,
    errata=("EP28",),
    causes=("writes to arguments",),
)
def park_step_is_in_place(target: Faulty, w: Array, b: float, dw: Array, db: float, rate: float) -> Any:
    """The new weights are written into the array of the old ones."""
    moved, bias = target.right.linear_regression_step(w, b, dw, db, rate)
    np.copyto(w, moved)
    return w, bias


# classification, code 4


@fault(
    "classifier_backward",
    breaks="listing.classifier_backward",
    may_also_fail=CONTRACT,
    kind=Kind.INTERFACE,
    regime="ordinary",
    errata=("EP34",),
    causes=("exception",),
)
def park_classifier_uses_a_name_that_is_not_defined(target: Faulty, network: Network, X: Array, Y: Array) -> Gradients:
    """The weights have another name where they lead back to a hidden layer."""
    if len(network.layers) > 1:
        message = "name 'Ws' is not defined"
        raise NameError(message)
    return target.right.classifier_backward(network, X, Y)
