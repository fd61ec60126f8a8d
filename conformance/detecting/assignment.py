"""Assignments: values of the conventions that rule an operation, and which of them a case can tell anything about."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from ...spec.conventions import conventions
from ...spec.network import Network
from ..layout import sizes_of
from .telling import UNNORMALISED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ...spec.operations import Operation
    from ..case import Case

Assignment = frozenset[tuple[str, str]]
"""Pairs of a convention and its value."""

LAYOUTS = ("layout", "weight_layout")
"""The conventions that say how a target is asked; the true values do not depend on them."""

ARITHMETIC = ("subnormals", "intermediates", "matmul_inputs")
"""The conventions that say how it computes; each value admits what the next, or the one before, admits."""

BEHAVIOUR = tuple(name for name in conventions() if name not in ARITHMETIC)
"""The conventions each value of which has answers of its own."""


def assignments(operation: Operation) -> frozenset[Assignment]:
    """Every assignment of the conventions of behaviour that rule ``operation``."""
    ruling = [name for name in BEHAVIOUR if name in operation.conventions]
    values = (conventions()[name].values for name in ruling)
    return frozenset(frozenset(zip(ruling, chosen, strict=True)) for chosen in product(*values))


def restricted(assignment: Assignment, names: Iterable[str]) -> Assignment:
    """The part of ``assignment`` that is about ``names``."""
    wanted = set(names)
    return frozenset(pair for pair in assignment if pair[0] in wanted)


def values_of(chosen: Iterable[Assignment], name: str) -> tuple[str, ...]:
    """The values that the convention ``name`` has in them, in the order of the text."""
    found = {value for assignment in chosen for each, value in assignment if each == name}
    return tuple(value for value in conventions()[name].values if value in found)


def with_value(assignment: Assignment, name: str, value: str) -> Assignment:
    """``assignment`` with another value of ``name``."""
    return frozenset(pair for pair in assignment if pair[0] != name) | {(name, value)}


def is_admitted(case: Case, assignment: Assignment) -> bool:
    """Whether ``case`` is in the domain of its operation: labels of any sum are not under ``label_sum = one``."""
    return UNNORMALISED not in case.hazards or ("label_sum", "one") not in assignment


def telling_names(case: Case) -> frozenset[str]:
    """The conventions on which the true value of ``case``, or how it is asked, depends."""
    named = dict(zip((each.name for each in case.declaration.arguments), case.arguments, strict=True))
    names = set(case.declaration.conventions) - set(ARITHMETIC) - {"label_sum"}
    activations = _activations(named)
    if activations is not None:
        names -= {f"{kinked}_at_zero" for kinked in ("relu", "leaky_relu") if kinked not in activations}
    names -= silent_under(loss_of(case))
    if sizes_of(case.declaration, case.arguments).get("N") == 1:
        names -= {"cost"}
    if UNNORMALISED in case.hazards:
        names |= {"label_sum"}.intersection(case.declaration.conventions)
    return frozenset(names)


def loss_of(case: Case) -> str:
    """The loss that an argument or the network of ``case`` names; empty where the operation has one of its own."""
    named = dict(zip((each.name for each in case.declaration.arguments), case.arguments, strict=True))
    depends = {"squared_error", "entry_reduction", "label_sum"}.intersection(case.declaration.conventions)
    if isinstance(named.get("network"), Network) and depends:
        return str(named["network"].loss)
    return str(named.get("loss", ""))


def silent_under(loss: str) -> frozenset[str]:
    """The conventions that do not rule networks of this loss."""
    silent = {
        "squared_error": {"label_sum"},
        "binary_cross_entropy": {"label_sum", "squared_error"},
        "categorical_cross_entropy": {"squared_error", "entry_reduction"},
    }
    return frozenset(silent.get(loss, ()))


def _activations(named: Mapping[str, object]) -> set[str] | None:
    """The activations that an argument names; None where the operation has those of its own."""
    network = named.get("network")
    if isinstance(network, Network):
        return {layer.activation for layer in network.layers}
    return {str(named["activation"])} if "activation" in named else None


def entries_of(case: Case) -> int:
    """The number m of entries of one sample's output."""
    named = dict(zip((each.name for each in case.declaration.arguments), case.arguments, strict=True))
    for name in ("network", "Y", "O", "o", "z", "W"):
        argument = named.get(name)
        if isinstance(argument, Network):
            return int(argument.layers[-1].bias.shape[0])
        if isinstance(argument, np.ndarray) and argument.ndim:
            return int(argument.shape[0])
    return 1


def samples_of(case: Case) -> int:
    """The number N of samples."""
    return sizes_of(case.declaration, case.arguments).get("N", 1)
