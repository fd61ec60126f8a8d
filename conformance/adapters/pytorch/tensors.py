"""NumPy arrays and networks of them into torch tensors, and back."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import ml_dtypes
import numpy as np
import torch

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ....spec.network import Network as GivenNetwork
    from .modes import Mode

Tensor: TypeAlias = torch.Tensor

BFLOAT16 = np.dtype(ml_dtypes.bfloat16)


@dataclass(frozen=True)
class Layer:
    """A dense layer of tensors."""

    weights: Tensor
    bias: Tensor
    activation: str
    slope: float


@dataclass(frozen=True)
class Network:
    """A network of tensors."""

    layers: tuple[Layer, ...]
    loss: str

    def above(self, layer: int) -> Network:
        """The layers behind that of number ``layer``, counted from 1."""
        return Network(self.layers[layer:], self.loss)

    def with_parameters(self, weights: Sequence[Tensor], biases: Sequence[Tensor]) -> Network:
        """The same network with other weights and biases."""
        layers = zip(self.layers, weights, biases, strict=True)
        return Network(tuple(Layer(W, b, old.activation, old.slope) for old, W, b in layers), self.loss)


class Moded:
    """A target that says in which mode PyTorch runs and differentiates functions."""

    mode: Mode


def in_torch(operation: Callable[..., Any]) -> Callable[..., Any]:
    """The operation on tensors as one on NumPy arrays; both directions copy."""

    @functools.wraps(operation)
    def on_arrays(target: Moded, *arguments: Any, **parameters: Any) -> Any:
        return _to_numpy(operation(target, *map(_to_torch, arguments), **parameters))

    return on_arrays


def value_in_torch(operation: Callable[..., Any]) -> Callable[..., Any]:
    """An operation without a derivative in it, likewise: the mode runs it as one function."""

    @functools.wraps(operation)
    def on_arrays(target: Moded, *arguments: Any, **parameters: Any) -> Any:
        return _to_numpy(target.mode.value(operation, target, *map(_to_torch, arguments), **parameters))

    return on_arrays


def _to_torch(argument: Any) -> Any:
    if isinstance(argument, np.ndarray | np.generic):
        array = np.array(argument, order="C")
        if array.dtype == BFLOAT16:
            # NumPy and torch know no bfloat16 in common, so the sixteen bits travel as an integer.
            return torch.from_numpy(array.view(np.int16)).view(torch.bfloat16)
        return torch.from_numpy(array)
    if hasattr(argument, "layers"):
        return _network_to_torch(argument)
    return list(map(_to_torch, argument)) if isinstance(argument, list | tuple) else argument


def _network_to_torch(network: GivenNetwork) -> Network:
    def converted(layer: Any) -> Layer:
        slope = getattr(layer, "slope", None)
        weights, bias = _to_torch(layer.weights), _to_torch(layer.bias)
        return Layer(weights, bias, layer.activation, 0.01 if slope is None else slope)

    return Network(tuple(map(converted, network.layers)), network.loss)


def _to_numpy(result: Any) -> Any:
    if not isinstance(result, torch.Tensor):
        return type(result)(map(_to_numpy, result))
    tensor = result.detach().contiguous()
    if tensor.dtype == torch.bfloat16:
        return np.array(tensor.view(torch.int16).numpy()).view(BFLOAT16)
    return np.array(tensor.numpy())
