"""The command ``gradspec replay``."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import click

from ..replaying import replayed
from ..report import read
from .echoing import echo
from .naming import source_of, target_options


@click.command("replay")
@click.argument("report", type=click.Path(dir_okay=False, path_type=Path))
@click.argument("number", type=int)
@target_options
def replay_command(report: Path, number: int, **named: Any) -> None:  # noqa: ANN401 - the options of a target
    """
    Run counterexample NUMBER of REPORT again.

    With TARGET (or --command) the target is asked again; without, the stored answer is judged again: nothing named in a
    file is ever loaded. Exit status: 0 when the failure is gone, 1 when it is still there.
    """
    document = read(report)
    if named["target"] is None and named["command"] is None:
        lines, still = replayed(document, number, None)
    else:
        source = source_of(**named, conventions=dict(document.document["conventions"]))
        with closing(source.open()) as subject:
            lines, still = replayed(document, number, subject)
    echo(lines)
    sys.exit(1 if still else 0)
