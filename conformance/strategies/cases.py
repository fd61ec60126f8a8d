"""Whole cases: the fixed corpus of a row, which runs first, and the strategy from which Hypothesis draws the rest."""

from __future__ import annotations

import math
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np
from hypothesis import strategies as st

from ...spec.formats import FORMATS
from ...spec.network import Network
from ...spec.operations import operations
from ..case import Case
from .building import Builder
from .cancelling import cancelling
from .elements import hazard_values
from .hazardous import default_keywords, hazardous
from .picking import DrawnPick, Pick, SeededPick
from .plans import Plan, drawn_plan, fixed_plans, limits
from .special import special_corpus, with_special_values

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...spec.conventions import Conventions
    from ...spec.operations import Argument, Operation

    FloatArray = np.ndarray[Any, np.dtype[Any]]

CORPUS_SEED = "gradspec corpus 1"
"""The corpus is part of the suite: its numbers change only with this name."""


CANCELLED = 3
"""So many of the first shapes are met with a sum that cancels too."""


def _generator(name: str) -> Random:
    return Random(f"{CORPUS_SEED} {name}")  # noqa: S311 - the same corpus on every machine, and no secret


def drawn_cases(
    operation_name: str, format_name: str, regime: str, conventions: Conventions
) -> st.SearchStrategy[Case]:
    """Cases that Hypothesis draws and shrinks."""

    @st.composite
    def case(draw: st.DrawFn) -> Case:
        return _picked(operation_name, format_name, regime, conventions, DrawnPick(draw))

    return case()


def _picked(operation_name: str, format_name: str, regime: str, conventions: Conventions, pick: Pick) -> Case:
    operation = operations()[operation_name]
    bounds = limits(FORMATS[format_name], regime, conventions)
    plan = drawn_plan(operation, regime, pick, bounds)
    made = built(operation, format_name, regime, conventions, plan, pick)
    return with_special_values(made, pick) if regime == "special" else made


def corpus(operation_name: str, format_name: str, regime: str, conventions: Conventions) -> Iterator[Case]:
    """The cases that every run of a row begins with: shapes that are traps, and hazardous values one by one."""
    operation = operations()[operation_name]
    bounds = limits(FORMATS[format_name], regime, conventions)
    for index, plan in enumerate(fixed_plans(operation, "ordinary" if regime == "special" else regime, bounds)):
        pick = SeededPick(_generator(f"{operation_name} {format_name} {regime} {index}"))
        made = built(operation, format_name, regime, conventions, plan, pick)
        if regime != "special":
            yield made
            cancelled = cancelling(made) if regime == "ordinary" and index < CANCELLED else None
            if cancelled is not None:
                yield cancelled
        elif "long_array" not in made.hazards:
            yield with_special_values(made, pick)
    if regime == "extreme":
        yield from (replace(case, hazards=case.hazards | _seen(case)) for case in hazardous(operation, format_name))
    if regime == ("exact" if "exact" in operation.regimes else operation.regimes[0]):
        yield from _kinks(operation, format_name, conventions)
    if regime == "special":
        yield from special_corpus(operation_name, format_name)
    elif {"w", "activation"} <= {argument.name for argument in operation.arguments}:
        yield from _of_a_relu_unit(operation, format_name, regime)


def built(  # noqa: PLR0913 - a row, a plan, and who picks
    operation: Operation,
    format_name: str,
    regime: str,
    conventions: Conventions,
    plan: Plan,
    pick: Pick,
) -> Case:
    """The case that ``pick`` makes of a plan."""
    builder = Builder(operation, FORMATS[format_name], regime, conventions)
    arguments, keywords = builder.arguments(plan, pick), builder.keywords(plan, pick)
    case = Case(operation.name, format_name, regime, arguments, keywords)
    return replace(case, hazards=frozenset(plan.hazards | builder.found | _seen(case)))


def _seen(case: Case) -> set[str]:
    """The hazards that show in the values: exact kinks, and what the regime extreme draws on purpose."""
    found = {"tie_at_kink"} if _is_at_kink(case) else set()
    if case.regime != "extreme" or not isinstance(case.arguments[0], np.ndarray):
        return found
    numbers = set(_numbers(case.arguments[0]))
    return found | {name for name, value in hazard_values(case.number_format) if value and value in numbers}


def _is_at_kink(case: Case) -> bool:
    """Whether the pre-activation z has an entry at which the derivative, or the step, is a matter of convention."""
    named = dict(zip((argument.name for argument in case.declaration.arguments), case.arguments, strict=True))
    has_kink = named.get("activation") in ("relu", "leaky_relu") or _has_kink(case.declaration)
    return has_kink and "z" in named and case.keywords.get("threshold", 0.0) in _numbers(named["z"])


def _numbers(array: FloatArray) -> list[float]:
    return array.astype(np.float64).reshape(-1).tolist()


def _has_kink(operation: Operation) -> bool:
    return operation.clause.split(".")[0] in ("relu", "leaky_relu", "heaviside", "indicator")


