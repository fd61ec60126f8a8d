"""
The matrix products of a layer by FLINT's ``arb_mat``: every entry a ball, in bounded memory.

A bias is a column of the weights against a row of ones, so that one product gives the pre-activations, and one the
gradients of weights and bias. Columns of zeros change nothing and let FLINT use the faster of its algorithms.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from flint import arb, arb_mat

from .balls import Balls, enclosed, exact_balls, fill, unfilled

if TYPE_CHECKING:
    from .step import Enclosed, FloatArray

CHUNK = 2**19
"""How many entries of a matrix of weights are balls at one time."""

FAST_COLUMNS = 64
"""From so many columns on FLINT multiplies in blocks, some five times as fast as it does below."""

FEWEST_PADDED = 32
"""With fewer columns the work on added zeros costs more than blocks save."""

NARROWEST_PADDED = 128
"""Layers that are narrower are not worth it."""


class FlintProducts:
    """Products of matrices whose columns belong to the samples of one batch, by ``arb_mat``."""

    def __init__(self, samples: int, widest: int) -> None:
        self.samples = samples
        is_padded = FEWEST_PADDED <= samples < FAST_COLUMNS and widest >= NARROWEST_PADDED
        self.padding = [arb(0)] * (FAST_COLUMNS - samples if is_padded else 0)

    def exact(self, values: FloatArray) -> arb_mat:
        """The inputs of the first layer, and a row of ones."""
        return self.inputs(exact_balls(values))

    def inputs(self, values: Balls) -> arb_mat:
        """The inputs of a further layer, and a row of ones."""
        return self._matrix(Balls(values.rows + 1, values.columns, values.entries + [arb(1)] * values.columns))

    def deltas(self, values: Balls) -> arb_mat:
        """The deltas of a layer."""
        return self._matrix(values)

    def affine(self, weights: FloatArray, bias: FloatArray, inputs: arb_mat) -> Balls:
        """``W A + b 1^T``."""
        entries: list[arb] = []
        for rows in _chunks(*weights.shape):
            block = np.column_stack([weights[rows], bias[rows]])
            entries += self._without_padding(_exact_matrix(block) * inputs)
        return Balls(weights.shape[0], self.samples, entries)

    def pulled(self, weights: FloatArray, deltas: arb_mat) -> Balls:
        """``W^T D``."""
        entries: list[arb] = []
        for rows in _chunks(*weights.T.shape):
            entries += self._without_padding(_exact_matrix(weights.T[rows]) * deltas)
        return Balls(weights.shape[1], self.samples, entries)

    def gradients(self, deltas: arb_mat, inputs: arb_mat) -> tuple[Enclosed, Enclosed]:
        """``D A^T`` and ``D 1``, in one product."""
        transposed, columns = inputs.transpose(), inputs.nrows()
        table = deltas.table() if deltas.nrows() * columns > CHUNK else None
        of_weights, of_bias = unfilled((deltas.nrows(), columns - 1)), unfilled((deltas.nrows(),))
        for rows in _chunks(deltas.nrows(), columns):
            product = (deltas if table is None else arb_mat(table[rows])) * transposed
            part = enclosed(product.entries(), (product.nrows(), columns))
            fill(of_weights, rows, part, slice(0, columns - 1))
            fill(of_bias, rows, part, slice(columns - 1, columns))
        return of_weights, of_bias

    def _matrix(self, values: Balls) -> arb_mat:
        if not self.padding:
            return arb_mat(values.rows, values.columns, values.entries)
        return arb_mat([values.row(index) + self.padding for index in range(values.rows)])

    def _without_padding(self, product: arb_mat) -> list[arb]:
        entries = product.entries()
        if not self.padding:
            return entries
        width = self.samples + len(self.padding)
        return [ball for start in range(0, len(entries), width) for ball in entries[start : start + self.samples]]


def _exact_matrix(array: FloatArray) -> arb_mat:
    rows, columns = array.shape
    entries: list[float] = array.reshape(-1).tolist()
    return arb_mat(rows, columns, entries)


def _chunks(rows: int, columns: int) -> list[slice]:
    """Slices of as many rows as :data:`CHUNK` allows."""
    height = max(1, CHUNK // columns)
    return [slice(start, min(start + height, rows)) for start in range(0, rows, height)]
