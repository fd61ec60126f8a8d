"""The command ``gradspec targets``."""

from __future__ import annotations

from contextlib import closing

import click

from ..isolation.source import Source
from ..rendering.targets import known_targets, offered
from .echoing import echo


@click.command("targets")
@click.argument("target", required=False)
@click.option(
    "--command", metavar="COMMAND", help="What the program started by this command offers, instead of TARGET."
)
def targets_command(target: str | None, command: str | None) -> None:
    """
    List the targets that have a name, or what TARGET offers.

    The list has what is built in, with the version of its framework if that is installed, and what installed
    distributions make known by entry points of the group gradspec.targets. Nothing is imported for it.

    With TARGET, named as for gradspec run, that one is loaded: its operations, formats and conventions, and the
    operations that follow from those.
    """
    if target is None and command is None:
        lines = list(known_targets())
    else:
        with closing(Source(target, command).open()) as subject:
            lines = list(offered(subject))
    echo(lines)
