"""Chapter 3, calculus: every derivative by tinygrad's differentiation, from the map itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tinygrad import Tensor as TinygradTensor

from . import functions
from .tensors import in_tinygrad, number

if TYPE_CHECKING:
    from collections.abc import Callable

    from .tensors import Tensor


def _of_two_vectors(binary: Callable[[Tensor, Tensor], Tensor]) -> Callable[..., Any]:
    """The Jacobians of an elementwise operation by both vectors, as a method."""

    @in_tinygrad
    def jacobians(_: object, w: Tensor, x: Tensor) -> Any:
        value = binary(w, x)
        return functions.jacobian(value, w), functions.jacobian(value, x)

    return jacobians


def _of_a_number(binary: Callable[[Tensor, Tensor], Tensor]) -> Callable[..., Any]:
    """The Jacobians of an operation of a vector and a number by both, as a method."""

    @in_tinygrad
    def jacobians(_: object, x: Tensor, t: float) -> Any:
        scalar = number(t, x)
        value = binary(x, scalar)
        return functions.jacobian(value, x), functions.jacobian(value, scalar)

    return jacobians


def _derivative_of(function: Callable[[Tensor], Tensor]) -> Callable[..., Any]:
    """The Jacobian of a printed example function, as a method."""

    @in_tinygrad
    def derivative(_: object, point: Tensor) -> Any:
        return functions.jacobian(function(point), point)

    return derivative


def _elementwise_derivative_of(function: Callable[[Tensor], Tensor]) -> Callable[..., Any]:
    """The derivative of a printed example function of one variable, of every entry, as a method."""

    @in_tinygrad
    def derivative(_: object, x: Tensor) -> Tensor:
        return functions.derivative(function, x)

    return derivative


class Calculus:
    """Jacobians of elementary maps, the rules of composition, and the printed examples."""

    addition_jacobians = _of_two_vectors(lambda w, x: w + x)
    subtraction_jacobians = _of_two_vectors(lambda w, x: w - x)
    multiplication_jacobians = _of_two_vectors(lambda w, x: w * x)
    division_jacobians = _of_two_vectors(lambda w, x: w / x)
    scalar_addition_jacobians = _of_a_number(lambda x, t: x + t)
    scalar_multiplication_jacobians = _of_a_number(lambda x, t: x * t)

    square_plus_cosine_gradient = _derivative_of(lambda p: p[0] ** 2 + p[1].cos())
    cubic_exponential_jacobian = _derivative_of(
        lambda p: TinygradTensor.stack(2 * p[0] + p[1] ** 3, p[1].exp() - 13 * p[0])
    )
    power_map_jacobian = _derivative_of(lambda p: TinygradTensor.stack(p[0] ** 2 + p[1], p[1] ** 3))
    sine_logarithm_jacobian = _derivative_of(lambda g: TinygradTensor.stack(g[0].sin(), g[1].log()))
    composed_map_jacobian = _derivative_of(
        lambda p: TinygradTensor.stack((p[0] ** 2 + p[1]).sin(), (p[1] ** 3).log()),
    )
    logarithm_sine_derivative = _derivative_of(lambda x: TinygradTensor.cat((x**2).log(), (3 * x).sin()))
    sine_of_square_derivative = _elementwise_derivative_of(lambda x: (x**2).sin())
    sum_with_square_derivative = _elementwise_derivative_of(lambda x: x + x**2)

    @in_tinygrad
    def product_jacobians(self, f: Tensor, g: Tensor, F: Tensor, G: Tensor) -> Any:
        """Jacobians of ``(f + F v) * (g + G w)`` at ``v = w = 0``."""
        v, w = F[0].zeros_like().contiguous(), G[0].zeros_like().contiguous()
        value = (f + F.dot(v)) * (g + G.dot(w))
        return functions.jacobian(value, v), functions.jacobian(value, w)

    @in_tinygrad
    def row_scaling(self, gamma: Tensor, X: Tensor) -> Tensor:
        """Rows times their factors, by broadcasting."""
        return gamma.unsqueeze(-1) * X

    @in_tinygrad
    def column_scaling(self, X: Tensor, gamma: Tensor) -> Tensor:
        """Columns times their factors, by broadcasting."""
        return X * gamma

    @in_tinygrad
    def sum_reduction_gradient(self, J: Tensor) -> Tensor:
        """Gradient of the sum of ``J x``."""
        x = J[0].zeros_like().contiguous()
        return functions.vjp(J.dot(x).sum(), [x])[0]

    @in_tinygrad
    def chain_jacobian(self, outer: Tensor, inner: Tensor) -> Any:
        """Jacobian of ``x -> outer (inner x)``."""
        x = inner[0].zeros_like().contiguous()
        return functions.jacobian(outer.dot(inner.dot(x)), x)

    @in_tinygrad
    def vector_jacobian_product(self, J: Tensor, upstream: Tensor) -> Tensor:
        """Vector-Jacobian product of ``x -> J x``."""
        x = J[0].zeros_like().contiguous()
        return functions.vjp(J.dot(x), [x], upstream)[0]

    @in_tinygrad
    def total_derivative(self, direct: float, partials: Tensor, rates: Tensor) -> Tensor:
        """Derivative of ``direct x + partials . (rates x)``."""
        x = number(0.0, partials)
        return functions.vjp(direct * x + partials.dot(rates * x), [x])[0]

    @in_tinygrad
    def linear_increment(self, value: Tensor, J: Tensor, h: Tensor) -> Tensor:
        """The value plus ``J h``."""
        return value + J.dot(h)

    @in_tinygrad
    def outer_product(self, M: Tensor, a: Tensor) -> Tensor:
        """Products of every entry with every entry."""
        return TinygradTensor.einsum("mk,n->mkn", M, a)

    @in_tinygrad
    def outer_product_contraction(self, v: Tensor, M: Tensor, a: Tensor) -> Tensor:
        """The contraction, in the order that tinygrad chooses."""
        return TinygradTensor.einsum("m,mk,n->kn", v, M, a)
