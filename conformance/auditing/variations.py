"""Explanations that are the right answer to another question: other conventions, labels, samples, activations."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ...oracle.large.certified import certified_step
from ...oracle.large.deviations import deviations
from ...spec.conventions import conventions as known_conventions
from ...spec.formats import FLOAT32, FORMATS
from ...spec.network import ACTIVATIONS
from ..adapters.reference import Reference
from ..layout import canonical
from .factors import blocks, fits
from .measuring import QUARTER
from .quantities import quantities

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ...spec.conventions import Conventions
    from ...spec.formats import Format
    from ...spec.network import Network
    from .bundle import Bundle
    from .measuring import Rules
    from .quantities import Quantity

    FloatArray = np.ndarray[Any, np.dtype[Any]]

CANONICAL = {"layout": "columns", "weight_layout": "out_in"}
"""The layout of every array that the oracle is given."""

NOT_FARTHER = 2.0
"""A variation is looked at only where it misses the recorded gradient by at most this times what the asked one does."""

NEAR = 0.1
"""And by at most this share of every array, in the mean of squares."""

MOST = 8
"""And of those only so many, the nearest."""

SINGLE_SAMPLES = 10**9
"""Multiply-adds of all samples' turns up to which every sample is tried as the one left out; beyond, first and last."""

SLOPE = 0.01
"""Of leaky relu, where another activation is tried."""


@dataclass(frozen=True, eq=False)
class Variation:
    """Another question."""

    name: str
    """A word or two, the same for the same kind of cause."""
    sentence: str
    """What the program behaves like, as the end of a sentence."""
    network: Network
    """The network, in the canonical layout."""
    x: FloatArray
    """The batch, likewise."""
    y: FloatArray
    """The labels, likewise."""
    conventions: Conventions
    """Under which it is asked."""
    number_format: Format
    """In which it is computed."""
    scale: float = 1.0
    """By what the answer is multiplied."""


def variations(bundle: Bundle, level: str) -> Iterator[Variation]:
    """Every other question that is asked, the plainest first."""
    plain = _plain(bundle)
    yield from _of_conventions(plain, bundle, level)
    yield from _of_loss(plain, bundle)
    yield from _of_network(plain, bundle)
    yield from _of_samples(plain, bundle)


def coarser(bundle: Bundle) -> Iterator[Variation]:
    """The same question to coarser arithmetics, each after what it is coarser than; they admit every small error."""
    plain = _plain(bundle)
    if bundle.number_format is FLOAT32:
        yield from _other_values(plain, "matmul_inputs", "coarser products")
    for narrower in FORMATS.values():
        if narrower.precision < bundle.number_format.precision:
            sentence = f"computed in {narrower.name}, where {bundle.number_format.name} is declared"
            yield replace(plain, name="narrower format", sentence=sentence, number_format=narrower)


def _plain(bundle: Bundle) -> Variation:
    """The question that was asked."""
    given = bundle.network, bundle.inputs, bundle.labels, bundle.conventions, bundle.number_format
    return Variation("", "", *given)


def _of_conventions(plain: Variation, bundle: Bundle, level: str) -> Iterator[Variation]:
    names = [f"{name}_at_zero" for name in ("relu", "leaky_relu") if name in bundle.activations]
    if bundle.loss == "categorical_cross_entropy":
        names.append("label_sum")
    if level == "should":
        names.append("subnormals")
    if bundle.number_format.is_half:
        names.append("intermediates")
    for name in names:
        yield from _other_values(plain, name, "convention")


def _other_values(plain: Variation, convention: str, name: str) -> Iterator[Variation]:
    """Every other value of a convention."""
    declared = plain.conventions[convention]
    for value in known_conventions()[convention].values:
        if value != declared:
            sentence = f"{convention} = {value}, where {declared} is declared"
            yield replace(plain, name=name, sentence=sentence, conventions={**plain.conventions, convention: value})


def _of_loss(plain: Variation, bundle: Bundle) -> Iterator[Variation]:
    last = bundle.activations[-1]
    other = {"binary_cross_entropy": "squared_error"}.get(bundle.loss)
    if bundle.loss == "squared_error" and last == "sigmoid" and ((bundle.labels >= 0) & (bundle.labels <= 1)).all():
        other = "binary_cross_entropy"
    if other is not None:
        sentence = f"the loss is {other}, where {bundle.loss} is declared"
        yield replace(plain, name="loss", sentence=sentence, network=replace(bundle.network, loss=other))


