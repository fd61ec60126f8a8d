"""
Cases of shapes that no row draws: larger than what is drawn, and smaller than a long array.

A target that remembers something by its shape alone has been asked for the shapes of the rows before, and answers them
as a wrong function without any memory would. Of a shape that is new to it, it gives one right answer.
"""

from __future__ import annotations

import json
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

from ..encoding import encoded_case
from .cases import built
from .picking import SeededPick
from .plans import Limits, drawn_plan

if TYPE_CHECKING:
    from ...spec.conventions import Conventions
    from ..case import Case

BOUNDS = (
    Limits(layers=2, narrowest=6, width=11, samples=tuple(range(6, 12))),
    Limits(layers=2, narrowest=13, width=18, samples=tuple(range(13, 19))),
)
"""Of two cases, no array of which has the shape of one of the other; vectors may be longer by one."""


def of_unmet_shapes(case: Case, conventions: Conventions) -> tuple[Case, ...]:
    """Two cases of the same operation, format and regime, of new shapes that differ; the same two for equal cases."""
    random = Random(json.dumps(encoded_case(case)))  # noqa: S311 - the same cases on every machine, and no secret
    return tuple(_drawn(case, conventions, bounds, random) for bounds in BOUNDS)


def _drawn(case: Case, conventions: Conventions, bounds: Limits, random: Random) -> Case:
    pick = SeededPick(random)
    plan = drawn_plan(case.declaration, case.regime, pick, bounds)
    plan = replace(plan, shape=(pick.one_of(bounds.samples),))
    return built(case.declaration, case.format_name, case.regime, conventions, plan, pick)
