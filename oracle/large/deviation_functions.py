"""
Functions and kinks in a running error analysis of whole arrays.

Where x^ is what an evaluation holds and d its deviation from the true x, an increasing function moves by at most:

* ``exp x^ - exp x``: ``exp x (e^d - 1)``, and not more than the exponential of the largest x^;
* ``log x^ - log x``: ``-log(1 - d / x)``, and the same of 1 + x for log1p;
* ``tanh x^ - tanh x``: d times the largest derivative between them, and not more than between the ends.

Then rule 2 of clause ``accuracy.admissible`` adds k ulps. The functions of NumPy are trusted to the ulps that clause
``accuracy.function_ulps`` grants every library, twice over; this touches the centre only, and bounds in second order.
"""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np

from ..arithmetic.allowances import FUNCTION_ULPS
from ..arithmetic.arrays import as_array
from ..arithmetic.rounded import NEGATIVE, POSITIVE
from ..arithmetic.shifted import Shifted
from .deviation_numbers import TINY, UNIT, UP, Tracked, above, below
from .deviation_operations import either
from .deviation_products import Products

if TYPE_CHECKING:
    from ..arithmetic.arrays import Array, Number
    from .deviation_numbers import Flags, Floats, Mask

_OWN_ULPS = {name: 4 * ulps * UNIT for name, ulps in FUNCTION_ULPS.items()}
"""The relative error of a function of NumPy: k ulps are 2 k u, and as much again."""

_WIDE = 2.0**-8
"""The deviation beyond which tanh is bounded by the ends of its interval too."""


