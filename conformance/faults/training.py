"""Faults of the composed cost and of descent: stacks in another order, one sample for all, a step too many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .fault import Collection, Kind

if TYPE_CHECKING:
    from .fault import Array, Faulty

    Network = Any

COLLECTION = Collection()
fault = COLLECTION.fault


# the stack


@fault("stack_samples", breaks="stack.value")
def stack_is_entry_after_entry(target: Faulty, A: Array) -> Array:
    """The matrix of columns is read row by row."""
    del target
    return A.flatten()


@fault("project_sample", breaks="projection.value")
def projection_counts_from_zero(target: Faulty, A: Array, sample: int) -> Array:
    """Sample 1 is the second column."""
    return target.right.project_sample(A, sample % A.shape[1] + 1)


@fault("project_sample", breaks="projection.value")
def projection_takes_every_nth_entry(target: Faulty, A: Array, sample: int) -> Array:
    """The stack is read as if its entries alternated between the samples."""
    return target.right.stack_samples(A)[sample - 1 :: A.shape[1]].copy()


@fault("projection_jacobian", breaks="projection.jacobian", causes=("reversed",))
def projection_jacobian_counts_from_the_end(target: Faulty, A: Array, sample: int) -> Array:
    """The identity stands in the block of the mirrored sample."""
    return target.right.projection_jacobian(A, A.shape[1] + 1 - sample)


@fault("projection_jacobian", breaks="projection.jacobian")
def projection_jacobian_of_another_stack(target: Faulty, A: Array, sample: int) -> Array:
    """The columns are those of the stack in which the samples alternate."""
    n, N = A.shape
    blocks = target.right.projection_jacobian(A, sample).reshape(n, N, n)
    return np.ascontiguousarray(blocks.transpose(0, 2, 1)).reshape(n, N * n)


# the losses


@fault("losses_jacobian", breaks="losses.jacobian")
def losses_jacobian_has_no_zeros(target: Faulty, loss: str, outputs: Array, Y: Array) -> Array:
    """Every row has the gradients of all losses."""
    jacobian = target.right.losses_jacobian(loss, outputs, Y)
    return np.tile(np.sum(jacobian, axis=0), (outputs.shape[1], 1))


@fault("losses_jacobian", breaks="losses.jacobian", errata=("ED13",), causes=("one sample for all",))
def losses_jacobian_has_one_target(target: Faulty, loss: str, outputs: Array, Y: Array) -> Array:
    """Every prediction is compared with the target of the first."""
    return target.right.losses_jacobian(loss, outputs, np.repeat(Y[:, :1], Y.shape[1], axis=1))


@fault("losses_jacobian", breaks="losses.jacobian", kind=Kind.CONVENTION, causes=("factor 1/N",))
def losses_jacobian_is_of_their_mean(target: Faulty, loss: str, outputs: Array, Y: Array) -> Array:
    """The factor 1/N of the cost is in the losses already."""
    return target.right.losses_jacobian(loss, outputs, Y) / outputs.shape[1]


@fault("cost_row", breaks="cost.row", may_also_fail=("contract.state",), kind=Kind.CONVENTION)
def cost_row_is_of_the_mean(target: Faulty, weights: Array, loss: str, outputs: Array, Y: Array) -> Array:
    """The gradient of phi is taken for 1/N whatever it is."""
    mean = np.full_like(weights, weights.dtype.type(1) / weights.dtype.type(weights.size))
    return target.right.cost_row(mean, loss, outputs, Y)


@fault("cost_row", breaks="cost.row")
def cost_row_repeats_its_weights(target: Faulty, weights: Array, loss: str, outputs: Array, Y: Array) -> Array:
    """The weights are put one after the other along the stack, where each belongs to a block."""
    gradients = target.right.cost_row(np.ones_like(weights), loss, outputs, Y)
    return np.asarray(np.tile(weights, outputs.shape[0]) * gradients)


@fault("cost_row", breaks="cost.row")
def cost_row_is_summed_over_the_samples(target: Faulty, weights: Array, loss: str, outputs: Array, Y: Array) -> Array:
    """Every block is the sum of all blocks."""
    row = target.right.cost_row(weights, loss, outputs, Y).reshape(outputs.shape[1], outputs.shape[0])
    return np.tile(np.sum(row, axis=0), outputs.shape[1])


# the parameters of a layer


@fault("stacked_weight_jacobian", breaks="stacked.weight_jacobian", errata=("ED17",), causes=("one sample for all",))
def stacked_weights_are_of_the_first_sample(target: Faulty, network: Network, X: Array, layer: int) -> Array:
    """The formula for one sample stands for all of them."""
    first = target.right.output_weight_jacobian(network, X[:, 0].copy(), layer)
    return np.tile(first, (X.shape[1], 1, 1))


@fault("stacked_weight_jacobian", breaks="stacked.weight_jacobian")
def stacked_weights_have_one_input(target: Faulty, network: Network, X: Array, layer: int) -> Array:
    """The stack is one outer product, with what the first sample feeds to the layer."""
    stacked = target.right.stacked_bias_jacobian(network, X, layer)
    first = type(network)(network.layers[: layer - 1], network.loss) if layer > 1 else None
    x = X[:, :1].copy()
    fed = x if first is None else target.right.network_forward(first, x)
    return np.multiply.outer(stacked, fed[:, 0])


@fault("stacked_bias_jacobian", breaks="stacked.bias_jacobian", errata=("ED17",), causes=("one sample for all",))
def stacked_biases_are_of_the_first_sample(target: Faulty, network: Network, X: Array, layer: int) -> Array:
    """The formula for one sample stands for all of them."""
    first = target.right.output_bias_jacobian(network, X[:, 0].copy(), layer)
    return np.tile(first, (X.shape[1], 1))


@fault("stacked_bias_jacobian", breaks="stacked.bias_jacobian")
def stacked_biases_are_entry_after_entry(target: Faulty, network: Network, X: Array, layer: int) -> Array:
    """The rows are those of a stack in which the samples alternate."""
    stacked = target.right.stacked_bias_jacobian(network, X, layer)
    blocks = stacked.reshape(X.shape[1], -1, stacked.shape[1])
    return np.ascontiguousarray(blocks.transpose(1, 0, 2)).reshape(stacked.shape)


@fault(
    "cost_weight_derivative",
    breaks="cost.weight_derivative",
    kind=Kind.CONVENTION,
    causes=(
        "convention cost",
        "factor N",
    ),
)
def cost_derivative_is_summed(target: Faulty, network: Network, X: Array, Y: Array, layer: int) -> Array:
    """The factor 1/N is forgotten."""
    return target.right.cost_weight_derivative(network, X, Y, layer) * X.dtype.type(X.shape[1])


@fault("cost_weight_derivative", breaks="cost.weight_derivative")
def cost_derivative_contracts_the_wrong_axis(target: Faulty, network: Network, X: Array, Y: Array, layer: int) -> Array:
    """NumPy's dot of the row and the array, where its shapes happen to fit."""
    T = target.right.stacked_weight_jacobian(network, X, layer)
    if T.shape[0] != T.shape[1]:
        return target.right.cost_weight_derivative(network, X, Y, layer)
    weights = np.full(X.shape[1], X.dtype.type(1) / X.dtype.type(X.shape[1]))
    row = target.right.cost_row(weights, network.loss, target.right.network_forward(network, X), Y)
    return np.dot(row, T)


