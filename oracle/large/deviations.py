"""
How far a program may be from the true values of one training step: the envelopes of a network of real size.

Clause ``accuracy.envelope`` encloses, number by number, what every admissible evaluation may compute. Here the same is
done for whole layers in float64: a running error analysis that bounds, entry by entry, the distance of every admissible
evaluation from the true value, over all forms that a level admits. It costs a few products of matrices of the
network's size. What it does not do is to tell branches apart: where the sign of the pre-activation of a relu is in
doubt, both derivatives are admitted at every use.

Both forms of ``network.gradients`` are covered by one recursion, that of deltas already divided by N (which holds the
deviations of the other form, divided by N, entry by entry: each rule is linear but for its underflow units, which only
become smaller by the division). The last sums get the two roundings of rule 4 that ``scaled_last`` has there, and an
overflow is assumed N times earlier.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..activations import ACTIVATIONS, softmax
from .deviation_functions import Functions
from .deviation_outputs import cost_of, output_delta, slopes
from .step import Deviations

if TYPE_CHECKING:
    from ...spec.conventions import Conventions
    from ...spec.formats import Format
    from ...spec.network import Layer, Network
    from .deviation_numbers import Floats, Tracked


def deviations(
    network: Network,
    x: Floats,
    y: Floats,
    conventions: Conventions,
    *,
    number_format: Format,
    level: str,
) -> Deviations:
    """
    Bounds of ``|computed - true|`` over all evaluations that ``level`` admits in ``number_format``, entry by entry.

    ``x``, shape ``(n_0, N)``, and ``y``, shape ``(n_L, N)``, hold numbers of the format, as the parameters do.
    """
    rules = Functions(number_format, conventions, level=level)
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        weights = [rules.number(layer.weights) for layer in network.layers]
        labels, activations, logits = rules.number(y), [rules.number(x)], []
        for layer, matrix in zip(network.layers, weights, strict=True):
            logits.append(rules.product(matrix, activations[-1], rules.number(layer.bias)))
            activations.append(_activated(rules, layer, logits[-1]))
        output = activations.pop()
        cost = cost_of(rules, network, logits[-1], output, labels)
        delta = output_delta(rules, network, logits[-1], output, labels)
        of_weights, of_biases = _gradients(rules, network, weights, logits, activations, delta)
        return Deviations(rules.settle(output), rules.settle(cost), of_weights, of_biases)


def _activated(rules: Functions, layer: Layer, z: Tracked) -> Tracked:
    """The activation of a layer at its pre-activations."""
    if layer.activation == "softmax":
        return rules.of(softmax, z)
    value = ACTIVATIONS[layer.activation][0]
    return rules.of(value, z) if layer.slope is None else rules.of(value, z, rules.number(layer.slope))


def _gradients(
    rules: Functions,
    network: Network,
    weights: list[Tracked],
    logits: list[Tracked],
    inputs: list[Tracked],
    delta: Tracked,
) -> tuple[tuple[Floats, ...], tuple[Floats, ...]]:
    """The deviations of the gradients, first layer to last."""
    samples = delta.shape[1]
    is_mean = rules.conventions["cost"] == "mean"
    scaled = rules.scaled(samples) if is_mean else rules
    placed = (samples,) if is_mean else ()
    if is_mean:
        delta = scaled.divide(scaled.adopted(delta), scaled.lift(samples)) if samples > 1 else scaled.adopted(delta)
    of_weights: list[Any] = []
    of_biases: list[Any] = []
    for index in reversed(range(len(network.layers))):
        blocks = scaled.blocks(delta, inputs[index].T, placed=placed)
        of_weights.append(np.concatenate([rules.settle(block) for block in blocks]))
        of_biases.append(rules.settle(scaled.total(delta.T, placed=placed)))
        if index:
            upstream = scaled.product(weights[index].T, delta)
            below = network.layers[index - 1]
            slope = slopes(rules, below.activation, logits[index - 1], below.slope)
            delta = scaled.behind(slope, upstream)
    return tuple(reversed(of_weights)), tuple(reversed(of_biases))
