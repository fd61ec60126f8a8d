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
from .elements import hazard_values, to_format
from .picking import DrawnPick, Pick, SeededPick
from .plans import Plan, drawn_plan, fixed_plans, limits
from .special import SPECIAL_VALUES, special_corpus, with_special_values

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...spec.conventions import Conventions
    from ...spec.operations import Operation

    FloatArray = np.ndarray[Any, np.dtype[Any]]

CORPUS_SEED = "gradspec corpus 1"
"""The corpus is part of the suite: its numbers change only with this name."""


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
    made = _built(operation, format_name, regime, conventions, plan, pick)
    return with_special_values(made, pick) if regime == "special" else made


def corpus(operation_name: str, format_name: str, regime: str, conventions: Conventions) -> Iterator[Case]:
    """The cases that every run of a row begins with: shapes that are traps, and hazardous values one by one."""
    operation = operations()[operation_name]
    bounds = limits(FORMATS[format_name], regime, conventions)
    for index, plan in enumerate(fixed_plans(operation, "ordinary" if regime == "special" else regime, bounds)):
        pick = SeededPick(_generator(f"{operation_name} {format_name} {regime} {index}"))
        made = _built(operation, format_name, regime, conventions, plan, pick)
        if regime != "special":
            yield made
        elif "long_array" not in made.hazards:
            yield with_special_values(made, pick)
    if regime == "extreme":
        yield from _hazardous(operation, format_name, conventions)
    if regime == "exact":
        yield from _kinks(operation, format_name, conventions)
    if regime == "special":
        yield from special_corpus(operation_name, format_name)


def _built(  # noqa: PLR0913 - a row, a plan, and who picks
    operation: Operation,
    format_name: str,
    regime: str,
    conventions: Conventions,
    plan: Plan,
    pick: Pick,
) -> Case:
    builder = Builder(operation, FORMATS[format_name], regime, conventions)
    arguments, keywords = builder.arguments(plan, pick), builder.keywords(plan, pick)
    hazards = plan.hazards | builder.found | _seen(operation, arguments, FORMATS[format_name].name)
    return Case(operation.name, format_name, regime, arguments, keywords, frozenset(hazards))


def _seen(operation: Operation, arguments: tuple[Any, ...], format_name: str) -> set[str]:
    """The hazards that show in the values of the first array: hazardous values, and exact kinks."""
    first = arguments[0]
    if not isinstance(first, np.ndarray):
        return set()
    names = {value: name for name, value in hazard_values(FORMATS[format_name])}
    found = {names[value] for value in first.astype(np.float64).reshape(-1).tolist() if value in names}
    return found if operation.clause.split(".")[0] in ("relu", "leaky_relu", "heaviside") else found - {"tie_at_kink"}


def _hazardous(operation: Operation, format_name: str, conventions: Conventions) -> Iterator[Case]:
    """Elementwise operations at each hazardous value alone; logits shifted and apart; predictions at the corners."""
    base = Case(operation.name, format_name, "extreme", ())
    keywords = _default_keywords(operation, format_name)
    dtype = FORMATS[format_name].dtype
    if operation.is_elementwise:
        for name, value in hazard_values(FORMATS[format_name]):
            z = np.array([value], dtype=np.float64).astype(dtype)
            rest = tuple(np.ones(1, dtype=dtype) for _ in operation.arguments[1:])
            labels = {name} - (set() if _has_kink(operation) else {"tie_at_kink"})
            yield replace(base, arguments=(z, *rest), keywords=keywords, hazards=frozenset(labels))
    elif operation.arguments[0].domain == "logit":
        yield from _hazardous_logits(operation, base, conventions)
    elif operation.arguments[0].domain in ("open unit interval", "probabilities"):
        yield from _hazardous_predictions(operation, base)


def _has_kink(operation: Operation) -> bool:
    return operation.clause.split(".")[0] in ("relu", "leaky_relu", "heaviside")


def _default_keywords(operation: Operation, format_name: str) -> dict[str, float]:
    defaults = {"slope": to_format(0.01, FORMATS[format_name]), "threshold": 0.0}
    return {argument.name: defaults[argument.name] for argument in operation.keywords}


