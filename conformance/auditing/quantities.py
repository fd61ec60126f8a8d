"""An answer beside its true value and its envelope, in the program's own layout."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from ...oracle.large.step import Deviations, Enclosed, Step
    from ...spec.conventions import Conventions
    from .bundle import Bundle

    FloatArray = np.ndarray[Any, np.dtype[Any]]

WEIGHTS, VECTOR, BATCH, SCALAR = "weights", "vector", "batch", "scalar"
"""How the axes of an answer are laid out, in the words of ``operations.toml``."""

MATRIX = 2
"""The number of axes of weights and batches."""


@dataclass(frozen=True, eq=False)
class Quantity:
    """One array that the program computed; all arrays here have its shape."""

    name: str
    """Its name, as in the bundle."""
    layer: int
    """The layer that it belongs to, from 1; 0 of the cost."""
    axes: str
    """One of the words above."""
    got: FloatArray
    """What the program computed, in its own format."""
    high: FloatArray
    """The true value to float64."""
    low: FloatArray
    """What is left of it."""
    radius: FloatArray
    """How far the true value may be from ``high + low``."""
    deviation: FloatArray
    """How far from the true value an admissible answer may be."""

    @property
    def reach(self) -> FloatArray:
        """How far an admissible answer may be from ``high + low``, rounded up where it is rounded."""
        total = self.deviation + self.radius
        is_exact = (self.deviation == 0) | (self.radius == 0)
        found: FloatArray = np.where(is_exact, total, np.nextafter(total, np.inf))
        return found

    @property
    def size(self) -> int:
        """How many entries it has."""
        return int(self.got.size)

    @property
    def rows(self) -> tuple[int, int]:
        """Its shape with two axes; a vector and a scalar are one row."""
        return (len(self.got), self.got.shape[1]) if self.got.ndim == MATRIX else (1, self.size)

    def between(self, start: int, stop: int) -> Quantity:
        """The rows from ``start`` on and before ``stop``, with two axes."""
        parts = (self.got, self.high, self.low, self.radius, self.deviation)
        arrays = (
            array.reshape(self.rows)[start:stop] if array.ndim != MATRIX else array[start:stop] for array in parts
        )
        return Quantity(self.name, self.layer, self.axes, *arrays)

    def times_truth(self, change: Callable[[FloatArray], FloatArray]) -> Quantity:
        """The same answer beside other values: what ``change`` makes of every array of the truth."""
        arrays = (change(array) for array in (self.high, self.low, self.radius, self.deviation))
        return Quantity(self.name, self.layer, self.axes, self.got, *arrays)

    def beside(self, other: Quantity) -> Quantity:
        """The same answer beside the truth of another quantity of its shape."""
        return Quantity(
            self.name, self.layer, self.axes, self.got, other.high, other.low, other.radius, other.deviation
        )


def quantities(bundle: Bundle, step: Step, deviations: Deviations) -> list[Quantity]:
    """Every recorded answer, first layer to last, then the output and the cost where they were recorded."""
    found = []
    for index, (weights, biases) in enumerate(zip(bundle.weight_gradients, bundle.bias_gradients, strict=True)):
        number = index + 1
        of_weights = step.weights[index], deviations.weights[index]
        of_biases = step.biases[index], deviations.biases[index]
        found.append(_quantity((f"dW{number}", number, WEIGHTS), weights, of_weights, bundle.conventions))
        found.append(_quantity((f"db{number}", number, VECTOR), biases, of_biases, bundle.conventions))
    if bundle.output is not None:
        of_output = step.output, deviations.output
        found.append(_quantity(("output", len(bundle.weights), BATCH), bundle.output, of_output, bundle.conventions))
    if bundle.cost is not None:
        of_cost = step.cost, deviations.cost
        found.append(_quantity(("cost", 0, SCALAR), bundle.cost, of_cost, bundle.conventions))
    return found


def _quantity(
    what: tuple[str, int, str],
    got: FloatArray,
    known: tuple[Enclosed, FloatArray],
    conventions: Conventions,
) -> Quantity:
    truth, deviation = known
    parts = (truth.high, truth.low, truth.radius, deviation)
    return Quantity(*what, got, *(_own(np.asarray(part), what[-1], conventions) for part in parts))


def _own(array: FloatArray, axes: str, conventions: Conventions) -> FloatArray:
    """A view of ``array`` in the program's own layout; nothing is copied, since these arrays are the large ones."""
    is_rows = axes == BATCH and conventions["layout"] == "rows"
    is_in_out = axes == WEIGHTS and conventions["weight_layout"] == "in_out"
    return array.T if is_rows or is_in_out else array
