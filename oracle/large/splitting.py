"""
Error-free splitting (after Ozaki, Ogita, Oishi and Rump): a matrix product as exact float64 products of digits.

**Digits.** Along the axis that a product sums over, each row (or column) of a matrix has an exponent e with
``|value| <= 2^(e-1)``, and is cut into limbs on the grids ``2^(e - beta (i+1))``, i = 0, 1, ...: limb i is the rest
rounded to its grid, and the rest minus the limb is computed exactly. The first limb is at most ``2^(e-1)``, a rest at
most half a unit of its grid, so that each limb is an integer of at most ``2^(beta-1)`` times its grid.

**Products.** Limb i of the left times limb j of the right has the grid ``2^(e + f - beta (i+j+2))``, which depends on
i + j alone. All pairs of one antidiagonal, side by side along the summed axis, are one float64 product whose partial
sums are integers of at most ``pairs * k * 4^(beta-1)`` times that grid. Below ``2^53`` they are float64 numbers, so
that the product is exact in any order of summation and with or without fused multiply-adds.

**What is left out** is bounded, not estimated: :meth:`Split.tail` and :func:`product_radius`.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

import numpy as np

from .balls import UPWARD

if TYPE_CHECKING:
    from typing import Any

    from .step import FloatArray

    IntegerArray = np.ndarray[Any, np.dtype[np.integer[Any]]]

WIDEST_DIGIT = 25
"""The largest beta: with it, lower parts of a value move a digit by less than half (see :func:`split`)."""

LARGEST_EXPONENT = 300
"""
Rows beyond 2^(+-300), and more bits than so many, are refused: the product of two rows, of any digits of them and of
what bounds the rest is then a normal float64 number.
"""


class SpreadError(ArithmeticError):
    """A row of a matrix lies outside the exponents within which digits and their products are exact."""


@dataclass(frozen=True)
class Digits:
    """How the matrices of one product are cut."""

    beta: int
    """Bits of a digit, its sign included."""
    antidiagonals: int
    """S: limbs i of the left and j of the right are multiplied where i + j < S; no matrix needs more limbs."""

    @classmethod
    def of(cls, bits: int, terms: int) -> Digits:
        """The fewest antidiagonals that keep ``bits`` bits below ``2^(e+f)`` in sums of ``terms`` products."""
        if bits > LARGEST_EXPONENT - 2 * WIDEST_DIGIT:
            raise SpreadError(f"{bits} bits are more than digits in float64 are made for")
        for beta in range(WIDEST_DIGIT, 1, -1):
            antidiagonals = ceil(bits / beta)
            if antidiagonals * terms * (2 ** (beta - 1) + 1) ** 2 <= 2**53:
                return cls(beta, antidiagonals)
        raise SpreadError(f"sums of {terms} products leave no room for digits in float64")


@dataclass(frozen=True, eq=False)
class Expansion:
    """A matrix whose true values lie within ``radius`` of the exact sum of its parts."""

    parts: tuple[FloatArray, ...]
    """Arrays of one shape, each at most half an ulp of the one before."""
    radius: FloatArray | None
    """Of the same shape; None for 0 everywhere."""

    def transposed(self) -> Expansion:
        """The same with rows for columns."""
        radius = None if self.radius is None else np.ascontiguousarray(self.radius.T)
        return Expansion(tuple(np.ascontiguousarray(part.T) for part in self.parts), radius)


@dataclass(frozen=True, eq=False)
class Split:
    """A matrix of shape ``(m, k)`` cut for a product that sums over k."""

    limbs: FloatArray
    """Side by side, the greatest first, shape ``(m, count k)``."""
    count: int
    """How many limbs there are."""
    scale: FloatArray
    """``2^e`` of each row, shape ``(m, 1)``."""
    tail: FloatArray
    """How far any value of a row may be from the sum of its limbs, shape ``(m, 1)``."""
    size: FloatArray
    """No less than the sum over a row of the magnitudes of the sums of limbs, shape ``(m, 1)``."""
    present: FloatArray | None
    """1 where an entry may not be 0, shape ``(m, k)``, float32; None where none is known to be 0."""

    @property
    def terms(self) -> int:
        """The number k of columns."""
        return int(self.limbs.shape[1]) // self.count

    def rows(self, index: slice) -> Split:
        """Some of the rows."""
        present = None if self.present is None else self.present[index]
        return Split(self.limbs[index], self.count, self.scale[index], self.tail[index], self.size[index], present)


def split(matrix: Expansion, digits: Digits) -> Split:
    """
    The rows of ``matrix`` cut into at most ``digits.antidiagonals`` limbs.

    A limb is taken from the leading part, the rest of which is then added to the next part without error. Lower parts
    are at most ``2^-53`` of the leading one before its digit was taken, that is ``2^(2 beta - 53)`` units of the next
    grid, at most 1/8: so they do not lift a digit above ``2^(beta-1)``, and what is left after the last limb is
    below one unit of its grid, of which at most half is in the leading part.
    """
    parts = [part.copy() for part in matrix.parts]
    rows, terms = parts[0].shape
    exponents = _exponents(parts[0])
    limbs = np.empty((rows, digits.antidiagonals * terms))
    count, is_exact = 0, False
    while count < digits.antidiagonals and not is_exact:
        shift = np.ldexp(1.5, exponents + (52 - digits.beta * (count + 1)))
        limb = limbs[:, count * terms : (count + 1) * terms]
        np.add(parts[0], shift, out=limb)
        limb -= shift
        parts[0] -= limb
        for index in range(len(parts) - 1):
            parts[index], parts[index + 1] = two_sum(parts[index], parts[index + 1])
        count += 1
        is_exact = not any(np.any(part) for part in parts)
    scale = np.ldexp(1.0, exponents)
    tail = np.zeros_like(scale) if is_exact else scale * 2.0 ** (-digits.beta * count)
    # A sum of k float64 numbers errs by a relative k 2^-53; what the leading part lacks is 2^-52 of it, or in the tail.
    size = np.abs(matrix.parts[0]).sum(axis=1, keepdims=True) * (1 + (terms + 4) * 2.0**-52) + terms * tail
    tail = _with_radius(tail, scale, matrix.radius)
    return Split(limbs[:, : count * terms], count, scale, tail, size, _present(matrix))


def _exponents(leading: FloatArray) -> IntegerArray:
    """For each row an e with ``|value| <= 2^(e-1)``, shape ``(m, 1)``; 1 for a row of zeros."""
    largest = np.maximum(leading.max(axis=1, keepdims=True), -leading.min(axis=1, keepdims=True))
    exponents: IntegerArray = np.frexp(largest)[1] + 1
    if not np.all(np.isfinite(largest)) or np.any(np.abs(exponents) > LARGEST_EXPONENT):
        raise SpreadError("the largest entry of a row is not between 2^-302 and 2^299")
    return exponents


def _with_radius(tail: FloatArray, scale: FloatArray, radius: FloatArray | None) -> FloatArray:
    """The tail with the radius of the row, and never so small that a product of it underflows, but for 0."""
    if radius is not None:
        tail = (tail + radius.max(axis=1, keepdims=True)) * UPWARD
    if not np.all(np.isfinite(tail)):
        raise SpreadError("a value is not known at all")
    return np.where(tail > 0, np.maximum(tail, scale * 2.0**-LARGEST_EXPONENT), 0)


def _present(matrix: Expansion) -> FloatArray | None:
    present = matrix.parts[0] != 0
    if matrix.radius is not None:
        present |= matrix.radius != 0
    return None if np.all(present) else present.astype(np.float32)


def two_sum(a: FloatArray, b: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The rounded sum and, exactly, its error (Knuth 1969, for any magnitudes)."""
    total = a + b
    of_b = total - a
    error = total - of_b
    np.subtract(a, error, out=error)
    np.subtract(b, of_b, out=of_b)
    error += of_b
    return total, error


