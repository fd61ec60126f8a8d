"""
Operations that follow from those that a target offers.

What a derivation returns is put together from answers of the target by calls, by arranging numbers, and by single
operations that the clause itself has there, rounded to nearest. It is an admissible evaluation of a listed form
(clause ``accuracy.admissible``), and of a stable one where the answers are, if each answer is one whose last rounding
is that of its last operation: lemmas 3 to 5 of that clause say so of every computation that rounds as IEEE 754 does. A
clause that fails on a derived operation is then broken by an operation from which it was derived. The docstring of
each derivation names the form and says why.

Nothing is derived where that does not hold: through steps that are rounded one by one where the target promises
``intermediates = float32``, through products whose inputs are rounded first, and through unit vectors where a number is
not finite, since 0 times a NaN is no exact zero. Such a case is unsupported.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ...spec.formats import FORMATS
from ...spec.operations import operations
from ..asking import ask_all
from ..layout import canonical, incoming
from ..outcome import Raised, Unsupported, Value
from .derivations import DERIVATIONS, Calls, DerivationError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ...spec.conventions import Conventions
    from ..case import Case
    from ..outcome import Outcome
    from .derivations import Derivation
    from .target import Target

    Array = np.ndarray[Any, np.dtype[Any]]


class Deriving:
    """A target that offers, beside what another offers, what follows from it."""

    def __init__(self, target: Target, conventions: Conventions) -> None:
        self._target = target
        self._conventions = conventions
        self._chosen = _chosen(target, conventions)
        self.name = target.name
        self.version = target.version
        self.formats = target.formats
        self.conventions = target.conventions
        self.environment = target.environment

    @property
    def derived(self) -> Mapping[str, tuple[str, ...]]:
        """The operations that are derived, each with the offered ones that it is derived from, in the table's order."""
        return {name: self._sources(name) for name in operations() if name in self._chosen}

    def _sources(self, operation: str) -> tuple[str, ...]:
        found = set(self._offered_below(operation))
        return tuple(name for name in operations() if name in found)

    def _offered_below(self, operation: str) -> Iterator[str]:
        if operation not in self._chosen:
            yield operation
            return
        for name in self._chosen[operation].mentions:
            if self.offers(name):
                yield from self._offered_below(name)

    def offers(self, operation: str) -> bool:
        """Whether it is offered or derived."""
        return operation in self._chosen or self._target.offers(operation)

    def outcomes(self, cases: Sequence[Case], conventions: Conventions) -> list[Outcome]:
        """
        What becomes of each case, asked in order: of one operation, as :func:`ask_all` has it.

        What the target offers itself is asked of it as without derivations, in its own process if it has one.
        """
        if cases and cases[0].operation not in self._chosen:
            return ask_all(self._target, cases, conventions)
        return [self._derived(case) for case in cases]

    def _derived(self, case: Case) -> Outcome:
        derivation = self._chosen[case.operation]
        try:
            answer = self._answer(derivation, case.arguments, case.keywords, case.format_name)
        except NotImplementedError as unsupported:
            return Unsupported(str(unsupported))
        except DerivationError as error:
            return Raised(str(error), is_fatal=error.is_fatal)
        arrays = tuple(np.array(part) for part in _parts(answer))
        return Value(arrays)

    def call(self, operation: str, arguments: list[Any], keywords: dict[str, float], format_name: str) -> Any:
        """The answer of the target's own function, or what follows from those of others."""
        if operation not in self._chosen:
            return self._target.call(operation, arguments, keywords, format_name)
        declared = operations()[operation]
        pairs = zip(arguments, declared.arguments, strict=True)
        inside = [canonical(each, argument.shape, self._conventions) for each, argument in pairs]
        answer = self._answer(self._chosen[operation], inside, keywords, format_name)
        if len(declared.results) == 1:
            return self._outside(answer, declared.results[0].shape)
        return [self._outside(each, result.shape) for each, result in zip(answer, declared.results, strict=True)]

    def _answer(
        self, derivation: Derivation, arguments: Sequence[Any], keywords: Mapping[str, float], format_name: str
    ) -> Any:
        """The answer of a derivation at canonical arguments, in the canonical layout."""
        self._require_one_rounding(derivation, format_name)
        calls = Calls(self._asked_at, format_name, self._conventions, at_finite_numbers=derivation.at_finite_numbers)
        calls.require_finite(arguments)
        return derivation.function(calls, *arguments, **keywords)

    def _asked_at(self, operation: str) -> Target | None:
        """Who answers it: the target itself what it offers, so that it is asked as it is without derivations."""
        if operation in self._chosen:
            return self
        return self._target if self._target.offers(operation) else None

    def _require_one_rounding(self, derivation: Derivation, format_name: str) -> None:
        promised = self._conventions["intermediates"] == "float32" and FORMATS[format_name].is_half
        if promised and derivation.rounds_between:
            message = (
                f"{derivation.operation} is derived in steps that are rounded to {format_name} one by one, which "
                "intermediates = float32 rules out"
            )
            raise NotImplementedError(message)

    def _outside(self, answer: Any, shape: str) -> Any:
        """A canonical result in the layout of the target, where it is its own array and no view."""
        if shape.startswith("all "):
            part = _PARTS[shape]
            return [incoming(each, part, self._conventions) for each in answer]
        return incoming(np.asarray(answer), shape, self._conventions)

    def close(self) -> None:
        """Let go of what the target holds."""
        self._target.close()


def _parts(answer: Any) -> Iterator[Array]:
    """Every array of an answer, nested sequences taken apart."""
    if isinstance(answer, list | tuple):
        for each in answer:
            yield from _parts(each)
    else:
        yield answer


_PARTS = {"all weights": "weights", "all biases": "vector", "all batches": "batch"}
"""The shape of one array of a result that is one array a layer."""


def deriving(target: Target, conventions: Conventions) -> Deriving:
    """``target`` with every operation that follows from what it offers, under the ``conventions`` of the run."""
    return Deriving(target, conventions)


def _chosen(target: Target, conventions: Conventions) -> Mapping[str, Derivation]:
    """
    The derivation of each operation that is not offered and follows.

    What is derived may serve to derive more. It is derived from what was there before, so that nothing needs itself.
    """
    chosen: dict[str, Derivation] = {}
    usable = [each for each in DERIVATIONS if each.holds(conventions) and not target.offers(each.operation)]
    before = -1
    while before < len(chosen):
        before = len(chosen)
        there = {name for name in operations() if name in chosen or target.offers(name)}
        for each in usable:
            if each.operation not in chosen and _is_possible(each, there):
                chosen[each.operation] = each
    return chosen


def _is_possible(derivation: Derivation, there: set[str]) -> bool:
    return there.issuperset(derivation.needs) and all(there.intersection(group) for group in derivation.one_of)
