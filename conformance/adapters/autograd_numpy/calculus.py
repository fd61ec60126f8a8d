"""Chapter 3, calculus: every derivative by autograd, from the map itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import autograd
import autograd.numpy as anp

from . import functions
from .arrays import in_autograd

if TYPE_CHECKING:
    from collections.abc import Callable

    from .arrays import Array


def _of_two_vectors(binary: Callable[[Array, Array], Array]) -> Callable[..., Any]:
    """The Jacobians of an elementwise operation by both vectors, as a method."""

    @in_autograd
    def jacobians(_: object, w: Array, x: Array) -> Any:
        return tuple(autograd.jacobian(binary, argument)(w, x) for argument in (0, 1))

    return jacobians


def _of_a_number(binary: Callable[[Array, Array], Array]) -> Callable[..., Any]:
    """The Jacobians of an operation of a vector and a number by both, as a method."""

    @in_autograd
    def jacobians(_: object, x: Array, t: float) -> Any:
        number = anp.asarray(t, x.dtype)
        return tuple(autograd.jacobian(binary, argument)(x, number) for argument in (0, 1))

    return jacobians


def _derivative_of(function: Callable[[Array], Array]) -> Callable[..., Any]:
    """The Jacobian of a printed example function, as a method."""

    @in_autograd
    def derivative(_: object, point: Array) -> Any:
        return autograd.jacobian(function)(point)

    return derivative


def _elementwise_derivative_of(function: Callable[[Array], Array]) -> Callable[..., Any]:
    """The derivative of a printed example function of one variable, of every entry, as a method."""

    @in_autograd
    def derivative(_: object, x: Array) -> Array:
        return autograd.elementwise_grad(function)(x)

    return derivative


class Calculus:
    """Jacobians of elementary maps, the rules of composition, and the printed examples."""

    addition_jacobians = _of_two_vectors(anp.add)
    subtraction_jacobians = _of_two_vectors(anp.subtract)
    multiplication_jacobians = _of_two_vectors(anp.multiply)
    division_jacobians = _of_two_vectors(anp.divide)
    scalar_addition_jacobians = _of_a_number(anp.add)
    scalar_multiplication_jacobians = _of_a_number(anp.multiply)

    square_plus_cosine_gradient = _derivative_of(lambda p: p[0] ** 2 + anp.cos(p[1]))
    cubic_exponential_jacobian = _derivative_of(lambda p: anp.stack([2 * p[0] + p[1] ** 3, anp.exp(p[1]) - 13 * p[0]]))
    power_map_jacobian = _derivative_of(lambda p: anp.stack([p[0] ** 2 + p[1], p[1] ** 3]))
    sine_logarithm_jacobian = _derivative_of(lambda g: anp.stack([anp.sin(g[0]), anp.log(g[1])]))
    composed_map_jacobian = _derivative_of(lambda p: anp.stack([anp.sin(p[0] ** 2 + p[1]), anp.log(p[1] ** 3)]))
    logarithm_sine_derivative = _derivative_of(lambda x: anp.concatenate([anp.log(x**2), anp.sin(3 * x)]))
    sine_of_square_derivative = _elementwise_derivative_of(lambda x: anp.sin(x**2))
    sum_with_square_derivative = _elementwise_derivative_of(lambda x: x + x**2)

    @in_autograd
    def product_jacobians(self, f: Array, g: Array, F: Array, G: Array) -> Any:
        """Jacobians of ``(f + F v) * (g + G w)`` at ``v = w = 0``."""
        origins = anp.zeros(F.shape[1], F.dtype), anp.zeros(G.shape[1], G.dtype)

        def product(v: Array, w: Array) -> Array:
            return (f + anp.dot(F, v)) * (g + anp.dot(G, w))

        return tuple(autograd.jacobian(product, argument)(*origins) for argument in (0, 1))

    @in_autograd
    def row_scaling(self, gamma: Array, X: Array) -> Array:
        """Rows times their factors, by broadcasting."""
        return gamma[:, None] * X

    @in_autograd
    def column_scaling(self, X: Array, gamma: Array) -> Array:
        """Columns times their factors, by broadcasting."""
        return X * gamma

    @in_autograd
    def sum_reduction_gradient(self, J: Array) -> Any:
        """Gradient of the sum of ``J x``."""
        return autograd.grad(lambda x: anp.sum(anp.dot(J, x)))(anp.zeros(J.shape[1], J.dtype))

    @in_autograd
    def chain_jacobian(self, outer: Array, inner: Array) -> Any:
        """Jacobian of ``x -> outer (inner x)``."""
        return autograd.jacobian(lambda x: anp.dot(outer, anp.dot(inner, x)))(anp.zeros(inner.shape[1], inner.dtype))

    @in_autograd
    def vector_jacobian_product(self, J: Array, upstream: Array) -> Array:
        """Vector-Jacobian product of ``x -> J x``."""
        return functions.vjp(lambda x: anp.dot(J, x), anp.zeros(J.shape[1], J.dtype), upstream)

    @in_autograd
    def total_derivative(self, direct: float, partials: Array, rates: Array) -> Any:
        """Derivative of ``direct x + partials . (rates x)``."""
        return autograd.grad(lambda x: direct * x + anp.dot(partials, rates * x))(anp.zeros((), partials.dtype))

    @in_autograd
    def linear_increment(self, value: Array, J: Array, h: Array) -> Array:
        """The value plus ``J h``."""
        return value + anp.dot(J, h)

    @in_autograd
    def outer_product(self, M: Array, a: Array) -> Array:
        """Products of every entry with every entry."""
        return anp.einsum("mk,n->mkn", M, a)

    @in_autograd
    def outer_product_contraction(self, v: Array, M: Array, a: Array) -> Array:
        """The contraction, in the order that NumPy chooses."""
        return anp.einsum("m,mk,n->kn", v, M, a)
