"""An evaluation as a table for a person, and as a document for a program."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from ...oracle.correct_rounding import nearest_fraction
from ...oracle.evaluating import SHOWN_BEYOND
from ..encoding import encoded
from ..layout import expected_shapes, incoming, outgoing
from . import numbers

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ...oracle import CertifiedAnswer, CertifiedNumber
    from ...spec.formats import Format
    from ...spec.operations import Operation

NOTHING = "?"
"""In the place of digits where not even the first is proven, and of a value of which nothing is known."""

SHOWN = 6
"""So many numbers of an argument are shown with their hex floats."""


def table(answer: CertifiedAnswer, operation: Operation) -> Iterator[str]:
    """The lines that ``gradspec eval`` prints."""
    yield f"{answer.operation} in {answer.number_format.name}: {operation.summary}"
    ruling = [f"{name}={answer.conventions[name]}" for name in operation.conventions]
    if ruling:
        yield f"conventions: {', '.join(ruling)}"
    for argument, value in zip(operation.arguments, answer.arguments, strict=True):
        yield f"{argument.name} = {_shown(outgoing(value, argument.shape, answer.conventions))}"
    for name, value in answer.keywords.items():
        yield f"{name} = {_shown(np.array(value))}"
    yield ""
    heading = ("entry", "digits", answer.number_format.name, "hex", "enclosure")
    rows = [heading, *(_row(entry, number, answer) for entry, number in _entries(answer, operation))]
    yield from _columns(rows)
    yield ""
    yield _ending(answer)


def _shown(argument: Any) -> str:  # noqa: ANN401 - whatever an operation takes
    if isinstance(argument, np.ndarray) and argument.size <= SHOWN:
        values = [numbers.number(float(number).hex()) for number in argument.reshape(-1)]
        return values[0] if argument.ndim == 0 else f"[{', '.join(values)}] shape {argument.shape}"
    return numbers.argument(encoded(argument))


def _entries(answer: CertifiedAnswer, operation: Operation) -> Iterator[tuple[str, CertifiedNumber]]:
    """Every entry with its name, in the layout of the conventions."""
    for name, array in _arrays(answer, operation):
        for place in np.ndindex(array.shape):
            index = f"[{', '.join(map(str, place))}]" if place else ""
            yield f"{name}{index}", array[place]


def _arrays(answer: CertifiedAnswer, operation: Operation) -> Iterator[tuple[str, Any]]:
    """Every array of certified numbers, in the layout of the conventions."""
    shapes = expected_shapes(operation, answer.arguments)
    for array, (name, words, _) in zip(answer.arrays, shapes, strict=True):
        yield name, incoming(array.numbers, words, answer.conventions)


def _row(entry: str, number: CertifiedNumber, answer: CertifiedAnswer) -> tuple[str, ...]:
    values = [shortest(value, answer.number_format) for value in number.candidates]
    hexes = [numbers.short_hex(value.hex()) for value in number.candidates]
    low, high = number.enclosure(answer.digits + SHOWN_BEYOND)
    enclosure = "exact" if number.is_exact else f"[{low}, {high}]"
    return entry, number.digits or NOTHING, " or ".join(values) or NOTHING, " or ".join(hexes) or NOTHING, enclosure


def _columns(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _ending(answer: CertifiedAnswer) -> str:
    entries = [number for array in answer.arrays for number in array.numbers.reshape(-1)]
    resolved = [number for number in entries if number.is_resolved]
    exact = sum(number.is_exact for number in resolved)
    said = [f"{len(resolved)} of {len(entries)} certain to {answer.digits} digits and correctly rounded"]
    said += [f"{exact} of them exact"] if exact else []
    undefined = sum(not number.candidates for number in entries)
    opened = len(entries) - len(resolved) - undefined
    said += [f"{opened} UNRESOLVED at the largest precision"] if opened else []
    said += [f"{undefined} UNDEFINED here, or not enclosed"] if undefined else []
    return f"{', '.join(said)}; {answer.bits} bits"


def shortest(value: float, number_format: Format) -> str:
    """The shortest decimal that rounds to ``value``, a number of the format."""
    if not math.isfinite(value) or number_format.name == "float64":
        return repr(value)
    for digits in range(1, 18):
        decimal = float(f"{value:.{digits}g}")
        if nearest_fraction(Fraction(f"{value:.{digits}g}"), number_format).value() == value:
            return repr(decimal)
    return repr(value)


def document(answer: CertifiedAnswer, operation: Operation) -> dict[str, Any]:
    """Everything as JSON values; ends of enclosures also exactly, as ``mantissa*2^exponent``."""
    arguments = zip(operation.arguments, answer.arguments, strict=True)
    return {
        "operation": answer.operation,
        "format": answer.number_format.name,
        "conventions": {name: answer.conventions[name] for name in operation.conventions},
        "digits": answer.digits,
        "arguments": [encoded(outgoing(value, declared.shape, answer.conventions)) for declared, value in arguments],
        "keywords": {name: value.hex() for name, value in answer.keywords.items()},
        "bits": answer.bits,
        "unresolved": answer.unresolved,
        "results": [
            {
                "name": name,
                "shape": list(array.shape),
                "entries": [_facts(number, answer.digits) for number in array.reshape(-1)],
            }
            for name, array in _arrays(answer, operation)
        ],
    }


def _facts(number: CertifiedNumber, digits: int) -> dict[str, Any]:
    is_finite = bool(number.candidates)
    return {
        "digits": number.digits,
        "rounded": None if number.rounded is None else number.rounded.hex(),
        "candidates": [value.hex() for value in number.candidates],
        "exact": number.is_exact,
        "resolved": number.is_resolved,
        "enclosure": list(number.enclosure(digits + SHOWN_BEYOND)),
        "ends": ["*2^".join(map(str, end)) for end in (number.lower, number.upper)] if is_finite else None,
    }
