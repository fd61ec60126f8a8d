"""The errata, their clauses and the implementations that compute what is printed: each names the others."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import pytest

from gradspec.conformance.faults import FAULTS
from gradspec.spec import clauses
from gradspec.spec.erratum import errata

if TYPE_CHECKING:
    from gradspec.conformance.faults import Fault

ENTRIES = {"albert-2024": 52, "bhadani-2026": 47, "dick-2021": 22, "park-2022": 43, "jiang": 28}
"""How many mistakes were found in each source. An entry that proves to be none is cleared, not taken out."""

ERRATA = errata()

RUN = [(fault, name) for fault in FAULTS for name in fault.errata]
"""Each fault that computes what is printed, with each of its errata."""


def faults_of() -> dict[str, list[Fault]]:
    """The faults that compute the printed formula of each erratum, by its id."""
    found: dict[str, list[Fault]] = defaultdict(list)
    for fault, name in RUN:
        found[name].append(fault)
    return found


def operations_of(name: str) -> set[str]:
    """The operations that the table of an erratum names in front of its fault."""
    return {each.strip() for each in ERRATA[name].fault.partition(":")[0].split(",")}


class TestEntries:
    """The tables hold every mistake."""

    def test_none_is_missing(self) -> None:
        """All mistakes of all sources have an entry."""
        assert Counter(erratum.source for erratum in ERRATA.values()) == ENTRIES

    def test_each_is_in_a_clause(self) -> None:
        """The clauses that an erratum names exist."""
        named = {(name, clause) for name, erratum in ERRATA.items() for clause in erratum.clauses}

        assert {each for each in named if each[1] not in clauses()} == set()

    def test_a_clause_corrects_what_exists(self) -> None:
        """The errata that a clause names exist."""
        named = {(clause.id, name) for clause in clauses().values() for name in clause.errata}

        assert {each for each in named if each[1] not in ERRATA} == set()

    def test_a_clause_is_named_by_what_it_corrects(self) -> None:
        """A clause that names an erratum is one of its clauses, or its note is about the clause."""
        named = {(clause.id, name) for clause in clauses().values() for name in clause.errata if name in ERRATA}

        assert {each for each in named if each[0] not in (*ERRATA[each[1]].clauses, *words(each[1]))} == set()


def words(name: str) -> list[str]:
    """The words of the note of an erratum, without the marks around them."""
    return [word.strip("`.,;:()") for word in ERRATA[name].note.split()]


class TestFaults:
    """What is printed is run wherever it is a formula."""

    def test_each_formula_is_run(self) -> None:
        """An erratum has an implementation exactly if its table describes one."""
        described = {name for name, erratum in ERRATA.items() if erratum.fault}

        assert set(faults_of()) == described

    @pytest.mark.parametrize(("fault", "name"), RUN, ids=lambda each: getattr(each, "name", each))
    def test_is_rejected_by_a_clause_that_is_right(self, fault: Fault, name: str) -> None:
        """The clause that rejects it is one of the erratum, or judges one, or, of a wrong shape, is of the contract."""
        stated = [clauses()[clause] for clause in ERRATA[name].clauses if clause in clauses()]
        judging = {clause.judged_by or clause.id for clause in stated}

        assert fault.breaks in judging or fault.breaks.startswith("contract.")

    @pytest.mark.parametrize("name", sorted(faults_of()))
    def test_offers_the_operations_of_the_table(self, name: str) -> None:
        """The implementations of an erratum offer the operations that its table names, and no others."""
        assert {operation for fault in faults_of()[name] for operation in fault.mistakes} == operations_of(name)
