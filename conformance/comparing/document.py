"""A comparison as JSON, for programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ..example_documents import jsonable
from .comparability import differences

if TYPE_CHECKING:
    from .matrix import Cell, Matrix


def document(matrix: Matrix) -> str:
    """The matrix as JSON text: the reports, in what they differ, and a line for each clause and format."""
    names = list(matrix.reports)
    made = {
        "reports": [_report(name, matrix) for name in names],
        "differences": [
            {"subject": each.subject, "values": dict(each.values), "consequence": each.consequence}
            for each in differences(matrix.reports)
        ],
        "matrix": [
            {
                "clause": clause,
                "format": format_name,
                "cells": {name: _cell(cell) for name, cell in zip(names, cells, strict=True) if cell},
            }
            for clause, format_name, cells in matrix.lines(matrix.clauses)
        ],
    }
    return json.dumps(made, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _report(name: str, matrix: Matrix) -> dict[str, Any]:
    document = matrix.reports[name].document
    return {"name": name} | {key: document[key] for key in ("target", "spec", "class", "verdict", "seed", "effort")}


def _cell(cell: Cell) -> dict[str, Any]:
    return {
        "class": cell.reached.value,
        "max_error_ulps": jsonable(cell.worst),
        "failing": {level: each.failing for level, each in cell.levels.items()},
        "undecided": cell.undecided,
    }
