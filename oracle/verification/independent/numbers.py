"""Numbers of an mpmath context, which is all that the second definitions share."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

FloatArray: TypeAlias = np.ndarray[Any, np.dtype[np.float64]]

Context = Any
"""An mpmath context; mpmath is untyped."""

Number = Any
"""A number of that context, or an exact fraction."""


def numbers_of(context: Context, array: FloatArray) -> list[Number]:
    """The entries of an array in order, exactly."""
    return [context.mpf(float(number)) for number in np.asarray(array).reshape(-1)]
