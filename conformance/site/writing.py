"""The site as files of a folder, which hold this site and nothing that an earlier one left there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..json_file import write
from ..running import ScopeError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

MANIFEST = "pages.txt"
"""The file that names every page of the site, a line each: what a later site may replace."""


def write_site(folder: Path, pages: Mapping[str, str]) -> int:
    """
    Write ``pages`` into ``folder``, and take away those of an earlier site; how many were written.

    Raises :class:`ScopeError` as :func:`earlier_pages` does, so that nothing of anybody else is lost, and where a page
    cannot be written.
    """
    earlier = earlier_pages(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write(folder / MANIFEST, _lines(earlier | pages.keys()), "the list of pages")
        for address, text in pages.items():
            file = folder / address
            file.parent.mkdir(parents=True, exist_ok=True)
            write(file, text, "the page")
        for address in earlier - pages.keys():
            (folder / address).unlink()
        write(folder / MANIFEST, _lines(pages.keys()), "the list of pages")
    except OSError as error:
        message = f"the site cannot be written to {folder}: {error.strerror}"
        raise ScopeError(message) from error
    return len(pages)


def earlier_pages(folder: Path) -> set[str]:
    """
    The addresses of the pages that are in ``folder`` already.

    Raises :class:`ScopeError` where it holds anything else.
    """
    if not folder.is_dir():
        return set()
    manifest = folder / MANIFEST
    pages = manifest.read_text(encoding="utf-8").splitlines() if manifest.is_file() else []
    found = {file.relative_to(folder).as_posix() for file in folder.rglob("*") if not file.is_dir()} - {MANIFEST}
    for address in sorted(found.difference(pages)):
        message = f"{folder} holds {address}, which is no page of a site; name an empty folder, or that of a site"
        raise ScopeError(message)
    return found


def _lines(addresses: Iterable[str]) -> str:
    return "".join(f"{address}\n" for address in sorted(addresses))
