"""Causes that multiply an answer: signs, halves, numbers of samples and entries, and constants read off the answers."""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Any

from flint import arb

from ...oracle.alterations import Alteration
from ...oracle.arithmetic.arrays import as_array
from ...oracle.arithmetic.ball import exact_ball
from ...oracle.arithmetic.rounded import Rounded
from ...spec import shapes
from ..layout import sizes_of
from .cause import Cause, numbers, on_part, parts_of
from .recursion import DELTA

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from ...oracle.arithmetic.arrays import Array
    from ...spec.formats import Format
    from ...spec.operations import Operation
    from .cause import Part
    from .evidence import Evidence

    Factor = Callable[[Mapping[str, int]], Fraction]

CONSTANTS: Mapping[str, tuple[Fraction, str]] = {
    "sign": (Fraction(-1), "has the opposite sign"),
    "factor 2": (Fraction(2), "is twice the right one"),
    "factor 1/2": (Fraction(1, 2), "is half of the right one"),
    "zero": (Fraction(0), "is zero"),
}
"""Factors that are the same at every case."""

KNOWN = (-1, 0, 0.5, 1, 2)
"""Constant factors that have a name of their own, or are none."""

NEAR = 1e-3
"""A constant that is this close to 1 is told by its difference."""

LENGTHS: Mapping[str, str] = {
    "N": "N, the number of samples",
    "n_L": "the number of outputs",
    "m": "m, the number of units or entries",
    "n": "n, the number of inputs",
    "n_0": "the number of inputs",
}
"""The numbers of an example that are forgotten or divided by once too often, by the name of the axis."""


def scalings(operation: Operation) -> Iterator[Cause]:
    """The whole answer, or a part of it, times a constant or a number of the example."""
    for part in parts_of(operation):
        for name, (factor, words) in CONSTANTS.items():
            yield _scaled(operation, part, name, words, partial(_constant, factor))
        for axis, words in LENGTHS.items():
            if axis not in _axes(operation):
                continue
            for power, text in ((1, f"is the right one times {words}"), (-1, f"is the right one divided by {words}")):
                name = f"factor {axis}" if power > 0 else f"factor 1/{axis}"
                yield _scaled(operation, part, name, text, partial(_power, axis, power))


def _axes(operation: Operation) -> set[str]:
    """The names of the lengths of an example, as far as its arguments show them."""
    named = set().union(*(shapes.names(argument.shape) for argument in operation.arguments))
    return named | ({"n_0", "n_L"} if "network" in named else set())


def _constant(factor: Fraction, lengths: Mapping[str, int]) -> Fraction:
    del lengths
    return factor


def _power(axis: str, power: int, lengths: Mapping[str, int]) -> Fraction:
    return Fraction(lengths.get(axis, 1)) ** power


def _scaled(operation: Operation, part: Part, name: str, words: str, factor: Factor) -> Cause:
    def change(arithmetic: Any, array: Array, arguments: Sequence[Any]) -> Array:
        by = factor(sizes_of(operation, arguments))
        del arithmetic
        return as_array(array * by.numerator) if by.denominator == 1 else as_array(array / by.denominator)

    return Cause(name, f"{part.words} {words}", Alteration(of_answer=on_part(operation, part, change)))


def handed_down() -> Iterator[Cause]:
    """A constant at every step of backpropagation, so that each layer has one more of it than the layer above."""
    for name, words in (("sign", "with the opposite sign"), ("factor 2", "doubled"), ("factor 1/2", "halved")):
        factor, _ = CONSTANTS[name]
        sentence = f"delta is handed from each layer to the one below it {words}"
        yield Cause(name, sentence, Alteration(instead={DELTA: partial(_step, factor)}))


def _step(factor: Fraction, arithmetic: Any, right: Callable[..., Any], *given: Any, **named: Any) -> Array:
    delta = numbers(arithmetic, right(arithmetic, *given, **named))
    return as_array(delta * factor.numerator / factor.denominator)


# constants that the answers show


def estimated(evidence: Evidence) -> Iterator[Cause]:
    """The factor, or the summand, that takes every right entry to the recorded one, where there is one."""
    operation = evidence.operation
    for part in parts_of(operation):
        for name, words, measure, change in (
            ("constant factor", "is the right one times", _ratio, _times),
            ("constant summand", "is the right one plus", _difference, _plus),
        ):
            found = _common(evidence.entries(part), measure)
            if found is not None and not (measure is _ratio and any(found.contains(known) for known in KNOWN)):
                yield Cause(
                    name,
                    f"{part.words} {words} {_text(found)}",
                    Alteration(of_answer=on_part(operation, part, partial(change, found))),
                )


def _text(constant: arb) -> str:
    """As many digits as are known, and more of what is left of a number close to 1."""
    middle = float(constant.mid())
    return f"1 {middle - 1:+.3g}" if 0 < abs(middle - 1) < NEAR else f"{middle:.6g}"


def _common(entries: Iterable[tuple[float, arb, Format]], measure: Callable[[arb, arb], arb | None]) -> arb | None:
    """The interval that holds one constant for all ``entries``, None where no constant fits them."""
    common: arb | None = None
    for got, allowed, number_format in entries:
        found = measure(_before_rounding(got, number_format), allowed)
        if found is None or not found.is_finite():
            continue
        if common is not None and not common.overlaps(found):
            return None
        common = found if common is None else common.intersection(found)
    return common


def _before_rounding(got: float, number_format: Format) -> arb:
    """What may have been rounded to ``got``, by the constant's operation and once more in the end."""
    relative = 2 * exact_ball(number_format.unit_roundoff)
    return arb(arb(got, abs(arb(got)) * relative), exact_ball(number_format.smallest_subnormal))


def _ratio(got: arb, allowed: arb) -> arb | None:
    return None if allowed.contains(0) else got / allowed


def _difference(got: arb, allowed: arb) -> arb:
    return got - allowed


def _times(factor: arb, arithmetic: Any, array: Array, arguments: Sequence[Any]) -> Array:
    del arguments
    return as_array(array * Rounded(arithmetic, factor))


def _plus(summand: arb, arithmetic: Any, array: Array, arguments: Sequence[Any]) -> Array:
    del arguments
    return as_array(array + Rounded(arithmetic, summand))
