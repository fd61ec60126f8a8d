"""Whether the float64 matrix product of this machine is what error-free splitting needs: exact on integers to 2^53."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from .splitting import Digits

if TYPE_CHECKING:
    from collections.abc import Callable

    from .step import FloatArray

TERMS = 102
"""Terms of the sums that are tried: with them, the largest digits make sums just below 2^53."""


@cache
def multiplies_exactly(product: Callable[[FloatArray, FloatArray], FloatArray] = np.matmul) -> bool:
    """
    Whether ``product`` of the largest digits, whose sums come close to 2^53, is that of integer arithmetic.

    Every entry is compared with NumPy's integer product, which goes through no BLAS, and a few with Python's integers.
    Sizes that are no multiples of a kernel's reach the code for what is left over.
    """
    return all(_agrees(product, rows, columns) for rows, columns in ((1, 1), (67, 61), (5, 515), (515, 5)))


def _agrees(product: Callable[[FloatArray, FloatArray], FloatArray], rows: int, columns: int) -> bool:
    digits = Digits.of(113, TERMS)
    terms, largest = digits.antidiagonals * TERMS, 2 ** (digits.beta - 1)
    random = np.random.default_rng(rows)
    left = random.integers(largest - 2, largest, (rows, terms), endpoint=True) * random.choice([-1, 1], (rows, terms))
    # All terms of the first row have one sign: its sums are the largest that there are.
    right = random.integers(largest - 2, largest, (terms, columns), endpoint=True) * np.sign(left[0])[:, None]
    found = product(left.astype(np.float64), right.astype(np.float64))
    by_python = [sum(int(a) * int(b) for a, b in zip(row, right[:, -1], strict=True)) for row in (left[0], left[-1])]
    return np.array_equal(found, (left @ right).astype(np.float64)) and found[[0, -1], -1].tolist() == by_python
