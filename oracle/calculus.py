"""Chapter 3, calculus: Jacobians of elementary maps, and the rules by which they are composed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .arithmetic.arrays import Array, Number, as_array, diagonal, entrywise, identity_matrix, outer
from .propositions import form, proposition

if TYPE_CHECKING:
    from collections.abc import Callable

    from .arithmetic.protocol import Arithmetic


def _of_number(function: Callable[[Array], Array], number: Number) -> Number:
    """``function`` of a single number."""
    return function(as_array(number))[()]


# derivatives and products with them


@proposition("increment.linear")
def linear_increment(arithmetic: Arithmetic, value: Array, jacobian: Array, h: Array) -> Array:
    """``f + J h``, shapes ``(m,)``, ``(m, n)``, ``(n,)`` to ``(m,)``. Clause ``increment.linear``."""
    return arithmetic.affine(jacobian, h, value)


@proposition("vector_jacobian_product.value")
def vector_jacobian_product(arithmetic: Arithmetic, jacobian: Array, upstream: Array) -> Array:
    """``J^T v``, shapes ``(m, n)`` and ``(m,)`` to ``(n,)``. Clause ``vector_jacobian_product.value``."""
    return arithmetic.matmul(jacobian.T, upstream)


# rules


@proposition("chain.jacobian")
def chain_jacobian(arithmetic: Arithmetic, outside: Array, inside: Array) -> Array:
    """``J_outer J_inner``, shapes ``(m, k)`` and ``(k, n)`` to ``(m, n)``. Clause ``chain.jacobian``."""
    return arithmetic.matmul(outside, inside)


@proposition("total_derivative.value")
def total_derivative(arithmetic: Arithmetic, direct: Number, partials: Array, rates: Array) -> Number:
    """``direct + sum_i partials_i rates_i``, one flat sum, a scalar. Clause ``total_derivative.value``."""
    return arithmetic.affine(partials[None, :], rates, as_array([direct]))[0]


# elementwise operations


@proposition("addition.jacobians")
def addition_jacobians(arithmetic: Arithmetic, w: Array, x: Array) -> tuple[Array, Array]:
    """``(I, I)``, both of shape ``(n, n)``. Clause ``addition.jacobians``."""
    del arithmetic
    return identity_matrix(w.shape[0]), identity_matrix(x.shape[0])


@proposition("subtraction.jacobians")
def subtraction_jacobians(arithmetic: Arithmetic, w: Array, x: Array) -> tuple[Array, Array]:
    """``(I, -I)``, both of shape ``(n, n)``. Clause ``subtraction.jacobians``."""
    del arithmetic
    return identity_matrix(w.shape[0]), -identity_matrix(x.shape[0])


@proposition("multiplication.jacobians")
def multiplication_jacobians(arithmetic: Arithmetic, w: Array, x: Array) -> tuple[Array, Array]:
    """``(diag(x), diag(w))``, both of shape ``(n, n)``. Clause ``multiplication.jacobians``."""
    del arithmetic
    return diagonal(x), diagonal(w)


@proposition("division.jacobians")
def division_jacobians(arithmetic: Arithmetic, w: Array, x: Array) -> tuple[Array, Array]:
    """``(diag(1 / x_i), diag(-w_i / x_i^2))``, both of shape ``(n, n)``. Clause ``division.jacobians``."""
    del arithmetic
    return diagonal(1 / x), diagonal(-(w / (x * x)))


@form(division_jacobians, "reciprocal")
def division_jacobians_reciprocal(arithmetic: Arithmetic, w: Array, x: Array) -> tuple[Array, Array]:
    """The second as ``-w_i (1 / x_i^2)``. Clause ``division.jacobians``."""
    del arithmetic
    return diagonal(1 / x), diagonal(-(w * (1 / (x * x))))


@form(division_jacobians, "reverse")
def division_jacobians_reverse(arithmetic: Arithmetic, w: Array, x: Array) -> tuple[Array, Array]:
    """Row by row, the vector-Jacobian products of unit vectors. Clause ``division.jacobians``."""
    del arithmetic
    delta = identity_matrix(x.shape[0])
    return as_array(delta * (1 / x)), as_array(-(delta * (w * (1 / (x * x)))))


@form(division_jacobians, "forward")
def division_jacobians_forward(arithmetic: Arithmetic, w: Array, x: Array) -> tuple[Array, Array]:
    """Column by column, ``w' (1 / x) - x' (w (1 / x^2))`` of unit vectors. Clause ``division.jacobians``."""
    del arithmetic
    delta, by_w, by_x = identity_matrix(x.shape[0]), (1 / x)[:, None], (w * (1 / (x * x)))[:, None]
    return as_array(delta * by_w - 0 * by_x), as_array(0 * by_w - delta * by_x)


@form(division_jacobians, "quotient")
def division_jacobians_quotient(arithmetic: Arithmetic, w: Array, x: Array) -> tuple[Array, Array]:
    """Column by column, ``(w' - q x') / x`` with q = w / x. Clause ``division.jacobians``."""
    del arithmetic
    delta, q = identity_matrix(x.shape[0]), (w / x)[:, None]
    return as_array((delta - 0 * q) / x[:, None]), as_array((0 * delta - delta * q) / x[:, None])


@form(division_jacobians, "stable")
def division_jacobians_stable(arithmetic: Arithmetic, w: Array, x: Array) -> tuple[Array, Array]:
    """The second as ``-(w_i / x_i) / x_i``, which squares nothing. Clause ``division.jacobians``."""
    del arithmetic
    return diagonal(1 / x), diagonal(-(w / x / x))


@proposition("product.jacobians")
def product_jacobians(
    arithmetic: Arithmetic,
    f: Array,
    g: Array,
    of_f: Array,
    of_g: Array,
) -> tuple[Array, Array]:
    """``(diag(g) F, diag(f) G)``, shapes ``(m, n)`` and ``(m, k)``. Clause ``product.jacobians``."""
    del arithmetic
    return as_array(g[:, None] * of_f), as_array(f[:, None] * of_g)


# numbers and vectors, and sums


@proposition("scalar_addition.jacobians")
def scalar_addition_jacobians(arithmetic: Arithmetic, x: Array, t: Number) -> tuple[Array, Array]:
    """``(I, 1)``, shapes ``(n, n)`` and ``(n,)``. Clause ``scalar_addition.jacobians``."""
    del arithmetic, t
    return identity_matrix(x.shape[0]), np.full(x.shape, 1, dtype=object)


@proposition("scalar_multiplication.jacobians")
def scalar_multiplication_jacobians(arithmetic: Arithmetic, x: Array, t: Number) -> tuple[Array, Array]:
    """``(t I, x)``, shapes ``(n, n)`` and ``(n,)``. Clause ``scalar_multiplication.jacobians``."""
    del arithmetic
    return diagonal(entrywise(lambda _: t, x)), x


@proposition("sum_reduction.gradient")
def sum_reduction_gradient(arithmetic: Arithmetic, jacobian: Array) -> Array:
    """``1^T J``, the sum of the rows, shape ``(n,)``. Clause ``sum_reduction.gradient``."""
    return entrywise(lambda column: arithmetic.sum(jacobian[:, column]), np.arange(jacobian.shape[1]))


# diagonal factors


@proposition("row_scaling.value")
def row_scaling(arithmetic: Arithmetic, gamma: Array, matrix: Array) -> Array:
    """``gamma_i X_ij``, shape ``(m, n)``. Clause ``row_scaling.value``."""
    del arithmetic
    return as_array(gamma[:, None] * matrix)


@proposition("column_scaling.value")
def column_scaling(arithmetic: Arithmetic, matrix: Array, gamma: Array) -> Array:
    """``X_ij gamma_j``, shape ``(m, n)``. Clause ``column_scaling.value``."""
    del arithmetic
    return as_array(matrix * gamma[None, :])


# outer products


@proposition("outer_product.value")
def outer_product(arithmetic: Arithmetic, matrix: Array, a: Array) -> Array:
    """``M_ip a_q``, shape ``(m, k, n)``. Clause ``outer_product.value``."""
    del arithmetic
    return outer(matrix, a)


@proposition("outer_product.contraction")
def outer_product_contraction(arithmetic: Arithmetic, v: Array, matrix: Array, a: Array) -> Array:
    """``sum_i v_i (M_ip a_q)``, shape ``(k, n)``. Clause ``outer_product.contraction``."""
    products = outer(matrix, a).reshape(matrix.shape[0], -1)
    return arithmetic.matmul(v[None, :], products).reshape(matrix.shape[1], a.shape[0])


@form(outer_product_contraction, "factored")
def outer_product_contraction_factored(arithmetic: Arithmetic, v: Array, matrix: Array, a: Array) -> Array:
    """``(M^T v)_p a_q``, which never forms the array of three axes. Clause ``outer_product.contraction``."""
    contracted = arithmetic.matmul(matrix.T, v)
    return arithmetic.matmul(contracted[:, None], a[None, :])


# the functions that the sources print as examples


@proposition("square_plus_cosine.gradient")
def square_plus_cosine_gradient(arithmetic: Arithmetic, p: Array) -> Array:
    """``(2 x, -sin y)`` of x^2 + cos y, shape ``(2,)``. Clause ``square_plus_cosine.gradient``."""
    x, y = p
    return as_array([2 * x, -_of_number(arithmetic.sin, y)])


@proposition("cubic_exponential.jacobian")
def cubic_exponential_jacobian(arithmetic: Arithmetic, p: Array) -> Array:
    """``[[2, 3 y^2], [-13, e^y]]`` of (2 x + y^3, e^y - 13 x). Clause ``cubic_exponential.jacobian``."""
    _, y = p
    return as_array([[2, 3 * (y * y)], [-13, _of_number(arithmetic.exp, y)]])


@form(cubic_exponential_jacobian, "accumulated")
def cubic_exponential_jacobian_accumulated(arithmetic: Arithmetic, p: Array) -> Array:
    """The same with ``y^2 + y^2 + y^2``. Clause ``cubic_exponential.jacobian``."""
    _, y = p
    return as_array([[2, _three_squares(arithmetic, y)], [-13, _of_number(arithmetic.exp, y)]])


def _three_squares(arithmetic: Arithmetic, t: Number) -> Number:
    """The derivative of t t t, one term for each factor."""
    square = t * t
    return arithmetic.sum(as_array([square, square, square]))


@proposition("sine_of_square.derivative")
def sine_of_square_derivative(arithmetic: Arithmetic, x: Array) -> Array:
    """``2 x cos(x^2)``, shape of x. Clause ``sine_of_square.derivative``."""
    return entrywise(lambda number: 2 * number * _of_number(arithmetic.cos, number * number), x)


@proposition("power_map.jacobian")
def power_map_jacobian(arithmetic: Arithmetic, p: Array) -> Array:
    """``[[2 a, 1], [0, 3 b^2]]`` of (a^2 + b, b^3). Clause ``power_map.jacobian``."""
    del arithmetic
    a, b = p
    return as_array([[2 * a, 1], [0, 3 * (b * b)]])


@form(power_map_jacobian, "accumulated")
def power_map_jacobian_accumulated(arithmetic: Arithmetic, p: Array) -> Array:
    """The same with ``b^2 + b^2 + b^2``. Clause ``power_map.jacobian``."""
    a, b = p
    return as_array([[2 * a, 1], [0, _three_squares(arithmetic, b)]])


@proposition("sine_logarithm.jacobian")
def sine_logarithm_jacobian(arithmetic: Arithmetic, g: Array) -> Array:
    """``diag(cos g_1, 1 / g_2)`` of (sin g_1, log g_2). Clause ``sine_logarithm.jacobian``."""
    first, second = g
    return diagonal(as_array([_of_number(arithmetic.cos, first), 1 / second]))


@proposition("composed_map.jacobian")
def composed_map_jacobian(arithmetic: Arithmetic, p: Array) -> Array:
    """``[[2 a cos(a^2 + b), cos(a^2 + b)], [0, 3 b^2 / b^3]]``. Clause ``composed_map.jacobian``."""
    _, b = p
    return _composed(arithmetic, p, 3 * (b * b) / (b * b * b))


@form(composed_map_jacobian, "stable")
def composed_map_jacobian_stable(arithmetic: Arithmetic, p: Array) -> Array:
    """The same with ``3 / b``. Clause ``composed_map.jacobian``."""
    _, b = p
    return _composed(arithmetic, p, 3 / b)


def _composed(arithmetic: Arithmetic, p: Array, last: Number) -> Array:
    """The Jacobian of (sin(a^2 + b), log b^3) with ``last`` as the derivative of its last entry."""
    a, b = p
    cosine = _of_number(arithmetic.cos, a * a + b)
    return as_array([[2 * a * cosine, cosine], [0, last]])


@form(composed_map_jacobian, "chain")
def composed_map_jacobian_chain(arithmetic: Arithmetic, p: Array) -> Array:
    """The product of the Jacobians, the outer one times Kronecker's delta. Clause ``composed_map.jacobian``."""
    a, b = p
    slopes = as_array([_of_number(arithmetic.cos, a * a + b), 1 / (b * b * b)])
    return arithmetic.matmul(identity_matrix(2) * slopes, power_map_jacobian(arithmetic, p))


