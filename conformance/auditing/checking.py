"""Whether what was recorded fits together: one message for the first thing that does not."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from ...spec.conventions import validated
from ...spec.formats import FORMATS
from ...spec.network import ACTIVATIONS, LOSSES
from .errors import BundleError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ...spec.conventions import Conventions
    from ...spec.formats import Format

    FloatArray = np.ndarray[Any, np.dtype[Any]]

OUTPUT_OF_LOSS: Mapping[str, str] = {"binary_cross_entropy": "sigmoid", "categorical_cross_entropy": "softmax"}
"""The activation of the last layer that goes with a loss, clause ``convention.notation``."""

OPTIONAL = ("output", "cost")
"""Arrays that need not be recorded."""


def _refuse(message: str) -> None:
    raise BundleError(message)


# what is no array


def known_facts(activations: Sequence[str], slopes: Sequence[float | None] | None, loss: str) -> list[float | None]:
    """The slopes, one a layer, of activations and a loss that are known and go together."""
    if not activations:
        _refuse("activations: none is named, and one for every layer was expected, such as relu, softmax")
    for number, name in enumerate(activations, start=1):
        if name not in (*ACTIVATIONS, "softmax"):
            _refuse(f"activation {name!r} of layer {number} is unknown; known are {', '.join(ACTIVATIONS)} and softmax")
    if loss not in LOSSES:
        _refuse(f"loss {loss!r} is unknown; known are {', '.join(LOSSES)}")
    if "softmax" in activations[:-1]:
        _refuse("softmax stands in the last layer only")
    wanted = OUTPUT_OF_LOSS.get(loss)
    if (wanted is not None and activations[-1] != wanted) or (wanted is None and activations[-1] == "softmax"):
        expected = wanted or "an elementwise activation"
        _refuse(f"the last activation is {activations[-1]}, and the loss {loss} goes with {expected}")
    return _known_slopes(activations, [None] * len(activations) if slopes is None else slopes)


def _known_slopes(activations: Sequence[str], slopes: Sequence[float | None]) -> list[float | None]:
    if len(slopes) != len(activations):
        _refuse(f"slopes: {len(slopes)} are given for {len(activations)} layers; write null where there is none")
    for number, (name, slope) in enumerate(zip(activations, slopes, strict=True), start=1):
        is_number = isinstance(slope, float | int) and not isinstance(slope, bool) and np.isfinite(slope)
        if name == "leaky_relu" and not is_number:
            _refuse(f"slopes: layer {number} is leaky_relu, and {slope!r} is no number; give its slope, such as 0.01")
    return [
        float(slope) if name == "leaky_relu" and slope is not None else None
        for name, slope in zip(activations, slopes, strict=True)
    ]


def known_conventions(conventions: Mapping[str, object]) -> dict[str, str]:
    """The conventions that are given, every name and value known."""
    try:
        return dict(validated(conventions, "conventions"))
    except ValueError as error:
        raise BundleError(str(error)) from error


def known_format(name: object) -> Format:
    """The format of that name."""
    if name not in FORMATS:
        _refuse(f"format {name!r} is unknown; known are {', '.join(FORMATS)}")
    return FORMATS[str(name)]


# arrays


def require_names(names: Sequence[str], layers: int) -> None:
    """Refuse where an array is missing, or one is there that no layer asks for."""
    required = [*(f"{kind}{number}" for number in range(1, layers + 1) for kind in ("W", "b", "dW", "db")), "x", "y"]
    told = (
        f"the activations name {layers} layer{'s' if layers > 1 else ''}, which have the arrays {', '.join(required)}"
    )
    for name in required:
        if name not in names:
            _refuse(f"the array {name} is missing; {told}")
    for name in names:
        if name not in (*required, *OPTIONAL):
            _refuse(f"the array {name} is none of a bundle; {told}, and perhaps {' and '.join(OPTIONAL)}")


def common_format(arrays: Mapping[str, FloatArray], declared: Format | None) -> Format:
    """The one format of all arrays, the declared one where one is."""
    formats = {each.dtype: each for each in FORMATS.values()}
    for name, array in arrays.items():
        if array.dtype not in formats:
            _refuse(f"{name} is {array.dtype}, and a format was expected: {', '.join(FORMATS)}")
    strict = [name for name in arrays if name not in OPTIONAL]
    wanted = declared or formats[arrays["W1"].dtype]
    source = "the bundle declares" if declared else "W1 is"
    for name in strict:
        if arrays[name].dtype != wanted.dtype:
            found = arrays[name].dtype
            _refuse(f"{name} is {found}, where {source} {wanted.name}: one step is computed in one format")
    return wanted


def require_shapes(arrays: Mapping[str, FloatArray], layers: int, conventions: Conventions) -> None:
    """Refuse an array whose shape does not fit the others and the layouts."""
    for name, array in arrays.items():
        axes = {"x": 2, "y": 2, "output": 2, "cost": 0}.get(name, 2 if "W" in name else 1)
        if array.ndim != axes:
            _refuse(f"{name} has the shape {array.shape}, and {axes} axes were expected")
        if array.size == 0:
            _refuse(f"{name} has the shape {array.shape}, and is empty")
    rows, in_out = conventions["layout"] == "rows", conventions["weight_layout"] == "in_out"
    inputs, samples = arrays["x"].shape[::-1] if rows else arrays["x"].shape
    told = f"layout = {conventions['layout']}, weight_layout = {conventions['weight_layout']}"
    for number in range(1, layers + 1):
        outputs = len(arrays[f"b{number}"])
        weights = (inputs, outputs) if in_out else (outputs, inputs)
        why = f"layer {number} leads from {inputs} inputs to the {outputs} units that b{number} has ({told})"
        for name, shape in ((f"W{number}", weights), (f"dW{number}", weights), (f"db{number}", (outputs,))):
            _require_shape(name, arrays[name], shape, why)
        inputs = outputs
    batch = (samples, inputs) if rows else (inputs, samples)
    for name in ("y", "output"):
        if name in arrays:
            _require_shape(
                name, arrays[name], batch, f"x holds {samples} samples, the last layer {inputs} units ({told})"
            )


def _require_shape(name: str, array: FloatArray, shape: tuple[int, ...], why: str) -> None:
    if array.shape != shape:
        _refuse(f"{name} has the shape {array.shape}, and {shape} was expected: {why}")


def require_data(arrays: Mapping[str, FloatArray]) -> None:
    """Refuse NaN and infinities in what the program was given; what it computed may hold them, and is judged."""
    for name, array in arrays.items():
        if name.startswith("d") or name in OPTIONAL:
            continue
        wrong = ~np.isfinite(array.astype(np.float64))
        if wrong.any():
            place = np.argwhere(wrong)[0]
            value = float(array[tuple(place)])
            _refuse(f"{name}[{', '.join(map(str, place))}] is {value}, and a finite number was expected")


def require_labels(y: FloatArray, loss: str, conventions: Conventions) -> None:
    """Refuse labels that the loss is not defined for."""
    if loss == "squared_error":
        return
    numbers = y.astype(np.float64)
    largest = 1.0 if loss == "binary_cross_entropy" or conventions["label_sum"] == "one" else np.inf
    wrong = (numbers < 0) | (numbers > largest)
    if wrong.any():
        place = np.argwhere(wrong)[0]
        value = float(numbers[tuple(place)])
        allowed = "0 to 1" if largest == 1 else "0 on"
        _refuse(f"y[{', '.join(map(str, place))}] is {value!r}; a label of {loss} is a number from {allowed}")
    if loss == "categorical_cross_entropy" and conventions["label_sum"] == "one":
        samples = numbers if conventions["layout"] == "rows" else numbers.T
        _require_sums(samples)


def _require_sums(samples: FloatArray) -> None:
    for number, sample in enumerate(samples):
        total = sum(map(Fraction, sample[sample != 0].tolist()), Fraction(0))
        if total != 1:
            off = f"{float(total)!r}" if float(total) != 1 else f"1 {float(total - 1):+.3g}"
            _refuse(
                f"the labels of sample {number} in y sum to {off}, and exactly 1 was expected; "
                "say --convention label_sum=any where they need not"
            )
