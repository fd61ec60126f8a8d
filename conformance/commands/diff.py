"""The command ``gradspec diff``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ..changes.difference import Difference
from ..changes.document import document
from ..changes.terminal import lines
from ..json_file import require_writable, write
from ..report import read
from .echoing import echo

FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("diff")
@click.argument("old_file", metavar="OLD", type=FILE)
@click.argument("new_file", metavar="NEW", type=FILE)
@click.option("--json", "json_file", type=FILE, help="Write the difference there.")
def diff_command(old_file: Path, new_file: Path, json_file: Path | None) -> None:
    """
    Say what changed from the report OLD to the report NEW.

    Worse are: a lower class or verdict, a row that fails and did not or does not pass any more, errors that have grown
    beyond noise, a row that fails and was not offered before, one that passed and is not offered any more. Rows that
    only one of the runs asked for are listed, and do not count.

    On the same cases (text, seed, effort, packages) errors have grown where the largest is more than twice what it was
    and an answer is farther out in its envelope than any was. On other cases, where more errors have doubled than
    chance explains.

    Exit status: 0 nothing got worse, 1 something did, 2 a file is no report.
    """
    require_writable(json_file)
    difference = Difference(read(old_file), read(new_file))
    echo(lines(difference))
    if json_file is not None:
        write(json_file, document(difference))
    sys.exit(1 if any(difference.worse()) else 0)
