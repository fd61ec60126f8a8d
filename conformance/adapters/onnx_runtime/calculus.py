"""Chapter 3 of builds for training: the Jacobians of elementary maps, of composed ones, and of the printed examples."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .differentiating import gradient, jacobian, pulled

if TYPE_CHECKING:
    from collections.abc import Callable

    from .graphs import Graph, Value
    from .sessions import Array

    Differentiated = tuple[Value, Value | list[Value]]


def _binary(operator: str) -> Callable[..., object]:
    """The Jacobians of an operator of two arguments by both, as a method."""

    def value(graph: Graph, w: Value, x: Value) -> Differentiated:
        return graph(operator, w, x), [w, x]

    return jacobian(value)


def _gradient_of(function: Callable[[Graph, Value], Value]) -> Callable[..., object]:
    """The gradient of the sum of a function, as a method."""

    def value(graph: Graph, x: Value) -> Differentiated:
        return pulled(graph, function(graph, x)), x

    return gradient(value)


def _jacobian_of(function: Callable[[Graph, Value], Value]) -> Callable[..., object]:
    """The Jacobian of a function of a vector, as a method."""

    def value(graph: Graph, x: Value) -> Differentiated:
        return function(graph, x), x

    return jacobian(value)


def zeros(graph: Graph, J: Value) -> Value:
    """A vector of zeros that a matrix can be applied to."""
    return graph("Expand", graph.number(0), graph("Shape", J, start=1))


def along(graph: Graph, J: Value, x: Value) -> Value:
    """The matrix times the vector."""
    return graph("MatMul", J, x)


def power(graph: Graph, x: Value, exponent: int) -> Value:
    """A power, by Pow."""
    return graph("Pow", x, graph.number(exponent))


def product_jacobians(graph: Graph, f: Value, g: Value, F: Value, G: Value) -> Differentiated:
    """Jacobians of ``(f + F v) * (g + G w)`` at ``v = w = 0``."""
    v, w = zeros(graph, F), zeros(graph, G)
    first, second = graph("Add", f, along(graph, F, v)), graph("Add", g, along(graph, G, w))
    return graph("Mul", first, second), [v, w]


def sum_reduction_gradient(graph: Graph, J: Value) -> Differentiated:
    """Gradient of the sum of ``J x``."""
    x = zeros(graph, J)
    return pulled(graph, along(graph, J, x)), x


def chain_jacobian(graph: Graph, outer: Value, inner: Value) -> Differentiated:
    """Jacobian of ``x -> outer (inner x)``."""
    x = zeros(graph, inner)
    return along(graph, outer, along(graph, inner, x)), x


def vector_jacobian_product(graph: Graph, J: Value, upstream: Value) -> Differentiated:
    """Vector-Jacobian product of ``x -> J x``."""
    x = zeros(graph, J)
    return pulled(graph, along(graph, J, x), upstream), x


def total_derivative(graph: Graph, direct: Value, partials: Value, rates: Value, x: Value) -> Differentiated:
    """Derivative of ``direct x + partials . (rates x)``."""
    indirect = graph.total(graph("Mul", partials, graph("Mul", rates, x)))  # MatMul of vectors has no gradient graph
    return graph("Add", graph("Mul", direct, x), indirect), x


def _coordinates(graph: Graph, point: Value) -> list[Value]:
    """The two coordinates of a point, each a vector of length one."""
    return [graph("Gather", point, graph.integers(index), axis=0) for index in range(2)]


def _square_plus_cosine(graph: Graph, point: Value) -> Value:
    x, y = _coordinates(graph, point)
    return graph("Add", power(graph, x, 2), graph("Cos", y))


def _cubic_exponential(graph: Graph, point: Value) -> Value:
    x, y = _coordinates(graph, point)
    first = graph("Add", graph("Mul", graph.number(2), x), power(graph, y, 3))
    second = graph("Sub", graph("Exp", y), graph("Mul", graph.number(13), x))
    return graph("Concat", first, second, axis=0)


def _power_map(graph: Graph, point: Value) -> Value:
    a, b = _coordinates(graph, point)
    return graph("Concat", graph("Add", power(graph, a, 2), b), power(graph, b, 3), axis=0)


def _sine_logarithm(graph: Graph, point: Value) -> Value:
    first, second = _coordinates(graph, point)
    return graph("Concat", graph("Sin", first), graph("Log", second), axis=0)


def _composed_map(graph: Graph, point: Value) -> Value:
    return _sine_logarithm(graph, _power_map(graph, point))


def _logarithm_sine(graph: Graph, x: Value) -> Value:
    first, second = graph("Log", power(graph, x, 2)), graph("Sin", graph("Mul", graph.number(3), x))
    return graph("Concat", first, second, axis=0)


def _sine_of_square(graph: Graph, x: Value) -> Value:
    return graph("Sin", power(graph, x, 2))


def _sum_with_square(graph: Graph, x: Value) -> Value:
    return graph("Add", x, power(graph, x, 2))


_total_derivative = gradient(total_derivative)


class Calculus:
    """Jacobians of elementary maps, the rules of composition, and the printed examples."""

    addition_jacobians = _binary("Add")
    subtraction_jacobians = _binary("Sub")
    multiplication_jacobians = _binary("Mul")
    division_jacobians = _binary("Div")
    scalar_addition_jacobians = addition_jacobians
    scalar_multiplication_jacobians = multiplication_jacobians
    product_jacobians = jacobian(product_jacobians)
    sum_reduction_gradient = gradient(sum_reduction_gradient)
    chain_jacobian = jacobian(chain_jacobian)
    vector_jacobian_product = gradient(vector_jacobian_product)

    square_plus_cosine_gradient = _gradient_of(_square_plus_cosine)
    cubic_exponential_jacobian = _jacobian_of(_cubic_exponential)
    power_map_jacobian = _jacobian_of(_power_map)
    sine_logarithm_jacobian = _jacobian_of(_sine_logarithm)
    composed_map_jacobian = _jacobian_of(_composed_map)
    logarithm_sine_derivative = _jacobian_of(_logarithm_sine)
    sine_of_square_derivative = _gradient_of(_sine_of_square)
    sum_with_square_derivative = _gradient_of(_sum_with_square)

    def total_derivative(self, direct: float, partials: Array, rates: Array) -> Any:
        """Derivative of ``direct x + partials . (rates x)`` at ``x = 0``."""
        return _total_derivative(self, direct, partials, rates, 0.0)
