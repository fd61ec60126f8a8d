"""What one training step of a network of real size comes to: values with proven radii, as float64 arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    FloatArray = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, eq=False)
class Enclosed:
    """True values: every one lies within ``radius`` of the exact sum ``high + low``."""

    high: FloatArray
    """The float64 nearest to the value, or a neighbour of it."""
    low: FloatArray
    """What is left of it, of the same shape."""
    radius: FloatArray
    """How far the value may be from their sum, of the same shape; rounded up."""


@dataclass(frozen=True, eq=False)
class Step:
    """The output, the cost and the gradients of one batch."""

    output: Enclosed
    """``a^L``, shape ``(n_L, N)``."""
    cost: Enclosed
    """A scalar, shape ``()``."""
    weights: tuple[Enclosed, ...]
    """``dW^l``, shapes ``(n_l, n_(l-1))``, first layer to last."""
    biases: tuple[Enclosed, ...]
    """``db^l``, shapes ``(n_l,)``."""


@dataclass(frozen=True, eq=False)
class Deviations:
    """
    How far from the true value an admissible evaluation of each quantity may be, in the format that it is computed in.

    Each number is an upper bound, rounded up; infinite where every answer is admitted. Shapes as in :class:`Step`.
    """

    output: FloatArray
    """Of ``a^L``."""
    cost: FloatArray
    """Of the cost, a scalar."""
    weights: tuple[FloatArray, ...]
    """Of ``dW^l``."""
    biases: tuple[FloatArray, ...]
    """Of ``db^l``."""
