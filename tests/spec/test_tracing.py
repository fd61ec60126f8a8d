"""The trace of the sources: no proposition of theirs is lost, and no clause stands on nothing."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from gradspec.spec import Clause, clauses
from gradspec.spec.tables import TableError
from gradspec.spec.tracing import CROSS, SOURCES, Item, items, parse_source

INVENTORY = Path(__file__).with_name("inventory.txt").read_text(encoding="utf-8").splitlines()
"""The id of every proposition of the sources, in their order."""

TOTALS = {"albert-2024": 89, "bhadani-2026": 114, "dick-2021": 52, "park-2022": 104, "jiang": 50, CROSS: 6}
"""How many propositions each source states."""

LONGEST = 140
"""How many characters a line of the trace has for what an item states."""

FILE = "jiang.toml"

TEXT = """\
# The propositions of Jiang.
source = "jiang"

[[items]]
id = "JNG-18"
at = "section 3, lines 122-126"
says = "relu(z) = max(0, z), entry by entry"
clauses = ["relu.value", "activation.elementwise"]

[[items]]
id = "JNG-22"
at = "section 3, lines 150-158"
says = "dS_i/dz_j = S_i (delta_ij - S_j)"
clauses = ["softmax.jacobian"]
"""


def refusal(text: str, file: str = FILE) -> TableError:
    """The error with which a file is refused."""
    with pytest.raises(TableError) as caught:
        parse_source(file, text)
    return caught.value


def cited(clause: Clause) -> set[str]:
    """The keys of the sources that a clause cites."""
    return {place.partition(":")[0] for place in clause.sources}


def reached_from() -> dict[str, set[str]]:
    """The sources of the items that name a clause, by the id of the clause."""
    reached: dict[str, set[str]] = {}
    for item in items().values():
        for name in item.clauses:
            reached.setdefault(name, set()).add(item.source)
    return reached


class TestItems:
    """Every proposition of the five sources is traced."""

    def test_none_is_lost(self) -> None:
        """The items are those of the inventory, each once and in its order."""
        assert [name for name in INVENTORY if name not in items()] == []
        assert [name for name in items() if name not in INVENTORY] == []
        assert list(items()) == INVENTORY

    def test_totals(self) -> None:
        """Each source has as many items as propositions, 415 in all."""
        assert Counter(item.source for item in items().values()) == TOTALS
        assert len(items()) == sum(TOTALS.values()) == 415

    def test_sources_are_in_order(self) -> None:
        """The items of a source stand together, the sources in the order of the trace."""
        assert tuple(dict.fromkeys(item.source for item in items().values())) == SOURCES

    def test_what_an_item_states_fits_a_line(self) -> None:
        """The trace is a table, and a cell of it is one line."""
        assert {item.id: len(item.says) for item in items().values() if len(item.says) > LONGEST} == {}

    def test_nobody_changes_them(self) -> None:
        """The items are read once and cannot be replaced."""
        assert items() is items()
        with pytest.raises(TypeError):
            items()["JNG-18"] = items()["JNG-22"]  # type: ignore[index]


class TestClauses:
    """An item leads to clauses that state it, and a clause is founded on items or says why it is not."""

    def test_every_clause_that_is_named_exists(self) -> None:
        """An item is stated by clauses of the chapters."""
        missing = {name: item.clauses for name, item in items().items() if not set(item.clauses) <= clauses().keys()}

        assert missing == {}

    def test_a_clause_without_extension_is_reached(self) -> None:
        """A clause that no item names gives the reason why it stands here."""
        reached = reached_from()

        assert [name for name, clause in clauses().items() if not clause.extension and name not in reached] == []

    def test_a_source_that_is_cited_bears_it_out(self) -> None:
        """A clause that cites sources is named by an item of one of them, or gives its reason."""
        reached = reached_from()
        unfounded = {
            name: clause.sources
            for name, clause in clauses().items()
            if clause.sources and not clause.extension and cited(clause).isdisjoint(reached.get(name, set()))
        }

        assert unfounded == {}

    def test_an_item_is_cited_by_a_clause_of_its_own(self) -> None:
        """The source of an item is cited by one of the clauses that state it, unless it compares sources."""
        uncited = {
            name: item.clauses
            for name, item in items().items()
            if item.source != CROSS
            and not any(item.source in cited(clauses()[each]) for each in item.clauses if each in clauses())
        }

        assert uncited == {}


class TestTheReader:
    """A file of sources says exactly what its grammar asks for."""

    def test_every_field_arrives(self) -> None:
        """Each field of a table is one of the item, its source that of the file, and its clauses a tuple."""
        found = parse_source(FILE, TEXT)

        assert list(found) == ["JNG-18", "JNG-22"]
        assert found["JNG-18"] == Item(
            id="JNG-18",
            source="jiang",
            at="section 3, lines 122-126",
            says="relu(z) = max(0, z), entry by entry",
            clauses=("relu.value", "activation.elementwise"),
        )

    def test_it_is_toml(self) -> None:
        """A slip of the pen is named with its line."""
        error = refusal(TEXT.replace('source = "jiang"', "source = jiang"))

        assert error.rule.startswith("the file is not TOML")
        assert "line 2" in error.rule

    def test_an_unknown_field_is_refused(self) -> None:
        """A field spelt almost right would be lost."""
        error = refusal(TEXT.replace("says =", "say =", 1))

        assert (error.entry, error.rule) == ("JNG-18", "'say' is not a field")
        assert error.way_out == "write one of id, at, says, clauses"

    @pytest.mark.parametrize("field", ["at", "says", "clauses"])
    def test_a_missing_field_is_refused(self, field: str) -> None:
        """An item says where it stands, what it states and which clauses state it."""
        lines = TEXT.split("\n")
        lines.remove(next(line for line in lines if line.startswith(f"{field} =")))
        error = refusal("\n".join(lines))

        assert (error.entry, error.rule) == ("JNG-18", f"the field '{field}' is missing")

    def test_an_item_without_id_is_named_by_its_place(self) -> None:
        """What has no name is counted."""
        error = refusal(TEXT.replace('id = "JNG-22"\n', ""))

        assert (error.entry, error.rule) == ("item 2", "the field 'id' is missing")

    @pytest.mark.parametrize("value", ['""', '" relu"', '"a\\nb"', '"a\\n"', "7", '["a"]'])
    def test_a_text_is_one_line(self, value: str) -> None:
        """What an item states is a cell of a table."""
        error = refusal(TEXT.replace('"relu(z) = max(0, z), entry by entry"', value))

        assert error.entry == "JNG-18"
        assert error.rule.endswith("is not one line of text")

    @pytest.mark.parametrize("value", ["[]", '"softmax.jacobian"', '[""]', "[7]", "{}"])
    def test_clauses_are_a_list_of_ids(self, value: str) -> None:
        """An item that no clause states would be lost unseen."""
        error = refusal(TEXT.replace('["softmax.jacobian"]', value))

        assert error.entry == "JNG-22"
        assert error.rule.endswith("is not a list of texts")
        assert error.way_out == "write at least one"

    def test_a_clause_is_named_once(self) -> None:
        """The same clause twice says nothing more."""
        error = refusal(TEXT.replace('["softmax.jacobian"]', '["softmax.jacobian", "softmax.jacobian"]'))

        assert error.rule.endswith("names a clause twice")

    def test_an_id_is_used_once_in_a_file(self) -> None:
        """A second item of one name would replace the first."""
        error = refusal(TEXT.replace("JNG-22", "JNG-18"))

        assert (error.entry, error.way_out) == ("JNG-18", "choose another")

    def test_an_id_is_used_once_in_all_files(self) -> None:
        """The ids of earlier files are taken."""
        with pytest.raises(TableError, match="JNG-18: this id is an item already"):
            parse_source(FILE, TEXT, known=parse_source(FILE, TEXT))

    @pytest.mark.parametrize("value", ['"park-2022"', '"jiang-2020"', "7"])
    def test_the_source_is_that_of_the_file(self, value: str) -> None:
        """A file moved by mistake would give its items to another source."""
        error = refusal(TEXT.replace('"jiang"', value))

        assert error.entry is None
        assert error.way_out == "write source = 'jiang'"

    @pytest.mark.parametrize("line", ['title = "Jiang"', "[table]"])
    def test_nothing_else_stands_in_a_file(self, line: str) -> None:
        """A file has a source and items."""
        assert refusal(f"{line}\n").rule.endswith("is not a field")

    @pytest.mark.parametrize("text", ['source = "jiang"\n', "[[items]]\n"])
    def test_nothing_of_a_file_is_left_out(self, text: str) -> None:
        """A file says whose it is, and has items."""
        assert refusal(text).rule.endswith("is missing")

    @pytest.mark.parametrize("value", ["[]", "[7]", '"JNG-18"', "{}"])
    def test_items_are_tables(self, value: str) -> None:
        """Each item is a table of its own."""
        assert refusal(f'source = "jiang"\nitems = {value}\n').rule == "items is not a list of tables"

    def test_the_message_names_all(self) -> None:
        """A refusal says the file, the item, the rule and the way out."""
        error = refusal(TEXT.replace("says =", "say =", 1))

        assert str(error) == (
            "spec/sources/jiang.toml, JNG-18: 'say' is not a field; write one of id, at, says, clauses"
        )
