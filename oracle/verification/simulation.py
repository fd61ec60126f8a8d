"""
Simulation of admissible evaluations, the witness of clause ``accuracy.envelope``: none may leave its envelope.

For every operation, format and level arguments are drawn and rounded to the format; every other time they are
stretched by a power of two towards overflow or underflow. Then the operation is evaluated once in each style of
:mod:`gradspec.oracle.verification.admissible`, and the answer is held against the envelope that the oracle draws
around the same arguments.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from flint import arb

from ...spec.formats import FLOAT32, FORMATS
from ...spec.network import Network
from ...spec.operations import operations
from ..arguments import leaves, lifted
from ..arithmetic.allowances import MUST, SHOULD
from ..arithmetic.rounded import NAN, NEGATIVE, POSITIVE, Rounded
from ..envelopes import admits, around
from ..propositions import PROPOSITIONS
from .admissible import STYLES, Admissible
from .certificate import Disagreement
from .comparison import DIFFERENCE_DIGITS, Compared, described, shown
from .points import Point
from .points import points as drawn_points

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ...spec.conventions import Conventions
    from ...spec.formats import Format
    from ...spec.operations import Operation
    from ..arithmetic.arrays import Array, Number
    from ..envelopes import Box, Envelope

SIMULATED = "accuracy.envelope"
"""The clause that is simulated."""

SHARE = 10
"""One point is simulated for so many that a certificate asks for: each is evaluated many times."""

PROMISED = 4
"""One point in so many is simulated under each promise that a target may make."""

STRETCHED = {"real", "logit", "input", "parameter", "nonzero", "positive"}
"""The domains whose numbers may have any magnitude."""


def simulated(points: int, seed: int) -> Iterator[Compared]:
    """Every operation in every format, at both levels and in every style, at a share of ``points``."""
    count = -(-points // SHARE)
    for operation in operations().values():
        for number_format in FORMATS.values():
            rng = random.Random(f"{seed} {operation.name} {number_format.name}")  # noqa: S311 - reproducible draws
            for index, point in enumerate(drawn_points(operation, count, seed)):
                held = in_format(point, operation, number_format, rng if index % 2 else None)
                held = replace(held, conventions=promised(held.conventions, number_format, rng))
                for level in (MUST, SHOULD):
                    yield evaluated(operation, held, number_format, level, rng)


def promised(settled: Conventions, number_format: Format, rng: random.Random) -> Conventions:
    """``settled``, now and then with the promises that a target of that format may make about its rounding."""
    promises = {"subnormals": "flush"}
    if number_format.is_half:
        promises["intermediates"] = "float32"
    if number_format is FLOAT32:
        promises["matmul_inputs"] = rng.choice(("tf32", "bfloat16"))
    made = {name: value for name, value in promises.items() if rng.random() < 1 / PROMISED}
    return dict(settled) | made


def in_format(point: Point, operation: Operation, number_format: Format, stretch: random.Random | None) -> Point:
    """``point`` with every number rounded to the format, and stretched first where ``stretch`` is given."""
    limit = number_format.largest_exponent - 8
    scale = 0 if stretch is None else stretch.choice((-1, 1)) * stretch.randint(limit // 4, limit)

    def rounded(number: float, exponent: int = 0) -> float:
        return float(np.float64(math.ldexp(number, exponent)).astype(number_format.dtype))

    def stretched(number: float) -> float:
        return rounded(number, scale)

    arguments = [
        _mapped(argument, stretched if declared.domain in STRETCHED else rounded)
        for argument, declared in zip(point.arguments, operation.arguments, strict=True)
    ]
    keywords = {name: rounded(number) for name, number in point.keywords.items()}
    return replace(point, arguments=tuple(arguments), keywords=keywords)


def _mapped(argument: Any, function: Callable[[float], float]) -> Any:  # noqa: ANN401 - whatever an operation takes
    match argument:
        case np.ndarray():
            numbers = [function(float(number)) for number in argument.reshape(-1)]
            return np.array(numbers, dtype=np.float64).reshape(argument.shape)
        case float():
            return function(argument)
        case list():
            return [_mapped(each, function) for each in argument]
        case Network():
            layers = (
                replace(
                    layer,
                    weights=_mapped(layer.weights, function),
                    bias=_mapped(layer.bias, function),
                    slope=None if layer.slope is None else function(layer.slope),
                )
                for layer in argument.layers
            )
            return Network(tuple(layers), argument.loss)
        case _:
            return argument


def evaluated(operation: Operation, point: Point, number_format: Format, level: str, rng: random.Random) -> Compared:
    """One evaluation in each style against the envelope of ``point``."""
    witness = f"an admissible evaluation in {number_format.name} at {level}"
    envelope = around(
        operation.name,
        point.arguments,
        point.keywords,
        number_format=number_format,
        conventions=point.conventions,
        level=level,
    )
    numbers, found = 0, []
    for style in STYLES:
        rules = Admissible(number_format, point.conventions, level=level, style=style, rng=rng)
        answer = _answer(operation, point, rules)
        numbers += sum(array.size for array in answer)
        outside = entries_outside(answer, envelope)
        if outside:
            found.append(_differing(f"{witness}: {operation.name}, {style}", point, outside[0]))
    return Compared(witness, numbers, tuple(found))


def _answer(operation: Operation, point: Point, rules: Admissible) -> list[Array]:
    arguments = [lifted(rules, argument) for argument in point.arguments]
    keywords = {name: lifted(rules, number) for name, number in point.keywords.items()}
    answer = leaves(PROPOSITIONS[operation.clause](rules, *arguments, **keywords))
    result = []
    for array in answer:
        settled = np.empty(array.shape, dtype=object)
        settled.reshape(-1)[:] = [rules.settle(number) for number in array.reshape(-1)]
        result.append(settled)
    return result


@dataclass(frozen=True)
class Outside:
    """An entry of an answer that lies outside of its envelope."""

    array: int
    """Which array of the answer."""
    place: tuple[int, ...]
    """Where in it."""
    allowed: Rounded
    """What is allowed there."""
    got: Number
    """What came instead."""


def _differing(witness: str, point: Point, entry: Outside) -> Disagreement:
    ends = (shown(end) for end in (entry.allowed.ball.lower(), entry.allowed.ball.upper()))
    flags = ((NEGATIVE, "-inf"), (POSITIVE, "inf"), (NAN, "nan"))
    allowed = [f"[{', '.join(ends)}]", *(name for flag, name in flags if entry.allowed.specials & flag)]
    got = arb(entry.got)
    beyond = shown(abs(got - entry.allowed.ball.mid()) - entry.allowed.ball.rad(), DIFFERENCE_DIGITS)
    place = f"{entry.array} {list(entry.place)}"
    return Disagreement(SIMULATED, witness, described(point), place, " or ".join(allowed), shown(got), beyond)


def entries_outside(answer: list[Array], envelope: Envelope) -> list[Outside]:
    """The entries outside of the box that holds most of ``answer``; none if a box holds the whole of it."""
    found = [_outside(answer, box, envelope.number_format) for box in envelope.boxes]
    return min(found, key=len)


def _outside(answer: list[Array], box: Box, number_format: Format) -> list[Outside]:
    return [
        Outside(index, place, allowed, got)
        for index, (values, bounds) in enumerate(zip(answer, box, strict=True))
        for place, got, allowed in zip(np.ndindex(values.shape), values.reshape(-1), bounds.reshape(-1), strict=True)
        if not admits(allowed, got, number_format)
    ]
