"""The text of the reference, module by module, and copies of the package made from changed text."""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import sys
from contextlib import contextmanager
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from importlib.resources.abc import Traversable
    from types import CodeType, ModuleType

REFERENCE = "gradspec.conformance.adapters.reference"
"""The package that is mutated."""

COPY = "_gradspec_mutant"
"""What a copy is called while it is imported; afterwards nothing of that name is left."""


@cache
def sources() -> Mapping[str, str]:
    """The text of each module by its name inside the package, the package itself as the empty name."""
    return dict(_sources(resources.files(REFERENCE), ""))


def _sources(folder: Traversable, package: str) -> Iterator[tuple[str, str]]:
    for entry in sorted(folder.iterdir(), key=lambda each: each.name):
        if entry.is_dir() and entry.joinpath("__init__.py").is_file():
            yield from _sources(entry, f"{package}.{entry.name}".lstrip("."))
        elif entry.name.endswith(".py"):
            name = "" if entry.name == "__init__.py" else entry.name.removesuffix(".py")
            yield f"{package}.{name}".strip("."), entry.read_text(encoding="utf-8")


def is_package(module: str) -> bool:
    """Whether the module of that name contains others."""
    return any(other != module and other.startswith(f"{module}.".lstrip(".")) for other in sources())


def file_name(module: str) -> str:
    """What tracebacks and code objects of a copy call the module's file."""
    return f"<{COPY}>/{module}"


@cache
def _compiled(module: str) -> CodeType:
    return compile(sources()[module], file_name(module), "exec")


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds the modules of the copy, one of them in changed text."""

    def __init__(self, changed: Mapping[str, str]) -> None:
        self._changed = changed

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """The modules whose names begin with that of the copy."""
        del path, target
        if fullname != COPY and not fullname.startswith(f"{COPY}."):
            return None
        module = _inner(fullname)
        return importlib.machinery.ModuleSpec(fullname, self, is_package=is_package(module))

    def exec_module(self, module: ModuleType) -> None:
        """Run the text of the module."""
        inner = _inner(module.__name__)
        changed = self._changed.get(inner)
        code = _compiled(inner) if changed is None else compile(changed, file_name(inner), "exec")
        exec(code, module.__dict__)  # noqa: S102 - the text is that of the reference with one place changed


def _inner(fullname: str) -> str:
    return fullname.removeprefix(COPY).lstrip(".")


def reference_from(changed: Mapping[str, str]) -> Any:  # noqa: ANN401 - the class Reference of a copy, another each time
    """The class ``Reference`` of a fresh copy of the package in which some modules have another text."""
    with _importable(_Finder(changed)):
        return importlib.import_module(COPY).Reference


@contextmanager
def _importable(finder: _Finder) -> Iterator[None]:
    _forget()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        _forget()


def _forget() -> None:
    """Nothing of the copy is imported."""
    for name in [name for name in sys.modules if name == COPY or name.startswith(f"{COPY}.")]:
        del sys.modules[name]
