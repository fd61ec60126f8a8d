"""Chapter 9, cost and training: the gradients of a layer, descent, and Park's linear regression."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.linear_model import LinearRegression
from sklearn.neural_network._stochastic_optimizers import SGDOptimizer
from sklearn.preprocessing import normalize

from ....spec.network import Layer, Network
from . import parts
from .estimators import Array, backprop

if TYPE_CHECKING:
    from collections.abc import Sequence


def _descended(parameters: Sequence[Array], gradients: Sequence[Array], rate: float) -> list[Array]:
    """The parameters after one step of ``SGDOptimizer`` without momentum, which writes into them."""
    after = [np.array(each) for each in parameters]
    optimizer = SGDOptimizer(after, learning_rate_init=rate, momentum=0.0, nesterov=False)
    optimizer.update_params(after, list(gradients))
    return after


def _regression(w: Array, b: Array) -> Network:
    """The perceptron without hidden layers whose output is one linear unit."""
    return Network((Layer(w[:, np.newaxis], b[np.newaxis], "identity"),), "squared_error")


def _regression_gradients(X: Array, y: Array, w: Array, b: Array) -> tuple[Array, Array]:
    step = backprop(_regression(w, b), X, y[:, np.newaxis])
    return step.weight_gradients[0][:, 0], step.bias_gradients[0][0]


class Training:
    """Operations of chapter 9."""

    def cost_weight_derivative(self, network: Network, X: Array, Y: Array, layer: int) -> Array:
        """Gradient of the cost by the weights of one layer."""
        return backprop(network, X, Y).weight_gradients[layer - 1]

    def cost_bias_derivative(self, network: Network, X: Array, Y: Array, layer: int) -> Array:
        """Gradient of the cost by the bias of one layer."""
        return backprop(network, X, Y).bias_gradients[layer - 1]

    def gradient_descent_step(
        self, network: Network, dWs: list[Array], dbs: list[Array], rate: float
    ) -> tuple[list[Array], list[Array]]:
        """Weights and biases after one step of the solver ``sgd``."""
        parameters = [*(layer.weights for layer in network.layers), *(layer.bias for layer in network.layers)]
        after = _descended(parameters, [*dWs, *dbs], rate)
        return after[: len(dWs)], after[len(dWs) :]

    def steepest_descent_direction(self, gradient: Array) -> Any:
        """Minus the gradient, by ``normalize``."""
        parts.finite(gradient)
        return normalize(-gradient[np.newaxis])[0]

    def linear_regression_forward(self, X: Array, w: Array, b: float) -> Any:
        """``LinearRegression.predict``."""
        parts.finite(X, w)
        model: Any = LinearRegression()
        model.coef_, model.intercept_, model.n_features_in_ = w, w.dtype.type(b), w.size
        return model.predict(X)

    def linear_regression_cost(self, a: Array, y: Array) -> Any:
        """Half of the mean squared error."""
        return parts.loss("squared_error", a[:, np.newaxis], y[:, np.newaxis])

    def linear_regression_backward(self, X: Array, y: Array, w: Array, b: float) -> tuple[Array, Array]:
        """The gradients with which a perceptron without hidden layers trains."""
        return _regression_gradients(X, y, w, np.array(b, dtype=w.dtype))

    def linear_regression_step(self, w: Array, b: float, dw: Array, db: float, rate: float) -> tuple[Array, Array]:
        """One step of the solver ``sgd``."""
        weights, bias = _descended([w, np.array(b, dtype=w.dtype)], [dw, np.array(db, dtype=w.dtype)], rate)
        return weights, bias

    def linear_regression_descent(
        self, X: Array, y: Array, w: Array, b: float, rate: float, steps: int
    ) -> tuple[Array, Array, Any]:
        """Steps of the solver ``sgd`` on the whole batch, and the cost behind them."""
        weights, bias = np.array(w), np.array(b, dtype=w.dtype)
        for _ in range(steps):
            weights, bias = _descended([weights, bias], _regression_gradients(X, y, weights, bias), rate)
        return weights, bias, backprop(_regression(weights, bias), X, y[:, np.newaxis]).cost
