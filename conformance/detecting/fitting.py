"""Fitting: every assignment under which all answers of an operation are admitted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..checks.finding import Kind
from ..outcome import Value
from .assignment import (
    BEHAVIOUR,
    Assignment,
    assignments,
    is_admitted,
    loss_of,
    telling_names,
    values_of,
    with_value,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..checks.finding import Finding
    from .inquiry import Inquiry


@dataclass(frozen=True, eq=False)
class Fit:
    """What the answers of one operation in one format say of its conventions."""

    inquiry: Inquiry
    """The cases and answers."""
    fits: frozenset[Assignment]
    """The assignments that every fitting case admits."""
    shown: frozenset[str]
    """The conventions of which some case told one value from another, or showed that the wider one is kept."""
    fitting: tuple[int, ...]
    """The cases, by their numbers, that some assignment admits."""
    misfits: tuple[int, ...]
    """The cases that were answered in numbers which no assignment admits."""
    troubles: tuple[str, ...]
    """What went wrong instead of an answer, each once."""
    unsupported: tuple[str, ...]
    """What the target says that it does not offer, each once."""

    @property
    def operation(self) -> str:
        """Its name."""
        return self.inquiry.operation.name

    @property
    def format_name(self) -> str:
        """The format it was asked in."""
        return self.inquiry.format_name

    @property
    def is_answered(self) -> bool:
        """Whether any number came back."""
        return bool(self.fitting or self.misfits)

    @property
    def is_explained(self) -> bool:
        """Whether it answered, and by its conventions."""
        return bool(self.fitting) and not self.misfits

    @property
    def has_a_say(self) -> bool:
        """Whether it is to be heard where no operation that is explained is: most of its answers are."""
        return len(self.fitting) > 2 * len(self.misfits)

    @property
    def losses(self) -> frozenset[str]:
        """The losses of the cases that it answered."""
        return frozenset(loss_of(self.inquiry.cases[index]) for index in (*self.fitting, *self.misfits))

    def values(self, name: str) -> tuple[str, ...]:
        """The values of a convention that fit."""
        return values_of(self.fits, name)

    def against(self, name: str, value: str) -> int | None:
        """The number of the smallest case that another value than those that fit does not admit."""
        for index in self.fitting:
            tried = [with_value(assignment, name, value) for assignment in self.fits]
            case = self.inquiry.cases[index]
            findings = [self.inquiry.finding(index, each) for each in tried if is_admitted(case, each)]
            if findings and all(finding.kind is Kind.OUTSIDE for finding in findings):
                return index
        return None


def fit(inquiry: Inquiry, likely: frozenset[Assignment] = frozenset()) -> Fit:
    """
    The assignments that fit, found by striking out those that a case does not admit.

    Where the ``likely`` ones, those that fit in another format, fit every case, no others are tried.
    """
    search = _Search(inquiry, likely or assignments(inquiry.operation))
    for index in range(len(inquiry.cases)):
        search.look_at(index)
    if likely and search.misfits:
        return fit(inquiry)
    return Fit(
        inquiry,
        frozenset(search.alive),
        frozenset(search.shown),
        tuple(search.fitting),
        tuple(search.misfits),
        tuple(dict.fromkeys(search.troubles)),
        tuple(dict.fromkeys(search.unsupported)),
    )


class _Search:
    """The assignments that are left, and what was seen on the way."""

    def __init__(self, inquiry: Inquiry, candidates: frozenset[Assignment]) -> None:
        self.inquiry = inquiry
        self.alive = set(candidates)
        self.shown: set[str] = set()
        self.fitting: list[int] = []
        self.misfits: list[int] = []
        self.troubles: list[str] = []
        self.unsupported: list[str] = []

    def look_at(self, index: int) -> None:
        case = self.inquiry.cases[index]
        judged = {each: self.inquiry.finding(index, each) for each in self.alive if is_admitted(case, each)}
        if not judged:
            return
        kinds = {finding.kind for finding in judged.values()}
        if Kind.INSIDE in kinds or Kind.OPEN in kinds:
            self._strike_out(index, judged)
        elif self._is_answered(index, judged):
            self._doubt(index, judged)
        else:
            reasons = [finding.reason for finding in judged.values()]
            said = self.unsupported if Kind.UNSUPPORTED in kinds else self.troubles
            said.append(min(reasons, key=len))

    def _is_answered(self, index: int, judged: Mapping[Assignment, Finding]) -> bool:
        return any(isinstance(self.inquiry.outcome(index, each), Value) for each in judged)

    def _strike_out(self, index: int, judged: Mapping[Assignment, Finding]) -> None:
        admitted = {each for each, finding in judged.items() if finding.kind in (Kind.INSIDE, Kind.OPEN)}
        self.fitting.append(index)
        self._note(index, judged, admitted)
        self.alive -= judged.keys() - admitted

    def _doubt(self, index: int, judged: Mapping[Assignment, Finding]) -> None:
        """No assignment that admits this case is left, but those that do not have to admit it may be."""
        others = self.alive - judged.keys()
        if others and self.fitting:
            self.shown |= {"label_sum"}
            self.alive = others
        else:
            self.misfits.append(index)

    def _note(self, index: int, judged: Mapping[Assignment, Finding], admitted: set[Assignment]) -> None:
        telling = telling_names(self.inquiry.cases[index])
        for name in telling.intersection(BEHAVIOUR):
            if len(values_of(judged, name)) > len(values_of(admitted, name)) or name == "label_sum":
                self.shown.add(name)
