"""The command ``gradspec mutants``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..power.mutation import run_mutants
from .echoing import echo

if TYPE_CHECKING:
    from ..power.mutation import Examined

SHOWN_EVERY = 50
"""So many mutants lie between two lines of progress."""


@click.command("mutants")
@click.option("--sample", type=click.IntRange(1), help="Examine so many, chosen by the seed.  [default: all]")
@click.option("--seed", default=0, show_default=True, type=int, help="Same seed, same cases and same sample.")
@click.option(
    "--cache",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Keep results in this file, and go on from those that are in it. Delete it when the suite changes.",
)
def mutants_command(sample: int | None, seed: int, cache: Path | None) -> None:
    """
    Change the reference in one place at a time, and see which changes the suite finds.

    Operators of the language, constants, axes, arguments and branches are changed in the text of the built-in NumPy
    target. A change that no row finds is excused only where it is a right implementation, by review; else it is missed.

    It takes most of a minute to begin with and over an hour for all of them. Exit status: 0, 1 when one is missed.
    """
    report = run_mutants(sample, seed, _tell, cache)
    echo(report.lines())
    sys.exit(1 if report.missed else 0)


def _tell(done: int, total: int, examined: Examined) -> None:
    if done % SHOWN_EVERY == 0 or done == total:
        click.echo(f"[{done}/{total}] {examined.mutant.name}: {examined.outcome}", err=True)
