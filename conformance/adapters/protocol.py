"""
The published JSON Schema of the process protocol, and sentences on what breaks it (clause ``conformance.process``).

For messages on what went wrong: a document is validated whole, which is too slow for every call of a run.
"""

from __future__ import annotations

import json
import math
from functools import cache
from typing import TYPE_CHECKING, Any

import jsonschema

from ..schemas import schema

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from jsonschema import ValidationError

SCHEMA = "https://gradspec.org/schema/protocol-1.json"
"""The name of the schema that every message follows."""

MESSAGES = ("start", "describe", "call", "stop")
"""The four messages, in the order in which they are sent."""

SHOWN_FAULTS = 5
"""How many faults of one document are told."""

SHOWN_CHARACTERS = 120
"""How much of what stood at a place is shown."""


def request_faults(document: object) -> list[str]:
    """What breaks the schema in a request, a sentence each; empty if nothing does."""
    message = document.get("message") if isinstance(document, dict) else None
    if message not in MESSAGES:
        return [f"at the top: a request is an object whose message is one of {', '.join(MESSAGES)}; {_stood(document)}"]
    return _faults(f"{message}_request", document)


def answer_faults(message_name: str, document: object) -> list[str]:
    """What breaks the schema in the answer to the message of that name, a sentence each; empty if nothing does."""
    if message_name not in MESSAGES:
        message = f"{message_name!r} is no message of the protocol; the messages are {', '.join(MESSAGES)}"
        raise ValueError(message)
    return _faults(f"{message_name}_answer", document)


def members(message_name: str) -> list[str]:
    """What the answer to the message of that name may say."""
    return list(_definitions()[f"{message_name}_answer"]["properties"])


def _definitions() -> Mapping[str, Any]:
    """Every message, by names such as ``call_answer``."""
    # A JSON value, of which no type is known.
    return schema("protocol")["$defs"]  # type: ignore[no-any-return]


@cache
def _validator(definition: str) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator({"$ref": f"#/$defs/{definition}", "$defs": _definitions()})


def _faults(definition: str, document: object) -> list[str]:
    found = [_sentence(error) for error in _validator(definition).iter_errors(document)]
    found += [f"{place}: {_NO_JSON}; there stood {number}" for place, number in _no_json(document, ())]
    rest = len(found) - SHOWN_FAULTS
    return found if rest <= 0 else [*found[:SHOWN_FAULTS], f"and {rest} more of the kind"]


_NO_JSON = 'JSON has no NaN and no infinities; write the texts "NaN", "Infinity" and "-Infinity"'


def _no_json(part: object, path: tuple[object, ...]) -> Iterator[tuple[str, object]]:
    """Numbers that are not finite, which some readers of JSON let pass, with their places."""
    if isinstance(part, float) and not math.isfinite(part):
        yield _place(path), part
    elif isinstance(part, dict | list):
        members = part.items() if isinstance(part, dict) else enumerate(part)
        for key, each in members:
            yield from _no_json(each, (*path, key))


def _sentence(error: ValidationError) -> str:
    """Place, rule, and what stood there."""
    rule = error.schema.get("description", "") if isinstance(error.schema, dict) else ""
    told = "; ".join(part for part in (_missing(error), rule) if part)
    return f"{_place(error.absolute_path)}: {told}; {_stood(error.instance)}"


def _missing(error: ValidationError) -> str:
    """Which members are missing or too many, where that is the fault."""
    found: Any = error.instance
    rule: Any = error.schema
    match error.validator:
        case "required":
            return f"{_quoted([name for name in rule['required'] if name not in found])} is missing"
        case "additionalProperties":
            return f"{_quoted([name for name in found if name not in rule['properties']])} is not known here"
        case _:
            return ""


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(json.dumps(name) for name in names)


def _place(path: Any) -> str:
    """``answers/0/result`` for the position of a fault."""
    steps = "/".join(map(str, path))
    return f"at {steps}" if steps else "at the top"


def _stood(instance: object) -> str:
    text = json.dumps(instance, ensure_ascii=False, default=repr)
    return f"there stood {text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + ' ...'}"
