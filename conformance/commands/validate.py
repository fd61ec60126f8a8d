"""The command ``gradspec validate``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..rendering.printable import printable
from ..report import text_of
from ..validating import validated

if TYPE_CHECKING:
    from ..validating import Validation

SHOWN = 20
"""How many problems of a file are shown."""


@click.command("validate")
@click.argument("files", nargs=-1, required=True, metavar="REPORT...", type=click.Path(dir_okay=False, path_type=Path))
def validate_command(files: tuple[Path, ...]) -> None:
    """
    Check that each REPORT is JSON, follows the schema that it names, and does not contradict itself.

    Counts have to add up, verdicts and class to follow from them, digests to be those of what they stand for, and names
    to be those of the specification, where the one that judged is installed. Frozen vectors, and answers to them, are
    held against their schemas alone. Nothing is computed anew: gradspec verify-report does that.

    Exit status: 0 when all are valid, 1 when one is not, 2 when one cannot be read.
    """
    texts = {file: text_of(file) for file in files}
    found = {file: validated(text) for file, text in texts.items()}
    for file, validation in found.items():
        _print(file, validation)
    sys.exit(0 if all(validation.is_valid for validation in found.values()) else 1)


def _print(file: Path, found: Validation) -> None:
    name, count = printable(file), len(found.problems)
    note = f" ({found.note})" if found.note else ""
    if found.is_valid:
        click.echo(f"{name}: valid by {found.schema}{note}")
        return
    click.echo(f"{name}: {count} {'problem' if count == 1 else 'problems'}{note}")
    for problem in found.problems[:SHOWN]:
        click.echo(f"  {problem}")
    if count > SHOWN:
        click.echo(f"  and {count - SHOWN} more")
