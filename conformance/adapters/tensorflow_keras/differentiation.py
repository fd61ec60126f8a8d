"""The derivatives that a gradient tape gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import tensorflow as tf

if TYPE_CHECKING:
    from collections.abc import Callable

    from .tensors import Tensor

ZERO = tf.UnconnectedGradients.ZERO
"""A function that does not depend on a point has the derivative zero."""


def vjp(function: Callable[..., Tensor], points: Any, upstream: Tensor | None = None) -> Any:
    """
    Vector-Jacobian product of ``function`` at a tensor or a tuple of tensors, by one backward pass.

    Where there is no ``upstream``, it is ones.
    """
    with tf.GradientTape() as tape:
        tape.watch(points)
        value = function(*points) if isinstance(points, tuple) else function(points)
    return tape.gradient(value, points, output_gradients=upstream, unconnected_gradients=ZERO)


def jacobian(function: Callable[..., Tensor], points: Any) -> Any:
    """Jacobian of ``function`` at a tensor or a tuple of tensors, by a backward pass for each entry of its value."""
    sources = points if isinstance(points, tuple) else (points,)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(sources)
        value = function(*sources)
    units = tf.unstack(tf.eye(value.shape.num_elements(), dtype=value.dtype))
    rows = [
        tape.gradient(value, sources, output_gradients=tf.reshape(unit, value.shape), unconnected_gradients=ZERO)
        for unit in units
    ]
    stacks = zip(zip(*rows, strict=True), sources, strict=True)
    blocks = tuple(tf.reshape(tf.stack(stack), value.shape + source.shape) for stack, source in stacks)
    return blocks if isinstance(points, tuple) else blocks[0]
