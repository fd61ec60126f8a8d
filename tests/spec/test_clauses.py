"""The reader of the chapters: what it takes from a clause, and what it refuses."""

from __future__ import annotations

import pickle

import pytest

from gradspec.spec import Clause, SpecificationError, clauses, specification_digest
from gradspec.spec.clauses import judging_text, parse_chapter

FILE = "4-activations.md"

FACTS = """\
kind = "proposition"
operation = "sigmoid_derivative"
sources = ["park-2022: section 3, eq. (2)"]
conventions = []
witness = "derivative_of sigmoid.value"

[forms]
definition = "s (1 - s)"
stable = "e / (1 + e)^2"
"""

BODY = """\
**Statement.** If $z$ is NaN, the result is NaN.

$$\\sigma'(z) = s\\,(1 - s)$$

**Proof.** The quotient rule:

* $(1 + e^{-z})^{-2} e^{-z}$,
* which is $s (1 - s)$.

**Notes.** `stable` subtracts nothing.
"""


def chapter(identifier: str = "sigmoid.derivative", facts: str = FACTS, body: str = BODY) -> str:
    """A chapter of one clause."""
    return f"# 4. Activations\n\nProse.\n\n### `{identifier}`\n\n```toml\n{facts}```\n\n{body}"


def only_clause(text: str) -> Clause:
    """The clause of a chapter that has one."""
    (clause,) = parse_chapter(FILE, text).values()
    return clause


def refusal(text: str) -> SpecificationError:
    """The error with which a chapter is refused."""
    with pytest.raises(SpecificationError) as caught:
        parse_chapter(FILE, text)
    return caught.value


class TestWhatIsRead:
    """A clause is a heading that is its id, a block of facts, and its parts."""

    def test_every_fact_arrives(self) -> None:
        """Each fact is a field of the clause, and lists are tuples."""
        clause = only_clause(chapter())

        assert clause.id == "sigmoid.derivative"
        assert clause.kind == "proposition"
        assert clause.chapter == "4-activations"
        assert clause.operation == "sigmoid_derivative"
        assert clause.sources == ("park-2022: section 3, eq. (2)",)
        assert clause.conventions == ()
        assert clause.witness == "derivative_of sigmoid.value"
        assert clause.forms == {"definition": "s (1 - s)", "stable": "e / (1 + e)^2"}

    def test_what_is_left_out_has_a_default(self) -> None:
        """The least a clause may say is its kind, its sources, its conventions and a statement."""
        facts = 'kind = "definition"\nsources = []\nconventions = []\n'
        clause = only_clause(chapter(facts=facts, body="**Statement.** So it is.\n"))

        assert clause.subject == "implementation"
        assert (clause.operation, clause.extension, clause.witness) == (None, None, None)
        assert (clause.forms, clause.errata) == ({}, ())
        assert (clause.statement, clause.proof, clause.notes) == ("So it is.", "", "")

    def test_parts_are_the_source_between_their_markers(self) -> None:
        """A part is Markdown source, with its formulas and lists, up to the next part."""
        clause = only_clause(chapter())

        assert clause.statement.startswith("If $z$ is NaN")
        assert clause.statement.endswith("$$\\sigma'(z) = s\\,(1 - s)$$")
        assert clause.proof.splitlines()[0] == "The quotient rule:"
        assert clause.proof.endswith("* which is $s (1 - s)$.")
        assert clause.notes == "`stable` subtracts nothing."

    @pytest.mark.parametrize("heading", ["## Softmax", "### The `exact` regime", "# 5. Losses"])
    def test_a_heading_of_prose_ends_a_clause(self, heading: str) -> None:
        """What stands below a further heading belongs to no clause."""
        clause = only_clause(f"{chapter()}\n{heading}\n\n**Statement.** Not of a clause.\n")

        assert clause.notes == "`stable` subtracts nothing."

    def test_a_smaller_heading_belongs_to_its_part(self) -> None:
        """A long proof may be divided by headings of the fourth level."""
        body = "**Statement.** So.\n\n**Proof.** In two steps.\n\n#### Step 1\n\nOne.\n"

        assert only_clause(chapter(body=body)).proof == "In two steps.\n\n#### Step 1\n\nOne."

    def test_order_is_that_of_the_text(self) -> None:
        """Clauses come in the order of the text."""
        text = chapter("tanh.value") + "\n" + chapter("relu.value")

        assert list(parse_chapter(FILE, text)) == ["tanh.value", "relu.value"]

    def test_a_chapter_may_have_no_clause(self) -> None:
        """Worked examples are a chapter of prose."""
        assert parse_chapter("12-examples.md", "# 12. Worked examples\n\nProse, `code`.\n") == {}

    def test_a_clause_travels(self) -> None:
        """A clause can be hashed and pickled, as workers in other processes ask."""
        clause = only_clause(chapter())

        assert pickle.loads(pickle.dumps(clause)) == clause
        assert len({clause, clause}) == 1


