"""
The rows of a report as CSV, one a line.

A spreadsheet takes a cell for a formula that begins with ``=``, ``+``, ``-`` or ``@``, and a formula can run programs
and send away what stands beside it. So a cell of text that begins with one of these, or with an apostrophe, gets an
apostrophe in front, and is text; a program that reads the file takes one apostrophe off. Characters that nobody sees,
the tab, the carriage return and the end of a line among them, are escapes. Cells of numbers hold a number, ``inf`` or
nothing, and are never touched: no text of a stranger gets into them.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from ..rendering.figures import largest_error
from ..rendering.printable import printable
from ..spec_lookup import chapter_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..report import Report

    Cell = str | float | None

COUNTS = (
    "examples",
    "decided",
    "undecided",
    "unsupported",
    "errors",
    "failures",
    "entries",
    "undecided_entries",
    "unresolved",
)
"""The columns of counts, as a row of the document names them."""

COLUMNS = (
    "target",
    "version",
    "specification",
    "seed",
    "effort",
    "chapter",
    "clause",
    "operation",
    "format",
    "regime",
    "level",
    "verdict",
    *COUNTS,
    "median_sensitivity",
    "smallest_sensitivity",
    "max_error_ulps",
    "max_envelope_ratio",
    "hazards",
    "observations",
    "counterexample",
    "reason",
)
"""The head of the table."""

_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "'")
"""What a cell of text may not begin with: signs of a formula, narrow and wide, and the mark of text itself."""


def csv_table(report: Report) -> str:
    """The table of ``report``, with its head."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    common = _common(report.document)
    writer.writerows([*common, *_cells(row)] for row in report.results)
    return text.getvalue()


def harmless(text: str) -> str:
    """``text`` as a cell that is text in every spreadsheet."""
    shown = printable(text)
    return f"'{shown}" if shown.lstrip().startswith(_FORMULA) else shown


def _common(document: Mapping[str, Any]) -> list[Cell]:
    """What is the same in every line, so that tables can be put together."""
    target = document["target"]
    texts = map(harmless, (target["name"], target["version"], document["spec"]["digest"]))
    return [*texts, document["seed"], document["effort"]]


def _cells(row: Mapping[str, Any]) -> list[Cell]:
    example = row.get("counterexample")
    names = (chapter_of(row["clause"]), row["clause"], row["operation"])
    texts = (" ".join(row.get("hazards", ())), "; ".join(row.get("observations", ())))
    return [
        *map(harmless, names),
        *(row[name] for name in ("format", "regime", "level", "verdict")),
        *(row.get(name) for name in COUNTS),
        *_numbers(row),
        *map(harmless, texts),
        *((example["number"], harmless(example["reason"])) if example else (None, None)),
    ]


def _numbers(row: Mapping[str, Any]) -> list[Cell]:
    median, smallest = row["sensitivity"] or (None, None)
    return [
        None if median is None else float(median),
        None if smallest is None else float(smallest),
        largest_error(row),
        float(row["max_envelope_ratio"]),
    ]
