"""The arguments of an operation in the numbers of an arithmetic, and an answer as a flat list of arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..spec.network import Layer, Network
from .arithmetic.arrays import Array, as_array, entrywise

if TYPE_CHECKING:
    from .arithmetic.protocol import Arithmetic


def lifted(arithmetic: Arithmetic, argument: Any) -> Any:  # noqa: ANN401 - whatever an operation takes
    """
    ``argument`` with every float made a number of ``arithmetic``, exactly.

    Arrays become object arrays of the same shape; networks and lists are lifted part by part; names of
    activations and 1-based layer indices stay what they are.
    """
    match argument:
        case np.ndarray():
            return entrywise(arithmetic.number, argument.astype(object) if argument.dtype != object else argument)
        case Network():
            layers = tuple(lifted(arithmetic, layer) for layer in argument.layers)
            return Network(layers, argument.loss)
        case Layer():
            slope = None if argument.slope is None else arithmetic.number(argument.slope)
            weights, bias = lifted(arithmetic, argument.weights), lifted(arithmetic, argument.bias)
            return Layer(weights, bias, argument.activation, slope)
        case list() | tuple():
            return [lifted(arithmetic, each) for each in argument]
        case float() | np.generic():
            return arithmetic.number(argument)
        case _:
            return argument


def leaves(answer: Any) -> list[Array]:  # noqa: ANN401 - numbers, arrays, and sequences of them
    """The arrays of an answer in order, nested sequences taken apart; a number is a 0-d array."""
    if isinstance(answer, tuple | list):
        return [leaf for part in answer for leaf in leaves(part)]
    return [as_array(answer)]