def _hazardous_logits(operation: Operation, base: Case, conventions: Conventions) -> Iterator[Case]:
    del conventions
    number_format = base.number_format
    overflow = math.log(float(number_format.largest))
    patterns = [
        ("common_shift", [1.125 * overflow, 1.125 * overflow + 1, 1.125 * overflow - 1]),
        ("common_shift", [-1.5 * overflow, -1.5 * overflow + 1, -1.5 * overflow - 1]),
        ("wide_gap", [0.0, 1.2 * overflow, 0.5]),
        ("wide_gap", [-1.2 * overflow, 0.0, 1.0]),
        ("wide_gap", [0.25 * overflow, -0.25 * overflow, 0.0]),
        ("saturation", [number_format.precision * 1.0, 0.0, -1.0]),
        ("perfect_prediction", [number_format.precision * 0.6, -number_format.precision * 0.6, -9.0]),
    ]
    for name, values in patterns:
        z = np.array([to_format(value, number_format) for value in values]).astype(number_format.dtype)
        for label in ([1.0, 0.0, 0.0], [0.0, 1.0, 0.0]):
            second = np.array(label).astype(number_format.dtype)
            batch = operation.arguments[0].shape.startswith("batch")
            first = z[:, None] if batch else z
            arguments = (first,) if len(operation.arguments) == 1 else (first, second)
            hazards = frozenset({name} | ({"one_sample"} if batch else set()))
            yield replace(base, arguments=arguments, hazards=hazards)
            if len(operation.arguments) == 1:
                break


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


def _kinks(operation: Operation, format_name: str, conventions: Conventions) -> Iterator[Case]:
    """Kinks met exactly: z = 0 or at the threshold, and networks all of whose pre-activations are 0."""
    base = Case(operation.name, format_name, "exact", ())
    dtype = FORMATS[format_name].dtype
    if operation.is_elementwise and _has_kink(operation):
        for threshold in [0.0, 0.5] if "threshold" in _default_keywords(operation, format_name) else [0.0]:
            keywords = _default_keywords(operation, format_name)
            keywords |= {"threshold": threshold} if keywords.get("threshold") is not None else {}
            keywords |= {"slope": 0.25} if "slope" in keywords else {}
            for value in (threshold, -threshold if threshold else -0.0):
                z = np.array([value], dtype=dtype)
                rest = tuple(np.ones(1, dtype=dtype) for _ in operation.arguments[1:])
                hazards = {"tie_at_kink"} | ({"negative_zero"} if value == 0 else set())
                yield replace(base, arguments=(z, *rest), keywords=keywords, hazards=frozenset(hazards))
    if any(argument.shape in ("network", "activation") for argument in operation.arguments):
        yield from _kinked(operation, format_name, conventions)


def _kinked(operation: Operation, format_name: str, conventions: Conventions) -> Iterator[Case]:
    for activation in ("relu", "leaky_relu"):
        plan = Plan(
            widths=(2, 2, 1),
            sizes={"m": 2, "n": 2, "N": 2},
            activations=(activation, "identity"),
            activation=activation,
            hazards=frozenset({"tie_at_kink"}),
        )
        pick = SeededPick(_generator(f"kink {operation.name} {format_name} {activation}"))
        case = _built(operation, format_name, "exact", conventions, plan, pick)
        yield replace(case, arguments=tuple(_at_kink(argument) for argument in case.arguments))


def _at_kink(argument: Any) -> Any:  # noqa: ANN401 - whatever an operation takes
    """The same with a first layer, or a vector z, whose first pre-activation is exactly 0."""
    match argument:
        case Network():
            first = argument.layers[0]
            weights, bias = first.weights.copy(), first.bias.copy()
            weights[0], bias[0] = 0, 0
            rest = [
                replace(layer, weights=np.where(layer.weights == 0, 1, layer.weights).astype(bias.dtype))
                for layer in argument.layers[1:]
            ]
            return replace(argument, layers=(replace(first, weights=weights, bias=bias), *rest))
        case np.ndarray() if argument.ndim == 1:
            zeroed = argument.copy()
            zeroed[0] = 0 if zeroed.shape[0] > 1 else zeroed[0]
            return zeroed
        case _:
            return argument


__all__ = ["SPECIAL_VALUES", "corpus", "drawn_cases"]
