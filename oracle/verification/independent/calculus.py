"""
Chapter 3, calculus: definitions written a second time.

Indices run in loops, Kronecker deltas are written out, and the derivatives of the examples are taken from other
identities: the cosine as a shifted sine, a power by its logarithm, a quotient of powers by a difference of exponents.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from .numbers import numbers_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ....spec.conventions import Conventions
    from .numbers import Context, FloatArray, Number

    Independent = Callable[..., list[Number]]


def _number(context: Context, value: float) -> Number:
    return context.mpf(float(value))


def _square(context: Context, size: int, entry: Callable[[int], Number]) -> list[Number]:
    """A square matrix whose diagonal is ``entry``, by Kronecker's delta."""
    return [entry(i) if i == j else context.mpf(0) for i, j in product(range(size), repeat=2)]


def _entries(function: Callable[[Number, int, int], Number], context: Context, matrix: FloatArray) -> list[Number]:
    """``function`` of each entry of a matrix and of its place."""
    rows, columns = matrix.shape
    return [function(_number(context, matrix[i, j]), i, j) for i, j in product(range(rows), range(columns))]


def _linear_increment(
    context: Context, _: Conventions, value: FloatArray, jacobian: FloatArray, h: FloatArray
) -> list[Number]:
    result = numbers_of(context, value)
    for i, j in product(*map(range, jacobian.shape)):
        result[i] += _number(context, jacobian[i, j]) * _number(context, h[j])
    return result


def _vector_jacobian_product(
    context: Context, _: Conventions, jacobian: FloatArray, upstream: FloatArray
) -> list[Number]:
    result = [context.mpf(0)] * jacobian.shape[1]
    for i, j in product(*map(range, jacobian.shape)):
        result[j] += _number(context, upstream[i]) * _number(context, jacobian[i, j])
    return result


def _chain(context: Context, _: Conventions, outside: FloatArray, inside: FloatArray) -> list[Number]:
    result = []
    for i, j in product(range(outside.shape[0]), range(inside.shape[1])):
        total = context.mpf(0)
        for k in range(inside.shape[0]):
            total += _number(context, outside[i, k]) * _number(context, inside[k, j])
        result.append(total)
    return result


def _total_derivative(
    context: Context, _: Conventions, direct: float, partials: FloatArray, rates: FloatArray
) -> list[Number]:
    total = _number(context, direct)
    for partial, rate in zip(numbers_of(context, partials), numbers_of(context, rates), strict=True):
        total += partial * rate
    return [total]


def _addition(context: Context, _: Conventions, w: FloatArray, x: FloatArray) -> list[Number]:
    one = _square(context, len(w), lambda _: context.mpf(1))
    return [*one, *_square(context, len(x), lambda _: context.mpf(1))]


def _subtraction(context: Context, _: Conventions, w: FloatArray, x: FloatArray) -> list[Number]:
    one = _square(context, len(w), lambda _: context.mpf(1))
    return [*one, *_square(context, len(x), lambda _: context.mpf(-1))]


def _multiplication(context: Context, _: Conventions, w: FloatArray, x: FloatArray) -> list[Number]:
    by_w = _square(context, len(w), lambda i: _number(context, x[i]))
    return [*by_w, *_square(context, len(x), lambda i: _number(context, w[i]))]


def _division(context: Context, _: Conventions, w: FloatArray, x: FloatArray) -> list[Number]:
    def power(i: int, exponent: int) -> Number:
        return _number(context, x[i]) ** exponent

    by_w = _square(context, len(w), lambda i: power(i, -1))
    return [*by_w, *_square(context, len(x), lambda i: -_number(context, w[i]) * power(i, -2))]


def _product(
    context: Context, _: Conventions, f: FloatArray, g: FloatArray, of_f: FloatArray, of_g: FloatArray
) -> list[Number]:
    by_v = _entries(lambda number, i, _: _number(context, g[i]) * number, context, of_f)
    return [*by_v, *_entries(lambda number, i, _: _number(context, f[i]) * number, context, of_g)]


def _scalar_addition(context: Context, _: Conventions, x: FloatArray, t: float) -> list[Number]:
    del t
    return [*_square(context, len(x), lambda _: context.mpf(1)), *([context.mpf(1)] * len(x))]


def _scalar_multiplication(context: Context, _: Conventions, x: FloatArray, t: float) -> list[Number]:
    return [*_square(context, len(x), lambda _: _number(context, t)), *numbers_of(context, x)]


