"""The command ``gradspec verify-report``."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ...oracle.certify import certificate
from ...spec.clauses import VERSION, specification_digest
from ..rechecking import Agreement, asked_again, misformed, recomputed, without_sample
from ..rendering.rechecking import NOT_SAID, bare_lines, example_lines, form_lines, problem_lines, text_lines
from ..report import Report, text_of
from ..validating import loaded, validated
from .echoing import echo
from .naming import source_of, target_options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..rechecking import Recomputed


@click.command("verify-report")
@click.argument("file", metavar="REPORT", type=click.Path(dir_okay=False, path_type=Path))
@target_options
def verify_report_command(file: Path, **named: Any) -> None:  # noqa: ANN401 - the options of a target
    """
    Verify REPORT: that it is what was written, and that its examples are what it says.

    The form of the file, its schema, sums and digests are checked, and each place that is wrong is named. Every
    counterexample and every sample of a passing row is judged again by the oracle, from the report alone. With TARGET
    (or --command) the target is asked for each of them too: nothing named in a file is ever loaded.

    Exit status: 0 when all is as the report says, 1 when something is not, 2 when the file or target cannot be read.
    """
    text = text_of(file)
    form, validation = misformed(text), validated(text)
    report = Report(loaded(text)) if validation.is_readable else None
    echo(form_lines(len(text.encode()), form))
    echo(problem_lines(validation.problems, report))
    is_right = not form and validation.is_valid
    if report is not None and "digests" not in report.document:
        click.echo("digests          the report carries none, so that a change of it would not be seen")
        is_right = False
    if report is not None:
        is_right = _examples(report, named) and is_right
    click.echo("verified" if is_right else "not verified")
    sys.exit(0 if is_right else 1)


def _examples(report: Report, named: dict[str, Any]) -> bool:
    """Judge the examples again, and say how they came out; whether all did as the report says."""
    document = report.document
    carried = report.certificate
    installed = {"version": VERSION, "digest": specification_digest()}
    echo(text_lines(document["spec"], installed, certified=None if carried is None else carried == certificate()))
    bare = without_sample(report)
    echo(bare_lines(bare, report))
    is_right = _came_out(list(recomputed(report)), report, by="from what the report holds") and not bare
    if named["target"] is not None or named["command"] is not None:
        source = source_of(**named, conventions=dict(document["conventions"]))
        with closing(source.open()) as target:
            by = f"by asking {target.name} {target.version}".rstrip()
            is_right = _came_out(list(asked_again(report, target)), report, by=by) and is_right
    click.echo(NOT_SAID)
    return is_right


def _came_out(found: Sequence[Recomputed], report: Report, *, by: str) -> bool:
    echo(example_lines(found, report, by=by))
    return all(each.agreement in (Agreement.SAME, Agreement.OPEN) for each in found)
