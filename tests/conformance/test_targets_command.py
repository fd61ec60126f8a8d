"""The command ``gradspec targets``: what is there by name, and what one target offers."""

from __future__ import annotations

import sys
import tomllib
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from gradspec.conformance.adapters import loading
from gradspec.conformance.adapters.loading import BUILT_IN, FRAMEWORKS
from gradspec.conformance.command_line import main

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]

SPEAKING = Path(__file__).parent / "targets" / "speaking.py"


def gradspec(*words: str) -> Result:
    """What the command says, and its exit status."""
    return CliRunner().invoke(main, list(words), prog_name="gradspec")


@pytest.fixture
def installed_target(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Installs a distribution, as far as the metadata goes, with one entry point."""

    def install(entry: str) -> None:
        folder = tmp_path / "somelib-0.3.dist-info"
        folder.mkdir()
        (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: somelib\nVersion: 0.3\n", "utf-8")
        (folder / "entry_points.txt").write_text(f"[gradspec.targets]\n{entry}\n", "utf-8")

    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    return install


class TestList:
    """Every name, and whether what it needs is installed."""

    def test_each_built_in_target_has_its_line(self) -> None:
        """With the version of its framework, or how to install it."""
        lines = gradspec("targets").output.splitlines()

        assert [line.split()[0] for line in lines[: len(BUILT_IN)]] == list(BUILT_IN)
        assert lines[0].endswith(f"numpy {metadata.version('numpy')}")

    def test_a_missing_framework_is_told_with_its_extra(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Nothing is imported to find out."""
        monkeypatch.setattr(loading, "FRAMEWORKS", dict.fromkeys(FRAMEWORKS, ("no-such-distribution",)))

        assert "not installed: pip install 'gradspec[torch]'" in gradspec("targets").output

    def test_the_list_of_lists_has_the_same(self) -> None:
        """One code for both."""
        assert gradspec("list", "targets").output == gradspec("targets").output

    def test_an_installed_target_is_listed_with_its_distribution(self, installed_target: Callable[[str], None]) -> None:
        """And where it is."""
        installed_target("some-net = somelib.targets:net")

        lines = gradspec("targets").output.splitlines()

        assert any(line.split() == ["some-net", "somelib.targets:net", "somelib", "0.3"] for line in lines)

    def test_a_clash_with_a_built_in_name_is_told(self, installed_target: Callable[[str], None]) -> None:
        """The built-in one wins; the other has a longer name."""
        installed_target("torch = somelib.targets:net")

        assert "the built-in target has this name: write somelib.targets:net" in gradspec("targets").output

    def test_every_extra_has_its_distributions(self) -> None:
        """Those that the package declares for it."""
        extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]

        for extra in {target.extra for target in BUILT_IN.values() if target.extra}:
            required = [text.partition(">")[0] for text in extras[extra]]
            assert set(required) & set(FRAMEWORKS[extra]), extra


class TestOne:
    """What one target offers."""

    def test_it_is_loaded_and_described(self, tmp_path: Path) -> None:
        """Operations, formats, conventions, and what follows from these."""
        file = tmp_path / "small_target.py"
        text = (
            'name, version, formats = "small", "2", ("float32",)\nconventions = {"layout": "rows"}\ndef dense(): ...\n'
        )
        file.write_text(text, "utf-8")

        output = gradspec("targets", str(file)).output

        assert output.startswith("small 2\n  formats      float32\n  convention   layout = rows\n")
        assert "operations   1 of 120\n    dense\n" in output
        assert "more, which follow from these" in output
        assert "dense_batch" in output

    def test_a_command(self) -> None:
        """Described as it describes itself."""
        output = gradspec("targets", "--command", f"{sys.executable} {SPEAKING}").output

        assert "of 120" in output

    def test_a_target_that_cannot_be_loaded(self) -> None:
        """One message, exit status 2."""
        result = gradspec("targets", "nothing")

        assert result.exit_code == 2
        assert result.output.startswith("gradspec: 'nothing' is not a target")
