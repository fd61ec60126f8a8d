"""What ``gradspec prove`` prints: one line a statement, what is left out and why, and the totals."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from ..proving.proving import AXIOMS, Ruling
from ..proving.record import claims

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ..proving import Proving

INDENT = " " * 12


def table(proving: Proving) -> Iterator[str]:
    """Every statement with its theorem, what came of it, and what it rests on."""
    width = max((len(proof.statement.id) for proof in proving.proofs), default=6)
    names = max((len(proof.statement.theorem) for proof in proving.proofs), default=7)
    yield f"{'clause':<{width}}  {'theorem':<{names}}  {'':<10}  assumptions"
    for proof in proving.proofs:
        rests = assumptions(proof.assumptions) if proof.ruling is Ruling.PROVEN else ""
        yield f"{proof.statement.id:<{width}}  {proof.statement.theorem:<{names}}  {proof.ruling:<10}  {rests}".rstrip()
        for line in proof.message.split("\n") if proof.message else ():
            yield f"{INDENT}{line}"


def assumptions(names: tuple[str, ...]) -> str:
    """The axioms of Coq's real numbers as one word, any other by its name."""
    others = [name for name in names if name not in AXIOMS]
    known = len(names) - len(others)
    return ", ".join([*([f"{known} of Coq's reals"] if known else []), *others]) or "none"


def left_out(proving: Proving) -> Iterator[str]:
    """The clauses and errata without a theorem, by the reason."""
    for title, found in (("without a theorem", proving.unproven), ("not refuted", proving.unrefuted)):
        if found:
            yield ""
            yield f"{len(found)} {title}"
        for reason, names in _by_reason(found).items():
            yield f"    {reason}: {', '.join(names)}"


def _by_reason(found: Mapping[str, str]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for name, reason in found.items():
        groups.setdefault(reason, []).append(name)
    return groups


def totals(proving: Proving) -> Iterator[str]:
    """How many of all claims about real numbers are proven, how the slips fared, and whether all holds."""
    clauses = [proof for proof in proving.proofs if proof.statement.formal]
    rulings = Counter(proof.ruling for proof in clauses)
    refuted = sum(proof.ruling is Ruling.PROVEN for proof in proving.proofs if not proof.statement.formal)
    yield ""
    proven = rulings[Ruling.PROVEN]
    yield f"{proven} of {claims()} clauses that claim something about real numbers are proven, by Coq {proving.coq}"
    yield f"{refuted} errata are refuted; built in {proving.seconds:.0f} s"
    others = ", ".join(name for name in proving.axioms if name not in AXIOMS)
    yield f"axioms: {', '.join(proving.axioms) or 'none'}{f'; NOT ADMITTED: {others}' if others else ''}"
    if proving.mutants:
        taken = [mutant for mutant in proving.tried if mutant.is_proven]
        rejected = len(proving.tried) - len(taken)
        yield f"{len(proving.tried)} statements with one slip: {rejected} are rejected, {len(taken)} taken"
        for mutant in taken:
            yield f"{INDENT}{mutant.statement.id} ({mutant.kind}): {' '.join(mutant.formal.split())}"
    if proving.golden:
        wrong = [says for says, proven in proving.golden if not proven]
        right = len(proving.golden) - len(wrong)
        yield f"{len(proving.golden)} values of the oracle: {right} are proven to the digits printed"
        for says in wrong:
            yield f"{INDENT}not proven: {says}"
    for place in proving.forbidden:
        yield f"left unproven: {place}"
    yield "holds" if proving.holds else "does not hold"
