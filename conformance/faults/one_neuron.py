"""One neuron and its cost over a batch, in the parts that a fault may put together differently."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from .fault import Array, Faulty


def activated(target: Faulty, activation: str, z: Array, slope: dict[str, Any]) -> Array:
    """``g(z)`` of every entry; ``slope`` is the keyword of a leaky relu, or empty."""
    answer: Array = getattr(target.right, activation)(z, **slope)
    return answer


def slopes(target: Faulty, activation: str, z: Array, slope: dict[str, Any]) -> Array:
    """``g'(z)`` of every entry."""
    answer: Array = getattr(target.right, f"{activation}_derivative")(z, **slope)
    return answer


def is_active(x: Array, w: Array, b: float) -> bool:
    """Whether the pre-activation of one sample is above 0."""
    return bool(w @ x + b > 0)


def as_if_active(target: Faulty, *given: Any) -> Any:
    """The gradients by X, y, w, b of a relu neuron all of whose samples are active: of an identity neuron."""
    X, y, w, b = given
    return target.right.neuron_cost_gradients(X, y, w, b, "identity")


def by_one_sample(target: Faulty, sample: int, *given: Any) -> Any:
    """The gradients with the condition outside of the sum: 0, or over all samples, as the z of ``sample`` decides."""
    X, _, w, b = given
    dw, db = as_if_active(target, *given)
    return (dw, db) if is_active(X[:, sample], w, b) else (np.zeros_like(dw), np.zeros_like(db))
