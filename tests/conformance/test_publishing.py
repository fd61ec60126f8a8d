"""``gradspec publish``: reports, pages, and what compares them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from gradspec.conformance import Request
from gradspec.conformance.command_line import main
from gradspec.conformance.publishing import pages, published, stale
from gradspec.conformance.publishing.markdown import code, plain
from gradspec.conformance.publishing.publishing import publish

if TYPE_CHECKING:
    from pathlib import Path

REQUEST = Request(effort="quick", clauses=("tanh.*",), formats=("float32",), diagnose=True)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two reports and their pages."""
    made = tmp_path_factory.mktemp("reports")
    for target in ("textbook", "reference"):
        publish(made, target, REQUEST, 1)
    for name, text in pages(published(made)).items():
        (made / name).write_text(text, encoding="utf-8")
    return made


class TestFolder:
    """What a folder of reports holds."""

    def test_each_target_has_a_report_and_a_page(self, folder: Path) -> None:
        """Under its name and the version of what was examined; no journal is left."""
        names = sorted(path.name for path in folder.iterdir())
        stems = [each.stem for each in published(folder)]

        assert [each.target for each in published(folder)] == ["reference", "textbook"]
        assert names == sorted(["comparison.md", *(f"{stem}{end}" for stem in stems for end in (".json", ".md"))])

    def test_a_page_shows_what_fails_and_how_to_do_it_again(self, folder: Path) -> None:
        """Clause with its link, formats, error, input, cause and command."""
        stem = published(folder)[1].stem
        text = (folder / f"{stem}.md").read_text(encoding="utf-8")

        assert "[`tanh.derivative`](../spec/4-activations.md#tanhderivative)" in text
        assert "`gradspec run textbook --effort quick --json FILE`" in text
        assert "the form definition, 1 \\- t^2" in text
        assert "## What fails at SHOULD" in text
        assert "## What fails at MUST" not in text

    def test_the_comparison_has_a_column_for_each(self, folder: Path) -> None:
        """And a row for each clause that fails somewhere, no other."""
        text = (folder / "comparison.md").read_text(encoding="utf-8")
        rows = [line for line in text.splitlines() if line.startswith("| [`")]

        assert {line.split("`")[1] for line in rows} == {"tanh.value", "tanh.derivative", "tanh.vjp"}
        for line in rows:
            _, _, reference, textbook, _ = line.split("|")
            assert not reference.strip()
            assert "S f32 (" in textbook

    def test_goes_on_after_an_interrupt(self, tmp_path: Path, folder: Path) -> None:
        """The journal has the name of the target alone, since the version is not known before it is loaded."""
        publish(tmp_path, "textbook", REQUEST, 1)
        stem = published(tmp_path)[0].stem

        assert (tmp_path / f"{stem}.json").read_bytes() == (folder / f"{stem}.json").read_bytes()


class TestCommand:
    """On the command line."""

    def test_check_finds_a_page_that_was_edited(self, folder: Path) -> None:
        """And render mends it."""
        page = folder / "comparison.md"
        page.write_text("nothing", encoding="utf-8")

        found = CliRunner().invoke(main, ["publish", "--check", "--out", str(folder)])
        assert found.exit_code == 1
        assert "comparison.md is stale" in found.output
        assert list(stale(folder, pages(published(folder)))) == ["comparison.md"]

        assert CliRunner().invoke(main, ["publish", "--render", "--out", str(folder)]).exit_code == 0
        assert CliRunner().invoke(main, ["publish", "--check", "--out", str(folder)]).exit_code == 0

    def test_refuses_a_folder_that_is_not_there(self, tmp_path: Path) -> None:
        """Before anything is examined."""
        found = CliRunner().invoke(main, ["publish", "--out", str(tmp_path / "absent")])

        assert found.exit_code == 2
        assert "there is no such folder" in found.output

    def test_refuses_what_is_no_report(self, tmp_path: Path) -> None:
        """With the name of the file."""
        (tmp_path / "half.json").write_text(json.dumps({"schema": 1}), encoding="utf-8")

        found = CliRunner().invoke(main, ["publish", "--render", "--out", str(tmp_path)])

        assert found.exit_code == 2
        assert "half.json is not a gradspec report" in found.output


class TestMarkdown:
    """What a stranger wrote is shown, and means nothing."""

    @pytest.mark.parametrize(
        "text", ["a|b", "<script>alert(1)</script>", "[x](javascript:1)", "**b** _i_ `c`", "# h\n| t |"]
    )
    def test_is_text(self, text: str) -> None:
        """Every character that would be markup is escaped, and lines are joined."""
        shown = plain(text)

        assert "\n" not in shown
        for index, character in enumerate(shown):
            if character in "|<>[]()*_`#":
                assert shown[index - 1] == "\\"

    def test_code_holds_no_markup(self) -> None:
        """Neither its own delimiter nor that of a cell."""
        assert code("a`b|c\nd") == "`a'b\\|c d`"
