"""
Where things stand in the site, as addresses from its root.

A clause has the address ``clause/ID.html``, a report ``report/NAME.html``; everything else is an anchor on a page of
its kind: ``operations.html#tanh_vjp``, ``conventions.html#layout``, ``C-errata.html#A-E20``, ``F-trace.html#PRK-38``,
``D-references.html#park-2022``. In the chapters, the place of a clause has its id as the anchor too.
"""

from __future__ import annotations

import posixpath
import re
from functools import cache

from ...spec.clauses import clauses
from ...spec.conventions import conventions, profiles
from ...spec.erratum import SOURCES, errata
from ...spec.operations import operations
from ...spec.tracing import items

HOME = "index.html"
SEARCH = "search.html"
CLAUSES = "A-index.html"
EXAMPLES = "B-examples.html"
ERRATA = "C-errata.html"
REFERENCES = "D-references.html"
TRACE = "F-trace.html"
CONVENTIONS = "conventions.html"
OPERATIONS = "operations.html"
REPORTS = "reports.html"

WORKED_EXAMPLE = "example.bhadani"
"""The clause whose page has the table of a worked example."""

NUMBERS = "numbers"
"""The anchor of that table."""

_SETTING = re.compile(r"([a-z_]+) ?= ?\S+")
_CHAPTER_FILE = re.compile(r"([0-9A-F]+-[a-z-]+)\.md(#[\w.-]+)?")
_EXAMPLE_FILE = re.compile(r"examples/[\w-]+\.toml")
_NO_ANCHOR = re.compile(r"[^\w\- ]")


def permanent_address(clause: str) -> str:
    """The address of a clause, from the root of the site; it never changes."""
    return f"clause/{clause}.html"


def report_address(name: str) -> str:
    """The address of the page of a report."""
    return f"report/{name}.html"


def full_report_address(name: str) -> str:
    """The address of a report with every row of it."""
    return f"report/{name}.full.html"


def chapter_address(chapter: str, clause: str | None = None) -> str:
    """The address of a chapter, or of the place of a clause in it."""
    return f"{chapter}.html" + (f"#{clause}" if clause else "")


def heading_anchor(heading: str) -> str:
    """
    The anchor of a heading that is prose: small letters, punctuation dropped, spaces as hyphens.

    >>> heading_anchor("Notation and profiles")
    'notation-and-profiles'
    """
    return _NO_ANCHOR.sub("", heading.lower()).replace(" ", "-")


def relative(address: str, page: str) -> str:
    """``address`` as the page with the address ``page`` links to it."""
    path, mark, anchor = address.partition("#")
    if path == page and mark:
        return f"#{anchor}"
    return posixpath.relpath(path, posixpath.dirname(page) or ".") + mark + anchor


@cache
def address_of(name: str) -> str | None:
    """
    The address of what is called ``name`` in the text; None where there is nothing of this name.

    A name is an id of a clause, an operation, a convention with or without a value, the key of a source, a profile, the
    id of an erratum or of an item of the trace, or the file that a link in a chapter leads to.
    """
    if name in clauses():
        return permanent_address(name)
    for known, page in (
        (operations(), OPERATIONS),
        (conventions(), CONVENTIONS),
        (SOURCES, REFERENCES),  # each source has a profile of its name
        (profiles(), CONVENTIONS),
        (errata(), ERRATA),
        (items(), TRACE),
    ):
        if name in known:
            return f"{page}#{name}"
    if (setting := _SETTING.fullmatch(name)) and setting[1] in conventions():
        return f"{CONVENTIONS}#{setting[1]}"
    return _address_of_file(name)


def _address_of_file(name: str) -> str | None:
    if chapter := _CHAPTER_FILE.fullmatch(name):
        return f"{chapter[1]}.html{chapter[2] or ''}"
    return f"{permanent_address(WORKED_EXAMPLE)}#{NUMBERS}" if _EXAMPLE_FILE.fullmatch(name) else None
