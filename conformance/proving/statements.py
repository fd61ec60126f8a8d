"""What is to be proven: the formal statement of each clause, and that what each false erratum prints is false."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...spec.clauses import clauses
from ...spec.erratum import errata

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ...spec.clauses import Clause

PROVABLE = ("proposition", "property", "listing", "example")
"""The kinds of clauses that claim something; each has a theorem, or says why it has none."""

UNEXPLAINED = "nothing is said of why"
"""Of what claims something, and has neither a theorem nor a reason for having none."""

REFUTABLE = "false"
"""The class of errata that claim something which is not so."""


_LATER_BINDER = re.compile(r"/\\\s*(?:forall|exists)\b")
"""Where a part of a conjunction begins that has variables of its own."""


_OPENING = re.compile(r"(forall|let)\s")
"""With what a statement introduces a name."""


@dataclass(frozen=True)
class Statement:
    """One theorem, and the claim that it is held against."""

    id: str
    """Of the clause or erratum."""
    theorem: str
    """``File.name``, below ``spec/proofs``."""
    formal: str
    """What the text says that it states; empty where the text shows no formal statement, of errata."""
    satisfiable: str | None
    """The lemma that its hypotheses can be met, ``File.name``; None where none is named."""

    @property
    def file(self) -> str:
        """The file of the theorem, without its ending."""
        return self.theorem.partition(".")[0]

    @property
    def name(self) -> str:
        """The id as a name of Coq."""
        return self.id.replace(".", "_").replace("-", "_")

    @property
    def needs_satisfiable(self) -> bool:
        """Whether it has a hypothesis that no numbers might meet: one about functions or about all numbers."""
        return any(word in hypothesis for hypothesis in _hypotheses(self.formal) for word in ("forall", "is_"))


def statements() -> list[Statement]:
    """Every clause and every erratum that names a theorem, in the order of the text."""
    return [*_of_clauses(), *_of_errata()]


def unproven() -> Mapping[str, str]:
    """Of the clauses that claim something and name no theorem: why, or that nothing is said."""
    return {
        clause.id: clause.unproven or UNEXPLAINED
        for clause in clauses().values()
        if clause.kind in PROVABLE and clause.theorem is None
    }


def unrefuted() -> Mapping[str, str]:
    """Of the false errata that name no theorem: why, or that nothing is said."""
    return {
        erratum.id: erratum.unrefuted or UNEXPLAINED
        for erratum in errata().values()
        if erratum.of_class == REFUTABLE and not erratum.refuted
    }


def _of_clauses() -> Iterator[Statement]:
    for clause in clauses().values():
        if clause.theorem is not None:
            yield _statement(clause, clause.theorem)


def _statement(clause: Clause, theorem: str) -> Statement:
    return Statement(clause.id, theorem, clause.formal, clause.satisfiable)


def _of_errata() -> Iterator[Statement]:
    for erratum in errata().values():
        if erratum.refuted:
            yield Statement(erratum.id, erratum.refuted, "", None)


def _hypotheses(formal: str) -> Iterator[str]:
    """The parts of a statement that an implication at its outermost level has on its left."""
    body = _without_binders(formal)
    depth, start = 0, 0
    for position, character in enumerate(body):
        depth += (character in "([{") - (character in ")]}")
        if depth == 0 and _LATER_BINDER.match(body, position):
            return  # what follows belongs to a part of the conclusion
        if depth == 0 and body.startswith("->", position):
            yield body[start:position]
            start = position + 2


def _without_binders(formal: str) -> str:
    """What stands after the variables and abbreviations that a statement begins with."""
    body = formal.strip()
    while (opening := _OPENING.match(body)) is not None:
        end = "," if opening[1] == "forall" else "in"
        depth = 0
        for position, character in enumerate(body):
            depth += (character in "([{") - (character in ")]}")
            if depth == 0 and position and re.match(rf"{end}\s", body[position:]) and _ends(end, body, position):
                body = body[position + len(end) :].strip()
                break
        else:
            return body
    return body


def _ends(end: str, body: str, position: int) -> bool:
    """Whether a comma, or the word ``in`` and not the end of a longer one, stands at a place."""
    return end == "," or body[position - 1].isspace()
