"""What a command prints: the lines that a rendering yields, one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterable


def echo(lines: Iterable[str]) -> None:
    """Print each of ``lines`` as it is."""
    for line in lines:
        click.echo(line)
