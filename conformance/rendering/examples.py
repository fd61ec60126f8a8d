"""A worked example as a table: each printed number beside the exact one, and what is to be said of its digits."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from ...oracle.examples import bhadani, digits, rounded
from ...spec import example as worked
from ...spec.example import DIGITS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from fractions import Fraction

    from ...oracle.examples import JudgedValue

HEADINGS = ("line", "quantity", "printed", "exact", "from printed operands", "verdict")
"""Of the columns."""


def table() -> Iterator[str]:
    """The lines of the example of clause ``example.bhadani``, at most 120 columns wide."""
    example = worked.bhadani()
    rows = bhadani()
    first, last = example.lines
    widths = "-".join(str(width) for width in (len(example.x), *(len(each.bias) for each in example.network.layers)))
    sample = f"x = {_vector(example.x)}, y = {_vector(example.y)}, learning rate {digits(example.rate)}"
    yield f"{example.clause}: what {example.source} prints in lines {first} to {last}"
    yield f"a {widths} network of sigmoid units, {sample}, {example.network.loss.replace('_', ' ')} L"
    yield "W^l_ij leads from unit j of layer l - 1 to unit i of layer l; o = a^3_1; 'new' is after the step"
    yield ""
    yield _line(HEADINGS)
    for part in example.parts:
        yield ""
        yield part.title
        for row in rows[: len(part.values)]:
            yield _line(_cells(row))
        rows = rows[len(part.values) :]
    yield ""
    yield from _summary(bhadani())


def _vector(numbers: tuple[Fraction, ...]) -> str:
    return ", ".join(map(digits, numbers))


def _cells(row: JudgedValue) -> tuple[str, ...]:
    value = row.value
    numbers = (value.printed, digits(row.exact), digits(row.from_operands))
    return str(value.line), value.quantity, *map(_signed, numbers), _verdict(row)


def _verdict(row: JudgedValue) -> str:
    """The verdict, with the digits that are right, or those that a reader would have computed."""
    match row.verdict:
        case "right":
            return "right"
        case "carried":
            return f"carried, operands give {rounded(row.from_operands, row.value.places)}"
        case _:
            return f"{row.verdict}, right is {row.rounded}"


def _signed(number: str) -> str:
    """``number`` with a place for its sign, so that decimal points stand below one another."""
    return number if number.startswith("-") else f" {number}"


def _line(cells: tuple[str, ...]) -> str:
    line, quantity, printed, exact, operands, verdict = cells
    return f"{line:>6}  {quantity:<22}  {printed:<10} {exact:<20} {operands:<22} {verdict}".rstrip()


def _summary(rows: tuple[JudgedValue, ...]) -> Iterator[str]:
    counts = Counter(row.verdict for row in rows)
    yield f"{len(rows)} printed numbers"
    for verdict, meaning in DIGITS.items():
        yield f"{counts[verdict]:>6}  {verdict:<10}  {meaning}"
