"""The reference as a target: the contract's operations over the stable forms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .conventions import complete, parse
from .operations import Activations, Calculus, Layers, Losses, Networks, TensorForm, Training

if TYPE_CHECKING:
    from collections.abc import Mapping


class Reference(Calculus, Activations, Losses, Layers, Networks, TensorForm, Training):
    """
    NumPy in the ``stable`` form of every clause, in all four formats, under any conventions.

    Half formats are computed in float32 and rounded once at the end, which ``conventions`` promises
    as ``intermediates = float32``. No operation warns, writes to an argument or returns one. The
    operations themselves are in the chapters that this class is put together from.
    """

    name = "reference"
    version = f"NumPy {np.__version__}"
    formats = ("float64", "float32", "float16", "bfloat16")

    def __init__(self, conventions: Mapping[str, str] | None = None) -> None:
        """Take the given conventions, and the default of those not given."""
        self.conventions = complete(conventions)
        self._choices = parse(self.conventions)
