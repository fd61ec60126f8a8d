"""The command ``gradspec``."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..spec.conventions import ConventionError, profile
from ..spec.erratum import SOURCES, errata
from ..spec.tracing import SOURCES as TRACED
from .adapters.errors import TargetError
from .auditing import BundleError
from .commands.adopt import adopt_command
from .commands.audit import audit_command
from .commands.detect import detect_command
from .commands.eval import eval_command
from .commands.json_file import require_writable, write
from .commands.mutants import mutants_command
from .commands.pairs import pairs
from .commands.power import power_command
from .commands.targets import targets_command
from .distributing.choosing import performer
from .distributing.errors import WorkerError
from .distributing.source import Source
from .listing import LISTS, listed, shown
from .rendering.errata import listed as errata_lines
from .rendering.progress import reporter
from .rendering.text import summary
from .rendering.tracing import trace
from .replaying import ReplayError, replayed
from .report import ReportError, parse
from .running import Request, ScopeError, run, version
from .verdict import Conformance
from .verifying import verified

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

CALLER_ERROR = 2
"""Exit status: the target could not be loaded, nothing asked for is offered, or the command line is wrong."""


class _CallerError(click.ClickException):
    """A mistake of whoever runs the command: one message, exit status 2."""

    exit_code = CALLER_ERROR

    def show(self, file: Any = None) -> None:  # noqa: ANN401 - click's signature
        """Print the message alone."""
        click.echo(f"gradspec: {self.message}", err=True, file=file)


class _Commands(click.Group):
    """The commands; whatever is the caller's mistake becomes one message."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's signature
        """Run the command asked for."""
        try:
            return super().invoke(ctx)
        except (TargetError, ConventionError, ScopeError, ReportError, ReplayError, WorkerError, BundleError) as error:
            raise _CallerError(str(error)) from error


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version(), prog_name="gradspec")
def main() -> None:
    """Judge the derivatives of a neural-network implementation by a formal specification."""


@main.command("run")
@click.argument("target", required=False)
@click.option(
    "--command",
    metavar="COMMAND",
    help="Run this command as the target, speaking JSON Lines, instead of TARGET.",
)
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
@click.option("--json", "json_file", type=click.Path(dir_okay=False, path_type=Path), help="Write the report there.")
def run_command(
    target: str | None,
    command: str | None,
    workers: int,
    dask: str | None,
    json_file: Path | None,
    **options: Any,  # noqa: ANN401 - those of the request
) -> None:
    """
    Examine TARGET: a built-in name, path/to/file.py, path/to/file.py:object, or package.module:object.

    Exit status: 0 conformant, 1 not, 2 when the target cannot be loaded or the request is wrong.
    """
    request = _request(options)
    require_writable(json_file)
    source = _source(target, command, dict(request.conventions), request.profile)
    perform = performer(source, workers, dask)
    with closing(source.open()) as subject, reporter(sys.stderr) as progress:
        report = run(subject, request, progress, perform=perform)
    _print(summary(report))
    write(json_file, report.text())
    sys.exit(0 if report.verdict is Conformance.CONFORMANT else 1)


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


def _source(name: str | None, command: str | None, conventions: dict[str, object], profile_name: str | None) -> Source:
    if (name is None) == (command is None):
        message = "give either a TARGET or --command; gradspec list targets names those that are built in"
        raise ScopeError(message)
    wanted = dict(profile(profile_name).values) if profile_name is not None else {}
    return Source(name, command, conventions=wanted | conventions)


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line)


@main.command("list")
@click.argument("what", default="clauses", metavar="[WHAT]")
def list_command(what: str) -> None:
    """List clauses (the default), operations, conventions, profiles, targets, hazards, faults or variants."""
    if what not in LISTS:
        message = f"{what!r} cannot be listed; choose from {', '.join(LISTS)}"
        raise ScopeError(message)
    _print(listed(what))


@main.command("show")
@click.argument("name")
def show_command(name: str) -> None:
    """
    Show the clause called NAME: its facts, statement, proof and notes.

    The clause of a worked example shows its table. NAME may also be the id of an erratum, or of an item of the trace.
    """
    _print(shown(name))


@main.command("trace")
@click.argument("source", required=False)
def trace_command(source: str | None) -> None:
    """
    List every proposition of the five sources, or of SOURCE, with the clauses that state it.

    The totals at the end count the propositions that a clause states; exit status 1 where one is lost.
    """
    _known_source(source, TRACED)
    lines, is_whole = trace(source)
    _print(lines)
    sys.exit(0 if is_whole else 1)


@main.command("errata")
@click.argument("which", required=False)
def errata_command(which: str | None) -> None:
    """
    List the mistakes of the five sources, of one source, or one erratum: WHICH.

    Every counterexample is computed again by the oracle; exit status 1 where one comes out otherwise than recorded.
    """
    if which in errata():
        chosen = [errata()[str(which)]]
    else:
        _known_source(which, [*SOURCES, "the id of an erratum, such as A-E20"])
        chosen = [erratum for erratum in errata().values() if which in (None, erratum.source)]
    lines, holds = errata_lines(chosen, in_full=which is not None)
    _print(lines)
    sys.exit(0 if holds else 1)


def _known_source(source: str | None, options: Sequence[str]) -> None:
    if source is not None and source not in options:
        message = f"{source!r} is not a source; choose from {', '.join(options)}"
        raise ScopeError(message)


@main.command("replay")
@click.argument("report", type=click.Path(dir_okay=False, path_type=Path))
@click.argument("number", type=int)
@click.argument("target", required=False)
@click.option("--command", metavar="COMMAND", help="Run this command as the target instead of TARGET.")
def replay_command(report: Path, number: int, target: str | None, command: str | None) -> None:
    """
    Run counterexample NUMBER of REPORT again.

    With TARGET (or --command) the target is asked again; without, the stored answer is judged again: nothing named in a
    file is ever loaded. Exit status: 0 when the failure is gone, 1 when it is still there.
    """
    try:
        text = report.read_text(encoding="utf-8")
    except OSError as error:
        message = f"the report {report} cannot be read: {error.strerror}"
        raise ScopeError(message) from error
    document = parse(text, str(report))
    if target is None and command is None:
        lines, still = replayed(document, number, None)
    else:
        conventions = dict(document.document["conventions"])
        with closing(_source(target, command, conventions, None).open()) as subject:
            lines, still = replayed(document, number, subject)
    _print(lines)
    sys.exit(1 if still else 0)


@main.command("verify")
@click.option("--clause", "clauses", multiple=True, metavar="GLOB", help="Only propositions that match.")
@click.option("--points", default=100, show_default=True, type=click.IntRange(1), help="Drawn points a proposition.")
@click.option("--bits", default=240, show_default=True, type=click.IntRange(64), help="Working precision.")
@click.option("--seed", default=0, show_default=True, type=int, help="Same seed, same points.")
@click.option(
    "--json",
    "json_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the certificate there.",
)
def verify_command(clauses: tuple[str, ...], points: int, bits: int, seed: int, json_file: Path | None) -> None:
    """Check every proposition of the oracle by its witness; exit status 1 when one disagrees."""
    require_writable(json_file)
    holds = verified(clauses, points=points, bits=bits, seed=seed, json_file=json_file, out=click.echo)
    sys.exit(0 if holds else 1)


main.add_command(power_command)
main.add_command(mutants_command)
main.add_command(detect_command)
main.add_command(audit_command)
main.add_command(eval_command)
main.add_command(targets_command)
main.add_command(adopt_command)
