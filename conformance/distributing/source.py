"""Where a target comes from, told in a way that another process can follow."""

from __future__ import annotations

import pickle
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..adapters.errors import TargetError
from ..adapters.loading import load
from ..adapters.process import Process
from ..running import as_target

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..adapters.target import Target


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
        """The target, loaded, started or unpickled anew."""
        if self.command is not None:
            return Process(self.command)
        if self.subject is None:
            return load(str(self.name), self.conventions)
        return as_target(pickle.loads(self.subject))  # noqa: S301 - what whoever runs this has pickled
