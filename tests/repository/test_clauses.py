"""The citations: every name that one face of a clause gives to another leads somewhere."""

from __future__ import annotations

import re
from importlib import import_module
from typing import TYPE_CHECKING, Any

from gradspec.spec import Clause, clauses, conventions, operations
from gradspec.spec.index import anchor, stale

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SOURCE = re.compile(r"(?P<key>[a-z]+(-\d{4})?): \S.*")
"""A citation of a source: its key in the references, a colon, and where in it."""

REFERENCE = re.compile(r"(?m)^\*\*([a-z0-9-]+)\*\* ")
"""The entry of a reference, which opens with its key."""

WITNESS = re.compile(r"(derivative_of|equals) (?P<clause>[a-z0-9_.]+)|solves( .+)?|by definition|simulation")
"""What a clause may be verified against."""

CITED_IN_TEXT = re.compile(r"(?<!`)`([a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)+)`(?!`)")
CITED_IN_CODE = re.compile(r"\b[Cc]lauses? ``([a-z0-9_]+(?:\.[a-z0-9_]+)+)``")
FENCE = re.compile(r"(?ms)^```.*?^```$")

COMPUTED = ("proposition", "listing")
"""The kinds of clauses that the oracle computes."""

NEED_A_CHECK = ("proposition", "property", "listing")
"""The kinds of clauses that the suite holds an implementation to."""


def of_kind(*kinds: str, subject: str = "implementation") -> dict[str, Clause]:
    """The clauses of some kinds that bind ``subject``, by their ids."""
    return {name: each for name, each in clauses().items() if each.kind in kinds and each.subject == subject}


def propositions() -> Any:
    """The oracle's registry, imported when asked for: a chapter can be examined before its oracle exists."""
    return import_module("gradspec.oracle.propositions").PROPOSITIONS


def checks() -> Any:
    """The suite's registry, imported when asked for."""
    return import_module("gradspec.conformance.checks").CHECKS


class TestFacts:
    """What a clause says of itself is true."""

    def test_there_are_clauses(self) -> None:
        """Nothing below holds because there is nothing to hold."""
        assert clauses()

    def test_a_proposition_is_stated_and_proven(self) -> None:
        """A proposition has a statement, a proof, and a witness by which it is verified."""
        stated = of_kind(*COMPUTED) | of_kind("proposition", subject="oracle")

        assert {name for name, clause in stated.items() if not clause.statement} == set()
        assert {name for name, clause in stated.items() if not clause.proof} == set()
        assert {name for name, clause in stated.items() if not clause.witness} == set()

    def test_the_first_form_is_the_definition(self) -> None:
        """A proposition about implementations lists its forms, the formula of its statement first."""
        listed = {name: next(iter(clause.forms), None) for name, clause in of_kind(*COMPUTED).items()}

        assert {name for name, first in listed.items() if first != "definition"} == set()

    def test_witnesses_are_clauses(self) -> None:
        """A witness is of a known sort, and the clause that it names exists and is another one."""
        unknown = {}
        for name, clause in clauses().items():
            match = WITNESS.fullmatch(clause.witness or "by definition")
            if match is None or match["clause"] not in {None, *clauses()} - {name}:
                unknown[name] = clause.witness

        assert unknown == {}

    def test_sources_are_references(self, repository: Path) -> None:
        """A source is a key that the references list, and a place in it."""
        references = (repository / "spec" / "D-references.md").read_text(encoding="utf-8")
        listed = set(REFERENCE.findall(references))
        cited = {source for clause in clauses().values() for source in clause.sources}
        keys = {source: match["key"] for source in cited if (match := SOURCE.fullmatch(source))}

        assert cited - keys.keys() == set()
        assert {source for source, key in keys.items() if key not in listed} == set()

    def test_what_no_source_states_says_so(self) -> None:
        """A clause that no source states gives the reason why it stands here."""
        unfounded = {name for name, clause in clauses().items() if not (clause.sources or clause.extension)}

        assert unfounded == set()

    def test_conventions_are_declared(self) -> None:
        """A clause depends on conventions that exist, and each convention has its clause."""
        used = {(name, each) for name, clause in clauses().items() for each in clause.conventions}
        stated = {name.removeprefix("convention.") for name in of_kind("convention")}

        assert {place for place in used if place[1] not in conventions()} == set()
        assert stated == conventions().keys()


