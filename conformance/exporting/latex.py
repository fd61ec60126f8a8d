r"""
A report as tables for a paper: classes and counts with booktabs, the clauses that fail in a longtable.

The text is a fragment for ``\input``; its head names the packages that it needs. Every character of a stranger that
LaTeX would obey is written as a symbol (:func:`literal`), and what a font may not have by its number in Unicode.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

from ..rendering.figures import (
    LEVELS,
    chapter_level_and_format,
    counts,
    failing_groups,
    formats_and_regimes,
    smallest,
    worst_ulps,
)
from ..rendering.numbers import argument, short_hex
from ..rendering.printable import printable
from ..verdict import RowVerdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ..report import Report

    Row = dict[str, Any]

SHOWN = 60
"""Characters of an input, and of a reason."""

PACKAGES = ("booktabs", "longtable", "array")
"""What a document needs that reads the fragment."""

_NAME_PART = re.compile(r"(\.|\\_)")
"""Where a name may be broken: after a dot or an underscore, as :func:`literal` writes it."""

_SYMBOLS = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\symbol{34}",  # a shorthand in some languages
    "'": r"\symbol{39}",
    "`": r"\symbol{96}",
    "-": "{-}",  # two of them would be a dash
    ",": "{,}",  # likewise a quotation mark
    "!": "{!}",
    "?": "{?}",
    "[": "{[}",  # at the beginning of a line of a table it would be an option of the line before
    "]": "{]}",
    "*": "{*}",  # likewise
}
"""What means something to LaTeX, or would with its neighbour, written so that it does not."""

_ACCENTS = {
    "\u0300": "`",
    "\u0301": "'",
    "\u0302": "^",
    "\u0303": "~",
    "\u0308": '"',
    "\u030a": "r",
    "\u030c": "v",
    "\u0327": "c",
}
"""Marks above and below letters, and the commands that set them."""


def latex(report: Report) -> str:
    """The tables of ``report``."""
    return "\n".join([*_head(), *_facts(report), *_counts(report), *_failures(report)]) + "\n"


def literal(text: str) -> str:
    """``text`` as LaTeX sets it, each character as it is."""
    return "".join(map(_literal, unicodedata.normalize("NFC", printable(text))))


def _literal(character: str) -> str:
    if character in _SYMBOLS:
        return _SYMBOLS[character]
    if character.isascii():
        return character
    base, mark = (decomposed := unicodedata.normalize("NFD", character))[0], decomposed[1:]
    if base.isascii() and mark in _ACCENTS:
        return rf"{{\{_ACCENTS[mark]}{{{base}}}}}"
    return rf"\texttt{{U+{ord(character):04X}}}"


def _code(text: str) -> str:
    """A name, which may be broken after its parts."""
    breakable = _NAME_PART.sub(r"\1\\allowbreak{}", literal(text))
    return rf"\texttt{{{breakable}}}"


def _line(cells: Sequence[str]) -> str:
    return " & ".join(cells) + r" \\"


def _head() -> Iterator[str]:
    yield "% Written by gradspec render from the report; not to be edited."
    yield rf"% In the preamble: \usepackage{{{','.join(PACKAGES)}}}"
    yield ""


def _facts(report: Report) -> Iterator[str]:
    document = report.document
    target, spec = document["target"], document["spec"]
    yield r"\begin{table}[htbp]"
    yield r"\centering"
    yield rf"\caption{{Conformance of {literal(_name(target))}}}"
    yield r"\begin{tabular}{l>{\raggedright\arraybackslash}p{0.7\linewidth}}"
    yield r"\toprule"
    yield _line(("class", literal(document["scope"]["text"])))
    yield _line(("verdict", literal(f"{document['verdict']}, required: {document['require']}")))
    yield _line(("specification", literal(f"{spec['version']}, digest {spec['digest'][:12]}")))
    yield _line(("cases", literal(f"seed {document['seed']}, effort {document['effort']}")))
    if "date" in document:
        yield _line(("date", literal(document["date"])))
    yield r"\bottomrule"
    yield r"\end{tabular}"
    yield r"\end{table}"
    yield ""


def _name(target: dict[str, str]) -> str:
    return f"{target['name']} {target['version']}".strip()


def _counts(report: Report) -> Iterator[str]:
    columns = [verdict.value for verdict in RowVerdict]
    rows = (
        (*map(literal, where), *(str(found[name]) for name in columns))
        for where, found in counts(report.results, chapter_level_and_format).items()
    )
    head = ("chapter", "level", "format", *columns)
    yield from _long_table("lll" + "r" * len(columns), "Rows by verdict", head, rows)


def _failures(report: Report) -> Iterator[str]:
    rows = [_failure(group) for level in LEVELS for group in failing_groups(report, level)]
    if not rows:
        yield "No row fails."
        return
    wide = r">{\raggedright\arraybackslash}p{%s\linewidth}"
    columns = wide % "0.27" + "l" + wide % "0.22" + "r" + wide % "0.27"
    head = ("clause, operation", "level", "where", "ulps", "smallest input, and what came back")
    yield from _long_table(columns, "Clauses that fail, with the largest error in ulps", head, rows)


def _long_table(columns: str, caption: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A table that may go on over pages, its head on each of them."""
    yield rf"\begin{{longtable}}{{{columns}}}"
    yield rf"\caption{{{caption}}} \\"
    yield r"\toprule"
    yield _line(head)
    yield r"\midrule"
    yield r"\endfirsthead"
    yield r"\toprule"
    yield _line(head)
    yield r"\midrule"
    yield r"\endhead"
    yield r"\bottomrule"
    yield r"\endfoot"
    yield from map(_line, rows)
    yield r"\end{longtable}"
    yield ""


def _failure(rows: list[Row]) -> tuple[str, ...]:
    first = smallest(rows)
    return (
        f"{_code(first['clause'])}, {_code(first['operation'])}",
        first["level"],
        literal(formats_and_regimes(rows)),
        literal(worst_ulps(rows)),
        literal(_example(first["counterexample"])),
    )


def _example(example: Row) -> str:
    given = ", ".join(map(argument, example["case"]["arguments"]))
    shown = printable(given, SHOWN)
    entry = example.get("entry")
    if entry is None:
        return f"{shown}: {printable(example['reason'], SHOWN)}"
    return (
        f"{shown}: {float.fromhex(entry['got'])!r} ({short_hex(entry['got'])}) for {printable(entry['truth'], SHOWN)}"
    )
