"""
Into the working precision at the door, and back with a single rounding.

float64 and float32 are computed in themselves, float16 and bfloat16 in float32. So a result in a
half format is the float32 result rounded once, whatever the length of the computation, and no
intermediate of a half format overflows before float32 does.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import ml_dtypes
import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from ....spec.network import Layer as GivenLayer
    from ....spec.network import Network as GivenNetwork

Array: TypeAlias = npt.NDArray[np.floating[Any]]
Operation = TypeVar("Operation", bound=Callable[..., Any])

WORKING: dict[np.dtype[Any], type[np.floating[Any]]] = {
    np.dtype(np.float64): np.float64,
    np.dtype(np.float32): np.float32,
    np.dtype(np.float16): np.float32,
    np.dtype(ml_dtypes.bfloat16): np.float32,
}
"""The precision in which each format is computed."""


@dataclass(frozen=True)
class Layer:
    """A dense layer in working precision."""

    weights: Array
    bias: Array
    activation: str
    slope: float


@dataclass(frozen=True)
class Network:
    """A network in working precision."""

    layers: tuple[Layer, ...]
    loss: str


def rounded_once(operation: Operation) -> Operation:
    """
    The operation, computed in working precision and rounded to the format of its arrays.

    The results are new arrays, whatever ``operation`` returns. Overflow, underflow and an infinity
    minus an infinity pass without a warning, because what they leave behind is the answer; division
    by zero and the logarithm of zero do not, since the formulas mask them.
    """

    @functools.wraps(operation)
    def in_working_precision(target: object, *arguments: Any, **parameters: Any) -> Any:
        number_format = _format_of(arguments)
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            result = operation(target, *map(_widened, arguments), **parameters)
            return _rounded(result, number_format)

    return in_working_precision  # type: ignore[return-value]  # same signature, by `wraps`


def _format_of(arguments: Sequence[Any]) -> np.dtype[Any]:
    """The format of the first array among the arguments; names, counts and Python's floats have none."""
    for argument in arguments:
        array = argument.layers[0].weights if hasattr(argument, "layers") else argument
        if isinstance(array, np.ndarray | np.generic):
            return array.dtype
    return np.asarray(arguments[0]).dtype


def _widened(argument: Any) -> Any:
    if isinstance(argument, np.ndarray | np.generic):
        return _widened_array(np.asarray(argument))
    if hasattr(argument, "layers"):
        return _widened_network(argument)
    if isinstance(argument, Sequence) and not isinstance(argument, str):
        return [_widened(entry) for entry in argument]
    return argument


def _widened_array(given: Array) -> Array:
    if given.dtype not in WORKING:
        known = ", ".join(str(number_format) for number_format in WORKING)
        raise TypeError(f"an array of {given.dtype}: a format is one of {known}")
    return given.astype(WORKING[given.dtype])


def _widened_network(network: GivenNetwork) -> Network:
    return Network(tuple(map(_widened_layer, network.layers)), network.loss)


def _widened_layer(layer: GivenLayer) -> Layer:
    # Only a leaky relu layer need have a slope; the others compute with none.
    slope = getattr(layer, "slope", None)
    return Layer(_widened(layer.weights), _widened(layer.bias), layer.activation, 0.01 if slope is None else slope)


def _rounded(result: Any, number_format: np.dtype[Any]) -> Any:
    if isinstance(result, tuple | list):
        return type(result)(_rounded(entry, number_format) for entry in result)
    return np.asarray(result).astype(number_format, order="C")
