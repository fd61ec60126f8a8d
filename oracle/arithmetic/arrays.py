"""Arrays of numbers of any arithmetic: NumPy object arrays, and the few shapes that the formulas need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Callable

Number = Any
"""A number of whichever arithmetic a formula runs in: mpf, arb, Dual, Rounded, or an exact int."""

Array = NDArray[np.object_]
"""A NumPy object array of numbers; operators work elementwise."""


def entrywise(function: Callable[..., Number], *arrays: Any) -> Array:  # noqa: ANN401 - arrays or scalars
    """``function`` of corresponding entries, as an array of the broadcast shape (0-d stays 0-d)."""
    if len(arrays) == 1:
        (only,) = arrays
        source = as_array(only)
        result = np.empty(source.shape, dtype=object)
        flat = result.reshape(-1)
        for index, number in enumerate(source.reshape(-1)):
            flat[index] = function(number)
        return result
    spread = np.broadcast_arrays(*[as_array(each) for each in arrays])
    result = np.empty(spread[0].shape, dtype=object)
    flat = result.reshape(-1)
    for index, numbers in enumerate(zip(*[each.reshape(-1) for each in spread], strict=True)):
        flat[index] = function(*numbers)
    return result


def as_array(numbers: Any) -> Array:  # noqa: ANN401 - array, list or scalar
    """``numbers`` as an object array; a single number becomes a 0-d array."""
    if isinstance(numbers, np.ndarray) and numbers.dtype == object:
        return numbers
    if isinstance(numbers, list | tuple | np.ndarray):
        return np.array(numbers, dtype=object)
    result = np.empty((), dtype=object)
    result[()] = numbers
    return result


def is_power_of_two(count: int) -> bool:
    """Whether dividing by ``count``, at least 1, is exact in binary."""
    return count & (count - 1) == 0


def outer(left: Array, right: Array) -> Array:
    """The outer product of clause ``calculus.outer_product``: entries left[i...] right[j...]."""
    return as_array(left[(...,) + (None,) * right.ndim] * right)


def diagonal(vector: Array) -> Array:
    """The square matrix with ``vector``, shape ``(m,)``, on its diagonal and exact zeros elsewhere."""
    size = vector.shape[0]
    matrix = np.full((size, size), 0, dtype=object)
    for index in range(size):
        matrix[index, index] = vector[index]
    return matrix


def identity_matrix(size: int) -> Array:
    """The identity, of exact zeros and ones, shape ``(size, size)``."""
    return diagonal(np.full((size,), 1, dtype=object))


def columns(matrix: Array) -> list[Array]:
    """The columns of a matrix of shape ``(m, N)``, each of shape ``(m,)``."""
    return [matrix[:, index] for index in range(matrix.shape[1])]


def stack_columns(vectors: list[Array]) -> Array:
    """The matrix whose columns are ``vectors``, shape ``(m, N)``."""
    return np.stack(vectors, axis=1)
