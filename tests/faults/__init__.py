"""Implementations with one seeded fault each: the suite has to find every one of them, and nothing else in it."""

from __future__ import annotations

from . import activations, contract, layers, losses, networks, special
from .fault import Fault, Faulty
from .precision import FAULTS as PLANTED

DESIGNED: tuple[Fault, ...] = tuple(
    each for module in (activations, losses, layers, networks, contract, special) for each in module.COLLECTION.faults
)
"""Thought of one by one."""

FAULTS: tuple[Fault, ...] = (*DESIGNED, *PLANTED)
"""All of them."""

__all__ = ["DESIGNED", "FAULTS", "PLANTED", "Fault", "Faulty"]
