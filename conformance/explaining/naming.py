"""Clauses by the names that people type."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from ...spec.clauses import clauses
from ...spec.operations import operations
from ..rendering.printable import printable
from ..running import ScopeError

if TYPE_CHECKING:
    from ...spec.clauses import Clause

NEAREST = 3
"""How many names are proposed in the place of one that is unknown."""

LONGEST = 80
"""Characters of an unknown name that are shown."""


def clause_named(name: str, wanted: str = "a clause or an operation") -> Clause:
    """
    The clause ``name``, or the one that defines the answer of the operation ``name``.

    Raises :class:`ScopeError` where there is none, with the nearest names; ``wanted`` says what it might have been.
    """
    known = clauses()
    if name in known:
        return known[name]
    if name in operations():
        return known[operations()[name].clause]
    near = get_close_matches(name, [*known, *operations()], n=NEAREST)
    hint = f"did you mean {' or '.join(near)}?" if near else "gradspec list prints every clause"
    message = f"'{printable(name, LONGEST)}' is not {wanted}; {hint}"
    raise ScopeError(message)
