"""The command ``gradspec doctor``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from ..doctoring import Standing, doctored
from ..isolation.limits import Limits
from ..isolation.source import Source
from ..running import ScopeError

if TYPE_CHECKING:
    from ..doctoring import Remark

SECONDS = 20.0
"""How long a call of a few numbers may take, unless the command line says otherwise."""


@click.command("doctor")
@click.argument("target", required=False)
@click.option("--command", metavar="COMMAND", help="Run this command as the target instead of TARGET.")
@click.option(
    "--seconds", default=SECONDS, show_default=True, type=click.FloatRange(0, min_open=True), help="For one call."
)
def doctor_command(target: str | None, command: str | None, seconds: float) -> None:
    """
    Check step by step whether TARGET can be examined, and say how to mend what keeps it from that.

    TARGET is named as for gradspec run. It is loaded; its declarations and the spelling of its functions are looked at;
    each operation that it offers is called twice with a few numbers in each format, in a process of its own; and the
    conventions that it follows are compared with those that it declares. One line each: ok, note, or mend.

    A target of ten operations takes a few seconds, a framework that compiles what it is asked minutes. What passes here
    is ready for gradspec run, and no more than that.

    Exit status: 0 all well, 1 something to mend, 2 when the target cannot be loaded or the command line is wrong.
    """
    if (target is None) == (command is None):
        message = "give either a TARGET or --command; gradspec targets names those that are known"
        raise ScopeError(message)
    to_mend = 0
    for remark in doctored(Source(target, command, limits=Limits(seconds=seconds))):
        click.echo(_line(remark))
        to_mend += remark.standing is Standing.MEND
    click.echo(_verdict(to_mend, target, command))
    sys.exit(1 if to_mend else 0)


def _line(remark: Remark) -> str:
    return f"{remark.standing.value:<5} {remark.subject}: {remark.text}"


def _verdict(to_mend: int, target: str | None, command: str | None) -> str:
    if to_mend:
        return f"{to_mend} {'thing' if to_mend == 1 else 'things'} to mend"
    named = target if command is None else f"--command {command!r}"
    return f"all well: gradspec run {named}"
