"""What a stranger wrote, in a terminal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradspec.conformance.rendering.printable import printable, printable_lines

COMMANDS = (
    "\x1b[2J", "\x1b]0;title\x07", "\x9b31m", "\r", "\b", "\x00", "\x7f", "\n", "\t",
    "\u202e", "\u2066", "\u200f", "\u2028", "\ufeff", "\ud800",
)  # fmt: skip
"""Escape sequences, in one byte and in two, controls, marks of direction, separators of lines, half a character."""


class TestPrintable:
    """A terminal shows it and does not obey it."""

    @pytest.mark.parametrize("command", COMMANDS, ids=ascii)
    def test_no_command_is_left(self, command: str) -> None:
        """And what stands around it is."""
        shown = printable(f"torch{command}2.13")

        assert shown.isprintable()
        assert shown.startswith("torch\\")
        assert shown.endswith("2.13")
        shown.encode("utf-8")

    @given(st.text(st.characters(exclude_categories=())))
    def test_whatever_it_is_it_is_one_visible_line(self, text: str) -> None:
        """Every character of Unicode."""
        shown = printable(text)

        assert shown.isprintable()
        assert len(shown.splitlines()) <= 1

    def test_what_is_visible_stays(self) -> None:
        """Letters of the text, and of other languages."""
        assert printable("σ'(x) ≤ 1 − δ, モデル") == "σ'(x) ≤ 1 − δ, モデル"

    def test_what_is_too_long_is_cut(self) -> None:
        """And says so; the limit counts characters of the original."""
        assert printable("x" * 10, longest=10) == "x" * 10
        assert printable("x" * 11, longest=10) == "x" * 10 + "..."

    def test_what_is_no_text_is_written_as_one(self) -> None:
        """A number of a document of which nothing is known."""
        assert printable(0.5) == "0.5"

    def test_lines_stay_lines(self) -> None:
        """Where several are wanted, each is safe by itself."""
        assert printable_lines("one\n\ttwo\x1b[A") == ["one", "    two\\x1b[A"]
