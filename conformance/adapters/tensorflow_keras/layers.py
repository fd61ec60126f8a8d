"""Chapter 6: neurons, dense layers, and layers with their activations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import tensorflow as tf

from . import functions
from .differentiation import jacobian, vjp
from .tensors import in_tensorflow

if TYPE_CHECKING:
    from .library import Library
    from .tensors import Tensor


class Layers:
    """Operations of single units and layers."""

    library: Library

    @in_tensorflow
    def dense(self, x: Tensor, W: Tensor, b: Tensor) -> Tensor:
        """Dense layer of a vector."""
        return functions.dense(self.library, x, W, b)

    @in_tensorflow
    def dense_jacobian_x(self, x: Tensor, W: Tensor, b: Tensor) -> Any:
        """Jacobian of a dense layer by its input."""
        return jacobian(lambda point: functions.dense(self.library, point, W, b), x)

    @in_tensorflow
    def dense_jacobian_weights(self, x: Tensor, W: Tensor, b: Tensor) -> Any:
        """Jacobian of a dense layer by its kernel."""
        return jacobian(lambda point: functions.dense(self.library, x, point, b), W)

    @in_tensorflow
    def dense_jacobian_bias(self, x: Tensor, W: Tensor, b: Tensor) -> Any:
        """Jacobian of a dense layer by its bias."""
        return jacobian(lambda point: functions.dense(self.library, x, W, point), b)

    @in_tensorflow
    def dense_gradients(self, x: Tensor, W: Tensor, b: Tensor, delta: Tensor) -> Any:
        """Vector-Jacobian products of a dense layer."""
        return vjp(lambda *points: functions.dense(self.library, *points), (x, W, b), delta)

    dense_batch = dense
    dense_batch_gradients = dense_gradients

    @in_tensorflow
    def backpropagate_delta(
        self, W_next: Tensor, delta_next: Tensor, z: Tensor, activation: str, slope: float = 0.01
    ) -> Any:
        """Vector-Jacobian product of ``z -> g(z) W_next``."""
        function = functions.activation(self.library, activation, slope)
        no_bias = tf.zeros_like(delta_next)
        return vjp(lambda point: functions.dense(self.library, function(point), W_next, no_bias), z, delta_next)

    @in_tensorflow
    def linear_model(self, w: Tensor, x: Tensor) -> Tensor:
        """Dot product of the weights and the input behind a one."""
        extended = self.library.elementary.concatenate([tf.ones(1, x.dtype), x])
        return functions.applied(self.library, w[tf.newaxis], extended)[0]

    @in_tensorflow
    def perceptron(self, x: Tensor, w: Tensor, b: float, threshold: float = 0.0) -> Tensor:
        """Step of a dense layer of one unit."""
        return functions.step(self.library, functions.unit(self.library, x, w, tf.constant(b, x.dtype)), threshold)

    @in_tensorflow
    def neuron(self, x: Tensor, w: Tensor, b: float, activation: str, slope: float = 0.01) -> Tensor:
        """Activation of a dense layer of one unit."""
        return functions.neuron(self.library, x, w, tf.constant(b, x.dtype), activation, slope)

    @in_tensorflow
    def neuron_gradients(self, x: Tensor, w: Tensor, b: float, activation: str, slope: float = 0.01) -> Any:
        """Gradients of the activation by weights and bias."""
        return vjp(
            lambda v, c: functions.neuron(self.library, x, v, c, activation, slope), (w, tf.constant(b, x.dtype))
        )

    @in_tensorflow
    def neuron_chain(self, x: Tensor, w: Tensor, b: float, activation: str, slope: float = 0.01) -> Any:
        """The Jacobian of each step: of the activation, of the bias, of the sum, of the product."""
        product = self.library.elementary.multiply(w, x)
        total = self.library.elementary.total
        z = functions.unit(self.library, x, w, tf.constant(b, x.dtype))
        return (
            vjp(functions.activation(self.library, activation, slope), z),
            vjp(lambda s: s + b, total(product)),
            jacobian(total, product),
            jacobian(lambda v: v * x, w),
        )

    @in_tensorflow
    def neuron_cost(self, X: Tensor, y: Tensor, w: Tensor, b: float, activation: str, slope: float = 0.01) -> Tensor:
        """Mean squared error of one neuron."""
        a = functions.neuron(self.library, X, w, tf.constant(b, X.dtype), activation, slope)
        return functions.mean_square(self.library, a, y)

    @in_tensorflow
    def neuron_cost_gradients(
        self, X: Tensor, y: Tensor, w: Tensor, b: float, activation: str, slope: float = 0.01
    ) -> Any:
        """Its gradients by weights and bias."""

        def cost(v: Tensor, c: Tensor) -> Tensor:
            return functions.mean_square(self.library, functions.neuron(self.library, X, v, c, activation, slope), y)

        return vjp(cost, (w, tf.constant(b, X.dtype)))

    @in_tensorflow
    def compose_affine(self, W1: Tensor, b1: Tensor, W2: Tensor, b2: Tensor) -> tuple[Tensor, Tensor]:
        """Product of the kernels, and the second layer of the first bias."""
        return self.library.elementary.matrix_product(W1, W2), functions.dense(self.library, b1, W2, b2)

    @in_tensorflow
    def layer(self, x: Tensor, W: Tensor, b: Tensor, activation: str, slope: float = 0.01) -> Tensor:
        """Activation of a dense layer."""
        return functions.activation(self.library, activation, slope)(functions.dense(self.library, x, W, b))

    @in_tensorflow
    def layer_gradients(
        self, x: Tensor, W: Tensor, b: Tensor, activation: str, upstream: Tensor, slope: float = 0.01
    ) -> Any:
        """Vector-Jacobian products of a layer with its activation."""
        function = functions.activation(self.library, activation, slope)
        return vjp(lambda *points: function(functions.dense(self.library, *points)), (x, W, b), upstream)
