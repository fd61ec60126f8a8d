"""
Telling cases: inputs at which every value of every convention gives another answer.

The numbers of samples and of entries, and the factor 2 of a squared error, are no powers of one another, nor is one
number a product of powers of them in all cases; weights are rectangular, so that a wrong layout shows in the shape, and
square, so that it shows in the numbers; kinks are met exactly, and labels do not sum to one.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np

from ...spec.conventions import resolve
from ...spec.formats import FORMATS
from ...spec.network import LOSSES, Network
from ...spec.operations import operations
from ..case import Case
from ..strategies.building import Builder
from ..strategies.cases import corpus
from ..strategies.picking import SeededPick
from ..strategies.plans import Plan

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ...spec.operations import Operation

SEED = "gradspec detect 1"
"""The cases are part of the suite: their numbers change only with this name."""

REGIME = "ordinary"
"""Where all but the kinks are drawn."""

SIZES: tuple[Mapping[str, int], ...] = (
    {"m": 3, "n": 1, "k": 1, "N": 5},
    {"m": 3, "n": 2, "k": 4, "N": 5},
    {"m": 4, "n": 3, "k": 2, "N": 3},
    {"m": 3, "n": 3, "k": 3, "N": 3},
)
"""Of what takes no network."""

ACTIVATIONS = ("identity", "tanh", "sigmoid", "tanh")
"""Named by an argument: smooth ones, so that only the kinks tell of kinks."""

NETWORKS: Mapping[str, tuple[tuple[tuple[int, ...], tuple[str, ...], int], ...]] = {
    "squared_error": (
        ((2, 3), ("identity",), 5),
        ((2, 4, 3), ("tanh", "identity"), 5),
        ((3, 3, 3), ("sigmoid", "tanh"), 3),
        ((3, 2, 4), ("tanh", "identity"), 3),
    ),
    "binary_cross_entropy": (
        ((2, 3), ("sigmoid",), 5),
        ((3, 2, 4), ("tanh", "sigmoid"), 3),
    ),
    "categorical_cross_entropy": (
        ((2, 3), ("softmax",), 5),
        ((3, 2, 4), ("tanh", "softmax"), 3),
    ),
}
"""Widths, activations and numbers of samples, by the loss that the network ends in."""

UNNORMALISED = "unnormalised_label"
"""The hazard of labels that do not sum to one."""

TRIES = 64
"""How many seeds are tried for labels that sum, or do not sum, to one."""


def telling_cases(name: str, format_name: str) -> tuple[Case, ...]:
    """The cases of an operation in a format, smallest first."""
    return tuple(sorted([*plain_cases(name, format_name), *_at_kinks(operations()[name], format_name)], key=size))


def plain_cases(name: str, format_name: str) -> Iterator[Case]:
    """Those that meet no kink."""
    operation = operations()[name]
    for plan in _plans(operation):
        yield from _cases(operation, format_name, plan)


def size(case: Case) -> int:
    """How many numbers its arguments hold."""
    return sum(_count(argument) for argument in case.arguments)


def _count(argument: Any) -> int:  # noqa: ANN401 - whatever an operation takes
    match argument:
        case np.ndarray():
            return argument.size
        case Network():
            return sum(layer.weights.size + layer.bias.size for layer in argument.layers)
        case list() | tuple():
            return sum(_count(each) for each in argument)
        case _:
            return 0


def _plans(operation: Operation) -> Iterator[Plan]:
    shapes = {argument.shape for argument in operation.arguments}
    if operation.is_elementwise:
        yield Plan(shape=(3,))
        yield Plan(shape=(2, 3))
    elif "network" in shapes:
        yield from _network_plans(operation)
    else:
        for index, sizes in enumerate(SIZES):
            for loss in LOSSES if "loss" in shapes else ("squared_error",):
                yield Plan(sizes=sizes, activation=ACTIVATIONS[index], loss=loss)


def _network_plans(operation: Operation) -> Iterator[Plan]:
    domains = {argument.domain for argument in operation.arguments}
    takes_layer = any(argument.shape == "layer" for argument in operation.arguments)
    below_the_last = "hidden layer" in domains
    for loss, networks in _at_home(domains).items():
        for index, (widths, activations, samples) in enumerate(networks):
            depth = len(activations) - (1 if below_the_last else 0)
            layer = 1 + index % depth if takes_layer and depth else 0
            if layer or not takes_layer:
                yield Plan(widths=widths, activations=activations, loss=loss, layer=layer, sizes={"N": samples})


def _at_home(domains: set[str]) -> Mapping[str, tuple[tuple[tuple[int, ...], tuple[str, ...], int], ...]]:
    """The networks that the domain of an operation has."""
    if "elementwise network" in domains:
        return {"squared_error": NETWORKS["squared_error"]}
    if "classifier" not in domains:
        return NETWORKS
    loss = "categorical_cross_entropy"
    hidden = [
        (widths, ("relu",) * (len(activations) - 1) + ("softmax",), samples)
        for widths, activations, samples in NETWORKS[loss]
    ]
    return {loss: tuple(hidden)}


def _cases(operation: Operation, format_name: str, plan: Plan) -> Iterator[Case]:
    """The case of a plan; where labels may have any sum, one with each kind."""
    if not _is_categorical(operation, plan):
        yield _built(operation, format_name, plan, "one", 0)
        return
    for label_sum in ("one", "any"):
        drawn = (_built(operation, format_name, plan, label_sum, index) for index in range(TRIES))
        yield from [case for case in drawn if (UNNORMALISED in case.hazards) == (label_sum == "any")][:1]


def _is_categorical(operation: Operation, plan: Plan) -> bool:
    domains = {argument.domain for argument in operation.arguments}
    return "labels" in domains or ("labels of the loss" in domains and plan.loss == "categorical_cross_entropy")


def _built(operation: Operation, format_name: str, plan: Plan, label_sum: str, index: int) -> Case:
    name = f"{SEED} {operation.name} {format_name} {plan} {index}"
    pick = SeededPick(Random(name))  # noqa: S311 - the same cases on every machine, and no secret
    builder = Builder(operation, FORMATS[format_name], REGIME, resolve({"label_sum": label_sum}))
    arguments, keywords = builder.arguments(plan, pick), builder.keywords(plan, pick)
    return Case(operation.name, format_name, REGIME, arguments, keywords, frozenset(builder.found))


def _at_kinks(operation: Operation, format_name: str) -> Iterator[Case]:
    """The cases of the corpus that meet a kink exactly."""
    regime = "exact" if "exact" in operation.regimes else operation.regimes[0]
    if any(name.endswith(("_at_zero", "_at_threshold")) for name in operation.conventions):
        for case in corpus(operation.name, format_name, regime, resolve()):
            if "tie_at_kink" in case.hazards and size(case) <= LARGEST_AT_KINK:
                yield case


LARGEST_AT_KINK = 64
"""Larger cases at a kink tell nothing that smaller ones do not."""
