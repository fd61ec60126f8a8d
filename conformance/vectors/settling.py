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

NEEDED = {
    "relu_at_zero": "tie_at_kink",
    "leaky_relu_at_zero": "tie_at_kink",
    "step_at_threshold": "tie_at_kink",
    "label_sum": "unnormalised_label",
}
"""The hazard without which a case tells nothing of a convention."""
