"""Chapter 5, losses: the operations of the reference."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import losses
from ..precision import rounded_once

if TYPE_CHECKING:
    from ..conventions import Conventions
    from ..precision import Array


class Losses:
    """Every operation of the chapter, in its stable form."""

    _choices: Conventions

    @rounded_once
    def squared_error(self, o: Array, y: Array) -> Array:
        """``1/2 sum (o - y)^2``."""
        return losses.squared_error(o, y, self._choices)

    @rounded_once
    def squared_error_gradient(self, o: Array, y: Array) -> Array:
        """``o - y``."""
        return losses.squared_error_gradient(o, y, self._choices)

    @rounded_once
    def squared_error_delta(self, z: Array, y: Array) -> Array:
        """``z - y``: the output is the identity."""
        return losses.squared_error_gradient(z, y, self._choices)

    @rounded_once
    def root_mean_square_error(self, o: Array, y: Array) -> Array:
        """``sqrt(sum (o - y)^2 / m)``."""
        return losses.root_mean_square_error(o, y)

    @rounded_once
    def root_mean_square_error_gradient(self, o: Array, y: Array) -> Array:
        """``(o - y) / (m r)``, ``r`` the root mean square error."""
        return losses.root_mean_square_error_gradient(o, y)

    @rounded_once
    def binary_cross_entropy(self, o: Array, y: Array) -> Array:
        """``-sum y log o + (1 - y) log(1 - o)``."""
        return losses.binary_cross_entropy(o, y, self._choices)

    @rounded_once
    def binary_cross_entropy_gradient(self, o: Array, y: Array) -> Array:
        """``(o - y) / (o (1 - o))``."""
        return losses.binary_cross_entropy_gradient(o, y, self._choices)

    @rounded_once
    def categorical_cross_entropy(self, o: Array, y: Array) -> Array:
        """``-sum y log o``."""
        return losses.categorical_cross_entropy(o, y)

    @rounded_once
    def categorical_cross_entropy_gradient(self, o: Array, y: Array) -> Array:
        """``-y / o``."""
        return losses.categorical_cross_entropy_gradient(o, y)

    @rounded_once
    def sigmoid_cross_entropy(self, z: Array, y: Array) -> Array:
        """Binary cross-entropy of the sigmoid, from the logits."""
        return losses.sigmoid_cross_entropy(z, y, self._choices)

    @rounded_once
    def sigmoid_cross_entropy_delta(self, z: Array, y: Array) -> Array:
        """``s(z) - y``."""
        return losses.sigmoid_cross_entropy_delta(z, y, self._choices)

    @rounded_once
    def softmax_cross_entropy(self, z: Array, y: Array) -> Array:
        """Categorical cross-entropy of the softmax, from the logits."""
        return losses.softmax_cross_entropy(z, y)

    @rounded_once
    def softmax_cross_entropy_delta(self, z: Array, y: Array) -> Array:
        """``(sum y) S - y``."""
        return losses.softmax_cross_entropy_delta(z, y)
