"""The command ``gradspec detect``."""

from __future__ import annotations

import json
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import click

from ..detecting import detect
from ..json_file import require_writable, write
from ..rendering.detecting import found
from .echoing import echo
from .naming import source_of, target_options


@click.command("detect")
@target_options
@click.option("--format", "formats", multiple=True, metavar="FORMAT", help="Try only this format; repeatable.")
@click.option("--json", "json_file", type=click.Path(dir_okay=False, path_type=Path), help="Write all findings there.")
def detect_command(formats: tuple[str, ...], json_file: Path | None, **named: Any) -> None:  # noqa: ANN401 - of a target
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
    with closing(source_of(**named).open()) as subject:
        detection = detect(subject, formats)
    echo(found(detection))
    write(json_file, json.dumps(detection.document(), indent=1) + "\n")
    sys.exit(0 if detection.is_consistent else 1)
