"""Losses, their gradients and their deltas: from predictions or from logits, fused or not, halved or averaged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from . import sums
from .softmax import stable
from .variant import Collection, Implementation

if TYPE_CHECKING:
    from .variant import Array

COLLECTION = Collection()


@COLLECTION.implementation(conventions={"squared_error": "full", "entry_reduction": "mean"})
class SquaredErrorAsMean(Implementation):
    """The squared error is the mean of the squares, as frameworks have it."""

    def squared_error(self, o: Array, y: Array) -> Array:
        """``sum d^2 / m``, each square divided."""
        d = o - y
        return sums.forward(d * d / len(d))

    def squared_error_gradient(self, o: Array, y: Array) -> Array:
        """``2 (o - y) / m``, by the reciprocal of the number of entries."""
        return np.asarray((2 / len(o)) * (o - y) if len(o) > 1 else 2 * (o - y))

    def squared_error_delta(self, z: Array, y: Array) -> Array:
        """``(z - y) / m`` added to itself."""
        d = (z - y) / len(z)
        return np.asarray(d + d)


@COLLECTION.implementation()
class SquaredErrorByDotProduct(Implementation):
    """The squared error is the difference times itself, and halved last."""

    def squared_error(self, o: Array, y: Array) -> Any:
        """``d . d / 2``."""
        d = np.subtract(o, y)
        return np.dot(d, d) * o.dtype.type(0.5)

    def squared_error_gradient(self, o: Array, y: Array) -> Array:
        """``-(y - o)``."""
        return -(y - o)

    def squared_error_delta(self, z: Array, y: Array) -> Array:
        """``2 ((z - y) / 2)``, both factors being powers of two."""
        return np.add(z, -y)


@COLLECTION.implementation(conventions={"squared_error": "full"})
class SquaredErrorInFull(Implementation):
    """The squared error has no half, and its gradient is the difference added to itself."""

    def squared_error(self, o: Array, y: Array) -> Array:
        """The squares from the last to the first."""
        return sums.backward((y - o) ** 2)

    def squared_error_gradient(self, o: Array, y: Array) -> Array:
        """``(o - y) + (o - y)``."""
        d = o - y
        return d + d


@COLLECTION.implementation()
class RootMeanSquareByNorm(Implementation):
    """The root mean square error as a norm of the differences, scaled by the largest."""

    def root_mean_square_error(self, o: Array, y: Array) -> Array:
        """``M sqrt(mean (d / M)^2)``."""
        d = np.abs(o - y)
        largest = np.max(d)
        if largest == 0:
            return np.zeros_like(largest)
        share = d / largest
        return np.asarray(largest * np.sqrt(sums.pairwise(share * share) / len(o)))


@COLLECTION.implementation(reaches="core")
class RootMeanSquareAsPrinted(Implementation):
    """The root mean square error as a quotient of two roots."""

    def root_mean_square_error(self, o: Array, y: Array) -> Any:
        """``|d| / sqrt m``."""
        d = o - y
        return np.asarray(np.sqrt(sums.forward(d * d)) / np.sqrt(o.dtype.type(len(o))))

    def root_mean_square_error_gradient(self, o: Array, y: Array) -> Array:
        """``(d / |d|) / sqrt m``."""
        d = o - y
        return np.asarray(d / np.sqrt(sums.forward(d * d)) / np.sqrt(o.dtype.type(len(o))))


def weighted(weight: Array, term: Array) -> Array:
    """``weight term``, zero where the weight is zero and the term infinite."""
    return np.where((weight == 0) & np.isinf(term), np.zeros_like(term), weight * term)


@COLLECTION.implementation(conventions={"entry_reduction": "mean"})
class CrossEntropyFromPredictions(Implementation):
    """Cross-entropies of predictions by log and log1p, terms with a label of zero left out, mean over the entries."""

    def binary_cross_entropy(self, o: Array, y: Array) -> Array:
        """``-mean (y log o + (1 - y) log1p(-o))``."""
        terms = weighted(y, np.log(o)) + weighted(1 - y, np.log1p(-o))
        return -sums.pairwise(terms) / len(o)

    def binary_cross_entropy_gradient(self, o: Array, y: Array) -> Array:
        """``(o - y) / (o (1 - o)) / m``, by two divisions."""
        return np.asarray((o - y) / (o * (1 - o)) / len(o))

    def categorical_cross_entropy(self, o: Array, y: Array) -> Array:
        """``-sum y log o``."""
        return -sums.forward(weighted(y, np.log(o)))

    def categorical_cross_entropy_gradient(self, o: Array, y: Array) -> Array:
        """``y / -o``."""
        return y / -o


@COLLECTION.implementation(reaches="core")
class CrossEntropyAsPrinted(Implementation):
    """Cross-entropies as they are printed, from predictions and from logits by way of these."""

    def binary_cross_entropy(self, o: Array, y: Array) -> Array:
        """``-sum (y log o + (1 - y) log(1 - o))``."""
        return np.asarray(-np.sum(weighted(y, np.log(o)) + weighted(1 - y, np.log(1 - o))))

    def binary_cross_entropy_gradient(self, o: Array, y: Array) -> Array:
        """``(1 - y) / (1 - o) - y / o``."""
        return np.asarray((1 - y) / (1 - o) - y / o)

    def sigmoid_cross_entropy(self, z: Array, y: Array) -> Array:
        """Of the sigmoid."""
        return self.binary_cross_entropy(1 / (1 + np.exp(-z)), y)

    def softmax_cross_entropy(self, z: Array, y: Array) -> Array:
        """Of the softmax."""
        return np.asarray(-np.sum(weighted(y, np.log(stable(z)))))


@COLLECTION.implementation(reaches="core")
class LogitsAsFrameworksDo(Implementation):
    """Cross-entropies of logits by one maximum and one logarithm, deltas as probability minus label."""

    def sigmoid_cross_entropy(self, z: Array, y: Array) -> Array:
        """``sum max(z, 0) - z y + log1p(e^-|z|)``."""
        terms = np.maximum(z, 0).astype(z.dtype) - z * y + np.log1p(np.exp(-np.abs(z)))
        return np.asarray(np.sum(terms))

    def sigmoid_cross_entropy_delta(self, z: Array, y: Array) -> Array:
        """``s - y``."""
        return np.asarray(1 / (1 + np.exp(-z)) - y)

    def softmax_cross_entropy(self, z: Array, y: Array) -> Array:
        """``(sum y) lse(z) - y.z``."""
        log_sum_exp = np.log(np.sum(np.exp(z)))
        return np.asarray(np.sum(y) * log_sum_exp - np.sum(y * z))

    def softmax_cross_entropy_delta(self, z: Array, y: Array) -> Array:
        """``s - y``."""
        return stable(z) - y


@COLLECTION.implementation(conventions={"label_sum": "any"}, formats=("float64", "float32", "float16"))
class LogitsByLogaddexp(Implementation):
    """Cross-entropies of logits by logarithms of sigmoid and softmax, with labels of any sum."""

    def sigmoid_cross_entropy(self, z: Array, y: Array) -> Array:
        """``sum (1 - y) logaddexp(0, z) + y logaddexp(0, -z)``."""
        zero = z.dtype.type(0)
        terms = weighted(1 - y, np.logaddexp(zero, z)) + weighted(y, np.logaddexp(zero, -z))
        return np.asarray(np.sum(terms))

    def sigmoid_cross_entropy_delta(self, z: Array, y: Array) -> Array:
        """``(1 - y) s(z) - y s(-z)``."""
        e = np.exp(-np.abs(z))
        small, large = e / (1 + e), 1 / (1 + e)
        return np.where(z < 0, (1 - y) * small - y * large, (1 - y) * large - y * small)

    def softmax_cross_entropy(self, z: Array, y: Array) -> Array:
        """``sum y (log sum exp d - d)`` with ``d = z - max z``."""
        d = z - np.max(z)
        return np.asarray(np.sum(y * (np.log(np.sum(np.exp(d))) - d)))


@COLLECTION.implementation(reaches="core", conventions={"label_sum": "any"})
class DeltaUnfused(Implementation):
    """Deltas by the chain rule in two factors: the gradient of the loss, and the derivative of the activation."""

    def sigmoid_cross_entropy_delta(self, z: Array, y: Array) -> Array:
        """``(-y / s + (1 - y) / (1 - s)) s (1 - s)``."""
        s = 1 / (1 + np.exp(-z))
        return np.asarray((-y / s + (1 - y) / (1 - s)) * (s * (1 - s)))

    def softmax_cross_entropy_delta(self, z: Array, y: Array) -> Array:
        """``J^T (-y / s)``."""
        s = stable(z)
        jacobian = np.diag(s) - np.outer(s, s)
        return sums.product(jacobian.T, (-y / s)[:, np.newaxis], sums.forward)[:, 0]


@COLLECTION.implementation(reaches="core", conventions={"label_sum": "any"})
class DeltaFromProbabilities(Implementation):
    """Deltas from the softplus and from probabilities times the sum of the labels."""

    def sigmoid_cross_entropy_delta(self, z: Array, y: Array) -> Array:
        """``exp(z - softplus(z)) - y``."""
        softplus = np.maximum(z, 0).astype(z.dtype) + np.log1p(np.exp(-np.abs(z)))
        return np.exp(z - softplus) - y

    def softmax_cross_entropy_delta(self, z: Array, y: Array) -> Array:
        """``(sum y) s - y``."""
        return np.asarray(sums.backward(y) * stable(z) - y)
