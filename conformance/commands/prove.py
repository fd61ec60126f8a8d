"""The command ``gradspec prove``."""

from __future__ import annotations

import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

import click

from ..canonical import canonical_text
from ..json_file import require_writable, write
from ..proving import prove, record, recorded
from ..rendering.proving import left_out, table, totals
from .echoing import echo

FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("prove")
@click.option(
    "--build",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Build the proofs there, and keep what is up to date; else they are built anew in a temporary folder.",
)
@click.option("--jobs", default=1, show_default=True, type=click.IntRange(1), help="Processes at once.")
@click.option("--slips/--no-slips", default=True, help="Whether statements with one slip are tried.")
@click.option("--golden/--no-golden", default=True, help="Whether digits of the oracle are proven.")
@click.option("--record", "record_file", type=FILE, help="Write there what reports carry, if everything holds.")
@click.option("--check", is_flag=True, help="Ask no Coq; exit status 1 where the record is of other proofs.")
def prove_command(  # noqa: PLR0913 - one argument an option
    folder: Path | None, jobs: int, record_file: Path | None, *, slips: bool, golden: bool, check: bool
) -> None:
    """
    Have Coq check the proofs, and hold every formal statement of the text against its theorem.

    Statements with one slip, a sign, an index, a factor or a number, must not be taken for what a theorem says; and
    digits that the oracle prints are proven of the formal definitions. Exit status: 0 when everything is proven that
    names a theorem, from the axioms of Coq's real numbers alone, 1 when not, 2 when Coq is missing or does not accept
    the proofs.
    """
    if check:
        found_record = record()
        click.echo(f"checked.json: {'up to date' if found_record['holds'] else found_record['reason']}")
        sys.exit(0 if found_record["holds"] else 1)
    require_writable(record_file, "--record")
    with ExitStack() as stack:
        place = folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        found = prove(place.absolute(), jobs, mutants=slips, golden=golden)
    echo(table(found))
    echo(left_out(found))
    echo(totals(found))
    if found.holds and record_file is not None:
        write(record_file, canonical_text(recorded(found)), "--record")
    sys.exit(0 if found.holds else 1)
