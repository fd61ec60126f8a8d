"""
The matrix products of a layer by error-free splitting: every float64 product exact, what is left out in the radius.

Elementwise functions are FLINT's. Between them a matrix with a column a sample is an expansion in float64 parts, cut
anew for each product along the axis that it sums over, so that each row has the scale of its own largest entry.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from flint import arb

from .balls import SMALLEST, UPWARD, Balls, fill, unfilled
from .splitting import Digits, Expansion, Right, antidiagonals, distilled, product_radius, split
from .step import Enclosed

if TYPE_CHECKING:
    from .splitting import Split
    from .step import FloatArray

CHUNK = 2**17
"""Entries of a block of rows: its arrays stay in the cache of a core."""

PART_BITS = 53
"""Bits of one part of an expansion."""

GUARD_BITS = 24
"""Bits beyond those asked for that expansions carry."""


class SplittingProducts:
    """Products of matrices whose columns belong to the samples of one batch, by float64 products of digits."""

    def __init__(self, bits: int) -> None:
        self.bits = bits
        self.parts = -(-(bits + GUARD_BITS) // PART_BITS)

    def exact(self, values: FloatArray) -> Expansion:
        """The inputs of the first layer, and a row of ones."""
        return Expansion((np.vstack([values, np.ones(values.shape[1])]),), None)

    def inputs(self, values: Balls) -> Expansion:
        """The inputs of a further layer, and a row of ones."""
        return self.deltas(Balls(values.rows + 1, values.columns, values.entries + [arb(1)] * values.columns))

    def deltas(self, values: Balls) -> Expansion:
        """The deltas of a layer."""
        return expansion(values, self.parts)

    def affine(self, weights: FloatArray, bias: FloatArray, inputs: Expansion) -> Balls:
        """``W A + b 1^T``."""
        digits = Digits.of(self.bits, weights.shape[1] + 1)
        right = Right.of(inputs.transposed(), digits)
        entries: list[arb] = []
        for rows in _chunks(*weights.shape):
            block = Expansion((np.column_stack([weights[rows], bias[rows]]),), None)
            entries += self._balls(split(block, digits), right, digits)
        return Balls(weights.shape[0], right.stacked.shape[1], entries)

    def pulled(self, weights: FloatArray, deltas: Expansion) -> Balls:
        """``W^T D``."""
        digits = Digits.of(self.bits, weights.shape[0])
        right = Right.of(deltas.transposed(), digits)
        entries: list[arb] = []
        for rows in _chunks(*weights.T.shape):
            block = Expansion((np.ascontiguousarray(weights.T[rows]),), None)
            entries += self._balls(split(block, digits), right, digits)
        return Balls(weights.shape[1], right.stacked.shape[1], entries)

    def gradients(self, deltas: Expansion, inputs: Expansion) -> tuple[Enclosed, Enclosed]:
        """``D A^T`` and ``D 1``, in one product."""
        rows, samples = deltas.parts[0].shape
        columns = inputs.parts[0].shape[0]
        digits = Digits.of(self.bits, samples)
        left, right = split(deltas, digits), Right.of(inputs, digits)
        of_weights, of_bias = unfilled((rows, columns - 1)), unfilled((rows,))
        for chunk in _chunks(rows, columns):
            part = _pairs(left.rows(chunk), right, digits)
            fill(of_weights, chunk, part, slice(0, columns - 1))
            fill(of_bias, chunk, part, slice(columns - 1, columns))
        return of_weights, of_bias

    def _balls(self, left: Split, right: Right, digits: Digits) -> list[arb]:
        parts, rest = distilled(antidiagonals(left, right, digits), self.parts)
        radius = (rest + product_radius(left, right.split, digits)) * UPWARD
        columns = [part.reshape(-1).tolist() for part in parts]
        found = [arb(value, error) for value, error in zip(columns[0], radius.reshape(-1).tolist(), strict=True)]
        for column in columns[1:]:
            found = [ball + value for ball, value in zip(found, column, strict=True)]
        return found


def _pairs(left: Split, right: Right, digits: Digits) -> Enclosed:
    """A product as two parts and a radius."""
    parts, rest = distilled(antidiagonals(left, right, digits), 2)
    radius = (rest + product_radius(left, right.split, digits)) * UPWARD
    return Enclosed(parts[0], parts[1] if len(parts) > 1 else np.zeros_like(parts[0]), radius)


def expansion(values: Balls, count: int) -> Expansion:
    """
    A matrix of balls as ``count`` float64 parts and a radius.

    Each part is the float64 nearest to what the parts before it leave. The true value is within the upper bound of the
    magnitude of what all leave, as a ball, whose conversion to float64 errs by a relative 2^-53 or by 2^-1074.
    """
    shape = values.rows, values.columns
    rests, parts = values.entries, []
    for _ in range(count):
        numbers = [float(ball) for ball in rests]
        rests = [ball - number for ball, number in zip(rests, numbers, strict=True)]
        parts.append(np.array(numbers).reshape(shape))
    radius = np.array([0.0 if rest.is_zero() else float(rest.abs_upper()) + SMALLEST for rest in rests])
    return Expansion(tuple(parts), radius.reshape(shape) * UPWARD)


def _chunks(rows: int, columns: int) -> list[slice]:
    """Slices of as many rows as :data:`CHUNK` allows."""
    height = max(1, CHUNK // columns)
    return [slice(start, min(start + height, rows)) for start in range(0, rows, height)]
