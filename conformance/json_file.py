"""Options that name a file to write, such as ``--json``: refused before a long run, written after it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from .running import ScopeError

if TYPE_CHECKING:
    from pathlib import Path


def require_writable(path: Path | None, option: str = "--json") -> None:
    """Refuse before the run rather than after it."""
    if path is not None and not path.absolute().parent.is_dir():
        message = f"{option} {path}: there is no folder {path.absolute().parent}"
        raise ScopeError(message)


def write(path: Path | None, text: str, option: str = "--json") -> None:
    """Last, so that whatever goes wrong with the file, the summary stands above it."""
    if path is None:
        return
    unfinished = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(path)  # at once: whoever reads the file finds all of it
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        message = f"{option} {path} cannot be written: {error.strerror}"
        raise ScopeError(message) from error
