"""Every formal statement held against its theorem, statements with slips held against it too, and what all rest on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import TYPE_CHECKING

from .coq import Coq
from .golden import golden_points
from .mutating import mutated
from .statements import Statement, statements, unproven, unrefuted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

AXIOMS = ("classic", "functional_extensionality_dep", "sig_forall_dec", "sig_not_dec")
"""
What the real numbers of Coq's standard library rest on; nothing else is assumed.

They stand in ``Classical_Prop``, ``FunctionalExtensionality`` and, the last two, in ``ClassicalDedekindReals``.
"""

MOST_MUTANTS = 4
"""So many slips of a statement are tried, one of each kind before a second of any."""

_ASSUMED = re.compile(r"^([\w.']+)\s*:", re.MULTILINE)


class Ruling(StrEnum):
    """What came of one statement."""

    PROVEN = "proven"
    """The theorem is the statement."""
    MISSING = "missing"
    """There is no such theorem, or no such lemma about its hypotheses."""
    DIFFERENT = "different"
    """The theorem states something else."""
    ILL_FORMED = "ill-formed"
    """The formal statement is none."""
    VACUOUS = "vacuous"
    """It has a hypothesis that needs to be shown to be met somewhere, and no lemma that shows it."""


@dataclass(frozen=True)
class Proof:
    """One statement, and what came of it."""

    statement: Statement
    """What was to be proven."""
    ruling: Ruling
    """What came of it."""
    message: str
    """In Coq's words, where it is not proven."""
    assumptions: tuple[str, ...]
    """What the theorems of its file rest on."""


@dataclass(frozen=True)
class Mutant:
    """A statement with one slip, and what came of it."""

    statement: Statement
    """The right one."""
    kind: str
    """Of the slip."""
    formal: str
    """The statement with the slip."""
    is_well_formed: bool
    """Whether it is a statement at all; one that is none tells nothing."""
    is_proven: bool
    """Whether the theorem was taken for its proof."""


@dataclass(frozen=True)
class Proving:
    """All that was found."""

    coq: str
    """The version of Coq."""
    seconds: float
    """What the build took."""
    proofs: tuple[Proof, ...]
    """Every clause and erratum that names a theorem."""
    unproven: Mapping[str, str]
    """Every other clause that claims something, and why it names none."""
    unrefuted: Mapping[str, str]
    """Every other false erratum, likewise."""
    forbidden: tuple[str, ...]
    """Places in the proofs where something is left unproven."""
    mutants: tuple[Mutant, ...]
    """Statements with one slip."""
    golden: tuple[tuple[str, bool], ...]
    """Digits of the oracle, each as Coq was asked, and whether they were proven."""

    @property
    def axioms(self) -> tuple[str, ...]:
        """What the theorems rest on together."""
        return tuple(sorted({name for proof in self.proofs for name in proof.assumptions}))

    @property
    def tried(self) -> tuple[Mutant, ...]:
        """The mutants that are statements."""
        return tuple(mutant for mutant in self.mutants if mutant.is_well_formed)

    @property
    def holds(self) -> bool:
        """Whether everything is proven that names a theorem, from the known axioms, and no slip is."""
        return (
            all(proof.ruling is Ruling.PROVEN for proof in self.proofs)
            and not self.forbidden
            and set(self.axioms) <= set(AXIOMS)
            and not any(mutant.is_proven for mutant in self.mutants)
            and all(proven for _, proven in self.golden)
        )


def prove(folder: Path, jobs: int = 1, *, mutants: bool = True, golden: bool = True) -> Proving:
    """
    Build the proofs in ``folder`` and hold every statement against its theorem.

    Raises :class:`ProofError` where Coq is missing or the proofs do not build.
    """
    coq = Coq.built(folder, jobs)
    wanted = statements()
    answers = _read(coq, [(each.file, _sentences(each)) for each in wanted])
    rulings = [_ruling(each, answer) for each, answer in zip(wanted, answers, strict=True)]
    rests = _assumptions(
        coq, [each for each, (ruling, _) in zip(wanted, rulings, strict=True) if ruling is Ruling.PROVEN]
    )
    proofs = tuple(
        Proof(each, ruling, message, rests.get(each.file, ()))
        for each, (ruling, message) in zip(wanted, rulings, strict=True)
    )
    return Proving(
        coq=coq.version,
        seconds=coq.seconds,
        proofs=proofs,
        unproven=unproven(),
        unrefuted=unrefuted(),
        forbidden=tuple(coq.forbidden()),
        mutants=tuple(_mutants(coq, [proof.statement for proof in proofs if proof.ruling is Ruling.PROVEN]))
        if mutants
        else (),
        golden=tuple(_golden(coq)) if golden else (),
    )


def _opening(coq: Coq) -> list[str]:
    """What every session begins with; the base comes first, whose order of imports is the one that works."""
    return ["Require Import Gradspec.Base.", *(f"Require Gradspec.{name}." for name in coq.files)]


