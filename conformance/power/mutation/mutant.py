"""A mutant: the reference with one place of its text changed."""

from __future__ import annotations

import ast
import hashlib
from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from .operators import OPERATORS
from .site import sites
from .sources import sources

if TYPE_CHECKING:
    from collections.abc import Iterator

ATOMS = (ast.Name, ast.Constant, ast.Call, ast.Attribute, ast.Subscript, ast.Slice, ast.MatchValue, ast.stmt, ast.Tuple)
"""What stands anywhere without parentheses of its own."""


LONGEST = 60
"""A text of more characters is shortened in the name of a mutant."""

SHOWN = 40
"""So many characters of it are shown."""


@dataclass(frozen=True)
class Mutant:
    """One change of one module."""

    module: str
    """The module, from the package of the reference: ``operations.layers``."""
    function: str
    """The function that is changed, with its class; empty for what a module says outside of functions."""
    operator: str
    """The name of the mutation operator."""
    before: str
    """What stands there."""
    after: str
    """What is put in its place."""
    ordinal: int
    """Which of the equal changes in this function, from 1."""
    line: int
    """Of the module as it is now; no part of the name."""
    start: int
    """Where the text that is replaced begins, in characters of the module."""
    end: int
    """Where it ends."""

    @property
    def name(self) -> str:
        """Stable as long as the function contains the same text in the same order."""
        place = f"{self.module}:{self.function}" if self.function else self.module
        repeated = f" #{self.ordinal}" if self.ordinal > 1 else ""
        return f"{place} [{self.operator}] {_short(self.before)} -> {_short(self.after)}{repeated}"

    def source(self) -> str:
        """The text of the module with the change made."""
        text = sources()[self.module]
        return text[: self.start] + self.after + text[self.end :]


def mutants_of(module: str, source: str) -> Iterator[Mutant]:
    """Every mutant of a module with this text, in the order of the text; of two that are the same text, the first."""
    starts = _line_starts(source)
    met: Counter[tuple[str, str, str, str]] = Counter()
    seen: set[tuple[int, int, str]] = set()
    for site in sites(ast.parse(source)):
        for operator, change in OPERATORS.items():
            for replacement in change(site):
                start, end, line = _extent(site.node, starts, source)
                before, after = ast.unparse(site.node), _text(replacement)
                if after == _text(site.node) or (start, end, after) in seen:
                    continue
                seen.add((start, end, after))
                key = (site.qualified_name, operator, before, after)
                met[key] += 1
                yield Mutant(module, site.qualified_name, operator, before, after, met[key], line, start, end)


@cache
def mutants() -> tuple[Mutant, ...]:
    """Every mutant of the reference, module by module."""
    return tuple(mutant for module, source in sources().items() for mutant in mutants_of(module, source))


def _text(node: ast.AST) -> str:
    """The node as text that may stand in place of any expression."""
    text = ast.unparse(node)
    return text if isinstance(node, ATOMS) else f"({text})"


def _short(text: str) -> str:
    """The text, or the beginning of it and a digest."""
    if len(text) <= LONGEST:
        return text
    return f"{text[:SHOWN]}…{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def _line_starts(source: str) -> list[int]:
    """The position of the first character of each line."""
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    return starts


def _extent(node: ast.AST, starts: list[int], source: str) -> tuple[int, int, int]:
    """Where the text of a node begins and ends, and its line; the tree counts columns in bytes."""
    first, last = getattr(node, "lineno", 0), getattr(node, "end_lineno", 0)
    lines = source.splitlines(keepends=True)
    before = lines[first - 1].encode()[: getattr(node, "col_offset", 0)].decode()
    up_to = lines[last - 1].encode()[: getattr(node, "end_col_offset", 0)].decode()
    return starts[first - 1] + len(before), starts[last - 1] + len(up_to), first