def _sum_reduction(context: Context, _: Conventions, jacobian: FloatArray) -> list[Number]:
    result = [context.mpf(0)] * jacobian.shape[1]
    for i, j in product(*map(range, jacobian.shape)):
        result[j] += _number(context, jacobian[i, j])
    return result


def _row_scaling(context: Context, _: Conventions, gamma: FloatArray, matrix: FloatArray) -> list[Number]:
    return _entries(lambda number, i, _: _number(context, gamma[i]) * number, context, matrix)


def _column_scaling(context: Context, _: Conventions, matrix: FloatArray, gamma: FloatArray) -> list[Number]:
    return _entries(lambda number, _, j: number * _number(context, gamma[j]), context, matrix)


def _outer_product(context: Context, _: Conventions, matrix: FloatArray, a: FloatArray) -> list[Number]:
    return [left * right for left in numbers_of(context, matrix) for right in numbers_of(context, a)]


def _contraction(context: Context, _: Conventions, v: FloatArray, matrix: FloatArray, a: FloatArray) -> list[Number]:
    result = []
    for p, q in product(range(matrix.shape[1]), range(len(a))):
        total = context.mpf(0)
        for i in range(len(v)):
            total += _number(context, v[i]) * _number(context, matrix[i, p]) * _number(context, a[q])
        result.append(total)
    return result


# examples


def _square_plus_cosine(context: Context, _: Conventions, p: FloatArray) -> list[Number]:
    x, y = numbers_of(context, p)
    return [x + x, context.cos(y + context.pi / 2)]


def _cubic_exponential(context: Context, _: Conventions, p: FloatArray) -> list[Number]:
    _x, y = numbers_of(context, p)
    return [context.mpf(2), 3 * abs(y) ** 2, context.mpf(-13), context.cosh(y) + context.sinh(y)]


def _sine_of_square(context: Context, _: Conventions, x: FloatArray) -> list[Number]:
    return [2 * number * context.sin(number**2 + context.pi / 2) for number in numbers_of(context, np.asarray(x))]


def _power_map(context: Context, _: Conventions, p: FloatArray) -> list[Number]:
    a, b = numbers_of(context, p)
    return [a + a, context.mpf(1), context.mpf(0), 3 * abs(b) ** 2]


def _sine_logarithm(context: Context, _: Conventions, g: FloatArray) -> list[Number]:
    first, second = numbers_of(context, g)
    return [context.sin(first + context.pi / 2), context.mpf(0), context.mpf(0), context.exp(-context.log(second))]


def _composed_map(context: Context, _: Conventions, p: FloatArray) -> list[Number]:
    a, b = numbers_of(context, p)
    cosine = 1 - 2 * context.sin((a**2 + b) / 2) ** 2
    return [2 * a * cosine, cosine, context.mpf(0), 3 * context.exp(-context.log(b))]


def _logarithm_sine(context: Context, _: Conventions, x: FloatArray) -> list[Number]:
    (number,) = numbers_of(context, x)
    return [2 * number**-1, 3 - 6 * context.sin(3 * number / 2) ** 2]


def _sum_with_square(context: Context, _: Conventions, x: FloatArray) -> list[Number]:
    """The derivative of (x + 1/2)^2 - 1/4."""
    return [2 * (number + context.mpf(0.5)) for number in numbers_of(context, np.asarray(x))]


CALCULUS: Mapping[str, Independent] = {
    "increment.linear": _linear_increment,
    "vector_jacobian_product.value": _vector_jacobian_product,
    "chain.jacobian": _chain,
    "total_derivative.value": _total_derivative,
    "addition.jacobians": _addition,
    "subtraction.jacobians": _subtraction,
    "multiplication.jacobians": _multiplication,
    "division.jacobians": _division,
    "product.jacobians": _product,
    "scalar_addition.jacobians": _scalar_addition,
    "scalar_multiplication.jacobians": _scalar_multiplication,
    "sum_reduction.gradient": _sum_reduction,
    "row_scaling.value": _row_scaling,
    "column_scaling.value": _column_scaling,
    "outer_product.value": _outer_product,
    "outer_product.contraction": _contraction,
    "square_plus_cosine.gradient": _square_plus_cosine,
    "cubic_exponential.jacobian": _cubic_exponential,
    "sine_of_square.derivative": _sine_of_square,
    "power_map.jacobian": _power_map,
    "sine_logarithm.jacobian": _sine_logarithm,
    "composed_map.jacobian": _composed_map,
    "logarithm_sine.derivative": _logarithm_sine,
    "sum_with_square.derivative": _sum_with_square,
}
"""Each definition written a second time, by the id of its clause."""