class TestWhatIsRefused:
    """A chapter that breaks the grammar is refused with file, line, rule and way out."""

    def test_the_message_says_where_and_what_to_do(self) -> None:
        """The message is a place that editors understand, the rule, and the way out."""
        error = refusal(chapter(facts=FACTS.replace("proposition", "theorem")))

        assert (error.file, error.line) == (FILE, 7)
        assert str(error) == (
            "spec/4-activations.md:7: 'sigmoid.derivative': kind = 'theorem' is not one of definition, "
            "convention, example, proposition, property, listing; write one"
        )

    def test_the_error_travels(self) -> None:
        """The error keeps its message in another process."""
        error = refusal(chapter("sigmoid"))

        assert str(pickle.loads(pickle.dumps(error))) == str(error)

    @pytest.mark.parametrize("identifier", ["sigmoid", "Sigmoid.value", "sigmoid.4", "sigmoid value", "a..b"])
    def test_an_id_is_dotted_words(self, identifier: str) -> None:
        """The heading of a clause is dotted words in small letters."""
        assert "is not the id of a clause" in refusal(chapter(identifier)).rule

    def test_a_clause_is_of_the_third_level(self) -> None:
        """An id in a heading of another level would be a clause that nobody reads."""
        error = refusal(chapter().replace("### `", "## `"))

        assert (error.line, error.way_out) == (
            5,
            "write ### `sigmoid.derivative` for a clause, plain words for prose",
        )

    def test_an_id_is_used_once(self) -> None:
        """The second clause of one id is refused, in the same chapter or in another."""
        assert "is a clause already" in refusal(chapter() + "\n" + chapter()).rule
        with pytest.raises(SpecificationError, match="is a clause already"):
            parse_chapter("5-losses.md", chapter(), known=parse_chapter(FILE, chapter()))

    @pytest.mark.parametrize(
        "text",
        [
            chapter().replace("```toml", "```python"),
            chapter().replace("```toml", "Between.\n\n```toml"),
            "### `sigmoid.value`\n",
            "### `sigmoid.value`\n\n### `sigmoid.derivative`\n",
        ],
        ids=["of another language", "not at once", "at the end", "before the next clause"],
    )
    def test_facts_follow_the_heading(self, text: str) -> None:
        """The first block below the heading is the block of facts."""
        assert "has no facts" in refusal(text).rule

    @pytest.mark.parametrize("name", ["kind", "sources", "conventions"])
    def test_some_facts_are_always_stated(self, name: str) -> None:
        """A clause states its kind, its sources and its conventions, empty or not."""
        facts = "".join(line for line in FACTS.splitlines(keepends=True) if not line.startswith(name))

        assert refusal(chapter(facts=facts)).rule.endswith(f"does not say its {name}")

    @pytest.mark.parametrize(
        ("fact", "rule"),
        [
            ('colour = "red"', "'colour' is not a fact"),
            ('errata = "E-1"', "errata = 'E-1' is not a list of texts"),
            ("errata = [1]", "errata = [1] is not a list of texts"),
            ('extension = ["a"]', "extension = ['a'] is not a text"),
            ("subject = 'reader'", "subject = 'reader' is not one of implementation, oracle"),
            ("errata = [", "are not TOML"),
            ("kind = 'listing'", "are not TOML"),
        ],
    )
    def test_facts_are_known_and_well_typed(self, fact: str, rule: str) -> None:
        """Facts are TOML, known by name, and of the type of their kind."""
        assert rule in refusal(chapter(facts=f"{fact}\n{FACTS}")).rule

    def test_forms_are_a_table(self) -> None:
        """A form is a name and a formula."""
        facts = FACTS.partition("[forms]")[0] + "[forms]\ndefinition = 1\n"

        assert "is not a table of texts" in refusal(chapter(facts=facts)).rule

    @pytest.mark.parametrize(
        "body",
        ["", "Prose.\n", "Prose.\n\n**Statement.** So.\n", "**Proof.** Why.\n\n**Statement.** So.\n"],
        ids=["nothing", "prose", "prose before it", "the proof"],
    )
    def test_the_statement_follows_the_facts(self, body: str) -> None:
        """The first paragraph below the facts opens the statement."""
        assert "are not followed by its statement" in refusal(chapter(body=body)).rule

    @pytest.mark.parametrize(
        "order",
        [("Statement", "Notes", "Proof"), ("Statement", "Proof", "Proof"), ("Statement", "Statement")],
    )
    def test_parts_come_once_and_in_order(self, order: tuple[str, ...]) -> None:
        """The parts are statement, proof and notes, each at most once."""
        body = "\n\n".join(f"**{name}.** Text." for name in order)

        assert refusal(chapter(body=body)).rule.endswith(f"has the parts {', '.join(order)}")

    @pytest.mark.parametrize("marker", ["**Note.**", "**Proof**.", "**Notes:**", "__Proof.__"])
    def test_a_marker_is_spelt_exactly(self, marker: str) -> None:
        """A marker spelt almost right would hide its part in the one before."""
        error = refusal(chapter(body=f"**Statement.** So.\n\n{marker} Text.\n"))

        assert error.rule == f"{marker} opens no part of a clause"
        assert error.line == chapter().split("\n").index("```") + 5

    def test_a_part_is_not_empty(self) -> None:
        """A marker without text promises what is not there."""
        assert "is empty" in refusal(chapter(body="**Statement.** So.\n\n**Proof.**\n\n**Notes.** N.")).rule

    @pytest.mark.parametrize("line", ["---", "==="])
    def test_a_heading_is_written_with_hashes(self, line: str) -> None:
        """A line of signs below text, as in a broken formula, would end the clause unseen."""
        text = chapter(body=f"**Statement.** The value is $a\n{line}\nb$.\n")

        assert "makes that text a heading" in refusal(text).rule


