"""Chapter 3, calculus: the witness of every proposition, by the id of its clause."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np

from ...arithmetic.arrays import Array, as_array, diagonal, entrywise
from ...calculus import (
    chain_jacobian,
    multiplication_jacobians,
    outer_product,
    power_map_jacobian,
    row_scaling,
    sine_logarithm_jacobian,
    sum_reduction_gradient,
    total_derivative,
    vector_jacobian_product,
)
from ..derivatives import Derivative, Variable
from ..independent import INDEPENDENT
from .witness import Witness, by_definition

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ...arithmetic.arrays import Number
    from ...arithmetic.protocol import Arithmetic
    from ..derivatives import Forward, Kind

    Map = Callable[..., Any]
    """A function of an arithmetic and of the arguments of an operation."""


def _forward(function: Map) -> Forward:
    """``function`` without keywords, which no operation of this chapter has."""

    def forward(arithmetic: Arithmetic, arguments: Sequence[Any], keywords: Mapping[str, Number]) -> Any:  # noqa: ANN401
        del keywords
        return function(arithmetic, *arguments)

    return forward


def _derivative(function: Map, kind: Kind, *arguments: int) -> Derivative:
    """The derivative of a map that is no operation."""
    variables = [Variable(argument) for argument in arguments]
    return Derivative(_forward(function), kind, lambda _: variables)


def _differentiated(clause: str, function: Map, kind: Kind, *arguments: int) -> Witness:
    """That ``clause`` is the derivative of a map which is no operation, and what it is, written again."""
    return Witness("by definition", _derivative(function, kind, *arguments), independent=INDEPENDENT[clause])


def _equal(clause: str, to: str, function: Map, derivative: Derivative | None = None) -> Witness:
    """That ``function`` finds ``clause`` by way of the clause ``to``, and what it is, written again."""
    return Witness(f"equals {to}", derivative, _forward(function), INDEPENDENT[clause])


# maps whose Jacobians the chapter states


def _square_plus_cosine(arithmetic: Arithmetic, p: Array) -> Array:
    return as_array(p[0] * p[0] + arithmetic.cos(p[1:])[0])


def _cubic_exponential(arithmetic: Arithmetic, p: Array) -> Array:
    x, y = p
    return as_array([2 * x + y * y * y, arithmetic.exp(p[1:])[0] - 13 * x])


def _power_map(_: Arithmetic, p: Array) -> Array:
    a, b = p
    return as_array([a * a + b, b * b * b])


def _sine_logarithm(arithmetic: Arithmetic, g: Array) -> Array:
    return np.concatenate([arithmetic.sin(g[:1]), arithmetic.log(g[1:])])


def _composed_map(arithmetic: Arithmetic, p: Array) -> Array:
    return _sine_logarithm(arithmetic, _power_map(arithmetic, p))


def _logarithm_sine(arithmetic: Arithmetic, x: Array) -> Array:
    return np.concatenate([arithmetic.log(x * x), arithmetic.sin(3 * x)])


# the same by way of other clauses


def _row_by_row(arithmetic: Arithmetic, outside: Array, inside: Array) -> Array:
    return np.stack([vector_jacobian_product(arithmetic, inside, row) for row in outside])


def _weighed_and_summed(arithmetic: Arithmetic, jacobian: Array, upstream: Array) -> Any:  # noqa: ANN401
    return sum_reduction_gradient(arithmetic, row_scaling(arithmetic, upstream, jacobian))


def _row_times_column(arithmetic: Arithmetic, direct: Number, partials: Array, rates: Array) -> Any:  # noqa: ANN401
    row = np.concatenate([as_array([direct]), partials])[None, :]
    column = np.concatenate([as_array([1]), rates])[:, None]
    return chain_jacobian(arithmetic, row, column)[0, 0]


def _through_the_product(arithmetic: Arithmetic, f: Array, g: Array, of_f: Array, of_g: Array) -> tuple[Any, Any]:
    by_f, by_g = multiplication_jacobians(arithmetic, f, g)
    return chain_jacobian(arithmetic, by_f, of_f), chain_jacobian(arithmetic, by_g, of_g)


def _rows_of_the_transpose(arithmetic: Arithmetic, matrix: Array, gamma: Array) -> Any:  # noqa: ANN401
    return row_scaling(arithmetic, gamma, matrix.T).T


def _slices_weighed(arithmetic: Arithmetic, v: Array, matrix: Array, a: Array) -> Any:  # noqa: ANN401
    slices = outer_product(arithmetic, matrix, a)
    return reduce(np.add, [weight * part for weight, part in zip(v, slices, strict=True)])


def _composed_by_the_chain(arithmetic: Arithmetic, p: Array) -> Any:  # noqa: ANN401
    outside = sine_logarithm_jacobian(arithmetic, _power_map(arithmetic, p))
    return chain_jacobian(arithmetic, outside, power_map_jacobian(arithmetic, p))


def _logarithm_by_the_chain(arithmetic: Arithmetic, x: Array) -> Any:  # noqa: ANN401
    outside = diagonal(np.concatenate([1 / (x * x), arithmetic.cos(3 * x)]))
    return chain_jacobian(arithmetic, outside, np.stack([2 * x, as_array([3])]))


def _square_by_both_paths(arithmetic: Arithmetic, x: Array) -> Array:
    """The path of x itself, and the one through u = x^2."""
    return entrywise(lambda number: total_derivative(arithmetic, 1, as_array([1]), as_array([2 * number])), x)


CALCULUS: Mapping[str, Witness] = {
    "increment.linear": by_definition("increment.linear"),
    "vector_jacobian_product.value": _equal(
        "vector_jacobian_product.value", "sum_reduction.gradient", _weighed_and_summed
    ),
    "chain.jacobian": _equal("chain.jacobian", "vector_jacobian_product.value", _row_by_row),
    "total_derivative.value": _equal("total_derivative.value", "chain.jacobian", _row_times_column),
    "addition.jacobians": _differentiated("addition.jacobians", lambda _, w, x: w + x, "jacobian", 0, 1),
    "subtraction.jacobians": _differentiated("subtraction.jacobians", lambda _, w, x: w - x, "jacobian", 0, 1),
    "multiplication.jacobians": _differentiated("multiplication.jacobians", lambda _, w, x: w * x, "jacobian", 0, 1),
    "division.jacobians": _differentiated("division.jacobians", lambda _, w, x: w / x, "jacobian", 0, 1),
    "product.jacobians": _equal("product.jacobians", "chain.jacobian", _through_the_product),
    "scalar_addition.jacobians": _differentiated(
        "scalar_addition.jacobians", lambda _, x, t: x + as_array(t), "jacobian", 0, 1
    ),
    "scalar_multiplication.jacobians": _differentiated(
        "scalar_multiplication.jacobians", lambda _, x, t: as_array(t) * x, "jacobian", 0, 1
    ),
    "sum_reduction.gradient": by_definition("sum_reduction.gradient"),
    "row_scaling.value": _equal(
        "row_scaling.value",
        "chain.jacobian",
        lambda arithmetic, gamma, matrix: chain_jacobian(arithmetic, diagonal(gamma), matrix),
    ),
    "column_scaling.value": _equal("column_scaling.value", "row_scaling.value", _rows_of_the_transpose),
    "outer_product.value": by_definition("outer_product.value"),
    "outer_product.contraction": _equal("outer_product.contraction", "outer_product.value", _slices_weighed),
    "square_plus_cosine.gradient": _differentiated("square_plus_cosine.gradient", _square_plus_cosine, "gradient", 0),
    "cubic_exponential.jacobian": _differentiated("cubic_exponential.jacobian", _cubic_exponential, "jacobian", 0),
    "sine_of_square.derivative": _differentiated(
        "sine_of_square.derivative", lambda arithmetic, x: arithmetic.sin(x * x), "elementwise", 0
    ),
    "power_map.jacobian": _differentiated("power_map.jacobian", _power_map, "jacobian", 0),
    "sine_logarithm.jacobian": _differentiated("sine_logarithm.jacobian", _sine_logarithm, "jacobian", 0),
    "composed_map.jacobian": _equal(
        "composed_map.jacobian", "chain.jacobian", _composed_by_the_chain, _derivative(_composed_map, "jacobian", 0)
    ),
    "logarithm_sine.derivative": _equal(
        "logarithm_sine.derivative",
        "chain.jacobian",
        _logarithm_by_the_chain,
        _derivative(_logarithm_sine, "jacobian", 0),
    ),
    "sum_with_square.derivative": _equal(
        "sum_with_square.derivative",
        "total_derivative.value",
        _square_by_both_paths,
        _derivative(lambda _, x: x + x * x, "elementwise", 0),
    ),
}
