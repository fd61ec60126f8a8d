"""Implementations that are right and differ from one another: the suite must flag none of them."""

from __future__ import annotations

from . import (
    backpropagation,
    calculus,
    elementwise,
    layouts,
    losses,
    neurons,
    orders,
    products,
    recursions,
    smooth,
    softmax,
    training,
)
from .variant import Variant, Varied

_MODULES = (
    calculus,
    elementwise,
    smooth,
    softmax,
    losses,
    neurons,
    orders,
    products,
    layouts,
    backpropagation,
    recursions,
    training,
)

VARIANTS: tuple[Variant, ...] = tuple(each for module in _MODULES for each in module.COLLECTION.variants)
"""All of them."""

__all__ = ["VARIANTS", "Variant", "Varied"]
