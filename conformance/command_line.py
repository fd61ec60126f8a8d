"""The command ``gradspec``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..spec.conventions import ConventionError
from ..spec.erratum import SOURCES, errata
from ..spec.tracing import SOURCES as TRACED
from .adapters.errors import TargetError
from .auditing import BundleError
from .commands.adopt import adopt_command
from .commands.audit import audit_command
from .commands.cite import cite_command
from .commands.compare import compare_command
from .commands.detect import detect_command
from .commands.diff import diff_command
from .commands.doctor import doctor_command
from .commands.echoing import echo
from .commands.eval import eval_command
from .commands.explain import explain_command
from .commands.mutants import mutants_command
from .commands.new_adapter import new_adapter_command
from .commands.plot import plot_command
from .commands.power import power_command
from .commands.prove import prove_command
from .commands.publish import publish_command
from .commands.render import render_command
from .commands.replay import replay_command
from .commands.run import run_command
from .commands.site import site_command
from .commands.targets import targets_command
from .commands.trend import trend_command
from .commands.validate import validate_command
from .commands.vectors import vectors_command
from .commands.verify_report import verify_report_command
from .deviations import DeviationError
from .distributing.errors import WorkerError
from .environment import version
from .journal import JournalError
from .json_file import require_writable
from .listing import LISTS, listed, shown
from .proving.coq import ProofError
from .rendering.errata import listed as errata_lines
from .rendering.printable import printable_lines
from .rendering.tracing import trace
from .replaying import ReplayError
from .report import ReportError
from .running import ScopeError
from .vectors.errors import VectorsError
from .verifying import verified

if TYPE_CHECKING:
    from collections.abc import Sequence

CALLER_ERROR = 2
"""Exit status: the target could not be loaded, nothing asked for is offered, or the command line is wrong."""


CALLERS_MISTAKES = (
    BundleError,
    ConventionError,
    DeviationError,
    JournalError,
    ProofError,
    ReplayError,
    ReportError,
    ScopeError,
    TargetError,
    VectorsError,
    WorkerError,
)
"""What is told in one message."""


class _CallerError(click.ClickException):
    """A mistake of whoever runs the command: one message, exit status 2."""

    exit_code = CALLER_ERROR

    def show(self, file: Any = None) -> None:  # noqa: ANN401 - click's signature
        """Print the message alone."""
        click.echo("gradspec: " + "\n".join(printable_lines(self.message)), err=True, file=file)


class _Commands(click.Group):
    """The commands; whatever is the caller's mistake becomes one message."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's signature
        """Run the command asked for."""
        try:
            return super().invoke(ctx)
        except CALLERS_MISTAKES as error:
            raise _CallerError(str(error)) from error


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version(), prog_name="gradspec")
def main() -> None:
    """Judge the derivatives of a neural-network implementation by a formal specification."""


@main.command("list")
@click.argument("what", default="clauses", metavar="[WHAT]")
def list_command(what: str) -> None:
    """List clauses (the default), operations, conventions, profiles, targets, hazards, faults or variants."""
    if what not in LISTS:
        message = f"{what!r} cannot be listed; choose from {', '.join(LISTS)}"
        raise ScopeError(message)
    echo(listed(what))


@main.command("show")
@click.argument("name")
def show_command(name: str) -> None:
    """
    Show the clause called NAME: its facts, statement, proof and notes.

    The clause of a worked example shows its table. NAME may also be the id of an erratum, or of an item of the trace.
    """
    echo(shown(name))


@main.command("trace")
@click.argument("source", required=False)
def trace_command(source: str | None) -> None:
    """
    List every proposition of the five sources, or of SOURCE, with the clauses that state it.

    The totals at the end count the propositions that a clause states; exit status 1 where one is lost.
    """
    _known_source(source, TRACED)
    lines, is_whole = trace(source)
    echo(lines)
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
    echo(lines)
    sys.exit(0 if holds else 1)


def _known_source(source: str | None, options: Sequence[str]) -> None:
    if source is not None and source not in options:
        message = f"{source!r} is not a source; choose from {', '.join(options)}"
        raise ScopeError(message)


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


main.add_command(run_command)
main.add_command(replay_command)
main.add_command(render_command)
main.add_command(compare_command)
main.add_command(diff_command)
main.add_command(trend_command)
main.add_command(plot_command)
main.add_command(power_command)
main.add_command(prove_command)
main.add_command(publish_command)
main.add_command(mutants_command)
main.add_command(detect_command)
main.add_command(audit_command)
main.add_command(cite_command)
main.add_command(eval_command)
main.add_command(explain_command)
main.add_command(targets_command)
main.add_command(validate_command)
main.add_command(verify_report_command)
main.add_command(doctor_command)
main.add_command(adopt_command)
main.add_command(new_adapter_command)
main.add_command(vectors_command)
main.add_command(site_command)
