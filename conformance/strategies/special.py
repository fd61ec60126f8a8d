"""The regime special: NaN, infinities, signed zero and predictions of exactly 0 and 1, put into ordinary cases."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ...spec.formats import FORMATS
from ...spec.operations import operations
from ..case import Case
from .elements import to_format

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .picking import Pick

    FloatArray = np.ndarray[Any, np.dtype[Any]]

_NAN, _INF = math.nan, math.inf

SPECIAL_VALUES: dict[str, tuple[tuple[float, ...], ...]] = {
    "value": ((_NAN, _INF, -_INF, -0.0),),
    "derivative": ((_NAN, _INF, -_INF, -0.0),),
    "vjp": ((_NAN, -0.0), (_NAN,)),
    "softmax": ((_NAN, _INF, -_INF),),
    "vector": ((_NAN,), (_NAN,)),
    "binary": ((_NAN, 0.0, 1.0), (_NAN,)),
    "categorical": ((_NAN, 0.0), (_NAN,)),
}
"""What may stand in the first and second argument of each family of operations."""

_FAMILIES = {
    "softmax": "softmax",
    "log_softmax": "softmax",
    "binary_cross_entropy": "binary",
    "categorical_cross_entropy": "categorical",
}


def family(operation_name: str) -> str:
    """The family of an operation: which special values it may meet, and where."""
    operation = operations()[operation_name]
    if operation.is_elementwise:
        return operation.clause.rpartition(".")[2]
    if operation_name == "softmax_batch" or any(each.shape.startswith("batch") for each in operation.arguments):
        return "batch"
    return _FAMILIES.get(operation_name, "vector")


def with_special_values(case: Case, pick: Pick) -> Case:
    """``case`` with special values in some places; in a batch, NaN in one sample."""
    kind = family(case.operation)
    if kind == "batch":
        return _with_nan_sample(case, pick)
    options = SPECIAL_VALUES[kind]
    arguments, hazards = [], set(case.hazards) - {"tie_at_kink", "soft_label", "unnormalised_label"}
    for position, argument in enumerate(case.arguments):
        if position >= len(options) or not isinstance(argument, np.ndarray):
            arguments.append(argument)
            continue
        changed = argument.copy().reshape(-1)
        for index in range(changed.shape[0]):
            value = pick.one_of([None, *options[position]] if position == 0 else [None, None, None, *options[position]])
            if value is not None:
                changed[index] = value
                hazards.add(_hazard(value, kind))
        arguments.append(changed.reshape(argument.shape))
    return replace(case, arguments=tuple(arguments), hazards=frozenset(hazards))


def _hazard(value: float, kind: str) -> str:
    if math.isnan(value):
        return "nan"
    if math.isinf(value):
        return "infinity"
    return "simplex_corner" if kind in ("binary", "categorical") else "negative_zero"


def _with_nan_sample(case: Case, pick: Pick) -> Case:
    """NaN in one entry of the first batch of the case."""
    arguments = list(case.arguments)
    position = next(index for index, each in enumerate(case.declaration.arguments) if each.shape.startswith("batch"))
    batch = arguments[position].copy()
    batch[pick.one_of(range(batch.shape[0])), pick.one_of(range(batch.shape[1]))] = _NAN
    arguments[position] = batch
    return replace(case, arguments=tuple(arguments), hazards=case.hazards | {"nan"})


def special_corpus(operation_name: str, format_name: str) -> Iterator[Case]:
    """Each special value alone, beside an ordinary one."""
    operation = operations()[operation_name]
    kind = family(operation_name)
    if kind == "batch":
        return
    number_format = FORMATS[format_name]
    base = Case(operation_name, format_name, "special", ())
    keywords = {argument.name: to_format(0.25, number_format) for argument in operation.keywords}
    for position, values in enumerate(SPECIAL_VALUES[kind][: len(operation.arguments)]):
        for value in values:
            arrays = [_plain(argument.domain, number_format.dtype) for argument in operation.arguments]
            arrays[position][0] = value
            hazards = frozenset({_hazard(value, kind)})
            yield replace(base, arguments=tuple(arrays), keywords=keywords, hazards=hazards)
    if kind == "binary":
        for o, y in ((0.0, 0.0), (1.0, 1.0), (0.0, 1.0), (1.0, 0.0)):
            pair = (np.array([o], dtype=number_format.dtype), np.array([y], dtype=number_format.dtype))
            hazards = frozenset({"perfect_prediction" if o == y else "simplex_corner"})
            yield replace(base, arguments=pair, hazards=hazards)


def _plain(domain: str, dtype: np.dtype[Any]) -> FloatArray:
    values = {
        "open unit interval": [0.25, 0.5],
        "probabilities": [0.25, 0.5],
        "unit interval": [0.0, 1.0],
        "labels": [0.0, 1.0],
    }
    return np.array(values.get(domain, [0.5, -1.5])).astype(dtype)
