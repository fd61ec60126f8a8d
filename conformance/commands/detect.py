"""The command ``gradspec detect``."""

from __future__ import annotations

import json
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..adapters.loading import load
from ..adapters.process import Process
from ..detecting import detect
from ..rendering.detecting import found
from ..running import ScopeError
from .json_file import require_writable, write

if TYPE_CHECKING:
    from ..adapters.target import Target


@click.command("detect")
@click.argument("target", required=False)
@click.option(
    "--command",
    metavar="COMMAND",
    help="Run this command as the target, speaking JSON Lines, instead of TARGET.",
)
@click.option("--format", "formats", multiple=True, metavar="FORMAT", help="Try only this format; repeatable.")
@click.option("--json", "json_file", type=click.Path(dir_okay=False, path_type=Path), help="Write all findings there.")
def detect_command(target: str | None, command: str | None, formats: tuple[str, ...], json_file: Path | None) -> None:
    """
    Find out the conventions and formats of TARGET, declared or not, and print them to paste into it.

    TARGET is named as for gradspec run. Every operation that it offers is asked at inputs at which every value of every
    convention has another answer, in all four formats or in those asked for; all that it answers has to fit one value
    of each. Constant factors between a cost and its gradient of its own are found too. Whatever raises is listed.

    A target that offers all operations takes four to seven seconds of a processor in each format, one that offers ten
    of them less than one; a framework that compiles what it is asked takes minutes.

    Exit status: 0 when one consistent mapping was found, 1 when operations contradict one another or what is declared,
    or differ by a constant factor, 2 when the target cannot be loaded or the command line is wrong.
    """
    require_writable(json_file)
    with closing(_subject(target, command)) as subject:
        detection = detect(subject, formats)
    for line in found(detection):
        click.echo(line)
    write(json_file, json.dumps(detection.document(), indent=1) + "\n")
    sys.exit(0 if detection.is_consistent else 1)


def _subject(target: str | None, command: str | None) -> Target:
    if command is not None and target is None:
        return Process(command)
    if target is None or command is not None:
        message = "give either a TARGET or --command; gradspec list targets names those that are built in"
        raise ScopeError(message)
    return load(target)
