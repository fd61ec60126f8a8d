"""The network as data, clause ``convention.notation``: what an implementation is handed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

ACTIVATIONS = ("identity", "relu", "leaky_relu", "sigmoid", "tanh")
"""The elementwise activations a layer may have."""

LOSSES = ("squared_error", "binary_cross_entropy", "categorical_cross_entropy")
"""The losses a network may end in."""


@dataclass(frozen=True)
class Layer:
    """One dense layer, a = g(W x + b)."""

    weights: Any
    """W, shape (out, in), or (in, out) where the target declares ``weight_layout = in_out``."""
    bias: Any
    """b, shape (out,)."""
    activation: str
    """A name of :data:`ACTIVATIONS`, or ``softmax`` in the last layer."""
    slope: float | None = None
    """The slope of ``leaky_relu`` below zero; None for every other activation."""


@dataclass(frozen=True)
class Network:
    """A dense network and the loss it is trained by."""

    layers: tuple[Layer, ...]
    """First layer to last."""
    loss: str
    """A name of :data:`LOSSES`."""
