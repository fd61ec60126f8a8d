"""Chapter 3, calculus: the operations as the sources print them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from .parts import Array, Scalar


class Calculus:
    """The ``definition`` form of every clause of the chapter, step by step in the format of its arguments."""

    def linear_increment(self, value: Array, J: Array, h: Array) -> Array:
        """``f + J h`` (Park 2022)."""
        return value + J @ h

    def vector_jacobian_product(self, J: Array, upstream: Array) -> Array:
        """``J^T v`` (Park 2022, equation 13)."""
        return J.T @ upstream

    def chain_jacobian(self, outer: Array, inner: Array) -> Array:
        """The Jacobian of the outer map times that of the inner."""
        return outer @ inner

    def total_derivative(self, direct: float, partials: Array, rates: Array) -> Scalar:
        """The direct term and one term for each intermediate variable (Bhadani 2026)."""
        total: Scalar = partials.dtype.type(direct) + np.dot(partials, rates)
        return total

    def addition_jacobians(self, w: Array, x: Array) -> tuple[Array, Array]:
        """``(I, I)``."""
        return np.eye(len(w), dtype=w.dtype), np.eye(len(x), dtype=x.dtype)

    def subtraction_jacobians(self, w: Array, x: Array) -> tuple[Array, Array]:
        """``(I, -I)``."""
        return np.eye(len(w), dtype=w.dtype), -np.eye(len(x), dtype=x.dtype)

    def multiplication_jacobians(self, w: Array, x: Array) -> tuple[Array, Array]:
        """``(diag(x), diag(w))``."""
        return np.diag(x), np.diag(w)

    def division_jacobians(self, w: Array, x: Array) -> tuple[Array, Array]:
        """``(diag(1 / x), diag(-w / x^2))``, whose square may overflow or vanish."""
        return np.diag(1 / x), np.diag(-w / x**2)

    def scalar_addition_jacobians(self, x: Array, t: float) -> tuple[Array, Array]:
        """``(I, 1)``."""
        return np.eye(len(x), dtype=x.dtype), np.ones_like(x)

    def scalar_multiplication_jacobians(self, x: Array, t: float) -> tuple[Array, Array]:
        """``(t I, x)``."""
        return t * np.eye(len(x), dtype=x.dtype), x.copy()

    def product_jacobians(self, f: Array, g: Array, F: Array, G: Array) -> tuple[Array, Array]:
        """``(diag(g) F, diag(f) G)``, the diagonal matrices written out."""
        return np.diag(g) @ F, np.diag(f) @ G

    def row_scaling(self, gamma: Array, X: Array) -> Array:
        """``G * X`` with the matrix of equal columns (Dick 2021)."""
        return np.outer(gamma, np.ones_like(X[0])) * X

    def column_scaling(self, X: Array, gamma: Array) -> Array:
        """``X * G~`` with the matrix of equal rows (Dick 2021)."""
        return X * np.outer(np.ones_like(X[:, 0]), gamma)

    def sum_reduction_gradient(self, J: Array) -> Array:
        """``1^T J``."""
        return np.ones_like(J[:, 0]) @ J

    def outer_product(self, M: Array, a: Array) -> Array:
        """``M (x) a`` (Dick 2021)."""
        return np.multiply.outer(M, a)

    def outer_product_contraction(self, v: Array, M: Array, a: Array) -> Array:
        """``sum_i v_i T_ipq`` with ``T = M (x) a``."""
        return np.tensordot(v, np.multiply.outer(M, a), axes=1)

    def square_plus_cosine_gradient(self, p: Array) -> Array:
        """``(2 x, -sin y)`` (Albert et al. 2024)."""
        x, y = p
        return np.array([2 * x, -np.sin(y)], dtype=p.dtype)

    def cubic_exponential_jacobian(self, p: Array) -> Array:
        """``((2, 3 y^2), (-13, e^y))`` (Albert et al. 2024)."""
        y = p[1]
        return np.array([[2, 3 * y**2], [-13, np.exp(y)]], dtype=p.dtype)

    def sine_of_square_derivative(self, x: Array) -> Array:
        """``2 x cos x^2`` (Albert et al. 2024)."""
        return 2 * x * np.cos(x**2)

    def power_map_jacobian(self, p: Array) -> Array:
        """``((2 a, 1), (0, 3 b^2))`` (Albert et al. 2024)."""
        a, b = p
        return np.array([[2 * a, 1], [0, 3 * b**2]], dtype=p.dtype)

    def sine_logarithm_jacobian(self, g: Array) -> Array:
        """``diag(cos g_1, 1 / g_2)`` (Albert et al. 2024)."""
        return np.diag(np.array([np.cos(g[0]), 1 / g[1]], dtype=g.dtype))

    def composed_map_jacobian(self, p: Array) -> Array:
        """``((2 a c, c), (0, 3 b^2 / b^3))`` with ``c = cos(a^2 + b)`` (Albert et al. 2024)."""
        a, b = p
        cosine = np.cos(a**2 + b)
        return np.array([[2 * a * cosine, cosine], [0, 3 * b**2 / b**3]], dtype=p.dtype)

    def logarithm_sine_derivative(self, x: Array) -> Array:
        """The column ``(2 x / x^2, 3 cos 3 x)`` (Bhadani 2026)."""
        return np.stack([2 * x / x**2, 3 * np.cos(3 * x)])

    def sum_with_square_derivative(self, x: Array) -> Array:
        """``1 + x + x``, one term for each path."""
        return 1 + x + x
