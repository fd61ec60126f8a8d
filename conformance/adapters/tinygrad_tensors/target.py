"""tinygrad as a target: the contract's operations over tinygrad's functions."""

from __future__ import annotations

from importlib import metadata
from typing import TYPE_CHECKING, Any

from . import functions
from .calculus import Calculus
from .layers import Layers
from .networks import Networks
from .tensors import SETTINGS, in_tinygrad
from .training import Training

if TYPE_CHECKING:
    from collections.abc import Callable

    from .tensors import Network, Tensor


def _elementwise(name: str) -> tuple[Callable[..., Any], Callable[..., Any], Callable[..., Any]]:
    """Value, derivative and vector-Jacobian product of one activation, as methods."""

    @in_tinygrad
    def value(_: Tinygrad, z: Tensor, **parameters: float) -> Tensor:
        return functions.activation(name, **parameters)(z)

    @in_tinygrad
    def derivative(_: Tinygrad, z: Tensor, **parameters: float) -> Tensor:
        return functions.derivative(functions.activation(name, **parameters), z)

    @in_tinygrad
    def vjp(_: Tinygrad, z: Tensor, upstream: Tensor, **parameters: float) -> Tensor:
        return functions.vjp(functions.activation(name, **parameters)(z), [z], upstream)[0]

    return value, derivative, vjp


def _loss(function: Callable[[Tensor, Tensor], Tensor]) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """A loss and its gradient with respect to its first argument, as methods."""

    @in_tinygrad
    def value(_: Tinygrad, o: Tensor, y: Tensor) -> Tensor:
        return function(o, y)

    @in_tinygrad
    def gradient(_: Tinygrad, o: Tensor, y: Tensor) -> Tensor:
        return functions.vjp(function(o, y), [o])[0]

    return value, gradient


