"""
The operations of rule 2 of clause ``accuracy.admissible``, in a running error analysis of whole arrays.

Each follows the paragraphs *One operation*, *Overflow* and *Infinities and NaN* of clause ``accuracy.envelope``, around
true values (:mod:`.deviation_numbers`). With hats on what an evaluation holds and d for deviations:

* sum: the operands move it by ``d_a + d_b``;
* product: ``a^ b^ - a b = a (b^ - b) + (a^ - a) b^``, at most ``|a| d_b + d_a (|b| + d_b)``;
* quotient: ``a^ / b^ - a / b = ((a^ - a) - (a / b) (b^ - b)) / b^``, at most ``(d_a + |a / b| d_b) / (|b| - d_b)``;

and the rounding of rule 2 adds its bound at the largest magnitude that the exact result may have. Where a NaN or every
value is admitted the deviation is infinite; overflow is told by a flag.
"""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from typing import TYPE_CHECKING, Any, Self, cast

import numpy as np

from ...spec.formats import FLOAT16, FLOAT32
from ..arithmetic.allowances import (
    FUNCTION_ULPS,
    FUNCTION_ULPS_HALF,
    HEADROOM,
    INPUT_BITS,
    MUST,
    SHOULD,
    computes_in_float32,
)
from ..arithmetic.rounded import NEGATIVE, POSITIVE
from ..propositions import stable_forms
from .deviation_numbers import TINY, UNIT, UP, Tracked, below, negated

if TYPE_CHECKING:
    from ...spec.conventions import Conventions
    from ...spec.formats import Format
    from ..arithmetic.arrays import Array, Number
    from ..arithmetic.protocol import Arithmetic, Formula
    from ..propositions import Proposition
    from .deviation_numbers import Flags, Floats, Mask

_NONE = np.zeros(())
_EVERYTHING = np.array(np.inf)


