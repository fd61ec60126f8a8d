"""
The formulas as textbooks print them, in plain NumPy: right on ordinary numbers, weak in the tails.

Every operation is the ``definition`` form of its clause, evaluated step by step in the format of its
arguments. Nothing is rearranged against overflow or cancellation: ``e^z`` overflows, ``s (1 - s)``
vanishes where ``s`` rounds to one, the logarithm of a probability that underflowed is infinite. That
is the point of this adapter. It shows what the sources' formulas, kept to the letter, are worth.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import numpy as np

from .activations import Activations
from .calculus import Calculus
from .layers import Layers
from .losses import Losses
from .networks import Networks
from .tensor_form import TensorForm
from .training import Training

if TYPE_CHECKING:
    from collections.abc import Callable


def _unwarned(target: type[Textbook]) -> type[Textbook]:
    """The target without NumPy's warnings: that a form overflows is known, and the answer shows it."""
    for chapter in target.__mro__[:0:-1]:
        for name, operation in vars(chapter).items():
            if callable(operation) and not name.startswith("__") and chapter is not object:
                setattr(target, name, _silent(operation))
    return target


def _silent(operation: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(operation)
    def silently(*arguments: Any, **parameters: Any) -> Any:
        with np.errstate(all="ignore"):
            return operation(*arguments, **parameters)

    return silently


@_unwarned
class Textbook(Calculus, Activations, Losses, Layers, Networks, TensorForm, Training):
    """The ``definition`` form of every clause under the default conventions, batches in columns."""

    name = "textbook"
    version = f"NumPy {np.__version__}"
    formats = ("float64", "float32", "float16")
    conventions = {  # noqa: RUF012 -- read, never written
        "layout": "columns",
        "weight_layout": "out_in",
        "relu_at_zero": "0",
        "leaky_relu_at_zero": "slope",
        "step_at_threshold": "1",
        "squared_error": "half",
        "cost": "mean",
        "entry_reduction": "sum",
        "label_sum": "one",
    }
