"""
Implementations with one seeded fault each: the suite has to find every one of them, and nothing else in it.

Two faults are not among them, because an object cannot have them and leave the suite alive: a call that never returns,
and a call in which the process dies. They are programs behind ``--command``, whose limit of time and whose exit status
the suite sees: ``stopping.py`` of the tests hangs or dies at a single input, ``speaking.py`` at every one.
"""

from __future__ import annotations

from . import (
    activations,
    arithmetic,
    backpropagation,
    broadcasting,
    calculus,
    choices,
    compositions,
    constants,
    contract,
    derivatives,
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
    softmax,
    special,
    tensor_form,
    training,
)
from .fault import Fault, Faulty
from .precision import FAULTS as PLANTED

_MODULES = (
    calculus,
    activations,
    softmax,
    smooth,
    losses,
    properties,
    neurons,
    layers,
    networks,
    backpropagation,
    tensor_form,
    training,
    derivatives,
    constants,
    choices,
    arithmetic,
    broadcasting,
    compositions,
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
