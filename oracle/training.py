"""Chapter 9, cost and training: steps of gradient descent, and linear regression by descent."""

from __future__ import annotations

import math
import operator
from functools import reduce
from typing import TYPE_CHECKING

import numpy as np

from .arithmetic.arrays import Array, Number, as_array
from .propositions import form, proposition

if TYPE_CHECKING:
    from ..spec.network import Network
    from .arithmetic.protocol import Arithmetic


# descent


@proposition("gradient.vector")
def gradient_vector(
    arithmetic: Arithmetic, network: Network, weight_gradients: list[Array], bias_gradients: list[Array]
) -> Array:
    """All weights, layer by layer and row by row, then all biases, one vector. Clause ``gradient.vector``."""
    del arithmetic, network
    return as_array(np.concatenate([each.reshape(-1) for each in (*weight_gradients, *bias_gradients)]))


@proposition("gradient_descent.step")
def gradient_descent_step(
    arithmetic: Arithmetic,
    network: Network,
    weight_gradients: list[Array],
    bias_gradients: list[Array],
    rate: Number,
) -> tuple[list[Array], list[Array]]:
    """``(W^l - rate dW^l, b^l - rate db^l)`` for every layer, first to last. Clause ``gradient_descent.step``."""
    del arithmetic
    layers = network.layers
    weights = [as_array(layer.weights - step * rate) for layer, step in zip(layers, weight_gradients, strict=True)]
    biases = [as_array(layer.bias - step * rate) for layer, step in zip(layers, bias_gradients, strict=True)]
    return weights, biases


@proposition("descent.direction")
def steepest_descent_direction(arithmetic: Arithmetic, gradient: Array) -> Array:
    """``-g / sqrt(sum g^2)``, shape ``(n,)``. Clause ``descent.direction``."""
    length = arithmetic.sqrt(as_array(arithmetic.sum(gradient * gradient)))[()]
    return as_array(-(gradient / length))


@form(steepest_descent_direction, "stable")
def steepest_descent_direction_scaled(arithmetic: Arithmetic, gradient: Array) -> Array:
    """``-h / sqrt(sum h^2)``, h = g / 2^e with a largest entry between 1/2 and 1. Clause ``descent.direction``."""
    exponent = math.frexp(max(_magnitude(number) for number in gradient))[1]
    scaled = as_array(gradient / 2**exponent if exponent > 0 else gradient * 2**-exponent)
    length = arithmetic.sqrt(as_array(arithmetic.sum(scaled * scaled)))[()]
    return as_array(-(scaled / length))


def _magnitude(number: Number) -> float:
    """About the size of a number of any arithmetic, which only has to be near: its scale cancels."""
    held: Number = getattr(number, "ball", getattr(number, "value", number))
    return abs(float(held))


@proposition("quadratic.rate_limit")
def learning_rate_limit(arithmetic: Arithmetic, curvature: Array) -> Array:
    """``2 / curvature`` of every entry. Clause ``quadratic.rate_limit``."""
    del arithmetic
    return as_array(2 / curvature)


@proposition("quadratic.descent")
def quadratic_descent(arithmetic: Arithmetic, theta: Array, curvature: Number, rate: Number, steps: int) -> Array:
    """``(1 - rate curvature)^steps theta``, the power first; shape ``(n,)``. Clause ``quadratic.descent``."""
    del arithmetic
    factor = 1 - curvature * rate
    return as_array(theta * reduce(operator.mul, [factor] * steps)) if steps else theta


@form(quadratic_descent, "factor_by_factor")
def quadratic_descent_factor_by_factor(
    arithmetic: Arithmetic, theta: Array, curvature: Number, rate: Number, steps: int
) -> Array:
    """``theta (1 - rate curvature)``, ``steps`` times. Clause ``quadratic.descent``."""
    del arithmetic
    factor = 1 - curvature * rate
    for _ in range(steps):
        theta = as_array(theta * factor)
    return theta


@form(quadratic_descent, "iteration")
def quadratic_descent_iteration(
    arithmetic: Arithmetic, theta: Array, curvature: Number, rate: Number, steps: int
) -> Array:
    """``theta - rate (curvature theta)``, ``steps`` times. Clause ``quadratic.descent``."""
    del arithmetic
    for _ in range(steps):
        theta = as_array(theta - theta * curvature * rate)
    return theta


# linear regression


@proposition("listing.linear_regression_forward")
def linear_regression_forward(arithmetic: Arithmetic, x: Array, w: Array, b: Number) -> Array:
    """``a_k = w . x_k + b``, X of shape ``(n, N)``; ``(N,)``. Clause ``listing.linear_regression_forward``."""
    return as_array(arithmetic.affine(w[None, :], x, as_array([b]))[0])


@proposition("listing.linear_regression_cost")
def linear_regression_cost(arithmetic: Arithmetic, a: Array, y: Array) -> Number:
    """``sum (a - y)^2 / (2 N)``, a scalar. Clause ``listing.linear_regression_cost``."""
    difference = a - y
    return arithmetic.sum(difference * difference, (a.shape[0],)) / 2


@form(linear_regression_cost, "scaled_terms")
def linear_regression_cost_scaled_terms(arithmetic: Arithmetic, a: Array, y: Array) -> Number:
    """The same with the half on each term. Clause ``listing.linear_regression_cost``."""
    difference = a - y
    return arithmetic.sum(difference * difference / 2, (a.shape[0],))


@proposition("listing.linear_regression_backward")
def linear_regression_backward(arithmetic: Arithmetic, x: Array, y: Array, w: Array, b: Number) -> tuple[Array, Number]:
    """``dZ = (a - y) / N``, ``(dZ X^T, sum dZ)``. Clause ``listing.linear_regression_backward``."""
    difference = as_array(linear_regression_forward(arithmetic, x, w, b) - y)
    return _regression_gradients(arithmetic, x, arithmetic.mean(difference, x.shape[1]), ())


@form(linear_regression_backward, "scaled_last")
def linear_regression_backward_scaled_last(
    arithmetic: Arithmetic, x: Array, y: Array, w: Array, b: Number
) -> tuple[Array, Number]:
    """The same with 1/N after the sums over samples. Clause ``listing.linear_regression_backward``."""
    difference = as_array(linear_regression_forward(arithmetic, x, w, b) - y)
    return _regression_gradients(arithmetic, x, difference, (x.shape[1],))


def _regression_gradients(
    arithmetic: Arithmetic, x: Array, delta: Array, over: tuple[int, ...]
) -> tuple[Array, Number]:
    return as_array(arithmetic.matmul(delta[None, :], x.T, over)[0]), arithmetic.sum(delta, over)


@proposition("listing.linear_regression_step")
def linear_regression_step(
    arithmetic: Arithmetic, w: Array, b: Number, dw: Array, db: Number, rate: Number
) -> tuple[Array, Number]:
    """``(w - rate dw, b - rate db)``. Clause ``listing.linear_regression_step``."""
    del arithmetic
    return as_array(w - dw * rate), b - db * rate


@proposition("listing.linear_regression_descent")
def linear_regression_descent(
    arithmetic: Arithmetic, x: Array, y: Array, w: Array, b: Number, rate: Number, steps: int
) -> tuple[Array, Number, Number]:
    """
    ``steps`` times backward and step; the parameters then, and their cost.

    Clause ``listing.linear_regression_descent``.
    """
    for _ in range(steps):
        gradients = linear_regression_backward(arithmetic, x, y, w, b)
        w, b = linear_regression_step(arithmetic, w, b, *gradients, rate)
    return w, b, linear_regression_cost(arithmetic, linear_regression_forward(arithmetic, x, w, b), y)
