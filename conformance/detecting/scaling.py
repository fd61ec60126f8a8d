"""The factors by which the answers of an operation differ from those of the default conventions."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from flint import arb

from ...oracle.arithmetic.ball import exact_ball, precision
from ..layout import expected_shapes
from ..outcome import Value
from .assignment import assignments, entries_of, is_admitted, loss_of, samples_of
from .factor import BITS, ONE, Factor, Measured, common, of_assignment, recognised

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ..case import Case
    from .assignment import Assignment
    from .fitting import Fit
    from .inquiry import Inquiry

Group = tuple[str, str]
"""A result of an operation, by its name, and the loss of the networks it was asked about."""

ROUNDINGS = 4
"""Of a product with a factor and what is rounded on the way; for a description, not for a verdict."""

FEWEST = 2
"""A factor that one case alone shows is a coincidence."""


def factors(fit: Fit) -> Mapping[Group, frozenset[Factor]]:
    """What the answers may be multiplied by, for each result and loss; without those of which nothing is known."""
    if fit.is_explained:
        results = [result.name for result in fit.inquiry.operation.results]
        return {
            (result, loss): frozenset(of_assignment(each, loss) for each in fit.fits)
            for result in results
            for loss in fit.losses
        }
    return {group: frozenset({factor}) for group, factor in measured(fit.inquiry).items()}


def measured(inquiry: Inquiry) -> Mapping[Group, Factor]:
    """The constant factors that answers show which no convention explains, by the layout that has most of them."""
    tried = [_factors_under(inquiry, each) for each in assignments(inquiry.operation) if of_assignment(each, "") == ONE]
    return max(tried, key=lambda found: (len(found), -sum(each.complexity for each in found.values())))


def _factors_under(inquiry: Inquiry, assignment: Assignment) -> dict[Group, Factor]:
    groups: dict[Group, list[Measured]] = {}
    broken: set[Group] = set()
    for index, case in enumerate(inquiry.cases):
        outcome = inquiry.outcome(index, assignment)
        if not isinstance(outcome, Value) or not is_admitted(case, assignment):
            continue
        for result, intervals in _ratios(inquiry, index, assignment, outcome).items():
            group = result, loss_of(case)
            together = _together(intervals)
            if together is not None:
                groups.setdefault(group, []).append(Measured(together, samples_of(case), entries_of(case)))
            elif intervals:
                broken.add(group)
    kept = {group: recognised(each) for group, each in groups.items() if group not in broken and len(each) >= FEWEST}
    return {group: factor for group, factor in kept.items() if factor is not None}


def _together(intervals: Sequence[arb | None]) -> arb | None:
    known = [interval for interval in intervals if interval is not None]
    with precision(BITS):
        return common(known) if len(known) == len(intervals) else None


def _ratios(inquiry: Inquiry, index: int, assignment: Assignment, outcome: Value) -> dict[str, list[arb | None]]:
    """By result, the intervals of what came back over what is admitted, entry by entry; None where 0 is exceeded."""
    envelope = inquiry.envelope(index, assignment)
    found: dict[str, list[arb | None]] = {}
    if len(envelope.boxes) > 1:
        return found
    case = inquiry.cases[index]
    with precision(BITS):
        slack = arb(1, exact_ball(case.number_format.unit_roundoff) * ROUNDINGS)
        for name, array, allowed in zip(_names(case), outcome.arrays, envelope.boxes[0], strict=True):
            numbers = array.astype(float).reshape(-1).tolist()
            pairs = [(got, entry.ball) for got, entry in zip(numbers, allowed.reshape(-1), strict=True)]
            found.setdefault(name, []).extend(_quotients(pairs, slack))
    return found


def _names(case: Case) -> list[str]:
    return [name.partition("[")[0] for name, _, _ in expected_shapes(case.declaration, case.arguments)]


def _quotients(pairs: Sequence[tuple[float, arb]], slack: arb) -> Iterator[arb | None]:
    for got, ball in pairs:
        if ball.is_finite() and (not ball.contains(0) or (ball.is_zero() and got)):
            yield None if ball.is_zero() or not math.isfinite(got) else arb(got) / ball * slack
