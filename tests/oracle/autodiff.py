"""The clauses as torch and jax compute them: by their own functions, and derivatives by their own differentiation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gradspec.oracle.verification.points import Point
    from gradspec.spec import Network

Tensor = Any
"""An array of a library."""


@dataclass(frozen=True)
class Library:
    """What the formulas below need of a library that differentiates."""

    tensor: Callable[[Any], Tensor]
    """A NumPy array as a tensor of the format."""
    array: Callable[[Tensor], Any]
    """A tensor as a NumPy array of float64."""
    functions: dict[str, Callable[..., Tensor]]
    """Activations by their names, ``log_softmax``, ``log``, and the losses that the library has itself."""
    product: Callable[[Callable[..., Tensor], Sequence[Tensor], Tensor], Sequence[Tensor]]
    """Vector-Jacobian products of a function at arguments with an upstream gradient."""


def answer(library: Library, operation: str, point: Point) -> list[Any]:
    """The arrays of the answer of one operation at one point."""
    return _Formulas(library, point).answer(operation)


class _Formulas:
    """The operations at one point, by one library."""

    def __init__(self, library: Library, point: Point) -> None:
        self.library = library
        self.functions = library.functions
        self.settled = point.conventions
        self.point = point

    def answer(self, operation: str) -> list[Any]:
        """The arrays of the answer."""
        arguments = [self.tensor(each) for each in self.point.arguments]
        found = self.asked(operation, arguments, dict(self.point.keywords))
        return [self.library.array(each) for each in (found if isinstance(found, list | tuple) else [found])]

    def tensor(self, argument: Any) -> Any:
        """Arrays as tensors, everything else as it is."""
        return self.library.tensor(argument) if isinstance(argument, np.ndarray) else argument

    def asked(self, operation: str, arguments: list[Any], keywords: dict[str, float]) -> Any:
        """The answer: by a method here, or a function of the library or its derivative."""
        if hasattr(self, operation):
            return getattr(self, operation)(*arguments, **keywords)
        name, _, suffix = operation.rpartition("_")
        if suffix == "derivative":
            (z,) = arguments
            return self.gradient(lambda z: self.activate(name, z, **keywords), [z], self.tensor(np.ones(z.shape)))
        if suffix == "vjp":
            z, upstream = arguments
            return self.gradient(lambda z: self.activate(name, z, **keywords), [z], upstream)
        if suffix in {"gradient", "delta"}:
            o, y = arguments
            return self.gradient(lambda o: getattr(self, name)(o, y), [o])
        return self.activate(operation, *arguments, **keywords)

    def gradient(self, function: Callable[..., Tensor], arguments: Sequence[Tensor], upstream: Any = None) -> Any:
        """The vector-Jacobian products, by default with the upstream gradient 1 of a scalar."""
        found = self.library.product(function, arguments, self.tensor(np.array(1.0)) if upstream is None else upstream)
        return found[0] if len(found) == 1 else list(found)

    def jacobian(self, function: Callable[[Tensor], Tensor], argument: Tensor, size: int) -> Any:
        """A row for each of ``size`` values, by as many unit vectors."""
        rows = [self.library.array(self.gradient(function, [argument], self.tensor(unit))) for unit in np.eye(size)]
        return self.tensor(np.stack(rows))

    def activate(self, name: str, z: Tensor, slope: float | None = None) -> Tensor:
        """An activation; softmax of a batch takes its columns."""
        return self.functions[name](z) if slope is None else self.functions[name](z, slope)

    def softmax_jacobian(self, z: Tensor) -> Tensor:
        return self.jacobian(self.functions["softmax"], z, len(z))

    def softmax_batch(self, z: Tensor) -> Tensor:
        return self.functions["softmax"](z)

    # losses

    def reduced(self, total: Tensor, entries: int) -> Tensor:
        return total / entries if self.settled["entry_reduction"] == "mean" else total

    def squared_error(self, o: Tensor, y: Tensor) -> Tensor:
        total = ((o - y) * (o - y)).sum()
        return self.reduced(total / 2 if self.settled["squared_error"] == "half" else total, len(o))

    def binary_cross_entropy(self, o: Tensor, y: Tensor) -> Tensor:
        log = self.functions["log"]
        return self.reduced(-(y * log(o) + (1 - y) * log(1 - o)).sum(), len(o))

    def categorical_cross_entropy(self, o: Tensor, y: Tensor) -> Tensor:
        return -(y * self.functions["log"](o)).sum()

    def sigmoid_cross_entropy(self, z: Tensor, y: Tensor) -> Tensor:
        return self.reduced(self.functions["sigmoid_cross_entropy"](z, y), len(z))

    def softmax_cross_entropy(self, z: Tensor, y: Tensor) -> Tensor:
        return self.functions["softmax_cross_entropy"](z, y)

    # layers

    def dense(self, x: Tensor, weights: Tensor, bias: Tensor) -> Tensor:
        return weights @ x + bias

    def dense_batch(self, x: Tensor, weights: Tensor, bias: Tensor) -> Tensor:
        return weights @ x + bias[:, None]

    def dense_gradients(self, x: Tensor, weights: Tensor, bias: Tensor, delta: Tensor) -> Any:
        return self.gradient(self.dense, [x, weights, bias], delta)

    def dense_batch_gradients(self, x: Tensor, weights: Tensor, bias: Tensor, delta: Tensor) -> Any:
        return self.gradient(self.dense_batch, [x, weights, bias], delta)

    def backpropagate_delta(
        self, weights: Tensor, delta: Tensor, z: Tensor, activation: str, slope: float | None = None
    ) -> Tensor:
        return self.gradient(lambda z: weights @ self.activate(activation, z, slope), [z], delta)

    # networks

    def parameters(self, network: Network) -> list[Tensor]:
        """Every weight matrix, then every bias."""
        return [self.tensor(layer.weights) for layer in network.layers] + [
            self.tensor(layer.bias) for layer in network.layers
        ]

    def forward(self, network: Network, parameters: Sequence[Tensor], x: Tensor) -> tuple[Tensor, Tensor]:
        """The last pre-activation and the output of a batch."""
        z, depth = x, len(network.layers)
        for index, layer in enumerate(network.layers):
            z = self.dense_batch(x, parameters[index], parameters[depth + index])
            x = self.activate(layer.activation, z, layer.slope)
        return z, x

    def network_forward(self, network: Network, x: Tensor) -> Tensor:
        return self.forward(network, self.parameters(network), x)[1]

    def cost(self, network: Network, parameters: Sequence[Tensor], x: Tensor, y: Tensor) -> Tensor:
        z, a = self.forward(network, parameters, x)
        losses = {
            "squared_error": lambda k: self.squared_error(a[:, k], y[:, k]),
            "binary_cross_entropy": lambda k: self.sigmoid_cross_entropy(z[:, k], y[:, k]),
            "categorical_cross_entropy": lambda k: self.softmax_cross_entropy(z[:, k], y[:, k]),
        }
        total = sum(losses[network.loss](k) for k in range(x.shape[1]))
        return total / x.shape[1] if self.settled["cost"] == "mean" else total

    def network_cost(self, network: Network, x: Tensor, y: Tensor) -> Tensor:
        return self.cost(network, self.parameters(network), x, y)

    def network_gradients(self, network: Network, x: Tensor, y: Tensor) -> Any:
        return self.gradient(lambda *each: self.cost(network, each, x, y), self.parameters(network))

    def output_jacobian(self, network: Network, x: Tensor, index: int) -> Tensor:
        """The Jacobian with respect to one array of the parameters."""
        parameters = self.parameters(network)

        def output(changed: Tensor) -> Tensor:
            return self.forward(network, [*parameters[:index], changed, *parameters[index + 1 :]], x[:, None])[1][:, 0]

        return self.jacobian(output, parameters[index], len(network.layers[-1].bias))

    def output_weight_jacobian(self, network: Network, x: Tensor, layer: int) -> Tensor:
        return self.output_jacobian(network, x, layer - 1)

    def output_bias_jacobian(self, network: Network, x: Tensor, layer: int) -> Tensor:
        return self.output_jacobian(network, x, len(network.layers) + layer - 1)


def torch_library(torch: Any, name: str) -> Library:
    """PyTorch on the processor, in the format called ``name``."""
    functional = torch.nn.functional
    dtype = getattr(torch, name)

    def product(function: Callable[..., Tensor], arguments: Sequence[Tensor], upstream: Tensor) -> Sequence[Tensor]:
        leaves = [argument.detach().clone().requires_grad_() for argument in arguments]
        return torch.autograd.grad(function(*leaves), leaves, upstream)

    return Library(
        tensor=lambda array: torch.tensor(np.array(array, dtype=np.float64)).to(dtype),
        array=lambda tensor: tensor.detach().to(torch.float64).numpy(),
        functions={
            "identity": lambda z: z * 1,
            "relu": torch.relu,
            "leaky_relu": functional.leaky_relu,
            "sigmoid": torch.sigmoid,
            "tanh": torch.tanh,
            "log": torch.log,
            "softmax": lambda z: torch.softmax(z, 0),
            "log_softmax": lambda z: torch.log_softmax(z, 0),
            "sigmoid_cross_entropy": lambda z, y: functional.binary_cross_entropy_with_logits(z, y, reduction="sum"),
            "softmax_cross_entropy": lambda z, y: functional.cross_entropy(z, y, reduction="sum"),
        },
        product=product,
    )


def jax_library(jax: Any, name: str) -> Library:
    """JAX on the processor, in the format called ``name``."""
    jnp = jax.numpy
    return Library(
        tensor=lambda array: jnp.asarray(np.array(array, dtype=np.float64)).astype(name),
        array=lambda tensor: np.asarray(tensor).astype(np.float64),
        functions={
            "identity": lambda z: z,
            "relu": jax.nn.relu,
            "leaky_relu": jax.nn.leaky_relu,
            "sigmoid": jax.nn.sigmoid,
            "tanh": jnp.tanh,
            "log": jnp.log,
            "softmax": lambda z: jax.nn.softmax(z, axis=0),
            "log_softmax": lambda z: jax.nn.log_softmax(z, axis=0),
            "sigmoid_cross_entropy": lambda z, y: (jax.nn.softplus(z) - y * z).sum(),
            "softmax_cross_entropy": lambda z, y: -(y * jax.nn.log_softmax(z)).sum(),
        },
        product=lambda function, arguments, upstream: jax.vjp(function, *arguments)[1](upstream),
    )
