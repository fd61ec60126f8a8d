"""Sums whose terms cancel but for a few digits: the hazard of affine maps."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from ..case import Case

HAZARD = "cancellation"

DIGITS_KEPT = 3
"""One in so many of the digits of the format is lost: as many as leave an envelope that decides."""


def cancelling(case: Case) -> Case | None:
    """``case`` with a bias that all but takes away W x of its first sample; None where there is no such map."""
    named = dict(zip((argument.name for argument in case.declaration.arguments), case.arguments, strict=True))
    inputs = named.get("x", named.get("X"))
    if not isinstance(inputs, np.ndarray) or not {"W", "b"} <= named.keys():
        return None
    weights = named["W"].astype(np.float64)
    first = inputs.astype(np.float64).reshape(inputs.shape[0], -1)[:, 0]
    total = weights @ first
    if not total.all():
        return None
    left = 2.0 ** -(case.number_format.precision // DIGITS_KEPT)
    bias: Any = np.asarray(-total * (1 - left)).astype(case.number_format.dtype)
    arguments = tuple(bias if name == "b" else value for name, value in named.items())
    return replace(case, arguments=arguments, hazards=case.hazards | {HAZARD})
