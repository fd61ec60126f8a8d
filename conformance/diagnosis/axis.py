"""Causes that run a softmax along the other axis of a batch: over the samples, in the values or in the gradients."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ...oracle.activations import softmax
from ...oracle.alterations import Alteration
from ...oracle.arithmetic.arrays import as_array
from ...oracle.layers import row_sums
from ...oracle.networks import deltas_from, forward, over_samples
from .cause import Cause

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ...oracle.arithmetic.arrays import Array
    from ...spec.network import Network

    Right = Callable[..., Any]


def wrong_axes() -> Iterator[Cause]:
    """Every cause of this kind; those that an operation does not meet are the right answer to it."""
    for words, instead in (
        ("the softmax runs over the samples", {"softmax.batch": _values}),
        (
            "the softmax runs over the samples where there are as many of them as entries",
            {"softmax.batch": _square_values},
        ),
        (
            "the labels are taken from a softmax over the samples",
            {"network.gradients": _of_cost, "listing.classifier_backward": _of_mean},
        ),
    ):
        yield Cause("wrong axis", words, Alteration(instead=instead))


def _values(arithmetic: Any, right: Right, Z: Array) -> Array:
    return as_array(right(arithmetic, Z.T)).T


def _square_values(arithmetic: Any, right: Right, Z: Array) -> Array:
    return _values(arithmetic, right, Z) if Z.shape[0] == Z.shape[1] else as_array(right(arithmetic, Z))


def _of_cost(arithmetic: Any, right: Right, network: Network, x: Array, y: Array) -> Any:
    """The gradients of a cost, 1/N at the delta where it is a mean."""
    if network.loss != "categorical_cross_entropy":
        return right(arithmetic, network, x, y)
    return _gradients(arithmetic, network, x, y, lambda delta: over_samples(arithmetic, delta, x.shape[1]))


def _of_mean(arithmetic: Any, right: Right, network: Network, x: Array, y: Array) -> Any:
    """The gradients of a mean, whatever the cost is."""
    del right
    return _gradients(arithmetic, network, x, y, lambda delta: arithmetic.mean(delta, x.shape[1]))


def _gradients(
    arithmetic: Any, network: Network, x: Array, y: Array, shared: Callable[[Array], Array]
) -> tuple[list[Array], list[Array]]:
    """Backpropagation of ``shared(S - y)``, S the softmax of every row of the last pre-activations."""
    traces = forward(arithmetic, network, x)
    outputs = np.stack([softmax(arithmetic, row) for row in traces[-1].z])
    deltas = deltas_from(arithmetic, network, traces, shared(as_array(outputs - y)))
    inputs = [x, *(trace.a for trace in traces[:-1])]
    weights = [arithmetic.matmul(delta, a.T) for delta, a in zip(deltas, inputs, strict=True)]
    return weights, [row_sums(arithmetic, delta) for delta in deltas]
