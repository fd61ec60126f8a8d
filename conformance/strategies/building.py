"""Building the arguments of a case from a plan and a pick."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from ...spec import shapes
from ...spec.network import Layer, Network
from . import elements
from .elements import Source, choice, to_format

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ...spec.conventions import Conventions
    from ...spec.formats import Format
    from ...spec.operations import Argument, Operation
    from .picking import Pick
    from .plans import Plan

    FloatArray = np.ndarray[Any, np.dtype[Any]]


SOURCES: Mapping[str, Callable[[Format, str], Source]] = {
    "logit": elements.logit,
    "open unit interval": elements.probability,
    "probabilities": elements.positive_probability,
    "nonzero": elements.nonzero,
    "positive": elements.positive,
    "rate": elements.rate,
    "any real": elements.real,
}
"""Where the numbers of a domain come from, whatever the argument."""

PREDICTIONS: Mapping[str, str] = {
    "squared_error": "any real",
    "binary_cross_entropy": "open unit interval",
    "categorical_cross_entropy": "probabilities",
}
"""The domain of what a loss is given."""

MOST_STEPS = 3
"""Of descent: each step multiplies what was rounded before."""


class Builder:
    """Everything that the arguments of one case are made of."""

    def __init__(self, operation: Operation, number_format: Format, regime: str, conventions: Conventions) -> None:
        self.operation = operation
        self.format = number_format
        self.regime = regime
        self.conventions = conventions
        self.found: set[str] = set()

    def array(self, numbers: Sequence[float], shape: tuple[int, ...]) -> FloatArray:
        """``numbers``, which the format represents, as an array of its dtype."""
        return np.array(numbers, dtype=np.float64).astype(self.format.dtype).reshape(shape)

    def arguments(self, plan: Plan, pick: Pick) -> tuple[Any, ...]:
        """The positional arguments, in table order."""
        made: list[Any] = []
        for argument in self.operation.arguments:
            made.append(self._argument(argument, plan, pick, made))
        return tuple(made)

    def keywords(self, plan: Plan, pick: Pick) -> dict[str, float]:
        """The keyword arguments: slope and threshold."""
        names = [argument.name for argument in self.operation.keywords]
        if self._takes_activation() and plan.activation != "leaky_relu":
            return {}
        if "slope" in names:
            return {"slope": self.slope(pick)}
        if self.takes_epsilon():
            return {"epsilon": pick.numbers(elements.epsilon(self.format, self.regime), 1)[0]}
        return {"threshold": pick.one_of([0.0, 0.5, -1.0])} if "threshold" in names else {}

    def _takes_activation(self) -> bool:
        return any(argument.shape == "activation" for argument in self.operation.arguments)

    def takes_epsilon(self) -> bool:
        """Whether the operation bends on an interval beside 0, whose length is a keyword."""
        return any(keyword.name == "epsilon" for keyword in self.operation.keywords)

    def slope(self, pick: Pick) -> float:
        """A slope of leaky relu: 0.01 as the sources have it, or a power of two."""
        exact = self.regime == "exact"
        return 0.25 if exact else to_format(pick.one_of([0.01, 0.25, 0.2]), self.format)

    def _argument(self, argument: Argument, plan: Plan, pick: Pick, made: list[Any]) -> Any:  # noqa: ANN401, PLR0911 - one case a shape
        match argument.shape:
            case "any":
                return self._numbers(self._source(argument, plan), plan.shape, pick)
            case "network":
                return self._network(plan, pick)
            case "activation":
                return plan.activation
            case "loss":
                return plan.loss
            case "layer":
                return plan.layer
            case "sample":
                return pick.one_of(range(1, plan.sizes["N"] + 1))
            case "count":
                return pick.one_of(range(MOST_STEPS + 1))
            case "scalar":
                return pick.numbers(self._source(argument, plan), 1)[0]
            case "all weights" | "all biases":
                return self._like_parameters(argument, made[0], pick)
            case _:
                return self._shaped(argument, plan, pick)

    def _numbers(self, source: Source, shape: tuple[int, ...], pick: Pick) -> FloatArray:
        return self.array(pick.numbers(source, math.prod(shape)), shape)

    def _source(self, argument: Argument, plan: Plan) -> Source:  # noqa: PLR0911 - one case a domain
        if argument.domain in SOURCES:
            return SOURCES[argument.domain](self.format, self.regime)
        match argument.domain:
            case "parameter":
                return self._bias_source()
            case "predictions of the loss":
                return SOURCES[PREDICTIONS[plan.loss]](self.format, self.regime)
            case _ if argument.name == "z" and plan.activation in ("sigmoid", "tanh"):
                return elements.logit(self.format, self.regime)
            case _ if argument.name == "z" and self.takes_epsilon():
                return elements.near_bend(self.format, self.regime)
            case _ if argument.name == "upstream" and self.regime == "extreme":
                return elements.real(self.format, "ordinary")
            case _:
                return elements.real(self.format, self.regime)

    def _shaped(self, argument: Argument, plan: Plan, pick: Pick) -> FloatArray:  # noqa: PLR0911 - one case a domain
        lengths = dict(plan.sizes)
        if plan.widths:
            lengths |= {"n_0": plan.widths[0], "n_L": plan.widths[-1]}
        shape = shapes.shape(argument.shape, lengths)
        match argument.domain:
            case "labels":
                return self.array(self._label(shape[0], pick), shape)
            case "unit interval":
                return self._unit_labels(shape, pick)
            case "labels of the loss":
                return self._network_labels(plan, shape, pick)
            case "one-hot":
                return self._one_hot(shape, pick)
            case "parameter" if len(argument.shape.split()) == 1 and argument.name == "w":
                return self._weights((1, *shape), pick, 1.0).reshape(shape)
            case _ if argument.shape.startswith(shapes.WEIGHTS):
                return self._weights(shape, pick, 1.0)
            case "input":
                return self._numbers(self._input_source(pick), shape, pick)
            case _ if self._is_input(plan):
                return self._numbers(self._input_source(pick), shape, pick)
            case _:
                return self._numbers(self._source(argument, plan), shape, pick)

    def _is_input(self, plan: Plan) -> bool:
        """Whether vectors and batches feed a network, or, far from 0, a layer."""
        is_layer = self.operation.clause.startswith(("dense", "backpropagation"))
        return bool(plan.widths) or (is_layer and self.regime == "extreme")

    # labels

    def _label(self, classes: int, pick: Pick) -> list[float]:
        """One-hot, or dyadic soft labels that sum to exactly one; any sum where the convention admits it."""
        kinds = ["one_hot", "soft_label"]
        if self.conventions["label_sum"] == "any":
            kinds.append("unnormalised_label")
        kind = pick.one_of(kinds)
        label = [0.0] * classes
        label[pick.one_of(range(classes))] = 1.0
        if kind == "soft_label" and classes > 1:
            first, second = pick.one_of(range(classes)), pick.one_of(range(classes))
            label = [0.0] * classes
            label[first] += 0.75
            label[second] += 0.25
        if kind == "unnormalised_label":
            label[pick.one_of(range(classes))] += pick.one_of([1.0, 0.5])
        self._note_labels(label)
        if sum(label) != 1:
            self.found.add("unnormalised_label")
        return label

    def _unit_labels(self, shape: tuple[int, ...], pick: Pick) -> FloatArray:
        """One label an entry, 0, 1, or in between."""
        numbers = pick.numbers(elements.unit_label(self.format, self.regime), math.prod(shape))
        self._note_labels(numbers)
        return self.array(numbers, shape)

    def _note_labels(self, numbers: Sequence[float]) -> None:
        if any(0 < number < 1 for number in numbers):
            self.found.add("soft_label")

    def _network_labels(self, plan: Plan, shape: tuple[int, ...], pick: Pick) -> FloatArray:
        match plan.loss:
            case "categorical_cross_entropy":
                return self._by_sample(shape, lambda: self._label(shape[0], pick))
            case "binary_cross_entropy":
                return self._unit_labels(shape, pick)
            case _:
                return self._numbers(elements.real(self.format, _moderate(self.regime)), shape, pick)

    def _one_hot(self, shape: tuple[int, ...], pick: Pick) -> FloatArray:
        def label() -> list[float]:
            hot = pick.one_of(range(shape[0]))
            return [float(index == hot) for index in range(shape[0])]

        return self._by_sample(shape, label)

    def _by_sample(self, shape: tuple[int, ...], draw: Callable[[], list[float]]) -> FloatArray:
        """The labels of one sample, or of every sample of a batch, drawn together."""
        samples = [draw() for _ in range(shape[1] if len(shape) > 1 else 1)]
        numbers = self.array([number for sample in samples for number in sample], shape[::-1])
        return np.ascontiguousarray(numbers.T)

    # networks

    def _network(self, plan: Plan, pick: Pick) -> Network:
        scale = self._weight_scale(pick)
        layers = []
        for n, m, activation in zip(plan.widths, plan.widths[1:], plan.activations, strict=False):
            slope = self.slope(pick) if activation == "leaky_relu" else None
            weights = self._weights((m, n), pick, scale)
            layers.append(Layer(weights, self._numbers(self._bias_source(), (m,), pick), activation, slope))
        return Network(tuple(layers), plan.loss)

    def _weight_scale(self, pick: Pick) -> float:
        """Of the regime extreme: weights that saturate every unit, or hardly move it."""
        return pick.one_of([1.0, 16.0, 2.0**-10]) if self.regime == "extreme" else 1.0

    def _weights(self, shape: tuple[int, ...], pick: Pick, scale: float) -> FloatArray:
        """Of magnitude one over the square root of the number of inputs; multiples of a power of two in exact."""
        count = math.prod(shape)
        if self.regime == "exact":
            return self.array(pick.numbers(elements.grid(self.format), count), shape)
        factor = scale / math.sqrt(shape[1])
        if self.regime == "wide":
            source = elements.scales(self.format, elements.WIDE_PARAMETER_EXPONENTS[self.format.name])
        else:
            source = elements.magnitudes(self.format, elements.SMALLEST_ORDINARY, 2.0)
        return self.array([to_format(value * factor, self.format) for value in pick.numbers(source, count)], shape)

    def _bias_source(self) -> Source:
        match self.regime:
            case "exact":
                return elements.grid(self.format)
            case "wide":
                return elements.scales(self.format, elements.WIDE_PARAMETER_EXPONENTS[self.format.name])
            case _:
                return elements.magnitudes(self.format, elements.SMALLEST_ORDINARY, 1.0)

    def _input_source(self, pick: Pick) -> Source:
        match self.regime:
            case "exact":
                return elements.grid(self.format)
            case "wide":
                return elements.scales(self.format, elements.WIDE_PARAMETER_EXPONENTS[self.format.name])
            case "extreme":
                third = self.format.largest_exponent // 3
                exponent = pick.one_of([0, third, -third])
                plain = elements.magnitudes(self.format, elements.SMALLEST_ORDINARY, 2.0)
                values = Source(
                    plain.strategy.map(lambda value: value * 2.0**exponent),
                    lambda random: plain.sample(random) * 2.0**exponent,
                )
                return elements.mixed(values, choice((0.0,)))
            case _:
                return elements.magnitudes(self.format, elements.SMALLEST_ORDINARY, 2.0)

    def _like_parameters(self, argument: Argument, network: Network, pick: Pick) -> list[FloatArray]:
        weights = argument.shape == "all weights"
        arrays = [layer.weights if weights else layer.bias for layer in network.layers]
        source = elements.real(self.format, _moderate(self.regime))
        return [self._numbers(source, array.shape, pick) for array in arrays]


def _moderate(regime: str) -> str:
    return "ordinary" if regime == "extreme" else regime
