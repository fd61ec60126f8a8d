"""Chapter 3, calculus: every derivative by JAX's differentiation, from the map itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp

from . import functions
from .arrays import in_jax

if TYPE_CHECKING:
    from collections.abc import Callable


def _of_two_vectors(binary: Callable[[jax.Array, jax.Array], jax.Array]) -> Callable[..., Any]:
    """The Jacobians of an elementwise operation by both vectors, as a method."""

    @in_jax
    def jacobians(_: object, w: jax.Array, x: jax.Array) -> Any:
        return jax.jacrev(binary, argnums=(0, 1))(w, x)

    return jacobians


def _of_a_number(binary: Callable[[jax.Array, jax.Array], jax.Array]) -> Callable[..., Any]:
    """The Jacobians of an operation of a vector and a number by both, as a method."""

    @in_jax
    def jacobians(_: object, x: jax.Array, t: float) -> Any:
        return jax.jacrev(binary, argnums=(0, 1))(x, jnp.asarray(t, x.dtype))

    return jacobians


def _derivative_of(function: Callable[[jax.Array], jax.Array]) -> Callable[..., Any]:
    """The Jacobian of a printed example function, as a method."""

    @in_jax
    def derivative(_: object, point: jax.Array) -> Any:
        return jax.jacrev(function)(point)

    return derivative


def _elementwise_derivative_of(function: Callable[[jax.Array], jax.Array]) -> Callable[..., Any]:
    """The derivative of a printed example function of one variable, of every entry, as a method."""

    @in_jax
    def derivative(_: object, x: jax.Array) -> jax.Array:
        return functions.vjp(function, x)

    return derivative


class Calculus:
    """Jacobians of elementary maps, the rules of composition, and the printed examples."""

    addition_jacobians = _of_two_vectors(jnp.add)
    subtraction_jacobians = _of_two_vectors(jnp.subtract)
    multiplication_jacobians = _of_two_vectors(jnp.multiply)
    division_jacobians = _of_two_vectors(jnp.divide)
    scalar_addition_jacobians = _of_a_number(jnp.add)
    scalar_multiplication_jacobians = _of_a_number(jnp.multiply)

    square_plus_cosine_gradient = _derivative_of(lambda p: p[0] ** 2 + jnp.cos(p[1]))
    cubic_exponential_jacobian = _derivative_of(lambda p: jnp.stack([2 * p[0] + p[1] ** 3, jnp.exp(p[1]) - 13 * p[0]]))
    power_map_jacobian = _derivative_of(lambda p: jnp.stack([p[0] ** 2 + p[1], p[1] ** 3]))
    sine_logarithm_jacobian = _derivative_of(lambda g: jnp.stack([jnp.sin(g[0]), jnp.log(g[1])]))
    composed_map_jacobian = _derivative_of(lambda p: jnp.stack([jnp.sin(p[0] ** 2 + p[1]), jnp.log(p[1] ** 3)]))
    logarithm_sine_derivative = _derivative_of(lambda x: jnp.concatenate([jnp.log(x**2), jnp.sin(3 * x)]))
    sine_of_square_derivative = _elementwise_derivative_of(lambda x: jnp.sin(x**2))
    sum_with_square_derivative = _elementwise_derivative_of(lambda x: x + x**2)

    @in_jax
    def product_jacobians(self, f: jax.Array, g: jax.Array, F: jax.Array, G: jax.Array) -> Any:
        """Jacobians of ``(f + F v) * (g + G w)`` at ``v = w = 0``."""
        origins = jnp.zeros(F.shape[1], F.dtype), jnp.zeros(G.shape[1], G.dtype)
        return jax.jacrev(lambda v, w: (f + F @ v) * (g + G @ w), argnums=(0, 1))(*origins)

    @in_jax
    def row_scaling(self, gamma: jax.Array, X: jax.Array) -> jax.Array:
        """Rows times their factors, by broadcasting."""
        return gamma[:, None] * X

    @in_jax
    def column_scaling(self, X: jax.Array, gamma: jax.Array) -> jax.Array:
        """Columns times their factors, by broadcasting."""
        return X * gamma

    @in_jax
    def sum_reduction_gradient(self, J: jax.Array) -> Any:
        """Gradient of the sum of ``J x``."""
        return jax.grad(lambda x: jnp.sum(J @ x))(jnp.zeros(J.shape[1], J.dtype))

    @in_jax
    def chain_jacobian(self, outer: jax.Array, inner: jax.Array) -> Any:
        """Jacobian of ``x -> outer (inner x)``."""
        return jax.jacrev(lambda x: outer @ (inner @ x))(jnp.zeros(inner.shape[1], inner.dtype))

    @in_jax
    def vector_jacobian_product(self, J: jax.Array, upstream: jax.Array) -> jax.Array:
        """Vector-Jacobian product of ``x -> J x``."""
        return functions.vjp(lambda x: J @ x, jnp.zeros(J.shape[1], J.dtype), upstream)

    @in_jax
    def total_derivative(self, direct: float, partials: jax.Array, rates: jax.Array) -> Any:
        """Derivative of ``direct x + partials . (rates x)``."""
        return jax.grad(lambda x: direct * x + partials @ (rates * x))(jnp.zeros((), partials.dtype))

    @in_jax
    def linear_increment(self, value: jax.Array, J: jax.Array, h: jax.Array) -> jax.Array:
        """The value plus ``J h``."""
        return value + J @ h

    @in_jax
    def outer_product(self, M: jax.Array, a: jax.Array) -> jax.Array:
        """Products of every entry with every entry."""
        return jnp.multiply.outer(M, a)

    @in_jax
    def outer_product_contraction(self, v: jax.Array, M: jax.Array, a: jax.Array) -> jax.Array:
        """The contraction, in the order that JAX chooses."""
        return jnp.einsum("m,mk,n->kn", v, M, a)
