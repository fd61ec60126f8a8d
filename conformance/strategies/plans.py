"""
Plans: the discrete half of a case, its shapes, activations and labels, before any number is picked.

The fixed corpus enumerates plans that have a hazard in their shape; Hypothesis draws the others.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ...spec.network import ACTIVATIONS

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

LONG = {"any": 1003, "vector": 67, "batch": 65}
"""Lengths at which vectorised code takes another path; no multiples of its blocks."""


@dataclass(frozen=True)
class Plan:
    """Everything about a case but its numbers."""

    shape: Shape = (1,)
    """The shape of elementwise arguments."""
    sizes: Mapping[str, int] = field(default_factory=dict)
    """The lengths of the axes m, n and N."""
    widths: tuple[int, ...] = ()
    """n_0, ..., n_L of a network."""
    activations: tuple[str, ...] = ()
    """One a layer."""
    loss: str = "squared_error"
    """The loss of a network."""
    layer: int = 1
    """The layer that an output Jacobian is asked for."""
    activation: str = "identity"
    """Of the hidden layer of ``backpropagate_delta``."""
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
    names = {argument.shape for argument in operation.arguments}
    if operation.is_elementwise:
        return Plan(shape=pick.one_of([(1,), (2,), (5,), (), (1, 1), (2, 3), (3, 1, 2)]))
    if "network" in names:
        return _drawn_network(regime, pick, bounds, for_step="all weights" in names)
    lengths = [1, 2, 4] if regime == "exact" else list(range(1, bounds.width + 1))
    sizes = {axis: pick.one_of(lengths) for axis in ("m", "n")} | {"N": pick.one_of(bounds.samples)}
    return named(Plan(sizes=sizes, activation=pick.one_of(_activations(regime))))


def _activations(regime: str) -> tuple[str, ...]:
    return EXACT_ACTIVATIONS if regime == "exact" else ("relu", "identity", "leaky_relu", "tanh", "sigmoid")


def _drawn_network(regime: str, pick: Pick, bounds: Limits, *, for_step: bool) -> Plan:
    depth = pick.one_of(range(1, bounds.layers + 1))
    lengths = [1, 2, 4] if regime == "exact" else list(range(1, bounds.width + 1))
    widths = tuple(pick.one_of(lengths) for _ in range(depth + 1))
    losses = ["squared_error"] if regime == "exact" or for_step else list(OUTPUTS)
    loss = pick.one_of(losses)
    hidden = tuple(pick.one_of(_activations(regime)) for _ in range(depth - 1))
    options = [each for each in OUTPUTS[loss] if regime != "exact" or each in EXACT_ACTIVATIONS]
    last = pick.one_of(options)
    return named(
        Plan(
            widths=widths,
            activations=(*hidden, last),
            loss=loss,
            layer=pick.one_of(range(1, depth + 1)),
            sizes={"N": pick.one_of(bounds.samples)},
        )
    )


def named(plan: Plan) -> Plan:
    """``plan`` with the hazards that its shapes have."""
    lengths = [*plan.sizes.values(), *plan.widths]
    found = set(plan.hazards)
    if plan.widths:
        found |= {"one_layer"} if len(plan.widths) == 2 else set()  # noqa: PLR2004 - input and one layer
        found |= {"last_layer"} if plan.layer == len(plan.activations) else set()
    axes = [plan.sizes[axis] for axis in ("m", "n") if axis in plan.sizes] or list(plan.widths)
    found |= {"one_unit"} if 1 in axes else set()
    found |= {"one_sample"} if plan.sizes.get("N") == 1 else set()
    found |= {"equal_dimensions"} if len(set(axes)) == 1 and axes[0] > 1 else set()
    found |= {"different_dimensions"} if len(set(lengths)) == len(lengths) and min(lengths, default=0) > 0 else set()
    return Plan(**{**vars(plan), "hazards": frozenset(found)})


def fixed_plans(operation: Operation, regime: str, bounds: Limits) -> Iterator[Plan]:
    """The plans of the corpus: every shape that is a trap, within the bounds of the format."""
    names = {argument.shape for argument in operation.arguments}
    if operation.is_elementwise:
        yield from _elementwise_plans(regime)
    elif "network" in names:
        yield from _network_plans(regime, bounds, takes_layer="layer" in names)
    else:
        yield from _vector_plans(operation, regime, bounds)


def _elementwise_plans(regime: str) -> Iterator[Plan]:
    yield Plan(shape=(3,))
    yield Plan(shape=(), hazards=frozenset({"scalar_shape"}))
    yield Plan(shape=(2, 3))
    if regime == "ordinary":
        yield Plan(shape=(LONG["any"],), hazards=frozenset({"long_array"}))


def _vector_plans(operation: Operation, regime: str, bounds: Limits) -> Iterator[Plan]:
    shapes = [(2, 4, 1), (4, 2, 2), (1, 2, 1), (2, 1, 4), (1, 1, 1), (2, 2, 2), (4, 4, 4)]
    if regime != "exact":
        shapes += [(3, 3, 3), (3, 4, 2), (4, 3, 2), (2, 3, 1)]
    activations = _activations(regime)
    for index, (m, n, samples) in enumerate(shapes):
        sizes = {"m": m, "n": n, "N": min(samples, max(bounds.samples))}
        yield named(Plan(sizes=sizes, activation=activations[index % len(activations)]))
    if regime == "ordinary" and bounds.layers > 2:  # noqa: PLR2004 - not in the formats whose sums decide little
        long = LONG["batch"] if any(each.shape.startswith("batch") for each in operation.arguments) else 3
        yield Plan(sizes={"m": 2, "n": 3, "N": long}, hazards=frozenset({"long_array"}))
        if len(operation.arguments) <= 2 and long == 3:  # noqa: PLR2004 - vectors, no matrices
            yield Plan(sizes={"m": LONG["vector"], "n": 3, "N": 1}, hazards=frozenset({"long_array"}))


def _network_plans(regime: str, bounds: Limits, *, takes_layer: bool) -> Iterator[Plan]:
    exact = regime == "exact"
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
    for widths, activations, loss, samples in specs:
        for layer in range(1, len(activations) + 1) if takes_layer else (1,):
            sizes = {"N": min(samples, max(bounds.samples))}
            yield named(Plan(widths=widths, activations=activations, loss=loss, layer=layer, sizes=sizes))
    if regime == "ordinary" and bounds.layers > 2 and not takes_layer:  # noqa: PLR2004
        yield Plan(
            widths=(2, 3, 2),
            activations=("tanh", "softmax"),
            loss="categorical_cross_entropy",
            sizes={"N": LONG["batch"]},
            hazards=frozenset({"long_array"}),
        )
