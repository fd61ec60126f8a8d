"""
The witness of every proposition: what it is verified against.

The table at the end is keyed by the ids of clauses. Its words are those that the clause states as its fact
``witness``; what stands beside them is the comparison that they promise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ...spec.operations import operations
from ..activations import activate
from ..arithmetic.arrays import Array, Number, as_array, columns, entrywise, stack_columns
from ..layers import dense, dense_gradients
from ..propositions import PROPOSITIONS
from .derivatives import Derivative, Forward, Kind, Variable
from .independent import INDEPENDENT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ..arithmetic.protocol import Arithmetic


@dataclass(frozen=True)
class Witness:
    """What a proposition is compared with, beside its own enclosure and its further forms."""

    fact: str
    """What the clause says of it: ``derivative_of X``, ``equals X`` or ``by definition``."""
    derivative: Derivative | None = None
    """As which derivative of a forward definition it is computed anew."""
    equal: Forward | None = None
    """By which other propositions it is computed anew."""
    independent: Callable[..., list[Number]] | None = None
    """By which function of plain mpmath it is computed anew."""


def definition_of(clause: str) -> Forward:
    """The forward function that ``clause`` defines, of the first of the arguments given."""
    arity = next(len(each.arguments) for each in operations().values() if each.clause == clause)

    def forward(arithmetic: Arithmetic, arguments: Sequence[Any], keywords: Mapping[str, Number]) -> Any:  # noqa: ANN401
        return PROPOSITIONS[clause](arithmetic, *arguments[:arity], **keywords)

    return forward


def derivative_of(clause: str, kind: Kind, *arguments: int, upstream: int | None = None) -> Witness:
    """The derivative of what ``clause`` defines with respect to these ``arguments``."""
    variables = [Variable(argument) for argument in arguments]
    derivative = Derivative(definition_of(clause), kind, lambda _: variables, upstream)
    return Witness(f"derivative_of {clause}", derivative)


def _by_definition(clause: str) -> Witness:
    return Witness("by definition", independent=INDEPENDENT[clause])


def _next_layer(arithmetic: Arithmetic, arguments: Sequence[Any], keywords: Mapping[str, Number]) -> Array:
    """``W g(z)``, the map from a pre-activation to the next without its bias; arguments of ``backpropagate_delta``."""
    weights, _, z, activation = arguments
    no_bias = entrywise(lambda _: arithmetic.number(0), weights[:, 0])
    activated = activate(arithmetic, activation, z, keywords.get("slope"))
    return as_array(dense(arithmetic, activated, weights, no_bias))


def _every_parameter(arguments: Sequence[Any]) -> list[Variable]:
    layers = range(len(arguments[0].layers))
    weights = [Variable(0, layer, "weights") for layer in layers]
    return weights + [Variable(0, layer, "bias") for layer in layers]


def _weights_of_layer(arguments: Sequence[Any]) -> list[Variable]:
    return [Variable(0, arguments[2] - 1, "weights")]


def _bias_of_layer(arguments: Sequence[Any]) -> list[Variable]:
    return [Variable(0, arguments[2] - 1, "bias")]


def _softmax_of_columns(arithmetic: Arithmetic, arguments: Sequence[Any], keywords: Mapping[str, Number]) -> Array:
    del keywords
    softmax = PROPOSITIONS["softmax.value"]
    return stack_columns([softmax(arithmetic, sample) for sample in columns(arguments[0])])


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


def _elementwise(name: str) -> dict[str, Witness]:
    """The witnesses of an elementwise activation: its value, its derivative, its vector-Jacobian product."""
    value = f"{name}.value"
    return {
        value: _by_definition(value),
        f"{name}.derivative": derivative_of(value, "elementwise", 0),
        f"{name}.vjp": derivative_of(value, "product", 0, upstream=1),
    }


def _loss(name: str, derivative: str) -> dict[str, Witness]:
    value = f"{name}.value"
    return {value: _by_definition(value), f"{name}.{derivative}": derivative_of(value, "gradient", 0)}


WITNESSES: Mapping[str, Witness] = {
    **_elementwise("identity"),
    **_elementwise("relu"),
    **_elementwise("leaky_relu"),
    **_elementwise("sigmoid"),
    **_elementwise("tanh"),
    **_elementwise("heaviside"),
    "softmax.value": _by_definition("softmax.value"),
    "log_softmax.value": _by_definition("log_softmax.value"),
    "softmax.jacobian": derivative_of("softmax.value", "jacobian", 0),
    "softmax.vjp": derivative_of("softmax.value", "product", 0, upstream=1),
    "softmax.batch": Witness(
        "equals softmax.value", equal=_softmax_of_columns, independent=INDEPENDENT["softmax.batch"]
    ),
    **_loss("squared_error", "gradient"),
    "squared_error.delta": derivative_of("squared_error.value", "gradient", 0),
    **_loss("binary_cross_entropy", "gradient"),
    **_loss("categorical_cross_entropy", "gradient"),
    **_loss("sigmoid_cross_entropy", "delta"),
    **_loss("softmax_cross_entropy", "delta"),
    "dense.value": _by_definition("dense.value"),
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
    "network.forward": _by_definition("network.forward"),
    "network.cost": _by_definition("network.cost"),
    "network.gradients": Witness(
        "derivative_of network.cost", Derivative(definition_of("network.cost"), "gradient", _every_parameter)
    ),
    "output.weight_jacobian": Witness(
        "derivative_of network.forward", Derivative(definition_of("network.forward"), "jacobian", _weights_of_layer)
    ),
    "output.bias_jacobian": Witness(
        "derivative_of network.forward", Derivative(definition_of("network.forward"), "jacobian", _bias_of_layer)
    ),
    "gradient_descent.step": _by_definition("gradient_descent.step"),
}
"""The witness of every proposition, by the id of its clause."""
