"""The command ``gradspec adopt``."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..deviations.adopting import adopted, text
from ..deviations.deviation import today
from ..deviations.reading import NO_LINK, as_date, is_address
from ..json_file import require_writable
from ..report import read
from ..running import ScopeError
from ..verdict import REQUIRED, Level

if TYPE_CHECKING:
    from datetime import date

VALID_FOR = timedelta(days=180)
"""How long an adopted deviation counts unless another day is given: long enough for a release to mend it."""


@click.command("adopt")
@click.argument("report_file", metavar="REPORT", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--out",
    default=Path("deviations.toml"),
    show_default=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the file there; never over one that exists.",
)
@click.option(
    "--level",
    "levels",
    multiple=True,
    metavar="LEVEL",
    help="must, should or strict; repeatable.  [default: those that the report required]",
)
@click.option("--expires", metavar="DATE", help="The last day on which they count.  [default: in 180 days]")
@click.option("--reason", default="", metavar="TEXT", help="Why, if it is one reason for all of them.")
@click.option("--link", default="", metavar="URL", help="Where it is dealt with, if it is one place for all of them.")
def adopt_command(  # noqa: PLR0913 - click passes one argument an option
    report_file: Path, out: Path, levels: tuple[str, ...], expires: str | None, reason: str, link: str
) -> None:
    """
    Write a file of known deviations that lists every failing row of REPORT.

    Each clause, operation, level and outcome becomes an entry, several where its rows differ between formats. Reasons
    and links are left empty unless they are given, and gradspec run --deviations refuses the file until each is filled
    in: what is known of a failure stands in a comment above it.

    Exit status: 0, or 2 when nothing fails, the file exists already, or the command line is wrong.
    """
    require_writable(out, "--out")
    report = read(report_file)
    wanted = _levels(levels) or tuple(level.value for level in REQUIRED[report.document["require"]])
    until = _until(expires)
    _require_link(link, wanted)
    entries = adopted(report, wanted)
    if not entries:
        message = f"{report_file} has no failing row of level {' or '.join(wanted)}: there is nothing to adopt"
        raise ScopeError(message)
    _write_new(out, text(report, entries, until, reason, link))
    rows = sum(len(entry.rows) for entry in entries)
    empty = [name for name, given in (("reason", reason), ("link", link)) if not given.strip()]
    click.echo(f"{out}: {len(entries)} entries for {rows} failing rows, until {until}")
    if empty:
        click.echo(f"Fill in each {' and '.join(empty)}; gradspec run --deviations {out} says which is missing.")


def _levels(given: tuple[str, ...]) -> tuple[str, ...]:
    for level in given:
        if level not in tuple(Level):
            message = f"--level {level}: choose from {', '.join(Level)}"
            raise ScopeError(message)
    return given


def _until(given: str | None) -> date:
    if given is None:
        return today() + VALID_FOR
    until = as_date(given)
    if until is None or until < today():
        message = f"--expires {given}: write the last day on which they count, from today on, as {today() + VALID_FOR}"
        raise ScopeError(message)
    return until


def _require_link(link: str, levels: tuple[str, ...]) -> None:
    if link and not is_address(link) and not (link == NO_LINK and Level.MUST not in levels):
        message = (
            f"--link {link}: write the https:// address where this is dealt with; {NO_LINK!r} is not for level must"
        )
        raise ScopeError(message)


def _write_new(out: Path, content: str) -> None:
    try:
        encoded = content.encode("utf-8")
        with out.open("xb") as file:
            file.write(encoded)
    except FileExistsError as error:
        message = f"--out {out} exists, and its reasons are not written over; give another name, or take it away first"
        raise ScopeError(message) from error
    except (OSError, UnicodeEncodeError) as error:
        message = f"--out {out} cannot be written: {error}"
        raise ScopeError(message) from error
