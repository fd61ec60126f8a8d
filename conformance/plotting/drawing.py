"""The picture of one operation of a target: its case, its answer, and the drawing that suits it."""

from __future__ import annotations

import math
from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np

from ...spec.formats import FORMATS
from ..case import Case
from ..checks.finding import Kind
from ..layout import expected_shapes
from ..outcome import Value
from ..running import ScopeError
from ..strategies.cases import built
from ..strategies.hazardous import default_keywords
from ..strategies.picking import SeededPick
from ..strategies.plans import drawn_plan, limits
from ..strategies.special import SPECIAL_VALUES, family
from ..verdict import Level
from .heat_map import heat_map
from .measuring import measured
from .number_line import Line
from .real_line import Point, close_up, real_line_plot

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...spec.conventions import Conventions
    from ...spec.operations import Operation
    from ..checks.examiner import Examiner
    from .svg import Picture

DRAWS = 24
"""Of so many cases the one with the largest answer is shown."""

ONE_SIDED = ("positive",)
"""Domains without negative numbers."""

RULINGS = {
    Kind.INSIDE: "✓ as the clause says",
    Kind.OUTSIDE: "✗ not as the clause says",
    Kind.ERROR: "‼ an error",
    Kind.OPEN: "– the clause demands nothing",
    Kind.UNSUPPORTED: "– unsupported",
}
"""What is said of each."""


def line_picture(
    examiner: Examiner, operation: Operation, format_name: str, count: int, span: tuple[float | None, float | None]
) -> Picture:
    """The error of an elementwise operation over its first argument; every other one is 1."""
    number_format = FORMATS[format_name]
    line = Line(number_format)
    signed = operation.arguments[0].domain not in ONE_SIDED
    if span == (None, None):
        points = _asked(examiner, operation, format_name, line.sample(count // 2, signed=signed))
        closer = [line.between(low, high, count // 4) for low, high in close_up(points, line)]
        more = _asked(examiner, operation, format_name, [number for part in closer for number in part])
        points = sorted({point.at: point for point in (*points, *more)}.values(), key=lambda point: point.at)
    else:
        low, high = _ends(span, float(number_format.largest), signed=signed)
        points = _asked(examiner, operation, format_name, line.between(line.rank(low), line.rank(high), count))
    specials = tuple(_special(examiner, operation, format_name)) if "special" in operation.regimes else ()
    return real_line_plot(_title(examiner, operation, format_name), points, specials, line)


def _asked(examiner: Examiner, operation: Operation, format_name: str, numbers: list[float]) -> list[Point]:
    """What becomes of each number, all of them in one call."""
    if not numbers:
        return []
    (entries,) = measured(examiner, _at(operation, format_name, numbers), alone=True)
    return [Point(number, entry) for number, entry in zip(numbers, entries, strict=True)]


def map_picture(examiner: Examiner, case: Case) -> Picture:
    """The error of every entry of the answer to ``case``."""
    found = measured(examiner, case, alone=False)
    expected = expected_shapes(case.declaration, case.arguments)
    arrays = {name: (shape, entries) for (name, _, shape), entries in zip(expected, found, strict=True)}
    return heat_map(_title(examiner, case.declaration, case.format_name), arrays)


def drawn_case(operation: Operation, format_name: str, seed: int, conventions: Conventions) -> Case:
    """Of several cases of the regime ordinary the one with the largest answer; the same for the same seed."""
    pick = SeededPick(Random(f"gradspec plot {seed} {operation.name}"))  # noqa: S311 - the same on every machine, and no secret
    bounds = limits(FORMATS[format_name], "ordinary", conventions)
    cases = [
        built(operation, format_name, "ordinary", conventions, drawn_plan(operation, "ordinary", pick, bounds), pick)
        for _ in range(DRAWS)
    ]
    return max(cases, key=_size)


def _size(case: Case) -> int:
    return sum(math.prod(shape) for _, _, shape in expected_shapes(case.declaration, case.arguments))


def _ends(span: tuple[float | None, float | None], largest: float, *, signed: bool) -> tuple[float, float]:
    low, high = span
    first = (-largest if signed else 0.0) if low is None else max(low, -largest)
    last = largest if high is None else min(high, largest)
    if not first < last or (first < 0 and not signed):
        message = f"--from {first:g} --to {last:g}: the first has to be the smaller, and both in the operation's domain"
        raise ScopeError(message)
    return first, last


def _at(operation: Operation, format_name: str, numbers: list[float], regime: str = "ordinary") -> Case:
    dtype = FORMATS[format_name].dtype
    first = np.array(numbers, dtype=np.float64).astype(dtype)
    arguments: list[Any] = [first, *(np.ones_like(first) for _ in operation.arguments[1:])]
    return Case(operation.name, format_name, regime, tuple(arguments), default_keywords(operation, format_name))


def _special(examiner: Examiner, operation: Operation, format_name: str) -> Iterator[str]:
    """What comes back for the infinities and NaN, where the clause speaks of them, and whether it is right."""
    for value in SPECIAL_VALUES[family(operation.name)][0]:
        examination = examiner.value(_at(operation, format_name, [value], "special"))
        finding, outcome = examination.findings[Level.STRICT], examination.outcome
        got = repr(float(outcome.arrays[0].reshape(-1)[0])) if isinstance(outcome, Value) else "no answer"
        reason = f" ({finding.reason})" if finding.reason else ""
        yield f"at {value!r}: {got}, {RULINGS[finding.kind]}{reason}"


def _title(examiner: Examiner, operation: Operation, format_name: str) -> str:
    name = f"{examiner.target.name} {examiner.target.version}".strip()
    return f"{operation.name} of {name} in {format_name}"
