"""Arrays and networks of them for autograd, and answers as plain arrays."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ....spec.network import Network as GivenNetwork

Array: TypeAlias = Any
"""A NumPy array, or the box in which autograd traces one."""


@dataclass(frozen=True)
class Shape:
    """What a network is beside its numbers."""

    activations: tuple[str, ...]
    """Activation of each layer."""

    slopes: tuple[float, ...]
    """Slope of each layer, which only leaky relu reads."""

    loss: str
    """Name of the loss."""


@dataclass(frozen=True)
class Network:
    """A network of arrays: the numbers apart, so that autograd can differentiate by them."""

    weights: list[Array]
    biases: list[Array]
    shape: Shape

    def above(self, layer: int) -> Network:
        """The layers behind that of number ``layer``, counted from 1."""
        shape = Shape(self.shape.activations[layer:], self.shape.slopes[layer:], self.shape.loss)
        return Network(self.weights[layer:], self.biases[layer:], shape)


def in_autograd(operation: Callable[..., Any]) -> Callable[..., Any]:
    """
    The operation on copies of its arguments, its answer in arrays of its own.

    NumPy does not warn: that a rule of autograd overflows shows in the answer.
    """

    @functools.wraps(operation)
    def on_arrays(target: Any, *arguments: Any, **parameters: Any) -> Any:
        taken = [_taken(argument) for argument in arguments]
        with np.errstate(all="ignore"):
            answer = operation(target, *taken, **parameters)
        return _given(answer, next(_types(taken)) if target.casts else None)

    return on_arrays


def _taken(argument: Any) -> Any:
    if isinstance(argument, np.ndarray | np.generic):
        return np.array(argument)
    if hasattr(argument, "layers"):
        return _network(argument)
    return list(map(_taken, argument)) if isinstance(argument, list | tuple) else argument


def _network(network: GivenNetwork) -> Network:
    slopes = [getattr(layer, "slope", None) for layer in network.layers]
    shape = Shape(
        tuple(layer.activation for layer in network.layers),
        tuple(0.01 if slope is None else slope for slope in slopes),
        network.loss,
    )
    weights = [np.array(layer.weights) for layer in network.layers]
    return Network(weights, [np.array(layer.bias) for layer in network.layers], shape)


def _types(taken: list[Any]) -> Iterator[Any]:
    """The types of the arrays among the arguments."""
    for argument in taken:
        if isinstance(argument, Network):
            yield argument.weights[0].dtype
        elif isinstance(argument, np.ndarray):
            yield argument.dtype


def _given(answer: Any, dtype: Any) -> Any:
    if isinstance(answer, list | tuple):
        return type(answer)([_given(each, dtype) for each in answer])
    return np.array(answer, dtype)
