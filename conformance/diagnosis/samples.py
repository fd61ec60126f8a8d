"""Causes that count the samples of a batch wrongly: one in the place of all, one alone, all but one."""

from __future__ import annotations

from functools import partial
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from ...oracle.alterations import UNALTERED, Alteration
from ...oracle.arguments import leaves
from ...oracle.arithmetic.arrays import as_array
from ...spec import shapes
from ..layout import sizes_of
from .cause import Cause, Part, at, by_name, numbers, of_result

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ...oracle.arithmetic.arrays import Array
    from ...spec.operations import Operation
    from ..case import Case
    from ..judgement import FloatArray

PLACES = ((0, "first"), (-1, "last"))
"""The samples that a loop may stop at, or start after."""


def of_samples(operation: Operation) -> Iterator[Cause]:
    """Every cause of this kind, of an operation that takes a batch."""
    batches = [argument.name for argument in operation.arguments if "N" in shapes.names(argument.shape)]
    if not batches:
        return
    yield from _in_place_of_all(batches)
    sums = _over_samples(operation)
    parts = [*_together(sums), *map(of_result, sums)]
    for part, (place, word) in product(parts, PLACES):
        if part is not parts[0] or len(sums) < len(operation.results):
            sentence = f"{part.words} is that of a batch whose every sample is the {word}"
            yield Cause("one sample for all", sentence, case=partial(_one_sample, batches, place), part=part)
        yield from _counted(operation, part, batches, place, word)


def _in_place_of_all(batches: Sequence[str]) -> Iterator[Cause]:
    """The whole answer to a batch of equal samples, or to one of which one argument is the same for all samples."""
    for names in (batches, *([name] for name in batches if len(batches) > 1)):
        for place, word in PLACES:
            sentence = f"the {word} sample of {' and '.join(names)} is taken for all"
            yield Cause("one sample for all", sentence, case=partial(_one_sample, names, place))


def _over_samples(operation: Operation) -> list[str]:
    """The names of the results that are sums or means over the samples: that have no axis for these."""
    of_each = {result.name for result in operation.results if "N" in shapes.names(result.shape)}
    listed = {result.name for result in operation.results if result.shape == "all batches"}
    return [result.name for result in operation.results if result.name not in of_each | listed]


def _together(names: Sequence[str]) -> Iterator[Part]:
    """Several results at once."""
    if len(names) > 1:
        yield Part("every sum over the samples", lambda name, _layer, _layers: name in names)


def _counted(operation: Operation, part: Part, batches: Sequence[str], place: int, word: str) -> Iterator[Cause]:
    """One sample counted alone, or left out; where a mean is taken, divided by the number counted or by N."""
    alone, without = partial(_one_sample, batches, place), partial(_without_sample, batches, place)
    by_samples, by_one_more = partial(_scaled, operation, 0), partial(_scaled, operation, 1)
    for name, words, case, change in (
        ("one sample alone", f"counts the {word} sample alone", alone, by_samples),
        ("sample left out", f"is that of the batch without its {word} sample", without, None),
        ("sample left out", f"counts every sample but the {word}, and divides by all", without, by_one_more),
    ):
        altered = UNALTERED if change is None else Alteration(of_answer=change)
        yield Cause(name, f"{part.words} {words}", altered, case=case, part=part)


def _one_sample(names: Sequence[str], place: int, case: Case) -> Case:
    values = by_name(case)
    return at(case, **{name: _repeated(values[name], place) for name in names})


def _repeated(array: FloatArray, place: int) -> FloatArray:
    """One sample of a batch, which are its last axis, in the place of all."""
    return np.repeat(array[..., [place]], array.shape[-1], axis=-1)


def _without_sample(names: Sequence[str], place: int, case: Case) -> Case | None:
    """The batch without one sample; None where it has no other."""
    values = by_name(case)
    if any(values[name].shape[-1] == 1 for name in names):
        return None
    return at(case, **{name: np.delete(values[name], place, axis=-1) for name in names})


def _scaled(operation: Operation, more: int, arithmetic: Any, answer: Any, arguments: Sequence[Any]) -> list[Array]:
    """
    The share of the samples that were asked for in a sum, or in a mean over all.

    Of N equal samples one is the N-th part; a mean over N, where one ``more`` was asked for, counts N / (N + 1) of it.
    """
    samples = sizes_of(operation, arguments)["N"]
    share = (samples, samples + more) if more else (1, samples)
    return [as_array(numbers(arithmetic, array) * share[0] / share[1]) for array in leaves(answer)]
