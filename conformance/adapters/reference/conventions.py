"""The free choices of the specification, as values that the reference can compute with."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .precision import Array, Network

VALUES: dict[str, tuple[str, ...]] = {
    "layout": ("columns", "rows"),
    "weight_layout": ("out_in", "in_out"),
    "relu_at_zero": ("0", "1", "0.5"),
    "leaky_relu_at_zero": ("slope", "one", "mean"),
    "step_at_threshold": ("1", "0", "0.5"),
    "squared_error": ("half", "full"),
    "cost": ("mean", "sum"),
    "entry_reduction": ("sum", "mean"),
    "label_sum": ("one", "any"),
    "subnormals": ("gradual", "flush"),
    "intermediates": ("float32", "format"),
    "matmul_inputs": ("format", "tf32", "bfloat16"),
}
"""
Every convention and its values, the one the reference takes unasked first.

``label_sum`` changes nothing here, since ``(sum y) S - y`` is right under both. The last three are
statements about an implementation, not orders to it: the reference underflows gradually, computes
the half formats in float32 and rounds no input of a product, which every value of theirs admits.
"""


@dataclass(frozen=True)
class Conventions:
    """One value for each choice that changes what the reference returns."""

    rows: bool
    """A batch has one sample a row, not a column."""

    in_out: bool
    """Weights are ``(n, m)``, not ``(m, n)``."""

    relu_at_zero: float
    """Derivative of relu at zero."""

    leaky_relu_at_zero: Literal["slope", "one", "mean"]
    """Which derivative leaky relu takes at zero."""

    step_at_threshold: float
    """Value of the heaviside step at its threshold."""

    halved: bool
    """Squared error carries the factor one half."""

    averaged_over_samples: bool
    """The cost of a batch is the mean, not the sum, over its samples."""

    averaged_over_entries: bool
    """A loss that is not categorical is the mean, not the sum, over the entries of one sample."""

    def batch(self, given: Array) -> Array:
        """Turn a batch from the caller's layout into ``(n, N)``, or back; the way there is the way back."""
        return given.T if self.rows else given

    def weights(self, given: Array) -> Array:
        """Turn weights, or a Jacobian with respect to them, from the caller's layout into ours, or back."""
        return np.swapaxes(given, -1, -2) if self.in_out else given

    def network(self, given: Network) -> Network:
        """A network with weights ``(m, n)``."""
        layers = tuple(replace(layer, weights=self.weights(layer.weights)) for layer in given.layers)
        return replace(given, layers=layers)

    def leaky_relu_slope_at_zero(self, slope: float) -> float:
        """Derivative of leaky relu at zero for one slope."""
        return {"slope": slope, "one": 1.0, "mean": (1.0 + slope) / 2.0}[self.leaky_relu_at_zero]

    def entry_divisor(self, entries: int) -> int:
        """Divide a sum over the entries of one sample by this."""
        return entries if self.averaged_over_entries else 1

    def sample_divisor(self, samples: int) -> int:
        """Divide a sum over the samples of a batch by this."""
        return samples if self.averaged_over_samples else 1


def complete(chosen: Mapping[str, str] | None) -> dict[str, str]:
    """Every convention with its value, chosen or default; ``ValueError`` where a name or value is unknown."""
    given = dict(chosen or {})
    for name, value in given.items():
        if name not in VALUES:
            raise ValueError(f"{name!r} is no convention of the reference; write one of {', '.join(VALUES)}")
        if value not in VALUES[name]:
            raise ValueError(f"{name}={value!r}: {name} is one of {', '.join(VALUES[name])}, as a string")
    return {name: given.get(name, values[0]) for name, values in VALUES.items()}


def parse(values: Mapping[str, str]) -> Conventions:
    """Conventions from a complete table of their values."""
    return Conventions(
        rows=values["layout"] == "rows",
        in_out=values["weight_layout"] == "in_out",
        relu_at_zero=float(values["relu_at_zero"]),
        leaky_relu_at_zero=values["leaky_relu_at_zero"],  # type: ignore[arg-type]  # `complete` checked it
        step_at_threshold=float(values["step_at_threshold"]),
        halved=values["squared_error"] == "half",
        averaged_over_samples=values["cost"] == "mean",
        averaged_over_entries=values["entry_reduction"] == "mean",
    )
