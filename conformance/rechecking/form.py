"""The form of a report's file: the same document is the same bytes, so that every other byte is a change."""

from __future__ import annotations

import json
from itertools import takewhile

from ..canonical import canonical_text
from ..validating import NotJsonError, loaded

SHOWN = 40
"""Characters of the file that are shown where it is not as written."""


def misformed(text: str) -> str:
    """Where ``text`` is not the one form of its document, in a sentence; empty where it is, and where it is no JSON."""
    try:
        form = canonical_text(loaded(text))
    except (NotJsonError, RecursionError):
        return ""
    if form == text:
        return ""
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(form, text, strict=False)))
    line, column = text.count("\n", 0, same) + 1, same - text.rfind("\n", 0, same)
    byte = len(text[:same].encode())
    found, wanted = (json.dumps(each[same : same + SHOWN], ensure_ascii=True) for each in (text, form))
    return f"byte {byte} (line {line}, column {column}): {found} stands where {wanted} was written"
