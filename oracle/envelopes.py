"""The envelope of an answer: everything that an admissible evaluation may return, clause ``accuracy.envelope``."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

from flint import arb

from ..spec.operations import operations
from .alterations import UNALTERED, Alteration
from .arguments import leaves, lifted
from .arithmetic.allowances import ENUMERABLE
from .arithmetic.arrays import Array, Number, entrywise
from .arithmetic.rounded import NAN, NEGATIVE, POSITIVE, Rounded
from .arithmetic.rounding import Rounding
from .correct_rounding import exact_lower, exact_upper, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ..spec.conventions import Conventions
    from ..spec.formats import Format
    from .alterations import OfAnswer
    from .arithmetic.protocol import Formula

Box = tuple[Array, ...]
"""What may stand in each array of an answer: object arrays of Rounded numbers, in order."""


@dataclass(frozen=True)
class Envelope:
    """The set of answers that a level admits."""

    boxes: tuple[Box, ...]
    """An answer is admitted when the whole of it lies in one box: one a pattern of doubtful indicators."""
    level: str
    """``must`` or ``should``."""
    number_format: Format
    """The format of the answer."""
    underflow_unit: Any
    """The largest absolute error of one underflow, as a Fraction."""
    is_point: bool
    """Whether it admits one answer only, as in the exact regime."""


@dataclass(frozen=True, eq=False)
class Evaluation:
    """One operation on exact inputs in the rounding arithmetic, before the last rounding of its answer."""

    answer: Any
    """What the formula returned."""
    arguments: tuple[Any, ...]
    """What it was given, in numbers of the arithmetic."""
    rules: Rounding
    """The arithmetic."""


def around(
    operation: str,
    arguments: Iterable[Any],
    keywords: Mapping[str, Any],
    *,
    number_format: Format,
    conventions: Conventions,
    level: str,
    exact: bool = False,
    function_ulps: Mapping[str, int] | None = None,
) -> Envelope:
    """
    The answers admitted at ``level`` for ``operation`` at these ``arguments``, in the canonical layout.

    ``exact`` asks for the exact regime's point; look at ``is_point`` whether it could be certified.
    """
    return settled(
        evaluations(
            operation,
            arguments,
            keywords,
            number_format=number_format,
            conventions=conventions,
            level=level,
            exact=exact,
            function_ulps=function_ulps,
        )
    )


def evaluations(
    operation: str,
    arguments: Iterable[Any],
    keywords: Mapping[str, Any],
    *,
    number_format: Format,
    conventions: Conventions,
    level: str,
    exact: bool = False,
    function_ulps: Mapping[str, int] | None = None,
    altered: Alteration = UNALTERED,
) -> tuple[Evaluation, ...]:
    """One evaluation, or one a pattern of doubtful indicators; ``altered`` is what computes it instead."""
    given = list(arguments)

    def evaluate(pattern: tuple[int, ...] | None) -> Evaluation:
        arithmetic = Rounding(
            number_format,
            conventions,
            level=level,
            exact=exact,
            function_ulps=function_ulps,
            pattern=pattern,
            instead=altered.replacements(),
            product_bits=altered.product_bits,
        )
        return _evaluated(altered.formula(operations()[operation].clause), given, keywords, arithmetic)

    first = evaluate(None)
    if not first.rules.doubtful:
        return (first,)
    told_apart = min(first.rules.doubtful, ENUMERABLE)
    return tuple(evaluate(pattern) for pattern in product(_branches(conventions), repeat=told_apart))


def settled(found: Sequence[Evaluation], of_answer: OfAnswer | None = None) -> Envelope:
    """The envelope of evaluations, of whose answers ``of_answer`` may make something else first."""
    boxes = tuple(_box(each, of_answer) for each in found)
    rules = found[0].rules
    is_point = len(boxes) == 1 and _is_point(boxes[0])
    return Envelope(boxes, rules.level, rules.result_format, rules.underflow_unit, is_point=is_point)


def _branches(conventions: Conventions) -> range:
    """Below, above, and at the kink where that is a third value."""
    thirds = (
        conventions["relu_at_zero"] == "0.5",
        conventions["leaky_relu_at_zero"] == "mean",
        conventions["step_at_threshold"] == "0.5",
    )
    return range(3 if any(thirds) else 2)


def _evaluated(formula: Formula, arguments: list[Any], keywords: Mapping[str, Any], rules: Rounding) -> Evaluation:
    with rules.working():
        positional = tuple(lifted(rules, argument) for argument in arguments)
        named = {name: lifted(rules, value) for name, value in keywords.items()}
        answer = formula(rules, *positional, **named)
        rules.forget()
        return Evaluation(answer, positional, rules)


def _box(evaluation: Evaluation, of_answer: OfAnswer | None) -> Box:
    rules, answer = evaluation.rules, evaluation.answer
    with rules.working():
        if of_answer is not None:
            answer = of_answer(rules, answer, evaluation.arguments)
        return tuple(entrywise(rules.settle, array) for array in leaves(answer))


def _is_point(box: Box) -> bool:
    return all(
        number.ball.is_exact() and number.ball.is_finite() and not number.specials
        for array in box
        for number in array.reshape(-1)
    )


def admits(allowed: Rounded, got: Number, number_format: Format) -> bool:
    """Whether ``got``, a float or an mpf, is among what ``allowed`` admits."""
    if not allowed.ball.is_finite():
        return True
    if abs(got) < math.inf:
        return bool(allowed.ball.contains(arb(got)))
    if got != got:  # noqa: PLR0124 - NaN of a float or of an mpf
        return bool(allowed.specials & NAN)
    flag, end = (POSITIVE, exact_upper) if got > 0 else (NEGATIVE, exact_lower)
    return bool(allowed.specials & flag) or nearest(*end(allowed.ball), number_format).value() == got
