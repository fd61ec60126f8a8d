"""Chapter 9, cost and training: the cost as a composed map, descent, and Park's linear regression."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import tensorflow as tf

from . import functions
from .differentiation import jacobian, vjp
from .tensors import in_tensorflow

if TYPE_CHECKING:
    from .library import Library
    from .tensors import Network, Tensor


def _half_mean_square(library: Library, a: Tensor, y: Tensor) -> Tensor:
    return functions.mean_square(library, a, y) / 2


def _regression_gradients(library: Library, X: Tensor, y: Tensor, w: Tensor, b: Tensor) -> Any:
    return vjp(lambda v, c: _half_mean_square(library, functions.unit(library, X, v, c), y), (w, b))


class Training:
    """Operations of chapter 9."""

    library: Library

    @in_tensorflow
    def gradient_descent_step(
        self, network: Network, dWs: list[Tensor], dbs: list[Tensor], rate: float
    ) -> tuple[list[Tensor], list[Tensor]]:
        """Weights and biases after one step."""
        count = len(network.layers)
        updated = self.library.descend(network.weights + network.biases, dWs + dbs, rate)
        return updated[:count], updated[count:]

    @in_tensorflow
    def stack_samples(self, A: Tensor) -> Tensor:
        """Rows one after the other."""
        return tf.reshape(A, [-1])

    @in_tensorflow
    def project_sample(self, A: Tensor, sample: int) -> Tensor:
        """One row."""
        return A[sample - 1]

    @in_tensorflow
    def projection_jacobian(self, A: Tensor, sample: int) -> Any:
        """Jacobian of one row by all of them."""
        return jacobian(lambda stack: tf.reshape(stack, A.shape)[sample - 1], tf.reshape(A, [-1]))

    @in_tensorflow
    def losses_jacobian(self, loss: str, O: Tensor, Y: Tensor) -> Tensor:  # noqa: E741 -- the letter of the text
        """Jacobian of the losses of the rows."""
        blocks = jacobian(lambda point: functions.losses(self.library, loss, point, Y), O)
        return tf.reshape(blocks, [O.shape[0], -1])

    @in_tensorflow
    def cost_row(self, weights: Tensor, loss: str, O: Tensor, Y: Tensor) -> Tensor:  # noqa: E741 -- as above
        """Vector-Jacobian product of the losses of the rows."""
        return tf.reshape(vjp(lambda point: functions.losses(self.library, loss, point, Y), O, weights), [-1])

    @in_tensorflow
    def stacked_weight_jacobian(self, network: Network, X: Tensor, layer: int) -> Tensor:
        """Jacobian of all outputs by the kernel of one layer."""
        blocks = functions.output_jacobian(self.library, network, X, layer, of_weights=True)
        return tf.reshape(blocks, [-1, *network.weights[layer - 1].shape])

    @in_tensorflow
    def stacked_bias_jacobian(self, network: Network, X: Tensor, layer: int) -> Tensor:
        """Jacobian of all outputs by the bias of one layer."""
        blocks = functions.output_jacobian(self.library, network, X, layer, of_weights=False)
        return tf.reshape(blocks, [-1, *network.biases[layer - 1].shape])

    @in_tensorflow
    def cost_weight_derivative(self, network: Network, X: Tensor, Y: Tensor, layer: int) -> Tensor:
        """Gradient of the cost by the kernel of one layer."""
        return functions.network_gradients(self.library, network, X, Y)[0][layer - 1]

    @in_tensorflow
    def cost_bias_derivative(self, network: Network, X: Tensor, Y: Tensor, layer: int) -> Tensor:
        """Gradient of the cost by the bias of one layer."""
        return functions.network_gradients(self.library, network, X, Y)[1][layer - 1]

    @in_tensorflow
    def gradient_vector(self, network: Network, dWs: list[Tensor], dbs: list[Tensor]) -> Tensor:
        """All gradients as one vector, those of kernels output by output."""
        parts = [*map(tf.transpose, dWs), *dbs]
        return self.library.elementary.concatenate([tf.reshape(each, [-1]) for each in parts])

    @in_tensorflow
    def steepest_descent_direction(self, gradient: Tensor) -> Tensor:
        """Minus the gradient over its norm."""
        return -gradient / self.library.elementary.norm(gradient)

    @in_tensorflow
    def learning_rate_limit(self, curvature: Tensor) -> Tensor:
        """Two over the curvature."""
        return 2 / curvature

    @in_tensorflow
    def quadratic_descent(self, theta: Tensor, curvature: float, rate: float, steps: int) -> Tensor:
        """Steps of the library's descent on ``curvature / 2 * theta^2``."""
        for _ in range(steps):
            gradient = vjp(lambda point: curvature / 2 * self.library.elementary.square(point), theta)
            (theta,) = self.library.descend([theta], [gradient], rate)
        return theta

    @in_tensorflow
    def linear_regression_forward(self, X: Tensor, w: Tensor, b: float) -> Tensor:
        """A dense layer of one unit, of every row."""
        return functions.unit(self.library, X, w, tf.constant(b, X.dtype))

    @in_tensorflow
    def linear_regression_cost(self, a: Tensor, y: Tensor) -> Tensor:
        """Half of the mean squared error."""
        return _half_mean_square(self.library, a, y)

    @in_tensorflow
    def linear_regression_backward(self, X: Tensor, y: Tensor, w: Tensor, b: float) -> Any:
        """Gradients of the cost."""
        return _regression_gradients(self.library, X, y, w, tf.constant(b, X.dtype))

    @in_tensorflow
    def linear_regression_step(self, w: Tensor, b: float, dw: Tensor, db: float, rate: float) -> list[Tensor]:
        """One step of the library's descent."""
        parameters, gradients = [w, tf.constant(b, w.dtype)], [dw, tf.constant(db, w.dtype)]
        return self.library.descend(parameters, gradients, rate)

    @in_tensorflow
    def linear_regression_descent(
        self, X: Tensor, y: Tensor, w: Tensor, b: float, rate: float, steps: int
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Steps of the library's descent, and the cost behind them."""
        bias = tf.constant(b, X.dtype)
        for _ in range(steps):
            w, bias = self.library.descend([w, bias], _regression_gradients(self.library, X, y, w, bias), rate)
        return w, bias, _half_mean_square(self.library, functions.unit(self.library, X, w, bias), y)
