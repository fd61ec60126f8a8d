"""
The index of the clauses, ``A-index.md``: written from the chapters, never by hand.

``python -m gradspec.spec.index`` writes the page into the folder that this module is read from, and
``python -m gradspec.spec.index --check`` only compares it, with exit status 1 where it is stale.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from .clauses import Clause, clauses

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

WRITER = "python -m gradspec.spec.index"
"""The command that writes the page."""

PAGE = Path(__file__).with_name("A-index.md")
"""The page, beside this module."""

_OPENING = f"""\
<!-- DO NOT EDIT: written by {WRITER} -->

# A. Index of clauses

Every clause in reading order: what it is, the operation whose answers it judges, where it stands, and the
places in the sources that state it.

| clause | kind | operation | chapter | sources |
| --- | --- | --- | --- | --- |
"""
_DROPPED_FROM_ANCHORS = re.compile(r"[^\w\- ]")


def index(listed: Iterable[Clause]) -> str:
    """The page as Markdown source: one row of a table for each of ``listed``."""
    return _OPENING + "".join(map(_row, listed))


def anchor(heading: str) -> str:
    """
    The anchor that GitHub gives to a heading: small letters, punctuation dropped, spaces as hyphens.

    It drops the full stops of an id:

    >>> anchor("output.weight_jacobian")
    'outputweight_jacobian'
    """
    return _DROPPED_FROM_ANCHORS.sub("", heading.lower()).replace(" ", "-")


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the page, or compare it; the exit status is 1 where it was to be compared and is stale."""
    parser = argparse.ArgumentParser(prog=WRITER, description="Write the index of the clauses.")
    parser.add_argument("--check", action="store_true", help="compare the page, write nothing")
    page = index(clauses().values())
    if not parser.parse_args(arguments).check:
        PAGE.write_text(page, encoding="utf-8")
        sys.stdout.write(f"{PAGE}: written\n")
        return 0
    if PAGE.exists() and PAGE.read_text(encoding="utf-8") == page:
        return 0
    sys.stderr.write(f"{PAGE}: does not list the clauses of the chapters; run {WRITER}\n")
    return 1


def _row(clause: Clause) -> str:
    operation = f"`{clause.operation}`" if clause.operation else ""
    chapter = f"[{clause.chapter}]({clause.chapter}.md#{anchor(clause.id)})"
    sources = "; ".join(clause.sources) or clause.extension or ""
    cells = (f"`{clause.id}`", clause.kind, operation, chapter, sources.replace("|", r"\|"))
    return f"| {' | '.join(cells)} |\n"


if __name__ == "__main__":
    sys.exit(main())
