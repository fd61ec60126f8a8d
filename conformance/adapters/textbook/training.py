"""Chapter 9, cost and training: the operations as the sources print them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .parts import Parts, refuse_other_losses

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ....spec.network import Network
    from .parts import Array, Scalar


class Training(Parts):
    """The ``definition`` form of every clause of the chapter, step by step in the format of its arguments."""

    output_weight_jacobian: Callable[..., Array]
    output_bias_jacobian: Callable[..., Array]

    # the cost as a composed map (Dick 2021, sections 4 and 5)

    def stack_samples(self, A: Array) -> Array:
        """``(a^1_1, ..., a^1_n, ..., a^N_1, ..., a^N_n)``."""
        return A.flatten(order="F")

    def project_sample(self, A: Array, sample: int) -> Array:
        """``pi_k`` of the stack."""
        n = A.shape[0]
        return self.stack_samples(A)[(sample - 1) * n : sample * n].copy()

    def projection_jacobian(self, A: Array, sample: int) -> Array:
        """``[0 | ... | I | ... | 0]``."""
        n, N = A.shape
        J = np.zeros((n, N * n), dtype=A.dtype)
        J[:, (sample - 1) * n : sample * n] = np.eye(n)
        return J

    def losses_jacobian(self, loss: str, O: Array, Y: Array) -> Array:  # noqa: E741 -- the letter of the text
        """Row k is ``grad L_k(o_k) D pi_k``."""
        gradient = getattr(self, f"{loss}_gradient")
        pairs = zip(O.T, Y.T, strict=True)
        rows = [gradient(o, y) @ self.projection_jacobian(O, k) for k, (o, y) in enumerate(pairs, start=1)]
        return np.array(rows, dtype=O.dtype)

    def cost_row(self, weights: Array, loss: str, O: Array, Y: Array) -> Array:  # noqa: E741 -- as above
        """``grad phi . D phi~``."""
        row: Array = weights @ self.losses_jacobian(loss, O, Y)
        return row

    def stacked_weight_jacobian(self, network: Network, X: Array, layer: int) -> Array:
        """The array of each sample, one below the other."""
        return np.concatenate([self.output_weight_jacobian(network, x, layer) for x in X.T])

    def stacked_bias_jacobian(self, network: Network, X: Array, layer: int) -> Array:
        """The matrix of each sample, one below the other."""
        return np.concatenate([self.output_bias_jacobian(network, x, layer) for x in X.T])

    def cost_weight_derivative(self, network: Network, X: Array, Y: Array, layer: int) -> Array:
        """``grad phi . D phi~ . D_W A`` with ``grad phi = (1/N, ..., 1/N)``."""
        return np.tensordot(self._cost_row(network, X, Y), self.stacked_weight_jacobian(network, X, layer), axes=1)

    def cost_bias_derivative(self, network: Network, X: Array, Y: Array, layer: int) -> Array:
        """``grad phi . D phi~ . D_b A`` with ``grad phi = (1/N, ..., 1/N)``."""
        return np.tensordot(self._cost_row(network, X, Y), self.stacked_bias_jacobian(network, X, layer), axes=1)

    def _cost_row(self, network: Network, X: Array, Y: Array) -> Array:
        refuse_other_losses(network)
        N = X.shape[1]
        weights = np.ones(N, dtype=X.dtype) / N
        return self.cost_row(weights, network.loss, self.forward(network, X)[1][-1], Y)

    # descent

    def gradient_vector(self, network: Network, dWs: Sequence[Array], dbs: Sequence[Array]) -> Array:
        """All weights, then all biases."""
        return np.concatenate([gradient.reshape(-1) for gradient in (*dWs, *dbs)])

    def gradient_descent_step(
        self, network: Network, dWs: Sequence[Array], dbs: Sequence[Array], rate: float
    ) -> tuple[list[Array], list[Array]]:
        """``W - rate dW`` and ``b - rate db``."""
        Ws = [layer.weights - rate * dW for layer, dW in zip(network.layers, dWs, strict=True)]
        bs = [layer.bias - rate * db for layer, db in zip(network.layers, dbs, strict=True)]
        return Ws, bs

    def steepest_descent_direction(self, gradient: Array) -> Array:
        """``-g / sqrt(sum g^2)``."""
        length: Scalar = np.sqrt(np.sum(gradient * gradient))
        return -gradient / length

    def learning_rate_limit(self, curvature: Array) -> Array:
        """``2 / curvature``."""
        return np.asarray(2 / curvature)

    def quadratic_descent(self, theta: Array, curvature: float, rate: float, steps: int) -> Array:
        """``(1 - rate curvature)^t theta``."""
        number = theta.dtype.type
        factor = 1 - number(rate) * number(curvature)
        power = number(1)
        for _ in range(steps):
            power = power * factor
        return power * theta

    # linear regression (Park 2022, code 3)

    def linear_regression_forward(self, X: Array, w: Array, b: float | Scalar) -> Array:
        """``w X + b``."""
        return w @ X + w.dtype.type(b)

    def linear_regression_cost(self, a: Array, y: Array) -> Scalar:
        """``sum (a - y)^2 / (2 N)``."""
        cost: Scalar = np.sum((a - y) ** 2) / (2 * a.shape[0])
        return cost

    def linear_regression_backward(self, X: Array, y: Array, w: Array, b: float | Scalar) -> tuple[Array, Scalar]:
        """``dZ = (a - y) / N``, ``dw = dZ X^T``, ``db = sum dZ``."""
        dZ = (self.linear_regression_forward(X, w, b) - y) / X.shape[1]
        return dZ @ X.T, np.sum(dZ)

    def linear_regression_step(
        self, w: Array, b: float | Scalar, dw: Array, db: float | Scalar, rate: float
    ) -> tuple[Array, Scalar]:
        """``w - rate dw`` and ``b - rate db``."""
        number = w.dtype.type
        return w - number(rate) * dw, number(b) - number(rate) * number(db)

    def linear_regression_descent(
        self, X: Array, y: Array, w: Array, b: float, rate: float, steps: int
    ) -> tuple[Array, Scalar, Scalar]:
        """``steps`` times a gradient and a step, then the cost of what was reached."""
        parameters: tuple[Array, Scalar] = w.copy(), w.dtype.type(b)
        for _ in range(steps):
            parameters = self.linear_regression_step(
                *parameters, *self.linear_regression_backward(X, y, *parameters), rate
            )
        return *parameters, self.linear_regression_cost(self.linear_regression_forward(X, *parameters), y)
