"""The table of a worked example, as ``gradspec show`` prints it."""

from __future__ import annotations

import re

import pytest

from gradspec.conformance.rendering.examples import table
from gradspec.oracle.examples import JudgedValue, bhadani, digits

LINES = list(table())

ROWS = [line for line in LINES if re.match(r" +\d+  \S+.*\.\d", line)]
"""The lines that begin with the number of a line of the source and hold a decimal."""


class TestTable:
    """Each printed number beside the exact one, and what is to be said of its digits."""

    def test_fits_a_terminal(self) -> None:
        """120 columns."""
        assert max(map(len, LINES)) <= 120
        assert all(line == line.rstrip() for line in LINES)

    def test_says_what_is_computed(self) -> None:
        """The network, the sample and the rate."""
        assert LINES[0].startswith("example.bhadani: ")
        assert LINES[1].startswith("a 1-2-3-1 network of sigmoid units, x = 2, y = 1, learning rate 0.1, ")

    @pytest.mark.parametrize(("line", "row"), list(zip(ROWS, bhadani(), strict=True)))
    def test_each_number_has_its_line(self, line: str, row: JudgedValue) -> None:
        """Line, quantity, printed digits, the two values, and the verdict."""
        cells = (
            str(row.value.line),
            row.value.quantity,
            row.value.printed,
            digits(row.exact),
            digits(row.from_operands),
            row.verdict,
        )

        assert re.match(r"\s+" + r"\s+".join(map(re.escape, cells)), line)

    def test_a_wrong_number_stands_beside_the_right_one(self) -> None:
        """So does one that cannot be had from the printed operands beside what they give."""
        (summary,) = (line for line in ROWS if "0.7862" in line)
        (carried,) = (line for line in ROWS if "  1.2794" in line and "carried" in line)

        assert summary.endswith("slip, right is 0.7823")
        assert carried.endswith("carried, operands give 1.2782")

    def test_ends_with_the_counts(self) -> None:
        """And what they mean."""
        assert LINES[-5:-4] == ["141 printed numbers"]
        assert [line.split()[:2] for line in LINES[-4:]] == [
            ["109", "right"],
            ["7", "carried"],
            ["14", "propagated"],
            ["11", "slip"],
        ]
