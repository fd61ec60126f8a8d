"""Chapter 3, calculus: the operations of the reference."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..precision import rounded_once

if TYPE_CHECKING:
    from ..conventions import Conventions
    from ..precision import Array


class Calculus:
    """Every operation of the chapter, in its stable form."""

    _choices: Conventions

    @rounded_once
    def linear_increment(self, value: Array, J: Array, h: Array) -> Array:
        """``f + J h``."""
        return value + J @ h

    @rounded_once
    def vector_jacobian_product(self, J: Array, upstream: Array) -> Array:
        """``J^T v``."""
        return J.T @ upstream

    @rounded_once
    def chain_jacobian(self, outer: Array, inner: Array) -> Array:
        """``J_outer J_inner``."""
        return outer @ inner

    @rounded_once
    def total_derivative(self, direct: float, partials: Array, rates: Array) -> Array:
        """``direct + partials . rates``, a scalar."""
        return np.asarray(direct + partials @ rates)

    @rounded_once
    def addition_jacobians(self, w: Array, x: Array) -> tuple[Array, Array]:
        """``(I, I)``."""
        return np.eye(w.shape[0], dtype=w.dtype), np.eye(x.shape[0], dtype=x.dtype)

    @rounded_once
    def subtraction_jacobians(self, w: Array, x: Array) -> tuple[Array, Array]:
        """``(I, -I)``."""
        return np.eye(w.shape[0], dtype=w.dtype), -np.eye(x.shape[0], dtype=x.dtype)

    @rounded_once
    def multiplication_jacobians(self, w: Array, x: Array) -> tuple[Array, Array]:
        """``(diag(x), diag(w))``."""
        return np.diag(x), np.diag(w)

    @rounded_once
    def division_jacobians(self, w: Array, x: Array) -> tuple[Array, Array]:
        """``(diag(1 / x), diag(-(w / x) / x))``, which squares nothing."""
        return np.diag(1 / x), np.diag(-(w / x) / x)

    @rounded_once
    def scalar_addition_jacobians(self, x: Array, t: float) -> tuple[Array, Array]:
        """``(I, 1)``."""
        return np.eye(x.shape[0], dtype=x.dtype), np.ones_like(x)

    @rounded_once
    def scalar_multiplication_jacobians(self, x: Array, t: float) -> tuple[Array, Array]:
        """``(t I, x)``."""
        return np.diag(np.full_like(x, t)), x

    @rounded_once
    def product_jacobians(self, f: Array, g: Array, F: Array, G: Array) -> tuple[Array, Array]:
        """``(diag(g) F, diag(f) G)``."""
        return g[:, np.newaxis] * F, f[:, np.newaxis] * G

    @rounded_once
    def row_scaling(self, gamma: Array, X: Array) -> Array:
        """``diag(gamma) X``."""
        return gamma[:, np.newaxis] * X

    @rounded_once
    def column_scaling(self, X: Array, gamma: Array) -> Array:
        """``X diag(gamma)``."""
        return X * gamma[np.newaxis, :]

    @rounded_once
    def sum_reduction_gradient(self, J: Array) -> Array:
        """``1^T J``."""
        return np.asarray(np.sum(J, axis=0))

    @rounded_once
    def outer_product(self, M: Array, a: Array) -> Array:
        """``M_ip a_q``."""
        return np.multiply.outer(M, a)

    @rounded_once
    def outer_product_contraction(self, v: Array, M: Array, a: Array) -> Array:
        """``(M^T v) a^T``, which never forms the array of three axes."""
        return np.outer(M.T @ v, a)

    @rounded_once
    def square_plus_cosine_gradient(self, p: Array) -> Array:
        """``(2 x, -sin y)``."""
        x, y = p
        return np.stack([2 * x, -np.sin(y)])

    @rounded_once
    def cubic_exponential_jacobian(self, p: Array) -> Array:
        """``((2, 3 y^2), (-13, e^y))``."""
        y = p[1]
        return np.array([[2, 3 * y * y], [-13, np.exp(y)]])

    @rounded_once
    def sine_of_square_derivative(self, x: Array) -> Array:
        """``2 x cos x^2``."""
        return 2 * x * np.cos(x * x)

    @rounded_once
    def power_map_jacobian(self, p: Array) -> Array:
        """``((2 a, 1), (0, 3 b^2))``."""
        a, b = p
        return np.array([[2 * a, 1], [0, 3 * b * b]])

    @rounded_once
    def sine_logarithm_jacobian(self, g: Array) -> Array:
        """``diag(cos g_1, 1 / g_2)``."""
        return np.diag([np.cos(g[0]), 1 / g[1]])

    @rounded_once
    def composed_map_jacobian(self, p: Array) -> Array:
        """``((2 a c, c), (0, 3 / b))`` with ``c = cos(a^2 + b)``."""
        a, b = p
        cosine = np.cos(a * a + b)
        return np.array([[2 * a * cosine, cosine], [0, 3 / b]])

    @rounded_once
    def logarithm_sine_derivative(self, x: Array) -> Array:
        """The column ``(2 / x, 3 cos 3 x)``."""
        return np.stack([2 / x, 3 * np.cos(3 * x)])

    @rounded_once
    def sum_with_square_derivative(self, x: Array) -> Array:
        """``1 + 2 x``."""
        return 1 + 2 * x
