"""NumPy arrays and networks of them into tensors, and back; where tinygrad computes and with which settings."""

from __future__ import annotations

import functools
import os
import platform
import shutil
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import ml_dtypes
import numpy as np
from tinygrad import Tensor as TinygradTensor
from tinygrad import dtypes
from tinygrad.helpers import Context

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ....spec.network import Network as GivenNetwork

Tensor: TypeAlias = Any
"""A tensor of tinygrad."""

BFLOAT16 = np.dtype(ml_dtypes.bfloat16)


def _compiles() -> bool:
    """Whether there is a clang, and one that knows bfloat16: version 14 does not."""
    compiler = shutil.which(os.environ.get("CC", "clang"))
    if compiler is None:
        return False
    words = [compiler, "-c", "-x", "c", f"--target={platform.machine()}-none-unknown-elf", "-", "-o", "-"]
    tried = subprocess.run(words, input=b"__bf16 f(__bf16 a) { return a; }", capture_output=True, check=False)  # noqa: S603 - what tinygrad runs
    return tried.returncode == 0


DEVICE = os.environ.get("DEV") or ("CPU" if _compiles() else "PYTHON")
"""Where it computes, by tinygrad's own variable; without one on the CPU, for which it needs a clang, or in Python."""

SETTINGS = {
    "DEV": DEVICE,
    "TRAINING": 1,  # without it an optimizer refuses its step
    "NOOPT": 1,  # a kernel is compiled for every shape: the search for a fast one takes longer than all of its runs
    "NUM_CPU_THREADS": 1,
    "PARALLEL": 0,  # no pool of processes that compile
}
"""The variables of tinygrad under which every operation runs."""

PLACE = DEVICE.partition(":")[0]
"""The device of every tensor, without the choice of its compiler."""


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
    def weights(self) -> list[Tensor]:
        """Those of every layer."""
        return [layer.weights for layer in self.layers]

    @property
    def biases(self) -> list[Tensor]:
        """Those of every layer."""
        return [layer.bias for layer in self.layers]

    def above(self, layer: int) -> Network:
        """The layers behind that of number ``layer``, counted from 1."""
        return Network(self.layers[layer:], self.loss)


def in_tinygrad(operation: Callable[..., Any]) -> Callable[..., Any]:
    """The operation on tensors as one on NumPy arrays; both directions copy."""

    @functools.wraps(operation)
    def on_arrays(target: object, *arguments: Any, **parameters: Any) -> Any:
        with Context(**SETTINGS):
            answer = operation(target, *map(to_tensor, arguments), **parameters)
            tensors = [_placed(tensor) for tensor in _tensors(answer)]
            TinygradTensor.realize(*tensors)
            arrays = iter([_to_numpy(tensor) for tensor in tensors])
            return _arranged(answer, arrays)

    return on_arrays


def to_tensor(argument: Any) -> Any:
    """An array as a tensor of its own memory, a network as one of tensors, anything else as it is."""
    if isinstance(argument, np.ndarray | np.generic):
        array = np.array(argument, order="C")
        if array.dtype == BFLOAT16:
            # NumPy and tinygrad know no bfloat16 in common; float32 holds every one.
            return to_tensor(array.astype(np.float32)).cast(dtypes.bfloat16)
        # Of an array without dimensions tinygrad would make a constant, and all constants of one value are one node of
        # its graph: the gradient by one of them would be that by all of them.
        return TinygradTensor(array.reshape(array.shape or (1,)), device=PLACE).reshape(array.shape)
    if hasattr(argument, "layers"):
        return _network(argument)
    return list(map(to_tensor, argument)) if isinstance(argument, list | tuple) else argument


def number(value: float, like: Tensor) -> Tensor:
    """A number in the format of another tensor."""
    return TinygradTensor([value], dtype=like.dtype, device=PLACE).reshape(())


def _network(network: GivenNetwork) -> Network:
    def converted(layer: Any) -> Layer:
        slope = getattr(layer, "slope", None)
        return Layer(
            to_tensor(layer.weights), to_tensor(layer.bias), layer.activation, 0.01 if slope is None else slope
        )

    return Network(tuple(map(converted, network.layers)), network.loss)


def _tensors(answer: Any) -> Iterator[Tensor]:
    if isinstance(answer, Rows):
        yield from answer.tensors
    elif isinstance(answer, list | tuple):
        for each in answer:
            yield from _tensors(each)
    else:
        yield answer


def _placed(tensor: Tensor) -> Tensor:
    """The tensor on the device: one without is a constant, which tinygrad would compute on its CPU."""
    return tensor.clone(device=PLACE) if tensor.device is None else tensor.contiguous()


def _arranged(answer: Any, arrays: Iterator[Any]) -> Any:
    if isinstance(answer, Rows):
        return np.reshape([next(arrays) for _ in answer.tensors], answer.shape)
    if isinstance(answer, list | tuple):
        return type(answer)([_arranged(each, arrays) for each in answer])
    return next(arrays)


def _to_numpy(tensor: Tensor) -> Any:
    array = np.array(tensor.numpy())
    return array.astype(BFLOAT16) if tensor.dtype == dtypes.bfloat16 else array


@dataclass(frozen=True)
class Rows:
    """A Jacobian as the gradients of the entries of a value, in their order: put together outside of tinygrad."""

    tensors: Sequence[Tensor]
    shape: tuple[int, ...]
