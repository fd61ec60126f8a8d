"""One recorded training step: what a program was given, and the gradients that it computed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from ...spec.network import Layer, Network
from ..layout import canonical
from . import files
from .errors import BundleError

if TYPE_CHECKING:
    from pathlib import Path

    from ...spec.conventions import Conventions
    from ...spec.formats import Format

    FloatArray = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, eq=False)
class Bundle:
    """
    One training step as its program had it, every array in the program's own layout and format.

    Made by :func:`from_arrays` or a recorder, which refuse what does not fit together.
    """

    weights: tuple[FloatArray, ...]
    """``W^l``, shapes ``(n_l, n_(l-1))``, or transposed under ``weight_layout = in_out``; first layer to last."""
    biases: tuple[FloatArray, ...]
    """``b^l``, shapes ``(n_l,)``."""
    x: FloatArray
    """The batch, shape ``(n_0, N)``, or ``(N, n_0)`` under ``layout = rows``."""
    y: FloatArray
    """The labels, shape ``(n_L, N)`` or ``(N, n_L)``."""
    weight_gradients: tuple[FloatArray, ...]
    """What the program computed for ``dW^l``, each of the shape of its weights."""
    bias_gradients: tuple[FloatArray, ...]
    """What it computed for ``db^l``, shapes ``(n_l,)``."""
    output: FloatArray | None
    """What it computed for ``a^L``, of the shape of ``y``; None where that was not recorded."""
    cost: FloatArray | None
    """What it computed for the cost, shape ``()``; None where that was not recorded."""
    activations: tuple[str, ...]
    """The activation of every layer."""
    slopes: tuple[float | None, ...]
    """The slope of every leaky relu, None for every other activation."""
    loss: str
    """The loss, a name of :data:`gradspec.spec.network.LOSSES`."""
    conventions: Conventions
    """A value for every convention."""
    number_format: Format
    """The format in which the step was computed."""
    origin: str
    """What computed it, in a few words."""

    @cached_property
    def network(self) -> Network:
        """The network in the canonical layout, its arrays in float64, which holds every format exactly."""
        parts = zip(self.weights, self.biases, self.activations, self.slopes, strict=True)
        return Network(
            tuple(
                Layer(
                    canonical(weights.astype(np.float64), "weights", self.conventions),
                    bias.astype(np.float64),
                    activation,
                    slope,
                )
                for weights, bias, activation, slope in parts
            ),
            self.loss,
        )

    @cached_property
    def inputs(self) -> FloatArray:
        """The batch in the canonical layout and in float64, shape ``(n_0, N)``."""
        return _canonical_batch(self.x, self.conventions)

    @cached_property
    def labels(self) -> FloatArray:
        """The labels in the canonical layout and in float64, shape ``(n_L, N)``."""
        return _canonical_batch(self.y, self.conventions)

    @property
    def samples(self) -> int:
        """N, the number of samples."""
        return int(self.inputs.shape[1])

    @property
    def parameters(self) -> int:
        """How many weights and biases there are."""
        return sum(array.size for array in (*self.weights, *self.biases))

    def arrays(self) -> dict[str, FloatArray]:
        """Every array by its name in a file."""
        found: dict[str, FloatArray] = {}
        columns = (self.weights, self.biases, self.weight_gradients, self.bias_gradients)
        for number, layer in enumerate(zip(*columns, strict=True), start=1):
            found |= dict(zip((f"W{number}", f"b{number}", f"dW{number}", f"db{number}"), layer, strict=True))
        found |= {"x": self.x, "y": self.y}
        optional = {"output": self.output, "cost": self.cost}
        return found | {name: array for name, array in optional.items() if array is not None}

    def facts(self) -> dict[str, Any]:
        """All that is no array, as the JSON document of a file."""
        return {
            "gradspec": files.LAYOUT,
            "activations": list(self.activations),
            "slopes": list(self.slopes),
            "loss": self.loss,
            "conventions": dict(self.conventions),
            "format": self.number_format.name,
            "origin": self.origin,
        }

    def save(self, path: str | Path) -> None:
        """Write the bundle to ``path``, which ends in ``.npz`` or ``.safetensors``."""
        files.write(path, self.arrays(), self.facts())

    def in_format(self, number_format: Format) -> Bundle:
        """The same step as one computed in ``number_format``, which has to hold every number of it."""
        exempt = ("output", "cost", "y")
        changed = {
            name: array if name in exempt else _in_format(name, array, number_format)
            for name, array in self.arrays().items()
        }
        layers = range(1, len(self.weights) + 1)
        return replace(
            self,
            number_format=number_format,
            x=changed["x"],
            weights=tuple(changed[f"W{number}"] for number in layers),
            biases=tuple(changed[f"b{number}"] for number in layers),
            weight_gradients=tuple(changed[f"dW{number}"] for number in layers),
            bias_gradients=tuple(changed[f"db{number}"] for number in layers),
        )


def _canonical_batch(batch: FloatArray, conventions: Conventions) -> FloatArray:
    found: FloatArray = canonical(batch.astype(np.float64), "batch", conventions)
    return found


def _in_format(name: str, array: FloatArray, number_format: Format) -> FloatArray:
    with np.errstate(over="ignore"):
        rounded = array.astype(number_format.dtype)
    kept = array.astype(np.float64)
    differs = (rounded.astype(np.float64) != kept) & ~np.isnan(kept)
    if differs.any():
        place = tuple(map(int, np.argwhere(differs)[0]))
        message = f"{name}{list(place)} = {float(kept[place])!r} is no number of {number_format.name}"
        raise BundleError(message)
    return rounded
