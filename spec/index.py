"""
The generated pages: the index of the clauses, the errata, and the trace of the sources.

``python -m gradspec.spec.index`` writes the pages into the folder that this module is read from, and
``python -m gradspec.spec.index --check`` only compares them, with exit status 1 where one is stale.
"""

from __future__ import annotations

import argparse
import re
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from .clauses import Clause, clauses
from .erratum import CLASSES, Erratum, errata
from .tracing import Item, items

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

WRITER = "python -m gradspec.spec.index"
"""The command that writes the pages."""

FOLDER = Path(__file__).parent
"""Where the pages are, beside this module."""

_DROPPED_FROM_ANCHORS = re.compile(r"[^\w\- ]")
_DEFINITION = re.compile(r'@proposition\("([^"]+)"\)\s*\n(?:@\w+.*\n)*def (\w+)')


def anchor(heading: str) -> str:
    """
    The anchor that GitHub gives to a heading: small letters, punctuation dropped, spaces as hyphens.

    It drops the full stops of an id:

    >>> anchor("output.weight_jacobian")
    'outputweight_jacobian'
    """
    return _DROPPED_FROM_ANCHORS.sub("", heading.lower()).replace(" ", "-")


# the index of the clauses


def index() -> str:
    """The page that leads from every clause to its other faces, as Markdown source."""
    rows = "".join(map(_clause_row, clauses().values()))
    return f"""\
{_generated("A. Index of clauses")}
Every clause in reading order: what it is; the operation whose answers it judges, or the clause by which an
implementation is judged in its place; the function of the oracle that computes it; the mistakes that it corrects; the
propositions of the sources that it states (see [F](F-trace.md)); the places where they stand; and the theorem in
[`proofs/`](proofs/) that is its formal statement, checked by Coq ({_proven()}). A proposition,
property or listing without an entry "judged by" has a check of its own in `conformance/checks/`, in the module of its
chapter; those of properties are in `properties.py`.

| clause | kind | operation | oracle | errata | items | sources | theorem |
| --- | --- | --- | --- | --- | --- | --- | --- |
{rows}"""


def _clause_row(clause: Clause) -> str:
    name = f"[`{clause.id}`]({clause.chapter}.md#{anchor(clause.id)})"
    operation = f"`{clause.operation}`" if clause.operation else ""
    if clause.judged_by:
        operation += f", judged by `{clause.judged_by}`"
    reached = ", ".join(item.id for item in items().values() if clause.id in item.clauses)
    mistakes = ", ".join(f"[{name}](C-errata.md#{anchor(name)})" for name in _errata_of(clause))
    sources = "; ".join((*clause.sources, *([clause.extension] if clause.extension else [])))
    return _row(
        name, clause.kind, operation, _definitions().get(clause.id, ""), mistakes, reached, sources, _theorem(clause)
    )


def _theorem(clause: Clause) -> str:
    """The theorem with a link to its file; a dash where there is none, and cannot be."""
    if clause.theorem is None:
        return "-" if clause.unproven else ""
    file = clause.theorem.partition(".")[0]
    return f"[`{clause.theorem}`](proofs/{file}.v)"


def _proven() -> str:
    """How many clauses have one."""
    with_theorem = [clause for clause in clauses().values() if clause.theorem is not None]
    claims = sum(clause.kind in ("proposition", "property") for clause in with_theorem)
    return f"{len(with_theorem)} clauses have one, {claims} of them propositions or properties"


def _errata_of(clause: Clause) -> list[str]:
    """The mistakes that the clause names, and those that name it."""
    named = {*clause.errata, *(erratum.id for erratum in errata().values() if clause.id in erratum.clauses)}
    return [name for name in errata() if name in named]


@cache
def _definitions() -> Mapping[str, str]:
    """By clause, the function that defines it, with a link to its module: the oracle's sources beside this folder."""
    found = {}
    for module in sorted((FOLDER.parent / "oracle").glob("*.py")):
        for clause, function in _DEFINITION.findall(module.read_text(encoding="utf-8")):
            found[clause] = f"[`{function}`](../oracle/{module.name})"
    return found


# the errata


def errata_page() -> str:
    """The page of the errata, as Markdown source."""
    return f"""\
{_generated("C. Errata")}
What the five sources print that is wrong, or right only under an assumption that they leave out: {len(errata())}
entries. `gradspec errata` prints them and computes every counterexample anew. What is printed is given as a formula or
claim in the notation of this text. Entries that can be run are implementations that conformance rejects; the others say
why they cannot.

{_totals()}
{"".join(_source(source) for source in dict.fromkeys(erratum.source for erratum in errata().values()))}"""


