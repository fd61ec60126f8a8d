"""Chapter 8, tensor form: the witness of every proposition, by the id of its clause."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from ...networks import network_forward
from ..derivatives import Derivative, Variable
from ..independent import INDEPENDENT
from .witness import Witness, by_definition, definition_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ...arithmetic.arrays import Array, Number
    from ...arithmetic.protocol import Arithmetic

    Variables = Callable[[Sequence[Any]], list[Variable]]


def weights_of_layer(arguments: Sequence[Any]) -> list[Variable]:
    """The weights of the layer that the third argument names."""
    return [Variable(0, arguments[2] - 1, "weights")]


def bias_of_layer(arguments: Sequence[Any]) -> list[Variable]:
    """The bias of the layer that the third argument names."""
    return [Variable(0, arguments[2] - 1, "bias")]


def _up_to_layer(arithmetic: Arithmetic, arguments: Sequence[Any], keywords: Mapping[str, Number]) -> Array:
    """``a^l``, the output of the network that ends with layer l."""
    del keywords
    network, x, layer = arguments
    return network_forward(arithmetic, replace(network, layers=network.layers[:layer]), x)  # type: ignore[no-any-return]


def _layer_alone(arithmetic: Arithmetic, arguments: Sequence[Any], keywords: Mapping[str, Number]) -> Array:
    """``a^l``, the output of the network of layer l alone, fed with a^(l-1) and a shift of it."""
    network, x, layer, shift = arguments
    fed = x if layer == 1 else _up_to_layer(arithmetic, (network, x, layer - 1), keywords)
    alone = replace(network, layers=network.layers[layer - 1 : layer])
    return network_forward(arithmetic, alone, fed + shift)  # type: ignore[no-any-return]


def _with_shift(arguments: Sequence[Any]) -> Sequence[Any]:
    """The arguments, and a shift of a^(l-1) by nothing."""
    network, _, layer = arguments
    return [*arguments, np.zeros(network.layers[layer - 1].weights.shape[1])]


def _of_output(fact: str, clause: str, variables: Variables, *, equal: str | None = None) -> Witness:
    """The derivative of the output with respect to ``variables``, and what else is known of it."""
    return Witness(
        fact,
        Derivative(definition_of("network.forward"), "jacobian", variables),
        None if equal is None else definition_of(equal),
        INDEPENDENT.get(clause),
    )


def _chained(kind: str, variables: Variables) -> dict[str, Witness]:
    """The forms of one Jacobian, each of which equals the next one, and the last the matrix form."""
    names = ["nested_sum", "path_sum", "full_jacobians", "backpropagated", "jacobian"]
    clauses = [f"output.{kind}_{name}" for name in names]
    witnesses = {
        clause: _of_output(f"equals {following}", clause, variables, equal=following)
        for clause, following in pairwise(clauses)
    }
    return {clauses[-1]: _of_output("derivative_of network.forward", clauses[-1], variables), **witnesses}


TENSOR_FORM: Mapping[str, Witness] = {
    "gamma.value": Witness(
        "derivative_of network.forward",
        Derivative(_up_to_layer, "elementwise", bias_of_layer),
        independent=INDEPENDENT["gamma.value"],
    ),
    "gamma.columns": by_definition("gamma.columns"),
    "gamma.rows": by_definition("gamma.rows"),
    "layer.jacobian": Witness(
        "derivative_of network.forward",
        Derivative(_layer_alone, "jacobian", lambda _: [Variable(3)], extended=_with_shift),
        independent=INDEPENDENT["layer.jacobian"],
    ),
    **_chained("weight", weights_of_layer),
    **_chained("bias", bias_of_layer),
    "output.aggregation": Witness(
        "equals network.vjp",
        equal=definition_of("network.vjp"),
        independent=INDEPENDENT["output.aggregation"],
    ),
}
