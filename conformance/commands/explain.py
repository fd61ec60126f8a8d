"""The command ``gradspec explain``."""

from __future__ import annotations

import click

from ..explaining.explanation import explained
from .echoing import echo


@click.command("explain")
@click.argument("name", metavar="CLAUSE")
def explain_command(name: str) -> None:
    """
    Explain CLAUSE: its statement, what goes wrong where it is broken, and which implementations are known to fail it.

    The name of an operation stands for the clause that defines its answer. What is known of implementations comes from
    the reports that this version of gradspec was published with: in which version, and on which day, it was first seen.
    """
    echo(explained(name))
