"""Faults of precision, planted by rule: a relative error beyond the envelope, and float32 inside of float64."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from ...spec import Layer, Network, operations
from .fault import Fault, Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from .fault import Array, Faulty

PLANTED = {"float64": 1e-9, "float32": 1e-4, "float16": 2.0**-6, "bfloat16": 2.0**-3}
"""A relative error by format: above those of right code, which are some units in the last place, and not by much."""


def mapped(change: Callable[[Array], Array], answer: Any) -> Any:
    """``change`` of every array of an answer or argument."""
    match answer:
        case np.ndarray():
            return change(answer)
        case Network():
            return Network(tuple(mapped(change, layer) for layer in answer.layers), answer.loss)
        case Layer():
            return Layer(change(answer.weights), change(answer.bias), answer.activation, answer.slope)
        case list() | tuple():
            return type(answer)(mapped(change, part) for part in answer)
        case _:
            return answer


def inexact(operation: str, target: Faulty, *arguments: Any, **keywords: Any) -> Any:
    """The answer with a relative error."""

    def change(array: Array) -> Array:
        return array * array.dtype.type(1 + PLANTED[array.dtype.name])

    return mapped(change, getattr(target.right, operation)(*arguments, **keywords))


def in_float32(operation: str, target: Faulty, *arguments: Any, **keywords: Any) -> Any:
    """The answer computed in float32 and widened."""
    narrow = [mapped(lambda array: array.astype(np.float32), argument) for argument in arguments]
    answer = getattr(target.right, operation)(*narrow, **keywords)
    return mapped(lambda array: array.astype(np.float64), answer)


def _inexact(name: str) -> Fault:
    return Fault(
        name=f"{name}_is_inexact",
        description="Every answer has a relative error that is small, and larger than any right code's.",
        mistakes={name: partial(inexact, name)},
        kind=Kind.NUMERICAL,
        breaks=operations()[name].clause,
        regime=operations()[name].regimes[0],
        causes=("constant factor",),
        is_raw=True,
    )


def _in_float32(name: str) -> Fault:
    return Fault(
        name=f"{name}_in_float32",
        description="A float64 answer is computed in float32.",
        mistakes={name: partial(in_float32, name)},
        kind=Kind.NUMERICAL,
        causes=("narrower format",),
        breaks=operations()[name].clause,
        # A mean of numbers that are exact in both formats is not.
        regime="exact" if name == "network_cost" else "ordinary",
        # In the other formats float32 is precise enough.
        formats=("float64",),
        is_raw=True,
    )


INEXACT = (
    "identity",
    "relu_vjp",
    "sigmoid",
    "tanh_derivative",
    "softmax",
    "log_softmax",
    "softmax_jacobian",
    "squared_error",
    "binary_cross_entropy_gradient",
    "softmax_cross_entropy_delta",
    "dense",
    "dense_jacobian_x",
    "dense_batch_gradients",
    "backpropagate_delta",
    "network_cost",
    "network_gradients",
    "output_weight_jacobian",
    "gradient_descent_step",
)
"""Where it is planted: values, derivatives, vjps, Jacobians, layers and networks."""

IN_FLOAT32 = (
    "tanh",
    "softmax",
    "softmax_jacobian",
    "dense",
    "network_cost",
    "network_gradients",
    "output_weight_jacobian",
)
"""Where an answer of float64 is computed in float32."""

FAULTS = (*map(_inexact, INEXACT), *map(_in_float32, IN_FLOAT32))
"""One a rule and operation."""
