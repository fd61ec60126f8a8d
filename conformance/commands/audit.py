"""The command ``gradspec audit``."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from ..auditing import AuditVerdict, audit, read_bundle
from ..auditing.auditing import WORST
from ..auditing.checking import known_format
from ..auditing.document import document
from ..json_file import require_writable, write
from ..rendering.audit import summary
from ..rendering.heat_maps import svg
from .echoing import echo
from .pairs import pairs


@click.command("audit")
@click.argument("bundle", type=click.Path(path_type=Path))
@click.option(
    "--level",
    "levels",
    multiple=True,
    default=("must",),
    metavar="LEVEL",
    help="must or should; repeatable.  [default: must]",
)
@click.option(
    "--format", "format_name", metavar="FORMAT", help="The format in which the step was computed, if another one."
)
@click.option("--convention", "conventions", multiple=True, metavar="KEY=VALUE", help="One convention; repeatable.")
@click.option("--worst", default=WORST, show_default=True, type=click.IntRange(1), help="Entries shown an array.")
@click.option("--heat/--no-heat", default=False, help="Show the heat maps of arrays that pass, too.")
@click.option("--heat-map", "svg_file", type=click.Path(dir_okay=False, path_type=Path), help="Write all as SVG there.")
@click.option("--json", "json_file", type=click.Path(dir_okay=False, path_type=Path), help="Write the audit there.")
def audit_command(  # noqa: PLR0913 - click passes one argument an option
    bundle: Path,
    levels: tuple[str, ...],
    format_name: str | None,
    conventions: tuple[str, ...],
    worst: int,
    heat: bool,  # noqa: FBT001 - likewise
    svg_file: Path | None,
    json_file: Path | None,
) -> None:
    """
    Judge one recorded training step, entry by entry.

    BUNDLE is an .npz or a .safetensors file with the arrays W1, b1, dW1, db1, W2, ..., x and y, perhaps output and
    cost, and JSON text with activations, loss, conventions and format; gradspec.conformance.auditing writes it from
    torch, JAX, scikit-learn and plain arrays.

    Exit status: 0 when every entry lies in its envelope, 1 when one does not or when an array has no decided entry, 2
    when the bundle cannot be judged or the command line is wrong.
    """
    require_writable(json_file)
    require_writable(svg_file, "--heat-map")
    step = read_bundle(bundle, pairs(conventions, "--convention"))
    if format_name is not None:
        step = step.in_format(known_format(format_name))
    found = audit(step, levels, worst=worst)
    echo(summary(found, bundle.name, heat=heat))
    write(svg_file, svg(found, bundle.name), "--heat-map")
    write(json_file, json.dumps(document(found, bundle.name), indent=1) + "\n")
    sys.exit(0 if found.verdict is AuditVerdict.CONFORMANT else 1)
