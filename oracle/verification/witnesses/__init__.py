"""
The witness of every proposition: what it is verified against.

The tables of the chapters are keyed by the ids of clauses. The words of a witness are those that its clause states as
its fact ``witness``; what stands beside them is the comparison that they promise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .activations import ACTIVATIONS
from .calculus import CALCULUS
from .layers import LAYERS
from .losses import LOSSES
from .networks import NETWORKS
from .tensor_form import TENSOR_FORM
from .training import TRAINING
from .witness import operation_of as operation_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .witness import Witness as Witness

WITNESSES: Mapping[str, Witness] = {
    **CALCULUS,
    **ACTIVATIONS,
    **LOSSES,
    **LAYERS,
    **NETWORKS,
    **TENSOR_FORM,
    **TRAINING,
}
"""The witness of every proposition, by the id of its clause."""
