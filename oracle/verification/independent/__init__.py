"""
Definitions written a second time, in mpmath alone: no line is shared with the formulas of the oracle.

Each function takes an mpmath context, the conventions, and the arguments of the operation as float64 arrays and
networks of them; it returns the entries of the answer in order. Where it can, it takes another way to the same
number: expm1 for the sigmoid, hyperbolic functions for tanh, products of powers for cross-entropies, and loops for
everything with an index.
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

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .numbers import Number

INDEPENDENT: Mapping[str, Callable[..., list[Number]]] = {
    **CALCULUS,
    **ACTIVATIONS,
    **LOSSES,
    **LAYERS,
    **NETWORKS,
    **TENSOR_FORM,
    **TRAINING,
}
"""Each definition written a second time, by the id of its clause."""
