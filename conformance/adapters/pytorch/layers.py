"""Chapters 4 to 6: further activations and losses, neurons, and layers with their activations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch.nn import functional

from . import functions
from .tensors import Moded, in_torch, value_in_torch

if TYPE_CHECKING:
    from .tensors import Tensor


def relu_epsilon(z: Tensor, epsilon: float) -> Tensor:
    """Park's smooth relu, its printed polynomial between -epsilon and 0."""
    inside = z.clamp(-epsilon, 0)  # outside the polynomial overflows, and autograd makes nan of 0 times its slope
    bend = -2 * inside**4 / epsilon**3 - 3 * inside**3 / epsilon**2 + inside
    return torch.where(z >= 0, z, torch.where(z > -epsilon, bend, torch.zeros_like(z)))


def root_mean_square_error(o: Tensor, y: Tensor) -> Tensor:
    """Root of ``mse_loss``."""
    return torch.sqrt(functional.mse_loss(o, y))


def neuron(x: Tensor, w: Tensor, b: Tensor, activation: str, slope: float) -> Tensor:
    """Activation of one neuron, of a vector or of each row."""
    return functions.activation(activation, slope)(functions.unit(x, w, b))


class Layers(Moded):
    """Operations of single units and layers."""

    @value_in_torch
    def indicator(self, z: Tensor) -> Tensor:
        """One above zero."""
        return (z > 0).to(z.dtype)

    @value_in_torch
    def relu_epsilon(self, z: Tensor, epsilon: float) -> Tensor:
        """Park's smooth relu."""
        return relu_epsilon(z, epsilon)

    @in_torch
    def relu_epsilon_derivative(self, z: Tensor, epsilon: float) -> Any:
        """What autograd makes of Park's smooth relu."""
        return self.mode.vjp(lambda point: relu_epsilon(point, epsilon), z)

    @in_torch
    def activation_jacobian(self, z: Tensor, activation: str, slope: float = 0.01) -> Any:
        """Jacobian of an elementwise activation."""
        return self.mode.jacobian(functions.activation(activation, slope), z)

    @value_in_torch
    def root_mean_square_error(self, o: Tensor, y: Tensor) -> Tensor:
        """Root of the mean of ``(o - y)^2``."""
        return root_mean_square_error(o, y)

    @in_torch
    def root_mean_square_error_gradient(self, o: Tensor, y: Tensor) -> Any:
        """Its gradient by the prediction."""
        return self.mode.vjp(lambda point: root_mean_square_error(point, y), o)

    @value_in_torch
    def linear_model(self, w: Tensor, x: Tensor) -> Tensor:
        """Dot product of the weights and the input behind a one."""
        return torch.dot(w, torch.cat([x.new_ones(1), x]))

    @value_in_torch
    def perceptron(self, x: Tensor, w: Tensor, b: float, threshold: float = 0.0) -> Tensor:
        """Step of a linear layer of one unit."""
        return functions.step(functions.unit(x, w, x.new_tensor(b)), threshold)

    @value_in_torch
    def neuron(self, x: Tensor, w: Tensor, b: float, activation: str, slope: float = 0.01) -> Tensor:
        """Activation of a linear layer of one unit."""
        return neuron(x, w, x.new_tensor(b), activation, slope)

    @in_torch
    def neuron_gradients(self, x: Tensor, w: Tensor, b: float, activation: str, slope: float = 0.01) -> Any:
        """Gradients of the activation by weights and bias."""
        return self.mode.vjp(lambda v, c: neuron(x, v, c, activation, slope), (w, x.new_tensor(b)))

    @in_torch
    def neuron_chain(self, x: Tensor, w: Tensor, b: float, activation: str, slope: float = 0.01) -> Any:
        """The Jacobian of each step: of the activation, of the bias, of the sum, of the product."""
        product = w * x
        total = product.sum()
        z = functions.unit(x, w, x.new_tensor(b))
        return (
            self.mode.jacobian(functions.activation(activation, slope), z),
            self.mode.jacobian(lambda s: s + b, total),
            self.mode.jacobian(torch.sum, product),
            self.mode.jacobian(lambda v: v * x, w),
        )

    @value_in_torch
    def neuron_cost(self, X: Tensor, y: Tensor, w: Tensor, b: float, activation: str, slope: float = 0.01) -> Tensor:
        """Mean squared error of one neuron."""
        return functional.mse_loss(neuron(X, w, X.new_tensor(b), activation, slope), y)

    @in_torch
    def neuron_cost_gradients(
        self, X: Tensor, y: Tensor, w: Tensor, b: float, activation: str, slope: float = 0.01
    ) -> Any:
        """Its gradients by weights and bias."""
        return self.mode.vjp(
            lambda v, c: functional.mse_loss(neuron(X, v, c, activation, slope), y), (w, X.new_tensor(b))
        )

    @value_in_torch
    def compose_affine(self, W1: Tensor, b1: Tensor, W2: Tensor, b2: Tensor) -> tuple[Tensor, Tensor]:
        """Product of the weights, and the second layer of the first bias."""
        return W2 @ W1, functional.linear(b1, W2, b2)

    @value_in_torch
    def layer(self, x: Tensor, W: Tensor, b: Tensor, activation: str, slope: float = 0.01) -> Tensor:
        """Activation of a linear layer."""
        return functions.activation(activation, slope)(functional.linear(x, W, b))

    @in_torch
    def layer_gradients(
        self, x: Tensor, W: Tensor, b: Tensor, activation: str, upstream: Tensor, slope: float = 0.01
    ) -> Any:
        """Vector-Jacobian products of a layer with its activation."""
        function = functions.activation(activation, slope)
        return self.mode.vjp(lambda *point: function(functional.linear(*point)), (x, W, b), upstream)
