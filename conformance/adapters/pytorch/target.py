"""PyTorch as a target: the contract's operations over PyTorch's functions."""

from __future__ import annotations

import functools
import warnings
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch.nn import functional

from . import functions
from .calculus import Calculus
from .layers import Layers
from .modes import Compiled, Eager, Transformed
from .networks import Networks
from .tensors import in_torch, value_in_torch
from .training import Training

if TYPE_CHECKING:
    from collections.abc import Callable

    from .modes import Mode
    from .tensors import Network, Tensor


def _elementwise(name: str) -> tuple[Callable[..., Any], Callable[..., Any], Callable[..., Any]]:
    """Value, derivative and vector-Jacobian product of one activation, as methods."""

    @value_in_torch
    def value(_: Torch, z: Tensor, **parameters: float) -> Tensor:
        return functions.activation(name, **parameters)(z)

    @in_torch
    def derivative(self: Torch, z: Tensor, **parameters: float) -> Any:
        return self.mode.vjp(functions.activation(name, **parameters), z)

    @in_torch
    def vjp(self: Torch, z: Tensor, upstream: Tensor, **parameters: float) -> Any:
        return self.mode.vjp(functions.activation(name, **parameters), z, upstream)

    return value, derivative, vjp


def _loss(function: Callable[[Tensor, Tensor], Tensor]) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """A loss and its gradient with respect to its first argument, as methods."""

    @value_in_torch
    def value(_: Torch, o: Tensor, y: Tensor) -> Tensor:
        return function(o, y)

    @in_torch
    def gradient(self: Torch, o: Tensor, y: Tensor) -> Any:
        return self.mode.vjp(lambda point: function(point, y), o)

    return value, gradient


