"""Functions of a target that nobody will ask for, because their names are nearly those of operations."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...spec.operations import operations
from ..adapters.loading import BUILT_IN, CATALOGUES, load
from ..adapters.python_object import PythonObject
from ..isolation.source import Source
from .remark import Remark, Standing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

ALIKE = 0.9
"""From which similarity of difflib on a name counts as misspelt: two letters exchanged among twelve."""

SYNONYMS = {"_prime": "_derivative", "_deriv": "_derivative", "_grad": "_derivative", "_backward": "_vjp"}
"""Ends of names that other libraries use for what an operation here is called."""


@dataclass(frozen=True)
class Names:
    """A stand-in for a target that offers nothing, and tells the names of its functions where it is loaded."""

    target: str
    """As on the command line."""

    @property
    def environment(self) -> Mapping[str, str]:
        """The names, as keys: the one thing that a target may say freely of itself."""
        target = load(self.target)
        return dict.fromkeys(target.function_names(), "") if isinstance(target, PythonObject) else {}


def misspelt(name: str, offered: Iterable[str]) -> Iterator[Remark]:
    """A remark on each function of the target called ``name`` that looks like an operation which is not ``offered``."""
    if name in BUILT_IN or name.partition(":")[0] in CATALOGUES:
        return
    subject = Source.of(Names(name)).open()
    try:
        names = sorted(subject.environment)
    finally:
        subject.close()
    yield from remarks_on(names, set(offered))


def remarks_on(names: Iterable[str], offered: set[str]) -> Iterator[Remark]:
    """The remarks on functions of these names."""
    missing = [name for name in operations() if name not in offered]
    plain = {_plain(name): name for name in missing}
    for name in names:
        if name in operations():
            continue
        near = difflib.get_close_matches(_plain(name), plain, n=1, cutoff=ALIKE)
        if near:
            meant = plain[near[0]]
            text = f"is no operation: if it is {meant}, call it so, or map it: operations = {{{meant!r}: {name!r}}}"
            yield Remark(Standing.MEND, name, text)
        elif (synonym := _synonym(name)) in missing:
            text = f"is not asked: if it is {synonym}, map it: operations = {{{synonym!r}: {name!r}}}"
            yield Remark(Standing.NOTE, name, text)


def _plain(name: str) -> str:
    return name.replace("_", "").lower()


def _synonym(name: str) -> str:
    for end, ours in SYNONYMS.items():
        if name.endswith(end):
            return name.removesuffix(end) + ours
    return ""
