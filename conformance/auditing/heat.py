"""The heat map of an array: the largest error over envelope in every block, and the edges of the blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from .measuring import Measured

    FloatArray = np.ndarray[Any, np.dtype[np.float64]]

MOST_ROWS = 24
"""Of a heat map."""

MOST_COLUMNS = 64
"""Likewise."""


def edges(length: int, most: int) -> list[int]:
    """
    Where blocks begin and end: as many as there are entries, at most ``most``, of lengths that differ by one at most.

    >>> edges(5, 2), edges(2, 4)
    ([0, 2, 5], [0, 1, 2])
    """
    blocks = min(length, most)
    return [length * block // blocks for block in range(blocks + 1)]


def heat_row(block: Measured) -> FloatArray:
    """One row of cells: of every block of columns the largest error over envelope, NaN where none is decided."""
    ratios = np.where(block.decided, block.ratio, -1.0).max(axis=0)
    cells = np.maximum.reduceat(ratios, edges(len(ratios), MOST_COLUMNS)[:-1])
    found: FloatArray = np.where(cells < 0, np.nan, cells)
    return found