def _of_network(plain: Variation, bundle: Bundle) -> Iterator[Variation]:
    layers = bundle.network.layers
    without = tuple(replace(layer, bias=np.zeros_like(layer.bias)) for layer in layers)
    yield replace(
        plain, name="no bias", sentence="the biases are left out", network=replace(bundle.network, layers=without)
    )
    for name in ACTIVATIONS:
        changed = tuple(
            replace(layer, activation=name, slope=SLOPE if name == "leaky_relu" else None) for layer in layers[:-1]
        )
        if changed and any(layer.activation != name for layer in layers[:-1]):
            yield replace(
                plain,
                name="activation",
                sentence=f"the activation of the hidden layers is {name}",
                network=replace(bundle.network, layers=(*changed, layers[-1])),
            )


def _of_samples(plain: Variation, bundle: Bundle) -> Iterator[Variation]:
    samples = bundle.samples
    if samples == 1:
        return
    is_mean = bundle.conventions["cost"] == "mean"
    few = bundle.parameters * samples * samples > SINGLE_SAMPLES
    for number in (0, samples - 1) if few else range(samples):
        rest = [other for other in range(samples) if other != number]
        for chosen, words in ((rest, f"sample {number} is left out"), ([number], f"sample {number} is the only one")):
            part = replace(plain, name="samples", x=bundle.inputs[:, chosen], y=bundle.labels[:, chosen])
            yield replace(part, sentence=words)
            if is_mean:
                yield replace(
                    part, sentence=f"{words}, and the sum is divided by all {samples}", scale=len(chosen) / samples
                )


# whether one is worth a look, and whether it is right


def likely(bundle: Bundle, asked: Iterable[Variation]) -> list[Variation]:
    """
    Those of the variations that are worth a look, by their gradients in float64, in the order in which they are asked.

    A true cause misses the recorded gradient by rounding alone. This only decides what is worth the time; truth and
    envelope decide what is said.
    """
    most = min(NOT_FARTHER * _miss(_plain(bundle), bundle), NEAR * len(bundle.weights) ** 0.5)
    missed = [(_miss(variation, bundle), place, variation) for place, variation in enumerate(asked)]
    near = sorted(each for each in missed if each[0] <= most)[:MOST]
    return [variation for _, _, variation in sorted(near, key=lambda each: each[1])]


def _miss(variation: Variation, bundle: Bundle) -> float:
    """The distance of a float64 gradient from the recorded one: the root of the squares relative to each array."""
    right: Any = Reference({**variation.conventions, **CANONICAL})  # it takes float64 networks as it takes its own
    weights, biases = right.network_gradients(variation.network, variation.x, variation.y)
    recorded = [canonical(array, "weights", bundle.conventions) for array in bundle.weight_gradients]
    pairs = zip((*weights, *biases), (*recorded, *bundle.bias_gradients), strict=True)
    with np.errstate(all="ignore"):
        return float(np.linalg.norm([_relative(variation.scale * near, got.astype(np.float64)) for near, got in pairs]))


def _relative(near: FloatArray, got: FloatArray) -> float:
    size = float(np.linalg.norm(near))
    return float(np.linalg.norm(got - near)) / size if size else float(np.any(got))


def explains(variation: Variation, bundle: Bundle, rules: Rules) -> bool:
    """Whether every recorded answer is one that a program may give that answers the ``variation``."""
    given = variation.network, variation.x, variation.y, variation.conventions
    step = certified_step(*given)
    allowed = deviations(*given, number_format=variation.number_format, level=rules.level)
    asked = bundle if variation.x.shape == bundle.inputs.shape else replace(bundle, output=None, cost=None)
    answers = quantities(asked, step, allowed)
    return all(fits(each, variation.scale, rules) for each in answers) and _is_telling(answers)


def _is_telling(answers: Sequence[Quantity]) -> bool:
    """Whether most envelopes are narrow enough for an answer inside to mean anything."""
    narrow = sum(int((rows.reach <= np.abs(rows.high) * QUARTER).sum()) for each in answers for rows in blocks(each))
    return 2 * narrow > sum(each.size for each in answers)
