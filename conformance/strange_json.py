"""JSON that a stranger wrote: whatever is wrong with it is one kind of error."""

from __future__ import annotations

import json
from typing import Any


def json_value(text: str | bytes, **hooks: Any) -> Any:  # noqa: ANN401 - any JSON value, and the hooks of json.loads
    """
    The value of ``text``, with the hooks of :func:`json.loads`; raises ValueError for all that cannot be read.

    That is more than what is no JSON: a whole number of more digits than Python reads, and lists in lists without end.

    >>> json_value("[" * 100_000)
    Traceback (most recent call last):
    ValueError: lists or objects are nested too deeply to be read
    """
    try:
        return json.loads(text, **hooks)
    except RecursionError as error:
        message = "lists or objects are nested too deeply to be read"
        raise ValueError(message) from error
