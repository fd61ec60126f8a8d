"""The command ``gradspec publish``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ..adapters.loading import BUILT_IN, framework_version
from ..publishing import pages, published, stale
from ..publishing.publishing import publish
from ..rendering.progress import reporter
from ..running import Request, ScopeError


@click.command("publish")
@click.argument("names", nargs=-1, metavar="[TARGET]...")
@click.option(
    "--out",
    "folder",
    default=Path("reports"),
    show_default=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder of the reports.",
)
@click.option(
    "--effort", default="standard", show_default=True, metavar="EFFORT", help="quick, standard or exhaustive."
)
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1), help="Processes on this machine.")
@click.option("--render", is_flag=True, help="Examine nothing; write the pages of the reports that are there.")
@click.option("--check", is_flag=True, help="Write nothing; exit status 1 where a page is not that of its report.")
def publish_command(  # noqa: PLR0913 - one argument an option
    names: tuple[str, ...], folder: Path, effort: str, workers: int, *, render: bool, check: bool
) -> None:
    """
    Examine every built-in target whose framework is installed, or each TARGET, and write reports and pages.

    Each is examined in all its formats. The folder gets NAME-VERSION.json and a page of each, and comparison.md over
    all reports that are there. One that was interrupted goes on where it was.
    """
    if not folder.is_dir():
        message = f"--out {folder}: there is no such folder"
        raise ScopeError(message)
    if not render and not check:
        for name in names or _installed():
            with reporter(sys.stderr) as progress:
                click.echo(f"{name}: {publish(folder, name, Request(effort=effort), workers, progress)}")
    wanted = pages(published(folder))
    old = list(stale(folder, wanted))
    if check:
        for name in old:
            click.echo(f"{folder / name} is stale: gradspec publish --render --out {folder} writes it")
        sys.exit(1 if old else 0)
    for name in old:
        (folder / name).write_text(wanted[name], encoding="utf-8")
        click.echo(f"{folder / name}: written")


def _installed() -> list[str]:
    """The built-in targets of frameworks that are installed."""
    return [name for name, target in BUILT_IN.items() if target.extra is not None and framework_version(target)]
