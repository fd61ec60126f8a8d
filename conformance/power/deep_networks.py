"""Networks deeper and wider than those of a run, to see how much of their answers is decided."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from ...spec.formats import FORMATS
from ..case import Case
from ..strategies.building import Builder
from ..strategies.picking import SeededPick
from ..strategies.plans import Limits, drawn_plan
from ..verdict import LEVELS_OF_REGIME
from .right_answers import recorder_of_the_reference
from .undecided import Share, share_of_examinations

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...spec.conventions import Conventions
    from ...spec.operations import Operation
    from .selection import Selection

LIMITS = Limits(layers=4, width=32, samples=(1, 2, 3, 5))
"""How deep and wide they are at most; every depth and width up to it is as likely."""

NETWORKS = "depth up to 4, width up to 32"
"""The same in words."""

FORMAT_NAMES = ("float64", "float32")
"""Where networks of this size are decided; in the half formats sums of this length decide nothing."""

REGIMES = ("ordinary", "wide", "extreme")
"""Where they are drawn; nothing is rounded in the regime exact."""

DRAWN = 24
"""Networks for each operation, format and regime."""


def takes_network(operation: Operation) -> bool:
    """Whether an operation is given a network."""
    return any(argument.shape == "network" for argument in operation.arguments)


def deep_shares(selection: Selection, operation: Operation, format_name: str) -> Iterator[Share]:
    """How much is decided of the reference's answers to one operation, by regime and level."""
    examiner = recorder_of_the_reference()
    for regime in REGIMES:
        if regime in operation.regimes:
            cases = _drawn(operation, format_name, regime, examiner.conventions, selection.seed)
            examinations = [examiner.value(case) for case in cases]
            for level in LEVELS_OF_REGIME[regime]:
                yield share_of_examinations(examinations, level, NETWORKS)


def _drawn(operation: Operation, format_name: str, regime: str, conventions: Conventions, seed: int) -> Iterator[Case]:
    for index in range(DRAWN):
        random = Random(f"{seed} {operation.name} {format_name} {regime} {index}")  # noqa: S311 - no secret
        pick = SeededPick(random)
        builder = Builder(operation, FORMATS[format_name], regime, conventions)
        plan = drawn_plan(operation, regime, pick, LIMITS)
        yield Case(
            operation.name,
            format_name,
            regime,
            builder.arguments(plan, pick),
            builder.keywords(plan, pick),
            plan.hazards,
        )
