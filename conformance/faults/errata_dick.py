"""
What dick-2021 prints wrong, run as implementations, but for mistakes that the faults of the chapters have already.

Where the printed formula has no shape, the answer is the right one, or the call raises where NumPy does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .fault import Collection, Kind, replaced
from .layers import CONTRACT

if TYPE_CHECKING:
    from .fault import Array, Faulty

    Network = Any

COLLECTION = Collection()
fault = COLLECTION.fault


# derivatives of the output


@fault("output_weight_jacobian", breaks="output.weight_jacobian", errata=("ED01",), causes=("only at last_layer",))
def dick_holds_the_last_weights_fixed(target: Faulty, network: Network, x: Array, layer: int) -> Array:
    """The weights of the last layer are constants, so that nothing depends on them."""
    jacobian = target.right.output_weight_jacobian(network, x, layer)
    return np.zeros_like(jacobian) if layer == len(network.layers) else jacobian


@fault("output_weight_jacobian", breaks="output.weight_jacobian", errata=("ED02",))
def dick_reads_an_empty_product_in_the_last_layer(target: Faulty, network: Network, x: Array, layer: int) -> Array:
    """For l = L every factor is left out, the derivative of the last activation among them."""
    if layer < len(network.layers):
        return target.right.output_weight_jacobian(network, x, layer)
    units = network.layers[-1].bias.shape[0]
    return np.multiply.outer(np.eye(units), target.right.downstream_value(network, x, layer))


@fault(
    "output_bias_jacobian",
    "output_weight_jacobian",
    breaks="output.bias_jacobian",
    may_also_fail=("output.weight_jacobian", *CONTRACT),
    errata=("ED03",),
)
def dick_keeps_the_leading_factor(target: Faulty, operation: str, network: Network, x: Array, layer: int) -> Array:
    """For l = L - 1 the product has the leading factor D^L that stands in the formula for the layers before."""
    jacobian = getattr(target.right, operation)(network, x, layer)
    if layer != len(network.layers) - 1:
        return np.asarray(jacobian)
    leading = target.right.layer_jacobian(network, x, len(network.layers))
    return np.tensordot(leading, jacobian, axes=1)


@fault("output_bias_jacobian", breaks="output.bias_jacobian", errata=("ED04",))
def dick_sums_over_an_idle_index(target: Faulty, network: Network, x: Array, layer: int) -> Array:
    """The paths to a layer before the last begin in the layer before it, and are counted once for each of its units."""
    jacobian = target.right.output_bias_jacobian(network, x, layer)
    idle = 1 if layer == len(network.layers) else network.layers[layer - 1].weights.shape[1]
    return jacobian * x.dtype.type(idle)


@fault("chain_jacobian", breaks="chain.jacobian", may_also_fail=CONTRACT, errata=("ED05",))
def dick_multiplies_the_inner_jacobian_by_itself(target: Faulty, outer: Array, inner: Array) -> Array:
    """Both factors have the number of the inner map, so that the outer one is lost."""
    del target, outer
    return inner @ inner


@fault("gamma_columns", breaks="gamma.columns", may_also_fail=("contract.state",), errata=("ED06",))
def dick_leaves_the_running_index_in_the_last_row(target: Faulty, network: Network, x: Array, layer: int) -> Array:
    """The last row has the running index, which is still 1: the answer does not depend on what the last row is of."""
    columns = target.right.gamma_columns(network, x, layer)
    return replaced(columns, -1, columns[0])


@fault(
    "gamma_rows",
    breaks="contract.result",
    may_also_fail=("gamma.rows",),
    kind=Kind.SHAPE,
    regime="ordinary",
    errata=("ED07",),
    causes=("wrong shape",),
)
def dick_transposes_the_columns(target: Faulty, network: Network, x: Array, layer: int) -> Array:
    """G-tilde is the transpose of G, which has a row for each unit before and not after."""
    return np.ascontiguousarray(target.right.gamma_columns(network, x, layer).T)


@fault(
    "output_weight_jacobian",
    breaks="contract.result",
    may_also_fail=("output.weight_jacobian",),
    kind=Kind.SHAPE,
    regime="ordinary",
    errata=("ED08",),
    causes=("wrong shape",),
)
def dick_sums_over_the_output_index(target: Faulty, network: Network, x: Array, layer: int) -> Array:
    """Every repeated index is summed over, that of the output too, which stands on two factors."""
    return np.asarray(np.sum(target.right.output_weight_jacobian(network, x, layer), axis=0))


# the loss


@fault("squared_error", breaks="squared_error.value", errata=("ED11",), causes=("missing argument",))
def dick_has_one_loss_for_all_targets(target: Faulty, o: Array, y: Array) -> Array:
    """The loss is a function of the prediction alone."""
    return target.right.squared_error(o, np.zeros_like(y))


@fault("squared_error", breaks="squared_error.value", errata=("ED12",))
def dick_takes_a_metric(target: Faulty, o: Array, y: Array) -> Array:
    """The loss is a distance."""
    del target
    return np.asarray(np.linalg.norm(o - y))


# the cost


@fault("network_cost", breaks="network.cost", errata=("ED14",))
def dick_collects_the_outputs_in_a_set(target: Faulty, network: Network, X: Array, Y: Array) -> Array:
    """The outputs are a collection without repetitions, in which equal ones count once."""
    outputs = target.right.network_forward(network, X)
    _, first = np.unique(outputs, axis=1, return_index=True)
    return target.right.network_cost(network, X[:, first], Y[:, first])


@fault(
    "cost_bias_derivative",
    breaks="contract.result",
    may_also_fail=("cost.bias_derivative",),
    kind=Kind.SHAPE,
    regime="ordinary",
    errata=("ED15",),
    causes=("wrong shape",),
)
def dick_derives_by_the_weights(target: Faulty, network: Network, X: Array, Y: Array, layer: int) -> Array:
    """The derivative with respect to the bias is that with respect to the weights."""
    return target.right.cost_weight_derivative(network, X, Y, layer)
