"""
What a fault is: an implementation that is right but for one seeded mistake, and what the suite has to say of it.

The functions of this package are the mistakes. Each takes the faulty target first, whose ``right`` is the
reference that never errs and whose ``memory`` is its own, then the arguments of its operation. It computes as the
reference does, in float32 for a half format and with one rounding to the format at the end, unless it is raw.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from ...spec.formats import FORMATS
from ..adapters.reference import Reference
from ..adapters.reference.precision import rounded_once

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]
"""Numbers of any format."""


class Faulty:
    """A target that offers a few operations of the reference, one or more of them wrong."""

    def __init__(
        self, name: str, mistakes: Mapping[str, Mistake], conventions: Mapping[str, str], *, is_raw: bool = True
    ) -> None:
        self.name = name
        self.version = ""
        self.right = Reference(conventions)
        self.conventions = self.right.conventions
        self.formats = self.right.formats
        self.memory: dict[Any, Any] = {}
        for operation, mistake in mistakes.items():
            setattr(self, operation, partial(mistake if is_raw else rounded_once(mistake), self))


if TYPE_CHECKING:
    Mistake = Callable[..., Any]


class Kind(StrEnum):
    """The class that a fault belongs to."""

    FORMULA = "formula"
    """Another function is computed: a sign, a factor, an index, a step left out."""
    CONVENTION = "convention"
    """A free choice is made otherwise than declared."""
    NUMERICAL = "numerical"
    """The formula is right, and floating-point numbers are not what it needs."""
    SHAPE = "shape"
    """Some shapes are treated wrongly: a batch of one, one unit, equal dimensions, an axis too many."""
    STATE = "state"
    """The answer depends on other calls, or a call leaves traces."""
    INTERFACE = "interface"
    """What comes back is no answer, or not in the declared form."""


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One seeded mistake, and which rows have to fail for it."""

    name: str
    """By which tests and reports call it."""
    description: str
    """What is wrong, in a sentence."""
    mistakes: Mapping[str, Mistake]
    """The operations it offers, each with what it does instead."""
    kind: Kind = Kind.FORMULA
    """The class that it belongs to."""
    breaks: str
    """The clause that must be found broken."""
    may_also_fail: tuple[str, ...] = ()
    """Clauses that the same mistake breaks by its nature."""
    level: str = "core"
    """The lowest class that it is kept out of: core, robust or strict."""
    regime: str = "exact"
    """The smallest regime that shows it in the first of its formats: exact, ordinary, wide, extreme or special."""
    causes: tuple[str, ...] = ()
    """The entries of the dictionary of causes that describe it, any of which a diagnosis has to list."""
    formats: tuple[str, ...] = tuple(FORMATS)
    """Where it has to be found: all formats, unless it can by its nature not show in some."""
    conventions: Mapping[str, str] = field(default_factory=dict)
    """The conventions that it declares and breaks, where they are not the default ones."""
    effort: str = "quick"
    """The least effort that has to find it."""
    is_raw: bool = False
    """Whether its arguments are not widened and its answers not rounded: it errs in dtypes, memory or rounding."""
    has_memory: bool = False
    """Whether its answers depend on earlier calls, so that one call alone need not show it."""
    errata: tuple[str, ...] = ()
    """The errata whose printed formula it computes."""

    def make(self) -> object:
        """A target with this mistake and without any memory yet."""
        return Faulty(self.name, self.mistakes, self.conventions, is_raw=self.is_raw)


IN_THE_FORMAT: Mapping[str, Any] = {"is_raw": True, "conventions": {"intermediates": "format"}}
"""The facts of a fault that rounds every step to the format, the half formats too, and declares that it does."""


class Collection:
    """The faults of one module, in the order of its text, and the facts that they share unless they say otherwise."""

    def __init__(self, **shared: Any) -> None:
        self.faults: list[Fault] = []
        self._shared = shared

    def fault(self, *operations: str, breaks: str, **facts: Any) -> Callable[[Mistake], Mistake]:
        """
        Register the decorated function, whose docstring is the description, as a fault of ``operations``.

        With several operations it is their common code, and is told after the target which one is asked.
        """

        def register(mistake: Mistake) -> Mistake:
            told = {name: partial(_of_operation, mistake, name) for name in operations}
            self.faults.append(
                Fault(
                    name=mistake.__name__,
                    description=str(mistake.__doc__),
                    mistakes=told if len(operations) > 1 else {operations[0]: mistake},
                    breaks=breaks,
                    **{**self._shared, **facts},
                )
            )
            return mistake

        return register


def _of_operation(mistake: Mistake, operation: str, target: Faulty, *arguments: Any, **keywords: Any) -> Any:
    return mistake(target, operation, *arguments, **keywords)


def replaced(answer: Array, where: Any, value: Any) -> Array:
    """A copy of ``answer`` with ``value`` at ``where``."""
    changed = np.array(answer)
    changed[where] = value
    return changed


def is_square(weights: Array) -> bool:
    """Whether a transposed product keeps its shape."""
    return bool(weights.shape[-1] == weights.shape[-2])


def smallest_normal(array: Array) -> float:
    """The smallest normal number of the format of ``array``."""
    return float(FORMATS[array.dtype.name].smallest_normal)
