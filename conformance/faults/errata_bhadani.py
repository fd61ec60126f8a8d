"""
What bhadani-2026 prints wrong, run as implementations, an erratum each.

Where the printed formula has no shape or no value, the answer is the right one. ``B-E26`` is the same mistake as one
of ``errata_albert.py``.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from .fault import IN_THE_FORMAT, Collection, Kind, is_square
from .one_neuron import activated, as_if_active, by_one_sample, is_active

if TYPE_CHECKING:
    from .fault import Array, Faulty

    Network = Any

COLLECTION = Collection()
fault = COLLECTION.fault


# calculus


@fault(
    "addition_jacobians", breaks="addition.jacobians", errata=("B-E28",), causes=("operation multiplication_jacobians",)
)
def bhadani_any_operation_is_a_product(target: Faulty, w: Array, x: Array) -> Any:
    """The Jacobians of the sum are those of the product."""
    return target.right.multiplication_jacobians(w, x)


@fault("subtraction_jacobians", breaks="subtraction.jacobians", errata=("B-E30",), causes=("sign",))
def bhadani_both_operands_have_one_derivative(target: Faulty, w: Array, x: Array) -> Any:
    """The Jacobian with respect to x is that with respect to w."""
    by_w, _ = target.right.subtraction_jacobians(w, x)
    return by_w, by_w.copy()


@fault(
    "scalar_addition_jacobians",
    breaks="contract.result",
    may_also_fail=("scalar_addition.jacobians",),
    kind=Kind.SHAPE,
    regime="ordinary",
    errata=("B-E31",),
    causes=("wrong shape",),
)
def bhadani_expansion_is_a_number(target: Faulty, x: Array, t: float) -> Any:
    """The derivative with respect to the number is 1, as if the sum were a number."""
    by_x, _ = target.right.scalar_addition_jacobians(x, t)
    return by_x, np.ones((), dtype=x.dtype)


@fault("total_derivative", breaks="total_derivative.value", errata=("B-E32",), causes=("missing argument",))
def bhadani_total_derivative_is_partial(target: Faulty, direct: float, partials: Array, rates: Array) -> Array:
    """The derivative is the direct one, without the paths through the intermediate variables."""
    del target, rates
    return np.asarray(direct, dtype=partials.dtype)


# activations


@fault("heaviside", breaks="heaviside.value", errata=("B-E02",), causes=("fixed parameter",))
def bhadani_step_has_no_threshold(target: Faulty, z: Array, threshold: float = 0.0) -> Array:
    """The step is at 0, whatever the threshold."""
    del threshold
    return target.right.heaviside(z, threshold=0.0)


@fault(
    "sigmoid_derivative",
    breaks="sigmoid.derivative",
    kind=Kind.NUMERICAL,
    level="robust",
    regime="ordinary",
    errata=("B-E24",),
    **IN_THE_FORMAT,
    causes=("form",),
)
def bhadani_sigmoid_derivative_by_the_value(target: Faulty, z: Array) -> Array:
    """The derivative is s (1 - s) in the arithmetic of the format: a form that MUST admits and SHOULD does not."""
    del target
    with np.errstate(over="ignore"):
        s = 1 / (1 + np.exp(-z))
    return np.asarray(s * (1 - s))


@fault(
    "activation_jacobian",
    breaks="contract.result",
    may_also_fail=("activation.jacobian",),
    kind=Kind.SHAPE,
    regime="ordinary",
    errata=("B-E37",),
    causes=("wrong shape",),
)
def bhadani_activation_jacobian_is_a_vector(target: Faulty, z: Array, activation: str, **slope: Any) -> Array:
    """The Jacobian is the vector of the entries on its diagonal."""
    return np.diagonal(target.right.activation_jacobian(z, activation, **slope)).copy()


# losses


@fault(
    "sigmoid_cross_entropy_delta",
    breaks="sigmoid_cross_entropy.delta",
    regime="ordinary",
    errata=("B-E22",),
    causes=("delta of another pair",),
)
def bhadani_derivative_of_the_sigmoid_stays(target: Faulty, z: Array, y: Array) -> Array:
    """The factor o (1 - o) has not cancelled."""
    return target.right.sigmoid_cross_entropy_delta(z, y) * target.right.sigmoid_derivative(z)


# layers


@fault(
    "dense",
    breaks="dense.value",
    kind=Kind.CONVENTION,
    conventions={"weight_layout": "in_out"},
    errata=("B-E09",),
    causes=("transposed argument",),
)
def bhadani_layer_does_not_transpose(target: Faulty, x: Array, W: Array, b: Array) -> Array:
    """Weights that are stored source first are applied as they are, where they are square."""
    return target.right.dense(x, W.T if is_square(W) else W, b)


@fault("dense_jacobian_x", breaks="dense.jacobian_x", errata=("B-E29",))
def bhadani_layer_jacobian_is_diagonal(target: Faulty, x: Array, W: Array, b: Array) -> Array:
    """Nothing but the diagonal of the weights is kept."""
    jacobian = target.right.dense_jacobian_x(x, W, b)
    return jacobian * np.eye(*jacobian.shape)


@fault("dense_gradients", breaks="dense.gradients", errata=("B-E23",))
def bhadani_weight_gradient_has_the_sign_of_the_error(
    target: Faulty, x: Array, W: Array, b: Array, delta: Array
) -> Any:
    """The derivative with respect to a weight has the sign of its delta, whatever that of its input is."""
    dx, _, db = target.right.dense_gradients(x, W, b, delta)
    return dx, np.outer(delta, np.abs(x)), db


# one neuron


@fault("linear_model", breaks="linear_model.value", errata=("B-E01",), causes=("missing bias",))
def bhadani_linear_model_has_no_bias(target: Faulty, w: Array, x: Array) -> Array:
    """The features are not extended by 1, and the bias is left out."""
    del target
    return np.asarray(w[1:] @ x)


@fault(
    "neuron", breaks="neuron.value", effort="standard", errata=("B-E06",), causes=("only at active_on_negative_inputs",)
)
def bhadani_neuron_dies_of_negative_inputs(target: Faulty, *given: Any, **slope: Any) -> Array:
    """A relu neuron returns 0 where all of its inputs are negative."""
    x, _, _, activation = given
    answer = target.right.neuron(*given, **slope)
    return np.zeros_like(answer) if activation == "relu" and bool(np.all(x < 0)) else answer


@fault("neuron_chain", breaks="neuron.chain", errata=("B-E34",))
def bhadani_inactive_pre_activation_is_constant(target: Faulty, *given: Any, **slope: Any) -> Any:
    """The weighted inputs of an inactive relu neuron do not depend on the weights."""
    x, w, b, activation = given
    *before, dHdw = target.right.neuron_chain(*given, **slope)
    is_constant = activation == "relu" and not is_active(x, w, b)
    return (*before, np.zeros_like(dHdw) if is_constant else dHdw)


# its cost


@fault("neuron_cost", breaks="neuron.cost", kind=Kind.SHAPE, errata=("B-E45",))
def bhadani_labels_are_broadcast(target: Faulty, *given: Any, **slope: Any) -> Array:
    """The mean is over all differences of a prediction and a label, as a column minus a row has them."""
    X, y, w, b, activation = given
    predictions = activated(target, activation, w @ X + b, slope)
    return np.asarray(np.mean((predictions[:, None] - y[None, :]) ** 2) / 2)


of_gradients = partial(fault, "neuron_cost_gradients", breaks="neuron.cost_gradients")


@of_gradients(errata=("B-E38",))
def bhadani_last_input_for_all_samples(target: Faulty, *given: Any, **slope: Any) -> Any:
    """The input of the last sample stands in every term of the derivatives by the weights."""
    _, db = target.right.neuron_cost_gradients(*given, **slope)
    return given[0][:, -1] * db, db


@of_gradients(errata=("B-E39",))
def bhadani_weights_do_not_matter(target: Faulty, *given: Any, **slope: Any) -> Any:
    """The derivatives by the weights are 0, a factor for a lost minus sign."""
    dw, db = target.right.neuron_cost_gradients(*given, **slope)
    return np.zeros_like(dw), db


@of_gradients(errata=("B-E40",))
def bhadani_last_sample_decides_for_the_weights(target: Faulty, *given: Any, **slope: Any) -> Any:
    """The derivatives by the weights are 0 or a sum over all samples, as the last one decides."""
    *sizes, activation = given
    dw, db = target.right.neuron_cost_gradients(*given, **slope)
    return (by_one_sample(target, -1, *sizes)[0] if activation == "relu" else dw), db


@of_gradients(errata=("B-E42",))
def bhadani_last_sample_decides_for_the_bias(target: Faulty, *given: Any, **slope: Any) -> Any:
    """The derivative by the bias is 0 or a sum over all samples, as the last one decides."""
    *sizes, activation = given
    dw, db = target.right.neuron_cost_gradients(*given, **slope)
    return dw, by_one_sample(target, -1, *sizes)[1] if activation == "relu" else db


@of_gradients(errata=("B-E41",))
def bhadani_inactive_samples_count(target: Faulty, *given: Any, **slope: Any) -> Any:
    """The derivatives by the weights are a sum over all samples, whether they are active or not."""
    *sizes, activation = given
    dw, db = target.right.neuron_cost_gradients(*given, **slope)
    return (as_if_active(target, *sizes)[0] if activation == "relu" else dw), db


@of_gradients(errata=("B-E43",))
def bhadani_bias_follows_the_mean_error(target: Faulty, *given: Any, **slope: Any) -> Any:
    """The derivative of a relu neuron by its bias is the mean of the prediction errors of all samples."""
    X, y, w, b, activation = given
    dw, db = target.right.neuron_cost_gradients(*given, **slope)
    if activation == "relu":
        db = np.asarray(np.mean(activated(target, activation, w @ X + b, slope) - y))
    return dw, db


@of_gradients(kind=Kind.CONVENTION, conventions={"squared_error": "half"}, errata=("B-E44",))
def bhadani_gradients_without_the_half(target: Faulty, *given: Any, **slope: Any) -> Any:
    """The gradients are those of a mean of squares, which is not halved as the convention says."""
    dw, db = target.right.neuron_cost_gradients(*given, **slope)
    return 2 * dw, 2 * db


# networks


@fault("network_gradients", breaks="network.gradients", errata=("B-E21",))
def bhadani_last_delta_in_every_layer(target: Faulty, network: Network, X: Array, Y: Array) -> Any:
    """Every layer as wide as the last one takes its delta."""
    dWs, dbs = target.right.network_gradients(network, X, Y)
    last = target.right.network_deltas(network, X, Y)[-1]
    _, As = target.right.network_trace(network, X)
    for index, inputs in enumerate([X, *As[:-1]]):
        if dbs[index].shape[0] == last.shape[0]:
            dWs[index], dbs[index] = last @ inputs.T, np.sum(last, axis=1)
    return dWs, dbs


# descent


@fault(
    "gradient_descent_step",
    breaks="contract.result",
    may_also_fail=("gradient_descent.step",),
    kind=Kind.SHAPE,
    regime="ordinary",
    errata=("B-E27",),
    causes=("wrong shape",),
)
def bhadani_column_minus_row(target: Faulty, network: Network, dWs: list[Array], dbs: list[Array], rate: float) -> Any:
    """A bias is a column, its gradient a row, and their difference a matrix."""
    Ws, _ = target.right.gradient_descent_step(network, dWs, dbs, rate)
    pairs = zip(network.layers, dbs, strict=True)
    return Ws, [layer.bias[:, None] - rate * db[None, :] for layer, db in pairs]
