"""
Other cases of the same shapes as a given one, to call a target with in between: does it mix them up.

A variant differs in one argument, or in all of them at once. A cache whose key leaves an argument out answers the
variant in that argument as it answered the case.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ...spec.network import Network

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..case import Case

    FloatArray = np.ndarray[Any, np.dtype[Any]]

ALL = "all arguments"
"""The name of the variant in every argument."""

NEGATED = ("real", "logit", "input", "parameter", "nonzero")
"""The domains that hold the negative of each of their numbers."""

INSIDE_THE_UNIT_INTERVAL = ("open unit interval", "probabilities", "positive")
"""The domains that hold half and three quarters of each of their numbers, and no negative one."""


def variants(case: Case) -> Mapping[str, Case]:
    """``case`` with one argument or keyword changed, by its name, and with all of them changed."""
    made: dict[str, Case] = {}
    everything = case
    for position, declared in enumerate(case.declaration.arguments):
        changed = _changed(case.arguments[position], declared.domain)
        if changed is not None:
            made[declared.name] = _with(case, position, changed)
            everything = _with(everything, position, changed)
    for name, value in case.keywords.items():
        keywords = dict(case.keywords) | {name: value / 2 if value else 0.5}
        made[name] = replace(case, keywords=keywords)
        everything = replace(everything, keywords=keywords)
    return made | {ALL: everything}


def fresh(case: Case) -> Case:
    """``case`` with other numbers throughout, of the same signs and domains, which nobody was asked before."""
    pairs = zip(case.arguments, case.declaration.arguments, strict=True)
    return replace(case, arguments=tuple(_scaled(argument, each.domain) for argument, each in pairs))


def _with(case: Case, position: int, argument: Any) -> Case:  # noqa: ANN401 - whatever an operation takes
    arguments = (*case.arguments[:position], argument, *case.arguments[position + 1 :])
    return replace(case, arguments=arguments)


def _changed(argument: Any, domain: str) -> Any:  # noqa: ANN401 - whatever an operation takes
    """Another member of the domain of the same shape; None where it is not simple to name one."""
    match argument:
        case np.ndarray():
            return _changed_array(argument, domain)
        case Network():
            layers = tuple(replace(layer, weights=_opposite(layer.weights)) for layer in argument.layers)
            return replace(argument, layers=layers)
        case list():
            return [_opposite(each) for each in argument]
        case float():
            return argument / 2
        case _:
            return None


def _changed_array(array: FloatArray, domain: str) -> FloatArray | None:
    if domain in NEGATED:
        return _opposite(array)
    if domain in INSIDE_THE_UNIT_INTERVAL:
        return np.asarray(array / 2).astype(array.dtype)
    if domain == "unit interval":
        return np.asarray(1 - array).astype(array.dtype)
    return np.ascontiguousarray(array[::-1]) if array.shape[0] > 1 else None


def _opposite(array: FloatArray) -> FloatArray:
    """Minus half of every number: even functions tell it apart, and so do those that see the sign alone."""
    return np.asarray(array * array.dtype.type(-0.5))


def _scaled(argument: Any, domain: str) -> Any:  # noqa: ANN401 - whatever an operation takes
    """Three quarters of every number whose domain allows it."""
    match argument:
        case np.ndarray() if domain in (*NEGATED, *INSIDE_THE_UNIT_INTERVAL):
            return np.asarray(argument * argument.dtype.type(0.75))
        case Network():
            layers = tuple(
                replace(layer, weights=np.asarray(layer.weights * layer.weights.dtype.type(0.75)))
                for layer in argument.layers
            )
            return replace(argument, layers=layers)
        case list():
            return [np.asarray(each * each.dtype.type(0.75)) for each in argument]
        case float():
            return argument / 2  # a number of the format still
        case _:
            return argument
