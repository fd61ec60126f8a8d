"""The target that a command line names: options that several commands have, and the source that they come to."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ...spec.conventions import profile
from ..isolation.limits import MEMORY, SECONDS_PER_CALL, Limits
from ..isolation.source import Source
from ..running import ScopeError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

Command = TypeVar("Command", bound="Callable[..., Any]")


def target_options(command: Command) -> Command:
    """Which target, and in which process; the command takes TARGET and these as keywords, for :func:`source_of`."""
    options = (
        click.argument("target", required=False),
        click.option(
            "--command",
            metavar="COMMAND",
            help="Run this command as the target, speaking JSON Lines, instead of TARGET.",
        ),
        click.option(
            "--time-limit",
            default=SECONDS_PER_CALL,
            show_default=True,
            metavar="SECONDS",
            type=click.FloatRange(0, min_open=True),
            help="For one call of the target.",
        ),
        click.option(
            "--memory-limit",
            default=MEMORY,
            show_default=True,
            metavar="GIB",
            type=click.FloatRange(0, min_open=True),
            help="For what a call takes beyond what its process has; inf for none. Linux only.",
        ),
        click.option(
            "--in-process",
            is_flag=True,
            help="Call TARGET in this process, to debug it: one that crashes or hangs takes the run with it.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def source_of(  # noqa: PLR0913 - one argument an option
    target: str | None,
    command: str | None,
    time_limit: float = SECONDS_PER_CALL,
    memory_limit: float = MEMORY,
    *,
    in_process: bool = False,
    derive: bool = False,
    conventions: Mapping[str, object] | None = None,
    profile_name: str | None = None,
    journal: Path | None = None,
) -> Source:
    """The source that the options name; raises :class:`ScopeError` where they name none, or two."""
    if (target is None) == (command is None):
        message = "give either a TARGET or --command; gradspec targets names those that are known"
        raise ScopeError(message)
    if command is not None and in_process:
        message = "--in-process with --command: a command is always a process of its own; leave one of the two out"
        raise ScopeError(message)
    wanted = dict(profile(profile_name).values) if profile_name is not None else {}
    return Source(
        target,
        command,
        conventions=wanted | dict(conventions or {}),
        in_process=in_process,
        derive=derive,
        limits=Limits(time_limit, None if math.isinf(memory_limit) else memory_limit),
        journal=journal,
    )
