"""Targets of installed distributions: the entry points of the group ``gradspec.targets``."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import metadata
from typing import TYPE_CHECKING

from .errors import TargetError
from .guarding import guarded

if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.metadata import EntryPoint

GROUP = "gradspec.targets"
"""The group of entry points; each has the value ``package.module:object``."""


@dataclass(frozen=True)
class Installed:
    """A target that an installed distribution makes known by a name."""

    name: str
    """By which it is run."""
    where: str
    """``package.module:object``."""
    distribution: str
    """The distribution and its version, as in ``mylib 1.2``."""
    entry: EntryPoint
    """The entry point."""

    def __str__(self) -> str:
        return f"the target {self.name!r} of the installed {self.distribution} ({self.where})"

    def load(self) -> object:
        """The object; raises :class:`TargetError` naming the distribution where it cannot be had."""
        return guarded(self.entry.load, str(self))


def installed() -> Sequence[Installed]:
    """Every such target, by name; nothing of them is imported."""
    found = (
        Installed(entry.name, entry.value, _distribution(entry), entry) for entry in metadata.entry_points(group=GROUP)
    )
    return sorted(found, key=lambda each: (each.name, each.distribution))


def installed_as(name: str) -> Installed | None:
    """The one called ``name``; raises :class:`TargetError` where several distributions say that it is theirs."""
    found = [each for each in installed() if each.name == name]
    if len(found) > 1:
        whose = " and ".join(f"{each.distribution} ({each.where})" for each in found)
        message = f"the target {name!r} is that of {whose}; say which, as {found[0].where}"
        raise TargetError(message)
    return found[0] if found else None


def _distribution(entry: EntryPoint) -> str:
    if entry.dist is None:
        return "an unknown distribution"
    return f"{entry.dist.name} {entry.dist.version}"
