"""Answers that somebody else computed: one JSON document, or one answer a line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..schemas import first_error
from ..strange_json import json_value
from .errors import VectorsError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

SCHEMA = "https://gradspec.org/schema/vectors-answers-1.json"
"""The name of the schema that a document of answers follows."""

NAMES = {"NaN": "nan", "Infinity": "inf", "-Infinity": "-inf"}
"""What the process protocol calls numbers that are none, beside the names of hex floats."""


@dataclass(frozen=True)
class Given:
    """The answer to one vector."""

    arrays: tuple[tuple[float, ...], ...] = ()
    """The numbers of each array, row by row."""
    shapes: tuple[tuple[int, ...] | None, ...] = ()
    """The shape of each array, where it was said."""
    error: str | None = None
    """What happened in the place of an answer."""


@dataclass(frozen=True, eq=False)
class Answers:
    """Answers to vectors."""

    digest: str
    """Of the folder of the vectors."""
    given: Mapping[str, Given | None]
    """By the ids of the vectors; None for one that was left out."""


def read_answers(file: Path) -> Answers:
    """The answers in ``file``; raises VectorsError where there are none."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        message = f"{file} cannot be read: {error}"
        raise VectorsError(message) from error
    try:
        document = _document(text)
    except ValueError as error:
        message = f"{file} is neither JSON nor JSON lines: {error}"
        raise VectorsError(message) from error
    if broken := first_error(document, "vectors-answers"):
        where = "/".join(map(str, broken.absolute_path))
        message = f"{file} holds no answers: {where + ': ' if where else ''}{broken.message[:200]}"
        raise VectorsError(message)
    given = {name: _given(name, answer) for name, answer in document["answers"].items()}
    return Answers(document["vectors"], given)


def _document(text: str) -> dict[str, Any]:
    """The one document, or that which the lines make together: its head, then ``{"id": ..., "answer": ...}`` each."""
    first, _, rest = text.lstrip().partition("\n")
    try:
        head = json_value(first)
    except ValueError:
        head = None
    if not isinstance(head, dict) or "answers" in head or not rest.strip():
        document: dict[str, Any] = json_value(text)
        return document
    return {**head, "answers": dict(_lines(rest))}


def _lines(text: str) -> Iterator[tuple[str, Any]]:
    known = set()
    for number, line in enumerate(text.splitlines(), start=2):
        if not line.strip():
            continue
        each = json_value(line)
        if not isinstance(each, dict) or set(each) != {"id", "answer"} or not isinstance(each["id"], str):
            message = f'line {number} is not {{"id": "...", "answer": ...}}'
            raise ValueError(message)
        if each["id"] in known:
            message = f"line {number} answers {each['id']} again"
            raise ValueError(message)
        known.add(each["id"])
        yield each["id"], each["answer"]


def _given(name: str, answer: Any) -> Given | None:  # noqa: ANN401 - what the schema says
    match answer:
        case None | {"unsupported": _}:
            return None
        case {"error": str(reason)}:
            return Given(error=reason)
    numbers, shapes = [], []
    for array in answer:
        shapes.append(tuple(array["shape"]) if isinstance(array, dict) else None)
        numbers.append(tuple(_number(name, each) for each in (array["hex"] if isinstance(array, dict) else array)))
    return Given(tuple(numbers), tuple(shapes))


def _number(name: str, value: str | float) -> float:
    if not isinstance(value, str):
        return float(value)
    text = NAMES.get(value, value)
    try:
        return float.fromhex(text) if "x" in text or text.lstrip("-") in ("inf", "nan") else float(text)
    except (ValueError, OverflowError):
        message = (
            f"the answer to {name} holds {value!r}, which is no number: hex floats, decimals, nan, inf and -inf are"
        )
        raise VectorsError(message) from None
