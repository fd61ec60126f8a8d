"""
The elementwise activations on lists of balls: value and slope of every entry in one pass.

Nothing is subtracted from a number near to it: sech^2 from ``4 e / (1 + e)^2`` away from zero, and from ``1 - t^2``
where ``t^2`` is below a quarter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flint import arb

from ..arithmetic.ball import UnresolvedError, exact_ball

if TYPE_CHECKING:
    from collections.abc import Callable

    from ...spec.conventions import Conventions
    from ...spec.network import Layer

    Pair = tuple[arb, arb]


def activated(
    layer: Layer, z: list[arb], conventions: Conventions, *, admit_both_branches: bool
) -> tuple[list[arb], list[arb]]:
    """
    The values and the slopes of the activation of ``layer`` at ``z``.

    Where a ball straddles a jump of the slope, all its values are admitted, or :class:`UnresolvedError` is raised.
    """
    if layer.activation == "identity":
        return z, [arb(1)] * len(z)
    function = _function(layer, conventions, admit_both_branches=admit_both_branches)
    pairs = [function(number) for number in z]
    return [value for value, _ in pairs], [slope for _, slope in pairs]


def _function(layer: Layer, conventions: Conventions, *, admit_both_branches: bool) -> Callable[[arb], Pair]:
    if layer.activation == "tanh":
        return _tanh
    if layer.activation == "sigmoid":
        return sigmoid
    if layer.activation == "relu":
        at_zero = exact_ball(float(conventions["relu_at_zero"]))
        return _kinked(arb(0), at_zero, admit_both_branches=admit_both_branches)
    if layer.activation == "leaky_relu":
        slope = exact_ball(layer.slope)
        at_zero = {"slope": slope, "one": arb(1), "mean": (slope + 1) / 2}[conventions["leaky_relu_at_zero"]]
        return _kinked(slope, at_zero, admit_both_branches=admit_both_branches)
    raise ValueError(f"{layer.activation!r} is not an elementwise activation")


def _tanh(z: arb) -> Pair:
    size = abs(z)
    if size < 0.5:  # noqa: PLR2004 - tanh(1/2)^2 is below a quarter
        value = z.tanh()
        return value, 1 - value * value
    e = (-(size + size)).exp()
    over = 1 / (1 + e)
    value = (1 - e) * over
    slope = 4 * e * (over * over)
    if z > 0:
        return value, slope
    return (-value, slope) if z < 0 else (z.tanh(), slope)


def sigmoid(z: arb) -> Pair:
    """The sigmoid and its derivative at ``z``."""
    if z > 0:
        e = (-z).exp()
        over = 1 / (1 + e)
        return over, e * (over * over)
    e = z.exp()
    over = 1 / (1 + e)
    return e * over, e * (over * over)


def _kinked(below: arb, at_zero: arb, *, admit_both_branches: bool) -> Callable[[arb], Pair]:
    """``z`` from 0 on with slope 1, ``below z`` under it, and the slope ``at_zero`` at 0."""
    one, zero = arb(1), arb(0)
    hull = below.union(at_zero).union(one)

    def function(z: arb) -> Pair:
        if z > 0:
            return z, one
        if z < 0:
            return below * z, below
        if z.is_zero():
            return zero, at_zero
        if not admit_both_branches:
            raise UnresolvedError
        return z.union(below * z), hull

    return function
