"""
The words in which ``operations.toml`` writes shapes.

Axes are written one after the other, each a name, a number, a sum or a product of them: ``m``, ``2``, ``n+1``, ``N*n``.
The words ``batch`` and ``weights`` say how the axes that follow are laid out, and are no axes themselves.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

BATCH, WEIGHTS = "batch", "weights"
"""The words for layouts."""

SCALAR = "scalar"
"""The shape of one number."""

_NOT_AXES = {BATCH, WEIGHTS, SCALAR}
_PRODUCT, _SUM = re.compile(r"\*"), re.compile(r"\+(?![^(]*\))")  # n_(l+1) is one name


def axes(words: str) -> list[str]:
    """
    The axes that ``words`` name, in order; a batch has N samples besides.

    >>> axes("N*n_L weights n_l n_(l-1)")
    ['N*n_L', 'n_l', 'n_(l-1)']
    """
    return [word for word in words.split() if word not in _NOT_AXES]


def names(words: str) -> set[str]:
    """
    The names of lengths in ``words``, N included where it is a batch.

    >>> sorted(names("batch n+1"))
    ['N', 'n']
    """
    parts = [part for axis in axes(words) for factor in _PRODUCT.split(axis) for part in _SUM.split(factor)]
    return {part for part in parts if not part.isdigit()} | ({"N"} if is_batch(words) else set())


def is_batch(words: str) -> bool:
    """Whether ``words`` are the shape of a batch."""
    return words.startswith(BATCH)


def length(axis: str, lengths: Mapping[str, int]) -> int:
    """
    The length of ``axis``, given those of the names in it; KeyError where one is missing.

    >>> length("N*n", {"N": 3, "n": 4}), length("n+1", {"n": 4}), length("2", {})
    (12, 5, 2)
    """
    return math.prod(sum(_of_part(part, lengths) for part in _SUM.split(factor)) for factor in _PRODUCT.split(axis))


def _of_part(part: str, lengths: Mapping[str, int]) -> int:
    return int(part) if part.isdigit() else lengths[part]


def shape(words: str, lengths: Mapping[str, int]) -> tuple[int, ...]:
    """
    The shape that ``words`` name, in the canonical layout: a batch has its samples as columns.

    >>> shape("batch n", {"n": 4, "N": 3}), shape("scalar", {})
    ((4, 3), ())
    """
    found = tuple(length(axis, lengths) for axis in axes(words))
    return (*found, lengths["N"]) if is_batch(words) else found
