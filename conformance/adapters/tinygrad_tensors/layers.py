"""Chapters 4 to 6: further activations and losses, neurons, and layers with their activations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tinygrad import Tensor as TinygradTensor

from . import functions
from .tensors import in_tinygrad, number

if TYPE_CHECKING:
    from .tensors import Tensor


def relu_epsilon(z: Tensor, epsilon: float) -> Tensor:
    """Park's smooth relu, its printed polynomial between -epsilon and 0."""
    inside = z.clip(-epsilon, 0)  # outside the polynomial overflows, and its slope times 0 is nan
    square = inside * inside
    bend = -2 * square * square / epsilon**3 - 3 * square * inside / epsilon**2 + inside
    return (z >= 0).where(z, (z > -epsilon).where(bend, 0))


def root_mean_square_error(o: Tensor, y: Tensor) -> Tensor:
    """Root of the mean of ``(o - y)^2``."""
    return functions.squared_error(o, y).sqrt()


def neuron(x: Tensor, w: Tensor, b: Tensor, activation: str, slope: float) -> Tensor:
    """Activation of one neuron, of a vector or of each row."""
    return functions.activation(activation, slope)(functions.unit(x, w, b))


class Layers:
    """Operations of single units and layers."""

    @in_tinygrad
    def indicator(self, z: Tensor) -> Tensor:
        """One above zero."""
        return (z > 0).cast(z.dtype)

    @in_tinygrad
    def relu_epsilon(self, z: Tensor, epsilon: float) -> Tensor:
        """Park's smooth relu."""
        return relu_epsilon(z, epsilon)

    @in_tinygrad
    def relu_epsilon_derivative(self, z: Tensor, epsilon: float) -> Tensor:
        """What tinygrad's differentiation makes of Park's smooth relu."""
        return functions.derivative(lambda point: relu_epsilon(point, epsilon), z)

    @in_tinygrad
    def activation_jacobian(self, z: Tensor, activation: str, slope: float = 0.01) -> Tensor:
        """Jacobian of an elementwise activation."""
        return functions.jacobian_of_rows(functions.activation(activation, slope), z, z.shape[0])

    @in_tinygrad
    def root_mean_square_error(self, o: Tensor, y: Tensor) -> Tensor:
        """Root of the mean of ``(o - y)^2``."""
        return root_mean_square_error(o, y)

    @in_tinygrad
    def root_mean_square_error_gradient(self, o: Tensor, y: Tensor) -> Tensor:
        """Its gradient by the prediction."""
        return functions.vjp(root_mean_square_error(o, y), [o])[0]

    @in_tinygrad
    def linear_model(self, w: Tensor, x: Tensor) -> Tensor:
        """Dot product of the weights and the input behind a one."""
        return w.dot(TinygradTensor.cat(number(1.0, x).reshape(1), x))

    @in_tinygrad
    def perceptron(self, x: Tensor, w: Tensor, b: float, threshold: float = 0.0) -> Tensor:
        """Step of a weighted sum."""
        return functions.heaviside(functions.unit(x, w, number(b, x)), threshold)

    @in_tinygrad
    def neuron(self, x: Tensor, w: Tensor, b: float, activation: str, slope: float = 0.01) -> Tensor:
        """Activation of a weighted sum."""
        return neuron(x, w, number(b, x), activation, slope)

    @in_tinygrad
    def neuron_gradients(self, x: Tensor, w: Tensor, b: float, activation: str, slope: float = 0.01) -> list[Tensor]:
        """Gradients of the activation by weights and bias."""
        bias = number(b, x)
        return functions.vjp(neuron(x, w, bias, activation, slope), [w, bias])

    @in_tinygrad
    def neuron_chain(self, x: Tensor, w: Tensor, b: float, activation: str, slope: float = 0.01) -> Any:
        """The Jacobian of each step: of the activation, of the bias, of the sum, of the product."""
        product = w * x
        total = product.sum()
        z = total + number(b, x)
        return (
            functions.jacobian(functions.activation(activation, slope)(z), z),
            functions.jacobian(z, total),
            functions.jacobian(total, product),
            functions.jacobian(product, w),
        )

    @in_tinygrad
    def neuron_cost(self, X: Tensor, y: Tensor, w: Tensor, b: float, activation: str, slope: float = 0.01) -> Tensor:
        """Mean squared error of one neuron."""
        return functions.squared_error(neuron(X, w, number(b, X), activation, slope), y)

    @in_tinygrad
    def neuron_cost_gradients(
        self, X: Tensor, y: Tensor, w: Tensor, b: float, activation: str, slope: float = 0.01
    ) -> list[Tensor]:
        """Its gradients by weights and bias."""
        bias = number(b, X)
        return functions.vjp(functions.squared_error(neuron(X, w, bias, activation, slope), y), [w, bias])

    @in_tinygrad
    def compose_affine(self, W1: Tensor, b1: Tensor, W2: Tensor, b2: Tensor) -> tuple[Tensor, Tensor]:
        """Product of the weights, and the second layer of the first bias."""
        return W2.matmul(W1), functions.dense(b1, W2, b2)

    @in_tinygrad
    def layer(self, x: Tensor, W: Tensor, b: Tensor, activation: str, slope: float = 0.01) -> Tensor:
        """Activation of a dense layer."""
        return functions.activation(activation, slope)(functions.dense(x, W, b))

    @in_tinygrad
    def layer_gradients(
        self, x: Tensor, W: Tensor, b: Tensor, activation: str, upstream: Tensor, slope: float = 0.01
    ) -> list[Tensor]:
        """Vector-Jacobian products of a layer with its activation."""
        return functions.vjp(functions.activation(activation, slope)(functions.dense(x, W, b)), [x, W, b], upstream)
