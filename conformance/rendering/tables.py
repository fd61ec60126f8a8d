"""Tables in a terminal: every cell is text, and a pipe gets lines as long as they need."""

from __future__ import annotations

import io
import shutil
import sys
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from .printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

UNLIMITED = 100_000
"""Columns of what is no terminal."""


def table_lines(head: Sequence[str], rows: Iterable[Sequence[str]], numbers: Sequence[str] = ()) -> Iterator[str]:
    """The lines of a table; the columns that ``numbers`` names are set to the right."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for name in head:
        table.add_column(Text(printable(name)), justify="right" if name in numbers else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(printable(cell)) for cell in row))
    text = io.StringIO()
    console = Console(file=text, width=_width(), color_system=None, legacy_windows=False)
    console.print(table)
    for line in text.getvalue().splitlines():
        yield line.rstrip()


def _width() -> int:
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else UNLIMITED
