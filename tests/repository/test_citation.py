"""CITATION.cff: valid, and in agreement with pyproject.toml and ``gradspec cite``."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from gradspec.conformance.citing.citation import software

if TYPE_CHECKING:
    from pathlib import Path

yaml = pytest.importorskip("yaml", reason="CITATION.cff is YAML: pip install pyyaml")

REQUIRED = {"authors", "cff-version", "message", "title"}
"""Fields that version 1.2.0 of the format demands."""

TEXTS = {"abstract", "message", "title", "version"}
"""Fields that are one text each."""

FIELDS = REQUIRED | TEXTS | {"date-released", "keywords", "license", "type"}
"""Fields that are used, all of them among those that the format knows."""


@pytest.fixture(scope="module")
def cff(repository: Path) -> dict[str, Any]:
    """The file, every value as the text that it is written as."""
    made: dict[str, Any] = yaml.load((repository / "CITATION.cff").read_text(encoding="utf-8"), yaml.BaseLoader)
    return made


@pytest.fixture(scope="module")
def project(repository: Path) -> dict[str, Any]:
    """The table ``project`` of pyproject.toml."""
    content = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))
    return dict(content["project"])


class TestFormat:
    """The rules of version 1.2.0 of the Citation File Format, as far as they concern the fields used."""

    def test_has_the_fields_that_it_must_have(self, cff: dict[str, Any]) -> None:
        """And none whose rules are not checked here."""
        assert REQUIRED <= cff.keys() <= FIELDS
        assert cff["cff-version"] == "1.2.0"
        assert cff["type"] in {"software", "dataset"}

    def test_every_field_is_named_once(self, repository: Path) -> None:
        """YAML readers take the last of two in silence."""
        names = re.findall(r"(?m)^([a-z-]+):", (repository / "CITATION.cff").read_text(encoding="utf-8"))

        assert len(names) == len(set(names))

    def test_texts_are_texts(self, cff: dict[str, Any]) -> None:
        """And none is empty."""
        assert all(isinstance(cff[name], str) and cff[name].strip() for name in TEXTS)

    def test_authors_are_entities_or_persons(self, cff: dict[str, Any]) -> None:
        """An entity has a name; each is listed once."""
        assert cff["authors"]
        assert all(author.keys() == {"name"} and author["name"] for author in cff["authors"])

    def test_the_day_is_one(self, cff: dict[str, Any]) -> None:
        """In the form of ISO 8601 with hyphens."""
        assert date.fromisoformat(cff["date-released"]).isoformat() == cff["date-released"]

    def test_keywords_differ(self, cff: dict[str, Any]) -> None:
        """None is said twice."""
        assert cff["keywords"]
        assert len(cff["keywords"]) == len(set(cff["keywords"]))


class TestAgreement:
    """One version, one title, one author, wherever it is asked for."""

    def test_the_file_agrees_with_the_project(self, cff: dict[str, Any], project: dict[str, Any]) -> None:
        """Which is what is built."""
        assert cff["version"] == project["version"]
        assert cff["license"] == project["license"]
        assert cff["title"] == f"{project['name']}: {project['description']}"
        assert [author["name"] for author in cff["authors"]] == [author["name"] for author in project["authors"]]
        assert set(cff["keywords"]) <= set(project["keywords"])

    def test_what_is_printed_agrees_with_the_file(self, cff: dict[str, Any]) -> None:
        """``gradspec cite`` reads the installed package, and has the day as a constant."""
        printed = software()

        assert (printed.title, printed.version, printed.license) == (cff["title"], cff["version"], cff["license"])
        assert printed.author == " and ".join(author["name"] for author in cff["authors"])
        assert printed.date == cff["date-released"]
