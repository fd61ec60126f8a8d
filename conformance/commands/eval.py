"""The command ``gradspec eval``."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from ...oracle import OperandError, evaluate
from ...oracle.evaluating import DIGITS, known_format, known_operation
from ...spec.conventions import resolve
from ..operand_input import document as read
from ..operand_input import given
from ..rendering.evaluating import document, table
from ..running import ScopeError
from .echoing import echo
from .pairs import pairs


@click.command("eval")
@click.argument("operation")
@click.option("--input", "written", required=True, metavar="FILE|JSON", help="The arguments; - reads standard input.")
@click.option("--format", "format_name", metavar="FORMAT", help="float64 (the default), float32, float16 or bfloat16.")
@click.option("--digits", default=DIGITS, show_default=True, type=int, help="Significant digits to certify.")
@click.option("--convention", "conventions", multiple=True, metavar="KEY=VALUE", help="One convention; repeatable.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON document instead of a table.")
def eval_command(  # noqa: PLR0913 - the options of the command
    operation: str, written: str, format_name: str | None, *, digits: int, conventions: tuple[str, ...], as_json: bool
) -> None:
    """
    Print the exact digits, an enclosure, and the correctly rounded value of OPERATION, entry by entry.

    \b
    Examples:
      gradspec eval sigmoid --input '{"z": [0.5, -40]}' --format float32
      gradspec eval tanh_derivative --input '[20]' --digits 50
      gradspec eval dense --input '{"x": [1, 2], "W": [[0.5, -1]], "b": [3]}'

    The input is an object by the names of the arguments and keywords (gradspec list operations), with nested lists for
    arrays; where there is one argument, its value will do. A network is {"layers": [{"weights": [[1]], "bias": [0],
    "activation": "relu"}], "loss": "squared_error"}. A request of the process protocol and a counterexample of a report
    are read too. Decimals are read as the nearest number of the format, and what is used is printed with its hex float;
    strings such as "0x1.8p-3" are hex floats.

    Precision is raised until all digits asked for and the correctly rounded value are certain, or to 4096 bits. Exit
    status: 0, or 1 when an entry is open then or has no value, or 2 when the command line or the input is wrong.
    """  # noqa: D301 - \b is click's sign for a paragraph that it leaves alone
    try:
        declared = known_operation(operation)
        document_given = read(input_text(written))
        is_case = isinstance(document_given, dict) and "arguments" in document_given
        name = format_name or (document_given.get("format") if is_case else None) or "float64"
        settled = resolve(pairs(conventions, "--convention"))
        arguments = given(document_given, declared, known_format(name), settled)
        answer = evaluate(
            operation, arguments.positional, arguments.keywords, format=name, conventions=settled, digits=digits
        )
    except OperandError as error:
        raise ScopeError(str(error)) from error
    if as_json:
        click.echo(json.dumps(document(answer, declared), indent=1))
    else:
        echo(table(answer, declared))
    sys.exit(1 if answer.unresolved else 0)


def input_text(written: str) -> str:
    """The text of the input: that of a file, of standard input, or what is written itself."""
    if written == "-":
        return sys.stdin.read()
    if written.lstrip().startswith(("{", "[")):
        return written
    try:
        return Path(written).read_text(encoding="utf-8")
    except FileNotFoundError:
        if written.strip("+-.0123456789eE"):
            message = f"--input {written}: there is no such file, and JSON begins with {{ or ["
            raise ScopeError(message) from None
        return written
    except (OSError, UnicodeDecodeError) as error:
        message = f"--input {written} cannot be read: {error}"
        raise ScopeError(message) from error
