"""Why mutants that no row finds are right implementations, by review, from ``excuses.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

EQUIVALENT = "equivalent"
"""The same numbers on every input."""

ADMISSIBLE = "admissible"
"""Other bits on some inputs: an admissible evaluation of a listed form, or a value that the clause admits beside it."""

UNRULED = "unruled"
"""Other numbers where the clause makes no demand, and nowhere else."""

KINDS = (EQUIVALENT, ADMISSIBLE, UNRULED)
"""Every kind of excuse."""


@dataclass(frozen=True)
class Excuse:
    """Why some mutants need not be found."""

    kind: str
    """One of :data:`KINDS`."""
    reason: str
    """In a sentence; of an admissible evaluation it names the clause whose form it is."""

    def holds(self, differing: int) -> bool:
        """Whether it agrees with how often the mutant gave other bits than the reference."""
        return self.kind != EQUIVALENT or not differing


@cache
def excuses() -> Mapping[str, Excuse]:
    """The excuse of each reviewed mutant, by the mutant's name."""
    text = resources.files(__package__).joinpath("excuses.toml").read_text(encoding="utf-8")
    found: dict[str, Excuse] = {}
    for entry in tomllib.loads(text).get("excuses", []):
        excuse = Excuse(entry["kind"], entry["reason"])
        for name in entry["mutants"]:
            if name in found:
                raise ValueError(f"{name} has two excuses")
            found[name] = excuse
    return MappingProxyType(found)
