"""The errata: their tables are read strictly, and each is complete."""

from __future__ import annotations

import pytest

from gradspec.spec import clauses
from gradspec.spec.erratum import CLASSES, SOURCES, Erratum, errata, parse_errata
from gradspec.spec.tables import TableError

FILE = "park-2022.toml"

TEXT = """\
source = "park-2022"

[[errata]]
id = "EP10"
at = "section 3, Code 1, line 168"
class = "false"
printed = "the sums run along axis 1"
correct = "the sums run along axis 0"
clauses = ["softmax.batch"]
fault = "softmax_batch along the other axis"

[[errata.counterexamples]]
at = "Z = [[1, 2], [3, 4]]"
printed = ["0.5"]
true = ["1"]
"""


def refusal(text: str) -> TableError:
    """The error with which a file is refused."""
    with pytest.raises(TableError) as caught:
        parse_errata(FILE, text)
    return caught.value


class TestTables:
    """What the tables say."""

    def test_there_are_192(self) -> None:
        """52 of Albert, 47 of Bhadani, 22 of Dick, 43 of Park and 28 of Jiang."""
        counts = {source: sum(each.source == source for each in errata().values()) for source in SOURCES}

        assert counts == {"albert-2024": 52, "bhadani-2026": 47, "dick-2021": 22, "park-2022": 43, "jiang": 28}

    def test_every_class_is_used(self) -> None:
        """None of the eight is empty."""
        assert {erratum.of_class for erratum in errata().values()} == set(CLASSES)

    def test_clauses_exist(self) -> None:
        """What is right is stated by clauses that exist."""
        assert {
            (erratum.id, name) for erratum in errata().values() for name in erratum.clauses if name not in clauses()
        } == set()


class TestTheReader:
    """A table that would be misread is refused, with the entry and the way out."""

    def test_reads_a_table(self) -> None:
        """Every field, and the counterexamples in order."""
        found = parse_errata(FILE, TEXT)["EP10"]

        assert isinstance(found, Erratum)
        assert (found.source, found.of_class, found.note) == ("park-2022", "false", "")
        assert [(each.printed, each.true) for each in found.counterexamples] == [(("0.5",), ("1",))]

    def test_refuses_an_unknown_class(self) -> None:
        """A class is one of eight."""
        error = refusal(TEXT.replace('class = "false"', 'class = "wrong"'))

        assert str(error) == (
            "spec/errata/park-2022.toml, EP10: class = 'wrong' is not a class; write one of false, ill-typed, "
            "assumption, digits, scan, convention, notation, cleared"
        )

    def test_refuses_who_says_neither_how_it_is_run_nor_why_it_is_not(self) -> None:
        """Every erratum says one of the two."""
        line = 'fault = "softmax_batch along the other axis"\n'

        assert "write one of fault and not_executable" in str(refusal(TEXT.replace(line, "")))
        assert "either" in refusal(TEXT.replace(line, f'{line}not_executable = "words"\n')).rule

    def test_refuses_columns_of_different_lengths(self) -> None:
        """A printed value stands beside a true one."""
        assert refusal(TEXT.replace('["1"]', '["1", "2"]')).rule == "a counterexample has 1 printed and 2 true values"

    def test_refuses_an_id_that_is_used_twice(self) -> None:
        """An id names one erratum."""
        twice = TEXT + TEXT.removeprefix('source = "park-2022"\n')

        assert refusal(twice).entry == "EP10"
