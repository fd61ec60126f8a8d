"""Chapter 5, losses: the operations as the sources print them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .parts import times_log

if TYPE_CHECKING:
    from collections.abc import Callable

    from .parts import Array, Scalar


class Losses:
    """The ``definition`` form of every clause of the chapter, step by step in the format of its arguments."""

    sigmoid: Callable[..., Array]
    softmax: Callable[..., Array]

    def squared_error(self, o: Array, y: Array) -> Scalar:
        """``1/2 sum (o - y)^2``."""
        return np.sum((o - y) ** 2) / 2

    def squared_error_gradient(self, o: Array, y: Array) -> Array:
        """``o - y``."""
        return o - y

    def squared_error_delta(self, z: Array, y: Array) -> Array:
        """``z - y``."""
        return z - y

    def root_mean_square_error(self, o: Array, y: Array) -> Scalar:
        """``sqrt(1/m sum (o - y)^2)``."""
        root: Scalar = np.sqrt(np.sum((o - y) ** 2) / len(o))
        return root

    def root_mean_square_error_gradient(self, o: Array, y: Array) -> Array:
        """``(o - y) / (m r)``."""
        return (o - y) / (len(o) * self.root_mean_square_error(o, y))

    def binary_cross_entropy(self, o: Array, y: Array) -> Scalar:
        """``-sum y log o + (1 - y) log(1 - o)``."""
        return -np.sum(times_log(y, o) + times_log(1 - y, 1 - o))

    def binary_cross_entropy_gradient(self, o: Array, y: Array) -> Array:
        """``-y/o + (1 - y)/(1 - o)``."""
        return -y / o + (1 - y) / (1 - o)

    def categorical_cross_entropy(self, o: Array, y: Array) -> Scalar:
        """``-sum y log o``."""
        return -np.sum(times_log(y, o))

    def categorical_cross_entropy_gradient(self, o: Array, y: Array) -> Array:
        """``-y / o``."""
        return -y / o

    def sigmoid_cross_entropy(self, z: Array, y: Array) -> Scalar:
        """Binary cross-entropy of ``s(z)``."""
        return self.binary_cross_entropy(self.sigmoid(z), y)

    def sigmoid_cross_entropy_delta(self, z: Array, y: Array) -> Array:
        """``s(z) - y``."""
        return self.sigmoid(z) - y

    def softmax_cross_entropy(self, z: Array, y: Array) -> Scalar:
        """Categorical cross-entropy of ``S(z)``."""
        return self.categorical_cross_entropy(self.softmax(z), y)

    def softmax_cross_entropy_delta(self, z: Array, y: Array) -> Array:
        """``S - y``, for labels that sum to one."""
        return self.softmax(z) - y
