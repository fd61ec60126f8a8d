"""
Whether a document is what it says it is: JSON that follows the schema it names, and without contradictions.

Every place that is wrong is named, by a JSON pointer, with what stands there and the rule that it breaks.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..report import SCHEMA, Report
from ..schemas import errors, names
from ..strange_json import json_value
from .consistency import contradictions, is_of_the_installed_text
from .problem import Problem, pointer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import NoReturn

    from jsonschema.exceptions import ValidationError

LONGEST_RULE = 300
"""Characters of a rule that is read off a schema."""

LONGEST_NUMBER = 300
"""Digits of a whole number: more are beyond the range of 64 bits, in which every reader keeps numbers."""

ANOTHER_TEXT = "judged by another text of the specification than is installed: names were not looked up"
"""What is not looked at in a report of another version."""

WORDS = {
    "minimum": "be at least {}",
    "maximum": "be at most {}",
    "minItems": "have at least {} items",
    "maxItems": "have at most {} items",
    "minProperties": "have at least {} fields",
    "maxProperties": "have at most {} fields",
    "pattern": "match {}",
    "format": "be a {}",
    "type": "be of type {}",
    "const": "be {}",
    "enum": "be one of {}",
    "depth": "be nested less deeply",
}
"""The rules of schemas in words, by their keywords, and how deep lists may stand in lists."""


class NotJsonError(ValueError):
    """A text that is not JSON, or not JSON that every reader understands alike."""


@dataclass(frozen=True)
class Validation:
    """What was found of a document."""

    schema: str | None
    """The name of the schema that it is held against; None where it names none that is known."""
    problems: tuple[Problem, ...]
    """Every place that is wrong; contradictions are looked for in what is valid by its schema alone."""
    note: str = ""
    """What was not looked at, and why; empty where nothing was left out."""
    is_readable: bool = False
    """Whether it is a report that follows its schema, however it may contradict itself."""

    @property
    def is_valid(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


def validated(text: str) -> Validation:
    """What is wrong with the document in ``text``."""
    try:
        return _validated(loaded(text))
    except NotJsonError as error:
        return Validation(None, (Problem("", str(error), "be JSON that every reader understands alike"),))


def _validated(document: Any) -> Validation:  # noqa: ANN401 - any JSON value
    named = document.get("schema") if isinstance(document, dict) else None
    name = names().get(named) if isinstance(named, str) else None
    if name is None:
        return Validation(None, (Problem("/schema", named, f"be the name of a schema: {', '.join(names())}"),))
    found = tuple(_invalid(document, name))
    if found or named != SCHEMA:
        return Validation(named, found)
    report = Report(document)
    note = "" if is_of_the_installed_text(report) else ANOTHER_TEXT
    return Validation(named, tuple(contradictions(report)), note, is_readable=True)


def loaded(text: str) -> Any:  # noqa: ANN401 - any JSON value
    """The JSON value of ``text``; raises :class:`NotJsonError`, also where readers of JSON differ."""
    try:
        document = json_value(
            text, object_pairs_hook=_named_once, parse_constant=_refused, parse_float=_finite, parse_int=_short
        )
        if "\\u" in text:
            json.dumps(document, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError as error:
        message = "half a character: an escape that is one of a pair stands alone"
        raise NotJsonError(message) from error
    except ValueError as error:
        raise NotJsonError(str(error)) from error
    return document


def _named_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        message = f"an object with the name {json.dumps(twice)} twice"
        raise NotJsonError(message)
    return found


def _refused(constant: str) -> NoReturn:
    message = f'{constant} stands for a number; write it as a text, "{constant}"'
    raise NotJsonError(message)


def _finite(number: str) -> float:
    if math.isinf(value := float(number)):
        message = f"{number[:LONGEST_NUMBER]}, which is beyond every number of 64 bits"
        raise NotJsonError(message)
    return value


def _short(number: str) -> int:
    if len(number) > LONGEST_NUMBER:
        message = f"a number of {len(number)} digits"
        raise NotJsonError(message)
    return int(number)


def _invalid(document: object, name: str) -> Iterator[Problem]:
    """Each place and rule once, in the order of the document."""
    found = sorted(errors(document, name), key=lambda error: [_order(part) for part in error.absolute_path])
    told = set()
    for error in found:
        problem = Problem(pointer(error.absolute_path), error.instance, _rule(error))
        if (problem.pointer, problem.rule) not in told:
            told.add((problem.pointer, problem.rule))
            yield problem


def _order(part: str | int) -> tuple[bool, int, str]:
    return isinstance(part, str), part if isinstance(part, int) else 0, str(part)


def _rule(error: ValidationError) -> str:
    """The rule of a schema that a value breaks, in words."""
    keyword = str(error.validator)
    instance: Any = error.instance
    demanded: Any = error.validator_value
    match keyword:
        case "required":
            rule = f"have the fields {', '.join(name for name in demanded if name not in instance)}"
        case "additionalProperties":
            known = error.schema.get("properties", {}) if isinstance(error.schema, dict) else {}
            rule = f"have no fields but those of the schema: not {', '.join(sorted(set(instance) - set(known)))}"
        case "anyOf" | "oneOf":
            rule = f"be {' or '.join(_words(each) for each in demanded)}"
        case "enum":
            rule = WORDS[keyword].format(", ".join(map(str, demanded)))
        case _:
            rule = WORDS.get(keyword, f"keep the rule {keyword} {{}}").format(demanded)
    return rule[:LONGEST_RULE]


def _words(schema: Mapping[str, Any]) -> str:
    if "enum" in schema:
        return " or ".join(map(str, schema["enum"]))
    return str(schema.get("type", schema.get("$ref", "something else")))
