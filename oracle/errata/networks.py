"""Networks of which a counterexample needs the shapes, or the outputs, and nothing else."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from ..arithmetic.arrays import identity_matrix
from .computing import network

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...spec.network import Network
    from ..arithmetic.arrays import Array
    from ..arithmetic.high_precision import HighPrecision

    Part = TypeVar("Part")


def sized(
    arithmetic: HighPrecision,
    sizes: Sequence[int],
    activations: Sequence[str] = (),
    loss: str = "squared_error",
) -> Network:
    """
    The network with n_0, n_1, ..., n_L entries in its layers, all weights 1 and all biases 0.

    The activations are identities where none are given.
    """
    names = activations or ["identity"] * (len(sizes) - 1)
    layers = [
        (np.ones((after, before), dtype=int), np.zeros(after, dtype=int), name)
        for (before, after), name in zip(pairwise(sizes), names, strict=True)
    ]
    return network(arithmetic, *layers, loss=loss)


def passing(arithmetic: HighPrecision, entries: int = 1) -> Network:
    """The network of one layer whose output is its input, with half squared error."""
    return network(arithmetic, (identity_matrix(entries), np.zeros(entries, dtype=int), "identity"))


def ones(*shape: int) -> Array:
    """Exact ones, where only the shape matters."""
    return np.full(shape, 1, dtype=object)


def of_layer(parts: Sequence[Part], number: int) -> Part:
    """The part of layer ``number``, counted from 1; raises :class:`IndexError` where there is no such layer."""
    if not 1 <= number <= len(parts):
        raise IndexError(number)
    return parts[number - 1]
