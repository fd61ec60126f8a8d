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
    from collections.abc import Iterator

    from ...spec.conventions import Conventions
    from ..case import Case

BOUNDS = tuple(
    Limits(layers=2, narrowest=least, width=least + 1, samples=(least, least + 1)) for least in range(6, 24, 3)
)
"""Of cases no array of which has the shape of one of another; vectors may be longer by one."""


def of_unmet_shapes(case: Case, conventions: Conventions) -> Iterator[Case]:
    """Cases of the same operation, format and regime, of new shapes that differ; the same ones for equal cases."""
    random = Random(json.dumps(encoded_case(case)))  # noqa: S311 - the same cases on every machine, and no secret
    return (_drawn(case, conventions, bounds, random) for bounds in BOUNDS)


def _drawn(case: Case, conventions: Conventions, bounds: Limits, random: Random) -> Case:
    pick = SeededPick(random)
    plan = drawn_plan(case.declaration, case.regime, pick, bounds)
    plan = replace(plan, shape=(pick.one_of(bounds.samples),))
    return built(case.declaration, case.format_name, case.regime, conventions, plan, pick)
