"""Wrong formulas: each takes the place of one form of a clause, and no certificate may hold then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from gradspec.oracle import activations, layers, losses, networks, tensor_form, training
from gradspec.oracle.arithmetic.arrays import as_array, diagonal

if TYPE_CHECKING:
    from collections.abc import Callable

    from gradspec.oracle.arithmetic import Arithmetic, Array
    from gradspec.oracle.propositions import Proposition
    from gradspec.spec import Network


def relu_derivative_at(arithmetic: Arithmetic, z: Array) -> Array:
    """One at zero, whatever the convention says."""
    return arithmetic.branch(z, 0, 1, 1)


def relu_derivative_of_value(arithmetic: Arithmetic, z: Array) -> Array:
    """The value instead of the derivative."""
    return arithmetic.relu(z)


def leaky_relu_by_maximum(arithmetic: Arithmetic, z: Array, slope: Any) -> Array:
    """The slope above zero too."""
    return as_array(z * slope + arithmetic.relu(z) * 0)


def sigmoid_derivative_plus(arithmetic: Arithmetic, z: Array) -> Array:
    """s (1 + s)."""
    s = activations.sigmoid(arithmetic, z)
    return as_array(s * (1 + s))


def tanh_derivative_linear(arithmetic: Arithmetic, z: Array) -> Array:
    """1 - t, which one of the sources prints."""
    return as_array(1 - activations.tanh(arithmetic, z))


def tanh_off_by_little(arithmetic: Arithmetic, z: Array) -> Array:
    """Wrong in the sixtieth digit."""
    return as_array(arithmetic.tanh(z) + arithmetic.number(2.0**-200))


def softmax_unnormalised(arithmetic: Arithmetic, z: Array) -> Array:
    """One too many in the denominator."""
    e = arithmetic.exp(z)
    return as_array(e / (arithmetic.sum(e) + 1))


def softmax_jacobian_diagonal(arithmetic: Arithmetic, z: Array) -> Array:
    """Without the entries off the diagonal."""
    s = activations.softmax(arithmetic, z)
    return diagonal(as_array(s * (1 - s)))


def softmax_of_rows(arithmetic: Arithmetic, z: Array) -> Array:
    """Along the wrong axis."""
    return np.stack([activations.softmax(arithmetic, row) for row in z])


def squared_error_without_half(arithmetic: Arithmetic, o: Array, y: Array) -> Any:
    """The half is forgotten."""
    return arithmetic.sum((o - y) * (o - y))


def gradient_transposed_sign(arithmetic: Arithmetic, o: Array, y: Array) -> Array:
    """y - o."""
    del arithmetic
    return as_array(y - o)


def binary_gradient_without_zeros(arithmetic: Arithmetic, o: Array, y: Array) -> Array:
    """The second term is forgotten."""
    return as_array(losses.reduced(arithmetic, -(y / o), o.shape[0]))


def softmax_delta_unscaled(arithmetic: Arithmetic, z: Array, y: Array) -> Array:
    """S - y, although the labels do not sum to one."""
    return as_array(activations.softmax(arithmetic, z) - y)


def dense_without_bias(arithmetic: Arithmetic, x: Array, weights: Array, bias: Array) -> Array:
    """W x."""
    del bias
    return arithmetic.matmul(weights, x)


def dense_jacobian_moved(arithmetic: Arithmetic, x: Array, weights: Array, bias: Array) -> Array:
    """Axes of outputs and units swapped with those of inputs, as far as shapes allow."""
    jacobian = layers.dense_jacobian_weights(arithmetic, x, weights, bias)
    return as_array(jacobian[::-1])


def batch_gradients_averaged(arithmetic: Arithmetic, x: Array, weights: Array, bias: Array, delta: Array) -> Any:
    """The mean over samples, where the sum is asked for."""
    dx, dw, db = layers.dense_batch_gradients(arithmetic, x, weights, bias, delta)
    return dx, as_array(dw / x.shape[1]), as_array(db / x.shape[1])


def delta_without_slope(  # noqa: PLR0913 - the arguments of the operation
    arithmetic: Arithmetic, weights: Array, delta: Array, z: Array, activation: str, slope: Any = None
) -> Array:
    """The derivative of the activation is forgotten."""
    del z, activation, slope
    return arithmetic.matmul(weights.T, delta)


def network_gradients_summed(arithmetic: Arithmetic, network: Network, x: Array, y: Array) -> Any:
    """1/N is forgotten."""
    traces = networks.forward(arithmetic, network, x)
    deltas = networks.deltas_from(
        arithmetic, network, traces, networks.output_delta(arithmetic, network, traces[-1], y)
    )
    inputs = [x, *(trace.a for trace in traces[:-1])]
    weights = [arithmetic.matmul(delta, a.T) for delta, a in zip(deltas, inputs, strict=True)]
    return weights, [layers.row_sums(arithmetic, delta) for delta in deltas]


def cost_of_one_layer_less(arithmetic: Arithmetic, network: Network, x: Array) -> Array:
    """The last activation is forgotten."""
    return networks.forward(arithmetic, network, x)[-1].z


def path_without_first_slope(arithmetic: Arithmetic, network: Network, x: Array, layer: int) -> Array:
    """gamma^l is left out, as where an index of the source slips."""
    traces = networks.forward(arithmetic, network, x)
    if layer == len(network.layers):
        return tensor_form.output_jacobian(arithmetic, network, traces)
    jacobians = tensor_form.layer_jacobians(arithmetic, network, traces, layer)
    product = jacobians[0]
    for each in jacobians[1:]:
        product = arithmetic.matmul(product, each)
    return product


def step_uphill(arithmetic: Arithmetic, network: Network, dws: Any, dbs: Any, rate: Any) -> Any:
    """W + rate dW."""
    return training.gradient_descent_step(arithmetic, network, dws, dbs, -rate)


WRONG: dict[str, tuple[str, str, Callable[..., Any]]] = {
    "relu' of its own at zero": ("relu.derivative", "definition", relu_derivative_at),
    "relu for relu'": ("relu.derivative", "definition", relu_derivative_of_value),
    "leaky relu linear": ("leaky_relu.value", "definition", leaky_relu_by_maximum),
    "sigmoid' with a plus": ("sigmoid.derivative", "definition", sigmoid_derivative_plus),
    "stable sigmoid' with a plus": ("sigmoid.derivative", "stable", sigmoid_derivative_plus),
    "tanh' linear": ("tanh.derivative", "factored", tanh_derivative_linear),
    "tanh wrong by 2^-200": ("tanh.value", "stable", tanh_off_by_little),
    "softmax that sums to less": ("softmax.value", "log_sum_exp", softmax_unnormalised),
    "softmax Jacobian diagonal": ("softmax.jacobian", "stable", softmax_jacobian_diagonal),
    "softmax of rows": ("softmax.batch", "definition", softmax_of_rows),
    "squared error without its half": ("squared_error.value", "definition", squared_error_without_half),
    "squared error gradient reversed": ("squared_error.gradient", "definition", gradient_transposed_sign),
    "binary gradient of ones alone": ("binary_cross_entropy.gradient", "stable", binary_gradient_without_zeros),
    "softmax delta without the sum of labels": ("softmax_cross_entropy.delta", "definition", softmax_delta_unscaled),
    "dense without bias": ("dense.value", "definition", dense_without_bias),
    "dense Jacobian reversed": ("dense.jacobian_weights", "definition", dense_jacobian_moved),
    "batch gradients averaged": ("dense.batch_gradients", "definition", batch_gradients_averaged),
    "delta without slope": ("backpropagation.delta", "definition", delta_without_slope),
    "network gradients summed": ("network.gradients", "scaled_last", network_gradients_summed),
    "network without its last activation": ("network.forward", "definition", cost_of_one_layer_less),
    "Jacobian without gamma": ("output.bias_jacobian", "paths", path_without_first_slope),
    "step uphill": ("gradient_descent.step", "definition", step_uphill),
}


def once(wrong: Callable[..., Any], right: Proposition, form: str) -> Callable[..., Any]:
    """``wrong``, but where it asks for the proposition itself it gets the form that was right."""
    original = right.forms[form]
    inside = False

    def formula(arithmetic: Arithmetic, /, *arguments: Any, **keywords: Any) -> Any:
        nonlocal inside
        if inside:
            return original(arithmetic, *arguments, **keywords)
        inside = True
        try:
            return wrong(arithmetic, *arguments, **keywords)
        finally:
            inside = False

    return formula
