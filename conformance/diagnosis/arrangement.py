"""Causes that put the right numbers in the wrong place: transposed, on the diagonal alone, reversed, swapped."""

from __future__ import annotations

from functools import partial
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from ...oracle.alterations import Alteration
from ...oracle.arguments import leaves
from ...oracle.arithmetic.arrays import as_array
from .cause import Cause, on_part, parts_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ...oracle.arithmetic.arrays import Array
    from ...spec.operations import Operation


def arrangements(operation: Operation) -> Iterator[Cause]:
    """The right numbers of an answer, or of a part of it, otherwise arranged; where the shape allows it."""
    if all(result.shape == "scalar" for result in operation.results):
        return
    for part in parts_of(operation):
        for name, words, change in _CHANGES:

            def altered(arithmetic: Any, array: Array, arguments: Sequence[Any], change: Any = change) -> Array:
                del arithmetic, arguments
                return as_array(change(array))

            yield Cause(name, f"{part.words} {words}", Alteration(of_answer=on_part(operation, part, altered)))
    yield from _exchanges(operation)


def _exchanges(operation: Operation) -> Iterator[Cause]:
    """Two results in each other's place, where their shapes permit it."""
    for one, other in combinations(operation.results, 2):
        words = f"{one.name} and {other.name} stand in each other's place where the shapes permit it"
        places = operation.results.index(one), operation.results.index(other)
        yield Cause("swapped results", words, Alteration(of_answer=partial(_exchanged, *places)))


def _exchanged(first: int, second: int, arithmetic: Any, answer: Any, arguments: Sequence[Any]) -> Any:
    del arithmetic, arguments
    parts = list(answer)
    if [array.shape for array in leaves(parts[first])] == [array.shape for array in leaves(parts[second])]:
        parts[first], parts[second] = parts[second], parts[first]
    return parts


def _is_square(array: Array) -> bool:
    return array.ndim >= 2 and array.shape[-1] == array.shape[-2]


def _transposed(array: Array) -> Array:
    return np.swapaxes(array, -1, -2) if _is_square(array) else array


def _diagonal(array: Array) -> Array:
    return np.where(np.eye(array.shape[-1], dtype=bool), array, 0) if _is_square(array) else array


def _off_diagonal(array: Array) -> Array:
    return np.where(np.eye(array.shape[-1], dtype=bool), 0, array) if _is_square(array) else array


def _reversed(array: Array) -> Array:
    return np.flip(array)


def _triangle(array: Array) -> Array:
    return np.tril(array) if _is_square(array) else array


def _magnitude(array: Array) -> Array:
    return abs(array)


_CHANGES = (
    ("transposed", "is transposed where it is square", _transposed),
    ("diagonal only", "has the right diagonal and zeros beside it", _diagonal),
    ("no diagonal", "has zeros on its diagonal", _off_diagonal),
    ("triangle only", "has zeros above its diagonal", _triangle),
    ("reversed", "has the right entries in the opposite order", _reversed),
    ("magnitude", "has lost its signs", _magnitude),
)
