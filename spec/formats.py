"""The four floating-point formats, clause ``number.format``."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

import ml_dtypes
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Format:
    """A binary floating-point format of IEEE 754, or bfloat16."""

    name: str
    """The name by which a target declares it."""
    precision: int
    """p: bits of the significand, the hidden one included."""
    smallest_exponent: int
    """e_min: exponent of the smallest normal number, 2^e_min."""
    largest_exponent: int
    """e_max: exponent of the largest binade."""
    dtype: np.dtype[np.generic]
    """The NumPy dtype in which arguments go in and answers come back."""

    @cached_property
    def unit_roundoff(self) -> Fraction:
        """U = 2^-p, the largest relative error of one rounding to nearest."""
        return Fraction(1, 2**self.precision)

    @cached_property
    def smallest_subnormal(self) -> Fraction:
        """Eta = 2^(e_min - p + 1), the underflow unit under gradual underflow."""
        return Fraction(1, 2 ** (self.precision - 1 - self.smallest_exponent))

    @cached_property
    def smallest_normal(self) -> Fraction:
        """2^e_min, the underflow unit where subnormal numbers are flushed to zero."""
        return Fraction(1, 2**-self.smallest_exponent)

    @cached_property
    def largest(self) -> Fraction:
        """Omega = (2 - 2^(1-p)) 2^e_max, the largest finite number."""
        return (2 - Fraction(2, 2**self.precision)) * Fraction(2) ** self.largest_exponent

    @property
    def is_half(self) -> bool:
        """Whether the format has sixteen bits."""
        return self.dtype.itemsize == 2  # noqa: PLR2004 - two bytes are sixteen bits


FLOAT64 = Format("float64", 53, -1022, 1023, np.dtype(np.float64))
FLOAT32 = Format("float32", 24, -126, 127, np.dtype(np.float32))
FLOAT16 = Format("float16", 11, -14, 15, np.dtype(np.float16))
BFLOAT16 = Format("bfloat16", 8, -126, 127, np.dtype(ml_dtypes.bfloat16))

FORMATS: Mapping[str, Format] = {each.name: each for each in (FLOAT64, FLOAT32, FLOAT16, BFLOAT16)}
"""Every format by its name, widest first."""
