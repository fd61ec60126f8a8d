"""Chapters 3 to 6: products of Jacobians, losses from logits, single units, and layers with their activations."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn._loss.loss import HalfBinomialLoss, HalfMultinomialLoss, HalfSquaredError
from sklearn.linear_model import LinearRegression, Perceptron
from sklearn.metrics import root_mean_squared_error
from sklearn.neural_network import MLPClassifier

from . import parts
from .estimators import Array, estimator, forward

if TYPE_CHECKING:
    from collections.abc import Callable


def _layer(x: Array, W: Array, b: Array, activation: str = "identity") -> Array:
    """A layer of a batch in rows: a perceptron without hidden layers."""
    return forward(estimator([W], [b], [activation]), x)[0]


def _unit(w: Array, b: float) -> tuple[Array, Array]:
    """Weights and bias of a layer of one unit."""
    return w[:, np.newaxis], np.array([b], dtype=w.dtype)


def _by_class(z: Array, y: Array) -> dict[str, Any]:
    """The sample once for each class, weighted with its label: ``HalfMultinomialLoss`` takes the number of a class."""
    if z.size == 1:
        raise NotImplementedError("HalfMultinomialLoss has at least two classes")
    return {
        "y_true": np.arange(z.size, dtype=z.dtype),
        "raw_prediction": np.tile(z, (z.size, 1)),
        "sample_weight": np.array(y),
    }


def without_slope(operation: Callable[..., Any]) -> Callable[..., Any]:
    """The operation, unsupported where there is a slope: it comes with leaky relu, which scikit-learn has not."""

    @functools.wraps(operation)
    def method(self: Layers, *arguments: Any, **parameters: float) -> Any:
        if parameters:
            raise NotImplementedError("scikit-learn has no leaky relu")
        return operation(self, *arguments)

    return method


class Layers:
    """Operations of vectors, single units and single layers."""

    def vector_jacobian_product(self, J: Array, upstream: Array) -> Array:
        """The product of the upstream gradient and the Jacobian."""
        return parts.product(upstream, J)

    def chain_jacobian(self, outer: Array, inner: Array) -> Array:
        """The product of the Jacobians."""
        return parts.product(outer, inner)

    def indicator(self, z: Array) -> Array:
        """One above zero."""
        return parts.step(z, 0.0)

    def heaviside(self, z: Array, threshold: float = 0.0) -> Array:
        """One above the threshold; zero at it."""
        return parts.step(z, threshold)

    @without_slope
    def activation_jacobian(self, z: Array, activation: str) -> Array:
        """Jacobian of an elementwise activation."""
        return parts.jacobian(activation, parts.activated(activation, z))

    def softmax(self, z: Array) -> Any:
        """Softmax of a vector."""
        return parts.activated("softmax", z[np.newaxis])[0]

    def softmax_batch(self, Z: Array) -> Array:
        """Softmax of each row."""
        return parts.activated("softmax", Z)

    def log_softmax(self, z: Array) -> Array:
        """``predict_log_proba`` of a classifier without any layer: the logarithm of its softmax."""
        parts.finite(z)
        if z.size == 1:
            raise NotImplementedError("a classifier with a softmax has at least two classes")
        classifier: Any = MLPClassifier()
        classifier.n_layers_, classifier.n_features_in_, classifier.n_outputs_ = 1, z.size, z.size
        classifier.coefs_, classifier.intercepts_, classifier.out_activation_ = [], [], "softmax"
        found: Array = classifier.predict_log_proba(np.array(z[np.newaxis]))[0]
        return found

    def squared_error(self, o: Array, y: Array) -> Any:
        """Half the mean, over the entries, of the squares."""
        return parts.loss("squared_error", o[np.newaxis], y[np.newaxis])

    def squared_error_gradient(self, o: Array, y: Array) -> Any:
        """Gradient of half the sum of the squares."""
        return HalfSquaredError().gradient(np.array(y), np.array(o))

    squared_error_delta = squared_error_gradient  # the output is the identity

    def binary_cross_entropy(self, o: Array, y: Array) -> Any:
        """The sum over the entries, from predictions that are clipped."""
        return parts.loss("binary_log_loss", o[np.newaxis], y[np.newaxis])

    def categorical_cross_entropy(self, o: Array, y: Array) -> Any:
        """The same of probabilities of at least two classes."""
        if o.size == 1:
            raise NotImplementedError("log_loss takes one column for the second of two classes")
        return parts.loss("log_loss", o[np.newaxis], y[np.newaxis])

    def sigmoid_cross_entropy(self, z: Array, y: Array) -> Any:
        """The sum over the entries of the loss of linear classifiers."""
        return HalfBinomialLoss().loss(np.array(y), np.array(z)).sum()

    def sigmoid_cross_entropy_delta(self, z: Array, y: Array) -> Any:
        """Its gradient."""
        return HalfBinomialLoss().gradient(np.array(y), np.array(z))

    def softmax_cross_entropy(self, z: Array, y: Array) -> Any:
        """The sum over the classes, weighted with the label, of the loss of linear classifiers."""
        return HalfMultinomialLoss(n_classes=z.size).loss(**_by_class(z, y)).sum()

    def softmax_cross_entropy_delta(self, z: Array, y: Array) -> Any:
        """Its gradient."""
        return HalfMultinomialLoss(n_classes=z.size).gradient(**_by_class(z, y)).sum(axis=0)

    def root_mean_square_error(self, o: Array, y: Array) -> Any:
        """The metric."""
        parts.finite(o, y)
        return np.asarray(root_mean_squared_error(y, o), dtype=o.dtype)

    def dense(self, x: Array, W: Array, b: Array) -> Any:
        """A layer of a vector."""
        return _layer(x[np.newaxis], W, b)[0]

    def dense_batch(self, X: Array, W: Array, b: Array) -> Array:
        """A layer of every row."""
        return _layer(X, W, b)

    def dense_jacobian_x(self, x: Array, W: Array, b: Array) -> Array:
        """Jacobian by the input: a unit vector upstream in each row."""
        del x
        return parts.to_input(np.eye(b.size, dtype=W.dtype), W)

    def dense_jacobian_weights(self, x: Array, W: Array, b: Array) -> Array:
        """Jacobian by the weights, a unit at a time."""
        units = parts.by_unit(b.size, W)
        return np.stack([parts.to_parameters(x[np.newaxis], W, unit)[0] for unit in units])

    def dense_jacobian_bias(self, x: Array, W: Array, b: Array) -> Array:
        """Jacobian by the bias, a unit at a time."""
        units = parts.by_unit(b.size, W)
        return np.stack([parts.to_parameters(x[np.newaxis], W, unit)[1] for unit in units])

    def dense_gradients(self, x: Array, W: Array, b: Array, delta: Array) -> tuple[Array, Array, Array]:
        """Gradients of a layer."""
        dx, dW, db = self.dense_batch_gradients(x[np.newaxis], W, b, delta[np.newaxis])
        return dx[0], dW, db

    def dense_batch_gradients(self, X: Array, W: Array, b: Array, delta: Array) -> tuple[Array, Array, Array]:
        """Gradients of a layer, summed over the rows."""
        del b
        return parts.to_input(delta, W), *parts.to_parameters(X, W, delta)

    @without_slope
    def backpropagate_delta(self, W_next: Array, delta_next: Array, z: Array, activation: str) -> Array:
        """One step of the loop of ``_backprop``."""
        above = parts.to_input(delta_next[np.newaxis], W_next)[0]
        return parts.pulled_back(activation, parts.activated(activation, z), above)

    def linear_model(self, w: Array, x: Array) -> Any:
        """``LinearRegression.predict``."""
        parts.finite(w, x)
        model: Any = LinearRegression()
        model.coef_, model.intercept_, model.n_features_in_ = w[1:], w[0], x.size
        return model.predict(x[np.newaxis])[0]

    def perceptron(self, x: Array, w: Array, b: float, threshold: float = 0.0) -> Any:
        """The step of ``Perceptron.decision_function``."""
        parts.finite(x, w)
        model: Any = Perceptron()
        model.coef_, model.intercept_ = w[np.newaxis], np.array([b], dtype=w.dtype)
        model.classes_, model.n_features_in_ = np.array([0, 1]), x.size
        return parts.step(model.decision_function(x[np.newaxis])[0], threshold)

    @without_slope
    def neuron(self, x: Array, w: Array, b: float, activation: str) -> Any:
        """A layer of one unit."""
        return _layer(x[np.newaxis], *_unit(w, b), activation)[0, 0]

    @without_slope
    def neuron_gradients(self, x: Array, w: Array, b: float, activation: str) -> tuple[Any, Any]:
        """Gradients of the activation by weights and bias."""
        W, c = _unit(w, b)
        a = _layer(x[np.newaxis], W, c, activation)
        dW, db = parts.to_parameters(x[np.newaxis], W, parts.derivative(activation, a))
        return dW[:, 0], db[0]

    @without_slope
    def neuron_cost(self, X: Array, y: Array, w: Array, b: float, activation: str) -> Any:
        """Half the mean squared error of one unit."""
        return parts.loss("squared_error", _layer(X, *_unit(w, b), activation), y[:, np.newaxis])

    @without_slope
    def neuron_cost_gradients(self, X: Array, y: Array, w: Array, b: float, activation: str) -> tuple[Any, Any]:
        """Its gradients: the loss, the activation and the parameters, one after the other."""
        W, c = _unit(w, b)
        a = _layer(X, W, c, activation)
        upstream = HalfSquaredError().gradient(np.array(y), np.array(a[:, 0]))[:, np.newaxis]
        dW, db = parts.to_parameters(X, W, parts.pulled_back(activation, a, upstream), len(X))
        return dW[:, 0], db[0]

    def compose_affine(self, W1: Array, b1: Array, W2: Array, b2: Array) -> tuple[Array, Array]:
        """The product of the weights, and the second layer of the first bias."""
        return parts.product(W1, W2), self.dense(b1, W2, b2)

    @without_slope
    def layer(self, x: Array, W: Array, b: Array, activation: str) -> Any:
        """A layer with its activation."""
        return _layer(x[np.newaxis], W, b, activation)[0]

    @without_slope
    def layer_gradients(
        self, x: Array, W: Array, b: Array, activation: str, upstream: Array
    ) -> tuple[Array, Array, Array]:
        """Gradients through a layer with its activation."""
        a = self.layer(x, W, b, activation)
        return self.dense_gradients(x, W, b, parts.pulled_back(activation, a, upstream))
