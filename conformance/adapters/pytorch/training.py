"""Chapter 9, cost and training: the cost as a composed map, descent, and Park's linear regression."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch.nn import functional

from . import functions
from .tensors import Moded, in_torch, value_in_torch

if TYPE_CHECKING:
    from .modes import Mode
    from .tensors import Network, Tensor


def _half_mean_square(a: Tensor, y: Tensor) -> Tensor:
    return functional.mse_loss(a, y) / 2


def _regression_gradients(mode: Mode, X: Tensor, y: Tensor, w: Tensor, b: Tensor) -> Any:
    return mode.vjp(lambda v, c: _half_mean_square(functions.unit(X, v, c), y), (w, b))


class Training(Moded):
    """Operations of chapter 9."""

    @value_in_torch
    def stack_samples(self, A: Tensor) -> Tensor:
        """Rows one after the other."""
        return A.reshape(-1)

    @value_in_torch
    def project_sample(self, A: Tensor, sample: int) -> Tensor:
        """One row."""
        return A[sample - 1]

    @in_torch
    def projection_jacobian(self, A: Tensor, sample: int) -> Any:
        """Jacobian of one row by all of them."""
        return self.mode.jacobian(lambda stack: stack.reshape(A.shape)[sample - 1], A.reshape(-1))

    @in_torch
    def losses_jacobian(self, loss: str, O: Tensor, Y: Tensor) -> Any:  # noqa: E741 -- the letter of the text
        """Jacobian of the losses of the rows."""
        return self.mode.jacobian(lambda point: functions.losses(loss, point, Y), O).reshape(O.shape[0], -1)

    @in_torch
    def cost_row(self, weights: Tensor, loss: str, O: Tensor, Y: Tensor) -> Any:  # noqa: E741 -- as above
        """Vector-Jacobian product of the losses of the rows."""
        return self.mode.vjp(lambda point: functions.losses(loss, point, Y), O, weights).reshape(-1)

    @in_torch
    def stacked_weight_jacobian(self, network: Network, X: Tensor, layer: int) -> Any:
        """Jacobian of all outputs by the weights of one layer."""
        return functions.output_jacobian(self.mode, network, X, layer, of_weights=True).flatten(0, 1)

    @in_torch
    def stacked_bias_jacobian(self, network: Network, X: Tensor, layer: int) -> Any:
        """Jacobian of all outputs by the bias of one layer."""
        return functions.output_jacobian(self.mode, network, X, layer, of_weights=False).flatten(0, 1)

    @in_torch
    def cost_weight_derivative(self, network: Network, X: Tensor, Y: Tensor, layer: int) -> Tensor:
        """Gradient of the cost by the weights of one layer."""
        return functions.network_gradients(self.mode, network, X, Y)[0][layer - 1]

    @in_torch
    def cost_bias_derivative(self, network: Network, X: Tensor, Y: Tensor, layer: int) -> Tensor:
        """Gradient of the cost by the bias of one layer."""
        return functions.network_gradients(self.mode, network, X, Y)[1][layer - 1]

    @value_in_torch
    def gradient_vector(self, network: Network, dWs: list[Tensor], dbs: list[Tensor]) -> Tensor:
        """All gradients as one vector."""
        return torch.nn.utils.parameters_to_vector([*dWs, *dbs])

    @value_in_torch
    def steepest_descent_direction(self, gradient: Tensor) -> Tensor:
        """Minus the gradient over its norm."""
        norm: Tensor = torch.linalg.vector_norm(gradient)
        return -gradient / norm

    @value_in_torch
    def learning_rate_limit(self, curvature: Tensor) -> Tensor:
        """Two over the curvature."""
        return 2 / curvature

    @in_torch
    def quadratic_descent(self, theta: Tensor, curvature: float, rate: float, steps: int) -> Tensor:
        """Steps of ``torch.optim.SGD`` on ``curvature / 2 * theta^2``."""
        parameter = torch.nn.Parameter(theta)
        optimizer = torch.optim.SGD([parameter], lr=rate)
        for _ in range(steps):
            parameter.grad = self.mode.vjp(lambda point: curvature / 2 * point**2, parameter.detach())
            optimizer.step()
        return parameter

    @value_in_torch
    def linear_regression_forward(self, X: Tensor, w: Tensor, b: float) -> Tensor:
        """A linear layer of one unit, of every row."""
        return functions.unit(X, w, X.new_tensor(b))

    @value_in_torch
    def linear_regression_cost(self, a: Tensor, y: Tensor) -> Tensor:
        """Half of the mean squared error."""
        return _half_mean_square(a, y)

    @in_torch
    def linear_regression_backward(self, X: Tensor, y: Tensor, w: Tensor, b: float) -> Any:
        """Gradients of the cost."""
        return _regression_gradients(self.mode, X, y, w, X.new_tensor(b))

    @value_in_torch
    def linear_regression_step(self, w: Tensor, b: float, dw: Tensor, db: float, rate: float) -> tuple[Tensor, Tensor]:
        """One step of descent."""
        return torch.sub(w, dw, alpha=rate), torch.sub(w.new_tensor(b), w.new_tensor(db), alpha=rate)

    @in_torch
    def linear_regression_descent(
        self, X: Tensor, y: Tensor, w: Tensor, b: float, rate: float, steps: int
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Steps of ``torch.optim.SGD``, and the cost behind them."""
        weights, bias = torch.nn.Parameter(w), torch.nn.Parameter(X.new_tensor(b))
        optimizer = torch.optim.SGD([weights, bias], lr=rate)
        for _ in range(steps):
            weights.grad, bias.grad = _regression_gradients(self.mode, X, y, weights.detach(), bias.detach())
            optimizer.step()
        return weights, bias, _half_mean_square(functions.unit(X, weights, bias), y)