def _kinks(operation: Operation, format_name: str, conventions: Conventions) -> Iterator[Case]:
    """Kinks met exactly: z = 0 or at the threshold, and networks all of whose pre-activations are 0."""
    base = Case(operation.name, format_name, "exact", ())
    dtype = FORMATS[format_name].dtype
    if operation.is_elementwise and _has_kink(operation):
        for threshold in [0.0, 0.5] if "threshold" in default_keywords(operation, format_name) else [0.0]:
            keywords = default_keywords(operation, format_name)
            keywords |= {"threshold": threshold} if keywords.get("threshold") is not None else {}
            keywords |= {"slope": 0.25} if "slope" in keywords else {}
            for value in (threshold, -threshold if threshold else -0.0):
                z = np.array([value], dtype=dtype)
                rest = tuple(np.ones(1, dtype=dtype) for _ in operation.arguments[1:])
                case = replace(base, arguments=(z, *rest), keywords=keywords)
                zero = {"negative_zero"} if value == 0 and math.copysign(1, value) < 0 else set()
                yield replace(case, hazards=frozenset(zero | _seen(case)))
    if not operation.is_elementwise and KINKED.intersection(operation.conventions):
        yield from _kinked(operation, format_name, conventions)


KINKED = {"relu_at_zero", "leaky_relu_at_zero", "step_at_threshold"}
"""The conventions that decide at a kink."""


def _kinked(operation: Operation, format_name: str, conventions: Conventions) -> Iterator[Case]:
    """A kink below another layer, and one in the last layer."""
    takes_network = operation.arguments[0].shape == "network"
    domains = {argument.domain for argument in operation.arguments}
    regime = "exact" if "exact" in operation.regimes else operation.regimes[0]
    last, loss = ("softmax", "categorical_cross_entropy") if "classifier" in domains else ("identity", "squared_error")
    networks = ((2, 2, 1), (2, 2)) if not domains & {"classifier", "hidden layer"} else ((2, 2, 2),)
    for activation in ("relu", "leaky_relu") if "leaky_relu_at_zero" in operation.conventions else ("relu",):
        for widths in networks if takes_network else ((),):
            plan = Plan(
                widths=widths,
                sizes={"m": 2, "n": 2, "k": 2, "N": 2},
                activations=(activation, last)[: len(widths) - 1] if widths else (),
                loss=loss,
                activation=activation,
                layer=1,
                hazards=frozenset({"tie_at_kink"}),
            )
            pick = SeededPick(_generator(f"kink {operation.name} {format_name} {activation} {len(widths)}"))
            case = built(operation, format_name, regime, conventions, plan, pick)
            pairs = zip(case.arguments, operation.arguments, strict=True)
            at_kink = tuple(_at_kink(argument, each, is_exact=regime == "exact") for argument, each in pairs)
            yield replace(case, arguments=at_kink, keywords=dict(case.keywords) | _at_zero(operation))


def _of_a_relu_unit(operation: Operation, format_name: str, regime: str) -> Iterator[Case]:
    """One neuron whose activity is not that of its inputs, or of its first sample: all numbers small and dyadic."""
    dtype = FORMATS[format_name].dtype
    takes_batch = "X" in {argument.name for argument in operation.arguments}
    hazard = "mixed_activity" if takes_batch else "active_on_negative_inputs"
    for first in (1.0, -1.0) if takes_batch else (1.0,):
        named: dict[str, Any] = {
            "x": np.array([-1.0, -0.5]).astype(dtype),
            "w": np.array([-1.0, -1.0]).astype(dtype),
            "b": 0.5,
            "activation": "relu",
            "X": np.array([[first, -first], [0.5 * first, -0.5 * first]]).astype(dtype),
            "y": np.array([1.0, -1.0]).astype(dtype),
        }
        arguments = tuple(named[argument.name] for argument in operation.arguments)
        yield Case(operation.name, format_name, regime, arguments, {}, frozenset({hazard}))


def _at_zero(operation: Operation) -> dict[str, float]:
    """The threshold that a weighted sum of 0 meets."""
    return {keyword.name: 0.0 for keyword in operation.keywords if keyword.name == "threshold"}


def _at_kink(argument: Any, declared: Argument, *, is_exact: bool) -> Any:  # noqa: ANN401 - whatever an operation takes
    """
    The same with a pre-activation of exactly 0, all else above 0 and labels below: nothing hides its derivative.

    In the regime exact a network gets it from two inputs that are equal and weighed by 1 and -1, elsewhere from weights
    of 0, since an envelope does not know that a sum is exact.
    """
    match argument:
        case Network():
            layers = [replace(each, weights=_above(each.weights), bias=_above(each.bias)) for each in argument.layers]
            layers[0].weights[0], layers[0].bias[0] = 0, 0
            if is_exact:
                layers[0].weights[0, :2] = 1, -1
            return replace(argument, layers=tuple(layers))
        case np.ndarray() if declared.domain in ("one-hot", "labels"):
            return argument
        case np.ndarray():
            changed = _above(argument)
            if declared.name in ("z", "Z", "W", "b"):
                changed[0] = 0
            if declared.name == "w":
                changed[:] = 0
            if declared.name in ("x", "X") and is_exact:
                changed[1:2] = changed[:1]
            return -changed if declared.name in ("y", "Y") else changed
        case float() if declared.name == "b":
            return 0.0
        case _:
            return argument


def _above(array: FloatArray) -> FloatArray:
    """The magnitudes of ``array``, with 1 for 0."""
    return np.where(array == 0, array.dtype.type(1), np.abs(array))
