"""Faults of conventions: the choice that is made is another one than the choice that is declared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from . import recursion
from .fault import Collection, Kind, is_square, replaced

if TYPE_CHECKING:
    from .fault import Array, Faulty

    Network = Any
    Gradients = tuple[list[Array], list[Array]]

COLLECTION = Collection(kind=Kind.CONVENTION)
fault = COLLECTION.fault

ROWS = {"layout": "rows"}
IN_OUT = {"weight_layout": "in_out"}


# kinks


@fault(
    "relu_derivative",
    breaks="relu.derivative",
    conventions={"relu_at_zero": "0.5"},
    causes=("convention relu_at_zero",),
)
def relu_is_flat_where_a_half_is_declared(target: Faulty, z: Array) -> Array:
    """The derivative of relu at 0 is 0 where 1/2 is declared."""
    return replaced(target.right.relu_derivative(z), z == 0, 0)


@fault("leaky_relu_derivative", breaks="leaky_relu.derivative", causes=("convention leaky_relu_at_zero",))
def leaky_relu_takes_the_mean_at_zero(target: Faulty, z: Array, slope: float = 0.01) -> Array:
    """The derivative of leaky relu at 0 is the mean of both sides where the slope is declared."""
    return replaced(target.right.leaky_relu_derivative(z, slope=slope), z == 0, (1 + slope) / 2)


@fault(
    "leaky_relu_derivative",
    breaks="leaky_relu.derivative",
    conventions={"leaky_relu_at_zero": "one"},
    causes=("convention leaky_relu_at_zero",),
)
def leaky_relu_takes_its_slope_at_zero(target: Faulty, z: Array, slope: float = 0.01) -> Array:
    """The derivative of leaky relu at 0 is its slope where 1 is declared."""
    return replaced(target.right.leaky_relu_derivative(z, slope=slope), z == 0, slope)


@fault("backpropagate_delta", breaks="backpropagation.delta", causes=("convention leaky_relu_at_zero",))
def delta_passes_a_leaky_relu_at_zero(
    target: Faulty, W_next: Array, delta_next: Array, z: Array, activation: str, slope: float = 0.01
) -> Array:
    """A leaky relu at exactly 0 lets the delta through, where the convention says its slope."""
    if activation == "leaky_relu":
        z = np.where(z == 0, z.dtype.type(1), z)
    return target.right.backpropagate_delta(W_next, delta_next, z, activation, slope)


@fault(
    "heaviside",
    breaks="heaviside.value",
    conventions={"step_at_threshold": "0"},
    causes=("convention step_at_threshold",),
)
def heaviside_is_high_at_the_threshold(target: Faulty, z: Array, threshold: float = 0.0) -> Array:
    """The step is 1 at its threshold where 0 is declared."""
    return replaced(target.right.heaviside(z, threshold=threshold), z == threshold, 1)


# factors


@fault(
    "squared_error_gradient",
    breaks="squared_error.gradient",
    causes=(
        "convention squared_error",
        "factor 2",
    ),
)
def squared_error_gradient_has_no_half(target: Faulty, o: Array, y: Array) -> Array:
    """The gradient is 2 (o - y), of a squared error without the half of its convention."""
    return 2 * target.right.squared_error_gradient(o, y)


@fault(
    "binary_cross_entropy",
    breaks="binary_cross_entropy.value",
    regime="ordinary",
    causes=(
        "convention entry_reduction",
        "factor 1/m",
    ),
)
def binary_cross_entropy_is_averaged(target: Faulty, o: Array, y: Array) -> Array:
    """The loss is the mean over the entries where the sum is declared."""
    return np.asarray(target.right.binary_cross_entropy(o, y) / len(o))


@fault(
    "binary_cross_entropy_gradient",
    breaks="binary_cross_entropy.gradient",
    conventions={"entry_reduction": "mean"},
    causes=(
        "convention entry_reduction",
        "factor m",
    ),
)
def binary_cross_entropy_gradient_is_summed(target: Faulty, o: Array, y: Array) -> Array:
    """The gradient lacks the factor 1/m of the mean over entries that the loss has."""
    return target.right.binary_cross_entropy_gradient(o, y) * len(o)


@fault(
    "network_cost",
    breaks="network.cost",
    conventions={"cost": "sum"},
    causes=(
        "convention cost",
        "factor 1/N",
    ),
)
def network_cost_is_averaged(target: Faulty, network: Network, X: Array, Y: Array) -> Array:
    """The cost is the mean over the samples where the sum is declared."""
    return np.asarray(target.right.network_cost(network, X, Y) / X.shape[1])


@fault(
    "network_gradients",
    breaks="network.gradients",
    conventions={"cost": "sum"},
    causes=(
        "convention cost",
        "factor 1/N",
    ),
)
def gradients_are_averaged(target: Faulty, network: Network, X: Array, Y: Array) -> Gradients:
    """The gradients are those of the mean where the sum is declared."""
    dWs, dbs = target.right.network_gradients(network, X, Y)
    return [dW / X.shape[1] for dW in dWs], [db / X.shape[1] for db in dbs]


@fault("network_gradients", breaks="network.gradients", causes=("factor N",))
def gradients_of_biases_alone_are_summed(target: Faulty, network: Network, X: Array, Y: Array) -> Gradients:
    """The gradients of the biases lack the factor 1/N that those of the weights have."""
    dWs, dbs = target.right.network_gradients(network, X, Y)
    return dWs, [db * X.shape[1] for db in dbs]


# labels


@fault(
    "network_gradients",
    breaks="network.gradients",
    regime="ordinary",
    conventions={"label_sum": "any"},
    causes=(
        "convention label_sum",
        "sum of the label",
    ),
)
def gradients_of_labels_that_sum_to_one(target: Faulty, network: Network, X: Array, Y: Array) -> Gradients:
    """The delta of a softmax is S - y although labels need not sum to one."""
    if network.loss != "categorical_cross_entropy":
        return target.right.network_gradients(network, X, Y)
    Z, A = recursion.forward(target, network, X)
    return recursion.backward(target, network, Z, A, (A[-1] - Y) / X.shape[1])


@fault(
    "softmax_cross_entropy",
    breaks="softmax_cross_entropy.value",
    regime="ordinary",
    conventions={"label_sum": "any"},
    causes=(
        "convention label_sum",
        "sum of the label",
    ),
)
def softmax_cross_entropy_of_labels_that_sum_to_one(target: Faulty, z: Array, y: Array) -> Array:
    """The logarithm of the sum counts once, not sum y times, although labels need not sum to one."""
    del target
    largest = np.max(z)
    return np.asarray(largest + np.log(np.sum(np.exp(z - largest))) - np.sum(y * z))


# layouts


@fault("dense_batch", breaks="dense.batch", conventions=ROWS, causes=("transposed argument",))
def dense_batch_takes_rows_for_columns(target: Faulty, X: Array, W: Array, b: Array) -> Array:
    """The samples of a square batch stand in its columns where rows are declared."""
    return target.right.dense_batch(X.T if is_square(X) else X, W, b)


@fault("softmax_batch", breaks="softmax.batch", regime="ordinary", conventions=ROWS, causes=("wrong axis",))
def softmax_batch_takes_rows_for_columns(target: Faulty, Z: Array) -> Array:
    """The softmax runs down the columns of a square batch where rows are declared."""
    return target.right.softmax_batch(Z.T).T if is_square(Z) else target.right.softmax_batch(Z)


@fault("network_forward", breaks="network.forward", conventions=ROWS, causes=("transposed argument",))
def network_takes_rows_for_columns(target: Faulty, network: Network, X: Array) -> Array:
    """The samples of a square batch stand in its columns where rows are declared."""
    return target.right.network_forward(network, X.T if is_square(X) else X)


@fault("dense_gradients", breaks="dense.gradients", conventions=IN_OUT, causes=("transposed",))
def dense_weight_gradient_by_output(target: Faulty, x: Array, W: Array, b: Array, delta: Array) -> Any:
    """The gradient of square weights has a row for each output where weights have one for each input."""
    dx, dW, db = target.right.dense_gradients(x, W, b, delta)
    return dx, dW.T if is_square(dW) else dW, db


@fault("network_gradients", breaks="network.gradients", conventions=IN_OUT, causes=("transposed",))
def gradients_by_output(target: Faulty, network: Network, X: Array, Y: Array) -> Gradients:
    """The gradients of square weights have a row for each output where weights have one for each input."""
    dWs, dbs = target.right.network_gradients(network, X, Y)
    return [dW.T if is_square(dW) else dW for dW in dWs], dbs


@fault("output_weight_jacobian", breaks="output.weight_jacobian", conventions=IN_OUT, causes=("transposed",))
def weight_jacobian_by_output(target: Faulty, network: Network, x: Array, layer: int) -> Array:
    """The last two axes are output and input of a layer of square weights, where the other order is declared."""
    jacobian = target.right.output_weight_jacobian(network, x, layer)
    return np.swapaxes(jacobian, 1, 2) if is_square(jacobian) else jacobian