def _read(coq: Coq, asked: Sequence[tuple[str, Sequence[str]]]) -> list[list[str]]:
    """What Coq prints for each group of sentences, read where the words of its file of proofs are known."""
    sentences = _opening(coq)
    places: dict[int, slice] = {}
    in_order = sorted(range(len(asked)), key=lambda number: asked[number][0])
    for file, numbers in groupby(in_order, key=lambda number: asked[number][0]):
        own = [f"Import Gradspec.{name}." for name in coq.imports(file)]
        sentences.append("\n".join([f"Module In_{file}.", *coq.libraries(file), *own, "Local Open Scope R_scope."]))
        for number in numbers:
            group = asked[number][1]
            places[number] = slice(len(sentences), len(sentences) + len(group))
            sentences += group
        sentences.append(f"End In_{file}.")
    answers = coq.answers(sentences)
    return [answers[places[number]] for number in range(len(asked))]


def _sentences(statement: Statement) -> list[str]:
    """Whether the theorem is there, the statement is one, the theorem is it, and its hypotheses can be met."""
    name, theorem, formal = statement.name, f"@Gradspec.{statement.theorem}", statement.formal
    return [
        f"Definition theorem_{name} := {theorem}.",
        f"Definition stated_{name} : Prop :=\n{formal}." if formal else "",
        f"Definition proven_{name} : stated_{name} := {theorem}." if formal else "",
        f"Definition met_{name} := @Gradspec.{statement.satisfiable}." if statement.satisfiable else "",
    ]


def _ruling(statement: Statement, answers: Sequence[str]) -> tuple[Ruling, str]:
    theorem, stated, proven, met = answers
    name = statement.name
    if f"theorem_{name} is defined" not in theorem:
        return Ruling.MISSING, theorem
    if statement.satisfiable and f"met_{name} is defined" not in met:
        return Ruling.MISSING, met
    if statement.formal:
        if f"stated_{name} is defined" not in stated:
            return Ruling.ILL_FORMED, stated
        if f"proven_{name} is defined" not in proven:
            return Ruling.DIFFERENT, proven
        if statement.needs_satisfiable and not statement.satisfiable:
            return Ruling.VACUOUS, "name the lemma that its hypotheses can be met: satisfiable = ..."
    return Ruling.PROVEN, ""


def _assumptions(coq: Coq, proven: Sequence[Statement]) -> dict[str, tuple[str, ...]]:
    """What the theorems of each file rest on; asked of all of a file together, which is many times faster."""
    files = list(dict.fromkeys(each.file for each in proven))
    sentences = _opening(coq)
    skipped = len(sentences)
    for file in files:
        names = {name for each in proven if each.file == file for name in (each.theorem, each.satisfiable) if name}
        pairs = "".join(f"(@Gradspec.{name}, " for name in sorted(names)) + "tt" + ")" * len(names)
        sentences.append(f"Definition all_of_{file} := {pairs}.\nPrint Assumptions all_of_{file}.")
    answers = coq.answers(sentences)[skipped:]
    return {file: tuple(sorted(_axioms(answer))) for file, answer in zip(files, answers, strict=True)}


def _axioms(answer: str) -> set[str]:
    """The names in what ``Print Assumptions`` prints."""
    _, _, found = answer.partition("Axioms:")
    return {name.rpartition(".")[2] for name in _ASSUMED.findall(found)}


def _mutants(coq: Coq, proven: Sequence[Statement]) -> Iterator[Mutant]:
    chosen = [(each, kind, formal) for each in proven for kind, formal in _chosen(each.formal)]
    asked = [
        (
            each.file,
            (
                f"Definition slipped_{number} : Prop :=\n{formal}.",
                f"Definition taken_{number} : slipped_{number} := @Gradspec.{each.theorem}.",
            ),
        )
        for number, (each, _, formal) in enumerate(chosen)
    ]
    for number, ((each, kind, formal), (slipped, taken)) in enumerate(zip(chosen, _read(coq, asked), strict=True)):
        well_formed = f"slipped_{number} is defined" in slipped
        yield Mutant(each, kind, formal, well_formed, f"taken_{number} is defined" in taken)


def _chosen(formal: str) -> list[tuple[str, str]]:
    """A few slips of a statement, kinds in turn."""
    by_kind: dict[str, list[str]] = {}
    for kind, slipped in mutated(formal):
        by_kind.setdefault(kind, []).append(slipped)
    turns = [(rank, kind, slipped) for kind, found in by_kind.items() for rank, slipped in enumerate(found)]
    return [(kind, slipped) for _, kind, slipped in sorted(turns, key=lambda turn: turn[0])[:MOST_MUTANTS]]


def _golden(coq: Coq) -> Iterator[tuple[str, bool]]:
    points = list(golden_points())
    sentences = [*_opening(coq), "From Interval Require Import Tactic."]
    skipped = len(sentences)
    sentences += [point.sentence(number) for number, point in enumerate(points)]
    for number, (point, answer) in enumerate(zip(points, coq.answers(sentences)[skipped:], strict=True)):
        yield point.says, f"golden_{number} is defined" in answer
