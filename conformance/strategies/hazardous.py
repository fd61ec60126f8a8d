"""The part of the corpus that meets hazardous values one by one, in the regime extreme."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ...spec.formats import FORMATS
from ...spec.network import Layer, Network
from ..case import Case
from .elements import hazard_values, to_format

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from ...spec.formats import Format
    from ...spec.operations import Operation

    FloatArray = np.ndarray[Any, np.dtype[Any]]


def hazardous(operation: Operation, format_name: str) -> Iterator[Case]:
    """
    The hazardous cases of an operation.

    Elementwise operations at each hazardous value alone; logits shifted and apart; predictions at the corners;
    gradients and batches whose entries are large together.
    """
    base = Case(operation.name, format_name, "extreme", ())
    keywords = default_keywords(operation, format_name)
    dtype = FORMATS[format_name].dtype
    if operation.is_elementwise:
        for name, value in hazard_values(FORMATS[format_name]):
            z = np.array([value], dtype=np.float64).astype(dtype)
            rest = tuple(np.ones(1, dtype=dtype) for _ in operation.arguments[1:])
            hazards = frozenset({name} - {"tie_at_kink"})  # a tie only where there is a kink
            yield replace(base, arguments=(z, *rest), keywords=keywords, hazards=hazards)
    elif operation.arguments[0].domain == "logit":
        yield from _hazardous_logits(operation, base)
        if [argument.name for argument in operation.arguments] == ["z", "upstream"]:
            yield from _hazardous_upstream(base)
    elif operation.arguments[0].domain in ("open unit interval", "probabilities"):
        yield from _hazardous_predictions(operation, base)
    elif [argument.name for argument in operation.arguments] == ["o", "y"]:
        yield from _hazardous_differences(base)
    elif [argument.name for argument in operation.arguments] == ["gradient"]:
        yield from _hazardous_gradients(base)
    elif [argument.name for argument in operation.arguments] == ["network", "X", "Y"]:
        yield _hazardous_batch(base)


def default_keywords(operation: Operation, format_name: str) -> dict[str, float]:
    """What the keywords of an operation are where nothing is to be tried with them."""
    defaults = {"slope": to_format(0.01, FORMATS[format_name]), "threshold": 0.0, "epsilon": 0.5}
    return {argument.name: defaults[argument.name] for argument in operation.keywords}


def _hazardous_logits(operation: Operation, base: Case) -> Iterator[Case]:
    """Logits far from 0, logits far from each other, and, in a batch, samples far from each other."""
    dtype = base.number_format.dtype
    batch = operation.arguments[0].shape.startswith("batch")
    for name, values in _logit_patterns(base.number_format):
        z = _array(base, values)
        first = z[:, None] if batch else z
        labels = ([1.0, 0.0, 0.0], [0.0, 1.0, 0.0]) if len(operation.arguments) > 1 else ([],)
        for label in labels:
            arguments = (first, np.array(label).astype(dtype)) if label else (first,)
            hazards = frozenset({name} | ({"one_sample"} if batch else set()))
            yield replace(base, arguments=arguments, hazards=hazards)
    if batch:
        far = 0.9 * _largest_exponent(base.number_format)
        samples = np.array([[far, 0.5 - far], [far - 1, 1.5 - far]]).astype(dtype)
        yield replace(base, arguments=(samples,), hazards=frozenset({"common_shift", "equal_dimensions"}))


def _largest_exponent(number_format: Format) -> float:
    return math.log(float(number_format.largest))


def _logit_patterns(number_format: Format) -> Iterator[tuple[str, list[float]]]:
    overflow, digits = _largest_exponent(number_format), float(number_format.precision)
    yield "common_shift", [1.125 * overflow, 1.125 * overflow + 1, 1.125 * overflow - 1]
    yield "common_shift", [-1.5 * overflow, -1.5 * overflow + 1, -1.5 * overflow - 1]
    yield "wide_gap", [0.0, 1.2 * overflow, 0.5]
    yield "wide_gap", [-1.2 * overflow, 0.0, 1.0]
    yield "wide_gap", [0.25 * overflow, -0.25 * overflow, 0.0]
    yield "saturation", [digits, 0.0, -1.0]
    yield "perfect_prediction", [digits * 0.6, -digits * 0.6, -9.0]


def _hazardous_upstream(base: Case) -> Iterator[Case]:
    """
    Gradients of a softmax that nearly overflow, nearly cancel or nearly vanish, while the logits are moderate.

    The subnormal ones of 32 equal classes, if they are divided by four because another is not subnormal, lose in the
    same direction at every rounding; the class of that other one has no probability.
    """
    largest, least = float(base.number_format.largest), float(base.number_format.smallest_subnormal)
    apart = 2.0 ** -(base.number_format.precision // 2)
    near = [1.0, 1.0 - apart, 1.0 - 3 * apart]
    impossible = -1.5 * _largest_exponent(base.number_format)
    for hazards, z, upstream in (
        ({"near_overflow"}, [0.25, -0.75], [0.5 * largest, 0.125 * largest]),
        ({"near_overflow"}, [0.0, 0.5, -0.25], [0.45 * largest, -0.45 * largest, 0.3 * largest]),
        ({"subnormal"}, [0.0, 0.0, 0.0], [76 * least, -26 * least, -30 * least]),
        ({"cancellation"}, [0.25, -0.75, 0.5], [1.4 * each for each in near]),
        ({"cancellation", "near_overflow"}, [0.25, -0.75, 0.5], [0.9 * largest * each for each in near]),
        ({"subnormal", "wide_gap"}, [*[0.0] * 32, impossible], [1982 * least, *[2 * least] * 31, 4.25]),
    ):
        yield replace(base, arguments=(_array(base, z), _array(base, upstream)), hazards=frozenset(hazards))


def _array(base: Case, values: Sequence[float]) -> FloatArray:
    """``values`` in the format of the case."""
    return np.array([to_format(each, base.number_format) for each in values]).astype(base.number_format.dtype)


def _hazardous_gradients(base: Case) -> Iterator[Case]:
    """Vectors whose norm is representable, and neither the sum of their squares nor that of their magnitudes."""
    largest = float(base.number_format.largest)
    for gradient in ([0.75 * largest, -0.5 * largest, 0.25 * largest], [largest, -largest]):
        yield replace(base, arguments=(_array(base, gradient),), hazards=frozenset({"near_overflow"}))


def _hazardous_batch(base: Case) -> Case:
    """Two samples, which the network returns: the squares of one have a mean and no sum, those of the other both."""
    root = math.sqrt(float(base.number_format.largest))
    samples = _array(base, [factor * root for factor in (0.75, 0.25, 0.74, 0.24, 0.73, 0.23, 0.72, 0.22)])
    weights = np.eye(4).astype(base.number_format.dtype)
    network = Network((Layer(weights, np.zeros_like(weights[0]), "identity", None),), "squared_error")
    X = samples.reshape(4, 2)
    return replace(base, arguments=(network, X, np.zeros_like(X)), hazards=frozenset({"square_overflow"}))


def _hazardous_predictions(operation: Operation, base: Case) -> Iterator[Case]:
    number_format = base.number_format
    last = 1.0 - 2.0**-number_format.precision
    small = float(number_format.smallest_normal)
    binary = operation.arguments[0].domain == "open unit interval"
    for name, prediction, label in (
        ("perfect_prediction", last, 1.0),
        ("simplex_corner", small, 1.0),
        ("perfect_prediction", small, 0.0),
        ("simplex_corner", last, 0.0),
    ):
        o, y = ([prediction], [label]) if binary else ([prediction, 0.5], [label, 1 - label])
        arrays = tuple(np.array(each).astype(number_format.dtype) for each in (o, y))
        yield replace(base, arguments=arrays, hazards=frozenset({name}))


def _hazardous_differences(base: Case) -> Iterator[Case]:
    """Predictions that are off by one hazardous value in every entry."""
    dtype = base.number_format.dtype
    for name, value in hazard_values(base.number_format):
        if value:
            o = np.array([value, -value]).astype(dtype)
            yield replace(base, arguments=(o, np.zeros_like(o)), hazards=frozenset({name}))
    largest, root = float(base.number_format.largest), math.sqrt(float(base.number_format.largest))
    for name, predictions, labels in (
        ("square_overflow", [0.97 * root, 0.97 * root], [0.0, 0.0]),
        ("near_overflow", [0.1 * largest, 0.95 * largest, 0.0], [-0.95 * largest, -0.1 * largest, 0.0]),
    ):
        yield replace(base, arguments=(_array(base, predictions), _array(base, labels)), hazards=frozenset({name}))