@fault("cost_bias_derivative", breaks="cost.bias_derivative", errata=("ED13",), causes=("one sample for all",))
def cost_derivative_has_one_target(target: Faulty, network: Network, X: Array, Y: Array, layer: int) -> Array:
    """Every output is compared with the label of the first sample."""
    return target.right.cost_bias_derivative(network, X, np.repeat(Y[:, :1], Y.shape[1], axis=1), layer)


# descent


@fault("gradient_vector", breaks="gradient.vector")
def gradient_vector_goes_layer_by_layer(target: Faulty, network: Network, dWs: list[Array], dbs: list[Array]) -> Array:
    """The bias of a layer follows its weights, before those of the next layer."""
    del target, network
    return np.concatenate([part.reshape(-1) for pair in zip(dWs, dbs, strict=True) for part in pair])


@fault("gradient_vector", breaks="gradient.vector")
def gradient_vector_reads_columns(target: Faulty, network: Network, dWs: list[Array], dbs: list[Array]) -> Array:
    """Weights are read input by input."""
    return target.right.gradient_vector(network, [dW.flatten(order="F").reshape(dW.shape) for dW in dWs], dbs)


@fault("gradient_vector", breaks="gradient.vector", kind=Kind.CONVENTION, conventions={"weight_layout": "in_out"})
def gradient_vector_reads_weights_as_they_are_stored(
    target: Faulty, network: Network, dWs: list[Array], dbs: list[Array]
) -> Array:
    """Weights that are stored by input are read row by row nevertheless."""
    del target, network
    return np.concatenate([gradient.reshape(-1) for gradient in (*dWs, *dbs)])


@fault("steepest_descent_direction", breaks="descent.direction", regime="ordinary")
def direction_is_divided_by_the_square(target: Faulty, gradient: Array) -> Array:
    """The root is forgotten."""
    return target.right.steepest_descent_direction(gradient) / np.sqrt(np.sum(gradient * gradient))


