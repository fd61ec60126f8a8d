"""Options of the form ``KEY=VALUE``, of every command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..running import ScopeError

if TYPE_CHECKING:
    from collections.abc import Iterable


def pairs(texts: Iterable[str], option: str) -> dict[str, str]:
    """The keys and values of an option that was given several times."""
    found = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name or not value:
            message = f"{option} {text}: write KEY=VALUE, such as relu_at_zero=0"
            raise ScopeError(message)
        found[name] = value
    return found
