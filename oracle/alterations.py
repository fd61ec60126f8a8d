"""
What a faulty implementation computes, as an alteration of the right formulas.

A proposition is computed from others; whatever computes one of them otherwise, or alters the whole answer, may be
evaluated in the rounding arithmetic too. Its envelope is what an implementation with exactly this fault may return,
and answers are compared with it to find out what they behave like.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .propositions import PROPOSITIONS

if TYPE_CHECKING:
    from .arithmetic.protocol import Arithmetic, Formula

Instead = Callable[..., Any]
"""
What stands in place of a proposition: a function of the arithmetic, of the right proposition, which is called as ever,
and of the arguments that it is given.
"""

OfAnswer = Callable[["Arithmetic", Any, Sequence[Any]], Any]
"""What becomes of a right answer: a function of the arithmetic, of the answer, and of the arguments."""


@dataclass(frozen=True)
class Alteration:
    """A fault as a change of what is computed."""

    instead: Mapping[str, Instead] = field(default_factory=dict)
    """By clause: what is computed in place of it, wherever it is used."""
    of_answer: OfAnswer | None = None
    """What becomes of the whole answer in the end."""
    form: str | None = None
    """The one form by which the operation itself is computed, where only that is admitted."""
    product_bits: int | None = None
    """To how many bits the inputs of every product are rounded first, where they are."""

    def formula(self, clause: str) -> Formula:
        """What computes the operation of ``clause``, before anything becomes of the answer."""
        proposition = PROPOSITIONS[clause]
        return proposition if self.form is None else proposition.forms[self.form]

    def replacements(self) -> Mapping[int, Instead]:
        """What is computed instead, by the identity of the forms that a proposition hands to the arithmetic."""
        return {id(PROPOSITIONS[clause].forms): formula for clause, formula in self.instead.items()}


UNALTERED = Alteration()
"""The right formulas."""
