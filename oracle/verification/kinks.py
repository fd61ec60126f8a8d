"""
Values at a kink, where a convention decides and no derivative exists to compare with.

The value that a convention asks for is a limit of the values beside the kink: from below, from above, or the
mean of both. So a point is moved onto a kink, and a tiny step to either side of it, and what the oracle says on
the kink is compared with the dual derivative on the sides that the convention names.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ...spec.network import Network
from ..arithmetic.arrays import as_array
from ..arithmetic.ball import precision
from ..arithmetic.high_precision import HighPrecision
from ..propositions import DEFINITION, PROPOSITIONS
from .comparison import Compared, Reference, balls, value
from .derivatives import Variable, dual_derivative
from .witnesses import operation_of

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Mapping

    from ...spec.conventions import Conventions
    from ..arithmetic.arrays import Array
    from .points import Point
    from .witnesses import Witness

SHARES: Mapping[str, Mapping[str, tuple[float, float]]] = {
    "relu_at_zero": {"0": (1, 0), "1": (0, 1), "0.5": (0.5, 0.5)},
    "leaky_relu_at_zero": {"slope": (1, 0), "one": (0, 1), "mean": (0.5, 0.5)},
    "step_at_threshold": {"0": (1, 0), "1": (0, 1), "0.5": (0.5, 0.5)},
}
"""What the value at a kink takes from below and from above, by convention and its value."""

BOTH_SIDES = 0.5, 0.5
"""Where no convention is asked because both sides agree: the derivative of heaviside."""

OWN_CONVENTION = {"relu": "relu_at_zero", "leaky_relu": "leaky_relu_at_zero", "heaviside": "step_at_threshold"}
"""The convention that decides at the kink of an activation."""

SMALLEST_STEP = 2.0**-1000
"""Of a float64 beside 0."""


@dataclass(frozen=True)
class Kink:
    """A point on a kink and its two neighbours."""

    on: Point
    """The point on the kink."""
    sides: tuple[Point, Point]
    """The point a step below it, and a step above."""
    shares: tuple[float, float]
    """What the value on the kink takes from them."""


def on_a_kink(clause: str, point: Point, bits: int, rng: random.Random) -> Kink | None:
    """``point`` moved onto a kink that the conventions of ``clause`` decide; None where it has none."""
    step = max(2.0 ** -(bits + 40), SMALLEST_STEP)
    subject = clause.partition(".")[0]
    if isinstance(point.arguments[0], Network):
        return _in_a_layer(point, step, rng)
    if subject == "heaviside":
        return _at_the_threshold(clause, point, rng)
    names = [argument.name for argument in operation_of(clause).arguments]
    if subject == "perceptron":
        return _of_a_perceptron(point, names)
    activation = point.arguments[names.index("activation")] if "activation" in names else None
    if "Z" in names:
        return _at_an_entry(point, names.index("Z"), "relu", step, rng)
    if "z" in names:
        return _at_an_entry(point, names.index("z"), activation or subject, step, rng)
    return _in_a_unit(point, names, activation, step, rng) if activation in OWN_CONVENTION else None


def _moved(point: Point, variable: Variable, index: Any, number: float) -> Point:  # noqa: ANN401 - or a slice
    return replace(point, arguments=tuple(variable.replaced(point.arguments, index, number)))


def _shares(activation: str, settled: Conventions) -> tuple[float, float]:
    name = OWN_CONVENTION[activation]
    return SHARES[name][settled[name]]


def _at_an_entry(point: Point, argument: int, activation: str, step: float, rng: random.Random) -> Kink | None:
    """One pre-activation among the arguments becomes 0."""
    if activation not in OWN_CONVENTION:
        return None
    variable = Variable(argument)
    index = rng.choice(list(np.ndindex(point.arguments[argument].shape)))
    on, below, above = (_moved(point, variable, index, number) for number in (0.0, -step, step))
    return Kink(on, (below, above), _shares(activation, point.conventions))


def _at_the_threshold(clause: str, point: Point, rng: random.Random) -> Kink:
    """One argument of heaviside becomes its threshold; beside it the function does not change."""
    threshold = point.keywords["threshold"]
    sides = (float(np.nextafter(threshold, side)) for side in (-np.inf, np.inf))
    index = rng.choice(list(np.ndindex(point.arguments[0].shape)))
    on, below, above = (_moved(point, Variable(0), index, number) for number in (threshold, *sides))
    is_value = clause == "heaviside.value"
    return Kink(on, (below, above), _shares("heaviside", point.conventions) if is_value else BOTH_SIDES)


def _in_a_unit(point: Point, names: list[str], activation: str, step: float, rng: random.Random) -> Kink:
    """One neuron, or one unit of a layer, gets the pre-activation 0 by weights and a bias of 0."""
    weights, bias = Variable(names.index("W" if "W" in names else "w")), Variable(names.index("b"))
    unit: Any = rng.randrange(bias.array(point.arguments).shape[0]) if "W" in names else ()
    still = _moved(point, weights, unit if "W" in names else slice(None), 0.0)
    on, below, above = (_moved(still, bias, unit, number) for number in (0.0, -step, step))
    return Kink(on, (below, above), _shares(activation, point.conventions))


def _of_a_perceptron(point: Point, names: list[str]) -> Kink:
    """Its weighted sum becomes the threshold, by weights of 0."""
    threshold = point.keywords["threshold"]
    sides = (float(np.nextafter(threshold, side)) for side in (-np.inf, np.inf))
    still = _moved(point, Variable(names.index("w")), slice(None), 0.0)
    on, below, above = (_moved(still, Variable(names.index("b")), (), number) for number in (threshold, *sides))
    return Kink(on, (below, above), _shares("heaviside", point.conventions))


def _in_a_layer(point: Point, step: float, rng: random.Random) -> Kink | None:
    """One unit of a layer gets the pre-activation 0 for every sample, by weights and a bias of 0."""
    network = point.arguments[0]
    layers = [index for index, layer in enumerate(network.layers) if layer.activation in OWN_CONVENTION]
    if not layers:
        return None
    layer = rng.choice(layers)
    unit = rng.randrange(network.layers[layer].bias.shape[0])
    still = _moved(point, Variable(0, layer, "weights"), unit, 0.0)
    bias = Variable(0, layer, "bias")
    on, below, above = (_moved(still, bias, unit, number) for number in (0.0, -step, step))
    return Kink(on, (below, above), _shares(network.layers[layer].activation, point.conventions))


def compared_on_kink(clause: str, witness: Witness, kink: Kink, bits: int) -> Iterator[Compared]:
    """The oracle's value on a kink, by definition and stable form, against the values beside it."""
    proposition = PROPOSITIONS[clause]
    with precision(2 * bits):
        reference = Reference(clause, kink.on, bits, balls(proposition.stable, kink.on, 2 * bits))
        arithmetic = HighPrecision(2 * bits, kink.on.conventions)
        yield reference.against("the definition at a kink", value(arithmetic, proposition.forms[DEFINITION], kink.on))
        below, above = (_beside(clause, witness, side, bits) for side in kink.sides)
        share_below, share_above = kink.shares
        limits = [as_array(share_below * low + share_above * high) for low, high in zip(below, above, strict=True)]
        yield reference.against("the limits at a kink", limits)


def _beside(clause: str, witness: Witness, side: Point, bits: int) -> list[Array]:
    if witness.derivative is not None:
        return dual_derivative(witness.derivative, side, 2 * bits)
    return value(HighPrecision(2 * bits, side.conventions), PROPOSITIONS[clause].forms[DEFINITION], side)
