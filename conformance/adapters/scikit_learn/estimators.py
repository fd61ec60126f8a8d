"""A network as an estimator of scikit-learn, and what its training makes of a batch."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from sklearn.neural_network import MLPClassifier, MLPRegressor

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ....spec.network import Network

Array: TypeAlias = "np.ndarray[Any, np.dtype[Any]]"

NAMES: Mapping[str, str] = {
    "identity": "identity",
    "relu": "relu",
    "sigmoid": "logistic",
    "tanh": "tanh",
    "softmax": "softmax",
}
"""The activations of the specification that scikit-learn has, and what it calls them."""

CANONICAL: Mapping[str, str] = {
    "squared_error": "identity",
    "binary_cross_entropy": "sigmoid",
    "categorical_cross_entropy": "softmax",
}
"""Each loss, and the only output activation with which an estimator trains on it."""


@dataclass(frozen=True)
class Step:
    """What one call of ``_backprop`` leaves behind."""

    cost: Any
    weight_gradients: list[Array]
    bias_gradients: list[Array]
    deltas: list[Array]
    """Those of every layer, a row for each sample, times its weight."""


def name_of(activation: str) -> str:
    """What scikit-learn calls an activation; ``NotImplementedError`` where it has none."""
    if activation not in NAMES:
        raise NotImplementedError(f"scikit-learn has no activation {activation!r}")
    return NAMES[activation]


def estimator(
    weights: Sequence[Array],
    biases: Sequence[Array],
    activations: Sequence[str],
    loss: str = "squared_error",
) -> Any:
    """A multi-layer perceptron with these parameters, as if it had been fitted, without a penalty on its weights."""
    hidden = set(activations[:-1])
    if len(hidden) > 1 or "softmax" in hidden:
        raise NotImplementedError("the hidden layers of a multi-layer perceptron have one elementwise activation")
    kind = MLPRegressor if loss == "squared_error" else MLPClassifier
    made = kind(activation=name_of(*hidden) if hidden else "identity", alpha=0.0)
    made.coefs_ = list(weights)
    made.intercepts_ = list(biases)
    made.n_layers_ = len(weights) + 1
    made.n_features_in_ = weights[0].shape[0]
    made.n_outputs_ = weights[-1].shape[1]
    made.out_activation_ = name_of(activations[-1])
    return made


def of_network(network: Network, *, layers: int | None = None, output: str | None = None) -> Any:
    """The estimator of a network, or of its first layers, possibly with another output activation."""
    kept = network.layers[:layers]
    activations = [layer.activation for layer in kept]
    if output is not None:
        activations[-1] = output
    return estimator([layer.weights for layer in kept], [layer.bias for layer in kept], activations, network.loss)


def forward(perceptron: Any, X: Array) -> list[Array]:
    """The activations of every layer of a batch in rows, by ``_forward_pass``."""
    activations: list[Any] = [X, *[None] * len(perceptron.coefs_)]
    found: list[Array] = perceptron._forward_pass(activations)[1:]  # noqa: SLF001 - predict returns the last alone
    return found


def backprop(network: Network, X: Array, Y: Array, sample_weight: Array | None = None) -> Step:
    """One call of ``_backprop``, with which the solvers train."""
    last = network.layers[-1]
    if CANONICAL[network.loss] != last.activation:
        raise NotImplementedError(f"scikit-learn trains on no {network.loss} of a {last.activation} output")
    if last.activation == "softmax" and last.bias.size == 1:
        raise NotImplementedError("a classifier with a softmax has at least two classes")
    perceptron = of_network(network)
    layers = len(network.layers)
    given: dict[str, Any] = {
        "X": X,
        "y": Y,
        "sample_weight": sample_weight,
        "activations": [X, *[None] * layers],
        "deltas": [None] * layers,
        "coef_grads": [None] * layers,
        "intercept_grads": [None] * layers,
    }
    method = perceptron._backprop  # noqa: SLF001 - there is no public way to its gradients
    taken = inspect.signature(method).parameters
    if sample_weight is not None and "sample_weight" not in taken:
        raise NotImplementedError("weights of samples came with scikit-learn 1.7")
    cost, weight_gradients, bias_gradients = method(**{name: given[name] for name in taken})
    return Step(cost, weight_gradients, bias_gradients, given["deltas"])


def deltas_of_cost(network: Network, X: Array, Y: Array) -> list[Array]:
    """
    Gradients of the mean cost by the pre-activations.

    Those that ``_backprop`` keeps are of the sum over the samples, and divided later; weights of 1/N make them those of
    the mean.
    """
    return backprop(network, X, Y, np.full(len(X), 1 / len(X), X.dtype)).deltas
