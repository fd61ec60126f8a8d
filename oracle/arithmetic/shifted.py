"""Logits shifted by their largest: what the stable forms of softmax and of its logarithm are made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .arrays import Array, Number


@dataclass(frozen=True, eq=False)
class Shifted:
    """Logits minus their largest, and what is made of them before the shift cancels."""

    w: Array
    """The shifted logits, shape ``(m,)``."""
    exponentials: Array
    """Their exponentials, shape ``(m,)``."""
    total: Number
    """The sum of the exponentials."""
    logarithm: Number
    """The logarithm of that sum."""
