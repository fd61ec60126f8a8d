"""Causes that cut numbers off: probabilities kept away from 0 and 1, logits and answers kept within bounds."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial
from itertools import islice, product
from typing import TYPE_CHECKING, Any

import numpy as np

from ...oracle.alterations import Alteration
from ...oracle.arithmetic.arrays import as_array, entrywise
from ...oracle.arithmetic.ball import exact_ball
from ...spec.formats import FLOAT16, FORMATS
from .cause import WHOLE, Cause, at, by_name, on_part

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ...oracle.arithmetic.arrays import Array
    from ..case import Case
    from ..judgement import FloatArray
    from .cause import OfArray
    from .evidence import Evidence

EPSILONS = tuple(10.0**-k for k in range(1, 21))
"""The margins by which probabilities are usually kept away from 0 and 1."""

BOUNDS = (
    1.0,
    2.0,
    3.0,
    4.0,
    5.0,
    6.0,
    7.0,
    8.0,
    9.0,
    10.0,
    12.0,
    15.0,
    16.0,
    20.0,
    30.0,
    50.0,
    88.0,
    100.0,
    200.0,
    250.0,
    500.0,
    700.0,
    709.0,
)
"""The magnitudes at which logits are usually cut off."""

READ_OFF = 6
"""So many entries of failing answers are tried for the bound that they show."""


def clipped_arguments(evidence: Evidence) -> Iterator[Cause]:
    """Predictions clipped or shifted, and logits clipped, at usual and at estimated bounds."""
    names = [argument.name for argument in evidence.operation.arguments]
    if "o" in names or "O" in names:
        name = "o" if "o" in names else "O"
        margins = dict.fromkeys((*EPSILONS, *_margins(_shown(evidence))))
        for epsilon, holds in product(margins, _holdings(evidence)):
            yield Cause(
                "clipping",
                f"{name} is clipped to [{epsilon:.3g}, 1 - {epsilon:.3g}]",
                case=_clipped(name, partial(_between, epsilon, 1 - epsilon), holds),
            )
            yield Cause(
                "epsilon",
                f"{epsilon:.3g} is added to {name}",
                case=_clipped(name, partial(_added, epsilon), holds),
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
    return sorted({abs(got) for got, _, _ in islice(evidence.entries(WHOLE), READ_OFF) if got and math.isfinite(got)})


def clipped_answers(evidence: Evidence) -> Iterator[Cause]:
    """The answer cut off at one of the magnitudes that it shows, or where the numbers of its format are subnormal."""
    flushed = Alteration(of_answer=on_part(evidence.operation, WHOLE, _flushed))
    yield Cause(
        "convention subnormals", "subnormals are flushed, in float16 too, where no convention admits it", flushed
    )
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


def _holdings(evidence: Evidence) -> tuple[Callable[[FloatArray], FloatArray], ...]:
    """How arrays may be held when they are cut off: in their own format, and numbers of a half format in float32."""
    has_half = any(each.case.number_format.is_half for each in (*evidence.failing, *evidence.passing))
    return (_as_given, _widened) if has_half else (_as_given,)


def _as_given(array: FloatArray) -> FloatArray:
    return array


def _widened(array: FloatArray) -> FloatArray:
    return array.astype(np.float32) if FORMATS[array.dtype.name].is_half else array


def _clipped(
    name: str,
    change: Callable[[FloatArray], FloatArray],
    holds: Callable[[FloatArray], FloatArray] = _as_given,
) -> Callable[[Case], Case]:
    def clipped(case: Case) -> Case:
        return at(case, **{name: change(holds(by_name(case)[name]))})

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


def _flushed(arithmetic: Any, array: Array, arguments: Sequence[Any]) -> Array:
    """Zero beside a number of float16 that may be subnormal; in the other formats the convention says so."""
    del arguments
    if arithmetic.result_format is not FLOAT16:
        return array
    smallest = exact_ball(FLOAT16.smallest_normal)

    def perhaps_zero(number: Any) -> Any:
        held = arithmetic.lift(number)
        is_normal = not held.ball.is_finite() or abs(held.ball) >= smallest
        return held if is_normal else replace(held, ball=held.ball.union(exact_ball(0)))

    return entrywise(perhaps_zero, array)


def _inside_the_unit_interval(arithmetic: Any, array: Array, arguments: Sequence[Any]) -> Array:
    positive = _floored(0.0)(arithmetic, array, arguments)
    return as_array(-_floored(-1.0)(arithmetic, as_array(-positive), arguments))