class Functions(Products):
    """Functions and kinks of admissible evaluations."""

    # functions

    def exp(self, x: Array, unit: Floats | None = None) -> Tracked:
        """Exponential; of logits with an uncertain shift each ulp may lose ``unit`` underflow units, and 0 is none."""
        z = self.lift(x)
        with np.errstate(over="ignore", invalid="ignore"):
            centre = np.exp(z.centre)
            error = (centre * np.expm1(z.error) + centre * _OWN_ULPS["exp"]) * UP + TINY
            largest = np.exp(above(z.centre, z.radius)) * (1 + _OWN_ULPS["exp"]) * UP
            moved = (centre + error) * np.expm1(z.deviation) * UP
        deviation = np.where(moved < largest, moved, largest)
        infinities = None
        if z.infinities is not None:
            fallen = (z.infinities & NEGATIVE) != 0
            deviation = np.where(fallen, np.maximum(deviation, centre + error), deviation)
            infinities = (z.infinities & POSITIVE).astype(np.uint8)
        exact = None if unit is not None else 1.0
        return self._of_function("exp", z, (centre, error, deviation), infinities, unit, exact)

    def log(self, x: Array, unit: Floats | None = None) -> Tracked:
        """Natural logarithm."""
        return self._logarithm("log", self.lift(x), 0.0, unit)

    def log1p(self, x: Array) -> Tracked:
        """Natural logarithm of 1 + x."""
        return self._logarithm("log1p", self.lift(x), 1.0, None)

    def _logarithm(self, name: str, x: Tracked, offset: float, unit: Floats | None) -> Tracked:
        """The logarithm of ``offset + x``; nothing is known where that may not be positive."""
        least = below(x.centre + offset, x.error + (np.abs(x.centre) + offset) * UNIT)
        positive = least > 0
        least = np.where(positive, least, 1.0)
        lost = x.deviation / least * UP
        positive &= lost < 1 / UP
        with np.errstate(divide="ignore", invalid="ignore"):
            centre = getattr(np, name)(np.where(positive, x.centre, 1.0))
            deviation = -np.log1p(-np.where(positive, lost, 0.0)) * (1 + _OWN_ULPS["log1p"]) * UP
        error = (x.error / least + np.abs(centre) * _OWN_ULPS[name]) * UP + TINY
        infinities = None
        if x.infinities is not None:
            positive &= (x.infinities & NEGATIVE) == 0
            infinities = (x.infinities & POSITIVE).astype(np.uint8)
        exact = 0.0 if name == "log1p" else None
        found = self._of_function(name, x, (centre, error, deviation), infinities, unit, exact)
        return self.unknown_where(found, ~positive)

    def tanh(self, x: Array) -> Tracked:
        """Hyperbolic tangent."""
        z = self.lift(x)
        centre = np.tanh(z.centre)
        smallest = np.maximum(below(np.abs(z.centre), z.radius), 0.0)
        slope = 4 * np.exp(-2 * smallest) / (1 + np.exp(-2 * smallest)) ** 2 * (1 + 8 * _OWN_ULPS["exp"])
        error = (z.error * slope + np.abs(centre) * _OWN_ULPS["tanh"]) * UP + TINY
        deviation = np.minimum(z.deviation * slope * UP, 2.0)
        wide = (z.deviation > _WIDE) & (z.deviation < np.inf)
        if wide.any():
            reached = np.where(wide, z.radius, 0.0)
            ends = [np.abs(np.tanh(above(sign * z.centre, reached)) * sign - centre) for sign in (1, -1)]
            between = (np.maximum(*ends) + error + 4 * _OWN_ULPS["tanh"]) * UP
            deviation = np.where(wide, np.minimum(deviation, between), deviation)
        if z.infinities is not None:
            deviation = np.where(z.infinities != 0, 2.0, deviation)
        return self._of_function("tanh", z, (centre, error, deviation), None, None, 0.0)

    def _of_function(
        self,
        name: str,
        argument: Tracked,
        image: tuple[Floats, Floats, Floats],
        infinities: Flags | None,
        unit: Floats | None,
        exact: float | None,
    ) -> Tracked:
        """The ``image`` of a function with its k ulps; at an exact 0 it is the value ``exact``, where there is one."""
        ulps = self.ulps[name]
        relative: Any = 2 * ulps * self.u
        absolute: Any = ulps * self.theta * (1.0 if unit is None else unit)
        here = argument.is_zero
        if exact is not None and here.any():
            given = (exact, 0.0, 0.0)
            image = tuple(np.where(here, value, array) for value, array in zip(given, image, strict=True))  # type: ignore[assignment]  # three of three
            relative, absolute = np.where(here, 0.0, relative), np.where(here, 0.0, absolute)
        return self.rounded(*image, infinities, relative, absolute)

    def shifted(self, z: Array) -> Shifted:
        """
        Z minus the centre c of its largest entry along the first axis, as paragraph *Shift* of ``accuracy.envelope``.

        An evaluation shifts by another number, up to tau from c. Multiplied by the exponential of that difference its
        values lie in what is built around c, with underflow units larger by e^tau and, in the logarithm of the sum,
        with tau more to round. True values are those of logits minus c, exactly.
        """
        logits = self.lift(z)
        special = ~(logits.reach < np.inf)
        if logits.infinities is not None:
            special |= logits.infinities != 0
        logits = self.unknown_where(logits, special.any(axis=0, keepdims=True) & np.ones(logits.shape, dtype=bool))
        anchor, tau = logits.centre.max(axis=0), logits.radius.max(axis=0) * UP
        with np.errstate(invalid="ignore"):
            difference = logits.centre - anchor
            error = (logits.error + np.abs(difference) * (2 * UNIT)) * UP
            deviation = (logits.deviation + tau * self.u) * UP
            absolute = self.theta if self.flush else 0.0
            w = self.rounded(difference, error, deviation, None, self.u, absolute)
            unit = np.exp(tau) * UP * UP
        exponentials = self.exp(as_array(w), unit)
        total = self.total(exponentials, unit)
        logarithm = self.log(as_array(total), unit)
        doubted = logarithm.deviation + 2 * self.ulps["log"] * self.u * tau * UP
        logarithm = self.checked(logarithm.centre, logarithm.error, doubted, logarithm.infinities)
        return Shifted(as_array(w), as_array(exponentials), total, logarithm)

    # kinks

    def relu(self, x: Array) -> Tracked:
        """max(0, x), a copy of one of the two."""
        z = self.lift(x)
        centre = np.maximum(z.centre, 0.0)
        true, held = np.maximum(above(z.centre, z.error), 0.0), np.maximum(above(z.centre, z.radius * UP), 0.0)
        error = np.minimum(z.error, true)
        deviation = np.where(true == 0, np.minimum(z.deviation, held), z.deviation)
        if z.infinities is None:
            return Tracked(self, centre, error, deviation)
        fallen = (z.infinities & NEGATIVE) != 0
        deviation = np.where(fallen, np.maximum(deviation, centre + error), deviation)
        return Tracked(self, centre, error, deviation, (z.infinities & POSITIVE).astype(np.uint8))

    def join(self, z: Array, below: Array, above: Array) -> Tracked:
        """``below`` or ``above`` by the sign of z, either where it is in doubt."""
        return self._by_sign(self.lift(z), self.lift(below), None, self.lift(above))

    def branch(self, z: Array, below: Number, at: Number, above: Number) -> Tracked:
        """``below``, ``at`` or ``above`` by the sign of z, any of them where it is in doubt."""
        return self._by_sign(self.lift(z), self.lift(below), self.lift(at), self.lift(above))

    def _by_sign(self, z: Tracked, low: Tracked, middle: Tracked | None, high: Tracked) -> Tracked:
        """One of the values; without one at 0, that above it counts there too."""
        flags: Any = 0 if z.infinities is None else z.infinities
        least = below(np.abs(z.centre), z.radius)
        rises = (least > 0) & (z.centre > 0) & (flags & NEGATIVE == 0)
        falls = (least > 0) & (z.centre < 0) & (flags & POSITIVE == 0)
        at_zero = z.is_zero
        branches = [low, high] if middle is None else [low, high, middle]
        at = high if middle is None else middle
        parts = [
            np.where(rises, high_part, np.where(falls, low_part, middle_part))
            for high_part, low_part, middle_part in (
                (high.centre, low.centre, at.centre),
                (high.error, low.error, at.error),
                (high.deviation, low.deviation, at.deviation),
            )
        ]
        infinities = reduce(either, (each.infinities for each in branches))
        if infinities is not None:
            infinities = np.broadcast_to(infinities, parts[0].shape)
        doubtful = ~(rises | falls | at_zero)
        if not doubtful.any():
            return Tracked(self, parts[0], parts[1], parts[2], infinities)
        return self.unknown_where(
            self._doubtful(doubtful, parts, branches, z, infinities), doubtful & ~(z.deviation < np.inf)
        )

    def _doubtful(
        self, doubtful: Mask, parts: list[Floats], branches: list[Tracked], z: Tracked, infinities: Flags | None
    ) -> Tracked:
        """``parts`` where the branch is certain, elsewhere a hull: the truth too may be any branch."""
        known = below(np.abs(z.centre), z.error) > 0
        low, high = branches[:2]
        certain = np.where(z.centre < 0, low.centre, high.centre)
        truth_error = np.where(z.centre < 0, low.error, high.error)
        errors = [np.abs(each.centre - certain) + each.error for each in branches]
        error = np.where(known, truth_error, reduce(np.maximum, errors))
        deviation = reduce(
            np.maximum, (np.abs(each.centre - certain) + each.error + each.deviation for each in branches)
        )
        hull = certain, error * UP, (deviation + error) * UP
        centre, error, deviation = (np.where(doubtful, *pair) for pair in zip(hull, parts, strict=True))
        return Tracked(self, centre, error, deviation, infinities)
