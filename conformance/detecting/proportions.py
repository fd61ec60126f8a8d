"""
Constant factors between what a target offers: a cost and its gradient, an activation and its derivative.

Each of two operations may keep a convention of its own, and yet the one is not the derivative of the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...spec.operations import operations
from .assignment import silent_under
from .detection import Disproportion
from .factor import ONE, of_assignment
from .scaling import factors

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from .factor import Factor
    from .fitting import Fit
    from .scaling import Group

OF_NETWORKS = (
    "network_gradients",
    "network_deltas",
    "network_input_gradient",
    "cost_weight_derivative",
    "cost_bias_derivative",
)
"""The derivatives of the cost of a network."""

NAMED_OTHERWISE: Mapping[str, tuple[str, ...]] = {
    "network_cost": OF_NETWORKS,
    "network_forward": ("network_vjp", "output_weight_jacobian", "output_bias_jacobian", "layer_jacobian"),
    "dense": ("dense_gradients", "dense_jacobian_x", "dense_jacobian_weights", "dense_jacobian_bias"),
    "binary_cross_entropy": ("binary_cross_entropy_gradient", "sigmoid_cross_entropy_delta"),
    "categorical_cross_entropy": ("categorical_cross_entropy_gradient", "softmax_cross_entropy_delta"),
    "linear_regression_cost": ("linear_regression_backward",),
}
"""Operations and their derivatives whose names do not begin alike, and those that have several."""

SUFFIXES = ("_derivative", "_vjp", "_gradient", "_gradients", "_jacobian", "_delta")
"""What the name of a derivative adds to that of its function."""


SCALES = ("squared_error", "cost", "entry_reduction")
"""The conventions that multiply a cost and its derivatives."""


def pairs() -> Iterator[tuple[str, str]]:
    """Every operation with each operation that returns a derivative of it."""
    for name in operations():
        named = [name + suffix for suffix in SUFFIXES if name + suffix in operations()]
        for derivative in dict.fromkeys([*named, *NAMED_OTHERWISE.get(name, ())]):
            yield name, derivative


def disproportions(fits: Sequence[Fit], mapping: Mapping[str, str]) -> Iterator[Disproportion]:
    """
    Each derivative that is not that of the target's own value, but a constant times it.

    Whatever else is a constant times what the conventions found demand comes without a value to compare it with.
    """
    known = {each.operation: each for each in fits}
    scales = {name: factors(each) for name, each in known.items()}
    told: set[str] = set()
    for value, derivative in pairs():
        if scales.get(value) and scales.get(derivative):
            for found in _between(known[value], known[derivative], scales[value], scales[derivative]):
                told.add(derivative)
                yield found
    for name, fit in known.items():
        if not fit.is_explained and scales[name] and name not in told:
            yield from _alone(fit, scales[name], mapping)


def _between(
    value: Fit,
    derivative: Fit,
    of_value: Mapping[Group, frozenset[Factor]],
    of_derivative: Mapping[Group, frozenset[Factor]],
) -> Iterator[Disproportion]:
    ratios: dict[Group, Factor] = {}
    for (result, loss), theirs in of_derivative.items():
        mine = [each for (_, of), each in of_value.items() if of == loss]
        if mine:
            possible = {one / other for one in theirs for other in mine[0]}
            ratios[result, loss] = min(possible, key=lambda ratio: ratio.complexity)
    for ratio, group in _grouped(ratios):
        yield _disproportion(
            value.operation, derivative.operation, ratio, group, tuple(_differing(value, derivative, group))
        )


def _alone(fit: Fit, scale: Mapping[Group, frozenset[Factor]], mapping: Mapping[str, str]) -> Iterator[Disproportion]:

    ruled = frozenset(pair for pair in mapping.items() if pair[0] in fit.inquiry.operation.conventions)
    ratios = {group: min(found, key=str) / of_assignment(ruled, group[1]) for group, found in scale.items()}
    for ratio, group in _grouped(ratios):
        yield _disproportion("", fit.operation, ratio, group, ())


def _grouped(ratios: Mapping[Group, Factor]) -> Iterator[tuple[Factor, Sequence[Group]]]:
    """Each ratio but 1, with the results and losses that have it."""
    for ratio in dict.fromkeys(ratios.values()):
        if ratio != ONE:
            yield ratio, [group for group, each in ratios.items() if each == ratio]


def _disproportion(
    value: str, derivative: str, ratio: Factor, groups: Sequence[Group], because: tuple[str, ...]
) -> Disproportion:
    results = tuple(dict.fromkeys(result for result, _ in groups))
    losses = tuple(dict.fromkeys(loss for _, loss in groups if loss))
    return Disproportion(value, derivative, results, losses, str(ratio), because)


def _differing(value: Fit, derivative: Fit, groups: Sequence[Group]) -> Iterator[str]:
    """The conventions of scale by which each of the two answers, where these are not the same."""
    for name in SCALES:
        one, other = _says(value, name), _says(derivative, name)
        has_a_say = any(name not in silent_under(loss) for _, loss in groups)
        if has_a_say and one and other and not set(one) & set(other):
            yield f"{name} = {' or '.join(one)} by {value.operation}, {' or '.join(other)} by {derivative.operation}"


def _says(fit: Fit, name: str) -> tuple[str, ...]:
    return fit.values(name) if fit.is_explained and name in fit.inquiry.operation.conventions else ()