def _totals() -> str:
    sources = list(dict.fromkeys(erratum.source for erratum in errata().values()))
    lines = [_row("class", *sources, "all"), _row(*["---"] * (len(sources) + 2))]
    for name, meaning in CLASSES.items():
        counts = [_count(of_class=name, source=source) for source in sources]
        lines.append(_row(f"{name}: {meaning}", *map(str, counts), str(sum(counts))))
    counts = [_count(source=source) for source in sources]
    lines.append(_row("all", *map(str, counts), str(sum(counts))))
    return "".join(lines)


def _count(*, source: str, of_class: str | None = None) -> int:
    return sum(erratum.source == source and of_class in (None, erratum.of_class) for erratum in errata().values())


def _source(source: str) -> str:
    entries = "".join(_entry(erratum) for erratum in errata().values() if erratum.source == source)
    return f"\n## {source}\n{entries}"


def _entry(erratum: Erratum) -> str:
    facts = {
        "Where": erratum.at,
        "Class": erratum.of_class,
        "Printed": _text(erratum.printed),
        "Right": _text(erratum.correct),
        "Clauses": ", ".join(map(_link, erratum.clauses)),
        "Note": _text(erratum.note),
    }
    lines = [f"* {label}: {fact}" for label, fact in facts.items() if fact]
    for example in erratum.counterexamples:
        lines.append(f"* At {_text(example.at)}:")
        lines.append(f"  printed {', '.join(map(_text, example.printed))}; true {', '.join(map(_text, example.true))}")
    run = f"* Run as: {_text(erratum.fault)}" if erratum.fault else f"* Not run: {_text(erratum.not_executable)}"
    return "\n".join(["", f"### {erratum.id}", "", *lines, run, ""])


# the trace


def trace_page() -> str:
    """The page of the propositions of the sources, as Markdown source."""
    rows = "".join(map(_item_row, items().values()))
    return f"""\
{_generated("F. Trace of the sources")}
Every definition, formula, number, listing and remark of the five sources, in its correct form, and the clauses that
state it: {len(items())} items. `gradspec trace` prints them with their totals.

| item | where | states | clauses |
| --- | --- | --- | --- |
{rows}"""


def _item_row(item: Item) -> str:
    return _row(item.id, f"{item.source}: {item.at}", _text(item.says), ", ".join(map(_link, item.clauses)))


# Markdown


def _link(name: str) -> str:
    clause = clauses().get(name)
    return f"[`{name}`]({clause.chapter}.md#{anchor(name)})" if clause else f"`{name}`"


def _text(plain: str) -> str:
    """Plain text as Markdown: what would be markup is escaped."""
    return re.sub(r"([\\`*_{}\[\]<>#|~$])", r"\\\1", plain)


def _row(*cells: str) -> str:
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |\n"


def _generated(title: str) -> str:
    return f"<!-- DO NOT EDIT: written by {WRITER} -->\n\n# {title}\n"


PAGES: Mapping[str, Callable[[], str]] = {"A-index.md": index, "C-errata.md": errata_page, "F-trace.md": trace_page}
"""Every generated page, by the name of its file."""


def stale(folder: Path = FOLDER) -> Iterator[str]:
    """The names of the pages in ``folder`` that are not what they would be if written now."""
    for name, page in PAGES.items():
        file = folder / name
        if not file.exists() or file.read_text(encoding="utf-8") != page():
            yield name


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the pages, or compare them; the exit status is 1 where they were to be compared and one is stale."""
    parser = argparse.ArgumentParser(prog=WRITER, description="Write the index, the errata and the trace.")
    parser.add_argument("--check", action="store_true", help="compare the pages, write nothing")
    if not parser.parse_args(arguments).check:
        for name, page in PAGES.items():
            (FOLDER / name).write_text(page(), encoding="utf-8")
            sys.stdout.write(f"{FOLDER / name}: written\n")
        return 0
    return _complain(list(stale()))


def _complain(names: Iterable[str]) -> int:
    for name in names:
        sys.stderr.write(f"{FOLDER / name}: is not what the chapters and tables say; run {WRITER}\n")
    return 1 if names else 0


if __name__ == "__main__":
    sys.exit(main())
