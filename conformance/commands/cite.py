"""The command ``gradspec cite``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..citing.certificate import certificate
from ..citing.citation import of_clause, of_report, software
from ..citing.styles import STYLES
from ..explaining.naming import clause_named
from ..report import read
from ..running import ScopeError
from .echoing import echo

if TYPE_CHECKING:
    from ..citing.citation import Citation

WANTED = "a clause, an operation or the file of a report"
"""What may be cited beside gradspec itself."""


@click.command("cite")
@click.argument("what", required=False, metavar="[CLAUSE|REPORT]")
@click.option("--format", "style", metavar="STYLE", help="text, bibtex or csl-json alone.  [default: all three]")
@click.option("--certificate", "wants_certificate", is_flag=True, help="The certificate of REPORT, a page of text.")
def cite_command(what: str | None, style: str | None, *, wants_certificate: bool) -> None:
    """
    Print how to cite gradspec, CLAUSE or REPORT, with the digests by which a reader can check it.

    The name of an operation stands for the clause that defines its answer.
    """
    if style is not None and style not in STYLES:
        message = f"--format {style}: choose from {', '.join(STYLES)}"
        raise ScopeError(message)
    if wants_certificate:
        echo(certificate(read(_report_file(what, style)), str(what)))
        return
    citation = _citation(what)
    click.echo("\n\n".join(STYLES[name](citation) for name in ([style] if style else STYLES)))


def _citation(what: str | None) -> Citation:
    if what is None:
        return software()
    if _is_file(what):
        return of_report(read(Path(what)))
    return of_clause(clause_named(what, WANTED))


def _is_file(what: str) -> bool:
    """Whether a file is meant: no clause and no operation has a suffix, or a folder before it."""
    return what.endswith(".json") or Path(what).is_file() or len(Path(what).parts) > 1


def _report_file(what: str | None, style: str | None) -> Path:
    if what is None or not _is_file(what):
        message = "--certificate is of a report: gradspec cite REPORT --certificate"
        raise ScopeError(message)
    if style not in {None, "text"}:
        message = f"--certificate is a page of text; leave --format {style} out"
        raise ScopeError(message)
    return Path(what)
