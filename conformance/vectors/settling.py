"""The conventions of vectors."""

from __future__ import annotations

FREE = (
    "relu_at_zero",
    "leaky_relu_at_zero",
    "step_at_threshold",
    "squared_error",
    "cost",
    "entry_reduction",
    "label_sum",
)
"""Those that change true values, of which vectors have all values; the others have their defaults."""

AT_KINKS = frozenset({"relu_at_zero", "leaky_relu_at_zero", "step_at_threshold"})
"""Those of them that are about a kink."""
