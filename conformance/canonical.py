"""JSON text in one form, so that the same document is the same file, byte for byte, and a line tells what it is of."""

from __future__ import annotations

import json
from typing import Any

WIDTH = 120
"""Characters of a line; what is longer is broken into its parts, but for a list of plain values."""


def canonical_text(document: Any) -> str:  # noqa: ANN401 - any JSON value
    """``document`` as JSON text that ends with a line feed; numbers that are not finite are refused."""
    return _text(document, 0) + "\n"


def compact_text(document: Any) -> str:  # noqa: ANN401 - any JSON value
    """``document`` in one line without spaces, keys in order: the text whose bytes are digested."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), allow_nan=False, ensure_ascii=False)


def _text(value: Any, depth: int) -> str:  # noqa: ANN401 - any JSON value
    line = json.dumps(value, allow_nan=False, ensure_ascii=False)
    match value:
        case dict() if value and len(line) + depth > WIDTH:
            parts = [
                f"{json.dumps(name, ensure_ascii=False)}: {_text(each, depth + 1)}" for name, each in value.items()
            ]
        case list() | tuple() if len(line) + depth > WIDTH and any(
            isinstance(each, dict | list | tuple) for each in value
        ):
            parts = [_text(each, depth + 1) for each in value]
        case _:
            return line
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    inside = f"\n{' ' * (depth + 1)}"
    return f"{opening}{inside}{f',{inside}'.join(parts)}\n{' ' * depth}{closing}"
