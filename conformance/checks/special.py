"""
What the regime special demands, entry by entry, as the chapters state it: the STRICT level.

An entry is demanded to be one of a set of values, or to lie in the envelope of an ordinary case that leaves the special
values out, or nothing is demanded of it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ..strategies.special import family

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ...spec.conventions import Conventions
    from ..case import Case

    FloatArray = np.ndarray[Any, np.dtype[Any]]

NAN = math.nan

Allowed = tuple[float, ...] | None
"""The values an entry may have; None where nothing is demanded."""


@dataclass(frozen=True, eq=False)
class Demand:
    """What is demanded of one array of an answer."""

    allowed: Mapping[int, Allowed]
    """By flat position: the values that may stand there."""
    ordinary: Case | None
    """A case without special values, whose envelope holds for the other positions; None where there is none."""
    positions: Mapping[int, int]
    """From flat positions of the answer to flat positions of the answer to the ordinary case."""


def is_allowed(got: float, allowed: Allowed) -> bool:
    """Whether ``got`` is one of ``allowed``; -0 is 0, and NaN is NaN."""
    return allowed is None or any(got == value or (math.isnan(got) and math.isnan(value)) for value in allowed)


def demand(case: Case, conventions: Conventions) -> Demand:
    """What the clause of the operation demands at ``case``."""
    kind = family(case.operation)
    return _DEMANDS[kind](case, conventions)


def _numbers(array: FloatArray) -> list[float]:
    return [float(value) for value in array.astype(np.float64).reshape(-1)]


# elementwise: the limits at the infinities, NaN for NaN, and the branches of indicators

_LIMITS: Mapping[str, Callable[[bool, float], Allowed]] = {
    "identity.value": lambda up, _: (math.inf if up else -math.inf,),
    "relu.value": lambda up, _: (math.inf if up else 0.0,),
    "leaky_relu.value": lambda up, _: (math.inf if up else -math.inf,),
    "sigmoid.value": lambda up, _: (1.0 if up else 0.0,),
    "tanh.value": lambda up, _: (1.0 if up else -1.0,),
    "heaviside.value": lambda up, _: (1.0 if up else 0.0,),
    "identity.derivative": lambda _, __: (1.0,),
    "relu.derivative": lambda up, _: (1.0 if up else 0.0,),
    "leaky_relu.derivative": lambda up, slope: (1.0 if up else slope,),
    "sigmoid.derivative": lambda _, __: (0.0,),
    "tanh.derivative": lambda _, __: (0.0,),
    "heaviside.derivative": lambda _, __: (0.0,),
}


def _branches(name: str, conventions: Conventions, slope: float) -> tuple[float, ...]:
    """The values of an indicator, any of which may stand where z is NaN."""
    match name:
        case "identity":
            return (1.0,)
        case "relu":
            return 0.0, 1.0, float(conventions["relu_at_zero"])
        case "leaky_relu":
            at = {"slope": slope, "one": 1.0, "mean": (1.0 + slope) / 2}[conventions["leaky_relu_at_zero"]]
            return slope, 1.0, at
        case "heaviside":
            return (0.0,)
        case _:
            return ()


def _elementwise(case: Case, conventions: Conventions) -> Demand:
    clause = case.declaration.clause
    name = clause.partition(".")[0]
    slope = float(case.keywords.get("slope", 0.0))
    allowed: dict[int, Allowed] = {}
    columns = [_numbers(argument) for argument in case.arguments]
    for index, values in enumerate(zip(*columns, strict=True)):
        z = values[0]
        if math.isnan(z):
            allowed[index] = _at_nan(case, conventions, slope, values)
        elif math.isinf(z):
            allowed[index] = _LIMITS[clause](z > 0, slope)
        elif len(values) > 1 and math.isnan(values[1]):
            allowed[index] = (NAN, 0.0) if _derivative_may_vanish(name, z, case, conventions) else (NAN,)
    plain = [np.where(np.isfinite(argument), argument, 1).astype(argument.dtype) for argument in case.arguments]
    ordinary = replace(case, arguments=tuple(plain), regime="ordinary")
    return Demand(allowed, ordinary, {index: index for index in range(len(columns[0])) if index not in allowed})


def _at_nan(case: Case, conventions: Conventions, slope: float, values: tuple[float, ...]) -> Allowed:
    name, _, part = case.declaration.clause.partition(".")
    if part == "value":
        indicator = name == "heaviside"
        return (NAN, 0.0, 1.0, float(conventions["step_at_threshold"])) if indicator else (NAN,)
    factor = values[1] if part == "vjp" else 1.0
    dtype = case.number_format.dtype
    branches = _branches(name, conventions, slope)
    rounded = (float(np.asarray(branch).astype(dtype)) for branch in branches)
    products = tuple(float(np.asarray(branch * factor).astype(dtype)) for branch in (*branches, *rounded))
    zero = (0.0,) if 0.0 in branches else ()
    return (NAN, *products, *zero)


def _derivative_may_vanish(name: str, z: float, case: Case, conventions: Conventions) -> bool:
    if name == "heaviside":
        return True
    if name == "relu":
        return z < 0 or (z == 0 and float(conventions["relu_at_zero"]) == 0)
    return name == "leaky_relu" and z <= 0 and case.keywords.get("slope") == 0


# softmax and log softmax: nothing but NaN, or the entries that are not -infinity among themselves


def _softmax(case: Case, conventions: Conventions) -> Demand:
    del conventions
    z = case.arguments[0]
    if np.isnan(z).any() or np.isposinf(z).any() or np.isneginf(z).all():
        return Demand(dict.fromkeys(range(z.shape[0]), (NAN,)), None, {})
    gone = np.isneginf(z)
    vanished = 0.0 if case.operation == "softmax" else -math.inf
    kept = np.flatnonzero(~gone)
    return Demand(
        {int(index): (vanished,) for index in np.flatnonzero(gone)},
        replace(case, arguments=(z[kept],), regime="ordinary"),
        {int(index): position for position, index in enumerate(kept)},
    )


# losses: a perfect prediction costs nothing, a total miss infinitely much


def _loss(case: Case, conventions: Conventions) -> Demand:
    o, y = (np.array(_numbers(argument)) for argument in case.arguments)
    if np.isnan(o).any() or np.isnan(y).any():
        return Demand({0: (NAN,)}, None, {})
    binary = family(case.operation) == "binary"
    misses = ((o == 0) & (y > 0)) | (binary & (o == 1) & (y < 1))
    if misses.any():
        return Demand({0: (math.inf,)}, None, {})
    free = ((o == 0) & (y == 0)) | (binary & (o == 1) & (y == 1))
    kept = np.flatnonzero(~free)
    if len(kept) == 0:
        return Demand({0: (0.0,)}, None, {})
    if len(kept) < len(o) and binary and conventions["entry_reduction"] == "mean":
        return Demand({}, None, {})  # without the free entries it would be another mean
    arguments = tuple(argument[kept] for argument in case.arguments)
    return Demand({}, replace(case, arguments=arguments, regime="ordinary"), {0: 0})


# vectors: NaN in, NaN out


def _vector(case: Case, conventions: Conventions) -> Demand:
    clause = case.declaration.clause
    size = case.arguments[0].shape[0]
    spoilt = [np.isnan(argument) for argument in case.arguments]
    if not any(mask.any() for mask in spoilt):
        return Demand({}, replace(case, regime="ordinary"), {index: index for index in range(_answer_size(case))})
    if clause in ("softmax.jacobian", "softmax.vjp"):
        return Demand(dict.fromkeys(range(_answer_size(case)), (NAN, 0.0) if size == 1 else (NAN,)), None, {})
    if clause == "softmax_cross_entropy.delta":
        return _softmax_delta(spoilt, conventions, size)
    if clause.endswith(".value"):
        return Demand({0: (NAN,)}, None, {})
    touched = np.flatnonzero(spoilt[0] | spoilt[1])
    plain = tuple(np.where(np.isnan(argument), 0.5, argument).astype(argument.dtype) for argument in case.arguments)
    return Demand(
        {int(index): (NAN,) for index in touched},
        replace(case, arguments=plain, regime="ordinary"),
        {index: index for index in range(size) if index not in set(touched.tolist())},
    )


def _softmax_delta(spoilt: list[FloatArray], conventions: Conventions, size: int) -> Demand:
    wanted: Allowed = (NAN, 0.0) if size == 1 else (NAN,)
    everywhere = spoilt[0].any() or conventions["label_sum"] == "any"
    return Demand({index: wanted if everywhere or spoilt[1][index] else None for index in range(size)}, None, {})


def _answer_size(case: Case) -> int:
    size = int(case.arguments[0].shape[0])
    match case.declaration.results[0].shape:
        case "m m":
            return size * size
        case "scalar":
            return 1
        case _:
            return size


# batches: NaN in one sample leaves the others alone


def _batch(case: Case, conventions: Conventions) -> Demand:
    del conventions
    declared = case.declaration.arguments
    position = next(index for index, each in enumerate(declared) if each.shape.startswith("batch"))
    batch = case.arguments[position]
    spoilt = np.isnan(batch).any(axis=0)
    rows = _rows(case)
    count = batch.shape[1]
    wanted: Allowed = (NAN,) if case.operation == "softmax_batch" else None
    allowed = {row * count + sample: wanted for row in range(rows) for sample in range(count) if spoilt[sample]}
    kept = np.flatnonzero(~spoilt)
    if len(kept) == 0:
        return Demand(allowed, None, {})
    arguments = list(case.arguments)
    arguments[position] = np.ascontiguousarray(batch[:, kept])
    places = {
        row * count + int(sample): row * len(kept) + place for row in range(rows) for place, sample in enumerate(kept)
    }
    return Demand(allowed, replace(case, arguments=tuple(arguments), regime="ordinary"), places)


def _rows(case: Case) -> int:
    first = case.arguments[0]
    if case.operation == "softmax_batch":
        return int(first.shape[0])
    if case.operation == "dense_batch":
        return int(case.arguments[1].shape[0])
    return int(first.layers[-1].weights.shape[0])


_DEMANDS: Mapping[str, Callable[[Case, Conventions], Demand]] = {
    "value": _elementwise,
    "derivative": _elementwise,
    "vjp": _elementwise,
    "softmax": _softmax,
    "binary": _loss,
    "categorical": _loss,
    "vector": _vector,
    "batch": _batch,
}
