"""A folder of vectors as it is read: that of the installed specification, or another one."""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Any

from ... import spec
from ..schemas import first_error
from ..strange_json import json_value
from .errors import VectorsError
from .text import INDEX, digest, file_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from importlib.resources.abc import Traversable
    from pathlib import Path


@dataclass(frozen=True, eq=False)
class Folder:
    """Vectors, an index over them, and where they are."""

    place: Traversable
    """The folder."""
    index: Mapping[str, Any]
    """What ``index.json`` says."""

    @property
    def digest(self) -> str:
        """By which answers say what they answer."""
        return str(self.index["digest"])

    @property
    def operations(self) -> tuple[str, ...]:
        """Those that there are vectors of, in the order of their names."""
        return tuple(name.removesuffix(".json") for name in self.index["files"])

    def matching(self, patterns: tuple[str, ...]) -> tuple[str, ...]:
        """The operations that match a pattern, or all of them; raises VectorsError for a pattern that none matches."""
        for pattern in patterns:
            if not fnmatch.filter(self.operations, pattern):
                message = (
                    f"--operation {pattern}: there are no vectors of it; gradspec vectors list names what there is"
                )
                raise VectorsError(message)
        found = self.operations
        return tuple(name for name in found if not patterns or any(fnmatch.fnmatch(name, each) for each in patterns))

    def file(self, operation: str) -> Mapping[str, Any]:
        """The file of an operation; raises VectorsError where it is not what the index says."""
        return dict(_document(self.place / file_name(operation)))

    def vectors(self, operation: str) -> Iterator[Mapping[str, Any]]:
        """The vectors of an operation, in order."""
        yield from self.file(operation)["vectors"]

    def vector(self, identifier: str) -> Mapping[str, Any]:
        """The vector called ``identifier``; raises VectorsError where there is none."""
        operation = identifier.partition("/")[0]
        if operation in self.operations:
            for each in self.vectors(operation):
                if each["id"] == identifier:
                    return each
        message = f"{identifier!r} is not a vector; they are called like {self._an_example()}"
        raise VectorsError(message)

    def _an_example(self) -> str:
        return next((str(each["id"]) for each in self.vectors(self.operations[0])), "OPERATION/DIGITS")


def folder(place: Path | None = None) -> Folder:
    """The vectors in ``place``, or those that are installed; raises VectorsError where there are none."""
    found: Traversable = resources.files(spec) / "vectors" if place is None else place
    if not (found / INDEX).is_file():
        where = "none are installed" if place is None else f"{place} has no {INDEX}"
        message = f"there are no vectors: {where}; give the folder spec/vectors of a checkout with --vectors"
        raise VectorsError(message)
    index = _document(found / INDEX)
    if error := first_error(index, "vectors-index"):
        message = f"{found / INDEX} is no index of vectors: {error.message}"
        raise VectorsError(message)
    if digest({name: facts["sha256"] for name, facts in index["files"].items()}) != index["digest"]:
        message = f"{found / INDEX} was changed: its digest is not that of the files it lists"
        raise VectorsError(message)
    return Folder(found, index)


def _document(file: Traversable) -> Any:  # noqa: ANN401 - any JSON value
    try:
        return json_value(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        message = f"{file} cannot be read: {error}"
        raise VectorsError(message) from error
