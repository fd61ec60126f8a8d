"""Where a checker is asked: the random points of its documentation, and the cases that gradspec begins with."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING, TypeVar

from gradspec.conformance.case import Case
from gradspec.conformance.strategies import elements
from gradspec.conformance.strategies.building import Builder
from gradspec.conformance.strategies.cases import corpus
from gradspec.conformance.strategies.plans import Limits, drawn_plan
from gradspec.spec.formats import FORMATS
from gradspec.spec.operations import operations

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gradspec.conformance.strategies.elements import Source
    from gradspec.conformance.strategies.plans import Plan
    from gradspec.spec.conventions import Conventions
    from gradspec.spec.operations import Operation

T = TypeVar("T")

SEEDS = 10
"""Random points of one operation; the first is the one that most checks are made at."""

LIMITS = Limits(layers=3, width=5, samples=(2, 3, 5))
"""Of the shapes of random points."""

ELEMENTWISE = (5, 4)
"""The shape of arguments that have no axes of their own."""

BOUNDED = (elements.probability, elements.positive_probability, elements.unit_label, elements.rate, elements.epsilon)
"""Domains in which a normal number need not lie."""

CORPORA = {"corpus": ("exact", "ordinary"), "hazards": ("wide", "extreme")}
"""The regimes of gradspec's own fixed cases: traps in shapes and kinks, then magnitudes, saturation and overflow."""


class NormalPick:
    """Standard normal numbers wherever the domain admits them."""

    def __init__(self, random: Random, format_name: str) -> None:
        self._random = random
        number_format = FORMATS[format_name]
        self._bounded = [domain(number_format, "ordinary") for domain in BOUNDED]
        self._positive = elements.positive(number_format, "ordinary")

    def numbers(self, source: Source, count: int) -> list[float]:
        """``count`` normal numbers, their magnitudes where they have to be positive."""
        if source in self._bounded:
            return [source.sample(self._random) for _ in range(count)]
        normal = [self._random.gauss(0.0, 1.0) for _ in range(count)]
        return [abs(number) for number in normal] if source is self._positive else normal

    def one_of(self, options: Sequence[T]) -> T:
        """One of the options."""
        return options[self._random.randrange(len(options))]


def random_points(operation_name: str, format_name: str, conventions: Conventions) -> Iterator[Case]:
    """The points of :data:`SEEDS` seeds, every axis of them longer than one."""
    operation = operations()[operation_name]
    for seed in range(SEEDS):
        random = Random(f"{operation_name} {seed}")  # noqa: S311 - the same points on every machine, and no secret
        pick = NormalPick(random, format_name)
        plan = _without_axes_of_one(operation, pick)
        builder = Builder(operation, FORMATS[format_name], "ordinary", conventions)
        yield Case(operation_name, format_name, "ordinary", builder.arguments(plan, pick), builder.keywords(plan, pick))


def _without_axes_of_one(operation: Operation, pick: NormalPick) -> Plan:
    while True:
        plan = replace(drawn_plan(operation, "ordinary", pick, LIMITS), shape=ELEMENTWISE)
        if 1 not in (*plan.sizes.values(), *plan.widths):
            return plan


def points(name: str, operation: str, format_name: str, conventions: Conventions) -> Iterator[Case]:
    """The set of points ``name``: random, corpus or hazards. Long arrays are left out, whose Jacobians are huge."""
    if name == "random":
        yield from random_points(operation, format_name, conventions)
        return
    for regime in CORPORA[name]:
        if regime in operations()[operation].regimes:
            cases = corpus(operation, format_name, regime, conventions)
            yield from (case for case in cases if "long_array" not in case.hazards)
