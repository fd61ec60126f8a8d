"""Implementations with one seeded fault each: the suite has to find every one of them, and nothing else in it."""

from __future__ import annotations

from . import (
    activations,
    backpropagation,
    calculus,
    contract,
    errata_albert,
    errata_bhadani,
    errata_dick,
    errata_jiang,
    errata_park,
    layers,
    losses,
    networks,
    neurons,
    properties,
    smooth,
    special,
    tensor_form,
    training,
)
from .fault import Fault, Faulty
from .precision import FAULTS as PLANTED

_MODULES = (
    calculus,
    activations,
    smooth,
    losses,
    properties,
    neurons,
    layers,
    networks,
    backpropagation,
    tensor_form,
    training,
    contract,
    special,
    errata_albert,
    errata_bhadani,
    errata_dick,
    errata_park,
    errata_jiang,
)

DESIGNED: tuple[Fault, ...] = tuple(each for module in _MODULES for each in module.COLLECTION.faults)
"""Thought of one by one."""

FAULTS: tuple[Fault, ...] = (*DESIGNED, *PLANTED)
"""All of them."""

__all__ = ["DESIGNED", "FAULTS", "PLANTED", "Fault", "Faulty"]
