"""What makes a case hard, each explained once. Cases carry the names; reports explain them from here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class Kind(Enum):
    """The family that a hazard belongs to."""

    RANGE = "range"
    CANCELLATION = "cancellation"
    KINK = "kink"
    SHAPE = "shape"
    SPECIAL = "special value"


@dataclass(frozen=True)
class Hazard:
    """One way in which right-looking code goes wrong."""

    name: str
    """By which cases carry it."""
    kind: Kind
    """The family it belongs to."""
    description: str
    """What the case is like."""
    effect: str
    """What goes wrong in code that does not expect it."""


_ALL = (
    Hazard(
        "saturation",
        Kind.CANCELLATION,
        "|z| is so large that a sigmoid rounds to 0 or 1, or a tanh to -1 or 1",
        "a derivative computed from the activation loses its digits or becomes zero",
    ),
    Hazard(
        "exp_overflow",
        Kind.RANGE,
        "e^|z| or e^2|z| is at or beyond the largest number of the format",
        "a formula that computes it returns inf, or nan from inf / inf",
    ),
    Hazard(
        "subnormal",
        Kind.RANGE,
        "an argument or the result lies below the smallest normal number",
        "flushed to zero, or few digits are left",
    ),
    Hazard(
        "near_overflow",
        Kind.RANGE,
        "an argument lies within a factor 4 of the largest number of the format",
        "an intermediate square, product or sum overflows",
    ),
    Hazard(
        "square_overflow",
        Kind.RANGE,
        "an argument is far from the largest number of the format, and its square, or a sum of such, is beyond it",
        "a norm, a mean of squares or a quotient by a square returns inf, 0 or nan",
    ),
    Hazard(
        "tie_at_kink",
        Kind.KINK,
        "a pre-activation is exactly 0, or exactly at the threshold",
        "the value at the kink is another than the declared convention's",
    ),
    Hazard(
        "mixed_activity",
        Kind.KINK,
        "a relu unit is active on some samples of a batch and not on others",
        "one mask is taken for the whole batch, or the mean is taken over the active samples",
    ),
    Hazard(
        "active_on_negative_inputs",
        Kind.KINK,
        "every input of a relu unit is negative and its pre-activation is positive",
        "the unit is taken for inactive by its inputs",
    ),
    Hazard(
        "negative_zero",
        Kind.SPECIAL,
        "an argument is -0",
        "a sign test takes it for negative, or a division gives -inf",
    ),
    Hazard(
        "common_shift",
        Kind.RANGE,
        "all logits share a large summand",
        "exponentials overflow although the answer does not depend on the shift",
    ),
    Hazard(
        "wide_gap",
        Kind.RANGE,
        "logits differ so much that a softmax entry underflows",
        "0 / 0, log 0, or a gradient that is exactly zero",
    ),
    Hazard(
        "simplex_corner",
        Kind.CANCELLATION,
        "a probability is within a rounding of 0 or 1",
        "log 0, division by zero, or a clip that changes the answer",
    ),
    Hazard(
        "perfect_prediction",
        Kind.CANCELLATION,
        "prediction and label agree to the last bit, or nearly",
        "0 log 0 becomes nan, or the difference loses its digits",
    ),
    Hazard(
        "cancellation",
        Kind.CANCELLATION,
        "the terms of a sum cancel but for a few digits",
        "what was rounded before is all that is left, and a narrower accumulator shows",
    ),
    Hazard(
        "soft_label",
        Kind.SPECIAL,
        "the label is not one-hot",
        "an argmax or a mask takes the place of the label",
    ),
    Hazard(
        "unnormalised_label",
        Kind.SPECIAL,
        "the labels do not sum to one",
        "the delta S - y is taken although (sum y) S - y is right",
    ),
    Hazard(
        "one_unit",
        Kind.SHAPE,
        "an axis has length one",
        "an axis is dropped, broadcast or summed away",
    ),
    Hazard(
        "one_sample",
        Kind.SHAPE,
        "the batch holds one sample",
        "an axis is dropped, or a missing 1/N cannot be seen",
    ),
    Hazard(
        "equal_dimensions",
        Kind.SHAPE,
        "axes that mean different things have equal length",
        "a transposed product or a sum over the wrong axis keeps its shape",
    ),
    Hazard(
        "different_dimensions",
        Kind.SHAPE,
        "all axes have different lengths",
        "a transposed product does not even have a shape",
    ),
    Hazard(
        "long_array",
        Kind.SHAPE,
        "an axis is long enough for vectorised or parallel code, and no multiple of its blocks",
        "another approximation, another order of summation, or a tail that is forgotten",
    ),
    Hazard(
        "scalar_shape",
        Kind.SHAPE,
        "the argument is 0-dimensional",
        "an axis is added or an index fails",
    ),
    Hazard(
        "last_layer",
        Kind.SHAPE,
        "the layer asked about is the last one",
        "the product over later layers is empty",
    ),
    Hazard(
        "one_layer",
        Kind.SHAPE,
        "the network has a single layer",
        "a loop over hidden layers starts in the wrong place",
    ),
    Hazard("nan", Kind.SPECIAL, "an argument is nan", "swallowed by a comparison or a maximum"),
    Hazard("infinity", Kind.SPECIAL, "an argument is infinite", "inf - inf or 0 times inf where a limit exists"),
)

HAZARDS: Mapping[str, Hazard] = {hazard.name: hazard for hazard in _ALL}
"""Every hazard by its name."""
