"""
Plans: the discrete half of a case, its shapes, activations and labels, before any number is picked.

The fixed corpus enumerates plans that have a hazard in their shape; Hypothesis draws the others.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ...spec import shapes
from ...spec.network import ACTIVATIONS, LOSSES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ...spec.conventions import Conventions
    from ...spec.formats import Format
    from ...spec.operations import Operation
    from .picking import Pick

    Shape = tuple[int, ...]

OUTPUTS: Mapping[str, tuple[str, ...]] = {
    "squared_error": ACTIVATIONS,
    "binary_cross_entropy": ("sigmoid",),
    "categorical_cross_entropy": ("softmax",),
}
"""The last activation that each loss goes with."""

EXACT_ACTIVATIONS = ("relu", "identity", "leaky_relu")
"""Those that compute exactly on a grid."""

AXES = ("m", "n", "k", "N")
"""The axes that a plan settles; those of networks follow from the widths of their layers."""

LONG = {"any": 1003, "m": 67, "n": 67, "k": 67, "N": 65}
"""Lengths at which vectorised code takes another path; no multiples of its blocks."""


@dataclass(frozen=True)
class Plan:
    """Everything about a case but its numbers."""

    shape: Shape = (1,)
    """The shape of elementwise arguments."""
    sizes: Mapping[str, int] = field(default_factory=dict)
    """The lengths of the axes m, n, k and N."""
    widths: tuple[int, ...] = ()
    """n_0, ..., n_L of a network."""
    activations: tuple[str, ...] = ()
    """One a layer."""
    loss: str = "squared_error"
    """The loss of a network, or of the predictions of a batch."""
    layer: int = 0
    """The layer that an output Jacobian is asked for, from 1 on; 0 where none is asked for."""
    activation: str = "identity"
    """The activation that is named by an argument."""
    hazards: frozenset[str] = frozenset()
    """What the shapes alone make hard."""


@dataclass(frozen=True)
class Limits:
    """How large the shapes of a format and regime may be for its envelopes to decide anything."""

    layers: int
    """Of a network."""
    width: int
    """Of a layer or vector."""
    samples: tuple[int, ...]
    """Sizes of batches."""
    narrowest: int = 1
    """The least length of a layer or vector, but for the regime exact."""


def limits(number_format: Format, regime: str, conventions: Conventions) -> Limits:
    """Clause ``accuracy.regimes``: half formats are shallow and narrow unless they promise float32 intermediates."""
    narrow = number_format.is_half and conventions["intermediates"] != "float32"
    if regime == "exact":
        return Limits(2 if number_format.is_half else 3, 4, (1, 2, 4))
    if narrow:
        return Limits(2, 4, (1, 2, 3))
    return Limits(4, 5, (1, 2, 3, 5))


def drawn_plan(operation: Operation, regime: str, pick: Pick, bounds: Limits) -> Plan:
    """A plan picked at random, simplest shapes first."""
    if operation.is_elementwise:
        return Plan(shape=pick.one_of([(1,), (2,), (5,), (), (1, 1), (2, 3), (3, 1, 2)]))
    if _takes(operation, "network"):
        return _drawn_network(operation, regime, pick, bounds)
    lengths = [1, 2, 4] if regime == "exact" else list(range(bounds.narrowest, bounds.width + 1))
    sizes = {axis: pick.one_of(bounds.samples if axis == "N" else lengths) for axis in axes(operation)}
    activation = pick.one_of(_activations(regime)) if _takes(operation, "activation") else "identity"
    loss = pick.one_of(_losses(regime)) if _takes(operation, "loss") else "squared_error"
    return named(Plan(sizes=sizes, activation=activation, loss=loss))


def axes(operation: Operation) -> tuple[str, ...]:
    """Those of the axes m, n, k and N that the shapes of the arguments name; a batch has N samples."""
    named_lengths = {name for argument in operation.arguments for name in shapes.names(argument.shape)}
    return tuple(axis for axis in AXES if axis in named_lengths)


def _takes(operation: Operation, shape: str) -> bool:
    return any(argument.shape == shape for argument in operation.arguments)


def _has_domain(operation: Operation, domain: str) -> bool:
    return any(argument.domain == domain for argument in operation.arguments)


def _losses(regime: str) -> tuple[str, ...]:
    return ("squared_error",) if regime == "exact" else LOSSES


def _activations(regime: str) -> tuple[str, ...]:
    return EXACT_ACTIVATIONS if regime == "exact" else ("relu", "identity", "leaky_relu", "tanh", "sigmoid")


def _drawn_network(operation: Operation, regime: str, pick: Pick, bounds: Limits) -> Plan:
    below_the_last = _has_domain(operation, "hidden layer")
    depth = pick.one_of(range(2 if below_the_last else 1, bounds.layers + 1))
    lengths = [1, 2, 4] if regime == "exact" else list(range(bounds.narrowest, bounds.width + 1))
    widths = tuple(pick.one_of(lengths) for _ in range(depth + 1))
    is_classifier = _has_domain(operation, "classifier")
    is_plain = regime == "exact" or _takes(operation, "all weights") or _has_domain(operation, "elementwise network")
    losses = ["categorical_cross_entropy"] if is_classifier else ["squared_error"] if is_plain else list(OUTPUTS)
    loss = pick.one_of(losses)
    hidden_options = ("relu",) if is_classifier else _activations(regime)
    hidden = tuple(pick.one_of(hidden_options) for _ in range(depth - 1))
    options = [each for each in OUTPUTS[loss] if regime != "exact" or each in EXACT_ACTIVATIONS]
    last = pick.one_of(options)
    return named(
        Plan(
            widths=widths,
            activations=(*hidden, last),
            loss=loss,
            layer=pick.one_of(range(1, depth + (0 if below_the_last else 1))) if _takes(operation, "layer") else 0,
            sizes={axis: pick.one_of(bounds.samples) for axis in axes(operation)},
        )
    )


def named(plan: Plan) -> Plan:
    """``plan`` with the hazards that its shapes have."""
    units = [*(plan.sizes[axis] for axis in ("m", "n", "k") if axis in plan.sizes), *plan.widths]
    lengths = [*units, *(plan.sizes[axis] for axis in ("N",) if axis in plan.sizes)]
    seen = {
        "one_layer": len(plan.activations) == 1,
        "last_layer": plan.layer > 0 and plan.layer == len(plan.activations),
        "one_unit": 1 in units,
        "one_sample": plan.sizes.get("N") == 1,
        "equal_dimensions": _are_equal(units) or _are_equal(lengths),
        "different_dimensions": len(set(lengths)) == len(lengths) > 1,
    }
    return replace(plan, hazards=plan.hazards | {name for name, is_seen in seen.items() if is_seen})


def _are_equal(lengths: list[int]) -> bool:
    """Whether several axes have one length, that is not 1."""
    return len(lengths) > 1 and len(set(lengths)) == 1 and lengths[0] > 1


def fixed_plans(operation: Operation, regime: str, bounds: Limits) -> Iterator[Plan]:
    """The plans of the corpus: every shape that is a trap, within the bounds of the format."""
    if operation.is_elementwise:
        yield from _elementwise_plans(regime)
    elif _takes(operation, "network"):
        yield from _network_plans(operation, regime, bounds)
    else:
        yield from _vector_plans(operation, regime, bounds)


def _elementwise_plans(regime: str) -> Iterator[Plan]:
    yield Plan(shape=(3,))
    yield Plan(shape=(), hazards=frozenset({"scalar_shape"}))
    yield Plan(shape=(2, 3))
    if regime == "ordinary":
        yield Plan(shape=(LONG["any"],), hazards=frozenset({"long_array"}))


def _vector_plans(operation: Operation, regime: str, bounds: Limits) -> Iterator[Plan]:
    lengths = [(2, 4, 1, 1), (4, 2, 2, 1), (1, 2, 1, 4), (2, 1, 4, 4), (1, 1, 1, 1), (2, 2, 2, 2), (4, 4, 4, 4)]
    if regime != "exact":
        lengths += [(3, 3, 3, 3), (3, 4, 2, 5), (4, 3, 2, 1), (2, 3, 1, 4)]
    activations = _activations(regime) if _takes(operation, "activation") else ("identity",)
    losses = _losses(regime) if _takes(operation, "loss") else ("squared_error",)
    for index, (m, n, samples, k) in enumerate(lengths):
        sizes = {"m": m, "n": n, "k": k, "N": min(samples, max(bounds.samples))}
        sizes = {axis: sizes[axis] for axis in axes(operation)}
        activation, loss = activations[index % len(activations)], losses[index % len(losses)]
        yield named(Plan(sizes=sizes, activation=activation, loss=loss))
    if regime == "ordinary" and bounds.layers > 2:  # noqa: PLR2004 - not in the formats whose sums decide little
        yield from _long_plans(operation)


def _long_plans(operation: Operation) -> Iterator[Plan]:
    """One long axis at a time, but for axes that stand twice in a result, where there is another."""
    small = {"m": 2, "n": 3, "k": 2, "N": 1}
    once = [axis for axis in axes(operation) if not _stands_twice(operation, axis)]
    for axis in ["N"] if "N" in once else once or axes(operation)[:1]:
        sizes = {each: small[each] for each in axes(operation)} | {axis: LONG[axis]}
        yield Plan(sizes=sizes, hazards=frozenset({"long_array"}))


def _stands_twice(operation: Operation, axis: str) -> bool:
    """Whether a result has ``axis`` in two of its axes."""
    stands = ([axis in shapes.names(word) for word in shapes.axes(result.shape)] for result in operation.results)
    return any(sum(each) > 1 for each in stands)


def _network_plans(operation: Operation, regime: str, bounds: Limits) -> Iterator[Plan]:
    exact = regime == "exact"
    takes_layer = _takes(operation, "layer")
    square = "identity" if exact else "tanh"
    specs = [
        ((2, 2), ("identity",), "squared_error", 1),
        ((2, 4), ("relu",), "squared_error", 2),
        ((2, 4, 1), ("relu", "identity"), "squared_error", 4),
        ((2, 2, 2), ("leaky_relu", "relu"), "squared_error", 2),
        ((1, 1, 1), ("relu", "leaky_relu"), "squared_error", 1),
        ((4, 2, 1), (square, "identity"), "squared_error", 1),
    ]
    if not exact:
        specs += [
            ((3, 4, 2), ("tanh", "softmax"), "categorical_cross_entropy", 1),
            ((3, 3, 3), ("sigmoid", "softmax"), "categorical_cross_entropy", 3),
            ((3, 2, 1), ("relu", "sigmoid"), "binary_cross_entropy", 2),
            ((2, 3, 2), ("tanh", "sigmoid"), "binary_cross_entropy", 1),
            ((2, 3, 4), ("sigmoid", "tanh"), "squared_error", 1),
        ]
    if bounds.layers > 2:  # noqa: PLR2004 - formats that may be deep
        specs.append(((2, 4, 1, 2), ("relu", square, "identity"), "squared_error", 1))
        specs.append(((2, 2, 2, 2), (square, "relu", "leaky_relu"), "squared_error", 2))
    below_the_last = _has_domain(operation, "hidden layer")
    for widths, activations, loss, samples in _at_home(operation, specs):
        for layer in range(1, len(activations) + (0 if below_the_last else 1)) if takes_layer else (0,):
            sizes = {axis: min(samples, max(bounds.samples)) for axis in axes(operation)}
            yield named(Plan(widths=widths, activations=activations, loss=loss, layer=layer, sizes=sizes))
    if regime == "ordinary" and bounds.layers > 2 and "N" in axes(operation) and not _stands_twice(operation, "N"):  # noqa: PLR2004
        yield Plan(
            widths=(2, 3, 2),
            activations=("relu" if _has_domain(operation, "classifier") else "tanh", "softmax"),
            loss="categorical_cross_entropy",
            layer=1 if takes_layer else 0,
            sizes={"N": LONG["N"]},
            hazards=frozenset({"long_array"}),
        )


_Spec = tuple[tuple[int, ...], tuple[str, ...], str, int]


def _at_home(operation: Operation, specs: list[_Spec]) -> Iterator[_Spec]:
    """Those of the networks that the domain of the operation has; a classifier's hidden layers become relu layers."""
    for widths, activations, loss, samples in specs:
        if _has_domain(operation, "elementwise network") and loss != "squared_error":
            continue
        if _has_domain(operation, "classifier"):
            hidden = ("relu",) * (len(activations) - 1)
            yield widths, (*hidden, "softmax"), "categorical_cross_entropy", samples
        else:
            yield widths, activations, loss, samples
