"""The command ``gradspec render``."""

from __future__ import annotations

from pathlib import Path

import click

from ..exporting import RENDERINGS, rendered
from ..json_file import require_writable, write
from ..report import read
from ..running import ScopeError

FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("render")
@click.argument("report_file", metavar="REPORT", type=FILE)
@click.option(
    "--to",
    "name",
    default="terminal",
    show_default=True,
    metavar="NAME",
    help="terminal, markdown, html, junit, csv, latex, badge (SVG) or shields (JSON for an endpoint badge).",
)
@click.option("--out", type=FILE, help="Write it there instead of to standard output.")
def render_command(report_file: Path, name: str, out: Path | None) -> None:
    """
    Render REPORT for a terminal, a page, a test system, a spreadsheet, a paper or a badge.

    Everything is read off the report; nothing is judged again. Exit status: 0, or 2 when REPORT is no report.
    """
    if name not in RENDERINGS:
        message = f"--to {name}: choose from {', '.join(RENDERINGS)}"
        raise ScopeError(message)
    require_writable(out, "--out")
    text = rendered(read(report_file), name)
    if out is None:
        click.echo(text, nl=False)
    else:
        write(out, text, "--out")
