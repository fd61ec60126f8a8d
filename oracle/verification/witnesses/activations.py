"""Chapter 4, activations: the witness of every proposition, by the id of its clause."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...activations import activate
from ...arithmetic.arrays import Array, columns, stack_columns
from ...propositions import PROPOSITIONS
from ..derivatives import Derivative, Variable
from ..independent import INDEPENDENT
from .witness import Witness, by_definition, derivative_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ...arithmetic.arrays import Number
    from ...arithmetic.protocol import Arithmetic


def _softmax_of_columns(arithmetic: Arithmetic, arguments: Sequence[Any], keywords: Mapping[str, Number]) -> Array:
    del keywords
    softmax = PROPOSITIONS["softmax.value"]
    return stack_columns([softmax(arithmetic, sample) for sample in columns(arguments[0])])


def _activated(arithmetic: Arithmetic, arguments: Sequence[Any], keywords: Mapping[str, Number]) -> Array:
    z, activation = arguments
    return activate(arithmetic, activation, z, keywords.get("slope"))


def _elementwise(name: str) -> dict[str, Witness]:
    """The witnesses of an elementwise activation: its value, its derivative, its vector-Jacobian product."""
    value = f"{name}.value"
    return {
        value: by_definition(value),
        f"{name}.derivative": derivative_of(value, "elementwise", 0),
        f"{name}.vjp": derivative_of(value, "product", 0, upstream=1),
    }


ACTIVATIONS: Mapping[str, Witness] = {
    **_elementwise("identity"),
    **_elementwise("relu"),
    "indicator.value": by_definition("indicator.value"),
    "relu_epsilon.value": by_definition("relu_epsilon.value"),
    "relu_epsilon.derivative": derivative_of("relu_epsilon.value", "elementwise", 0),
    **_elementwise("leaky_relu"),
    **_elementwise("sigmoid"),
    **_elementwise("tanh"),
    **_elementwise("heaviside"),
    "softmax.value": by_definition("softmax.value"),
    "log_softmax.value": by_definition("log_softmax.value"),
    "softmax.jacobian": derivative_of("softmax.value", "jacobian", 0),
    "softmax.vjp": derivative_of("softmax.value", "product", 0, upstream=1),
    "softmax.batch": Witness(
        "equals softmax.value", equal=_softmax_of_columns, independent=INDEPENDENT["softmax.batch"]
    ),
    "activation.jacobian": Witness(
        "derivative_of activation.elementwise", Derivative(_activated, "jacobian", lambda _: [Variable(0)])
    ),
}
