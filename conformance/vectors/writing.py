"""Writing a folder of vectors, and telling whether it is up to date."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .catching import with_errata
from .choosing import chosen
from .errors import VectorsError
from .making import differs, vector
from .text import INDEX, SCHEMA, file_name, file_text, index_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path


def made(operation: str) -> str:
    """The file of the vectors of ``operation``, computed anew."""
    taken = list(chosen(operation, differs))
    vectors = with_errata(operation, [each.case for each in taken], [vector(each) for each in taken])
    if len({each["id"] for each in vectors}) < len(vectors):
        message = f"two vectors of {operation} have one id: more digits are needed"
        raise VectorsError(message)
    return file_text(operation, vectors)


def stale(place: Path, operations: Iterable[str], hear: Callable[[str], object] = lambda _: None) -> dict[str, str]:
    """The files of ``operations`` that are not what is computed now, each with what it has to be."""
    found = {}
    for operation in operations:
        hear(operation)
        text, file = made(operation), place / file_name(operation)
        if not file.is_file() or file.read_bytes() != text.encode():
            found[file.name] = text
    return found


def index_of(place: Path, known: Iterable[str], changed: Mapping[str, str] | None = None) -> str:
    """
    The index over the files of ``place`` as they stand, or will when those in ``changed`` are written.

    Raises VectorsError for a file that is of none of the ``known`` operations, for one that is missing, and for one
    that is no file of vectors.
    """
    contents = {file.name: file.read_bytes() for file in sorted(place.glob("*.json")) if file.name != INDEX}
    contents |= {name: text.encode() for name, text in (changed or {}).items()}
    wanted = {file_name(operation) for operation in known}
    for name in sorted(contents.keys() ^ wanted):
        what = "is of no operation" if name in contents else "is missing: gradspec vectors write makes it"
        message = f"{place / name} {what}"
        raise VectorsError(message)
    return index_text(contents, {name: _count(place / name, content) for name, content in contents.items()})


def _count(file: Path, content: bytes) -> int:
    """How many vectors a file has: each stands in a line of its own, which begins with its id."""
    if not content.startswith(HEAD):
        message = f"{file} is no file of vectors"
        raise VectorsError(message)
    return content.count(LINE)


HEAD, LINE = f'{{\n"schema": "{SCHEMA}"'.encode(), b'\n{"id": '
"""How a file of vectors begins, and how each vector does."""