class Torch(Calculus, Layers, Networks, Training):
    """
    PyTorch in eager mode, one thread, deterministic algorithms; batches in rows as in ``nn.Linear``.

    What is not here is in the classes that this one is put together from.
    """

    name = "torch"
    version = str(torch.__version__)
    formats = ("float64", "float32", "float16", "bfloat16")
    conventions = {  # noqa: RUF012 -- read, never written
        "layout": "rows",
        "weight_layout": "out_in",
        "relu_at_zero": "0",
        "leaky_relu_at_zero": "slope",
        "step_at_threshold": "1",
        "squared_error": "full",
        "cost": "mean",
        "entry_reduction": "mean",
        "label_sum": "any",
        "subnormals": "gradual",
    }

    mode: Mode = Eager()
    environment = mode.environment

    def __init__(self) -> None:
        torch.set_num_threads(1)
        torch.use_deterministic_algorithms(mode=True)

    identity, identity_derivative, identity_vjp = _elementwise("identity")
    relu, relu_derivative, relu_vjp = _elementwise("relu")
    leaky_relu, leaky_relu_derivative, leaky_relu_vjp = _elementwise("leaky_relu")
    sigmoid, sigmoid_derivative, sigmoid_vjp = _elementwise("sigmoid")
    tanh, tanh_derivative, tanh_vjp = _elementwise("tanh")

    squared_error, squared_error_gradient = _loss(functional.mse_loss)
    squared_error_delta = squared_error_gradient  # the output is the identity
    binary_cross_entropy, binary_cross_entropy_gradient = _loss(functional.binary_cross_entropy)
    categorical_cross_entropy, categorical_cross_entropy_gradient = _loss(functions.categorical_cross_entropy)
    sigmoid_cross_entropy, sigmoid_cross_entropy_delta = _loss(functional.binary_cross_entropy_with_logits)
    softmax_cross_entropy, softmax_cross_entropy_delta = _loss(functional.cross_entropy)

    @value_in_torch
    def heaviside(self, z: Tensor, threshold: float = 0.0) -> Tensor:
        """Step from 0 to 1 at the threshold."""
        return functions.heaviside(z, threshold)

    @in_torch
    def heaviside_derivative(self, z: Tensor, threshold: float = 0.0) -> Any:
        """What autograd makes of a step."""
        return self.mode.vjp(functools.partial(functions.step, threshold=threshold), z)

    @in_torch
    def heaviside_vjp(self, z: Tensor, upstream: Tensor, threshold: float = 0.0) -> Any:
        """What autograd makes of a step, at ``upstream``."""
        return self.mode.vjp(functools.partial(functions.step, threshold=threshold), z, upstream)

    @value_in_torch
    def softmax(self, z: Tensor) -> Tensor:
        """Softmax of a vector."""
        return torch.softmax(z, -1)

    @value_in_torch
    def log_softmax(self, z: Tensor) -> Tensor:
        """Logarithm of the softmax of a vector."""
        return torch.log_softmax(z, -1)

    @in_torch
    def softmax_jacobian(self, z: Tensor) -> Any:
        """Jacobian of the softmax."""
        return self.mode.jacobian(functools.partial(torch.softmax, dim=-1), z)

    @in_torch
    def softmax_vjp(self, z: Tensor, upstream: Tensor) -> Any:
        """Vector-Jacobian product of the softmax."""
        return self.mode.vjp(functools.partial(torch.softmax, dim=-1), z, upstream)

    @value_in_torch
    def softmax_batch(self, Z: Tensor) -> Tensor:
        """Softmax of each row."""
        return torch.softmax(Z, -1)

    @value_in_torch
    def dense(self, x: Tensor, W: Tensor, b: Tensor) -> Tensor:
        """Linear layer of a vector."""
        return functional.linear(x, W, b)

    @in_torch
    def dense_jacobian_x(self, x: Tensor, W: Tensor, b: Tensor) -> Any:
        """Jacobian of a linear layer by its input."""
        return self.mode.jacobian(lambda point: functional.linear(point, W, b), x)

    @in_torch
    def dense_jacobian_weights(self, x: Tensor, W: Tensor, b: Tensor) -> Any:
        """Jacobian of a linear layer by its weights."""
        return self.mode.jacobian(lambda point: functional.linear(x, point, b), W)

    @in_torch
    def dense_jacobian_bias(self, x: Tensor, W: Tensor, b: Tensor) -> Any:
        """Jacobian of a linear layer by its bias."""
        return self.mode.jacobian(lambda point: functional.linear(x, W, point), b)

    @in_torch
    def dense_gradients(self, x: Tensor, W: Tensor, b: Tensor, delta: Tensor) -> Any:
        """Vector-Jacobian products of a linear layer."""
        return self.mode.vjp(functional.linear, (x, W, b), delta)

    dense_batch = dense
    dense_batch_gradients = dense_gradients

    @in_torch
    def backpropagate_delta(
        self, W_next: Tensor, delta_next: Tensor, z: Tensor, activation: str, slope: float = 0.01
    ) -> Any:
        """Vector-Jacobian product of ``z -> W_next g(z)``."""
        function = functions.activation(activation, slope)
        return self.mode.vjp(lambda point: functional.linear(function(point), W_next), z, delta_next)

    @value_in_torch
    def network_forward(self, network: Network, X: Tensor) -> Tensor:
        """Last activation of each row."""
        return functions.forward(network, X)[1]

    @value_in_torch
    def network_cost(self, network: Network, X: Tensor, Y: Tensor) -> Tensor:
        """Mean of the losses of the rows."""
        return functions.cost(network, X, Y)

    @in_torch
    def network_gradients(self, network: Network, X: Tensor, Y: Tensor) -> tuple[list[Tensor], list[Tensor]]:
        """Gradients of the cost by weights and biases, first layer to last."""
        return functions.network_gradients(self.mode, network, X, Y)

    @in_torch
    def output_weight_jacobian(self, network: Network, x: Tensor, layer: int) -> Any:
        """Jacobian of the last activation by the weights of one layer."""
        return functions.output_jacobian(self.mode, network, x, layer, of_weights=True)

    @in_torch
    def output_bias_jacobian(self, network: Network, x: Tensor, layer: int) -> Any:
        """Jacobian of the last activation by the bias of one layer."""
        return functions.output_jacobian(self.mode, network, x, layer, of_weights=False)

    @in_torch
    def gradient_descent_step(
        self, network: Network, dWs: list[Tensor], dbs: list[Tensor], rate: float
    ) -> tuple[list[Tensor], list[Tensor]]:
        """Weights and biases after one step."""
        return functions.gradient_descent_step(network, dWs, dbs, rate)


class TorchFunc(Torch):
    """PyTorch in eager mode, derivatives by the transformations of ``torch.func``."""

    name = "torch-func"
    mode = Transformed()
    environment = mode.environment


class TorchCompiled(Torch):
    """PyTorch under ``torch.compile`` with its default backend: inductor, and the C++ compiler of the machine."""

    name = "torch-compile"
    mode = Compiled("inductor")
    environment = mode.environment

    def __init__(self) -> None:
        super().__init__()
        with warnings.catch_warnings():
            # PyTorch's compiler warns of PyTorch's own use of TorchScript, where it is first imported.
            warnings.filterwarnings("ignore", r"`torch\.jit\.script_method` is deprecated", DeprecationWarning)
            import_module("torch._inductor.compile_fx")
        # The first graph takes as long as many: headers are prepared for it. That is done before any call is timed.
        self.tanh_derivative(np.ones(2))


class TorchTraced(Torch):
    """PyTorch under ``torch.compile`` without inductor: the traced graphs, run by PyTorch's own kernels."""

    name = "torch-aot-eager"
    mode = Compiled("aot_eager")
    environment = mode.environment