@fault("learning_rate_limit", breaks="quadratic.rate_limit", causes=("factor 1/2",))
def rate_limit_is_that_of_one_step(target: Faulty, curvature: Array) -> Array:
    """The rate that reaches the minimum in one step, half of the limit."""
    return target.right.learning_rate_limit(curvature) / 2


@fault("quadratic_descent", breaks="quadratic.descent")
def quadratic_goes_a_step_further(target: Faulty, theta: Array, curvature: float, rate: float, steps: int) -> Array:
    """One step too many."""
    return target.right.quadratic_descent(theta, curvature, rate, steps + 1)


@fault("quadratic_descent", breaks="quadratic.descent", causes=("doubled argument",))
def quadratic_is_that_without_the_half(
    target: Faulty, theta: Array, curvature: float, rate: float, steps: int
) -> Array:
    """The gradient is that of the curvature times the square, without the half."""
    return target.right.quadratic_descent(theta, 2 * curvature, rate, steps)


# linear regression


@fault("linear_regression_forward", breaks="listing.linear_regression_forward")
def regression_bias_in_each_product(target: Faulty, X: Array, w: Array, b: float) -> Array:
    """The bias is added once for each weight."""
    return target.right.linear_regression_forward(X, w, b * len(w))


@fault("linear_regression_cost", breaks="listing.linear_regression_cost", kind=Kind.CONVENTION, causes=("factor 2",))
def regression_cost_has_no_half(target: Faulty, a: Array, y: Array) -> Array:
    """The mean of the squares."""
    return target.right.linear_regression_cost(a, y) * 2


@fault("linear_regression_cost", breaks="listing.linear_regression_cost")
def regression_cost_counts_its_parameters(target: Faulty, a: Array, y: Array) -> Array:
    """The sum is divided by N - 1, the number of the degrees of freedom, where there are two samples and more."""
    cost = target.right.linear_regression_cost(a, y)
    return cost * len(a) / (len(a) - 1) if len(a) > 1 else cost


@fault(
    "linear_regression_backward",
    breaks="listing.linear_regression_backward",
    kind=Kind.CONVENTION,
    causes=("factor N",),
)
def regression_gradients_are_summed(target: Faulty, X: Array, y: Array, w: Array, b: float) -> Any:
    """The factor 1/N is forgotten in the gradient of the weights."""
    dw, db = target.right.linear_regression_backward(X, y, w, b)
    return dw * X.shape[1], db


@fault("linear_regression_backward", breaks="listing.linear_regression_backward", causes=("sign",))
def regression_residual_is_turned(target: Faulty, X: Array, y: Array, w: Array, b: float) -> Any:
    """The residual is y - a, so that the step goes uphill."""
    dw, db = target.right.linear_regression_backward(X, y, w, b)
    return -dw, -db


@fault("linear_regression_step", breaks="listing.linear_regression_step")
def regression_step_has_a_rate_of_its_own(target: Faulty, w: Array, b: float, dw: Array, db: float, rate: float) -> Any:
    """The bias moves with the default rate 0.1."""
    moved, _ = target.right.linear_regression_step(w, b, dw, db, rate)
    return moved, target.right.linear_regression_step(w, b, dw, db, 0.1)[1]


@fault("linear_regression_descent", breaks="listing.linear_regression_descent", errata=("EP27",))
def regression_cost_before_the_last_step(
    target: Faulty, X: Array, y: Array, w: Array, b: float, rate: float, steps: int
) -> Any:
    """The cost that is returned is that of the parameters before the last step."""
    moved, bias, _ = target.right.linear_regression_descent(X, y, w, b, rate, steps)
    return moved, bias, target.right.linear_regression_descent(X, y, w, b, rate, max(steps - 1, 0))[2]


@fault("linear_regression_descent", breaks="listing.linear_regression_descent")
def regression_bias_sees_the_new_weights(
    target: Faulty, X: Array, y: Array, w: Array, b: float, rate: float, steps: int
) -> Any:
    """In each step the weights move first, and the gradient of the bias is taken where they went."""
    bias: Any = b
    for _ in range(steps):
        dw, _ = target.right.linear_regression_backward(X, y, w, bias)
        w = target.right.linear_regression_step(w, bias, dw, 0.0, rate)[0]
        _, db = target.right.linear_regression_backward(X, y, w, bias)
        bias = target.right.linear_regression_step(w, bias, np.zeros_like(w), float(db), rate)[1]
    return w.copy(), np.asarray(bias, dtype=w.dtype), target.right.linear_regression_descent(X, y, w, bias, rate, 0)[2]
