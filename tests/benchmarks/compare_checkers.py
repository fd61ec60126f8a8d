"""
Gradient checkers and gradspec on the same faults and on the same right code, side by side.

Run from the checkout, with what is to be compared installed (torch, jax, scipy, autograd):
``python -m tests.benchmarks.compare_checkers``. It takes some twenty minutes of an idle core.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gradspec.conformance.adapters.reference import Reference
from gradspec.conformance.environment import environment
from gradspec.conformance.faults import FAULTS
from gradspec.conformance.variants import VARIANTS
from gradspec.conformance.verdict import REQUIRED
from gradspec.spec.operations import operations
from tests.benchmarks.checkers import CHECKERS
from tests.benchmarks.comparing import RIGHT, Comparison, compared
from tests.benchmarks.expressions import EXPRESSIONS
from tests.benchmarks.floors import floors
from tests.benchmarks.tables import tables

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gradspec.conformance.faults import Fault

FORMAT = "float64"
"""Of gradspec here, and of most checkers."""


class Right:
    """The reference, offering one operation."""

    def __init__(self, operation: str) -> None:
        reference = Reference()
        self.name = f"reference {operation}"
        self.conventions, self.formats = reference.conventions, reference.formats
        setattr(self, operation, getattr(reference, operation))


def of_faults(kinds: tuple[str, ...], limit: int | None) -> Iterator[Comparison]:
    """Every fault of these kinds, evenly spread where not all are wanted."""
    chosen = [fault for fault in FAULTS if FORMAT in fault.formats and (not kinds or fault.kind in kinds)]
    step = max(1, len(chosen) // limit) if limit else 1
    for fault in chosen[::step][:limit]:
        yield _of_fault(fault)


def _of_fault(fault: Fault) -> Comparison:
    return compared(
        fault.make,
        name=fault.name,
        kind=str(fault.kind),
        operations=list(fault.mistakes),
        levels=REQUIRED[fault.level][-1:],
        format_name=FORMAT,
        facts={
            "description": fault.description,
            "breaks": fault.breaks,
            "level": fault.level,
            "regime": fault.regime,
        },
    )


def of_right_code(limit: int | None) -> Iterator[Comparison]:
    """The reference, one operation at a time, and every right variant that offers a derivative."""
    for expression in EXPRESSIONS[:limit]:
        yield compared(
            partial(Right, expression.operation),
            name=f"reference {expression.operation}",
            kind=RIGHT,
            operations=[expression.operation],
            levels=(None,),
            format_name=FORMAT,
        )
    derivatives = {expression.operation for expression in EXPRESSIONS}
    variants = [each for each in VARIANTS if FORMAT in each.formats and not derivatives.isdisjoint(each.computations)]
    for variant in variants[:limit]:
        yield compared(
            variant.make,
            name=variant.name,
            kind=RIGHT,
            operations=[name for name in operations() if name in variant.computations],
            levels=(None,) if variant.reaches == "strict" else REQUIRED[variant.reaches],
            format_name=FORMAT,
        )


def versions() -> dict[str, str]:
    """Of everybody who takes part."""
    found = {}
    for package in dict.fromkeys(checker.package for checker in CHECKERS):
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            found[package] = "not installed"
    return environment() | found


@click.command()
@click.option("--kind", "kinds", multiple=True, help="Only faults of this kind; may be repeated.")
@click.option("--limit", type=click.IntRange(1), help="So many faults, and as much right code of each sort.")
@click.option("--json", "json_file", type=click.Path(dir_okay=False, path_type=Path), help="Keep everything here.")
@click.option("--read", type=click.Path(exists=True, path_type=Path), help="Print the tables of a kept run again.")
def main(kinds: tuple[str, ...], limit: int | None, json_file: Path | None, read: Path | None) -> None:
    """Print who finds which faults, who flags right code, and in what time."""
    if read is not None:
        kept = json.loads(read.read_text(encoding="utf-8"))
        click.echo(tables(kept["targets"], kept["floors"]))
        return
    unknown = set(kinds) - {str(fault.kind) for fault in FAULTS}
    if unknown:
        known = ", ".join(sorted({str(fault.kind) for fault in FAULTS}))
        raise click.UsageError(f"--kind {min(unknown)}: the catalogue has no fault of it; choose from {known}")
    targets: list[dict[str, Any]] = []
    for source in (of_faults(kinds, limit), of_right_code(limit)):
        for comparison in source:
            targets.append(asdict(comparison))
            click.echo(f"{len(targets)} {comparison.kind} {comparison.name}", err=True)
    found = floors()
    if json_file is not None:
        json_file.write_text(as_json(targets, found), encoding="utf-8")
    click.echo(tables(targets, found))


def as_json(targets: Sequence[dict[str, Any]], found: dict[str, float | None]) -> str:
    """A document with the versions and everything that was counted, one target a line."""
    head = f'"versions": {json.dumps(versions())},\n"floors": {json.dumps(found)},\n"targets": [\n'
    return "{" + head + ",\n".join(json.dumps(target) for target in targets) + "\n]}\n"


if __name__ == "__main__":
    main()