@dataclass(frozen=True, eq=False)
class Right:
    """The right factor of many products, shape ``(k, n)``."""

    split: Split
    """Its transpose, cut."""
    stacked: FloatArray
    """Its limbs one below the other, the least first, shape ``(count k, n)``."""

    @classmethod
    def of(cls, transposed: Expansion, digits: Digits) -> Right:
        """The right factor whose transpose is given."""
        cut = split(transposed, digits)
        limbs = np.split(cut.limbs, cut.count, axis=1)
        return cls(cut, np.vstack([limb.T for limb in reversed(limbs)]))


def antidiagonals(left: Split, right: Right, digits: Digits) -> list[FloatArray]:
    """The exact sums of the products of one antidiagonal each, shape ``(m, n)``, the greatest first."""
    terms, count = left.terms, right.split.count
    found = []
    for index in range(min(digits.antidiagonals, left.count + count - 1)):
        # Left limbs first..last meet right limbs index-first..index-last, which stand in this order in the stack.
        first, last = max(0, index - count + 1), min(index, left.count - 1)
        start = count - 1 - (index - first)
        stop = start + last - first + 1
        beside = left.limbs[:, first * terms : (last + 1) * terms]
        found.append(beside @ right.stacked[start * terms : stop * terms])
    return found


def product_radius(left: Split, right: Split, digits: Digits) -> FloatArray:
    """
    How far a product may be from the sum of its antidiagonals, shape ``(m, n)`` or one that broadcasts to it.

    A term of the product differs from the pairs that are kept by the pairs that are dropped, limb i being at most
    ``2^(e - 1 - beta i)``, and, a value being the sum of its limbs and something at most the tail, by
    ``tail_left (|right| + tail_right) + |left| tail_right``, summed over the terms. Terms with a factor 0 differ by
    nothing: the others are counted, in float32 below ``2^24`` exactly. No product underflows, see
    :data:`LARGEST_EXPONENT`.
    """
    dropped = 0.0
    for index in range(digits.antidiagonals, left.count + right.count - 1):
        dropped += (index + 1) * 2.0 ** (-2 - digits.beta * index)
    terms, scale, tail, size = left.terms, right.scale.T, right.tail.T, right.size.T
    of_tails = left.tail * (size + terms * tail) + left.size * tail
    if left.present is None and right.present is None:
        return (left.scale * scale * (terms * dropped) + of_tails) * UPWARD**2
    counts = _terms(left, right)
    return (left.scale * scale * (counts * dropped) + np.where(counts > 0, of_tails, 0)) * UPWARD**2


def _terms(left: Split, right: Split) -> FloatArray:
    """How many terms of each sum have no factor 0."""
    first = np.ones((len(left.limbs), left.terms), dtype=np.float32) if left.present is None else left.present
    second = np.ones((len(right.limbs), right.terms), dtype=np.float32) if right.present is None else right.present
    return (first @ second.T).astype(np.float64)


def distilled(terms: list[FloatArray], kept: int) -> tuple[list[FloatArray], FloatArray]:
    """
    The sum of ``terms`` as ``kept`` parts, and how much they leave out.

    Each pass adds from the least to the greatest without error, which leaves the rounded sum in front and in the
    others, exactly, what it lacks. What is behind the parts after ``kept`` passes is summed up in magnitude.
    """
    terms = list(terms)
    for front in range(min(kept, len(terms) - 1)):
        for index in range(len(terms) - 2, front - 1, -1):
            terms[index], terms[index + 1] = two_sum(terms[index], terms[index + 1])
    rest = np.zeros_like(terms[0])
    for term in terms[kept:]:
        rest += np.abs(term)
    return terms[:kept], rest * UPWARD**2
