"""Chapter 9, cost and training: the operations of the reference."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .. import cost, networks
from ..precision import rounded_once

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..conventions import Conventions
    from ..precision import Array, Network


class Training:
    """Every operation of the chapter, in its stable form."""

    _choices: Conventions

    # the cost as a composed map

    @rounded_once
    def stack_samples(self, A: Array) -> Array:
        """``(a_1, ..., a_N)``, sample after sample."""
        return cost.stack(self._choices.batch(A))

    @rounded_once
    def project_sample(self, A: Array, sample: int) -> Array:
        """``pi_k`` of the stack, sample k."""
        return cost.project(self._choices.batch(A), sample)

    @rounded_once
    def projection_jacobian(self, A: Array, sample: int) -> Array:
        """``[0 | ... | I | ... | 0]``."""
        return cost.projection_jacobian(self._choices.batch(A), sample)

    @rounded_once
    def losses_jacobian(self, loss: str, O: Array, Y: Array) -> Array:  # noqa: E741 -- the letter of the text
        """Block-diagonal, the gradient of each sample's loss in its row."""
        batches = self._choices.batch(O), self._choices.batch(Y)
        return cost.losses_jacobian(cost.loss_gradients(loss, *batches, self._choices))

    @rounded_once
    def cost_row(self, weights: Array, loss: str, O: Array, Y: Array) -> Array:  # noqa: E741 -- as above
        """Block k is ``w_k`` times the gradient of the loss of sample k."""
        batches = self._choices.batch(O), self._choices.batch(Y)
        return cost.stack(weights * cost.loss_gradients(loss, *batches, self._choices))

    @rounded_once
    def stacked_weight_jacobian(self, network: Network, X: Array, layer: int) -> Array:
        """The array of each sample, one below the other."""
        arguments = self._choices.network(network), self._choices.batch(X), layer, self._choices
        return self._choices.weights(cost.stacked(networks.output_weight_jacobian, *arguments))

    @rounded_once
    def stacked_bias_jacobian(self, network: Network, X: Array, layer: int) -> Array:
        """The matrix of each sample, one below the other."""
        arguments = self._choices.network(network), self._choices.batch(X), layer, self._choices
        return cost.stacked(networks.output_bias_jacobian, *arguments)

    @rounded_once
    def cost_weight_derivative(self, network: Network, X: Array, Y: Array, layer: int) -> Array:
        """``dW`` of one layer, by backpropagation."""
        batches = self._choices.batch(X), self._choices.batch(Y)
        gradients = cost.derivatives(self._choices.network(network), *batches, layer, self._choices)
        return self._choices.weights(gradients[0])

    @rounded_once
    def cost_bias_derivative(self, network: Network, X: Array, Y: Array, layer: int) -> Array:
        """``db`` of one layer, by backpropagation."""
        batches = self._choices.batch(X), self._choices.batch(Y)
        return cost.derivatives(self._choices.network(network), *batches, layer, self._choices)[1]

    # descent

    @rounded_once
    def gradient_vector(self, network: Network, dWs: Sequence[Array], dbs: Sequence[Array]) -> Array:
        """All weights, layer by layer and output by output, then all biases."""
        return np.concatenate([gradient.reshape(-1) for gradient in (*map(self._choices.weights, dWs), *dbs)])

    @rounded_once
    def gradient_descent_step(
        self, network: Network, dWs: Sequence[Array], dbs: Sequence[Array], rate: float
    ) -> tuple[list[Array], list[Array]]:
        """``W - rate dW`` and ``b - rate db``, in the caller's layout."""
        return networks.gradient_descent_step(network, dWs, dbs, rate)

    @rounded_once
    def steepest_descent_direction(self, gradient: Array) -> Array:
        """``-g / |g|``."""
        return cost.direction(gradient)

    @rounded_once
    def learning_rate_limit(self, curvature: Array) -> Array:
        """``2 / curvature``."""
        return np.asarray(2 / curvature)

    @rounded_once
    def quadratic_descent(self, theta: Array, curvature: float, rate: float, steps: int) -> Array:
        """``(1 - rate curvature)^steps theta``."""
        return cost.quadratic(theta, curvature, rate, steps)

    # linear regression

    @rounded_once
    def linear_regression_forward(self, X: Array, w: Array, b: float) -> Array:
        """``w . x_k + b`` of every sample."""
        return cost.regression_forward(self._choices.batch(X), w, b)

    @rounded_once
    def linear_regression_cost(self, a: Array, y: Array) -> Array:
        """``sum (a - y)^2 / (2 N)``, whatever the conventions."""
        return cost.regression_cost(a, y)

    @rounded_once
    def linear_regression_backward(self, X: Array, y: Array, w: Array, b: float) -> tuple[Array, Array]:
        """``dw`` and ``db``."""
        return cost.regression_backward(self._choices.batch(X), y, w, b)

    @rounded_once
    def linear_regression_step(self, w: Array, b: float, dw: Array, db: float, rate: float) -> tuple[Array, float]:
        """``w - rate dw`` and ``b - rate db``."""
        return w - rate * dw, b - rate * db

    @rounded_once
    def linear_regression_descent(
        self, X: Array, y: Array, w: Array, b: float, rate: float, steps: int
    ) -> tuple[Array, float | Array, Array]:
        """The parameters after ``steps`` steps, and their cost."""
        return cost.regression_descent(self._choices.batch(X), y, w, b, rate, steps)
