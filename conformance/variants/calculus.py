"""Matrix calculus: Jacobians by matrices, by broadcasting, by columns as forward mode and by rows as reverse mode."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from . import sums
from .variant import Collection, Implementation

if TYPE_CHECKING:
    from collections.abc import Callable

    from .variant import Array

    Pair = tuple[Array, Array]

COLLECTION = Collection()


def unit(n: int, j: int, like: Array) -> Array:
    """The unit vector j."""
    vector = np.zeros(n, dtype=like.dtype)
    vector[j] = 1
    return vector


def by_columns(n: int, like: Array, push: Callable[[Array], Array]) -> Array:
    """The Jacobian whose column j is what ``push`` makes of the unit vector j."""
    return np.column_stack([push(unit(n, j, like)) for j in range(n)])


def by_rows(m: int, like: Array, pull: Callable[[Array], Array]) -> Array:
    """The Jacobian whose row i is what ``pull`` makes of the unit vector i."""
    return np.stack([pull(unit(m, i, like)) for i in range(m)])


@COLLECTION.implementation(reaches="core")
class JacobiansByForwardMode(Implementation):
    """Jacobians are found column by column, from tangents; a quotient by the square of its denominator."""

    def addition_jacobians(self, w: Array, x: Array) -> Pair:
        """``t`` and ``t``."""
        return by_columns(len(w), w, lambda t: t + 0 * x), by_columns(len(x), x, lambda t: 0 * w + t)

    def subtraction_jacobians(self, w: Array, x: Array) -> Pair:
        """``t`` and ``-t``."""
        return by_columns(len(w), w, lambda t: t), by_columns(len(x), x, lambda t: -t)

    def multiplication_jacobians(self, w: Array, x: Array) -> Pair:
        """``t x`` and ``w t``."""
        return by_columns(len(w), w, lambda t: t * x), by_columns(len(x), x, lambda t: w * t)

    def division_jacobians(self, w: Array, x: Array) -> Pair:
        """``t / x`` and ``-t (w / x^2)``."""
        return by_columns(len(w), w, lambda t: t * (1 / x)), by_columns(len(x), x, lambda t: -t * (w * (1 / (x * x))))

    def composed_map_jacobian(self, p: Array) -> Array:
        """``((2 a c, c), (0, 3 b^2 / b^3))``."""
        a, b = p
        c = np.cos(a * a + b)
        return np.array([[2 * a * c, c], [0, 3 * (b * b) / (b * b * b)]], dtype=p.dtype)

    def logarithm_sine_derivative(self, x: Array) -> Array:
        """``diag(1 / x^2, cos 3x)`` times ``(2 x, 3)``."""
        square = x[0] * x[0]
        return np.array([[2 * x[0] * (1 / square)], [3 * np.cos(3 * x[0])]], dtype=x.dtype)


@COLLECTION.implementation()
class JacobiansByReverseMode(Implementation):
    """Jacobians are found row by row, from cotangents; a quotient by two divisions."""

    def multiplication_jacobians(self, w: Array, x: Array) -> Pair:
        """``v x`` and ``v w``."""
        return by_rows(len(w), w, lambda v: v * x), by_rows(len(x), x, lambda v: v * w)

    def division_jacobians(self, w: Array, x: Array) -> Pair:
        """``v / x`` and ``-((v w) / x) / x``."""
        return by_rows(len(w), w, lambda v: v / x), by_rows(len(x), x, lambda v: -(v * w / x) / x)

    def scalar_multiplication_jacobians(self, x: Array, t: float) -> Pair:
        """``v t`` and ``v . x``."""
        number = x.dtype.type(t)
        return by_rows(len(x), x, lambda v: v * number), np.array(
            [sums.forward(unit(len(x), i, x) * x) for i in range(len(x))]
        )

    def scalar_addition_jacobians(self, x: Array, t: float) -> Pair:  # noqa: ARG002 -- by contract
        """``v`` and ``v . 1``."""
        return by_rows(len(x), x, lambda v: v), np.ones_like(x)

    def product_jacobians(self, f: Array, g: Array, F: Array, G: Array) -> Pair:
        """``(v g) F`` and ``(v f) G``, each row of the matrix scaled alone."""
        return np.stack([each * row for each, row in zip(g, F, strict=True)]), np.stack(
            [each * row for each, row in zip(f, G, strict=True)]
        )


@COLLECTION.implementation()
class JacobiansByBroadcasting(Implementation):
    """Diagonal matrices never appear: rows and columns are scaled by broadcasting."""

    def multiplication_jacobians(self, w: Array, x: Array) -> Pair:
        """The identity with its columns scaled."""
        identity = np.eye(len(w), dtype=w.dtype)
        return identity * x, identity * w[:, np.newaxis]

    def product_jacobians(self, f: Array, g: Array, F: Array, G: Array) -> Pair:
        """Rows scaled."""
        return g[:, np.newaxis] * F, (f * G.T).T

    def row_scaling(self, gamma: Array, X: Array) -> Array:
        """A column times the matrix."""
        return X * gamma.reshape(-1, 1)

    def column_scaling(self, X: Array, gamma: Array) -> Array:
        """The matrix times a row."""
        return gamma * X

    def outer_product(self, M: Array, a: Array) -> Array:
        """A new axis."""
        return M[..., np.newaxis] * a

    def outer_product_contraction(self, v: Array, M: Array, a: Array) -> Array:
        """``(M^T v) a^T``."""
        return np.outer(sums.backward(v[:, np.newaxis] * M), a)

    def sum_reduction_gradient(self, J: Array) -> Array:
        """Columns added."""
        return np.add.reduce(J, axis=0)

    def total_derivative(self, direct: float, partials: Array, rates: Array) -> Array:
        """The terms in the order of the sum, the direct one last."""
        return np.asarray(sums.forward(partials * rates) + partials.dtype.type(direct))


@COLLECTION.implementation()
class JacobiansByMatrices(Implementation):
    """Everything is a product with a matrix: scalings with diagonal ones, sums with ones."""

    def row_scaling(self, gamma: Array, X: Array) -> Array:
        """``diag(gamma) X``."""
        return np.diag(gamma) @ X

    def column_scaling(self, X: Array, gamma: Array) -> Array:
        """``X diag(gamma)``."""
        return X @ np.diag(gamma)

    def outer_product(self, M: Array, a: Array) -> Array:
        """A Kronecker product with a row, folded."""
        return np.kron(M, a[np.newaxis, :]).reshape(*M.shape, len(a))

    def outer_product_contraction(self, v: Array, M: Array, a: Array) -> Array:
        """``sum_i v_i T_i``."""
        terms = [weight * np.outer(row, a) for weight, row in zip(v, M, strict=True)]
        return sums.pairwise(np.stack(terms))

    def sum_reduction_gradient(self, J: Array) -> Array:
        """``1^T J``."""
        return np.ones(len(J), dtype=J.dtype) @ J

    def total_derivative(self, direct: float, partials: Array, rates: Array) -> Array:
        """One product of extended vectors."""
        one = np.ones(1, dtype=partials.dtype)
        return np.concatenate([one * partials.dtype.type(direct), partials]) @ np.concatenate([one, rates])

    def linear_increment(self, value: Array, J: Array, h: Array) -> Array:
        """``[f J] [1; h]``."""
        return np.column_stack([value, J]) @ np.concatenate([np.ones_like(h[:1]), h])


@COLLECTION.implementation()
class ExamplesByOtherAlgebra(Implementation):
    """The worked maps with their factors in another order, and squares by additions."""

    def square_plus_cosine_gradient(self, p: Array) -> Array:
        """``(x + x, -sin y)``."""
        return np.array([p[0] + p[0], -np.sin(p[1])], dtype=p.dtype)

    def cubic_exponential_jacobian(self, p: Array) -> Array:
        """``y^2 + y^2 + y^2``."""
        square = p[1] * p[1]
        return np.array([[2, square + square + square], [-13, np.exp(p[1])]], dtype=p.dtype)

    def sine_of_square_derivative(self, x: Array) -> Array:
        """``cos(x x) x 2``."""
        return np.cos(x * x) * x * 2

    def power_map_jacobian(self, p: Array) -> Array:
        """``a + a`` and ``b^2 + b^2 + b^2``."""
        square = np.square(p[1])
        return np.array([[p[0] + p[0], 1], [0, square + square + square]], dtype=p.dtype)

    def sine_logarithm_jacobian(self, g: Array) -> Array:
        """Filled entry by entry."""
        jacobian = np.zeros((2, 2), dtype=g.dtype)
        jacobian[0, 0] = np.cos(g[0])
        jacobian[1, 1] = np.reciprocal(g[1])
        return jacobian

    def composed_map_jacobian(self, p: Array) -> Array:
        """``3 / b``."""
        a, b = p
        c = np.cos(b + a * a)
        return np.array([[(a + a) * c, c], [0, 3 / b]], dtype=p.dtype)

    def logarithm_sine_derivative(self, x: Array) -> Array:
        """``2 / x``."""
        return np.array([2 / x, np.cos(x * 3) * 3], dtype=x.dtype)

    def sum_with_square_derivative(self, x: Array) -> Array:
        """``2 x + 1``."""
        return np.asarray(2 * x + 1)
