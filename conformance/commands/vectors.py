"""The command ``gradspec vectors``: frozen cases with their true values and allowed intervals."""

from __future__ import annotations

import fnmatch
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ...spec.formats import FORMATS
from ...spec.operations import REGIMES, operations
from ..json_file import write
from ..report import read
from ..running import ScopeError
from ..vectors import checked, folder, read_answers
from ..vectors.checking import DECIDING
from ..vectors.known import FILE, collect
from ..vectors.making import differs
from ..vectors.showing import failure, listed, shown, summary
from ..vectors.text import INDEX
from ..vectors.writing import index_of, stale
from .echoing import echo

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PLACE = click.option(
    "--vectors",
    "place",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder of the vectors; those that are installed where none is given.",
)
OPERATIONS = click.option("--operation", "patterns", multiple=True, metavar="GLOB", help="Only operations that match.")


@click.group("vectors")
def vectors_command() -> None:
    """Frozen cases with true values and allowed intervals, for whoever has neither the oracle nor Python."""


@vectors_command.command("check")
@click.argument("answers", type=click.Path(dir_okay=False, path_type=Path))
@PLACE
@OPERATIONS
@click.option("--format", "formats", multiple=True, metavar="FORMAT", help="Only vectors of this format; repeatable.")
@click.option("--regime", "regimes", multiple=True, metavar="REGIME", help="Only vectors of this regime; repeatable.")
@click.option(
    "--require", "required", default="core", show_default=True, metavar="CLASS", help="core, robust or strict."
)
@click.option("--show", "most", default=10, show_default=True, type=click.IntRange(0), help="Failures that are shown.")
def check_command(  # noqa: PLR0913 - one argument an option
    answers: Path,
    place: Path | None,
    patterns: tuple[str, ...],
    formats: tuple[str, ...],
    regimes: tuple[str, ...],
    required: str,
    most: int,
) -> None:
    """
    Judge the answers in the file ANSWERS, computed by whatever program, by the vectors alone.

    \b
    The file is {"schema": "https://gradspec.org/schema/vectors-answers-1.json",
    "vectors": DIGEST, "answers": {ID: [ARRAY, ...], ...}} with the digest that index.json has,
    or JSON lines: that without "answers", then {"id": ID, "answer": [ARRAY, ...]} each.

    An ARRAY lists the numbers of one result, row by row, as hex floats or decimals; or it is
    {"shape": [...], "hex": [...]}, and the shape is judged too. null stands for no answer.

    A vector without an answer counts as not answered. Exit status: 0 if every vector asked for is answered and none
    fails at a level that is required, else 1; 2 when the file or the command line is wrong.
    """  # noqa: D301 - \b is click's sign for a paragraph that it leaves alone
    _known("--format", formats, FORMATS)
    _known("--regime", regimes, REGIMES)
    _known("--require", (required,), DECIDING)

    def is_asked(vector: Mapping[str, Any]) -> bool:
        return vector["format"] in (formats or FORMATS) and vector["regime"] in (regimes or REGIMES)

    vectors = folder(place)
    found = checked(vectors, read_answers(answers), vectors.matching(patterns), is_asked)
    for each in found.failing[:most]:
        echo(failure(each))
        click.echo("")
    if len(found.failing) > most:
        click.echo(f"{len(found.failing) - most} more failures: --show {len(found.failing)} shows all\n")
    echo(summary(found, required))
    sys.exit(0 if found.holds(required) else 1)


@vectors_command.command("list")
@PLACE
@OPERATIONS
def list_command(place: Path | None, patterns: tuple[str, ...]) -> None:
    """List the operations that there are vectors of, and how many."""
    vectors = folder(place)
    echo(listed(vectors, vectors.matching(patterns)))


@vectors_command.command("show")
@click.argument("identifier", metavar="ID")
@PLACE
def show_command(identifier: str, place: Path | None) -> None:
    """Show the vector called ID: inputs, true values, enclosures, what is allowed, and why it is there."""
    vectors = folder(place)
    vector = vectors.vector(identifier)
    echo(shown(vectors.file(identifier.partition("/")[0]), vector))


@vectors_command.command("write")
@click.option(
    "--out",
    "place",
    default=Path("spec/vectors"),
    show_default=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder of the vectors.",
)
@OPERATIONS
@click.option("--index", "only_index", is_flag=True, help="Compute no vector; the index over the files that are there.")
@click.option("--check", is_flag=True, help="Write nothing; exit status 1 where a file is not what it has to be.")
def write_command(place: Path, patterns: tuple[str, ...], *, only_index: bool, check: bool) -> None:
    """
    Compute the vectors of every operation, or of those that match, and write what has changed, and the index.

    What is written depends on the specification and on gradspec alone, to the byte. The digest of the specification
    stands in the index; --index renews that within a second.
    """
    if not place.is_dir():
        message = f"--out {place}: there is no such folder"
        raise ScopeError(message)
    changed = {} if only_index else stale(place, _operations(patterns), _progress(check=check))
    index = index_of(place, operations(), changed)
    if not (place / INDEX).is_file() or (place / INDEX).read_bytes() != index.encode():
        changed[INDEX] = index
    for name, text in changed.items():
        if check:
            click.echo(f"{place / name} is stale: gradspec vectors write --out {place} writes it")
        else:
            write(place / name, text, "--out")
            click.echo(f"{place / name}: written")
    sys.exit(1 if check and changed else 0)


@vectors_command.command("collect")
@click.argument("reports", nargs=-1, required=True, type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--into",
    "file",
    default=Path("conformance/vectors") / FILE,
    show_default=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file that keeps them.",
)
def collect_command(reports: tuple[Path, ...], file: Path) -> None:
    """Keep the counterexamples of REPORTS among the cases of the vectors; ``gradspec vectors write`` adds them."""
    click.echo(f"{file}: {collect(map(read, reports), file, differs)} more cases")


def _operations(patterns: tuple[str, ...]) -> list[str]:
    for pattern in patterns:
        if not fnmatch.filter(operations(), pattern):
            message = f"--operation {pattern} matches no operation; gradspec list operations names them"
            raise ScopeError(message)
    return [name for name in operations() if not patterns or any(fnmatch.fnmatch(name, each) for each in patterns)]


def _known(option: str, values: tuple[str, ...], known: Mapping[str, object] | tuple[str, ...]) -> None:
    for value in values:
        if value not in known:
            message = f"{option} {value}: choose from {', '.join(known)}"
            raise ScopeError(message)


def _progress(*, check: bool) -> Callable[[str], None]:
    """Tells a terminal which operation is on its way."""

    def hear(operation: str) -> None:
        if sys.stderr.isatty():
            click.echo(f"\r\x1b[K{'checking' if check else 'computing'} {operation}", err=True, nl=False)

    return hear
