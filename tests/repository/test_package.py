"""The distribution: what is installed is what stands in the tree, under the name gradspec alone."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from fnmatch import fnmatch
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any
from zipfile import ZipFile

import pytest

FOLDERS = ("spec", "oracle", "conformance")
"""The folders of the repository that are the package."""

PUBLIC_NAMES = {
    "gradspec.spec": {
        "Argument", "BFLOAT16", "Clause", "Convention", "ConventionError", "Conventions", "Erratum",
        "FLOAT16", "FLOAT32", "FLOAT64", "FORMATS", "Format", "Item", "Layer", "Network", "Operation",
        "Profile", "Result", "SpecificationError", "TableError", "VERSION", "clauses", "conventions",
        "errata", "items", "operations", "profile", "profiles", "resolve", "specification_digest",
    },
}  # fmt: skip
"""What each package promises. A name that goes from here goes with an entry in the changelog."""

IMPORT_EVERY_MODULE = """
import importlib, pkgutil, sys

def visit(name):
    try:
        module = importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name.partition(".")[0] not in OPTIONAL:
            raise
        return
    for each in pkgutil.iter_modules(getattr(module, "__path__", []), name + "."):
        if not each.name.endswith(".__main__"):
            visit(each.name)

OPTIONAL = "autograd distributed jax keras onnx onnxruntime sklearn tensorflow tinygrad torch".split()
for package in sys.argv[1:]:
    visit("gradspec." + package)
print(*sorted({"spec", "oracle", "conformance"} & sys.modules.keys()))
"""
"""Imports all that can be imported without the optional frameworks; prints what landed outside gradspec."""


def files(repository: Path) -> dict[str, bytes]:
    """The content of every file of the package, by its path in the repository."""
    found = (path for folder in FOLDERS for path in (repository / folder).rglob("*") if path.is_file())
    ignored = [line for line in (repository / ".gitignore").read_text(encoding="utf-8").split("\n") if line.strip("# ")]
    kept = (
        path
        for path in found
        if "__pycache__" not in path.parts
        and not any(fnmatch(path.name, pattern) or path.match(pattern) for pattern in ignored)
    )
    return {path.relative_to(repository).as_posix(): path.read_bytes() for path in kept}


def packages(repository: Path) -> set[str]:
    """The folders of the package that hold Python modules, as dotted names."""
    folders = {Path(path).parent for path in files(repository) if path.endswith(".py")}
    return {".".join(("gradspec", *folder.parts)) for folder in folders}


@pytest.fixture(scope="module")
def project(repository: Path) -> dict[str, Any]:
    """The content of pyproject.toml."""
    return tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def wheel(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The content of every file of a wheel, built from a copy so that no stale ``build`` folder gets in."""
    source = tmp_path_factory.mktemp("source")
    for name in FOLDERS:
        shutil.copytree(repository / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(repository / name, source / name)
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", "dist", "."]
    result = subprocess.run(command, cwd=source, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    (built,) = (source / "dist").iterdir()
    with ZipFile(built) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


class TestWheel:
    """The wheel holds the three folders, under the name gradspec, and nothing else."""

    def test_it_holds_every_file_of_the_tree(self, repository: Path, wheel: dict[str, bytes]) -> None:
        """The files under gradspec are those of the folders, byte for byte."""
        shipped = {name: content for name, content in wheel.items() if ".dist-info/" not in name}
        tree = {f"gradspec/{path}": content for path, content in files(repository).items()}

        assert shipped.keys() - tree.keys() == set()
        assert tree.keys() - shipped.keys() == set()
        assert {name for name, content in tree.items() if shipped[name] != content} == set()

    def test_it_carries_the_licence(self, repository: Path, wheel: dict[str, bytes]) -> None:
        """The licence travels with the code."""
        (licence,) = (content for name, content in wheel.items() if name.endswith("/licenses/LICENSE"))

        assert licence == (repository / "LICENSE").read_bytes()


class TestPackages:
    """Each folder with modules is a package that says it is typed, and is listed."""

    def test_every_package_is_listed(self, repository: Path, project: dict[str, Any]) -> None:
        """A package missing from the list works from a checkout and is absent once installed."""
        listed = project["tool"]["setuptools"]["packages"]

        assert set(listed) == packages(repository)
        assert len(listed) == len(set(listed))

    @pytest.mark.parametrize("name", ["__init__.py", "py.typed"])
    def test_every_package_is_one(self, repository: Path, name: str) -> None:
        """Each has its ``__init__.py``, and its ``py.typed``."""
        folders = {Path(*package.split(".")[1:]) for package in packages(repository)}

        assert {str(folder) for folder in folders if not (repository / folder / name).exists()} == set()


class TestNames:
    """gradspec is the only name that an import takes."""

    def test_nothing_lands_at_the_top_level(self, repository: Path) -> None:
        """With every module imported, even from the checkout, none is called spec, oracle or conformance."""
        command = [sys.executable, "-W", "ignore", "-c", IMPORT_EVERY_MODULE, *FOLDERS]
        result = subprocess.run(command, cwd=repository, capture_output=True, text=True, check=False)

        assert result.returncode == 0, result.stderr
        assert result.stdout.strip() == ""

    def test_no_test_lands_there_either(self) -> None:
        """The tests of the folders are called ``tests.spec`` and so on."""
        assert {*FOLDERS} & sys.modules.keys() == set()

    @pytest.mark.parametrize("package", PUBLIC_NAMES)
    def test_public_names_are_pinned(self, package: str) -> None:
        """What a package lists, and nothing else, is promised."""
        content = vars(import_module(package))
        names = {name for name, value in content.items() if not isinstance(value, ModuleType)}

        assert {name for name in names if not name.startswith("_")} - {"annotations"} == PUBLIC_NAMES[package]


class TestPages:
    """The pages about the distribution agree with it."""

    @pytest.mark.parametrize(
        ("page", "pattern"),
        [("CITATION.cff", r"(?m)^version: (\S+)$"), ("CHANGELOG.md", r"(?m)^## (\S+)")],
    )
    def test_versions_agree(self, repository: Path, project: dict[str, Any], page: str, pattern: str) -> None:
        """The version that is cited, and the newest of the changelog, is the one that is built."""
        match = re.search(pattern, (repository / page).read_text(encoding="utf-8"))

        assert match is not None
        assert match[1] == project["project"]["version"]
