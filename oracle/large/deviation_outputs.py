"""
The cost and the last delta in a running error analysis: every form that the loss clauses list, for a whole batch.

Forms that work entry by entry are those of the registry. Those of a softmax that need matrices of classes by classes
are written out here with what their sums separate into.
"""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

import numpy as np

from ..activations import activation_derivative, log_softmax, sigmoid, sigmoid_derivative, softmax
from ..arithmetic.allowances import MUST
from ..arithmetic.arrays import as_array
from ..losses import (
    SIGMOID_TERMS,
    binary_cross_entropy_gradient,
    categorical_cross_entropy_gradient,
    entry_divisor,
    sample_divisor,
    sigmoid_cross_entropy_delta,
    softmax_cross_entropy_delta,
    softplus,
    squared_error_gradient,
    squared_error_total,
    squared_error_total_scaled_terms,
)
from ..propositions import DEFINITION
from .deviation_numbers import TINY, UP, Tracked, growth
from .deviation_sums import others

if TYPE_CHECKING:
    from ...spec.network import Network
    from .deviation_functions import Functions


def cost_of(rules: Functions, network: Network, z: Tracked, output: Tracked, y: Tracked) -> Tracked:
    """The cost of a batch with the last pre-activations ``z``, of shape ``(n_L, N)`` like ``output`` and ``y``."""
    over = sample_divisor(rules, y.shape[1])  # type: ignore[arg-type]  # it asks for conventions only
    if network.loss == "categorical_cross_entropy":
        return _hull(rules, [_summed(rules, terms, over) for terms in _categorical_terms(rules, z, output, y)])
    over = (*entry_divisor(rules, y.shape[0]), *over)  # type: ignore[arg-type]  # likewise
    z, output, y = (each.each(np.ravel) for each in (z, output, y))
    if network.loss == "binary_cross_entropy":
        return _hull(rules, [_summed(rules, terms, over) for terms in _binary_terms(rules, z, output, y)])
    forms = squared_error_total, squared_error_total_scaled_terms
    return _hull(rules, [rules.lift(rules.by(form, output, y, over)) for form in forms])


def output_delta(rules: Functions, network: Network, z: Tracked, output: Tracked, y: Tracked) -> Tracked:
    """The gradient of the loss with respect to the last pre-activation, shape ``(n_L, N)``."""
    if network.loss == "categorical_cross_entropy":
        return _softmax_delta(rules, z, y)
    if network.loss == "binary_cross_entropy":
        delta = rules.of(sigmoid_cross_entropy_delta, z, y)
        if rules.level != MUST:
            return delta
        gradient = rules.of(binary_cross_entropy_gradient, output, y)
        return rules.hull(delta, rules.behind(rules.of(sigmoid_derivative, z), gradient))
    layer = network.layers[-1]
    gradient = rules.of(squared_error_gradient, output, y)
    return rules.behind(slopes(rules, layer.activation, z, layer.slope), gradient)


def slopes(rules: Functions, activation: str, z: Tracked, slope: float | None) -> Tracked:
    """The derivative of an elementwise activation at ``z``."""
    given = None if slope is None else rules.number(slope)
    found = rules.lift(rules.by(activation_derivative, activation, z, given))
    return found.each(lambda array: np.broadcast_to(array, z.shape))


def _hull(rules: Functions, forms: list[Tracked]) -> Tracked:
    return reduce(rules.hull, forms)


def _summed(rules: Functions, terms: list[Tracked], over: tuple[int, ...]) -> Tracked:
    """The flat sum of all entries of some arrays."""
    return rules.total(rules.concatenated([each.each(np.ravel) for each in terms]), over=over)


def _weighed(rules: Functions, weights: Tracked, values: Tracked) -> Tracked:
    """``weights * values``, absent for an exact weight 0 whatever the value, as rule 5 says of declared terms."""
    absent = weights.is_zero
    finite = Tracked(
        rules,
        np.where(absent, 1.0, values.centre),
        np.where(absent, 0.0, values.error),
        np.where(absent, 0.0, values.deviation),
        None if values.infinities is None else np.where(absent, 0, values.infinities).astype(np.uint8),
    )
    return weights * finite