class Operations:
    """
    The admissible evaluations in ``number_format`` at a ``level``: constants of the format, and rule 2.

    ``scale`` says that everything is computed that many times smaller than some form has it, which therefore overflows
    so much earlier.
    """

    def __init__(self, number_format: Format, conventions: Conventions, *, level: str, scale: int = 1) -> None:
        working = FLOAT32 if computes_in_float32(number_format, conventions) else number_format
        may_flush = level == MUST or conventions["subnormals"] == "flush"
        self.conventions = conventions
        self.level = level
        self.format = working
        self.result_format = number_format
        self.flush = may_flush and number_format is not FLOAT16
        self.u = float(working.unit_roundoff)
        self.theta = self._underflow_unit(working)
        self.smallest_normal = float(working.smallest_normal)
        self.overflow = float(working.largest) / (HEADROOM * scale)
        half = dict.fromkeys(FUNCTION_ULPS, FUNCTION_ULPS_HALF)
        self.ulps = half if working.is_half else dict(FUNCTION_ULPS)
        bits = INPUT_BITS.get(conventions["matmul_inputs"]) if number_format is FLOAT32 else None
        w = 0.0 if bits is None else 2.0**-bits
        self.input_rounding = 2 * w + w * w
        self._found: dict[tuple[int, ...], tuple[Tracked, tuple[Any, ...]]] = {}

    def _underflow_unit(self, number_format: Format) -> float:
        return float(number_format.smallest_normal if self.flush else number_format.smallest_subnormal)

    # numbers

    def number(self, value: Any) -> Tracked:  # noqa: ANN401 - a float or an array
        """``value``, arguments of the operation, exactly; subnormal ones may be flushed to zero (rule 1)."""
        centre = np.asarray(value, dtype=np.float64)
        zeros = np.broadcast_to(_NONE, centre.shape)
        if not self.flush:
            return Tracked(self, centre, zeros, zeros)
        flushed = np.where(np.abs(centre) < self.smallest_normal, np.abs(centre), 0.0)
        return Tracked(self, centre, zeros, flushed if flushed.any() else zeros)

    def lift(self, number: Number) -> Tracked:
        """``number``, Tracked already, alone in an object array, or an exact constant of a formula."""
        if isinstance(number, np.ndarray):
            number = number[()]
        return number if isinstance(number, Tracked) else Tracked(self, np.array(float(number)), _NONE, _NONE)

    def scaled(self, scale: int) -> Self:
        """The same arithmetic for what is computed ``scale`` times smaller than some form has it."""
        return type(self)(self.result_format, self.conventions, level=self.level, scale=scale)

    def adopted(self, number: Tracked) -> Tracked:
        """``number`` as one of this arithmetic."""
        return replace(number, rules=self)

    def of(self, proposition: Proposition, *arguments: Any) -> Tracked:  # noqa: ANN401 - whatever it takes
        """The value of ``proposition``: at MUST the hull of its forms, at SHOULD that of the stable ones."""
        return self.lift(self.by(proposition, *arguments))

    def by(self, formula: Formula | Proposition, *arguments: Any) -> Any:  # noqa: ANN401 - whatever a form takes and gives
        """The value of one form."""
        found = formula(cast("Arithmetic", self), *arguments)
        self._found.clear()
        return found

    def choose(self, forms: dict[str, Formula], arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Tracked:
        """The hull of the forms that the level admits, found once for the same arguments."""
        if keywords:
            return self._hull_of(forms, arguments, keywords)
        key = id(forms), *map(id, arguments)
        if key not in self._found:
            self._found[key] = self._hull_of(forms, arguments, keywords), arguments
        return self._found[key][0]

    def _hull_of(self, forms: dict[str, Formula], arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Tracked:
        admitted = stable_forms(forms) if self.level == SHOULD else forms
        arithmetic = cast("Arithmetic", self)
        return reduce(self.hull, (self.lift(form(arithmetic, *arguments, **keywords)) for form in admitted.values()))

    def hull(self, left: Tracked, right: Tracked) -> Tracked:
        """Two forms of one true value: the better centre, the larger deviation."""
        nearer = left.error <= right.error
        return Tracked(
            self,
            np.where(nearer, left.centre, right.centre),
            np.minimum(left.error, right.error),
            np.maximum(left.deviation, right.deviation),
            either(left.infinities, right.infinities),
        )

    # rounding

    def settle(self, number: Tracked) -> Floats:
        """The deviations of an answer after the rounding of rule 10, infinite where an infinity is admitted."""
        u, theta = float(self.result_format.unit_roundoff), self._underflow_unit(self.result_format)
        widened = (number.deviation + (number.reach * u + theta)) * UP + TINY
        promised = self.format is not self.result_format
        if not promised:
            subnormal = number.magnitude * (number.magnitude < self.smallest_normal) if self.flush else 0.0
            widened = np.where(number.radius == 0, subnormal, widened)
        limit = float(self.result_format.largest) if promised else self.overflow
        unknown = ~(number.magnitude + widened < limit)
        if number.infinities is not None:
            unknown |= number.infinities != 0
        return np.where(unknown, np.inf, widened)

    def rounded(
        self,
        centre: Floats,
        error: Floats,
        deviation: Floats,
        infinities: Flags | None,
        relative: Any,  # noqa: ANN401 - a float or an array
        absolute: Any,  # noqa: ANN401 - a float or an array
    ) -> Tracked:
        """An exact result, widened by ``relative`` of its magnitude and by ``absolute``; an exact 0 stays one."""
        reach = np.abs(centre) + error + deviation
        bound = (deviation + reach * relative + absolute) * UP + TINY
        if not reach.all():
            bound = np.where(reach == 0, 0.0, bound)
        return self.checked(centre, error, bound, infinities)

    def checked(self, centre: Floats, error: Floats, deviation: Floats, infinities: Flags | None) -> Tracked:
        """The number, flagged where it may overflow (rule 8), and unknown where this analysis did itself."""
        reach = np.abs(centre) + error + deviation
        if infinities is not None:
            infinities = np.broadcast_to(infinities, reach.shape)
        if np.max(reach, initial=0.0) * UP < self.overflow:
            return Tracked(self, centre, error, deviation, infinities)
        unknown = ~(reach < np.inf)
        centre = np.where(unknown, 0.0, centre)
        error, deviation = np.where(unknown, np.inf, error), np.where(unknown, np.inf, deviation)
        radius = (error + deviation) * UP
        flags = np.where(centre + radius >= self.overflow, POSITIVE, 0) | np.where(
            radius - centre >= self.overflow, NEGATIVE, 0
        )
        return Tracked(self, centre, error, deviation, either(infinities, flags.astype(np.uint8)))

    def unknown_where(self, number: Tracked, mask: Mask) -> Tracked:
        """``number``, but where ``mask`` says so nothing is known."""
        if not np.any(mask):
            return number
        shape = np.broadcast_shapes(number.shape, np.shape(mask))
        return Tracked(
            self,
            np.where(mask, 0.0, number.centre),
            np.where(mask, np.inf, number.error),
            np.where(mask, np.inf, number.deviation),
            None if number.infinities is None else np.broadcast_to(number.infinities, shape),
        )

    # operations

    def add(self, a: Tracked, b: Tracked) -> Tracked:
        """A + b: a relative u; exact where a term is an exact zero."""
        centre = a.centre + b.centre
        error = (a.error + b.error + np.abs(centre) * (2 * UNIT)) * UP
        copied = a.is_zero | b.is_zero
        relative: Any = self.u
        absolute: Any = self.theta if self.flush else 0.0
        if copied.any():
            relative, absolute = np.where(copied, 0.0, relative), np.where(copied, 0.0, absolute)
        infinities = either(a.infinities, b.infinities)
        total = self.rounded(centre, error, a.deviation + b.deviation, infinities, relative, absolute)
        if a.infinities is None or b.infinities is None:
            return total
        return self.unknown_where(total, ((a.infinities | b.infinities) == POSITIVE | NEGATIVE))

    def multiply(self, a: Tracked, b: Tracked) -> Tracked:
        """A b: a relative u and the underflow unit; exact by an exact zero, and but for underflow by 2^k."""
        centre = a.centre * b.centre
        zero = a.is_zero | b.is_zero
        tiny: Any = np.where(zero, 0.0, TINY) if zero.any() else TINY
        error = (np.abs(a.centre) * b.error + a.error * b.magnitude + np.abs(centre) * (2 * UNIT)) * UP + tiny
        deviation = _moved(a, b)
        special = is_special(a) | is_special(b)
        if special.any():
            deviation = np.where(special & zero, np.inf, deviation)
        by_power = a.is_power_of_two | b.is_power_of_two
        relative, absolute = self._of_scaling(by_power, self.u, centre, error + deviation)
        infinities = self._of_product(a, b)
        product = self.rounded(centre, error, deviation, infinities, relative, absolute)
        return product if infinities is None else self.unknown_where(product, infinities == POSITIVE | NEGATIVE)

    def behind(self, slopes: Tracked, upstream: Tracked) -> Tracked:
        """
        ``slopes * upstream``, or ``diag(slopes)`` times ``upstream`` as a product of matrices, a column a sample.

        As such every entry is a sum of one product, rounded even by a power of two, and zeros, which make a NaN of an
        infinity in the same column.
        """
        plain = self.multiply(slopes, upstream)
        inputs = self.u + self.input_rounding * (1 + self.u)
        product = self.rounded(
            plain.centre, plain.error, _moved(slopes, upstream), None, inputs, self.theta * (1 + self.u)
        )
        special = np.broadcast_to(is_special(upstream).any(axis=0), plain.shape)
        return self.unknown_where(self.hull(plain, product), special)

    def divide(self, a: Tracked, b: Tracked) -> Tracked:
        """A / b: twice u, since the reciprocal may be taken first; exact but for underflow by a power of two."""
        least = below(np.abs(b.centre), b.radius)
        possible = least > 0
        least = np.where(possible, least, 1.0)
        centre = a.centre / np.where(b.centre == 0, 1.0, b.centre)
        tiny: Any = np.where(a.is_zero, 0.0, TINY)
        quotient = np.abs(centre) + tiny
        error = (a.error / least + quotient * (b.error / least) + quotient * (2 * UNIT)) * UP + tiny
        deviation = (a.deviation / least + (np.abs(centre) + error) * (b.deviation / least)) * UP
        infinities = None
        if b.infinities is not None:
            deviation = np.where(b.infinities != 0, np.maximum(deviation, np.abs(centre) + error), deviation)
        if a.infinities is not None:
            infinities = np.where(b.centre > 0, a.infinities, negated(a.infinities)).astype(np.uint8)
            both = 0 if b.infinities is None else a.infinities * b.infinities
            possible = possible & (both == 0)
        relative, absolute = self._of_scaling(
            b.is_power_of_two, 2 * self.u + self.u * self.u, centre, error + deviation
        )
        return self.unknown_where(
            self.rounded(centre, error, deviation, infinities, relative, absolute), ~possible | ~(b.reach < np.inf)
        )

    def mean(self, x: Array, count: int) -> Tracked:
        """X / count, the factor at any one place."""
        number = self.lift(x)
        return self.divide(number, self.lift(count)) if count > 1 else number

    def _of_scaling(self, by_power: Mask | bool, relative: float, centre: Floats, radius: Floats) -> tuple[Any, Any]:  # noqa: FBT001 - a mask
        """The bound of a product or quotient: by a power of two nothing, unless the result may underflow."""
        if not np.any(by_power):
            return relative, self.theta
        held = by_power & (below(np.abs(centre), radius) >= self.smallest_normal)
        return np.where(by_power, 0.0, relative), np.where(held, 0.0, self.theta)

    def _of_product(self, a: Tracked, b: Tracked) -> Flags | None:
        """The flags of a product: by the sign of the other factor, both where that may be 0 or of either sign."""
        found = None
        for one, other in ((a, b), (b, a)):
            if one.infinities is None:
                continue
            sign = np.where(below(np.abs(other.centre), other.radius) > 0, np.sign(other.centre), 0.0)
            if other.infinities is not None:
                sign = np.where(other.infinities != 0, 0.0, sign)
            opposite = negated(one.infinities)
            both = np.where(one.infinities != 0, POSITIVE | NEGATIVE, 0)
            flags = np.where(sign > 0, one.infinities, np.where(sign < 0, opposite, both)).astype(np.uint8)
            found = either(found, flags)
        return found


def either(left: Flags | None, right: Flags | None) -> Flags | None:
    """The flags that one of the two has."""
    if left is None or right is None:
        return right if left is None else left
    return left | right


def _moved(a: Tracked, b: Tracked) -> Floats:
    """How far the operands of a product move it."""
    moved = (a.magnitude * b.deviation + a.deviation * b.reach) * UP
    zero = a.is_zero | b.is_zero
    return np.where(zero, 0.0, moved) if zero.any() else moved


def is_special(number: Tracked) -> Mask:
    """Where not only finite numbers near the true value may stand."""
    unknown = ~(number.deviation < np.inf)
    return unknown if number.infinities is None else unknown | (number.infinities != 0)
