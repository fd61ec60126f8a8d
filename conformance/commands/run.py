"""The command ``gradspec run``."""

from __future__ import annotations

import sys
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..deviations import exit_status, read, reported, settled, today
from ..distributing.choosing import performer
from ..journal import Journal
from ..json_file import require_writable, write
from ..rendering.deviations import settlement_lines
from ..rendering.progress import reporter
from ..rendering.text import summary
from ..running import Request, ScopeError, run
from ..verdict import Conformance
from .echoing import echo
from .naming import source_of, target_options
from .pairs import pairs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..deviations import Deviations
    from ..report import Report

FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("run")
@target_options
@click.option(
    "--format",
    "formats",
    multiple=True,
    metavar="FORMAT",
    help="float64, float32, float16 or bfloat16; repeatable.",
)
@click.option("--regime", "regimes", multiple=True, metavar="REGIME", help="exact, ordinary, wide, extreme or special.")
@click.option(
    "--clause", "clauses", multiple=True, metavar="GLOB", help="Only clauses that match, such as 'softmax.*'."
)
@click.option(
    "--profile",
    "profile_name",
    metavar="NAME",
    help="The conventions of a source or framework; see gradspec list profiles.",
)
@click.option("--convention", "conventions", multiple=True, metavar="KEY=VALUE", help="One convention; repeatable.")
@click.option("--derive", is_flag=True, help="Derive operations that are not offered from those that are.")
@click.option("--require", default="core", show_default=True, metavar="CLASS", help="core, robust or strict.")
@click.option(
    "--effort", default="standard", show_default=True, metavar="EFFORT", help="quick, standard or exhaustive."
)
@click.option("--seed", default=0, show_default=True, type=int, help="Same seed, same cases.")
@click.option(
    "--function-ulps",
    "ulps",
    multiple=True,
    metavar="NAME=K",
    help="Another k for exp, log, log1p, tanh, sin, cos or sqrt.",
)
@click.option("--diagnose/--no-diagnose", default=True, help="Whether to look for what a failing clause behaves like.")
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1), help="Processes on this machine.")
@click.option("--dask", metavar="ADDRESS", help="The workers of the Dask scheduler there, such as tcp://HOST:8786.")
@click.option("--deviations", "deviations_file", type=FILE, help="Failing rows that are known: gradspec adopt.")
@click.option("--json", "json_file", type=FILE, help="Write the report there; until it is done, FILE.journal grows.")
@click.option("--resume", is_flag=True, help="Go on with the interrupted run whose journal stands beside --json FILE.")
def run_command(
    workers: int,
    dask: str | None,
    deviations_file: Path | None,
    json_file: Path | None,
    *,
    resume: bool,
    **options: Any,  # noqa: ANN401 - those of the target and of the request
) -> None:
    """
    Examine TARGET: a name of gradspec targets, path/to/file.py, path/to/file.py:object, or package.module:object.

    It is called in a process of its own, which is held to the limits and started again when it ends. Exit status: 0
    conformant, 1 not, 2 when the target cannot be loaded or the request is wrong.
    """
    request = _request(options)
    require_writable(json_file)
    known = read(deviations_file) if deviations_file is not None else None
    journal_file = _journal_file(json_file, resume=resume)
    journal = Journal(journal_file, resumes=resume) if journal_file is not None else None
    named = {name: options[name] for name in ("target", "command", "time_limit", "memory_limit", "in_process")}
    source = source_of(
        **named,
        derive=options["derive"],
        conventions=request.conventions,
        profile_name=request.profile,
        journal=journal_file,
    )
    perform = performer(source, workers, dask)
    with ExitStack() as stack:
        if journal is not None:
            _tell_what_was_asked(journal)
        subject = stack.enter_context(closing(source.open()))
        progress = stack.enter_context(reporter(sys.stderr))
        stack.enter_context(_interruptible(journal))
        report = run(subject, request, progress, perform=perform, journal=journal)
    status, report = _finish(report, known)
    write(json_file, report.text())
    if journal is not None:
        journal.remove()
    sys.exit(status)


@contextmanager
def _interruptible(journal: Journal | None) -> Iterator[None]:
    """Say how to go on after an interrupt."""
    try:
        yield
    except KeyboardInterrupt:
        if journal is not None:
            click.echo("\ninterrupted: the same command with --resume goes on with what is not done yet", err=True)
        raise


def _finish(report: Report, known: Deviations | None) -> tuple[int, Report]:
    """The exit status and the report to write, both in the light of what is known; the summary is printed."""
    if known is None:
        echo(summary(report))
        return (0 if report.verdict is Conformance.CONFORMANT else 1), report
    settlement = settled(report, known, today())
    report = reported(report, settlement)
    echo(summary(report))
    echo(settlement_lines(report))
    return exit_status(settlement, report), report


def _request(options: dict[str, Any]) -> Request:
    return Request(
        formats=options["formats"],
        regimes=options["regimes"],
        clauses=options["clauses"],
        profile=options["profile_name"],
        conventions=pairs(options["conventions"], "--convention"),
        require=options["require"],
        effort=options["effort"],
        seed=options["seed"],
        diagnose=options["diagnose"],
        function_ulps={name: _positive(name, k) for name, k in pairs(options["ulps"], "--function-ulps").items()},
    )


def _positive(name: str, text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        message = f"--function-ulps {name}={text}: the number of ulps is a whole number from 1 on"
        raise ScopeError(message)
    return int(text)


def _journal_file(json_file: Path | None, *, resume: bool) -> Path | None:
    if json_file is not None:
        return json_file.with_name(f"{json_file.name}.journal")
    if resume:
        message = "--resume needs --json FILE, the one of the interrupted run: its journal is FILE.journal"
        raise ScopeError(message)
    return None


def _tell_what_was_asked(journal: Journal) -> None:
    """Which cases the interrupted run was asking."""
    cases = journal.in_flight()
    if cases:
        where = ", ".join(sorted({f"{case['operation']} in {case['format']}, {case['regime']}" for case in cases}))
        click.echo(f"the interrupted run was asking {where}; the inputs stand in {journal.names_of_asked()}", err=True)
