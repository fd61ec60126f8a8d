"""Text as Markdown: tables, and what a stranger wrote without its meaning as markup."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..rendering.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_MARKUP = re.compile(r"([\\`*_{}\[\]<>()#+!|~$-])")

LONGEST = 200
"""Characters of a stranger's text that a cell shows."""


def plain(text: str) -> str:
    """``text`` as it is, in one line, whatever of it would be markup."""
    shown = printable(" ".join(text.split()), LONGEST)
    return _MARKUP.sub(r"\\\1", shown)


def code(text: str) -> str:
    """``text`` in one line of code, which holds no markup."""
    shown = printable(" ".join(text.split())).replace("`", "'").replace("|", "\\|")
    return f"`{shown}`"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """The lines of a table."""
    yield "| " + " | ".join(head) + " |"
    yield "| " + " | ".join("---" for _ in head) + " |"
    for row in rows:
        yield "| " + " | ".join(row) + " |"
