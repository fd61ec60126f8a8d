"""Faults of derivatives and of the rules that compose them: the wrong operand, axis, order or path."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .fault import IN_THE_FORMAT, Collection, Kind, is_square

if TYPE_CHECKING:
    from .fault import Array, Faulty

COLLECTION = Collection()
fault = COLLECTION.fault


@fault("linear_increment", breaks="increment.linear", errata=("EJ07",), causes=("transposed argument",))
def increment_by_the_transpose(target: Faulty, value: Array, J: Array, h: Array) -> Array:
    """The increment is h J, as of row vectors whose Jacobian was not transposed."""
    return target.right.linear_increment(value, J.T if is_square(J) else J, h)


@fault("linear_increment", breaks="increment.linear", causes=("missing argument",))
def increment_alone(target: Faulty, value: Array, J: Array, h: Array) -> Array:
    """The change of the map is returned, not its value."""
    return target.right.linear_increment(0 * value, J, h)


@fault("vector_jacobian_product", breaks="vector_jacobian_product.value", causes=("transposed argument",))
def vjp_by_the_jacobian(target: Faulty, J: Array, upstream: Array) -> Array:
    """A square Jacobian is not transposed."""
    return target.right.vector_jacobian_product(J.T if is_square(J) else J, upstream)


@fault("chain_jacobian", breaks="chain.jacobian", causes=("swapped arguments",))
def chain_in_the_order_of_evaluation(target: Faulty, outer: Array, inner: Array) -> Array:
    """The Jacobian of the map that acts first stands first, where the shapes permit it."""
    if outer.shape == inner.shape and is_square(outer):
        outer, inner = inner, outer
    return target.right.chain_jacobian(outer, inner)


@fault("total_derivative", breaks="total_derivative.value", causes=("missing argument",))
def total_derivative_through_variables_alone(target: Faulty, direct: float, partials: Array, rates: Array) -> Array:
    """The direct term is left out: only intermediate variables count."""
    del direct
    return target.right.total_derivative(0.0, partials, rates)


@fault("total_derivative", breaks="total_derivative.value", causes=("doubled argument",))
def total_derivative_counts_an_alias(target: Faulty, direct: float, partials: Array, rates: Array) -> Array:
    """The variable is one of its own intermediates, and its direct term is added besides."""
    one = np.ones(1, dtype=partials.dtype)
    return target.right.total_derivative(direct, np.append(partials, one * direct), np.append(rates, one))


@fault("total_derivative", breaks="total_derivative.value")
def total_derivative_of_the_last_path(target: Faulty, direct: float, partials: Array, rates: Array) -> Array:
    """A second path overwrites the first instead of adding to it."""
    return target.right.total_derivative(direct, partials[-1:], rates[-1:])


@fault("addition_jacobians", breaks="addition.jacobians")
def addition_moves_every_entry(target: Faulty, w: Array, x: Array) -> tuple[Array, Array]:
    """Every entry of a sum depends on every entry of its first operand."""
    dw, dx = target.right.addition_jacobians(w, x)
    return np.ones_like(dw), dx


@fault("subtraction_jacobians", breaks="subtraction.jacobians", causes=("sign",))
def subtraction_is_differentiated_once(target: Faulty, w: Array, x: Array) -> tuple[Array, Array]:
    """The derivative with respect to the second operand is that with respect to the first."""
    dw, _ = target.right.subtraction_jacobians(w, x)
    return dw, dw.copy()


@fault(
    "multiplication_jacobians",
    breaks="multiplication.jacobians",
    causes=(
        "swapped arguments",
        "swapped results",
    ),
)
def multiplication_keeps_its_own_factor(target: Faulty, w: Array, x: Array) -> tuple[Array, Array]:
    """The derivative with respect to a factor is the diagonal matrix of that factor."""
    return target.right.multiplication_jacobians(x, w)


@fault("division_jacobians", breaks="division.jacobians")
def division_is_multiplied_by_the_numerator(target: Faulty, w: Array, x: Array) -> tuple[Array, Array]:
    """The derivative with respect to the divisor is the numerator, as in a product."""
    dw, _ = target.right.division_jacobians(w, x)
    return dw, np.diag(w)


@fault("division_jacobians", breaks="division.jacobians", causes=("sign",))
def division_grows_with_the_divisor(target: Faulty, w: Array, x: Array) -> tuple[Array, Array]:
    """The sign of the derivative with respect to the divisor is lost."""
    dw, dx = target.right.division_jacobians(w, x)
    return dw, -dx


@fault(
    "division_jacobians",
    breaks="division.jacobians",
    kind=Kind.NUMERICAL,
    level="robust",
    regime="extreme",
    **IN_THE_FORMAT,
    causes=("form",),
)
def division_squares_the_divisor(target: Faulty, w: Array, x: Array) -> tuple[Array, Array]:
    """The square of the divisor overflows or vanishes where the derivative does neither."""
    dw, _ = target.right.division_jacobians(w, x)
    with np.errstate(all="ignore"):
        return dw, np.diag(-w / (x * x))


@fault("product_jacobians", breaks="product.jacobians", causes=("diagonal only",))
def product_is_taken_for_elementwise(target: Faulty, f: Array, g: Array, F: Array, G: Array) -> tuple[Array, Array]:
    """Entries off the diagonal of a square Jacobian count as nil."""
    dv, dw = target.right.product_jacobians(f, g, F, G)
    return np.diag(np.diag(dv)) if is_square(dv) else dv, dw


@fault("product_jacobians", breaks="product.jacobians")
def product_scales_columns(target: Faulty, f: Array, g: Array, F: Array, G: Array) -> tuple[Array, Array]:
    """The other factor multiplies the columns of a square Jacobian instead of its rows."""
    dv, dw = target.right.product_jacobians(f, g, F, G)
    return F * g if is_square(F) else dv, dw


@fault("scalar_addition_jacobians", breaks="scalar_addition.jacobians")
def scalar_addition_moves_the_first_entry(target: Faulty, x: Array, t: float) -> tuple[Array, Array]:
    """A number that is added to a vector moves its first entry alone."""
    dx, dt = target.right.scalar_addition_jacobians(x, t)
    dt[1:] = 0
    return dx, dt


@fault(
    "scalar_addition_jacobians",
    breaks="scalar_addition.jacobians",
    causes=("operation scalar_multiplication_jacobians",),
)
def scalar_addition_scales(target: Faulty, x: Array, t: float) -> tuple[Array, Array]:
    """The derivatives of a sum are those of a product."""
    return target.right.scalar_multiplication_jacobians(x, t)


@fault("scalar_multiplication_jacobians", breaks="scalar_multiplication.jacobians", causes=("upstream left out",))
def scalar_multiplication_loses_the_number(target: Faulty, x: Array, t: float) -> tuple[Array, Array]:
    """The derivative of t x with respect to x is that of x."""
    _, dt = target.right.scalar_multiplication_jacobians(x, t)
    return np.eye(x.shape[0], dtype=x.dtype), dt


@fault(
    "scalar_multiplication_jacobians",
    breaks="scalar_multiplication.jacobians",
    causes=(
        "zero",
        "missing argument",
    ),
)
def scalar_multiplication_holds_the_vector(target: Faulty, x: Array, t: float) -> tuple[Array, Array]:
    """The derivative of t x with respect to t is that of x, which does not depend on t."""
    dx, dt = target.right.scalar_multiplication_jacobians(x, t)
    return dx, np.zeros_like(dt)


@fault("sum_reduction_gradient", breaks="sum_reduction.gradient", causes=("transposed argument",))
def sum_runs_over_the_variables(target: Faulty, J: Array) -> Array:
    """A square Jacobian is summed along its rows."""
    return target.right.sum_reduction_gradient(np.ascontiguousarray(J.T) if is_square(J) else J)


@fault("sum_reduction_gradient", breaks="sum_reduction.gradient", causes=("factor 1/m",))
def sum_is_a_mean(target: Faulty, J: Array) -> Array:
    """The derivative of the mean is returned."""
    return target.right.sum_reduction_gradient(J) / J.dtype.type(J.shape[0])


@fault("row_scaling", breaks="row_scaling.value", causes=("operation column_scaling",))
def row_scaling_scales_columns(target: Faulty, gamma: Array, X: Array) -> Array:
    """The factors are broadcast along the last axis where the shapes permit it."""
    return gamma * X if is_square(X) else target.right.row_scaling(gamma, X)


@fault("column_scaling", breaks="column_scaling.value", causes=("operation row_scaling",))
def column_scaling_scales_rows(target: Faulty, X: Array, gamma: Array) -> Array:
    """The matrix of equal columns is taken for that of equal rows, where it has the same shape."""
    return gamma[:, np.newaxis] * X if is_square(X) else target.right.column_scaling(X, gamma)


@fault("outer_product", breaks="outer_product.value", causes=("transposed",))
def outer_product_exchanges_axes(target: Faulty, M: Array, a: Array) -> Array:
    """The entry is M_iq a_p, where the shapes permit it."""
    product = target.right.outer_product(M, a)
    return np.swapaxes(product, 1, 2) if is_square(product) else product


@fault(
    "outer_product_contraction", breaks="outer_product.contraction", errata=("ED10",), causes=("transposed argument",)
)
def contraction_along_the_second_axis(target: Faulty, v: Array, M: Array, a: Array) -> Array:
    """A square matrix is contracted along its columns."""
    return target.right.outer_product_contraction(v, M.T if is_square(M) else M, a)


@fault("outer_product_contraction", breaks="outer_product.contraction", causes=("transposed",))
def contraction_is_transposed(target: Faulty, v: Array, M: Array, a: Array) -> Array:
    """The result is a d^T where that has the same shape."""
    result = target.right.outer_product_contraction(v, M, a)
    return np.ascontiguousarray(result.T) if is_square(result) else result


@fault("square_plus_cosine_gradient", breaks="square_plus_cosine.gradient", regime="ordinary")
def cosine_becomes_a_sine(target: Faulty, p: Array) -> Array:
    """The derivative of the cosine is the sine."""
    return target.right.square_plus_cosine_gradient(p) * np.array([1, -1], dtype=p.dtype)


@fault("cubic_exponential_jacobian", breaks="cubic_exponential.jacobian", regime="ordinary", causes=("transposed",))
def cubic_exponential_has_columns_for_functions(target: Faulty, p: Array) -> Array:
    """The Jacobian has a column for each function."""
    return np.ascontiguousarray(target.right.cubic_exponential_jacobian(p).T)


@fault("sine_of_square_derivative", breaks="sine_of_square.derivative", regime="ordinary")
def sine_of_square_by_the_inner_twice(target: Faulty, x: Array) -> Array:
    """The derivative of sin(x^2), taken for that of the outer function, is multiplied by 2 x once more."""
    return 2 * x * target.right.sine_of_square_derivative(x)


@fault("sine_of_square_derivative", breaks="sine_of_square.derivative", regime="ordinary")
def sine_of_square_stops_at_the_outer(target: Faulty, x: Array) -> Array:
    """The derivative of the inner function is forgotten."""
    del target
    return np.asarray(np.cos(x * x))


@fault("power_map_jacobian", breaks="power_map.jacobian")
def power_map_lowers_no_exponent(target: Faulty, p: Array) -> Array:
    """The derivative of b^3 is 3 b^3."""
    return target.right.power_map_jacobian(p) * np.array([[1, 1], [1, p[1]]], dtype=p.dtype)


@fault("sine_logarithm_jacobian", breaks="sine_logarithm.jacobian", regime="ordinary")
def sine_logarithm_of_base_ten(target: Faulty, g: Array) -> Array:
    """The logarithm is that of base ten."""
    return target.right.sine_logarithm_jacobian(g) / np.array([[1, 1], [1, np.log(10)]], dtype=g.dtype)


@fault("composed_map_jacobian", breaks="composed_map.jacobian", regime="ordinary")
def composed_map_in_the_order_of_evaluation(target: Faulty, p: Array) -> Array:
    """The Jacobian of the inner map stands on the left."""
    inner = np.array([p[0] * p[0] + p[1], p[1] * p[1] * p[1]], dtype=p.dtype)
    return target.right.power_map_jacobian(p) @ target.right.sine_logarithm_jacobian(inner)


@fault("composed_map_jacobian", breaks="composed_map.jacobian", regime="ordinary")
def composed_map_at_the_argument(target: Faulty, p: Array) -> Array:
    """The Jacobian of the outer map is taken at the argument instead of the value of the inner map."""
    return target.right.sine_logarithm_jacobian(p) @ target.right.power_map_jacobian(p)


@fault("logarithm_sine_derivative", breaks="logarithm_sine.derivative", regime="ordinary")
def logarithm_sine_of_magnitudes(target: Faulty, x: Array) -> Array:
    """The logarithm of x^2 is taken for twice that of x, and x for its magnitude."""
    return target.right.logarithm_sine_derivative(np.abs(x))


@fault("sum_with_square_derivative", breaks="sum_with_square.derivative", causes=("constant summand",))
def sum_with_square_by_a_product(target: Faulty, x: Array) -> Array:
    """The derivatives of the intermediate functions are multiplied, and the direct path is lost."""
    return target.right.sum_with_square_derivative(x) - 1
