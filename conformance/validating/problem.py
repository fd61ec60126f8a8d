"""What is wrong with a document: where, what stands there, and the rule that it breaks."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..rendering.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST = 80
"""Characters of a value that are shown."""


WHOLE = "(the whole)"
"""The place of a problem that has no other."""


@dataclass(frozen=True)
class Problem:
    """One place that is wrong."""

    pointer: str
    """The place as a JSON pointer (RFC 6901); empty for all of the document."""
    value: Any
    """What stands there."""
    rule: str
    """What would be right: what the value has to be or to have."""

    def __str__(self) -> str:
        value = printable(json.dumps(self.value, ensure_ascii=False), LONGEST)
        return f"{printable(self.pointer) or WHOLE}: {value}: has to {printable(self.rule)}"


def pointer(place: Iterable[str | int]) -> str:
    """``place``, names of fields and numbers of items, as a JSON pointer."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in place)
