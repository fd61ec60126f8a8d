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
from ...oracle.arithmetic.arrays import entrywise
from ...oracle.envelopes import admits, settled
from ...spec.network import Network
from ..judgement import is_decided_alone
from ..layout import expected_shapes

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from ...oracle.alterations import OfAnswer
    from ...oracle.arithmetic.arrays import Array
    from ...oracle.envelopes import Envelope
    from ...spec.formats import Format
    from ...spec.network import Layer
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
    part: Part | None = None
    """The arrays of the answer that it computes, where the others are right; None for all of them."""

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
    if len(envelope.boxes[0]) != len(recorded.answer):
        return Comparison(is_possible=False, is_telling=True)
    if cause.part is None:
        return _in_one_box(recorded, envelope, range(len(recorded.answer)))
    names = [name for name, _, _ in expected_shapes(recorded.case.declaration, recorded.case.arguments)]
    wrong = [index for index, name in enumerate(names) if cause.part.holds(*place_of(name, names))]
    others = [index for index in range(len(names)) if index not in wrong]
    found = _in_one_box(recorded, envelope, wrong)
    rest = _in_one_box(recorded, settled(evidence.right(recorded)), others)
    return Comparison(found.is_possible and rest.is_possible, found.is_telling or rest.is_telling)


def _in_one_box(recorded: Recorded, envelope: Envelope, places: Collection[int]) -> Comparison:
    """Whether the arrays of an answer at ``places`` lie in one and the same box."""
    answer = [recorded.answer[place] for place in places]
    if not _has_form(recorded, answer, [envelope.boxes[0][place] for place in places], envelope.number_format):
        return Comparison(is_possible=False, is_telling=True)
    boxes = [_compared(answer, [box[place] for place in places], envelope) for box in envelope.boxes]
    return max(boxes, key=lambda each: (each.is_possible, each.is_telling))


def _has_form(recorded: Recorded, answer: Sequence[FloatArray], box: Sequence[Array], number_format: Format) -> bool:
    """Whether arrays have the shapes of a box and, where it is of a narrower format, hold numbers of that."""
    if [array.shape for array in answer] != [allowed.shape for allowed in box]:
        return False
    is_narrower = number_format.precision < recorded.case.number_format.precision
    return not is_narrower or all(_holds(number_format, array) for array in answer)


def _holds(number_format: Format, array: FloatArray) -> bool:
    """Whether every number of ``array`` is one of the format."""
    numbers = array.astype(float)
    with np.errstate(over="ignore"):
        return bool(np.array_equal(numbers.astype(number_format.dtype).astype(float), numbers, equal_nan=True))


def _compared(answer: Sequence[FloatArray], box: Sequence[Array], envelope: Envelope) -> Comparison:
    telling = False
    for array, allowed in zip(answer, box, strict=True):
        for got, entry in zip(array.astype(float).reshape(-1).tolist(), allowed.reshape(-1), strict=True):
            if not admits(entry, got, envelope.number_format):
                return Comparison(is_possible=False, is_telling=True)
            telling = telling or (not math.isnan(got) and is_decided_alone(entry, envelope))
    return Comparison(is_possible=True, is_telling=telling)


@dataclass(frozen=True)
class Part:
    """Some of the arrays of an answer."""

    words: str
    """What they are, as the subject of a sentence."""
    holds: Callable[[str, int, int], bool]
    """Whether an array is one of them: by the name of its result, its place in a list of layers, and their number."""


def _is_layer(number: int, name: str, layer: int, layers: int) -> bool:
    """Whether an array is that of layer ``number``, which has one below it."""
    del name, layers
    return layer == number - 1


WHOLE = Part("the answer", lambda _name, _layer, _layers: True)
"""Every array."""

NUMBERED = range(2, 5)
"""Layers that are told by their number, counted from 1; no network is drawn with more."""

BY_LAYER = (
    Part("the part of the last layer", lambda _name, layer, layers: layer == layers - 1),
    Part("the part of the first layer", lambda _name, layer, _layers: layer == 0),
    Part("the part of every layer but the last", lambda _name, layer, layers: layer < layers - 1),
    Part("the part of every layer but the first", lambda _name, layer, _layers: layer > 0),
    *(Part(f"the part of layer {number}", partial(_is_layer, number)) for number in NUMBERED),
)
"""Of an answer that has one array a layer."""


def _is_of_parameters(name: str) -> bool:
    """Whether a result is a derivative with respect to weights or biases, by its name."""
    return name.lower().startswith(("dw", "db"))


def parts_of(operation: Operation) -> Iterator[Part]:
    """The whole answer, each of its results, and, where one has an array a layer, those of some layers."""
    yield WHOLE
    names = [result.name for result in operation.results]
    if len(names) > 1:
        yield from map(of_result, names)
    if 0 < sum(map(_is_of_parameters, names)) < len(names):
        yield Part("the gradient of the parameters", lambda name, _layer, _layers: _is_of_parameters(name))
    by_layer = [result.name for result in operation.results if result.shape.startswith("all ")]
    if by_layer:
        yield from BY_LAYER
    if len(names) > 1:
        yield from (_both(of_result(name), part) for name in by_layer for part in BY_LAYER)


def of_result(wanted: str) -> Part:
    """Every array of the result of this name."""
    return Part(wanted, lambda name, _layer, _layers: name == wanted)


def _both(result: Part, layers: Part) -> Part:
    """The arrays of one result in some layers."""
    return Part(
        f"{result.words} {layers.words.removeprefix('the part ')}",
        lambda *place: result.holds(*place) and layers.holds(*place),
    )


def on_part(operation: Operation, part: Part, change: OfArray) -> OfAnswer:
    """``change`` of every array of ``part``, and the others as they are."""

    def altered(arithmetic: Any, answer: Any, arguments: Sequence[Any]) -> list[Array]:
        names = [name for name, _, _ in expected_shapes(operation, arguments)]
        arrays = zip(names, leaves(answer), strict=True)
        return [
            change(arithmetic, numbers(arithmetic, array), arguments) if part.holds(*place_of(name, names)) else array
            for name, array in arrays
        ]

    return altered


def numbers(arithmetic: Any, array: Array) -> Array:
    """``array`` in numbers of the arithmetic, for an answer may hold exact constants as plain ones."""
    return entrywise(arithmetic.lift, array)


def place_of(name: str, names: Sequence[str]) -> tuple[str, int, int]:
    """The name of a result, the place of an array in its list of layers, and how many layers there are."""
    result, bracket, index = name.partition("[")
    layers = sum(each.startswith(f"{result}[") for each in names)
    return result, int(index.rstrip("]")) if bracket else 0, max(layers, 1)


def by_name(case: Case) -> dict[str, Any]:
    """The arguments of ``case``, by name, in order."""
    names = [argument.name for argument in case.declaration.arguments]
    return dict(zip(names, case.arguments, strict=True))


def at(case: Case, **changed: Any) -> Case:
    """``case`` with the arguments of these names replaced."""
    return replace(case, arguments=tuple({**by_name(case), **changed}.values()))


def in_layers(change: Callable[[Layer], Layer]) -> Callable[[Case], Case]:
    """A case with ``change`` of every layer of its networks."""

    def changed(case: Case) -> Case:
        arguments = [
            Network(tuple(map(change, argument.layers)), argument.loss) if isinstance(argument, Network) else argument
            for argument in case.arguments
        ]
        return replace(case, arguments=tuple(arguments))

    return changed


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
