"""Chapter 5, losses: the witness of every proposition, by the id of its clause."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .witness import Witness, by_definition, derivative_of

if TYPE_CHECKING:
    from collections.abc import Mapping


def _loss(name: str, derivative: str) -> dict[str, Witness]:
    value = f"{name}.value"
    return {value: by_definition(value), f"{name}.{derivative}": derivative_of(value, "gradient", 0)}


LOSSES: Mapping[str, Witness] = {
    **_loss("squared_error", "gradient"),
    "squared_error.delta": derivative_of("squared_error.value", "gradient", 0),
    **_loss("root_mean_square_error", "gradient"),
    **_loss("binary_cross_entropy", "gradient"),
    **_loss("categorical_cross_entropy", "gradient"),
    **_loss("sigmoid_cross_entropy", "delta"),
    **_loss("softmax_cross_entropy", "delta"),
}
