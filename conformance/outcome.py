"""What came back from a call: a closed set, so that no outcome is taken for another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

    FloatArray = np.ndarray[Any, np.dtype[Any]]


def _never() -> bool:
    return False


@dataclass(frozen=True, eq=False)
class Value:
    """Arrays of the right shapes and dtype."""

    arrays: tuple[FloatArray, ...]
    """Copies of the answer's arrays in the canonical layout, nested sequences taken apart."""
    has_changed: Callable[[], bool] = _never
    """Whether the object that the target returned is another by now than when it came back: numbers, shape or dtype."""
    changed: tuple[str, ...] = ()
    """The arguments that the call wrote to."""
    disturbed: tuple[str, ...] = ()
    """What else the call changed in its process, each as the end of a sentence that begins with "the call"."""
    aliased: tuple[str, ...] = ()
    """The arguments that share memory with the answer."""
    notes: tuple[str, ...] = ()
    """What else happened when it was asked, in sentences."""


@dataclass(frozen=True)
class Malformed:
    """An answer that is not of the declared shape or dtype."""

    reason: str
    """What came back and what was expected, in a sentence."""
    changed: tuple[str, ...] = ()
    """The arguments that the call wrote to."""
    disturbed: tuple[str, ...] = ()
    """What else it changed."""


@dataclass(frozen=True)
class Unsupported:
    """The target says that it does not offer this case."""

    reason: str
    """In its own words."""


@dataclass(frozen=True)
class Raised:
    """The call raised, hung or died."""

    reason: str
    """The exception and its message, or what happened to the process."""
    changed: tuple[str, ...] = ()
    """The arguments that the call wrote to before."""
    disturbed: tuple[str, ...] = ()
    """What else it changed before."""
    is_fatal: bool = False
    """Whether the process of the target ended with it, or had to be ended."""


Outcome = Value | Malformed | Unsupported | Raised
"""Every way a call can end."""
