"""The command ``gradspec plot``."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ...oracle import OperandError
from ...oracle.evaluating import known_format, known_operation
from ...oracle.operands import Operands
from ...spec.conventions import resolve
from ..case import Case
from ..checks.examiner import Examiner
from ..encoding import decoded, encoded
from ..json_file import require_writable, write
from ..operand_input import document, given
from ..plotting import drawn_case, line_picture, map_picture
from ..rendering.printable import printable
from ..running import ScopeError
from .eval import input_text
from .naming import source_of, target_options
from .pairs import pairs

if TYPE_CHECKING:
    from ...spec.conventions import Conventions
    from ...spec.operations import Operation
    from ..plotting import Picture

FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("plot")
@target_options
@click.argument("operation", required=False)
@click.option("--format", "format_name", default="float64", show_default=True, metavar="FORMAT", help="Of the inputs.")
@click.option("--out", type=FILE, help="Write the picture there, and what it shows in words to standard output.")
@click.option("--from", "low", type=float, help="The smallest input of a line; all of the format without it.")
@click.option("--to", "high", type=float, help="Likewise the largest.")
@click.option(
    "--points", default=4000, show_default=True, type=click.IntRange(8, 100_000), help="Inputs of a line, about."
)
@click.option("--input", "written", metavar="FILE|JSON", help="The arguments of a map, as for gradspec eval.")
@click.option("--seed", default=0, show_default=True, type=int, help="Same seed, same arguments, where none are given.")
@click.option("--profile", "profile_name", metavar="NAME", help="The conventions of a source or framework.")
@click.option("--convention", "conventions", multiple=True, metavar="KEY=VALUE", help="One convention; repeatable.")
def plot_command(
    operation: str | None,
    out: Path | None,
    profile_name: str | None,
    conventions: tuple[str, ...],
    **options: Any,  # noqa: ANN401 - those of the target and of the picture
) -> None:
    """
    Draw the error of OPERATION of TARGET in ulps, as SVG: over the real line, or over a matrix.

    \b
    Examples:
      gradspec plot torch tanh_derivative --format float32 --out tanh.svg
      gradspec plot mine.py sigmoid --from -20 --to 20 --out sigmoid.svg
      gradspec plot torch softmax_jacobian --input '[0, 1, 40]' --out jacobian.svg

    Of an elementwise operation the picture is a line: all magnitudes of the format with both signs, the largest errors
    that MUST and SHOULD admit, what lies outside of them, and a second panel with the part where answers fail. Of any
    other, and wherever --input gives the arguments, it is a map of every entry of the answer.
    """  # noqa: D301 - \b is click's sign for a paragraph that it leaves alone
    if options["command"] is not None and operation is None:
        operation, options["target"] = options["target"], None
    require_writable(out, "--out")
    wanted = pairs(conventions, "--convention")
    named = {name: options[name] for name in ("target", "command", "time_limit", "memory_limit", "in_process")}
    source = source_of(**named, conventions=wanted, profile_name=profile_name)
    declared = _declared(operation, options["format_name"])
    with closing(source.open()) as subject:
        settled = resolve(wanted, profile_name=profile_name, declared=subject.conventions)
        picture = _picture(Examiner(subject, settled), declared, settled, options)
    if out is None:
        click.echo(picture.text(), nl=False)
        return
    write(out, picture.text(), "--out")
    for line in (picture.title, *picture.description.split("; ")):
        click.echo(printable(line))


def _declared(name: str | None, format_name: str) -> Operation:
    if name is None:
        message = "which OPERATION is to be drawn? gradspec list operations names them"
        raise ScopeError(message)
    try:
        known_format(format_name)
        return known_operation(name)
    except OperandError as error:
        raise ScopeError(str(error)) from error


def _picture(examiner: Examiner, declared: Operation, conventions: Conventions, options: dict[str, Any]) -> Picture:
    format_name, written = options["format_name"], options["written"]
    if written is not None:
        return map_picture(examiner, _given(declared, format_name, written, conventions))
    if declared.is_elementwise:
        return line_picture(examiner, declared, format_name, options["points"], (options["low"], options["high"]))
    if options["low"] is not None or options["high"] is not None:
        message = (
            f"--from and --to with {declared.name}: it is not elementwise, and has no line of inputs; leave them out"
        )
        raise ScopeError(message)
    return map_picture(examiner, drawn_case(declared, format_name, options["seed"], conventions))


def _given(declared: Operation, format_name: str, written: str, conventions: Conventions) -> Case:
    number_format = known_format(format_name)
    arguments = given(document(input_text(written)), declared, number_format, conventions)
    try:
        reader = Operands(declared, number_format, round_inputs=False)
        positional = reader.positional(arguments.positional)
        keywords = reader.named(arguments.keywords, positional)
    except OperandError as error:
        raise ScopeError(str(error)) from error
    in_format = tuple(decoded(encoded(argument), number_format.dtype) for argument in positional)
    return Case(declared.name, format_name, "ordinary", in_format, keywords)
