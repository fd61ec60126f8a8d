"""The cost as a function of the stack of outputs, descent, and linear regression, in columns; chapter 9."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from . import losses, networks

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conventions import Conventions
    from .precision import Array, Network


def projection_jacobian(A: Array, sample: int) -> Array:
    """``[0 | ... | I | ... | 0]`` with ``I`` as block ``sample``, ``(n, N n)``. Clause ``projection.jacobian``."""
    entries, samples = A.shape
    _refuse_outside("sample", sample, samples)
    jacobian = np.zeros((entries, samples, entries), dtype=A.dtype)
    jacobian[:, sample - 1] = np.eye(entries)
    return jacobian.reshape(entries, samples * entries)


def project(A: Array, sample: int) -> Array:
    """Column ``sample``, counted from 1. Clause ``projection.value``."""
    _refuse_outside("sample", sample, A.shape[1])
    return A[:, sample - 1]


def stack(A: Array) -> Array:
    """The columns, one below the other. Clause ``stack.value``."""
    return A.T.reshape(-1)


def loss_gradients(loss: str, o: Array, y: Array, conventions: Conventions) -> Array:
    """The gradient of the loss of each column, ``(m, N)``."""
    match loss:
        case "squared_error":
            return losses.squared_error_gradient(o, y, conventions)
        case "binary_cross_entropy":
            return losses.binary_cross_entropy_gradient(o, y, conventions)
        case "categorical_cross_entropy":
            return losses.categorical_cross_entropy_gradient(o, y)
    raise NotImplementedError(f"loss {loss!r}")


def losses_jacobian(gradients: Array) -> Array:
    """Block-diagonal, column k of the gradients as block k of row k; ``(N, N m)``. Clause ``losses.jacobian``."""
    entries, samples = gradients.shape
    jacobian = np.zeros((samples, samples, entries), dtype=gradients.dtype)
    every = np.arange(samples)
    jacobian[every, every] = gradients.T
    return jacobian.reshape(samples, samples * entries)


def stacked(of_sample: Callable[..., Array], network: Network, X: Array, layer: int, conventions: Conventions) -> Array:
    """What ``of_sample`` returns for each column, one below the other."""
    return np.concatenate([of_sample(network, x, layer, conventions) for x in X.T])


def derivatives(network: Network, X: Array, Y: Array, layer: int, conventions: Conventions) -> tuple[Array, Array]:
    """By backpropagation. Clauses ``cost.weight_derivative`` and ``cost.bias_derivative``."""
    _refuse_outside("layer", layer, len(network.layers))
    weights, biases = networks.gradients(network, X, Y, conventions)
    return weights[layer - 1], biases[layer - 1]


def direction(gradient: Array) -> Array:
    """``-h / |h|``, ``h = g / 2^e`` with a largest entry between 1/2 and 1. Clause ``descent.direction``."""
    _, exponent = np.frexp(np.max(np.abs(gradient)))
    scaled = np.ldexp(gradient, -exponent)
    unit: Array = -scaled / np.sqrt(np.sum(np.square(scaled)))
    return unit


def quadratic(theta: Array, curvature: float, rate: float, steps: int) -> Array:
    """``(1 - rate curvature)^steps theta``. Clause ``quadratic.descent``."""
    factor = 1 - theta.dtype.type(rate) * theta.dtype.type(curvature)
    for _ in range(steps):
        theta = theta * factor
    return theta


def regression_forward(X: Array, w: Array, b: float | Array) -> Array:
    """``w . x_k + b`` of every column. Clause ``listing.linear_regression_forward``."""
    return w @ X + b


def regression_cost(a: Array, y: Array) -> Array:
    """``sum (a - y)^2 / (2 N)``. Clause ``listing.linear_regression_cost``."""
    difference = a - y
    return losses.reduced(0.5 * difference * difference, a.shape[0])


def regression_backward(X: Array, y: Array, w: Array, b: float | Array) -> tuple[Array, Array]:
    """``(dZ X^T, sum dZ)``, ``dZ = (a - y) / N``. Clause ``listing.linear_regression_backward``."""
    dZ = (regression_forward(X, w, b) - y) / X.shape[1]
    return dZ @ X.T, np.sum(dZ)


def regression_descent(
    X: Array, y: Array, w: Array, b: float | Array, rate: float, steps: int
) -> tuple[Array, float | Array, Array]:
    """Parameters after ``steps`` steps, and their cost. Clause ``listing.linear_regression_descent``."""
    for _ in range(steps):
        dw, db = regression_backward(X, y, w, b)
        w, b = w - rate * dw, b - rate * db
    return w, b, regression_cost(regression_forward(X, w, b), y)


def _refuse_outside(name: str, number: int, largest: int) -> None:
    if not 1 <= number <= largest:
        raise ValueError(f"{name}={number}: a {name} is a number from 1 to {largest}")
