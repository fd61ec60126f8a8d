"""NumPy arrays and networks of them into TensorFlow's tensors, and back."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import tensorflow as tf

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ....spec.network import Network as GivenNetwork

Tensor: TypeAlias = tf.Tensor


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

    @property
    def weights(self) -> tuple[Tensor, ...]:
        """Kernels of all layers, ``(n, m)`` each."""
        return tuple(layer.weights for layer in self.layers)

    @property
    def biases(self) -> tuple[Tensor, ...]:
        """Biases of all layers."""
        return tuple(layer.bias for layer in self.layers)

    def above(self, layer: int) -> Network:
        """The layers behind that of number ``layer``, counted from 1."""
        return Network(self.layers[layer:], self.loss)

    def with_parameters(self, weights: Sequence[Tensor], biases: Sequence[Tensor]) -> Network:
        """The same network with other weights and biases."""
        layers = zip(self.layers, weights, biases, strict=True)
        return Network(tuple(Layer(W, b, old.activation, old.slope) for old, W, b in layers), self.loss)


def in_tensorflow(operation: Callable[..., Any]) -> Callable[..., Any]:
    """
    The operation on tensors as one on NumPy arrays; both directions copy.

    Where there is no kernel for the format, TensorFlow's error becomes ``NotImplementedError``.
    """

    @functools.wraps(operation)
    def on_arrays(target: object, *arguments: Any, **parameters: Any) -> Any:
        try:
            return _to_numpy(operation(target, *map(_to_tensor, arguments), **parameters))
        except tf.errors.UnimplementedError as error:
            raise NotImplementedError(error.message) from error

    return on_arrays


def _to_tensor(argument: Any) -> Any:
    if isinstance(argument, np.ndarray | np.generic):
        # `tf.constant` may keep the caller's memory.
        return tf.constant(np.array(argument))
    if hasattr(argument, "layers"):
        return _network_to_tensors(argument)
    return list(map(_to_tensor, argument)) if isinstance(argument, list | tuple) else argument


def _network_to_tensors(network: GivenNetwork) -> Network:
    def converted(layer: Any) -> Layer:
        slope = getattr(layer, "slope", None)
        weights, bias = _to_tensor(layer.weights), _to_tensor(layer.bias)
        return Layer(weights, bias, layer.activation, 0.01 if slope is None else slope)

    return Network(tuple(map(converted, network.layers)), network.loss)


def _to_numpy(result: Any) -> Any:
    if isinstance(result, list | tuple):
        return type(result)(map(_to_numpy, result))
    return np.array(result.numpy())