class TestProofs:
    """A clause may name the theorem that is its statement, and show it in the language of Coq."""

    FACTS = FACTS.replace(
        "\n[forms]", 'proof = "Activations.sigmoid_derivative"\nsatisfiable = "Activations.some"\n\n[forms]'
    )
    BODY = BODY.replace("**Proof.**", "**Formal.**\n\n```coq\nforall z : R,\n  0 < sigmoid z\n```\n\n**Proof.**")

    def test_theorem_and_statement_arrive(self) -> None:
        """The block without its fence."""
        clause = only_clause(chapter(facts=self.FACTS, body=self.BODY))

        assert clause.formal == "forall z : R,\n  0 < sigmoid z"
        assert (clause.theorem, clause.satisfiable) == ("Activations.sigmoid_derivative", "Activations.some")
        assert clause.proof.startswith("The quotient rule")

    def test_none_has_a_reason(self) -> None:
        """A clause that is no statement about real numbers says so."""
        facts = FACTS.replace("\n[forms]", 'proof = "none"\nunproven = "It is about shapes."\n\n[forms]')
        clause = only_clause(chapter(facts=facts))

        assert (clause.theorem, clause.unproven, clause.formal) == (None, "It is about shapes.", "")

    def test_the_formal_part_is_one_block(self) -> None:
        """Prose belongs to the statement."""
        body = BODY.replace("**Proof.**", "**Formal.** In words.\n\n**Proof.**")

        assert "is not one fenced block marked coq" in refusal(chapter(body=body)).rule

    def test_no_verdict_depends_on_them(self) -> None:
        """The text that is digested is the same with and without."""
        assert judging_text(chapter(facts=self.FACTS, body=self.BODY)) == chapter()


class TestTheSpecification:
    """The chapters of this specification are read whole."""

    def test_every_heading_that_is_an_id_is_a_clause(self) -> None:
        """Reading order is that of the chapters' numbers, and the appendix comes last."""
        chapters = [clause.chapter.split("-")[0] for clause in clauses().values()]
        numbers = [int(chapter) for chapter in chapters if chapter.isdigit()]

        assert numbers
        assert numbers == sorted(numbers)
        assert chapters == [*map(str, numbers), *["B"] * (len(chapters) - len(numbers))]

    def test_ids_are_keys(self) -> None:
        """A clause is found by its id."""
        assert all(clause.id == key for key, clause in clauses().items())

    def test_nobody_changes_it(self) -> None:
        """The clauses are read once and cannot be replaced."""
        assert clauses() is clauses()
        with pytest.raises(TypeError):
            clauses()["softmax.value"] = only_clause(chapter())  # type: ignore[index]

    def test_the_digest_is_a_sha256(self) -> None:
        """The digest is 64 hexadecimal digits."""
        assert len(bytes.fromhex(specification_digest())) == 32
