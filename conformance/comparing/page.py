"""A comparison as a page: one file, which needs no other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..pages import render
from ..pages.page import text
from ..rendering.figures import SHORT
from ..spec_lookup import chapter_of
from ..verdict import Class
from .comparability import differences
from .terminal import ALIKE, LEGEND, OVERVIEW, cell_text, is_of_interest, overview

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .matrix import Cell, Matrix

PACKAGE = __package__

KINDS = {Class.NONE: "bad", Class.CORE: "warn", Class.ROBUST: "info", Class.STRICT: "good"}
"""How the style sheet marks a class; its name stands there too."""


def page(matrix: Matrix) -> str:
    """The page of the comparison."""
    return render(
        "comparison.html",
        title="Comparison of " + ", ".join(matrix.reports),
        package=PACKAGE,
        styles=[text("comparison.css", PACKAGE)],
        scripts=[text("comparison.js", PACKAGE)],
        context={
            "overview_head": OVERVIEW,
            "overview": [overview(name, report) for name, report in matrix.reports.items()],
            "alike": ALIKE,
            "differences": list(differences(matrix.reports)),
            "legend": LEGEND,
            "names": list(matrix.reports),
            "chapters": _chapters(matrix),
        },
    )


def _chapters(matrix: Matrix) -> dict[str, list[dict[str, object]]]:
    """The lines of the matrix by chapter."""
    found: dict[str, list[dict[str, object]]] = {}
    for clause, format_name, cells in matrix.lines(matrix.clauses):
        line = {
            "clause": clause,
            "format": SHORT[format_name],
            "quiet": not any(map(is_of_interest, cells)),
            "cells": list(_cells(cells)),
        }
        found.setdefault(chapter_of(clause), []).append(line)
    return found


def _cells(cells: tuple[Cell | None, ...]) -> Iterator[dict[str, str]]:
    """What each cell says, and how it is marked."""
    for cell in cells:
        kind = "soft" if cell is None or cell.is_open else KINDS[cell.reached]
        yield {"text": cell_text(cell), "kind": kind}
