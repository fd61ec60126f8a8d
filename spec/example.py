"""
The worked examples of the sources, read from ``examples/*.toml``.

An example is a network with its sample and learning rate, and the numbers that a source prints about them. Each
number stands beside two expressions, that of the exact number and that of what the source computes it from; the
reader takes them apart, the oracle evaluates them. Decimals are read as fractions: nothing is rounded here.
"""

from __future__ import annotations

import ast
import re
import tomllib
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

from .network import ACTIVATIONS, LOSSES, Layer, Network

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

Digits = Literal["right", "carried", "propagated", "slip"]
"""What is to be said of the digits of a printed number."""

DIGITS: Mapping[Digits, str] = MappingProxyType(
    {
        "right": "the exact value rounded to the printed width, and so is the value from the printed operands",
        "carried": "the exact value rounded to the printed width, but the printed operands give other digits",
        "propagated": "what the printed operands give, but not the exact value rounded to the printed width",
        "slip": "neither the one nor the other",
    },
)
"""Each of them in words, clause ``example.bhadani``."""

FUNCTIONS = ("sigmoid", "log")
"""The functions that an expression may apply."""

COLUMNS = ("line", "quantity", "printed", "verdict", "exact", "operands")
"""The entries of a value in the file, in order."""

_OPERATORS: Mapping[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
_DECIMAL = re.compile(r"-?\d+(\.\d+)?")


@dataclass(frozen=True)
class Constant:
    """A number written out."""

    value: Fraction
    """The number."""


@dataclass(frozen=True)
class Quantity:
    """A quantity of the exact computation."""

    name: str
    """Its letter, with its indices in the manner of ``z[2, 1]`` if it has any."""


@dataclass(frozen=True)
class Applied:
    """An operation or function of other expressions."""

    function: str
    """One of ``+ - * /``, ``negative`` or a name of :data:`FUNCTIONS`."""
    arguments: tuple[Expression, ...]
    """What it is applied to, in order."""


Expression: TypeAlias = Constant | Quantity | Applied
"""How a number is computed."""


@dataclass(frozen=True)
class PrintedValue:
    """One number that a source prints."""

    line: int
    """The line of the source."""
    quantity: str
    """What it is a value of, for a reader."""
    printed: str
    """Its digits, as they are printed."""
    verdict: Digits
    """What is to be said of them, as recorded."""
    exact: Expression
    """How the exact number is computed."""
    operands: Expression
    """What the source computes the number from, in the digits that it prints."""

    @property
    def places(self) -> int:
        """How many decimals are printed."""
        return len(self.printed.partition(".")[2])


@dataclass(frozen=True)
class Part:
    """Consecutive lines of an example."""

    title: str
    """What happens in them."""
    lines: tuple[int, int]
    """The first and the last."""
    values: tuple[PrintedValue, ...]
    """The numbers printed there, in the order of the text."""


@dataclass(frozen=True)
class Example:
    """A worked example of a source."""

    clause: str
    """The clause that states its values."""
    source: str
    """The key of the source in the references."""
    lines: tuple[int, int]
    """The first and the last line in the source."""
    network: Network
    """The network before the step: weights of shape (out, in) and biases, as nested tuples of fractions."""
    x: tuple[Fraction, ...]
    """The sample."""
    y: tuple[Fraction, ...]
    """Its label."""
    rate: Fraction
    """The learning rate."""
    parts: tuple[Part, ...]
    """What is printed, part by part."""

    @property
    def values(self) -> tuple[PrintedValue, ...]:
        """Every printed number, in the order of the text."""
        return tuple(value for part in self.parts for value in part.values)


class ExampleError(ValueError):
    """A file of an example that breaks its rules: the fault of whoever wrote the file."""


@cache
def bhadani() -> Example:
    """The worked example of bhadani-2026, clause ``example.bhadani``."""
    return _read("bhadani-2026.toml")


def _read(file: str) -> Example:
    text = resources.files(__package__).joinpath("examples", file).read_text(encoding="utf-8")
    return parse_example(file, text)


def parse_example(file: str, text: str) -> Example:
    """
    The example that ``text``, the content of ``file``, states.

    Raises :class:`ExampleError` at the first place that breaks the rules, with the rule and the way out.
    """
    try:
        document = tomllib.loads(text)
        facts = _facts(document, "the file", _EXAMPLE)
        lines = _lines(facts["lines"], "lines")
        _same(facts["columns"], list(COLUMNS), "columns")
        network = Network(tuple(_layers(facts["layers"])), _one_of(facts["loss"], LOSSES, "loss"))
        x, y = _vector(facts["x"], "x"), _vector(facts["y"], "y")
        _fits(network, len(x), len(y))
        return Example(
            clause=facts["clause"],
            source=facts["source"],
            lines=lines,
            network=network,
            x=x,
            y=y,
            rate=_decimal(facts["rate"], "rate"),
            parts=tuple(_parts(facts["parts"], lines)),
        )
    except tomllib.TOMLDecodeError as error:
        raise ExampleError(f"spec/examples/{file}: not TOML: {error}; mend it there") from error
    except _BrokenRuleError as error:
        raise ExampleError(f"spec/examples/{file}: {error}") from error


def parse_expression(text: str) -> Expression:
    """
    The expression that ``text`` writes: decimals, quantities, ``+ - * /``, ``sigmoid`` and ``log``.

    >>> parse_expression("-z[1, 2]")
    Applied(function='negative', arguments=(Quantity(name='z[1, 2]'),))

    Raises :class:`ExampleError` where it is none.
    """
    try:
        return _expression(ast.parse(text, mode="eval").body, text)
    except (SyntaxError, _BrokenRuleError) as error:
        rule = f"{text!r} is not an expression ({error})"
        raise ExampleError(f"{rule}; write decimals, quantities as z[1, 2], + - * /, sigmoid() and log()") from error


class _BrokenRuleError(Exception):
    """What was found and the way out, before the file is named."""


_EXAMPLE: Mapping[str, type] = {
    "clause": str,
    "source": str,
    "lines": list,
    "x": list,
    "y": list,
    "rate": str,
    "loss": str,
    "columns": list,
    "layers": list,
    "parts": list,
}
_LAYER: Mapping[str, type] = {"activation": str, "weights": list, "bias": list}
_PART: Mapping[str, type] = {"title": str, "lines": list, "values": list}
_VALUE: Mapping[str, type] = {name: int if name == "line" else str for name in COLUMNS}


def _facts(found: object, place: str, wanted: Mapping[str, type]) -> dict[str, Any]:
    """``found``, a table with exactly the keys of ``wanted``, each with a value of its type."""
    if not isinstance(found, dict):
        raise _BrokenRuleError(f"{place} is not a table; write one of {', '.join(wanted)}")
    for name in wanted.keys() - found.keys():
        raise _BrokenRuleError(f"{place} does not say its {name}; write {name} = ...")
    for name, value in found.items():
        if name not in wanted:
            raise _BrokenRuleError(f"{place}: {name!r} is not a fact; write one of {', '.join(wanted)}")
        if type(value) is not wanted[name]:
            raise _BrokenRuleError(f"{place}: {name} = {value!r} is no {wanted[name].__name__}; write one")
    return found


def _layers(found: Sequence[object]) -> Iterator[Layer]:
    for number, entry in enumerate(found, start=1):
        place = f"layer {number}"
        facts = _facts(entry, place, _LAYER)
        activation = _one_of(facts["activation"], ACTIVATIONS, f"{place}: activation")
        weights = tuple(_vector(row, f"{place}: weights") for row in facts["weights"])
        yield Layer(weights, _vector(facts["bias"], f"{place}: bias"), activation)


def _fits(network: Network, inputs: int, outputs: int) -> None:
    """Refuses a network whose layers do not fit to one another, to the sample or to its label."""
    width = inputs
    for number, layer in enumerate(network.layers, start=1):
        if {len(row) for row in layer.weights} != {width}:
            raise _BrokenRuleError(f"layer {number}: weights need {width} entries in each row; write as many")
        width = len(layer.bias)
        if len(layer.weights) != width:
            raise _BrokenRuleError(
                f"layer {number}: {len(layer.weights)} rows of weights, {width} biases; write as many"
            )
    if width != outputs:
        raise _BrokenRuleError(f"the label has {outputs} entries, the output {width}; write as many")


def _parts(found: Sequence[object], lines: tuple[int, int]) -> Iterator[Part]:
    before = lines[0] - 1
    for entry in found:
        facts = _facts(entry, "a part", _PART)
        place = f"part {facts['title']!r}"
        own = _lines(facts["lines"], f"{place}: lines")
        if not before < own[0] <= own[1] <= lines[1]:
            raise _BrokenRuleError(f"{place}: lines {list(own)} are out of order; write {before + 1} to {lines[1]}")
        yield Part(facts["title"], own, tuple(_values(facts["values"], own, place)))
        before = own[1]


def _values(found: Sequence[object], lines: tuple[int, int], place: str) -> Iterator[PrintedValue]:
    first = lines[0]
    for number, entry in enumerate(found, start=1):
        value = _value(entry, f"{place}: value {number}")
        if not first <= value.line <= lines[1]:
            rule = f"{place}: value {number}: line {value.line} is out of order"
            raise _BrokenRuleError(f"{rule}; write {first} to {lines[1]}")
        first = value.line
        yield value


def _value(found: object, place: str) -> PrintedValue:
    if not isinstance(found, list) or len(found) != len(COLUMNS):
        raise _BrokenRuleError(f"{place} is {found!r}; write {', '.join(COLUMNS)}")
    facts = _facts(dict(zip(COLUMNS, found, strict=True)), place, _VALUE)
    _decimal(facts["printed"], f"{place}: printed")
    return PrintedValue(
        line=facts["line"],
        quantity=facts["quantity"],
        printed=facts["printed"],
        verdict=_one_of(facts["verdict"], get_args(Digits), f"{place}: verdict"),
        exact=_expression_of(facts["exact"], f"{place}: exact"),
        operands=_expression_of(facts["operands"], f"{place}: operands"),
    )


def _expression_of(text: str, place: str) -> Expression:
    try:
        return parse_expression(text)
    except ExampleError as error:
        raise _BrokenRuleError(f"{place}: {error}") from error


def _expression(node: ast.expr, text: str) -> Expression:
    """The expression at ``node`` of the syntax tree of ``text``."""
    match node:
        case ast.Constant():
            return Constant(_decimal(ast.get_source_segment(text, node), "a constant"))
        case ast.Name() | ast.Subscript(value=ast.Name()):
            return Quantity(_quantity(node))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return Applied("negative", (_expression(operand, text),))
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            return Applied(_OPERATORS[type(op)], (_expression(left, text), _expression(right, text)))
        case ast.Call(func=ast.Name(id=name), args=[argument], keywords=[]) if name in FUNCTIONS:
            return Applied(name, (_expression(argument, text),))
        case _:
            raise _BrokenRuleError(f"{ast.unparse(node)!r} has no place in it")


def _quantity(node: ast.Name | ast.Subscript) -> str:
    """The name of a quantity, with indices that are numbers."""
    indices = list(ast.walk(node.slice)) if isinstance(node, ast.Subscript) else []
    if not all(isinstance(each, ast.Tuple | ast.Load) or _is_index(each) for each in indices):
        raise _BrokenRuleError(f"{ast.unparse(node)!r} has indices that are not numbers")
    return ast.unparse(node)


def _is_index(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) is int


def _decimal(found: object, place: str) -> Fraction:
    """The number that a decimal in quotation marks writes, exactly."""
    if not isinstance(found, str) or not _DECIMAL.fullmatch(found):
        raise _BrokenRuleError(f'{place}: {found!r} is not a decimal; write one as "0.1"')
    return Fraction(found)


def _vector(found: object, place: str) -> tuple[Fraction, ...]:
    if not isinstance(found, list) or not found:
        raise _BrokenRuleError(f'{place}: {found!r} is not a list of decimals; write one as ["0.1", "2.0"]')
    return tuple(_decimal(entry, place) for entry in found)


def _lines(found: Sequence[object], place: str) -> tuple[int, int]:
    match found:
        case [int(first), int(last)] if 1 <= first <= last:
            return first, last
        case _:
            raise _BrokenRuleError(f"{place} = {found!r} is not a first and a last line; write [102, 472]")


def _one_of(found: str, allowed: Sequence[str], place: str) -> Any:  # noqa: ANN401 - one of the literals allowed
    if found not in allowed:
        raise _BrokenRuleError(f"{place} = {found!r}; write one of {', '.join(allowed)}")
    return found


def _same(found: Sequence[object], wanted: Sequence[object], place: str) -> None:
    if found != wanted:
        raise _BrokenRuleError(f"{place} = {found!r}; write {wanted!r}")
