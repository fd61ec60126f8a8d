"""The command ``gradspec power``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from ..json_file import require_writable, write
from ..power.document import text
from ..power.measuring import measure
from ..power.selection import PARTS, Selection
from ..rendering.power import reporter, summary
from .echoing import echo


@click.command("power")
@click.option(
    "--part",
    "parts",
    multiple=True,
    default=PARTS,
    metavar="PART",
    help="faults, causes, variants, undecided or sensitivity; repeatable.  [default: all of them]",
)
@click.option("--format", "formats", multiple=True, metavar="FORMAT", help="Only this format; repeatable.")
@click.option("--kind", "kinds", multiple=True, metavar="KIND", help="Only faults of this kind; repeatable.")
@click.option("--clause", "clauses", multiple=True, metavar="GLOB", help="Only clauses that match, such as 'tanh.*'.")
@click.option("--operation", "operations", multiple=True, metavar="GLOB", help="Only operations that match.")
@click.option(
    "--effort",
    "efforts",
    multiple=True,
    default=("quick", "standard"),
    metavar="EFFORT",
    help="Look for faults at this effort; repeatable.  [default: quick and standard]",
)
@click.option("--seed", default=0, show_default=True, type=int, help="Same seed, same cases.")
@click.option("--jobs", "processes", default=1, show_default=True, type=click.IntRange(1), help="Processes at once.")
@click.option("--json", "json_file", type=click.Path(dir_okay=False, path_type=Path), help="Write every figure there.")
def power_command(processes: int, json_file: Path | None, **options: Any) -> None:  # noqa: ANN401 - the filters
    """
    Measure what the suite detects, and what it leaves in peace.

    Every seeded fault is run in its formats, and found or missed by the clause that it breaks; where it has an entry in
    the dictionary of causes, the diagnosis lists it or not. Every right variant is run, and a row that fails is a false
    alarm. Of the reference's right answers it is measured how many are undecided, and how small a relative error that
    is planted in them is always found.

    On one core the faults take a minute, the right answers eleven, the variants seven at quick effort and more at
    standard; the causes take longest, for a diagnosis asks the oracle anew. One operation in one format takes seconds.

    Exit status: 0, 1 when a fault is missed or a variant flagged, 2 when the command line is wrong.
    """
    selection = Selection(**options)
    require_writable(json_file)
    with reporter(sys.stderr) as progress:
        power = measure(selection, processes=processes, progress=progress)
    echo(summary(power))
    write(json_file, text(power, selection))
    sys.exit(0 if power.is_sound else 1)
