"""
The end of a network: from the last pre-activations to the output, the cost, and the last deltas.

The delta of a loss that is made for its activation is the fused one; the softmax is shifted by its largest entry, whose
exponential is then exactly 1, and what is subtracted from 1 is a sum of the others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flint import arb

from .balls import Balls
from .elementwise import activated, sigmoid

if TYPE_CHECKING:
    from ...spec.conventions import Conventions
    from ...spec.network import Network

MADE_FOR = {"binary_cross_entropy": "sigmoid", "categorical_cross_entropy": "softmax"}
"""The activation of the last layer, where the loss asks for one."""


@dataclass(frozen=True, eq=False)
class End:
    """What the last layer comes to."""

    output: Balls
    """``a^L``, shape ``(n_L, N)``."""
    cost: arb
    """The cost of the batch."""
    deltas: Balls
    """The derivative of the cost with respect to ``z^L``, shape ``(n_L, N)``."""


def end(network: Network, z: Balls, y: Balls, conventions: Conventions, *, admit_both_branches: bool) -> End:
    """Output, cost and last deltas of a batch whose last pre-activations are ``z`` and whose labels are ``y``."""
    if network.loss == "categorical_cross_entropy":
        output, losses, deltas = _of_softmax(z, y)
        entries = 1
    elif network.loss == "binary_cross_entropy":
        output, losses, deltas = _of_sigmoid(z.entries, y.entries)
        entries = z.rows
    else:
        values, slopes = activated(network.layers[-1], z.entries, conventions, admit_both_branches=admit_both_branches)
        output, losses, deltas = _of_squares(values, slopes, y.entries, conventions)
        entries = z.rows
    divisor = (entries if conventions["entry_reduction"] == "mean" else 1) * (
        z.columns if conventions["cost"] == "mean" else 1
    )
    return End(
        Balls(z.rows, z.columns, output),
        sum(losses, arb(0)) / divisor,
        Balls(z.rows, z.columns, [delta / divisor for delta in deltas]),
    )


Parts = tuple[list[arb], list[arb], list[arb]]
"""Output, terms of the loss, and deltas before any mean."""


def _of_squares(output: list[arb], slopes: list[arb], y: list[arb], conventions: Conventions) -> Parts:
    differences = [value - label for value, label in zip(output, y, strict=True)]
    deltas = [difference * slope for difference, slope in zip(differences, slopes, strict=True)]
    if conventions["squared_error"] == "half":
        return output, [difference * difference / 2 for difference in differences], deltas
    return output, [difference * difference for difference in differences], [2 * delta for delta in deltas]


def _of_sigmoid(z: list[arb], y: list[arb]) -> Parts:
    output, losses, deltas = [], [], []
    for number, label in zip(z, y, strict=True):
        (value, _), (complement, _), other = sigmoid(number), sigmoid(-number), 1 - label
        output.append(value)
        losses.append(_weighed(label, -number) + _weighed(other, number))
        deltas.append(other * value - label * complement)
    return output, losses, deltas


def _weighed(weight: arb, z: arb) -> arb:
    """``weight log(1 + e^z)``, 0 for the weight 0."""
    return weight if weight.is_zero() else weight * softplus(z)


def softplus(z: arb) -> arb:
    """``log(1 + e^z)``: ``z + log1p(e^-z)`` from 0 on."""
    return z + (-z).exp().log1p() if z > 0 else z.exp().log1p()


def _of_softmax(z: Balls, y: Balls) -> Parts:
    columns = [_of_softmax_column(z.column(index), y.column(index)) for index in range(z.columns)]
    output, deltas = ([sample[part][row] for row in range(z.rows) for sample in columns] for part in (0, 2))
    return output, [term for _, terms, _ in columns for term in terms], deltas


def _of_softmax_column(z: list[arb], y: list[arb]) -> Parts:
    """
    Of one sample: ``delta_i = s_i (sum of y but y_i) - y_i (sum of s but s_i)``, ``loss_i = -y_i log s_i``.

    With w and T of :class:`Shares` the logarithm of ``s_i`` is ``w_i - log(1 + T)``. A label 0 has the loss 0.
    """
    shares = shares_of(z)
    labels_without = sums_without_each(y)
    deltas = [s * labels_without[i] - y[i] * shares.without[i] for i, s in enumerate(shares.s)]
    logarithm = shares.rest.log1p()
    losses = [weight * (logarithm - number) for weight, number in zip(y, shares.w, strict=True) if not weight.is_zero()]
    return shares.s, losses, deltas


@dataclass(frozen=True, eq=False)
class Shares:
    """The softmax of one sample."""

    w: list[arb]
    """The pre-activations minus their largest."""
    rest: arb
    """T, the sum of e^w without that of the largest, which is 1."""
    s: list[arb]
    """``e^w / (1 + T)``."""
    without: list[arb]
    """For each entry the sum of all the others, 1 minus it."""

    def jacobian(self) -> list[arb]:
        """``S_i sum_(j != i) S_j`` on the diagonal, ``-S_i S_j`` off it, row after row."""
        size = range(len(self.s))
        return [self.s[i] * self.without[i] if i == j else -(self.s[i] * self.s[j]) for i in size for j in size]


def shares_of(z: list[arb]) -> Shares:
    """The softmax of the pre-activations of one sample."""
    largest = max(range(len(z)), key=lambda index: float(z[index]))
    w = [number - z[largest] for number in z]
    w[largest] = arb(0)
    exponentials = [number.exp() for number in w]
    rest = sum((e for index, e in enumerate(exponentials) if index != largest), arb(0))
    over = 1 / (1 + rest)
    # For another entry than the largest, 1 + T - e is at least 1: nothing cancels.
    without = [rest * over if index == largest else (1 + rest - e) * over for index, e in enumerate(exponentials)]
    return Shares(w, rest, [e * over for e in exponentials], without)


def sums_without_each(numbers: list[arb]) -> list[arb]:
    """For each number the sum of all the others, by sums from both ends: nothing is subtracted."""
    before, after = [arb(0)], [arb(0)]
    for number in numbers[:-1]:
        before.append(before[-1] + number)
    for number in numbers[:0:-1]:
        after.append(after[-1] + number)
    return [left + right for left, right in zip(before, reversed(after), strict=True)]
