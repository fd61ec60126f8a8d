"""The conventions that mutants are examined under: every branch of the reference runs under one of them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from ....spec.operations import operations

if TYPE_CHECKING:
    from collections.abc import Mapping

SETTINGS: tuple[Mapping[str, str], ...] = (
    {},
    {
        "layout": "rows",
        "weight_layout": "in_out",
        "relu_at_zero": "1",
        "leaky_relu_at_zero": "one",
        "step_at_threshold": "0",
        "squared_error": "full",
        "entry_reduction": "mean",
        "cost": "sum",
        "label_sum": "any",
    },
    {
        "relu_at_zero": "0.5",
        "leaky_relu_at_zero": "mean",
        "step_at_threshold": "0.5",
        "squared_error": "full",
    },
    {"layout": "rows", "entry_reduction": "mean"},
)
"""Each value of each convention that changes what the reference returns, and each pair that meets in a formula."""


CONFUSABLE = ("layout", "weight_layout")
"""Conventions of which one is easily followed where the other rules: an operation of either is asked under both."""


@cache
def settings_of(operation: str) -> tuple[int, ...]:
    """The numbers of the settings that differ in a convention that rules the operation."""
    ruling = set(operations()[operation].conventions)
    if ruling.intersection(CONFUSABLE):
        ruling.update(CONFUSABLE)
    found: dict[tuple[str | None, ...], int] = {}
    for number, setting in enumerate(SETTINGS):
        found.setdefault(tuple(setting.get(name) for name in ruling), number)
    return tuple(found.values())
