"""Chapters 3 to 5, put to checkers: rules of differentiation, printed examples, activations and losses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from gradspec.spec.operations import operations
from tests.benchmarks.questions import Question, expression, pulled

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.benchmarks.questions import Array, Asked


def _example(operation: str, function: Callable[..., Any]) -> None:
    """Put the Jacobians of a printed function by each of its arguments."""

    def question(asked: Asked, *arguments: Any) -> Question:
        def backward(upstream: Array) -> list[Array]:
            found = asked(operation, *arguments)
            return [pulled(upstream, each) for each in (found if len(arguments) > 1 else [found])]

        return Question(arguments, function, backward)

    expression(operation)(question)


def _elementwise_example(operation: str, function: Callable[..., Any]) -> None:
    """Put the derivative of a printed function of one variable, of every entry."""
    expression(operation)(
        lambda asked, x: Question((x,), function, lambda upstream: [asked(operation, x) * upstream]),
    )


_example("addition_jacobians", lambda w, x: w + x)
_example("subtraction_jacobians", lambda w, x: w - x)
_example("multiplication_jacobians", lambda w, x: w * x)
_example("division_jacobians", lambda w, x: w / x)
_example("scalar_addition_jacobians", lambda x, t: x + t)
_example("scalar_multiplication_jacobians", lambda x, t: x * t)
_example("square_plus_cosine_gradient", lambda p: p[0] ** 2 + np.cos(p[1]))
_example("cubic_exponential_jacobian", lambda p: np.stack([2 * p[0] + p[1] ** 3, np.exp(p[1]) - 13 * p[0]]))
_example("power_map_jacobian", lambda p: np.stack([p[0] ** 2 + p[1], p[1] ** 3]))
_example("sine_logarithm_jacobian", lambda g: np.stack([np.sin(g[0]), np.log(g[1])]))
_example("composed_map_jacobian", lambda p: np.stack([np.sin(p[0] ** 2 + p[1]), np.log(p[1] ** 3)]))
_example("logarithm_sine_derivative", lambda x: np.concatenate([np.log(x**2), np.sin(3 * x)]))
_elementwise_example("sine_of_square_derivative", lambda x: np.sin(x**2))
_elementwise_example("sum_with_square_derivative", lambda x: x + x**2)


@expression("product_jacobians")
def _of_a_product(asked: Asked, f: Array, g: Array, F: Array, G: Array) -> Question:
    def backward(upstream: Array) -> list[Array]:
        return [pulled(upstream, each) for each in asked("product_jacobians", f, g, F, G)]

    origin = np.zeros(F.shape[1]), np.zeros(G.shape[1])
    return Question(origin, lambda v, w: (f + F @ v) * (g + G @ w), backward)


@expression("sum_reduction_gradient")
def _of_a_sum(asked: Asked, J: Array) -> Question:
    origin = (np.zeros(J.shape[1]),)
    return Question(origin, lambda v: np.sum(J @ v), lambda upstream: [upstream * asked("sum_reduction_gradient", J)])


@expression("vector_jacobian_product")
def _of_a_linear_map(asked: Asked, J: Array, _: Array) -> Question:
    origin = (np.zeros(J.shape[1]),)
    return Question(origin, lambda v: J @ v, lambda upstream: [asked("vector_jacobian_product", J, upstream)])


@expression("chain_jacobian")
def _of_a_composition(asked: Asked, outer: Array, inner: Array) -> Question:
    origin = (np.zeros(inner.shape[1]),)
    return Question(
        origin,
        lambda v: outer @ (inner @ v),
        lambda upstream: [pulled(upstream, asked("chain_jacobian", outer, inner))],
    )


@expression("total_derivative")
def _along_all_paths(asked: Asked, direct: float, partials: Array, rates: Array) -> Question:
    return Question(
        (np.zeros(()),),
        lambda t: direct * t + partials @ (rates * t),
        lambda upstream: [upstream * asked("total_derivative", direct, partials, rates)],
    )


# chapters 4 and 5


def _activation(forward: str) -> None:
    """Put the derivative of an elementwise activation, and its vector-Jacobian product."""
    derivative, vjp = f"{forward}_derivative", f"{forward}_vjp"

    def by_derivative(asked: Asked, z: Array, **keywords: float) -> Question:
        return Question(
            (z,),
            lambda z: asked(forward, z, **keywords),
            lambda upstream: [asked(derivative, z, **keywords) * upstream],
        )

    def by_vjp(asked: Asked, z: Array, _: Array, **keywords: float) -> Question:
        return Question(
            (z,), lambda z: asked(forward, z, **keywords), lambda upstream: [asked(vjp, z, upstream, **keywords)]
        )

    expression(derivative, forward)(by_derivative)
    if vjp in operations():
        expression(vjp, forward)(by_vjp)


for _name in ("identity", "relu", "leaky_relu", "sigmoid", "tanh", "heaviside", "relu_epsilon"):
    _activation(_name)


@expression("softmax_jacobian", "softmax")
def _of_softmax(asked: Asked, z: Array) -> Question:
    return Question(
        (z,), lambda z: asked("softmax", z), lambda upstream: [pulled(upstream, asked("softmax_jacobian", z))]
    )


@expression("softmax_vjp", "softmax")
def _through_softmax(asked: Asked, z: Array, _: Array) -> Question:
    return Question((z,), lambda z: asked("softmax", z), lambda upstream: [asked("softmax_vjp", z, upstream)])


@expression("activation_jacobian")
def _of_an_activation(asked: Asked, z: Array, activation: str, **keywords: float) -> Question:
    return Question(
        (z,),
        lambda z: asked(activation, z, **keywords),
        lambda upstream: [pulled(upstream, asked("activation_jacobian", z, activation, **keywords))],
    )


def _loss(operation: str, forward: str) -> None:
    """Put the gradient of a loss by its predictions or logits."""
    expression(operation, forward)(
        lambda asked, o, y: Question(
            (o,), lambda o: asked(forward, o, y), lambda upstream: [upstream * asked(operation, o, y)]
        ),
    )


_loss("squared_error_gradient", "squared_error")
_loss("binary_cross_entropy_gradient", "binary_cross_entropy")
_loss("categorical_cross_entropy_gradient", "categorical_cross_entropy")
_loss("root_mean_square_error_gradient", "root_mean_square_error")
_loss("squared_error_delta", "squared_error")
_loss("sigmoid_cross_entropy_delta", "sigmoid_cross_entropy")
_loss("softmax_cross_entropy_delta", "softmax_cross_entropy")
