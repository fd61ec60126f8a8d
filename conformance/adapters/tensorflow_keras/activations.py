"""Chapters 4 and 5: activations and losses, their values and derivatives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import tensorflow as tf

from . import functions
from .differentiation import jacobian, vjp
from .tensors import in_tensorflow

if TYPE_CHECKING:
    from collections.abc import Callable

    from .library import Library
    from .tensors import Tensor


def relu_epsilon(library: Library, z: Tensor, epsilon: float) -> Tensor:
    """Park's smooth relu, its printed polynomial between -epsilon and 0."""
    choose = library.elementary.choose
    # Outside the polynomial overflows, and the tape makes nan of 0 times its slope.
    inside = library.elementary.clip(z, -epsilon, 0.0)
    bend = -2 * inside**4 / epsilon**3 - 3 * inside**3 / epsilon**2 + inside
    return choose(z >= 0, z, choose(z > -epsilon, bend, tf.zeros_like(z)))


def root_mean_square_error(library: Library, o: Tensor, y: Tensor) -> Tensor:
    """Root of the squared error."""
    return library.elementary.square_root(functions.loss_of_one(library, "squared_error", o, y))


def _elementwise(name: str) -> tuple[Callable[..., Any], Callable[..., Any], Callable[..., Any]]:
    """Value, derivative and vector-Jacobian product of one activation, as methods."""

    @in_tensorflow
    def value(self: Activations, z: Tensor, **parameters: float) -> Tensor:
        return functions.activation(self.library, name, **parameters)(z)

    @in_tensorflow
    def derivative(self: Activations, z: Tensor, **parameters: float) -> Any:
        return vjp(functions.activation(self.library, name, **parameters), z)

    @in_tensorflow
    def product(self: Activations, z: Tensor, upstream: Tensor, **parameters: float) -> Any:
        return vjp(functions.activation(self.library, name, **parameters), z, upstream)

    return value, derivative, product


def _loss(name: str) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """A loss and its gradient with respect to its first argument, as methods."""

    @in_tensorflow
    def value(self: Activations, o: Tensor, y: Tensor) -> Tensor:
        return functions.loss_of_one(self.library, name, o, y)

    @in_tensorflow
    def gradient(self: Activations, o: Tensor, y: Tensor) -> Any:
        return vjp(lambda point: functions.loss_of_one(self.library, name, point, y), o)

    return value, gradient


class Activations:
    """Activations, softmax and losses."""

    library: Library

    identity, identity_derivative, identity_vjp = _elementwise("identity")
    relu, relu_derivative, relu_vjp = _elementwise("relu")
    leaky_relu, leaky_relu_derivative, leaky_relu_vjp = _elementwise("leaky_relu")
    sigmoid, sigmoid_derivative, sigmoid_vjp = _elementwise("sigmoid")
    tanh, tanh_derivative, tanh_vjp = _elementwise("tanh")

    squared_error, squared_error_gradient = _loss("squared_error")
    squared_error_delta = squared_error_gradient  # the output is the identity
    binary_cross_entropy, binary_cross_entropy_gradient = _loss("binary_cross_entropy")
    categorical_cross_entropy, categorical_cross_entropy_gradient = _loss("categorical_cross_entropy")
    sigmoid_cross_entropy, sigmoid_cross_entropy_delta = _loss("sigmoid_cross_entropy")
    softmax_cross_entropy, softmax_cross_entropy_delta = _loss("softmax_cross_entropy")

    @in_tensorflow
    def heaviside(self, z: Tensor, threshold: float = 0.0) -> Tensor:
        """Step from 0 to 1 at the threshold."""
        return functions.step(self.library, z, threshold)

    @in_tensorflow
    def heaviside_derivative(self, z: Tensor, threshold: float = 0.0) -> Any:
        """What the tape makes of a step."""
        return vjp(lambda point: functions.step(self.library, point, threshold), z)

    @in_tensorflow
    def heaviside_vjp(self, z: Tensor, upstream: Tensor, threshold: float = 0.0) -> Any:
        """What the tape makes of a step, at ``upstream``."""
        return vjp(lambda point: functions.step(self.library, point, threshold), z, upstream)

    @in_tensorflow
    def indicator(self, z: Tensor) -> Tensor:
        """One above zero."""
        return tf.cast(z > 0, z.dtype)

    @in_tensorflow
    def relu_epsilon(self, z: Tensor, epsilon: float) -> Tensor:
        """Park's smooth relu."""
        return relu_epsilon(self.library, z, epsilon)

    @in_tensorflow
    def relu_epsilon_derivative(self, z: Tensor, epsilon: float) -> Any:
        """What the tape makes of Park's smooth relu."""
        return vjp(lambda point: relu_epsilon(self.library, point, epsilon), z)

    @in_tensorflow
    def activation_jacobian(self, z: Tensor, activation: str, slope: float = 0.01) -> Any:
        """Jacobian of an elementwise activation."""
        return jacobian(functions.activation(self.library, activation, slope), z)

    @in_tensorflow
    def softmax(self, z: Tensor) -> Tensor:
        """Softmax of a vector."""
        return self._softmax_of_one(z)

    @in_tensorflow
    def log_softmax(self, z: Tensor) -> Tensor:
        """Logarithm of the softmax of a vector."""
        return self.library.log_softmax(z[tf.newaxis])[0]

    @in_tensorflow
    def softmax_jacobian(self, z: Tensor) -> Any:
        """Jacobian of the softmax."""
        return jacobian(self._softmax_of_one, z)

    @in_tensorflow
    def softmax_vjp(self, z: Tensor, upstream: Tensor) -> Any:
        """Vector-Jacobian product of the softmax."""
        return vjp(self._softmax_of_one, z, upstream)

    @in_tensorflow
    def softmax_batch(self, Z: Tensor) -> Tensor:
        """Softmax of each row."""
        return self.library.softmax(Z)

    @in_tensorflow
    def root_mean_square_error(self, o: Tensor, y: Tensor) -> Tensor:
        """Root of the mean of ``(o - y)^2``."""
        return root_mean_square_error(self.library, o, y)

    @in_tensorflow
    def root_mean_square_error_gradient(self, o: Tensor, y: Tensor) -> Any:
        """Its gradient by the prediction."""
        return vjp(lambda point: root_mean_square_error(self.library, point, y), o)

    def _softmax_of_one(self, z: Tensor) -> Tensor:
        return self.library.softmax(z[tf.newaxis])[0]
