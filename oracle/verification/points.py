"""
Points at which a proposition is verified: exact arguments of its operation, and values for its conventions.

Everything is read off ``operations.toml``: the shapes, the domains, and the conventions, whose combinations are
taken in turn. Sizes differ from one another, so that a transposed array cannot pass, but for the first points: all
sizes 1, all sizes 2, and one size 1 among larger ones. No argument lies at a kink.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from ...spec import shapes
from ...spec.conventions import conventions, resolve
from ...spec.network import ACTIVATIONS, LOSSES, Layer, Network
from ...spec.operations import ELEMENTWISE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from ...spec.conventions import Conventions
    from ...spec.operations import Argument, Operation

    FloatArray = np.ndarray[Any, np.dtype[np.float64]]

WITHOUT_EFFECT = frozenset({"layout", "weight_layout", "subnormals", "intermediates", "matmul_inputs"})
"""Conventions that do not change a real number: of the door to a target, and of rounding."""

LARGEST_SIZE = 6
"""Of an axis; the sizes of one point are drawn without repetition from 1 to this."""

MOST_STEPS = 4
"""Of a descent."""

LABEL_STEPS = 256
"""Labels are multiples of one over this, so that those that sum to one do so exactly."""


@dataclass(frozen=True)
class Point:
    """What a proposition is evaluated at."""

    arguments: tuple[Any, ...]
    """The positional arguments of the operation, in the canonical layout, as float64 arrays and networks of them."""
    keywords: Mapping[str, float]
    """The arguments by keyword."""
    conventions: Conventions
    """A value for every convention."""


def points(operation: Operation, count: int, seed: int) -> Iterator[Point]:
    """``count`` points for ``operation``, the same for the same ``seed``, whatever else is verified."""
    rng = random.Random(f"{seed} {operation.clause}")  # noqa: S311 - reproducible draws, not secrets
    choices = combinations(operation)
    rng.shuffle(choices)
    for index in range(count):
        yield draw(operation, rng, index, choices[index % len(choices)])


def combinations(operation: Operation) -> list[Conventions]:
    """Every combination of the conventions on which the real value of ``operation`` depends."""
    names = [name for name in operation.conventions if name not in WITHOUT_EFFECT]
    values = [conventions()[name].values for name in names]
    return [resolve(dict(zip(names, each, strict=True))) for each in product(*values)]


def draw(operation: Operation, rng: random.Random, index: int, settled: Conventions) -> Point:
    """The point of number ``index``, which decides the sizes; everything else is up to ``rng``."""
    artist = _Artist(rng, index, settled)
    artist.has_hidden_layer = any(argument.domain == "hidden layer" for argument in operation.arguments)
    arguments: list[Any] = []
    for argument in operation.arguments:
        arguments.append(artist.argument(argument, arguments))
    keywords = {keyword.name: artist.scalar(keyword.domain) for keyword in operation.keywords}
    activations = [each for each in arguments if isinstance(each, str)]
    if activations and "leaky_relu" not in activations:
        keywords.pop("slope", None)  # no other activation has one
    return Point(tuple(arguments), keywords, settled)


class _Artist:
    """Draws the arguments of one point: sizes are settled on first sight, numbers come from ``rng``."""

    def __init__(self, rng: random.Random, index: int, settled: Conventions) -> None:
        self.rng = rng
        self.index = index
        self.settled = settled
        self.loss = "squared_error"
        self.has_hidden_layer = False
        self.sizes: dict[str, int] = {}
        self.free = rng.sample(range(1, LARGEST_SIZE + 1), LARGEST_SIZE)
        if index == 2:  # noqa: PLR2004 - the third point: one size 1 among larger ones
            self.free.remove(1)
            self.free.insert(len(self.free) - rng.randint(0, 1), 1)

    def size(self, symbol: str) -> int:
        """The size of the axis called ``symbol``: 1 in point 0, 2 in point 1, else unlike any other."""
        if symbol not in self.sizes:
            self.sizes[symbol] = self.index + 1 if self.index < 2 else self.free.pop()  # noqa: PLR2004
        return self.sizes[symbol]

    def argument(self, argument: Argument, earlier: list[Any]) -> Any:  # noqa: ANN401 - whatever an operation takes
        """One argument; ``earlier`` ones settle the shapes and domains of labels, layers and gradients."""
        for network in earlier:
            if isinstance(network, Network):
                return self.of_network(argument, network)
        draws: dict[str, Callable[[], Any]] = {
            "network": lambda: self.network(argument.domain),
            "activation": lambda: ACTIVATIONS[self.index % len(ACTIVATIONS)],
            "loss": self.named_loss,
            "scalar": lambda: self.scalar(argument.domain),
            "sample": lambda: self.rng.randint(1, self.size("N")),
            "count": lambda: self.rng.randint(0, MOST_STEPS),
        }
        if argument.shape in draws:
            return draws[argument.shape]()
        return self.array(self.shape(argument.shape), self.domain(argument.domain))

    def named_loss(self) -> str:
        """The name of a loss, which settles the domains of what follows."""
        self.loss = LOSSES[self.index % len(LOSSES)]
        return self.loss

    def domain(self, name: str) -> str:
        """The domain of numbers that ``name`` stands for: some depend on the loss."""
        return {"labels of the loss": LABELS, "predictions of the loss": PREDICTIONS}.get(name, {}).get(self.loss, name)

    def of_network(self, argument: Argument, network: Network) -> Any:  # noqa: ANN401 - whatever an operation takes
        """One argument whose shape or domain ``network`` settles."""
        match argument.shape:
            case "layer":
                return self.rng.randint(1, len(network.layers) - (argument.domain == "hidden layer"))
            case "scalar":
                return self.scalar(argument.domain)
            case "all weights":
                return [self.array(layer.weights.shape, "real") for layer in network.layers]
            case "all biases":
                return [self.array(layer.bias.shape, "real") for layer in network.layers]
            case shape:
                self.loss = network.loss
                return self.array(self.shape(shape), self.domain(argument.domain))

    def shape(self, words: str) -> tuple[int, ...]:
        """The shape that ``operations.toml`` writes as ``words``, in the canonical layout."""
        if words == ELEMENTWISE:
            return ((), (self.size("m"),), (self.size("m"), self.size("n")))[self.index % 3]
        return shapes.shape(words, {name: self.size(name) for name in sorted(shapes.names(words))})

    def network(self, domain: str) -> Network:
        """A network of ``domain``, of one to four layers, with activations and a loss that go together."""
        depth = 1 + self.index % 4
        if self.has_hidden_layer:
            depth = max(2, depth)
        loss = {"classifier": "categorical_cross_entropy", "elementwise network": "squared_error"}.get(
            domain, LOSSES[self.index // 4 % len(LOSSES)]
        )
        last = {"binary_cross_entropy": "sigmoid", "categorical_cross_entropy": "softmax"}
        names = ["relu" if domain == "classifier" else self.rng.choice(ACTIVATIONS) for _ in range(depth)]
        names[-1] = last.get(loss, names[-1])
        widths = [self.size("n_0"), *(self.size(f"n_{layer}") for layer in range(1, depth)), self.size("n_L")]
        shapes = zip(widths[1:], widths, strict=False)
        layers = [self.layer(shape, name) for shape, name in zip(shapes, names, strict=True)]
        return Network(tuple(layers), loss)

    def layer(self, shape: tuple[int, int], name: str) -> Layer:
        """One dense layer of that shape and activation, whose weights keep magnitudes from growing."""
        slope = self.scalar("slope") if name == "leaky_relu" else None
        return Layer(self.array(shape, "weight") / shape[1], self.array(shape[:1], "weight"), name, slope)

    def array(self, shape: tuple[int, ...], domain: str) -> FloatArray:
        """Numbers of ``domain``; the labels of one sample, a column, are drawn together."""
        if domain in ("labels", "one-hot"):
            draw_labels = self.labels if domain == "labels" else self.one_hot
            samples = [draw_labels(shape[0]) for _ in range(shape[1] if len(shape) > 1 else 1)]
            return np.array(samples).T.reshape(shape)
        numbers = [self.scalar(domain) for _ in range(int(np.prod(shape)))]
        return np.array(numbers, dtype=np.float64).reshape(shape)

    def labels(self, classes: int) -> list[float]:
        """Labels of one sample, some of them zero; they sum to one where ``label_sum`` says so."""
        if self.settled["label_sum"] == "any":
            return [
                self.rng.choice((0, 1, 1, 1)) * self.rng.randint(1, LABEL_STEPS) / LABEL_STEPS for _ in range(classes)
            ]
        cuts = sorted(self.rng.choice((0, self.rng.randint(0, LABEL_STEPS))) for _ in range(classes - 1))
        steps = zip((0, *cuts), (*cuts, LABEL_STEPS), strict=True)
        return [(high - low) / LABEL_STEPS for low, high in steps]

    def one_hot(self, classes: int) -> list[float]:
        """The label of one sample: 1 for its class, 0 elsewhere."""
        hot = self.rng.randrange(classes)
        return [float(index == hot) for index in range(classes)]

    def scalar(self, domain: str) -> float:
        """One number of ``domain``, a float64 and hence an exact dyadic rational."""
        return DOMAINS[domain](self.rng)


LABELS = {
    "squared_error": "real",
    "binary_cross_entropy": "unit interval",
    "categorical_cross_entropy": "labels",
}
"""The domain of the labels of a loss."""

PREDICTIONS = {
    "squared_error": "real",
    "binary_cross_entropy": "open unit interval",
    "categorical_cross_entropy": "probabilities",
}
"""The domain of the predictions of a loss."""


def _real(rng: random.Random) -> float:
    """Of either sign and of many magnitudes, from 2^-6 to 2^3 and now and then to 2^6; never 0."""
    largest = 6 if rng.random() < 1 / 16 else 3
    return rng.choice((-1, 1)) * float(np.ldexp(rng.uniform(0.5, 1), rng.randint(-5, largest)))


def _unit_interval(rng: random.Random) -> float:
    return rng.choice((0.0, 1.0, rng.random(), rng.random()))


DOMAINS: Mapping[str, Callable[[random.Random], float]] = {
    "real": _real,
    "logit": _real,
    "weight": lambda rng: rng.choice((-1, 1)) * rng.uniform(0.125, 1.5),
    "open unit interval": lambda rng: rng.uniform(2.0**-8, 1 - 2.0**-8),
    "probabilities": lambda rng: rng.uniform(2.0**-8, 1),
    "unit interval": _unit_interval,
    "slope": lambda rng: rng.uniform(2.0**-8, 0.5),
    "rate": lambda rng: rng.uniform(2.0**-8, 1),
    "input": _real,
    "parameter": lambda rng: rng.choice((-1, 1)) * rng.uniform(0.125, 1.5),
    "nonzero": _real,
    "positive": lambda rng: abs(_real(rng)),
    "epsilon": lambda rng: rng.uniform(2.0**-4, 2),
}
"""How the numbers of a domain of ``operations.toml`` are drawn; ``weight`` is that of a network's parameters."""
