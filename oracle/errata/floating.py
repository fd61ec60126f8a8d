"""What float64 and NumPy make of a printed listing: results with their warnings kept quiet, and what is raised."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    Answer = TypeVar("Answer")

NOTHING = "nothing"
"""Where a call that a table says to fail goes through."""


def quiet(call: Callable[[], Answer]) -> Answer:
    """``call()``, in which overflow and division by 0 are no news."""
    with np.errstate(all="ignore"):
        return call()


def raised(call: Callable[[], object]) -> str:
    """
    The name of the class of what ``call()`` raises.

    >>> raised(lambda: np.sum(np.ones(2), axis=1)), raised(lambda: 0)
    ('AxisError', 'nothing')
    """
    try:
        quiet(call)
    except Exception as error:  # noqa: BLE001 - which one it is, the table says
        return type(error).__name__
    return NOTHING
