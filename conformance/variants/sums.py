"""
Every way to add: sums over the first axis of an array of terms, and matrix products made of them.

Each function takes terms of shape ``(n, ...)`` and returns their sum, shape ``(...)``, in the format of the terms.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from .variant import Array

    Sum = Callable[[Array], Array]

LANES = 4
"""How many partial sums a vector unit keeps, and how many terms make a block."""


def forward(terms: Array) -> Array:
    """First to last, one after the other."""
    total = terms[0]
    for term in terms[1:]:
        total = total + term
    return total


def backward(terms: Array) -> Array:
    """Last to first."""
    return forward(terms[::-1])


def pairwise(terms: Array) -> Array:
    """The sum of the first half and that of the second, down to single terms."""
    if len(terms) == 1:
        return np.asarray(terms[0])
    middle = len(terms) // 2
    return pairwise(terms[:middle]) + pairwise(terms[middle:])


def blocked(terms: Array) -> Array:
    """Blocks of neighbours first, then the sums of the blocks."""
    blocks = [forward(terms[start : start + LANES]) for start in range(0, len(terms), LANES)]
    return forward(np.stack(blocks))


def in_lanes(terms: Array) -> Array:
    """Every fourth term, as a vector unit does it, then the sums of the lanes."""
    lanes = [forward(terms[lane::LANES]) for lane in range(min(LANES, len(terms)))]
    return pairwise(np.stack(lanes))


def ascending(terms: Array) -> Array:
    """The smallest magnitude first."""
    order = np.argsort(np.abs(terms), axis=0, kind="stable")
    return forward(np.take_along_axis(terms, order, axis=0))


def descending(terms: Array) -> Array:
    """The largest magnitude first."""
    order = np.argsort(-np.abs(terms), axis=0, kind="stable")
    return forward(np.take_along_axis(terms, order, axis=0))


def by_insertion(terms: Array) -> Array:
    """The two smallest magnitudes are replaced by their sum until one number is left."""
    flat = terms.reshape(len(terms), -1)
    totals = [_inserted(list(column)) for column in flat.T]
    return np.array(totals, dtype=terms.dtype).reshape(terms.shape[1:])


def _inserted(numbers: list[Any]) -> Any:
    while len(numbers) > 1:
        numbers.sort(key=abs)
        numbers[:2] = [numbers[0] + numbers[1]]
    return numbers[0]


def compensated(terms: Array) -> Array:
    """Kahan's: what each addition loses is added to the next term, as long as everything is finite."""
    total, lost = terms[0], np.zeros_like(terms[0])
    for term in terms[1:]:
        corrected = term - lost
        new = total + corrected
        lost = np.where(np.isfinite(new), (new - total) - corrected, np.zeros_like(new)).astype(terms.dtype)
        total = new
    return total


def cascaded(terms: Array) -> Array:
    """Neumaier's: the losses have a sum of their own, which is added in the end."""
    total, lost = terms[0], np.zeros_like(terms[0])
    for term in terms[1:]:
        new = total + term
        larger, smaller = (
            np.where(np.abs(total) >= np.abs(term), total, term),
            np.where(np.abs(total) >= np.abs(term), term, total),
        )
        lost = lost + np.where(np.isfinite(new), (larger - new) + smaller, np.zeros_like(new)).astype(terms.dtype)
        total = new
    return total + lost


def running(terms: Array) -> Array:
    """The last of all partial sums."""
    return np.asarray(np.cumsum(terms, axis=0, dtype=terms.dtype)[-1])


def in_float64(terms: Array) -> Array:
    """Added in float64 and rounded once."""
    return np.sum(terms, axis=0, dtype=np.float64).astype(terms.dtype)


def correctly_rounded(terms: Array) -> Array:
    """The exact sum, rounded once, where it is finite."""
    flat = terms.astype(np.float64).reshape(len(terms), -1)
    totals = [_exact(column) for column in flat.T.tolist()]
    return np.array(totals).reshape(terms.shape[1:]).astype(terms.dtype)


def _exact(numbers: list[float]) -> float:
    try:
        return math.fsum(numbers)
    except (OverflowError, ValueError):
        return sum(numbers)


def product(one: Array, other: Array, total: Sum) -> Array:
    """``(m, k)`` times ``(k, n)``, each entry the ``total`` of k products that are rounded first."""
    return total(np.swapaxes(one, 0, 1)[:, :, np.newaxis] * other[:, np.newaxis, :])


def fused_product(one: Array, other: Array) -> Array:
    """The same by a chain of fused multiplications and additions, for each entry from the first term on."""
    result = np.zeros((one.shape[0], other.shape[1]), dtype=one.dtype)
    for i, j in np.ndindex(*result.shape):
        total = result[i, j]
        for a, b in zip(one[i], other[:, j], strict=True):
            total = fused(a, b, total)
        result[i, j] = total
    return result


def fused(a: Any, b: Any, c: Any) -> Any:
    """``a b + c`` with one rounding, to the format of ``a``; by exact fractions, since Python 3.11 has no ``fma``."""
    if not (np.isfinite(a) and np.isfinite(b) and np.isfinite(c)):
        return a * b + c
    exact = Fraction(float(a)) * Fraction(float(b)) + Fraction(float(c))
    try:
        return a.dtype.type(_to_odd(exact) if a.dtype.itemsize < np.dtype(np.float64).itemsize else float(exact))
    except OverflowError:
        return a.dtype.type(math.copysign(math.inf, exact))


def _to_odd(exact: Fraction) -> float:
    """``exact`` in float64, an inexact one with an odd last digit, so that a second rounding does no harm."""
    near = float(exact)
    if Fraction(near) == exact or np.float64(near).view(np.int64) % 2:
        return near
    return math.nextafter(near, math.inf if exact > Fraction(near) else -math.inf)
