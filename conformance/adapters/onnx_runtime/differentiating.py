"""Gradient graphs, which the builds for training make: ``GradientGraphBuilder``."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import numpy as np
from onnxruntime.capi import _pybind_state

from .sessions import SESSIONS, Asked, Compiled, Facts, Named, flat, form, forward, placed, session_options

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from .graphs import Graph, Value
    from .sessions import Array


def pulled(graph: Graph, value: Value, upstream: Value | None = None) -> Value:
    """The number whose gradient is the vector-Jacobian product of ``value``: the sum, weighted with ``upstream``."""
    return graph.total(value if upstream is None else graph("Mul", value, upstream))


def gradient(build: Callable[..., Any]) -> Callable[..., Any]:
    """
    The method that runs the gradient graph of what ``build`` builds.

    ``build`` returns a number and the tensors by which it is differentiated.
    """

    @functools.wraps(build)
    def on_arrays(_: object, *arguments: Any, **keywords: Any) -> Any:
        return backward(build, Asked(arguments, keywords))

    return on_arrays


def jacobian(build: Callable[..., Any]) -> Callable[..., Any]:
    """
    The method that runs a gradient graph once for every entry of what ``build`` builds.

    ``build`` returns a tensor and the tensors by which it is differentiated.
    """

    def value(graph: Graph, *arguments: Any, **keywords: Any) -> Any:
        return build(graph, *arguments, **keywords)[0]

    def entry(graph: Graph, upstream: Value, *arguments: Any, **keywords: Any) -> Any:
        result, points = build(graph, *arguments, **keywords)
        return pulled(graph, result, upstream), points

    @functools.wraps(build)
    def on_arrays(_: object, *arguments: Any, **keywords: Any) -> Any:
        result = forward(value, Asked(arguments, keywords))
        rows = [backward(entry, Asked([unit, *arguments], keywords)) for unit in _units(result)]
        return _stacked(rows, result.shape)

    return on_arrays


def _units(like: Array) -> Iterator[Array]:
    """An upstream gradient for every entry: one there, zero elsewhere."""
    return (row.reshape(like.shape) for row in np.eye(like.size, dtype=like.dtype))


def _stacked(rows: Sequence[Any], shape: tuple[int, ...]) -> Any:
    first = rows[0]
    if isinstance(first, list):
        return [_stacked([row[index] for row in rows], shape) for index in range(len(first))]
    return np.reshape(np.stack(rows), (*shape, *first.shape))


def backward(build: Callable[..., Any], asked: Asked) -> Any:
    """The answer of the gradient graph of what ``build`` builds for this call."""
    if asked.dtype != np.float32:
        raise NotImplementedError("GradientGraphBuilder seeds every gradient with a number of float32")
    return _backward(build, str(asked.dtype), asked.facts, asked.keywords)(asked.feeds)


@functools.lru_cache(maxsize=SESSIONS)
def _backward(build: Callable[..., Any], dtype_name: str, facts: Facts, keywords: Named) -> Compiled:
    graph, (number, points) = placed(build, dtype_name, facts, keywords)
    names = flat(points)
    end = "output_0"
    model = graph.model([number]).SerializeToString()
    builder = _pybind_state.GradientGraphBuilder(model, {end}, set(names), end, session_options())
    try:
        builder.build()
    except RuntimeError as error:
        if "gradient_builder_registry" not in str(error):
            raise
        raise NotImplementedError(str(error)) from error
    return Compiled(builder.get_model(), graph.inputs, [f"{name}_grad" for name in names], form(points))