class TestOperations:
    """The operations and the clauses that judge them name one another."""

    def test_a_clause_judges_an_operation_that_exists(self) -> None:
        """The operation of a clause is declared in operations.toml."""
        used = {name: clause.operation for name, clause in clauses().items() if clause.operation}

        assert {name for name, operation in used.items() if operation not in operations()} == set()

    def test_an_operation_names_the_proposition_that_names_it(self) -> None:
        """Each operation has the clause of its value, and that clause is about this operation."""
        named = {name: clauses().get(operation.clause) for name, operation in operations().items()}

        assert {name for name, clause in named.items() if clause is None} == set()
        assert {name for name, clause in named.items() if clause and clause.operation != name} == set()

    def test_both_depend_on_the_same_conventions(self) -> None:
        """The conventions that rule an operation are those of its clause."""
        stated = {
            name: clauses()[operation.clause].conventions
            for name, operation in operations().items()
            if operation.clause in clauses()
        }

        assert {name for name in stated if {*stated[name]} != {*operations()[name].conventions}} == set()


class TestFaces:
    """Each clause has its other faces: one definition in the oracle, one check in the suite."""

    def test_each_proposition_is_defined_once(self) -> None:
        """The oracle defines the propositions about implementations, and nothing else."""
        assert set(propositions()) == set(of_kind(*COMPUTED))

    def test_each_form_is_a_function(self) -> None:
        """The oracle evaluates exactly the forms that a clause lists."""
        listed = {name: {*clause.forms} for name, clause in of_kind(*COMPUTED).items()}

        assert {name: {*each.forms} for name, each in propositions().items()} == listed

    def test_each_witness_is_the_one_that_is_stated(self) -> None:
        """The comparison that verifies a proposition promises what its clause says."""
        witnesses = import_module("gradspec.oracle.verification.witnesses").WITNESSES
        stated = {name: clause.witness for name, clause in of_kind(*COMPUTED).items()}

        assert {name: witness.fact for name, witness in witnesses.items()} == stated

    def test_each_rule_is_checked(self) -> None:
        """The suite checks the propositions, properties and listings that bind implementations, unless another does."""
        judged = {name for name, clause in of_kind(*NEED_A_CHECK).items() if clause.judged_by is None}

        assert set(checks()) == judged

    def test_who_is_judged_by_another_clause_speaks_of_its_operation(self) -> None:
        """A proposition that states a quantity in another way names the clause of the operation that it is about."""
        others = {name: clause for name, clause in clauses().items() if clause.judged_by is not None}

        assert others
        assert {
            name for name, clause in others.items() if operations()[str(clause.operation)].clause != clause.judged_by
        } == set()


class TestText:
    """No citation dangles."""

    def test_every_id_in_the_chapters_is_a_clause(self, repository: Path) -> None:
        """A code span of dotted words that begins as the id of a clause does is the id of a clause."""
        subjects = {name.partition(".")[0] for name in clauses()}
        cited = {
            (page.name, name)
            for page in (repository / "spec").glob("*.md")
            for name in CITED_IN_TEXT.findall(FENCE.sub("", page.read_text(encoding="utf-8")))
            if name.partition(".")[0] in subjects
        }

        assert {place for place in cited if place[1] not in clauses()} == set()

    def test_every_clause_cited_in_code_exists(self, repository: Path) -> None:
        """Where a docstring cites a clause, the clause exists."""
        assert {place for place in cited_in_code(repository) if place[1] not in clauses()} == set()

    def test_the_generated_pages_are_up_to_date(self) -> None:
        """The index, the errata and the trace are what their writer writes."""
        assert list(stale()) == []

    def test_anchors_are_of_one_clause(self) -> None:
        """Two ids of one chapter that differ in their full stops alone would share an anchor."""
        anchors = [(clause.chapter, anchor(name)) for name, clause in clauses().items()]

        assert len(anchors) == len(set(anchors))


def cited_in_code(repository: Path) -> Iterator[tuple[str, str]]:
    """Each module, with the clauses that its docstrings cite."""
    for folder in ("spec", "oracle", "conformance"):
        for module in (repository / folder).rglob("*.py"):
            for name in CITED_IN_CODE.findall(module.read_text(encoding="utf-8")):
                yield module.relative_to(repository).as_posix(), name
