"""
What a proposition is verified against, and the ways to say it.

A witness has the words that its clause states as the fact ``witness``, and the comparison that they promise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ....spec.clauses import clauses
from ....spec.operations import Operation, operations
from ...propositions import PROPOSITIONS
from ..derivatives import Derivative, Forward, Kind, Variable
from ..independent import INDEPENDENT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ...arithmetic.arrays import Number
    from ...arithmetic.protocol import Arithmetic


@dataclass(frozen=True)
class Witness:
    """What a proposition is compared with, beside its own enclosure and its further forms."""

    fact: str
    """What the clause says of it: ``derivative_of X``, ``equals X`` or ``by definition``."""
    derivative: Derivative | None = None
    """As which derivative of a forward definition it is computed anew."""
    equal: Forward | None = None
    """By which other propositions it is computed anew."""
    independent: Callable[..., list[Number]] | None = None
    """By which function of plain mpmath it is computed anew."""


def operation_of(clause: str) -> Operation:
    """The operation whose arguments ``clause`` speaks of: its own, or that of the clause by which it is judged."""
    own = next((each for each in operations().values() if each.clause == clause), None)
    return own or operations()[str(clauses()[clause].operation)]


def definition_of(clause: str) -> Forward:
    """The forward function that ``clause`` defines, of the first of the arguments given."""

    def forward(arithmetic: Arithmetic, arguments: Sequence[Any], keywords: Mapping[str, Number]) -> Any:  # noqa: ANN401
        arity = len(operation_of(clause).arguments)
        return PROPOSITIONS[clause](arithmetic, *arguments[:arity], **keywords)

    return forward


def equals(clause: str) -> Witness:
    """The same quantity as ``clause`` states it, of the same arguments."""
    return Witness(f"equals {clause}", equal=definition_of(clause))


def derivative_of(clause: str, kind: Kind, *arguments: int, upstream: int | None = None) -> Witness:
    """The derivative of what ``clause`` defines with respect to these ``arguments``."""
    variables = [Variable(argument) for argument in arguments]
    derivative = Derivative(definition_of(clause), kind, lambda _: variables, upstream)
    return Witness(f"derivative_of {clause}", derivative)


def by_definition(clause: str) -> Witness:
    """What ``clause`` defines, written a second time."""
    return Witness("by definition", independent=INDEPENDENT[clause])
