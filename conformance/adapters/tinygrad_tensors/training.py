"""Chapter 9, cost and training: the cost as a composed map, descent, and Park's linear regression."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import functions
from .tensors import Rows, in_tinygrad, number

if TYPE_CHECKING:
    from .tensors import Network, Tensor


def _regression_cost(X: Tensor, y: Tensor, w: Tensor, b: Tensor) -> Tensor:
    return functions.squared_error(functions.unit(X, w, b), y) / 2


class Training:
    """Operations of chapter 9."""

    @in_tinygrad
    def stack_samples(self, A: Tensor) -> Tensor:
        """Rows one after the other."""
        return A.flatten()

    @in_tinygrad
    def project_sample(self, A: Tensor, sample: int) -> Tensor:
        """One row."""
        return A[sample - 1]

    @in_tinygrad
    def projection_jacobian(self, A: Tensor, sample: int) -> Any:
        """Jacobian of one row by all of them."""
        stack = A.flatten().contiguous()
        return functions.jacobian(stack.reshape(A.shape)[sample - 1], stack)

    @in_tinygrad
    def losses_jacobian(self, loss: str, O: Tensor, Y: Tensor) -> Any:  # noqa: E741 -- the letter of the text
        """Jacobian of the losses of the rows."""
        rows = functions.jacobian(functions.losses(loss, O, Y), O)
        return Rows(rows.tensors, (O.shape[0], O.shape[0] * O.shape[1]))

    @in_tinygrad
    def cost_row(self, weights: Tensor, loss: str, O: Tensor, Y: Tensor) -> Tensor:  # noqa: E741 -- as above
        """Vector-Jacobian product of the losses of the rows."""
        return functions.vjp(functions.losses(loss, O, Y), [O], weights)[0].flatten()

    @in_tinygrad
    def stacked_weight_jacobian(self, network: Network, X: Tensor, layer: int) -> Any:
        """Jacobian of all outputs by the weights of one layer."""
        rows = functions.output_jacobian(network, X, layer, of_weights=True)
        return Rows(rows.tensors, (rows.shape[0] * rows.shape[1], *rows.shape[2:]))

    @in_tinygrad
    def stacked_bias_jacobian(self, network: Network, X: Tensor, layer: int) -> Any:
        """Jacobian of all outputs by the bias of one layer."""
        rows = functions.output_jacobian(network, X, layer, of_weights=False)
        return Rows(rows.tensors, (rows.shape[0] * rows.shape[1], *rows.shape[2:]))

    @in_tinygrad
    def cost_weight_derivative(self, network: Network, X: Tensor, Y: Tensor, layer: int) -> Tensor:
        """Gradient of the cost by the weights of one layer."""
        return functions.network_gradients(network, X, Y)[0][layer - 1]

    @in_tinygrad
    def cost_bias_derivative(self, network: Network, X: Tensor, Y: Tensor, layer: int) -> Tensor:
        """Gradient of the cost by the bias of one layer."""
        return functions.network_gradients(network, X, Y)[1][layer - 1]

    @in_tinygrad
    def gradient_vector(self, network: Network, dWs: list[Tensor], dbs: list[Tensor]) -> Tensor:
        """All gradients as one vector."""
        return functions.concatenated([*dWs, *dbs])

    @in_tinygrad
    def steepest_descent_direction(self, gradient: Tensor) -> Tensor:
        """Minus the gradient over its norm."""
        return -gradient / gradient.square().sum().sqrt()

    @in_tinygrad
    def learning_rate_limit(self, curvature: Tensor) -> Tensor:
        """Two over the curvature."""
        return 2 / curvature

    @in_tinygrad
    def quadratic_descent(self, theta: Tensor, curvature: float, rate: float, steps: int) -> Tensor:
        """Steps of ``SGD`` on ``curvature / 2 * theta^2``."""
        parameter = theta.clone()
        functions.descent(
            [parameter],
            lambda: [functions.derivative(lambda point: curvature / 2 * point.square(), parameter)],
            rate,
            steps,
        )
        return parameter

    @in_tinygrad
    def linear_regression_forward(self, X: Tensor, w: Tensor, b: float) -> Tensor:
        """A weighted sum of every row."""
        return functions.unit(X, w, number(b, X))

    @in_tinygrad
    def linear_regression_cost(self, a: Tensor, y: Tensor) -> Tensor:
        """Half of the mean squared error."""
        return functions.squared_error(a, y) / 2

    @in_tinygrad
    def linear_regression_backward(self, X: Tensor, y: Tensor, w: Tensor, b: float) -> list[Tensor]:
        """Gradients of the cost."""
        bias = number(b, X)
        return functions.vjp(_regression_cost(X, y, w, bias), [w, bias])

    @in_tinygrad
    def linear_regression_step(self, w: Tensor, b: float, dw: Tensor, db: float, rate: float) -> tuple[Tensor, Tensor]:
        """One step of ``SGD``."""
        weights, bias = w.clone(), number(b, w).reshape(1).clone()
        functions.descent([weights, bias], lambda: [dw, number(db, w).reshape(1)], rate, steps=1)
        return weights, bias.reshape(())

    @in_tinygrad
    def linear_regression_descent(
        self, X: Tensor, y: Tensor, w: Tensor, b: float, rate: float, steps: int
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Steps of ``SGD``, and the cost behind them. The bias is a vector of one entry: a number it refuses."""
        weights, bias = w.clone(), number(b, X).reshape(1).clone()

        def gradients() -> list[Tensor]:
            return functions.vjp(_regression_cost(X, y, weights, bias), [weights, bias])

        functions.descent([weights, bias], gradients, rate, steps)
        return weights, bias.reshape(()), _regression_cost(X, y, weights, bias)
