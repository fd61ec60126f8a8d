"""
Which cases of an operation become vectors: the corpus, then what is drawn, small ones, and one with every hazard.

What is drawn comes from the plans and numbers from which a run draws, picked by a seeded generator: the same cases on
every machine and with every version of Hypothesis.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import chain, islice
from math import prod
from random import Random
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from ...spec.conventions import conventions, resolve
from ...spec.formats import FORMATS
from ...spec.network import Network
from ...spec.operations import operations
from ..encoding import encoded_case
from ..layout import expected_shapes
from ..strategies.cases import built, corpus
from ..strategies.picking import SeededPick
from ..strategies.plans import drawn_plan, limits
from ..strategies.special import with_special_values
from .known import known
from .settling import FREE, NEEDED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from ...spec.conventions import Conventions
    from ...spec.operations import Operation
    from ..case import Case

SEED = "gradspec vectors 1"
"""What is drawn is part of the vectors: its numbers change only with this name."""

DRAWS = 40
"""So many cases are drawn for each format and regime, from which some are taken."""

OF_ELEMENTWISE, OF_OTHERS = 24, 12
"""So many vectors an operation has in each format and regime, where there are as many; the corpus may have more."""

LARGE = 96
"""Weight beyond which a case is taken only where it is the lightest one with its hazard, or others are too few."""

HEAVY = 600
"""Weight beyond which a case is never taken."""

CORPUS, DRAWN, REPORT = "corpus", "drawn", "report"
"""Where a case is from."""

OF_ALTERNATIVES = 2
"""So many vectors each other value of a convention has in each format."""


Differs: TypeAlias = "Callable[[Case, Mapping[str, str]], bool]"
"""Whether conventions make another true value of a case than the default ones."""


@dataclass(frozen=True, eq=False)
class Chosen:
    """A case that is to become a vector."""

    case: Case
    """What is asked."""
    source: str
    """Where it is from: its place in the corpus or among those drawn, or ``report``."""
    conventions: Mapping[str, str] = field(default_factory=dict)
    """The conventions that differ from the default."""
    seen: tuple[str, ...] = ()
    """Where it has been a counterexample."""

    @property
    def key(self) -> str:
        """The same for cases that ask the same."""
        document = encoded_case(self.case)
        del document["hazards"]
        return f"{document} {sorted(self.conventions.items())}"

    @property
    def settled(self) -> Conventions:
        """All conventions."""
        return resolve(self.conventions)


def chosen(operation: str, differs: Differs) -> Iterator[Chosen]:
    """
    The cases of ``operation``, each once.

    ``differs`` tells which conventions have an influence on the true value.
    """
    declared = operations()[operation]
    merged: dict[str, Chosen] = {}
    parts = (
        *(_of_row(declared, name, regime) for name in FORMATS for regime in declared.regimes),
        *(_of_alternatives(declared, name, differs) for name in FORMATS),
        _known(operation),
    )
    for each in chain.from_iterable(parts):
        before = merged.get(each.key)
        merged[each.key] = each if before is None else replace(before, seen=(*before.seen, *each.seen))
    yield from sorted(merged.values(), key=_place)


def _place(each: Chosen) -> tuple[int, int, bool]:
    declared = each.case.declaration
    return list(FORMATS).index(each.case.format_name), declared.regimes.index(each.case.regime), each.source == REPORT


def _known(operation: str) -> Iterator[Chosen]:
    """Cases that have been counterexamples."""
    for each in known():
        if each.case.operation == operation and weight(each.case) <= HEAVY:
            yield Chosen(each.case, REPORT, each.conventions, each.seen)


def _of_row(operation: Operation, format_name: str, regime: str) -> list[Chosen]:
    """The cases of a format and regime under the default conventions."""
    listed = list(candidates(operation, format_name, regime, resolve()))
    wanted = OF_ELEMENTWISE if operation.is_elementwise else OF_OTHERS
    taken = _lightest_of_each_feature(listed)
    small = [index for index, each in enumerate(listed) if weight(each.case) <= LARGE]
    if operation.is_elementwise:
        taken |= {index for index in small if listed[index].source.startswith(CORPUS)}
    large = sorted(set(range(len(listed))) - set(small), key=lambda index: weight(listed[index].case))
    for index in (*small, *large):
        if len(taken) >= wanted:
            break
        taken.add(index)
    return [listed[index] for index in sorted(taken)]


def _lightest_of_each_feature(listed: Sequence[Chosen]) -> set[int]:
    lightest: dict[str, int] = {}
    for index, each in enumerate(listed):
        for feature in features(each.case):
            if feature not in lightest or weight(each.case) < weight(listed[lightest[feature]].case):
                lightest[feature] = index
    return set(lightest.values())


def features(case: Case) -> Iterator[str]:
    """What one vector at least has, where there is one: hazards, names, depths of networks, activations and losses."""
    yield from case.hazards
    for argument in case.arguments:
        match argument:
            case str():
                yield argument
            case Network():
                depth = len(argument.layers)
                yield f"{depth} layers ending in {argument.loss}"
                yield from (f"{each.activation}, {depth - index}" for index, each in enumerate(argument.layers))


def candidates(
    operation: Operation, format_name: str, regime: str, settled: Conventions, other: Mapping[str, str] | None = None
) -> Iterator[Chosen]:
    """All cases of a format and regime that are not heavy, each once: the corpus, then what is drawn."""
    listed = corpus(operation.name, format_name, regime, settled)
    drawn = (_drawn(operation, format_name, regime, settled, number) for number in range(1, DRAWS + 1))
    seen = set()
    for source, cases in ((CORPUS, listed), (DRAWN, drawn)):
        for number, case in enumerate(cases, start=1):
            each = Chosen(case, f"{source} {number}", other or {})
            if each.key not in seen and weight(case) <= HEAVY:
                seen.add(each.key)
                yield each


def _drawn(operation: Operation, format_name: str, regime: str, settled: Conventions, number: int) -> Case:
    name = f"{SEED} {operation.name} {format_name} {regime} {number}"
    pick = SeededPick(Random(name))  # noqa: S311 - the same cases on every machine, and no secret
    plan = drawn_plan(operation, regime, pick, limits(FORMATS[format_name], regime, settled))
    case = built(operation, format_name, regime, settled, plan, pick)
    return with_special_values(case, pick) if regime == "special" else case


def _of_alternatives(operation: Operation, format_name: str, differs: Differs) -> Iterator[Chosen]:
    """Cases whose value is another under each other value of each convention that rules the operation."""
    for name in FREE:
        for value in conventions()[name].values[1:] if name in operation.conventions else ():
            other, regimes = {name: value}, (each for each in operation.regimes if each != "special")
            listed = (candidates(operation, format_name, each, resolve(other), other) for each in regimes)
            telling = (each for each in chain.from_iterable(listed) if _tells(each, name, differs))
            yield from islice(telling, OF_ALTERNATIVES)


def _tells(each: Chosen, convention: str, differs: Differs) -> bool:
    """Whether a case is small, and ``convention`` has an influence on its value, or on which labels there are."""
    hazard = NEEDED.get(convention)
    if weight(each.case) > LARGE or (hazard and hazard not in each.case.hazards):
        return False
    return convention == "label_sum" or differs(each.case, each.conventions)


def weight(case: Case) -> int:
    """How much of a file a case takes: an entry of an answer has true value, enclosure and intervals."""
    shapes = expected_shapes(case.declaration, case.arguments)
    return sum(map(_numbers, case.arguments)) + 8 * sum(prod(shape) for _, _, shape in shapes)


def _numbers(argument: Any) -> int:  # noqa: ANN401 - whatever an operation takes
    match argument:
        case np.ndarray():
            return argument.size
        case Network():
            return sum(layer.weights.size + layer.bias.size for layer in argument.layers)
        case list() | tuple():
            return sum(map(_numbers, argument))
        case _:
            return 1