def _binary_terms(rules: Functions, z: Tracked, output: Tracked, y: Tracked) -> list[list[Tracked]]:
    """The terms of each form of the binary cross-entropy: of the output, and of logits."""

    def terms(log_one: Tracked, log_zero: Tracked) -> list[Tracked]:
        return [-_weighed(rules, y, log_one), -_weighed(rules, 1 - y, log_zero)]

    stable = terms(-rules.lift(rules.by(softplus, -z)), -rules.lift(rules.by(softplus, z)))
    if rules.level != MUST:
        return [stable]
    named = [rules.by(SIGMOID_TERMS[name], z, y) for name in ("softplus", "maximum", "log_sigmoid")]
    s = rules.of(sigmoid, z)
    logs = [(rules.log(as_array(o)), rules.log(as_array(1 - o)), rules.log1p(as_array(-o))) for o in (output, s)]
    of_probabilities = [terms(one, zero) for one, *zeros in logs for zero in zeros]
    return [stable, *(list(each) for each in named), *of_probabilities]


def _categorical_terms(rules: Functions, z: Tracked, output: Tracked, y: Tracked) -> list[list[Tracked]]:
    """The terms of each form of the categorical cross-entropy."""
    stable = [-_weighed(rules, y, rules.of(log_softmax, z))]
    if rules.level != MUST:
        return [stable]
    exponentials = rules.exp(as_array(z))
    logarithm = rules.log(as_array(rules.total(exponentials)))
    return [
        stable,
        [-_weighed(rules, y, rules.log(as_array(output)))],
        [y * logarithm, -(y * z)],
    ]


def _softmax_delta(rules: Functions, z: Tracked, y: Tracked) -> Tracked:
    """Every form of ``softmax_cross_entropy.delta``."""
    s = rules.of(softmax, z)
    stable = s * rules.of_others(y) - y * rules.of_others(s)
    if rules.level != MUST:
        return stable
    definition = rules.lift(rules.by(softmax_cross_entropy_delta.forms[DEFINITION], z, y))
    return _hull(rules, [stable, definition, _unfused(rules, definition, s, y)])


def _unfused(rules: Functions, definition: Tracked, s: Tracked, y: Tracked) -> Tracked:
    """
    ``J^T g`` with g = -y / S, shape ``(m, N)``, whose true value is that of the ``definition``.

    Off the diagonal every form of J is ``-S_i S_j``, rounded once. So the deviation of ``J_ji`` is at most
    ``d_j S_i^ + S_j d_i + u S_i^ S_j^ + theta``, and the sums over j of its products with those of g separate.
    """
    g = rules.of(categorical_cross_entropy_gradient, s, y)
    diagonal = _hull(rules, [s * (1 - s), s - s * s, s * rules.of_others(s)]) * rules.lift(1)
    parts = {
        "d g": s.deviation * g.reach,
        "s g": s.reach * g.reach,
        "g": g.reach,
        "s d": s.magnitude * g.deviation,
    }
    with np.errstate(invalid="ignore", over="ignore"):
        sums = {name: others(part) for name, part in parts.items()}
        rounded = rules.u * (s.reach * sums["s g"]) + rules.theta * sums["g"]
        moved = s.reach * sums["d g"] + s.deviation * sums["s g"] + rounded + s.magnitude * sums["s d"]
        moved = moved + diagonal.deviation * g.reach + diagonal.magnitude * g.deviation
        magnitudes = s.reach * sums["s g"] + rounded + diagonal.reach * g.reach
        count = np.count_nonzero(~g.is_zero, axis=0)
        more = growth(rules.u, count) + (1 + growth(rules.u, count)) * rules.input_rounding
        units = count + (count - 1 if rules.flush else 0) * (count > 0)
        lost = (1 + 4 * s.shape[0] * 2.0**-53) * UP
        deviation = (
            moved + magnitudes * more + (1 + growth(rules.u, count)) * (units * rules.theta) + TINY * count * s.shape[0]
        ) * lost
    unknown = ~(magnitudes * UP < rules.overflow)
    for each in (s, g, diagonal):
        if each.infinities is not None:
            unknown = unknown | (each.infinities != 0).any(axis=0)
    return rules.unknown_where(Tracked(rules, definition.centre, definition.error, deviation), unknown)
