"""
Diagnosis: what a failing implementation behaves like.

Every cause of the dictionary is held against all examples of the clause, failing and passing, in every format and
regime. Those that contradict none of the recorded answers, and are told apart from a right answer by one of them, are
listed: all of them, for several causes may be the same behaviour.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from ..checks.registry import CHECKS, Subject
from ..outcome import Value
from ..row import size
from ..verdict import Level
from .alternatives import coarser_conventions, forms, other_conventions, other_operations
from .arrangement import arrangements
from .axis import wrong_axes
from .cause import Cause, compare
from .clipping import clipped_answers, clipped_arguments
from .denominator import guarded
from .evidence import Evidence, Recorded
from .manner import fails, of_contract, of_hazards, of_numbers_that_are_none, of_outcomes, of_special_values
from .precision import narrower_formats, narrower_parameters, rounded_products
from .questions import other_arguments
from .recursion import recursions
from .samples import of_samples
from .scaling import estimated, handed_down, scalings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ...spec.conventions import Conventions
    from ..checks.finding import Examination


@dataclass(frozen=True)
class Listed:
    """One cause that fits every recorded answer."""

    name: str
    """The kind of cause, the same word in every operation."""
    sentence: str
    """What the implementation behaves like."""


@dataclass(frozen=True)
class Diagnosis:
    """What one clause that fails on one operation behaves like."""

    clause: str
    """The clause that is broken."""
    operation: str
    """The operation that breaks it."""
    level: Level
    """The lowest level at which it does."""
    failing: int
    """Failing examples that every listed cause fits."""
    passing: int
    """Passing examples that it fits as well."""
    causes: tuple[Listed, ...]
    """All that fit; empty where the dictionary has none."""
    not_evaluated: tuple[Listed, ...] = ()
    """Causes of which a defect of gradspec leaves open whether they fit."""


def diagnosed(
    clause: str,
    examinations: Sequence[Examination],
    conventions: Conventions,
    function_ulps: Mapping[str, int] | None = None,
) -> Iterator[Diagnosis]:
    """
    The diagnosis of ``clause`` from every example that was examined for it on one operation, in order of levels.

    One of the numbers, at MUST or, where that holds, at SHOULD, for what fails at MUST fails at SHOULD by the same
    cause; one of the special values, at STRICT, but not to say of a clause that fails below that nothing more is known.
    Nor is that said of a property: the clauses of the values that it relates are diagnosed.
    """
    known = False
    for level in (Level.MUST, Level.SHOULD, Level.STRICT):
        failing = sorted((each for each in examinations if fails(each, level)), key=size)
        if not failing:
            continue
        passing = [each for each in examinations if level in each.findings and not fails(each, level)]
        found = dict(_causes(clause, level, failing, passing, conventions, function_ulps))
        listed = tuple(cause for cause, is_known in found.items() if is_known)
        is_of_values = CHECKS[clause].subject is Subject.VALUE
        if found or (is_of_values and not known):
            not_evaluated = tuple(cause for cause, is_known in found.items() if not is_known)
            counts = len(failing), len(passing)
            yield Diagnosis(clause, failing[0].case.operation, level, *counts, listed, not_evaluated)
        known = True
        if level is Level.MUST:
            examinations = [each for each in examinations if Level.STRICT in each.findings]


def _causes(
    clause: str,
    level: Level,
    failing: Sequence[Examination],
    passing: Sequence[Examination],
    conventions: Conventions,
    function_ulps: Mapping[str, int] | None,
) -> Iterator[tuple[Listed, bool]]:
    """Every cause that fits, with True, and every one that cannot be evaluated, with False."""
    told = chain(of_contract(clause), of_outcomes(failing), of_hazards(failing, passing))
    if level is Level.STRICT:
        told = chain(told, of_special_values(failing, conventions))
    elif CHECKS[clause].subject is Subject.VALUE:
        told = chain(told, of_numbers_that_are_none(failing))
    for name, sentence in told:
        yield Listed(name, sentence), True
    if level is Level.STRICT or CHECKS[clause].subject is not Subject.VALUE:
        return
    recorded = tuple(_recorded(failing, passes=False))
    if recorded:
        evidence = Evidence(recorded, tuple(_recorded(passing, passes=True)), level, conventions, function_ulps)
        for cause in dictionary(evidence):
            is_fitting = _fits_safely(cause, evidence)
            if is_fitting is not False:
                yield Listed(cause.name, cause.sentence), is_fitting is True


def _recorded(examinations: Iterable[Examination], *, passes: bool) -> Iterator[Recorded]:
    for each in examinations:
        if isinstance(each.outcome, Value) and each.case.regime != "special":
            yield Recorded(each.case, each.outcome.arrays, passes)


def dictionary(evidence: Evidence) -> Iterator[Cause]:
    """
    Every cause that is tried.

    What MUST admits is not rounded more coarsely than its format, nor cut off: at SHOULD that is not asked. At MUST
    coarser rounding comes last: it admits whatever is right to so many digits, and what else is computed says more.
    """
    operation = evidence.operation
    if evidence.level is Level.SHOULD:
        yield from forms(operation)
    yield from other_conventions(operation, evidence.conventions)
    yield from scalings(operation)
    yield from handed_down()
    yield from arrangements(operation)
    yield from recursions()
    yield from wrong_axes()
    yield from other_arguments(operation)
    yield from of_samples(operation)
    yield from other_operations(operation)
    yield from clipped_arguments(evidence)
    yield from guarded(evidence)
    if evidence.level is Level.MUST:
        yield from narrower_parameters(evidence)
        yield from clipped_answers(evidence)
        yield from estimated(evidence)
        yield from coarser_conventions(operation, evidence.conventions)
        yield from narrower_formats()
        yield from rounded_products()


def _fits_safely(cause: Cause, evidence: Evidence) -> bool | None:
    """Whether a cause fits; None, and a warning, where it cannot be evaluated, which costs no verdict."""
    try:
        return fits(cause, evidence)
    except Exception as error:  # noqa: BLE001 - a defect of gradspec, of whatever kind
        message = f"the cause {cause.name!r} cannot be tried on {evidence.operation.name}: {error!r}"
        warnings.warn(message, RuntimeWarning, stacklevel=2)
        return None


def fits(cause: Cause, evidence: Evidence) -> bool:
    """Whether no recorded answer contradicts ``cause``, and at least one failing answer speaks for it."""
    speaks = False
    for recorded in chain(evidence.failing, evidence.passing):
        comparison = compare(cause, recorded, evidence)
        if not comparison.is_possible:
            return False
        speaks = speaks or comparison.is_telling
    return speaks
