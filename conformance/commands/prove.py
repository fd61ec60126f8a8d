"""The command ``gradspec prove``."""

from __future__ import annotations

import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..proving import prove
from ..rendering.proving import left_out, table, totals

if TYPE_CHECKING:
    from collections.abc import Iterable


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
def prove_command(folder: Path | None, jobs: int, *, slips: bool, golden: bool) -> None:
    """
    Have Coq check the proofs, and hold every formal statement of the text against its theorem.

    Statements with one slip, a sign, an index, a factor or a number, must not be taken for what a theorem says; and
    digits that the oracle prints are proven of the formal definitions. Exit status: 0 when everything is proven that
    names a theorem, from the axioms of Coq's real numbers alone, 1 when not, 2 when Coq is missing or does not accept
    the proofs.
    """
    with ExitStack() as stack:
        place = folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        found = prove(place.absolute(), jobs, mutants=slips, golden=golden)
    _print(table(found))
    _print(left_out(found))
    _print(totals(found))
    sys.exit(0 if found.holds else 1)


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line)
