"""The command ``gradspec compare``."""

from __future__ import annotations

from pathlib import Path

import click

from ..comparing.document import document
from ..comparing.matrix import Matrix
from ..comparing.naming import names_of
from ..comparing.page import page
from ..comparing.terminal import lines
from ..json_file import require_writable, write
from ..report import read
from ..running import ScopeError
from .echoing import echo

FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("compare")
@click.argument("report_files", nargs=-1, metavar="REPORT...", type=FILE)
@click.option("--html", "html_file", type=FILE, help="Write the comparison there as a page.")
@click.option("--json", "json_file", type=FILE, help="Write the matrix there.")
@click.option("--all", "in_full", is_flag=True, help="Show the clauses that fail nowhere too; pages have them all.")
def compare_command(
    report_files: tuple[Path, ...], html_file: Path | None, json_file: Path | None, *, in_full: bool
) -> None:
    """
    Compare REPORTs: for each clause and format the class that each implementation keeps, and its worst error in ulps.

    Says in what the reports differ that bears on it: text, seed, effort, packages, formats, operations, conventions.
    Exit status: 0, or 2 when a REPORT is none.
    """
    if not report_files:
        message = "give one REPORT or more: the files that gradspec run --json wrote"
        raise ScopeError(message)
    require_writable(html_file, "--html")
    require_writable(json_file)
    matrix = Matrix({name: read(file) for name, file in names_of(report_files).items()})
    echo(lines(matrix, in_full=in_full))
    if html_file is not None:
        write(html_file, page(matrix), "--html")
    if json_file is not None:
        write(json_file, document(matrix))
