"""Chapter 3, calculus: every derivative by autograd, from the map itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from .tensors import Moded, in_torch, value_in_torch

if TYPE_CHECKING:
    from collections.abc import Callable

    from .tensors import Tensor


def _of_two_vectors(binary: Callable[[Tensor, Tensor], Tensor]) -> Callable[..., Any]:
    """The Jacobians of an elementwise operation by both vectors, as a method."""

    @in_torch
    def jacobians(self: Moded, w: Tensor, x: Tensor) -> Any:
        return self.mode.jacobian(binary, (w, x))

    return jacobians


def _of_a_number(binary: Callable[[Tensor, Tensor], Tensor]) -> Callable[..., Any]:
    """The Jacobians of an operation of a vector and a number by both, as a method."""

    @in_torch
    def jacobians(self: Moded, x: Tensor, t: float) -> Any:
        return self.mode.jacobian(binary, (x, x.new_tensor(t)))

    return jacobians


def _derivative_of(function: Callable[[Tensor], Tensor]) -> Callable[..., Any]:
    """The Jacobian of a printed example function, as a method."""

    @in_torch
    def derivative(self: Moded, point: Tensor) -> Any:
        return self.mode.jacobian(function, point)

    return derivative


def _elementwise_derivative_of(function: Callable[[Tensor], Tensor]) -> Callable[..., Any]:
    """The derivative of a printed example function of one variable, of every entry, as a method."""

    @in_torch
    def derivative(self: Moded, x: Tensor) -> Any:
        return self.mode.vjp(function, x)

    return derivative


class Calculus(Moded):
    """Jacobians of elementary maps, the rules of composition, and the printed examples."""

    addition_jacobians = _of_two_vectors(torch.add)
    subtraction_jacobians = _of_two_vectors(torch.sub)
    multiplication_jacobians = _of_two_vectors(torch.mul)
    division_jacobians = _of_two_vectors(torch.div)
    scalar_addition_jacobians = _of_a_number(torch.add)
    scalar_multiplication_jacobians = _of_a_number(torch.mul)

    square_plus_cosine_gradient = _derivative_of(lambda p: p[0] ** 2 + torch.cos(p[1]))
    cubic_exponential_jacobian = _derivative_of(
        lambda p: torch.stack([2 * p[0] + p[1] ** 3, torch.exp(p[1]) - 13 * p[0]])
    )
    power_map_jacobian = _derivative_of(lambda p: torch.stack([p[0] ** 2 + p[1], p[1] ** 3]))
    sine_logarithm_jacobian = _derivative_of(lambda g: torch.stack([torch.sin(g[0]), torch.log(g[1])]))
    composed_map_jacobian = _derivative_of(
        lambda p: torch.stack([torch.sin(p[0] ** 2 + p[1]), torch.log(p[1] ** 3)]),
    )
    logarithm_sine_derivative = _derivative_of(lambda x: torch.cat([torch.log(x**2), torch.sin(3 * x)]))
    sine_of_square_derivative = _elementwise_derivative_of(lambda x: torch.sin(x**2))
    sum_with_square_derivative = _elementwise_derivative_of(lambda x: x + x**2)

    @in_torch
    def product_jacobians(self, f: Tensor, g: Tensor, F: Tensor, G: Tensor) -> Any:
        """Jacobians of ``(f + F v) * (g + G w)`` at ``v = w = 0``."""
        origins = F.new_zeros(F.shape[1]), G.new_zeros(G.shape[1])
        return self.mode.jacobian(lambda v, w: (f + F @ v) * (g + G @ w), origins)

    @value_in_torch
    def row_scaling(self, gamma: Tensor, X: Tensor) -> Tensor:
        """Rows times their factors, by broadcasting."""
        return gamma.unsqueeze(-1) * X

    @value_in_torch
    def column_scaling(self, X: Tensor, gamma: Tensor) -> Tensor:
        """Columns times their factors, by broadcasting."""
        return X * gamma

    @in_torch
    def sum_reduction_gradient(self, J: Tensor) -> Any:
        """Gradient of the sum of ``J x``."""
        return self.mode.vjp(lambda x: (J @ x).sum(), J.new_zeros(J.shape[1]))

    @in_torch
    def chain_jacobian(self, outer: Tensor, inner: Tensor) -> Any:
        """Jacobian of ``x -> outer (inner x)``."""
        return self.mode.jacobian(lambda x: outer @ (inner @ x), inner.new_zeros(inner.shape[1]))

    @in_torch
    def vector_jacobian_product(self, J: Tensor, upstream: Tensor) -> Any:
        """Vector-Jacobian product of ``x -> J x``."""
        return self.mode.vjp(lambda x: J @ x, J.new_zeros(J.shape[1]), upstream)

    @in_torch
    def total_derivative(self, direct: float, partials: Tensor, rates: Tensor) -> Any:
        """Derivative of ``direct x + partials . (rates x)``."""
        return self.mode.vjp(lambda x: direct * x + partials @ (rates * x), partials.new_zeros(()))

    @value_in_torch
    def linear_increment(self, value: Tensor, J: Tensor, h: Tensor) -> Tensor:
        """The value plus ``J h``."""
        return torch.addmv(value, J, h)

    @value_in_torch
    def outer_product(self, M: Tensor, a: Tensor) -> Tensor:
        """Products of every entry with every entry."""
        return torch.einsum("mk,n->mkn", M, a)

    @value_in_torch
    def outer_product_contraction(self, v: Tensor, M: Tensor, a: Tensor) -> Tensor:
        """The contraction, in the order that torch chooses."""
        return torch.einsum("m,mk,n->kn", v, M, a)
