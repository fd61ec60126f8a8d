"""NumPy arrays and networks of them into JAX arrays, and back."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import jax
import jax.numpy as jnp
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from ....spec.network import Network as GivenNetwork
    from .execution import Execution


@dataclass(frozen=True)
class Shape:
    """What a network is beside its numbers."""

    activations: tuple[str, ...]
    """Activation of each layer."""

    slopes: tuple[float, ...]
    """Slope of each layer, which only leaky relu reads."""

    loss: str
    """Name of the loss."""


@functools.partial(jax.tree_util.register_dataclass, data_fields=("weights", "biases"), meta_fields=("shape",))
@dataclass(frozen=True)
class Network:
    """A network of JAX arrays: the numbers apart, so that JAX can differentiate by them."""

    weights: list[jax.Array]
    biases: list[jax.Array]
    shape: Shape

    def above(self, layer: int) -> Network:
        """The layers behind that of number ``layer``, counted from 1."""
        shape = Shape(self.shape.activations[layer:], self.shape.slopes[layer:], self.shape.loss)
        return Network(self.weights[layer:], self.biases[layer:], shape)


class Executed(Protocol):
    """A target that says how its operations are run."""

    execution: Execution


def in_jax(operation: Callable[..., Any]) -> Callable[..., Any]:
    """The operation on JAX arrays as one on NumPy arrays; both directions copy."""

    @functools.wraps(operation)
    def on_arrays(target: Executed, *arguments: Any, **parameters: Any) -> Any:
        with target.execution.enter():
            return _to_numpy(target.execution.run(operation, target, list(map(_to_jax, arguments)), parameters))

    return on_arrays


def _to_jax(argument: Any) -> Any:
    if isinstance(argument, np.ndarray | np.generic):
        # `jnp.asarray` may keep the caller's memory.
        return jnp.array(argument, copy=True)
    if hasattr(argument, "layers"):
        return _network_to_jax(argument)
    return list(map(_to_jax, argument)) if isinstance(argument, list | tuple) else argument


def _network_to_jax(network: GivenNetwork) -> Network:
    slopes = [getattr(layer, "slope", None) for layer in network.layers]
    shape = Shape(
        tuple(layer.activation for layer in network.layers),
        tuple(0.01 if slope is None else slope for slope in slopes),
        network.loss,
    )
    weights = [_to_jax(layer.weights) for layer in network.layers]
    return Network(weights, [_to_jax(layer.bias) for layer in network.layers], shape)


def _to_numpy(result: Any) -> Any:
    if isinstance(result, list | tuple):
        return type(result)(map(_to_numpy, result))
    return np.array(result)
