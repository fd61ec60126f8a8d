"""Chapter 6, layers: the witness of every proposition, by the id of its clause."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...activations import activate, heaviside
from ...arithmetic.arrays import Array, as_array, columns, entrywise, identity_matrix, stack_columns
from ...arithmetic.dual import Dual, DualArithmetic
from ...arithmetic.dual import lifted as as_dual
from ...layers import dense, dense_gradients
from ...neurons import neuron
from ..derivatives import Derivative, Variable
from ..independent import INDEPENDENT
from .witness import Witness, by_definition, derivative_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ...arithmetic.arrays import Number
    from ...arithmetic.protocol import Arithmetic


def _next_layer(arithmetic: Arithmetic, arguments: Sequence[Any], keywords: Mapping[str, Number]) -> Array:
    """``W g(z)``, the map from a pre-activation to the next without its bias; arguments of ``backpropagate_delta``."""
    weights, _, z, activation = arguments
    no_bias = entrywise(lambda _: arithmetic.number(0), weights[:, 0])
    activated = activate(arithmetic, activation, z, keywords.get("slope"))
    return as_array(dense(arithmetic, activated, weights, no_bias))


def _dense_of_columns(arithmetic: Arithmetic, arguments: Sequence[Any], keywords: Mapping[str, Number]) -> Array:
    del keywords
    x, weights, bias = arguments
    return stack_columns([dense(arithmetic, sample, weights, bias) for sample in columns(x)])


def _sum_over_columns(
    arithmetic: Arithmetic, arguments: Sequence[Any], keywords: Mapping[str, Number]
) -> tuple[Array, Array, Array]:
    """The gradients of each sample alone: its own for the input, their sum for weights and bias."""
    del keywords
    x, weights, bias, delta = arguments
    pairs = zip(columns(x), columns(delta), strict=True)
    inputs, of_weights, of_bias = zip(
        *(dense_gradients(arithmetic, sample, weights, bias, each) for sample, each in pairs), strict=True
    )
    return stack_columns(list(inputs)), sum(of_weights), sum(of_bias)


def _value_of_a_layer(arithmetic: Arithmetic, arguments: Sequence[Any], keywords: Mapping[str, Number]) -> Number:
    """The linear model as a dense layer of one output, whose bias is the weight 0."""
    del keywords
    w, x = arguments
    return dense(arithmetic, x, w[None, 1:], w[:1])[0]


def _step_of_a_layer(arithmetic: Arithmetic, arguments: Sequence[Any], keywords: Mapping[str, Number]) -> Number:
    x, w, b = arguments
    return heaviside(arithmetic, dense(arithmetic, x, w[None, :], as_array([b])), keywords["threshold"])[0]


def _four_derivatives(
    arithmetic: Arithmetic, arguments: Sequence[Any], keywords: Mapping[str, Number]
) -> tuple[Number, Number, Array, Array]:
    """The derivatives of ``g(z)``, ``S + b``, ``H_1 + ... + H_n`` and ``w * x``, each by dual numbers."""
    x, w, b, activation = arguments
    dual = DualArithmetic(arithmetic.number(0).context.prec, arithmetic.conventions)
    products = as_array(w * x)
    total = sum(products)

    def activated(z: Array) -> Array:
        return activate(dual, activation, z, keywords.get("slope"))

    return (
        _jacobian(dual, activated, as_array([total + b]))[0, 0],
        _jacobian(dual, lambda sums: as_array(sums + b), as_array([total]))[0, 0],
        _jacobian(dual, lambda terms: as_array([dual.sum(terms)]), products)[0],
        _jacobian(dual, lambda weights: as_array(weights * x), w),
    )


def _jacobian(dual: DualArithmetic, step: Callable[[Array], Array], at: Array) -> Array:
    """The Jacobian of ``step``, a column for each entry of ``at``."""
    zero, one = dual.context.mpf(0), dual.context.mpf(1)

    def column(moved: int) -> Array:
        point = [Dual(number, one if index == moved else zero) for index, number in enumerate(at)]
        return entrywise(lambda number: as_dual(number).tangent, step(as_array(point)))

    return stack_columns([column(index) for index in range(at.shape[0])])


def _neuron_by_neuron(arithmetic: Arithmetic, arguments: Sequence[Any], keywords: Mapping[str, Number]) -> Array:
    """Each row of the weights with its own bias is a neuron."""
    x, weights, bias, activation = arguments
    units = zip(weights, bias, strict=True)
    return as_array([neuron(arithmetic, x, row, own, activation, keywords.get("slope")) for row, own in units])


def _two_layers(
    arithmetic: Arithmetic, arguments: Sequence[Any], keywords: Mapping[str, Number]
) -> tuple[Array, Array]:
    """What two layers make of the zero vector, and what more they make of each unit vector."""
    del keywords
    weights_first, bias_first, weights_second, bias_second = arguments

    def through(x: Array) -> Array:
        return as_array(dense(arithmetic, dense(arithmetic, x, weights_first, bias_first), weights_second, bias_second))

    size = weights_first.shape[1]
    exact = entrywise(arithmetic.number, identity_matrix(size))
    offset = through(as_array([arithmetic.number(0)] * size))
    return stack_columns([as_array(through(unit) - offset) for unit in columns(exact)]), offset


LAYERS: Mapping[str, Witness] = {
    "linear_model.value": Witness(
        "equals dense.value", equal=_value_of_a_layer, independent=INDEPENDENT["linear_model.value"]
    ),
    "perceptron.value": Witness(
        "equals heaviside.value", equal=_step_of_a_layer, independent=INDEPENDENT["perceptron.value"]
    ),
    "neuron.value": by_definition("neuron.value"),
    "neuron.gradients": derivative_of("neuron.value", "gradient", 1, 2),
    "neuron.chain": Witness("by definition", equal=_four_derivatives, independent=INDEPENDENT["neuron.chain"]),
    "neuron.cost": by_definition("neuron.cost"),
    "neuron.cost_gradients": derivative_of("neuron.cost", "gradient", 2, 3),
    "dense.value": by_definition("dense.value"),
    "dense.jacobian_x": derivative_of("dense.value", "jacobian", 0),
    "dense.jacobian_weights": derivative_of("dense.value", "jacobian", 1),
    "dense.jacobian_bias": derivative_of("dense.value", "jacobian", 2),
    "dense.gradients": derivative_of("dense.value", "product", 0, 1, 2, upstream=3),
    "dense.batch": Witness("equals dense.value", equal=_dense_of_columns, independent=INDEPENDENT["dense.batch"]),
    "dense.batch_gradients": Witness(
        "equals dense.gradients",
        derivative_of("dense.batch", "product", 0, 1, 2, upstream=3).derivative,
        equal=_sum_over_columns,
    ),
    "backpropagation.delta": Witness(
        "derivative_of dense.value", Derivative(_next_layer, "product", lambda _: [Variable(2)], upstream=1)
    ),
    "layer.value": Witness("equals neuron.value", equal=_neuron_by_neuron, independent=INDEPENDENT["layer.value"]),
    "layer.gradients": derivative_of("layer.value", "product", 0, 1, 2, upstream=4),
    "affine.composition": Witness(
        "equals dense.value", equal=_two_layers, independent=INDEPENDENT["affine.composition"]
    ),
}
