"""The site as files of a folder, which hold this site and nothing that an earlier one left there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..json_file import write
from ..running import ScopeError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

MARK = '<meta name="generator" content="gradspec site">'
"""What every page of a site has in its head."""


def write_site(folder: Path, pages: Mapping[str, str]) -> int:
    """
    Write ``pages`` into ``folder``, and take away the pages of an earlier site; how many were written.

    Raises :class:`ScopeError` where the folder holds anything that is no page of a site, so that nothing of anybody
    else's is lost.
    """
    earlier = _earlier(folder)
    try:
        for address, text in pages.items():
            file = folder / address
            file.parent.mkdir(parents=True, exist_ok=True)
            if not file.is_file() or file.read_bytes() != text.encode():
                write(file, text, "the page")
    except OSError as error:
        message = f"the site cannot be written to {folder}: {error.strerror}"
        raise ScopeError(message) from error
    for file in earlier - {folder / address for address in pages}:
        file.unlink()
    return len(pages)


def _earlier(folder: Path) -> set[Path]:
    """The pages that are there already."""
    if not folder.is_dir():
        return set()
    found = {file for file in folder.rglob("*") if not file.is_dir()}
    for file in sorted(found):
        if file.suffix != ".html" or MARK not in file.read_text(encoding="utf-8", errors="replace"):
            message = f"{folder} holds {file.relative_to(folder)}, which is no page of a site; name an empty folder"
            raise ScopeError(message)
    return found
