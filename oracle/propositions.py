"""
The registry of propositions: each stated by one clause, defined once here, with its further forms.

A module of formulas defines a proposition with ``@proposition("clause.id")`` and each further form with
``@form(the_proposition, "name")``. Called, a proposition lets the arithmetic choose: the high-precision arithmetic
takes the definition, the ball arithmetic the stable form, the rounding arithmetic the hull over all forms (MUST) or
the stable one (SHOULD). Nested calls choose likewise, so that a network is admitted with any form of its sigmoid.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .arithmetic.protocol import Arithmetic, Formula

DEFINITION = "definition"
"""The form that the clause states."""

STABLE = "stable"
"""The form by which SHOULD is judged, and the beginning of the names of its equals."""


@dataclass(frozen=True)
class Proposition:
    """A quantity that a clause states, and every form of computing it that a clause lists."""

    clause: str
    """The id of the clause."""
    forms: dict[str, Formula] = field(default_factory=dict)
    """Each form by its name; ``definition`` always."""

    def __call__(self, arithmetic: Arithmetic, /, *arguments: Any, **keywords: Any) -> Any:  # noqa: ANN401
        """The value by the form, or the hull of the forms, that ``arithmetic`` evaluates."""
        return arithmetic.choose(self.forms, arguments, keywords)

    @property
    def stable(self) -> Formula:
        """The form named ``stable``, or the definition where the clause lists no other."""
        return stable_form(self.forms)


def stable_forms(forms: Mapping[str, Formula]) -> dict[str, Formula]:
    """The forms that SHOULD admits: those whose names begin with ``stable``, or all of them where none does."""
    return {name: formula for name, formula in forms.items() if name.startswith(STABLE)} or dict(forms)


def stable_form(forms: Mapping[str, Formula]) -> Formula:
    """The form named ``stable`` among ``forms``, or the definition."""
    return forms.get(STABLE, forms[DEFINITION])


_registry: dict[str, Proposition] = {}
PROPOSITIONS: Mapping[str, Proposition] = _registry
"""Every proposition by the id of its clause; complete once :mod:`gradspec.oracle` is imported."""


def proposition(clause: str) -> Callable[[Formula], Proposition]:
    """Register the decorated function as the definition of ``clause``."""

    def register(formula: Formula) -> Proposition:
        if clause in _registry:
            message = f"{clause} is defined twice"
            raise ValueError(message)
        _registry[clause] = Proposition(clause, {DEFINITION: formula})
        return _registry[clause]

    return register


def form(of: Proposition, name: str) -> Callable[[Formula], Formula]:
    """Register the decorated function as a further form of the proposition ``of``."""

    def register(formula: Formula) -> Formula:
        if name in of.forms:
            message = f"{of.clause} has two forms named {name}"
            raise ValueError(message)
        of.forms[name] = formula
        return formula

    return register
