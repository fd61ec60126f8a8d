"""The command ``gradspec site``."""

from __future__ import annotations

from pathlib import Path

import click

from ..publishing import published
from ..running import ScopeError
from ..site import earlier_pages, site_pages, write_site

DEFAULT_REPORTS = Path("reports")
"""The folder of reports that are shown where no other is named, if it is there."""


@click.command("site")
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--reports",
    "reports_folder",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder of reports to link with the clauses; ./reports if it is there.",
)
def site_command(folder: Path, reports_folder: Path | None) -> None:
    """
    Write the specification as a static site into DIR.

    Each clause has a permanent address, clause/ID.html. The pages need neither a server nor the network. DIR has to be
    empty, or to hold a site that was written before, which is replaced.
    """
    source = reports_folder or DEFAULT_REPORTS
    if reports_folder is not None and not reports_folder.is_dir():
        message = f"--reports {reports_folder}: there is no such folder; name one with reports, or leave it out"
        raise ScopeError(message)
    earlier_pages(folder)  # refused before everything is rendered
    reports = published(source) if source.is_dir() else []
    count = write_site(folder, dict(site_pages(reports)))
    click.echo(f"{folder / 'index.html'}: {count} pages, {len(reports)} reports")
