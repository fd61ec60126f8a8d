"""The chapters as GitHub renders them: its Markdown reads a formula before its mathematics does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent.parent

CHAPTERS = sorted(REPOSITORY.glob("spec/[0-9B]*-*.md"))

CODE = re.compile(r"(?ms)^```.*?^```$|`[^`\n]*`")
FORMULA = re.compile(r"\$\$(.+?)\$\$|\$([^$]+?)\$", re.DOTALL)

EATEN = re.compile(r"\\[,;:!{}]")
"""Backslash escapes that Markdown takes for its own: write \\thinspace, \\lbrace and \\rbrace."""

RAW = re.compile(r"[<>]")
"""What Markdown may take for a tag: write \\lt and \\gt."""


def formulas(page: str) -> list[str]:
    """Every formula of a page, code left out."""
    text = CODE.sub(lambda match: " " * len(match[0]), page)
    assert text.count("$") % 2 == 0
    return [displayed or inline for displayed, inline in FORMULA.findall(text)]


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
class TestFormulas:
    """No formula is changed on its way to the reader."""

    def test_nothing_is_taken_for_markup(self, chapter: Path) -> None:
        """No escape that Markdown eats, nothing that looks like a tag."""
        found = formulas(chapter.read_text(encoding="utf-8"))

        assert {formula for formula in found if EATEN.search(formula) or RAW.search(formula)} == set()

    def test_braces_are_balanced(self, chapter: Path) -> None:
        """Every group is closed."""
        found = formulas(chapter.read_text(encoding="utf-8"))

        assert {formula for formula in found if formula.count("{") != formula.count("}")} == set()


def test_there_are_formulas() -> None:
    """The tests above look at something."""
    assert sum(len(formulas(chapter.read_text(encoding="utf-8"))) for chapter in CHAPTERS) > 5000
