"""Chapter 3, calculus: every derivative by the gradient tape, from the map itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import tensorflow as tf

from .differentiation import jacobian, vjp
from .functions import applied
from .tensors import in_tensorflow

if TYPE_CHECKING:
    from collections.abc import Callable

    from .library import Elementary, Library
    from .tensors import Tensor


def _of_two_vectors(name: str) -> Callable[..., Any]:
    """The Jacobians of an elementwise operation by both vectors, as a method."""

    @in_tensorflow
    def jacobians(self: Calculus, w: Tensor, x: Tensor) -> Any:
        return jacobian(getattr(self.library.elementary, name), (w, x))

    return jacobians


def _of_a_number(name: str) -> Callable[..., Any]:
    """The Jacobians of an operation of a vector and a number by both, as a method."""

    @in_tensorflow
    def jacobians(self: Calculus, x: Tensor, t: float) -> Any:
        return jacobian(getattr(self.library.elementary, name), (x, tf.constant(t, x.dtype)))

    return jacobians


def _derivative_of(function: Callable[[Elementary, Tensor], Tensor]) -> Callable[..., Any]:
    """The Jacobian of a printed example function, as a method."""

    @in_tensorflow
    def derivative(self: Calculus, point: Tensor) -> Any:
        return jacobian(lambda p: function(self.library.elementary, p), point)

    return derivative


def _elementwise_derivative_of(function: Callable[[Elementary, Tensor], Tensor]) -> Callable[..., Any]:
    """The derivative of a printed example function of one variable, of every entry, as a method."""

    @in_tensorflow
    def derivative(self: Calculus, x: Tensor) -> Any:
        return vjp(lambda point: function(self.library.elementary, point), x)

    return derivative


class Calculus:
    """Jacobians of elementary maps, the rules of composition, and the printed examples."""

    library: Library

    addition_jacobians = _of_two_vectors("add")
    subtraction_jacobians = _of_two_vectors("subtract")
    multiplication_jacobians = _of_two_vectors("multiply")
    division_jacobians = _of_two_vectors("divide")
    scalar_addition_jacobians = _of_a_number("add")
    scalar_multiplication_jacobians = _of_a_number("multiply")

    square_plus_cosine_gradient = _derivative_of(lambda f, p: f.square(p[0]) + f.cos(p[1]))
    cubic_exponential_jacobian = _derivative_of(
        lambda f, p: f.stack([2 * p[0] + p[1] ** 3, f.exp(p[1]) - 13 * p[0]]),
    )
    power_map_jacobian = _derivative_of(lambda f, p: f.stack([f.square(p[0]) + p[1], p[1] ** 3]))
    sine_logarithm_jacobian = _derivative_of(lambda f, g: f.stack([f.sin(g[0]), f.log(g[1])]))
    composed_map_jacobian = _derivative_of(lambda f, p: f.stack([f.sin(f.square(p[0]) + p[1]), f.log(p[1] ** 3)]))
    logarithm_sine_derivative = _derivative_of(lambda f, x: f.concatenate([f.log(f.square(x)), f.sin(3 * x)]))
    sine_of_square_derivative = _elementwise_derivative_of(lambda f, x: f.sin(f.square(x)))
    sum_with_square_derivative = _elementwise_derivative_of(lambda f, x: x + f.square(x))

    @in_tensorflow
    def product_jacobians(self, f: Tensor, g: Tensor, F: Tensor, G: Tensor) -> Any:
        """Jacobians of ``(f + F v) * (g + G w)`` at ``v = w = 0``."""

        def product(v: Tensor, w: Tensor) -> Tensor:
            return (f + applied(self.library, F, v)) * (g + applied(self.library, G, w))

        return jacobian(product, (tf.zeros(F.shape[1], F.dtype), tf.zeros(G.shape[1], G.dtype)))

    @in_tensorflow
    def row_scaling(self, gamma: Tensor, X: Tensor) -> Tensor:
        """Rows times their factors, by broadcasting."""
        return self.library.elementary.multiply(gamma[:, tf.newaxis], X)

    @in_tensorflow
    def column_scaling(self, X: Tensor, gamma: Tensor) -> Tensor:
        """Columns times their factors, by broadcasting."""
        return self.library.elementary.multiply(X, gamma)

    @in_tensorflow
    def sum_reduction_gradient(self, J: Tensor) -> Any:
        """Gradient of the sum of ``J x``."""
        total = self.library.elementary.total
        return vjp(lambda x: total(applied(self.library, J, x)), tf.zeros(J.shape[1], J.dtype))

    @in_tensorflow
    def chain_jacobian(self, outer: Tensor, inner: Tensor) -> Any:
        """Jacobian of ``x -> outer (inner x)``."""
        origin = tf.zeros(inner.shape[1], inner.dtype)
        return jacobian(lambda x: applied(self.library, outer, applied(self.library, inner, x)), origin)

    @in_tensorflow
    def vector_jacobian_product(self, J: Tensor, upstream: Tensor) -> Any:
        """Vector-Jacobian product of ``x -> J x``."""
        return vjp(lambda x: applied(self.library, J, x), tf.zeros(J.shape[1], J.dtype), upstream)

    @in_tensorflow
    def total_derivative(self, direct: float, partials: Tensor, rates: Tensor) -> Any:
        """Derivative of ``direct x + partials . (rates x)``."""
        total = self.library.elementary.total
        return vjp(lambda x: direct * x + total(partials * (rates * x)), tf.zeros((), partials.dtype))

    @in_tensorflow
    def linear_increment(self, value: Tensor, J: Tensor, h: Tensor) -> Tensor:
        """The value plus ``J h``."""
        return self.library.elementary.add(value, applied(self.library, J, h))

    @in_tensorflow
    def outer_product(self, M: Tensor, a: Tensor) -> Tensor:
        """Products of every entry with every entry."""
        return self.library.elementary.contract("mk,n->mkn", M, a)

    @in_tensorflow
    def outer_product_contraction(self, v: Tensor, M: Tensor, a: Tensor) -> Tensor:
        """The contraction, in the order that the library chooses."""
        return self.library.elementary.contract("m,mk,n->kn", v, M, a)
