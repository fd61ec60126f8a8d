"""Where a target comes from, told in a way that another process can follow."""

from __future__ import annotations

import pickle
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ...spec.conventions import resolve
from ..adapters.deriving import deriving
from ..adapters.errors import TargetError
from ..adapters.loading import load
from ..adapters.process import Process
from ..adapters.wrapping import as_target
from .in_flight import InFlight
from .isolated import Isolated
from .limits import Limits

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ..adapters.target import Target
    from .restarting import Restarting


@dataclass(frozen=True)
class Source:
    """A target by name, by the command that starts it, or as an object that can be pickled."""

    name: str | None = None
    """As on the command line: built in, a file, or in a module."""
    command: str | None = None
    """That starts a program which speaks JSON Lines."""
    subject: bytes | None = None
    """The object, pickled."""
    conventions: Mapping[str, object] = field(default_factory=dict)
    """What a built-in target is asked to follow."""
    derive: bool = False
    """Whether operations that it does not offer are derived from those that it does."""
    in_process: bool = False
    """Whether it is called in the process that opens it, and not in one of its own."""
    limits: Limits = field(default_factory=Limits)
    """Of the process of its own."""
    journal: Path | None = None
    """Of the run: beside it stand the cases that the process is asked."""

    @classmethod
    def of(cls, subject: object) -> Source:
        """An object; raises :class:`TargetError` where it cannot be sent to another process."""
        try:
            return cls(subject=pickle.dumps(subject))
        except Exception as error:
            message = (
                f"{subject!r} cannot be sent to workers ({error}); name a target that each of them can load itself, "
                "as path/to/file.py:object or package.module:object"
            )
            raise TargetError(message) from error

    def open(self) -> Target:
        """The target, in a process of its own unless it is to be in this one."""
        if self.command is None and self.in_process:
            return self.open_here()
        restarting: Restarting
        target: Target
        if self.command is not None:
            target = restarting = Process(self.command, self.limits)
        else:
            target = restarting = Isolated(self, self.limits)
        if self.journal is not None:
            restarting.in_flight = InFlight(self.journal)
        return self._deriving(target) if self.command is not None else target

    def open_here(self) -> Target:
        """The target, loaded or unpickled in this process."""
        if self.subject is None:
            return self._deriving(load(str(self.name), self.conventions))
        return self._deriving(as_target(pickle.loads(self.subject)))  # noqa: S301 - what whoever runs this has pickled

    def _deriving(self, target: Target) -> Target:
        return deriving(target, resolve(self.conventions, declared=target.conventions)) if self.derive else target
