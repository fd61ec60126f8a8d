"""The numbers of the accuracy chapter: how much an admissible evaluation may err, and where it may not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flint import arb

from ...spec.formats import FLOAT16

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ...spec.conventions import Conventions
    from ...spec.formats import Format

HEADROOM = 4
"""Clause ``accuracy.admissible``: equal formulas place factors 2 and 1/2 differently, so Omega/4 may overflow."""

OVERFLOW_TOGETHER = arb(2) ** -10
"""Clause ``accuracy.admissible``, rule 8: how near +-1 a quotient is whose dividend and divisor overflow together."""

WIDEST_EXPONENT = 16384
"""The same rule: no format holds a number beyond 2 to this power."""

ENUMERABLE = 6
"""Clause ``accuracy.envelope``: up to so many doubtful indicators are told apart, beyond that their hull is taken."""

FUNCTION_ULPS: Mapping[str, int] = {"exp": 4, "log": 4, "log1p": 4, "tanh": 8, "sin": 4, "cos": 4, "sqrt": 1}
"""Clause ``accuracy.function_ulps``: k of each function in float64 and float32."""

FUNCTION_ULPS_HALF = 1
"""The same for every function in float16 and bfloat16, whose libraries compute in float32 and round."""

INPUT_BITS: Mapping[str, int] = {"tf32": 11, "bfloat16": 8}
"""Clause ``convention.matmul_inputs``: the precision to which the inputs of a product are rounded first."""

MUST, SHOULD = "must", "should"


def smallest_exact_exponent(number_format: Format) -> int:
    """Clause ``accuracy.exact_sum``: where MUST admits flushing, nothing subnormal is exact."""
    if number_format is FLOAT16:
        return number_format.smallest_exponent - number_format.precision + 1
    return number_format.smallest_exponent


def computes_in_float32(number_format: Format, conventions: Conventions) -> bool:
    """Clause ``convention.intermediates``: whether a half format promises float32 until the end."""
    return number_format.is_half and conventions["intermediates"] == "float32"


def of_two_inputs(bits: int) -> arb:
    """(2v + v^2) of clause ``convention.matmul_inputs``: both inputs of a product rounded to relative v = 2^-bits."""
    v = arb(2) ** -bits
    return 2 * v + v * v
