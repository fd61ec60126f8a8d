"""The command ``gradspec new-adapter``."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..running import ScopeError

if TYPE_CHECKING:
    from collections.abc import Mapping

TEMPLATES = "gradspec.conformance.adapters.templates"
"""The package whose data the templates are."""


@dataclass(frozen=True)
class Template:
    """A template in one language, and how what is written of it is brought to run."""

    file: str
    """Its name, and that of what is written."""
    compiling: str | None = None
    """The command that compiles ``{source}`` into ``{program}``; None where nothing is compiled."""
    starting: str | None = None
    """The command that is the target; None where gradspec imports the file itself."""

    def commands(self, folder: Path) -> list[str]:
        """What to type, in the order in which it is typed, once the template is in ``folder``."""
        names = {name: shlex.quote(path) for name, path in self._paths(folder).items()}
        compiled = [] if self.compiling is None else [self.compiling.format(**names)]
        target = self.target(folder)
        return [*compiled, f"gradspec doctor {target}", f"gradspec run {target} --json report.json"]

    def target(self, folder: Path) -> str:
        """How the command line of gradspec names the target."""
        names = {name: shlex.quote(path) for name, path in self._paths(folder).items()}
        if self.starting is None:
            return names["source"]
        return f"--command {shlex.quote(self.starting.format(**names))}"

    def _paths(self, folder: Path) -> Mapping[str, str]:
        source = folder / self.file
        program = str(source.with_suffix(""))
        # A program without a folder in its name would be looked for where the system keeps its programs.
        return {"source": str(source), "program": program if folder.is_absolute() else f"./{program}"}


LANGUAGES: Mapping[str, Template] = {
    "python": Template("target.py"),
    "c": Template("target.c", "cc -O2 -o {program} {source} -lm", "{program}"),
    "javascript": Template("target.js", None, "node {source}"),
    "rust": Template("target.rs", "rustc -O -o {program} {source}", "{program}"),
}
"""What there are templates in."""


@click.command("new-adapter")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--language", default="python", show_default=True, metavar="LANGUAGE", help="python, c, javascript or rust."
)
def new_adapter_command(folder: Path, language: str) -> None:
    """
    Write a small adapter that works into DIR, with one operation filled in, and print what to type next.

    \b
    Examples:
      gradspec new-adapter mine
      gradspec new-adapter --language c mine

    Nothing is overwritten. Exit status: 0, or 2 when a file is there already, DIR cannot be written to, or the command
    line is wrong.
    """  # noqa: D301 - \b is click's sign for a paragraph that it leaves alone
    if language not in LANGUAGES:
        message = (
            f"--language {language}: there are templates in {', '.join(LANGUAGES)}; "
            "the one in javascript shows best what a program in any other language has to say"
        )
        raise ScopeError(message)
    template = LANGUAGES[language]
    written = _write(folder, {template.file: _text(template.file), "README.md": _readme(template)})
    for path in written:
        click.echo(f"wrote {path}")
    click.echo("\nnext:")
    for command in template.commands(folder):
        click.echo(f"    {command}")


def _text(name: str) -> str:
    return resources.files(TEMPLATES).joinpath(name).read_text(encoding="utf-8")


def _readme(template: Template) -> str:
    here = Path()
    commands = "\n".join(f"    {command}" for command in template.commands(here))
    which = "" if template.compiling is None else " compiles it; the second"
    return _text("README.md").format(file=template.file, commands=commands, which=which, target=template.target(here))


def _write(folder: Path, texts: Mapping[str, str]) -> list[Path]:
    """Write the texts into the folder, which is made if need be, and say where; all of them, or none over another."""
    paths = {folder / name: text for name, text in texts.items()}
    there = [str(path) for path in paths if path.exists()]
    if there:
        message = f"{' and '.join(there)} would be overwritten; give another folder, or remove what is there"
        raise ScopeError(message)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, text in paths.items():
            path.write_text(text, encoding="utf-8")
    except OSError as error:
        message = f"an adapter cannot be written into {folder}: {error.strerror}; give another folder"
        raise ScopeError(message) from error
    return list(paths)
