"""
What albert-2024 prints wrong, run as implementations: an erratum each, or two that come to the same.

Where the printed formula has no shape or no value, the answer is the right one.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from .fault import Collection, Kind, is_square, replaced
from .one_neuron import activated, by_one_sample, is_active, slopes

if TYPE_CHECKING:
    from .fault import Array, Faulty

    Network = Any

COLLECTION = Collection()
fault = COLLECTION.fault


# calculus


@fault(
    "cubic_exponential_jacobian",
    breaks="contract.result",
    may_also_fail=("cubic_exponential.jacobian",),
    kind=Kind.SHAPE,
    regime="ordinary",
    errata=("A-E01",),
    causes=("wrong shape",),
)
def albert_jacobian_is_the_value(target: Faulty, p: Array) -> Array:
    """The Jacobian is a vector, the value of the map."""
    del target
    x, y = p
    return np.array([2 * x + y**3, np.exp(y) - 13 * x])


@fault(
    "square_plus_cosine_gradient",
    breaks="contract.result",
    may_also_fail=("square_plus_cosine.gradient",),
    kind=Kind.SHAPE,
    regime="ordinary",
    errata=("A-E02",),
    causes=("wrong shape",),
)
def albert_gradient_is_a_column(target: Faulty, p: Array) -> Array:
    """The gradient is a column."""
    return target.right.square_plus_cosine_gradient(p)[:, None]


@fault("sine_of_square_derivative", breaks="sine_of_square.derivative", regime="ordinary", errata=("A-E03",))
def albert_inner_factor_counts_twice(target: Faulty, x: Array) -> Array:
    """The derivative of the inner function is multiplied by that of the composed one."""
    return 2 * x * target.right.sine_of_square_derivative(x)


@fault(
    "sum_with_square_derivative", breaks="sum_with_square.derivative", errata=("A-E04",), causes=("constant summand",)
)
def albert_follows_one_path(target: Faulty, x: Array) -> Array:
    """The derivative is the product along the path through the square alone."""
    del target
    return np.asarray(2 * x)


@fault("product_jacobians", breaks="product.jacobians", errata=("A-E11",))
def albert_product_jacobians_are_diagonal(target: Faulty, f: Array, g: Array, F: Array, G: Array) -> Any:
    """Nothing but the diagonals of both Jacobians is kept."""
    by_v, by_w = target.right.product_jacobians(f, g, F, G)
    return by_v * np.eye(*by_v.shape), by_w * np.eye(*by_w.shape)


@fault(
    "multiplication_jacobians",
    breaks="multiplication.jacobians",
    errata=("A-E13",),
    causes=(
        "swapped arguments",
        "swapped results",
    ),
)
def albert_factor_is_its_own_derivative(target: Faulty, w: Array, x: Array) -> Any:
    """The Jacobian with respect to each factor has this factor on its diagonal."""
    return target.right.multiplication_jacobians(x, w)


@fault(
    "scalar_multiplication_jacobians",
    breaks="scalar_multiplication.jacobians",
    errata=("A-E14",),
    causes=("upstream left out",),
)
def albert_expansion_forgets_its_factor(target: Faulty, x: Array, t: float) -> Any:
    """The Jacobian with respect to the vector lacks the number by which it is multiplied."""
    _, by_t = target.right.scalar_multiplication_jacobians(x, t)
    return np.eye(x.shape[0]), by_t


@fault(
    "scalar_multiplication_jacobians",
    breaks="scalar_multiplication.jacobians",
    errata=("A-E51",),
    causes=(
        "zero",
        "missing argument",
    ),
)
def albert_expansion_is_constant_in_its_factor(target: Faulty, x: Array, t: float) -> Any:
    """The derivative with respect to the number is that of the vector, which is 0."""
    by_x, by_t = target.right.scalar_multiplication_jacobians(x, t)
    return by_x, np.zeros_like(by_t)


@fault("chain_jacobian", breaks="chain.jacobian", errata=("A-E42",), causes=("swapped arguments",))
def albert_chains_from_the_inside(target: Faulty, outer: Array, inner: Array) -> Array:
    """The inner Jacobian comes first in the product, where both are square."""
    if is_square(outer) and outer.shape == inner.shape:
        return target.right.chain_jacobian(inner, outer)
    return target.right.chain_jacobian(outer, inner)


# relu


@fault(
    "relu_derivative",
    breaks="relu.derivative",
    errata=("A-E20",),
    causes=(
        "operation relu",
        "value for derivative",
    ),
)
def albert_relu_derivative_is_z(target: Faulty, z: Array) -> Array:
    """The derivative of relu is z above 0."""
    return target.right.relu(z)


# losses


@fault(
    "squared_error_gradient",
    breaks="squared_error.gradient",
    errata=("A-E31",),
    causes=(
        "sign",
        "swapped arguments",
    ),
)
def albert_square_has_a_second_inner_factor(target: Faulty, o: Array, y: Array) -> Array:
    """The factor -1 of the difference y - o is applied once more, which turns the sign."""
    return -target.right.squared_error_gradient(o, y)


@fault("squared_error_gradient", breaks="squared_error.gradient", errata=("A-E32",))
def albert_one_derivative_for_all_differences(target: Faulty, o: Array, y: Array) -> Array:
    """The sum of the derivatives with respect to all predictions stands in the place of each."""
    gradient = target.right.squared_error_gradient(o, y)
    return np.full_like(gradient, np.sum(gradient))


@fault(
    "root_mean_square_error_gradient", breaks="root_mean_square_error.gradient", regime="ordinary", errata=("A-E50",)
)
def albert_root_has_the_gradient_of_its_square(target: Faulty, o: Array, y: Array) -> Array:
    """The gradient is that of half the mean square, not divided by the root."""
    del target
    return (o - y) / o.shape[0]


@fault("softmax_cross_entropy_delta", breaks="softmax_cross_entropy.delta", regime="ordinary", errata=("A-E45",))
def albert_softmax_works_entry_by_entry(target: Faulty, z: Array, y: Array) -> Array:
    """The gradient -y / s is multiplied by s (1 - s), entry by entry."""
    return -y * (1 - target.right.softmax(z))


# layers


@fault("dense", breaks="dense.value", errata=("A-E06",))
def albert_weighted_sum_is_the_activation(target: Faulty, x: Array, W: Array, b: Array) -> Array:
    """The weighted sum is passed through a sigmoid."""
    return target.right.sigmoid(target.right.dense(x, W, b))


@fault("dense", breaks="dense.value", errata=("A-E18",), causes=("transposed argument",))
def albert_transposes_square_weights(target: Faulty, x: Array, W: Array, b: Array) -> Array:
    """A layer is W^T x + b, where W is square."""
    return target.right.dense(x, W.T if is_square(W) else W, b)


@fault("dense_gradients", breaks="dense.gradients", errata=("A-E09",))
def albert_neurons_share_a_bias(target: Faulty, x: Array, W: Array, b: Array, delta: Array) -> Any:
    """The gradient of each bias is that of one bias which all neurons have in common."""
    dx, dW, db = target.right.dense_gradients(x, W, b, delta)
    return dx, dW, np.full_like(db, np.sum(db))


@fault(
    "dense_jacobian_weights",
    breaks="contract.result",
    may_also_fail=("dense.jacobian_weights",),
    kind=Kind.SHAPE,
    regime="ordinary",
    errata=("A-E43",),
    causes=("wrong shape",),
)
def albert_weight_jacobian_is_a_matrix(target: Faulty, x: Array, W: Array, b: Array) -> Array:
    """The Jacobian with respect to the weights is a matrix of their shape, with x in every row."""
    del target, b
    return np.broadcast_to(x, W.shape).copy()


# one neuron


@fault(
    "neuron",
    breaks="contract.result",
    may_also_fail=("neuron.value",),
    kind=Kind.SHAPE,
    regime="ordinary",
    errata=("A-E07",),
    causes=("wrong shape",),
)
def albert_neuron_does_not_sum(target: Faulty, *given: Any, **slope: Any) -> Array:
    """The weighted sum is no sum but a vector, with the bias in every entry."""
    x, w, b, activation = given
    return activated(target, activation, w * x + b, slope)


@fault("neuron", breaks="neuron.value", errata=("A-E17",))
def albert_neuron_sums_all_pairs(target: Faulty, *given: Any, **slope: Any) -> Array:
    """The weighted sum has a term for every pair of a weight and an input."""
    x, w, b, activation = given
    return activated(target, activation, np.asarray(np.sum(np.kron(w, x)) + b), slope)


@fault("neuron", breaks="neuron.value", errata=("A-E35",))
def albert_relu_neuron_is_linear(target: Faulty, *given: Any, **slope: Any) -> Array:
    """A relu neuron returns its pre-activation."""
    x, w, b, activation = given
    return target.right.neuron(x, w, b, "identity" if activation == "relu" else activation, **slope)


@fault(
    "neuron_gradients",
    breaks="contract.result",
    may_also_fail=("neuron.gradients",),
    kind=Kind.SHAPE,
    regime="ordinary",
    errata=("A-E22",),
    causes=("wrong shape",),
)
def albert_inactive_neuron_has_a_number_for_a_row(target: Faulty, *given: Any, **slope: Any) -> Any:
    """The derivative with respect to the weights of an inactive relu neuron is the number 0."""
    x, w, b, activation = given
    dw, db = target.right.neuron_gradients(*given, **slope)
    return (dw, db) if activation != "relu" or is_active(x, w, b) else (np.zeros(()), db)


@fault("neuron_gradients", breaks="neuron.gradients", errata=("A-E30",), causes=("sign",))
def albert_neuron_turns_the_sign_of_its_bias(target: Faulty, *given: Any, **slope: Any) -> Any:
    """The derivative with respect to the bias is that of the difference y - a."""
    dw, db = target.right.neuron_gradients(*given, **slope)
    return dw, -db


# its cost


@fault(
    "neuron_cost",
    breaks="neuron.cost",
    kind=Kind.CONVENTION,
    conventions={"squared_error": "half"},
    errata=("A-E10",),
    causes=(
        "convention squared_error",
        "factor 2",
    ),
)
def albert_cost_is_the_mean_of_the_squares(target: Faulty, *given: Any, **slope: Any) -> Array:
    """The cost lacks the half of its convention, as a mean of squares does."""
    return 2 * target.right.neuron_cost(*given, **slope)


@fault("neuron_cost", breaks="neuron.cost", errata=("A-E23",), causes=("one sample for all",))
def albert_cost_repeats_the_first_sample(target: Faulty, *given: Any, **slope: Any) -> Array:
    """Every term of the mean is that of the first sample."""
    X, y, *rest = given
    return target.right.neuron_cost(X[:, :1], y[:1], *rest, **slope)


of_gradients = partial(fault, "neuron_cost_gradients", breaks="neuron.cost_gradients")


@of_gradients(errata=("A-E24",))
def albert_derivative_by_the_activation_is_by_the_weights(target: Faulty, *given: Any, **slope: Any) -> Any:
    """The derivative of the difference by the activation is that by the weights, which stands in the chain twice."""
    X, y, w, b, activation = given
    _, db = target.right.neuron_cost_gradients(*given, **slope)
    z = w @ X + b
    inner = slopes(target, activation, z, slope) * X
    return (inner * inner) @ (activated(target, activation, z, slope) - y) / len(y), db


@of_gradients(errata=("A-E25",))
def albert_second_branch_takes_negative_numbers(target: Faulty, *given: Any, **slope: Any) -> Any:
    """The first branch of a relu is at 0 alone, and the second everywhere else."""
    X, y, w, b, activation = given
    if activation != "relu":
        return target.right.neuron_cost_gradients(*given, **slope)
    z = w @ X + b
    errors = np.where(z == 0, 0, z - y) / len(y)
    return X @ errors, np.sum(errors)


@of_gradients(errata=("A-E26",))
def albert_first_sample_decides_for_the_weights(target: Faulty, *given: Any, **slope: Any) -> Any:
    """The derivatives by the weights are 0 or a sum over all samples, as the first one decides."""
    *sizes, activation = given
    dw, db = target.right.neuron_cost_gradients(*given, **slope)
    return (by_one_sample(target, 0, *sizes)[0] if activation == "relu" else dw), db


@of_gradients(errata=("A-E33",))
def albert_first_sample_decides_for_the_bias(target: Faulty, *given: Any, **slope: Any) -> Any:
    """The derivative by the bias is 0 or a sum over all samples, as the first one decides."""
    *sizes, activation = given
    dw, db = target.right.neuron_cost_gradients(*given, **slope)
    return dw, by_one_sample(target, 0, *sizes)[1] if activation == "relu" else db


@fault(
    "neuron_cost_gradients",
    breaks="contract.result",
    may_also_fail=("neuron.cost_gradients",),
    kind=Kind.SHAPE,
    regime="ordinary",
    errata=("A-E27",),
    causes=("wrong shape",),
)
def albert_weight_gradient_is_a_column(target: Faulty, *given: Any, **slope: Any) -> Any:
    """The derivatives by the weights are a column."""
    dw, db = target.right.neuron_cost_gradients(*given, **slope)
    return dw[:, None], db


@of_gradients(kind=Kind.CONVENTION, errata=("A-E29",))
def albert_gradients_are_not_divided_by_the_samples(target: Faulty, *given: Any, **slope: Any) -> Any:
    """The sums over the samples are not divided by their number, under a cost that is a mean."""
    dw, db = target.right.neuron_cost_gradients(*given, **slope)
    samples = len(given[1])
    return dw * samples, db * samples


@of_gradients(errata=("A-E34",))
def albert_bias_climbs(target: Faulty, *given: Any, **slope: Any) -> Any:
    """The factor -1 of the difference is applied to the derivative by the bias once more, which turns its sign."""
    dw, db = target.right.neuron_cost_gradients(*given, **slope)
    return dw, -db


# networks


@fault("network_trace", breaks="network.trace", errata=("A-E44",))
def albert_activations_are_pre_activations(target: Faulty, network: Network, X: Array) -> Any:
    """The pre-activations come back as the activations too."""
    Zs, _ = target.right.network_trace(network, X)
    return Zs, [Z.copy() for Z in Zs]


@fault("network_deltas", breaks="network.deltas", errata=("A-E46",))
def albert_last_delta_is_a_scalar_product(target: Faulty, network: Network, X: Array, Y: Array) -> list[Array]:
    """The delta of an elementwise last layer is one number a sample, the sum of its right entries, in every entry."""
    *before, last = target.right.network_deltas(network, X, Y)
    if network.layers[-1].activation == "softmax":
        return [*before, last]
    return [*before, np.broadcast_to(np.sum(last, axis=0), last.shape).copy()]


@fault(
    "network_gradients",
    breaks="network.gradients",
    kind=Kind.CONVENTION,
    errata=("A-E48",),
    causes=(
        "convention cost",
        "factor N",
    ),
)
def albert_gradients_of_a_mean_are_sums(target: Faulty, network: Network, X: Array, Y: Array) -> Any:
    """The gradients of the samples are summed, under a cost that is their mean."""
    dWs, dbs = target.right.network_gradients(network, X, Y)
    return [dW * X.shape[1] for dW in dWs], [db * X.shape[1] for db in dbs]


# descent


@fault("gradient_vector", breaks="gradient.vector", errata=("A-E36",))
def albert_gradient_has_a_bias_among_its_weights(
    target: Faulty, network: Network, dWs: list[Array], dbs: list[Array]
) -> Array:
    """The derivatives with respect to the last weight and the first bias of the first layer are exchanged."""
    vector = target.right.gradient_vector(network, dWs, dbs)
    weight, bias = dWs[0].size - 1, sum(dW.size for dW in dWs)
    return replaced(vector, [weight, bias], vector[[bias, weight]])


@fault(
    "steepest_descent_direction",
    breaks="descent.direction",
    regime="ordinary",
    errata=("A-E37",),
    causes=(
        "sign",
        "sign of an argument",
    ),
)
def albert_descends_uphill(target: Faulty, gradient: Array) -> Array:
    """The direction of descent is that of the gradient."""
    return -target.right.steepest_descent_direction(gradient)


@fault("gradient_descent_step", breaks="gradient_descent.step", errata=("A-E38",))
def albert_step_always_decreases(
    target: Faulty, network: Network, dWs: list[Array], dbs: list[Array], rate: float
) -> Any:
    """A step makes every parameter smaller, by the rate times the size of its derivative."""
    sizes = [np.abs(dW) for dW in dWs], [np.abs(db) for db in dbs]
    return target.right.gradient_descent_step(network, *sizes, rate)


@fault("gradient_descent_step", breaks="gradient_descent.step", errata=("A-E40",))
def albert_last_bias_moves_like_a_weight(
    target: Faulty, network: Network, dWs: list[Array], dbs: list[Array], rate: float
) -> Any:
    """The last bias of a layer moves by the derivative with respect to the last weight of this layer."""
    moved = [replaced(db, -1, dW[-1, -1]) for dW, db in zip(dWs, dbs, strict=True)]
    return target.right.gradient_descent_step(network, dWs, moved, rate)


@fault("learning_rate_limit", breaks="quadratic.rate_limit", errata=("A-E39", "B-E26"), causes=("infinity",))
def albert_every_rate_reduces_the_cost(target: Faulty, curvature: Array) -> Array:
    """No learning rate is too large."""
    del target
    return np.full_like(curvature, np.inf)


@fault("quadratic_descent", breaks="quadratic.descent", effort="standard", errata=("A-E41",))
def albert_descent_rests_where_it_is_worse(
    target: Faulty, theta: Array, curvature: float, rate: float, steps: int
) -> Array:
    """Descent stops before a step that would not reduce the cost."""
    if abs(1 - rate * curvature) >= 1:
        return theta.copy()
    return target.right.quadratic_descent(theta, curvature, rate, steps)
