"""The renderings by the names that the command line gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..html_report import html
from ..publishing.page import page
from ..rendering.text import summary
from .badge import badge
from .csv_table import csv_table
from .junit import junit
from .latex import latex
from .shields import shields

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ..report import Report


def _terminal(report: Report) -> str:
    return "\n".join(summary(report)) + "\n"


RENDERINGS: Mapping[str, Callable[[Report], str]] = {
    "terminal": _terminal,
    "markdown": page,
    "html": html,
    "junit": junit,
    "csv": csv_table,
    "latex": latex,
    "badge": badge,
    "shields": shields,
}
"""What a report can be rendered to."""


def rendered(report: Report, name: str) -> str:
    """The rendering of ``report`` called ``name``; half characters, which no encoding has, are shown as escapes."""
    return RENDERINGS[name](report).encode("utf-8", "backslashreplace").decode("utf-8")