class Tinygrad(Calculus, Layers, Networks, Training):
    """
    tinygrad on one device, one thread, kernels as they are without a search; batches in rows as in ``nn.Linear``.

    What is not here is in the classes that this one is put together from.
    """

    name = "tinygrad"
    version = metadata.version("tinygrad")
    formats = ("float64", "float32", "float16", "bfloat16")
    conventions = {  # noqa: RUF012 -- read, never written
        "layout": "rows",
        "weight_layout": "out_in",
        "relu_at_zero": "0",
        "leaky_relu_at_zero": "one",
        "step_at_threshold": "1",
        "squared_error": "full",
        "cost": "mean",
        "entry_reduction": "mean",
        "label_sum": "any",
        "subnormals": "gradual",
    }
    environment = {f"tinygrad {name}": str(value) for name, value in SETTINGS.items()}  # noqa: RUF012 -- likewise

    identity, identity_derivative, identity_vjp = _elementwise("identity")
    relu, relu_derivative, relu_vjp = _elementwise("relu")
    leaky_relu, leaky_relu_derivative, leaky_relu_vjp = _elementwise("leaky_relu")
    sigmoid, sigmoid_derivative, sigmoid_vjp = _elementwise("sigmoid")
    tanh, tanh_derivative, tanh_vjp = _elementwise("tanh")

    squared_error, squared_error_gradient = _loss(functions.squared_error)
    squared_error_delta = squared_error_gradient  # the output is the identity
    binary_cross_entropy, binary_cross_entropy_gradient = _loss(lambda o, y: o.binary_crossentropy(y))
    categorical_cross_entropy, categorical_cross_entropy_gradient = _loss(functions.categorical_cross_entropy)
    sigmoid_cross_entropy, sigmoid_cross_entropy_delta = _loss(lambda z, y: z.binary_crossentropy_logits(y))
    softmax_cross_entropy, softmax_cross_entropy_delta = _loss(lambda z, y: z.cross_entropy(y))

    @in_tinygrad
    def heaviside(self, z: Tensor, threshold: float = 0.0) -> Tensor:
        """Step from 0 to 1 at the threshold."""
        return functions.heaviside(z, threshold)

    @in_tinygrad
    def heaviside_derivative(self, z: Tensor, threshold: float = 0.0) -> Tensor:
        """What tinygrad's differentiation makes of a step."""
        return functions.derivative(lambda point: functions.heaviside(point, threshold), z)

    @in_tinygrad
    def heaviside_vjp(self, z: Tensor, upstream: Tensor, threshold: float = 0.0) -> Tensor:
        """What tinygrad's differentiation makes of a step, at ``upstream``."""
        return functions.vjp(functions.heaviside(z, threshold), [z], upstream)[0]

    @in_tinygrad
    def softmax(self, z: Tensor) -> Tensor:
        """Softmax of a vector."""
        return z.softmax()

    @in_tinygrad
    def log_softmax(self, z: Tensor) -> Tensor:
        """Logarithm of the softmax of a vector."""
        return z.log_softmax()

    @in_tinygrad
    def softmax_jacobian(self, z: Tensor) -> Tensor:
        """Jacobian of the softmax."""
        return functions.jacobian_of_rows(lambda rows: rows.softmax(), z, z.shape[0])

    @in_tinygrad
    def softmax_vjp(self, z: Tensor, upstream: Tensor) -> Tensor:
        """Vector-Jacobian product of the softmax."""
        return functions.vjp(z.softmax(), [z], upstream)[0]

    @in_tinygrad
    def softmax_batch(self, Z: Tensor) -> Tensor:
        """Softmax of each row."""
        return Z.softmax()

    @in_tinygrad
    def dense(self, x: Tensor, W: Tensor, b: Tensor) -> Tensor:
        """Linear layer of a vector."""
        return functions.dense(x, W, b)

    @in_tinygrad
    def dense_jacobian_x(self, x: Tensor, W: Tensor, b: Tensor) -> Tensor:
        """Jacobian of a linear layer by its input."""
        return functions.jacobian_of_rows(lambda rows: functions.dense(rows, W, b), x, W.shape[0])

    @in_tinygrad
    def dense_jacobian_weights(self, x: Tensor, W: Tensor, b: Tensor) -> Any:
        """Jacobian of a linear layer by its weights."""
        return functions.jacobian(functions.dense(x, W, b), W)

    @in_tinygrad
    def dense_jacobian_bias(self, x: Tensor, W: Tensor, b: Tensor) -> Any:
        """Jacobian of a linear layer by its bias."""
        return functions.jacobian(functions.dense(x, W, b), b)

    @in_tinygrad
    def dense_gradients(self, x: Tensor, W: Tensor, b: Tensor, delta: Tensor) -> list[Tensor]:
        """Vector-Jacobian products of a linear layer."""
        return functions.vjp(functions.dense(x, W, b), [x, W, b], delta)

    dense_batch = dense
    dense_batch_gradients = dense_gradients

    @in_tinygrad
    def backpropagate_delta(
        self, W_next: Tensor, delta_next: Tensor, z: Tensor, activation: str, slope: float = 0.01
    ) -> Tensor:
        """Vector-Jacobian product of ``z -> W_next g(z)``."""
        value = functions.activation(activation, slope)(z).linear(W_next.transpose())
        return functions.vjp(value, [z], delta_next)[0]

    @in_tinygrad
    def network_forward(self, network: Network, X: Tensor) -> Tensor:
        """Last activation of each row."""
        return functions.forward(network, X)[1]

    @in_tinygrad
    def network_cost(self, network: Network, X: Tensor, Y: Tensor) -> Tensor:
        """Mean of the losses of the rows."""
        return functions.cost(network, X, Y)

    @in_tinygrad
    def network_gradients(self, network: Network, X: Tensor, Y: Tensor) -> tuple[list[Tensor], list[Tensor]]:
        """Gradients of the cost by weights and biases, first layer to last."""
        return functions.network_gradients(network, X, Y)

    @in_tinygrad
    def output_weight_jacobian(self, network: Network, x: Tensor, layer: int) -> Any:
        """Jacobian of the last activation by the weights of one layer."""
        return functions.output_jacobian(network, x, layer, of_weights=True)

    @in_tinygrad
    def output_bias_jacobian(self, network: Network, x: Tensor, layer: int) -> Any:
        """Jacobian of the last activation by the bias of one layer."""
        return functions.output_jacobian(network, x, layer, of_weights=False)

    @in_tinygrad
    def gradient_descent_step(
        self, network: Network, dWs: list[Tensor], dbs: list[Tensor], rate: float
    ) -> tuple[list[Tensor], list[Tensor]]:
        """One step of ``SGD``."""
        weights, biases = [W.clone() for W in network.weights], [b.clone() for b in network.biases]
        functions.descent([*weights, *biases], lambda: [*dWs, *dbs], rate, steps=1)
        return weights, biases
