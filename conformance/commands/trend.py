"""The command ``gradspec trend``."""

from __future__ import annotations

from pathlib import Path

import click

from ..history.course import courses
from ..history.page import page
from ..history.terminal import lines
from ..json_file import require_writable, write
from ..running import ScopeError
from .echoing import echo


@click.command("trend")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--html",
    "html_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the history there as a page, with charts.",
)
def trend_command(folder: Path, html_file: Path | None) -> None:
    """
    Show the history of the reports in DIR: for each target class, failing rows and largest errors, first to last.

    Reports are put in the order of their dates; those without one come first, by version and name of the file. Exit
    status: 0, or 2 when DIR holds no report, or a .json file that is none.
    """
    if not folder.is_dir():
        message = f"{folder}: there is no such folder; give the one that holds the reports"
        raise ScopeError(message)
    require_writable(html_file, "--html")
    found = courses(folder)
    echo(lines(found))
    if html_file is not None:
        write(html_file, page(found), "--html")
