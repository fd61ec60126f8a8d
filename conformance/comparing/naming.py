"""Names for the reports of a comparison: those of their files, with as much of their folders as tells them apart."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from ..running import ScopeError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def names_of(files: Sequence[Path]) -> dict[str, Path]:
    """Each file by its name; raises :class:`ScopeError` where one is given twice."""
    paths = [file.absolute() for file in files]
    for path, count in Counter(paths).items():
        if count > 1:
            message = f"{path} is given {count} times; give each report once"
            raise ScopeError(message)
    folders = 0
    while len({_name(path, folders) for path in paths}) < len(paths):
        folders += 1
    return {_name(path, folders): file for path, file in zip(paths, files, strict=True)}


def _name(path: Path, folders: int) -> str:
    """The end of a path: so many folders, and the name of the file without its suffix where that is ``.json``."""
    return "/".join([*path.parent.parts[len(path.parent.parts) - folders :], path.name.removesuffix(".json")])
