"""Causes that cut numbers off: probabilities kept away from 0 and 1, logits and answers kept within bounds."""

from __future__ import annotations

import math
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from ...oracle.alterations import Alteration
from ...oracle.arithmetic.arrays import as_array
from .cause import WHOLE, Cause, at, on_part

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ...oracle.arithmetic.arrays import Array
    from ..case import Case
    from ..judgement import FloatArray
    from .cause import OfArray
    from .evidence import Evidence

EPSILONS = tuple(10.0**-k for k in range(1, 21))
"""The margins by which probabilities are usually kept away from 0 and 1."""

BOUNDS = (1.0, 5.0, 6.0, 8.0, 10.0, 12.0, 15.0, 16.0, 20.0, 30.0, 50.0, 88.0, 100.0, 200.0, 250.0, 500.0, 700.0, 709.0)
"""The magnitudes at which logits are usually cut off."""

READ_OFF = 6
"""So many entries of failing answers are tried for the bound that they show."""


def clipped_arguments(evidence: Evidence) -> Iterator[Cause]:
    """Predictions clipped or shifted, and logits clipped, at usual and at estimated bounds."""
    names = [argument.name for argument in evidence.operation.arguments]
    if "o" in names or "O" in names:
        name = "o" if "o" in names else "O"
        for epsilon in dict.fromkeys((*EPSILONS, *_margins(_shown(evidence)))):
            yield Cause(
                "clipping",
                f"{name} is clipped to [{epsilon:.3g}, 1 - {epsilon:.3g}]",
                case=_clipped(name, partial(_between, epsilon, 1 - epsilon)),
            )
            yield Cause(
                "epsilon",
                f"{epsilon:.3g} is added to {name}",
                case=_clipped(name, partial(_added, epsilon)),
            )
    if "z" in names or "Z" in names:
        name = "z" if "z" in names else "Z"
        for bound in BOUNDS:
            yield Cause(
                "clipping",
                f"{name} is clipped to [-{bound:g}, {bound:g}]",
                case=_clipped(name, partial(_between, -bound, bound)),
            )


def _shown(evidence: Evidence) -> list[float]:
    """The magnitudes of the first entries of failing answers, one of which may be a bound."""
    return sorted({abs(got) for got, _ in islice(evidence.entries(WHOLE), READ_OFF) if got and math.isfinite(got)})


def clipped_answers(evidence: Evidence) -> Iterator[Cause]:
    """The answer cut off at one of the magnitudes that it shows."""
    between = Alteration(of_answer=on_part(evidence.operation, WHOLE, _inside_the_unit_interval))
    yield Cause("clipping", "the answer is clipped to [0, 1]", between)
    for bound in _shown(evidence):
        words = f"the answer is clipped to [-{bound:.6g}, {bound:.6g}]"
        alteration = Alteration(of_answer=on_part(evidence.operation, WHOLE, _bounded(bound)))
        yield Cause("clipping", words, alteration)
        words = f"the answer is kept from falling below {bound:.6g}"
        alteration = Alteration(of_answer=on_part(evidence.operation, WHOLE, _floored(bound)))
        yield Cause("clipping", words, alteration)


def _margins(shown: Sequence[float]) -> Iterator[float]:
    """What an entry of an answer says of the margin: of -log eps, of 1 / eps, or of eps."""
    for got in shown:
        for margin in (math.exp(-got), 1 / got, got):
            if 0 < margin < 0.5:
                yield margin


def _clipped(name: str, change: Callable[[FloatArray], FloatArray]) -> Callable[[Case], Case]:
    def clipped(case: Case) -> Case:
        names = [argument.name for argument in case.declaration.arguments]
        array = case.arguments[names.index(name)]
        return at(case, **{name: change(array)})

    return clipped


def _between(low: float, high: float, array: FloatArray) -> FloatArray:
    with np.errstate(over="ignore"):
        return np.asarray(np.clip(array, array.dtype.type(low), array.dtype.type(high))).astype(array.dtype)


def _added(epsilon: float, array: FloatArray) -> FloatArray:
    return np.asarray(array + array.dtype.type(epsilon)).astype(array.dtype)


def _bounded(bound: float) -> OfArray:
    def change(arithmetic: Any, array: Array, arguments: Sequence[Any]) -> Array:
        raised = _floored(-bound)(arithmetic, array, arguments)
        return as_array(-_floored(-bound)(arithmetic, as_array(-raised), arguments))

    return change


def _floored(bound: float) -> OfArray:
    def change(arithmetic: Any, array: Array, arguments: Sequence[Any]) -> Array:
        del arguments
        return as_array(arithmetic.relu(as_array(array - bound)) + bound)

    return change


def _inside_the_unit_interval(arithmetic: Any, array: Array, arguments: Sequence[Any]) -> Array:
    positive = _floored(0.0)(arithmetic, array, arguments)
    return as_array(-_floored(-1.0)(arithmetic, as_array(-positive), arguments))
