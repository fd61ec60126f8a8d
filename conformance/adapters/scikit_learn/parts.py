"""The parts of scikit-learn that operations are put together from, on NumPy arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.neural_network import MLPRegressor
from sklearn.neural_network._base import ACTIVATIONS, DERIVATIVES, LOSS_FUNCTIONS
from sklearn.preprocessing import binarize
from sklearn.utils.extmath import safe_sparse_dot

from .estimators import Array, name_of

if TYPE_CHECKING:
    from collections.abc import Sequence


def activated(name: str, z: Array) -> Array:
    """The activation of that name; scikit-learn's writes where it reads, so it has a copy."""
    a = np.array(z)
    ACTIVATIONS[name_of(name)](a)
    return a


def pulled_back(name: str, a: Array, upstream: Array) -> Array:
    """
    The upstream gradient times the derivative of an activation, from the activated value ``a``.

    ``DERIVATIVES`` has none for the softmax.
    """
    if name_of(name) not in DERIVATIVES:
        raise NotImplementedError(f"scikit-learn has no derivative of {name!r}")
    delta = np.array(upstream)
    DERIVATIVES[name_of(name)](a, delta)
    return delta


def derivative(name: str, a: Array) -> Array:
    """The derivative of an activation, from the activated value ``a``: that of an upstream gradient of ones."""
    return pulled_back(name, a, np.ones_like(a))


def jacobian(name: str, a: Array) -> Array:
    """The Jacobian of an activation, from the activated vector ``a``: a unit vector upstream in each row."""
    return pulled_back(name, np.tile(a, (a.size, 1)), np.eye(a.size, dtype=a.dtype))


def loss(name: str, prediction: Array, label: Array) -> Any:
    """A loss of the table ``LOSS_FUNCTIONS``, of a batch in rows."""
    return LOSS_FUNCTIONS[name](label, prediction)


def product(left: Array, right: Array) -> Array:
    """The matrix product that estimators are written with."""
    found: Array = safe_sparse_dot(left, right)
    return found


def to_input(delta: Array, W: Array) -> Array:
    """The gradient by the input of a layer, as ``_backprop`` forms it."""
    return product(delta, W.T)


def to_parameters(below: Array, W: Array, delta: Array, samples: int = 1) -> tuple[Array, Array]:
    """The gradients by weights and bias of a layer, divided by ``samples``, by ``_compute_loss_grad``."""
    perceptron: Any = MLPRegressor(alpha=0.0)
    perceptron.coefs_ = [W]
    weights: list[Any] = [None]
    biases: list[Any] = [None]
    perceptron._compute_loss_grad(0, samples, [below], [delta], weights, biases)  # noqa: SLF001 - no public way to it
    return weights[0], biases[0]


def by_unit(units: int, like: Array) -> Sequence[Array]:
    """A batch of one sample for each unit: the upstream gradients of the rows of a Jacobian."""
    return list(np.eye(units, dtype=like.dtype)[:, np.newaxis])


def finite(*arrays: Array) -> None:
    """Raise ``NotImplementedError`` where public methods would refuse NaN or an infinity."""
    if not all(np.isfinite(array).all() for array in arrays):
        raise NotImplementedError("scikit-learn's public functions refuse NaN and infinities")


def step(z: Array, threshold: float) -> Array:
    """One above the threshold, zero elsewhere, by ``binarize``, which takes matrices."""
    finite(z)
    found: Array = binarize(np.reshape(z, (1, -1)), threshold=threshold)
    return found.reshape(np.shape(z))
