"""
What a cause is: one way in which an implementation may be wrong, precise enough to say what it would answer.

A cause asks the oracle another question: at other arguments, under other conventions, or with a formula altered. What
may come back under it is an envelope, as for the right answer, so that rounding is no reason to reject it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from ...oracle.alterations import UNALTERED, Alteration
from ...oracle.arguments import leaves
from ...oracle.envelopes import admits, settled
from ...spec.network import Network
from ..judgement import is_decided_alone
from ..layout import expected_shapes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from ...oracle.alterations import OfAnswer
    from ...oracle.arithmetic.arrays import Array
    from ...oracle.envelopes import Box, Envelope
    from ...spec.formats import Format
    from ...spec.operations import Operation
    from ..case import Case
    from ..judgement import FloatArray
    from .evidence import Evidence, Recorded

    OfArray = Callable[[Any, Array, Sequence[Any]], Any]
    """What becomes of one array of an answer: a function of the arithmetic, the array and the arguments."""


@dataclass(frozen=True)
class Cause:
    """One way to be wrong."""

    name: str
    """A word or two, the same for the same kind of cause in every operation."""
    sentence: str
    """What the implementation behaves like, as the end of a sentence."""
    altered: Alteration = UNALTERED
    """What it computes otherwise."""
    case: Callable[[Case], Case | None] | None = None
    """Where it computes it; None of a case at which it cannot be asked, and which then says nothing of it."""
    conventions: Mapping[str, str] = field(default_factory=dict)
    """The conventions that it follows in place of the declared ones."""
    admits_every_form: bool = False
    """Whether it may compute everything else by any listed form, although the level asked about admits stable ones."""

    @property
    def is_of_answer(self) -> bool:
        """Whether it alters nothing but a right answer."""
        altered = self.altered.instead or self.altered.form or self.altered.product_bits
        return not (altered or self.case or self.conventions or self.admits_every_form)


@dataclass(frozen=True)
class Comparison:
    """One recorded answer under one cause."""

    is_possible: bool
    """Whether an implementation with this cause may give the answer."""
    is_telling: bool
    """Whether the envelope is narrow enough for that to mean anything."""


SAYS_NOTHING = Comparison(is_possible=True, is_telling=False)
"""Of a case at which the cause cannot be asked, or whose arguments it takes out of the range of the format."""


def compare(cause: Cause, recorded: Recorded, evidence: Evidence) -> Comparison:
    """Whether the recorded answer is one that an implementation with this cause may give at the level in question."""
    asked = recorded.case if cause.case is None else cause.case(recorded.case)
    if asked is None or not _is_finite(asked.arguments):
        return SAYS_NOTHING
    if not evidence.reaches(cause, recorded):
        return Comparison(is_possible=recorded.passes, is_telling=True)
    envelope = settled(evidence.evaluations(cause, recorded, asked), cause.altered.of_answer)
    is_narrower = asked.number_format.precision < recorded.case.number_format.precision
    shapes = [array.shape for array in envelope.boxes[0]]
    if [array.shape for array in recorded.answer] != shapes or (
        is_narrower and not all(_holds(asked.number_format, array) for array in recorded.answer)
    ):
        return Comparison(is_possible=False, is_telling=True)
    boxes = [_compared(recorded.answer, box, envelope) for box in envelope.boxes]
    return max(boxes, key=lambda each: (each.is_possible, each.is_telling))


def _holds(number_format: Format, array: FloatArray) -> bool:
    """Whether every number of ``array`` is one of the format."""
    numbers = array.astype(float)
    with np.errstate(over="ignore"):
        return bool(np.array_equal(numbers.astype(number_format.dtype).astype(float), numbers, equal_nan=True))


def _compared(answer: Sequence[FloatArray], box: Box, envelope: Envelope) -> Comparison:
    telling = False
    for array, allowed in zip(answer, box, strict=True):
        for got, entry in zip(array.astype(float).reshape(-1).tolist(), allowed.reshape(-1), strict=True):
            if not admits(entry, got, envelope.number_format):
                return Comparison(is_possible=False, is_telling=True)
            telling = telling or is_decided_alone(entry, envelope)
    return Comparison(is_possible=True, is_telling=telling)


@dataclass(frozen=True)
class Part:
    """Some of the arrays of an answer."""

    words: str
    """What they are, as the subject of a sentence."""
    holds: Callable[[str, int, int], bool]
    """Whether an array is one of them: by the name of its result, its place in a list of layers, and their number."""


WHOLE = Part("the answer", lambda _name, _layer, _layers: True)
"""Every array."""

BY_LAYER = (
    Part("the part of the last layer", lambda _name, layer, layers: layer == layers - 1),
    Part("the part of the first layer", lambda _name, layer, _layers: layer == 0),
    Part("the part of every layer but the last", lambda _name, layer, layers: layer < layers - 1),
)
"""Of an answer that has one array a layer."""


def _is_of_parameters(name: str) -> bool:
    """Whether a result is a derivative with respect to weights or biases, by its name."""
    return name.lower().startswith(("dw", "db"))


def parts_of(operation: Operation) -> Iterator[Part]:
    """The whole answer, each of its results, and, where it has one array a layer, those of some layers."""
    yield WHOLE
    names = [result.name for result in operation.results]
    if len(names) > 1:
        yield from (Part(name, partial(_is_of, name)) for name in names)
    if 0 < sum(map(_is_of_parameters, names)) < len(names):
        yield Part("the gradient of the parameters", lambda name, _layer, _layers: _is_of_parameters(name))
    if any(result.shape.startswith("all ") for result in operation.results):
        yield from BY_LAYER


def _is_of(wanted: str, name: str, layer: int, layers: int) -> bool:
    del layer, layers
    return name == wanted


def on_part(operation: Operation, part: Part, change: OfArray) -> OfAnswer:
    """``change`` of every array of ``part``, and the others as they are."""

    def altered(arithmetic: Any, answer: Any, arguments: Sequence[Any]) -> list[Array]:
        names = [name for name, _, _ in expected_shapes(operation, arguments)]
        arrays = zip(names, leaves(answer), strict=True)
        return [
            change(arithmetic, array, arguments) if part.holds(*place_of(name, names)) else array
            for name, array in arrays
        ]

    return altered


def place_of(name: str, names: Sequence[str]) -> tuple[str, int, int]:
    """The name of a result, the place of an array in its list of layers, and how many layers there are."""
    result, bracket, index = name.partition("[")
    layers = sum(each.startswith(f"{result}[") for each in names)
    return result, int(index.rstrip("]")) if bracket else 0, max(layers, 1)


def at(case: Case, **changed: Any) -> Case:
    """``case`` with the arguments of these names replaced."""
    names = [argument.name for argument in case.declaration.arguments]
    pairs = zip(names, case.arguments, strict=True)
    return replace(case, arguments=tuple(changed.get(name, value) for name, value in pairs))


def _is_finite(argument: Any) -> bool:
    """Whether no number among the arguments left the range of the format."""
    match argument:
        case np.ndarray():
            return bool(np.isfinite(argument).all())
        case Network():
            return all(_is_finite(layer.weights) and _is_finite(layer.bias) for layer in argument.layers)
        case list() | tuple():
            return all(map(_is_finite, argument))
        case float():
            return math.isfinite(argument)
        case _:
            return True
