"""Proofs by machine: what is asked of Coq, and, where it is installed, what it says."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from gradspec.conformance.proving import Coq, ProofError, Ruling, Statement, mutated, prove, statements
from gradspec.conformance.proving.coq import HOW_TO_INSTALL, PROGRAMS
from gradspec.conformance.proving.proving import AXIOMS, Proving
from gradspec.spec.clauses import clauses
from gradspec.spec.erratum import errata

if TYPE_CHECKING:
    from pathlib import Path

needs_coq = pytest.mark.skipif(
    any(shutil.which(program) is None for program in PROGRAMS),
    reason=f"Coq is not installed: {HOW_TO_INSTALL}",
)


class TestSlips:
    """A statement with one slip is another statement."""

    def test_each_is_another_and_comes_once(self) -> None:
        """Signs, factors, indices, numbers and functions."""
        formal = "forall z : R, is_derive f z (2 * exp z - A (i, j) * x j) /\\ 0 < z"
        found = list(mutated(formal))

        assert formal not in [slipped for _, slipped in found]
        assert len({slipped for _, slipped in found}) == len(found)
        assert {kind for kind, _ in found} >= {"sign", "factor", "index", "number", "relation", "function"}

    def test_an_index_is_exchanged(self) -> None:
        """The entry of the transpose."""
        assert ("index", "A (j, i) = 0") in list(mutated("A (i, j) = 0"))


class TestVacuity:
    """A hypothesis about functions has to be shown to be met somewhere."""

    @pytest.mark.parametrize(
        ("formal", "needed"),
        [
            ("forall z, 0 < z -> 0 < f z", False),
            ("forall J, is_jacobian f x J -> J = K", True),
            ("forall z, (is_derive f z 1 -> True) /\\ True", False),
            ("(forall x, f x = 0) -> False", True),
            ("forall z, f z = 0", False),
            ("forall z, f z = 0 /\\ forall t, (forall u, g u = t) -> t = 0", False),
        ],
    )
    def test_is_looked_for_at_the_outermost_level(self, formal: str, *, needed: bool) -> None:
        """Parts of a conjunction that have hypotheses of their own are conclusions."""
        assert Statement("a.b", "A.b", formal, None).needs_satisfiable is needed


class TestText:
    """What the clauses and errata say of theorems."""

    def test_a_formal_statement_has_its_theorem(self) -> None:
        """And a theorem its formal statement."""
        lone = [clause.id for clause in clauses().values() if bool(clause.formal) != (clause.theorem is not None)]

        assert lone == []

    def test_a_theorem_has_the_name_of_its_clause(self) -> None:
        """So that it is found from either side."""
        wrong = [each.id for each in statements() if not self.carries(each.theorem.partition(".")[2], each.id)]

        assert wrong == []

    @staticmethod
    def carries(theorem: str, identifier: str) -> bool:
        """Whether the name of a theorem is that of a clause or erratum, or begins with it."""
        if identifier in clauses():
            name = identifier.replace(".", "_")
            return theorem == name or theorem.startswith(f"{name}_")
        return theorem == f"erratum_{identifier.replace('-', '_')}"

    def test_what_has_no_theorem_says_why(self) -> None:
        """Clauses and errata alike; what has one says nothing."""
        assert [each.id for each in clauses().values() if each.theorem and each.unproven] == []
        assert [each.id for each in errata().values() if each.refuted and each.unrefuted] == []


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Proving:
    """All that is found, from a new build."""
    return prove(tmp_path_factory.mktemp("proofs"), jobs=2)


@needs_coq
class TestCoq:
    """Every formal statement is held against its theorem."""

    def test_everything_holds(self, found: Proving) -> None:
        """Each statement is proven, nothing is left open, and no slip is taken for a theorem."""
        assert [
            (proof.statement.id, proof.ruling, proof.message) for proof in found.proofs if proof.ruling != "proven"
        ] == []
        assert found.forbidden == ()
        assert [(mutant.statement.id, mutant.formal) for mutant in found.mutants if mutant.is_proven] == []
        assert [says for says, proven in found.golden if not proven] == []
        assert found.holds

    def test_nothing_is_assumed_but_the_real_numbers(self, found: Proving) -> None:
        """Four axioms of the standard library."""
        assert found.axioms == AXIOMS

    def test_enough_slips_are_statements(self, found: Proving) -> None:
        """At least thirty."""
        assert len(found.tried) >= 30

    def test_a_wrong_statement_is_found(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A theorem that is not there, one that says something else, one whose statement is none, and a vacuous one."""
        wrong = [
            Statement("a.missing", "Vectors.no_such_theorem", "0 = 0", None),
            Statement("a.different", "Vectors.delta_same", "0 = 0", None),
            Statement("a.garbled", "Vectors.delta_same", "0 = (", None),
            Statement("a.vacuous", "Vectors.delta_same", "", "Vectors.no_such_lemma"),
        ]
        small = {
            "_CoqProject": "-R . Gradspec\nBase.v\nVectors.v\n",
            "Base.v": "Require Import Reals.",
            "Vectors.v": "Require Import Reals. Open Scope R_scope.\nLemma delta_same : 1 = 1. Proof. ring. Qed.",
        }
        monkeypatch.setattr("gradspec.conformance.proving.coq.sources", lambda: small)
        monkeypatch.setattr("gradspec.conformance.proving.proving.statements", lambda: wrong)

        found = prove(tmp_path, mutants=False, golden=False)

        assert [proof.ruling for proof in found.proofs] == [
            Ruling.MISSING,
            Ruling.DIFFERENT,
            Ruling.ILL_FORMED,
            Ruling.MISSING,
        ]
        assert not found.holds

    @pytest.mark.parametrize(
        "text",
        [
            "Lemma a : False. Proof. Admitted.",
            "Axiom a : False.",
            "Parameter a : False.",
            "Lemma a : False. Proof. admit. Abort.",
        ],
    )
    def test_what_is_left_open_is_found(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
        """In the text, whether a theorem uses it or not; not in comments."""
        small = {"_CoqProject": "-R . Gradspec\nBase.v\n", "Base.v": f"(* Admitted (* Axiom *) *)\n{text}\n"}
        monkeypatch.setattr("gradspec.conformance.proving.coq.sources", lambda: small)

        assert len(list(Coq.built(tmp_path).forbidden())) == 1


class TestWithoutCoq:
    """Where Coq is missing, the message says how to install it."""

    def test_the_message_names_what_to_install(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Exit status 2, and nothing was built."""
        monkeypatch.setenv("PATH", str(tmp_path))

        with pytest.raises(ProofError, match="apt-get install --no-install-recommends coq"):
            Coq.built(tmp_path / "build")

        assert not (tmp_path / "build").exists()