@proposition("logarithm_sine.derivative")
def logarithm_sine_derivative(arithmetic: Arithmetic, x: Array) -> Array:
    """``(2 x / x^2, 3 cos 3 x)`` of (log x^2, sin 3 x), shape ``(2, 1)``. Clause ``logarithm_sine.derivative``."""
    return as_array([2 * x / (x * x), 3 * arithmetic.cos(3 * x)])


@form(logarithm_sine_derivative, "stable")
def logarithm_sine_derivative_stable(arithmetic: Arithmetic, x: Array) -> Array:
    """The same with ``2 / x``. Clause ``logarithm_sine.derivative``."""
    return as_array([2 / x, 3 * arithmetic.cos(3 * x)])


@form(logarithm_sine_derivative, "chain")
def logarithm_sine_derivative_chain(arithmetic: Arithmetic, x: Array) -> Array:
    """``diag(1 / g_1, cos g_2) (2 x, 3)``, g = (x^2, 3 x). Clause ``logarithm_sine.derivative``."""
    (number,) = x
    outside = as_array([1 / (number * number), _of_number(arithmetic.cos, 3 * number)])
    inside = as_array([[2 * number], [3]])
    return arithmetic.matmul(diagonal(outside), inside)


@proposition("sum_with_square.derivative")
def sum_with_square_derivative(arithmetic: Arithmetic, x: Array) -> Array:
    """``1 + x + x``, a term for each path from x to x + x x, shape of x. Clause ``sum_with_square.derivative``."""
    return entrywise(lambda number: arithmetic.sum(as_array([1, number, number])), x)


@form(sum_with_square_derivative, "stable")
def sum_with_square_derivative_stable(arithmetic: Arithmetic, x: Array) -> Array:
    """``1 + 2 x``. Clause ``sum_with_square.derivative``."""
    del arithmetic
    return as_array(1 + 2 * x)
