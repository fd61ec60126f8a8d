"""Digests of a report: of every row and every other part, so that a change is found and placed."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from .canonical import compact_text

if TYPE_CHECKING:
    from collections.abc import Mapping

SHORT = 16
"""Hexadecimal digits of the digest of a part; that of the whole has all 64."""


def digests(document: Mapping[str, Any]) -> dict[str, Any]:
    """
    SHA-256 of the rows, of the other fields, and of all of ``document``, which has no field ``digests``.

    Each is of the JSON text in one line without spaces, keys in order, in UTF-8.
    """
    return {
        "results": [_digest(row)[:SHORT] for row in document["results"]],
        "parts": {name: _digest(value)[:SHORT] for name, value in document.items() if name != "results"},
        "document": _digest(document),
    }


def _digest(value: Any) -> str:  # noqa: ANN401 - any JSON value
    return hashlib.sha256(compact_text(value).encode()).hexdigest()
