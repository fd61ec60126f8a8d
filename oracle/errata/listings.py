"""
The listings of park-2022 as functions, each with the fault that it is printed with.

They take arrays of NumPy or of numbers with sixty digits, and ``exp`` goes with them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .computing import PRINTED, relu_as_printed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Values = Any
    """A number, or an array of numbers, of either kind."""

# code 1


def sigmoid(z: Values) -> Values:
    """``1 / (1 + exp(-Z))`` in floating point."""
    return 1 / (1 + np.exp(-z))


def sigmoid_derivative(z: Values) -> Values:
    """``s (1 - s)`` in floating point."""
    s = sigmoid(z)
    return s * (1 - s)


def relu_derivative(z: Values) -> Values:
    """1 from 0 on."""
    return (z >= 0) * 1.0


def softmax(z: Values, exp: Callable[[Values], Values] = PRINTED.exp, axis: int = 1) -> Values:
    """The exponentials over their sums along axis 1, which has the samples; ``axis`` mends it."""
    exponentials = exp(z)
    return exponentials / np.sum(exponentials, axis=axis, keepdims=True)


# code 2


def relu_layer_backward(w_next: Values, dz_next: Values, z: Values, a_before: Values) -> tuple[Values, ...]:
    """The gradients by A, Z, W and b of a relu layer."""
    da = w_next.T @ dz_next
    dz = relu_derivative(z) * da
    return da, dz, dz @ a_before.T, np.sum(dz, axis=1, keepdims=True)


# code 3


def regression_forward(x: Values, w: Values, b: Values) -> Values:
    """``W X + b``."""
    return w @ x + b


def regression_backward(x: Values, y: Values, w: Values, b: Values) -> tuple[Values, Values]:
    """``dZ X^T`` and the sum of dZ, with dZ = (A - y)/N."""
    dz = (regression_forward(x, w, b) - y) / x.shape[1]
    return dz @ x.T, np.sum(dz, axis=1, keepdims=True)


def regression_step(w: Values, b: Values, dw: Values, db: Values, rate: Values) -> tuple[Values, Values]:
    """The step, written into W and, once it is an array, into b."""
    w -= rate * dw
    b -= rate * db
    return w, b


def regression_cost(a: Values, y: Values, samples: int) -> Values:
    """The sum of squares over twice a number of samples that is none of its arguments in print."""
    return np.sum((a - y) ** 2) / (2 * samples)


def regression_descent(
    x: Values, y: Values, w: Values, b: Values, rate: Values, steps: int
) -> tuple[Values, Values, list[Values]]:
    """The parameters after ``steps`` steps, and a cost for each, of the predictions before it."""
    costs = []
    for _ in range(steps):
        a = regression_forward(x, w, b)
        dw, db = regression_backward(x, y, w, b)
        w, b = regression_step(w, b, dw, db, rate)
        costs.append(regression_cost(a, y, x.shape[1]))
    return w, b, costs


def regression_descent_as_called(x: Values, y: Values, w: Values, b: Values) -> Values:
    """The first gradients of the loop, which calls the function by a name that it does not have."""
    return backward_propagation(x, y, w, b)  # type: ignore[name-defined]  # noqa: F821 - the fault


# code 4


class Classifier:
    """The lists that the listing shares between its functions: the first layer that counts has the number 1."""

    def __init__(self, weights: Sequence[Values], biases: Sequence[Values], axis: int = 1) -> None:
        self.weights = [None, *weights]
        self.biases = [None, *biases]
        self.axis = axis
        self.z: list[Values] = [None for _ in self.weights]
        self.a: list[Values] = [None for _ in self.weights]

    def forward(self, x: Values) -> tuple[list[Values], list[Values]]:
        """Pre-activations and activations of what is in ``a[0]``, whatever ``x`` is."""
        del x
        last = len(self.weights) - 1
        for i in range(1, last + 1):
            self.z[i] = PRINTED.matmul(self.weights[i], self.a[i - 1]) + self.biases[i]
            self.a[i] = softmax(self.z[i], axis=self.axis) if i == last else relu_as_printed(self.z[i])
        return self.z, self.a

    def backward_of_last_layer(self, x: Values, y: Values) -> tuple[Values, Values]:
        """dW^L and db^L, from dZ^L = (A^L - Y)/N."""
        _, a = self.forward(x)
        dz = (a[-1] - y) / x.shape[1]
        return PRINTED.matmul(dz, a[-2].T), np.sum(dz, axis=1, keepdims=True)

    def backward_of_hidden_layer(self, i: int, dz_next: Values) -> Values:
        """``dA^i``, by weights of a name that nothing defines."""
        return Ws[i + 1].T @ dz_next  # type: ignore[name-defined]  # noqa: F821 - the fault
